"""The counting of triangles: ties point from the less to the better connected, and wedges are looked for along them."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from ambassadors.graph.compiled.jit import jit
from ambassadors.graph.csr import Indices, Offsets

Counts = npt.NDArray[np.uint64]
Ties = npt.NDArray[np.uint8]

_ONE = np.uint64(1)
_NOBODY = np.uint32(0xFFFFFFFF)


@jit
def toward_hubs(
    out_offsets: Offsets,
    out_indices: Indices,
    in_offsets: Offsets,
    in_indices: Indices,
    order: Indices,
    rank: Indices,
    neighbours: np.uint64,
) -> tuple[Offsets, Indices, Ties]:
    """Rows of each node's neighbours of a lower rank, and whether one edge (1) or two (2) lead there.

    ``order`` lists the nodes by rank, ``rank`` is its inverse; rows and neighbours are numbered by rank. ``neighbours``
    is how many there will be. One spare entry follows the last.
    """
    offsets = np.zeros(order.size + 1, np.uint64)
    indices = np.zeros(neighbours + _ONE, np.uint32)
    ties = np.zeros(neighbours + _ONE, np.uint8)
    at = np.uint64(0)
    for r in range(np.uint64(order.size)):
        v = np.uint64(order[r])
        i, i_end, j, j_end = out_offsets[v], out_offsets[v + _ONE], in_offsets[v], in_offsets[v + _ONE]
        while i < i_end or j < j_end:
            target = out_indices[i] if i < i_end else _NOBODY
            source = in_indices[j] if j < j_end else _NOBODY
            i += np.uint64(target <= source)
            j += np.uint64(source <= target)
            other = rank[min(target, source)]
            if other < r:
                indices[at] = other
                ties[at] = np.uint8(1) + np.uint8(target == source)
                at += _ONE
        offsets[r + _ONE] = at
    return offsets, indices, ties


@jit
def count_triangles(offsets: Offsets, indices: Indices, ties: Ties, first: int, step: int) -> Counts:
    """Triangles by node, of those whose last node is ``first``, ``first + step`` and so on.

    A triangle counts as often as there are ways to pick one edge from each of its sides. The rows come from
    ``toward_hubs``; each triangle is found once, at its last node.
    """
    found = np.zeros(offsets.size - 1, np.uint64)
    mark = np.zeros(offsets.size - 1, np.uint8)
    read_ahead = np.uint32(0)
    for v in range(np.uint64(first), np.uint64(found.size), np.uint64(step)):
        for k in range(offsets[v], offsets[v + _ONE]):
            u = indices[k]
            mark[u] = ties[k]
            # the rows needed next are far apart in memory: ask for all at once, rather than wait for each in turn
            read_ahead ^= indices[offsets[u]] ^ indices[offsets[u + _ONE]]
        for k in range(offsets[v], offsets[v + _ONE]):
            u = indices[k]
            at_u = np.uint64(0)
            for j in range(offsets[u], offsets[u + _ONE]):
                w = indices[j]
                if mark[w]:
                    ways = np.uint64(mark[w]) * np.uint64(ties[k]) * np.uint64(ties[j])
                    found[w] += ways
                    at_u += ways
            found[u] += at_u
            found[v] += at_u
        for k in range(offsets[v], offsets[v + _ONE]):
            mark[indices[k]] = 0
    mark[0] = np.uint8(read_ahead)  # or the compiler leaves the reading out
    return found
