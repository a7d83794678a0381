"""The rows that a graph may be made from, checked before anything is built of them."""

from __future__ import annotations

from collections.abc import Callable, Iterable

import polars as pl

from ambassadors.errors import SourceError

_TEXTS = (pl.String, pl.Categorical, pl.Enum)


MOST_ROWS = 2**31 - 1


#: A table of any size: a frame, one yet to be collected, or frames one after the other.
Table = pl.DataFrame | pl.LazyFrame | Iterable[pl.DataFrame]
ROWS_OF_A_BLOCK = 1 << 20


def blocks_of(table: Table) -> Iterable[pl.DataFrame]:
    """The table block by block, in its order; a lazy frame is read as its blocks are asked for.

    >>> [block.height for block in blocks_of(pl.LazyFrame({"source": ["x:a", "x:b"]}))]
    [2]
    """
    if isinstance(table, pl.LazyFrame):
        return table.collect_batches(chunk_size=ROWS_OF_A_BLOCK, maintain_order=True)
    return [table] if isinstance(table, pl.DataFrame) else table


def checked_edges(edges: pl.DataFrame, before: int = 0) -> pl.DataFrame:
    """The columns source and target as text and weight as float32, or an error that names the first wrong row.

    ``before`` is how many rows stand before these, for the number of the row that an error names.
    """
    missing = [name for name in ("source", "target") if name not in edges.columns]
    if missing:
        raise SourceError("edges", f"no column {missing[0]!r}.", f"It has {', '.join(edges.columns) or 'none'}.")
    weight = edges["weight"] if "weight" in edges.columns else pl.repeat(1.0, len(edges), eager=True)
    source, target = (_checked_ids(edges[name], "edges", before) for name in ("source", "target"))
    if before + len(edges) > MOST_ROWS:
        remedy = "Merge repeated ties first, or keep the recent ones."
        raise SourceError("edges", f"more than {MOST_ROWS:,} rows.", remedy)
    weights = checked_weights("edges", weight, before, lambda row: f", {source[row]!r} -> {target[row]!r},")
    return pl.DataFrame({"source": source, "target": target, "weight": weights.cast(pl.Float32)})


def checked_accounts(accounts: pl.Series | None) -> pl.Series:
    """The accounts beside the edges as text; none of them may be null."""
    none = pl.Series("account", [], dtype=pl.String)
    return none if accounts is None else _checked_ids(accounts.alias("account"), "accounts")


def _checked_ids(column: pl.Series, where: str, before: int = 0) -> pl.Series:
    if not isinstance(column.dtype, _TEXTS) and not (column.dtype == pl.Null and column.is_empty()):
        remedy = "Ids are text, 'platform:native_id': cast the column with .cast(pl.String)."
        raise SourceError(where, f"{column.name!r} is {column.dtype}.", remedy)
    if column.has_nulls():
        row = before + (column.is_null().arg_max() or 0)
        raise SourceError(where, f"row {row} (the first is 0) has no {column.name!r}.", "Leave such rows out.")
    return column.cast(pl.String)


def checked_weights(
    where: str, weight: pl.Series, before: int = 0, named: Callable[[int], str] = lambda row: ""
) -> pl.Series:
    """Weights as float64, or an error that names the first row whose weight is not a finite number of at least 0."""
    if not weight.dtype.is_numeric() and not weight.is_empty():
        raise SourceError(where, f"'weight' is {weight.dtype}.", "Weights are numbers.")
    numbers = weight.cast(pl.Float64)
    bad = ~(numbers.is_finite() & (numbers >= 0)).fill_null(False)
    if bad.any():
        row = bad.arg_max() or 0
        problem = f"row {before + row} (the first is 0){named(row)} has the weight {numbers[row]}."
        raise SourceError(where, problem, "A weight is a finite number, 0 or more.")
    return numbers
