"""Many small files become few, and what no version that is kept needs is removed."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

import polars as pl

from ambassadors.lake import files
from ambassadors.sources import delta

#: Files are brought together until they hold about so many rows.
FILE_ROWS = 1_000_000


def gather(folder: Path, table: str) -> None:
    """Brings small files together, in their order, as long as there are two."""
    while True:
        found = files.opened(folder, table)
        with delta.mended(folder, "one of its files cannot be read"):
            batch = _batch(delta.files_of(folder, found), table)
            if len(batch) < 2:
                return
            rows = files.rows_of(batch, table).collect()
        files.commit(folder, table, found, batch, [files.written(folder, table, found, rows)], news=False)


def expire(folder: Path, table: str, keep: timedelta) -> None:
    """Removes files that no version younger than ``keep`` holds, and shortens the log."""
    found, hours = files.opened(folder, table), -(-keep // timedelta(hours=1))
    with delta.mended(folder, "cannot be tidied up"):
        if found.vacuum(hours, enforce_retention_duration=False, full=True):  # asks first: a removal is a version
            found.vacuum(hours, dry_run=False, enforce_retention_duration=False, full=True)
        found.create_checkpoint()
        found.cleanup_metadata()


def _batch(paths: list[Path], table: str) -> list[Path]:
    """The first files of less than half the size that fit together."""
    batch: list[Path] = []
    total = 0
    for path in paths:
        height = files.rows_of([path], table).select(pl.len()).collect().item()
        if height < FILE_ROWS // 2 and total + height <= FILE_ROWS:
            batch.append(path)
            total += height
    return batch
