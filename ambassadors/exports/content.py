"""What is in a file, as far as one must look to tell what it is; its name counts only where nothing in it tells."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterator
from contextlib import closing
from dataclasses import dataclass, field, replace
from pathlib import Path

from ambassadors.errors import SourceError
from ambassadors.sources import archives
from ambassadors.sources.bytestream import BYTE_ORDER_MARKS, MAGIC, UTF8_BOM, raw_chunks, regular_file
from ambassadors.sources.json_file import ASSIGNMENT, Document, document
from ambassadors.sources.layout import Layout, Limits, MiB

HEAD = 256 * 1024
SEPARATORS = (",", ";", "\t")
LINES = 20  # that may stand above a header
MOST_COUNTED = 256 * MiB
_OLE = b"\xd0\xcf\x11\xe0"
_HTML = re.compile(r"\s*(?:<!--.*?-->\s*)?<(?:!doctype html|html|head|body)\b", re.IGNORECASE | re.DOTALL)
_SEPARATOR_LINE = re.compile(r'"?sep=.?"?\r?\n')  # Excel's own, above the header
_FEED = re.compile(r"<(?:rss|feed|rdf:RDF)\b", re.IGNORECASE)


@dataclass(frozen=True)
class Content:
    """A file's content: its kind, its beginning as text, and what could be made out in it.

    ``kind`` is csv, json, jsonl, feed, html, text, sheet, or empty for anything else, of which ``what`` says what it
    looks like. ``lines`` are the first lines of a table, each cut at every usual separator; ``preamble`` says that a
    line of another kind stands above them. ``name`` is the last part of the file's path.
    """

    kind: str
    head: str = ""
    encoding: str = "utf-8"
    lines: list[dict[str, list[str]]] = field(default_factory=list)
    document: Document | None = None
    records: int | None = None
    what: str = ""
    name: str = ""
    preamble: bool = False

    def rows(self, column: str) -> Iterator[dict[str, str]]:
        """The rows of a table that has that column in its first line, as far as they were looked at."""
        for mark, names in self.lines[0].items() if self.lines else ():
            if column in names:
                yield from csv.DictReader(io.StringIO(self.head, newline=""), delimiter=mark)
                return


def content_of(path: Path) -> Content:
    """What is in a file or a member of an archive; raises :class:`SourceError` where it cannot be read."""
    return replace(_content(path), name=path.name.rpartition(archives.MARK)[2])


def _content(path: Path) -> Content:
    regular_file(path)
    start = _start(path)
    if not archives.split(path) and (sheet := _sheet(path, start)):
        return sheet
    for magic, what, _ in MAGIC:
        if start.startswith(magic):
            return Content("", what=what)
    text, encoding = _decoded(start)
    if text is None:
        return Content("", what="a file of bytes that are no text")
    return _of_text(path, text, encoding)


def count_lines(path: Path) -> int | None:
    """How many lines a file has; None for one too long to be counted while somebody waits."""
    lines = held = 0
    with closing(raw_chunks(path, Limits())) as chunks:
        last = b""
        for chunk in chunks:
            held += len(chunk)
            if held > MOST_COUNTED:
                return None
            lines += chunk.count(b"\n")
            last = chunk
    return lines + (not last.endswith(b"\n"))


def _start(path: Path) -> bytes:
    parts, held = [], 0
    with closing(raw_chunks(path, Limits())) as chunks:
        for chunk in chunks:
            parts.append(chunk)
            held += len(chunk)
            if held >= HEAD:
                break
    return b"".join(parts)[:HEAD]


def _sheet(path: Path, start: bytes) -> Content | None:
    """A workbook, old or new, with the words in it as its head."""
    if start.startswith(_OLE):
        words = start.decode("utf-16-le", "ignore") + start[1:].decode("utf-16-le", "ignore")
        return Content("sheet", head=words + start.decode("latin-1"), what="an old Excel workbook (XLS)")
    if archives.kind_of(path) != "zip":
        return None
    names = {member.name for member in archives.members(path, Limits())}
    if "xl/workbook.xml" not in names:
        return None
    inside = b""
    for name in ("xl/workbook.xml", "xl/sharedStrings.xml", "xl/worksheets/sheet1.xml"):
        if name in names:
            with closing(archives.chunks(path, name, Limits())) as chunks:
                inside += next(chunks, b"")
    return Content("sheet", head=inside.decode("utf-8", "replace"), what="an Excel workbook (XLSX)")


def _decoded(start: bytes) -> tuple[str | None, str]:
    """The beginning as text, and its encoding; no text where it is none."""
    marked = next((name for mark, name in BYTE_ORDER_MARKS if start.startswith(mark)), None)
    if marked:
        return start[: len(start) // 4 * 4].decode(marked, "ignore"), marked
    plain = start.removeprefix(UTF8_BOM)
    if b"\0" in plain:
        return None, ""
    try:
        return plain.decode(), "utf-8"
    except UnicodeDecodeError as error:
        if len(start) >= HEAD and error.start > len(plain) - 4:  # a letter cut in two
            return plain[: error.start].decode(), "utf-8"
    return plain.decode("cp1252", "replace"), "cp1252"


def _of_text(path: Path, text: str, encoding: str) -> Content:
    if _HTML.match(text):
        return Content("html", text, encoding, what="a web page")
    if text.lstrip().startswith("<"):
        kind = "feed" if _FEED.search(text[:4096]) else ""
        return Content(kind, text, encoding, what="XML")
    if ASSIGNMENT.match(text) or text.lstrip()[:1] in ("{", "["):
        return _of_json(path, text, encoding)
    above = _SEPARATOR_LINE.match(text)
    text = text[above.end() :] if above else text
    lines = [{mark: _cells(line, mark) for mark in SEPARATORS} for line in text.splitlines()[:LINES]]
    table = any(len(cells) > 1 for line in lines for cells in line.values())
    what = "a table" if table else "text"
    return Content("csv" if table else "text", text, encoding, lines, what=what, preamble=above is not None)


def _of_json(path: Path, text: str, encoding: str) -> Content:
    layout = Layout(format="json", encoding=encoding)
    try:
        return Content("json", text, encoding, document=document(path, layout), what="a JSON document")
    except SourceError as error:
        if "goes on after" not in error.problem:
            raise
    return Content("jsonl", text, encoding, what="JSON, one object a line")


def _cells(line: str, mark: str) -> list[str]:
    try:
        return next(csv.reader([line], delimiter=mark, strict=True), [])
    except csv.Error:
        return []
