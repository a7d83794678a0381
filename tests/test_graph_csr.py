"""Rows of edges become sorted, merged, counted rows of ties."""

from __future__ import annotations

import random
from typing import Any

import numpy as np
import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ambassadors.errors import SourceError, UnknownAccount
from ambassadors.graph import Graph
from ambassadors.graph.csr import Csr, check_size
from tests.graph_cases import Case, cases, edge_frame, graph_of


def ties(rows: Csr, accounts: pl.Series) -> dict[tuple[str, str], float]:
    """Row by row what a Csr holds, read the slow way."""
    return {
        (accounts[v], accounts[int(rows.indices[k])]): float(rows.weights[k])
        for v in range(len(accounts))
        for k in range(int(rows.offsets[v]), int(rows.offsets[v + 1]))
    }


def same_arrays(one: Csr, other: Csr) -> bool:
    """Whether two Csr are equal bit for bit, types included."""
    pairs = [(getattr(one, name), getattr(other, name)) for name in ("offsets", "indices", "weights")]
    return all(a.dtype == b.dtype and a.tobytes() == b.tobytes() for a, b in pairs)


@given(case=cases())
@settings(deadline=None)
def test_a_graph_holds_the_summed_ties_of_its_rows_by_source_and_by_target(case: Case) -> None:
    """Both directions hold what networkx holds after adding up row by row."""
    graph, plain = case.graph, case.plain

    assert graph.accounts.to_list() == list(plain)
    assert ties(graph.out, graph.accounts) == {(u, v): w for u, v, w in plain.edges(data="weight")}
    assert ties(graph.into, graph.accounts) == {(v, u): w for u, v, w in plain.edges(data="weight")}


@given(case=cases())
@settings(deadline=None)
def test_no_row_is_lost_without_a_count(case: Case) -> None:
    """Rows in = edges + self-loops + merged rows."""
    graph = case.graph

    assert graph.self_loops == sum(source == target for source, target, _ in case.rows)
    assert len(case.rows) == graph.number_of_edges() + graph.self_loops + graph.merged
    assert graph.number_of_nodes() == len(case.plain)


@given(case=cases())
@settings(deadline=None)
def test_rows_are_sorted_and_typed_for_the_kernels(case: Case) -> None:
    """Every row ascends without repeats; offsets are uint64, indices uint32, weights float32."""
    graph = case.graph

    for rows in (graph.out, graph.into):
        assert [array.dtype for array in (rows.offsets, rows.indices, rows.weights)] == [
            np.uint64,
            np.uint32,
            np.float32,
        ]
        for begin, end in zip(rows.offsets, rows.offsets[1:], strict=False):
            row = rows.indices[begin:end].tolist()
            assert row == sorted(set(row))


@given(case=cases(), seed=st.integers(0, 2**32))
@settings(deadline=None)
def test_the_order_of_rows_does_not_matter(case: Case, seed: int) -> None:
    """Shuffled rows give the same graph, bit for bit."""
    shuffled = random.Random(seed).sample(case.rows, len(case.rows))

    graph, again = case.graph, Case(shuffled, case.accounts).graph

    assert graph.accounts.to_list() == again.accounts.to_list()
    assert same_arrays(graph.out, again.out)
    assert same_arrays(graph.into, again.into)


def test_parallel_weights_are_added_up_in_float64_whatever_their_order() -> None:
    """Small weights beside a large one are not lost one by one, and no digit depends on the order of rows."""
    many = [("a", "b", 2.0**24), *[("a", "b", 1.0)] * 1000]
    tiny = [("a", "c", 2.0**24 + 1), ("a", "c", 2.0**-29), ("a", "c", 2.0**-29)]  # lost one by one, not both together

    forwards, backwards = (Graph.from_edges(edge_frame(order)) for order in (many + tiny, tiny[::-1] + many[::-1]))

    assert forwards.out.weights[0] == 2.0**24 + 1000
    assert same_arrays(forwards.out, backwards.out)


def test_ids_are_sorted_bytewise() -> None:
    """Capital letters come first and accented ones last, as their bytes do."""
    assert graph_of("b>A", "é>a", "a>Z").accounts.to_list() == ["A", "Z", "a", "b", "é"]


def test_without_weights_every_row_weighs_one() -> None:
    """Then the weight of an edge is its number of rows."""
    rows = pl.DataFrame({"source": ["a", "a", "b"], "target": ["b", "b", "a"]})

    assert ties(Graph.from_edges(rows).out, pl.Series(["a", "b"])) == {("a", "b"): 2.0, ("b", "a"): 1.0}


def test_whole_numbers_and_categories_are_taken_as_they_are_meant() -> None:
    """Weights may be integers, ids may be Categorical or Enum."""
    rows = pl.DataFrame({"source": ["a"], "target": ["b"], "weight": [3]})

    graph = Graph.from_edges(
        rows.with_columns(pl.col("source").cast(pl.Categorical), pl.col("target").cast(pl.Enum(["b"])))
    )

    assert ties(graph.out, graph.accounts) == {("a", "b"): 3.0}


def test_no_edges_at_all_leave_the_accounts() -> None:
    """An empty frame, even one without types, makes a graph of isolated accounts, or of none."""
    empty = pl.DataFrame({"source": [], "target": []})

    graph, nothing = Graph.from_edges(empty, pl.Series(["b", "a", "b"])), Graph.from_edges(empty)

    assert graph.accounts.to_list() == ["a", "b"]
    assert graph.out.offsets.tolist() == graph.into.offsets.tolist() == [0, 0, 0]
    assert nothing.number_of_nodes() == nothing.number_of_edges() == nothing.symmetric().number_of_edges() == 0


