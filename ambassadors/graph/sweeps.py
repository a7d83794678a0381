"""The sweeps that solve PageRank: stages of rows, shared out among threads, exact to what is asked for."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from itertools import pairwise
from typing import Any

import numpy as np
import numpy.typing as npt

from ambassadors.errors import AmbassadorsError
from ambassadors.graph.csr import Graph, Indices, Offsets
from ambassadors.graph.degrees import out_degree
from ambassadors.graph.threads import spans, threads

Float64s = npt.NDArray[np.float64]
Weighed = tuple[Indices, Float64s]
Stage = npt.NDArray[np.uint64]
Kernel = Callable[..., Float64s]
Crew = Callable[[Kernel, Stage, tuple[Any, ...]], Float64s]
Floats = npt.NDArray[Any]

_STAGES = 16
_RUNS = 16  # in a stage: as many threads can share it
_WORTH_THREADS = 1 << 21  # edges; with fewer, a stage is over before another thread has begun
_ROUNDING = 2.0**-24  # of a float32, as a part of it
FLOAT32_DOES = 16 * _ROUNDING
FINEST = 2.0**-46  # more is beyond float64
_SWEEPS_PER_JUMP = 5
_WORTH_A_JUMP = 30  # as far as this from the end
_IN_CACHE = 1 << 13  # accounts


def settled(walk: Walk | Walks, tol: float, max_iter: int) -> Float64s:
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
            if moved + walk.rounding <= max(tol, FINEST):
                return walk.rank / walk.total
            walk.refine(crew, moved, tol)
    raise AmbassadorsError(
        f"PageRank has not converged: sweep {max_iter} still moved the ranks by {moved:g}, and tol is {tol:g}. "
        "Raise max_iter or tol, or lower alpha."
    )


class Rows:
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


class Walk:
    """A walk from one start."""

    def __init__(self, rows: Rows, start: Float64s, fallback: Float64s, first: Float64s, alpha: float) -> None:
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


class Walks:
    """Walks from several starts, a column each."""

    def __init__(self, rows: Rows, starts: list[Weighed], alpha: float) -> None:
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
