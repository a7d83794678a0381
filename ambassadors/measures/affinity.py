"""Affinity: how close an account is to the brand, and whether it is coming closer."""

from __future__ import annotations

from datetime import timedelta

import polars as pl

from ambassadors.community import Community
from ambassadors.graph import Graph, pagerank
from ambassadors.measures.catalogue import measure
from ambassadors.measures.reach import per_account

#: Acts that other people can see and that say something; a like does not.
VOICED = ("comment", "reply", "share", "quote", "mention", "tag", "review", "referral")
RECENT = timedelta(days=90)


def toward(community: Community, accounts: tuple[str, ...]) -> pl.DataFrame:
    """Acts toward any of those accounts, by anyone else."""
    return community.interactions.filter(pl.col("target").is_in(accounts), ~pl.col("source").is_in(accounts))


def toward_brand(community: Community) -> pl.DataFrame:
    """Acts toward the brand, with ``account``, ``weight`` (decayed) and ``age`` in days."""

    def make() -> pl.DataFrame:
        return toward(community, community.brand.accounts).select(
            pl.col("source").alias("account"),
            "kind",
            "at",
            community.act_weight.alias("weight"),
            pl.col("weight").fill_null(1.0).alias("acts"),
            community.age_in_days(pl.col("at")).alias("age"),
        )

    return community.memo("toward_brand", make)


@measure(
    "interactions",
    "brand",
    says="{acts:,.0f} {acts:act|acts} toward the brand, {kinds}, the last on {last:%Y-%m-%d}",
    advice="like, comment on and share the brand more, and lately",
)
def brand_affinity(community: Community) -> pl.DataFrame:
    """Acts toward the brand, each weighed by its kind and halved with each half-life of age, and summed."""
    acts = toward_brand(community)
    kinds = acts.group_by("account", "kind").agg(pl.col("acts").sum()).sort("account", "kind")
    mostly = kinds.sort("account", "acts", "kind", descending=[False, True, False]).group_by(
        "account", maintain_order=True
    )
    named = mostly.agg((pl.lit("mostly ") + pl.col("kind").cast(pl.String).first() + "s").alias("kinds"))
    sums = acts.group_by("account", maintain_order=True).agg(
        pl.col("weight").sum().round(12).alias("value"), pl.col("acts").sum(), pl.col("at").max().alias("last")
    )
    return sums.join(named, "account")


@measure(
    "interactions",
    "brand",
    otherwise=None,
    says="{recent:,.0f} {recent:act|acts} toward the brand in the last 90 days after {before:,.0f} in the 90 before",
    advice="do more with the brand than in the three months before",
)
def brand_momentum(community: Community) -> pl.DataFrame:
    """Whether someone is coming closer: acts toward the brand in the last 90 days against the 90 before.

    ``(r - b) / sqrt(r + b + 1)``, the standardised difference of two Poisson counts with one act added for doubt.
    Positive when rising. Rows that stand for many acts count by the logarithm, ``log2(1 + n)``.
    """
    days = RECENT / timedelta(days=1)
    act = (pl.col("acts") + 1).log(2).round(9)
    recent, before = pl.col("age") < days, pl.col("age").is_between(days, 2 * days, closed="left")
    counts = (
        toward_brand(community)
        .group_by("account", maintain_order=True)
        .agg(act.filter(recent).sum().alias("recent"), act.filter(before).sum().alias("before"))
    )
    change = (pl.col("recent") - pl.col("before")) / (pl.col("recent") + pl.col("before") + 1).sqrt()
    return counts.with_columns(change.alias("value")).filter(pl.col("recent") + pl.col("before") > 0)


@measure(
    "interactions",
    "brand",
    says="came to the brand on {value:,.0f} different {value:day|days} of the last 180",
    advice="come to the brand on more days",
)
def brand_active_days(community: Community) -> pl.DataFrame:
    """Different days of the last 180 (in UTC) with an act toward the brand: coming back counts, a burst does not."""
    recent = toward_brand(community).filter(pl.col("age") < 180)
    return recent.group_by("account").agg(pl.col("at").dt.date().n_unique().alias("value"))


@measure(
    "interactions",
    "brand",
    says="spoke of or to the brand {acts:,.0f} {acts:time|times} where others could read it",
    advice="comment on, share or recommend the brand instead of only liking it",
)
def brand_voice(community: Community) -> pl.DataFrame:
    """Acts toward the brand that others can see (all kinds but likes), weighed by kind and age, and summed."""
    spoken = toward_brand(community).filter(pl.col("kind").cast(pl.String).is_in(VOICED))
    return spoken.group_by("account", maintain_order=True).agg(
        pl.col("weight").sum().round(12).alias("value"), pl.col("acts").sum()
    )


@measure(
    "interactions",
    "brand",
    "rivals",
    otherwise=None,
    says="{ours:,.0f} of {both:,.0f} acts toward the brand and its rivals went to the brand",
    advice="give the brand more attention than its rivals",
)
def attention_share(community: Community) -> pl.DataFrame:
    """The brand's share of the acts toward the brand and its rivals, ``(ours + 1) / (ours + theirs + 2)``.

    One act on either side is assumed before anything is seen (Laplace), so that 2 of 2 stands below 40 of 41.
    """
    ours = toward(community, community.brand.accounts).group_by("source").len("ours")
    theirs = toward(community, community.brand.rivals).group_by("source").len("theirs")
    both = ours.join(theirs, "source", how="full", coalesce=True).with_columns(pl.col("ours", "theirs").fill_null(0))
    share = (pl.col("ours") + 1) / (pl.col("ours") + pl.col("theirs") + 2)
    return both.select(
        pl.col("source").alias("account"),
        share.alias("value"),
        "ours",
        pl.sum_horizontal("ours", "theirs").alias("both"),
    )


@measure(
    "brand",
    says="close to the brand through the people they follow and talk with",
    advice="closer ties with people around the brand",
)
def brand_closeness(community: Community) -> pl.DataFrame:
    """Personalised PageRank: where a walker is who starts at the brand, goes along ties and now and then starts again.

    Ties are follows and interactions, taken in both directions; restart probability .15 (Haveliwala 2002).
    """
    graph = community.memo("ties", lambda: _ties(community))
    present = [account for account in community.brand.accounts if account in graph.accounts]
    if not present or not graph.out.indices.size:
        return community.accounts.select("account", pl.lit(None, pl.Float64).alias("value"))
    return per_account(graph, pagerank(graph, personalization=present))


def _ties(community: Community) -> Graph:
    """Follows and interactions as one undirected graph; an act weighs by its kind and age, a follow as a like."""
    follow = community.recipe.graph.kinds["like"]
    follows = community.follows.select("source", "target", weight=pl.lit(follow, pl.Float64))
    acts = community.interactions.select("source", "target", weight=community.act_weight)
    return Graph.from_edges(pl.concat([follows, acts]), community.accounts["account"]).symmetric()
