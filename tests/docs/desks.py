"""What lies on the desk when a page is followed: its files, and what is done in place of what no test can do."""

from __future__ import annotations

import atexit
import gzip
import re
import shutil
import tempfile
from collections.abc import Callable
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import Any

from ambassadors import cli, exports, job
from ambassadors.demo import write_town
from ambassadors.identity.addresses import KEY
from ambassadors.lake import Lake
from tests import lake_rows
from tests.conftest import FILES, RECIPE
from tests.docs.pages import ROOT, blocks

EXAMPLES = ROOT / "tests" / "exports"
#: No look back and few past dates: a run of a few rows is then quick.
QUICK = "\n[job]\nbacktest = 0\n\n[propensity]\norigins = 2\n"
Lay = Callable[[Path], None]


@dataclass(frozen=True)
class Desk:
    """What lies there; the file that whole recipes of the page are written to; the folder in which its Python runs.

    ``names`` are what the page's Python takes as known, as expressions; ``someone`` is whom the page calls @someone.
    """

    lays: tuple[Lay, ...] = ()
    recipe: str = ""
    python_in: str = "."
    names: dict[str, str] = field(default_factory=dict)
    someone: str = "bob"


@dataclass(frozen=True)
class Instead:
    """Why a command cannot be run here, and the command that is run in its place, or what must be true of it."""

    why: str
    command: str = ""
    holds: Callable[[list[str]], bool] = lambda words: False


def _target(words: list[str]) -> bool:
    """Whether make has those targets."""
    makefile = (ROOT / "Makefile").read_text(encoding="utf-8")
    targets = [word for word in words[1:] if "=" not in word]
    return all(re.search(rf"^{re.escape(target)}:", makefile, re.MULTILINE) for target in targets)


def _made_by_make(words: list[str]) -> bool:
    """Whether make puts its environment where the page says."""
    return f"VENV := {Path(words[1]).parts[0]}" in (ROOT / "Makefile").read_text(encoding="utf-8")


def _parsed(words: list[str]) -> bool:
    """Whether the program has that command with these options."""
    cli.app.parse_args(words[1:], exit_on_error=False, print_error=False)
    return True


_FORM = Instead("RECIPE is the reader's; the command is run on other pages and in tests/test_cli.py", holds=_parsed)
_SKETCH = "the README's sketch has no acts between people, of which influencers are made"

#: Every command that is not run as it stands, by how it begins.
NOT_RUN: dict[str, Instead] = {
    "make": Instead("it installs packages, or takes minutes; tests/test_demo.py has the demo", holds=_target),
    ". .venv/bin/activate": Instead("a test has no shell", holds=_made_by_make),
    "export AMBASSADORS_EMAIL_KEY": Instead("a test has no shell", holds=lambda words: words[1].startswith(KEY)),
    "jupyter nbconvert": Instead("it is another program's", holds=lambda words: words[2] == "--clear-output"),
    "jupytext": Instead("it is another program's", holds=lambda words: words[1:3] == ["--to", "py:percent"]),
    **{f"ambassadors {name} RECIPE": _FORM for name in ("backtest", "forecast", "ladder", "run", "tune")},
    "ambassadors fetch": Instead("it needs the platform; tests/test_cli_fetching.py has one", holds=_parsed),
    "ambassadors backtest cafe.toml": Instead(_SKETCH, command="ambassadors backtest town --origins 1"),
    "ambassadors tune cafe.toml": Instead(_SKETCH, command="ambassadors tune town --origins 3 --out tuned.toml"),
}

#: Python that is compiled and not run, by a word in it, and why.
NOT_PYTHON = {"from airflow": "Airflow is not installed; its command is parsed"}


def cafe(folder: Path) -> None:
    """The tutorial's brand, with the recipe that its reader has in the end."""
    (folder / "notebooks").mkdir()
    shutil.copytree(ROOT / "docs" / "tutorial", folder / "cafe")
    given = {"instagram": "@beanandleaf"}
    begun = exports.recipe_for(exports.look(folder / "cafe"), name="cafe", accounts=given)
    own, unless = [block.text for block in blocks("docs/tutorial.md") if block.language == "toml"]
    (folder / "cafe" / "brand.toml").write_text(begun + own.replace("[files.columns]", unless + "\n[files.columns]"))


def clone(folder: Path) -> None:
    """What the tutorial's reader finds in a fresh clone."""
    shutil.copytree(ROOT / "docs" / "tutorial", folder / "docs" / "tutorial")
    (folder / "notebooks").mkdir()


def town(folder: Path) -> None:
    """A small town where the repository has its own, which takes longer to rank."""
    (folder / "graphs").mkdir()
    (folder / "graphs" / "town").symlink_to(_small_town())
    (folder / "town").symlink_to(_small_town())


@cache
def _small_town() -> Path:
    folder = _temporary("town")
    write_town(folder, n=500)
    recipe = folder / "brand.toml"
    recipe.write_text(recipe.read_text(encoding="utf-8").replace("[propensity]", "[propensity]\norigins = 2"))
    return folder


