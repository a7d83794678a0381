"""Offers to grocery households: who takes them up, out of time, beside simple orders; and what asking adds.

    python tests/bench/household_offers.py DATA

Each campaign from the sixteenth on is foretold from campaigns that had ended when it began. Labels are what is known by
the end of the data: campaigns 20 to 23 still ran then. Areas under the curve are within a campaign, averaged by how
many took it up; intervals are of 90 %, over draws of households.
"""

from __future__ import annotations

import sys
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import polars as pl

import ambassadors as amb
from ambassadors.errors import NotEnoughData
from ambassadors.propensity import features
from ambassadors.propensity.campaigns import campaigns
from ambassadors.propensity.events import answer
from ambassadors.propensity.figures import Order, draws
from ambassadors.propensity.model import learn
from ambassadors.propensity.periods import person_periods
from ambassadors.propensity.qini import qini
from ambassadors.propensity.uplift import uplift

RECIPE = Path(__file__).parents[2] / "graphs" / "household_orders"
TESTED = [str(number) for number in range(16, 24)]
Array = np.ndarray[Any, Any]


def periods(community: amb.Community, names: list[str]) -> pl.DataFrame:
    """A row a household and campaign that it was sent, as known just before."""
    sent = {one.window.origin: one for one in campaigns(community)}
    rung = pl.lit(None, pl.String).alias("rung")
    asked = replace(
        answer(community),
        at_risk=lambda at: sent[at].accounts.with_columns(rung),
        happened=lambda window: sent[window.origin].answered,
    )
    rows = person_periods(community, asked, [one.window for one in sent.values()], names)
    called = {origin: " ".join(one.names) for origin, one in sent.items()}
    return rows.with_columns(campaign=pl.col("origin").replace_strict(called, return_dtype=pl.String))


def scores(rows: pl.DataFrame, names: list[str]) -> pl.DataFrame:
    """The tested campaigns with what each order of households goes by."""
    parts = []
    for origin in sorted(rows["origin"].unique().to_list()):
        then, before = rows.filter(pl.col("origin") == origin), rows.filter(pl.col("until") <= origin)
        if set(then["campaign"][0].split()) & set(TESTED):
            hazard = learn(before, names)
            place = {
                name: pl.col(name).fill_null(strategy="zero").rank() / pl.len()
                for name in ("order_frequency", "net_spend")
            }
            lately = (-pl.col("order_recency").fill_null(1e9)).rank() / pl.len()
            parts.append(
                then.with_columns(
                    pl.Series("hazard", hazard.log_odds(then)),
                    recency=lately,
                    frequency=place["order_frequency"],
                    rfm=lately + place["order_frequency"] + place["net_spend"],
                    answered=pl.col("offers_answered").fill_null(0.0),
                )
            )
    return pl.concat(parts)


ORDERS = ("hazard", "answered", "rfm", "frequency", "recency")


def figures(scored: pl.DataFrame, resamples: int = 200) -> dict[str, Array]:
    """For each order its area and its lift among the first tenth: as they were, and in each draw of households."""
    times = [np.ones(scored.height), *draws(scored["account"].to_numpy(), resamples, [0])]
    inside = [scored["campaign"].to_numpy() == one for one in scored["campaign"].unique(maintain_order=True)]
    happened = scored["happened"].to_numpy()
    found = {}
    for name in ORDERS:
        value = scored[name].to_numpy()
        orders = [Order(value[one], happened[one]) for one in inside]
        found[name] = np.array([_pooled(orders, [time[one] for one in inside], happened, inside) for time in times])
    return found


def _pooled(orders: list[Order], times: list[Array], happened: Array, inside: list[Array]) -> tuple[float, float]:
    events = np.array([time @ happened[one] for time, one in zip(times, inside, strict=True)])
    areas = np.array([order.auc(time) for order, time in zip(orders, times, strict=True)])
    lifts = np.array([order.lift(0.1, time) for order, time in zip(orders, times, strict=True)])
    fine = events > 0
    return float(events[fine] @ areas[fine] / events.sum()), float(events[fine] @ lifts[fine] / events.sum())


def main(data: Path) -> None:
    """Prints both reports."""
    community = amb.read(RECIPE, data=data)
    wanted = community.recipe.propensity.features
    lacking = features.lacking(community, wanted)
    names = [name for name in wanted if name not in lacking]
    found = figures(scores(periods(community, names), names))
    for name, drawn in found.items():
        low, high = np.quantile(drawn[1:], [0.05, 0.95], axis=0)
        lead = np.quantile(drawn[1:, 0] - found["rfm"][1:, 0], [0.05, 0.95])
        print(
            f"{name:10s} AUC {drawn[0, 0]:.3f} [{low[0]:.3f} {high[0]:.3f}] above RFM [{lead[0]:+.3f} {lead[1]:+.3f}] "
            f"lift10 {drawn[0, 1]:.2f} [{low[1]:.2f} {high[1]:.2f}]"
        )
    print(uplift(community, outcome="order"))
    try:
        print(qini(community, outcome="order"))
    except NotEnoughData as error:
        print(error)


if __name__ == "__main__":
    main(Path(sys.argv[1]))
