"""Reciprocity: how many ties are returned."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from ambassadors.errors import NotEnoughData
from ambassadors.graph.csr import Graph
from ambassadors.graph.threads import pieces_of, side_by_side, spans


def mutual_degree(graph: Graph) -> npt.NDArray[np.int64]:
    """How many accounts each account is tied to both ways, in the order of ``graph.accounts``.

    >>> import polars as pl
    >>> rows = pl.DataFrame({"source": ["x:a", "x:b", "x:a"], "target": ["x:b", "x:a", "x:c"]})
    >>> mutual_degree(Graph.from_edges(rows)).tolist()
    [1, 1, 0]
    """
    from ambassadors.graph.compiled.reciprocity import count_mutual

    out, into = graph.out, graph.into
    mutual = np.empty(graph.number_of_nodes(), np.uint32)
    side_by_side(
        lambda span: count_mutual(out.offsets, out.indices, into.offsets, into.indices, *span, mutual),
        spans(out.offsets + into.offsets, len(pieces_of(graph.number_of_edges()))),
    )
    return mutual.astype(np.int64)


def neighbour_count(graph: Graph) -> npt.NDArray[np.int64]:
    """How many others each account is tied to, whichever way, in the order of ``graph.accounts``.

    >>> import polars as pl
    >>> rows = pl.DataFrame({"source": ["x:a", "x:b", "x:a"], "target": ["x:b", "x:a", "x:c"]})
    >>> neighbour_count(Graph.from_edges(rows)).tolist()
    [2, 1, 1]
    """
    return _edge_count(graph) - mutual_degree(graph)


def reciprocity(graph: Graph) -> npt.NDArray[np.float64]:
    """The share of each account's ties that are returned, in the order of ``graph.accounts``.

    r_v = 2 m_v / (i_v + o_v), where m_v counts whom v is tied to both ways, and i_v and o_v the ties in and out, as
    ``networkx.reciprocity`` has it. Of an account without ties it is NaN.

    S. Wasserman, K. Faust: Social Network Analysis. Cambridge University Press, 1994, chapter 13.

    >>> import polars as pl
    >>> rows = pl.DataFrame({"source": ["x:a", "x:b", "x:a"], "target": ["x:b", "x:a", "x:c"]})
    >>> reciprocity(Graph.from_edges(rows)).round(3).tolist()
    [0.667, 1.0, 0.0]
    """
    edges, mutual = _edge_count(graph), mutual_degree(graph)
    shares = np.full(len(edges), np.nan)
    np.divide(2 * mutual, edges, out=shares, where=edges > 0)
    return shares


def overall_reciprocity(graph: Graph) -> float:
    """The share of all edges that are returned, from 0 to 1, as ``networkx.overall_reciprocity`` has it.

    Raises ``NotEnoughData`` when there are no edges.

    >>> import polars as pl
    >>> rows = pl.DataFrame({"source": ["x:a", "x:b", "x:a", "x:c"], "target": ["x:b", "x:a", "x:c", "x:b"]})
    >>> overall_reciprocity(Graph.from_edges(rows))
    0.5
    """
    if not graph.number_of_edges():
        raise NotEnoughData("The graph has no edges, so no share of them is returned: give it at least one.")
    return int(mutual_degree(graph).sum()) / graph.number_of_edges()


def _edge_count(graph: Graph) -> npt.NDArray[np.int64]:
    """Edges in and out of each account."""
    return np.diff(graph.out.offsets + graph.into.offsets).astype(np.int64)
