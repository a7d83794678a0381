"""JSON Lines: one object a line, every value as the text that stands in the file.

Numbers keep their digits, so that an id of 39 digits stays one. Nested objects become columns with dots in their names
(``user.id``), arrays stay JSON; ``null`` and a missing key are both null.
"""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Callable, Generator, Iterator, Sequence
from contextlib import closing
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, NoReturn

import polars as pl

from ambassadors.errors import SourceError, did_you_mean
from ambassadors.sources.bytestream import pieces, shown
from ambassadors.sources.layout import Block, Layout, Limits, MiB, Reject, clipped, reject_frame

MOST_LEVELS = 32  # of objects and arrays in each other
PIECE = MiB
MOST_TEXT = 8 * MiB  # in one block: as objects it is many times as large
MOST_REJECTS = 100_000

Flat = dict[str, str | None]


class Number(str):
    """A number as it is written, told apart from a string of the same characters."""

    __slots__ = ()


class Refused(Exception):  # never leaves this module: it ends the reading of one line
    """A line that gives no row, with the reason, and the column and value where they are known."""

    def __init__(self, reason: str, column: str | None = None, value: str | None = None) -> None:
        self.reason = reason
        self.column = column
        self.value = value


@dataclass
class Gathered:
    """What has been read and is not yet given away as a block."""

    rows: list[Flat] = field(default_factory=list)
    lines: list[int] = field(default_factory=list)
    rejects: list[Reject] = field(default_factory=list)
    size: int = 0


def jsonl_header(path: Path, layout: Layout) -> list[str]:
    """All keys of a file's accepted rows, in the order in which they first stand there; this reads the whole file."""
    seen: dict[str, None] = {}
    for gathered in _gathered(path, layout, 32 * MiB):
        for row in gathered.rows:
            seen.update(dict.fromkeys(row))
        if len(seen) > layout.limits.columns:
            raise SourceError(
                path, f"has more than {layout.limits.columns:,} different keys.", "Are there ids among its keys?"
            )
    return list(seen)


def jsonl_blocks(
    path: Path, layout: Layout, wanted: Sequence[str] | None, *, block_bytes: int
) -> Generator[Block, None, None]:
    """The wanted columns of a JSON Lines file, or all, in blocks of about that many bytes of text.

    A wanted column that no row has, not even as a null, is taken for a slip of the pen: the end of the file refuses it.
    """
    names = list(dict.fromkeys(jsonl_header(path, layout) if wanted is None else wanted))
    missing = dict.fromkeys(names)
    seen: dict[str, None] = {}
    for gathered in _gathered(path, layout, block_bytes):
        if missing:
            for row in gathered.rows:
                seen.update(dict.fromkeys(row))
            missing = {name: None for name in missing if not _known(name, seen)}
        yield _block(gathered, names)
    if missing and seen:
        first = next(iter(missing))
        raise SourceError(path, f"has no key {first!r} in any row.", did_you_mean(first, seen))


def jsonl_empty(names: Sequence[str]) -> Block:
    """A block without rows, of these columns."""
    return _block(Gathered(), names)


def flat_row(line: bytes, limits: Limits) -> Flat:
    """One line as a row, or Refused with the reason.

    >>> flat_row(b'{"id": 7.0, "user": {"id": 1, "tags": ["a", 2]}, "ok": true}', Limits())
    {'id': '7.0', 'user.id': '1', 'user.tags': '["a", 2]', 'ok': 'true'}
    """
    row: Flat = {}
    _flatten(_parsed(line, limits), "", 1, row)
    # Only an escape can bring in what the bytes of the line did not hold, and only a long line a long cell.
    if len(line) > limits.cell_chars or b"\\u0000" in line or b"\\ud" in line or b"\\uD" in line:
        check_cells(row, limits)
    return row


def _gathered(path: Path, layout: Layout, block_bytes: int) -> Iterator[Gathered]:
    gathered, line = Gathered(), 1
    with closing(pieces(path, layout, size=min(PIECE, block_bytes))) as feed:
        for text, _ in feed:
            if line == 1 and text.lstrip().startswith(b"["):
                raise SourceError(
                    path, "is one JSON array, not an object a line.", "Write each object on its own line."
                )
            for raw in text.split(b"\n")[:-1]:
                _take(raw, line, gathered, layout.limits)
                line += 1
            gathered.size += len(text)
            if gathered.size >= min(block_bytes, MOST_TEXT) or len(gathered.rejects) >= MOST_REJECTS:
                yield gathered
                gathered = Gathered()
    if gathered.size:
        yield gathered


