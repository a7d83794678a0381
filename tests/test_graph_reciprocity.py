"""Reciprocity is networkx's."""

from __future__ import annotations

import networkx as nx
import numpy as np
import polars as pl
import pytest
from hypothesis import given, settings

from ambassadors.errors import NotEnoughData
from ambassadors.graph import Graph
from ambassadors.graph.reciprocity import mutual_degree, overall_reciprocity, reciprocity
from tests.graph_cases import Case, cases, edge_frame, graph_of


@given(case=cases(most_accounts=8, most_rows=60))
@settings(deadline=None, max_examples=150)
def test_reciprocity_is_that_of_networkx(case: Case) -> None:
    """For each account; where networkx says None, it is NaN."""
    plain = case.plain
    expected = [np.nan if share is None else share for share in nx.reciprocity(plain, list(plain)).values()]

    assert np.array_equal(reciprocity(case.graph), np.array(expected, float), equal_nan=True)


@given(case=cases(most_accounts=8, most_rows=60))
@settings(deadline=None, max_examples=150)
def test_overall_reciprocity_is_that_of_networkx(case: Case) -> None:
    """Without edges it is refused, as networkx does."""
    graph = case.graph
    if not graph.number_of_edges():
        with pytest.raises(NotEnoughData, match="no edges"):
            overall_reciprocity(graph)
        return

    assert overall_reciprocity(graph) == nx.overall_reciprocity(case.plain)


@given(case=cases(most_accounts=8, most_rows=60))
@settings(deadline=None)
def test_mutual_ties_are_edges_in_both_directions(case: Case) -> None:
    """Counted one by one."""
    plain = case.plain

    expected = [len(set(plain.successors(account)) & set(plain.predecessors(account))) for account in plain]

    assert mutual_degree(case.graph).tolist() == expected


def test_the_answer_is_the_same_at_any_number_of_threads(monkeypatch: pytest.MonkeyPatch) -> None:
    """Each piece of rows has its own part of it."""
    ends = np.random.default_rng(2).integers(0, 300, (60_000, 2)).astype(str)
    graph = Graph.from_edges(pl.DataFrame(ends, schema=["source", "target"]))
    monkeypatch.setenv("AMBASSADORS_THREADS", "1")
    alone = reciprocity(graph)

    monkeypatch.setenv("AMBASSADORS_THREADS", "3")
    together = reciprocity(graph)

    assert together.tobytes() == alone.tobytes()


def test_who_has_no_ties_has_no_reciprocity() -> None:
    """Not 0, which would be to leave all ties unreturned."""
    graph = Graph.from_edges(edge_frame([("a", "b", 1.0), ("b", "a", 1.0), ("c", "a", 1.0)]), pl.Series(["lone"]))

    assert reciprocity(graph)[:3] == pytest.approx([2 / 3, 1, 0])
    assert np.isnan(reciprocity(graph)[3])


def test_a_graph_and_its_reverse_are_alike() -> None:
    """A tie is returned, whoever began."""
    graph = graph_of("a>b", "b>a", "b>c", "c>d", "d>c")

    assert reciprocity(graph).tolist() == reciprocity(graph.reversed()).tolist()


def test_an_empty_graph_has_no_reciprocity() -> None:
    """An empty array of floats, and no overall share."""
    nobody = Graph.from_edges(edge_frame([]))

    assert reciprocity(nobody).shape == mutual_degree(nobody).shape == (0,)
    assert reciprocity(nobody).dtype == np.float64
    assert mutual_degree(nobody).dtype == np.int64
