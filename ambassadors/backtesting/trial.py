"""Trial: one origin, its orders of accounts made from the past alone, and what followed."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np
import numpy.typing as npt
import polars as pl

from ambassadors.backtesting.orders import baselines
from ambassadors.backtesting.outcome import Outcome, outcome
from ambassadors.community import Community, sealed
from ambassadors.errors import LookAhead, NotEnoughData
from ambassadors.measures import named
from ambassadors.score import order, weights
from ambassadors.windows import Window

Array = npt.NDArray[Any]
OURS = "the ranking"


@dataclass(frozen=True)
class Trial:
    """The orders (places in the whole community's accounts, best first) as of the origin, and the outcome after it.

    ``points`` has a column a measure, in the ranking's order; ``shares`` the most points that a measure can bring;
    ``tier`` the tier of each ranked account; ``values`` what each measure found, beside the ``account``; ``rows`` how
    many rows each table had at the origin.
    """

    window: Window
    outcome: Outcome
    orders: Mapping[str, Array]
    points: pl.DataFrame
    tier: pl.Series
    shares: Mapping[str, float]
    values: pl.DataFrame
    rows: Mapping[str, int]

    @property
    def people(self) -> int:
        """How many accounts were ranked."""
        return self.orders[OURS].size

    @cached_property
    def responded_to(self) -> Array:
        """For each unit, to how many of the ranked accounts it belongs."""
        known = np.zeros(self.outcome.size, bool)
        known[self.orders[OURS]] = True
        unit = self.outcome.unit[known[self.outcome.account]]
        return np.bincount(unit, minlength=self.outcome.units)

    def worth(self, name: str) -> Array:
        """For each ranked account its share of a measure's points, in the ranking's order."""
        return self.points[name].to_numpy() / self.shares[name]

    def by(self, points: pl.Expr) -> Array:
        """The ranked accounts in the order of an expression of the measures' points; ties by account."""
        value = self.points.select(points).to_series().to_numpy()
        places = self.orders[OURS]
        return places[np.lexsort((places, -value))]


def trial(
    community: Community, window: Window, ranking: str, kinds: Sequence[str] | None, *, vouched: bool = False
) -> Trial:
    """The ordinary ranking as of the origin, the naive orders beside it, and what followed.

    While the orders are made, the community is sealed: whoever looks past the origin is stopped
    (:class:`~ambassadors.errors.LookAhead`).
    """
    past = community.as_of(window.origin)
    with sealed(window.origin):
        ranked, shares = order(past, ranking), weights(past, ranking)
        naive = baselines(past, ranking)
    # people as the past knew them: who is joined later is two rows in its ranking, and two in what followed
    after = community.seen_like(past)
    names = {f"{name}:points": name for name in shares.points}
    if ranked["score"].n_unique() == 1:
        raise NotEnoughData(f"as of {window.origin:%Y-%m-%d %H:%M} everyone has the same score: there is no ranking.")
    return Trial(
        window,
        outcome(after, window, ranking, kinds, vouched=vouched),
        {name: _places(after, order) for name, order in {OURS: ranked["account"], **naive}.items()},
        ranked.select(pl.col(names).fill_null(0.0)).rename(names),
        ranked["tier"],
        shares.points,
        ranked.select("account", *shares.points),
        {name: frame.height for name, frame in past.kept.items()},
    )


def no_standstill(before: Trial, after: Trial) -> None:
    """Raises :class:`LookAhead` for a measure that has not moved between two origins, although its tables grew.

    A measure that gives every account the same value at both did not look at what it was handed.
    """
    for name in after.points.columns:
        tables = {need.partition(".")[0] for need in named(name).needs} & {"follows", "posts", "interactions", "orders"}
        grown = [table for table in tables if after.rows.get(table, 0) > 1.1 * before.rows.get(table, 0) + 100]
        if grown and name in before.points.columns and _stands_still(before.values, after.values, name):
            raise LookAhead(
                f"the measure {name!r} has the same values as of {before.window.origin.isoformat()} and "
                f"{after.window.origin.isoformat()}, although there are new {' and '.join(sorted(grown))}: it does not "
                "look at the community that it is given."
            )


def _stands_still(before: pl.DataFrame, after: pl.DataFrame, name: str) -> bool:
    both = before.select("account", name).join(after.select("account", pl.col(name).alias("later")), "account")
    return both.height > 0 and both.select(pl.col(name).eq_missing(pl.col("later")).all()).item()


def _places(community: Community, accounts: pl.Series) -> Array:
    """Where accounts stand among all of the community's, which are sorted."""
    return community.accounts["account"].search_sorted(accounts).to_numpy().astype(np.int64)
