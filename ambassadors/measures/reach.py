"""Reach: how many people an account moves, or could."""

from __future__ import annotations

from typing import Any

import numpy.typing as npt
import polars as pl

from ambassadors.community import Community
from ambassadors.graph import Graph, core_number, fitness, in_degree, pagerank
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
    says="{value:,.0f} of {people:,} {people:follower|followers} in this data {value:counts|count}",
    advice="more followers within this community",
)
def followers_known(community: Community) -> pl.DataFrame:
    """Followers within the data who count: others notice them, too, and they were not followed back.

    See :func:`~ambassadors.trust.counted`.
    """
    found = followers(community)
    return found.select("account", pl.col("counted").alias("value"), _some(found["people"]))


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
    """PageRank in the graph of interactions: attention passed on to whom one responds to, by the kind and age of acts.

    As :func:`follow_pagerank` has it.
    """
    return _trusted_pagerank(community, "interactions", weighted=True)


def _trusted_pagerank(community: Community, name: str, weighted: bool) -> pl.DataFrame:
    graph = network(community, name)
    start = graph.accounts.filter(pl.Series(vouched(community)))
    found = per_account(graph, pagerank(graph, personalization=start, weighted=weighted))
    return found.with_columns(_some(in_degree(graph)))


def _some(people: npt.NDArray[Any] | pl.Series) -> pl.Series:
    """How many ``people``, null for nobody: of nobody no sentence is made."""
    number = pl.Series("people", people)
    return number.set(number == 0, None)


@measure(
    "follows",
    says="{people:,} {people:person who counts follows|people who count follow} them; "
    "those with few followers of their own weigh most",
    advice="more followers, above all those whom few others follow",
)
def follow_fitness(community: Community) -> pl.DataFrame:
    """Followers, each of whom weighs the more the fewer followers they have themselves (fitness centrality, less 1).

    ``sum over followers of 1 / their fitness``, which is 1 and that sum (:func:`~ambassadors.graph.fitness`). Only
    vouched followers who were not followed back count, where following is not friendship.
    """
    graph = network(community, "follows")
    return per_account(graph, fitness(graph) - 1).with_columns(_some(in_degree(graph)))


@measure(
    "follows",
    says="sits in a circle whose members each have at least {value:,.0f} ties to one another",
    advice="more ties within the core of the community",
)
def core(community: Community) -> pl.DataFrame:
    """The k of the innermost k-core of the graph of follows that holds the account (Batagelj and Zaversnik 2003)."""
    graph = community.network("follows")
    return per_account(graph, core_number(graph))
