"""Offers: what the brand asked or offered an account before, and what came of it."""

from __future__ import annotations

import polars as pl

from ambassadors.community import Community
from ambassadors.measures.catalogue import measure
from ambassadors.tables import TIME


@measure(
    "offers",
    says="took up {value:,.0f} of {offered:,} {offered:offer|offers}",
    otherwise=None,
    peers="all",
    advice="take up what they are offered",
)
def offers_answered(community: Community) -> pl.DataFrame:
    """Offers that the account has taken up; nothing is known of whom nothing was offered."""
    return _counted(community, pl.col("answered_at").is_not_null())


@measure(
    "offers",
    says="let {value:,.0f} of {offered:,} {offered:offer|offers} pass",
    otherwise=None,
    peers="all",
    more_is_better=False,
    advice="take up what they are offered",
)
def offers_ignored(community: Community) -> pl.DataFrame:
    """Offers that ended without being taken up; one without an end never does, and those that still run are open."""
    ended = (pl.col("until") < pl.lit(community.moment, TIME)).fill_null(False)
    return _counted(community, pl.col("answered_at").is_null() & ended)


def _counted(community: Community, which: pl.Expr) -> pl.DataFrame:
    """A row an account that was ever offered anything: of how many offers it is so."""
    by_account = community.offers.group_by("account", maintain_order=True)
    return by_account.agg(which.sum().cast(pl.Float64).alias("value"), pl.len().alias("offered"))
