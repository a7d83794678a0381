"""Spreaders: from whom a message would travel far, told from the ties around them alone."""

from __future__ import annotations

from itertools import pairwise

import numpy as np
import numpy.typing as npt

from ambassadors.graph.csr import Graph, Indices, Offsets
from ambassadors.graph.reciprocity import neighbour_count
from ambassadors.graph.threads import WORTH_A_THREAD, pieces_of, side_by_side, spans

Int64s = npt.NDArray[np.int64]

_NOBODY = np.uint32(0xFFFFFFFF)


def collective_influence(graph: Graph, *, radius: int = 2) -> Int64s:
    """How much of the network hangs together through each account and those around it.

    CI_v = (k_v - 1) * the sum of (k_u - 1) over all u at a distance of exactly ``radius``, where k counts neighbours.
    Ties count in both directions alike, a mutual one once. So a poorly connected account between two crowds can stand
    above a well connected one in the midst of its friends. In the order of ``graph.accounts``. These are the numbers of
    the whole network: the percolation method removes the highest and begins again.

    A radius of 2 takes at most as many steps as the squared degrees add up to. Accounts that share their best connected
    neighbours share the search around those, too, which spares most of it where there are enormous hubs.

    Raises ``ValueError`` when the radius is below 1.

    F. Morone, H. A. Makse: Influence maximization in complex networks through optimal percolation. Nature 524, 2015.

    >>> import polars as pl
    >>> rows = pl.DataFrame({"source": ["x:a", "x:b", "x:c", "x:d"], "target": ["x:b", "x:c", "x:d", "x:e"]})
    >>> collective_influence(Graph.from_edges(rows)).tolist()  # a chain: c has one more account behind both b and d
    [0, 1, 0, 1, 0]
    """
    if radius < 1:
        raise ValueError(f"radius is {radius!r}, and must be at least 1; 2 is usual.")
    from ambassadors.graph.compiled.spreaders import frontier_sums, second_sums

    neighbours = neighbour_count(graph)
    order = np.argsort(-neighbours, kind="stable").astype(np.uint32)
    rows = _rows_by_rank(graph, order, neighbours)
    nodes, sums = _by_first_neighbours(*rows), np.zeros(len(order), np.int64)
    search = second_sums if radius == 2 else frontier_sums
    side_by_side(lambda run: search(*rows, radius, nodes, *run, sums), _runs(graph))
    influence = np.empty_like(sums)
    influence[order] = sums
    influence *= neighbours - 1
    return influence


def _rows_by_rank(graph: Graph, order: Indices, neighbours: Int64s) -> tuple[Offsets, Indices]:
    """Rows of everyone that each account is tied to, the best connected first; all numbered by their rank."""
    from ambassadors.graph.compiled.spreaders import rows_by_rank

    rank = np.empty_like(order)
    rank[order] = np.arange(len(order), dtype=np.uint32)
    offsets = np.concatenate([[0], np.cumsum(neighbours[order])]).astype(np.uint64)
    out, into = graph.out, graph.into
    return offsets, rows_by_rank(out.offsets, out.indices, into.offsets, into.indices, order, rank, offsets)


def _by_first_neighbours(offsets: Offsets, indices: Indices) -> Indices:
    """Everyone, so that those whose rows begin alike stand together; who has no row comes last."""
    columns = []
    for k in range(5):
        at = offsets[:-1] + np.uint64(k)
        there = at < offsets[1:]
        column = np.full(len(at), _NOBODY)
        column[there] = indices[at[there]]
        columns.append(column)
    return np.lexsort(columns[::-1]).astype(np.uint32)


def _runs(graph: Graph) -> list[tuple[int, int]]:
    """Runs of accounts, in order; far more of them than threads, as some take much longer than others."""
    count = 64 if graph.number_of_edges() >= WORTH_A_THREAD else 1
    return list(pairwise(graph.number_of_nodes() * k // count for k in range(count + 1)))


def voterank(graph: Graph, number: int | None = None) -> Int64s:
    """The places in ``graph.accounts`` of those who are elected one after the other, at most ``number`` of them.

    In each round everyone casts a vote on each account that has an edge to them; all votes are worth 1 at first. Who
    has the most votes is elected (of equals the first account), never votes again, and those that it has an edge to
    have their votes worth 1 / (edges / accounts) less, but never below 0: so the next elected stands elsewhere. It ends
    when nobody has a vote left. The order is that of ``networkx.voterank`` for directed graphs.

    Votes go to the source of an edge. Where that is the follower, who is followed spreads: take
    ``voterank(graph.reversed())``.

    Raises ``ValueError`` when the number is below 0.

    J.-X. Zhang, D.-B. Chen, Q. Dong, Z.-D. Zhao: Identifying a set of influential spreaders in complex networks.
    Scientific Reports 6, 27823, 2016.

    >>> import polars as pl
    >>> rows = pl.DataFrame({"source": ["x:a", "x:c", "x:c", "x:d"], "target": ["x:b", "x:b", "x:d", "x:e"]})
    >>> voterank(Graph.from_edges(rows)).tolist()  # c reaches two; then a's b is half convinced, and d's e not at all
    [2, 3]
    """
    if number is not None and number < 0:
        raise ValueError(f"number is {number!r}, and must be at least 0, or None for all.")
    if not graph.number_of_edges():
        return np.empty(0, np.int64)
    from ambassadors.graph.compiled.spreaders import elect

    count = graph.number_of_nodes()
    votes = np.diff(graph.out.offsets).astype(np.int64)
    heap = np.argsort(-votes, kind="stable").astype(np.uint32)
    loss = 1 / (graph.number_of_edges() / count)
    most = count if number is None else min(number, count)
    return elect(graph.out.offsets, graph.out.indices, heap, votes.astype(np.float64), loss, most).astype(np.int64)


def h_index(graph: Graph) -> Int64s:
    """The largest h such that at least h accounts with at least h followers each follow the account.

    To be followed by many who are followed by many: fame that a crowd of nobodies cannot lend. Followers are those with
    an edge to the account; ``h_index(graph.symmetric())`` counts neighbours instead, as the paper has it. In the order
    of ``graph.accounts``; weights play no part.

    L. Lü, T. Zhou, Q.-M. Zhang, H. E. Stanley: The H-index of a network node and its relation to degree and coreness.
    Nature Communications 7, 10168, 2016.

    >>> import polars as pl
    >>> rows = pl.DataFrame({"source": ["x:a", "x:b", "x:c", "x:c"], "target": ["x:b", "x:a", "x:a", "x:b"]})
    >>> h_index(Graph.from_edges(rows)).tolist()  # a's followers are b with two and c with none
    [1, 1, 0]
    """
    from ambassadors.graph.compiled.spreaders import h_indices

    rows, followers = graph.into, np.diff(graph.into.offsets).astype(np.int64)
    answer = np.zeros(graph.number_of_nodes(), np.int64)
    side_by_side(
        lambda span: h_indices(rows.offsets, rows.indices, followers, *span, answer),
        spans(rows.offsets, len(pieces_of(graph.number_of_edges()))),
    )
    return answer
