"""Any networkx graph as the arrays that kernels take, and the names of its nodes beside them.

A view of ours gives its arrays back as they are; every other graph is copied once, row by row. Nodes may be anything
hashable and keep their order, so that answers come out as networkx would order them.
"""

from __future__ import annotations

from collections.abc import Hashable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property
from itertools import chain, repeat
from typing import TYPE_CHECKING, Any, ClassVar, cast

import networkx as nx
import numpy as np
import numpy.typing as npt
import polars as pl
from networkx.classes.coreviews import UnionAdjacency

from ambassadors.graph.csr import Csr, Graph, Indices, Offsets, Weights, check_size
from ambassadors.graph.view import Adjacency, GraphView, Shared

Float64s = npt.NDArray[np.float64]
Keys = npt.NDArray[np.uint64]  # one number a tie, ordered by source, then target
Row = Mapping[Any, Any]

if TYPE_CHECKING:
    AnyGraph = nx.Graph[Any]
else:
    AnyGraph = nx.Graph

_HALF = np.uint64(32)
_LOW = np.uint64(0xFFFFFFFF)


@dataclass(frozen=True, eq=False, repr=False)
class Converted:
    """A networkx graph as a ``Graph``, with its nodes in their order; an undirected tie stands in both directions.

    ``ties`` says who is tied to whom, self-loops included. In a multigraph its weights count the parallel edges, in
    any other graph they mean nothing. ``weighted`` has the same ties with the weights of an edge attribute, those of
    parallel edges added up.
    """

    __networkx_backend__: ClassVar[str] = "ambassadors"

    nodes: list[Any]
    directed: bool
    multigraph: bool
    ties: Graph
    weighted: Mapping[Hashable, Graph] = field(default_factory=dict)

    def __len__(self) -> int:
        return len(self.nodes)

    def is_directed(self) -> bool:
        """As of a networkx graph, whose decorators ask."""
        return self.directed

    def is_multigraph(self) -> bool:
        """As of a networkx graph, whose decorators ask."""
        return self.multigraph

    @cached_property
    def number_of(self) -> dict[Any, int]:
        """The place of each node in the arrays."""
        return {node: number for number, node in enumerate(self.nodes)}

    @cached_property
    def loops(self) -> Indices:
        """The places of the nodes that have a tie to themselves, in order."""
        heads = self.ties.out.sources
        places: Indices = heads[heads == self.ties.out.indices]
        return places

    @cached_property
    def without_loops(self) -> Graph:
        """The ties without those from a node to itself, for kernels that know none; as ``Graph.from_edges`` has it."""
        if not self.loops.size:
            return self.ties
        out = _without_loops(self.ties.out)
        into = _without_loops(self.ties.into) if self.directed else out
        return replace(self.ties, out=out, into=into, self_loops=len(self.loops))

    def weighing(self, attribute: Hashable | None) -> tuple[Graph, bool]:
        """The ties with the weights of an attribute, or of nothing but their number, and whether these differ from 1.

        Raises ``NotImplementedError`` when the graph was converted without that attribute.
        """
        if attribute is None:
            return self.ties, self.multigraph and _differ_from_one(self.ties)
        if attribute not in self.weighted:
            raise NotImplementedError(f"The edge attribute {attribute!r} was not converted.")
        graph = self.weighted[attribute]
        return graph, _differ_from_one(graph)


def from_networkx(graph: AnyGraph, attributes: Mapping[Hashable, Any] | None = None) -> Converted:
    """The arrays of a networkx graph, with the weights of some edge attributes: attribute -> what its absence means.

    A view of ours costs nothing: its ``Graph`` comes back itself, unless weights were written into its edges, which
    are then copied into new ones. Weights are float32 where that is exact for all of them, else float64, as networkx
    counts.

    Raises ``NotImplementedError``, which networkx takes as "ask another backend", when a weight is not a finite number
    of at least 0, or when the graph is of a class that makes up its neighbours.

    >>> converted = from_networkx(nx.Graph([("b", "a"), ("a", 7)]))
    >>> converted.nodes, converted.ties.out.offsets.tolist(), converted.ties.out.indices.tolist()
    (['b', 'a', 7], [0, 1, 3, 4], [1, 0, 2, 1])
    """
    wanted = attributes or {}
    rows = cast(Any, graph)._adj
    if isinstance(graph, GraphView) and isinstance(rows, Adjacency):
        return _unwrapped(rows, wanted)
    if isinstance(rows, UnionAdjacency) and not wanted:
        one_way = rows._succ  # type: ignore[attr-defined]  # not in its stubs
        if isinstance(one_way, Adjacency):
            return _both_ways(one_way.shared)
    return _copied(graph, wanted)


