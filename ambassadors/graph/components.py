"""Components: who is tied together at all, by however long a chain."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from ambassadors.graph.csr import Graph

Labels = npt.NDArray[np.int64]


def weak_components(graph: Graph) -> Labels:
    """The number of the part of the graph that each account belongs to, in the order of ``graph.accounts``.

    Two accounts are in the same part when a chain of ties leads from one to the other, whichever way the ties point.
    The largest part is number 0, the next 1 and so on; of equally large ones that with the first account comes first.

    M. Sutton, T. Ben-Nun, A. Barak: Optimizing Parallel Graph Connectivity Computation via Subgraph Sampling. IPDPS
    2018.

    >>> import polars as pl
    >>> rows = pl.DataFrame({"source": ["x:a", "x:c", "x:d"], "target": ["x:b", "x:d", "x:e"]})
    >>> weak_components(Graph.from_edges(rows)).tolist()
    [1, 1, 0, 0, 0]
    """
    if not graph.number_of_nodes():
        return np.empty(0, np.int64)
    from ambassadors.graph.compiled.components import first_members

    out, into = graph.out, graph.into
    return by_size(first_members(out.offsets, out.indices, into.offsets, into.indices))


def by_size(labels: npt.NDArray[np.integer]) -> Labels:
    """The same groups numbered by size, the largest first, and equally large ones by their first member.

    ``labels`` are numbers of at least 0, not much above the number of members.

    >>> by_size(np.array([7, 3, 5, 5, 3])).tolist()
    [2, 0, 1, 1, 0]
    """
    sizes = np.bincount(labels)
    first = np.full(len(sizes), len(labels))
    first[labels[::-1]] = np.arange(len(labels))[::-1]  # of several the last is kept, and so the first member
    order = np.lexsort((first, -sizes))
    number = np.empty(len(sizes), np.int64)
    number[order] = np.arange(len(sizes))
    numbers: Labels = number[labels]
    return numbers
