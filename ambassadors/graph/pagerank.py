"""PageRank: where a walker along the ties is found, who now and then starts afresh."""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping, Sequence

import numpy as np

from ambassadors.errors import NotEnoughData
from ambassadors.graph.csr import Graph
from ambassadors.graph.sweeps import FINEST, FLOAT32_DOES, Float64s, Rows, Walk, Walks, Weighed, settled

Start = Mapping[str, float] | Iterable[str]

_AT_ONCE = 16  # float32 that one look at memory brings
_WORTH_SHARING = 8
_WORTH_COMPILED_CODE = 200_000  # ties
_FEW_STEPS = 400  # of the power method; more is a case for the sweeps


def pagerank(
    graph: Graph,
    *,
    alpha: float = 0.85,
    personalization: Start | None = None,
    dangling: Mapping[str, float] | None = None,
    nstart: Mapping[str, float] | None = None,
    weighted: bool = True,
    tol: float = 1e-12,
    max_iter: int = 1000,
) -> Float64s:
    """The share of its time that a walker spends at each account, in the order of ``graph.accounts``; they add up to 1.

    x = alpha (W' x + d q) + (1 - alpha) p, where W has the weights of each row divided by their sum, p says where the
    walker starts afresh, d is the rank of those who lead nowhere (no edges out, or none that weighs anything), and q
    says where that goes. Sweeps of Gauss and Seidel solve it, the rows in 16 stages: a stage knows what the stages
    before it have found in the same sweep, its rows know nothing of each other. So a stage can be shared out among
    threads, the answer is the same however many there are, and on real networks about half as many sweeps do as the
    power method needs. Every few sweeps they jump to where they are heading (Anderson's mixing), which halves their
    number again where much exactness is asked for.

    - ``alpha``: the chance to follow a tie rather than to start afresh.
    - ``personalization``: where to start afresh: weights by account (the rest have 0), or accounts that share equally.
    - ``dangling``: where the rank goes of those who lead nowhere, as weights by account; else where walkers start.
    - ``nstart``: ranks to begin the sweeps with, as weights by account; it tells only in how many sweeps there are.
    - ``weighted``: follow ties in proportion to their weights, rather than each tie of an account alike.
    - ``tol``: stop when a sweep moves the ranks by no more than this in all (L1), what float32 leaves out counted in;
      the ranks are then within 2 tol alpha / (1 - alpha) of the true ones in all. Less than 1.4e-14 is taken as that.
    - ``max_iter``: sweeps after which to give up.

    Ranks are float64, but what accounts hand on is read as float32, at half the memory; as the ranks settle what they
    are known to hand on is set aside, so that the float32 hold only the rest.

    Raises ``UnknownAccount`` when an account is named that the graph does not hold, ``NotEnoughData`` when the weights
    of the personalization, of dangling or of nstart are all 0, ``AmbassadorsError`` when ``max_iter`` sweeps are too
    few, and ``ValueError`` when alpha is not in [0, 1) or a weight is not a finite number of at least 0.

    S. Brin, L. Page: The Anatomy of a Large-Scale Hypertextual Web Search Engine. WWW 1998. The sweeps: A. Arasu,
    J. Novak, A. Tomkins, J. Tomlin: PageRank Computation and the Structure of the Web. WWW 2002. The jumps:
    D. G. Anderson: Iterative Procedures for Nonlinear Integral Equations. Journal of the ACM 12(4), 1965.

    >>> import polars as pl
    >>> rows = pl.DataFrame({"source": ["x:a", "x:b", "x:c"], "target": ["x:b", "x:a", "x:b"]})
    >>> pagerank(Graph.from_edges(rows)).round(3).tolist()
    [0.464, 0.486, 0.05]
    """
    _check_alpha(alpha)
    if not graph.number_of_nodes():
        return np.empty(0)
    start = _chances(graph, personalization, "personalization")
    fallback = start if dangling is None else _chances(graph, dangling, "dangling")
    first = start if nstart is None else _chances(graph, nstart, "nstart")
    rows = Rows(graph, weighted)
    if graph.number_of_edges() < _WORTH_COMPILED_CODE:
        ranks = _by_power(rows, start, fallback, first, alpha, tol, min(max_iter, _FEW_STEPS))
        if ranks is not None:
            return ranks
    return settled(Walk(rows, start, fallback, first, alpha), tol, max_iter)


