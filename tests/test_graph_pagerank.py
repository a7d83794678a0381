"""PageRank is networkx's, on any graph, only quicker."""

from __future__ import annotations

import sys
from collections.abc import Iterator

import networkx as nx
import numpy as np
import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ambassadors.errors import AmbassadorsError, NotEnoughData, UnknownAccount
from ambassadors.graph import Graph
from ambassadors.graph.pagerank import pagerank, personalized_pagerank
from tests.graph_cases import Case, cases, edge_frame, graph_of

ALPHAS = st.sampled_from([0.0, 0.1, 0.5, 0.85, 0.95])


MODULE = sys.modules[pagerank.__module__]


@pytest.fixture(autouse=True, scope="module", params=["numpy", "compiled"])
def way(request: pytest.FixtureRequest) -> Iterator[None]:
    """Small graphs are ranked by numpy and large ones by compiled code; here every graph is ranked both ways."""
    with pytest.MonkeyPatch.context() as patch:
        if request.param == "compiled":
            patch.setattr(MODULE, "_WORTH_COMPILED_CODE", 0)
        yield


def by_networkx(plain: nx.DiGraph, **options: object) -> np.ndarray:
    """What networkx finds, in node order; its tolerance is per node, so it is divided by them."""
    ranks = nx.pagerank(plain, tol=1e-13 / max(len(plain), 1), max_iter=5000, **options)
    return np.array([ranks[node] for node in plain])


@given(case=cases(), alpha=ALPHAS, weighted=st.booleans())
@settings(deadline=None, max_examples=150)
def test_ranks_are_those_of_networkx(case: Case, alpha: float, weighted: bool) -> None:
    """Weighted or not, with dangling accounts, weights of 0 and isolated accounts."""
    expected = by_networkx(case.plain, alpha=alpha, weight="weight" if weighted else None)

    ranks = pagerank(case.graph, alpha=alpha, weighted=weighted)

    assert np.abs(ranks - expected).sum() < 1e-10


@given(case=cases(least_accounts=1), alpha=ALPHAS, data=st.data())
@settings(deadline=None, max_examples=150)
def test_personalised_ranks_are_those_of_networkx(case: Case, alpha: float, data: st.DataObject) -> None:
    """Walkers start afresh where they are told to, and so does what leads nowhere."""
    graph, plain = case.graph, case.plain
    accounts = st.sampled_from(graph.accounts.to_list())
    start = data.draw(st.dictionaries(accounts, st.floats(0.125, 1000), min_size=1))

    ranks = pagerank(graph, alpha=alpha, personalization=start)

    assert np.abs(ranks - by_networkx(plain, alpha=alpha, personalization=start)).sum() < 1e-10


@given(case=cases(least_accounts=1))
@settings(deadline=None)
def test_ranks_add_up_to_one(case: Case) -> None:
    """They are shares of the walker's time."""
    assert pagerank(case.graph).sum() == pytest.approx(1, abs=1e-14)


@given(case=cases(least_accounts=1), alpha=ALPHAS, data=st.data())
@settings(deadline=None, max_examples=150)
def test_what_leads_nowhere_goes_where_it_is_told_to(case: Case, alpha: float, data: st.DataObject) -> None:
    """Another place than where walkers start afresh, as networkx has it."""
    graph, plain = case.graph, case.plain
    chances = st.dictionaries(st.sampled_from(graph.accounts.to_list()), st.floats(0.125, 1000), min_size=1)
    start, dangling = data.draw(chances), data.draw(chances)

    ranks = pagerank(graph, alpha=alpha, personalization=start, dangling=dangling)

    assert np.abs(ranks - by_networkx(plain, alpha=alpha, personalization=start, dangling=dangling)).sum() < 1e-10


