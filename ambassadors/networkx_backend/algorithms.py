"""networkx's functions, answered by our kernels: the same arguments, defaults, order of nodes and types of values.

Each takes the converted graph in place of networkx's. ``served`` tells how to add one.
"""

from __future__ import annotations

import math
from collections.abc import Hashable, Iterator, Mapping, Sequence, Set
from functools import partial
from itertools import islice
from typing import Any

import networkx as nx
import numpy as np
import numpy.typing as npt

from ambassadors.errors import AmbassadorsError
from ambassadors.graph.betweenness import betweenness, dependencies
from ambassadors.graph.closeness import harmonic_closeness
from ambassadors.graph.components import weak_components
from ambassadors.graph.convert import Converted
from ambassadors.graph.cores import core_number as cores
from ambassadors.graph.csr import Graph, Indices
from ambassadors.graph.degrees import in_degree, out_degree
from ambassadors.graph.hits import hits as hubs_and_authorities
from ambassadors.graph.pagerank import pagerank as ranks
from ambassadors.graph.reciprocity import mutual_degree
from ambassadors.graph.reciprocity import reciprocity as returned
from ambassadors.graph.spreaders import voterank as elected
from ambassadors.graph.triangles import clustering as closed
from ambassadors.graph.triangles import triangles as triangle_counts
from ambassadors.networkx_backend.served import Arguments, served

Node = Any
Float64s = npt.NDArray[np.float64]
Shares = Mapping[Node, float] | None

_NEVER = 2**63  # counting is quicker than converting
_FINEST = 1e-13  # less is beyond float64
_STEPS_OF_ARPACK = 20  # products with the matrix in each of what networkx counts by max_iter


def _by_node(G: Converted, values: npt.NDArray[Any]) -> dict[Node, Any]:
    """Python numbers by node, in the order of the nodes."""
    return dict(zip(G.nodes, values.tolist(), strict=True))


# PageRank


def _no_walk(arguments: Arguments) -> str:
    """Why these arguments make no random walk, though networkx computes something from them."""
    alpha = arguments["alpha"]
    if not 0 <= alpha < 1:
        return f"alpha={alpha!r} is left to networkx; only 0 <= alpha < 1 is served"
    for name in ("personalization", "dangling", "nstart"):
        values = (arguments[name] or {}).values()
        if not all(math.isfinite(value) and value >= 0 for value in values):
            return f"{name} holds a value below 0 or not finite, which is left to networkx"
    return ""


def _by_account(G: Converted, shares: Shares) -> dict[str, float] | None:
    """Shares by account; nodes that the graph does not hold are passed over, as networkx does."""
    if shares is None:
        return None
    numbers = {G.number_of[node]: float(share) for node, share in shares.items() if node in G.number_of}
    return dict(zip(G.ties.accounts.gather(list(numbers)), numbers.values(), strict=True))


@served(worth=100_000, worth_of_view=30_000, reason=_no_walk)
def pagerank(
    G: Converted,
    alpha: float = 0.85,
    personalization: Shares = None,
    max_iter: int = 100,
    tol: float = 1.0e-6,
    nstart: Shares = None,
    weight: Any = "weight",
    dangling: Shares = None,
) -> dict[Node, float]:
    """Within ``tol`` in all; only if ``max_iter`` sweeps are too few for that, within networkx's ``len(G) * tol``."""
    graph, weighted = G.weighing(weight)
    start, lost, first = (_by_account(G, shares) for shares in (personalization, dangling, nstart))
    if not len(G):
        return {}
    if start is not None and not any(start.values()):
        raise ZeroDivisionError
    if any(shares is not None and not any(shares.values()) for shares in (lost, first)):
        raise NotImplementedError("dangling or nstart weighs nothing, which is left to networkx")
    walk = partial(ranks, graph, alpha=alpha, personalization=start, dangling=lost, nstart=first, weighted=weighted)
    for limit in (tol, tol * len(G)):
        try:
            return _by_node(G, walk(tol=max(limit, _FINEST), max_iter=max_iter))
        except AmbassadorsError:  # not converged
            continue
    raise nx.PowerIterationFailedConvergence(max_iter)


