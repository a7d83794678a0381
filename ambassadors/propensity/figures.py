"""Figures: how well a score tells those to whom it happened from those to whom it did not."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
import numpy.typing as npt

Array = npt.NDArray[Any]
#: The bins of a calibration curve, of as many people each.
BINS = 10


class Order:
    """A score's order of people, sorted once, so that a figure of any draw of them is a few sums.

    ``times`` says how often each person counts (once when None). Ties share their place.
    """

    def __init__(self, score: Array, happened: Array) -> None:
        _, group = np.unique(-score, return_inverse=True)
        self.group, self.groups = group, int(group.max(initial=-1)) + 1
        self.happened = happened.astype(bool)

    def _sums(self, times: Array | None) -> tuple[Array, Array]:
        weight = np.ones(self.group.size) if times is None else times
        yes = np.bincount(self.group, weight * self.happened, self.groups)
        return yes, np.bincount(self.group, weight, self.groups) - yes

    def auc(self, times: Array | None = None) -> float:
        """The chance that one to whom it happened stands above one to whom it did not; ties count half.

        The area under the receiver operating characteristic (Hanley and McNeil 1982). Not a number for one class alone.

        >>> Order(np.array([3.0, 2.0, 1.0]), np.array([1, 0, 1])).auc()
        0.5
        """
        yes, no = self._sums(times)
        below = no.sum() - np.cumsum(no) + no / 2
        pairs = yes.sum() * no.sum()
        return float(yes @ below / pairs) if pairs else float("nan")

    def lift(self, share: float, times: Array | None = None) -> float:
        """How much oftener it happened among the first ``share`` of the order than among all.

        Of people who tie at the edge, as large a part as fits.

        >>> Order(np.array([4.0, 3.0, 2.0, 1.0]), np.array([1, 0, 0, 1])).lift(0.25)
        2.0
        """
        yes, no = self._sums(times)
        people = yes + no
        room = np.clip(share * people.sum() - (np.cumsum(people) - people), 0, people)
        found = float(yes @ np.divide(room, people, out=np.zeros_like(room), where=people > 0))
        return found / float(share * yes.sum()) if yes.sum() else float("nan")

    def recall(self, share: float) -> float:
        """The share of those to whom it happened that stands among the first ``share`` of the order."""
        return self.lift(share) * share


def curve(chance: Array, happened: Array, bins: int = BINS) -> list[dict[str, float]]:
    """The calibration curve: bins of as many people each, with the mean chance given and the share that moved."""
    return _binned(chance, happened, np.array_split(np.argsort(chance, kind="stable"), min(bins, max(chance.size, 1))))


def curve_by_moves(chance: Array, happened: Array, least: float = 5.0, bins: int = BINS) -> list[dict[str, float]]:
    """The same with as many foretold moves in each bin, ``least`` or more: it shows what high chances are worth."""
    order = np.argsort(chance, kind="stable")
    total = float(chance.sum())
    number = max(min(bins, int(total / least)), 1)
    inner = np.searchsorted(np.cumsum(chance[order]), total * np.arange(1, number) / number)
    return _binned(chance, happened, np.split(order, inner + 1))


def _binned(chance: Array, happened: Array, parts: Sequence[Array]) -> list[dict[str, float]]:
    rows = []
    _, alike = np.unique(chance, return_inverse=True)  # of people who tie, each moved by the share of all of them
    moved = (np.bincount(alike, happened) / np.bincount(alike))[alike] if chance.size else happened
    for part in parts:
        if part.size:
            given, came = float(chance[part].mean()), float(moved[part].mean())
            rows.append({"people": part.size, "given": given, "moved": came, "events": int(happened[part].sum())})
    return rows


def calibration_error(chance: Array, happened: Array, bins: int = BINS) -> float:
    """Expected calibration error: the mean distance of chance given and share that moved, over bins of equal size.

    Naeini et al. 2015.

    >>> calibration_error(np.array([0.5, 0.5]), np.array([1, 0]), bins=1)
    0.0
    """
    rows = curve(chance, happened, bins)
    return sum(row["people"] * abs(row["given"] - row["moved"]) for row in rows) / max(chance.size, 1)


def draws(people: Array, resamples: int, seed: list[int]) -> list[Array]:
    """How often each row counts in each draw of the people with replacement (Poisson bootstrap), all rows of one alike.

    Rows of one person are not independent, so people are drawn and not rows (Field and Welsh 2007).
    """
    generator = np.random.default_rng(seed)
    names, place = np.unique(people, return_inverse=True)
    return [generator.poisson(1.0, names.size).astype(np.float64)[place] for _ in range(resamples)]
