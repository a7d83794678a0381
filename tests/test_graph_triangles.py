"""Triangles and clustering are networkx's, however the hubs are ordered."""

from __future__ import annotations

import networkx as nx
import numpy as np
import polars as pl
import pytest
from hypothesis import given, settings

from ambassadors.graph import Graph
from ambassadors.graph.triangles import clustering, triangles
from tests.graph_cases import Case, cases, edge_frame, graph_of


def heavy_tailed(rows: int = 20_000) -> Graph:
    """Some accounts that nearly all know, and a crowd that few know."""
    ends = (1500 * np.random.default_rng(11).random((rows, 2)) ** [1, 3]).astype(int).astype(str)
    return Graph.from_edges(pl.DataFrame({"source": ends[:, 0], "target": ends[:, 1]}))


@given(case=cases(most_accounts=12, most_rows=90))
@settings(deadline=None, max_examples=100)
def test_triangles_are_those_of_networkx(case: Case) -> None:
    """An edge either way is a tie."""
    expected = nx.triangles(case.plain.to_undirected())

    assert triangles(case.graph).tolist() == [expected[account] for account in case.plain]


@given(case=cases(most_accounts=12, most_rows=90))
@settings(deadline=None, max_examples=100)
def test_clustering_is_that_of_networkx(case: Case) -> None:
    """To the last bit."""
    expected = nx.clustering(case.plain.to_undirected())

    assert clustering(case.graph).tolist() == [expected[account] for account in case.plain]


@given(case=cases(most_accounts=12, most_rows=90))
@settings(deadline=None, max_examples=100)
def test_directed_clustering_is_that_of_networkx(case: Case) -> None:
    """One edge or two on each side of a triangle make a difference then."""
    expected = nx.clustering(case.plain)

    assert clustering(case.graph, directed=True) == pytest.approx([expected[account] for account in case.plain])


def test_a_large_graph_agrees_too() -> None:
    """20,000 rows with a heavy tail."""
    graph = heavy_tailed()
    plain = nx.DiGraph(graph.nx())
    counts, shares = nx.triangles(plain.to_undirected()), nx.clustering(plain)

    assert triangles(graph).tolist() == [counts[account] for account in graph.accounts]
    assert clustering(graph, directed=True) == pytest.approx([shares[account] for account in graph.accounts])


def test_the_answer_is_the_same_at_any_number_of_threads(monkeypatch: pytest.MonkeyPatch) -> None:
    """Whole numbers are added up, and their order does not matter."""
    graph = heavy_tailed(80_000)
    monkeypatch.setenv("AMBASSADORS_THREADS", "1")
    alone = triangles(graph), clustering(graph, directed=True)

    monkeypatch.setenv("AMBASSADORS_THREADS", "3")
    together = triangles(graph), clustering(graph, directed=True)

    assert [answer.tobytes() for answer in together] == [answer.tobytes() for answer in alone]


def test_in_a_clique_all_are_tied_to_all() -> None:
    """Of six, each is part of as many triangles as there are pairs of the other five."""
    clique = graph_of(*(f"{u}>{v}" for u in "abcdef" for v in "abcdef" if u < v))

    assert triangles(clique).tolist() == [10] * 6
    assert clustering(clique).tolist() == [1.0] * 6


def test_mutual_edges_close_no_more_triangles() -> None:
    """A triangle of mutual ties is one; each of its accounts is fully clustered, directed or not."""
    graph = graph_of("a>b", "b>a", "b>c", "c>b", "a>c", "c>a")

    assert triangles(graph).tolist() == [1, 1, 1]
    assert clustering(graph, directed=True).tolist() == [1.0, 1.0, 1.0]


def test_without_triangles_nobody_is_clustered() -> None:
    """A star, a chain, a pair, strangers, nobody."""
    for ties in (["a>b", "a>c", "a>d"], ["a>b", "b>c", "c>d"], ["a>b", "b>a"], ["a>a"]):
        assert not triangles(graph_of(*ties)).any()
        assert not clustering(graph_of(*ties)).any()
        assert not clustering(graph_of(*ties), directed=True).any()
    strangers = Graph.from_edges(edge_frame([]), pl.Series(["a", "b"]))
    assert triangles(strangers).tolist() == [0, 0]
    assert clustering(strangers).tolist() == [0.0, 0.0]
    nobody = Graph.from_edges(edge_frame([]))
    assert triangles(nobody).shape == clustering(nobody).shape == (0,)
    assert triangles(nobody).dtype == np.int64
    assert clustering(nobody).dtype == np.float64
