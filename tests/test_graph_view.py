"""The view is a ``DiGraph`` like any other: whatever networkx asks of it has an ordinary graph's answer."""

from __future__ import annotations

import copy
import io
import pickle
from collections.abc import Callable, Iterator, Mapping, Set
from datetime import date
from typing import Any

import networkx as nx
import numpy as np
import polars as pl
import pytest
from hypothesis import given, settings

from ambassadors.errors import SourceError
from ambassadors.graph.view import Adjacency, GraphView
from tests.graph_cases import Case, cases, graph_of

Question = Callable[[nx.DiGraph], Any]


def first(graph: nx.DiGraph) -> str:
    """The first node."""
    return next(iter(graph))


def last(graph: nx.DiGraph) -> str:
    """The last node."""
    return list(graph)[-1]


def written(write: Callable[[nx.DiGraph, io.BytesIO], None]) -> Question:
    """What a writer of a file format makes of a graph, without the time of writing."""

    def question(graph: nx.DiGraph) -> list[bytes]:
        file = io.BytesIO()
        write(graph, file)
        return [line for line in file.getvalue().splitlines() if b"<meta" not in line]

    return question


def with_changes(*changes: Callable[[nx.DiGraph], object]) -> Question:
    """The content of a graph after it was changed in place."""

    def question(graph: nx.DiGraph) -> nx.DiGraph:
        for change in changes:
            change(graph)
        return graph

    return question