def to_networkx(converted: Converted) -> AnyGraph:
    """An ordinary graph with the nodes, ties and weights of a converted one.

    Raises ``NotImplementedError`` for a multigraph, whose parallel edges were added up.
    """
    if converted.multigraph:
        raise NotImplementedError("The parallel edges of a multigraph were added up: keep the original graph.")
    graph: AnyGraph = nx.DiGraph() if converted.directed else nx.Graph()
    graph.add_nodes_from(converted.nodes)
    graph.add_edges_from(_named_ties(converted, converted.ties.out))
    for attribute, weighted in converted.weighted.items():
        ties = zip(_named_ties(converted, weighted.out), weighted.out.weights.tolist(), strict=True)
        nx.set_edge_attributes(graph, dict(ties), cast(str, attribute))
    return graph


# A view of ours


def _unwrapped(rows: Adjacency, attributes: Mapping[Hashable, Any]) -> Converted:
    """The arrays under a view, whose rows lead inward if it is reversed."""
    shared = rows.shared
    weighted = {attribute: _weighed(shared, attribute, absent) for attribute, absent in attributes.items()}
    graph = shared.graph
    if rows.inward:
        graph, weighted = graph.reversed(), {attribute: each.reversed() for attribute, each in weighted.items()}
    return Converted(shared.labels, directed=True, multigraph=False, ties=graph, weighted=weighted)


def _weighed(shared: Shared, attribute: Hashable, absent: Any) -> Graph:
    """The graph itself if its weights are those asked for, else with what is written in the edges handed out."""
    graph = shared.graph
    stored = shared.weights if attribute == "weight" else _Always(absent)
    values = ((place, data.get(cast(str, attribute), absent)) for place, data in shared.edges.items())
    written = {place: value for place, value in values if value != stored[place]}
    if attribute == "weight" and not written:
        return graph
    if attribute == "weight":
        weights = graph.out.weights.astype(np.float64)
    else:
        weights = _numbers(repeat(absent), graph.number_of_edges())
    weights[list(written)] = _numbers(written.values(), len(written))
    exact = _stored(weights)
    back = exact[np.asarray(shared.out_places)]
    return replace(graph, out=replace(graph.out, weights=exact), into=replace(graph.into, weights=back))


class _Always:
    """The same value at every place."""

    def __init__(self, value: Any) -> None:
        self.value = value

    def __getitem__(self, place: int) -> Any:
        return self.value


def _both_ways(shared: Shared) -> Converted:
    """What ``view.to_undirected(as_view=True)`` shows."""
    return Converted(shared.labels, directed=False, multigraph=False, ties=shared.graph.symmetric())


# Any other graph


def _copied(graph: AnyGraph, attributes: Mapping[Hashable, Any]) -> Converted:
    if type(graph).__getitem__ is not nx.Graph.__getitem__ or type(graph).adjacency is not nx.Graph.adjacency:
        raise NotImplementedError(f"A {type(graph).__name__} makes up its neighbours, and its rows cannot be copied.")
    nodes, multigraph = list(graph), graph.is_multigraph()
    check_size(len(nodes))
    rows = [row if isinstance(row, dict) else dict(row) for row in _in_order(graph, nodes)]
    table = _Table.of(rows, nodes, graph.is_directed(), isinstance(cast(Any, graph)._adj, dict))
    weighted = {
        attribute: table.graph(_values(rows, multigraph, attribute, absent, len(table.keys)))
        for attribute, absent in attributes.items()
    }
    if multigraph or not weighted:
        ties = table.graph(_counts(rows, multigraph, len(table.keys)))
    else:
        ties = next(iter(weighted.values()))
    return Converted(nodes, graph.is_directed(), multigraph, ties, weighted)


def _in_order(graph: AnyGraph, nodes: list[Any]) -> Iterable[Row]:
    """The row of each node; those of an ordinary graph stand in the order of the nodes, those of a view may not."""
    return map(dict(graph.adjacency()).__getitem__, nodes)


