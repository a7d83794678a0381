"""The README: what it shows works as it is shown."""

from __future__ import annotations

import gzip
import re
import tomllib
from pathlib import Path

import networkx as nx
import pytest

import ambassadors as amb
from ambassadors import cli, recipe

ROOT = Path(__file__).parent.parent
README = (ROOT / "README.md").read_text(encoding="utf-8")
RECIPES = re.findall(r"```toml\n(.*?)```", README, re.DOTALL)
ROWS = """username;type;date
anna;LIKE;01/05/2026 10:00
eve;LIKE;02/05/2026 10:00
eve;COMMENT;03/05/2026 10:00
kim;COMMENT;04/05/2026 10:00
"""


def test_what_the_readme_fetches_is_a_recipe() -> None:
    """The section that fetches is one that a recipe may have."""
    (text,) = [found for found in RECIPES if "[[fetch]]" in found]

    assert [section.platform for section in recipe.parse(tomllib.loads(text)).fetch] == ["bluesky"]


def test_the_recipe_of_the_readme_reads_such_files(tmp_path: Path) -> None:
    """Copied as it stands, beside a file of that shape, it gives a community with a brand and its staff."""
    (text,) = [found for found in RECIPES if "[[files]]" in found]
    (tmp_path / "cafe.toml").write_text(text.replace('rivals = ["instagram:@othercafe"]', ""), encoding="utf-8")
    (tmp_path / "export-1.csv.gz").write_bytes(gzip.compress(ROWS.replace("kim", "ben").encode()))

    community = amb.read(tmp_path / "cafe.toml")

    assert community.brand.accounts == ("instagram:@thecafe",)
    assert community.brand.staff == ("instagram:@anna", "instagram:@ben")
    assert community.candidates["account"].to_list() == ["instagram:@eve"]


def test_the_python_of_the_readme_runs(monkeypatch: pytest.MonkeyPatch) -> None:
    """The lines under "In Python" run from the repository's root."""
    text = re.search(r"```python\n(.*?)```", README, re.DOTALL)
    assert text is not None
    monkeypatch.chdir(ROOT)

    names: dict[str, object] = {}
    exec(text[1], names)

    assert names["people"].height == 50  # type: ignore[attr-defined]  # a polars frame


def test_the_python_for_large_graphs_runs(monkeypatch: pytest.MonkeyPatch) -> None:
    """The lines under "Large graphs", on the town: networkx's answer and ours are the same."""
    networkx_lines, own_lines = re.findall(r"```python\n(.*?)```", README, re.DOTALL)[1:]
    monkeypatch.setattr(nx.config, "backend_priority", nx.config.backend_priority)
    town = amb.read(ROOT / "graphs" / "town")
    names = {"community": town, "follows": town.follows, "acts": town.interactions}

    exec(networkx_lines, names)
    ranks = [
        nx.pagerank(names["graph"], backend=backend, tol=1e-14, max_iter=1000)
        for backend in ("networkx", "ambassadors")
    ]
    exec(own_lines, names)

    assert ranks[1] == pytest.approx(ranks[0], abs=1e-9)
    assert names["received"]["acts"].sum() == town.interactions.height  # type: ignore[index]


def test_every_command_of_the_readme_exists() -> None:
    """No command is shown that the program does not have."""
    shown = set(re.findall(r"^\$ ambassadors (\w+)", README, re.MULTILINE))

    assert shown
    assert shown <= set(cli.app)


def test_the_figures_of_the_readme_are_the_demos(tmp_path: Path) -> None:
    """The table of the README holds what the demo prints today."""
    from ambassadors import demo

    rows = demo.demo(tmp_path).ambassadors
    shown = re.findall(r"^\| [^|\n]*\|((?: \**\d+\** \|)+)$", README, re.MULTILINE)

    figures = [[int(number) for number in re.findall(r"\d+", row)] for row in shown]
    assert figures == [
        list(row) for row in rows.select("on_the_way", "proven_advocate", "bot", "contest_hunter").iter_rows()
    ]
