"""Harmonic closeness: how few steps it takes everyone to reach an account."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from ambassadors.graph.csr import Graph, Indices
from ambassadors.graph.sampling import Estimate, Float64s, draw, scaled_up
from ambassadors.graph.threads import WORTH_A_THREAD, side_by_side, spans

Words = npt.NDArray[np.uint64]

_WORDS = 4
_AT_ONCE = 64 * _WORDS
_PIECES = 32  # of a level that is worth a thread; more of them than threads, for levels are uneven
_SHARE = 32  # a frontier of at most one account in so many is pushed


def harmonic_closeness(graph: Graph, *, sources: int | None = 256, seed: int = 0) -> Estimate:
    """The sum of 1 / d(u, v) over all others u, where d counts the steps from u to the account v; without a way, 0.

    It is what ``networkx.harmonic_centrality`` computes: of all others, those at hand count 1, those who have to go
    through someone count 1/2, and so on. Weights play no part.

    - ``sources``: how many accounts u to measure from, drawn without replacement, each as likely as any other. None, or
      as many as there are, measures from all: exact, with errors of 0.
    - ``seed``: of the draw. The same seed gives the same answer, at any number of threads.

    ``scaled_up`` says how the sample becomes an estimate. A part 1 / d lies between 0 and 1, so the standard error is
    at most about n / (2 sqrt(sources)), and mostly far less. The errors are unbiased. Bounds of 95 in 100 held 97 times
    in 100 on a follow graph of 100,000 from 256 sources, and 92 times on a sparse random one of 1,000 from 128, where a
    few near sources weigh much. An account that fewer than one in ``sources`` can reach is likely to show 0 with an
    error of 0.

    Breadth-first searches run from 256 sources at once, a bit each. Beside the graph that takes about 140 bytes an
    account.

    Raises ``ValueError`` when fewer than 3 sources are wanted.

    P. Boldi, S. Vigna: Axioms for Centrality. Internet Mathematics 10, 2014. D. Eppstein, J. Wang: Fast Approximation
    of Centrality. Journal of Graph Algorithms and Applications 8, 2004. M. Then et al.: The More the Merrier: Efficient
    Multi-Source Graph Traversal. VLDB 2014. S. Beamer, K. Asanovic, D. Patterson: Direction-Optimizing Breadth-First
    Search. SC 2012.

    >>> import polars as pl
    >>> rows = pl.DataFrame({"source": ["x:a", "x:b", "x:c"], "target": ["x:b", "x:c", "x:b"]})
    >>> harmonic_closeness(Graph.from_edges(rows), sources=None).values.tolist()  # to c: 1 from b, 1/2 from a
    [0.0, 2.0, 1.5]
    """
    [drawn] = draw(graph.number_of_nodes(), sources, seed)
    sums, squares = np.zeros(graph.number_of_nodes()), np.zeros(graph.number_of_nodes())
    if graph.number_of_edges():
        for first in range(0, len(drawn), _AT_ONCE):
            _search(graph, drawn[first : first + _AT_ONCE], sums, squares)
    return scaled_up(sums, squares, drawn)


def _search(graph: Graph, frontier: Indices, sums: Float64s, squares: Float64s) -> None:
    """Add 1/d and 1/d**2 from each of these sources to the sums of every account.

    Few accounts push what arrived to those after them; once there are many, everyone pulls from those before.
    """
    from ambassadors.graph.compiled.distances import push_levels

    out = graph.out.offsets, graph.out.indices
    few, depth = len(sums) // _SHARE, 0
    front = _bits(frontier, len(sums))
    seen, fresh = front.copy(), np.zeros_like(front)
    while frontier.size:
        frontier, depth = push_levels(frontier, few, depth, *out, front, seen, fresh, sums, squares)
        if frontier.size:
            depth += 1
            frontier = _pull(graph, frontier, depth, front, seen, fresh, sums, squares)
            front, fresh = fresh, front
            fresh.fill(0)


def _bits(sources: Indices, accounts: int) -> Words:
    """Every source has arrived at itself, and nowhere else."""
    words = np.zeros((accounts, _WORDS), np.uint64)
    place = np.arange(len(sources), dtype=np.uint64)
    words[sources, place // 64] = np.uint64(1) << place % 64
    return words


def _pull(
    graph: Graph,
    frontier: Indices,
    depth: int,
    front: Words,
    seen: Words,
    fresh: Words,
    sums: Float64s,
    squares: Float64s,
) -> Indices:
    """One level, the accounts shared out over the threads; returns where something arrives."""
    from ambassadors.graph.compiled.distances import pull_level

    into = graph.into.offsets, graph.into.indices
    live = np.bitwise_or.reduce(front[frontier], axis=0)
    reached = np.empty(len(sums), np.uint32)

    def level(span: tuple[int, int]) -> Indices:
        count = pull_level(*span, depth, *into, live, front, seen, fresh, sums, squares, reached)
        return reached[span[0] : span[0] + count]

    pieces = _PIECES if graph.number_of_edges() >= WORTH_A_THREAD else 1
    return np.concatenate(side_by_side(level, spans(graph.into.offsets, pieces)))
