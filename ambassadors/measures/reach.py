"""Reach: how many people an account moves, or could."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import numpy.typing as npt
import polars as pl

from ambassadors.community import Community
from ambassadors.graph import Graph, core_number, in_degree, pagerank
from ambassadors.measures.catalogue import measure
from ambassadors.phrases import span, thousands


def per_account(graph: Graph, values: npt.NDArray[Any]) -> pl.DataFrame:
    """A kernel's values beside the accounts that they belong to, in the digits that its tolerance vouches for.

    Accounts in the same position differ by the dust of floating-point sums; six digits make them equal again.
    """
    frame = pl.DataFrame({"account": graph.accounts, "value": pl.Series(values)})
    return frame.with_columns(pl.col("value").cast(pl.Float64).round_sig_figs(6))


@measure(
    "interactions",
    says="{people:,} {people:person|people} responded to them{when}",
    advice="posts that more different people answer or share",
)
def responders(community: Community) -> pl.DataFrame:
    """Different people who responded to an account, each counted once, by their weightiest and most recent act.

    ``sum over responders of max over their acts of kind_weight / max(kind_weight) * 2 ** (-age / half_life)``, acts on
    oneself left out. Distinct people instead of acts, so that no one counts twice; recent ones more, because on
    measured cascades recency-weighted responders foretell the next day's better than any centrality
    (Bakshy et al. 2011 on why past response, not follower count, is the predictor to use).
    """
    top = max(community.recipe.graph.kinds.values()) or 1.0
    acts = community.interactions.filter(pl.col("source") != pl.col("target"), community.kind_weight > 0)
    strength = community.kind_weight / top * community.decay(pl.col("at"))
    single = pl.col("at").filter(pl.col("weight").is_null())
    people = acts.group_by("target", "source").agg(strength.max().alias("value"), single.max().alias("at"))
    return (
        people.sort("target", "source")  # a sum of floats depends on its order; the bytes of a run must not
        .group_by("target", maintain_order=True)
        .agg(pl.col("value").sum(), pl.len().alias("people"), _lately(community).alias("when"))
        .rename({"target": "account"})
    )


def _lately(community: Community) -> pl.Expr:
    """How many of the people responded within the last half-life, in words; empty where no time is known."""
    half_life = community.recipe.graph.half_life
    recent = (community.age_in_days(pl.col("at")) < half_life / timedelta(days=1)).sum()
    words = pl.concat_str(pl.lit(", "), thousands(recent), pl.lit(f" of them in the last {span(half_life)}"))
    return pl.when(pl.col("at").count() > 0).then(words).otherwise(pl.lit(""))


@measure(
    "follows",
    says="{value:,.0f} {value:person|people} in this data {value:follows|follow} them",
    advice="more followers within this community",
)
def followers_known(community: Community) -> pl.DataFrame:
    """Followers within the data: the in-degree in the graph of follows."""
    graph = community.network("follows")
    return per_account(graph, in_degree(graph))


@measure(
    "follows",
    says="followed by people who are themselves followed",
    advice="be followed by people who are followed themselves",
)
def follow_pagerank(community: Community) -> pl.DataFrame:
    """PageRank in the graph of follows: attention that arrives when everyone passes theirs on to whom they follow.

    ``r = (1 - a) / n + a * (A^T D^-1 r + dangling / n)`` with a = .85 (Page and Brin 1998). The values sum to 1.
    """
    graph = community.network("follows")
    return per_account(graph, pagerank(graph, weighted=False))


@measure(
    "interactions",
    says="answered and shared by people who are themselves answered and shared",
    advice="be answered by people whom others answer",
)
def response_pagerank(community: Community) -> pl.DataFrame:
    """PageRank in the graph of interactions, acts weighed by kind and age; formula as :func:`follow_pagerank`."""
    graph = community.network("interactions")
    return per_account(graph, pagerank(graph))


@measure(
    "follows",
    says="sits in a circle whose members each have at least {value:,.0f} ties to one another",
    advice="more ties within the core of the community",
)
def core(community: Community) -> pl.DataFrame:
    """The k of the innermost k-core of the graph of follows that holds the account (Batagelj and Zaversnik 2003)."""
    graph = community.network("follows")
    return per_account(graph, core_number(graph))
