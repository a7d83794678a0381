"""PageRank: where a walker along the ties is found, who now and then starts afresh."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from itertools import pairwise
from typing import Any

import numpy as np
import numpy.typing as npt

from ambassadors.errors import AmbassadorsError, NotEnoughData
from ambassadors.graph.csr import Graph, Indices, Offsets
from ambassadors.graph.degrees import out_degree
from ambassadors.graph.threads import spans, threads

Float64s = npt.NDArray[np.float64]
Start = Mapping[str, float] | Iterable[str]
Weighed = tuple[Indices, Float64s]
Stage = npt.NDArray[np.uint64]
Kernel = Callable[..., Float64s]
Crew = Callable[[Kernel, Stage, tuple[Any, ...]], Float64s]
Floats = npt.NDArray[Any]

_STAGES = 16
_RUNS = 16  # in a stage: as many threads can share it
_WORTH_THREADS = 1 << 21  # edges; with fewer, a stage is over before another thread has begun
_ROUNDING = 2.0**-24  # of a float32, as a part of it
_FLOAT32_DOES = 16 * _ROUNDING
_FINEST = 2.0**-46  # more is beyond float64
_SWEEPS_PER_JUMP = 5
_WORTH_A_JUMP = 30  # as far as this from the end
_IN_CACHE = 1 << 13  # accounts
_AT_ONCE = 16  # float32 that one look at memory brings
_WORTH_SHARING = 8


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
    return _settled(_Walk(_Rows(graph, weighted), start, fallback, first, alpha), tol, max_iter)


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
    rows = _Rows(graph, weighted)
    for first in range(0, len(seeds), _AT_ONCE):
        batch = starts[first : first + _AT_ONCE]
        ranks[:, first : first + _AT_ONCE] = _ranks_of_batch(rows, batch, alpha, tol, max_iter)
    return ranks


def _ranks_of_batch(rows: _Rows, batch: list[Weighed], alpha: float, tol: float, max_iter: int) -> Float64s:
    """A column for each start; swept together where that is quicker, and float32 exact enough."""
    if len(batch) >= _WORTH_SHARING and rows.fit_float32 and tol >= _FLOAT32_DOES:
        return _settled(_Walks(rows, batch, alpha), tol, max_iter)
    alone = [_spread(one, len(rows.per_weight)) for one in batch]
    return np.stack([_settled(_Walk(rows, one, one, one, alpha), tol, max_iter) for one in alone], axis=1)


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


def _settled(walk: _Walk | _Walks, tol: float, max_iter: int) -> Float64s:
    """The ranks, swept until they are exact enough, as parts of 1.

    Why the bound of ``tol`` holds: a sweep solves x' = L x' + U x + b with L + U = alpha G, where G moves rank about
    but makes none, and the truth solves x* = alpha G x* + b. So x' - x* = (I - alpha G)^-1 U (x - x'), which in L1 is
    at most alpha / (1 - alpha) |x' - x|; to divide both by their sums at most doubles it. What rounding leaves out of
    the shares adds to the error as if ranks had moved by that much.
    """
    moved = math.inf
    with _crew(len(walk.rows.ties[1])) as crew:
        for _ in range(max_iter):
            moved = walk.sweep(crew)
            if moved + walk.rounding <= max(tol, _FINEST):
                return walk.rank / walk.total
            walk.refine(crew, moved, tol)
    raise AmbassadorsError(
        f"PageRank has not converged: sweep {max_iter} still moved the ranks by {moved:g}, and tol is {tol:g}. "
        "Raise max_iter or tol, or lower alpha."
    )


class _Rows:
    """The incoming rows of a graph as the sweeps want them."""

    def __init__(self, graph: Graph, weighted: bool) -> None:
        totals = out_degree(graph, weighted).astype(np.float64)
        self.ties = graph.into.offsets, graph.into.indices, graph.into.weights if weighted else None
        self.per_weight = np.divide(1.0, totals, out=np.zeros_like(totals), where=totals > 0)
        self.lead_nowhere = np.flatnonzero(totals == 0)
        self.fit_float32 = bool(self.per_weight.max() < 2.0**120 and totals.sum() < 2.0**80)
        self.stages = _stages(graph.into.offsets)
        self.longest = max(int(stage[-1] - stage[0]) for stage in self.stages)

    def sweep(
        self,
        crew: Crew,
        kernel: Kernel,
        alpha: float,
        share: Floats,
        fresh: Floats,
        *others: object,
        still: bool = False,
    ) -> Any:
        """Rank stage by stage, each with the shares that those before it have left; or, if ``still``, the old ones."""
        told: Any = 0.0
        for stage in self.stages:
            begin, end = stage[0], stage[-1]
            given = begin, *self.ties, self.per_weight, alpha, share, fresh, *others
            told = told + crew(kernel, stage, given).sum(axis=0)
            if not still:
                share[begin:end] = fresh[: end - begin]
        return told


def _stages(offsets: Offsets) -> list[Stage]:
    """Where the runs of each stage end, its begin first: as many ties in each, as far as whole rows allow."""
    ends = np.array([0, *(end for _, end in spans(offsets, _STAGES * _RUNS))], np.uint64)
    cuts = sorted({(len(ends) - 1) * k // _STAGES for k in range(_STAGES + 1)})
    return [ends[begin : end + 1] for begin, end in pairwise(cuts)]


@contextmanager
def _crew(edges: int) -> Iterator[Crew]:
    """Threads that share out the runs of a stage, kept from stage to stage: to start them costs more than a stage."""
    count = threads() if edges >= _WORTH_THREADS else 1
    with ThreadPoolExecutor(count) as pool:

        def crew(kernel: Kernel, stage: Stage, given: tuple[Any, ...]) -> Float64s:
            cuts = sorted({(len(stage) - 1) * k // count for k in range(count + 1)})
            pieces = [stage[begin : end + 1] for begin, end in pairwise(cuts)]
            if len(pieces) == 1:
                return kernel(stage, *given)
            return np.concatenate(list(pool.map(lambda ends: kernel(ends, *given), pieces)))

        yield crew


class _Walk:
    """A walk from one start."""

    def __init__(self, rows: _Rows, start: Float64s, fallback: Float64s, first: Float64s, alpha: float) -> None:
        self.rows, self.start, self.fallback, self.alpha = rows, start, fallback, float(alpha)
        self.rank = first.copy()
        self.total, self.lost = float(first.sum()), float(first[rows.lead_nowhere].sum())
        self.share = (first * rows.per_weight).astype(np.float32 if rows.fit_float32 else np.float64)
        self.coarse = np.zeros(len(first), self.share.dtype)
        self.fresh = np.empty(rows.longest, self.share.dtype)
        self.known = np.zeros(len(first))
        self.held = 1.0
        self.swept = 0
        self.past: list[Float64s] = []

    @property
    def rounding(self) -> float:
        """What the shares leave out at most, as a part of all rank; they hold ``held`` of it."""
        return _ROUNDING * self.held

    def sweep(self, crew: Crew) -> float:
        """How far the ranks have moved, as a part of all rank."""
        afresh, lost = (1 - self.alpha) * self.total, self.alpha * self.lost
        told = self._pass(crew, self.share, self.rank, self.known, afresh, lost)
        moved, self.total, self.lost = (float(one) for one in told)
        self.held = min(self.held + moved / self.total, 1.0)
        return moved / self.total

    def refine(self, crew: Crew, moved: float, tol: float) -> None:
        """Between two sweeps: look ahead, and make room for finer shares."""
        self.swept += 1
        if self.swept >= _SWEEPS_PER_JUMP:
            self.past.append(self.rank.copy())
        if len(self.past) > _SWEEPS_PER_JUMP and moved > _WORTH_A_JUMP * tol:
            self._jump()
        self._set_aside(crew, moved, tol)

    def _jump(self) -> None:
        """Go where the last sweeps are heading: to that mean of them which a sweep would move least."""
        np.maximum(_extrapolated(self.past), 0.0, out=self.rank)
        self.held = min(self.held + float(np.abs(self.rank - self.past[-1]).sum()) / self.total, 1.0)
        self.total, self.lost = float(self.rank.sum()), float(self.rank[self.rows.lead_nowhere].sum())
        self.share[:] = self.rank * self.rows.per_weight - self.coarse
        self.past = [self.rank.copy()]

    def _set_aside(self, crew: Crew, moved: float, tol: float) -> None:
        """Once the ranks hardly move, set aside what accounts hand on for certain: the shares then hold the rest."""
        if self.rounding <= tol / 16 or self.held <= 2 * _ROUNDING or moved > 2.0**-16 * self.held:
            return
        share = self.rank * self.rows.per_weight
        self.coarse[:] = share
        self.share[:] = share - self.coarse
        self.known = np.zeros(len(self.rank))
        self._pass(crew, self.coarse, self.known, self.known, 0.0, 0.0, still=True)
        self.held = _ROUNDING

    def _pass(
        self,
        crew: Crew,
        share: Floats,
        rank: Float64s,
        known: Float64s,
        afresh: float,
        lost: float,
        still: bool = False,
    ) -> Float64s:
        from ambassadors.graph.compiled.pagerank import rank_rows

        starts = self.start, afresh, self.fallback, lost
        told: Float64s = self.rows.sweep(
            crew, rank_rows, self.alpha, share, self.fresh, rank, self.coarse, known, *starts, still=still
        )
        return told


def _extrapolated(past: list[Float64s]) -> Float64s:
    """The mean of ranks, each swept from the one before, that a sweep would move least (Anderson)."""
    alike = np.zeros((len(past) - 1, len(past) - 1))
    for begin in range(0, len(past[0]), _IN_CACHE):
        moves = np.diff([ranks[begin : begin + _IN_CACHE] for ranks in past], axis=0)
        alike += np.einsum("in,jn->ij", moves, moves)
    # moves less the last one: their sums of products follow from those of the moves
    apart = alike - alike[-1] - alike[:, -1:] + alike[-1, -1]
    weights = np.linalg.lstsq(apart[:-1, :-1], (alike[-1, -1] - alike[-1])[:-1], rcond=None)[0]
    ahead: Float64s = past[-1] * (1 - weights.sum())
    for weight, ranks in zip(weights.tolist(), past[1:-1], strict=True):
        ahead += weight * ranks
    return ahead


class _Walks:
    """Walks from several starts, a column each."""

    def __init__(self, rows: _Rows, starts: list[Weighed], alpha: float) -> None:
        self.rows, self.alpha = rows, float(alpha)
        self.rank = np.zeros((len(rows.per_weight), len(starts)))
        for column, (places, chances) in enumerate(starts):
            self.rank[places, column] = chances
        self.share = np.multiply(self.rank, rows.per_weight[:, None], dtype=np.float32, casting="same_kind")
        self.fresh = np.empty((rows.longest, len(starts)), np.float32)
        self.total, self.lost = self.rank.sum(axis=0), self.rank[rows.lead_nowhere].sum(axis=0)
        self.rounding = _ROUNDING
        places = np.unique(np.concatenate([places for places, _ in starts]))
        self.seat = np.zeros(len(rows.per_weight), np.uint32)
        self.seat[places] = np.arange(1, len(places) + 1)
        self.start = np.concatenate([np.zeros((1, len(starts))), self.rank[places]])

    def sweep(self, crew: Crew) -> float:
        """How far the ranks of the column that moved most have moved, as a part of all its rank."""
        from ambassadors.graph.compiled.pagerank import rank_rows_of_many

        given = self.start * ((1 - self.alpha) * self.total + self.alpha * self.lost)
        told = self.rows.sweep(crew, rank_rows_of_many, self.alpha, self.share, self.fresh, self.rank, self.seat, given)
        moved, self.total, self.lost = told
        most: float = (moved / self.total).max()
        return most

    def refine(self, crew: Crew, moved: float, tol: float) -> None:
        """Nothing to do: the shares are as fine as ``tol`` needs from the first."""
