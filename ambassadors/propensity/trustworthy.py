"""Trustworthy or not: when a probability may be given out, and when it has to be withheld.

A probability is a promise about people: of those given .2, one in five will move. The past can support it only where
past promises were kept, where the share that moves is steady enough to be carried forward, and where the people of
today are like those from whom it was learned.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from itertools import pairwise

import polars as pl

from ambassadors.propensity.checks import Check
from ambassadors.propensity.drift import Level, shift
from ambassadors.propensity.model import Floats, sigmoid
from ambassadors.propensity.periods import KEYS

#: How far off a promise may be: as many may move as foretold, times or over this.
TOLERANCE = 1.5
#: How wide the 90 % interval of the share that moves may be, in either direction.
STEADY = 2.0
#: How many times as many people may be at risk as a period ago, and how many times as many as growth so far would
#: make them. More are newcomers, of whom the past tells nothing.
GROWTH, BEYOND_GROWTH = 1.5, 1.1
#: The population stability index from which people are not those of before, and how far beyond its usual height.
SHIFTED, BEYOND_USUAL = 0.25, 3.0
#: A wave of complaints: so many times as many people turned against the brand as in any period before, and not few.
WAVE, NOT_FEW = 3.0, 10
#: A new kind of data: of a kind never seen before is more than this share of the acts.
NEW_KIND = 0.1
#: So many of the last past forecasts must have held.
LAST = 2


def doubts(
    made: Sequence[Check],
    level: Level,
    log_odds: Floats,
    rows: pl.DataFrame,
    now: pl.DataFrame,
    turned: Sequence[int],
    kinds: Sequence[Mapping[str, int]],
) -> tuple[str, ...]:
    """Why no probability may be given out now, each reason in words; none where they may.

    ``log_odds`` are today's, ``level`` the offset expected of them. ``turned`` is how many people turned against the
    brand in each past period, ``kinds`` how many acts toward it there were of each kind; the last period ends now.
    """
    told = [
        _promises(made),
        _steadiness(level, log_odds),
        _newcomers(rows, now),
        _strangers(rows, now),
        _wave(turned),
        _new_kinds(kinds),
    ]
    return tuple(reason for reasons in told for reason in reasons)


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


def _steadiness(level: Level, log_odds: Floats) -> list[str]:
    """Whether the number that will move is known to a factor, at either end of the 90 % interval of the level."""
    if not log_odds.size:
        return []
    ends = (level.mean - 1.645 * level.sd, level.mean, level.mean + 1.645 * level.sd)
    few, mean, many = (float(sigmoid(log_odds + one).sum()) for one in ends)
    factor = max(many / mean, mean / few)
    if factor <= STEADY:
        return []
    return [f"the share that moves is too unsteady: {few:,.0f} to {many:,.0f} people may move"]


def _newcomers(rows: pl.DataFrame, now: pl.DataFrame) -> list[str]:
    """Whether more people are at risk than a period ago could foretell."""
    sizes = rows.group_by("origin").len().sort("origin")["len"].to_list()
    usual = max((later / earlier for earlier, later in pairwise(sizes)), default=1.0)
    before, today = sizes[-1], now.height
    if today <= GROWTH * before and today <= BEYOND_GROWTH * max(usual, 1.0) * before:
        return []
    return [f"{today:,} people are at risk where {before:,} were a period ago: too many are new"]


def _strangers(rows: pl.DataFrame, now: pl.DataFrame) -> list[str]:
    """Whether the people of today differ from those of a period ago, more than those did from the ones before."""
    moments = [frame for _, frame in rows.sort("origin").group_by("origin", maintain_order=True)] + [now]
    told = []
    for name in (name for name in now.columns if name not in KEYS):
        steps = [shift(_number(earlier, name), _number(later, name)) for earlier, later in pairwise(moments)]
        if steps[-1] > SHIFTED and steps[-1] > BEYOND_USUAL * max(steps[:-1], default=0.0):
            told.append((steps[-1], name))
    if not told:
        return []
    most = ", ".join(name for _, name in sorted(told, reverse=True)[:3])
    return [f"the people of today are not those of a period ago, by {most}"]


def _number(rows: pl.DataFrame, name: str) -> Floats:
    return rows[name].fill_null(-1.0).to_numpy()


def _wave(turned: Sequence[int]) -> list[str]:
    """Whether more people turned against the brand lately than ever before: a scandal, perhaps."""
    if not turned or turned[-1] < NOT_FEW or turned[-1] <= WAVE * max(turned[:-1], default=0):
        return []
    most = max(turned[:-1], default=0)
    return [f"{turned[-1]:,} people turned against the brand in the last period, {most:,} at most before"]


def _new_kinds(kinds: Sequence[Mapping[str, int]]) -> list[str]:
    """Whether a good part of the latest acts is of a kind that was never seen before: a new export, perhaps."""
    if len(kinds) < 2:
        return []
    before, latest = {kind for period in kinds[:-1] for kind in period}, kinds[-1]
    least = max(NEW_KIND * sum(latest.values()), NOT_FEW)
    new = {kind: number for kind, number in latest.items() if kind not in before and number >= least}
    return [f"{number:,} acts in the last period are of a new kind, {kind}" for kind, number in sorted(new.items())]