# HITS


@served(worth=100_000, worth_of_view=30_000, only={"nstart": None, "normalized": True})
def hits(
    G: Converted, max_iter: int = 100, tol: float = 1.0e-8, nstart: None = None, normalized: bool = True
) -> tuple[dict[Node, float], dict[Node, float]]:
    """Where several answers are right, that of the power method; networkx's then depends on chance."""
    if not len(G):
        return {}, {}
    graph, weighted = G.weighing("weight")
    steps = max_iter * _STEPS_OF_ARPACK
    try:
        hubs, authorities = hubs_and_authorities(graph, weighted=weighted, tol=max(tol, _FINEST), max_iter=steps)
    except AmbassadorsError as error:
        raise nx.PowerIterationFailedConvergence(max_iter) from error
    if len(G) == 1 or not authorities.any():
        raise NotImplementedError("A graph of one node, or of edges without weight, is left to networkx.")
    return _by_node(G, hubs), _by_node(G, authorities)


# Degrees


def _share_of_others(G: Converted, degree: npt.NDArray[Any]) -> dict[Node, float]:
    """Degrees over the number of other nodes, rounded just as networkx rounds."""
    if len(G) <= 1:
        return dict.fromkeys(G.nodes, 1)
    return _by_node(G, degree * (1.0 / (len(G) - 1.0)))


@served(worth=_NEVER, worth_of_view=5_000, multigraph=False)
def degree_centrality(G: Converted) -> dict[Node, float]:
    """A tie to oneself counts two."""
    others = in_degree(G.ties) if G.directed else np.bincount(G.loops, minlength=len(G))
    return _share_of_others(G, others + out_degree(G.ties))


@served(worth=_NEVER, worth_of_view=5_000, multigraph=False)
def in_degree_centrality(G: Converted) -> dict[Node, float]:
    """Ties in, over the number of other nodes."""
    return _share_of_others(G, in_degree(G.ties))


@served(worth=_NEVER, worth_of_view=5_000, multigraph=False)
def out_degree_centrality(G: Converted) -> dict[Node, float]:
    """Ties out, over the number of other nodes."""
    return _share_of_others(G, out_degree(G.ties))


# Cores


