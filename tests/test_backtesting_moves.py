"""Past forecasts of moves against what came, beside three simple sorts."""

from __future__ import annotations

import json
import warnings
from dataclasses import replace
from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import numpy as np
import polars as pl
import pytest
from sklearn.metrics import roc_auc_score

import ambassadors as amb
from ambassadors.backtesting import Moves, moves
from ambassadors.errors import NotEnoughData
from ambassadors.propensity.figures import Order
from tests.seen_html import seen
from tests.towns import asking, day_of, fans, foretold, some_fans, town

ORDERS = ["the forecast", "frequency", "recency, frequency, money", "sort by followers"]
FIGURES = ("auc", "lift_1", "lift_5", "lift_10", "lead")


@cache
def tried() -> Moves:
    """The town's past forecasts of who comes to love the brand."""
    return moves(town(), resamples=60)


def of(order: str) -> dict[str, Any]:
    """The figures of one order."""
    return tried().orders.row(by_predicate=pl.col("order") == order, named=True)


def test_the_forecast_stands_first_beside_three_simple_sorts() -> None:
    """And none of them foretells as well, beyond chance."""
    assert tried().orders["order"].to_list() == ORDERS
    for order in ORDERS[1:]:
        assert of(order)["auc"] < of("the forecast")["auc"]
        assert of(order)["lead_low"] > 0


def test_figures_can_be_computed_again() -> None:
    """From the past forecasts themselves: the mean over the moments, each by its events."""
    made = foretold()
    areas = [roc_auc_score(check.happened, check.log_odds) for check in made.checks]
    lifts = [Order(check.log_odds, check.happened).lift(0.10) for check in made.checks]

    events = [check.happened.sum() for check in made.checks]
    assert of("the forecast")["auc"] == pytest.approx(np.average(areas, weights=events))
    assert of("the forecast")["lift_10"] == pytest.approx(np.average(lifts, weights=events))
    assert tried().by_origin["auc"].to_list() == pytest.approx(areas)


def test_a_simple_sort_knows_what_was_known_then() -> None:
    """Sorted by followers as of each moment: those stated by then, else those in the data."""
    areas = []
    for check in foretold().checks:
        past = town().as_of(check.origin)
        stated = dict(past.accounts.select("account", "followers").iter_rows())
        known = dict(past.follows.group_by("target").len().iter_rows())
        many = [stated.get(one) if stated.get(one) is not None else known.get(one, -1) for one in check.account]
        areas.append(roc_auc_score(check.happened, many))

    events = [check.happened.sum() for check in foretold().checks]
    assert of("sort by followers")["auc"] == pytest.approx(np.average(areas, weights=events))


def test_most_figures_lie_in_their_intervals() -> None:
    """Nine of ten; and a lower bound is never above its upper one."""
    inside = []
    for row in tried().orders.iter_rows(named=True):
        for name in FIGURES:
            assert row[f"{name}_low"] <= row[f"{name}_high"]
            inside.append(row[f"{name}_low"] - 1e-9 <= row[name] <= row[f"{name}_high"] + 1e-9)

    assert np.mean(inside) >= 0.9


def test_the_forecast_leads_itself_by_nothing() -> None:
    """Nor in any draw."""
    assert [of("the forecast")[name] for name in ("lead", "lead_low", "lead_high")] == [0, 0, 0]


def test_a_lead_is_the_difference_of_two_areas() -> None:
    """For each sort."""
    for order in ORDERS:
        assert of(order)["lead"] == pytest.approx(of("the forecast")["auc"] - of(order)["auc"])


def test_each_moment_has_its_row() -> None:
    """People, events, and what was foretold, as the forecast has them."""
    made = foretold()

    assert tried().by_origin["origin"].to_list() == [check.origin for check in made.checks]
    assert tried().by_origin["events"].to_list() == [int(check.happened.sum()) for check in made.checks]
    assert tried().by_origin["people"].to_list() == [check.happened.size for check in made.checks]
    assert tried().by_origin["foretold"].to_list() == pytest.approx([check.chance.sum() for check in made.checks])
    assert tried().by_origin["kept"].all()


def test_the_curve_is_of_everybody_foretold() -> None:
    """Each once, and the error lies between its bounds."""
    assert tried().curve["people"].sum() == tried().by_origin["people"].sum()
    assert tried().curve["events"].sum() == tried().by_origin["events"].sum()
    assert 0 <= tried().error[1] <= tried().error[2] < 0.1


