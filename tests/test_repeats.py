"""Repeated rows become one, and the order of rows means nothing."""

from __future__ import annotations

from datetime import UTC, datetime
from itertools import permutations

import polars as pl
import pytest

from ambassadors import tables
from ambassadors.repeats import collapse

ACT = {"source": "x:1", "target": "x:2", "kind": "like", "at": datetime(2026, 1, 1, tzinfo=UTC)}


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

    assert collapse(tables.INTERACTIONS, frame)["weight"].to_list() == [5.0, 1.0]


def test_lines_of_an_order_are_added() -> None:
    """A shop's export has a row a line; an order counts once, with its whole amount."""
    at = datetime(2026, 1, 1, tzinfo=UTC)
    lines = [{"customer": "c", "order": "1", "at": at, "amount": amount} for amount in (0.1, 0.2, 3.0)]

    orders = collapse(tables.ORDERS, checked(tables.ORDERS, lines))

    assert orders.select("order", "amount").rows() == [("1", 3.3)]


def test_a_second_export_of_an_order_does_not_double_it() -> None:
    """Overlapping exports: of an order in two files the last file counts, with all its lines."""
    at = datetime(2026, 1, 1, tzinfo=UTC)
    rows = checked(
        tables.ORDERS, [{"customer": "c", "order": "1", "at": at, "amount": a} for a in (1.0, 2.0, 1.0, 2.0, 4.0)]
    )

    orders = collapse(tables.ORDERS, rows.with_columns(pl.Series("file", [1, 1, 2, 2, 2])))

    assert orders["amount"].to_list() == [7.0]


def test_a_file_of_returns_leaves_the_orders_as_they_were() -> None:
    """A refund that a second file brings has its own time; the order of the first stays known from its day on."""
    days = [datetime(2026, month, 1, tzinfo=UTC) for month in (1, 6)]
    rows = [
        {"customer": "c", "order": "1", "at": at, "amount": amount}
        for at, amount in zip(days, (50.0, -10.0), strict=True)
    ]
    frame = checked(tables.ORDERS, rows).with_columns(pl.Series("file", [1, 2]))

    assert collapse(tables.ORDERS, frame).select("at", "amount").rows() == [(days[0], 50.0), (days[1], -10.0)]


def test_equal_orders_without_an_id_are_each_their_own() -> None:
    """Two coffees at one time are two orders."""
    at = datetime(2026, 1, 1, tzinfo=UTC)
    rows = checked(tables.ORDERS, [{"customer": "c", "at": at, "amount": 3.0}] * 2)

    assert collapse(tables.ORDERS, rows)["amount"].to_list() == [3.0, 3.0]


def test_money_paid_back_is_a_row_with_its_own_time() -> None:
    """Two refunds of one order at two times stay two, so that each is known from its own day on."""
    days = [datetime(2026, month, 1, tzinfo=UTC) for month in (1, 2, 3)]
    common = {"customer": "c", "order": "1", "at": days[0]}
    rows = [
        {**common, "amount": 8.0, "refunded": 5.0, "refunded_at": days[1]},
        {**common, "amount": 2.0, "refunded": 1.0, "refunded_at": days[2]},
    ]

    orders = collapse(tables.ORDERS, checked(tables.ORDERS, rows))

    assert orders.select("at", "amount").rows() == [(days[0], 10.0), (days[1], -5.0), (days[2], -1.0)]


def test_a_follow_seen_twice_keeps_the_earliest_times() -> None:
    """A later crawl does not make an old tie young."""
    early, late = datetime(2025, 1, 1, tzinfo=UTC), datetime(2026, 1, 1, tzinfo=UTC)
    rows = [{"source": "x:1", "target": "x:2", "observed_at": at} for at in (late, early)]

    assert collapse(tables.FOLLOWS, checked(tables.FOLLOWS, rows))["observed_at"].to_list() == [early]


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

    made = [collapse(kind, checked(kind, list(order))) for order in permutations(rows[table])]

    assert all(frame.equals(made[0]) for frame in made)


def test_a_refusal_counts_in_whichever_file_it_stands() -> None:
    """Who agreed in the shop's list and refused in the mail tool's has refused, whichever was read last."""
    rows = pl.DataFrame({"customer": ["7", "7"], "consent": ["yes", "no"]})
    for order in (rows, rows.reverse()):
        good, _ = tables.check(tables.CUSTOMERS, order)

        assert collapse(tables.CUSTOMERS, good)["consent"].to_list() == [False]