@pytest.mark.parametrize("weight", [-0.5, float("nan"), float("inf"), None])
def test_a_weight_that_is_none_is_refused_with_its_row(weight: float | None) -> None:
    """The message names the first bad row, its ends and its weight."""
    rows = pl.DataFrame({"source": ["a", "b", "c"], "target": ["b", "c", "a"], "weight": [1.0, weight, weight]})

    with pytest.raises(
        SourceError, match=rf"row 1 .*'b' -> 'c', has the weight {weight}\. A weight is a finite number"
    ):
        Graph.from_edges(rows)


@pytest.mark.parametrize(
    ("columns", "message"),
    [
        ({"source": ["a"], "to": ["b"]}, r"no column 'target'\. It has source, to"),
        ({"source": [1], "target": ["b"]}, r"'source' is Int64\. Ids are text"),
        ({"source": ["a", "b"], "target": ["b", None]}, r"row 1 .* has no 'target'"),
        ({"source": ["a"], "target": ["b"], "weight": ["2"]}, r"'weight' is String"),
        ({"source": ["a"] * 2, "target": ["b"] * 2, "weight": [3e38] * 2}, r"'a' -> 'b' weighs more than 3.40282e\+38"),
    ],
)
def test_rows_that_cannot_become_a_graph_are_refused(columns: dict[str, Any], message: str) -> None:
    """The error says what is wrong and where."""
    with pytest.raises(SourceError, match=message):
        Graph.from_edges(pl.DataFrame(columns))


def test_accounts_without_an_id_are_refused() -> None:
    """A null among the isolated accounts is as wrong as one among the edges."""
    with pytest.raises(SourceError, match=r"accounts: row 1 .* has no 'account'"):
        Graph.from_edges(edge_frame([]), pl.Series(["a", None]))


def test_more_accounts_than_indices_are_refused() -> None:
    """Indices are uint32: the largest graph has 4,294,967,295 accounts."""
    check_size(2**32 - 1)
    with pytest.raises(SourceError, match="4,294,967,296 accounts"):
        check_size(2**32)


@given(case=cases())
@settings(deadline=None)
def test_every_account_is_found_at_its_place(case: Case) -> None:
    """``accounts[index_of(x)]`` is x."""
    graph = case.graph

    assert [graph.index_of(account) for account in graph.accounts] == list(range(len(graph.accounts)))
    assert graph.indices_of(graph.accounts.to_list()[::-1]).tolist() == list(range(len(graph.accounts)))[::-1]


@pytest.mark.parametrize("account", ["", "aa", "zz", "x:anna"])
def test_an_account_that_is_not_there_is_unknown(account: str) -> None:
    """Before the first, between two or after the last: an unknown account is never taken for a neighbour."""
    with pytest.raises(UnknownAccount, match=f"'{account}' is none of the graph's 2 accounts"):
        graph_of("a>b").index_of(account)


def test_an_unknown_account_is_offered_what_it_may_have_meant() -> None:
    """A misspelt name, and a handle without its platform, however many accounts there are."""
    everyone = pl.Series(["mastodon:annabelle", *(f"mastodon:{number:06}" for number in range(20_000))])
    graph = Graph.from_edges(edge_frame([]), everyone)

    with pytest.raises(UnknownAccount, match="Did you mean 'mastodon:012345'"):
        graph.index_of("012345")
    with pytest.raises(UnknownAccount, match="Did you mean 'mastodon:annabelle'"):
        graph.index_of("mastodon:anabelle")


def test_reversing_swaps_the_directions_without_copying() -> None:
    """The reversed graph shares the arrays; reversed twice it is the graph again."""
    graph = graph_of("a>b:2", "c>b")

    turned = graph.reversed()

    assert turned.out is graph.into
    assert turned.into is graph.out
    assert ties(turned.out, turned.accounts) == {("b", "a"): 2.0, ("b", "c"): 1.0}


@given(case=cases())
@settings(deadline=None)
def test_symmetric_ties_weigh_both_directions(case: Case) -> None:
    """w(a, b) = w(b, a) = the weights both ways together."""
    graph, plain = case.graph, case.plain
    weight = {(u, v): w for u, v, w in plain.edges(data="weight")}
    both = weight.keys() | {(v, u) for u, v in weight}

    symmetric = graph.symmetric()

    assert ties(symmetric.out, graph.accounts) == {
        (u, v): weight.get((u, v), 0.0) + weight.get((v, u), 0.0) for u, v in both
    }
    assert same_arrays(symmetric.out, symmetric.into)
    assert (symmetric.self_loops, symmetric.merged) == (graph.self_loops, graph.merged)


def test_the_arrays_are_read_only_and_those_given_are_left_alone() -> None:
    """Nobody who shares a graph can change it for the others; an array handed in stays writable for its owner."""
    mine = np.zeros(3, np.uint64)
    rows = Csr(mine, np.empty(0, np.uint32), np.empty(0, np.float32))

    with pytest.raises(ValueError, match="read-only"):
        rows.offsets[0] = 1
    assert mine.flags.writeable


def test_a_graph_tells_its_size_in_a_line() -> None:
    """And not its arrays."""
    assert repr(graph_of("a>b", "a>b", "c>c")) == "Graph(3 accounts, 1 edges; 1 self-loops left out, 1 rows merged)"