def test_the_weights_are_the_models_strongest_first() -> None:
    """What each feature adds for one standard deviation."""
    made = foretold()

    assert dict(tried().weights.select("feature", "weight").iter_rows()) == {
        feature.name: feature.weight for feature in made.model.features
    }
    assert tried().weights["weight"].abs().is_sorted(descending=True)
    assert tried().doubts == made.withheld


def test_everything_can_be_written_as_json() -> None:
    """In plain values, none of which is no number."""
    told = json.loads(json.dumps(tried().as_json(), allow_nan=False))

    assert told["event"] == "reach love"
    assert told["horizon_hours"] == 720
    assert told["by"] == "hazard"
    assert [row["order"] for row in told["orders"]] == ORDERS
    assert told["by_origin"][0]["origin"].startswith("2025-12-02T23:59:59")


def test_the_same_seed_gives_the_same_figures() -> None:
    """To the last digit; another seed draws other people, and the figures themselves stay."""
    again, other = moves(town(), resamples=60), moves(town(), resamples=60, seed=1)

    assert again.as_json() == tried().as_json()
    assert other.orders["auc"].equals(tried().orders["auc"])
    assert not other.orders["auc_low"].equals(tried().orders["auc_low"])


def test_without_draws_the_bounds_are_the_figure() -> None:
    """Nothing is made up."""
    bare = moves(town(), resamples=0)

    for row in bare.orders.iter_rows(named=True):
        assert row["auc_low"] == row["auc"] == row["auc_high"]
    assert len(set(bare.error)) == 1


def test_without_past_forecasts_there_is_nothing_to_test(tmp_path: Path) -> None:
    """It is said of what, and why."""
    with pytest.raises(NotEnoughData, match=r"no past forecast of who will reach advocate can be checked: .*too short"):
        moves(fans(tmp_path, "ann,like,2025-12-01\nbob,like,2025-12-20\n"))


@cache
def rare() -> amb.Community:
    """A year of fans of whom nobody moves in the eleventh month, and a single one in the last."""
    with TemporaryDirectory() as folder:
        rows = [row for row in some_fans().splitlines() if not ("referral" in row and row[-10:] >= day_of(300))]
        last = "f300-6-0,referral,2025-12-10"
        return fans(Path(folder), "\n".join([*rows, last, ""]))


def test_a_moment_at_which_it_happened_to_nobody_is_told_without_an_area() -> None:
    """It is no figure, and the whole can be written all the same; the others make the mean."""
    found = moves(rare(), resamples=5)

    quiet = found.by_origin.filter(pl.col("events") == 0)
    assert quiet.height == 1
    assert quiet["people"][0] > 0
    json.dumps(found.as_json(), allow_nan=False)


def test_a_draw_without_anyone_who_moved_is_no_figure() -> None:
    """Where it happened to few, some draws hold none of them: they are left out, and every bound is a number."""
    once = asking(replace(rare()), origins=3, features=("likes", "comments", "quiet_days"))

    with warnings.catch_warnings():
        warnings.simplefilter("error")
        found = moves(once, resamples=200)

    assert found.by_origin["events"].sum() <= 2
    for row in found.orders.iter_rows(named=True):
        for name in FIGURES:
            assert np.isfinite([row[name], row[f"{name}_low"], row[f"{name}_high"]]).all()


def test_a_notebook_shows_how_past_forecasts_went() -> None:
    """Areas and lifts beside the simple sorts, date by date, and whether chances are given out today."""
    text, best = seen(tried()._repr_html_()).text, of("the forecast")

    assert text.startswith(f"Who will {tried().says}? past forecasts")
    assert f"the forecast {best['auc']:.3f} {best['auc_low']:.3f} to {best['auc_high']:.3f}" in text
    assert all(f"{row['origin']:%Y-%m-%d %H:%M} {row['people']:,}" in text for row in tried().by_origin.to_dicts())
    assert f"the first 12 of {tried().weights.height}" in text
    assert "Probabilities are given out today" in text


def test_a_notebook_shows_what_is_no_figure_as_nothing() -> None:
    """A moment without an area leaves its cell empty, and a doubt is told."""
    areas = tried().by_origin.with_columns(auc=pl.lit(float("nan")))

    text = seen(replace(tried(), by_origin=areas, doubts=("too few <moves>",))._repr_html_()).text

    assert "nan" not in text
    assert "No probabilities are given out today: too few <moves>." in text
