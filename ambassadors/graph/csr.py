"""Who is tied to whom: account ids and, from each and to each, its rows of ties.

Compressed sparse rows: the ties of account ``v`` are the slice ``offsets[v]:offsets[v + 1]`` of ``indices`` (the other
end of each) and ``weights``, sorted by the other end. The same ties are kept twice, by source and by target, because
half of all questions ask who reaches an account, and the other half whom it reaches.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from typing import TYPE_CHECKING

import numpy as np
import numpy.typing as npt
import polars as pl

from ambassadors.errors import SourceError
from ambassadors.graph.ids import Ids, places_of

if TYPE_CHECKING:
    from ambassadors.graph.build import Ties
    from ambassadors.graph.edges import Table
    from ambassadors.graph.view import GraphView

Offsets = npt.NDArray[np.uint64]
Indices = npt.NDArray[np.uint32]
Weights = npt.NDArray[np.float32]

_MOST_ACCOUNTS = 2**32 - 1  # indices are uint32


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

    @property
    def sources(self) -> Indices:
        """For each tie, whose row it stands in."""
        lengths = (self.offsets[1:] - self.offsets[:-1]).astype(np.int64)
        return np.repeat(np.arange(len(lengths), dtype=np.uint32), lengths)


@dataclass(frozen=True, eq=False, repr=False)
class Graph:
    """Accounts and their weighted ties, ready for the kernels; ``self_loops`` and ``merged`` tell what became of rows.

    ``len(rows) == graph.number_of_edges() + graph.self_loops + graph.merged``: nothing is dropped without a count.

    >>> graph = Graph.from_edges(pl.DataFrame({"source": ["x:a", "x:b", "x:a"], "target": ["x:b", "x:b", "x:b"]}))
    >>> graph.number_of_edges(), graph.self_loops, graph.merged
    (1, 1, 1)
    """

    accounts: pl.Series
    out: Csr
    into: Csr
    self_loops: int
    merged: int
    known: Ids | None = None

    @classmethod
    def from_edges(cls, edges: Table, accounts: pl.Series | None = None) -> Graph:
        """Build a graph from rows of source, target and, if the column is there, weight (else each row weighs 1).

        The rows may come in one frame, in a lazy one, or block by block from files larger than memory: a row that is a
        new tie takes 12 bytes, one that is not takes none in the long run, and in the end an edge takes 16 (its other
        end and its weight, in both directions). An account takes about 100 bytes and its id.

        Weights are stored as float32, so one below 1e-45 is stored as 0. Rows of the same source and target become one
        edge with the sum of their weights, taken in float64. Rows from an account to itself are left out. Accounts that
        stand in no row keep their place as isolated ones. The answer does not depend on the order of the rows.

        Raises ``SourceError`` when a column is missing or not text, an id is null, or a weight is null, NaN, infinite
        or negative; the message names the first such row. So it does for 2**31 rows or more.

        >>> rows = pl.DataFrame({"source": ["x:b", "x:b", "x:a"], "target": ["x:a", "x:a", "x:a"]})
        >>> graph = Graph.from_edges(rows, accounts=pl.Series(["x:alone"]))
        >>> graph
        Graph(3 accounts, 1 edges; 1 self-loops left out, 1 rows merged)
        >>> graph.accounts.to_list(), graph.out.offsets.tolist(), graph.out.weights.tolist()
        (['x:a', 'x:alone', 'x:b'], [0, 0, 0, 1], [2.0])
        >>> Graph.from_edges(rows[k : k + 1] for k in range(3))
        Graph(2 accounts, 1 edges; 1 self-loops left out, 1 rows merged)
        """
        from ambassadors.graph.build import numbered

        ids, names, ties = numbered(edges, accounts)
        return cls._of(ties, names, ids)

    @classmethod
    def from_numbers(cls, accounts: pl.Series, source: Indices, target: Indices, weight: pl.Series) -> Graph:
        """Build the same from ids that are numbered already: places in ``accounts``, which are sorted.

        Tables that share their accounts are numbered once for all of their graphs; see ``number_ids``.

        Raises ``ValueError`` for a number that is no account's, and ``SourceError`` for weights as ``from_edges`` does.

        >>> from ambassadors.graph.ids import number_ids
        >>> names, (source, target) = number_ids([pl.Series(["x:b", "x:b"]), pl.Series(["x:a", "x:a"])])
        >>> Graph.from_numbers(names, source, target, pl.Series([1.0, 0.5])).out.weights.tolist()
        [1.5]
        """
        from ambassadors.graph.build import Ties
        from ambassadors.graph.edges import checked_weights

        for numbers in (source, target):
            if numbers.size and numbers.max() >= len(accounts):
                raise ValueError(f"there is no account number {numbers.max():,} among {len(accounts):,}.")
        ties = Ties()
        ties.add(source, target, checked_weights("edges", weight).cast(pl.Float32).to_numpy())
        return cls._of(ties, accounts)

    @classmethod
    def _of(cls, ties: Ties, names: pl.Series, ids: Ids | None = None) -> Graph:
        from ambassadors.graph.build import rows_of

        check_size(len(names))
        rows, loops, merged = len(ties), ties.self_loops, ties.merged
        out, into = rows_of(ties, len(names))
        _refuse_too_heavy(out, names)
        return cls(names, out, into, self_loops=loops, merged=merged + rows - len(out.indices), known=ids)

    def __repr__(self) -> str:
        size = f"{self.number_of_nodes():,} accounts, {self.number_of_edges():,} edges"
        return f"Graph({size}; {self.self_loops:,} self-loops left out, {self.merged:,} rows merged)"

    @cached_property
    def ids(self) -> Ids:
        """The accounts as a table to look up whole columns of ids in; they are numbered as in ``accounts``."""
        return self.known or Ids.of(self.accounts)

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
        from ambassadors.graph.build import Ties, rows_of

        heads, tails, weights = self.out.sources, self.out.indices, self.out.weights
        both, _ = rows_of(Ties([(heads, tails, weights), (tails, heads, weights)]), self.number_of_nodes())
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


def _refuse_too_heavy(out: Csr, ids: pl.Series) -> None:
    too_heavy = np.flatnonzero(np.isinf(out.weights))
    if too_heavy.size:
        at = too_heavy[0]
        source, target = ids[int(out.sources[at])], ids[int(out.indices[at])]
        raise SourceError(
            "edges",
            f"{source!r} -> {target!r} weighs more than {np.finfo(np.float32).max:g} in all.",
            "That is the most that an edge can weigh: divide all weights by the same number.",
        )
