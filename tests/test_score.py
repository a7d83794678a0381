"""Scores: exactly the sum of their parts, in an order that nothing but the data decides."""

from __future__ import annotations

import numpy as np
import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

import ambassadors as amb
from ambassadors import measures, score
from ambassadors.errors import NotEnoughData, UnknownName
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
    """Each contribution can be computed again from the place among the peers."""
    ranked, shares = amb.rank(community, ranking), score.weights(community, ranking)

    assert sum(shares.points.values()) == pytest.approx(100)
    for name, weight in shares.points.items():
        for row in ranked.filter(pl.col(name).is_not_null()).iter_rows(named=True):
            peers = score.peer_group(community, name, row["platform"], row["tier"])
            place, of = peers.place(row[name], measures.named(name).more_is_better), len(peers.values)
            worth = 1 - np.log(place) / np.log(of) if of > 1 else 0.0
            assert row[f"{name}:points"] == pytest.approx(weight * worth, abs=6e-4)


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
    """Nobody is ranked on nothing: the reasons are told once each."""
    orders_only = RECIPE[RECIPE.index('[[files]]\ntable = "orders"') :]

    with pytest.raises(NotEnoughData, match="there are no interactions; there are no follows"):
        amb.rank(amb.read(cafe('name = "shop"\nzone = "UTC"\n' + orders_only)), "influencers")


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
    """Only rates ask for peers of the same tier; reach is compared across tiers."""
    by_tier = {name for name, one in measures.CATALOGUE.items() if one.peers == "tier"}

    assert by_tier == {"engagement_rate_by_followers"}
