"""The tables: a row is accepted whole, or rejected with a reason."""

from __future__ import annotations

from datetime import UTC, datetime
from itertools import permutations

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


def checked(table: tables.Table, rows: list[dict[str, object]]) -> pl.DataFrame:
    """Rows that are all sound, as a checked frame."""
    good, rejects = tables.check(table, pl.DataFrame(rows, infer_schema_length=None))
    assert rejects.is_empty()
    return good


def test_the_same_act_seen_twice_is_one_act() -> None:
    """Two files that overlap do not double what people did."""
    frame = checked(
        tables.INTERACTIONS, [{**ACT, "weight": 1.0}, {**ACT, "weight": 5.0}, {**ACT, "kind": "share", "weight": 1.0}]
    )

    assert tables.collapse(tables.INTERACTIONS, frame)["weight"].to_list() == [5.0, 1.0]


def test_lines_of_an_order_are_added() -> None:
    """A shop's export has a row a line; an order counts once, with its whole amount."""
    at = datetime(2026, 1, 1, tzinfo=UTC)
    lines = [{"customer": "c", "order": "1", "at": at, "amount": amount} for amount in (0.1, 0.2, 3.0)]

    orders = tables.collapse(tables.ORDERS, checked(tables.ORDERS, lines))

    assert orders.select("order", "amount").rows() == [("1", 3.3)]


def test_a_second_export_of_an_order_does_not_double_it() -> None:
    """Overlapping exports: of an order in two files the last file counts, with all its lines."""
    at = datetime(2026, 1, 1, tzinfo=UTC)
    rows = checked(
        tables.ORDERS, [{"customer": "c", "order": "1", "at": at, "amount": a} for a in (1.0, 2.0, 1.0, 2.0, 4.0)]
    )

    orders = tables.collapse(tables.ORDERS, rows.with_columns(pl.Series("file", [1, 1, 2, 2, 2])))

    assert orders["amount"].to_list() == [7.0]


def test_a_file_of_returns_leaves_the_orders_as_they_were() -> None:
    """A refund that a second file brings has its own time; the order of the first stays known from its day on."""
    days = [datetime(2026, month, 1, tzinfo=UTC) for month in (1, 6)]
    rows = [
        {"customer": "c", "order": "1", "at": at, "amount": amount}
        for at, amount in zip(days, (50.0, -10.0), strict=True)
    ]
    frame = checked(tables.ORDERS, rows).with_columns(pl.Series("file", [1, 2]))

    assert tables.collapse(tables.ORDERS, frame).select("at", "amount").rows() == [(days[0], 50.0), (days[1], -10.0)]


def test_equal_orders_without_an_id_are_each_their_own() -> None:
    """Two coffees at one time are two orders."""
    at = datetime(2026, 1, 1, tzinfo=UTC)
    rows = checked(tables.ORDERS, [{"customer": "c", "at": at, "amount": 3.0}] * 2)

    assert tables.collapse(tables.ORDERS, rows)["amount"].to_list() == [3.0, 3.0]


def test_money_paid_back_is_a_row_with_its_own_time() -> None:
    """Two refunds of one order at two times stay two, so that each is known from its own day on."""
    days = [datetime(2026, month, 1, tzinfo=UTC) for month in (1, 2, 3)]
    common = {"customer": "c", "order": "1", "at": days[0]}
    rows = [
        {**common, "amount": 8.0, "refunded": 5.0, "refunded_at": days[1]},
        {**common, "amount": 2.0, "refunded": 1.0, "refunded_at": days[2]},
    ]

    orders = tables.collapse(tables.ORDERS, checked(tables.ORDERS, rows))

    assert orders.select("at", "amount").rows() == [(days[0], 10.0), (days[1], -5.0), (days[2], -1.0)]


def test_a_follow_seen_twice_keeps_the_earliest_times() -> None:
    """A later crawl does not make an old tie young."""
    early, late = datetime(2025, 1, 1, tzinfo=UTC), datetime(2026, 1, 1, tzinfo=UTC)
    rows = [{"source": "x:1", "target": "x:2", "observed_at": at} for at in (late, early)]

    assert tables.collapse(tables.FOLLOWS, checked(tables.FOLLOWS, rows))["observed_at"].to_list() == [early]


@pytest.mark.parametrize("table", ["follows", "interactions", "posts", "orders"])
def test_the_order_of_rows_means_nothing(table: str) -> None:
    """The same rows in any order make the same table."""
    at = [datetime(2026, 1, day, tzinfo=UTC) for day in (1, 2)]
    rows: dict[str, list[dict[str, object]]] = {
        "follows": [{"source": f"x:{a}", "target": f"x:{b}", "since": at[0]} for a, b in ((1, 2), (2, 1), (1, 3))],
        "interactions": [{**ACT, "at": at[0]}, {**ACT, "at": at[1]}, {**ACT, "kind": "share"}],
        "posts": [{"post": "p", "author": "x:1", "at": day} for day in at]
        + [{"post": "q", "author": "x:2", "at": at[0]}],
        "orders": [{"customer": "c", "order": str(n), "at": day, "amount": 2.0} for n, day in enumerate(at)],
    }
    kind = tables.table(table)

    made = [tables.collapse(kind, checked(kind, list(order))) for order in permutations(rows[table])]

    assert all(frame.equals(made[0]) for frame in made)


def test_an_unknown_table_is_answered_with_the_right_one() -> None:
    """A misspelt table is told with the name that was meant."""
    with pytest.raises(UnknownName, match="'follows'"):
        tables.table("folows")
