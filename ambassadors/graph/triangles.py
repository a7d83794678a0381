"""Triangles: how many of an account's neighbours are tied to each other."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from ambassadors.graph.csr import Graph
from ambassadors.graph.reciprocity import neighbour_count
from ambassadors.graph.threads import pieces_of, side_by_side

Int64s = npt.NDArray[np.int64]


def triangles(graph: Graph) -> Int64s:
    """How many triangles each account is part of, in the order of ``graph.accounts``.

    Two accounts count as tied when there is an edge either way, so it is ``networkx.triangles`` of the undirected
    graph. Every tie is read from its less to its better connected end, which keeps all rows short: O(m^1.5) steps.

    N. Chiba, T. Nishizeki: Arboricity and Subgraph Listing Algorithms. SIAM Journal on Computing 14(1), 1985.
    M. Latapy: Main-memory triangle computations for very large (sparse (power-law)) graphs. Theoretical Computer
    Science 407, 2008.

    >>> import polars as pl
    >>> rows = pl.DataFrame({"source": ["x:a", "x:b", "x:c", "x:d"], "target": ["x:b", "x:c", "x:a", "x:a"]})
    >>> triangles(Graph.from_edges(rows)).tolist()
    [1, 1, 1, 0]
    """
    return _triangles(graph, neighbour_count(graph), directed=False)


def clustering(graph: Graph, *, directed: bool = False) -> npt.NDArray[np.float64]:
    """How close each account's neighbours are to all being tied to each other, from 0 to 1.

    c_v = 2 t_v / (k_v (k_v - 1)), where t_v counts the triangles and k_v the neighbours, as ``networkx.clustering`` has
    it for the undirected graph. Who has fewer than two neighbours has 0. In the order of ``graph.accounts``; weights
    play no part.

    ``directed`` tells an edge from two: c_v = t_v / (d_v (d_v - 1) - 2 m_v), where t_v counts each triangle as often as
    there are ways to pick one edge from each of its sides, d_v the edges in and out, and m_v the neighbours tied both
    ways, as ``networkx.clustering`` has it for the directed graph.

    D. J. Watts, S. H. Strogatz: Collective dynamics of 'small-world' networks. Nature 393, 1998.
    G. Fagiolo: Clustering in complex directed networks. Physical Review E 76, 026107, 2007.

    >>> import polars as pl
    >>> rows = pl.DataFrame({"source": ["x:a", "x:b", "x:c", "x:d"], "target": ["x:b", "x:c", "x:a", "x:a"]})
    >>> clustering(Graph.from_edges(rows)).round(3).tolist()
    [0.333, 1.0, 1.0, 0.0]
    """
    neighbours = neighbour_count(graph)
    found = _triangles(graph, neighbours, directed)
    if directed:
        edges = np.diff(graph.out.offsets + graph.into.offsets).astype(np.int64)
        possible = edges * (edges - 1) - 2 * (edges - neighbours)
    else:
        possible = neighbours * (neighbours - 1) // 2
    shares = np.zeros(len(found))
    np.divide(found, possible, out=shares, where=found > 0)
    return shares


def _triangles(graph: Graph, neighbours: Int64s, directed: bool) -> Int64s:
    if not graph.number_of_nodes():
        return np.empty(0, np.int64)
    from ambassadors.graph.compiled.triangles import count_triangles, toward_hubs

    order = np.argsort(-neighbours, kind="stable").astype(np.uint32)
    rank = np.empty_like(order)
    rank[order] = np.arange(len(order), dtype=np.uint32)
    out, into = graph.out, graph.into
    rows = toward_hubs(
        out.offsets, out.indices, into.offsets, into.indices, order, rank, np.uint64(neighbours.sum() // 2)
    )
    offsets, indices, ties = rows
    ties = ties if directed else np.ones_like(ties)
    step = len(pieces_of(len(indices)))
    found = side_by_side(lambda first: count_triangles(offsets, indices, ties, first, step), range(step))
    total: npt.NDArray[np.uint64] = np.sum(found, axis=0)
    return total[rank].astype(np.int64)
