"""Harmonic closeness is networkx's, exactly or within a stated error."""

from __future__ import annotations

import networkx as nx
import numpy as np
import polars as pl
import pytest
from hypothesis import HealthCheck, given, settings

import ambassadors.graph.closeness as closeness
from ambassadors.graph import Graph
from ambassadors.graph.closeness import harmonic_closeness
from tests.graph_cases import Case, cases, edge_frame, graph_of

WAYS = pytest.mark.parametrize("share", [1, 32, 10**9], ids=["push", "both", "pull"])


def by_networkx(plain: nx.DiGraph) -> np.ndarray:
    """What networkx finds, in node order."""
    found = nx.harmonic_centrality(plain)
    return np.array([found[node] for node in plain])


def random_graph(accounts: int, ties: int) -> Graph:
    """With a heavy tail of followers."""
    ends = (accounts * np.random.default_rng(11).random((ties, 2)) ** [1, 2]).astype(int).astype(str)
    return Graph.from_edges(pl.DataFrame({"source": ends[:, 0], "target": ends[:, 1]}))


@WAYS
@given(case=cases(most_accounts=14, most_rows=40))
@settings(deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_closeness_is_that_of_networkx(monkeypatch: pytest.MonkeyPatch, share: int, case: Case) -> None:
    """Whether arrivals are pushed, pulled, or first the one and then the other."""
    monkeypatch.setattr(closeness, "_SHARE", share)

    estimate = harmonic_closeness(case.graph, sources=None)

    assert estimate.values == pytest.approx(by_networkx(case.plain), abs=1e-12)
    assert estimate.exact
    assert not estimate.error.any()


@WAYS
def test_a_large_graph_agrees_too(monkeypatch: pytest.MonkeyPatch, share: int) -> None:
    """700 accounts: three batches of sources, the last one not full."""
    monkeypatch.setattr(closeness, "_SHARE", share)
    graph = random_graph(700, 2400)

    assert harmonic_closeness(graph, sources=None).values == pytest.approx(by_networkx(graph.nx()), abs=1e-9)


def test_a_long_chain_can_be_counted_by_hand() -> None:
    """The last of 700 hears from all others: 1 + 1/2 + ... + 1/699."""
    chain = graph_of(*(f"{i:04}>{i + 1:04}" for i in range(699)))

    values = harmonic_closeness(chain, sources=None).values

    assert values[[0, 1, 699]] == pytest.approx([0, 1, (1 / np.arange(1, 700)).sum()], abs=1e-11)


def test_estimates_are_right_on_average() -> None:
    """Over 200 seeds the mean is within what its own spread allows."""
    graph = random_graph(300, 1200)
    truth = harmonic_closeness(graph, sources=None).values

    values = np.array([harmonic_closeness(graph, sources=20, seed=seed).values for seed in range(200)])

    off = (values.mean(axis=0) - truth) / np.maximum(values.std(axis=0) / np.sqrt(200), 1e-9)
    assert np.abs(off).max() < 5
    assert np.sqrt(np.mean(off**2)) == pytest.approx(1, abs=0.15)


def test_bounds_hold_somewhat_less_often_than_they_say() -> None:
    """As is documented: 95 in 100 are about 92 here, over 40 seeds, for everyone whom many can reach."""
    graph = random_graph(1000, 6000)
    truth = harmonic_closeness(graph, sources=None).values
    heard = truth > len(truth) / 40
    estimates = [harmonic_closeness(graph, sources=128, seed=seed) for seed in range(40)]

    for level, least in ((0.5, 0.45), (0.9, 0.84), (0.95, 0.89)):
        bounds = [estimate.interval(level) for estimate in estimates]
        held = np.mean([(low <= truth)[heard] & (truth <= high)[heard] for low, high in bounds])
        assert least < held < level + 0.02


def test_threads_do_not_change_the_answer(monkeypatch: pytest.MonkeyPatch) -> None:
    """To the last bit, with 1 or 3 of them."""
    graph = random_graph(6000, 60_000)
    answers = []
    for threads in ("1", "3"):
        monkeypatch.setenv("AMBASSADORS_THREADS", threads)
        estimate = harmonic_closeness(graph, sources=300)
        answers.append(estimate.values.tobytes() + estimate.error.tobytes())

    assert answers[0] == answers[1]


def test_the_seed_decides_who_is_drawn() -> None:
    """The same one, the same answer; the number of sources is told."""
    graph = random_graph(400, 1600)
    values = [harmonic_closeness(graph, sources=20, seed=seed).values.tolist() for seed in (1, 1, 2)]

    assert values[0] == values[1] != values[2]
    assert harmonic_closeness(graph, sources=20).sources == 20
    assert not harmonic_closeness(graph, sources=20).exact


def test_more_sources_than_accounts_are_all_of_them() -> None:
    """The answer is exact."""
    estimate = harmonic_closeness(graph_of("a>b", "b>c"))

    assert (estimate.values.tolist(), estimate.sources, estimate.exact) == ([0, 1, 1.5], 3, True)


@pytest.mark.parametrize("names", [[], ["a"], ["a", "b"]])
def test_strangers_are_close_to_nobody(names: list[str]) -> None:
    """Nobody, one account, or two without a tie."""
    graph = Graph.from_edges(edge_frame([]), pl.Series(names, dtype=pl.String))

    for sources in (None, 256):
        estimate = harmonic_closeness(graph, sources=sources)
        assert estimate.values.tolist() == estimate.error.tolist() == [0.0] * len(names)


def test_too_few_sources_are_refused() -> None:
    """Two leave no error to state."""
    with pytest.raises(ValueError, match="sources is 2, and must be at least 3"):
        harmonic_closeness(graph_of("a>b"), sources=2)
