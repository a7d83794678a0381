"""networkx's functions, dispatched to our kernels, answer as networkx does, or are left to it with a reason."""

from __future__ import annotations

import inspect
import subprocess
import sys
from collections.abc import Callable, Iterator
from typing import Any

import networkx as nx
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from networkx.utils.backends import _registered_algorithms

from ambassadors.graph.convert import from_networkx
from ambassadors.networkx_backend.dispatch import backend
from ambassadors.networkx_backend.info import FUNCTIONS, get_info
from ambassadors.networkx_backend.served import SERVED
from tests.graph_cases import Case, cases, graph_of

Question = Callable[..., Any]

KINDS = [nx.Graph, nx.DiGraph, nx.MultiGraph, nx.MultiDiGraph]
LABELS = st.one_of(
    st.integers(-3, 9),
    st.text("aé7", max_size=2),
    st.tuples(st.integers(0, 2), st.text("ab", max_size=1)),
    st.frozensets(st.integers(0, 3), max_size=2),
    st.floats(0, 2, width=16),
)
WEIGHTS = st.sampled_from([0, 1, 2.5, 0.1, 1 / 3, 2**24 + 1, True, np.float32(0.7), np.int64(3)])
DATA = st.fixed_dictionaries({}, optional={"weight": WEIGHTS, "trust": WEIGHTS, "note": st.just("met")})


@pytest.fixture(autouse=True, scope="module")
def _no_cache() -> Iterator[None]:
    """Convert anew in each call: networkx warns whenever it uses what it kept."""
    with nx.config(cache_converted_graphs=False):
        yield


@st.composite
def graphs(draw: st.DrawFn, kinds: list[type[nx.Graph]] = KINDS) -> nx.Graph:
    """Graphs of every class with nodes of every kind, self-loops, parallel edges, missing and awkward weights."""
    graph = draw(st.sampled_from(kinds))()
    nodes = draw(st.lists(LABELS, max_size=9, unique=True))
    graph.add_nodes_from(nodes)
    if nodes:
        ends = st.sampled_from(nodes)
        graph.add_edges_from(draw(st.lists(st.tuples(ends, ends, DATA), max_size=25)))
    return graph


def exact_ranks(graph: nx.Graph, **options: Any) -> dict[Any, float]:
    """PageRank to the last digits."""
    return nx.pagerank(graph, **{"tol": 1e-13 / max(len(graph), 1), "max_iter": 3000, **options})


def shares(graph: nx.Graph) -> dict[Any, float]:
    """Weights for most nodes, and for one that the graph does not hold."""
    return {"nobody": 3.0, **{node: (number + 1) % 3 for number, node in enumerate(reversed(list(graph)))}}


def has_one_answer(graph: nx.Graph) -> bool:
    """Whether HITS has: the largest singular value stands well above the next."""
    if len(graph) < 2:
        return False
    values = np.linalg.svd(nx.to_numpy_array(graph), compute_uv=False)
    return bool(values[0] > 1.01 * values[1])


def in_order(graph: nx.Graph, values: dict[Any, float]) -> dict[Any, float]:
    """The same in the order of the nodes; networkx's harmonic centrality comes in the order of a set."""
    return {node: values[node] for node in graph}


QUESTIONS: dict[str, Question] = {
    "pagerank": exact_ranks,
    "pagerank, unweighted": lambda g, **b: exact_ranks(g, weight=None, **b),
    "pagerank by trust": lambda g, **b: exact_ranks(g, weight="trust", **b),
    "pagerank, personal": lambda g, **b: exact_ranks(g, alpha=0.6, personalization=shares(g), **b),
    "pagerank with dangling": lambda g, **b: exact_ranks(g, dangling=shares(g), nstart=shares(g), **b),
    "core_number": nx.core_number,
    "degree_centrality": nx.degree_centrality,
    "in_degree_centrality": nx.in_degree_centrality,
    "out_degree_centrality": nx.out_degree_centrality,
    "weakly_connected_components": nx.weakly_connected_components,
    "number_weakly_connected_components": nx.number_weakly_connected_components,
    "connected_components": nx.connected_components,
    "number_connected_components": nx.number_connected_components,
    "triangles": nx.triangles,
    "clustering": nx.clustering,
    "reciprocity": nx.reciprocity,
    "reciprocity of some": lambda g, **b: nx.reciprocity(g, ["nobody", *reversed(list(g))], **b),
    "overall_reciprocity": nx.overall_reciprocity,
    "hits": lambda g, **b: nx.hits(g, tol=1e-14, **b) if has_one_answer(g) else None,
    "harmonic_centrality": lambda g, **b: in_order(g, nx.harmonic_centrality(g, **b)),
    "betweenness_centrality": nx.betweenness_centrality,
    "betweenness_centrality, sums": lambda g, **b: nx.betweenness_centrality(g, normalized=False, **b),
    "betweenness_centrality, sample": lambda g, **b: nx.betweenness_centrality(g, k=3, seed=7, **b),
    "betweenness_centrality, sums of a sample": lambda g, **b: nx.betweenness_centrality(g, 2, False, seed=7, **b),
    "betweenness_centrality, one": lambda g, **b: nx.betweenness_centrality(g, k=1, seed=7, **b),
    "voterank": nx.voterank,
    "voterank of three": lambda g, **b: nx.voterank(g, 3, **b),
}