@given(case=cases(least_accounts=1), data=st.data())
@settings(deadline=None)
def test_where_the_sweeps_begin_does_not_tell(case: Case, data: st.DataObject) -> None:
    """Any ranks to begin with lead to the same."""
    accounts = st.sampled_from(case.graph.accounts.to_list())
    first = data.draw(st.dictionaries(accounts, st.floats(0.125, 1000), min_size=1))

    assert np.abs(pagerank(case.graph, nstart=first) - pagerank(case.graph)).sum() < 1e-10


def test_sweeps_that_begin_with_the_answer_are_done_at_once() -> None:
    """So the ranks of yesterday spare sweeps today."""
    graph = crowd()
    ranks = dict(zip(graph.accounts.to_list(), pagerank(graph).tolist(), strict=True))

    again = pagerank(graph, nstart=ranks, tol=1e-6, max_iter=1)

    assert np.abs(again - pagerank(graph)).sum() < 1e-6
    with pytest.raises(AmbassadorsError, match="has not converged"):
        pagerank(graph, tol=1e-6, max_iter=1)


def test_many_at_once_come_to_an_end_where_they_go_on_long() -> None:
    """With alpha near 1 the rounding of float32 is handed on so often that sweeps in it would never be still."""
    rows = pl.DataFrame({"source": ["x:9"], "target": ["x:0"]})

    ranks = personalized_pagerank(Graph.from_edges(rows), [*[["x:0"]] * 7, ["x:9"]], alpha=0.95, tol=1e-6)

    assert np.abs(ranks.sum(axis=0) - 1).max() < 1e-6


@given(
    case=cases(least_accounts=1),
    alpha=ALPHAS,
    weighted=st.booleans(),
    tol=st.sampled_from([1e-6, 1e-12]),
    data=st.data(),
)
@settings(deadline=None)
def test_many_personalizations_are_those_of_each_alone(
    case: Case, alpha: float, weighted: bool, tol: float, data: st.DataObject
) -> None:
    """A column each, weights by account or mere accounts, whether they share sweeps or not."""
    accounts = st.sampled_from(case.graph.accounts.to_list())
    start = st.dictionaries(accounts, st.floats(0.125, 1000), min_size=1) | st.lists(accounts, min_size=1)
    seeds = data.draw(st.lists(start, max_size=20))

    ranks = personalized_pagerank(case.graph, seeds, alpha=alpha, weighted=weighted, tol=tol)

    assert ranks.shape == (case.graph.number_of_nodes(), len(seeds))
    for column, seed in zip(ranks.T, seeds, strict=True):
        alone = pagerank(case.graph, alpha=alpha, personalization=seed, weighted=weighted)
        assert np.abs(column - alone).sum() <= 2 * tol * alpha / (1 - alpha) + 1e-11


def crowd(accounts: int = 2000, rows: int = 20_000) -> Graph:
    """A heavy tail of followers, and weights."""
    chance = np.random.default_rng(7)
    ends = (accounts * chance.random((rows, 2)) ** [1, 3]).astype(int).astype(str)
    return Graph.from_edges(pl.DataFrame({"source": ends[:, 0], "target": ends[:, 1], "weight": chance.random(rows)}))


@pytest.mark.parametrize("weighted", [True, False])
@pytest.mark.parametrize("tol", [1e-3, 1e-5, 1e-6, 3e-7, 1e-7, 1e-9, 1e-12])
def test_the_bound_holds_whatever_float32_leaves_out(weighted: bool, tol: float) -> None:
    """At tolerances above and below what float32 can tell, for one start and for many."""
    graph = crowd()
    seeds = [[name] for name in graph.accounts[:17]]
    truth = by_networkx(graph.nx(), weight="weight" if weighted else None)

    error = np.abs(pagerank(graph, weighted=weighted, tol=tol) - truth).sum()
    many = personalized_pagerank(graph, seeds, weighted=weighted, tol=tol)
    exact = personalized_pagerank(graph, seeds, weighted=weighted, tol=1e-13)

    assert error <= 2 * tol * 0.85 / 0.15
    assert np.abs(many - exact).sum(axis=0).max() <= 2 * tol * 0.85 / 0.15


