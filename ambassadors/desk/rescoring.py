"""Rescoring: the order of a ranking under other weights, at once, and how stable its head is."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import polars as pl

from ambassadors import score
from ambassadors.community import Community
from ambassadors.errors import NotEnoughData, UnknownName, did_you_mean
from ambassadors.measures import CATALOGUE

Floats = npt.NDArray[np.float64]
Whole = npt.NDArray[np.int64]

#: How many times the weights are drawn anew, and how far from their values: a fifth either way.
DRAWS, APART = 100, 0.2
#: What is kept in nine of ten draws.
MOSTLY = 0.1
SEED = 0


@dataclass(frozen=True, eq=False)
class Rescored:
    """Everybody's place under some weights.

    ``weights`` are those, ``points`` what each measure that counts is worth of 100. ``order`` has the rows of
    :attr:`Rescoring.people`, best first; ``rank`` and ``score`` have an entry for each of those rows.
    """

    weights: dict[str, float]
    points: dict[str, float]
    order: Whole
    rank: Whole
    score: Floats


@dataclass(frozen=True, eq=False)
class Stability:
    """How much of the head of a list is owed to the exact weights.

    ``mean`` is how many of it stay on average, ``mostly`` how many stay in nine of ten draws; ``share`` is, for each
    person of the head, best first, in which share of the draws they stay.
    """

    mean: float
    mostly: int
    share: Floats


class Rescoring:
    """A ranking whose weights can be changed: what each measure brings per point of weight is taken once.

    The share of a measure's points that an account earns does not depend on any weight, so a change of weights is one
    sum. All measures that the recipe names for the ranking are taken, those without weight too; ``lacking`` has those
    that this data cannot feed, each with the reason.

    >>> import ambassadors as amb
    >>> town = amb.read("graphs/town/brand.toml")
    >>> rescoring = Rescoring(town, "ambassadors")
    >>> same = rescoring.rescored({})
    >>> rescoring.people["account"].gather(same.order).equals(amb.rank(town, "ambassadors")["account"])
    True

    Raises :class:`UnknownName` for a ranking that is none, :class:`NotEnoughData` when nobody can be ranked.
    """

    def __init__(self, community: Community, ranking: str) -> None:
        self.community, self.ranking = community, ranking
        self.recipe = score.in_recipe(community, ranking)
        score.weights(community, ranking)  # says what is missing where nobody can be ranked
        self.lacking = {name: why for name in self.recipe if (why := score.why_not(community, name))}
        self.measures = [name for name in self.recipe if name not in self.lacking]
        columns = (score.earned(community, name).select(f"{name}:share") for name in self.measures)
        frame = score.contenders(community, ranking, columns).sort("account")
        self.shares = frame.select(f"{name}:share" for name in self.measures)
        self.people = frame.select("account", "platform", "handle", "tier", "rung")

    def merged(self, given: Mapping[str, float]) -> dict[str, float]:
        """The recipe's weights with the given ones over them, in the recipe's order."""
        for name in given:
            if name not in self.recipe:
                raise UnknownName(self._unknown(name))
        return {name: float(given.get(name, weight)) for name, weight in self.recipe.items()}

    def _unknown(self, name: str) -> str:
        if name in CATALOGUE:
            return f"the recipe does not weigh {name!r} here. Write {name} = 0 into its [rank.{self.ranking}] first."
        return f"there is no measure {name!r}. {did_you_mean(name, self.recipe)}"

    def rescored(self, given: Mapping[str, float]) -> Rescored:
        """Scores and order exactly as :func:`ambassadors.rank` gives them where the recipe has those weights.

        A measure that is not named keeps the recipe's weight; one that this data cannot feed gives its points to the
        others, in proportion. Ties go by account id.

        Raises :class:`UnknownName` for a measure that is not the ranking's, and :class:`NotEnoughData` where all
        weights are 0.
        """
        weights = self.merged(given)
        points = score.of_a_hundred({name: weights[name] for name in self.measures if weights[name] > 0})
        if not points:
            raise NotEnoughData("all weights are 0: at least one measure needs a weight above 0.")
        total = self._brought(self.shares, points).select(score.total(points)).to_series().to_numpy()
        order = np.argsort(-total, kind="stable")  # rows stand in order of account id
        rank = np.empty_like(order)
        rank[order] = np.arange(1, order.size + 1)
        return Rescored(weights, points, order, rank, total)

    def _brought(self, shares: pl.DataFrame, points: Mapping[str, float]) -> pl.DataFrame:
        return shares.select(score.brought(name, worth) for name, worth in points.items())

    def stability(self, found: Rescored, k: int) -> Stability:
        """How many of the first ``k`` stay when every weight is drawn anew, 100 times, within a fifth of its value.

        Each weight is multiplied by a number drawn evenly between .8 and 1.2, each on its own; the draws are the same
        for all weights that are asked about, so that two answers differ by the weights alone. Who ties with the last
        of the list is counted among those who stay.

        Only those are computed again who can be on a list: as each part of a score lies between .8 and 1.2 of what it
        was, nobody below two thirds of the ``k``-th score passes it in any draw.
        """
        head = found.order[:k]
        last = found.score[head[-1]]
        if head.size == found.order.size or last <= 0:
            return Stability(float(head.size), head.size, np.ones(head.size))
        rounding = 10.0**-score.DECIMALS * (len(found.points) + 1)
        near = found.score >= (1 - APART) / (1 + APART) * last - rounding
        near[head] = True
        rows = np.flatnonzero(near)
        drawn = self._drawn(found, rows)
        least = np.partition(drawn, rows.size - head.size, axis=1)[:, [rows.size - head.size]]
        stay = drawn[:, np.searchsorted(rows, head)] >= least
        many = stay.sum(axis=1)
        return Stability(float(many.mean()), int(np.quantile(many, MOSTLY, method="lower")), stay.mean(axis=0))

    def _drawn(self, found: Rescored, rows: Whole) -> Floats:
        """Scores of those rows under weights drawn anew, a row a draw; the weights of one draw need not add up."""
        factors = np.random.default_rng(SEED).uniform(1 - APART, 1 + APART, (DRAWS, len(self.measures)))
        weighed = [place for place, name in enumerate(self.measures) if name in found.points]
        shares = self.shares.select(f"{name}:share" for name in found.points)[rows].fill_null(0.0).to_numpy()
        # rounded, so that equal shares are equal in every draw, in whatever order a machine adds
        drawn = (factors[:, weighed] * np.array(list(found.points.values()))) @ shares.T
        return np.asarray(np.round(drawn, 9))

    def surely(self, found: Rescored, k: int) -> int | None:
        """How many of the first ``k`` stand on the list by the bounds of their ranks, too, as the ranking gives them.

        Their ``rank_high`` is ``k`` or better: had other people responded, they would stand there all the same, at the
        90 % of :func:`~ambassadors.certainty.intervals`. None where nothing that counts is counted from acts.
        """
        brought = self._brought(self.shares[found.order], found.points)
        ranked = brought.with_columns(self.people["account"].gather(found.order), score=found.score[found.order])
        _, high, _ = score.bounds(self.community, self.ranking, ranked, found.points)
        return int((high.head(k) <= k).sum()) if isinstance(high, pl.Series) else None
