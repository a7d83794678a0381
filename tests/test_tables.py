"""The tables: a row is accepted whole, or rejected with a reason."""

from __future__ import annotations

from datetime import UTC, datetime

import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from ambassadors import tables
from ambassadors.errors import UnknownName

NOW = datetime(2026, 6, 1, tzinfo=UTC)
ACT = {"source": "x:1", "target": "x:2", "kind": "like", "at": datetime(2026, 1, 1, tzinfo=UTC)}
texts = st.sampled_from(
    ["", "x:1", "x:2", "1", "x:1.5E+18", "x:12.0", " x:1", "x:\u200b1", "like", "shrug", "0", "-1", "1e9", "nan"]
)


def why(table: str, **row: object) -> str | None:
    """The reason for which one row is rejected, None when it is accepted."""
    good, rejects = tables.check(tables.table(table), pl.DataFrame([row]), latest=NOW)
    assert good.height + rejects.height == 1
    return rejects["reason"][0] if rejects.height else None


@pytest.mark.parametrize(
    ("table", "row", "reason"),
    [
        ("follows", {"source": "x:1", "target": "x:2"}, None),
        ("follows", {"source": "x:1", "target": "x:1"}, "self_follow"),
        ("follows", {"source": "x:1", "target": ""}, "missing"),
        ("follows", {"source": "1", "target": "x:2"}, "no_platform"),
        ("follows", {"source": "x:1.23E+18", "target": "x:2"}, "scientific_id"),
        ("follows", {"source": "x:1,23E+18", "target": "x:2"}, "scientific_id"),
        ("accounts", {"account": "x:1", "followers": 3.7}, "not_a_count"),
        ("follows", {"source": "x:1e+18", "target": "x:2"}, "scientific_id"),
        ("follows", {"source": "x:1234567.0", "target": "x:2"}, "decimal_id"),
        ("follows", {"source": "x: 1", "target": "x:2"}, "spaces_around"),
        ("follows", {"source": "x:1\u200b", "target": "x:2"}, "control_character"),
        ("follows", {"source": "x:" + "1" * 600, "target": "x:2"}, "too_long"),
        ("follows", {"source": "x:12e45f67890", "target": "x:00012"}, None),
        ("interactions", ACT, None),
        ("interactions", {**ACT, "kind": "shrug"}, "unknown_kind"),
        ("interactions", {**ACT, "at": datetime(1979, 1, 1, tzinfo=UTC)}, "before_1990"),
        ("interactions", {**ACT, "at": datetime(2027, 1, 1, tzinfo=UTC)}, "in_the_future"),
        ("interactions", {**ACT, "weight": "-3"}, "negative"),
        ("interactions", {**ACT, "weight": "many"}, "not_a_number"),
        ("interactions", {**ACT, "weight": "inf"}, "not_a_number"),
        ("interactions", {**ACT, "rating": "4.5"}, None),
        ("interactions", {**ACT, "rating": "-7"}, "not_stars"),
        ("interactions", {**ACT, "rating": "99"}, "not_stars"),
        ("accounts", {"account": "x:1", "followers": "12k"}, "not_a_count"),
        ("accounts", {"account": "x:1", "followers": "-1"}, "not_a_count"),
        ("accounts", {"account": "x:1", "followers": -1}, "negative"),
        ("accounts", {"account": "x:1", "followers": "", "verified": "YES"}, None),
        ("accounts", {"account": "x:1", "verified": "perhaps"}, "not_a_flag"),
    ],
)
def test_each_fault_has_its_reason(table: str, row: dict[str, object], reason: str | None) -> None:
    """A row with one fault is rejected for that fault, and a sound one is accepted."""
    assert why(table, **row) == reason


def test_every_reason_says_what_to_do() -> None:
    """The reasons that rows are rejected for are all explained."""
    assert {"missing", "scientific_id", "self_follow", "in_the_future"} <= set(tables.REASONS)
    assert all(len(text) > 20 for text in tables.REASONS.values())


@given(st.lists(st.tuples(texts, texts, texts, texts), max_size=20))
def test_rows_in_are_rows_accepted_and_rejected(rows: list[tuple[str, ...]]) -> None:
    """Whatever the rows hold, none is lost and none counted twice."""
    names = ["source", "target", "kind", "weight"]
    frame = pl.DataFrame(rows, schema=dict.fromkeys(names, pl.String), orient="row").with_columns(
        pl.lit(NOW).alias("at")
    )

    good, rejects = tables.check(tables.INTERACTIONS, frame)

    assert sorted([*good["row"], *rejects["row"]]) == list(range(len(rows)))
    assert rejects["reason"].null_count() == 0


@given(st.lists(st.text("0123456789", min_size=1, max_size=39), min_size=1, max_size=50))
def test_ids_stay_the_same_text(ids: list[str]) -> None:
    """Ids of up to 39 digits, with leading zeros, come out as they went in."""
    frame = pl.DataFrame({"account": ["x:" + text for text in ids]})

    good, _ = tables.check(tables.ACCOUNTS, frame)

    assert good["account"].to_list() == frame["account"].to_list()


def test_an_unknown_table_is_answered_with_the_right_one() -> None:
    """A misspelt table is told with the name that was meant."""
    with pytest.raises(UnknownName, match="'follows'"):
        tables.table("folows")
