"""A file of notes is read however a spreadsheet saved it, or told what is wrong with it."""

from __future__ import annotations

import io
import os
import zipfile
from datetime import date, datetime
from pathlib import Path
from typing import Any

import openpyxl
import pytest
import xlsxwriter

from ambassadors.errors import NotesError
from ambassadors.state import workbooks
from ambassadors.state.cells import read_cell
from ambassadors.state.notes_files import read_returned

HEADER = ["rank", "account", "notes_version", "owner", "do_not_contact", "notes"]
ANN = ["1", "x:ann", "3", "Zoë", "", 'two\nlines, "quoted"; and | more\t👍']

#: What is told of the two managers' columns that the header does not have.
MISSING = [
    f"a.csv: has no column {name}: its notes stay as they were." for name in ("relationship_stage", "last_contacted")
]


def csv(rows: list[list[str]], separator: str = ",", end: str = "\r\n") -> str:
    """Rows as CSV, every cell quoted."""
    return "".join(separator.join('"' + cell.replace('"', '""') + '"' for cell in row) + end for row in rows)


def workbook(path: Path, **named: list[list[Any]]) -> Path:
    """Rows as a workbook, a sheet a name."""
    with xlsxwriter.Workbook(path, {"strings_to_formulas": False, "strings_to_numbers": False}) as book:
        day = book.add_format({"num_format": "yyyy-mm-dd"})
        for name, rows in named.items():
            sheet = book.add_worksheet(name)
            for number, row in enumerate(rows):
                for place, cell in enumerate(row):
                    dated = (day,) if isinstance(cell, date) else ()
                    sheet.write(number, place, cell, *dated)
    return path


@pytest.mark.parametrize("separator", [",", ";", "\t", "|"])
@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-16-be"])
@pytest.mark.parametrize("end", ["\r\n", "\n", "\r"])
def test_csv_however_saved(separator: str, encoding: str, end: str, tmp_path: Path) -> None:
    """Any separator, encoding and line end gives the same row, line breaks and quotes inside of cells with it."""
    mark = "\ufeff" if encoding == "utf-16-be" else ""
    (tmp_path / "a.csv").write_bytes((mark + csv([HEADER, ANN], separator, end)).encode(encoding))

    returned = read_returned(tmp_path / "a.csv")

    (row,) = returned.rows
    assert (row.number, row.account, row.notes_version, returned.cautions) == (2, "x:ann", "3", MISSING)
    assert row.cells == {"owner": "Zoë", "do_not_contact": "", "notes": ANN[-1]}


def test_western_letters_are_told(tmp_path: Path) -> None:
    """A file that is not UTF-8 is read as Windows-1252, and the person is asked to look at the letters."""
    (tmp_path / "a.csv").write_bytes(csv([HEADER, [*ANN[:5], "Zoë – “ok”"]]).encode("cp1252"))

    returned = read_returned(tmp_path / "a.csv")

    assert returned.rows[0].cells["notes"] == "Zoë – “ok”"
    assert "read as Western European" in returned.cautions[0]


def test_columns_by_name(tmp_path: Path) -> None:
    """Columns are found by name wherever they stand, however they are written, and others are passed by."""
    header = ["My own", " Notes ", "Do not contact", "ACCOUNT", "Last-Contacted"]
    (tmp_path / "a.csv").write_text(csv([header, ["?", "hello", "x", "x:ann", "2026-05-01"]]))

    (row,) = read_returned(tmp_path / "a.csv").rows

    assert (row.account, row.notes_version) == ("x:ann", "")
    assert row.cells == {"notes": "hello", "do_not_contact": "x", "last_contacted": "2026-05-01"}


def test_a_renamed_column_is_told(tmp_path: Path) -> None:
    """A column that was renamed is named beside the one that is missing."""
    header = ["account", "notes_versions", "owner", "notes from Zoë", "do_not_contact", "last_contacted", "stage"]
    (tmp_path / "a.csv").write_text(csv([header, ["x:ann", "1", "Zoë", "hello", "", "", ""]]))

    said = read_returned(tmp_path / "a.csv").cautions

    assert said[0].endswith("changes nothing. Did you mean 'notes_versions'?")
    assert any("no column notes: its notes stay" in caution for caution in said)


@pytest.mark.parametrize(
    ("header", "said"),
    [
        (["acount", "notes"], r"no column account\. Did you mean 'acount'\? Found: 'acount', 'notes'"),
        (["account", "noted"], r"none of the columns relationship_stage.*Did you mean 'noted'\?"),
        (["account", "notes", "Notes"], "the column notes 2 times"),
    ],
)
def test_a_header_that_cannot_be_used(header: list[str], said: str, tmp_path: Path) -> None:
    """Without the account, or without any managers' column, the file is refused, with what was found."""
    (tmp_path / "a.csv").write_text(csv([header, ["x:ann"] * len(header)]))

    with pytest.raises(NotesError, match=said):
        read_returned(tmp_path / "a.csv")