QUESTIONS: dict[str, Question] = {
    # looking
    "iteration": list,
    "length": len,
    "str": lambda g: str(g).removeprefix(type(g).__name__),
    "node data": lambda g: list(g.nodes(data=True)),
    "edges": lambda g: list(g.edges),
    "edges with data": lambda g: list(g.edges(data=True)),
    "edges with weight": lambda g: list(g.edges(data="weight")),
    "edges of some": lambda g: list(g.edges([first(g), last(g)], data="weight")),
    "in-edges with data": lambda g: list(g.in_edges(data=True)),
    "in-edges of one": lambda g: list(g.in_edges(first(g), data="weight")),
    "has edge": lambda g: [g.has_edge(u, v) for u in [*g, "nobody", 7] for v in [*g, "nobody", None]],
    "edge data": lambda g: [g.get_edge_data(u, v, default="none") for u in g for v in g],
    "adjacency": lambda g: [(u, dict(row)) for u, row in g.adjacency()],
    "rows": lambda g: [(list(g[u]), g[u].keys() & set(g), len(g.pred[u]), str(g[u]), repr(g.adj[u])) for u in g],
    "adjacency as text": lambda g: (str(g.adj), str(g._pred), repr(g._node)),
    "atlas copies": lambda g: (g.adj.copy(), g.pred.copy()),
    "values": lambda g: [(list(row.values()), ("nobody", {}) in row.items()) for row in g._adj.values()],
    "missing neighbour": lambda g: g[first(g)]["nobody"],
    "missing node": lambda g: g.nodes["nobody"],
    "missing successors": lambda g: list(g.successors("nobody")),
    "unhashable node": lambda g: ([] in g, g[first(g)][[]]),
    "successors and predecessors": lambda g: [(list(g.successors(v)), list(g.predecessors(v))) for v in g],
    "degrees": lambda g: (list(g.degree), list(g.in_degree), list(g.out_degree), g.degree(first(g))),
    "weighted degrees": lambda g: (list(g.degree(weight="weight")), dict(g.in_degree(weight="weight"))),
    "sizes": lambda g: (g.order(), g.size(), g.size(weight="weight"), g.number_of_edges(first(g), last(g))),
    "self-loops": nx.number_of_selfloops,
    "isolates": lambda g: list(nx.isolates(g)),
    "density": nx.density,
    "common neighbours": lambda g: sorted(nx.common_neighbors(g.to_undirected(), first(g), last(g))),
    # becoming another graph
    "copy": nx.DiGraph.copy,
    "DiGraph of it": nx.DiGraph,
    "Graph of it": nx.Graph,
    "MultiDiGraph of it": nx.MultiDiGraph,
    "to undirected": nx.DiGraph.to_undirected,
    "to undirected, reciprocal": lambda g: g.to_undirected(reciprocal=True),
    "to undirected, as view": lambda g: nx.Graph(g.to_undirected(as_view=True)),
    "to directed": nx.DiGraph.to_directed,
    "reverse": nx.DiGraph.reverse,
    "reverse, as view": lambda g: nx.DiGraph(g.reverse(copy=False)),
    "subgraph": lambda g: g.subgraph(list(g)[::2]),
    "subgraph copy": lambda g: g.subgraph(list(g)[1:]).copy(),
    "edge subgraph": lambda g: g.edge_subgraph(list(g.edges)[::2]).copy(),
    "subgraph view": lambda g: nx.subgraph_view(g, filter_edge=lambda u, v: u < v),
    "relabel": lambda g: nx.relabel_nodes(g, {first(g): "someone else"}),
    "relabel in place": lambda g: nx.relabel_nodes(g, {first(g): "someone else"}, copy=False),
    "integer labels": nx.convert_node_labels_to_integers,
    "ego graph": lambda g: nx.ego_graph(g, first(g), radius=2),
    "compose": lambda g: nx.compose(g, nx.DiGraph([("x:new", first(g))])),
    "complement": nx.complement,
    "transitive closure": nx.transitive_closure,
    "condensation": nx.condensation,
    "quotient": lambda g: nx.quotient_graph(g, [{node} for node in g], relabel=True).edges(data="weight"),
    "deepcopy": copy.deepcopy,
    "pickle": lambda g: pickle.loads(pickle.dumps(g)),
    "pickle after looking": lambda g: (g.size(), pickle.loads(pickle.dumps(g))),
    "empty copy": nx.create_empty_copy,
    "freeze": lambda g: (nx.freeze(g), nx.is_frozen(g))[1],
    # becoming data
    "dict of dicts": nx.to_dict_of_dicts,
    "edge list": nx.to_edgelist,
    "sparse matrix": lambda g: nx.to_scipy_sparse_array(g).toarray().tolist(),
    "dense matrix": lambda g: nx.to_numpy_array(g, nonedge=np.inf).tolist(),
    "Laplacian": lambda g: nx.laplacian_matrix(g.to_undirected()).toarray().tolist(),
    "node-link": nx.node_link_data,
    "adjacency data": nx.adjacency_data,
    "cytoscape": nx.cytoscape_data,
    "GEXF": written(nx.write_gexf),
    "GraphML": written(nx.write_graphml),
    "GML": written(nx.write_gml),
    "edge list file": written(nx.write_weighted_edgelist),
    # ranking
    "PageRank": nx.pagerank,
    "personalised PageRank": lambda g: nx.pagerank(g, personalization={first(g): 1}),
    "HITS": lambda g: nx.hits(g, nstart=dict.fromkeys(g, 1.0)),
    "Katz": lambda g: nx.katz_centrality_numpy(g, alpha=0.01),
    "degree centrality": lambda g: (nx.degree_centrality(g), nx.in_degree_centrality(g)),
    "closeness": nx.closeness_centrality,
    "harmonic": nx.harmonic_centrality,
    "betweenness": nx.betweenness_centrality,
    "weighted betweenness": lambda g: nx.betweenness_centrality(positive(g), weight="weight"),
    "edge betweenness": nx.edge_betweenness_centrality,
    "load": nx.load_centrality,
    "VoteRank": nx.voterank,
    "group degree": lambda g: nx.group_degree_centrality(g, [first(g)]),
    "reaching": lambda g: nx.local_reaching_centrality(g, first(g)),
    # finding parts
    "weak components": lambda g: list(nx.weakly_connected_components(g)),
    "strong components": lambda g: list(nx.strongly_connected_components(g)),
    "attracting components": lambda g: list(nx.attracting_components(g)),
    "core numbers": nx.core_number,
    "k-core": nx.k_core,
    "k-truss": lambda g: nx.k_truss(g.to_undirected(), 3),
    "onion layers": lambda g: nx.onion_layers(g.to_undirected()),
    "clustering": nx.clustering,
    "weighted clustering": lambda g: nx.clustering(g, weight="weight"),
    "triangles": lambda g: nx.triangles(g.to_undirected()),
    "triads": nx.triadic_census,
    "transitivity": lambda g: nx.transitivity(g.to_undirected()),
    "reciprocity": nx.overall_reciprocity,
    "neighbours' degree": lambda g: nx.average_neighbor_degree(g, weight="weight"),
    "degree connectivity": nx.average_degree_connectivity,
    "Louvain": lambda g: nx.community.louvain_communities(positive(g), seed=1),
    "label propagation": lambda g: list(nx.community.asyn_lpa_communities(g, weight="weight", seed=1)),
    "greedy modularity": lambda g: nx.community.greedy_modularity_communities(positive(g), weight="weight"),
    "modularity": lambda g: nx.community.modularity(positive(g), [{node} for node in g]),
    "cliques": lambda g: sorted(map(sorted, nx.find_cliques(g.to_undirected()))),
    "cycles": lambda g: sorted(map(sorted, nx.simple_cycles(g, length_bound=4))),
    "is acyclic": nx.is_directed_acyclic_graph,
    # walking
    "shortest paths": lambda g: dict(nx.all_pairs_shortest_path_length(g)),
    "Dijkstra": lambda g: dict(nx.all_pairs_dijkstra_path_length(g)),
    "Bellman-Ford": lambda g: nx.single_source_bellman_ford_path_length(g, first(g)),
    "Floyd-Warshall": nx.floyd_warshall,
    "A*": lambda g: nx.astar_path_length(g, first(g), last(g)),
    "all shortest paths": lambda g: list(nx.all_shortest_paths(g, first(g), last(g))),
    "breadth first": lambda g: list(nx.bfs_edges(g, first(g))),
    "backwards": lambda g: list(nx.bfs_edges(g, last(g), reverse=True)),
    "depth first": lambda g: nx.dfs_tree(g, first(g)),
    "descendants and ancestors": lambda g: (nx.descendants(g, first(g)), nx.ancestors(g, first(g))),
    "dominators": lambda g: nx.immediate_dominators(g, first(g)),
    "spanning tree": lambda g: nx.minimum_spanning_tree(g.to_undirected()),
    "maximum flow": lambda g: nx.maximum_flow(g, first(g), last(g), capacity="weight"),
    "minimum cut": lambda g: nx.minimum_cut(g, first(g), last(g), capacity="weight"),
    "topology": lambda g: list(nx.topological_generations(nx.condensation(g))),
    "similarity": lambda g: nx.simrank_similarity(g, first(g), max_iterations=10, tolerance=1),
    "Jaccard": lambda g: list(nx.jaccard_coefficient(g.to_undirected())),
    "isomorphism": lambda g: nx.faster_could_be_isomorphic(g, g.copy()),
    "hash": lambda g: nx.weisfeiler_lehman_graph_hash(g.to_undirected(), edge_attr="weight"),
    "layout": lambda g: {node: at.tolist() for node, at in nx.circular_layout(g).items()},
    # changing
    "add node": with_changes(lambda g: g.add_node("x:new", age=3)),
    "add nodes": with_changes(lambda g: g.add_nodes_from(["x:new", (first(g), {"age": 3})])),
    "remove node": with_changes(lambda g: g.remove_node(first(g))),
    "remove nodes": with_changes(lambda g: g.remove_nodes_from(list(g)[::2])),
    "add edge": with_changes(lambda g: g.add_edge(last(g), first(g), weight=0.5, kind="new")),
    "add edges": with_changes(lambda g: g.add_edges_from([(first(g), "x:new"), (last(g), first(g))], kind="new")),
    "add weighted edges": with_changes(lambda g: g.add_weighted_edges_from([(last(g), first(g), 9.0)])),
    "remove edges": with_changes(lambda g: g.remove_edges_from(list(g.edges)[::2])),
    "remove edge": with_changes(lambda g: g.remove_edge(*next(iter(g.edges)))),
    "update": with_changes(lambda g: g.update(edges=[(first(g), "x:new")], nodes=["x:newer"])),
    "clear": with_changes(lambda g: g.clear()),
    "clear edges": with_changes(lambda g: g.clear_edges()),
    "write edge data": with_changes(lambda g: [data.update(seen=True) for _, _, data in g.edges(data=True)]),
    "write node data": with_changes(lambda g: nx.set_node_attributes(g, {first(g): 1}, "age")),
    "write edge attributes": with_changes(lambda g: nx.set_edge_attributes(g, 2.0, "weight")),
    "write, then change": with_changes(
        lambda g: [g.pred[v][u].update(seen=u) for u, v in g.edges],
        lambda g: g.nodes[first(g)].update(age=1),
        lambda g: g.add_edge("x:new", first(g)),
    ),
    "graph attributes": with_changes(lambda g: g.graph.update(name="brand")),
}


