"""Pods: circles whose members respond to one another by appointment."""

from __future__ import annotations

import polars as pl

from ambassadors.community import Community
from ambassadors.graph import clustering, in_degree

#: From so many responders on, a circle is told from a few friends.
LEAST_RESPONDERS = 10
#: So many of the possible pairs around an account are tied themselves.
DENSITY = 0.25


def circles(community: Community) -> pl.DataFrame:
    """For each account its ``responders``, and the ``share`` of the pairs of people around it that are tied by an act.

    Around an account are its responders and those to whom it responds; ``share`` is their clustering coefficient (Watts
    and Strogatz 1998), and null where there are fewer than ten responders.
    """
    return community.memo("circles", lambda: _circles(community))


def _circles(community: Community) -> pl.DataFrame:
    graph = community.tied({"interactions": pl.lit(1.0)})
    found = pl.DataFrame({"account": graph.accounts, "responders": in_degree(graph), "share": clustering(graph)})
    return found.with_columns(pl.when(pl.col("responders") >= LEAST_RESPONDERS).then("share"))


def flagged(community: Community) -> set[str]:
    """The accounts with ten or more responders, around whom a quarter of the possible pairs are tied: perhaps a pod.

    A reason to look, never an accusation: friends are dense, too.
    """
    return set(circles(community).filter(pl.col("share") >= DENSITY)["account"])
