"""Exchange: how the brand and a person answer each other."""

from __future__ import annotations

from datetime import timedelta

import polars as pl

from ambassadors.community import Community
from ambassadors.measures.affinity import last_on
from ambassadors.measures.catalogue import acts, measure

#: With fewer reactions than this there is no usual time.
REACTIONS = 2


@measure(
    "interactions",
    "brand",
    says="the brand turned to them {acts:,.0f} {acts:time|times}{when}",
    advice="an answer from the brand",
)
def brand_answers(community: Community) -> pl.DataFrame:
    """What the brand did toward the account (answers, likes, mentions), each halved with each half-life of age."""
    brand = community.brand.accounts
    theirs = community.interactions.filter(pl.col("source").is_in(brand), ~pl.col("target").is_in(brand))
    return theirs.group_by(pl.col("target").alias("account"), maintain_order=True).agg(
        (community.times * community.decay(pl.col("at"))).sum().round(12).alias("value"),
        pl.col("weight").fill_null(1.0).sum().alias("acts"),
        last_on(pl.col("at")).alias("when"),
    )


@measure(
    "posts",
    "interactions.post",
    "brand",
    otherwise=None,
    more_is_better=False,
    says="reacts {hours:,.0f} {hours:hour|hours} after the brand has posted, usually",
    advice="react sooner to what the brand posts",
)
def reaction_time(community: Community) -> pl.DataFrame:
    """Hours from a post of the brand to the account's first act on it: the median. None below two such posts."""
    ours = community.posts.filter(pl.col("author").is_in(community.brand.accounts)).select("post", posted="at")
    reactions = acts(community).filter(~pl.col("source").is_in(community.brand.accounts)).join(ours, "post")
    waited = ((pl.col("at") - pl.col("posted")) / timedelta(hours=1)).alias("hours")
    first = reactions.filter(pl.col("at") >= pl.col("posted")).group_by(pl.col("source").alias("account"), "post")
    times = first.agg(waited.min()).group_by("account").agg(pl.col("hours").median(), pl.len().alias("posts"))
    return times.filter(pl.col("posts") >= REACTIONS).with_columns(value=pl.col("hours"))
