"""Degrees: how many ties an account has, or how much they weigh, by direction."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from ambassadors.graph.csr import Csr, Graph

Degrees = npt.NDArray[np.int64 | np.float64]


def in_degree(graph: Graph, weighted: bool = False) -> Degrees:
    """Ties that point at each account, in the order of ``graph.accounts``: in a graph of follows, its followers.

    Counts are int64. Weighted, it is the sum of the weights: s_v = sum over u of w_uv, float64, added up in the order
    of the row, so that the answer is the same on every machine.

    >>> import polars as pl
    >>> rows = pl.DataFrame({"source": ["x:a", "x:c"], "target": ["x:b", "x:b"], "weight": [0.5, 2.0]})
    >>> graph = Graph.from_edges(rows)
    >>> in_degree(graph).tolist(), in_degree(graph, weighted=True).tolist()
    ([0, 2, 0], [0.0, 2.5, 0.0])
    """
    return _row_sums(graph.into) if weighted else _row_lengths(graph.into)


def out_degree(graph: Graph, weighted: bool = False) -> Degrees:
    """Ties that start at each account; counts, or sums of weights, as ``in_degree`` has them.

    >>> import polars as pl
    >>> rows = pl.DataFrame({"source": ["x:a", "x:c"], "target": ["x:b", "x:b"], "weight": [0.5, 2.0]})
    >>> out_degree(Graph.from_edges(rows), weighted=True).tolist()
    [0.5, 0.0, 2.0]
    """
    return _row_sums(graph.out) if weighted else _row_lengths(graph.out)


def _row_lengths(rows: Csr) -> npt.NDArray[np.int64]:
    return (rows.offsets[1:] - rows.offsets[:-1]).astype(np.int64)


def _row_sums(rows: Csr) -> npt.NDArray[np.float64]:
    """Sums over the rows that are not empty: for an empty one ``reduceat`` would answer with its neighbour's first."""
    sums = np.zeros(len(rows.offsets) - 1)
    filled = np.flatnonzero(_row_lengths(rows))
    if filled.size:
        begins = rows.offsets[filled].astype(np.int64)
        sums[filled] = np.add.reduceat(rows.weights, begins, dtype=np.float64)
    return sums
