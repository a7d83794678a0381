"""The loops behind those who spread well: balls, votes and h-indices."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from ambassadors.graph.compiled.jit import jit
from ambassadors.graph.csr import Indices, Offsets

Float64s = npt.NDArray[np.float64]
Int64s = npt.NDArray[np.int64]

_ONE = np.uint64(1)
_TWO = np.uint64(2)
_NOBODY = np.uint32(0xFFFFFFFF)


@jit
def rows_by_rank(
    out_offsets: Offsets,
    out_indices: Indices,
    in_offsets: Offsets,
    in_indices: Indices,
    order: Indices,
    rank: Indices,
    offsets: Offsets,
) -> Indices:
    """Rows of everyone tied to each node, whichever way; numbered by rank, and sorted.

    ``order`` lists the nodes by rank, ``rank`` is its inverse, and ``offsets`` says where the rows will be.
    """
    indices = np.empty(offsets[order.size], np.uint32)
    free = offsets.copy()
    for r in range(np.uint64(order.size)):
        v = np.uint64(order[r])
        i, i_end, j, j_end = out_offsets[v], out_offsets[v + _ONE], in_offsets[v], in_offsets[v + _ONE]
        while i < i_end or j < j_end:
            target = out_indices[i] if i < i_end else _NOBODY
            source = in_indices[j] if j < j_end else _NOBODY
            i += np.uint64(target <= source)
            j += np.uint64(source <= target)
            u = rank[min(target, source)]
            indices[free[u]] = r
            free[u] += _ONE
    return indices


@jit
def _join_row(
    v: np.uint64, offsets: Offsets, indices: Indices, seen: npt.NDArray[np.bool_], ball: Indices, size: np.uint64
) -> np.uint64:
    """Append to the ball whom ``v`` is tied to and it lacks; its size then."""
    for k in range(offsets[v], offsets[v + _ONE]):
        u = indices[k]
        if not seen[u]:
            seen[u] = True
            ball[size] = u
            size += _ONE
    return size


@jit
def _weigh(offsets: Offsets, ball: Indices, begin: np.uint64, end: np.uint64) -> np.uint64:
    """The degrees of a part of the ball, each less 1, added up."""
    total = np.uint64(0)
    for at in range(begin, end):
        u = np.uint64(ball[at])
        total += offsets[u + _ONE] - offsets[u] - _ONE
    return total


@jit
def frontier_sums(
    offsets: Offsets, indices: Indices, radius: int, nodes: Indices, begin: int, end: int, sums: Int64s
) -> None:
    """For a run of nodes: the degrees less 1, added up over all at a distance of the radius."""
    seen = np.zeros(sums.size, np.bool_)
    ball = np.empty(sums.size, np.uint32)
    for v in nodes[begin:end]:
        ball[0] = v
        seen[v] = True
        inner, size = np.uint64(0), _ONE
        for _ in range(radius):
            shell = size
            for at in range(inner, shell):
                size = _join_row(np.uint64(ball[at]), offsets, indices, seen, ball, size)
            inner = shell
        sums[v] = _weigh(offsets, ball, inner, size)
        for at in range(size):
            seen[ball[at]] = False


@jit
def second_sums(
    offsets: Offsets, indices: Indices, radius: int, nodes: Indices, begin: int, end: int, sums: Int64s
) -> None:
    """What ``frontier_sums`` finds for a radius of 2, much quicker where hubs are many people's first neighbours.

    The rows of a node's neighbours are joined to its ball one after the other. If the next node's row begins with the
    same neighbours, so much of the ball stays.
    """
    seen = np.zeros(sums.size, np.bool_)
    ball = np.empty(sums.size, np.uint32)
    longest = np.uint64(0)
    for v in nodes[begin:end]:
        longest = max(longest, offsets[np.uint64(v) + _ONE] - offsets[v])
    joined = np.empty(longest, np.uint32)  # whose rows are in the ball, its size before each, and its weight then
    sizes = np.zeros(longest + _ONE, np.uint64)
    weights = np.zeros(longest + _ONE, np.uint64)
    depth = np.uint64(0)
    for v in nodes[begin:end]:
        row, degree = offsets[v], offsets[np.uint64(v) + _ONE] - offsets[v]
        same = np.uint64(0)
        while same < min(depth, degree) and joined[same] == indices[row + same]:
            same += _ONE
        for at in range(sizes[same], sizes[depth]):
            seen[ball[at]] = False
        for at in range(same, degree):
            joined[at] = indices[row + at]
            size = _join_row(np.uint64(joined[at]), offsets, indices, seen, ball, sizes[at])
            sizes[at + _ONE] = size
            weights[at + _ONE] = weights[at] + _weigh(offsets, ball, sizes[at], size)
        depth = degree
        nearer = degree - _ONE if seen[v] else np.uint64(0)
        for k in range(row, row + degree):
            u = np.uint64(indices[k])
            if seen[u]:
                nearer += offsets[u + _ONE] - offsets[u] - _ONE
        sums[v] = weights[depth] - nearer


@jit
def _stands_before(u: np.uint32, v: np.uint32, votes: Float64s) -> bool:
    """More votes first, and of equal ones the earlier node."""
    return bool(votes[u] > votes[v] or (votes[u] == votes[v] and u < v))


@jit
def _sink(heap: Indices, size: np.uint64, votes: Float64s) -> None:
    """Let the top of the heap sink to where it belongs."""
    at = np.uint64(0)
    while at * _TWO + _ONE < size:
        child = at * _TWO + _ONE
        if child + _ONE < size and _stands_before(heap[child + _ONE], heap[child], votes):
            child += _ONE
        if not _stands_before(heap[child], heap[at], votes):
            return
        heap[at], heap[child] = heap[child], heap[at]
        at = child


@jit
def elect(offsets: Offsets, indices: Indices, heap: Indices, votes: Float64s, loss: float, number: int) -> Indices:
    """The nodes that VoteRank elects, at most so many, in order.

    ``votes`` are the first round's, ``heap`` lists the nodes by them; both are used up. Votes only ever fall, so nobody
    can have more than at the last count: it is enough to count anew for whoever stands on top, until that one stays.
    """
    ability = np.ones(votes.size)
    elected = np.empty(number, np.uint32)
    count, size = np.uint64(0), np.uint64(heap.size)
    while count < np.uint64(number) and size and votes[heap[0]] > 0:
        v = np.uint64(heap[0])
        now = 0.0
        for k in range(offsets[v], offsets[v + _ONE]):
            now += ability[indices[k]]
        if now == votes[v]:
            elected[count] = v
            count += _ONE
            size -= _ONE
            heap[0] = heap[size]
            ability[v] = 0.0
            for k in range(offsets[v], offsets[v + _ONE]):
                ability[indices[k]] = max(ability[indices[k]] - loss, 0.0)
        votes[v] = now
        _sink(heap, size, votes)
    return elected[:count]


@jit
def h_indices(offsets: Offsets, indices: Indices, degree: Int64s, begin: int, end: int, answer: Int64s) -> None:
    """For the nodes of a span: the largest h such that h in their row have a degree of at least h."""
    longest = np.uint64(0)
    for v in range(np.uint64(begin), np.uint64(end)):
        longest = max(longest, offsets[v + _ONE] - offsets[v])
    having = np.zeros(longest + _ONE, np.uint64)
    for v in range(np.uint64(begin), np.uint64(end)):
        most = offsets[v + _ONE] - offsets[v]
        for k in range(offsets[v], offsets[v + _ONE]):
            having[min(np.uint64(degree[indices[k]]), most)] += _ONE
        h, at_least = most, having[most]
        while at_least < h:
            h -= _ONE
            at_least += having[h]
        answer[v] = h
        having[: most + _ONE] = 0
