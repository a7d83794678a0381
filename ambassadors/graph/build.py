"""Rows of both directions from rows of a table: ids become numbers, and ties are put in order.

Few rows are sorted with numpy, which needs no compiled code; many are counted into place. Both give the same.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import partial

import numpy as np
import polars as pl

from ambassadors.graph.csr import Csr, Indices, Offsets, Weights
from ambassadors.graph.edges import Table, blocks_of, checked_accounts, checked_edges
from ambassadors.graph.ids import Ids, number_ids
from ambassadors.graph.threads import ahead, side_by_side, spans, threads

Arrays = tuple[Offsets, Indices, Weights]

_NO_TIE = np.empty(0, np.uint32), np.empty(0, np.uint32), np.empty(0, np.float32)
_FEW = 250_000  # below this many rows, loading numba costs more than it saves
_MANY = 1 << 25


@dataclass
class Ties:
    """Edges as numbers, gathered block by block: source, target and weight, 12 bytes an edge.

    Where the same ties come again and again, they are merged now and then: what is in memory grows with the different
    ties and not with the rows. ``merged`` is how many rows became part of another by that.
    """

    blocks: list[tuple[Indices, Indices, Weights]] = field(default_factory=list)
    self_loops: int = 0
    merged: int = 0
    most: int = field(default_factory=lambda: _MANY)

    def __len__(self) -> int:
        return sum(len(source) for source, _, _ in self.blocks)

    def add(self, source: Indices, target: Indices, weight: Weights) -> None:
        """Take a block of edges, but for those from an account to itself."""
        ties = source != target
        loops = len(ties) - int(np.count_nonzero(ties))
        self.self_loops += loops
        if loops:
            source, target, weight = source[ties], target[ties], weight[ties]
        weight.flags.writeable = False  # as polars gives it: loops are compiled for one kind of array
        self.blocks.append((source, target, weight))

    def merge_if_many(self, accounts: int) -> None:
        """Merge what is the same, once twice as many ties have gathered as were left the last time."""
        before = len(self)
        if before <= self.most:
            return
        out = Csr(*_merged(_transposed(_scattered(self, accounts))))
        self.blocks = [(out.sources, out.indices, out.weights)]
        self.merged += before - len(self)
        self.most = max(_MANY, 2 * len(self))

    def renumber(self, rank: Indices) -> None:
        """Give every account its new number."""
        for at, (source, target, weight) in enumerate(self.blocks):
            self.blocks[at] = (rank[source], rank[target], weight)


def numbered(edges: Table, accounts: pl.Series | None) -> tuple[Ids | None, pl.Series, Ties]:
    """The accounts of all rows, sorted, and the rows as ties between their numbers; the table that numbered many."""
    if isinstance(edges, pl.DataFrame) and len(edges) < _FEW:
        return None, *_few_numbered(checked_edges(edges), checked_accounts(accounts))
    ids, ties, seen = Ids(), Ties(), 0
    blocks = ahead(blocks_of(edges))
    ids.add(checked_accounts(accounts))  # numba is loaded here, while the first block is read
    for block in blocks:
        rows = checked_edges(block, seen)
        ties.add(ids.add(rows["source"]), ids.add(rows["target"]), rows["weight"].to_numpy())
        ties.merge_if_many(len(ids))
        seen += len(rows)
    ties.renumber(ids.sort())
    return ids, ids.texts(), ties


def _few_numbered(rows: pl.DataFrame, accounts: pl.Series) -> tuple[pl.Series, Ties]:
    names, (source, target, _) = number_ids([rows["source"], rows["target"], accounts])
    ties = Ties()
    ties.add(source, target, rows["weight"].to_numpy())
    return names, ties


def rows_of(ties: Ties, accounts: int) -> tuple[Csr, Csr]:
    """Those ties by source and by target; the same tie twice becomes one with the sum of the weights.

    The ties are used up: each block is let go once it is in place.
    """
    if len(ties) < _FEW:
        return _sorted_rows(ties, accounts)
    by_target = _scattered(ties, accounts)
    out = _merged(_transposed(by_target))
    into = _transposed(out, by_target)
    return Csr(*out), Csr(*into)


def _sorted_rows(ties: Ties, accounts: int) -> tuple[Csr, Csr]:
    """The same by comparing; merged ties are added from the lightest on, as a sum depends on its order."""
    source, target, weight = (np.concatenate(arrays) for arrays in zip(_NO_TIE, *ties.blocks, strict=True))
    order = np.lexsort((weight, target, source))
    source, target, weight = source[order], target[order], weight[order]
    first = np.flatnonzero(np.append(True, (np.diff(source) != 0) | (np.diff(target) != 0))[: len(source)])
    if first.size < len(source):
        with np.errstate(over="ignore"):  # refused by name later
            weight = np.add.reduceat(weight, first, dtype=np.float64).astype(np.float32)
        source, target = source[first], target[first]
    back = np.lexsort((source, target))
    ends = (np.bincount(rows, minlength=accounts).astype(np.uint32) for rows in (source, target))
    out, into = map(_offsets, ends)
    return Csr(out, target, weight), Csr(into, source[back], weight[back])


def _scattered(ties: Ties, accounts: int) -> Arrays:
    """The edges in rows by target, each row in the order of the edges."""
    from ambassadors.graph.compiled.build import count, scatter

    degree = np.zeros(accounts, np.uint32)
    for _, target, _ in ties.blocks:
        count(target, degree)
    offsets = _offsets(degree)
    free = offsets[:-1].copy()
    indices, weights = _room(int(offsets[-1]))
    runs = spans(offsets, threads())
    while ties.blocks:
        source, target, weight = ties.blocks.pop(0)
        side_by_side(partial(scatter, target, source, weight, free, indices, weights), runs)
    return offsets, indices, weights


def _transposed(rows: Arrays, room: Arrays | None = None) -> Arrays:
    """The same ties from the other end, each row sorted; written over arrays that nobody needs any more."""
    from ambassadors.graph.compiled.build import count, transpose

    degree = np.zeros(len(rows[0]) - 1, np.uint32)
    count(rows[1], degree)
    offsets = _offsets(degree)
    reusable = room is not None and len(room[1]) == len(rows[1])
    indices, weights = room[1:] if room is not None and reusable else _room(len(rows[1]))
    fill = partial(transpose, *rows, offsets[:-1].copy(), indices, weights)
    side_by_side(fill, spans(offsets, threads()))
    return offsets, indices, weights


def _merged(rows: Arrays) -> Arrays:
    """Sorted rows in which nobody stands twice."""
    from ambassadors.graph.compiled.build import merge, repeats

    offsets, indices, weights = rows
    if not repeats(offsets, indices):
        return rows
    ends = np.zeros_like(offsets)
    kept = int(merge(offsets, indices, weights, ends))
    return ends, indices[:kept].copy(), weights[:kept].copy()


def _offsets(degree: Indices) -> Offsets:
    offsets = np.zeros(len(degree) + 1, np.uint64)
    np.cumsum(degree, out=offsets[1:], dtype=np.uint64)
    return offsets


def _room(edges: int) -> tuple[Indices, Weights]:
    return np.empty(edges, np.uint32), np.empty(edges, np.float32)
