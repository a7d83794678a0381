"""The three lists as one, and what its columns mean."""

from __future__ import annotations

import polars as pl

from ambassadors import handover
from ambassadors.shortlists import COLUMNS
from tests.people import people


def test_everybody_stands_once_on_the_first_list_that_fits() -> None:
    """Proven before ready before unproven; the other places are named, and the ranking's place stays."""
    lists = {
        "influential_unproven": people("x:cy", "x:ann", "x:bob"),
        "ready_to_move_up": people("x:bob", "x:ann"),
        "proven_advocates": people("x:ann", "x:dan"),
        "ambassadors": people("x:eve"),
    }

    together = handover.shortlist_of(lists)

    assert together.select("account", "list", "rank", "also_on").rows() == [
        ("x:ann", "proven_advocates", 1, "ready_to_move_up (2), influential_unproven (2)"),
        ("x:dan", "proven_advocates", 2, None),
        ("x:bob", "ready_to_move_up", 1, "influential_unproven (3)"),
        ("x:cy", "influential_unproven", 1, None),
    ]


def test_columns_are_the_same_whoever_is_on_the_lists() -> None:
    """The list and the other lists first, then the columns of every list; so without anybody, too."""
    expected = pl.Schema({"list": pl.String(), "also_on": pl.String(), **COLUMNS})

    assert handover.shortlist_of({}).schema == expected
    assert handover.shortlist_of({"proven_advocates": people("x:ann")}).schema == expected


def test_every_column_has_its_meaning_and_no_other() -> None:
    """One plain sentence each, in the order of the columns."""
    assert list(handover.MEANINGS) == ["list", "also_on", *COLUMNS]
    for name, meaning in handover.MEANINGS.items():
        assert meaning.endswith("."), name
        assert len(meaning) <= 255, f"{name}: longer than what a spreadsheet shows beside a cell"
