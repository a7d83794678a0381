"""Attacks: what they add looks real, and what it brings an ordinary account is next to nothing."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import polars as pl
import pytest

import ambassadors as amb
from ambassadors import score
from ambassadors.backtesting.attacks import (
    ATTACKS,
    CAMOUFLAGE,
    POD,
    Rows,
    attacked,
    attacks,
    bought,
    mass_follow,
    ordinary,
    pod,
)
from ambassadors.errors import NotEnoughData
from tests.conftest import Cafe

TOWN = Path(__file__).parent.parent / "graphs" / "town"
EACH = pytest.mark.parametrize("name", ATTACKS)
BOUGHT = [name for name in ATTACKS if "bought" in name]


@pytest.fixture(scope="module")
def town() -> amb.Community:
    """The simulated town."""
    return amb.read(TOWN)


@pytest.fixture(scope="module")
def gains(town: amb.Community) -> pl.DataFrame:
    """All attacks by two of its ordinary accounts."""
    return attacks(town, buyers=2)


@pytest.fixture(scope="module")
def buyer(town: amb.Community) -> str:
    """One of them."""
    return ordinary(town, 1, np.random.default_rng(7))[0]


@pytest.fixture(scope="module")
def made(town: amb.Community, buyer: str) -> dict[str, Rows]:
    """The rows of each attack."""
    return {name: attack(town, buyer, np.random.default_rng(7)) for name, attack in ATTACKS.items()}


def figure(gains: pl.DataFrame, attack: str, name: str) -> float:
    """One figure of one attack."""
    return float(gains.row(by_predicate=pl.col("attack") == attack, named=True)[name])


@pytest.mark.parametrize("attack", [*BOUGHT, "following 1,000 strangers"])
def test_followers_can_be_bought_but_no_place(gains: pl.DataFrame, attack: str) -> None:
    """A hundred or a thousand, silent or busy, and a thousand strangers followed: at most one percentile."""
    assert figure(gains, attack, "gained") <= 1


def test_a_pod_brings_little(gains: pl.DataFrame) -> None:
    """What thirty give one another and take back is at most ten percentiles."""
    assert figure(gains, f"a pod of {POD}", "gained") <= 10


def test_a_pod_that_acts_in_turns_is_pointed_at(gains: pl.DataFrame) -> None:
    """Nothing is returned, so that it counts; but the circle shows."""
    assert figure(gains, f"a pod of {POD} that acts in turns", "flagged") >= 0.8


@pytest.mark.parametrize("place", [50, 100, 300, 1000])
def test_who_has_an_audience_cannot_buy_more_of_it(town: amb.Community, place: int) -> None:
    """A thousand busy new accounts do not move those either who stand high, and have people to hide them among."""
    before = score.order(town, "influencers")
    account = before["account"][place]

    after = score.order(attacked(town, bought(town, account, np.random.default_rng(0), size=1000)), "influencers")

    assert after.filter(account=account)["rank"].item() >= 0.95 * (place + 1)


def test_the_table_has_a_row_an_attack(gains: pl.DataFrame) -> None:
    """In the order in which they are listed, from the middle of the list."""
    assert gains.columns == ["attack", "buyers", "before", "gained", "most", "flagged"]
    assert gains["attack"].to_list() == list(ATTACKS)
    assert set(gains["buyers"]) == {2}
    assert gains["before"].is_between(44, 56).all()
    assert (gains["most"] >= gains["gained"]).all()


def test_the_same_seed_gives_the_same_table(town: amb.Community, monkeypatch: pytest.MonkeyPatch) -> None:
    """To the last digit, and it is told how far it is."""
    for name in list(ATTACKS)[3:]:
        monkeypatch.delitem(ATTACKS, name)
    heard: list[tuple[int, int]] = []

    one = attacks(town, buyers=1, seed=3, on_attack=lambda place, of: heard.append((place, of)))

    assert attacks(town, buyers=1, seed=3).equals(one)
    assert heard == [(1, 3), (2, 3), (3, 3)]


def test_an_ordinary_account_stands_in_the_middle(town: amb.Community) -> None:
    """Of those with any points, between the 45th and 55th of a hundred, each once, and drawn by the seed."""
    ranked = score.order(town, "influencers").filter(pl.col("score") > 0)["account"].to_list()

    found = ordinary(town, 20, np.random.default_rng(1))

    assert len(set(found)) == 20
    assert all(0.44 < ranked.index(account) / len(ranked) < 0.56 for account in found)
    assert found == ordinary(town, 20, np.random.default_rng(1))
    assert found != ordinary(town, 20, np.random.default_rng(2))


def test_too_few_accounts_are_told(cafe: Cafe) -> None:
    """Of a handful none is ordinary."""
    with pytest.raises(NotEnoughData, match=r"only \d+ accounts have any points as influencers"):
        attacks(amb.read(cafe()))


@EACH
def test_nobody_is_tied_to_themselves(made: dict[str, Rows], name: str) -> None:
    """Neither by a follow nor by an act."""
    for frame in (made[name].follows, made[name].interactions):
        assert frame.filter(pl.col("source") == pl.col("target")).is_empty()


@EACH
def test_every_follow_is_new_and_made_once(town: amb.Community, made: dict[str, Rows], name: str) -> None:
    """Nothing is added that was known, nor twice; all of it now."""
    follows, ends = made[name].follows, ["source", "target"]

    assert follows.height > 0
    assert follows.select(ends).is_duplicated().sum() == 0
    assert follows.join(town.follows, ends, how="semi").is_empty()
    assert set(follows["since"]) == {town.moment}


@EACH
def test_acts_lie_within_the_data_and_on_posts_that_were_there(
    town: amb.Community, made: dict[str, Rows], name: str
) -> None:
    """From the first act to the moment, and each on a post of its target that had been published."""
    acts = made[name].interactions
    posts = town.posts.select("post", "author", pl.col("at").alias("published"))

    found = acts.filter(pl.col("post").is_not_null()).join(posts, "post", how="left")

    assert acts["at"].is_between(town.interactions["at"].min(), town.moment).all()
    assert (found["author"] == found["target"]).all()
    assert (found["published"] <= found["at"]).all()
    assert acts.is_empty() == (name in BOUGHT[:2] or name.startswith("following"))


@EACH
def test_stated_followers_rise_with_those_who_follow(
    town: amb.Community, made: dict[str, Rows], buyer: str, name: str
) -> None:
    """By as many as the attack adds, for the buyer and everyone else who is followed."""
    both = (town, attacked(town, made[name]))
    before, after = (dict(one.accounts.select("account", "followers").iter_rows()) for one in both)
    more = dict(made[name].follows["target"].value_counts().iter_rows())

    assert more[buyer] > 0
    for account, followers in before.items():
        assert after[account] == (None if followers is None else followers + more.get(account, 0))


@EACH
def test_an_attacked_community_is_a_community(town: amb.Community, made: dict[str, Rows], name: str) -> None:
    """All rows of before and the new ones, in the same columns and the order of time; the one before is untouched."""
    heights = {table: frame.height for table, frame in town.kept.items()}

    after = attacked(town, made[name])

    assert {table: frame.height for table, frame in town.kept.items()} == heights
    assert after.moment == town.moment
    assert after.interactions["at"].is_sorted()
    for table in ("follows", "interactions"):
        added = getattr(made[name], table)
        assert getattr(after, table).schema == getattr(town, table).schema
        assert getattr(after, table).height == heights[table] + added.height


@pytest.mark.parametrize("size", [1, 3, 100])
def test_bought_accounts_follow_the_buyer_each_other_and_the_popular(
    town: amb.Community, buyer: str, size: int
) -> None:
    """All of them the buyer; three of their own where there are enough; and others, so as not to stand out."""
    rows = bought(town, buyer, np.random.default_rng(0), size=size)
    bots = set(rows.follows["source"])

    assert len(bots) == size
    assert not bots & set(town.accounts["account"])
    assert set(rows.follows.filter(target=buyer)["source"]) == bots
    assert rows.follows.filter(pl.col("target").is_in(bots)).height == (3 * size if size > 3 else 0)
    assert size < rows.follows.filter(~pl.col("target").is_in([*bots, buyer])).height <= CAMOUFLAGE * size
    assert set(rows.interactions["source"]) == bots
    assert set(rows.accounts.filter(pl.col("account").is_in(bots))["followers"]) == {0}


def test_a_pod_gives_and_takes(town: amb.Community, buyer: str) -> None:
    """Thirty accounts, of whom each likes or shares all others four times."""
    acts = pod(town, buyer, np.random.default_rng(0)).interactions
    pairs = acts.group_by("source", "target").len()

    assert acts["source"].n_unique() == POD
    assert buyer in set(acts["source"])
    assert pairs.height == POD * (POD - 1)
    assert set(pairs["len"]) == {4}


def test_a_pod_in_turns_returns_nothing(town: amb.Community, buyer: str) -> None:
    """Of each two one acts and follows, and the other never does."""
    rows = pod(town, buyer, np.random.default_rng(0), in_turns=True)
    given = set(rows.interactions.select("source", "target").iter_rows())

    assert len(given) == POD * (POD - 1) / 2
    assert not given & {(two, one) for one, two in given}
    assert set(rows.follows.select("source", "target").iter_rows()) <= given


def test_who_follows_a_thousand_strangers_is_followed_back_by_fifty(town: amb.Community, buyer: str) -> None:
    """One in twenty, as far as they did not know each other."""
    follows = mass_follow(town, buyer, np.random.default_rng(0)).follows

    assert 900 < follows.filter(source=buyer).height <= 1000
    assert 40 < follows.filter(target=buyer).height <= 50
    assert follows.height == follows.filter((pl.col("source") == buyer) | (pl.col("target") == buyer)).height


def test_the_same_generator_gives_the_same_rows(town: amb.Community, buyer: str, made: dict[str, Rows]) -> None:
    """Row by row."""
    for name, attack in ATTACKS.items():
        again = attack(town, buyer, np.random.default_rng(7))
        for table in ("accounts", "follows", "interactions"):
            assert getattr(again, table).equals(getattr(made[name], table)), name


def test_in_short_data_acts_begin_with_it(town: amb.Community) -> None:
    """Two days hold no six weeks."""
    short = town.as_of("2025-06-03")
    first = short.interactions["at"].min()

    acts = bought(short, short.candidates["account"][0], np.random.default_rng(0), size=50).interactions

    assert acts.height > 0
    assert acts["at"].is_between(first, short.moment).all()


def test_data_without_acts_is_given_none(cafe: Cafe) -> None:
    """Where nobody acts, a bought account that did would stand out."""
    silent = amb.read(cafe(interactions_csv="source,target,kind,at,post,text\n"))

    rows = bought(silent, "x:bob", np.random.default_rng(0), size=5)

    assert rows.interactions.is_empty()
    assert set(rows.follows.filter(target="x:bob")["source"]) == {f"x:bought-{place:05}" for place in range(5)}
