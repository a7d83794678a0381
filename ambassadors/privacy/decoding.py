"""Decoding: a file in every form in which it can be read, so that no name hides in a coat."""

from __future__ import annotations

import base64
import binascii
import gzip
import html
import io
import json
import re
import sqlite3
import urllib.parse
import zipfile
import zlib
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import polars as pl

from ambassadors.privacy.dialects import decoded, separator_of
from ambassadors.privacy.forms import Forms
from ambassadors.privacy.rows import records

#: So many coats are taken off: a workbook in an archive in an archive.
_DEEPEST = 4
#: What unpacks to more is no file of ours.
_LARGEST = 2_000_000_000
_SQLITE = b"SQLite format 3\0"
_PARQUET = b"PAR1"
_TABLES = (".csv", ".tsv", ".txt")
_NUMBER = re.compile(r"-?[\d.]+(?:[eE][+-]?\d+)?")
Piece = tuple[str, str, bool]
Maybe = Callable[[str], bool]


def named_in(path: Path, forms: Forms) -> list[str]:
    """In which forms of a file the person is named; its own name is one. Empty: in none."""
    return [*(["name of the file"] if forms.named(path.name) else []), *naming(path.read_bytes(), path.name, forms)]


def naming(content: bytes, name: str, forms: Forms) -> list[str]:
    """In which forms of what a file of that name holds the person is named."""
    found: list[str] = []
    for how, text, whole in pieces(content, name, forms.maybe):
        if how not in found and (forms.named(text) or (whole and forms.is_name(text))):
            found.append(how)
    return found


def pieces(content: bytes, name: str, maybe: Maybe, deep: int = 0) -> Iterator[Piece]:
    """How it was decoded, a text, and whether the text is a whole cell, value or member rather than running text.

    Only a text that may hold what is looked for is cut into its cells or values.
    """
    for how, text in _texts(content, name):
        dressed = [(how, text, False), *_undressed(how, text)]
        yield from dressed
        if not any(maybe(one) for _, one, _ in (*dressed, ("", text.replace('""', '"'), False))):
            continue
        if name.lower().endswith(_TABLES):
            yield from _cells(how, text)
        if name.lower().endswith((".html", ".htm", ".xml", ".rels")):
            yield from _markup(how, text)
        if name.lower().endswith((".json", ".jsonl", ".ndjson")):
            yield from _values(content)
    if deep < _DEEPEST:
        yield from _unpacked(content, name, maybe, deep)
        yield from _embedded(content, maybe, deep)


def _texts(content: bytes, name: str) -> Iterator[tuple[str, str]]:
    yield "raw", content.decode("utf-8", "replace")
    if name.lower().endswith(_TABLES) and (saved := decoded(content))[1] == "cp1252":
        yield "cp1252", saved[0]
    nulls = content[:100_000].count(0)
    if content[:2] in (b"\xff\xfe", b"\xfe\xff") or nulls * 5 > len(content[:100_000]) > 1:
        for form in ("utf-16-le", "utf-16-be"):
            yield form, content.decode(form, "replace")
            yield form, content[1:].decode(form, "replace")


def _undressed(how: str, text: str) -> Iterator[Piece]:
    """Running text without the escapes of links, of HTML and of JSON."""
    if "%" in text:
        yield f"{how}, link decoded", urllib.parse.unquote(text), False
    if "&" in text:
        yield f"{how}, HTML decoded", html.unescape(text), False
    if "\\" in text:
        plain = re.sub(r"\\u([0-9a-fA-F]{4})", lambda code: chr(int(code[1], 16)), text)
        plain = plain.encode("utf-16", "surrogatepass").decode("utf-16", "replace")
        yield f"{how}, JSON decoded", re.sub(r"\\(.)", r"\1", plain), False


def _cells(how: str, text: str) -> Iterator[Piece]:
    """The cells of a table, its header and its numbers aside."""
    plain = text.removeprefix("\ufeff")
    for place, (_, cells) in enumerate(records(plain, separator_of(plain))):
        for cell in cells if place else ():
            if cell and not _NUMBER.fullmatch(cell):
                yield f"{how}, cell", cell, True


