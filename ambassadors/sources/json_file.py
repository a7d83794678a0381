"""A JSON document: the records in it, wherever they stand, each value as the text that stands in the file.

``records`` leads to them: keys with dots between (``Activity.Follower List.FansList``), ``*`` for any key and for every
element of a list. A column of a record is a path, too: ``string_list_data.0.value``; ``../`` is the object around it,
so that in ``*.tweet.entities.user_mentions`` the tweet's own id is ``../../id_str``. What a record lacks is empty.
``window.NAME =`` before the document is passed over: X writes its archives so.
"""

from __future__ import annotations

import re
from collections.abc import Generator, Iterator, Sequence
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import polars as pl

from ambassadors.errors import SourceError
from ambassadors.sources.bytestream import text_chunks
from ambassadors.sources.jsonl import Flat, Number, Refused, as_json, check_cells, decoder, printable
from ambassadors.sources.layout import Block, Layout, MiB, Reject, clipped, reject_frame

#: A document is read whole, and takes several times its size in memory.
MOST_BYTES = 512 * MiB
MOST_ROWS = 100_000  # in one block
ASSIGNMENT = re.compile(r"\s*(?:window\.(?P<name>[\w.]+)|(?:var|let|const)\s+\w+)\s*=\s*(?=[\[{])")


@dataclass(frozen=True)
class Record:
    """One record, and the objects around it, the nearest last."""

    value: Any
    around: tuple[dict[str, Any], ...] = ()


class Doubled(dict[str, Any]):
    """An object that has one key twice: whoever reads a value from it must refuse."""


@dataclass(frozen=True)
class Document:
    """A parsed document, and the name to which it is assigned (``YTD.follower.part0``), if any."""

    value: Any
    name: str = ""


def document(path: Path, layout: Layout) -> Document:
    """The document in a file; raises :class:`SourceError` when it is not JSON as a whole."""
    text = _text(path, layout)
    start = ASSIGNMENT.match(text)
    try:
        value, end = _DECODER.raw_decode(text, start.end() if start else _first(text))
    except RecursionError as error:
        raise SourceError(path, "is JSON nested too deep to be genuine.", "Export it again.") from error
    except (ValueError, Refused) as error:
        raise SourceError(path, *_not_json(text, error)) from error
    if text[end:].strip(" \t\r\n;"):
        raise SourceError(path, "goes on after its JSON document.", 'If it is one object a line: format = "jsonl".')
    return Document(value, (start["name"] or "") if start else "")


def records(value: Any, paths: Sequence[str]) -> list[Record] | None:
    """The records at the first of these paths that leads anywhere; None where none does.

    Raises :class:`Refused` where an object on the way has one key twice: one of two lists would be lost.

    >>> [record.value for record in records({"a": {"x": [1, 2], "y": [3]}}, ["b", "a.*"])]
    [1, 2, 3]
    >>> records({"a": 1}, ["b"])
    """
    for path in paths or ("",):
        found = _led_to([Record(value)], [part for part in path.split(".") if part])
        if found is not None:
            return found
    return None


def value_at(record: Record, column: str) -> Any:
    """What stands at a column's path in a record; None where nothing does.

    >>> value_at(Record({"a": [{"b": "c"}]}), "a.0.b")
    'c'
    """
    value, around = record.value, record.around
    while column == ".." or column.startswith("../"):
        if not around:
            return None
        value, around, column = around[-1], around[:-1], column[3:]
    return _inner(value, column) if column else value


def json_header(path: Path, layout: Layout) -> list[str]:
    """All paths to values in the records of a document, in the order in which they first stand there."""
    seen: dict[str, None] = {}
    for record in _records(path, layout):
        if isinstance(record.value, dict):
            _paths(record.value, "", seen)
        if len(seen) > layout.limits.columns:
            raise SourceError(path, f"has more than {layout.limits.columns:,} different keys.", "Mend records.")
    return list(seen)