def test_rows_that_end_early_or_late(tmp_path: Path) -> None:
    """Blank rows count for nothing; cells that a row lacks are told, and one with too many is marked."""
    text = "account,notes_version,owner,notes\nx:ann,1,Zoë\n,,,\n\nx:bob,1,Zoë,hello, and more\n"
    (tmp_path / "a.csv").write_text(text)

    returned = read_returned(tmp_path / "a.csv")

    assert [(row.number, row.cells.get("notes"), row.too_long) for row in returned.rows] == [
        (2, None, False),
        (5, "hello", True),
    ]
    assert "1 rows end early" in returned.cautions[-1]


def test_a_workbook_with_several_sheets(tmp_path: Path) -> None:
    """Every sheet with accounts and managers' columns is read, below its title; the others are passed by."""
    file = workbook(
        tmp_path / "a.xlsx",
        Proven=[["The proven advocates"], [], HEADER, ANN],
        Columns=[["column", "meaning"], ["account", "platform:id"]],
        Ready=[HEADER, [*ANN[:5], "=1+1"]],
    )

    rows = read_returned(file).rows

    assert [(row.place, row.number, row.cells["notes"]) for row in rows] == [
        ("sheet Proven, ", 4, ANN[-1]),
        ("sheet Ready, ", 2, "=1+1"),
    ]


def test_what_excel_types_by_itself(tmp_path: Path) -> None:
    """Numbers, truth values and days that a spreadsheet made of what was typed are the texts that were meant."""
    header = ["account", "notes_version", "owner", "do_not_contact", "last_contacted", "notes", "relationship_stage"]
    rows = [
        ["x:ann", 3, 7, True, date(2026, 5, 1), 1.5, datetime(2026, 5, 1, 14, 30)],
        ["x:bob", 3.0, "'x", 1, "2026-05-01", date(2026, 5, 1), -12],
    ]

    ann, bob = read_returned(workbook(tmp_path / "a.xlsx", List=[header, *rows])).rows

    assert (ann.notes_version, *ann.cells.values()) == ("3", "7", "true", "2026-05-01", "1.5", "2026-05-01 14:30:00")
    assert (bob.notes_version, *bob.cells.values()) == ("3", "'x", "1", "2026-05-01", "2026-05-01", "-12")


@pytest.mark.parametrize(("name", "lock"), [("a.xlsx", "~$a.xlsx"), ("a.csv", ".~lock.a.csv#")])
def test_a_file_that_is_still_open(name: str, lock: str, tmp_path: Path) -> None:
    """A file that a spreadsheet still has open is refused: what was typed last is not in it yet."""
    (tmp_path / name).write_text("account,notes\n")
    (tmp_path / lock).write_text("")

    with pytest.raises(NotesError, match=r"still open in Excel or LibreOffice. Save and close it first .*delete"):
        read_returned(tmp_path / name)


@pytest.mark.parametrize(
    ("name", "content", "said"),
    [
        ("a.csv", b"", "is empty"),
        ("a.csv", b"\xef\xbb\xbf\r\n", "is empty"),
        ("a.csv", b'account,notes\nx:ann,"never closed\n', "line 2 cannot be read .*quotation mark"),
        ("a.csv", b"account,notes\nx:ann,\x00\n", "zero bytes"),
        ("a.csv", b"account,notes\nx:ann,\x81\n", "letters cannot be read"),
        ("a.csv", b"\xff\xfea", "letters cannot be read"),
        ("a.xlsx", b"account,notes\nx:ann,hello\n", "cannot be read as a workbook"),
        ("a.ods", b"PK\3\4", "cannot be read as a workbook"),
        ("a.numbers", b"PK\3\4", "neither a CSV nor a workbook"),
        ("a.xls", b"\xd0\xcf", "neither a CSV nor a workbook"),
    ],
)
def test_files_that_are_none(name: str, content: bytes, said: str, tmp_path: Path) -> None:
    """What is empty, cut off or something else is refused with the reason."""
    (tmp_path / name).write_bytes(content)

    with pytest.raises(NotesError, match=said):
        read_returned(tmp_path / name)


def test_places_that_are_no_file(tmp_path: Path) -> None:
    """A missing file, a folder, a link and a pipe are refused; a misspelt name is mended."""
    (tmp_path / "notes.csv").write_text("account,notes\n")
    (tmp_path / "folder.csv").mkdir()
    (tmp_path / "link.csv").symlink_to(tmp_path / "notes.csv")
    os.mkfifo(tmp_path / "pipe.csv")

    for name, said in {
        "note.csv": "Did you mean 'notes.csv'",
        "folder.csv": "is no file",
        "link.csv": "is a link",
        "pipe.csv": "is no file",
    }.items():
        with pytest.raises(NotesError, match=said):
            read_returned(tmp_path / name)


