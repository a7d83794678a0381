"""Few rows are compared, many are counted into place: the graph is the same."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import polars as pl
import pytest
from hypothesis import HealthCheck, given, settings

from ambassadors.errors import AmbassadorsError, SourceError
from ambassadors.graph import Graph, build, edges
from tests.graph_cases import Case, cases, edge_frame


def arrays(graph: Graph) -> list[list[float]]:
    """All that a graph holds, as lists."""
    rows = [graph.out, graph.into]
    held = [array.tolist() for side in rows for array in (side.offsets, side.indices, side.weights)]
    return [graph.accounts.to_list(), *held, [graph.self_loops, graph.merged]]


@given(case=cases())
@settings(deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@pytest.mark.parametrize("threads", ["1", "3"])
def test_counting_gives_what_comparing_gives(case: Case, threads: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """Whichever way the rows are put in order, and on however many threads."""
    accounts = pl.Series(case.accounts, dtype=pl.String)
    monkeypatch.setenv("AMBASSADORS_THREADS", threads)
    compared = Graph.from_edges(case.frame, accounts)

    with monkeypatch.context() as many:
        many.setattr(build, "_FEW", 0)
        counted = Graph.from_edges(case.frame, accounts)
        both_ways = counted.symmetric()

    assert arrays(counted) == arrays(compared)
    assert arrays(both_ways) == arrays(compared.symmetric())


@given(case=cases(most_rows=12))
@settings(deadline=None)
def test_blocks_give_what_one_frame_gives(case: Case) -> None:
    """However a file is cut into blocks, empty ones among them, the graph is that of all its rows."""
    accounts = pl.Series(case.accounts, dtype=pl.String)
    cut = len(case.rows) // 3
    blocks = [case.frame[:cut], case.frame[:0], case.frame[cut:]]

    graph = Graph.from_edges(iter(blocks), accounts)

    assert arrays(graph) == arrays(Graph.from_edges(case.frame, accounts))


def test_a_large_graph_is_the_same_counted_and_compared(monkeypatch: pytest.MonkeyPatch) -> None:
    """Hundreds of thousands of rows with repeats, in blocks and on threads."""
    chance = np.random.default_rng(5)
    ends = (3_000 * chance.random((300_000, 2)) ** [1.5, 3]).astype(int)
    names = pl.Series([f"x:{'long-' * (number % 7)}{number}" for number in range(3_000)])
    rows = pl.DataFrame(
        {
            "source": names.gather(ends[:, 0]),
            "target": names.gather(ends[:, 1]),
            "weight": chance.integers(0, 8_000, len(ends)) / 8,
        }
    )

    counted = Graph.from_edges(rows[start : start + 70_001] for start in range(0, len(rows), 70_001))
    monkeypatch.setattr(build, "_FEW", len(rows) + 1)
    compared = Graph.from_edges(rows)

    assert counted.merged > 0
    assert arrays(counted) == arrays(compared)


def test_repeated_ties_are_merged_as_they_come(monkeypatch: pytest.MonkeyPatch) -> None:
    """What is in memory grows with the ties and not with the rows; the graph and its counts are the same."""
    chance = np.random.default_rng(3)
    ends = pl.DataFrame(chance.integers(0, 40, (20_000, 2)), schema=["source", "target"]).cast(pl.String)
    blocks = [ends[start : start + 500] for start in range(0, len(ends), 500)]
    gathered = []
    monkeypatch.setattr(build, "_FEW", 0)
    monkeypatch.setattr(build, "_MANY", 1_000)
    merge = build.Ties.merge_if_many
    monkeypatch.setattr(
        build.Ties, "merge_if_many", lambda ties, accounts: (gathered.append(len(ties)), merge(ties, accounts))[1]
    )

    graph = Graph.from_edges(blocks)

    assert max(gathered) <= 2 * 40 * 39 + 500
    assert arrays(graph) == arrays(Graph.from_edges(ends))


def test_a_wrong_row_of_a_later_block_is_named_by_its_place_among_all() -> None:
    """Rows are counted through the blocks."""
    blocks = [edge_frame([("a", "b", 1.0)] * 3), edge_frame([("a", "b", 1.0), ("b", "c", -2.0)])]

    with pytest.raises(SourceError, match=r"row 4 \(the first is 0\), 'b' -> 'c', has the weight -2.0"):
        Graph.from_edges(blocks)


def test_more_rows_than_a_graph_may_have_are_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    """2**31 rows are refused before anything is built of them; here the limit is lowered to 4."""
    monkeypatch.setattr(edges, "MOST_ROWS", 4)
    block = edge_frame([("a", "b", 1.0)] * 3)

    with pytest.raises(SourceError, match="more than 4 rows"):
        Graph.from_edges([block, block])
    assert len(Graph.from_edges([block]).accounts) == 2


def test_numbers_that_are_no_accounts_are_refused() -> None:
    """The loops trust their numbers, so these are looked at first; weights are those of any graph."""
    names, number = pl.Series(["a", "b"]), np.array([0], np.uint32)

    with pytest.raises(ValueError, match="no account number 2 among 2"):
        Graph.from_numbers(names, number, number + np.uint32(2), pl.Series([1.0]))
    with pytest.raises(SourceError, match=r"row 0 \(the first is 0\) has the weight -1.0"):
        Graph.from_numbers(names, number, number + np.uint32(1), pl.Series([-1.0]))


def test_a_lazy_frame_is_read_block_by_block(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A file is scanned rather than loaded, in blocks, and the graph is that of all its rows."""
    rows = edge_frame([("a", "b", 1.0), ("b", "c", 2.0), ("c", "a", 3.0)] * 5)
    rows.write_parquet(tmp_path / "follows.parquet")
    monkeypatch.setattr(edges, "ROWS_OF_A_BLOCK", 4)

    graph = Graph.from_edges(pl.scan_parquet(tmp_path / "follows.parquet"))

    assert arrays(graph) == arrays(Graph.from_edges(rows))


def test_a_number_of_threads_that_is_none_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    """A slip in the environment is told rather than passed over."""
    monkeypatch.setenv("AMBASSADORS_THREADS", "two")

    with pytest.raises(AmbassadorsError, match="AMBASSADORS_THREADS is 'two', and must be a whole number"):
        Graph.from_edges([edge_frame([("a", "b", 1.0)] * 3)] * 2).ids.find(pl.Series(["a"] * 40_000))