def answer(question: Question, graph: nx.Graph, **options: Any) -> Any:
    """What a question gives, with generators listed; an error is an answer, too."""
    try:
        found = question(graph, **options)
    except Exception as error:
        return type(error)
    return list(found) if isinstance(found, Iterator) else found


def assert_same(found: Any, expected: Any) -> None:
    """Equal numbers but for rounding, of the same keys in the same order."""
    if isinstance(expected, dict):
        assert list(found) == list(expected)
        for node in expected:
            assert_same(found[node], expected[node])
    elif isinstance(expected, tuple):
        for one, other in zip(found, expected, strict=True):
            assert_same(one, other)
    elif isinstance(expected, int | float):
        assert type(found) in (int, float)
        assert found == pytest.approx(expected, rel=1e-9, abs=1e-11, nan_ok=True)
    else:
        assert found == expected


@pytest.mark.parametrize("name", QUESTIONS)
@given(graph=graphs())
@settings(deadline=None, max_examples=25)
def test_answers_are_those_of_networkx(name: str, graph: nx.Graph) -> None:
    """On graphs of every class, with any nodes: the same keys in the same order, the same values, the same errors."""
    expected = answer(QUESTIONS[name], graph)

    found = answer(QUESTIONS[name], graph, backend="ambassadors")

    if found is not NotImplementedError:  # left to networkx
        assert_same(found, expected)


def views(view: nx.DiGraph) -> dict[str, nx.Graph]:
    """What networkx shows of a graph without copying it."""
    return {
        "itself": view,
        "reversed": nx.reverse_view(view),
        "part": view.subgraph(list(view)[::2]),
        "undirected": view.to_undirected(as_view=True),
        "frozen": nx.freeze(view),
    }


@pytest.mark.parametrize("name", QUESTIONS)
@given(case=cases(), kind=st.sampled_from(sorted(views(nx.DiGraph()))))
@settings(deadline=None, max_examples=15)
def test_answers_on_our_views_are_those_of_networkx(name: str, case: Case, kind: str) -> None:
    """Served without a copy, and on views of views."""
    expected = answer(QUESTIONS[name], views(case.plain)[kind])

    found = answer(QUESTIONS[name], views(case.graph.nx())[kind], backend="ambassadors")

    if (found, kind) != (NotImplementedError, "undirected"):  # left to networkx, for weights differ by direction
        assert_same(found, expected)


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("name", ["pagerank", "pagerank, unweighted", "pagerank with dangling", "core_number"])
def test_compiled_loops_answer_the_same(name: str, kind: type[nx.Graph], monkeypatch: pytest.MonkeyPatch) -> None:
    """Small graphs are ranked and peeled without them, so that the other tests here hardly meet them."""
    chance = np.random.default_rng(5)
    ends = (40 * chance.random((300, 2)) ** [1, 2]).astype(int).tolist()
    graph = kind((f"node {u}", v, {"weight": w}) for (u, v), w in zip(ends, chance.random(300), strict=True))
    for module in "cores", "pagerank":
        monkeypatch.setattr(sys.modules[f"ambassadors.graph.{module}"], "_WORTH_COMPILED_CODE", 0)

    assert_same(answer(QUESTIONS[name], graph, backend="ambassadors"), answer(QUESTIONS[name], graph))


def test_every_function_is_asked() -> None:
    """The table, what networkx is told, and the questions of this test name the same functions."""
    asked = {name.partition(",")[0].partition(" ")[0] for name in QUESTIONS}

    assert set(SERVED) == set(FUNCTIONS) == set(get_info()["functions"]) == asked


@pytest.mark.parametrize("name", sorted(SERVED))
def test_arguments_are_those_of_networkx(name: str) -> None:
    """The same names, order and defaults."""
    ours, theirs = SERVED[name].signature.parameters, _registered_algorithms[name].orig_func

    expected = inspect.signature(theirs).parameters
    assert [(each, ours[each].default) for each in ours] == [(each, expected[each].default) for each in expected]


def test_a_view_gives_its_arrays_back() -> None:
    """The very same ``Graph``, weighted or not; nothing is kept beside the view."""
    graph = graph_of("a>b:2.5", "b>c")
    view = graph.nx()

    weighted, unweighted = backend.convert_from_nx(view, edge_attrs={"weight": 1}), backend.convert_from_nx(view)

    assert weighted.weighing("weight")[0] is weighted.ties is unweighted.ties is graph
    assert view.__networkx_cache__ is None


