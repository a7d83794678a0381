"""Repeated rows: what two files, or two lines of one file, say twice becomes one row, by each table's own rule."""

from __future__ import annotations

from collections.abc import Callable

import polars as pl

from ambassadors import tables


def collapse(table: tables.Table, frame: pl.DataFrame) -> pl.DataFrame:
    """The frame with repeated rows made one by the table's rule, in an order that depends on the rows alone.

    A column ``file`` with the number of each row's file, where there is one, tells lines of an order from a second
    export of it.

    >>> good, _ = tables.check(tables.FOLLOWS, pl.DataFrame({"source": ["x:1", "x:1"], "target": ["x:2", "x:2"]}))
    >>> collapse(tables.FOLLOWS, good).height
    1
    """
    if "file" not in frame.columns:
        frame = frame.with_columns(pl.lit(0).alias("file"))
    return _COLLAPSE[table.name](frame).select(table.names)


def merged(frame: pl.DataFrame, key: list[str]) -> pl.DataFrame:
    """One row a key: of each column the last value that is not empty, so that two files can each tell a part.

    Of consent a refusal counts, in whichever file it stands.
    """
    if not frame.select(pl.struct(key).is_duplicated().any()).item():
        return frame.sort(key)
    told = [pl.col(name).min() if name == "consent" else pl.col(name).drop_nulls().last() for name in frame.columns]
    named = [value for name, value in zip(frame.columns, told, strict=True) if name not in key]
    return frame.group_by(key, maintain_order=True).agg(named).sort(key).select(frame.columns)


def _merged_by(*key: str) -> Callable[[pl.DataFrame], pl.DataFrame]:
    return lambda frame: merged(frame, list(key))


def _follows(frame: pl.DataFrame) -> pl.DataFrame:
    began = pl.coalesce(tables.FOLLOWS.dated_by)
    ordered = frame.sort("source", "target", began, "since", "observed_at", nulls_last=False)
    return ordered.unique(["source", "target"], keep="first", maintain_order=True)


def _posts(frame: pl.DataFrame) -> pl.DataFrame:
    return frame.sort("at", "post", maintain_order=True).unique(["post"], keep="first", maintain_order=True)


def _interactions(frame: pl.DataFrame) -> pl.DataFrame:
    key = list(tables.INTERACTIONS.key)
    ordered = frame.sort(*key, "weight", descending=[*(False for _ in key), True], nulls_last=True, maintain_order=True)
    return ordered.unique(key, keep="first", maintain_order=True)


def _orders(frame: pl.DataFrame) -> pl.DataFrame:
    """Orders with their lines added, and what was paid back as rows of its own, so that each has its own time."""
    named = _with_own_ids(frame)
    latest = named.filter(pl.col("file") == pl.col("file").max().over(*tables.ORDERS.key, pl.col("amount") < 0))
    back = latest.filter(pl.col("refunded") > 0).with_columns(
        pl.coalesce("refunded_at", "at").alias("at"), (-pl.col("refunded")).alias("amount")
    )
    lines = pl.concat([latest, back]).group_by(*tables.ORDERS.key, pl.col("amount") < 0, maintain_order=True)
    added = lines.agg(
        pl.col("amount").sum().round(6).alias("sum"),  # a sum of cents must not carry binary dust
        pl.col("currency", "code").drop_nulls().first(),
    )
    nothing = [pl.lit(None, tables.ORDERS[name].dtype).alias(name) for name in ("refunded", "refunded_at")]
    whole = added.drop("amount").rename({"sum": "amount"}).with_columns(nothing)
    return whole.sort("at", "customer", "order", "amount", maintain_order=True)


def _with_own_ids(frame: pl.DataFrame) -> pl.DataFrame:
    """An order without an id gets one of its own: its time, and its number among equal rows of its file."""
    same = ["customer", "at", "amount", "currency", "code"]
    number = pl.int_range(pl.len()).over("file", *same).cast(pl.String)
    own = pl.concat_str(
        pl.lit("#"), pl.col("at").dt.to_string("%Y%m%dT%H%M%S"), pl.lit("-"), number, pl.lit("-"), "amount"
    )
    return frame.with_columns(pl.coalesce("order", own).alias("order"))


def _offers(frame: pl.DataFrame) -> pl.DataFrame:
    """The earliest row of each account and campaign, with the earliest answer that any row states."""
    key = list(tables.OFFERS.key)
    answered = pl.col("answered_at").min().over(key)
    ordered = frame.with_columns(answered).sort(*key, "at", "until", nulls_last=True)
    return ordered.unique(key, keep="first", maintain_order=True)


_COLLAPSE: dict[str, Callable[[pl.DataFrame], pl.DataFrame]] = {
    "accounts": _merged_by("account", "observed_at"),
    "follows": _follows,
    "posts": _posts,
    "interactions": _interactions,
    "customers": _merged_by("customer", "account", "since"),
    "orders": _orders,
    "offers": _offers,
}
