"""Breadth-first searches from 256 sources at once: a bit for each source, four words for each account."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from ambassadors.graph.compiled.jit import jit
from ambassadors.graph.csr import Indices, Offsets

Words = npt.NDArray[np.uint64]  # accounts x 4
Float64s = npt.NDArray[np.float64]

_ZERO, _ONE, _TWO, _FOUR, _TOP = (np.uint64(number) for number in (0, 1, 2, 4, 56))
_PAIRS = np.uint64(0x5555555555555555)
_QUADS = np.uint64(0x3333333333333333)
_BYTES = np.uint64(0x0F0F0F0F0F0F0F0F)
_SUM = np.uint64(0x0101010101010101)


@jit
def _ones(word: np.uint64) -> np.uint64:
    """How many bits of the word are set."""
    word -= (word >> _ONE) & _PAIRS
    word = (word & _QUADS) + ((word >> _TWO) & _QUADS)
    word = (word + (word >> _FOUR)) & _BYTES
    return (word * _SUM) >> _TOP


@jit
def _arrive(v: np.uint64, depth: np.uint64, fresh: Words, seen: Words, sums: Float64s, squares: Float64s) -> None:
    """Note that the fresh sources reach ``v`` in so many steps."""
    count = _ZERO
    for word in range(_FOUR):
        count += _ones(fresh[v, word])
        seen[v, word] |= fresh[v, word]
    sums[v] += count / depth
    squares[v] += count / (depth * depth)


@jit
def pull_level(
    begin: int,
    end: int,
    depth: int,
    in_offsets: Offsets,
    in_indices: Indices,
    live: Words,
    front: Words,
    seen: Words,
    fresh: Words,
    sums: Float64s,
    squares: Float64s,
    reached: Indices,
) -> int:
    """One level for the accounts of a span: each asks those before it, until nothing is left that it could learn.

    ``front`` holds the sources that arrived one level ago, ``live`` those that arrived anywhere. The accounts where
    some arrive now stand in ``reached`` from ``begin`` on; how many is returned.
    """
    count = np.uint64(begin)
    for v in range(np.uint64(begin), np.uint64(end)):
        want0, want1 = live[0] & ~seen[v, 0], live[1] & ~seen[v, 1]
        want2, want3 = live[2] & ~seen[v, 2], live[3] & ~seen[v, 3]
        got0 = got1 = got2 = got3 = _ZERO
        if want0 | want1 | want2 | want3:
            for k in range(in_offsets[v], in_offsets[v + _ONE]):
                u = in_indices[k]
                got0 |= front[u, 0]
                got1 |= front[u, 1]
                got2 |= front[u, 2]
                got3 |= front[u, 3]
                if not (want0 & ~got0 | want1 & ~got1 | want2 & ~got2 | want3 & ~got3):
                    break
        fresh[v, 0], fresh[v, 1], fresh[v, 2], fresh[v, 3] = got0 & want0, got1 & want1, got2 & want2, got3 & want3
        if fresh[v, 0] | fresh[v, 1] | fresh[v, 2] | fresh[v, 3]:
            _arrive(np.uint64(v), np.uint64(depth), fresh, seen, sums, squares)
            reached[count] = v
            count += _ONE
    return int(count - np.uint64(begin))


@jit
def _tell(
    u: np.uint64,
    count: np.uint64,
    out_offsets: Offsets,
    out_indices: Indices,
    front: Words,
    seen: Words,
    fresh: Words,
    reached: Indices,
) -> np.uint64:
    """Hand what arrived at ``u`` to those after it; ``reached`` gains whoever had nothing fresh before."""
    for k in range(out_offsets[u], out_offsets[u + _ONE]):
        w = out_indices[k]
        before = fresh[w, 0] | fresh[w, 1] | fresh[w, 2] | fresh[w, 3]
        after = before
        for word in range(_FOUR):
            fresh[w, word] |= front[u, word] & ~seen[w, word]
            after |= fresh[w, word]
        if after and not before:
            reached[count] = w
            count += _ONE
    return count


@jit
def push_levels(
    frontier: Indices,
    most: int,
    depth: int,
    out_offsets: Offsets,
    out_indices: Indices,
    front: Words,
    seen: Words,
    fresh: Words,
    sums: Float64s,
    squares: Float64s,
) -> tuple[Indices, int]:
    """Levels for as long as the frontier holds at least one account and at most so many.

    ``fresh`` holds nothing, before and after. Returns the frontier where that ends, and its depth.
    """
    reached = np.empty(sums.size, np.uint32)
    steps = np.uint64(depth)
    while 0 < frontier.size <= most:
        steps += _ONE
        count = _ZERO
        for u in frontier:
            count = _tell(np.uint64(u), count, out_offsets, out_indices, front, seen, fresh, reached)
        for u in frontier:
            front[u] = _ZERO
        frontier = reached[:count].copy()
        for w in frontier:
            _arrive(np.uint64(w), steps, fresh, seen, sums, squares)
            front[w] = fresh[w]
            fresh[w] = _ZERO
    return frontier, int(np.int64(steps))
