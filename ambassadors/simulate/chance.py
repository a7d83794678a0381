"""Draws that several subjects share: a weighted pick within a group, moments of a week, and delays."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from ambassadors.simulate.plan import DAY, HOUR, START, Flags, Floats, Ints

WEEK = 7 * DAY
# The span begins on a Sunday; people write in the evening, less at the weekend, and hardly at night.
_HOURS = np.array([2, 1, 1, 1, 1, 2, 4, 7, 9, 9, 8, 8, 10, 9, 8, 8, 9, 11, 13, 14, 14, 12, 8, 4], dtype=float)
_WEEKDAYS = np.array([0.8, 1.05, 1.1, 1.1, 1.1, 1.0, 0.75])
_HOUR_OF_DAY = np.cumsum(_HOURS) / _HOURS.sum()
_HOUR_OF_WEEK = np.cumsum(np.outer(_WEEKDAYS, _HOURS)) / (_WEEKDAYS.sum() * _HOURS.sum())


class Lottery:
    """Weighted draws among the members of a group, for many groups at once.

    >>> pot = Lottery(np.array([0, 0, 2]), groups=3)
    >>> pot.size.tolist()
    [2, 0, 1]
    >>> pot.draw(np.random.default_rng(1), np.array([2, 1])).tolist()
    [2, -1]
    """

    def __init__(self, group: Ints, *, groups: int, weight: Floats | None = None) -> None:
        self._order = np.argsort(group, kind="stable")
        self._first = np.searchsorted(group[self._order], np.arange(groups + 1))
        weights = np.ones(len(group)) if weight is None else weight[self._order]
        self._below = np.concatenate([[0.0], np.cumsum(weights)])
        self.size: Ints = np.diff(self._first)

    def draw(self, rng: np.random.Generator, group: Ints) -> Ints:
        """One member for each group asked for, or -1 where the group has none."""
        first, last = self._first[group], self._first[group + 1]
        low, high = self._below[first], self._below[last]
        spot = np.searchsorted(self._below, low + rng.random(len(group)) * (high - low), side="right") - 1
        found = np.clip(spot, first, np.maximum(last - 1, first))
        empty = first == last
        return np.where(empty, -1, self._order[np.where(empty, 0, found)])

    def members(self, group: Ints) -> tuple[Ints, Ints]:
        """Every member of every group asked for: where in ``group`` the asker stands, and the member.

        >>> asker, member = Lottery(np.array([0, 0, 2]), groups=3).members(np.array([2, 0]))
        >>> asker.tolist(), member.tolist()
        ([0, 1, 1], [2, 0, 1])
        """
        sizes = self.size[group]
        asker = np.repeat(np.arange(len(group)), sizes)
        within = np.arange(len(asker)) - np.repeat(np.cumsum(sizes) - sizes, sizes)
        return asker, self._order[self._first[group][asker] + within]


def distinct(keys: Ints) -> Ints:
    """The distinct keys in order; sorting is faster than hashing when most of them differ.

    >>> distinct(np.array([5, 2, 5])).tolist()
    [2, 5]
    """
    ordered = np.sort(keys)
    return ordered[np.diff(ordered, prepend=ordered[:1] - 1) > 0]


def first_of_each(keys: Ints) -> Ints:
    """The places at which each key stands for the first time, in their own order.

    >>> first_of_each(np.array([5, 2, 5])).tolist()
    [0, 1]
    """
    order = np.argsort(keys, kind="stable")
    ordered = keys[order]
    return np.sort(order[np.diff(ordered, prepend=ordered[:1] - 1) > 0])


def options(rng: np.random.Generator, size: int, shares: npt.ArrayLike) -> Ints:
    """``size`` picks among options with these shares."""
    edges = np.cumsum(np.asarray(shares, dtype=float))
    return np.searchsorted(edges[:-1] / edges[-1], rng.random(size), side="right").astype(np.int64)


def pairs(rng: np.random.Generator, chance: Floats, others: int) -> tuple[Ints, Ints]:
    """Who meets what: each row meets its chance's share of the others, drawn without building the whole grid.

    An other can be drawn twice; what may happen only once is sorted out with the acts.

    >>> row, other = pairs(np.random.default_rng(1), np.array([0.0, 1.0]), 3)
    >>> row.tolist(), set(other.tolist()) <= {0, 1, 2}
    ([1, 1, 1], True)
    """
    row = np.repeat(np.arange(len(chance)), rng.binomial(others, chance))
    return row, rng.integers(0, max(others, 1), len(row))


def occasions(rng: np.random.Generator, rate: npt.NDArray[np.float32]) -> tuple[Ints, Ints]:
    """The (row, column) of every event of a Poisson grid of rates, as often as it happens."""
    counts = rng.poisson(rate)
    flat = np.repeat(np.arange(counts.size), counts.ravel())
    return np.divmod(flat, rate.shape[1])


def moments(rng: np.random.Generator, begin: Ints, end: Ints) -> Ints:
    """One moment in each ``[begin, end)``, following the rhythm of the week and of the day.

    >>> at = moments(np.random.default_rng(1), np.full(1000, START), np.full(1000, START + 28 * DAY))
    >>> hours = (at % DAY) // HOUR
    >>> int((hours == 19).sum()) > 3 * int((hours == 3).sum())
    True
    """
    anywhere = (begin + rng.random(len(begin)) * (end - begin)).astype(np.int64)
    minute = rng.integers(0, HOUR, len(begin))
    in_week = np.searchsorted(_HOUR_OF_WEEK, rng.random(len(begin))) * HOUR + minute
    in_day = np.searchsorted(_HOUR_OF_DAY, rng.random(len(begin))) * HOUR + minute
    weekly = anywhere - (anywhere - START) % WEEK + in_week
    daily = anywhere - anywhere % DAY + in_day
    at = np.where(_within(weekly, begin, end), weekly, daily)
    return np.where(_within(at, begin, end), at, anywhere)


def _within(at: Ints, begin: Ints, end: Ints) -> Flags:
    return (begin <= at) & (at < end)


def delays(rng: np.random.Generator, median_hours: Floats) -> Ints:
    """Heavy-tailed delays in seconds: half come sooner than the median, and one in fifteen comes days later."""
    size = len(median_hours)
    spread = np.exp(1.2 * rng.standard_normal(size))
    late = np.where(rng.random(size) < 1 / 15, 1 + 8 * rng.pareto(1.6, size), 1.0)
    return (20 + median_hours * spread * late * HOUR).astype(np.int64)


def awake(rng: np.random.Generator, at: Ints) -> Ints:
    """Most of what would fall in the small hours is done in the morning instead."""
    asleep = (at % DAY >= HOUR) & (at % DAY < 6 * HOUR) & (rng.random(len(at)) < 0.85)
    morning = at - at % DAY + 6 * HOUR + (rng.exponential(1.2 * HOUR, len(at))).astype(np.int64)
    return np.where(asleep, morning, at)


def drift(rng: np.random.Generator, rows: int, steps: int, *, keep: float, spread: float) -> npt.NDArray[np.float32]:
    """A wandering of each row around zero: what is kept from one step to the next, and the lasting spread."""
    path = rng.standard_normal((rows, steps), dtype=np.float32) * np.float32(spread)
    fresh = np.float32((1 - keep**2) ** 0.5)
    for step in range(1, steps):
        path[:, step] = np.float32(keep) * path[:, step - 1] + fresh * path[:, step]
    return path
