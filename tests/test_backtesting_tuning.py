"""Tuning: learned on earlier windows alone, judged on later ones, and written into a copy of the recipe."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import numpy as np
import polars as pl
import pytest

import ambassadors as amb
from ambassadors import recipe
from ambassadors.backtesting import Tuning, tune, tuned
from ambassadors.errors import NotEnoughData, UnknownName
from tests.conftest import Cafe
from tests.seen_html import seen

TOWN = Path(__file__).parent.parent / "graphs" / "town"
TEXT = (TOWN / "brand.toml").read_text(encoding="utf-8")


@pytest.fixture(scope="module")
def town() -> amb.Community:
    """The simulated town."""
    return amb.read(TOWN)


@pytest.fixture(scope="module")
def result(town: amb.Community) -> Tuning:
    """Its influencers, tuned."""
    return tune(town, horizon="30d", resamples=40)


def test_nothing_of_the_later_windows_is_learned_from(result: Tuning) -> None:
    """The last label of the earlier windows lies before the first later origin."""
    assert len(result.earlier) == 4
    assert len(result.later) == 2
    assert max(one.until for one in result.earlier) <= min(one.origin for one in result.later)


def test_what_happens_after_the_earlier_windows_changes_no_weight(town: amb.Community, result: Tuning) -> None:
    """With another future, the same is learned: only the verdict differs."""
    border = result.later[0].origin
    acts = town.interactions
    generator = np.random.default_rng(1)
    moved = pl.Series("target", acts["target"].gather(generator.permutation(acts.height)))
    changed = acts.with_columns(target=pl.when(pl.col("at") > border).then(moved).otherwise("target"))
    other_future = replace(town, kept={**town.kept, "interactions": changed})

    again = tune(other_future, horizon="30d", resamples=40)

    assert again.weights.equals(result.weights)
    assert again.settings.equals(result.settings)
    assert again.gain != result.gain


def test_weights_are_a_share_of_100_and_never_negative(result: Tuning) -> None:
    """The score stays a sum of its parts, of the measures that the recipe weighs."""
    assert result.weights["before"].sum() == pytest.approx(100)
    assert result.weights["after"].sum() == pytest.approx(100)
    assert result.weights["after"].min() >= 0
    weighed = {name for name, weight in recipe.DEFAULT_WEIGHTS["influencers"].items() if weight > 0}
    assert set(result.weights["measure"]) == weighed


def test_the_gain_is_the_difference_on_the_later_windows(result: Tuning) -> None:
    """The recipe's figure, the tuned one, and their difference inside its bounds."""
    before, after = result.figures["ndcg"]
    gain, low, high = result.gain

    assert gain == pytest.approx(after - before)
    assert low is not None
    assert high is not None
    assert low <= gain <= high
    assert result.better == (low > 0)


def test_what_was_chosen_did_best_on_the_earlier_windows(result: Tuning) -> None:
    """One setting and one strength are chosen, and none that was tried is better."""
    for tried in (result.settings, result.pulls):
        assert tried["chosen"].sum() == 1
        assert tried.filter("chosen")["ndcg"].item() == pytest.approx(tried["ndcg"].max(), abs=1e-4)


def test_the_copy_of_the_recipe_has_the_learned_weights_and_nothing_else_changed(result: Tuning) -> None:
    """Every line of the recipe stays, comments too; read again, it weighs as was learned."""
    copy = tuned(TEXT, result)

    kept = [line for line in TEXT.splitlines() if line.strip()]
    lines = iter(copy.splitlines())
    assert all(any(line == other for other in lines) for line in kept)
    parsed = recipe.parse(recipe.tomllib.loads(copy))
    given = parsed.rank.influencers
    for row in result.weights.iter_rows(named=True):
        assert given[row["measure"]] == pytest.approx(row["after"], abs=0.051)
    assert parsed.graph == recipe.parse(recipe.tomllib.loads(TEXT)).graph


def test_a_recipe_that_weighs_already_keeps_its_place_and_comments(result: Tuning) -> None:
    """Weights that stand in the recipe are replaced where they stand."""
    copy = tuned(TEXT + "\n[rank.influencers] # ours\nresponders = 90 # most of all\nkind_mix = 0\n", result)

    assert "[rank.influencers] # ours" in copy
    assert "# most of all" in copy
    assert "responders = 90" not in copy
    assert "kind_mix = 0" in copy


def test_other_settings_are_written_where_they_did_better(town: amb.Community) -> None:
    """A half-life that foretells better, and weights of kinds where only some kinds are judged."""
    short = town.recipe.graph.model_copy(update={"half_life": timedelta(hours=1)})
    bad = replace(town, recipe=town.recipe.model_copy(update={"graph": short}))

    found = tune(bad, "ambassadors", horizon="30d", resamples=5)

    assert found.half_life_changed
    days = found.recipe.graph.half_life.days
    assert days >= 20
    assert f'half_life = "{days}d"' in tuned(TEXT, found)


def test_the_same_input_is_tuned_alike(town: amb.Community, result: Tuning) -> None:
    """To the last digit, in plain values."""
    again = tune(town, horizon="30d", resamples=40)

    assert json.dumps(again.as_json()) == json.dumps(result.as_json())


def test_too_few_windows_are_told(town: amb.Community, cafe: Cafe) -> None:
    """One origin, two, or none left to learn from: what is needed is said."""
    for origins, later in ((1, None), (2, None), (3, 2), (3, 3)):
        with pytest.raises(NotEnoughData, match="two are needed"):
            tune(town, horizon="30d", origins=origins, later=later)
    with pytest.raises(NotEnoughData, match="too short"):
        tune(amb.read(cafe()), horizon="30d")


def test_a_ranking_that_does_not_exist_is_told_with_the_nearest(town: amb.Community) -> None:
    """Before any work is done."""
    with pytest.raises(UnknownName, match="Did you mean 'ambassadors'"):
        tune(town, "ambassador", horizon="30d")


def test_a_notebook_shows_what_changed_and_what_it_gains(result: Tuning) -> None:
    """The verdict on later dates first, then the weights that changed most, then what was tried."""
    text = seen(result._repr_html_()).text
    first = result.weights.sort((pl.col("after") - pl.col("before")).abs(), descending=True).row(0, named=True)

    assert f"NDCG {result.gain[0]:+.3f} ({result.gain[1]:+.3f} to {result.gain[2]:+.3f}) on the later dates" in text
    assert f"change {first['measure'].replace('_', ' ')} {first['before']:.1f} {first['after']:.1f}" in text
    assert "the recipe" in text
    assert "chosen" in text
