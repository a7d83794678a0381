"""Fuzzy: likely pairs, with their probability."""

from __future__ import annotations

import sys

import polars as pl
import pytest

from ambassadors import identity, tables
from ambassadors.errors import AmbassadorsError

ROWS = [
    ("x:1", "ann_miller.77", "Ann Miller", "Oslo"),
    ("y:1", "annmiller77", "Ann Miller ☕", "Oslo, Norway"),
    ("x:2", "bob", "Bob", None),
    ("y:2", "cyrus_the_third", "Cyrus", "Rome"),
    ("x:3", "annmiller77x", "Ann Miller", "Oslo"),
]


def accounts(rows: list[tuple[str, str, str, str | None]]) -> pl.DataFrame:
    """Checked rows of accounts."""
    good, _ = tables.check(
        tables.ACCOUNTS, pl.DataFrame(rows, schema=["account", "handle", "name", "location"], orient="row")
    )
    return good.select(tables.ACCOUNTS.names)


def test_likely_pairs_are_shown_and_not_merged() -> None:
    """Pairs across platforms, the likeliest first, with what is alike in words; never quite certain."""
    found = identity.likely(accounts(ROWS))

    assert found.select("one", "other").rows() == [("x:1", "y:1"), ("x:3", "y:1")]
    assert found["evidence"][0] == "the same handle, made of the name, the same place"
    assert found["probability"].is_sorted(descending=True)
    assert 0.9 < found["probability"][0] < 1


def test_the_order_of_rows_changes_no_probability() -> None:
    """The same accounts in any order give the same pairs, digit by digit."""
    assert identity.likely(accounts(ROWS)).equals(identity.likely(accounts(ROWS[::-1])))


def test_likeness_joins_only_where_it_is_asked_for() -> None:
    """Above the recipe's probability the likeliest pair is one person, with the probability; else nobody is."""
    customers = tables.CUSTOMERS.empty()

    asked = identity.people(accounts(ROWS), customers, fuzzy_above=0.9)
    brand = identity.people(accounts(ROWS), customers, fuzzy_above=0.9, apart=["x:1"])

    assert not identity.people(accounts(ROWS), customers)
    assert asked.aliases("y:1") == ["x:1", "y:1"]
    assert asked.people.filter(by="fuzzy").select(pl.col("probability") > 0.9).item()
    assert asked.conflicts["one"].to_list() == ["x:3"]
    assert "x:1" not in brand.people["account"]


def test_one_platform_has_no_pairs() -> None:
    """Two accounts of one platform are two people, however alike."""
    assert identity.likely(accounts([ROWS[0], ROWS[4]])).is_empty()


def test_a_missing_library_is_told_with_how_to_get_it(monkeypatch: pytest.MonkeyPatch) -> None:
    """Who asks for likeness without Splink is told what to install."""
    monkeypatch.setitem(sys.modules, "splink", None)

    with pytest.raises(AmbassadorsError, match=r"pip install 'ambassadors\[matching\]'"):
        identity.likely(accounts(ROWS))


def test_among_namesakes_a_handle_proves_less() -> None:
    """Where one platform has many accounts of nearly one handle, the same handle elsewhere may be anybody's."""
    crowd = [(f"x:n{number}", f"annmiller{number}", "Ann", None) for number in range(2, 30)]
    pair = [("x:1", "annmiller", "Ann", None), ("y:1", "ann.miller", "Ann", None)]
    others = [(f"x:n{number}", f"{chr(97 + number)}{number}q{number * 7}z", "Ann", None) for number in range(2, 26)]

    alone, among = (identity.likely(accounts(pair + rest), above=0.01) for rest in (others, crowd))

    assert alone["probability"][0] > 0.9
    assert among.filter(one="x:1")["probability"].sum() < 0.2
