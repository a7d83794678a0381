"""Windows: the moments at which people are ranked, and the time after each in which that has to prove itself."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

import polars as pl

from ambassadors.community import Community
from ambassadors.errors import AmbassadorsError, NotEnoughData
from ambassadors.measures.catalogue import acts
from ambassadors.phrases import span
from ambassadors.recipe import duration, moment

#: Horizons to choose from where none is asked for.
USUAL = tuple(duration(text) for text in ("1h", "3h", "6h", "12h", "24h", "48h", "7d", "14d", "30d", "90d"))
#: So many usual horizons should fit into the data: the origins, and history before the first of them.
FITS = 7
Extent = tuple[datetime, datetime]


@dataclass(frozen=True)
class Window:
    """Features are from ``origin`` and before, labels from after it up to ``until``."""

    origin: datetime
    until: datetime


def extent(community: Community) -> Extent:
    """When the first and the last act happened; raises :class:`NotEnoughData` where no act has a time of its own."""
    first, last = acts(community).select(pl.col("at").min().alias("first"), pl.col("at").max().alias("last")).row(0)
    if first is None:
        raise NotEnoughData(
            "nothing can be tested against what followed: there are no interactions with a time of their own."
        )
    return first, last


def horizon_of(community: Community, asked: str | timedelta | None, between: Extent | None = None) -> timedelta:
    """The horizon asked for, or the longest usual one that fits seven times into the data (``between`` two moments).

    Raises :class:`AmbassadorsError` for a text that is no span of time.
    """
    if asked is None:
        first, last = between or extent(community)
        return max((usual for usual in USUAL if usual * FITS <= last - first), default=USUAL[0])
    try:
        return duration(asked)
    except ValueError as error:
        raise AmbassadorsError(f"horizon: {error}") from None


def windows(
    community: Community,
    horizon: timedelta,
    origins: int | Sequence[datetime | str],
    between: Extent | None = None,
) -> list[Window]:
    """One window an origin, earliest first.

    A number means as many windows side by side, the last ending with the last act, or with the second moment of
    ``between``; moments are taken as they are.

    Raises :class:`NotEnoughData` unless a horizon of history lies before the first origin, and something after each.
    """
    first, last = between or extent(community)
    starts = _rolling(last, horizon, origins) if isinstance(origins, int) else sorted(set(map(_moment, origins)))
    if not starts:
        raise AmbassadorsError("origins is 0: a backtest needs one at least. Several tell whether the result holds.")
    if starts[-1] >= last:
        raise NotEnoughData(
            f"nothing follows the origin {starts[-1]:%Y-%m-%d %H:%M}: the last act is of {last:%Y-%m-%d %H:%M} UTC. "
            "Give an earlier one."
        )
    if starts[0] - horizon < first:
        raise NotEnoughData(_too_short(first, last, horizon, starts, rolling=isinstance(origins, int)))
    return [Window(start, start + horizon) for start in starts]


def _rolling(last: datetime, horizon: timedelta, origins: int) -> list[datetime]:
    if not 0 <= origins <= 1000:
        raise AmbassadorsError(f"origins is {origins}: a backtest takes from 1 to 1,000.")
    try:
        return [last - horizon * back for back in range(origins, 0, -1)]
    except OverflowError:
        raise NotEnoughData(f"{origins} times {span(horizon)} reach back before all dates.") from None


def _moment(given: datetime | str) -> datetime:
    return moment(given.isoformat() if isinstance(given, datetime) else given)


def _too_short(
    first: datetime, last: datetime, horizon: timedelta, starts: Sequence[datetime], *, rolling: bool
) -> str:
    told = f"{', '.join(f'{start:%Y-%m-%d %H:%M}' for start in starts[:3])}{' ...' if len(starts) > 3 else ''}"
    fits = max((usual for usual in USUAL if usual <= (last - first) / (len(starts) + 1)), default=None)
    if not rolling:
        remedy = f"Give origins from {first + horizon:%Y-%m-%d %H:%M} on, or a shorter horizon."
    else:
        remedy = f"With {len(starts)} of them, a horizon of {span(fits)} fits." if fits else "Bring more history."
    return (
        f"the acts run from {first:%Y-%m-%d %H:%M} to {last:%Y-%m-%d %H:%M} UTC: too short for the origins {told} with "
        f"a horizon of {span(horizon)}, which needs as much history before the first. {remedy}"
    )
