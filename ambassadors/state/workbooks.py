"""Workbooks (.xlsx, .ods) as rows of texts, refused before they are opened when they would burst."""

from __future__ import annotations

import io
import re
import zipfile
import zlib
from collections.abc import Iterator
from datetime import date, datetime
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

from ambassadors.errors import NotesError

#: A workbook of a hundred thousand people has a tenth of this.
MOST_UNPACKED = 200_000_000
MOST_CELLS = 20_000_000
#: How an .ods says tab, which the reader would leave out.
_TAB = b"<text:tab/>"
#: What a damaged archive, one with a password, or one packed in an unheard-of way ends in.
_BROKEN = (zipfile.BadZipFile, zlib.error, ElementTree.ParseError, NotImplementedError, RuntimeError, EOFError)
_PLACE = re.compile(rb'<(?:\w+:)?(c|row)\b[^<>]*?\br="([A-Z]{0,3})(\d{1,9})"')

#: A formula that no spreadsheet has calculated yet would read as an empty cell, and delete a note.
_UNCALCULATED = re.compile(rb'<c\b(?![^>]*\bt="str")[^>]*>\s*<f\b[^>]*>[^<]*</f>\s*(?:<v\s*/>|<v></v>)?\s*</c>')

Rows = list[list[str]]


def sheets(path: Path, raw: bytes) -> Iterator[tuple[str, Rows]]:
    """Each sheet's name and rows from the first on, as texts; hidden and filtered rows, too.

    Raises :class:`NotesError` for what is no workbook, is locked by a password, or unpacks to more than we read.
    """
    try:
        import python_calamine as calamine
    except ModuleNotFoundError:
        raise NotesError(
            f"{path}: workbooks need one more package: pip install 'ambassadors[excel]'. Or save it as 'CSV UTF-8'."
        ) from None
    try:
        book = calamine.CalamineWorkbook.from_filelike(io.BytesIO(_unpacked(path, raw)))
        for name in book.sheet_names:
            rows = book.get_sheet_by_name(name).to_python(skip_empty_area=False)
            yield name, [[_text(cell) for cell in row] for row in rows]
    except (calamine.CalamineError, *_BROKEN) as error:
        raise NotesError(f"{path}: cannot be read as a workbook ({error}). Save it again, with no password.") from None


def _text(cell: Any) -> str:
    """A cell as a manager sees it: 7 for the number 7.0, a date as ISO 8601."""
    if isinstance(cell, str):
        return cell
    if isinstance(cell, bool):
        return "true" if cell else "false"
    if isinstance(cell, float) and cell.is_integer() and abs(cell) < 1e15:
        return str(int(cell))
    if isinstance(cell, datetime):
        midnight = (cell.hour, cell.minute, cell.second) == (0, 0, 0)
        return cell.date().isoformat() if midnight else cell.isoformat(" ", "seconds")
    return cell.isoformat() if isinstance(cell, date) else str(cell)


def _unpacked(path: Path, raw: bytes) -> bytes:
    """The same archive with nothing packed in it, so that no reader meets more than was counted here."""
    plain = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(raw)) as packed, zipfile.ZipFile(plain, "w", zipfile.ZIP_STORED) as stored:
        size = sum(member.file_size for member in packed.infolist())
        if size > MOST_UNPACKED:
            raise NotesError(f"{path}: unpacks to {size:,} bytes, more than {MOST_UNPACKED:,}. Send back fewer rows.")
        for member in packed.infolist():
            content = packed.read(member)  # no more than it declares
            _refuse_unreadable(path, member.filename, content)
            stored.writestr(member.filename, content.replace(_TAB, b"&#9;"))
    return plain.getvalue()


def _refuse_unreadable(path: Path, name: str, content: bytes) -> None:
    """A formula without its value, or a lone cell at a sheet's far end: we would hold all the empty ones before it."""
    cells = 0
    if name.startswith("xl/worksheets/"):
        cells = _cells_of_xlsx(content)
        if _UNCALCULATED.search(content):
            raise NotesError(
                f"{path}: holds formulas without a value. Open it in a spreadsheet, save it, and try again."
            )
    elif name == "content.xml":
        cells = _cells_of_ods(content)
    if cells > MOST_CELLS:
        raise NotesError(
            f"{path}: its sheet {name} spans {cells:,} cells, more than {MOST_CELLS:,}. "
            "Delete what stands far below or right of the table, or save the sheet as 'CSV UTF-8'."
        )


def _cells_of_xlsx(content: bytes) -> int:
    """The area up to the last cell that the sheet names."""
    last_row = last_column = 1
    for place in _PLACE.finditer(content):
        _, letters, row = place.groups()
        last_row = max(last_row, int(row))
        column = 0
        for letter in letters:
            column = column * 26 + letter - 64
        last_column = max(last_column, column)
    return last_row * last_column


def _cells_of_ods(content: bytes) -> int:
    """The area up to the last filled cell of the largest sheet; a file repeats rows and cells by a number."""
    most = rows = columns = wide = width = 0
    for event, element in ElementTree.iterparse(io.BytesIO(content), ("start", "end")):
        match event, element.tag.rpartition("}")[2]:
            case "start", "table":
                rows = width = 0
            case "start", "table-row":
                columns = wide = 0
            case "end", "table-cell":
                columns += _repeated(element, "columns")
                wide = columns if len(element) else wide
            case "end", "table-row":
                rows += _repeated(element, "rows")
                width = max(width, wide)
                most = max(most, rows * width if wide else 0)
                element.clear()
    return most


def _repeated(element: ElementTree.Element, what: str) -> int:
    return next((int(value) for name, value in element.items() if name.endswith(f"number-{what}-repeated")), 1)
