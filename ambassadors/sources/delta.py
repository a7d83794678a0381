"""Delta Lake: a folder of Parquet files and the log that says which of them are the table now."""

from __future__ import annotations

import hashlib
from collections.abc import Generator, Iterator, Sequence
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import unquote

import polars as pl

from ambassadors.errors import SourceError, did_you_mean
from ambassadors.sources.layout import Block, Layout, clipped, reject_frame
from ambassadors.sources.parquet import parquet_blocks, parquet_header

if TYPE_CHECKING:
    from deltalake import DeltaTable

LOG = "_delta_log"
_EXPORT = "Export the table as Parquet and name the files."
_BACK = "Bring the folder back from a copy, or fetch it again."


def opened(folder: Path, *, version: int | None = None, at: datetime | None = None) -> DeltaTable:
    """The table in that folder as it is, as it was in that version, or as it was at that moment.

    Raises :class:`SourceError` where there is none, its log is damaged, or it is of a kind that cannot be read.
    """
    from deltalake import DeltaTable

    _refuse_no_table(folder)
    with mended(folder, "its log cannot be read"):
        table = DeltaTable(str(folder), version=version)
        if at is not None:
            table.load_as_version(at)
    _refuse_what_is_not_plain(folder, table)
    return table


def files_of(folder: Path, table: DeltaTable) -> list[Path]:
    """The files that hold the table's rows, in an order that depends on their names alone.

    Raises :class:`SourceError` when one is missing, or lies outside of the folder.
    """
    found = _paths(folder, _actions(table))
    strange = [path for path in found if not path.resolve().is_relative_to(folder.resolve())]
    if strange:
        raise SourceError(folder, f"its log names a file outside of the folder ({clipped(str(strange[0]))}).", _EXPORT)
    missing = [path.name for path in found if not path.is_file()]
    if missing:
        problem = f"version {table.version()} names files that are not there any more, such as {missing[0]}."
        raise SourceError(
            folder, problem, "What an old version held may have been removed; else bring the folder back from a copy."
        )
    return sorted(found)


def fingerprint(folder: Path) -> str:
    """A checksum of all that the table in that folder holds now, in the order in which it is read."""
    whole = hashlib.sha256()
    for path in files_of(folder, opened(folder)):
        with path.open("rb") as file:
            whole.update(hashlib.file_digest(file, "sha256").digest())
    return whole.hexdigest()


def delta_header(folder: Path, layout: Layout) -> list[str]:
    """The names of a Delta table's columns."""
    return list(_schema(folder, opened(folder), layout))


def delta_blocks(
    folder: Path, layout: Layout, wanted: Sequence[str] | None, *, block_bytes: int
) -> Generator[Block, None, None]:
    """The wanted columns of a Delta table as it is now, file by file, each in blocks of about that many bytes.

    Lines are the rows of the whole table, counted through its files.
    """
    table = opened(folder)
    schema, parts, before = _chosen(folder, _schema(folder, table, layout), wanted), _partitions(folder, table), 0
    for path in files_of(folder, table):
        header = parquet_header(path, layout)
        inside = [name for name in schema if name in header] or header[:1]  # some column must say how many rows
        held = 0
        for block in parquet_blocks(path, layout, inside, block_bytes=block_bytes):
            held += block.rows_in
            rows = _filled(path, block.rows, schema, parts[path])
            yield Block(rows, block.lines + before, block.rejects.with_columns(pl.col("line") + before))
        before += held


def delta_empty(folder: Path, layout: Layout, names: Sequence[str]) -> Block:
    """A block without rows, of these columns."""
    schema = _chosen(folder, _schema(folder, opened(folder), layout), names)
    return Block(schema.to_frame(), pl.Series("line", [], pl.Int64), reject_frame([]))


