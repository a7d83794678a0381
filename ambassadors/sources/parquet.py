"""Parquet: the wanted columns with the types that the file gives them, a slice of rows at a time."""

from __future__ import annotations

from collections.abc import Generator, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

import polars as pl

from ambassadors.errors import SourceError, did_you_mean
from ambassadors.sources.layout import Block, Layout, Limits, clipped, reject_frame

MAGIC = b"PAR1"
PROBE_ROWS = 1_000  # enough rows to tell how many of them fill a block
MOST_ROWS = 1 << 20


def parquet_header(path: Path, layout: Layout) -> list[str]:
    """The names of a Parquet file's columns."""
    return list(_schema(path, layout))


def parquet_blocks(
    path: Path, layout: Layout, wanted: Sequence[str] | None, *, block_bytes: int
) -> Generator[Block, None, None]:
    """The wanted columns of a Parquet file in blocks of about that many bytes in memory."""
    chosen = _chosen(path, list(_schema(path, layout)), wanted)
    with _mended(path):
        frame = pl.scan_parquet(path, glob=False).select(chosen)
        total = int(frame.select(pl.len()).collect().item())
        _refuse_too_large(path, total * len(chosen), layout.limits)
        step = PROBE_ROWS
        at = 0
        while at < total:
            rows = frame.slice(at, step).collect()
            yield _checked(rows, at, layout.limits)
            at += step
            step = _step(rows, block_bytes)


def parquet_empty(path: Path, layout: Layout, names: Sequence[str]) -> Block:
    """A block without rows, of these columns."""
    schema = _schema(path, layout)
    return _checked(pl.DataFrame(schema={name: schema[name] for name in names}), 0, layout.limits)


def _schema(path: Path, layout: Layout) -> pl.Schema:
    with path.open("rb") as file:
        start = file.read(len(MAGIC))
    if start != MAGIC:
        raise SourceError(path, "is not a Parquet file.", 'If it is text, set format = "csv" or "jsonl".')
    with _mended(path):
        schema = pl.read_parquet_schema(path)
    if len(schema) > layout.limits.columns:
        raise SourceError(path, f"has {len(schema):,} columns, more than {layout.limits.columns:,}.", "Export fewer.")
    return pl.Schema(schema)


@contextmanager
def _mended(path: Path) -> Iterator[None]:
    """Turn whatever a broken Parquet file makes of the reading into a SourceError."""
    try:
        yield
    except (pl.exceptions.PolarsError, pl.exceptions.PanicException, OSError, ValueError, MemoryError) as error:
        first = clipped(str(error).strip().partition("\n")[0])
        raise SourceError(path, f"is a corrupt Parquet file ({first}).", "Fetch or export it again.") from error


def _chosen(path: Path, names: Sequence[str], wanted: Sequence[str] | None) -> list[str]:
    chosen = list(dict.fromkeys(names if wanted is None else wanted))
    missing = [name for name in chosen if name not in set(names)]
    if missing:
        raise SourceError(path, f"has no column {missing[0]!r}.", did_you_mean(missing[0], names))
    return chosen


def _refuse_too_large(path: Path, cells: int, limits: Limits) -> None:
    """Runs of equal values cost a Parquet file nothing: a few bytes may say that there are a billion rows."""
    if cells > limits.bytes:
        raise SourceError(path, f"holds more than {limits.bytes:,} cells.", "Split it into smaller files.")


def _step(rows: pl.DataFrame, block_bytes: int) -> int:
    """How many rows like these fill a block."""
    size = max(1, int(rows.estimated_size()) // max(1, rows.height))
    return max(1, min(MOST_ROWS, block_bytes // size))


def _checked(rows: pl.DataFrame, before: int, limits: Limits) -> Block:
    """The rows as a block, without those that hold a text which no other format would be allowed to hold."""
    number = pl.int_range(before + 1, before + 1 + pl.len(), dtype=pl.Int64)
    faults = [fault for name, dtype in rows.schema.items() if dtype == pl.String for fault in _faults(name, limits)]
    if not faults:
        return Block(rows, rows.select(number.alias("line")).to_series(), reject_frame([]))
    found = rows.select(number.alias("line"), pl.coalesce(faults).alias("fault")).unnest("fault")
    bad = found["reason"].is_not_null()
    rejects = found.filter(bad).select("line", "column", "reason", "value")
    return Block(rows.filter(~bad), found.filter(~bad)["line"], reject_frame(rejects.rows()))


def _faults(name: str, limits: Limits) -> list[pl.Expr]:
    cell = pl.col(name)
    tests = {
        "nul_byte": cell.str.contains("\0", literal=True),
        "cell_too_long": (cell.str.len_bytes() > limits.cell_chars) & (cell.str.len_chars() > limits.cell_chars),
    }
    return [
        pl.when(wrong).then(
            pl.struct(pl.lit(name).alias("column"), pl.lit(reason).alias("reason"), cell.str.head(200).alias("value"))
        )
        for reason, wrong in tests.items()
    ]
