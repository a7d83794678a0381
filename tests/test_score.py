"""Scores: exactly the sum of their parts, in an order that nothing but the data decides."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

import ambassadors as amb
from ambassadors import measures, score
from ambassadors.certainty import GRADES, NOT_ENOUGH
from ambassadors.errors import NotEnoughData, UnknownName
from ambassadors.recipe import DEFAULT_WEIGHTS
from tests.conftest import FILES, RECIPE, Cafe


@pytest.mark.parametrize("ranking", score.RANKINGS)
def test_contributions_add_up_to_the_score_exactly(community: amb.Community, ranking: str) -> None:
    """As printed, to the thousandth: no part is missing and none is made up."""
    ranked = amb.rank(community, ranking)
    parts = [name for name in ranked.columns if name.endswith(":points")]

    for row in ranked.iter_rows(named=True):
        thousandths = [round(1000 * (row[part] or 0)) for part in parts]
        assert sum(thousandths) == round(1000 * row["score"])
        assert row["score"] == round(row["score"], score.DECIMALS)


@pytest.mark.parametrize("ranking", score.RANKINGS)
def test_points_are_weight_times_worth(community: amb.Community, ranking: str) -> None:
    """Each contribution can be computed again from the place among the peers of whom something was counted."""
    ranked, shares = amb.rank(community, ranking), score.weights(community, ranking)

    assert sum(shares.points.values()) == pytest.approx(100)
    for name, weight in shares.points.items():
        for row in ranked.filter(pl.col(name).is_not_null()).iter_rows(named=True):
            assert row[f"{name}:points"] == pytest.approx(weight * worth(community, name, row), abs=6e-4)


def worth(community: amb.Community, name: str, row: dict[str, Any]) -> float:
    """The share of a measure's points that a row of a ranking has earned, by the definitions."""
    one, peers = measures.named(name), score.peer_group(community, name, row["platform"], row["tier"])
    place, of = peers.place(row[name], one.more_is_better), len(peers.values)
    if row[name] == one.nothing:
        return 0.0
    if one.scale == "root":
        return float(np.sqrt(1 - place / of))
    return float(1 - np.log(place) / np.log(of)) if of > 1 else 0.0


@pytest.mark.parametrize("ranking", score.RANKINGS)
def test_a_ranking_is_the_order_with_bounds_and_grades(community: amb.Community, ranking: str) -> None:
    """The rank, its bounds around it, its grade, and then all that the order says."""
    ranked, order = amb.rank(community, ranking), score.order(community, ranking)

    assert ranked.columns[:6] == ["rank", "rank_low", "rank_high", "grade", "account", "platform"]
    assert ranked.drop("rank_low", "rank_high", "grade").equals(order)
    assert ranked.select(pl.col("rank").is_between("rank_low", "rank_high").all()).item()
    assert ranked["rank_high"].max() == ranked.height
    assert set(ranked["grade"]) <= {*GRADES, NOT_ENOUGH}


def test_the_bounds_of_a_ranking_among_whom_nobody_acted_say_that_nothing_is_known(cafe: Cafe) -> None:
    """Customers who only bought are ranked as ambassadors; who acted toward the brand complained, and is not."""
    acts = "source,target,kind,at,post,text\ndan,brand,comment,2026-05-04,p3,awful coffee\ncy,rival,like,2026-05-04,,\n"

    ranked = amb.rank(amb.read(cafe(interactions_csv=acts, follows_csv="source,target,since\n")), "ambassadors")

    assert ranked["account"].to_list() == ["x:ann", "customer:C2"]
    assert ranked.select("rank_low", "rank_high", "grade").rows() == [(1, 2, NOT_ENOUGH)] * 2