def test_a_reversed_view_shares_the_arrays() -> None:
    """Both directions are there already."""
    graph = graph_of("a>b", "b>c")

    converted = from_networkx(nx.reverse_view(graph.nx()))

    assert converted.ties.out is graph.into
    assert converted.ties.into is graph.out


def test_looking_at_edges_changes_nothing() -> None:
    """Edge data that was handed out and not written to does not cost a copy."""
    graph = graph_of("a>b:2.5", "b>c")
    view = graph.nx()

    list(view.edges(data=True))

    assert from_networkx(view, {"weight": 1}).weighing("weight")[0] is graph


@pytest.mark.parametrize("weight", [5, 0.1, 0])
def test_weights_written_into_a_view_count(weight: float) -> None:
    """At once, time after time, in both directions, and not in the graph that the view was made from."""
    graph = graph_of("a>b", "a>c", "b>c", "c>a")
    view = graph.nx()
    for edge in [("a", "c"), ("b", "c")]:
        view.edges[edge]["weight"] = weight
        expected = exact_ranks(nx.DiGraph(view))

        found = exact_ranks(view, backend="ambassadors")
        found_back = exact_ranks(nx.reverse_view(view), backend="ambassadors")

        assert_same(found, expected)
        assert_same(found_back, exact_ranks(nx.DiGraph(view).reverse()))
    assert graph.out.weights.tolist() == [1, 1, 1, 1]


def test_a_weight_taken_from_a_view_is_1() -> None:
    """As networkx has it."""
    view = graph_of("a>b:5", "a>c:2", "c>a", "b>a").nx()

    del view["a"]["b"]["weight"]

    assert_same(exact_ranks(view, backend="ambassadors"), exact_ranks(nx.DiGraph(view)))


def test_a_view_that_was_changed_is_an_ordinary_graph() -> None:
    """Its new edges count."""
    view = graph_of("a>b", "b>c").nx()

    view.add_edge("c", 7)

    assert_same(exact_ranks(view, backend="ambassadors"), exact_ranks(nx.DiGraph(view)))


@pytest.mark.parametrize("weight", ["heavy", None, -1, float("nan"), float("inf"), 10**400])
def test_weights_that_no_walk_can_follow_are_refused(weight: object) -> None:
    """With the reason; networkx then computes whatever it does."""
    for graph in nx.DiGraph([(1, 2), (2, 1)]), graph_of("a>b", "b>a").nx():
        next(iter(graph.edges(data=True)))[2]["weight"] = weight

        with pytest.raises(NotImplementedError, match="weight"):
            backend.convert_from_nx(graph, edge_attrs={"weight": 1})


def test_weights_are_float64_where_float32_is_not_exact() -> None:
    """So that answers differ from networkx's by rounding alone."""
    rough = from_networkx(nx.DiGraph([(1, 2, {"weight": 0.1})]), {"weight": 1}).weighted["weight"]
    exact = from_networkx(nx.DiGraph([(1, 2, {"weight": 0.5})]), {"weight": 1}).weighted["weight"]

    assert rough.out.weights.dtype == rough.into.weights.dtype == np.float64
    assert exact.out.weights.dtype == np.float32


def test_a_graph_that_makes_up_its_neighbours_is_refused() -> None:
    """Its rows are not what it says they are."""

    class Complement(nx.Graph):
        def __getitem__(self, node: object) -> Any:
            return {other: {} for other in self if other not in self._adj[node]}

    with pytest.raises(NotImplementedError, match="Complement makes up its neighbours"):
        from_networkx(Complement([(1, 2)]))


@pytest.mark.parametrize(
    ("name", "options", "reason"),
    [
        ("pagerank", {"alpha": 1.0}, "alpha=1.0 is left to networkx; only 0 <= alpha < 1 is served"),
        ("pagerank", {"personalization": {1: -1}}, "personalization holds a value below 0"),
        ("clustering", {"weight": "weight"}, "weight='weight' is left to networkx; only weight=None is served"),
        ("betweenness_centrality", {"endpoints": True}, "endpoints=True is left to networkx"),
        ("overall_reciprocity", {}, "undirected graphs are left to networkx"),
        ("pagerank", {"colour": "red"}, "unexpected keyword argument 'colour'"),
    ],
)
def test_calls_are_refused_with_a_reason(name: str, options: dict[str, Any], reason: str) -> None:
    """Which networkx logs."""
    assert reason in str(backend.can_run(name, (nx.path_graph(3),), options))