@contextmanager
def mended(folder: Path, problem: str, remedy: str = _BACK) -> Iterator[None]:
    """Turn whatever a broken table makes of the reading into a SourceError."""
    from deltalake.exceptions import DeltaError

    try:
        yield
    except (DeltaError, pl.exceptions.PolarsError, pl.exceptions.PanicException, OSError, ValueError) as error:
        first = clipped(str(error).strip().partition("\n")[0])
        raise SourceError(folder, f"{problem} ({first}).", remedy) from error


def _refuse_no_table(folder: Path) -> None:
    if not folder.exists():
        raise SourceError(folder, "does not exist.", "Mend path = in the recipe, or put the table there.")
    if not folder.is_dir():
        raise SourceError(folder, "is a file, but a Delta table is a folder.", f"Name the folder that holds {LOG}.")
    entries = {entry.name: entry.stat().st_size for entry in (folder / LOG).glob("*.json")}
    if not entries:
        remedy = f'Name the folder that holds {LOG}, or Parquet files alone, with format = "parquet".'
        raise SourceError(folder, f"is no Delta table: there is no log in {LOG}.", remedy)
    if not all(entries.values()):  # engines would skip it, and the rows that it brought
        empty = min(name for name, size in entries.items() if not size)
        raise SourceError(folder, f"its log is damaged: {empty} is empty.", _BACK)


def _refuse_what_is_not_plain(folder: Path, table: DeltaTable) -> None:
    """Rows marked as deleted, and columns that have other names in the files, are read by engines of clusters only."""
    if table.metadata().configuration.get("delta.columnMapping.mode", "none") != "none":
        raise SourceError(folder, "maps its columns to other names (delta.columnMapping.mode).", _EXPORT)
    features = table.protocol().reader_features or []
    with mended(folder, "its deletion vectors cannot be read"):
        if "deletionVectors" in features and pl.DataFrame(table.deletion_vectors()).height:
            remedy = "Run REORG TABLE ... APPLY (PURGE) where the table is kept, or export it as Parquet."
            raise SourceError(folder, "holds rows that are only marked as deleted (deletion vectors).", remedy)


def _actions(table: DeltaTable) -> pl.DataFrame:
    return pl.DataFrame(table.get_add_actions())


def _paths(folder: Path, actions: pl.DataFrame) -> list[Path]:
    return [folder / unquote(path) for path in actions["path"]]


def _partitions(folder: Path, table: DeltaTable) -> dict[Path, dict[str, object]]:
    """Of each file the values that stand in its path rather than in it."""
    actions = _actions(table)
    values = actions["partition"].to_list() if "partition" in actions.columns else [{}] * actions.height
    return dict(zip(_paths(folder, actions), values, strict=True))


def _schema(folder: Path, table: DeltaTable, layout: Layout) -> pl.Schema:
    with mended(folder, "its columns are of a kind that cannot be read", _EXPORT):
        schema = pl.Schema(table.schema())
    if len(schema) > layout.limits.columns:
        raise SourceError(folder, f"has {len(schema):,} columns, more than {layout.limits.columns:,}.", _EXPORT)
    return schema


def _chosen(folder: Path, schema: pl.Schema, wanted: Sequence[str] | None) -> pl.Schema:
    missing = [name for name in wanted or () if name not in schema]
    if missing:
        raise SourceError(folder, f"has no column {missing[0]!r}.", did_you_mean(missing[0], schema))
    return pl.Schema({name: schema[name] for name in (schema if wanted is None else wanted)})


def _filled(path: Path, rows: pl.DataFrame, schema: pl.Schema, part: dict[str, object]) -> pl.DataFrame:
    """The rows with all columns: those that the file's path tells, and those that are younger than the file."""
    told = {name: pl.lit(part.get(name), dtype) for name, dtype in schema.items() if name not in rows.columns}
    with mended(path, "its columns are not of the table's types"):
        return rows.with_columns(**told).select(schema.names()).cast(dict(schema))  # type: ignore[arg-type]
