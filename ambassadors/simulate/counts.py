"""The counts that a platform states of an account: heavy-tailed, and mostly more than the data holds."""

from __future__ import annotations

import numpy as np
import polars as pl

from ambassadors.simulate.cast import Cast
from ambassadors.simulate.plan import Floats, Ints, Part


def stated(rng: np.random.Generator, cast: Cast, followers: Ints, following: Ints, posts: Ints) -> pl.DataFrame:
    """The counts that a platform states: most see more than the data does, some are stale and see less."""
    beyond = 1.2 + rng.lognormal(0.2, 1.2, cast.size)
    beyond = np.where(cast.part == Part.CELEBRITY, 120 + 500 * rng.pareto(1.4, cast.size), beyond)
    beyond = np.where(cast.part == Part.INFLUENCER, 6 + 8 * rng.pareto(1.5, cast.size), beyond)
    stale = rng.random(cast.size) < 0.04
    beyond = np.where(stale, rng.uniform(0.6, 1.0, cast.size), beyond)
    masses = np.where(cast.part == Part.BOT, rng.uniform(40, 110, cast.size), 1 + rng.lognormal(0.3, 0.9, cast.size))
    return pl.DataFrame(
        {
            "followers": _rounded(followers * beyond + np.where(stale, 0, rng.geometric(0.08, cast.size))),
            "following": _rounded(following * masses),
            "posts": _rounded(posts * (1.5 + rng.lognormal(0.8, 1.0, cast.size)) + rng.geometric(0.05, cast.size) - 1),
        }
    )


def _rounded(counts: Floats | Ints) -> Ints:
    return np.minimum(counts, 60_000_000).astype(np.int64)
