"""Core numbers: how deep inside the network an account stands."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from ambassadors.graph.csr import Graph

_WORTH_COMPILED_CODE = 200_000  # ties; with fewer, to load numba costs more than it saves


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
    if graph.number_of_edges() < _WORTH_COMPILED_CODE:
        return _by_rounds(graph)
    from ambassadors.graph.compiled.cores import peel

    return peel(graph.out.offsets, graph.out.indices, graph.into.offsets, graph.into.indices).astype(np.int64)


def _by_rounds(graph: Graph) -> npt.NDArray[np.int64]:
    """The same in numpy, a round for all who fall together: whoever has k ties left or fewer has core number k."""
    count = graph.number_of_nodes()
    ends = np.stack([graph.out.sources, graph.out.indices])
    ties = np.bincount(ends.ravel(), minlength=count)
    core, standing = np.zeros(count, np.int64), np.ones(count, bool)
    while standing.any():
        k = max(int(ties[standing].min()), int(core.max()))
        falling = standing & (ties <= k)
        core[falling] = k
        standing &= ~falling
        cut = falling[ends].any(axis=0)
        ties -= np.bincount(ends[:, cut].ravel(), minlength=count)
        ends = ends[:, ~cut]
    return core
