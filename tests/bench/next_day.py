"""Would the list have been right? NDCG@100 of the influencers against who was shared in the next 24 hours, on higgs.

    python tests/bench/next_day.py DATA_FOLDER [HALF_LIFE]

Cut at 84, 96 and 120 h after the first event; features from before, truth from the 24 h after: distinct accounts that
shared the target; gain log2(1 + y), discount 1 / log2(rank + 1). The brand is ranked like everyone here.
Beside the score stand the same weights on plain percentiles, and each measure alone.
"""

from __future__ import annotations

import math
import sys
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import polars as pl

import ambassadors as amb
from ambassadors import score
from ambassadors.recipe import duration

CUTS = (84, 96, 120)


def ndcg(order: pl.Series, truth: dict[str, int], k: int = 100) -> float:
    """Normalised discounted cumulative gain of the first k."""
    discounts = [1 / math.log2(place + 2) for place in range(k)]
    gains = [math.log2(1 + truth.get(account, 0)) for account in order[:k]]
    best = sorted((math.log2(1 + count) for count in truth.values()), reverse=True)[:k]
    return sum(map(float.__mul__, gains, discounts)) / sum(map(float.__mul__, best, discounts))


def orders(past: amb.Community) -> dict[str, pl.Series]:
    """The ranking, and what it is compared with."""
    ranked, points = amb.rank(past, "influencers"), score.weights(past, "influencers").points
    plain = pl.sum_horizontal(pl.col(f"{name}:percentile").fill_null(0) * weight for name, weight in points.items())
    found = {"the score": ranked["account"]}
    found["plain percentiles"] = ranked.sort(plain, "account", descending=[True, False])["account"]
    for name in points:
        found[f"only {name}"] = ranked.sort(name, "account", descending=[True, False], nulls_last=True)["account"]
    return found


def main(data: str, half_life: str | None = None) -> None:
    """A line an order: NDCG@100 at each cut, and the mean."""
    whole = amb.read(Path(__file__).parents[2] / "graphs" / "higgs", data=data)
    whole = replace(whole, brand=replace(whole.brand, accounts=()))
    if half_life:
        graph = whole.recipe.graph.model_copy(update={"half_life": duration(half_life)})
        whole = replace(whole, recipe=whole.recipe.model_copy(update={"graph": graph}))
    shares = whole.interactions.filter(pl.col("kind") == "share")
    first, found = whole.interactions["at"].min(), {}
    for hours in CUTS:
        cut = first + timedelta(hours=hours)
        after = shares.filter(pl.col("at") > cut, pl.col("at") <= cut + timedelta(hours=24))
        truth = dict(after.group_by("target").agg(pl.col("source").n_unique()).iter_rows())
        for name, order in orders(whole.as_of(cut)).items():
            found.setdefault(name, []).append(ndcg(order, truth))
    for name, values in found.items():
        print(f"{name:28s}", *(f"{value:.3f}" for value in values), f"mean {sum(values) / len(values):.3f}")


if __name__ == "__main__":
    main(*sys.argv[1:])
