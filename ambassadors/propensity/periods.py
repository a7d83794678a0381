"""Person-periods: everybody at risk at each of several moments, with what was known then and what followed."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import datetime

import polars as pl

from ambassadors.community import Community, sealed
from ambassadors.propensity.events import Event
from ambassadors.propensity.features import known
from ambassadors.tables import TIME
from ambassadors.windows import Window

#: Columns of a person-period that are no features.
KEYS = ("account", "rung", "origin", "until", "happened", "known_days")


def person_periods(
    community: Community,
    event: Event,
    windows: Sequence[Window],
    names: Sequence[str],
    on_origin: Callable[[int, int], None] = lambda place, of: None,
) -> pl.DataFrame:
    """One row a person at risk and window: :data:`KEYS` and the named features, as of the window's origin.

    While features are made the community is sealed: what looks past the origin is stopped
    (:class:`~ambassadors.errors.LookAhead`).
    """
    parts = []
    for place, window in enumerate(windows, 1):
        on_origin(place, len(windows))
        rows = at_moment(community, event, window.origin, names)
        happened = pl.col("account").is_in(event.happened(window).implode())
        parts.append(rows.with_columns(happened=happened, until=pl.lit(window.until, TIME)))
    return pl.concat(parts).select(*KEYS, *names)


def at_moment(community: Community, event: Event, at: datetime, names: Sequence[str]) -> pl.DataFrame:
    """Everybody at risk at a moment, as known then; whether it will happen is null."""
    past, people = community.as_of(at), event.at_risk(at)
    with sealed(at):
        rows = known(past, people, names).join(_known_days(past), "account", how="left", maintain_order="left")
    unknown = {"until": pl.lit(None, TIME), "happened": pl.lit(None, pl.Boolean)}
    return rows.with_columns(origin=pl.lit(at, TIME), **unknown).select(*KEYS, *names)


def _known_days(past: Community) -> pl.DataFrame:
    """For how many days the data has known each account: since its first act, post, order or offer, or it followed."""
    first = [
        past.interactions.select(account="source", at="at"),
        past.posts.select(account="author", at="at"),
        past.orders.select("account", "at"),
        past.offers.select("account", "at"),
        past.follows.select(account="source", at=pl.coalesce("since", "observed_at")),
    ]
    seen = pl.concat(first).group_by("account").agg(pl.col("at").min())
    return seen.select("account", past.age_in_days(pl.col("at")).alias("known_days"))
