"""How long a change of weights takes where there are many accounts, and how much memory it holds.

    python tests/bench/bench_weighing.py [ACCOUNTS] [TIMES]

A community of ACCOUNTS (100,000) with seeded follows, posts and interactions, some accounts drawing far more of them
than others, is read and weighed; then a slider is moved TIMES (20) times, as the front end asks for it: seconds until
its answer is there (order, who enters and leaves, stability, everything that is shown, as JSON). After that what is
asked once it is quiet (the bounds of the ranks) and what Python gives besides.
"""

from __future__ import annotations

import json
import resource
import sys
import time
from collections.abc import Callable
from statistics import median
from typing import Any

import numpy as np
import polars as pl

import ambassadors as amb
from ambassadors.desk import sliders
from ambassadors.desk.rescoring import Rescoring

BEGIN = 1_767_225_600_000_000  # 2026-01-01 in microseconds
SPAN = 150 * 86_400_000_000


def community(accounts: int, seed: int = 1) -> amb.Community:
    """Everybody posts now and then, likes and shares posts of the popular, and follows some of them."""
    draw = np.random.default_rng(seed)
    ids = np.array([f"x:{number:07d}" for number in range(accounts)])
    popular = (accounts * draw.power(0.15, 12 * accounts)).astype(np.int64)
    others = draw.integers(0, accounts, popular.size)
    at = pl.Series(BEGIN + draw.integers(0, SPAN, popular.size)).cast(pl.Datetime("us", "UTC"))
    kinds = np.array(["like", "comment", "share", "mention"])[draw.choice(4, popular.size, p=[0.6, 0.2, 0.15, 0.05])]
    acts = pl.DataFrame({"source": ids[others], "target": ids[popular], "kind": kinds, "at": at})
    follows = pl.DataFrame({"source": ids[others[::2]], "target": ids[popular[::2]]}).unique(maintain_order=True)
    posts = pl.DataFrame({"author": ids[others[::6]], "at": at[::6]}).with_row_index("post")
    followers = np.round(draw.lognormal(5, 2, accounts)).astype(np.int64)
    people = pl.DataFrame({"account": ids, "followers": followers})
    return amb.from_tables(
        "many",
        brand=[str(ids[0])],
        accounts=people.with_columns(handle="h" + pl.col("account").str.slice(2)),
        follows=follows,
        posts=posts.select(post="x:" + pl.col("post").cast(pl.String), author="author", at="at"),
        interactions=acts.filter(pl.col("source") != pl.col("target")),
    )


def seconds(what: str, make: Callable[[], Any]) -> Any:
    """What ``make`` gives, with a line about its time and the most memory so far."""
    began = time.perf_counter()
    made = make()
    spent, most = time.perf_counter() - began, resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    print(f"{what:60s} {spent:8.3f} s   {most:7.0f} MB at most so far")
    return made


def moves(weighing: Any, times: int) -> list[float]:
    """Seconds of each move of a slider."""
    widget, found = weighing.widget, []
    for turn in range(times):
        weights = {**widget.answer["weights"], "followers_stated": 2.0 + turn}
        began = time.perf_counter()
        widget.set_trait("asked", {"id": f"{turn}", "weights": weights})
        json.dumps(widget.answer)
        found.append(time.perf_counter() - began)
        assert widget.answer["id"] == f"{turn}"
    return found


def main(accounts: int = 100_000, times: int = 20) -> None:
    """A line for each step."""
    many = seconds("reading", lambda: community(accounts))
    seconds("amb.rank, which takes the measures with weight", lambda: amb.rank(many, "influencers"))
    rescoring = seconds("preparing: all other measures, and their shares", lambda: Rescoring(many, "influencers"))
    print(
        f"{rescoring.people.height:,} people, {len(rescoring.measures)} measures, "
        f"shares {rescoring.shares.estimated_size('mb'):.0f} MB"
    )
    weighing = amb.weigh(many, "influencers", k=50)
    seconds("the widget, shown for the first time", lambda: weighing.widget)
    each = moves(weighing, times)
    print(f"a slider moved, {times} times: median {median(each):.3f} s, slowest {max(each):.3f} s")
    seconds("bounds of the ranks, asked once it is quiet", lambda: weighing.surely)
    seconds("the still state as HTML after that", lambda: sliders.still(weighing))
    seconds("the whole ranking with these weights", lambda: weighing.ranking)


if __name__ == "__main__":
    main(*map(int, sys.argv[1:]))
