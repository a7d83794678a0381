"""Walks are counted as the powers of a matrix count them."""

from __future__ import annotations

import sys

import networkx as nx
import numpy as np
import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ambassadors.graph import Graph
from ambassadors.graph.walks import spreading_power
from tests.graph_cases import Case, cases, edge_frame, graph_of


def by_powers(matrix: np.ndarray, beta: float, steps: int) -> np.ndarray:
    """The definition: the sum of (beta A)^k 1."""
    return sum(np.linalg.matrix_power(beta * matrix, k) @ np.ones(len(matrix)) for k in range(1, steps + 1))


def dense(plain: nx.DiGraph, weighted: bool) -> np.ndarray:
    """The matrix of who is tied to whom, in node order."""
    return nx.to_numpy_array(plain, weight="weight" if weighted else None)


@given(case=cases(least_accounts=1), beta=st.floats(0, 4), steps=st.integers(1, 6), weighted=st.booleans())
@settings(deadline=None, max_examples=150)
def test_walks_are_the_powers_of_the_matrix(case: Case, beta: float, steps: int, weighted: bool) -> None:
    """Weighted or not, for any chance and any length."""
    expected = by_powers(dense(case.plain, weighted), beta, steps)

    power = spreading_power(case.graph, beta=beta, steps=steps, weighted=weighted)

    assert power == pytest.approx(expected, rel=1e-12)


@given(case=cases(least_accounts=1), weighted=st.booleans())
@settings(deadline=None)
def test_by_default_a_step_leads_to_one_more_on_average(case: Case, weighted: bool) -> None:
    """Beta is the sum of degrees by the sum of degrees in times degrees out, or 1 where no tie follows another."""
    matrix = dense(case.plain, weighted)
    following = (matrix.sum(axis=0) * matrix.sum(axis=1)).sum()
    beta = matrix.sum() / following if following else 1.0

    assert spreading_power(case.graph, weighted=weighted) == pytest.approx(by_powers(matrix, beta, 4), rel=1e-12)


def test_walks_follow_the_ties_as_they_point() -> None:
    """Whoever is followed by the followed reaches nobody in a graph of follows; reversed, everybody."""
    follows = graph_of("a>b", "b>c")

    assert spreading_power(follows, beta=0.5).tolist() == [0.75, 0.5, 0.0]
    assert spreading_power(follows.reversed(), beta=0.5).tolist() == [0.0, 0.5, 0.75]


def test_one_step_counts_ties() -> None:
    """Times the chance of each."""
    graph = graph_of("a>b:3", "a>c:4", "c>a:0")

    assert spreading_power(graph, beta=0.5, steps=1).tolist() == [3.5, 0.0, 0.0]
    assert spreading_power(graph, beta=0.5, steps=1, weighted=False).tolist() == [1.0, 0.0, 0.5]


def test_walks_are_the_same_on_any_number_of_threads(monkeypatch: pytest.MonkeyPatch) -> None:
    """To the last bit."""
    monkeypatch.setattr(sys.modules[spreading_power.__module__], "_WORTH_THREADS", 1)
    chance = np.random.default_rng(7)
    ends = (500 * chance.random((5000, 2)) ** [1, 3]).astype(int).astype(str)
    graph = Graph.from_edges(pl.DataFrame({"source": ends[:, 0], "target": ends[:, 1], "weight": chance.random(5000)}))

    answers = set()
    for threads in ("1", "3", "40"):
        monkeypatch.setenv("AMBASSADORS_THREADS", threads)
        answers.add(spreading_power(graph).tobytes())

    assert len(answers) == 1


def test_without_ties_there_are_no_walks() -> None:
    """Nobody, no answer; strangers reach nobody."""
    nobody = Graph.from_edges(edge_frame([]))
    strangers = Graph.from_edges(edge_frame([]), pl.Series(["a", "b"]))

    assert spreading_power(nobody).shape == (0,)
    assert spreading_power(nobody).dtype == np.float64
    assert spreading_power(strangers).tolist() == [0.0, 0.0]
    assert spreading_power(graph_of("a>b:0")).tolist() == [0.0, 0.0]


@pytest.mark.parametrize("beta", [-0.5, float("nan"), float("inf")])
def test_a_chance_is_finite_and_at_least_0(beta: float) -> None:
    """The message says what it is."""
    with pytest.raises(ValueError, match=f"beta is {beta}"):
        spreading_power(graph_of("a>b"), beta=beta)


def test_a_walk_has_a_step_at_least() -> None:
    """The message says how many are usual."""
    with pytest.raises(ValueError, match="steps is 0, and must be at least 1; 4 is usual"):
        spreading_power(graph_of("a>b"), steps=0)