def _markup(how: str, text: str) -> Iterator[Piece]:
    """The texts between tags, and the values of attributes."""
    for found in re.finditer(r">([^<>]+)<|=\s*\"([^\"]*)\"|=\s*'([^']*)'", text):
        yield f"{how}, HTML text", html.unescape(found[1] or found[2] or found[3] or ""), True


def _embedded(content: bytes, maybe: Maybe, deep: int) -> Iterator[Piece]:
    """What is packed into addresses of a page's own (``data:...;base64,``)."""
    for found in re.finditer(rb"base64,([A-Za-z0-9+/=]+)", content):
        try:
            inner = base64.b64decode(found[1], validate=True)
        except binascii.Error:
            continue
        yield from ((f"base64, {how}", text, whole) for how, text, whole in pieces(inner, "", maybe, deep + 1))


def _values(content: bytes) -> Iterator[Piece]:
    """The texts and keys in JSON, or in lines of it."""
    for line in (content, *content.splitlines()):
        try:
            value = json.loads(line)
        except (ValueError, RecursionError):
            continue
        yield from (("JSON value", text, True) for text in _within(value))
        if line is content:
            return


def _within(value: Any) -> Iterator[str]:
    if isinstance(value, dict):
        for key, one in value.items():
            yield str(key)
            yield from _within(one)
    elif isinstance(value, list):
        for one in value:
            yield from _within(one)
    elif isinstance(value, str):
        yield value


def _unpacked(content: bytes, name: str, maybe: Maybe, deep: int) -> Iterator[Piece]:
    """What a packed file holds, and the cells of a database."""
    if content.startswith(b"\x1f\x8b"):
        yield from _member("gzip", gzip.decompress, content, name.removesuffix(".gz"), maybe, deep)
    elif content.startswith(b"PK"):
        yield from _archive(content, maybe, deep)
    elif content.startswith(_SQLITE):
        yield from _database(content)
    elif content.startswith(_PARQUET):
        yield from _columns(content)


def _member(how: str, unpack: Any, content: Any, name: str, maybe: Maybe, deep: int) -> Iterator[Piece]:
    try:
        inner = unpack(content)
    except (OSError, EOFError, zlib.error, zipfile.BadZipFile, RuntimeError, NotImplementedError):
        return  # not what it seems; its raw bytes were looked at
    yield from ((f"{how}, {was}", text, whole) for was, text, whole in pieces(inner, name, maybe, deep + 1))


def _archive(content: bytes, maybe: Maybe, deep: int) -> Iterator[Piece]:
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            for member in archive.infolist():
                yield "name in an archive", member.filename, False
                if member.file_size < _LARGEST:
                    yield from _member("archive", archive.read, member, member.filename, maybe, deep)
    except zipfile.BadZipFile:
        return


def _columns(content: bytes) -> Iterator[Piece]:
    """Every text of a Parquet file, each once."""
    try:
        frame = pl.read_parquet(content, use_pyarrow=False)
    except pl.exceptions.PolarsError:
        return  # half written, perhaps; its raw bytes were looked at
    for name, column in frame.select(pl.col(pl.String)).to_dict().items():
        yield from ((f"parquet, {name}", text, True) for text in column.drop_nulls().unique(maintain_order=True))


def _database(content: bytes) -> Iterator[Piece]:
    """Every cell of every table of a database, as it would be read once its file is this."""
    connection = sqlite3.connect(":memory:")
    try:
        connection.deserialize(content)
        for (table,) in connection.execute("SELECT name FROM sqlite_master WHERE type = 'table'").fetchall():
            quoted = table.replace('"', '""')
            for row in connection.execute(f'SELECT * FROM "{quoted}"'):
                for cell in row:
                    if isinstance(cell, bytes):
                        yield f"database, {table}", cell.decode("utf-8", "replace"), True
                    elif isinstance(cell, str):
                        yield f"database, {table}", cell, True
                        yield from ((f"database, {table}, {how}", text, whole) for how, text, whole in _cell(cell))
    except sqlite3.Error:
        return
    finally:
        connection.close()


def _cell(text: str) -> Iterator[Piece]:
    yield from _undressed("text", text)
    if text[:1] in ("{", "["):
        yield from _values(text.encode("utf-8", "replace"))
