"""Hubs and authorities are the leading singular vectors, and networkx's where those are but one pair."""

from __future__ import annotations

import sys

import networkx as nx
import numpy as np
import polars as pl
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from ambassadors.errors import AmbassadorsError
from ambassadors.graph import Graph
from ambassadors.graph.hits import hits
from tests.graph_cases import Case, cases, edge_frame, graph_of


def dense(plain: nx.DiGraph, weighted: bool) -> np.ndarray:
    """The matrix of who points at whom, in node order."""
    return nx.to_numpy_array(plain, weight="weight" if weighted else None)


def by_projection(matrix: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """The limit of the power method: what the beginning holds of the leading eigenvectors, however many."""
    values, vectors = np.linalg.eigh(matrix.T @ matrix)
    assume(not ((values > (1 - 1e-3) * values[-1]) & (values < (1 - 1e-9) * values[-1])).any())  # nearly a tie
    leading = vectors[:, values >= (1 - 1e-9) * values[-1]]
    authorities = leading @ (leading.T @ matrix.sum(axis=0))
    hubs = matrix @ authorities
    return hubs / hubs.sum(), authorities / authorities.sum()


@given(case=cases(least_accounts=1), weighted=st.booleans())
@settings(deadline=None, max_examples=200)
def test_both_are_the_limit_of_the_power_method(case: Case, weighted: bool) -> None:
    """Weighted or not, with ties among the leading values, too."""
    matrix = dense(case.plain, weighted)
    assume(matrix.any())
    expected = by_projection(matrix)

    found = hits(case.graph, weighted=weighted)

    assert np.abs(np.array(found) - np.array(expected)).sum() < 1e-6


@given(case=cases(least_accounts=1), weighted=st.booleans(), tol=st.sampled_from([1e-4, 1e-6, 1e-10]))
@settings(deadline=None, max_examples=200)
def test_a_step_of_the_power_method_moves_neither(case: Case, weighted: bool, tol: float) -> None:
    """However near to each other the leading values are; both are shares."""
    matrix = dense(case.plain, weighted)
    assume(matrix.any())

    hubs, authorities = hits(case.graph, weighted=weighted, tol=tol)

    step = matrix.T @ matrix @ authorities
    assert np.abs(step / step.sum() - authorities).sum() <= tol + 1e-12
    assert [hubs.sum(), authorities.sum()] == pytest.approx([1, 1], abs=1e-12)
    assert min(hubs.min(), authorities.min()) >= 0


def crowd(accounts: int = 1500, rows: int = 20_000) -> Graph:
    """A heavy tail of followers, and weights."""
    chance = np.random.default_rng(3)
    ends = (accounts * chance.random((rows, 2)) ** [1, 3]).astype(int).astype(str)
    return Graph.from_edges(pl.DataFrame({"source": ends[:, 0], "target": ends[:, 1], "weight": chance.random(rows)}))


@pytest.mark.parametrize("tol", [1e-3, 1e-6, 1e-8, 1e-12])
def test_a_large_graph_agrees_with_networkx(tol: float) -> None:
    """20,000 edges with a heavy tail, in float32 and in float64."""
    graph = crowd()
    expected = [[ranks[node] for node in graph.accounts] for ranks in nx.hits(graph.nx(), tol=0)]

    found = hits(graph, tol=tol)

    assert np.abs(np.array(found) - np.array(expected)).sum(axis=1).max() < 10 * tol + 1e-11


def test_whoever_points_at_the_pointed_at_is_a_hub() -> None:
    """Two who follow the same star, one who follows a stranger."""
    hubs, authorities = hits(graph_of("a>star", "b>star", "c>stranger"))

    assert hubs == pytest.approx([0.5, 0.5, 0, 0, 0], abs=1e-12)
    assert authorities == pytest.approx([0, 0, 0, 1, 0], abs=1e-12)


def test_equal_parts_share_as_they_began() -> None:
    """Two pairs that know nothing of each other have half of everything each."""
    hubs, authorities = hits(graph_of("a>b", "c>d"))

    assert hubs.tolist() == pytest.approx([0.5, 0, 0.5, 0])
    assert authorities.tolist() == pytest.approx([0, 0.5, 0, 0.5])


def test_turned_round_hubs_are_authorities() -> None:
    """The same ties the other way swap the two."""
    graph = crowd(200, 1000)

    hubs, authorities = hits(graph)

    assert np.abs(np.array(hits(graph.reversed())) - np.array([authorities, hubs])).sum() < 1e-8


@pytest.mark.parametrize("power", [-140, 100])
@pytest.mark.parametrize("tol", [1e-6, 1e-10])
def test_the_weight_of_all_ties_together_does_not_matter(power: int, tol: float) -> None:
    """Be it too large or too small for float32 to multiply."""
    ties = [("a>b", 1), ("a>c", 3), ("b>c", 2), ("c>a", 4), ("d>a", 1), ("d>c", 1)]
    usual, odd = (graph_of(*(f"{ends}:{weight * 2.0**by}" for ends, weight in ties)) for by in (0, power))

    assert np.abs(np.array(hits(odd, tol=tol)) - np.array(hits(usual, tol=tol))).sum() < 10 * tol


def test_hubs_are_the_same_on_any_number_of_threads(monkeypatch: pytest.MonkeyPatch) -> None:
    """To the last bit."""
    monkeypatch.setattr(sys.modules["ambassadors.graph.walks"], "_WORTH_THREADS", 1)
    graph = crowd()

    answers = set()
    for threads in ("1", "3", "40"):
        monkeypatch.setenv("AMBASSADORS_THREADS", threads)
        answers.add(np.array(hits(graph)).tobytes())

    assert len(answers) == 1


def test_where_nobody_points_nobody_is_anything() -> None:
    """Both are 0 throughout: there is nothing to share."""
    for graph in (
        Graph.from_edges(edge_frame([])),
        Graph.from_edges(edge_frame([]), pl.Series(["a", "b"])),
        graph_of("a>b:0"),
    ):
        hubs, authorities = hits(graph)

        assert hubs.tolist() == authorities.tolist() == [0.0] * graph.number_of_nodes()
        assert hubs.dtype == authorities.dtype == np.float64


def test_too_few_steps_are_an_error_and_not_an_answer() -> None:
    """The message says how far it got and what to do."""
    with pytest.raises(AmbassadorsError, match=r"HITS has not converged: step 2 still moved .* tol is 1e-12\. Raise"):
        hits(crowd(), tol=1e-12, max_iter=2)
