"""The one door to files of rows: CSV, JSON, JSON Lines, feeds and Parquet; nothing is guessed, padded or dropped.

Every record of a file comes out once, as a row or as a reject with its line and reason. A file that is not what the
layout says is refused as a whole with a ``SourceError``; when that happens between two blocks, as at the end of a gzip
file that was cut short, the blocks before it must not be used either.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Generator, Iterator, Sequence
from contextlib import closing
from pathlib import Path
from typing import NamedTuple

from ambassadors.errors import SourceError, did_you_mean
from ambassadors.sources import archives
from ambassadors.sources.bytestream import regular_file
from ambassadors.sources.csv_file import csv_blocks, csv_empty, csv_header
from ambassadors.sources.delta import delta_blocks, delta_empty, delta_header
from ambassadors.sources.feed import COLUMNS, feed_blocks, feed_empty
from ambassadors.sources.json_file import json_blocks, json_empty, json_header
from ambassadors.sources.jsonl import jsonl_blocks, jsonl_empty, jsonl_header
from ambassadors.sources.layout import Block, Layout, MiB, one_block
from ambassadors.sources.parquet import parquet_blocks, parquet_empty, parquet_header

BLOCK_BYTES = 32 * MiB

PathLike = str | os.PathLike[str]


class _Format(NamedTuple):
    """How files of one format are read."""

    header: Callable[[Path, Layout], list[str]]
    blocks: Callable[..., Generator[Block, None, None]]
    empty: Callable[[Path, Layout, Sequence[str]], Block]


FORMATS: dict[str, _Format] = {
    "csv": _Format(csv_header, csv_blocks, lambda path, layout, names: csv_empty(layout, names)),
    "jsonl": _Format(jsonl_header, jsonl_blocks, lambda path, layout, names: jsonl_empty(names)),
    "json": _Format(json_header, json_blocks, lambda path, layout, names: json_empty(names)),
    "feed": _Format(lambda path, layout: list(COLUMNS), feed_blocks, lambda path, layout, names: feed_empty(names)),
    "parquet": _Format(parquet_header, parquet_blocks, parquet_empty),
    "delta": _Format(delta_header, delta_blocks, delta_empty),
}


def header(path: PathLike, layout: Layout) -> list[str]:
    """The names of the columns that a file has; for JSON, of all keys in it, which takes a reading of it."""
    where = _checked(path, layout)
    return FORMATS[layout.format].header(where, layout)


def blocks(
    path: PathLike, layout: Layout, wanted: Sequence[str] | None = None, *, block_bytes: int = BLOCK_BYTES
) -> Iterator[Block]:
    """The wanted columns of a file, or all, block by block: what is in memory does not grow with the file.

    How the file is cut into blocks changes neither rows nor rejects. A file of a header only gives no block.
    """
    if wanted is not None and not wanted:
        raise ValueError("no column is wanted: a table without columns cannot say how many rows it has")
    where = _checked(path, layout)
    with closing(FORMATS[layout.format].blocks(where, layout, wanted, block_bytes=block_bytes)) as found:
        yield from found


def read(path: PathLike, layout: Layout, wanted: Sequence[str] | None = None) -> Block:
    """The wanted columns of a whole file, or all; a file of a header only gives a block without rows."""
    where = _checked(path, layout)
    names = list(dict.fromkeys(header(path, layout) if wanted is None else wanted))
    found = list(blocks(path, layout, names))
    return one_block(found or [FORMATS[layout.format].empty(where, layout, names)])


def _checked(path: PathLike, layout: Layout) -> Path:
    """The path, if it is one of a file, and the layout is one that a file can have."""
    where = Path(path) if layout.format == "delta" else regular_file(path)  # a Delta table is a folder
    if layout.format not in FORMATS:
        raise SourceError(where, f"format = {layout.format!r} is not known.", did_you_mean(layout.format, FORMATS))
    if layout.format == "parquet" and archives.split(where):
        raise SourceError(where, "is Parquet inside an archive.", "Unpack the archive, and name the unpacked file.")
    if layout.format == "csv":
        _check_separator(where, layout.separator)
        _check_columns(where, layout)
    return where


def _check_separator(path: Path, separator: str) -> None:
    if len(separator) != 1 or not separator.isascii() or separator in '"\r\n\0':
        raise SourceError(
            path,
            f"cannot be cut at separator = {separator!r}.",
            'A separator is one character of ASCII other than a quote, such as "," or ";" or "\\t".',
        )


def _check_columns(path: Path, layout: Layout) -> None:
    """The names in the recipe are there if, and only if, the file has none, and then each once."""
    columns, most = layout.columns, layout.limits.columns
    if layout.header and columns:
        raise SourceError(
            path, "has a header, but the recipe names its columns too.", "Leave out columns, or set header = false."
        )
    if not layout.header and not columns:
        raise SourceError(
            path, "has no header, and the recipe does not name its columns.", 'Add columns = ["...", "..."].'
        )
    if len(set(columns)) < len(columns) or "" in columns:
        raise SourceError(path, "the recipe gives two columns one name, or one none.", "Mend columns in the recipe.")
    if len(columns) > most:
        raise SourceError(path, f"the recipe names {len(columns):,} columns, more than {most:,}.", "Mend columns.")