def _take(raw: bytes, line: int, gathered: Gathered, limits: Limits) -> None:
    try:
        row = flat_row(raw, limits)
    except Refused as refused:
        value = shown(raw) if refused.value is None else clipped(refused.value)
        gathered.rejects.append((line, refused.column, refused.reason, value))
    else:
        gathered.rows.append(row)
        gathered.lines.append(line)


def _block(gathered: Gathered, names: Sequence[str]) -> Block:
    columns = {name: [row.get(name) for row in gathered.rows] for name in names}
    rows = pl.DataFrame(columns, schema=dict.fromkeys(names, pl.String), height=len(gathered.rows))
    return Block(rows, pl.Series("line", gathered.lines, pl.Int64), reject_frame(gathered.rejects))


def _parsed(line: bytes, limits: Limits) -> dict[str, Any]:
    if len(line) > limits.record_bytes:
        raise Refused("record_too_long")
    if b"\0" in line:
        raise Refused("nul_byte")
    try:
        text = line.decode()
    except UnicodeDecodeError as error:
        raise Refused("bad_encoding") from error
    if not text.strip(" \t\r"):
        raise Refused("blank_line")
    try:
        value = DECODER.decode(text)
    except RecursionError as error:
        raise Refused("nested_too_deep") from error
    except ValueError as error:
        raise Refused("bad_json") from error
    if not isinstance(value, dict):
        raise Refused("not_an_object")
    return value


def _object(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) < len(pairs):
        (name, _), *_ = Counter(name for name, _ in pairs).most_common(1)
        raise Refused("duplicate_key", printable(name))
    return found


def _no_number(constant: str) -> NoReturn:
    raise Refused("bad_json", None, constant)


def decoder(make: Callable[[list[tuple[str, Any]]], dict[str, Any]]) -> json.JSONDecoder:
    """A decoder that keeps numbers as they are written, and makes objects of their pairs in that way."""
    return json.JSONDecoder(
        parse_int=Number, parse_float=Number, parse_constant=_no_number, object_pairs_hook=make, strict=True
    )


DECODER = decoder(_object)


def _flatten(value: dict[str, Any], prefix: str, level: int, row: Flat) -> None:
    """Put every value that is no object into the row, under its name and those of the objects around it."""
    if level > MOST_LEVELS:
        raise Refused("nested_too_deep")
    for name, inner in value.items():
        key = prefix + name
        if isinstance(inner, dict):
            _flatten(inner, key + ".", level + 1, row)
        elif key in row:
            raise Refused("duplicate_key", printable(key))
        elif isinstance(inner, str):
            row[key] = str(inner)
        else:
            row[key] = None if inner is None else as_json(inner, 1)


def check_cells(row: Flat, limits: Limits) -> None:
    """Refuse texts that a table cannot hold: too long, with a NUL, or with half of a surrogate pair."""
    for name, text in row.items():
        if text is not None and len(text) > limits.cell_chars:
            raise Refused("cell_too_long", printable(name), printable(text[:1_000]))
        if "\0" in name or (text is not None and "\0" in text):
            raise Refused("nul_byte", printable(name))
        if printable(name) != name or (text is not None and printable(text) != text):
            raise Refused("bad_encoding", printable(name))


def printable(text: str) -> str:
    """The text with halves of surrogate pairs, which no file can hold, written out."""
    return text.encode("utf-8", "backslashreplace").decode()


def as_json(value: Any, level: int) -> str:
    """A value as JSON again, its numbers as they were written."""
    if level > MOST_LEVELS:
        raise Refused("nested_too_deep")
    if isinstance(value, Number):
        return value
    if isinstance(value, list):
        return "[" + ", ".join(as_json(inner, level + 1) for inner in value) + "]"
    if isinstance(value, dict):
        return (
            "{"
            + ", ".join(f"{as_json(name, level)}: {as_json(inner, level + 1)}" for name, inner in value.items())
            + "}"
        )
    return json.dumps(value, ensure_ascii=False)


def _known(name: str, seen: dict[str, None]) -> bool:
    """Whether a key was seen, or an object around it that was null."""
    parts = name.split(".")
    return any(".".join(parts[:end]) in seen for end in range(1, len(parts) + 1))
