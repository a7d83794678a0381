"""The compiled loops of the graph room; imported only where one is about to run, because numba is slow to load.

Every index is unsigned: for signed ones numba adds a test for Python's wrap-around to each access, which nearly halves
the speed of a sweep. Sums run serially in float64, so a result depends on the input alone and never on the threads.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, TypeVar, cast

import numba
import numpy as np
import numpy.typing as npt

from ambassadors.graph.csr import Indices, Offsets, Weights

Kernel = TypeVar("Kernel", bound=Callable[..., Any])
Float64s = npt.NDArray[np.float64]

_FREE = np.uint32(0xFFFFFFFF)
_ONE = np.uint64(1)
_ONE_CODE = np.uint32(1)


def jit(kernel: Kernel) -> Kernel:
    """Compile a kernel, and keep the machine code on disk where some folder can be written.

    Where neither the package's folder nor a home can be written numba refuses to cache: each process compiles anew.
    """
    try:
        return cast(Kernel, numba.njit(cache=True, nogil=True)(kernel))
    except RuntimeError:  # "cannot cache function ...: no locator available"
        return cast(Kernel, numba.njit(nogil=True)(kernel))


@jit
def number_hashes(hashes: npt.NDArray[np.uint64], bits: int) -> tuple[Indices, Indices]:
    """Number equal hashes alike, by first appearance: the number of each, and the place where each number first stood.

    The table has ``2 ** bits`` slots. Once it is half full both answers are empty: call again with more bits.
    """
    mask = (_ONE << np.uint64(bits)) - _ONE
    slots = np.full(1 << bits, _FREE, np.uint32)
    keys = np.empty(1 << bits, np.uint64)
    first = np.empty(1 << (bits - 1), np.uint32)
    numbers = np.empty(hashes.size, np.uint32)
    count = np.uint32(0)
    for i in range(np.uint64(hashes.size)):
        slot = hashes[i] & mask
        while slots[slot] != _FREE and keys[slot] != hashes[i]:
            slot = (slot + _ONE) & mask
        if slots[slot] == _FREE:
            if count == first.size:
                return numbers[:0], first[:0]
            slots[slot] = count
            keys[slot] = hashes[i]
            first[count] = i
            count += _ONE_CODE
        numbers[i] = slots[slot]
    return numbers, first[:count].copy()


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
