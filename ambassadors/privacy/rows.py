"""Rows: a person taken out of a CSV, every other row left as it is to the byte."""

from __future__ import annotations

import csv
import re
from collections.abc import Iterator, Sequence

from ambassadors.privacy.dialects import separator_of
from ambassadors.privacy.forms import Forms
from ambassadors.state.forgetting import GONE

_RECORD = re.compile(r'(?:"(?:[^"]|"")*+"|[^"\r\n]++|")*+(?:\r\n|\n|\r|\Z)')
#: Where an id says whose row it is; a manager's note that is an id says nothing of the kind.
_WHOSE = ("account", "person")
#: In a file without such columns any cell may say it, these aside.
_WORDS = ("notes", "note", "owner", "value", "evidence")
#: A manager may have the name of somebody in the data.
_NOT_THEIRS = ("owner", "who")
#: The columns of rejected rows in which a bare name can have stood.
_NAMES = ("", "account", "author", "customer", "handle", "name", "source", "target")


def records(text: str, separator: str = ",") -> Iterator[tuple[str, list[str]]]:
    """Each record of a CSV as it stands, line end included, with its cells as they are meant."""
    for found in _RECORD.finditer(text):
        if found[0]:
            yield found[0], next(csv.reader([found[0]], delimiter=separator, strict=False), [])


def theirs(header: Sequence[str], cells: Sequence[str], forms: Forms) -> bool:
    """Whether a row is the person's own."""
    ids = set(forms.person.accounts)
    row = dict(zip(header, cells, strict=False))
    if set(header) & set(_WHOSE):
        return any(row.get(column) in ids for column in _WHOSE)
    if "reason" in header and "line" in header:  # rejects: nobody's rows, though a value may name somebody
        return False
    known = {*ids, *forms.person.urls, *forms.person.emails, *forms.exact}
    spoken = (cell for column, cell in row.items() if column.lower() not in _WORDS)
    return any(cell.removeprefix("'") in known for cell in spoken)


def without(text: str, forms: Forms) -> tuple[str, int, int]:
    """The CSV without the person's rows and names; how many rows went, how many of others changed."""
    separator = separator_of(text)
    found = records(text.removeprefix("\ufeff"), separator)
    kept, gone, changed, header = [text[: text.startswith("\ufeff")]], 0, 0, None
    for record, cells in found:
        if header is None:
            header = cells
            kept.append(record)
        elif theirs(header, cells, forms):
            gone += 1
        else:
            doubtful = forms.maybe(record) or "reason" in header
            rest = _unnamed(header, record, cells, separator, forms) if doubtful else record
            changed += rest != record
            kept.append(rest)
    return "".join(kept), gone, changed


def _unnamed(header: Sequence[str], record: str, cells: Sequence[str], separator: str, forms: Forms) -> str:
    """A record of somebody else's with each cell that names the person mended."""
    ends = record[len(record.rstrip("\r\n")) :]
    row = dict(zip(header, cells, strict=False))
    rest = [
        raw if _number(raw) or column in _NOT_THEIRS else _cell(raw, forms, row if column == "value" else None)
        for column, raw in zip((*header, *[""] * len(cells)), _raw_cells(record, separator), strict=False)
    ]
    return separator.join(rest) + ends


def _raw_cells(record: str, separator: str) -> list[str]:
    """The cells of a record as they are written."""
    line, at, found = record.rstrip("\r\n"), 0, []
    written = re.compile(rf'"(?:[^"]|"")*+"|[^{separator}\r\n]*+')
    while at <= len(line):
        cell = written.match(line, at)
        end = cell.end() if cell else len(line)
        stop = line.find(separator, end)
        stop = len(line) if stop < 0 else stop
        found.append(line[at:stop])
        at = stop + 1
    return found


def _number(raw: str) -> bool:
    """Whether a cell is written as a number: our texts are quoted."""
    return raw[:1] != '"' and re.fullmatch(r"-?[\d.eE+-]*", raw) is not None


def _cell(raw: str, forms: Forms, rejected: dict[str, str] | None) -> str:
    text = raw[1:-1].replace('""', '"') if raw[:1] == '"' else raw
    rest = GONE if rejected is not None and rejects_them(rejected, forms) else forms.without(text)
    return raw if rest == text else '"' + rest.replace('"', '""') + '"'


def rejects_them(row: dict[str, str], forms: Forms) -> bool:
    """Whether a rejected value has a name of theirs among its words, where a name may stand, however short."""
    if row.get("column", "") not in _NAMES:
        return False
    natives = {one.casefold() for one in (*forms.person.natives, *forms.person.accounts)}
    words = {row["value"], *re.split(r"[\s,;|\"':]+", row["value"])}
    return any(word.strip().lstrip("'").removeprefix("@").casefold() in natives for word in words)
