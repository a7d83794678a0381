"""Campaigns: each time the brand sent offers, to whom, and when it is known who took them up."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import timedelta

import polars as pl

from ambassadors.community import Community
from ambassadors.errors import NotEnoughData
from ambassadors.windows import Window, horizon_of

#: The step before an offer: what is known of people is what was known then.
BEFORE = timedelta(microseconds=1)


@dataclass(frozen=True)
class Campaign:
    """Everything that was sent on one day: ``sent`` has ``account, campaign, at, until, answered_at``.

    The window begins just before the first offer and ends with the last. ``names`` are the campaigns pooled.
    """

    window: Window
    sent: pl.DataFrame
    names: tuple[str, ...]

    @property
    def accounts(self) -> pl.DataFrame:
        """Whom anything was sent to, each once."""
        return self.sent.select(pl.col("account").unique().sort())

    @property
    def answered(self) -> pl.Series:
        """Who took something up before it ended."""
        in_time = self.sent.filter(pl.col("answered_at") <= pl.col("until"))
        return in_time["account"].unique().sort()


def campaigns(community: Community) -> list[Campaign]:
    """What was sent to candidates, a campaign a day (UTC), earliest first; an offer without an end ends at the horizon.

    Raises :class:`NotEnoughData` where there are no offers.
    """
    return community.memo("campaigns", lambda: list(_campaigns(community)))


def _campaigns(community: Community) -> Iterator[Campaign]:
    offers = community.offers.join(community.candidates.select("account"), "account", how="semi")
    if offers.is_empty() or community.moment is None:
        raise NotEnoughData("nothing can be said of offers: there are none. Give a file with table = 'offers'.")
    first = offers.select(pl.col("at").min()).item()
    horizon = horizon_of(community, community.recipe.propensity.horizon, (first, community.moment))
    ending = offers.with_columns(until=pl.coalesce("until", pl.col("at") + horizon)).sort("at", "campaign", "account")
    days = ending.group_by(pl.col("at").dt.date().alias("day"), maintain_order=True)
    for _, sent in days:
        origin, until = sent.select(pl.col("at").min() - BEFORE, pl.col("until").max()).row(0)
        yield Campaign(Window(origin, until), sent, tuple(sent["campaign"].unique().sort()))


def ended(community: Community) -> list[Campaign]:
    """The campaigns of which it is known who took them up: all of their offers have ended."""
    return [one for one in campaigns(community) if community.moment and one.window.until <= community.moment]
