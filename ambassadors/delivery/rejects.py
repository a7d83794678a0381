"""The rows that were turned away, as a file."""

from __future__ import annotations

from pathlib import Path

import polars as pl

from ambassadors.delivery.files import write_csv
from ambassadors.errors import OutputError


def write_rejects(rejects: pl.DataFrame, folder: Path) -> Path:
    """Every rejected row as ``rejects.csv`` in that folder: file, line, column, reason, value.

    Raises :class:`OutputError` when it cannot be written there.
    """
    path = folder / "rejects.csv"
    try:
        folder.mkdir(parents=True, exist_ok=True)
        write_csv(rejects, path)
    except (OSError, pl.exceptions.PolarsError) as error:
        problem = getattr(error, "strerror", None) or str(error)
        raise OutputError(f"{path}: cannot be written: {problem}. Give another folder.") from None
    return path