@pytest.mark.parametrize("ranking", score.RANKINGS)
def test_reasons_are_the_largest_contributions_one_of_a_kin(community: amb.Community, ranking: str) -> None:
    """Three at most, largest first; not the same twice over; none that hardly counts."""
    parts, named = list(score.weights(community, ranking).points), []

    for row in amb.rank(community, ranking).iter_rows(named=True):
        expected: dict[str, str] = {}
        for name in sorted(parts, key=lambda name: -(row[f"{name}:points"] or 0)):
            if (row[f"{name}:points"] or 0) >= max(score.WORTH_A_WORD * row["score"], 0.001):
                expected.setdefault(measures.named(name).kin, name)
        assert row["reasons"] == list(expected.values())[:3]
        named += row["reasons"]

    assert named


def test_the_brand_rivals_and_staff_are_in_no_ranking(community: amb.Community) -> None:
    """Who must not be ranked is not, however active."""
    for ranking in score.RANKINGS:
        assert not set(amb.rank(community, ranking)["account"]) & {"x:brand", "x:rival", "x:staff"}


def test_ambassadors_stand_on_a_rung(community: amb.Community) -> None:
    """Who only complained, or was never seen with the brand, is no ambassador."""
    ranked = amb.rank(community, "ambassadors")

    assert ranked["account"][0] == "x:ann"
    assert "x:dan" not in ranked["account"]
    assert ranked["rung"].is_in(["like", "love", "advocate", "defend"]).all()


def test_a_measure_that_the_data_cannot_feed_gives_its_points_to_the_others(cafe: Cafe) -> None:
    """The weights are rescaled to 100, and the reason is kept."""
    community = amb.read(cafe(RECIPE[: RECIPE.index('[[files]]\ntable = "customers"')]))

    shares = score.weights(community, "ambassadors")

    assert shares.lacking["net_spend"] == "there are no orders"
    assert sum(shares.points.values()) == pytest.approx(100)
    assert shares.points["brand_affinity"] / shares.points["brand_voice"] == pytest.approx(2)


def test_a_measure_that_is_the_same_for_all_tells_nothing(cafe: Cafe) -> None:
    """A measure without any difference gives its points to the others, too."""
    brand_only = FILES["interactions.csv"].splitlines()[:3]

    shares = score.weights(amb.read(cafe(interactions_csv="\n".join(brand_only) + "\n")), "influencers")

    assert shares.lacking["responders"] == "responders is the same for every candidate"


def test_a_ranking_without_any_measure_says_what_is_missing(cafe: Cafe) -> None:
    """Nobody is ranked on nothing: the reasons are told once each, and all of them."""
    orders_only = RECIPE[RECIPE.index('[[files]]\ntable = "orders"') :]

    with pytest.raises(NotEnoughData) as caught:
        amb.rank(amb.read(cafe('name = "shop"\nzone = "UTC"\n' + orders_only)), "influencers")

    told = str(caught.value).removeprefix("nobody can be ranked as influencers on this data: ").removesuffix(".")
    asked = [name for name, weight in DEFAULT_WEIGHTS["influencers"].items() if weight]
    community = amb.read(cafe('name = "shop"\nzone = "UTC"\n' + orders_only))
    missing = [measures.lacking(community, measures.named(name).needs) for name in asked]
    assert told.split("; ") == list(dict.fromkeys("; ".join(missing).split("; ")))
    assert {"there are no interactions", "there are no follows", "no row of accounts has listed"} <= set(
        told.split("; ")
    )


def test_an_unknown_ranking_is_answered_with_the_right_one(community: amb.Community) -> None:
    """A misspelt ranking is told with the name that was meant."""
    with pytest.raises(UnknownName, match="'influencers'"):
        amb.rank(community, "influencer")


@given(st.lists(st.sampled_from([None, 0.0, 1.0, 2.0, 3.0]), min_size=2, max_size=40))
def test_places_agree_with_their_definition(values: list[float | None]) -> None:
    """Percentile and place are what their docstrings say, ties and missing values included."""
    known = [value for value in values if value is not None]
    frame = pl.DataFrame({"value": values}, schema={"value": pl.Float64})
    value = pl.col("value")

    lower, place = (
        frame.select(score._among([], e, 0)).to_series() for e in (value.rank("min") - 1, (-value).rank("max"))
    )

    for mine, below, at in zip(values, lower, place, strict=True):
        assert below == (None if mine is None else sum(other < mine for other in known))
        assert at == (None if mine is None else sum(other >= mine for other in known))