def positive(graph: nx.DiGraph) -> nx.DiGraph:
    """The graph, or a fault that both sides share if it holds no weight to divide by."""
    if not graph.size(weight="weight"):
        raise nx.NetworkXError("no weight")
    return graph


def answer(question: Question, graph: nx.DiGraph) -> Any:
    """What a question gives, in plain types and with its order; an error is an answer, too."""
    try:
        return plain(question(graph))
    except Exception as error:
        return type(error), str(error).replace("GraphView", "DiGraph")


def plain(value: Any) -> Any:
    """Graphs, views and iterators as lists; numbers, texts and sets as they are."""
    if isinstance(value, nx.Graph):
        rows = [(u, v, dict(data)) for u, v, data in value.edges(data=True)]
        back = [(v, list(value.pred[v])) for v in value] if value.is_directed() else None
        return [(v, dict(data)) for v, data in value.nodes(data=True)], rows, back, plain(value.graph)
    if isinstance(value, Mapping):
        return [(key, plain(item)) for key, item in value.items()]
    if isinstance(value, list | tuple | Iterator):
        return [plain(item) for item in value]
    return set(value) if isinstance(value, Set) else repr(value)


@pytest.mark.parametrize("name", QUESTIONS)
@given(case=cases(least_accounts=1, most_accounts=8, most_rows=30))
@settings(deadline=None, max_examples=12)
def test_networkx_answers_as_on_an_ordinary_graph(name: str, case: Case) -> None:
    """The same answer in the same order, or the same error; and a second time, after all was looked at once."""
    view, ordinary = case.graph.nx(), case.plain

    assert answer(QUESTIONS[name], view) == answer(QUESTIONS[name], ordinary)
    assert answer(QUESTIONS[name], view) == answer(QUESTIONS[name], ordinary)


