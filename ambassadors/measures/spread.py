"""Spread: what an account passes on, and how far it goes from there."""

from __future__ import annotations

import numpy as np
import polars as pl

from ambassadors.community import Community
from ambassadors.graph import cascade_credit
from ambassadors.measures.catalogue import measure
from ambassadors.phrases import thousands
from ambassadors.trust import esteem, vouched

#: Acts that put what someone published before one's own followers.
PASSING_ON = ("share", "quote")


@measure(
    "follows",
    "posts",
    "interactions.post",
    peers="all",
    fed="responses",
    says="{told}, directly or through those they reached",
    advice="posts and shares that your followers pass on",
)
def cascade_credit_received(community: Community) -> pl.DataFrame:
    """Shares by others that an account set off: each is credited to those before it whom its sharer follows.

    The credit distribution of Goyal, Bonchi and Lakshmanan 2011 (:func:`~ambassadors.graph.cascade_credit`) over the
    shares of each post, in order of time; who is not vouched for brings none, and less as the author likes and shares
    them in return (:mod:`~ambassadors.trust`).
    """
    steps = _cascades(community)
    actor = steps["actor"].to_numpy()
    starts = np.flatnonzero(np.append(steps["step"].to_numpy() == 0, True))
    worth = vouched(community)[actor] * esteem(community, actor, steps["author"].to_numpy(), "interactions")
    credit = cascade_credit(community.network("follows"), starts, actor, worth)
    found = pl.DataFrame({"account": community.accounts["account"], "value": np.round(credit, 9)})
    return found.with_columns(_told(pl.col("value")).alias("told"))


def _told(value: pl.Expr) -> pl.Expr:
    """Credit in words: whole shares, for a person cannot picture a third of one; null where there is none."""
    roughly = pl.when(value == value.round()).then(pl.lit("")).otherwise(pl.lit("about "))
    many = pl.concat_str(pl.lit("set off "), roughly, thousands(value.round()), pl.lit(" shares by others"))
    return (
        pl.when(value <= 0)
        .then(None)
        .when(value < 1)
        .then(pl.lit("had a part in a share by someone else"))
        .when(value < 1.5)
        .then(pl.lit("set off a share by someone else"))
        .otherwise(many)
    )


def _cascades(community: Community) -> pl.DataFrame:
    """Cascade by cascade ``actor`` and ``author`` (places): the author at ``step`` 0, then who passed the post on."""
    source, _ = community.numbered["interactions"]
    shares = community.interactions.with_columns(pl.Series("actor", source)).filter(
        pl.col("kind").cast(pl.String).is_in(PASSING_ON), pl.col("weight").is_null(), pl.col("post").is_not_null()
    )
    passed = shares.group_by("post", "actor").agg(pl.col("at").min())
    places = community.accounts.select("account").with_row_index("actor")
    authors = community.posts.select("post", "author").join(places, left_on="author", right_on="account")
    passed = passed.join(authors.select("post", pl.col("actor").alias("author")), "post")
    passed = passed.filter(pl.col("actor") != pl.col("author")).sort("post", "at", "actor")
    passed = passed.with_columns((pl.int_range(pl.len()).over("post") + 1).alias("step"))
    first = passed.group_by("post").agg(pl.col("author").first()).with_columns(pl.col("author").alias("actor"), step=0)
    return pl.concat([first.cast({"step": pl.Int64}), passed.drop("at")], how="diagonal").sort("post", "step")
