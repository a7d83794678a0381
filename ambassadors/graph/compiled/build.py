"""From numbered edges to sorted rows, by counting and not by comparing.

Every thread goes through all edges and takes those whose row lies in its run of rows: nobody waits for anybody, and
each row is filled in the order of the edges however many threads there are.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from ambassadors.graph.compiled.jit import jit
from ambassadors.graph.csr import Indices, Offsets, Weights

_ONE = np.uint64(1)
_ONE_TIE = np.uint32(1)


@jit
def count(rows: Indices, degree: Indices) -> None:
    """Add the edges of each row to its degree."""
    for i in range(np.uint64(rows.size)):
        degree[rows[i]] += _ONE_TIE


@jit
def scatter(
    rows: Indices,
    columns: Indices,
    weights: Weights,
    free: Offsets,
    indices: Indices,
    placed: Weights,
    run: tuple[int, int],
) -> None:
    """Put the edges of a run of rows into their places; ``free`` has the next free place of each row."""
    first, width = np.uint32(run[0]), np.uint32(run[1] - run[0])
    for i in range(np.uint64(rows.size)):
        row = rows[i]
        if np.uint32(row - first) < width:
            at = free[row]
            indices[at] = columns[i]
            placed[at] = weights[i]
            free[row] = at + _ONE


@jit
def transpose(
    offsets: Offsets,
    columns: Indices,
    weights: Weights,
    free: Offsets,
    indices: Indices,
    placed: Weights,
    run: tuple[int, int],
) -> None:
    """The same from rows: the edges that lead to a run of rows; each new row comes out sorted."""
    first, width = np.uint32(run[0]), np.uint32(run[1] - run[0])
    for row in range(np.uint64(offsets.size) - _ONE):
        for k in range(offsets[row], offsets[row + _ONE]):
            column = columns[k]
            if np.uint32(column - first) < width:
                at = free[column]
                indices[at] = np.uint32(row)
                placed[at] = weights[k]
                free[column] = at + _ONE


@jit
def repeats(offsets: Offsets, indices: Indices) -> Any:
    """How many edges of sorted rows are the same as the one before."""
    found = np.uint64(0)
    for row in range(np.uint64(offsets.size) - _ONE):
        for k in range(offsets[row] + _ONE, offsets[row + _ONE]):
            if indices[k] == indices[k - _ONE]:
                found += _ONE
    return found


@jit
def _sum(weights: Weights) -> Any:
    total = 0.0
    for weight in np.sort(weights):
        total += weight
    return np.float32(total)


@jit
def merge(offsets: Offsets, indices: Indices, weights: Weights, merged: Offsets) -> Any:
    """Make one edge of equal ones, in place, with the sum of their weights; returns how many edges are left.

    The weights are added from the lightest on and in float64, so that the sum does not hang on the order of the edges.
    """
    kept = np.uint64(0)
    for row in range(np.uint64(offsets.size) - _ONE):
        k, end = offsets[row], offsets[row + _ONE]
        while k < end:
            after = k + _ONE
            while after < end and indices[after] == indices[k]:
                after += _ONE
            indices[kept] = indices[k]
            weights[kept] = weights[k] if after - k == _ONE else _sum(weights[k:after])
            kept += _ONE
            k = after
        merged[row + _ONE] = kept
    return kept
