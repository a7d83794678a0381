"""Reach: how many people an account moves, or could."""

from __future__ import annotations

from typing import Any

import numpy.typing as npt
import polars as pl

from ambassadors.community import Community
from ambassadors.graph import Graph, core_number, fitness, pagerank
from ambassadors.measures.catalogue import measure
from ambassadors.trust import followers, network, vouched


def per_account(graph: Graph, values: npt.NDArray[Any]) -> pl.DataFrame:
    """A kernel's values beside the accounts that they belong to, in the digits that its tolerance vouches for.

    Accounts in the same position differ by the dust of floating-point sums; six digits make them equal again.
    """
    frame = pl.DataFrame({"account": graph.accounts, "value": pl.Series(values)})
    return frame.with_columns(pl.col("value").cast(pl.Float64).round_sig_figs(6))


@measure(
    "follows",
    says="{people:,} {people:person|people} in this data {people:follows|follow} them",
    advice="more followers within this community",
)
def followers_known(community: Community) -> pl.DataFrame:
    """Followers within the data, as far as they count: not those followed back, and others beside vouched ones.

    See :func:`~ambassadors.trust.counted`.
    """
    return followers(community).select("account", pl.col("counted").alias("value"), "people")


@measure(
    "follows",
    says="followed by people who are themselves followed",
    advice="be followed by people who are followed themselves",
)
def follow_pagerank(community: Community) -> pl.DataFrame:
    """PageRank in the graph of follows: attention that arrives when everyone passes theirs on to whom they follow.

    ``r = (1 - a) / n + a * (A^T D^-1 r + dangling / n)`` with a = .85 (Page and Brin 1998). Only vouched accounts pass
    attention on, and only they are given any to begin with (:func:`~ambassadors.trust.vouched`); a follow that was
    returned passes none.
    """
    return _trusted_pagerank(community, "follows", weighted=False)


@measure(
    "interactions",
    fed="responses",
    says="answered and shared by people who are themselves answered and shared",
    advice="be answered by people whom others answer",
)
def response_pagerank(community: Community) -> pl.DataFrame:
    """PageRank in the graph of interactions, acts weighed by kind and age; as :func:`follow_pagerank` has it."""
    return _trusted_pagerank(community, "interactions", weighted=True)


def _trusted_pagerank(community: Community, name: str, weighted: bool) -> pl.DataFrame:
    graph = network(community, name)
    start = graph.accounts.filter(pl.Series(vouched(community)))
    return per_account(graph, pagerank(graph, personalization=start, weighted=weighted))


@measure(
    "follows",
    says="followed by people who give their attention to few",
    advice="be followed by people whom few others reach",
)
def follow_fitness(community: Community) -> pl.DataFrame:
    """Attention that others do not draw: ``1 + sum over followers of 1 / their own``, less the 1 that everyone has.

    See :func:`~ambassadors.graph.fitness`. Only vouched followers who were not followed back count, where following is
    not friendship.
    """
    graph = network(community, "follows")
    return per_account(graph, fitness(graph) - 1)


@measure(
    "follows",
    says="sits in a circle whose members each have at least {value:,.0f} ties to one another",
    advice="more ties within the core of the community",
)
def core(community: Community) -> pl.DataFrame:
    """The k of the innermost k-core of the graph of follows that holds the account (Batagelj and Zaversnik 2003)."""
    graph = community.network("follows")
    return per_account(graph, core_number(graph))
