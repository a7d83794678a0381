"""Core numbers: how deep inside the network an account stands."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from ambassadors.graph.csr import Graph


def core_number(graph: Graph) -> npt.NDArray[np.int64]:
    """The largest k such that the account stands in a part of the graph where everyone has k ties inside that part.

    Ties in and out both count, so a mutual tie counts two, as ``networkx.core_number`` has it for directed graphs; for
    plain undirected cores take ``core_number(graph.symmetric()) // 2``. Weights play no part. In the order of
    ``graph.accounts``.

    V. Batagelj, M. Zaversnik: An O(m) Algorithm for Cores Decomposition of Networks. arXiv:cs/0310049, 2003.

    >>> import polars as pl
    >>> rows = pl.DataFrame({"source": ["x:a", "x:b", "x:c", "x:d"], "target": ["x:b", "x:c", "x:a", "x:a"]})
    >>> core_number(Graph.from_edges(rows)).tolist()  # a triangle, and d who hangs on it
    [2, 2, 2, 1]
    """
    if not graph.number_of_nodes():
        return np.empty(0, np.int64)
    from ambassadors.graph.compiled.cores import peel

    return peel(graph.out.offsets, graph.out.indices, graph.into.offsets, graph.into.indices).astype(np.int64)