def test_ranks_are_the_same_on_any_number_of_threads(monkeypatch: pytest.MonkeyPatch) -> None:
    """To the last bit."""
    monkeypatch.setattr("ambassadors.graph.threads.WORTH_A_THREAD", 1)
    monkeypatch.setattr("ambassadors.graph.sweeps._WORTH_THREADS", 1)
    graph, seeds = crowd(), [["1"], {"5": 1.0, "7": 2.0}] * 5

    answers = set()
    for threads in ("1", "2", "3", "40"):
        monkeypatch.setenv("AMBASSADORS_THREADS", threads)
        answers.add((pagerank(graph).tobytes(), personalized_pagerank(graph, seeds).tobytes()))

    assert len(answers) == 1


@pytest.mark.parametrize("power", [-140, -100, 90, 124])
def test_weights_may_be_too_large_or_small_for_float32_to_divide_by(power: int) -> None:
    """One by such a total is not a float32; the ranks are those of weights of a common size."""
    ties = [("a>b", 1), ("a>c", 3), ("b>c", 2), ("c>a", 4), ("d>a", 1), ("d>c", 1)]
    usual = graph_of(*(f"{ends}:{weight}" for ends, weight in ties))
    odd = graph_of(*(f"{ends}:{weight * 2.0**power}" for ends, weight in ties), "e>f", "f>e")

    ranks = pagerank(odd)[:4]

    assert ranks / ranks.sum() == pytest.approx(pagerank(usual), abs=1e-12)


def test_a_slow_walk_is_exact_too() -> None:
    """Two crowds with a single way between them, and a walker who hardly ever starts afresh."""
    ties = [f"{side}{i:02}>{side}{(i * k + 1) % 40:02}" for side in "ab" for i in range(40) for k in (3, 7)]
    graph = graph_of(*ties, "a00>b00:0.01", "b05>a05:0.01")

    expected = by_networkx(graph.nx(), alpha=0.99)

    assert np.abs(pagerank(graph, alpha=0.99) - expected).sum() < 1e-9


def test_a_large_graph_agrees_too() -> None:
    """20,000 edges with a heavy tail, where a kernel that mixes up rows would show."""
    graph = crowd()

    assert np.abs(pagerank(graph) - by_networkx(graph.nx())).sum() < 1e-10


def test_a_chain_of_three_can_be_counted_by_hand() -> None:
    """The chain a -> b -> c: y = (1, 1 + .85, 1 + .85 * 1.85), then divided by its sum."""
    by_hand = np.array([1, 1.85, 1 + 0.85 * 1.85])

    assert pagerank(graph_of("a>b", "b>c")) == pytest.approx(by_hand / by_hand.sum(), abs=1e-11)


def test_tolerance_bounds_the_error() -> None:
    """The ranks are within 2 tol alpha / (1 - alpha) of the true ones."""
    ring = graph_of(*(f"{i:03}>{(i * 7 + 1) % 100:03}" for i in range(100)), "000>050:5", "013>099:0.5")
    truth = pagerank(ring, tol=1e-15)

    for tol in (1e-2, 1e-4, 1e-8):
        error = np.abs(pagerank(ring, tol=tol) - truth).sum()
        assert error <= 2 * tol * 0.85 / 0.15


def test_a_list_of_accounts_shares_the_start_equally() -> None:
    """Named twice or once, in whatever order."""
    graph = graph_of("a>b", "b>c", "c>a:3", "c>b")

    assert pagerank(graph, personalization=["b", "a", "b"]).tolist() == (
        pagerank(graph, personalization={"a": 2.0, "b": 2.0}).tolist()
    )


def test_the_weight_of_all_ties_together_does_not_matter() -> None:
    """Only how an account's ties weigh against each other."""
    light, heavy = (graph_of(f"a>b:{scale}", f"a>c:{3 * scale}", f"c>a:{scale}") for scale in (1, 2**20))

    assert pagerank(light) == pytest.approx(pagerank(heavy), abs=1e-15)
    assert pagerank(light)[2] > pagerank(light)[1]


