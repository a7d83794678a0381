"""The benchmark's work by definitions, slowly: what agree.py holds the contestants' lists against."""

from __future__ import annotations

import numpy as np
import polars as pl
from scipy import sparse

DAY = 86_400_000_000  # microseconds
TOLERANCE = 1e-13
WEIGHTS = {"pagerank": 0.35, "ppr": 0.25, "core": 0.10, "total": 0.15, "rate": 0.15}


def reference(edges: str, interactions: str, brand: str) -> tuple[pl.DataFrame, pl.DataFrame]:
    """Two lists of the top 1,000.

    One with mutual follows counted twice in the core and percentiles by the average rank, the other with mutual follows
    counted once and percentiles by (least rank - 1) / (n - 1).
    """
    people, once = measured(edges, brand)
    joined = with_acts(people, interactions)
    average = {name: pl.col(name).rank() / pl.len() for name in WEIGHTS}
    percent = {name: (pl.col(name).rank("min") - 1) / (pl.len() - 1) for name in WEIGHTS}
    return top(joined, average, brand), top(joined.with_columns(core=once), percent, brand)


def measured(edges: str, brand: str) -> tuple[pl.DataFrame, pl.Series]:
    """The graph's measures a person, and the core where a mutual follow counts once."""
    follows = pl.read_parquet(edges)
    names = pl.concat([follows["src"], follows["dst"]]).unique()
    codes = pl.Enum(names)
    source, target = (follows[name].cast(codes).to_physical().to_numpy().astype(np.int64) for name in ("src", "dst"))
    weight, people = follows["weight"].to_numpy(), len(names)
    start = np.full(people, 1 / people)
    again = np.zeros(people)
    again[names.index_of(brand)] = 1
    least, most = np.minimum(source, target), np.maximum(source, target)
    pairs = np.unique(least * people + most)
    measures = {
        "pagerank": pagerank(source, target, start),
        "ppr": pagerank(source, target, again),
        "core": cores(source, target, people).astype(np.float64),
        "in_degree": np.bincount(target, minlength=people).astype(np.float64),
        "out_degree": np.bincount(source, minlength=people).astype(np.float64),
        "w_in": np.bincount(target, weights=weight, minlength=people),
    }
    once = cores(pairs // people, pairs % people, people).astype(np.float64)
    return pl.DataFrame({"account_id": names, **measures}), pl.Series(once)


def pagerank(source: np.ndarray, target: np.ndarray, start: np.ndarray) -> np.ndarray:
    """By power iteration; the walk begins again, and goes on from dead ends, at the start's distribution."""
    people = len(start)
    degree = np.bincount(source, minlength=people)
    steps = sparse.csr_matrix((1 / degree[source], (target, source)), shape=(people, people))
    score, error = start, 1.0
    while error > TOLERANCE:
        after = 0.85 * (steps @ score) + (0.15 + 0.85 * score[degree == 0].sum()) * start
        score, error = after, np.abs(after - score).sum()
    return score


def cores(one: np.ndarray, two: np.ndarray, people: int) -> np.ndarray:
    """The largest k such that an account is in a subgraph where all have k edges.

    For k from 0 up: who has no more than k edges falls, and again, until none does.
    """
    core, left, k = np.zeros(people, np.int64), np.ones(people, bool), 0
    while left.any():
        degree = np.bincount(one, minlength=people) + np.bincount(two, minlength=people)
        fallen = left & (degree <= k)
        if not fallen.any():
            k = int(degree[left].min())
            continue
        core[fallen], left = k, left & ~fallen
        kept = left[one] & left[two]
        one, two = one[kept], two[kept]
    return core


def with_acts(people: pl.DataFrame, interactions: str) -> pl.DataFrame:
    """What each person received, beside the measures."""
    at, kind = pl.col("timestamp"), pl.col("kind")
    grouped = pl.scan_parquet(interactions).group_by(account_id="target_id")
    acts = grouped.agg(
        pl.len().alias("total"),
        at.min().alias("first"),
        at.max().alias("last"),
        at.dt.date().n_unique().alias("active_days"),
        *((kind == name).sum().alias(name) for name in ("comment", "like", "mention", "share")),
    ).collect()
    now, first, last, total = acts["last"].max(), pl.col("first"), pl.col("last"), pl.col("total").fill_null(0)
    return people.join(acts, on="account_id", how="left").with_columns(
        total=total,
        recency_days=(now - last).dt.total_microseconds() / DAY,
        frequency=total / ((last - first).dt.total_microseconds() / DAY + 1),
        rate=total / (pl.col("in_degree") + 1),
    )


def top(people: pl.DataFrame, percentiles: dict[str, pl.Expr], brand: str) -> pl.DataFrame:
    """The best 1,000, best first, as agree.read gives a list."""
    score = sum((weight * percentiles[name] for name, weight in WEIGHTS.items()), pl.lit(0.0))
    ranked = people.with_columns(score=score).filter(pl.col("account_id") != brand).top_k(1000, by="score")
    numbers = pl.selectors.integer()
    return ranked.sort("score", descending=True).with_columns(
        numbers.cast(pl.Float64), pl.col("first", "last").dt.to_string("%Y-%m-%dT%H:%M:%S")
    )
