"""A community on a real Bluesky network, fetched and compared with what was done there, row by row.

Needs Debian's postgresql and redis-server. Where the network is installed (some minutes, once) the environment's
AMBASSADORS_BLUESKY can say; without it, that is a folder of the system for temporary files.
"""

from __future__ import annotations

import os
import tempfile
import time
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

import httpx
import polars as pl
import pytest

import ambassadors as amb
from ambassadors import fetching
from ambassadors.platforms.bluesky import PLATFORM
from ambassadors.web.answers import Answer
from tests.servers import bluesky
from tests.servers.bluesky.community import Row, Town, change, compare, fill

pytestmark = pytest.mark.bluesky


@pytest.fixture(scope="module")
def installed() -> Path:
    """The folder with the network."""
    folder = os.environ.get("AMBASSADORS_BLUESKY") or Path(tempfile.gettempdir()) / "ambassadors-bluesky"
    return bluesky.install(Path(folder))


@dataclass
class Place:
    """The community, a recipe that fetches it, and what the first fetch brought."""

    town: Town
    recipe: Path

    def fetch(self) -> fetching.Fetched:
        """One more fetch, to its end."""
        [done] = fetching.fetch(self.recipe)
        assert (done.complete, done.error, done.failed) == (True, None, [])
        return done

    def found(self) -> dict[str, list[Row]]:
        """What a reader sees: of each account all that is known of it, the latest counting."""
        read = amb.read(self.recipe)
        kinds = read.interactions.with_columns(pl.col("kind").cast(pl.String))
        accounts = read.accounts.sort("observed_at", nulls_last=False).group_by("account", maintain_order=True)
        merged = accounts.agg(pl.all().drop_nulls().last())
        told = {"accounts": merged, "follows": read.follows, "posts": read.posts, "interactions": kinds}
        return {table: frame.to_dicts() for table, frame in told.items()}


@pytest.fixture(scope="module")
def place(installed: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Place]:
    """The community; nothing of it was fetched."""
    with bluesky.running(installed) as network:
        town = fill(network, 7, datetime.now(UTC))
        recipe = tmp_path_factory.mktemp("bluesky") / "brand.toml"
        recipe.write_text(
            'name = "acme"\nzone = "UTC"\n[[fetch]]\nplatform = "bluesky"\naccount = "@acme-tools.test"\n'
            f'rivals = ["@apex-tools.test"]\nserver = "{network.appview}"\nprivate = true\ndepth = 1\n',
            encoding="utf-8",
        )
        yield Place(town, recipe)


def _nothing(differences: dict[str, tuple[list[Row], list[Row]]]) -> None:
    assert {name: found for name, found in differences.items() if found != ([], [])} == {}


def test_what_was_fetched_is_what_is_there_row_by_row(place: Place) -> None:
    """Accounts, follows, posts, and acts of all six kinds, no row too many and none too few; and they can be ranked."""
    truth = place.town.truth

    done = place.fetch()

    assert done.unread == {}
    assert len(truth["accounts"]) >= 200
    _nothing(compare(truth, place.found()))
    print("Bluesky: rows there and here:", {table: len(rows) for table, rows in truth.items()}, f"{done.calls} calls")
    ranked = amb.rank(amb.read(place.recipe), "ambassadors")
    quiet = {row["account"] for row in truth["accounts"].values() if row["discoverable"] is False}
    ours = {
        person.account for name, person in place.town.people.items() if name in ("acme-tools.test", "apex-tools.test")
    }
    assert ranked.height >= 150
    assert not (quiet | ours) & set(ranked["account"])


def test_a_second_fetch_follows_what_changed(place: Place) -> None:
    """New acts come, what was taken back goes, an account that left goes whole, one that was renamed stays one."""
    place.fetch()
    change(place.town)
    with place.recipe.open("a", encoding="utf-8") as recipe:
        # lists are read to their end, and profiles are asked again
        recipe.write('sweep = "0.0001h"\nrefresh = "0.0001h"\n')

    done = place.fetch()

    assert done.landed.deleted
    _nothing(compare(place.town.truth, place.found()))


def test_a_server_that_was_asked_too_much_is_understood(installed: Path) -> None:
    """A PDS answers 429 and says until when; logging in with a wrong password is what it limits first."""
    asked = PLATFORM.login("nobody.test:wrong-pass-word")
    with bluesky.running(installed, "limited") as network:
        for _ in range(40):
            said = httpx.post(network.pds + asked.path, json=asked.json)
            answer = Answer(said.status_code, dict(said.headers), said.json(), str(said.url))
            verdict = PLATFORM.judge(answer, time.time())
            if verdict.meaning != "login":
                break

    assert (said.status_code, verdict.meaning) == (429, "wait")
    assert verdict.until is not None
    assert 0 < verdict.until - time.time() <= 300


def test_a_session_reads_through_the_server_of_the_account(place: Place, monkeypatch: pytest.MonkeyPatch) -> None:
    """With handle:app-password and the account's own server, which asks the AppView, the same is read."""
    monkeypatch.setenv("ACME_TOKEN", "acme-tools.test:correct horse battery")
    recipe = place.recipe.parent / "session" / "brand.toml"
    recipe.parent.mkdir()
    text = place.recipe.read_text("utf-8").replace(place.town.network.appview, place.town.network.pds)
    recipe.write_text(text + 'token = "ACME_TOKEN"\n', encoding="utf-8")

    Place(place.town, recipe).fetch()

    _nothing(compare(place.town.truth, Place(place.town, recipe).found()))
