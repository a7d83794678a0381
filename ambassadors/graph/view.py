"""A graph of ours as networkx sees it: a ``DiGraph`` that reads the arrays and copies nothing until it is changed."""

from __future__ import annotations

import functools
from bisect import bisect_left
from collections.abc import Callable, ItemsView, Iterator, Mapping, ValuesView
from functools import cached_property
from itertools import repeat
from typing import TYPE_CHECKING, Any, TypeVar

import networkx as nx
import numpy as np
import polars as pl

from ambassadors.errors import SourceError
from ambassadors.graph.csr import Graph

Data = dict[str, Any]
Value = TypeVar("Value")

if TYPE_CHECKING:
    _DiGraph = nx.DiGraph[str]
else:
    _DiGraph = nx.DiGraph


class Shared:
    """What the mappings of one view share: the labels, and each dictionary that was handed out.

    networkx lets anyone write into ``G[u][v]`` and ``G.nodes[n]``, so a dictionary once handed out is kept, and is the
    same one seen from the source, from the target, and after the graph becomes an ordinary one.
    """

    def __init__(self, graph: Graph, attributes: pl.DataFrame | None) -> None:
        self.graph = graph
        self.attributes = None if attributes is None else _aligned(attributes, graph.accounts)
        self.edges: dict[int, Data] = {}
        self.nodes: dict[int, Data] = {}

    def __getstate__(self) -> Data:
        """Leave out what can be made again; most of it cannot be pickled anyway."""
        return {name: vars(self)[name] for name in ("graph", "attributes", "edges", "nodes")}

    @cached_property
    def labels(self) -> list[str]:
        """The accounts as Python texts."""
        return self.graph.accounts.to_list()

    @cached_property
    def number_of(self) -> dict[str, int]:
        """The place of each account in the arrays."""
        return {label: number for number, label in enumerate(self.labels)}

    @cached_property
    def out_places(self) -> memoryview:
        """For each edge by target, its place among the edges by source."""
        return np.argsort(self.graph.out.indices, kind="stable").data

    @cached_property
    def weights(self) -> memoryview:
        """The weight of each edge by source; a memoryview gives Python floats, and faster than an array does."""
        return self.graph.out.weights.data

    def edge(self, place: int) -> Data:
        """The data of the edge at a place among the edges by source."""
        if place not in self.edges:
            self.edges[place] = {"weight": self.weights[place]}
        return self.edges[place]

    def node(self, number: int) -> Data:
        """The attributes of an account."""
        if number not in self.nodes:
            self.nodes[number] = {} if self.attributes is None else _not_null(self.attributes.row(number, named=True))
        return self.nodes[number]


class Lookup(Mapping[str, Value]):
    """A read-only mapping by account that says what it holds as pairs, once, for every way of walking through it."""

    __slots__ = ()

    def pairs(self) -> Iterator[tuple[str, Value]]:
        """Every key and value, in order, without a look-up for each."""
        raise NotImplementedError

    def items(self) -> ItemsView[str, Value]:
        """As of a dict."""
        return _Items(self)

    def values(self) -> ValuesView[Value]:
        """As of a dict."""
        return _Values(self)

    def copy(self) -> dict[str, Value]:
        """As of a dict: one level deep."""
        return dict(self.pairs())

    def __repr__(self) -> str:
        return repr(self.copy())


class _Items(ItemsView[str, Value]):
    _mapping: Lookup[Value]

    def __iter__(self) -> Iterator[tuple[str, Value]]:
        return self._mapping.pairs()


class _Values(ValuesView[Value]):
    _mapping: Lookup[Value]

    def __iter__(self) -> Iterator[Value]:
        return (value for _, value in self._mapping.pairs())


class Row(Lookup[Data]):
    """The ties of one account in one direction: neighbour -> edge data."""

    __slots__ = ("_begin", "_end", "_side")

    def __init__(self, side: Adjacency, begin: int, end: int) -> None:
        self._side = side
        self._begin = begin
        self._end = end

    def _place(self, neighbour: object) -> int:
        """Where the tie stands in the arrays, or -1; the row is sorted, so by halving."""
        side = self._side
        number = side.shared.number_of.get(neighbour, -1)  # type: ignore[call-overload]  # any hashable may be asked for
        place = bisect_left(side.indices, number, self._begin, self._end)
        return place if place < self._end and side.indices[place] == number else -1

    def __contains__(self, neighbour: object) -> bool:
        return self._place(neighbour) >= 0

    def __getitem__(self, neighbour: str) -> Data:
        place = self._place(neighbour)
        if place < 0:
            raise KeyError(neighbour)
        return self._side.edge(place)

    def __len__(self) -> int:
        return self._end - self._begin

    def __iter__(self) -> Iterator[str]:
        labels = self._side.shared.labels
        return (labels[number] for number in self._side.indices[self._begin : self._end])

    def pairs(self) -> Iterator[tuple[str, Data]]:
        """Every neighbour and its edge data."""
        return zip(self, map(self._side.edge, range(self._begin, self._end)), strict=True)


class _ByAccount(Lookup[Value]):
    """A mapping that has every account of the graph as a key."""

    __slots__ = ("shared",)

    def __init__(self, shared: Shared) -> None:
        self.shared = shared

    def __contains__(self, account: object) -> bool:
        return account in self.shared.number_of

    def __len__(self) -> int:
        return len(self.shared.graph.accounts)

    def __iter__(self) -> Iterator[str]:
        return iter(self.shared.labels)


