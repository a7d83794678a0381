"""Outcome: what followed an origin, as pairs of an account and a person who responded to it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np
import numpy.typing as npt
import polars as pl

from ambassadors import trust
from ambassadors.community import Community
from ambassadors.errors import UnknownName, did_you_mean
from ambassadors.measures.circle import RECOMMENDING
from ambassadors.windows import Window

Array = npt.NDArray[Any]
#: By what an ambassador is judged: acts that carry the brand further.
ADVOCACY = RECOMMENDING


@dataclass(frozen=True)
class Outcome:
    """The distinct pairs ``(account, unit)`` of a window, as places in the whole community's accounts.

    Of influencers the unit is a person who responded to the account; of ambassadors, a day on which the account
    carried the brand further. ``ranked`` says which accounts may be ranked at all; the others' pairs are not here.
    """

    account: Array
    unit: Array
    size: int
    units: int

    def counts(self, times: Array | None = None) -> Array:
        """Units an account, each counted as often as ``times`` says (once when None)."""
        weights = None if times is None else times[self.unit]
        return np.bincount(self.account, weights, minlength=self.size).astype(np.float64)

    def reached(self, accounts: Array) -> Array:
        """For each unit, whether any of those accounts reached it."""
        chosen = np.zeros(self.size, bool)
        chosen[accounts] = True
        found = np.zeros(self.units, bool)
        found[self.unit[chosen[self.account]]] = True
        return found

    @cached_property
    def order(self) -> Array:
        """The accounts that had anything, most units first, ties by account."""
        counts = self.counts()
        return np.lexsort((np.arange(self.size), -counts))[: int((counts > 0).sum())]

    def best(self, k: int) -> Array:
        """The ``k`` accounts that together reached most units, found greedily: at least 63 % of the true best.

        Nemhauser, Wolsey and Fisher 1978. Ties go to the account that stands first.
        """
        open_pairs, chosen = np.ones(self.account.size, bool), []
        reached = np.zeros(self.units, bool)
        for _ in range(min(k, self.order.size)):
            gain = np.bincount(self.account[open_pairs], minlength=self.size)
            best = int(gain.argmax())
            if not gain[best]:
                break
            chosen.append(best)
            reached[self.unit[self.account == best]] = True
            open_pairs &= ~reached[self.unit]
        return np.array(chosen, dtype=np.int64)


def outcome(
    community: Community, window: Window, ranking: str, kinds: Sequence[str] | None = None, *, vouched: bool = False
) -> Outcome:
    """What followed the window's origin: distinct responders of influencers, days of advocacy of ambassadors.

    ``kinds`` are the acts that count; when None, every kind that weighs something in the recipe, and for ambassadors
    those of :data:`ADVOCACY`. Acts on oneself, and totals without a time of their own, count for nothing. Of
    influencers, ``vouched`` leaves only responders who count, by all that is known today (:mod:`~ambassadors.trust`): a
    pod responds next month, too.

    Raises :class:`UnknownName` for a kind that does not exist.
    """
    source, target = (numbers.astype(np.int64) for numbers in community.numbered["interactions"])
    rows = community.interactions.select(
        fine=(pl.col("at") > window.origin) & (pl.col("at") <= window.until) & pl.col("weight").is_null(),
        kind=pl.col("kind").cast(pl.String).is_in(judged_kinds(community, ranking, kinds)),
        day=pl.col("at").dt.epoch("d"),
    )
    counted = (rows["fine"] & rows["kind"]).to_numpy() & (source != target)
    ranked = community.ranked.to_numpy()
    size = community.accounts.height
    if ranking == "influencers":
        counted &= ranked[target]
        if vouched:
            counted &= trust.vouched(community)[source] & (trust.esteem(community, source, target, "interactions") > 0)
        return _distinct(target[counted], source[counted], size, size)
    brand = community.accounts["account"].is_in(community.brand.accounts).to_numpy()
    counted &= ranked[source] & brand[target]
    days = rows["day"].to_numpy()[counted].astype(np.int64)
    first = days.min(initial=0) if not days.size else days.min()
    return _distinct(source[counted], days - first, size, int((days - first).max(initial=0)) + 1)


def _distinct(account: Array, unit: Array, size: int, units: int) -> Outcome:
    pairs = np.unique(account * units + unit)
    return Outcome(pairs // units, pairs % units, size, units)


def judged_kinds(community: Community, ranking: str, kinds: Sequence[str] | None) -> list[str]:
    """The kinds of acts that count as an outcome; raises :class:`UnknownName` for one that does not exist."""
    known = community.recipe.graph.kinds
    if kinds is None:
        return list(ADVOCACY) if ranking == "ambassadors" else [kind for kind, weight in known.items() if weight > 0]
    for kind in kinds:
        if kind not in known:
            raise UnknownName(f"there is no kind {kind!r}. {did_you_mean(kind, known)}")
    return list(kinds)
