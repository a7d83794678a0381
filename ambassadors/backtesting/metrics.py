"""Metrics: how well an order of accounts fits what followed."""

from __future__ import annotations

from typing import Any

import numpy as np
import numpy.typing as npt

Array = npt.NDArray[Any]


def ndcg(head: Array, counts: Array, k: int, known: Array | None = None) -> float:
    """Normalised discounted cumulative gain of the first ``k``: 1 for the order that hindsight would give.

    Gain ``log2(1 + count)``, discount ``1 / log2(rank + 1)`` (Jarvelin and Kekalainen 2002). ``known`` may hold the
    counts above nothing alone, which saves looking for the best among all. Not a number where nothing was counted.

    >>> counts = np.array([0.0, 3.0, 1.0])
    >>> ndcg(np.array([1, 2, 0]), counts, 3), round(ndcg(np.array([0, 2, 1]), counts, 3), 3)
    (1.0, 0.62)
    """
    discount = 1 / np.log2(np.arange(2, k + 2))
    gain = np.log2(1 + counts[head[:k]])
    best = np.log2(1 + np.sort(_largest(counts if known is None else known, k))[::-1])
    most = float(best @ discount[: best.size])
    return float(gain @ discount[: gain.size]) / most if most else float("nan")


def _largest(values: Array, k: int) -> Array:
    return values if values.size <= k else np.partition(values, values.size - k)[values.size - k :]


def precision(head: Array, best: Array, k: int) -> float:
    """The share of the first ``k`` that are among the ``k`` best: ``best`` in order, as many as had anything.

    >>> precision(np.array([4, 2, 7]), np.array([2, 4, 9]), 2)
    1.0
    """
    return float(np.isin(head[:k], best[:k]).sum() / k)


def random_equal(responded_to: Array, people: int, reached: float) -> float:
    """How many accounts drawn at random would together reach as many people.

    A person who responded to ``d`` of ``n`` accounts is reached by ``r`` random ones with the chance
    ``1 - (1 - r / n)^d``; the sum over people is solved for ``r`` by bisection. ``responded_to`` has the ``d`` of each.

    >>> round(random_equal(np.array([1, 1, 1, 1]), 100, 2.0), 6)
    50.0
    """
    if reached <= 0 or not responded_to.size:
        return 0.0
    degrees, times = np.unique(responded_to[responded_to > 0], return_counts=True)
    if reached >= times.sum():
        return float(people)
    low, high = 0.0, 1.0
    for _ in range(60):
        middle = (low + high) / 2
        expected = float(times @ (1 - (1 - middle) ** degrees))
        low, high = (middle, high) if expected < reached else (low, middle)
    return people * high
