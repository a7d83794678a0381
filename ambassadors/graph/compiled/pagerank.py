"""The sweeps of PageRank."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from ambassadors.graph.compiled.jit import jit
from ambassadors.graph.csr import Indices, Offsets, Weights

Float64s = npt.NDArray[np.float64]

_ONE = np.uint64(1)


@jit
def rank_sweep(
    offsets: Offsets,
    indices: Indices,
    weights: Weights | None,
    teleport: Float64s,
    per_weight: Float64s,
    alpha: float,
    rank: Float64s,
    share: Float64s,
) -> float:
    """One Gauss-Seidel sweep of PageRank over the incoming rows, in place; returns how far the ranks moved (L1).

    ``share[u]`` is what ``u`` hands along an edge of weight 1; ``weights`` of None count every edge as 1.
    """
    moved = 0.0
    for v in range(np.uint64(rank.size)):
        received = 0.0
        for k in range(offsets[v], offsets[v + _ONE]):
            received += share[indices[k]] if weights is None else share[indices[k]] * weights[k]
        now = teleport[v] + alpha * received
        moved += abs(now - rank[v])
        rank[v] = now
        share[v] = now * per_weight[v]
    return moved