def test_the_same_graph_has_the_same_ranks_to_the_last_bit() -> None:
    """Runs are repeatable."""
    graph = graph_of("a>b:0.1", "b>c:0.2", "c>a:0.3", "a>c:0.7")

    assert pagerank(graph).tobytes() == pagerank(graph).tobytes()


def test_an_empty_graph_has_no_ranks() -> None:
    """Nobody, no ranks; people without ties, all alike."""
    nobody = Graph.from_edges(edge_frame([]))
    strangers = Graph.from_edges(edge_frame([]), pl.Series(["a", "b"]))

    assert pagerank(nobody).shape == (0,)
    assert pagerank(nobody).dtype == np.float64
    assert pagerank(strangers).tolist() == [0.5, 0.5]
    assert personalized_pagerank(nobody, []).shape == (0, 0)
    assert personalized_pagerank(strangers, []).shape == (2, 0)
    assert personalized_pagerank(strangers, [["a"], ["b"]]).tolist() == [[1.0, 0.0], [0.0, 1.0]]


def test_an_unknown_start_is_refused() -> None:
    """Rather than passed over."""
    with pytest.raises(UnknownAccount, match="'nobody' is none of"):
        pagerank(graph_of("a>b"), personalization=["a", "nobody"])
    with pytest.raises(UnknownAccount, match="'nobody' is none of"):
        personalized_pagerank(graph_of("a>b"), [["a"], ["nobody"]])


@pytest.mark.parametrize("start", [{}, {"a": 0.0}, []])
def test_a_start_that_weighs_nothing_is_refused(start: dict[str, float] | list[str]) -> None:
    """There is nowhere to start."""
    with pytest.raises(NotEnoughData, match="weighs nothing"):
        pagerank(graph_of("a>b"), personalization=start)
    with pytest.raises(NotEnoughData, match="The personalization weighs nothing"):
        personalized_pagerank(graph_of("a>b"), [["a"], start])


def test_what_is_given_by_account_must_weigh_something() -> None:
    """The message tells which of them does not."""
    with pytest.raises(NotEnoughData, match="The dangling weighs nothing"):
        pagerank(graph_of("a>b"), dangling={"a": 0.0})
    with pytest.raises(ValueError, match="The nstart of 'a' is -1"):
        pagerank(graph_of("a>b"), nstart={"a": -1.0})


@pytest.mark.parametrize("weight", [-1.0, float("nan"), float("inf")])
def test_a_start_is_weighed_with_finite_numbers_of_at_least_0(weight: float) -> None:
    """The message names the account and its weight."""
    with pytest.raises(ValueError, match=f"personalization of 'a' is {weight}"):
        pagerank(graph_of("a>b"), personalization={"a": weight, "b": 1.0})


@pytest.mark.parametrize("alpha", [-0.1, 1, 1.5, float("nan")])
def test_alpha_is_a_chance_below_1(alpha: float) -> None:
    """At 1 the walker never starts afresh, and the ranks need not exist."""
    with pytest.raises(ValueError, match=f"alpha is {alpha}"):
        pagerank(graph_of("a>b"), alpha=alpha)
    with pytest.raises(ValueError, match=f"alpha is {alpha}"):
        personalized_pagerank(graph_of("a>b"), [["a"]], alpha=alpha)


def test_too_few_sweeps_are_an_error_and_not_an_answer() -> None:
    """The message says how far it got and what to do."""
    slow = graph_of("a>b", "b>c", "c>a", "c>b:0.01", "b>a")

    with pytest.raises(AmbassadorsError, match=r"sweep 3 still moved the ranks by .* tol is 1e-12\. Raise max_iter"):
        pagerank(slow, alpha=0.99, max_iter=3)
