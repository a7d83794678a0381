"""Brandes's two sweeps from 16 sources at once: shortest paths on the way out, dependencies on the way back.

Each account has a row of 16 lanes, one a source, so that one look at a tie serves several sources; sixteen float64s are
two lines of a processor's cache. A level is a list of accounts, each with the set of lanes (bits) that arrive there.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import cast

import numpy as np
import numpy.typing as npt
from numba.cpython.unsafe import numbers

from ambassadors.graph.compiled.jit import jit
from ambassadors.graph.csr import Indices, Offsets

Lanes = npt.NDArray[np.uint16]
Float64s = npt.NDArray[np.float64]

# the place of the lowest bit that is set: one instruction
trailing_zeros = cast(Callable[[np.uint64], np.uint64], numbers.trailing_zeros)

_ZERO, _ONE, _LANES, _ALL = (np.uint64(number) for number in (0, 1, 16, 0xFFFF))


@jit
def _add(row: np.uint64, lanes: np.uint64, rows: Float64s, total: Float64s) -> None:
    """Add these lanes of a row to the total."""
    while lanes:
        lane = trailing_zeros(lanes)
        total[lane] += rows[row, lane]
        lanes &= lanes - _ONE


@jit
def _move(row: np.uint64, lanes: np.uint64, total: Float64s, rows: Float64s) -> None:
    """Move these lanes of the total into a row, and leave 0."""
    while lanes:
        lane = trailing_zeros(lanes)
        rows[row, lane] = total[lane]
        total[lane] = 0.0
        lanes &= lanes - _ONE


@jit
def pull_level(
    begin: int,
    end: int,
    in_offsets: Offsets,
    in_indices: Indices,
    front: Lanes,
    seen: Lanes,
    fresh: Lanes,
    paths: Float64s,
    reached: Indices,
) -> int:
    """One level outwards for the accounts of a span: each adds up the paths to those before it.

    ``front`` holds the lanes that arrived one level ago. The accounts where some arrive now stand in ``reached`` from
    ``begin`` on, the lanes in ``fresh``; how many accounts is returned.
    """
    count = np.uint64(begin)
    total = np.zeros(_LANES)
    for v in range(np.uint64(begin), np.uint64(end)):
        want, got = _ALL & ~np.uint64(seen[v]), _ZERO
        if want:
            for k in range(in_offsets[v], in_offsets[v + _ONE]):
                lanes = want & front[in_indices[k]]
                got |= lanes
                _add(np.uint64(in_indices[k]), lanes, paths, total)
        if got:
            _move(np.uint64(v), got, total, paths)
            fresh[v] = got
            seen[v] |= got
            reached[count] = v
            count += _ONE
    return int(count - np.uint64(begin))


@jit
def _hand_on(u: np.uint64, w: np.uint64, lanes: np.uint64, before: np.uint64, paths: Float64s) -> None:
    """Every path to ``u`` goes on to ``w``, which some of the lanes have reached another way ``before``."""
    while lanes:
        lane = trailing_zeros(lanes)
        known = paths[w, lane] if (before >> lane) & _ONE else 0.0
        paths[w, lane] = known + paths[u, lane]
        lanes &= lanes - _ONE


@jit
def _push(
    u: np.uint64,
    lanes: np.uint64,
    last: np.uint64,
    out_offsets: Offsets,
    out_indices: Indices,
    seen: Lanes,
    fresh: Lanes,
    paths: Float64s,
    nodes: Indices,
) -> np.uint64:
    """Hand these lanes of ``u`` to those after it; whoever had nothing fresh before joins the nodes at their end."""
    for k in range(out_offsets[u], out_offsets[u + _ONE]):
        w = np.uint64(out_indices[k])
        arriving, before = lanes & ~np.uint64(seen[w]), np.uint64(fresh[w])
        if arriving:
            _hand_on(u, w, arriving, before, paths)
            fresh[w] = before | arriving
            if not before:
                nodes[last] = w
                last += _ONE
    return last


@jit
def push_levels(
    level: int,
    most: int,
    out_offsets: Offsets,
    out_indices: Indices,
    seen: Lanes,
    fresh: Lanes,
    paths: Float64s,
    nodes: Indices,
    masks: Lanes,
    ends: Offsets,
) -> int:
    """Levels outwards for as long as the newest holds at least one account and at most so many; returns the newest.

    Level d is ``nodes[ends[d]:ends[d + 1]]``, with its lanes in ``masks``. ``fresh`` holds nothing, before and after.
    """
    at = np.uint64(level)
    while 0 < ends[at + _ONE] - ends[at] <= np.uint64(most):
        first = last = ends[at + _ONE]
        for i in range(ends[at], first):
            u, lanes = np.uint64(nodes[i]), np.uint64(masks[i])
            last = _push(u, lanes, last, out_offsets, out_indices, seen, fresh, paths, nodes)
        for i in range(first, last):
            w = nodes[i]
            masks[i] = fresh[w]
            seen[w] |= fresh[w]
            fresh[w] = 0
        at += _ONE
        ends[at + _ONE] = last
    return int(np.int64(at))


@jit
def gather(
    begin: int | np.int64,
    end: int | np.int64,
    depth: int | np.int64,
    by_distance: bool,
    out_offsets: Offsets,
    out_indices: Indices,
    beyond: Lanes,
    paths: Float64s,
    nodes: Indices,
    masks: Lanes,
    sums: Float64s,
    squares: Float64s,
) -> None:
    """A part of a level on the way back: what each account's sources depend on it, from those one level beyond.

    With p paths to an account and a dependency of b, its lane of ``paths`` becomes (1 + b) / p: what each path that
    leads to it is worth. The count itself is not needed again. By distance, a path from s to t counts d(s, v) / d(s, t)
    for an account v on it: 1 / d(s, t) is what goes back, and it counts d(s, v) times.
    """
    distance = float(depth) if by_distance else 1.0
    worth = np.zeros(_LANES)
    for i in range(np.uint64(begin), np.uint64(end)):
        v, mine = np.uint64(nodes[i]), np.uint64(masks[i])
        for k in range(out_offsets[v], out_offsets[v + _ONE]):
            _add(np.uint64(out_indices[k]), mine & beyond[out_indices[k]], paths, worth)
        sum_, square = 0.0, 0.0
        while mine:
            lane = trailing_zeros(mine)
            dependency = worth[lane] * paths[v, lane]
            worth[lane] = 0.0
            paths[v, lane] = (1.0 / distance + dependency) / paths[v, lane]
            sum_ += distance * dependency
            square += (distance * dependency) ** 2
            mine &= mine - _ONE
        sums[v] += sum_
        squares[v] += square


@jit
def gather_levels(
    level: int,
    by_distance: bool,
    most: int,
    out_offsets: Offsets,
    out_indices: Indices,
    beyond: Lanes,
    paths: Float64s,
    nodes: Indices,
    masks: Lanes,
    ends: Offsets,
    sums: Float64s,
    squares: Float64s,
) -> int:
    """Levels on the way back, down to level 1, for as long as they hold at most so many; returns the one to do next.

    ``beyond`` holds the lanes of the level beyond it.
    """
    at = np.uint64(level)
    while at > _ZERO and ends[at + _ONE] - ends[at] <= np.uint64(most):
        begin, end, depth = np.int64(ends[at]), np.int64(ends[at + _ONE]), np.int64(at)
        gather(begin, end, depth, by_distance, out_offsets, out_indices, beyond, paths, nodes, masks, sums, squares)
        for i in range(ends[at + _ONE], ends[at + _ONE + _ONE]):
            beyond[nodes[i]] = 0
        for i in range(ends[at], ends[at + _ONE]):
            beyond[nodes[i]] = masks[i]
        at -= _ONE
    return int(np.int64(at))
