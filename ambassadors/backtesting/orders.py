"""Orders: the ranking and the naive sorts that it must beat, over the same candidates."""

from __future__ import annotations

import polars as pl

from ambassadors import ladder
from ambassadors.community import CUSTOMER, Community
from ambassadors.graph import core_number, pagerank
from ambassadors.measures.reach import per_account

FOLLOWERS, ENGAGEMENT = "sort by followers", "sort by engagement"
PAGERANK, CORE = "PageRank", "k-core"


def sorts(community: Community, ranking: str) -> dict[str, pl.Series]:
    """The candidates in the orders that need no toolkit: by followers, by engagement; ties by account id.

    Followers as the platform states them, else as this data knows them; engagement is the number of acts received (by
    ambassadors: done toward the brand).
    """
    people = _candidates(community, ranking).join(_engagement(community, ranking), "account", how="left")
    known = community.follows.group_by(pl.col("target").alias("account")).len("known")
    people = people.join(known, "account", how="left")
    columns = {FOLLOWERS: ["followers", "known"], ENGAGEMENT: ["engagement"]}
    return {
        name: people.sort(*by, "account", descending=[*(True for _ in by), False], nulls_last=True)["account"]
        for name, by in columns.items()
    }


def baselines(community: Community, ranking: str) -> dict[str, pl.Series]:
    """The naive sorts, and two centralities of the graph of interactions as any network library gives them."""
    return {**sorts(community, ranking), **_centralities(community, ranking)}


def _centralities(community: Community, ranking: str) -> dict[str, pl.Series]:
    graph = community.tied({"interactions": pl.lit(1.0)})
    people = _candidates(community, ranking).select("account")
    return {
        PAGERANK: _by(people, per_account(graph, pagerank(graph))),
        CORE: _by(people, per_account(graph, core_number(graph))),
    }


def _by(people: pl.DataFrame, values: pl.DataFrame) -> pl.Series:
    ranked = people.join(values, "account", how="left")
    return ranked.sort("value", "account", descending=[True, False], nulls_last=True)["account"]


def _candidates(community: Community, ranking: str) -> pl.DataFrame:
    people = community.candidates.select("account", "platform", "followers")
    return people.filter(pl.col("platform") != CUSTOMER) if ranking == "influencers" else people


def _engagement(community: Community, ranking: str) -> pl.DataFrame:
    if ranking == "ambassadors":
        return ladder.evidence(community).select("account", pl.col("interactions").alias("engagement"))
    return community.interactions.group_by(pl.col("target").alias("account")).len("engagement")
