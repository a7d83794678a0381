"""Who is tied to whom: account ids and, from each and to each, its rows of ties.

Compressed sparse rows: the ties of account ``v`` are the slice ``offsets[v]:offsets[v + 1]`` of ``indices`` (the other
end of each) and ``weights``, sorted by the other end. The same ties are kept twice, by source and by target, because
half of all questions ask who reaches an account, and the other half whom it reaches.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np
import numpy.typing as npt
import polars as pl

from ambassadors.errors import SourceError
from ambassadors.graph.edges import checked_accounts, checked_edges
from ambassadors.graph.ids import number_ids, places_of

if TYPE_CHECKING:
    from ambassadors.graph.view import GraphView

Offsets = npt.NDArray[np.uint64]
Indices = npt.NDArray[np.uint32]
Weights = npt.NDArray[np.float32]
Keys = npt.NDArray[np.uint64]

_MOST_ACCOUNTS = 2**32 - 1  # indices are uint32
_HALF = np.uint64(32)
_LOW = np.uint64(0xFFFFFFFF)


@dataclass(frozen=True, eq=False)
class Csr:
    """Rows of ties in one direction; the rows are sorted, and no account stands twice in a row.

    The arrays are read-only: two graphs and any number of views may share them.
    """

    offsets: Offsets
    indices: Indices
    weights: Weights

    def __post_init__(self) -> None:
        for name in ("offsets", "indices", "weights"):
            read_only = getattr(self, name).view()
            read_only.flags.writeable = False
            object.__setattr__(self, name, read_only)


@dataclass(frozen=True, eq=False, repr=False)
class Graph:
    """Accounts and their weighted ties, ready for the kernels; ``self_loops`` and ``merged`` tell what became of rows.

    ``len(rows) == graph.number_of_edges() + graph.self_loops + graph.merged``: nothing is dropped without a count.
    """

    accounts: pl.Series
    out: Csr
    into: Csr
    self_loops: int
    merged: int

    @classmethod
    def from_edges(cls, edges: pl.DataFrame, accounts: pl.Series | None = None) -> Graph:
        """Build a graph from rows of source, target and, if the column is there, weight (else each row weighs 1).

        Rows of the same source and target become one edge with the sum of their weights, taken in float64 and stored as
        float32: so a weight below 1e-45 is stored as 0. Rows from an account to itself are left out. Accounts that
        stand in no row keep their place as isolated ones. The answer does not depend on the order of the rows.

        Raises ``SourceError`` when a column is missing or not text, an id is null, or a weight is null, NaN, infinite
        or negative; the message names the first such row.

        >>> rows = pl.DataFrame({"source": ["x:b", "x:b", "x:a"], "target": ["x:a", "x:a", "x:a"]})
        >>> graph = Graph.from_edges(rows, accounts=pl.Series(["x:alone"]))
        >>> graph
        Graph(3 accounts, 1 edges; 1 self-loops left out, 1 rows merged)
        >>> graph.accounts.to_list(), graph.out.offsets.tolist(), graph.out.weights.tolist()
        (['x:a', 'x:alone', 'x:b'], [0, 0, 0, 1], [2.0])
        """
        rows = checked_edges(edges)
        ids, (source, target, _) = number_ids([rows["source"], rows["target"], checked_accounts(accounts)])
        check_size(len(ids))
        ties = source != target
        keys, sums = _merge(_keys(source, target)[ties], rows["weight"].to_numpy()[ties])
        weights = _stored(sums, keys, ids)
        return cls(
            accounts=ids,
            out=_rows(keys, weights, len(ids)),
            into=_rows(*_flipped(keys, weights), len(ids)),
            self_loops=len(rows) - int(ties.sum()),
            merged=int(ties.sum()) - len(keys),
        )

    def __repr__(self) -> str:
        size = f"{self.number_of_nodes():,} accounts, {self.number_of_edges():,} edges"
        return f"Graph({size}; {self.self_loops:,} self-loops left out, {self.merged:,} rows merged)"

    def number_of_nodes(self) -> int:
        """How many accounts the graph holds, isolated ones included."""
        return len(self.accounts)

    def number_of_edges(self) -> int:
        """How many directed edges it holds, parallel rows counting once."""
        return len(self.out.indices)

    def index_of(self, account: str) -> int:
        """The place of an account in ``accounts``, and so in every array that a kernel returns.

        Raises ``UnknownAccount`` when the graph does not hold it, and offers what is spelt most like it.
        """
        return int(self.indices_of([account])[0])

    def indices_of(self, accounts: Sequence[str]) -> Indices:
        """The places of many accounts at once, in their order; raises as ``index_of`` does."""
        return places_of(accounts, self.accounts)

    def reversed(self) -> Graph:
        """The same ties pointing the other way, sharing the arrays: who is followed becomes who reaches."""
        return replace(self, out=self.into, into=self.out)

    def symmetric(self) -> Graph:
        """A tie both ways wherever there is one either way, each with the sum of the weights of both directions.

        ``self_loops`` and ``merged`` stay those of the rows that the graph was made from.
        """
        one_way = _keys_of(self.out)
        both_ways = np.concatenate([one_way, _swapped(one_way)])
        keys, sums = _merge(both_ways, np.tile(self.out.weights.astype(np.float64), 2))
        both = _rows(keys, _stored(sums, keys, self.accounts), len(self.accounts))
        return replace(self, out=both, into=both)

    def nx(self, attributes: pl.DataFrame | None = None) -> GraphView:
        """The graph as a ``networkx.DiGraph`` without copying it, for every question that we have no kernel for.

        ``attributes`` holds a column ``account``; its other columns become node attributes where they are not null.

        >>> rows = pl.DataFrame({"source": ["x:a"], "target": ["x:b"], "weight": [2.5]})
        >>> people = pl.DataFrame({"account": ["x:b"], "name": ["Bo"]})
        >>> view = Graph.from_edges(rows).nx(people)
        >>> view["x:a"]["x:b"], view.nodes["x:b"]
        ({'weight': 2.5}, {'name': 'Bo'})
        """
        from ambassadors.graph.view import GraphView

        return GraphView.over(self, attributes)


def check_size(accounts: int) -> None:
    """Refuse more accounts than there are uint32 indices; edges may be more, their offsets are uint64."""
    if accounts > _MOST_ACCOUNTS:
        raise SourceError("edges", f"{accounts:,} accounts.", f"The most is {_MOST_ACCOUNTS:,}: split the data.")


def _keys(source: Indices, target: Indices) -> Keys:
    """One number an edge, ordered by source, then target."""
    return (source.astype(np.uint64) << _HALF) | target


def _swapped(keys: Keys) -> Keys:
    return (keys << _HALF) | (keys >> _HALF)


def _keys_of(rows: Csr) -> Keys:
    lengths = (rows.offsets[1:] - rows.offsets[:-1]).astype(np.int64)
    heads = np.repeat(np.arange(len(lengths), dtype=np.uint32), lengths)
    return _keys(heads, rows.indices)


def _merge(keys: Keys, weights: npt.NDArray[np.float64]) -> tuple[Keys, npt.NDArray[np.float64]]:
    """Distinct keys in order, each with its sum of weights; sorted by weight, too: a sum must not hang on row order."""
    frame = pl.DataFrame({"key": keys, "weight": weights}).sort("key", "weight")
    ordered = frame["key"].to_numpy()
    first = np.flatnonzero(np.diff(ordered, prepend=~ordered[:1]))
    if not first.size:
        return ordered, np.empty(0)
    return ordered[first], np.add.reduceat(frame["weight"].to_numpy(), first)


def _stored(weights: npt.NDArray[np.float64], keys: Keys, ids: pl.Series) -> Weights:
    too_heavy = np.flatnonzero(weights > np.finfo(np.float32).max)
    if too_heavy.size:
        at = too_heavy[0]
        source, target = ids[int(keys[at] >> _HALF)], ids[int(keys[at] & _LOW)]
        raise SourceError(
            "edges",
            f"{source!r} -> {target!r} weighs {weights[at]:g} in all.",
            "The most that an edge can weigh is 3.4e38: divide all weights by the same number.",
        )
    return weights.astype(np.float32)


def _rows(keys: Keys, weights: Weights, accounts: int) -> Csr:
    """Sorted, distinct keys as compressed rows."""
    offsets = np.zeros(accounts + 1, np.uint64)
    np.cumsum(np.bincount((keys >> _HALF).astype(np.int64), minlength=accounts), out=offsets[1:])
    return Csr(offsets, (keys & _LOW).astype(np.uint32), weights)


def _flipped(keys: Keys, weights: Weights) -> tuple[Keys, Weights]:
    """The same edges the other way round, in order again."""
    frame = pl.DataFrame({"key": _swapped(keys), "weight": weights}).sort("key")
    return frame["key"].to_numpy(), frame["weight"].to_numpy()
