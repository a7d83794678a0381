"""Ids become numbers in bytewise order, by whichever way is quicker."""

from __future__ import annotations

import numpy as np
import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ambassadors.graph import ids
from tests.graph_cases import IDS

COLUMNS = st.lists(st.lists(IDS, max_size=30), min_size=1, max_size=3)


def series(columns: list[list[str]]) -> list[pl.Series]:
    """Lists of texts as columns."""
    return [pl.Series(column, dtype=pl.String) for column in columns]


@given(columns=COLUMNS)
@settings(deadline=None)
def test_numbers_are_places_among_the_sorted_distinct_ids(columns: list[list[str]]) -> None:
    """Looking a number up in the list gives the id back, and the list ascends bytewise."""
    names, numbers = ids.number_ids(series(columns))

    assert names.to_list() == sorted({text for column in columns for text in column}, key=str.encode)
    assert [[names[number] for number in column.tolist()] for column in numbers] == columns
    assert all(column.dtype == np.uint32 for column in numbers)


@given(texts=st.lists(IDS, min_size=1, max_size=60))
@settings(deadline=None)
def test_the_hash_pass_numbers_as_the_join_does(texts: list[str]) -> None:
    """The quick way for many ids and the plain way for few agree."""
    column = pl.Series("account", texts)

    by_hash, by_join = ids._number_by_hash(column), ids._number_by_join(column)

    assert by_hash is not None
    assert by_hash[0].to_list() == by_join[0].to_list()
    assert by_hash[1].tolist() == by_join[1].tolist()


def test_the_hash_table_grows_with_the_ids() -> None:
    """More distinct ids than the first table takes, none of them lost."""
    hashes = np.random.default_rng(1).integers(0, 2**64, 5_000, dtype=np.uint64)

    numbers, first = ids._number_hashes(np.concatenate([hashes, hashes[::-1]]), bits=4)

    assert first.tolist() == list(range(5_000))
    assert numbers.tolist() == [*range(5_000), *reversed(range(5_000))]


def test_ids_that_share_a_hash_are_told_apart(monkeypatch: pytest.MonkeyPatch) -> None:
    """A collision is noticed, and the plain way numbers the ids."""
    monkeypatch.setattr(ids, "_WORTH_COMPILED_CODE", 0)
    monkeypatch.setattr(
        ids, "_number_hashes", lambda hashes: (np.zeros(len(hashes), np.uint32), np.zeros(1, np.uint32))
    )

    names, (numbers,) = ids.number_ids([pl.Series(["b", "a"])])

    assert ids._number_by_hash(pl.Series(["b", "a"])) is None
    assert (names.to_list(), numbers.tolist()) == (["a", "b"], [1, 0])