class Adjacency(_ByAccount[Row]):
    """The rows of all accounts in one direction: account -> neighbour -> edge data."""

    __slots__ = ("indices", "inward", "offsets")

    def __init__(self, shared: Shared, inward: bool) -> None:
        super().__init__(shared)
        rows = shared.graph.into if inward else shared.graph.out
        self.inward = inward
        self.offsets = rows.offsets.data
        self.indices = rows.indices.data

    def __reduce__(self) -> tuple[type[Adjacency], tuple[Shared, bool]]:
        return Adjacency, (self.shared, self.inward)  # memoryviews cannot be pickled

    def edge(self, place: int) -> Data:
        """The data of the edge at a place of this direction's arrays."""
        return self.shared.edge(self.shared.out_places[place] if self.inward else place)

    def __getitem__(self, account: str) -> Row:
        number = self.shared.number_of[account]
        return Row(self, self.offsets[number], self.offsets[number + 1])

    def pairs(self) -> Iterator[tuple[str, Row]]:
        """Every account and its row."""
        return zip(self, map(Row, repeat(self), self.offsets, self.offsets[1:]), strict=False)


class Nodes(_ByAccount[Data]):
    """The accounts and their attributes: account -> node data."""

    __slots__ = ()

    def __getitem__(self, account: str) -> Data:
        return self.shared.node(self.shared.number_of[account])

    def pairs(self) -> Iterator[tuple[str, Data]]:
        """Every account and its node data."""
        return zip(self, map(self.shared.node, range(len(self))), strict=True)


def _changing(name: str) -> Callable[..., Any]:
    """The method of ``DiGraph`` with that name, on a graph that becomes an ordinary one first."""
    ordinary = getattr(nx.DiGraph, name)

    @functools.wraps(ordinary)
    def change(self: GraphView, *args: Any, **kwargs: Any) -> Any:
        self.materialise()
        return ordinary(self, *args, **kwargs)

    return change


class GraphView(_DiGraph):
    """A ``networkx.DiGraph`` over the arrays of a ``Graph``: any networkx function works on it.

    Nodes are account ids, in order; each edge has ``{"weight": float}``. Reading costs no copy: labels are listed at
    the first need, and edge data is made edge by edge as it is asked for. Whatever changes nodes or edges turns the
    view into an ordinary graph first, at an ordinary graph's cost in time and memory; the arrays never change. Views of
    the view taken before that (``G.adj``, a subgraph) go on showing the old state.

    ``GraphView()`` is an empty ordinary graph, as networkx expects of ``G.__class__()``; see ``over``.
    """

    if TYPE_CHECKING:
        _node: Any
        _adj: Any
        _pred: Any

    @classmethod
    def over(cls, graph: Graph, attributes: pl.DataFrame | None = None) -> GraphView:
        """A view of a graph, with node attributes from a frame with one row per account and a column ``account``.

        Rows of accounts that the graph does not hold are passed over; null values are no attributes.

        Raises ``SourceError`` when the frame has no column ``account``, or an account has two rows.
        """
        view = cls()
        shared = Shared(graph, attributes)
        view._node = Nodes(shared)
        view._adj = Adjacency(shared, inward=False)
        view._pred = Adjacency(shared, inward=True)
        return view

    def number_of_edges(self, u: str | None = None, v: str | None = None) -> int:
        """How many edges there are, in all (which is known without a walk over the rows) or from ``u`` to ``v``."""
        if u is None and isinstance(self._adj, Adjacency):
            return self._adj.shared.graph.number_of_edges()
        return super().number_of_edges(u, v)

    def materialise(self) -> None:
        """Become an ordinary graph of dictionaries, the ones handed out before among them, with all written there."""
        if not isinstance(self._adj, Adjacency):
            return
        node, successors, predecessors = self._node, self._adj, self._pred
        self._node = node.copy()
        self._adj = {account: row.copy() for account, row in successors.items()}
        self._pred = {account: row.copy() for account, row in predecessors.items()}

    # What else changes a graph (update, add_weighted_edges_from, relabelling in place) does so by these.
    add_node = _changing("add_node")
    add_nodes_from = _changing("add_nodes_from")
    remove_node = _changing("remove_node")
    remove_nodes_from = _changing("remove_nodes_from")
    add_edge = _changing("add_edge")
    add_edges_from = _changing("add_edges_from")
    remove_edge = _changing("remove_edge")
    remove_edges_from = _changing("remove_edges_from")
    clear = _changing("clear")
    clear_edges = _changing("clear_edges")


def _aligned(attributes: pl.DataFrame, accounts: pl.Series) -> pl.DataFrame:
    """The attributes in the order of the accounts, all null where there is no row."""
    if "account" not in attributes.columns:
        raise SourceError("attributes", "no column 'account'.", f"The columns are {', '.join(attributes.columns)}.")
    given = attributes["account"]
    if given.is_duplicated().any():
        twice = given.filter(given.is_duplicated())[0]
        raise SourceError("attributes", f"{twice!r} has more than one row.", "Keep one row per account.")
    order = accounts.alias("account").to_frame()
    return order.join(attributes, on="account", how="left", maintain_order="left").drop("account")


def _not_null(row: Data) -> Data:
    return {name: value for name, value in row.items() if value is not None}
