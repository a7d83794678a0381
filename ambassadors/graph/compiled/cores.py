"""The peeling of k-cores."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from ambassadors.graph.compiled.jit import jit
from ambassadors.graph.csr import Indices, Offsets

_ONE = np.uint64(1)


@jit
def _sorted_by_degree(degree: npt.NDArray[np.uint64]) -> tuple[Indices, Indices, npt.NDArray[np.uint64]]:
    """Counting sort: nodes by degree, the place of each node, and where the nodes of each degree begin."""
    begins = np.zeros(degree.max() + np.uint64(2), np.uint64)
    for v in range(np.uint64(degree.size)):
        begins[degree[v] + _ONE] += _ONE
    for d in range(_ONE, np.uint64(begins.size)):
        begins[d] += begins[d - _ONE]
    order = np.empty(degree.size, np.uint32)
    place = np.empty(degree.size, np.uint32)
    next_free = begins.copy()
    for v in range(np.uint64(degree.size)):
        at = next_free[degree[v]]
        order[at] = v
        place[v] = at
        next_free[degree[v]] += _ONE
    return order, place, begins


@jit
def _lower_neighbours(
    v: np.uint64,
    offsets: Offsets,
    indices: Indices,
    core: npt.NDArray[np.uint64],
    order: Indices,
    place: Indices,
    begins: npt.NDArray[np.uint64],
) -> None:
    """Take one from every neighbour of ``v`` that still stands higher, by swapping it to the front of its bin."""
    for k in range(offsets[v], offsets[v + _ONE]):
        u = indices[k]
        if core[u] > core[v]:
            front = begins[core[u]]
            w = order[front]
            at = place[u]
            order[front], order[at] = u, w
            place[u], place[w] = front, at
            begins[core[u]] += _ONE
            core[u] -= _ONE


@jit
def peel(
    out_offsets: Offsets, out_indices: Indices, in_offsets: Offsets, in_indices: Indices
) -> npt.NDArray[np.uint64]:
    """Core numbers by Batagelj and Zaversnik's buckets, an edge in each direction counting one."""
    n = np.uint64(out_offsets.size - 1)
    core = np.empty(n, np.uint64)
    for v in range(n):
        core[v] = out_offsets[v + _ONE] - out_offsets[v] + in_offsets[v + _ONE] - in_offsets[v]
    order, place, begins = _sorted_by_degree(core)
    for i in range(n):
        lowest = np.uint64(order[i])
        _lower_neighbours(lowest, out_offsets, out_indices, core, order, place, begins)
        _lower_neighbours(lowest, in_offsets, in_indices, core, order, place, begins)
    return core