def exported(*names: str, into: str = "exports") -> Lay:
    """Downloads of platforms, dropped into a folder."""

    def lay(folder: Path) -> None:
        for name in names:
            shutil.copytree(EXAMPLES / name, folder / into / name)

    return lay


def inbox(folder: Path) -> None:
    """What the recipe of the README reads: likes and comments under the brand's posts, one of them by the rival."""
    lines = (ROOT / "docs" / "tutorial" / "inbox.csv").read_text(encoding="utf-8").splitlines()[1:400]
    cells = [line.split(";") for line in lines]
    rows = [f"{user};{what.upper()};{date}" for date, user, what, *_ in cells if what in ("Like", "Comment")]
    people = ["anna;LIKE", "ben;LIKE", "bob;COMMENT", "othercafe;COMMENT"]
    rows += [f"{one};05/11/2025 18:00" for one in people]
    with gzip.open(folder / "export-1.csv.gz", "wt", encoding="utf-8") as file:
        file.write("\n".join(["username;type;date", *rows]) + "\n")


def comments(folder: Path) -> None:
    """The file of the smallest recipe."""
    rows = "who,when\nanna,2026-05-01 10:00\nben,2026-05-02 10:00\nothercafe,2026-05-03 10:00\nbot-1,2026-05-04 10:00\n"
    (folder / "comments.csv").write_text(rows)


def shop(folder: Path) -> None:
    """A finished run of the small brand, with a workbook that came back and a list of who opted out."""
    shutil.copytree(_finished_shop(), folder, symlinks=True, dirs_exist_ok=True)


@cache
def _finished_shop() -> Path:
    folder = _temporary("shop")
    for name, text in FILES.items():
        (folder / name).write_text(text, encoding="utf-8")
    (folder / "brand.toml").write_text(RECIPE.replace('"x', '"bluesky') + QUICK, encoding="utf-8")
    job.run(folder / "brand.toml", out=folder / "runs")
    shutil.copy(folder / "runs" / "latest" / "shortlist.xlsx", folder / "Shortlist Eva.xlsx")
    (folder / "opted-out.csv").write_text("@ann\n")
    return folder


def _temporary(name: str) -> Path:
    """A folder that several pages copy, gone when the tests are over."""
    folder = Path(tempfile.mkdtemp(prefix=f"{name}-of-the-docs-"))
    atexit.register(shutil.rmtree, folder, ignore_errors=True)
    return folder


def fetched(folder: Path) -> None:
    """What a fetch would have brought: two accounts of the brand, and somebody who likes a post."""
    lake = Lake(folder / "fetched")
    for table, rows in _FETCHED.items():
        lake.land(table, lake_rows.rows(table, *rows), source="bluesky", now=lake_rows.NOW)


_BRAND = "bluesky:did:plc:cafe"
_FETCHED: dict[str, list[dict[str, Any]]] = {
    "accounts": [
        {"account": _BRAND, "handle": "cafe.example", "observed_at": lake_rows.day(1)},
        {"account": "bluesky:did:plc:other", "handle": "othercafe.example", "observed_at": lake_rows.day(1)},
        {"account": "mastodon:1@social.example", "handle": "cafe@social.example", "observed_at": lake_rows.day(1)},
    ],
    "follows": [{"source": "bluesky:did:plc:ann", "target": _BRAND, "observed_at": lake_rows.day(1)}],
    "posts": [lake_rows.post("bluesky:p", _BRAND)],
    "interactions": [
        {"source": "bluesky:did:plc:ann", "target": _BRAND, "kind": "like", "at": lake_rows.day(2), "post": "bluesky:p"}
    ],
}

#: The desk of each page that needs one.
DESKS: dict[str, Desk] = {
    "README.md": Desk(
        (town, inbox, exported("x_2024", "instagram_value")),
        recipe="cafe.toml",
        names={"follows": "community.follows", "acts": "community.interactions"},
    ),
    "docs/tutorial.md": Desk((clone,), python_in="notebooks"),
    "docs/nightly.md": Desk((shop,)),
    "docs/fetching.md": Desk(
        (exported("x_2024"), fetched),
        recipe="cafe.toml",
        names={"last_week": "__import__('tests.lake_rows').lake_rows.NOW", "Path": "__import__('pathlib').Path"},
    ),
    "docs/explanation/privacy.md": Desk((shop,)),
    "docs/how-to/own-recipe.md": Desk((comments,)),
    "docs/how-to/exports.md": Desk((exported("x_2024"), exported("x_2024", "instagram_value", into="both"))),
    "docs/how-to/handover.md": Desk((shop,)),
    "docs/how-to/notebooks.md": Desk((cafe,), python_in="notebooks"),
    "docs/how-to/python.md": Desk((cafe,)),
    "docs/reference/graph.md": Desk(
        (town,),
        names={"nx": "__import__('networkx')", "graph": "__import__('ambassadors').read('town').graph('follows')"},
    ),
}
