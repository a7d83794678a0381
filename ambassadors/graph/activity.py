"""What accounts did, or what was done toward them: a table of acts of any length becomes one row an account."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from functools import partial
from itertools import pairwise

import numpy as np
import numpy.typing as npt
import polars as pl

from ambassadors.errors import SourceError
from ambassadors.graph.edges import Table, blocks_of, checked_weights
from ambassadors.graph.ids import Ids, cache_lines
from ambassadors.graph.threads import ahead, side_by_side, threads

_DAY = timedelta(days=1) // timedelta(microseconds=1)
_BIAS = 2**62 // _DAY * _DAY  # a midnight long ago: with it every time is a number above 0
_BITS = 64
_COLUMNS = {"account", "acts", "first", "last", "active_days", "weight"}
_LINE = 8  # words in a cache line


def activity(
    acts: Table,
    ids: Ids,
    *,
    of: str = "target",
    days: int = 366,
    moment: datetime | None = None,
    half_life: timedelta | None = None,
) -> pl.DataFrame:
    """Count acts by account, in one pass over a table that may be larger than memory.

    It is a frame, a lazy one, or blocks of rows one after the other. It has a column with the account (``of``:
    ``"target"`` counts what an account receives, ``"source"`` what it does), ``kind`` and ``at``, and if acts differ in
    weight ``weight``, where null is 1, a single act. Accounts that ``ids`` does not hold are learnt.

    The answer has a row for each id, in the order of their numbers: ``account``; ``acts``; ``first`` and ``last``, null
    where no act has a time; ``active_days``, the different days (in UTC) of the last ``days`` days on which it acted;
    a column of counts for each kind, by name; and with a half-life ``weight``, the sum of w 2^-(age / half-life).
    Ages and days count back from ``moment``, by default the last act's; acts after it are passed over.

    In memory a row of the table takes nothing, and an account 24 bytes, 8 for each 64 days and 4 for each kind, rounded
    up to a multiple of 64.

    An act without a time counts, but adds to no weight, for its age is not known.

    Raises ``SourceError`` when a column is missing, a row has no account or no kind, its weight is NaN, infinite or
    negative, or a kind is called like another column of the answer; ``ValueError`` when ``days`` or the half-life
    is not above 0.

    >>> acts = pl.DataFrame({"target": ["x:a", "x:a"], "kind": ["like", "share"],
    ...     "at": [datetime(2026, 5, 1), datetime(2026, 5, 3)]})
    >>> activity(acts, Ids(), half_life=timedelta(days=2)).select("acts", "active_days", "like", "share", "weight")
    shape: (1, 5)
    ┌──────┬─────────────┬──────┬───────┬────────┐
    │ acts ┆ active_days ┆ like ┆ share ┆ weight │
    │ ---  ┆ ---         ┆ ---  ┆ ---   ┆ ---    │
    │ u64  ┆ u32         ┆ u32  ┆ u32   ┆ f64    │
    ╞══════╪═════════════╪══════╪═══════╪════════╡
    │ 2    ┆ 2           ┆ 1    ┆ 1     ┆ 1.5    │
    └──────┴─────────────┴──────┴───────┴────────┘
    """
    if days < 1:
        raise ValueError(f"days is {days!r}, and must be at least 1.")
    if half_life is not None and half_life <= timedelta(0):
        raise ValueError(f"half_life is {half_life!r}, and must be longer than nothing.")
    counted = _Acts(ids, days, moment, half_life)
    for block in ahead(blocks_of(acts)):
        counted.add(block, of)
    return counted.frame()


class _Acts:
    """What is known of each account so far."""

    def __init__(self, ids: Ids, days: int, moment: datetime | None, half_life: timedelta | None) -> None:
        self.ids = ids
        self.seen = 0
        self.kinds = Ids()
        self.days = days
        self.moment = moment
        self.half_life = half_life
        self.state = cache_lines(0, _LINE)

    def add(self, block: pl.DataFrame, of: str) -> None:
        """Count a block of acts."""
        from ambassadors.graph.compiled.activity import gather

        rows = _checked(block, of, self.seen)
        self.seen += len(rows)
        if self.moment:
            rows = rows.filter(pl.col("at") <= int(_number(self.moment)))
        accounts, kinds = self.ids.add(rows["account"]), self.kinds.add(rows["kind"])
        self._make_room()
        at, weights = rows["at"].to_numpy(), rows["weight"].to_numpy()
        half_life = self.half_life / timedelta(microseconds=1) if self.half_life else 0.0
        take = partial(gather, accounts, kinds, at, weights, half_life, self.times, self.counts, self.sums)
        side_by_side(take, _runs(len(self.ids)))

    # A row of the state is what is known of an account: first and last time, days, sum of weights, counts of kinds. All
    # of it lies in one cache line, or in as few as it can, because fetching lines is what counting costs.

    @property
    def times(self) -> npt.NDArray[np.uint64]:
        """First act, last act, and bits of days: what the compiled loops say of it."""
        return self.state[:, : 2 + self._day_words]

    @property
    def sums(self) -> npt.NDArray[np.float64]:
        """The weights."""
        return self.state.view(np.float64)[:, 2 + self._day_words]

    @property
    def counts(self) -> npt.NDArray[np.uint32]:
        """The acts of each kind."""
        return self.state.view(np.uint32)[:, 2 * (3 + self._day_words) :]

    @property
    def _day_words(self) -> int:
        return -(-self.days // _BITS)

    def _make_room(self) -> None:
        words = 3 + self._day_words + -(-len(self.kinds) // 2)
        width = -(-words // _LINE) * _LINE
        if len(self.ids) > len(self.state) or width > self.state.shape[1]:
            rows = len(self.ids) if len(self.state) == 0 else max(len(self.ids), len(self.state) * 5 // 4)
            larger = cache_lines(rows, width)
            larger[: len(self.state), : self.state.shape[1]] = self.state
            self.state = larger

    def frame(self) -> pl.DataFrame:
        """One row an account."""
        from ambassadors.graph.compiled.activity import days_within

        self._make_room()
        self.state = self.state[: len(self.ids)]
        last = self.times[:, 1]
        now = _number(self.moment) if self.moment else np.uint64(last.max(initial=0))
        kinds = dict(zip(self.kinds.texts(), self.counts.T, strict=False))
        taken = sorted(kinds.keys() & _COLUMNS)
        if taken:
            raise SourceError(
                "acts", f"a kind is called {taken[0]!r}, as is a column of the answer.", "Rename the kind."
            )
        frame = pl.DataFrame(
            {
                "account": self.ids.texts(),
                "acts": self.counts.sum(axis=1, dtype=np.uint64),
                "first": _times(self.times[:, 0]),
                "last": _times(last),
                "active_days": days_within(self.times, now, np.uint64(self.days)),
                **{kind: kinds[kind] for kind in sorted(kinds)},
            }
        )
        return frame.with_columns(weight=self._faded(now)) if self.half_life else frame

    def _faded(self, now: np.uint64) -> pl.Series:
        """The sums, worth what they are worth now."""
        assert self.half_life
        age = (now - self.times[:, 1]) / (self.half_life / timedelta(microseconds=1))
        return pl.Series(np.where(self.sums > 0, self.sums * 2.0**-age, 0.0))


def _checked(block: pl.DataFrame, of: str, before: int) -> pl.DataFrame:
    """The columns that are counted, as the loops want them."""
    missing = [name for name in (of, "kind", "at") if name not in block.columns]
    if missing:
        raise SourceError("acts", f"no column {missing[0]!r}.", f"It has {', '.join(block.columns) or 'none'}.")
    at = pl.col("at").cast(pl.Datetime("us")).to_physical()
    rows = block.select(
        pl.col(of).cast(pl.String).alias("account"),
        pl.col("kind").cast(pl.String),
        (at + _BIAS).cast(pl.UInt64).fill_null(0).alias("at"),
        (pl.col("weight") if "weight" in block.columns else pl.lit(1.0)).fill_null(1).alias("weight"),
    )
    for name, column in (("account", of), ("kind", "kind")):
        if rows[name].has_nulls():
            row = before + (rows[name].is_null().arg_max() or 0)
            raise SourceError("acts", f"row {row} (the first is 0) has no {column!r}.", "Leave such rows out.")
    return rows.with_columns(checked_weights("acts", rows["weight"], before))


def _number(moment: datetime) -> np.uint64:
    aware = moment if moment.tzinfo else moment.replace(tzinfo=UTC)
    since = aware - datetime(1970, 1, 1, tzinfo=UTC)
    return np.uint64(since // timedelta(microseconds=1) + _BIAS)


def _times(numbers: npt.NDArray[np.uint64]) -> pl.Series:
    """Numbers as times in UTC; null where there is none."""
    known = pl.Series(numbers)
    micros = pl.select(pl.when(known > 0).then(known.cast(pl.Int64) - _BIAS)).to_series()
    return micros.cast(pl.Datetime("us", "UTC"))


def _runs(accounts: int) -> list[tuple[int, int]]:
    """The accounts that each thread takes."""
    cuts = [accounts * k // threads() for k in range(threads() + 1)]
    return list(pairwise(cuts))
