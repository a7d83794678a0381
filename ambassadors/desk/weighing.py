"""Weighing: a ranking under other weights; at once who enters the list, who leaves, and how stable it is."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cached_property
from typing import TYPE_CHECKING, Any

import numpy as np
import numpy.typing as npt
import polars as pl

from ambassadors import display, score
from ambassadors.community import Community
from ambassadors.desk import sliders
from ambassadors.desk.people import People
from ambassadors.desk.rescoring import APART, DRAWS, Rescored, Rescoring
from ambassadors.errors import AmbassadorsError, NotEnoughData
from ambassadors.recipe import DEFAULT_WEIGHTS

if TYPE_CHECKING:
    from anywidget import AnyWidget

#: The largest weight that a recipe takes.
LARGEST = 1_000_000


def weigh(community: Community, ranking: str, k: int = 50) -> Weighing:
    """A ranking with sliders for its weights: in a notebook it shows at once what a change does to the first ``k``.

    The sliders need a notebook with a kernel; the same can be asked in Python:

    >>> import ambassadors as amb
    >>> weighing = amb.weigh(amb.read("graphs/town/brand.toml"), "ambassadors", k=10)
    >>> weighing.set(order_frequency=30).entered.columns[:4]
    ['rank', 'rank_before', 'account', 'person']
    >>> print(weighing.says[0])
    3 people enter the first 10, and 3 leave.

    Raises :class:`UnknownName` for a ranking that does not exist, :class:`NotEnoughData` when nobody can be ranked.
    """
    if isinstance(k, bool) or not isinstance(k, int) or k < 1:
        raise AmbassadorsError(f"k is {k!r}: how many stand on the list is a whole number from 1 on.")
    return Weighing(Rescoring(community, ranking), k)


class Weighing:
    """A ranking under weights that can be changed, beside the same under the recipe's.

    ``k`` is how many stand on the list. In a notebook it shows itself with sliders, and as a still table where there is
    no kernel; without the extra ``notebooks`` as that table alone.
    """

    def __init__(self, rescoring: Rescoring, k: int) -> None:
        self.rescoring, self._before = rescoring, rescoring.rescored({})
        self.k = min(k, self._before.order.size)
        names = rescoring.community.accounts.select("account", person="name")
        self._people = rescoring.people.join(names, "account", how="left", maintain_order="left")
        self._shown: list[Any] = []  # IPython's handles of what is shown; they have no types
        self._take(self._before)

    def _take(self, found: Rescored) -> None:
        self._now, self.stability = found, self.rescoring.stability(found, self.k)
        for kept in ("ranking", "surely"):
            self.__dict__.pop(kept, None)

    @property
    def weights(self) -> dict[str, float]:
        """The weights as they are now, by measure; those that this data cannot feed are the recipe's."""
        return dict(self._now.weights)

    def set(self, **weights: float) -> Weighing:
        """Change the weights of those measures; the others stay. Sliders that are shown move along.

        Raises :class:`UnknownName` for a measure that is not the ranking's, :class:`NotEnoughData` for one that this
        data cannot feed, or when all weights are 0, and :class:`AmbassadorsError` for what is no weight.
        """
        self.change(weights)
        if "widget" in self.__dict__:
            sliders.tell(self, self.widget)
        return self

    def back(self) -> Weighing:
        """Back to the recipe's weights."""
        return self.set(**{name: self.rescoring.recipe[name] for name in self.rescoring.measures})

    def change(self, weights: Mapping[str, Any]) -> None:
        """What :meth:`set` does, without a word to the sliders that may have asked for it."""
        self.rescoring.merged(dict.fromkeys(weights, 0.0))  # knows the names
        for name, weight in weights.items():
            if name in self.rescoring.lacking:
                raise NotEnoughData(f"{name} cannot be weighed on this data: {self.rescoring.lacking[name]}.")
            if isinstance(weight, bool) or not isinstance(weight, int | float) or not 0 <= weight <= LARGEST:
                raise AmbassadorsError(f"{name} = {weight!r}: a weight is a number from 0 to {LARGEST:,}.")
        self._take(self.rescoring.rescored({**self._now.weights, **weights}))

    @cached_property
    def ranking(self) -> People:
        """The whole ranking as :func:`ambassadors.rank` gives it where the recipe has these weights."""
        return People(score.weighed(self.rescoring.community, self.rescoring.ranking, self._now.weights))

    @property
    def entered(self) -> People:
        """Who stands on the list now and did not with the recipe's weights, best first."""
        return People(self._at(np.setdiff1d(self._now.order[: self.k], self._before.order[: self.k])).sort("rank"))

    @property
    def left(self) -> People:
        """Who stood on the list with the recipe's weights and does not now, best first as it was then."""
        rows = np.setdiff1d(self._before.order[: self.k], self._now.order[: self.k])
        return People(self._at(rows).sort("rank_before"))

    def head(self, most: int) -> pl.DataFrame:
        """The first of the list, with ``stays``: in which share of the draws each of them stays on it."""
        rows = self._now.order[: min(most, self.k)]
        return self._at(rows).with_columns(pl.Series("stays", self.stability.share[: rows.size]))

    def _at(self, rows: npt.NDArray[np.int64]) -> pl.DataFrame:
        """Those people with their places and scores, now and before."""
        places = {"rank": self._now.rank, "rank_before": self._before.rank}
        scores = {"score": self._now.score, "score_before": self._before.score}
        found = self._people[rows].with_columns(pl.Series(name, each[rows]) for name, each in (places | scores).items())
        first = ["rank", "rank_before", "account", "person", "handle", "platform", "tier", "rung", "score"]
        return found.select(*first, "score_before")

    @property
    def points(self) -> dict[str, float]:
        """What each measure that counts is worth of 100 points."""
        return dict(self._now.points)

    @cached_property
    def surely(self) -> int | None:
        """How many of the list stand on it by the bounds of their ranks, too; None where there are no bounds."""
        return self.rescoring.surely(self._now, self.k)

    @property
    def says(self) -> list[str]:
        """What has changed, and how stable the list is, a sentence each."""
        return [*self.says_at_once, self._says_surely()]

    @property
    def says_at_once(self) -> list[str]:
        """The same without the bounds of the ranks, which take a second where there are 100,000 accounts."""
        many, found = self.entered.height, self.stability
        moved = "1 person enters" if many == 1 else f"{many} people enter"
        stay = (
            f"With every weight drawn anew within {100 * APART:g} % of its value, {found.mean:.3g} of these {self.k} "
            f"stay on average, and {found.mostly} or more do in nine of ten draws ({DRAWS} draws)."
        )
        if not many:
            return [f"Nobody enters or leaves the first {self.k}.", stay]
        return [f"{moved} the first {self.k}, and {many} {'leaves' if many == 1 else 'leave'}.", stay]

    def _says_surely(self) -> str:
        if self.surely is None:
            anchor = display.words(score.ANCHORS[self.rescoring.ranking])
            return f"These ranks have no bounds: for those, the measure {anchor} needs a weight above 0."
        return (
            f"{self.surely} of these {self.k} stand on the list by the bounds of their ranks, too: had other people "
            "responded, they would still be there (90 %). Of the others the data is not that sure."
        )

    @property
    def recipe(self) -> str:
        """The weights as a section of the recipe, to be put in the place of the one that is there."""
        defaults, lacking = DEFAULT_WEIGHTS[self.rescoring.ranking], self.rescoring.lacking
        lines = [
            f"{name} = {_written(weight)}{' # this data lacks it' if name in lacking else ''}"
            for name, weight in self._now.weights.items()
            if weight or defaults.get(name)
        ]
        return "\n".join([f"[rank.{self.rescoring.ranking}]", *lines, ""])

    def keep(self) -> None:
        """What a saved notebook shows, where there is no kernel, is what is shown now."""
        for handle in self._shown:
            handle.update({"text/html": sliders.still(self), "text/plain": repr(self)}, raw=True)

    @cached_property
    def widget(self) -> AnyWidget:
        """The sliders, as a widget that can be put beside others; :class:`AmbassadorsError` without the extra."""
        return sliders.widget(self)

    def _ipython_display_(self) -> None:
        self._shown += sliders.show(self)

    def _repr_html_(self) -> str:
        return sliders.still(self)

    def __repr__(self) -> str:
        return f"<Weighing of {self.rescoring.ranking}: {self.says_at_once[0]}>"


def _written(weight: float) -> str:
    """A weight as TOML has it: no digit is lost, and 15.0 is 15."""
    return str(int(weight)) if weight.is_integer() else repr(weight)