def test_more_of_anything_never_lowers_a_score(cafe: Cafe) -> None:
    """One more act toward the brand does not move a person down."""
    before = amb.rank(amb.read(cafe()), "ambassadors")
    more = FILES["interactions.csv"] + "bob,brand,share,2026-05-29,p3,\n"
    after = amb.rank(amb.read(cafe(interactions_csv=more)), "ambassadors")

    def place(frame: pl.DataFrame) -> int:
        return int(frame.filter(account="x:bob")["rank"][0])

    assert place(after) <= place(before)


def test_ties_go_by_account(cafe: Cafe) -> None:
    """Equal scores stand in the order of their ids, run after run."""
    acts = "source,target,kind,at,post,text\n" + "".join(
        f"{name},brand,like,2026-05-01,p3,\n" for name in ("z", "m", "a")
    )
    ranked = amb.rank(amb.read(cafe(interactions_csv=acts + "staff,brand,like,2026-05-30,p3,\n")), "ambassadors")

    tied = [account for account in ranked["account"] if account in ("x:z", "x:m", "x:a")]

    assert tied == ["x:a", "x:m", "x:z"]


def test_rates_are_compared_within_a_tier() -> None:
    """Only rates, which move with the size of an audience, ask for peers of the same tier; reach does not."""
    by_tier = {name for name, one in measures.CATALOGUE.items() if one.peers == "tier"}

    assert by_tier == {"engagement_rate_by_followers", "responses_per_post"}


VENDOR = """
name = "list"

[rank]
peers_at_least = 2
"""
EXPORT = """
[[files]]
table = "accounts"
path = "{platform}.csv"
platform = "{platform}"

[files.columns]
account = "id"
followers = "followers"
listed = "listed"
mentions_received = "mentions"
shares_received = "shares"
"""
LINES = """id,followers,listed,mentions,shares
a,1000,90,500,10
b,2000,80,0,30
c,3000,,100,20
d,4000,10,200,0
e,,20,300,
"""
#: Column of the export and measure.
STATED = {
    "followers": "followers_stated",
    "listed": "listed",
    "mentions": "mentions_stated",
    "shares": "shares_stated",
}


def vendors(folder: Path, **lines: str) -> amb.Community:
    """A list of accounts with statistics, a file a platform, and nothing else."""
    for platform, text in lines.items():
        (folder / f"{platform}.csv").write_text(text, encoding="utf-8")
    recipe = VENDOR + "".join(EXPORT.format(platform=platform) for platform in lines)
    (folder / "brand.toml").write_text(recipe, encoding="utf-8")
    return amb.read(folder)


def without(column: str, text: str = LINES) -> str:
    """The export with that column empty."""
    place = text.splitlines()[0].split(",").index(column)
    head, *rows = (line.split(",") for line in text.splitlines())
    return "".join(",".join(row) + "\n" for row in [head, *([*row[:place], "", *row[place + 1 :]] for row in rows)])


