"""Fetching from a server on loopback, through the door that the command line uses."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

import polars as pl
import pytest

import ambassadors as amb
from ambassadors import fetching, tables
from ambassadors.errors import RecipeError, TokenError, UnknownName
from ambassadors.lake import Lake
from tests import small_mastodon
from tests.small_mastodon import BRAND, POSTS, RIVAL, SmallServer


@pytest.fixture(scope="module")
def town() -> SmallServer:
    """The small server, for all tests of this module."""
    with small_mastodon.running() as server:
        yield server


def written(folder: Path, text: str) -> Path:
    """A recipe in a folder of its own."""
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / "brand.toml"
    path.write_text(text)
    return path


@pytest.fixture(scope="module")
def fetched(town: SmallServer, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A recipe whose rows were fetched once."""
    path = written(tmp_path_factory.mktemp("fetched"), small_mastodon.recipe(town.address))
    (found,) = fetching.fetch(path)
    assert found.complete, found.error
    return path


def test_rows_are_those_of_the_server(fetched: Path, town: SmallServer) -> None:
    """Follows, likes, shares and replies are the server's, none more and none less."""
    community, host = amb.read(fetched), town.address.removeprefix("http://")

    def name(one: int) -> str:
        return f"mastodon:{one}@{host}"

    follows = {(name(one), name(brand)) for brand in (BRAND, RIVAL) for one in small_mastodon.followers(brand)}
    acts = {
        (name(one), name(post), kind)
        for brand in (BRAND, RIVAL)
        for post in small_mastodon.posts(brand)
        for kind, who in (("like", small_mastodon.likers), ("share", small_mastodon.boosters))
        for one in who(post)
    }
    seen = community.interactions.filter(pl.col("kind").is_in(["like", "share"]))
    assert set(community.follows.select("source", "target").iter_rows()) == follows
    assert set(seen.select("source", "post", "kind").iter_rows()) == acts
    posts = [post for brand in (BRAND, RIVAL) for post in small_mastodon.posts(brand)]
    replies = [one for post in posts for one in small_mastodon.replies(post)]
    assert community.interactions.filter(pl.col("kind") == "reply").height == len(replies)
    assert community.posts.height == 2 * POSTS + len(replies)
    assert community.brand.accounts == (name(BRAND),)
    assert community.brand.rivals == (name(RIVAL),)


def test_the_second_fetch_brings_nothing_new(fetched: Path, town: SmallServer) -> None:
    """Where nothing happened, fetching again stores nothing and asks a small part of what it asked at first."""
    first = len(town.asked)
    (found,) = fetching.fetch(fetched)

    assert found.complete
    assert not found.landed.stored
    assert len(town.asked) - first < first / 5


def test_the_plan_only_looks(town: SmallServer, tmp_path: Path) -> None:
    """A plan makes the look-ups alone, and says how many calls are to come."""
    path, before = written(tmp_path, small_mastodon.recipe(town.address)), len(town.asked)
    (found,) = fetching.fetch(path, plan=True)

    assert len(town.asked) - before <= 3
    assert found.outlook is not None
    assert found.outlook.calls > 50
    assert not Lake(tmp_path / "fetched").read("follows").height


def test_faults_of_sections_are_told_at_once(tmp_path: Path) -> None:
    """A topic that the platform does not have, a server that is missing and a budget without a price: all together."""
    path = written(
        tmp_path,
        'name = "a"\n[[fetch]]\nplatform = "instagram"\naccount = "b"\ntopics = ["followers"]\n'
        '[[fetch]]\nplatform = "mastodon"\naccount = "b"\n[[fetch]]\nplatform = "x"\naccount = "b"\nbudget = 5\n',
    )
    with pytest.raises(RecipeError) as caught:
        fetching.fetch(path)

    assert [fault.key for fault in caught.value.faults] == ["fetch[1].topics", "fetch[2].server", "fetch[3].budget"]


def test_without_a_token_it_says_how_to_get_one(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A platform that needs a token is not asked without one; the variable is named, and the others are fetched."""
    monkeypatch.delenv("AMBASSADORS_X_TOKEN", raising=False)
    path = written(tmp_path, 'name = "a"\n[[fetch]]\nplatform = "x"\naccount = "b"\n')

    (found,) = fetching.fetch(path)

    assert isinstance(found.error, TokenError)
    assert "AMBASSADORS_X_TOKEN" in str(found.error)


def test_a_platform_that_the_recipe_does_not_name(fetched: Path) -> None:
    """``only`` with another platform says which there are."""
    with pytest.raises(UnknownName, match="mastodon"):
        fetching.fetch(fetched, only="mastodn")


def test_an_account_that_is_not_there(town: SmallServer, tmp_path: Path) -> None:
    """A handle that nobody bears is told as such."""
    path = written(tmp_path, small_mastodon.recipe(town.address).replace("@brand", "@brnad"))

    (found,) = fetching.fetch(path)

    assert found.left
    assert "brnad" in found.left[0][0]


def test_nobody_else_becomes_the_brand(tmp_path: Path) -> None:
    """Somebody of another server with the brand's name, seen later, is not taken for it; old ties outlast ``keep``."""
    lake, first, later = Lake(tmp_path / "fetched"), datetime(2026, 1, 1, tzinfo=UTC), datetime(2026, 6, 1, tzinfo=UTC)
    people = [("1", "brand@m.example", first), ("5", "brand@evil.example", later)]
    name = "mastodon:{}@m.example".format
    accounts = [{"account": name(native), "handle": handle, "observed_at": at} for native, handle, at in people]
    tie = {"source": "mastodon:5@m.example", "target": "mastodon:1@m.example", "observed_at": first}
    for table, rows in (("accounts", accounts), ("follows", [tie])):
        whole = pl.DataFrame(rows, schema_overrides={"observed_at": pl.Datetime("us", "UTC")})
        good, rejects = tables.check(tables.table(table), whole)
        assert rejects.is_empty()
        lake.land(table, good.drop("row"), source="mastodon", now=first)
    text = small_mastodon.recipe("https://m.example", more='keep = "30d"').replace('rivals = ["@rival"]', "")

    community = amb.read(written(tmp_path, text))

    assert community.brand.accounts == ("mastodon:1@m.example",)
    assert community.follows.height == 1
