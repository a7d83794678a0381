"""Drift: how the share that moves has gone up and down, what is to be expected next, and how sure that is.

At each past moment the model's log-odds need an offset to add up to what really happened. The offsets are read as a
local level: a true offset that wanders by a random walk, seen through the noise of few events (Harvey 1989, ch. 2).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from ambassadors.propensity.model import sigmoid

Floats = npt.NDArray[np.float64]
#: How far a true offset may wander in a period: standard deviations of the walk, all thought equally likely before.
WANDERS = (0.0, 0.05, 0.1, 0.2, 0.4, 0.8, 1.6)
#: How far a single period may lie off the level for reasons of its own (a giveaway, a holiday).
BUMPS = (0.0, 0.2, 0.4, 0.8)


#: How far from 1 a calibration slope is thought to lie before any event is seen, on the logarithm.
STRETCH_SD = 0.35


@dataclass(frozen=True)
class Level:
    """What offset to expect next: its mean and standard deviation, on the log-odds."""

    mean: float
    sd: float


def offset(log_odds: Floats, events: float) -> float:
    """What must be added to the log-odds so that the chances add up to so many events.

    By bisection; half an event is added on either side, so that none and all have an offset, too.

    >>> abs(offset(np.zeros(100), 50.0)) < 1e-6
    True
    """
    wanted = events + 0.5 - events / max(log_odds.size, 1)
    low, high = -30.0, 30.0
    for _ in range(60):
        middle = (low + high) / 2
        low, high = (middle, high) if float(sigmoid(log_odds + middle).sum()) < wanted else (low, middle)
    return (low + high) / 2


def offsets(log_odds: Floats, happened: npt.NDArray[Any], period: npt.NDArray[Any]) -> tuple[Floats, Floats]:
    """The offset of each period, in order, and the variance of its noise: one over the information in its chances."""
    found, noise = [], []
    for one in np.unique(period):
        inside = period == one
        events = float(happened[inside].sum())
        found.append(offset(log_odds[inside], events))
        chance = sigmoid(log_odds[inside] + found[-1])
        noise.append(1 / float((chance * (1 - chance)).sum()))
    return np.array(found), np.array(noise)


def expected(found: Floats, noise: Floats) -> Level:
    """The offset of the next period, averaged over how far it may wander and how much single periods differ.

    Each way counts as the offsets so far make it likely.

    >>> steady = expected(np.array([0.0, 0.1, -0.1, 0.0]), np.full(4, 0.01))
    >>> abs(steady.mean) < 0.05 and steady.sd < 0.25
    True
    """
    ways = [_filtered(found, noise, wander, bump) for wander in WANDERS for bump in BUMPS]
    likely = np.array([way[2] for way in ways])
    weight = np.exp(likely - likely.max())
    weight /= weight.sum()
    means, variances = np.array([way[0] for way in ways]), np.array([way[1] for way in ways])
    mean = float(weight @ means)
    return Level(mean, float(np.sqrt(weight @ (variances + (means - mean) ** 2))))


def _filtered(found: Floats, noise: Floats, wander: float, bump: float) -> tuple[float, float, float]:
    """The Kalman filter of a local level: mean and variance one period ahead, and the log-likelihood."""
    errors = (noise + bump**2).tolist()
    mean, variance, likelihood = float(found[0]), errors[0], 0.0
    for value, error in zip(found[1:].tolist(), errors[1:], strict=True):
        variance += wander**2
        surprise, spread = value - mean, variance + error
        likelihood -= 0.5 * (surprise**2 / spread + float(np.log(spread)))
        gain = variance / spread
        mean, variance = mean + gain * surprise, variance * (1 - gain)
    return mean, variance + wander**2 + bump**2, likelihood


def stretch(past: Sequence[tuple[Floats, npt.NDArray[Any]]]) -> float:
    """By how much past log-odds should have been drawn apart, or together, to fit what came: 1 where they did.

    The calibration slope (Cox 1958), each past moment with an offset of its own, drawn toward 1 as by a normal prior on
    its logarithm: a penalised model foretells too timidly, and from few events nobody knows by how much.
    """
    from scipy.optimize import minimize_scalar

    binned = [_binned(log_odds, happened) for log_odds, happened in past if 0 < happened.sum() < happened.size]
    if not binned:
        return 1.0

    def surprise(power: float) -> float:
        slope = float(np.exp(power))
        return (power / STRETCH_SD) ** 2 / 2 + sum(_surprise(slope * points, *rest) for points, *rest in binned)

    found = minimize_scalar(surprise, bounds=(-1.0, 1.5), method="bounded", options={"xatol": 1e-3})
    return float(np.exp(found.x))


def _binned(log_odds: Floats, happened: npt.NDArray[Any]) -> tuple[Floats, Floats, Floats]:
    """The log-odds to a hundredth, and how many people and events there are at each."""
    points, place = np.unique(log_odds.round(2), return_inverse=True)
    people, events = np.bincount(place), np.bincount(place, happened.astype(float))
    return points, np.asarray(people, float), np.asarray(events, float)


def _surprise(points: Floats, people: Floats, events: Floats) -> float:
    """Less the log-likelihood of what came, with the offset that fits it best."""
    low, high = -30.0, 30.0
    for _ in range(40):
        middle = (low + high) / 2
        few = float(people @ sigmoid(points + middle)) < events.sum()
        low, high = (middle, high) if few else (low, middle)
    fitted = points + (low + high) / 2
    return float(people @ np.logaddexp(0, fitted) - events @ fitted)


def shift(before: Floats, now: Floats, bins: int = 10) -> float:
    """Population stability index of a number between the people of an earlier moment and those of now.

    ``sum (q - p) log(q / p)`` over bins of equal shares before; .1 is a little, .25 a lot by the field's rule of thumb
    (Siddiqi 2006).

    >>> shift(np.arange(100.0), np.arange(100.0)) < 1e-9
    True
    """
    edges = np.unique(np.quantile(before, np.linspace(0, 1, bins + 1)[1:-1]))
    counts = (np.bincount(np.searchsorted(edges, values), minlength=edges.size + 1) for values in (before, now))
    p, q = ((count + 0.5) / (count.sum() + 0.5 * count.size) for count in counts)
    return float(((q - p) * np.log(q / p)).sum())
