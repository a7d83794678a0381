"""Core numbers are networkx's, in linear time."""

from __future__ import annotations

import sys
from collections.abc import Iterator

import networkx as nx
import numpy as np
import polars as pl
import pytest
from hypothesis import given, settings

from ambassadors.graph import Graph, core_number
from tests.graph_cases import Case, cases, edge_frame, graph_of


@pytest.fixture(autouse=True, scope="module", params=["numpy", "compiled"])
def way(request: pytest.FixtureRequest) -> Iterator[None]:
    """Small graphs are peeled by numpy and large ones by compiled code; here every graph is peeled both ways."""
    with pytest.MonkeyPatch.context() as patch:
        if request.param == "compiled":
            patch.setattr(sys.modules[core_number.__module__], "_WORTH_COMPILED_CODE", 0)
        yield


@given(case=cases(most_accounts=14, most_rows=90))
@settings(deadline=None, max_examples=200)
def test_core_numbers_are_those_of_networkx(case: Case) -> None:
    """Ties in and out both count, mutual ones twice."""
    assert core_number(case.graph).tolist() == list(nx.core_number(case.plain).values())


@given(case=cases(most_accounts=14, most_rows=60))
@settings(deadline=None)
def test_symmetric_ties_give_plain_cores_doubled(case: Case) -> None:
    """Half of the core number of the symmetric graph is the undirected one."""
    undirected = list(nx.core_number(case.plain.to_undirected()).values())

    assert (core_number(case.graph.symmetric()) // 2).tolist() == undirected


def test_a_large_graph_agrees_too() -> None:
    """20,000 edges with a heavy tail, so that many bins are in use at once."""
    chance = np.random.default_rng(3)
    ends = (1500 * chance.random((20_000, 2)) ** [1, 3]).astype(int).astype(str)
    graph = Graph.from_edges(pl.DataFrame({"source": ends[:, 0], "target": ends[:, 1]}))

    assert core_number(graph).tolist() == list(nx.core_number(graph.nx()).values())


def test_whoever_hangs_on_a_clique_stays_outside_it() -> None:
    """Four who all follow each other have 6; a follower of one of them has 1, a stranger 0."""
    clique = [f"{u}>{v}" for u in "abcd" for v in "abcd" if u != v]

    assert core_number(graph_of(*clique, "e>a", "s>s")).tolist() == [6, 6, 6, 6, 1, 0]


def test_an_empty_graph_has_no_cores() -> None:
    """And strangers have 0."""
    assert core_number(Graph.from_edges(edge_frame([]))).tolist() == []
    assert core_number(Graph.from_edges(edge_frame([]), pl.Series(["a", "b"]))).tolist() == [0, 0]
    assert core_number(Graph.from_edges(edge_frame([]))).dtype == np.int64