def _by_power(
    rows: Rows, start: Float64s, fallback: Float64s, rank: Float64s, alpha: float, tol: float, steps: int
) -> Float64s | None:
    """The power method in numpy, for graphs so small that to load compiled code costs more; None if it takes long."""
    ends = rows.ties[0].astype(np.int64)
    heads, tails = np.repeat(np.arange(len(rank)), ends[1:] - ends[:-1]), rows.ties[1]
    handed_on = rows.per_weight[tails] * (1.0 if rows.ties[2] is None else rows.ties[2])
    for _ in range(steps):
        walked = np.bincount(heads, rank[tails] * handed_on, len(rank)) + rank[rows.lead_nowhere].sum() * fallback
        now = alpha * walked + (1 - alpha) * start
        moved: float = np.abs(now - rank).sum()
        rank = now / now.sum()
        if moved <= max(tol, FINEST):
            return rank
    return None


def personalized_pagerank(
    graph: Graph,
    seeds: Sequence[Start],
    *,
    alpha: float = 0.85,
    weighted: bool = True,
    tol: float = 1e-6,
    max_iter: int = 1000,
) -> Float64s:
    """``pagerank`` for many personalizations at once: a row an account, a column for each of ``seeds``.

    Each of the seeds is what ``pagerank`` takes as its personalization: weights by account, or accounts that share
    equally. Sixteen of them share each sweep over the edges (eight or more, if fewer are left), for one look at memory
    brings the float32 of all. Those sweeps go on until every one of the sixteen is as exact as ``tol`` says; so an
    answer may depend on its batch, but by no more than the error that ``tol`` bounds. Where ``tol`` is less than 1e-6
    float32 do not suffice, and each has sweeps of its own, with which ``pagerank`` gets further.

    Raises what ``pagerank`` raises, with the same promises as to its error.

    G. Jeh, J. Widom: Scaling Personalized Web Search. WWW 2003.

    >>> import polars as pl
    >>> rows = pl.DataFrame({"source": ["x:a", "x:b", "x:c"], "target": ["x:b", "x:a", "x:b"]})
    >>> personalized_pagerank(Graph.from_edges(rows), [["x:c"], {"x:a": 1, "x:b": 3}]).round(2).tolist()
    [[0.39, 0.48], [0.46, 0.52], [0.15, 0.0]]
    """
    _check_alpha(alpha)
    ranks = np.empty((graph.number_of_nodes(), len(seeds)))
    starts = [_weighed(graph, one, "personalization") for one in seeds]
    if not ranks.size:
        return ranks
    rows = Rows(graph, weighted)
    for first in range(0, len(seeds), _AT_ONCE):
        batch = starts[first : first + _AT_ONCE]
        ranks[:, first : first + _AT_ONCE] = _ranks_of_batch(rows, batch, alpha, tol, max_iter)
    return ranks


def _ranks_of_batch(rows: Rows, batch: list[Weighed], alpha: float, tol: float, max_iter: int) -> Float64s:
    """A column for each start; swept together where that is quicker, and float32 exact enough."""
    finest = FLOAT32_DOES * max(1.0, 0.15 / (1 - alpha))  # what rounding moves goes on to move alpha of it, and so on
    if len(batch) >= _WORTH_SHARING and rows.fit_float32 and tol >= finest:
        return settled(Walks(rows, batch, alpha), tol, max_iter)
    alone = [_spread(one, len(rows.per_weight)) for one in batch]
    return np.stack([settled(Walk(rows, one, one, one, alpha), tol, max_iter) for one in alone], axis=1)


def _check_alpha(alpha: float) -> None:
    if not 0 <= alpha < 1:
        raise ValueError(f"alpha is {alpha!r}, and must be at least 0 and less than 1; 0.85 is usual.")


def _weighed(graph: Graph, given: Start, what: str) -> Weighed:
    """The places of the accounts given, and their weights as chances that add up to 1."""
    weights = given if isinstance(given, Mapping) else dict.fromkeys(given, 1.0)
    places = graph.indices_of(list(weights))
    chances = np.array([_checked(account, weight, what) for account, weight in weights.items()], np.float64)
    if not chances.any():
        raise NotEnoughData(f"The {what} weighs nothing: give at least one account a weight above 0.")
    total: float = chances.sum()
    return places, chances / total


def _checked(account: str, weight: float, what: str) -> float:
    if not (math.isfinite(weight) and weight >= 0):
        raise ValueError(f"The {what} of {account!r} is {weight!r}, and must be a finite number, 0 or more.")
    return weight


def _chances(graph: Graph, given: Start | None, what: str) -> Float64s:
    """A chance for each account of the graph; all alike where none are given."""
    count = graph.number_of_nodes()
    if given is None:
        return np.full(count, 1 / count)
    return _spread(_weighed(graph, given, what), count)


def _spread(weighed: Weighed, count: int) -> Float64s:
    chances = np.zeros(count)
    chances[weighed[0]] = weighed[1]
    return chances
