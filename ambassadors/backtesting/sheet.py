"""Sheet: the figures of many orders against one outcome, as it was and as it would be with other people drawn."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cached_property
from typing import Any

import numpy as np
import numpy.typing as npt

from ambassadors.backtesting import metrics
from ambassadors.backtesting.outcome import Outcome

Array = npt.NDArray[Any]
FIGURES = ("ndcg", "precision", "reach")
#: The bounds of an interval, as quantiles over the resamples: 90 % lie between.
LOW, HIGH = 0.05, 0.95


class Sheet:
    """Figures of the first ``k`` of each order.

    One draw counts each unit of the outcome as often as it says; ``figures`` of a draw has a row an order and a column
    a figure. The best choice in hindsight is made once, on what really followed.
    """

    def __init__(self, outcome: Outcome, orders: Mapping[str, Array], k: int) -> None:
        self.outcome, self.k = outcome, k
        self.names = list(orders)
        self.heads = [order[:k] for order in orders.values()]
        self._reached = np.stack([outcome.reached(head) for head in self.heads])

    @cached_property
    def best(self) -> Array:
        """For each unit, whether the best choice of ``k`` reaches it."""
        return self.outcome.reached(self.outcome.best(self.k))

    def figures(self, times: Array | None = None) -> Array:
        """A row an order, a column a figure of :data:`FIGURES`."""
        counts = self.outcome.counts(times)
        some = np.sort(self.outcome.order)
        known = counts[some]
        best = some[np.argsort(-known, kind="stable")[: self.k]]
        each = np.ones(self.outcome.units) if times is None else times
        reachable = self.best @ each
        reach = self._reached @ each / (reachable or np.nan)
        return np.column_stack(
            [
                [metrics.ndcg(head, counts, self.k, known) for head in self.heads],
                [metrics.precision(head, best, self.k) for head in self.heads],
                reach,
            ]
        )

    def resampled(self, resamples: int, seed: list[int]) -> Array:
        """Figures of what really followed, and of ``resamples`` draws of the units with replacement: one a layer."""
        generator = np.random.default_rng(seed)
        drawn = (generator.poisson(1.0, self.outcome.units).astype(np.float64) for _ in range(resamples))
        return np.stack([self.figures(), *(self.figures(times) for times in drawn)])

    def reached(self, name: str) -> int:
        """Units that the first ``k`` of an order really reached."""
        return int(self._reached[self.names.index(name)].sum())


def bounds(values: Array) -> tuple[float, float | None, float | None]:
    """The figure itself (the first value), and the bounds of its resamples (the others), centred on the figure.

    Centred, because any further draw blurs what followed and lowers every order's figures alike.

    >>> bounds(np.array([0.5, 0.1, 0.2, 0.3]))
    (0.5, 0.41, 0.59)
    """
    figure, drawn = float(values[0]), values[1:]
    drawn = drawn[~np.isnan(drawn)]  # of very few people, a draw can leave out all
    if drawn.size < 2:
        return figure, None, None
    low, high = np.quantile(drawn - drawn.mean(), (LOW, HIGH))
    return figure, float(figure + low), float(figure + high)
