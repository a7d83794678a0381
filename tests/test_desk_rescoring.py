"""Rescoring: other weights give exactly the ranking that a recipe with those weights gives."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import ambassadors as amb
from ambassadors import score
from ambassadors.desk.rescoring import APART, DRAWS, SEED, Rescoring
from ambassadors.errors import NotEnoughData, UnknownName
from tests.conftest import Cafe

WEIGHTS = st.one_of(st.just(0.0), st.floats(0.01, 40), st.integers(1, 30).map(float))


@pytest.fixture(scope="module")
def town() -> amb.Community:
    """The town, read once."""
    return amb.read("graphs/town/brand.toml")


@pytest.fixture(scope="module", params=score.RANKINGS)
def rescoring(request: pytest.FixtureRequest, town: amb.Community) -> Rescoring:
    """A ranking of the town whose weights can be changed."""
    return Rescoring(town, request.param)


def weighed_so(community: amb.Community, ranking: str, weights: dict[str, float]) -> amb.Community:
    """The community with a recipe that has those weights; it takes over the measures, which no weight touches."""
    rank = community.recipe.rank.model_copy(update={ranking: weights})
    other = replace(community, recipe=community.recipe.model_copy(update={"rank": rank}))
    made = {key: value for key, value in community._memory.items() if key[0] not in ("rank", "order", "weights")}
    other._memory.update(made)
    return other


def same(rescoring: Rescoring, weights: dict[str, float], ranked: amb.People) -> None:
    """The same people in the same order with the same scores, to the last bit."""
    found = rescoring.rescored(weights)
    assert rescoring.people["account"].gather(found.order).equals(ranked["account"])
    assert found.score[found.order].tolist() == ranked["score"].to_list()
    assert found.rank[found.order].tolist() == ranked["rank"].to_list()


def test_the_recipes_own_weights_give_its_ranking(town: amb.Community, rescoring: Rescoring) -> None:
    """Nothing moves before a weight does."""
    same(rescoring, {}, amb.rank(town, rescoring.ranking))


@settings(max_examples=8, deadline=None)
@given(data=st.data())
def test_any_weights_give_the_ranking_of_a_recipe_with_them(
    town: amb.Community, rescoring: Rescoring, data: st.DataObject
) -> None:
    """Order, scores, rounding, ties, and which measures count for nothing: all as in a ranking made from nothing."""
    weights = {name: data.draw(WEIGHTS) for name in rescoring.recipe}
    weights[data.draw(st.sampled_from(rescoring.measures))] = 1.0

    other = weighed_so(town, rescoring.ranking, weights)

    same(rescoring, weights, score.order(other, rescoring.ranking))


def test_a_small_brand_is_ranked_anew_from_nothing_alike(cafe: Cafe) -> None:
    """Without anything taken over from another community: few peers, and most measures lacking."""
    weights = {"responders": 0.0, "followers_stated": 7.5, "on_topic": 3.0}
    community = amb.read(cafe())
    lines = "\n".join(f"{name} = {weight}" for name, weight in weights.items())
    text = (cafe()).read_text(encoding="utf-8")

    ranked = amb.rank(amb.read(cafe(f"{text}\n[rank.influencers]\n{lines}\n")), "influencers")

    same(Rescoring(community, "influencers"), weights, ranked)


def test_the_weighed_ranking_has_bounds_and_grades_as_well(town: amb.Community) -> None:
    """All columns are those of a recipe with these weights, and so is who surely stands on the list."""
    rescoring = Rescoring(town, "ambassadors")
    weights = rescoring.merged({"order_frequency": 30, "brand_voice": 0, "talked_to": 5})

    ranked = amb.rank(weighed_so(town, "ambassadors", weights), "ambassadors")

    assert score.weighed(town, "ambassadors", weights).equals(ranked)
    assert rescoring.surely(rescoring.rescored(weights), 50) == (ranked.head(50)["rank_high"] <= 50).sum()


def test_ranks_without_responses_have_no_bounds(town: amb.Community) -> None:
    """Where the measure that knows the responses has no weight, nobody is said to stand there surely."""
    rescoring = Rescoring(town, "ambassadors")

    assert rescoring.surely(rescoring.rescored({"brand_affinity": 0}), 50) is None


@pytest.mark.parametrize("k", [1, 50, 700])
def test_stability_is_what_counting_everybody_in_every_draw_gives(rescoring: Rescoring, k: int) -> None:
    """Leaving out who cannot be on a list changes no figure."""
    found = rescoring.rescored({})
    shares = rescoring.shares.fill_null(0.0).to_numpy()
    points = np.array([found.points.get(name, 0.0) for name in rescoring.measures])
    factors = np.random.default_rng(SEED).uniform(1 - APART, 1 + APART, (DRAWS, points.size))
    drawn = (factors * points) @ shares.T

    stability = rescoring.stability(found, k)

    least = np.sort(drawn, axis=1)[:, [-k]]
    stay = drawn[:, found.order[:k]] >= least - 1e-9
    assert stability.share == pytest.approx(stay.mean(axis=0))
    assert stability.mean == pytest.approx(stay.sum(axis=1).mean())
    assert (stay.sum(axis=1) >= stability.mostly).mean() >= 0.9


def test_a_list_of_everybody_is_stable(rescoring: Rescoring) -> None:
    """Nobody can leave a list on which all stand."""
    stability = rescoring.stability(rescoring.rescored({}), rescoring.people.height)

    assert stability.mean == stability.mostly == rescoring.people.height
    assert stability.share.min() == 1


def test_what_cannot_be_weighed_is_told(rescoring: Rescoring) -> None:
    """A misspelt measure, one of the catalogue that the recipe does not weigh here, and no weight at all."""
    with pytest.raises(UnknownName, match="Did you mean"):
        rescoring.rescored({rescoring.measures[0] + "s": 1})
    with pytest.raises(UnknownName, match=r"Write net_worth = 0|there is no measure 'net_worth'"):
        rescoring.rescored({"net_worth": 1})
    with pytest.raises(NotEnoughData, match="all weights are 0"):
        rescoring.rescored(dict.fromkeys(rescoring.recipe, 0))
