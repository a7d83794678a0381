"""How a file is laid out, as the recipe says it; nothing here is ever guessed from the file."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Literal

import polars as pl

MiB = 1 << 20
GiB = 1 << 30

REJECT_SCHEMA = pl.Schema({"line": pl.Int64, "column": pl.String, "reason": pl.String, "value": pl.String})
VALUE_CHARS = 200

Reject = tuple[int, str | None, str, str | None]


@dataclass(frozen=True)
class Limits:
    """The sizes beyond which a file is hostile or broken, so that no file can fill the memory or the disk.

    ``bytes`` and ``ratio`` are judged on the decompressed file; ``record_bytes`` is also how far a quoted field is
    followed before its quote counts as never closed.
    """

    cell_chars: int = 131_072
    columns: int = 2_000
    bytes: int = 16 * GiB
    ratio: int = 200
    record_bytes: int = 16 * MiB


@dataclass(frozen=True)
class Layout:
    """What the recipe says of a file: its format, its separator, its encoding, and its columns if it names none.

    ``preamble`` are columns by which a CSV's header is found below other lines. ``records`` and ``repair`` go with
    JSON documents: where the records stand, and whether their texts are UTF-8 that was taken for Latin-1.
    """

    format: Literal["csv", "jsonl", "json", "feed", "parquet", "delta"] = "csv"
    separator: str = ","
    header: bool = True
    columns: tuple[str, ...] = ()
    quoting: bool = True
    encoding: str = "utf-8"
    preamble: tuple[str, ...] = ()
    records: tuple[str, ...] = ()
    repair: Literal["latin1"] | None = None
    limits: Limits = field(default_factory=Limits)


@dataclass(frozen=True)
class Block:
    """Some rows of a file and those it could not take: ``rows_in`` is always ``rows.height + rejects.height``.

    ``lines`` holds, for each accepted row, the physical line on which it starts (in Parquet, its row number), from 1.
    """

    rows: pl.DataFrame
    lines: pl.Series
    rejects: pl.DataFrame

    @property
    def rows_in(self) -> int:
        """The number of records that the file held, accepted or rejected."""
        return self.rows.height + self.rejects.height


def reject_frame(rejects: list[Reject]) -> pl.DataFrame:
    """The rejects as a table, in the order of their lines.

    >>> reject_frame([(2, None, "blank_line", "")]).row(0)
    (2, None, 'blank_line', '')
    """
    return pl.DataFrame(rejects, schema=REJECT_SCHEMA, orient="row").sort("line", maintain_order=True)


def clipped(text: str) -> str:
    """A value short enough to be shown.

    >>> len(clipped("x" * 5_000))
    200
    """
    return text if len(text) <= VALUE_CHARS else text[: VALUE_CHARS - 1] + "…"


def one_block(blocks: Sequence[Block]) -> Block:
    """Blocks of the same columns, at least one, as a single block."""
    return Block(
        rows=pl.concat([block.rows for block in blocks]),
        lines=pl.concat([block.lines for block in blocks]),
        rejects=pl.concat([block.rejects for block in blocks]),
    )
