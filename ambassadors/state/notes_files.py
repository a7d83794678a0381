"""A file that a manager hands back: found whole and closed, and read by the names of its columns."""

from __future__ import annotations

import hashlib
import os
import re
import stat
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from ambassadors.errors import NotesError, did_you_mean
from ambassadors.shortlists import COLUMNS, MANAGERS
from ambassadors.state.cells import unescaped
from ambassadors.state.texts import Rows, decoded, separated
from ambassadors.state.workbooks import sheets

LARGEST = 200_000_000
WORKBOOKS, CSVS = (".xlsx", ".xlsm", ".ods"), (".csv", ".tsv", ".tab", ".txt")
_READ = ("account", "person", "notes_version", *MANAGERS)
#: A header stands in one of so many first rows.
_HEADER_WITHIN = 20


@dataclass(frozen=True)
class Row:
    """One person's row: where it stands, whom it names, and the managers' cells that it has, as they were typed."""

    place: str
    number: int
    account: str
    person: str
    notes_version: str
    cells: dict[str, str]
    too_long: bool = False


@dataclass(frozen=True)
class Returned:
    """A file as it came back: its rows, and what has to be told about it."""

    name: str
    sha256: str
    rows: list[Row]
    is_csv: bool
    cautions: list[str] = field(default_factory=list)


def lock_beside(path: Path) -> Path | None:
    """The lock file that a spreadsheet program keeps beside a file while it is open there."""
    locks = (path.with_name(f"~${path.name}"), path.with_name(f".~lock.{path.name}#"))
    return next((lock for lock in locks if os.path.lexists(lock)), None)


def read_returned(path: Path) -> Returned:
    """The rows of a file of notes, CSV or a workbook. Raises :class:`NotesError` for what cannot be read as one."""
    if lock := lock_beside(path):
        raise NotesError(
            f"{path}: is still open in Excel or LibreOffice. Save and close it first "
            f"(if nobody has it open, delete {lock.name} beside it)."
        )
    kind = path.suffix.casefold()
    if kind not in (*WORKBOOKS, *CSVS):
        raise NotesError(f"{path}: is neither a CSV nor a workbook that we read. Save it as .xlsx or as 'CSV UTF-8'.")
    raw = content(path)
    cautions: list[str] = []
    tables = list(_tables(path, raw, kind, cautions))
    found = [(place, rows, at) for place, rows in tables if (at := _header_row(rows)) is not None]
    if not found:
        raise NotesError(_no_header(path, tables))
    rows = [row for place, lines, at in found for row in _rows(path, place, lines, at, cautions)]
    return Returned(path.name, hashlib.sha256(raw).hexdigest(), rows, kind in CSVS, cautions)


def content(path: Path) -> bytes:
    """The file's bytes, read once; no link, folder, pipe or giant."""
    try:
        handle = os.open(path, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK)
    except FileNotFoundError:
        near = [beside.name for beside in path.parent.iterdir()] if path.parent.is_dir() else []
        raise NotesError(f"{path}: there is no such file. {did_you_mean(path.name, near)}".strip()) from None
    except OSError as error:
        said = "is a link; give the file itself" if path.is_symlink() else f"cannot be read: {error.strerror}"
        raise NotesError(f"{path}: {said}.") from None
    known = os.fstat(handle)
    if not stat.S_ISREG(known.st_mode):
        os.close(handle)
        raise NotesError(f"{path}: is no file. Give the CSV or workbook itself.")
    with os.fdopen(handle, "rb") as file:
        if known.st_size > LARGEST:
            raise NotesError(f"{path}: has {known.st_size:,} bytes, more than {LARGEST:,}. Send back fewer rows.")
        raw = file.read(LARGEST + 1)
    if not raw.strip(b"\xef\xbb\xbf\xff\xfe \t\r\n\0"):
        raise NotesError(f"{path}: is empty. Perhaps it was not saved to the end; save it again.")
    return raw