@served(worth=100_000, worth_of_view=30_000, multigraph=False)
def core_number(G: Converted) -> dict[Node, int]:
    """Refuses ties to oneself in networkx's own words."""
    if G.loops.size:
        raise nx.NetworkXNotImplemented(
            "Input graph has self loops which is not permitted; "
            "Consider using G.remove_edges_from(nx.selfloop_edges(G))."
        )
    found = cores(G.ties)
    return _by_node(G, found if G.directed else found // 2)


# Components


def _parts(G: Converted) -> list[set[Node]]:
    """The nodes of each component; the components in the order of their first nodes."""
    labels = weak_components(G.ties)
    first = np.unique(labels, return_index=True)[1]
    number = np.empty_like(first)
    number[np.argsort(first)] = np.arange(len(first))
    members = map(G.nodes.__getitem__, np.argsort(number[labels], kind="stable").tolist())
    return [set(islice(members, size)) for size in np.bincount(number[labels]).tolist()]


def _count_of_parts(G: Converted) -> int:
    return int(weak_components(G.ties).max(initial=-1)) + 1


@served(worth=1_000_000, worth_of_view=50_000)
def weakly_connected_components(G: Converted) -> Iterator[set[Node]]:
    """Each as a set; in the order of their first nodes."""
    return iter(_parts(G))


@served(worth=1_000_000, worth_of_view=50_000)
def number_weakly_connected_components(G: Converted) -> int:
    """How many components there are."""
    return _count_of_parts(G)


@served(worth=1_000_000, worth_of_view=50_000)
def connected_components(G: Converted) -> Iterator[set[Node]]:
    """Each as a set; in the order of their first nodes."""
    return iter(_parts(G))


@served(worth=1_000_000, worth_of_view=50_000)
def number_connected_components(G: Converted) -> int:
    """How many components there are."""
    return _count_of_parts(G)


# Triangles


@served(worth=50_000, worth_of_view=50_000, only={"nodes": None})
def triangles(G: Converted, nodes: None = None) -> dict[Node, int]:
    """Ties to oneself and parallel edges make no triangles."""
    return _by_node(G, triangle_counts(G.without_loops))


@served(worth=20_000, worth_of_view=10_000, only={"nodes": None, "weight": None}, multigraph=False)
def clustering(G: Converted, nodes: None = None, weight: None = None) -> dict[Node, float]:
    """Of a directed graph, its directed clustering."""
    return _by_node(G, closed(G.without_loops, directed=G.directed))


# Shortest paths


@served(worth=5_000, worth_of_view=2_000, only={"nbunch": None, "distance": None, "sources": None})
def harmonic_centrality(
    G: Converted, nbunch: None = None, distance: None = None, sources: None = None
) -> dict[Node, float]:
    """From all nodes, to all."""
    return _by_node(G, harmonic_closeness(G.without_loops, sources=None).values)


@served(worth=5_000, worth_of_view=2_000, only={"weight": None, "endpoints": False})
def betweenness_centrality(
    G: Converted,
    k: int | None = None,
    normalized: bool = True,
    weight: None = None,
    endpoints: bool = False,
    seed: Any = None,
) -> dict[Node, float]:
    """From all nodes, or from those ``k`` that networkx would draw."""
    if k == 0:
        raise NotImplementedError("A sample of no nodes is left to networkx.")
    drawn = None if k is None or k == len(G) else np.array(seed.sample(range(len(G)), k), np.uint32)
    others = len(G) - 1
    if others < 2:
        return dict.fromkeys(G.nodes, 0.0)
    pairs = others * (others - 1) if normalized else 1 if G.directed else 2
    return _by_node(G, _paths_through(G.without_loops, drawn) * (1 / pairs))  # rounded as networkx rounds


def _paths_through(graph: Graph, drawn: Indices | None) -> Float64s:
    """Betweenness as a sum over all sources, or estimated from those drawn."""
    try:
        if drawn is None:
            return betweenness(graph, sources=None, normalized=False).values
        with np.errstate(all="ignore"):  # a lone source learns nothing of itself: NaN, as networkx has it
            return dependencies(graph, drawn, by_distance=False).values
    except AmbassadorsError as error:
        raise NotImplementedError(str(error)) from error


# Reciprocity


@served(worth=100_000, worth_of_view=30_000, multigraph=False, directed=True)
def reciprocity(G: Converted, nodes: Any = None) -> float | dict[Node, float | None]:
    """Of the whole graph, or of some nodes; of a single one networkx knows sooner."""
    if nodes is None:
        return float(overall_reciprocity(G))
    if not isinstance(nodes, Set | Sequence) or (isinstance(nodes, Hashable) and nodes in G.number_of):
        raise NotImplementedError("The nodes are one node, or an iterator, which is left to networkx.")
    share = returned(G.ties)
    known = [G.number_of[node] for node in nodes if node in G.number_of]
    return {G.nodes[each]: None if math.isnan(share[each]) else float(share[each]) for each in known}


@served(worth=100_000, worth_of_view=30_000, multigraph=False, directed=True)
def overall_reciprocity(G: Converted) -> float:
    """A tie to oneself counts, but not as returned."""
    edges = G.ties.number_of_edges()
    if not edges:
        raise nx.NetworkXError("Not defined for empty graphs")
    return int(mutual_degree(G.without_loops).sum()) / edges


# Spreaders


@served(worth=20_000, worth_of_view=10_000, multigraph=False)
def voterank(G: Converted, number_of_nodes: int | None = None) -> list[Node]:
    """A tie to oneself would be two votes."""
    if G.loops.size:
        raise NotImplementedError("Self-loops are left to networkx.")
    most = None if number_of_nodes is None else max(number_of_nodes, 0)
    return [G.nodes[each] for each in elected(G.ties, most).tolist()]