def test_statistics_alone_rank_by_the_root_of_the_percentile(tmp_path: Path) -> None:
    """A vendor's export: each column brings weight times the root of 1 - place / of; what is 0 or not said, nothing."""
    community = vendors(tmp_path, x=LINES)
    shares, ranked = score.weights(community, "influencers").points, amb.rank(community, "influencers")

    points = {
        row["account"]: {column: row[f"{name}:points"] for column, name in STATED.items()}
        for row in ranked.iter_rows(named=True)
    }

    assert {name: round(share, 6) for name, share in shares.items()} == {
        "followers_stated": 33.333333, "listed": 33.333333, "mentions_stated": 16.666667, "shares_stated": 16.666667,
    }  # fmt: skip
    third, sixth = 100 / 3, 100 / 6
    places = {  # place and of whom; none where 0 or nothing is said
        "x:a": {"followers": (4, 4), "listed": (1, 4), "mentions": (1, 4), "shares": (3, 3)},
        "x:b": {"followers": (3, 4), "listed": (2, 4), "mentions": None, "shares": (1, 3)},
        "x:c": {"followers": (2, 4), "listed": None, "mentions": (4, 4), "shares": (2, 3)},
        "x:d": {"followers": (1, 4), "listed": (4, 4), "mentions": (3, 4), "shares": None},
        "x:e": {"followers": None, "listed": (3, 4), "mentions": (2, 4), "shares": None},
    }
    for account, columns in places.items():
        for column, place in columns.items():
            share = third if column in ("followers", "listed") else sixth
            expected = share * (1 - place[0] / place[1]) ** 0.5 if place else 0.0
            assert (points[account][column] or 0.0) == pytest.approx(expected, abs=6e-4), (account, column)
        assert ranked.filter(account=account)["score"].item() == pytest.approx(
            sum(filter(None, points[account].values()))
        )


def test_what_is_not_stated_is_not_0(tmp_path: Path) -> None:
    """An empty cell is unknown, and whom nothing is known of changes nobody's points; a 0 is known, and lowest."""
    ranked = amb.rank(vendors(tmp_path, x=LINES), "influencers")
    more = amb.rank(vendors(tmp_path, x=LINES + "f,,,,\n"), "influencers")

    unknown, nothing = (ranked.filter(account=account).row(0, named=True) for account in ("x:e", "x:d"))
    assert (unknown["shares_stated"], unknown["shares_stated:points"], unknown["shares_stated:percentile"]) == (
        None,
    ) * 3
    assert (nothing["shares_stated"], nothing["shares_stated:points"], nothing["shares_stated:percentile"]) == (0, 0, 0)
    assert more.filter(pl.col("account") != "x:f").drop("rank").equals(ranked.drop("rank"))
    assert more.filter(account="x:f")["score"].item() == 0


@pytest.mark.parametrize("column", STATED)
def test_a_column_that_is_missing_gives_its_points_to_the_others(tmp_path: Path, column: str) -> None:
    """In proportion, whichever it is."""
    whole = score.weights(vendors(tmp_path, x=LINES), "influencers").points

    shares = score.weights(vendors(tmp_path, x=without(column)), "influencers")

    left = {name: share for name, share in whole.items() if name != STATED[column]}
    assert shares.points == pytest.approx({name: 100 * share / sum(left.values()) for name, share in left.items()})
    assert STATED[column] in shares.lacking


def test_a_list_of_statistics_has_no_bounds_and_says_that_it_is_stated_only(tmp_path: Path) -> None:
    """Nothing was counted, so how far chance reaches is not known; no grade is given on a vendor's word."""
    ranked = amb.rank(vendors(tmp_path, x=LINES), "influencers")

    assert set(ranked.select("rank_low", "rank_high", "grade").rows()) == {(None, None, score.NO_RESPONSES)}
    assert ranked.schema["rank_low"] == ranked.schema["rank_high"] == pl.Int64


def test_statistics_are_compared_within_a_platform_and_responses_across(tmp_path: Path) -> None:
    """A thousand followers mean another thing elsewhere; a person who responds is a person everywhere."""
    other = LINES.replace("1000", "7000")
    ranked = amb.rank(vendors(tmp_path, x=LINES, y=other), "influencers")

    points = {row["account"]: row["followers_stated:points"] for row in ranked.iter_rows(named=True)}

    assert points["x:d"] == points["y:a"] == pytest.approx(100 / 3 * 0.75**0.5, abs=6e-4)
    assert points["x:a"] == 0
    assert {measures.named(name).peers for name in STATED.values()} == {"platform"}
    assert {measures.named(name).peers for name in ("responders", "responders_now", "audience_responders")} == {"all"}