def _tables(path: Path, raw: bytes, kind: str, cautions: list[str]) -> Iterator[tuple[str, Rows]]:
    """The tables in the file: each sheet's place and rows."""
    if kind in WORKBOOKS:
        yield from ((f"sheet {name}, ", rows) for name, rows in sheets(path, raw))
        return
    text, encoding = decoded(path, raw)
    if encoding == "cp1252":
        cautions.append(
            f"{path.name} is not UTF-8 and was read as Western European (Windows-1252). "
            "Look whether letters are right; 'CSV UTF-8' and .xlsx keep them all."
        )
    yield "", separated(path, text, lambda cells: len(_columns(cells)))


def _name(cell: str) -> str:
    """A column's name however it is written: ``Do not contact`` is ``do_not_contact``."""
    return re.sub(r"[\s_\-\u00a0\ufeff]+", "_", cell.strip().strip("\ufeff'\"")).strip("_").casefold()


def _columns(header: Sequence[str]) -> dict[str, list[int]]:
    """Where each of the columns that we read stands."""
    places: dict[str, list[int]] = {}
    for place, cell in enumerate(header):
        if (name := _name(cell)) in _READ:
            places.setdefault(name, []).append(place)
    return places


def _header_row(rows: Rows) -> int | None:
    """Which row is the header: it has ``account`` and at least one of the managers' columns."""
    for at, row in enumerate(rows[:_HEADER_WITHIN]):
        found = _columns(row)
        if "account" in found and any(name in found for name in MANAGERS):
            return at
    return None


def _no_header(path: Path, tables: list[tuple[str, Rows]]) -> str:
    """What is missing from the header, and what was found in its place."""
    header = [cell for _, rows in tables for cell in next((row for row in rows if any(row)), [])]
    wanted = "account" if "account" not in _columns(header) else ", ".join(MANAGERS)
    listed = ", ".join(repr(cell[:40]) for cell in header[:70] if cell) or "nothing"
    near = did_you_mean("account" if wanted == "account" else "notes", [cell for cell in header if cell])
    which = f"no column {wanted}" if wanted == "account" else f"none of the columns {wanted}"
    return (
        f"{path}: has {which}. {near if near.startswith('Did') else ''}".rstrip() + f" Found: {listed}. "
        "Give the file that a run wrote, with its columns' names as they were; nothing was taken over."
    )


def _rows(path: Path, place: str, lines: Rows, at: int, cautions: list[str]) -> Iterator[Row]:
    header = lines[at]
    columns = _columns(header)
    for name, places in columns.items():
        if len(places) > 1:
            raise NotesError(f"{path}: {place}has the column {name} {len(places)} times. Keep one; nothing was taken.")
    cautions.extend(_missing(path, place, header, columns))
    at_of = {name: places[0] for name, places in columns.items()}
    short = 0
    for number, line in enumerate(lines[at + 1 :], start=at + 2):
        if not any(cell.strip() for cell in line):
            continue
        cells = {name: line[where] for name, where in at_of.items() if where < len(line)}
        short += len(cells) < len(at_of)
        account, person, version = (unescaped(cells.pop(name, "")) for name in ("account", "person", "notes_version"))
        too_long = any(cell.strip() for cell in line[len(header) :])
        yield Row(place, number, account, person, version, cells, too_long)
    if short:
        cautions.append(f"{path.name}: {place}{short:,} rows end early; the cells that they lack changed nothing.")


def _missing(path: Path, place: str, header: Sequence[str], columns: dict[str, list[int]]) -> Iterator[str]:
    """What to tell of columns that were renamed or taken out."""
    spare = [cell for cell in header if cell and _name(cell) not in COLUMNS]
    for name in ("notes_version", *MANAGERS):
        if name in columns:
            continue
        near = did_you_mean(name, spare, most=1)
        effect = "an empty cell changes nothing" if name == "notes_version" else "its notes stay as they were"
        yield f"{path.name}: {place}has no column {name}: {effect}. {near if near.startswith('Did') else ''}".rstrip()