@given(case=cases())
@settings(deadline=None)
def test_a_view_equals_the_ordinary_graph(case: Case) -> None:
    """Either way round, mapping by mapping; and stops being equal with one more edge."""
    view, ordinary = case.graph.nx(), case.plain

    assert nx.utils.graphs_equal(view, ordinary)
    assert nx.utils.graphs_equal(ordinary, view)
    assert view._adj == ordinary._adj
    assert ordinary._pred == view._pred
    ordinary.add_edge("x:one", "x:more")
    assert view._adj != ordinary._adj


def test_a_view_is_a_digraph_with_python_values() -> None:
    """No numpy scalars leak out, which JSON and XML writers refuse."""
    view = graph_of("a>b:2.5").nx()

    assert isinstance(view, nx.DiGraph)
    assert [type(node) for node in view] == [str, str]
    assert type(view["a"]["b"]["weight"]) is float
    assert type(view.out_degree("a")) is int


def test_looking_copies_nothing() -> None:
    """Only the edges asked for get dictionaries; the arrays stay the graph's own."""
    graph = graph_of("a>b", "a>c", "b>c")
    view = graph.nx()

    view.has_edge("a", "c")
    nx.core_number(view)
    view["a"]["c"]

    assert len(view._adj.shared.edges) == 1
    assert view._adj.indices.obj is graph.out.indices


def test_an_edge_has_one_dictionary_wherever_it_is_seen() -> None:
    """What is written from the source's side is read from the target's, and survives a change of the graph."""
    view = graph_of("a>b", "c>b").nx()

    view["c"]["b"]["note"] = "met in Oslo"
    before = view.pred["b"]["c"]
    view.add_edge("b", "a")

    assert before["note"] == "met in Oslo"
    assert view.pred["b"]["c"] is before
    assert view.succ["c"]["b"] is before


def test_changing_a_view_leaves_the_graph_and_other_views_alone() -> None:
    """The arrays are never written to."""
    graph = graph_of("a>b")
    view, other = graph.nx(), graph.nx()

    view.remove_edge("a", "b")
    view["a"]

    assert view.size() == 0
    assert not isinstance(view._adj, Adjacency)
    assert other.size() == graph.number_of_edges() == 1


def test_the_class_makes_empty_graphs() -> None:
    """Networkx builds its answers by ``G.__class__()``; these must be ordinary and open to change."""
    fresh = graph_of("a>b").nx().__class__()

    fresh.add_edge(1, (2, 3), colour="red")

    assert type(fresh) is GraphView
    assert list(fresh.edges(data=True)) == [(1, (2, 3), {"colour": "red"})]


def test_attributes_stand_on_the_nodes_where_they_are_not_null() -> None:
    """Row order is free, unknown accounts are passed over, accounts without a row have none."""
    people = pl.DataFrame(
        {
            "name": ["Cy", "Ann", "Nobody"],
            "account": ["c", "a", "nobody"],
            "followers": [7, None, 1],
            "since": [None, date(2026, 1, 2), None],
        }
    )

    view = graph_of("a>b", "c>b").nx(people)

    assert view.nodes["c"] == {"name": "Cy", "followers": 7}
    assert dict(view.nodes(data=True)) == {
        "a": {"name": "Ann", "since": date(2026, 1, 2)},
        "b": {},
        "c": {"name": "Cy", "followers": 7},
    }
    assert pickle.loads(pickle.dumps(view)).nodes["a"]["name"] == "Ann"
    assert view.copy().nodes["a"] == view.nodes["a"]


@pytest.mark.parametrize(
    ("columns", "message"),
    [
        ({"id": ["a"]}, r"attributes: no column 'account'\. The columns are id"),
        ({"account": ["a", "b", "a"]}, r"attributes: 'a' has more than one row"),
    ],
)
def test_attributes_that_fit_no_node_are_refused(columns: dict[str, list[str]], message: str) -> None:
    """One row per account, under that name."""
    with pytest.raises(SourceError, match=message):
        graph_of("a>b").nx(pl.DataFrame(columns))