def packed(path: Path, **members: bytes) -> Path:
    """A zip archive."""
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in members.items():
            archive.writestr(name.replace("__", "/") + ".xml", content)
    return path


def test_a_workbook_that_would_burst(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """An archive that unpacks to more than we read is refused before it is unpacked."""
    monkeypatch.setattr(workbooks, "MOST_UNPACKED", 1_000_000)
    file = packed(tmp_path / "a.xlsx", xl__worksheets__sheet1=b" " * 1_000_001)

    with pytest.raises(NotesError, match=r"unpacks to 1,000,001 bytes, more than 1,000,000"):
        read_returned(file)


def test_an_archive_that_lies_about_its_size(tmp_path: Path) -> None:
    """An archive that states less than it holds is refused, not unpacked."""
    file = packed(tmp_path / "a.xlsx", xl__worksheets__sheet1=b" " * 10_000_000)
    file.write_bytes(file.read_bytes().replace((10_000_000).to_bytes(4, "little"), (10).to_bytes(4, "little")))

    with pytest.raises(NotesError, match="cannot be read as a workbook"):
        read_returned(file)


def test_a_cell_at_the_end_of_the_sheet(tmp_path: Path) -> None:
    """A lone cell in the last row and column would need space for all before it: told, not tried."""
    far = [["" for _ in range(2)] for _ in range(2)]
    file = workbook(tmp_path / "a.xlsx", List=[HEADER, ANN], Far=far)
    content = file.read_bytes()
    with zipfile.ZipFile(io.BytesIO(content)) as old, zipfile.ZipFile(file, "w") as new:
        for name in old.namelist():
            sheet = old.read(name)
            cell = b'<sheetData><row r="1048576"><c r="XFD1048576"><v>1</v></c></row></sheetData>'
            new.writestr(name, sheet.replace(b"<sheetData/>", cell) if "sheet2" in name else sheet)

    with pytest.raises(NotesError, match="spans 17,179,869,184 cells"):
        read_returned(file)


def test_repeated_cells(tmp_path: Path) -> None:
    """An .ods that repeats a filled row a million times is told; empty rows may repeat as they like."""
    cell = '<table-cell value-type="string"><p>x</p></table-cell>'
    wide = f'<table-row number-rows-repeated="1000000"><table-cell number-columns-repeated="99"/>{cell}</table-row>'

    with pytest.raises(NotesError, match="spans 100,000,000 cells"):
        read_returned(packed(tmp_path / "a.ods", content=f"<table>{wide}</table>".encode()))

    empty = '<table><table-row number-rows-repeated="1048576"><table-cell/></table-row></table>'
    with pytest.raises(NotesError, match="as a workbook"):  # not for its size
        read_returned(packed(tmp_path / "b.ods", content=empty.encode()))


@pytest.mark.parametrize("typed", ["=1+1", "'=1+1", "'Tis", "@ann", "007", "a;=b", "plain"])
def test_a_cell_escaped_or_not(typed: str) -> None:
    """A cell says what was handed out whether the file came from our CSV, or from a workbook saved as one."""
    escaped = {"=1+1": "'=1+1", "'=1+1": "''=1+1", "@ann": "'@ann", "007": "'007", "a;=b": "a;'=b"}.get(typed, typed)

    assert read_cell("notes", escaped, is_csv=True).value == typed
    assert read_cell("notes", typed, is_csv=True).says(typed)
    assert read_cell("notes", typed, is_csv=False).value == typed


def test_characters_that_no_workbook_holds() -> None:
    """Line breaks of any kind are one kind, and control characters are left out: else a note would change by itself."""
    cell = read_cell("notes", "a\r\nb\rc\x0bd\u2028e\x07f", is_csv=True)

    assert (cell.value, cell.says("a\nb\nc\nd\nef")) == ("a\nb\nc\nd\nef", True)
    assert read_cell("notes", " \r\n\t", is_csv=True).value is None


def test_a_formula_that_was_never_calculated(tmp_path: Path) -> None:
    """A formula without a value would read as an emptied cell: refused, so that no note is deleted by it."""
    book = openpyxl.Workbook()
    for row in (["account", "notes"], ["x:ann", "=LEFT(A2)"]):
        book.active.append(row)
    book.save(tmp_path / "a.xlsx")

    with pytest.raises(NotesError, match="formulas without a value"):
        read_returned(tmp_path / "a.xlsx")
