"""The joining of weak components: Afforest, on one thread."""

from __future__ import annotations

import numpy as np

from ambassadors.graph.compiled.jit import jit
from ambassadors.graph.csr import Indices, Offsets

_ONE = np.uint64(1)
_FIRST_TIES = np.uint64(2)


@jit
def _join(u: np.uint32, v: np.uint32, parent: Indices) -> None:
    """Hang the tree of one node below that of the other: the smaller root stays a root."""
    high, low = parent[u], parent[v]
    while high != low:
        if high < low:
            high, low = low, high
        above = parent[high]
        if above == high:
            parent[high] = low
            return
        parent[high] = parent[above]
        high = parent[high]


@jit
def _flatten(parent: Indices) -> None:
    """Hang every node right below its root; parents come before their children, so one pass is enough."""
    for v in range(np.uint64(parent.size)):
        parent[v] = parent[parent[v]]


@jit
def _join_rows(offsets: Offsets, indices: Indices, skipped: np.uint64, settled: np.uint32, parent: Indices) -> None:
    """Join everyone outside the settled tree with all ties but the first so many."""
    for v in range(np.uint64(parent.size)):
        if parent[v] != settled:
            for e in range(offsets[v] + skipped, offsets[v + _ONE]):
                _join(np.uint32(v), indices[e], parent)


@jit
def first_members(out_offsets: Offsets, out_indices: Indices, in_offsets: Offsets, in_indices: Indices) -> Indices:
    """The first node of each node's weak component.

    The first two ties of everyone already join nearly all of the largest component; the other ties need a look only for
    those who stand outside it, if theirs are looked at in both directions.
    """
    n = np.uint64(out_offsets.size - 1)
    parent = np.empty(n, np.uint32)
    for v in range(n):
        parent[v] = v
    for v in range(n):
        for e in range(out_offsets[v], min(out_offsets[v] + _FIRST_TIES, out_offsets[v + _ONE])):
            _join(np.uint32(v), out_indices[e], parent)
    _flatten(parent)
    largest = np.uint32(np.argmax(np.bincount(parent)))
    _join_rows(out_offsets, out_indices, _FIRST_TIES, largest, parent)
    _join_rows(in_offsets, in_indices, np.uint64(0), largest, parent)
    _flatten(parent)
    return parent
