"""Degrees are networkx's, empty rows included."""

from __future__ import annotations

import numpy as np
import polars as pl
import pytest
from hypothesis import given, settings

from ambassadors.graph import Graph, in_degree, out_degree
from tests.graph_cases import Case, cases, edge_frame, graph_of


@given(case=cases())
@settings(deadline=None)
def test_counts_are_those_of_networkx(case: Case) -> None:
    """Ties in and ties out, one by one."""
    assert in_degree(case.graph).tolist() == [degree for _, degree in case.plain.in_degree()]
    assert out_degree(case.graph).tolist() == [degree for _, degree in case.plain.out_degree()]


@given(case=cases())
@settings(deadline=None)
def test_weighted_degrees_are_those_of_networkx(case: Case) -> None:
    """Sums of weights; 0 for whoever has no ties, wherever in the order they stand."""
    assert in_degree(case.graph, weighted=True).tolist() == [
        weight for _, weight in case.plain.in_degree(weight="weight")
    ]
    assert out_degree(case.graph, weighted=True).tolist() == [w for _, w in case.plain.out_degree(weight="weight")]


def test_weights_are_added_up_in_float64() -> None:
    """Small weights beside a large one still count."""
    followers = [f"{number:04}>star" for number in range(1000)]

    weights = in_degree(graph_of("0500whale>star:16777216", *followers), weighted=True)

    assert weights.tolist() == [*[0.0] * 1001, 2.0**24 + 1000]


@pytest.mark.parametrize("weighted", [False, True])
def test_strangers_and_nobody_have_no_ties(weighted: bool) -> None:
    """Zeros for strangers; nothing for nobody; counts are int64, sums float64."""
    strangers = Graph.from_edges(edge_frame([]), pl.Series(["a", "b"]))
    kind = np.float64 if weighted else np.int64

    assert in_degree(strangers, weighted).tolist() == [0, 0]
    assert out_degree(Graph.from_edges(edge_frame([])), weighted).tolist() == []
    assert in_degree(strangers, weighted).dtype == kind
