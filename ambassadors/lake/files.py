"""Files of a table that grows: written whole, brought in and taken out by one commit, erased when nobody may read them.

The log holds no value of any row: column statistics would be names and texts of people, in files that are kept.
"""

from __future__ import annotations

import hashlib
import io
import json
import os
import time
from collections.abc import Sequence
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING

import polars as pl

from ambassadors.errors import Busy, SourceError
from ambassadors.lake.keys import NATURAL, grown, key_of
from ambassadors.sources import delta

if TYPE_CHECKING:
    from deltalake import DeltaTable, Schema

_SETTINGS = {
    "delta.dataSkippingNumIndexedCols": "0",  # whoever writes here: no values of rows in the log
    "delta.deletedFileRetentionDuration": "interval 30 days",
    "delta.logRetentionDuration": "interval 30 days",
}
_TYPES = {pl.String: "string", pl.Int64: "long", pl.Float64: "double", pl.Boolean: "boolean", pl.Datetime: "timestamp"}
_ROOM = "Make room, or mend the rights of the folder."
_ELSEWHERE = "Move the folder away, and fetch again."


def exists(folder: Path) -> bool:
    """Whether there is a table in the folder; one whose log was lost is an error, not an empty table."""
    if any((folder / delta.LOG).glob("*.json")):
        return True
    if any(folder.glob("*.parquet")):
        raise SourceError(folder, f"holds rows, but its log {delta.LOG} is missing.", f"Bring it back. {_ELSEWHERE}")
    return False


def made(folder: Path, table: str) -> DeltaTable:
    """The table in that folder, made if there is none, with the columns that came with a later release."""
    from deltalake import DeltaTable

    if not exists(folder):
        with delta.mended(folder, "cannot be written", _ROOM):
            DeltaTable.create(str(folder), _delta_schema(grown(table)), mode="ignore", configuration=_SETTINGS)
    found = opened(folder, table)
    lacking = {name: dtype for name, dtype in grown(table).items() if name not in pl.Schema(found.schema())}
    if lacking:
        with delta.mended(folder, "cannot be given its new columns", _ELSEWHERE):
            found.alter.add_columns(list(_delta_schema(pl.Schema(lacking)).fields))
        found = opened(folder, table)
    return found


def opened(folder: Path, table: str, **moment: object) -> DeltaTable:
    """The table in that folder, if it has the columns of ours."""
    found = delta.opened(folder, **moment)  # type: ignore[arg-type]
    schema, ours = pl.Schema(found.schema()), grown(table)
    wrong = [name for name in ours if schema.get(name, ours[name]) != ours[name]]
    wrong += [name for name in NATURAL[table] if name not in schema]
    if wrong:
        problem = f"is no table of {table} that was fetched: its column {wrong[0]!r} is missing or of another type."
        raise SourceError(folder, problem, _ELSEWHERE)
    return found


def rows_of(paths: list[Path], table: str) -> pl.LazyFrame:
    """The rows of those files; columns that are younger than a file are empty."""
    schema = grown(table)
    if not paths:
        return schema.to_frame().lazy()
    return pl.scan_parquet(
        paths,
        schema=schema,
        glob=False,
        missing_columns="insert",
        extra_columns="ignore",
        cast_options=pl.ScanCastOptions(datetime_cast="nanosecond-downcast"),  # as Spark writes them
    ).select(schema.names())


def change(
    folder: Path, table: str, found: DeltaTable, gone: pl.DataFrame | pl.Expr, fresh: pl.DataFrame | None = None
) -> int:
    """Takes out rows and brings in fresh ones, in one step; gives how many were taken out.

    ``gone`` says which: a condition, or a frame with the values (of a few columns, or of ``key``) that they have.
    """
    out, into, count = [], [], 0
    searched = isinstance(gone, pl.Expr) or gone.height > 0
    for path in delta.files_of(folder, found) if searched else ():
        with delta.mended(path, "cannot be read"):
            part = rows_of([path], table).collect()
        left = _left(table, part, gone)
        if left.height < part.height:
            out.append(path)
            into.append(written(folder, table, found, left))
            count += part.height - left.height
    if fresh is not None:
        into.append(written(folder, table, found, fresh))
    commit(folder, table, found, out, into)
    return count


def _left(table: str, part: pl.DataFrame, gone: pl.DataFrame | pl.Expr) -> pl.DataFrame:
    if isinstance(gone, pl.Expr):
        return part.filter(~gone)
    keyed = part.with_columns(key_of(table))
    return keyed.join(gone, on=gone.columns, how="anti", nulls_equal=True, maintain_order="left").drop("key")


def written(folder: Path, table: str, found: DeltaTable, rows: pl.DataFrame) -> Path | None:
    """The rows as a file on the disk, which is no part of the table yet; None where there is none.

    It is named by the version in which it comes in and by what it holds: made again, it is the same.
    """
    if not rows.height:
        return None
    buffer = io.BytesIO()
    rows.select(grown(table).names()).sort(NATURAL[table], nulls_last=True).write_parquet(buffer, compression="zstd")
    whole = buffer.getbuffer()
    path = folder / f"{found.version() + 1:09d}-{hashlib.sha256(whole).hexdigest()[:24]}.parquet"
    with delta.mended(path, "cannot be written", _ROOM), path.open("wb") as file:
        file.write(whole)
        file.flush()
        os.fsync(file.fileno())
    return path


def commit(
    folder: Path,
    table: str,
    found: DeltaTable,
    out: Sequence[Path],
    into: Sequence[Path | None],
    *,
    news: bool = True,
) -> None:
    """Takes files out of the table and brings files in, in one step; ``news`` is whether this changes what it says.

    Raises :class:`Busy` when somebody else wrote to the table since it was ``found``; nothing is taken then.
    """
    from deltalake import CommitProperties
    from deltalake.exceptions import CommitFailedError
    from deltalake.transaction import AddAction, RemoveAction

    now = time.time_ns() // 1_000_000
    adds = [AddAction(path.name, path.stat().st_size, {}, now, news, _height(path)) for path in into if path]
    removes = [RemoveAction(path.name, news, now, path.stat().st_size, {}) for path in out]
    if not adds and not removes:
        return
    try:
        with delta.mended(folder, "cannot be written", _ROOM):
            found.create_write_transaction(
                [*adds, *removes],
                "append",
                _delta_schema(grown(table)),
                commit_properties=CommitProperties(max_commit_retries=0),
            )
    except SourceError as error:
        if isinstance(error.__cause__, CommitFailedError):
            raise Busy(f"{folder}: somebody else wrote to this table; nothing was changed. Try again.") from None
        raise


def erase(folder: Path, found: DeltaTable) -> None:
    """Removes every file that is not part of the table now, so that nothing that was taken out can be read again."""
    kept = {path.name for path in delta.files_of(folder, found)}
    for path in folder.glob("*.parquet"):
        if path.name not in kept:
            with suppress(FileNotFoundError):
                path.unlink()


def _height(path: Path) -> str:
    """All that the log says of a file's rows: how many."""
    return json.dumps({"numRecords": pl.scan_parquet(path, glob=False).select(pl.len()).collect().item()})


def _delta_schema(schema: pl.Schema) -> Schema:
    from deltalake import Field, Schema
    from deltalake.schema import PrimitiveType

    return Schema([Field(name, PrimitiveType(_TYPES[dtype.base_type()])) for name, dtype in schema.items()])