@dataclass(frozen=True, eq=False)
class _Table:
    """The places of all ties in order, one number each, and where each stood in the rows that they come from."""

    offsets: Offsets
    keys: Keys
    order: npt.NDArray[np.int64]
    directed: bool
    ordinary: bool

    @classmethod
    def of(cls, rows: Sequence[Row], nodes: list[Any], directed: bool, ordinary: bool) -> _Table:
        offsets = np.zeros(len(rows) + 1, np.uint64)
        np.cumsum(np.fromiter(map(len, rows), np.uint64, len(rows)), out=offsets[1:])
        heads = np.repeat(np.arange(len(rows), dtype=np.uint64), np.diff(offsets).astype(np.int64))
        keys = (heads << _HALF) | np.fromiter(_numbered(rows, nodes), np.uint64, len(heads))
        order = keys.argsort(kind="stable")
        return cls(offsets, keys[order], order, directed, ordinary)

    def graph(self, weights: Float64s) -> Graph:
        """The ties with these weights, given in the order of the rows.

        Raises ``NotImplementedError`` when an undirected tie weighs more one way than the other, as it may in the
        undirected view of a directed graph.
        """
        kept = _stored(weights)[self.order]
        out = into = Csr(self.offsets, (self.keys & _LOW).astype(np.uint32), kept)
        if self.directed or not self.ordinary:
            into = _turned(self.keys, kept, len(self.offsets) - 1)
        if not self.directed and not np.array_equal(into.weights, kept):
            raise NotImplementedError("An undirected edge has one weight from here and another from there.")
        return Graph(_numbered_texts(len(self.offsets) - 1), out, into, self_loops=0, merged=0)


def _numbered(rows: Sequence[Row], nodes: list[Any]) -> Iterable[int]:
    """The number of each neighbour, row by row; nodes that are their own numbers need not be looked up."""
    neighbours = chain.from_iterable(rows)
    if nodes == list(range(len(nodes))):
        return neighbours
    return map({node: number for number, node in enumerate(nodes)}.__getitem__, neighbours)


def _values(rows: Iterable[Row], multigraph: bool, attribute: Hashable, absent: Any, count: int) -> Float64s:
    """The value of an attribute for each tie, row by row; parallel edges are added up."""
    cells = chain.from_iterable(row.values() for row in rows)
    if multigraph:
        return _numbers((sum(float(edge.get(attribute, absent)) for edge in cell.values()) for cell in cells), count)
    return _numbers((edge.get(attribute, absent) for edge in cells), count)


def _counts(rows: Iterable[Row], multigraph: bool, count: int) -> Float64s:
    """How many parallel edges each tie stands for."""
    if not multigraph:
        return np.ones(count)
    return np.fromiter(map(len, chain.from_iterable(row.values() for row in rows)), np.float64, count)


def _numbers(values: Iterable[Any], count: int) -> Float64s:
    """Weights as float64; refuses what is no number, or none to walk by."""
    try:
        numbers = np.fromiter(values, np.float64, count)
    except (TypeError, ValueError, OverflowError) as error:
        raise NotImplementedError(f"An edge has a weight that is not a number: {error}.") from error
    if not (np.isfinite(numbers).all() and (numbers >= 0).all()):
        raise NotImplementedError("An edge has a weight below 0, NaN or infinite.")
    return numbers


# Arrays


def _differ_from_one(graph: Graph) -> bool:
    return bool((graph.out.weights != 1).any())


def _stored(weights: Float64s) -> Weights:
    """As float32 if that is exact for every one, else as they are: a kernel is compiled for either."""
    with np.errstate(over="ignore"):
        short = weights.astype(np.float32)
    return short if np.array_equal(short, weights) else cast(Weights, weights)


def _turned(keys: Keys, weights: Weights, accounts: int) -> Csr:
    """The same ties by their other end, in order again."""
    turned = (keys << _HALF) | (keys >> _HALF)
    order = turned.argsort(kind="stable")
    return Csr(_offsets(keys & _LOW, accounts), (keys >> _HALF).astype(np.uint32)[order], weights[order])


def _offsets(heads: npt.NDArray[np.integer], accounts: int) -> Offsets:
    """Where the rows begin, given whose row each tie stands in."""
    offsets = np.zeros(accounts + 1, np.uint64)
    np.cumsum(np.bincount(heads.astype(np.int64), minlength=accounts), out=offsets[1:])
    return offsets


def _numbered_texts(count: int) -> pl.Series:
    """An account id for each node, in bytewise order as those of every graph are."""
    return pl.int_range(count, eager=True).cast(pl.String).str.zfill(10)


def _without_loops(rows: Csr) -> Csr:
    heads = rows.sources
    kept = heads != rows.indices
    return Csr(_offsets(heads[kept], len(rows.offsets) - 1), rows.indices[kept], rows.weights[kept])


def _named_ties(converted: Converted, rows: Csr) -> Iterable[tuple[Any, Any]]:
    names = converted.nodes.__getitem__
    return zip(map(names, rows.sources.tolist()), map(names, rows.indices.tolist()), strict=True)
