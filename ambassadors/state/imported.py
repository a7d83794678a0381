"""What became of a file of notes: every row of it, and what a person should look at."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any

import polars as pl

_TEXT, _NUMBER = pl.String(), pl.Int64()
CONFLICTS: dict[str, pl.DataType] = {
    "file": _TEXT,
    "row": _NUMBER,
    "account": _TEXT,
    "person": _TEXT,
    "field": _TEXT,
    "handed_out": _TEXT,
    "kept": _TEXT,
    "in_file": _TEXT,
    "done": _TEXT,
}
REJECTED: dict[str, pl.DataType] = {
    "file": _TEXT,
    "row": _NUMBER,
    "account": _TEXT,
    "column": _TEXT,
    "value": _TEXT,
    "reason": _TEXT,
}
UNKNOWN: dict[str, pl.DataType] = {"file": _TEXT, "row": _NUMBER, "account": _TEXT, "person": _TEXT}
CHANGES: dict[str, pl.DataType] = {"account": _TEXT, "field": _TEXT, "before": _TEXT, "after": _TEXT}


@dataclass(frozen=True)
class Imported:
    """What became of a file: ``rows == changed + unchanged + conflicting + refused``, always.

    A row counts as ``refused`` when any cell of it could not be taken over (``rejected`` tells which and why), else as
    ``conflicting`` when any is in conflict. ``unknown`` are people whose notes were kept although the last run does not
    know them. With a ``problem`` the file could not be read, and nothing of it was taken over; it may quote the file,
    so logs get its ``kind`` only.
    """

    file: str
    rows: int = 0
    changed: int = 0
    unchanged: int = 0
    conflicting: int = 0
    refused: int = 0
    conflicts: pl.DataFrame = field(default_factory=lambda: pl.DataFrame(schema=CONFLICTS))
    rejected: pl.DataFrame = field(default_factory=lambda: pl.DataFrame(schema=REJECTED))
    unknown: pl.DataFrame = field(default_factory=lambda: pl.DataFrame(schema=UNKNOWN))
    changes: pl.DataFrame = field(default_factory=lambda: pl.DataFrame(schema=CHANGES))
    cautions: tuple[str, ...] = ()
    problem: str | None = None
    kind: str | None = None

    def counts(self) -> dict[str, int]:
        """How many rows there were, and what became of them."""
        names = ("rows", "changed", "unchanged", "conflicting", "refused")
        return {name: getattr(self, name) for name in names}

    def event(self) -> dict[str, Any]:
        """What a log may hold of it: the file, how many rows, and which kind of problem; nothing about people."""
        return {"file": self.file, **self.counts(), "problem": self.kind}


def conflicts(returned: Iterable[Imported]) -> pl.DataFrame:
    """The conflicts of several files, one below the other."""
    return pl.concat([pl.DataFrame(schema=CONFLICTS), *(one.conflicts for one in returned)])
