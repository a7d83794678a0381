"""Certainty: bounds of ranks, held against communities whose true rates are known."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import ambassadors as amb
from ambassadors.certainty import GRADES, NOT_ENOUGH, Responses, grades, intervals

Floats = npt.NDArray[np.float64]
Whole = npt.NDArray[np.int64]
Generator = np.random.Generator

#: How many responses each of n accounts draws in the time that is seen.
RATES: dict[str, Callable[[Generator, int], Floats]] = {
    "log-normal": lambda generator, n: 2 * np.exp(1.5 * generator.standard_normal(n)),
    "Pareto": lambda generator, n: 0.5 * (1 - generator.random(n)) ** (-1 / 1.2),
    "many zeros": lambda generator, n: np.exp(2 * generator.standard_normal(n) - 1.5),
    "rich": lambda generator, n: 50 * np.exp(generator.standard_normal(n)),
}
#: Half-lives of four measures that are fed by the same responses, as shares of the time that is seen.
SPANS = (1, 1 / 4, 1 / 16, 1 / 64)
GRADES_RISING = ("high", "medium", "low", NOT_ENOUGH)


@dataclass(frozen=True)
class Seen:
    """A simulated community, best first: what :func:`intervals` is handed, and the true rank of each account."""

    responses: Responses
    score: Floats
    fed: Floats
    fixed: Floats
    truth: Whole

    def intervals(self) -> tuple[Whole, Whole]:
        """The bounds of its ranks."""
        return intervals(self.responses, self.score, self.fed, self.fixed)

    @property
    def rank(self) -> Whole:
        """The rank of each by its points."""
        return np.arange(1, self.score.size + 1)


def seen(
    kind: str, n: int, seed: int, *, spans: tuple[float, ...] = (1,), fixed: float = 0.0, drift: float = 0.0, times: int = 1
) -> Seen:
    """A community of n accounts: ``fixed`` of 100 points are for what has no chance in it, the others for responses.

    Each response weighs a third, two thirds or 1, halved with each half-life of its age; ages are even over ``times``
    as long as usual. Where there is ``drift``, the logarithm of each rate moves by a normal of that deviation whenever
    the age halves. The true score has the places of the expected weights in place of those observed.
    """
    generator = np.random.default_rng([seed, n])
    usual = RATES[kind](generator, n) * times
    esteem = 0.6 * _standard(np.log(usual)) + 0.8 * generator.standard_normal(n)
    edges = np.append(0.0, 2.0 ** np.arange(-7, 1))
    moved = drift * generator.standard_normal((n, edges.size - 1))
    rates = usual[:, None] * np.exp(moved[:, ::-1].cumsum(1)[:, ::-1]) * np.diff(edges)
    counts = generator.poisson(rates)
    account, span = (np.repeat(place.ravel(), counts.ravel()) for place in np.indices(rates.shape))
    age = edges[span] + generator.random(account.size) * np.diff(edges)[span]
    strength = generator.choice([1 / 3, 2 / 3, 1], account.size)
    values = [np.bincount(account, strength * 2 ** (-age / half_life), minlength=n) for half_life in spans]
    expected = [rates @ (_decayed(edges, half_life) / np.diff(edges)) for half_life in spans]
    known, share = fixed * _worth(np.exp(esteem), n), (100 - fixed) / len(spans)
    score = known + share * sum(_worth(value, np.count_nonzero(value)) for value in values)
    squares = np.bincount(account, (strength * 2**-age) ** 2, minlength=n)
    order = np.argsort(-score, kind="stable")
    found = Responses(values[0][order], squares[order], np.bincount(account, minlength=n).astype(float)[order])
    true = known + share * sum(_worth(value, n) for value in expected)
    return Seen(found, score[order], np.full(n, 100 - fixed), known[order], _rank(true)[order])


def _standard(values: Floats) -> Floats:
    return np.asarray((values - values.mean()) / values.std())


def _decayed(edges: Floats, half_life: float) -> Floats:
    """What evenly spread acts weigh between two ages each."""
    return -np.diff(2 ** (-edges / half_life)) * half_life / np.log(2)


def _worth(values: Floats, of: int) -> Floats:
    """The share of a measure's points: 1 - log(place) / log(of), ties the lowest; nothing for whom nothing was counted."""
    place = values.size - np.searchsorted(np.sort(values), values, side="left")
    return np.where(values > 0, 1 - np.log(place) / np.log(max(of, 2)), 0.0)


def _rank(values: Floats) -> Whole:
    return np.argsort(np.argsort(-values)) + 1


def covered(worlds: list[Seen]) -> float:
    """In which share of accounts the true rank lies between the bounds, a mean over the worlds."""
    bounds = [world.intervals() for world in worlds]
    return float(np.mean([np.mean((low <= world.truth) & (world.truth <= high)) for world, (low, high) in zip(worlds, bounds, strict=True)]))


SIZES = [(500, 6), (3000, 3)]
