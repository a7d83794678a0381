"""Handles: spellings of one name, and whom they name."""

from __future__ import annotations

from datetime import UTC, datetime

import polars as pl
import pytest

from ambassadors import handles, tables
from ambassadors.errors import UnknownAccount


def key(platform: str, handle: str) -> str | None:
    """The key of one handle."""
    return pl.select(handles.key(pl.lit(platform), pl.lit(handle))).item()


@pytest.mark.parametrize("spelling", ["ann", "@Ann", "ＡＮＮ", "@\u200bann", " ann ", "ANN"])
def test_spellings_of_one_handle_have_one_key(spelling: str) -> None:
    """Case, full-width letters, invisible characters and one @ do not make another person."""
    assert key("x", spelling) == "x:@ann"


def test_case_matters_where_the_platform_says_so() -> None:
    """A platform that we do not know to ignore case keeps it."""
    assert key("forum", "Ann") == "forum:@Ann"


@pytest.mark.parametrize("nothing", ["", "@", "\u200b"])
def test_an_empty_handle_has_no_key(nothing: str) -> None:
    """What is left of nothing names nobody."""
    assert key("x", nothing) is None


def test_a_handle_names_who_bore_it_last() -> None:
    """When a handle moves from one account to another, it names the later bearer."""
    rows = [
        {"account": "x:2", "handle": "ann", "observed_at": datetime(2026, 2, 1, tzinfo=UTC)},
        {"account": "x:1", "handle": "Ann", "observed_at": datetime(2026, 1, 1, tzinfo=UTC)},
    ]
    accounts, _ = tables.check(tables.ACCOUNTS, pl.DataFrame(rows))

    assert handles.index(accounts).rows() == [("x:@ann", "x:2")]


KNOWN = pl.DataFrame({"key": ["x:@ann", "y:@ann", "x:@beanandleaf"], "account": ["x:1", "y:1", "x:9"]})
IDS = pl.Series(["x:1", "y:1", "x:9"])


def test_an_id_a_handle_and_a_handle_with_its_platform_are_found() -> None:
    """The three ways to name an account."""
    assert [handles.find(name, IDS, KNOWN) for name in ("x:1", "@BeanAndLeaf", "y:@ann")] == ["x:1", "x:9", "y:1"]


def test_a_handle_on_two_platforms_must_be_told_apart() -> None:
    """No account is picked by chance."""
    with pytest.raises(UnknownAccount, match="several platforms: x:1, y:1"):
        handles.find("@ann", IDS, KNOWN)


def test_a_misspelt_handle_is_answered_with_the_right_one() -> None:
    """The nearest handle is offered with its platform, ready to paste."""
    with pytest.raises(UnknownAccount, match=r"Did you mean 'x:@beanandleaf'"):
        handles.find("@beanandleav", IDS, KNOWN)
