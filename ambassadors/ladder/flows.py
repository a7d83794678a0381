"""Flows: how many people moved from which rung to which, period by period."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import polars as pl

from ambassadors.community import Community
from ambassadors.errors import AmbassadorsError, NotEnoughData
from ambassadors.ladder.history import history
from ambassadors.ladder.rules import NEGATIVE, RUNGS
from ambassadors.recipe import duration
from ambassadors.tables import EARLIEST, TIME

#: How the rungs stand in tables and pictures, from the bottom: ``none`` is who has shown nothing.
LEVELS = ("none", NEGATIVE, *RUNGS)
MOST_PERIODS = 1000


def standings(community: Community, moments: list[datetime]) -> pl.DataFrame:
    """Where every account that ever stood anywhere stood at each moment: ``at, account, rung`` (``none``: nowhere)."""
    moves = history(community).filter(pl.col("account").is_in(community.candidates["account"].implode()))
    people = moves.select(pl.col("account").unique().sort())
    asked = people.join(pl.DataFrame({"at": moments}, schema={"at": TIME}), how="cross").sort("at")
    found = asked.join_asof(moves.sort("at"), on="at", by="account", check_sortedness=False)
    return found.select("at", "account", pl.col("rung").fill_null("none"))


def flows(community: Community, every: str | timedelta = "month") -> pl.DataFrame:
    """How many moved from which rung to which: ``begin, end, from, to, people``, a row a period and kind of move.

    ``every`` is ``"month"`` (of the calendar, UTC) or a span such as ``"30d"``; the last period ends with the
    community's moment. Who stays is counted, too; who stood nowhere before and after is not. The brand, its rivals and
    staff, and whoever asked not to be found are left out.

    Raises :class:`NotEnoughData` where nobody ever stood anywhere, :class:`AmbassadorsError` for a period that is none.

    >>> import ambassadors as amb
    >>> moved = flows(amb.read("graphs/town/brand.toml"), "month")
    >>> moved.filter(to="defend")["people"].sum() > 0
    True
    """
    moments = _moments(community, every)
    stood = standings(community, moments).sort("account", "at")
    pairs = stood.with_columns(
        pl.col("at").shift(1).over("account").alias("begin"), pl.col("rung").shift(1).over("account").alias("from")
    ).filter(pl.col("begin").is_not_null(), ~((pl.col("from") == "none") & (pl.col("rung") == "none")))
    counted = pairs.group_by("begin", pl.col("at").alias("end"), "from", pl.col("rung").alias("to")).len("people")
    level = pl.Enum(LEVELS)
    return counted.with_columns(pl.col("from", "to").cast(level)).sort("begin", "from", "to")


def _moments(community: Community, every: str | timedelta) -> list[datetime]:
    """The ends of the periods, the first one before anything was shown."""
    first, last = _first_move(community), community.moment
    if first is None or last is None:
        raise NotEnoughData("nobody ever stood on a rung at a known time: there are no flows.")
    if every == "month":
        day_before = first - timedelta(microseconds=1)
        begin = datetime(day_before.year, day_before.month, 1, tzinfo=UTC)
        inner = pl.select(pl.datetime_range(begin, last, "1mo", time_zone="UTC")).to_series().to_list()
        return sorted({*inner, last})
    try:
        length = duration(every)
    except ValueError as error:
        raise AmbassadorsError(f"every: {error} Or 'month'.") from None
    number = (last - first) // length + 1
    if number > MOST_PERIODS:
        raise AmbassadorsError(f"every: {number:,} periods of {every} fit; {MOST_PERIODS:,} are the most.")
    return [last - length * back for back in range(number, -1, -1)]


def _first_move(community: Community) -> datetime | None:
    moves = history(community).filter(pl.col("at") > EARLIEST)
    return moves.select(pl.col("at").min()).row(0)[0] if moves.height else None
