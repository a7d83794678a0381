"""The sweeps of PageRank, for one start and for several at once."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from ambassadors.graph.compiled.jit import jit
from ambassadors.graph.csr import Indices, Offsets, Weights

Ends = npt.NDArray[np.uint64]
Floats = npt.NDArray[np.float32 | np.float64]
Float64s = npt.NDArray[np.float64]

_ONE = np.uint64(1)


@jit
def rank_rows(
    ends: Ends,
    begin: np.uint64,
    offsets: Offsets,
    indices: Indices,
    weights: Weights | None,
    per_weight: Float64s,
    alpha: float,
    share: Floats,
    fresh: Floats,
    rank: Float64s,
    coarse: Floats,
    known: Float64s,
    start: Float64s,
    afresh: float,
    fallback: Float64s,
    lost: float,
) -> Float64s:
    """Rank the rows from each of ``ends`` to the next, and tell of each such run how its ranks changed.

    ``share[u]`` is what ``u`` hands along an edge of weight 1, less ``coarse[u]``: ``known`` holds what comes of that.
    ``weights`` of None count every edge as 1. The new share of ``v`` is left in ``fresh[v - begin]``, for other threads
    may be reading ``share``.

    The answer has a row a run: how far its ranks moved (L1), their sum, and the sum over those who lead nowhere.
    """
    told = np.empty((ends.size - 1, 3))
    for i in range(np.uint64(ends.size - 1)):
        moved, total, stuck = 0.0, 0.0, 0.0
        for v in range(ends[i], ends[i + _ONE]):
            received = 0.0
            for k in range(offsets[v], offsets[v + _ONE]):
                received += share[indices[k]] if weights is None else share[indices[k]] * np.float64(weights[k])
            now = known[v] + afresh * start[v] + lost * fallback[v] + alpha * received
            moved += abs(now - rank[v])
            total += now
            if per_weight[v] == 0:
                stuck += now
            rank[v] = now
            fresh[v - begin] = now * per_weight[v] - coarse[v]
        told[i, 0], told[i, 1], told[i, 2] = moved, total, stuck
    return told


@jit
def rank_rows_of_many(
    ends: Ends,
    begin: np.uint64,
    offsets: Offsets,
    indices: Indices,
    weights: Weights | None,
    per_weight: Float64s,
    alpha: float,
    share: Floats,
    fresh: Floats,
    rank: Float64s,
    seat: Indices,
    given: Float64s,
) -> Float64s:
    """The same for several starts, a column each; ``given[seat[v]]`` is what comes to ``v`` from the starts.

    The answer holds, for each run, the three rows that ``rank_rows`` tells, with a column a start.
    """
    columns = np.uint64(rank.shape[1])
    told = np.zeros((ends.size - 1, 3, rank.shape[1]))
    received = np.empty(rank.shape[1])
    for i in range(np.uint64(ends.size - 1)):
        for v in range(ends[i], ends[i + _ONE]):
            received[:] = 0.0
            for k in range(offsets[v], offsets[v + _ONE]):
                u = indices[k]
                weight = 1.0 if weights is None else np.float64(weights[k])
                for j in range(columns):
                    received[j] += share[u, j] * weight
            for j in range(columns):
                now = given[seat[v], j] + alpha * received[j]
                told[i, 0, j] += abs(now - rank[v, j])
                told[i, 1, j] += now
                if per_weight[v] == 0:
                    told[i, 2, j] += now
                rank[v, j] = now
                fresh[v - begin, j] = now * per_weight[v]
    return told
