"""Communities: crowds that are tied among themselves more than chance would have it."""

from __future__ import annotations

import math
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from importlib import import_module
from typing import Any

import numpy as np
import numpy.typing as npt

from ambassadors.errors import AmbassadorsError
from ambassadors.graph.components import by_size
from ambassadors.graph.csr import Graph

_ROUNDS = 3
_MOST_SEED = 2**64 - 1


def communities(
    graph: Graph, *, resolution: float = 1.0, seed: int = 0, weighted: bool = True
) -> npt.NDArray[np.int64]:
    """The number of the community that each account belongs to, in the order of ``graph.accounts``.

    The Leiden method looks for the partition with the highest modularity, which is the sum over all communities c of
    L_c / m - resolution (d_c / 2m)^2, where m is the weight of all edges, L_c of those within c, and d_c of those
    at its members, edges within counting twice. Edges count the same in both directions, and a mutual tie is two. The
    largest community is number 0, the next 1 and so on; of equally large ones that with the first account comes first.
    Who has no ties is a community alone.

    - ``resolution``: above 1 finds more and smaller communities, below 1 fewer and larger ones.
    - ``seed``: the order in which accounts are tried is drawn from it. The same seed has the same answer on the same
      machine, whatever the number of threads; other seeds have other answers, about as good.
    - ``weighted``: count the weights of edges, rather than each as 1.

    It is NetworKit's implementation, on one thread: on several its answer changes from run to run. Its random numbers
    are seeded anew, so whoever uses NetworKit beside must seed it again.

    Raises ``AmbassadorsError`` when NetworKit is missing, and ``ValueError`` when the resolution is not a finite number
    of at least 0, or the seed is not from 0 to 2^64 - 1.

    V. A. Traag, L. Waltman, N. J. van Eck: From Louvain to Leiden: guaranteeing well-connected communities. Scientific
    Reports 9, 5233, 2019. M. E. J. Newman, M. Girvan: Finding and evaluating community structure in networks. Physical
    Review E 69, 026113, 2004.

    >>> import polars as pl
    >>> rows = pl.DataFrame({"source": ["x:a", "x:b", "x:c", "x:d"], "target": ["x:b", "x:c", "x:a", "x:e"]})
    >>> communities(Graph.from_edges(rows)).tolist()
    [0, 0, 0, 1, 1]
    """
    if not (math.isfinite(resolution) and resolution >= 0):
        raise ValueError(f"resolution is {resolution!r}, and must be a finite number of at least 0; 1 is usual.")
    if not 0 <= seed <= _MOST_SEED:
        raise ValueError(f"seed is {seed!r}, and must be a whole number from 0 to 2**64 - 1.")
    networkit = _networkit()
    if not (graph.out.weights.any() if weighted else graph.number_of_edges()):
        return np.arange(graph.number_of_nodes())  # nothing ties anybody
    with _one_thread(networkit):
        networkit.setSeed(seed, False)
        edges = _copied(graph, weighted, networkit)
        # by name: the order of the arguments is not the documented one
        leiden = networkit.community.ParallelLeiden(edges, iterations=_ROUNDS, randomize=True, gamma=resolution)
        leiden.run()
        found = leiden.getPartition()
        found.compact()
        return by_size(np.array(found.getVector(), np.int64))


def _networkit() -> Any:
    try:
        with _unseen():
            return import_module("networkit")
    except ImportError as error:
        raise AmbassadorsError(
            "Communities are found by NetworKit, which is not installed: pip install 'ambassadors[communities]'"
        ) from error


@contextmanager
def _unseen() -> Iterator[None]:
    """In a notebook NetworKit shows a script of its own once it is imported, which would be saved with the notebook."""
    if "IPython" not in sys.modules:
        yield
        return
    from IPython.utils.capture import capture_output

    with capture_output(stdout=False, stderr=False):
        yield


@contextmanager
def _one_thread(networkit: Any) -> Iterator[None]:
    before = networkit.getMaxNumberOfThreads()
    networkit.setNumberOfThreads(1)
    try:
        yield
    finally:
        networkit.setNumberOfThreads(before)


def _copied(graph: Graph, weighted: bool, networkit: Any) -> Any:
    """The edges without their direction in NetworKit's own form; a mutual tie becomes two parallel ones."""
    rows, count = graph.out, graph.number_of_nodes()
    ends = rows.sources.astype(np.int64), rows.indices.astype(np.int64)
    # not as a scipy matrix: of those NetworKit leaves out the weights
    copied = networkit.Graph(count, weighted=weighted)
    copied.addEdges((rows.weights.astype(np.float64), ends) if weighted else ends)
    return copied
