"""The peeling of k-cores."""

from __future__ import annotations

import numpy as np

from ambassadors.graph.compiled.jit import jit
from ambassadors.graph.csr import Indices, Offsets

_ONE = np.uint64(1)
_ONE_TIE = np.uint32(1)


@jit
def _degrees(out_offsets: Offsets, in_offsets: Offsets) -> Indices:
    """Ties of each node, either way."""
    degree = np.empty(out_offsets.size - 1, np.uint32)
    for v in range(np.uint64(degree.size)):
        degree[v] = out_offsets[v + _ONE] - out_offsets[v] + in_offsets[v + _ONE] - in_offsets[v]
    return degree


@jit
def _lower_neighbours(
    v: np.uint64, offsets: Offsets, indices: Indices, k: np.uint32, degree: Indices, queue: Indices, end: np.uint64
) -> np.uint64:
    """Take one tie from every neighbour of ``v`` that has more than ``k``; who is left with ``k`` joins the queue."""
    for e in range(offsets[v], offsets[v + _ONE]):
        u = indices[e]
        if degree[u] > k:
            degree[u] -= _ONE_TIE
            if degree[u] == k:
                queue[end] = u
                end += _ONE
    return end


@jit
def _split_off(left: Indices, k: np.uint32, degree: Indices, queue: Indices) -> tuple[Indices, np.uint64]:
    """Move to the queue who has ``k`` ties, and forget who has fewer; answer who is left, and how many were moved."""
    kept, moved = np.uint64(0), np.uint64(0)
    for i in range(np.uint64(left.size)):
        v = left[i]
        if degree[v] > k:
            left[kept] = v
            kept += _ONE
        elif degree[v] == k:
            queue[moved] = v
            moved += _ONE
    return left[:kept], moved


@jit
def peel(out_offsets: Offsets, out_indices: Indices, in_offsets: Offsets, in_indices: Indices) -> Indices:
    """Core numbers, an edge in each direction counting one.

    Level by level: who has k ties left is taken away, and so is everyone whom that leaves with k; their core number is
    k. Nobody is looked at in more levels than they have ties, so all takes linear time.
    """
    degree = _degrees(out_offsets, in_offsets)
    left = np.empty(degree.size, np.uint32)
    for v in range(np.uint64(degree.size)):
        left[v] = v
    queue = np.empty(degree.size, np.uint32)
    k = np.uint32(0)
    while left.size:
        left, end = _split_off(left, k, degree, queue)
        at = np.uint64(0)
        while at < end:
            lowest = np.uint64(queue[at])
            end = _lower_neighbours(lowest, out_offsets, out_indices, k, degree, queue, end)
            end = _lower_neighbours(lowest, in_offsets, in_indices, k, degree, queue, end)
            at += _ONE
        k += _ONE_TIE
    return degree
