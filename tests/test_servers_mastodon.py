"""A community on a real Mastodon API server, fetched and compared with what was done there, row by row."""

from __future__ import annotations

import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Any

import polars as pl
import pytest

import ambassadors as amb
from ambassadors import fetching
from tests.servers.mastodon.community import BRAND, FANS, RIVAL, Community, community

pytestmark = pytest.mark.servers


@dataclass
class Clock:
    """The true time, but that whoever sleeps need not wait for it."""

    ahead: float = 0.0

    def __call__(self) -> float:
        """Now."""
        return time.time() + self.ahead

    def sleep(self, seconds: float) -> None:
        """On to that much later."""
        self.ahead += seconds


@dataclass
class Town:
    """The community, a recipe that fetches it as the brand, and what the first fetch brought."""

    there: Community
    recipe: Path
    clock: Clock = field(default_factory=Clock)

    def __post_init__(self) -> None:
        self.first = self.fetch()

    def fetch(self) -> fetching.Fetched:
        """One more fetch, to its end."""
        [done] = fetching.fetch(self.recipe, clock=self.clock, sleep=self.clock.sleep)
        assert (done.complete, done.error, done.failed) == (True, None, [])
        return done


@pytest.fixture(scope="module")
def town(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Town]:
    """The community, fetched once."""
    folder = tmp_path_factory.mktemp("mastodon")
    with community(folder / "server") as there, pytest.MonkeyPatch.context() as environment:
        environment.setenv("CAFE_TOKEN", there.server.tokens[BRAND])
        recipe = folder / "brand.toml"
        recipe.write_text(
            f'name = "cafe"\nzone = "UTC"\n[[fetch]]\nplatform = "mastodon"\naccount = "@{BRAND}"\n'
            f'rivals = ["@{RIVAL}"]\nserver = "{there.server.url}"\nprivate = true\ntoken = "CAFE_TOKEN"\ndepth = 1\n',
            encoding="utf-8",
        )
        yield Town(there, recipe)


def _rows(frame: pl.DataFrame, columns: list[str]) -> set[tuple[Any, ...]]:
    return set(frame.select(columns).iter_rows())


def _truth(town: Town, table: str, columns: list[str]) -> set[tuple[Any, ...]]:
    return {tuple(row[column] for column in columns) for row in town.there.truth[table]}


def _when(text: str) -> datetime:
    return datetime.fromisoformat(text)


def _latest(frame: pl.DataFrame) -> pl.DataFrame:
    return frame.sort("observed_at").unique("account", keep="last")


def test_what_was_fetched_is_what_is_there_row_by_row(town: Town) -> None:
    """Accounts with their flags and counts, follows, posts and all that was done to them: no row too many or few."""
    told = ["handle", "followers", "following", "discoverable", "indexable", "hide_collections", "protected"]

    found = amb.read(town.recipe)

    assert _rows(_latest(found.accounts), ["account", *told]) == _truth(town, "accounts", ["account", *told])
    assert _rows(found.follows, ["source", "target"]) == _truth(town, "follows", ["source", "target"])
    posts = {(row["post"], row["author"], _when(row["at"]), row["text"]) for row in town.there.truth["posts"]}
    assert _rows(found.posts, ["post", "author", "at", "text"]) == posts
    acts = ["source", "target", "kind", "post"]
    kinds = found.interactions.with_columns(pl.col("kind").cast(pl.String))
    assert _rows(kinds, acts) == _truth(town, "interactions", acts)
    print("Mastodon: rows there and here:", {table: len(rows) for table, rows in town.there.truth.items()})
    assert kinds.height == len(town.there.truth["interactions"]) >= 240
    assert found.accounts["account"].n_unique() >= 200


def test_acts_have_the_time_at_which_they_were_done_where_any_call_tells_it(town: Town) -> None:
    """What is a post of its own is dated; so are likes and boosts of the brand's posts, of which it was notified."""
    dated = {(row["source"], row["kind"], row["post"]): row["at"] for row in town.there.truth["interactions"]}
    brand = town.there.person(BRAND)

    found = amb.read(town.recipe).interactions.with_columns(pl.col("kind").cast(pl.String))

    for source, target, kind, at, post, latest in found.select(
        "source", "target", "kind", "at", "post", "at_latest"
    ).iter_rows():
        said = dated[source, kind, post]
        assert (latest is None) is (said is not None or target == brand)
        assert said is None or at == _when(said)


def test_the_liar_and_the_private_are_kept_out(town: Town) -> None:
    """Words for a few are not stored, nor those before the time asked for; a time of year 1 is rejected and counted."""
    posts = amb.read(town.recipe).posts

    words = "\n".join(posts["text"].drop_nulls())

    assert "Nothing beats" in words
    assert not [hidden for hidden in ("between us", "my friends", "followers only", "We opened") if hidden in words]
    assert "what year" not in words
    assert town.first.unread == {("posts", "before_1990"): 1, ("interactions", "before_1990"): 1}


def test_the_community_can_be_ranked(town: Town) -> None:
    """From one fetch to a list: people, but neither the brand and its rival, nor who did not agree to it."""
    refuse = {town.there.person(name) for name in (BRAND, RIVAL, *FANS[1:5])}

    found = amb.rank(amb.read(town.recipe), "ambassadors")

    assert found.height >= 150
    assert not refuse & set(found["account"])


def test_a_second_fetch_brings_nothing_new_with_few_calls(town: Town) -> None:
    """What was read is not read again: no row is stored, and few calls are made."""
    before = amb.read(town.recipe)

    done = town.fetch()

    after = amb.read(town.recipe)
    assert not +done.landed.stored
    assert not +done.landed.deleted
    assert done.calls < 60
    assert after.interactions.height == before.interactions.height
    assert after.posts.height == before.posts.height


def test_what_is_deleted_renamed_or_edited_there_is_so_here(town: Town) -> None:
    """A deleted post, a deleted person, a new name and new words: the next sweep takes all of it over."""
    there = town.there
    posts = [row for row in there.truth["posts"] if row["author"] == there.person(BRAND)]
    deleted, edited = (row["post"].removeprefix("mastodon:").partition("@")[0] for row in (posts[5], posts[6]))
    there.call(BRAND, "DELETE", f"statuses/{deleted}")
    there.call(BRAND, "DELETE", f"admin/accounts/{there.ids[FANS[169]]}")
    there.call(BRAND, "PUT", f"statuses/{edited}", status="New words")
    there.server.edit("UPDATE accounts SET username = 'renamed' WHERE id = ?", int(there.ids[FANS[20]]))
    there.forget(post=deleted)
    there.forget(name=FANS[169])
    town.recipe.write_text(f'{town.recipe.read_text()}sweep = "0.0001h"\nrefresh = "0.0001h"\n', encoding="utf-8")

    town.fetch()

    found = amb.read(town.recipe)
    texts = dict(found.posts.select("post", "text").iter_rows())
    assert there.our(deleted) not in texts
    assert there.our(deleted) not in set(found.interactions["post"])
    assert there.person(FANS[169]) not in {*found.accounts["account"], *found.follows["source"], *found.posts["author"]}
    assert _rows(found.follows, ["source", "target"]) == _truth(town, "follows", ["source", "target"])
    assert texts[there.our(edited)] == "New words"
    handles = dict(_latest(found.accounts).select("account", "handle").iter_rows())
    assert handles[there.person(FANS[20])].startswith("renamed@")
