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


LONG_IDS = st.text("ab:é", min_size=0, max_size=70)


@given(columns=st.lists(st.lists(IDS | LONG_IDS, max_size=30), min_size=1, max_size=3))
@settings(deadline=None)
def test_the_table_numbers_as_the_join_does(columns: list[list[str]]) -> None:
    """The quick way for many ids and the plain way for few agree, whatever the length of an id."""
    given_columns = series(columns)

    names, numbers = ids._number_by_table(given_columns)
    plain_names, plain_numbers = ids._number_by_join(pl.concat(given_columns).alias("account"))

    assert names.to_list() == plain_names.to_list()
    assert np.concatenate(numbers).tolist() == plain_numbers.tolist()


@given(texts=st.lists(IDS | LONG_IDS, max_size=60), asked=st.lists(IDS | LONG_IDS | st.none(), max_size=60))
@settings(deadline=None)
def test_only_what_was_learnt_is_found(texts: list[str], asked: list[str | None]) -> None:
    """An id that was not learnt is MISSING, and null is nobody's id, not even the empty one's."""
    known = ids.Ids()
    known.add(pl.Series(texts, dtype=pl.String))
    known.sort()

    found = known.find(pl.Series(asked, dtype=pl.String))

    names = known.texts().to_list()
    assert [None if number == ids.MISSING else names[number] for number in found] == [
        text if text in texts else None for text in asked
    ]


def test_ids_learnt_after_the_sorting_come_behind() -> None:
    """What was numbered once keeps its number."""
    known = ids.Ids()
    known.add(pl.Series(["b", "a"]))
    known.sort()

    later = known.add(pl.Series(["a", "0", "b"]))

    assert (later.tolist(), known.texts().to_list(), len(known)) == ([0, 2, 1], ["a", "b", "0"], 3)


@pytest.mark.parametrize("threads", ["1", "3"])
def test_many_ids_of_every_length_are_kept(threads: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """The table and the bytes grow with the ids, a slice of a column is read from its place, and none is lost."""
    monkeypatch.setenv("AMBASSADORS_THREADS", threads)
    chance = np.random.default_rng(1)
    texts = pl.Series(chance.integers(0, 2**63, 60_000)).cast(pl.String)
    long = pl.concat([texts, texts + "-" + texts.reverse(), texts.str.head(5)])
    rows = long.gather(chance.integers(0, len(long), 200_000))
    known = ids.Ids()

    numbers = pl.concat([pl.Series(known.add(part)) for part in (rows[:70_000], rows[70_000:])])

    assert len(known) == rows.n_unique()
    assert known.texts().gather(numbers).equals(rows)


def test_texts_that_share_all_but_the_middle_are_told_apart() -> None:
    """Beyond 24 bytes the words of a text are hashes, so its bytes are compared, too."""
    known = ids.Ids()
    known.add(pl.Series(["x" * 40 + f"{number:03}" + "y" * 40 for number in range(500)]))
    swapped = known._keys[[1, 0]].copy()
    known._keys[[0, 1]] = swapped  # as if each had the other's hash

    found = known.find(known.texts())

    assert found.tolist() == [int(ids.MISSING), int(ids.MISSING), *range(2, 500)]


def test_ids_are_learnt_from_any_text_but_not_from_nulls() -> None:
    """Categories are text; a null is nobody, and what stands in its place in memory is not read."""
    known = ids.Ids()

    assert known.add(pl.Series(["b", "a", "b"], dtype=pl.Categorical)).tolist() == [0, 1, 0]
    with pytest.raises(ValueError, match="1 ids are null"):
        known.add(pl.Series(["a", None]))
