"""Pods: circles whose members respond to one another by appointment."""

from __future__ import annotations

import polars as pl

from ambassadors.community import Community
from ambassadors.graph import clustering, in_degree

#: From so many responders on, a circle is told from a few friends.
LEAST_RESPONDERS = 10
#: So many of the possible pairs around an account are tied themselves, and so many times what is usual in this data: a
#: parliament is dense, and no pod.
DENSITY, TIMES = 0.25, 3.0


def circles(community: Community) -> pl.DataFrame:
    """For each account its ``responders``, the ``share`` of the pairs of people around it that are tied, and ``pod``.

    Around an account are its responders and those to whom it responds; ``share`` is their clustering coefficient (Watts
    and Strogatz 1998), null where there are fewer than ten responders. ``pod``: perhaps one, since a quarter of the
    pairs are tied, and three times as many as in the middle of all accounts with ten responders.
    """
    return community.memo("circles", lambda: _circles(community))


def _circles(community: Community) -> pl.DataFrame:
    graph = community.tied({"interactions": pl.lit(1.0)})
    found = pl.DataFrame({"account": graph.accounts, "responders": in_degree(graph), "share": clustering(graph)})
    found = found.with_columns(pl.when(pl.col("responders") >= LEAST_RESPONDERS).then("share"))
    dense = (pl.col("share") >= DENSITY) & (pl.col("share") >= TIMES * pl.col("share").median())
    return found.with_columns(dense.fill_null(False).alias("pod"))


def flagged(community: Community) -> set[str]:
    """The accounts around whom people respond to one another as they do in a pod (:func:`circles`).

    A reason to look, never an accusation: friends are dense, too.
    """
    return set(circles(community).filter("pod")["account"])
