"""Fitness: the fixed point of its definition, at any number of threads."""

from __future__ import annotations

import numpy as np
import polars as pl
import pytest
from hypothesis import given

from ambassadors.errors import AmbassadorsError
from ambassadors.graph import Graph, fitness
from tests.graph_cases import Case, cases, edge_frame, graph_of


@given(cases())
def test_everyone_is_one_and_what_their_followers_bring(case: Case) -> None:
    """``x = 1 + sum of weight / x`` holds for every account, weighted or not."""
    graph = case.graph

    for weighted in (True, False):
        x = fitness(graph, weighted=weighted, tol=1e-12)
        weight = graph.into.weights.astype(float) if weighted else np.ones(graph.into.indices.size)
        brought = np.bincount(graph.into.sources, weight / x[graph.into.indices], minlength=x.size)
        assert x == pytest.approx(1 + brought, rel=1e-9)


def test_a_follower_who_has_nobody_counts_more_than_one_who_is_followed() -> None:
    """The tie of someone who is followed by many is spread thin."""
    graph = graph_of("a>x", "b>y", "p>b", "q>b", "r>b")

    x = {name[-1]: value for name, value in zip(graph.accounts, fitness(graph), strict=True)}

    assert x["a"] == 1
    assert x["x"] > x["y"] > 1


def test_a_pair_that_follow_each_other_are_golden() -> None:
    """``x = 1 + 1 / x`` is the golden ratio."""
    assert fitness(graph_of("a>b", "b>a"), tol=1e-12) == pytest.approx((1 + 5**0.5) / 2)


def test_the_answer_does_not_depend_on_threads_or_on_compiled_code(monkeypatch: pytest.MonkeyPatch) -> None:
    """To the last bit."""
    generator = np.random.default_rng(5)
    rows = generator.integers(0, 500, (2, 4000)).astype(np.uint32)
    weights = generator.random(4000).astype(np.float32)
    graph = Graph.from_numbers(pl.Series([f"x:{i:03}" for i in range(500)]), rows[0], rows[1], pl.Series(weights))
    plain = fitness(graph)

    monkeypatch.setattr("ambassadors.graph.walks._WORTH_COMPILED_CODE", 0)
    monkeypatch.setattr("ambassadors.graph.walks._WORTH_THREADS", 0)
    for threads in ("1", "3"):
        monkeypatch.setenv("AMBASSADORS_THREADS", threads)
        assert np.array_equal(fitness(graph), plain)


def test_nobody_and_nothing_are_fine() -> None:
    """No accounts, or no ties."""
    assert fitness(graph_of()).tolist() == []
    assert fitness(Graph.from_edges(edge_frame([]), pl.Series(["a", "b"]))).tolist() == [1, 1]


def test_too_few_steps_are_told() -> None:
    """With what to do about it."""
    with pytest.raises(AmbassadorsError, match="Raise max_iter or tol"):
        fitness(graph_of("a>b", "b>a"), tol=1e-12, max_iter=2)
