"""PageRank: where a walker along the ties is found, who now and then starts afresh."""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping

import numpy as np
import numpy.typing as npt

from ambassadors.errors import AmbassadorsError, NotEnoughData
from ambassadors.graph.csr import Graph
from ambassadors.graph.degrees import out_degree

Float64s = npt.NDArray[np.float64]


def pagerank(
    graph: Graph,
    *,
    alpha: float = 0.85,
    personalization: Mapping[str, float] | Iterable[str] | None = None,
    weighted: bool = True,
    tol: float = 1e-12,
    max_iter: int = 1000,
) -> Float64s:
    """The share of its time that a walker spends at each account, in the order of ``graph.accounts``; they add up to 1.

    x = alpha (W' x + d p) + (1 - alpha) p, where W has the weights of each row divided by their sum, p says where the
    walker starts afresh, and d is the rank of those who lead nowhere (no edges out, or none that weighs anything). All
    that leads nowhere goes to p, so it is enough to solve y = alpha W' y + p and take x = y / |y|. Gauss-Seidel sweeps
    do that, each begun by scaling y to the total that follows from the equation: on real networks about half as many
    sweeps as the power method needs.

    - ``alpha``: the chance to follow a tie rather than to start afresh.
    - ``personalization``: where to start afresh: weights by account (the rest have 0), or accounts that share equally.
    - ``weighted``: follow ties in proportion to their weights, rather than each tie of an account alike.
    - ``tol``: stop when a sweep moves y by no more than this in all (L1); the ranks are then within
      2 tol alpha / (1 - alpha) of the true ones in all.
    - ``max_iter``: sweeps after which to give up.

    Raises ``UnknownAccount`` when the personalization names an account that the graph does not hold, ``NotEnoughData``
    when it weighs nothing, ``AmbassadorsError`` when ``max_iter`` sweeps are too few, and ``ValueError`` when alpha is
    not in [0, 1) or a weight of the personalization is not a finite number of at least 0.

    S. Brin, L. Page: The Anatomy of a Large-Scale Hypertextual Web Search Engine. WWW 1998.

    >>> import polars as pl
    >>> rows = pl.DataFrame({"source": ["x:a", "x:b", "x:c"], "target": ["x:b", "x:a", "x:b"]})
    >>> pagerank(Graph.from_edges(rows)).round(3).tolist()
    [0.464, 0.486, 0.05]
    """
    if not 0 <= alpha < 1:
        raise ValueError(f"alpha is {alpha!r}, and must be at least 0 and less than 1; 0.85 is usual.")
    if not graph.number_of_nodes():
        return np.empty(0)
    rank = _solve(graph, _start(graph, personalization), alpha, weighted, tol, max_iter)
    total: float = rank.sum()
    return rank / total


def _start(graph: Graph, personalization: Mapping[str, float] | Iterable[str] | None) -> Float64s:
    """Where the walker starts afresh, as chances that add up to 1."""
    count = graph.number_of_nodes()
    if personalization is None:
        return np.full(count, 1 / count)
    given = personalization if isinstance(personalization, Mapping) else dict.fromkeys(personalization, 1.0)
    start = np.zeros(count)
    start[graph.indices_of(list(given))] = [_checked(account, weight) for account, weight in given.items()]
    if not start.any():
        raise NotEnoughData("The personalization weighs nothing: give at least one account a weight above 0.")
    total: float = start.sum()
    return start / total


def _checked(account: str, weight: float) -> float:
    if not (math.isfinite(weight) and weight >= 0):
        raise ValueError(f"The personalization of {account!r} is {weight!r}, and must be a finite number, 0 or more.")
    return weight


def _solve(graph: Graph, start: Float64s, alpha: float, weighted: bool, tol: float, max_iter: int) -> Float64s:
    from ambassadors.graph.compiled.pagerank import rank_sweep

    per_weight = _reciprocal(out_degree(graph, weighted).astype(np.float64))
    leads_nowhere = np.flatnonzero(per_weight == 0)
    rows = graph.into.offsets, graph.into.indices, graph.into.weights if weighted else None
    rank, share, moved = start.copy(), start * per_weight, math.inf
    for _ in range(max_iter):
        scale = 1 / ((1 - alpha) * rank.sum() + alpha * rank[leads_nowhere].sum())
        rank *= scale
        share *= scale
        moved = rank_sweep(*rows, start, per_weight, float(alpha), rank, share)
        if moved <= tol:
            return rank
    raise AmbassadorsError(
        f"PageRank has not converged: sweep {max_iter} still moved the ranks by {moved:g}, and tol is {tol:g}. "
        "Raise max_iter or tol, or lower alpha."
    )


def _reciprocal(totals: Float64s) -> Float64s:
    """One by each total; 0 for those who have nothing to hand on."""
    return np.divide(1.0, totals, out=np.zeros_like(totals), where=totals > 0)
