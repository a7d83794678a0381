"""Loyalty: what a customer's orders say, counted for the account that they are linked to."""

from __future__ import annotations

from datetime import timedelta

import polars as pl

from ambassadors.community import Community
from ambassadors.measures.catalogue import measure


def purchases(community: Community) -> pl.DataFrame:
    """Orders by account, each once: ``account, order, at, billed`` and ``paid`` (billed less what was paid back).

    A negative amount is money paid back; an order of nothing else is a cancellation (``billed`` is 0).
    """

    def make() -> pl.DataFrame:
        amount = pl.col("amount")
        by_order = community.orders.group_by("account", "order", maintain_order=True)
        return by_order.agg(
            pl.col("at").min(),
            amount.sum().round(6).alias("paid"),
            amount.filter(amount > 0).sum().round(6).alias("billed"),
        )

    return community.memo("purchases", make)


def paid_back() -> pl.Expr:
    """Whether money of a purchase was paid back."""
    return pl.col("paid") < pl.col("billed")


def kept(community: Community) -> pl.DataFrame:
    """The purchases that were not wholly paid back."""
    return purchases(community).filter(pl.col("paid") > 0)


@measure("orders", says="last bought on {last:%Y-%m-%d}", otherwise=None, more_is_better=False, advice="buy again")
def order_recency(community: Community) -> pl.DataFrame:
    """Days since the last purchase: the R of recency, frequency, monetary (not last minus first, as in BG/NBD)."""
    last = kept(community).group_by("account").agg(pl.col("at").max().alias("last"))
    return last.select("account", community.age_in_days(pl.col("last")).alias("value"), "last")


@measure(
    "orders", says="bought {value:,.0f} {value:time|times} in the last year", otherwise=None, advice="buy more often"
)
def order_frequency(community: Community) -> pl.DataFrame:
    """Purchases in the last 365 days that were kept: the F of recency, frequency, monetary."""
    recent = community.age_in_days(pl.col("at")) < 365
    return kept(community).group_by("account").agg(recent.sum().alias("value"))


@measure("orders", "one currency", says="spent {value:,.2f} net of refunds", otherwise=None, advice="buy more")
def net_spend(community: Community) -> pl.DataFrame:
    """Money paid less money paid back, in the shop's currency: the M of recency, frequency, monetary."""
    return (
        purchases(community).group_by("account", maintain_order=True).agg(pl.col("paid").sum().round(2).alias("value"))
    )


@measure("orders", says="a customer since {first:%Y-%m-%d}", otherwise=None, advice="stay a customer")
def tenure(community: Community) -> pl.DataFrame:
    """Days from the first purchase to now."""
    first = kept(community).group_by("account").agg(pl.col("at").min().alias("first"))
    return first.select("account", community.age_in_days(pl.col("first")).alias("value"), "first")


@measure(
    "orders",
    says="{back:,} of {all:,} purchases were paid back",
    otherwise=None,
    more_is_better=False,
    advice="keep what they buy",
)
def refund_share(community: Community) -> pl.DataFrame:
    """The share of an account's purchases that were paid back, ``refunds / (purchases + 2)``: two kept ones assumed."""
    bought = purchases(community)
    counts = bought.group_by("account").agg(paid_back().sum().alias("back"), (pl.col("billed") > 0).sum().alias("all"))
    return counts.with_columns((pl.col("back") / (pl.col("all") + 2)).alias("value"))


@measure(
    "orders",
    otherwise=None,
    says="bought {recent:,} {recent:time|times} in the last {days:,.0f} days",
    advice="buy again",
)
def orders_of_late(community: Community) -> pl.DataFrame:
    """Purchases that were kept, each halved with each half-life of age, and summed."""
    days = 2 * community.recipe.graph.half_life / timedelta(days=1)
    recent = community.age_in_days(pl.col("at")) <= days
    return (
        kept(community)
        .group_by("account", maintain_order=True)
        .agg(
            community.decay(pl.col("at")).sum().round(12).alias("value"),
            recent.sum().alias("recent"),
            pl.lit(days).first().alias("days"),
        )
    )


@measure(
    "orders",
    otherwise=None,
    more_is_better=False,
    says="{since:,.0f} days since the last purchase, where one in {usual:,.0f} days is their habit",
    advice="buy again",
)
def order_overdue(community: Community) -> pl.DataFrame:
    """How long the last purchase is ago in units of the customer's own habit: ``(since + 1) / (usual + 1)``.

    ``usual = (tenure + m) / (orders + 1)``, ``m`` being the mean interval of all customers: one interval is assumed
    before any is seen. What BG/NBD reads from recency, frequency and tenure (Fader, Hardie and Lee 2005) in a form that
    a sum of features can use; the probability of being alive itself adds nothing to it.
    """
    age = community.age_in_days(pl.col("at"))
    each = (
        kept(community)
        .group_by("account")
        .agg(age.min().alias("since"), age.max().alias("tenure"), pl.len().alias("orders"))
    )
    mean = pl.col("tenure").sum() / pl.col("orders").sum()
    usual = (pl.col("tenure") + mean) / (pl.col("orders") + 1)
    found = each.sort("account").with_columns(usual.alias("usual"))
    return found.with_columns(((pl.col("since") + 1) / (pl.col("usual") + 1)).alias("value"))
