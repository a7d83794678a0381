"""Spreaders by their definitions, however quickly they are found."""

from __future__ import annotations

import networkx as nx
import numpy as np
import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ambassadors.graph import Graph, in_degree
from ambassadors.graph.spreaders import collective_influence, h_index, voterank
from tests.graph_cases import Case, cases, edge_frame, graph_of


def heavy_tailed(accounts: int = 500, rows: int = 2500) -> Graph:
    """Some accounts that many know, and a crowd that few know."""
    ends = (accounts * np.random.default_rng(13).random((rows, 2)) ** [1, 3]).astype(int).astype(str)
    return Graph.from_edges(pl.DataFrame({"source": ends[:, 0], "target": ends[:, 1]}))


def influence_by_definition(plain: nx.DiGraph, radius: int) -> list[int]:
    """Degree less 1, times the same of everyone at just that distance, added up."""
    ties = plain.to_undirected()
    shells = {
        account: [
            u for u, distance in nx.single_source_shortest_path_length(ties, account).items() if distance == radius
        ]
        for account in plain
    }
    return [(ties.degree(v) - 1) * sum(ties.degree(u) - 1 for u in shells[v]) for v in plain]


@given(case=cases(most_accounts=14, most_rows=30), radius=st.integers(1, 4))
@settings(deadline=None, max_examples=100)
def test_collective_influence_is_what_it_is_defined_to_be(case: Case, radius: int) -> None:
    """For every account and radius."""
    assert collective_influence(case.graph, radius=radius).tolist() == influence_by_definition(case.plain, radius)


@pytest.mark.parametrize("radius", [1, 2, 3])
def test_collective_influence_is_right_on_a_large_graph_too(radius: int) -> None:
    """With hubs, where balls overlap."""
    graph = heavy_tailed()

    assert collective_influence(graph, radius=radius).tolist() == influence_by_definition(
        nx.DiGraph(graph.nx()), radius
    )


def test_whoever_ties_crowds_together_has_the_collective_influence() -> None:
    """Not the better connected heart of a crowd, if nothing lies behind its friends."""
    left, right = ([f"{side}0>{side}{k}" for k in range(1, 6)] for side in "lr")
    graph = graph_of(*left, *right, "bridge>l0", "bridge>r0")

    first = collective_influence(graph, radius=1).argmax()

    assert graph.accounts[int(first)] == "bridge"


@pytest.mark.parametrize("radius", [0, -1])
def test_a_radius_is_at_least_1(radius: int) -> None:
    """The message says the value and what is usual."""
    with pytest.raises(ValueError, match=f"radius is {radius}, and must be at least 1; 2 is usual"):
        collective_influence(graph_of("a>b"), radius=radius)


@given(case=cases(most_accounts=14, most_rows=60), number=st.none() | st.integers(0, 20))
@settings(deadline=None, max_examples=150)
def test_the_elected_are_those_of_networkx(case: Case, number: int | None) -> None:
    """In the same order, as many of them, down to the rounding of votes."""
    accounts = case.graph.accounts.to_list()

    elected = [accounts[place] for place in voterank(case.graph, number)]

    assert elected == nx.voterank(case.plain, number)


def test_the_elected_of_a_large_graph_are_those_of_networkx() -> None:
    """With hubs, all of them in order."""
    graph = heavy_tailed(300, 1500)
    accounts = graph.accounts.to_list()

    elected = [accounts[place] for place in voterank(graph)]

    assert elected == nx.voterank(nx.DiGraph(graph.nx()))


def test_the_next_elected_stands_elsewhere() -> None:
    """Two who reach the same crowd are not both elected before one who reaches another."""
    graph = graph_of(*(f"{u}>{v}" for u in "ab" for v in "wxyz"), "c>k", "c>l", "c>m")

    assert [graph.accounts[int(place)] for place in voterank(graph, 2)] == ["a", "c"]


def test_a_number_is_at_least_0() -> None:
    """0 elects nobody; less is a mistake."""
    assert voterank(graph_of("a>b"), 0).tolist() == []
    with pytest.raises(ValueError, match="number is -1, and must be at least 0"):
        voterank(graph_of("a>b"), -1)


@given(case=cases(most_accounts=10, most_rows=80))
@settings(deadline=None, max_examples=100)
def test_h_index_is_what_it_is_defined_to_be(case: Case) -> None:
    """At least h followers with at least h followers, and h as large as can be."""
    plain = case.plain

    expected = [
        max(h for h in range(len(plain) + 1) if sum(plain.in_degree(u) >= h for u in plain.predecessors(v)) >= h)
        for v in plain
    ]

    assert h_index(case.graph).tolist() == expected


@given(case=cases(most_accounts=10, most_rows=60))
@settings(deadline=None)
def test_h_index_stands_between_core_and_degree(case: Case) -> None:
    """On undirected ties: the degree bounds it from above, the core number from below (Lü et al.)."""
    both = case.graph.symmetric()
    cores = np.array(list(nx.core_number(case.plain.to_undirected()).values()))

    assert (cores <= h_index(both)).all()
    assert (h_index(both) <= in_degree(both)).all()


def test_a_crowd_of_nobodies_lends_no_fame() -> None:
    """Five followers whom nobody follows are worth less than two with two each."""
    graph = graph_of(*(f"{k}>star" for k in range(5)), "e>d", "f>d", "g>e", "h>e", "g>f", "h>f")
    fame = dict(zip(graph.accounts, h_index(graph).tolist(), strict=True))

    assert fame["star"] == 0
    assert fame["d"] == 2


def test_the_answers_are_the_same_at_any_number_of_threads(monkeypatch: pytest.MonkeyPatch) -> None:
    """Every account has its own place in them."""
    graph = heavy_tailed(9000, 60_000)
    monkeypatch.setenv("AMBASSADORS_THREADS", "1")
    alone = collective_influence(graph), h_index(graph), voterank(graph)

    monkeypatch.setenv("AMBASSADORS_THREADS", "3")
    together = collective_influence(graph), h_index(graph), voterank(graph)

    assert [answer.tobytes() for answer in together] == [answer.tobytes() for answer in alone]


def test_a_graph_without_ties_has_no_spreaders() -> None:
    """Strangers have 0 and elect nobody; nobody, nothing."""
    nobody = Graph.from_edges(edge_frame([]))
    strangers = Graph.from_edges(edge_frame([]), pl.Series(["a", "b"]))

    assert collective_influence(strangers).tolist() == h_index(strangers).tolist() == [0, 0]
    assert voterank(strangers).tolist() == voterank(nobody).tolist() == []
    for answer in (collective_influence(nobody), h_index(nobody), voterank(nobody)):
        assert answer.shape == (0,)
        assert answer.dtype == np.int64
