"""Trustworthy or not: when a probability may be given out, and when it has to be withheld.

A probability is a promise about people: of those given .2, one in five will move. The past can support it only where
past promises were kept, where the share that moves is steady enough to be carried forward, and where the people of
today are like those from whom it was learned.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import polars as pl

from ambassadors.propensity.checks import Check
from ambassadors.propensity.drift import Level, shift
from ambassadors.propensity.model import Model

#: How far off a promise may be: as many may move as foretold, times or over this.
TOLERANCE = 1.5
#: How wide the 90 % interval of the share that moves may be, in either direction.
STEADY = 2.0
#: How many more people may be at risk than a period ago. More are newcomers, of whom the past tells nothing.
GROWTH = 1.5
#: The population stability index from which people are not those of before.
SHIFTED = 0.25
#: So many of the last past forecasts must have held.
LAST = 2


def doubts(
    made: Sequence[Check], level: Level, rows: pl.DataFrame, now: pl.DataFrame, hazard: Model
) -> tuple[str, ...]:
    """Why no probability may be given out now, each reason in words; none where they may."""
    reasons = [*_promises(made), *_steadiness(level), *_newcomers(rows, now), *_strangers(rows, now, hazard)]
    return tuple(reasons)


def _promises(made: Sequence[Check]) -> list[str]:
    """Past forecasts that were farther off than tolerance and chance allow."""
    if len(made) < LAST:
        return [
            f"only {len(made)} past {'forecast' if len(made) == 1 else 'forecasts'} can be checked: {LAST} are needed"
        ]
    told = []
    for check in made[-LAST:]:
        foretold, came = float(check.chance.sum()), int(check.happened.sum())
        if broken(foretold, came):
            when = f"{check.origin:%Y-%m-%d %H:%M}"
            told.append(f"as of {when} it was foretold of {foretold:,.0f} people, and happened to {came:,}")
    return told


def broken(foretold: float, came: int) -> bool:
    """Whether so many events are too many or too few for a forecast, beyond tolerance and chance (Poisson, 5 %).

    >>> broken(10.0, 12), broken(10.0, 40), broken(100.0, 30)
    (False, True, True)
    """
    from scipy.stats import poisson

    many = poisson.sf(came - 1, foretold * TOLERANCE) < 0.05
    few = poisson.cdf(came, foretold / TOLERANCE) < 0.05
    return bool(many or few)


def _steadiness(level: Level) -> list[str]:
    factor = float(np.exp(1.645 * level.sd))
    if factor <= STEADY:
        return []
    return [f"the share that moves is too unsteady: next time {factor:,.1f} times as many may move, or as few"]


def _newcomers(rows: pl.DataFrame, now: pl.DataFrame) -> list[str]:
    """Whether more people are at risk than a period ago could foretell."""
    sizes = rows.group_by("origin").len().sort("origin")["len"].to_list()
    before, today = sizes[-1], now.height
    if today <= GROWTH * before:
        return []
    return [f"{today:,} people are at risk where {before:,} were a period ago: too many are new"]


def _strangers(rows: pl.DataFrame, now: pl.DataFrame, hazard: Model) -> list[str]:
    """Whether the people of today differ, in what the hazard looks at, from those from whom it was learned."""
    named = {feature.name: abs(feature.weight) for feature in hazard.features if feature.weight}
    last = rows.filter(pl.col("origin") == rows["origin"].max())
    moved = {name: shift([_number(last, name)], _number(now, name)) for name in named}
    whole = sum(named.values())
    mean = sum(named[name] * moved[name] for name in named) / whole if whole else 0.0
    if mean <= SHIFTED:
        return []
    most = max(named, key=lambda name: named[name] * moved[name])
    return [f"the people of today are not those of a period ago (a shift of {mean:.2f}, most in {most})"]


def _number(rows: pl.DataFrame, name: str) -> np.ndarray:
    return rows[name].fill_null(-1.0).to_numpy()