def test_parallel_edges_are_refused_where_they_count() -> None:
    """Degrees count them one by one, and conversion adds them up."""
    graph = nx.MultiDiGraph([(1, 2), (1, 2)])

    assert backend.can_run("degree_centrality", (graph,), {}) == "parallel edges are left to networkx"
    assert backend.can_run("pagerank", (graph,), {}) is True


def test_errors_are_those_of_networkx() -> None:
    """Rather than ours, for who calls networkx reads its documentation."""
    graph = nx.path_graph(3)

    with pytest.raises(nx.PowerIterationFailedConvergence):
        nx.pagerank(graph, max_iter=0, backend="ambassadors")
    with pytest.raises(ZeroDivisionError):
        nx.pagerank(graph, personalization={0: 0, 9: 1}, backend="ambassadors")
    with pytest.raises(ZeroDivisionError):
        nx.pagerank(graph, personalization={9: 1}, backend="ambassadors")
    with pytest.raises(nx.PowerIterationFailedConvergence):
        nx.hits(nx.path_graph(50), max_iter=1, backend="ambassadors")
    with pytest.raises(nx.NetworkXError, match="empty graphs"):
        nx.overall_reciprocity(nx.DiGraph(), backend="ambassadors")
    with pytest.raises(ValueError, match="larger than population"):
        nx.betweenness_centrality(graph, k=4, backend="ambassadors")
    with pytest.raises(nx.NetworkXNotImplemented, match="self loops"):
        nx.core_number(nx.Graph([(1, 1)]), backend="ambassadors")


def test_large_graphs_are_worth_it_and_small_ones_are_not() -> None:
    """Asked by preference only large graphs are converted; with ``backend=`` or in networkx's own tests, any."""
    small, large = nx.path_graph(10), nx.path_graph(60_000)
    view = graph_of(*(f"{n}>{n + 1}" for n in range(30_000))).nx()

    assert "networkx is quicker" in str(backend.should_run("pagerank", (small,), {}))
    assert backend.should_run("pagerank", (large,), {}) is True
    assert "networkx is quicker" in str(backend.should_run("degree_centrality", (large,), {}))
    assert backend.should_run("degree_centrality", (view,), {}) is True


def test_preference_dispatches(monkeypatch: pytest.MonkeyPatch) -> None:
    """By ``nx.config.backend_priority``, without naming the backend: large graphs, and whatever is not refused."""
    view = graph_of(*(f"{n}>{n + 1}" for n in range(30_000))).nx()
    asked: list[nx.Graph] = []
    convert = backend.convert_from_nx
    monkeypatch.setattr(backend, "convert_from_nx", lambda graph, **how: asked.append(graph) or convert(graph, **how))

    with nx.config.backend_priority(algos=["ambassadors"]):
        ranks = nx.pagerank(view)
        nx.pagerank(nx.path_graph(3))
        nx.pagerank(view, alpha=1.0, max_iter=30_000)

    assert asked == [view]
    assert sum(ranks.values()) == pytest.approx(1)


def test_conversions_of_ordinary_graphs_are_kept() -> None:
    """As networkx documents: until a method changes the graph; what is written into its edges is not noticed."""
    graph = nx.DiGraph([("a", "b"), ("b", "a"), ("b", "c"), ("c", "a")])
    with nx.config(cache_converted_graphs=True, warnings_to_ignore={"cache"}):
        before = exact_ranks(graph, backend="ambassadors")
        graph["b"]["c"]["weight"] = 5
        stale = exact_ranks(graph, backend="ambassadors")
        graph.add_edge("b", "c", weight=5)
        fresh = exact_ranks(graph, backend="ambassadors")

    assert stale == before
    assert_same(fresh, exact_ranks(graph))


def test_a_converted_graph_can_be_used_and_turned_back() -> None:
    """Converting by hand spares repeated conversions without networkx's cache."""
    graph = nx.DiGraph([((1, 2), "b", {"weight": 0.1}), ("b", 7, {"weight": 2})])

    converted = backend.convert_from_nx(graph, edge_attrs={"weight": 1})

    assert_same(nx.pagerank(converted), nx.pagerank(converted, backend="ambassadors"))
    assert nx.utils.graphs_equal(backend.convert_to_nx(converted), graph)
    with pytest.raises(NotImplementedError, match="'trust' was not converted"):
        backend.pagerank(converted, weight="trust")


def test_networkx_learns_of_the_backend_without_loading_it() -> None:
    """Importing networkx must not import numpy, polars or numba for our sake."""
    code = "import sys; import ambassadors.networkx_backend.info as i; i.get_info(); print(*sys.modules)"

    loaded = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout.split()

    assert not {"numpy", "polars", "numba", "networkx", "pydantic"} & set(loaded)


def test_networkx_documents_what_is_served() -> None:
    """In the docstring of each function."""
    assert "ambassadors : " in nx.pagerank.__doc__