def json_blocks(
    path: Path, layout: Layout, wanted: Sequence[str] | None, *, block_bytes: int
) -> Generator[Block, None, None]:
    """The wanted columns of a document's records, in blocks; a row's line is the number of its record."""
    names = list(dict.fromkeys(json_header(path, layout) if wanted is None else wanted))
    found = _records(path, layout)
    most = max(1, min(MOST_ROWS, block_bytes // 256))
    for start in range(0, len(found), most):
        yield _block(found[start : start + most], start + 1, names, layout)


def json_empty(names: Sequence[str]) -> Block:
    """A block without rows, of these columns."""
    return _block([], 1, names, Layout())


def repaired(text: str) -> str:
    r"""UTF-8 that somebody took for Latin-1, as Meta's downloads do; any other text as it is.

    >>> repaired("caf\u00c3\u00a9"), repaired("caf\u00e9")
    ('café', 'café')
    """
    try:
        return text.encode("latin-1").decode()
    except UnicodeError:
        return text


def _text(path: Path, layout: Layout) -> str:
    parts, held = [], 0
    with closing(text_chunks(path, layout)) as chunks:
        for chunk in chunks:
            parts.append(chunk)
            held += len(chunk)
            if held > MOST_BYTES:
                remedy = "Ask the platform for a shorter span of time, or split it."
                raise SourceError(path, f"is a JSON document of more than {MOST_BYTES:,} bytes.", remedy)
    try:
        return b"".join(parts).decode()
    except UnicodeDecodeError as error:
        raise SourceError(path, "holds bytes that are no text.", 'Mend it, or add encoding = "...".') from error


def _first(text: str) -> int:
    return len(text) - len(text.lstrip(" \t\r\n"))


def _not_json(text: str, error: Exception) -> tuple[str, str]:
    place = getattr(error, "pos", None)
    if (place is not None and place >= len(text.rstrip()) - 1) or "Unterminated" in str(error):
        return "is JSON that ends early: the download is only half there.", "Download it again."
    return f"is not JSON ({clipped(str(error) or 'a number that is none')}).", "Is it the right file?"


def _object(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    return found if len(found) == len(pairs) else Doubled(found)


_DECODER = decoder(_object)


def _records(path: Path, layout: Layout) -> list[Record]:
    value = document(path, layout).value
    try:
        found = records(value, layout.records)
    except Refused as refused:
        raise SourceError(path, *doubled(refused)) from None
    if found is None:
        raise SourceError(path, f"holds nothing at records = {list(layout.records)}.", "Mend it: is it the right file?")
    return found


def doubled(refused: Refused) -> tuple[str, str]:
    """What is wrong with a document that has one key twice on the way to its records, and what to do."""
    return (
        f"has one key twice in the object that holds {refused.column!r}: only one of both could be read.",
        "Download it again, or make one list of both.",
    )


def _led_to(places: list[Record], steps: list[str]) -> list[Record] | None:
    """Follow the steps from each of these places; None when they lead nowhere although there was somewhere to go."""
    for step in steps:
        onward = [inner for place in places for inner in _step(place, step)]
        if places and not onward and not (step == "*" and any(place.value == [] for place in places)):
            return None
        places = onward
    return [inner for place in places for inner in _elements(place)]


def _step(place: Record, step: str) -> Iterator[Record]:
    value = place.value
    if isinstance(value, Doubled):
        raise Refused("duplicate_key", step)
    if isinstance(value, dict):
        around = (*place.around, value)
        if step == "*":
            yield from (Record(inner, around) for inner in value.values())
        elif step in value:
            yield Record(value[step], around)
    elif isinstance(value, list):
        for inner in value:
            yield from [Record(inner, place.around)] if step == "*" else _step(Record(inner, place.around), step)


def _elements(place: Record) -> Iterator[Record]:
    """The elements of a list, or an object itself; nothing of a null."""
    if isinstance(place.value, list):
        yield from (Record(inner, place.around) for inner in place.value)
    elif place.value is not None:
        yield place


def _inner(value: Any, path: str) -> Any:
    """What stands at a path; keys may hold dots themselves, and the longest that fits is taken."""
    if isinstance(value, list):
        head, _, rest = path.partition(".")
        place = int(head) if head.isdecimal() and len(head) < 7 else len(value)
        return _rest(value[place], rest) if place < len(value) else None
    if not isinstance(value, dict):
        return None
    if isinstance(value, Doubled):
        raise Refused("duplicate_key", path)
    parts = path.split(".")
    for end in range(len(parts), 0, -1):
        key = ".".join(parts[:end])
        if key in value:
            return _rest(value[key], ".".join(parts[end:]))
    return None


def _rest(value: Any, path: str) -> Any:
    return _inner(value, path) if path else value


def _paths(value: dict[str, Any], prefix: str, seen: dict[str, None]) -> None:
    for name, inner in value.items():
        if isinstance(inner, dict) and inner:
            _paths(inner, f"{prefix}{name}.", seen)
        elif isinstance(inner, list) and inner and isinstance(inner[0], dict):
            _paths(inner[0], f"{prefix}{name}.0.", seen)
        else:
            seen.setdefault(prefix + name)


def _block(found: list[Record], first: int, names: Sequence[str], layout: Layout) -> Block:
    rows: list[Flat] = []
    lines: list[int] = []
    rejects: list[Reject] = []
    for number, record in enumerate(found, first):
        try:
            rows.append(_row(record, names, layout))
            lines.append(number)
        except Refused as refused:
            value = clipped(refused.value or "")
            rejects.append((number, refused.column, refused.reason, value))
    columns = {name: [row[name] for row in rows] for name in names}
    frame = pl.DataFrame(columns, schema=dict.fromkeys(names, pl.String), height=len(rows))
    return Block(frame, pl.Series("line", lines, pl.Int64), reject_frame(rejects))


def _row(record: Record, names: Sequence[str], layout: Layout) -> Flat:
    if not isinstance(record.value, dict):
        raise Refused("not_an_object", None, printable(as_json(record.value, 1)[:1_000]))
    row = {name: _shown(value_at(record, name), layout) for name in names}
    check_cells(row, layout.limits)
    return row


def _shown(value: Any, layout: Layout) -> str | None:
    if value is None or isinstance(value, str):
        text = None if value is None else str(value)
        plain = text is None or isinstance(value, Number) or layout.repair is None
        return text if plain else repaired(text or "")
    return as_json(value, 1)
