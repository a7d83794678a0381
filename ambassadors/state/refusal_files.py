"""Files of refusals: lists and tables in which others name people, a line each, and why a line is turned away."""

from __future__ import annotations

import csv
import re
from pathlib import Path
from typing import NamedTuple

from ambassadors.errors import NotesError, SourceError
from ambassadors.identity import addresses
from ambassadors.state.texts import decoded

#: Why a line of a file of refusals is turned away, and what to do about it.
REASONS = {
    "blank_line": "the line names nobody",
    "scientific_id": "a spreadsheet made a number of this id and its digits are lost; export the ids again as text",
    "page_address": "a page's address is no name in the data; write platform:@handle, x:@ann for https://x.com/ann",
    "mail_link": "write the e-mail address alone, without mailto:",
    "several_cells": "a comma, semicolon, tab or bar stands in this name; write one person a line, and the id alone",
    "no_email_key": f"addresses are known by keyed hashes only; set {addresses.KEY} to their key",
    "no_name": "write platform:native_id, platform:@handle, @handle, customer:ID or an e-mail address",
}
#: What a text that looks like a name can never match.
_FAULTS = {
    "scientific_id": re.compile(r"(?:[^:]*:)?\d[.,]?\d*[eE][+-]?\d+"),
    "page_address": re.compile(r".*://.*", re.DOTALL),
    "mail_link": re.compile(r"(?i:mailto):.*", re.DOTALL),
    "several_cells": re.compile(r".*[,;\t|\r\n].*", re.DOTALL),
}
ADDRESS = re.compile(r"[^\s@:]+@[^\s@:]+\.[^\s@:]+")
#: The columns that name people; of a row the first that is filled counts.
_COLUMNS = ("account", "handle", "customer", "email")
_SEPARATORS = (",", ";", "\t")
_FIRST_CELL = re.compile(r'\s*(?:"((?:[^"]|"")*)"|([^,;\t]*))')


class Named(NamedTuple):
    """How one line names somebody; a list has no columns."""

    line: int
    text: str
    column: str = ""
    platform: str = ""


def named_in(file: Path) -> list[Named]:
    """Whom each line of a file names: of a table its columns, else the line's first cell, whatever the separator.

    Raises :class:`SourceError` when the file cannot be read.
    """
    try:
        text, _ = decoded(file, file.read_bytes())
    except OSError as error:
        raise SourceError(file, f"cannot be read: {error.strerror}.", "Give a file with a person a line.") from None
    except NotesError:
        raise SourceError(file, "is no text.", "Save it as plain text or as CSV in UTF-8.") from None
    lines = text.removeprefix("\ufeff").splitlines(keepends=True)
    separator, header = _header("".join(lines[:1]))
    if not set(header) & set(_COLUMNS):
        return [Named(number, _first_cell(line)) for number, line in enumerate(lines, 1)]
    rows = csv.reader(lines, delimiter=separator)
    next(rows)
    try:
        return [_named(rows.line_num, dict(zip(header, row, strict=False))) for row in rows]
    except csv.Error as error:
        problem = f"line {rows.line_num} cannot be read ({error})."
        raise SourceError(file, problem, "Perhaps a quotation mark is not closed; nobody was taken over.") from None


def fault(text: str, column: str = "") -> str | None:
    """Why a text can name nobody although it looks like a name; a customer's number may hold any sign.

    >>> fault("x:ann"), fault("https://x.com/ann"), fault("x:1.2E+18")
    (None, 'page_address', 'scientific_id')
    """
    faults = {"scientific_id": _FAULTS["scientific_id"]} if column == "customer" else _FAULTS
    return next((reason for reason, sign in faults.items() if sign.fullmatch(text.strip())), None)


def why_not(named: Named) -> str:
    """The reason, one of :data:`REASONS`, why a line names nobody."""
    text = named.text.strip()
    if not text:
        return "blank_line"
    return fault(text, named.column) or ("no_email_key" if ADDRESS.fullmatch(text) else "no_name")


def masked(text: str) -> str:
    """Enough of a text to find its line again, and not enough to know whose it is.

    >>> masked("ann@example.com"), masked("C1")
    ('a… (15 characters)', '… (2 characters)')
    """
    text = text.strip()
    return (text[:1] if len(text) > 3 else "") + f"… ({len(text)} characters)" if text else ""


def _header(line: str) -> tuple[str, list[str]]:
    """The separator at which most columns of ours are found, and the columns."""
    headers = {
        one: [name.strip().lower() for name in next(csv.reader([line], delimiter=one), [])] for one in _SEPARATORS
    }
    best = max(_SEPARATORS, key=lambda one: (len(set(headers[one]) & set(_COLUMNS)), len(headers[one])))
    return best, headers[best]


def _first_cell(line: str) -> str:
    """The first cell of a line; where that is blank, the whole line, which then tells what is wrong."""
    found = _FIRST_CELL.match(line.strip())
    cell = ((found[1] or "").replace('""', '"') or found[2] or "") if found else ""
    return cell.strip() or line.strip()


def _named(line: int, row: dict[str, str]) -> Named:
    column = next((name for name in _COLUMNS if row.get(name, "").strip()), "")
    return Named(line, row.get(column, ""), column, row.get("platform", "").strip())
