"""CSV as spreadsheets save it: whatever encoding and separator, as rows of texts."""

from __future__ import annotations

import csv
import io
from collections.abc import Callable
from pathlib import Path

from ambassadors.errors import NotesError

_SEPARATORS = (",", ";", "\t", "|")
_MARKS = {b"\xff\xfe": "utf-16", b"\xfe\xff": "utf-16", b"\xef\xbb\xbf": "utf-8-sig"}

Rows = list[list[str]]


def decoded(path: Path, raw: bytes) -> tuple[str, str]:
    """The file's text and its encoding; cp1252 only where it is not valid UTF-8.

    >>> decoded(Path("a.csv"), "Zoë".encode("cp1252"))
    ('Zoë', 'cp1252')
    """
    encoding = next((name for mark, name in _MARKS.items() if raw.startswith(mark)), "utf-8")
    if encoding != "utf-16" and b"\0" in raw:
        raise NotesError(f"{path}: is no text (it holds zero bytes). Save it as .xlsx or as 'CSV UTF-8'.")
    for name in (encoding, "cp1252")[: 2 if encoding == "utf-8" else 1]:
        try:
            return raw.decode(name), name
        except UnicodeDecodeError as error:
            place = f"byte {error.start + 1:,} is no {name}"
    raise NotesError(f"{path}: its letters cannot be read ({place}). Save it as .xlsx or as 'CSV UTF-8'.")


def separated(path: Path, text: str, score: Callable[[list[str]], int]) -> Rows:
    """The text's rows, split at the separator that gives the header with the highest score."""
    found = {separator: _header(text, separator) for separator in _SEPARATORS}
    best = max(_SEPARATORS, key=lambda separator: score(found[separator]))  # the first of equals
    rows: Rows = []
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=best, strict=True)
    try:
        rows.extend(reader)
    except csv.Error as error:
        raise NotesError(
            f"{path}: line {reader.line_num:,} cannot be read ({error}): perhaps a quotation mark is not closed. "
            "Save it again from the spreadsheet; nothing was taken over."
        ) from None
    return rows


def _header(text: str, separator: str) -> list[str]:
    try:
        return next(csv.reader(io.StringIO(text, newline=""), delimiter=separator, strict=True), [])
    except csv.Error:
        return []
