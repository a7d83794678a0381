"""Communities: NetworKit finds them, and we say which, in an order that never changes."""

from __future__ import annotations

import sys

import networkit
import networkx as nx
import numpy as np
import polars as pl
import pytest
from hypothesis import given, settings

from ambassadors.errors import AmbassadorsError
from ambassadors.graph import Graph
from ambassadors.graph.communities import communities
from ambassadors.graph.components import by_size, weak_components
from tests.graph_cases import Case, cases, edge_frame, graph_of


def crowds(sizes: tuple[int, ...] = (60, 40, 50), seed: int = 4) -> tuple[Graph, list[int]]:
    """Crowds with many ties within and few between, and the number of each account's crowd by size."""
    chance = np.random.default_rng(seed)
    crowd = np.repeat(np.arange(len(sizes)), sizes)
    likely = np.where(crowd[:, None] == crowd, 0.2, 0.005)
    source, target = np.nonzero(chance.random(likely.shape) < likely)
    names = pl.Series([f"{at:04}" for at in range(len(crowd))])
    return Graph.from_edges(pl.DataFrame({"source": names[source], "target": names[target]})), by_size(crowd).tolist()


def modularity(graph: Graph, labels: np.ndarray) -> float:
    """By networkx, on the undirected graph whose mutual ties weigh what both edges do."""
    both = nx.Graph()
    both.add_nodes_from(graph.accounts)
    for source, target, weight in graph.nx().edges(data="weight"):
        both.add_edge(source, target, weight=weight + both.get_edge_data(source, target, {"weight": 0})["weight"])
    groups = [set(graph.accounts.filter(pl.Series(labels == label))) for label in range(labels.max() + 1)]
    return nx.community.modularity(both, groups)


def test_crowds_that_were_planted_are_found() -> None:
    """And numbered by size, the largest first."""
    graph, crowd = crowds()

    assert communities(graph).tolist() == crowd


@given(case=cases(most_accounts=14, most_rows=40))
@settings(deadline=None, max_examples=60)
def test_communities_lie_within_components_and_are_numbered_by_size(case: Case) -> None:
    """For any graph, whatever its weights."""
    labels, components = communities(case.graph), weak_components(case.graph)

    assert labels.shape == components.shape
    assert by_size(labels).tolist() == labels.tolist()
    for label in set(labels.tolist()):
        assert len(set(components[labels == label].tolist())) == 1


@given(case=cases(most_accounts=14, most_rows=40))
@settings(deadline=None, max_examples=60)
def test_every_community_hangs_together(case: Case) -> None:
    """Which Leiden guarantees, and Louvain does not."""
    ties = case.plain.to_undirected()
    accounts, labels = np.array(list(ties), object), communities(case.graph, weighted=False)

    for label in set(labels.tolist()):
        assert nx.is_connected(ties.subgraph(accounts[labels == label]))


@pytest.mark.parametrize("seed", [0, 1, 2])
def test_modularity_is_above_that_of_louvain(seed: int) -> None:
    """As networkx has it. Fewer rounds, or weights left out on the way to NetworKit, would fall below."""
    chance = np.random.default_rng(seed)
    ends = (300 * chance.random((1500, 2)) ** [1, 2]).astype(int).astype(str)
    rows = pl.DataFrame({"source": ends[:, 0], "target": ends[:, 1], "weight": chance.random(1500)})
    graph = Graph.from_edges(rows)
    both = nx.Graph(graph.symmetric().nx())

    expected = nx.community.modularity(both, nx.community.louvain_communities(both, seed=seed))

    assert modularity(graph, communities(graph, seed=seed)) > expected


def test_the_same_seed_has_the_same_answer() -> None:
    """On any number of NetworKit's threads, which stay as many as they were."""
    graph, _ = crowds((300, 200, 100, 50), seed=8)
    alone = communities(graph, seed=5)
    before = networkit.getMaxNumberOfThreads()

    networkit.setNumberOfThreads(3)
    together = communities(graph, seed=5)
    after = networkit.getMaxNumberOfThreads()
    networkit.setNumberOfThreads(before)

    assert together.tobytes() == alone.tobytes()
    assert after == 3


def test_weights_draw_the_lines() -> None:
    """Two pairs of a ring that weigh much; without weights, the ring is as good cut anywhere."""
    graph = graph_of("a>b:100", "b>c:1", "c>d:100", "d>a:1")

    assert communities(graph).tolist() == [0, 0, 1, 1]
    assert communities(graph_of("a>b:1", "b>c:100", "c>d:1", "d>a:100")).tolist() == [0, 1, 1, 0]
    assert communities(graph, weighted=False).tolist() == communities(graph_of("a>b", "b>c", "c>d", "d>a")).tolist()


def test_a_higher_resolution_finds_more_communities() -> None:
    """Up to one for each account; and at 0, one for each component."""
    graph, crowd = crowds()

    counts = [int(communities(graph, resolution=resolution).max()) + 1 for resolution in (0, 1, 4, 1000)]

    assert counts == sorted(counts)
    assert counts[:2] == [1, 3]
    assert counts[-1] == len(crowd)


def test_where_nothing_ties_anybody_everybody_is_alone() -> None:
    """No edges, or none that weighs anything; and nobody at all."""
    strangers = Graph.from_edges(edge_frame([]), pl.Series(["a", "b"]))

    assert communities(strangers).tolist() == [0, 1]
    assert communities(graph_of("a>b:0")).tolist() == [0, 1]
    assert communities(graph_of("a>b:0"), weighted=False).tolist() == [0, 0]
    assert communities(Graph.from_edges(edge_frame([]))).shape == (0,)
    assert communities(strangers).dtype == communities(graph_of("a>b")).dtype == np.int64


@pytest.mark.parametrize("resolution", [-0.5, float("nan"), float("inf")])
def test_a_resolution_is_a_finite_number_of_at_least_0(resolution: float) -> None:
    """The message says the value and what is usual."""
    with pytest.raises(ValueError, match=f"resolution is {resolution}, and must be .* 1 is usual"):
        communities(graph_of("a>b"), resolution=resolution)


@pytest.mark.parametrize("seed", [-1, 2**64])
def test_a_seed_has_64_bits(seed: int) -> None:
    """The message says which values will do."""
    with pytest.raises(ValueError, match=f"seed is {seed}, and must be a whole number from 0"):
        communities(graph_of("a>b"), seed=seed)


def test_without_networkit_we_say_what_to_install(monkeypatch: pytest.MonkeyPatch) -> None:
    """By the name of our own extra."""
    monkeypatch.setitem(sys.modules, "networkit", None)

    with pytest.raises(AmbassadorsError, match=r"pip install 'ambassadors\[communities\]'"):
        communities(graph_of("a>b"))
