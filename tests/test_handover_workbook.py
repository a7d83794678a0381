"""The workbook, opened by a reader that is not ours."""

from __future__ import annotations

import builtins
import hashlib
import zipfile
from datetime import date, datetime
from pathlib import Path
from typing import Any

import openpyxl
import polars as pl
import pytest

from ambassadors import handover
from ambassadors.errors import AmbassadorsError, OutputError
from ambassadors.handover import workbook
from ambassadors.handover.texts import MOST_CHARACTERS, cell_text
from ambassadors.shortlists import COLUMNS, MANAGERS
from tests.injections import INJECTIONS, ORDINARY, REWRITTEN
from tests.people import people

TEXT_COLUMNS = [name for name, kind in COLUMNS.items() if kind == pl.String and name not in ("account", "as_of")]
APART = pl.DataFrame({
    "account": ["x:eve"], "platform": ["x"], "handle": ["eve"], "why": ["comes for giveaways"], "evidence": ["9 of 9."],
})  # fmt: skip


def written(path: Path, proven: pl.DataFrame, **changed: Any) -> openpyxl.Workbook:
    """The workbook of one list, read again."""
    settings = [("rank.k", "100", "default")]
    handover.write_workbook(path / "a.xlsx", {"proven_advocates": proven}, APART, settings, **changed)
    return openpyxl.load_workbook(path / "a.xlsx")


def columns(sheet: Any) -> dict[str, int]:
    """Where each column stands, by its name in the header."""
    return {cell.value: cell.column for cell in sheet[1]}


def column(sheet: Any, name: str) -> list[Any]:
    """The values of a column."""
    return [
        cell.value for (cell,) in sheet.iter_rows(min_row=2, min_col=columns(sheet)[name], max_col=columns(sheet)[name])
    ]


def test_the_sheets_are_the_lists_and_what_explains_them(tmp_path: Path) -> None:
    """Three lists, who was set apart, what the columns mean, the settings."""
    book = written(tmp_path, people("x:ann"))

    assert book.sheetnames == [
        "Proven advocates", "Ready to move up", "Influential, unproven", "Set apart", "Columns", "Settings",
    ]  # fmt: skip
    assert set(columns(book["Proven advocates"])) == {"list", "also_on", *COLUMNS}
    assert {"account", "why", "evidence", "notes_version", *MANAGERS} <= set(columns(book["Set apart"]))
    assert {row[0].value for row in book["Columns"].iter_rows(min_row=2)} == {*handover.MEANINGS, "why", "evidence"}
    assert [[cell.value for cell in row] for row in book["Settings"]][1] == ["rank.k", "100", "default"]


def test_texts_are_texts(tmp_path: Path) -> None:
    """In every column of text: no formula, no number made of digits, no letter changed but line breaks to LF."""
    texts = [*INJECTIONS, *REWRITTEN, *(text for text in ORDINARY if text)]
    frame = people(*(f"x:{place}" for place in range(len(texts))))
    frame = frame.with_columns(pl.Series(name, texts) for name in TEXT_COLUMNS)

    sheet = written(tmp_path, frame)["Proven advocates"]

    expected = [cell_text(text) for text in texts]
    for name in TEXT_COLUMNS:
        assert column(sheet, name) == expected, name
    assert {cell.data_type for row in sheet.iter_rows(min_row=2) for cell in row if cell.value is not None} == {
        "s",
        "n",
    }
    with zipfile.ZipFile(tmp_path / "a.xlsx") as packed:
        assert all(b"<f>" not in packed.read(name) and b"<f " not in packed.read(name) for name in packed.namelist())


def test_numbers_and_days_are_what_they_are(tmp_path: Path) -> None:
    """A spreadsheet can sort and add them up."""
    frame = people("x:ann", probability=0.25, followers=1200, last_contacted=date(2026, 3, 31))

    sheet = written(tmp_path, frame)["Proven advocates"]

    assert column(sheet, "probability") == [0.25]
    assert column(sheet, "followers") == [1200]
    assert column(sheet, "last_contacted") == [datetime(2026, 3, 31)]
    assert sheet.cell(2, columns(sheet)["last_contacted"]).number_format == "yyyy-mm-dd"


@pytest.mark.parametrize(
    ("url", "live"),
    [
        ("https://a.example/ann#top", True),
        ("http://a.example/?q=1&r=2", True),
        ("javascript:alert(1)", False),
        ("file:///etc/passwd", False),
        ("https://a.example/ x", False),
        ("internal:Settings!A1", False),
        ("https://a.example/" + "x" * 3000, False),
    ],
)
def test_only_web_addresses_are_links(tmp_path: Path, url: str, live: bool) -> None:
    """Anything else is text, and nothing of it is lost."""
    sheet = written(tmp_path, people("x:ann", profile_url=url))["Proven advocates"]

    cell = sheet.cell(2, columns(sheet)["profile_url"])
    assert cell.value == url
    assert (cell.hyperlink is not None) == live


def test_what_a_cell_cannot_hold_is_said(tmp_path: Path) -> None:
    """A longer text ends with what it lacks; characters that XML has no place for leave a mark."""
    sheet = written(tmp_path, people("x:ann", notes="\U0001f600" * 40_000, owner="a\x01b\r\nc"))["Proven advocates"]

    [notes] = column(sheet, "notes")
    assert notes.endswith("(cut: a cell holds 32,767 characters, the text has 40,000; see the CSV)")
    assert MOST_CHARACTERS - 1 <= len(notes.encode("utf-16-le")) // 2 <= MOST_CHARACTERS
    assert column(sheet, "owner") == ["a\ufffdb\nc"]


def test_the_managers_columns_can_be_filled_in(tmp_path: Path) -> None:
    """In sight and marked, with what may be entered; no sheet is protected."""
    sheet = written(tmp_path, people("x:ann"))["Proven advocates"]
    places = columns(sheet)

    colours = {name: sheet.cell(1, place).fill.fgColor.rgb for name, place in places.items()}
    assert {colours[name] for name in MANAGERS}.isdisjoint(colours[name] for name in places if name not in MANAGERS)
    rules = {str(rule.sqref): rule for rule in sheet.data_validations.dataValidation if rule.type != "none"}
    refusals = rules[f"{openpyxl.utils.get_column_letter(places['do_not_contact'])}2"]
    assert (refusals.type, refusals.formula1) == ("list", '"yes"')
    assert not any(_hidden(sheet, places[name]) for name in ("rank", "person", *MANAGERS))
    assert not sheet.protection.sheet


def test_a_sheet_shows_what_is_read_first(tmp_path: Path) -> None:
    """Header and name are frozen and filtered; what is empty or seldom read is folded away behind the rest."""
    sheet = written(tmp_path, people("x:ann", reason_1="Shares a lot.", stage_path="like > love"))["Proven advocates"]
    places = columns(sheet)

    assert sheet.freeze_panes == "C2"
    assert sheet.auto_filter.ref.startswith("A1:")
    assert sheet.print_title_rows == "$1:$1"
    assert not _hidden(sheet, places["reason_1"])
    assert _hidden(sheet, places["reason_2"])
    assert _hidden(sheet, places["stage_path"])
    assert _hidden(sheet, places["account"])


def _hidden(sheet: Any, place: int) -> bool:
    """Whether a column is folded away; a run of columns alike is kept under the first."""
    return any(kept.min <= place <= kept.max and kept.hidden for kept in sheet.column_dimensions.values())


def test_an_empty_list_says_why(tmp_path: Path) -> None:
    """A sentence in place of a table, so that nobody takes it for a fault."""
    book = written(tmp_path, people(), empty={"proven_advocates": "nobody recommended the brand."})

    said = [[cell.value for cell in row] for row in book["Proven advocates"]]
    assert said == [["Nobody is on this list: nobody recommended the brand."]]
    assert book["Ready to move up"]["A1"].value == "Nobody is on this list: nobody fits it."


def test_nobody_stands_on_two_sheets(tmp_path: Path) -> None:
    """Notes about one person have one place."""
    lists = {"proven_advocates": people("x:ann"), "ready_to_move_up": people("x:ann", "x:bob")}

    handover.write_workbook(tmp_path / "a.xlsx", lists, APART, [])
    sheet = openpyxl.load_workbook(tmp_path / "a.xlsx")["Ready to move up"]

    assert column(sheet, "account") == ["x:bob"]
    assert column(sheet, "rank") == [2]


def test_equal_lists_are_equal_bytes(tmp_path: Path) -> None:
    """Neither the clock nor the place shows in the file, and nothing is left beside it."""
    (tmp_path / "other").mkdir()

    for folder in (tmp_path, tmp_path / "other"):
        written(folder, people("x:ann", "x:bob"))

    one, other = (
        hashlib.sha256((folder / "a.xlsx").read_bytes()).hexdigest() for folder in (tmp_path, tmp_path / "other")
    )
    assert one == other
    assert sorted(path.name for path in tmp_path.iterdir()) == ["a.xlsx", "other"]
    created = openpyxl.load_workbook(tmp_path / "a.xlsx").properties.created
    assert created == datetime(2026, 5, 31, 23, 59, 59)


def test_a_list_longer_than_a_sheet_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Rather than cut off in silence."""
    monkeypatch.setattr(workbook, "MOST_ROWS", 1)

    with pytest.raises(OutputError, match=r"proven_advocates has more people than a sheet has rows.*Lower rank\.k"):
        written(tmp_path, people("x:ann", "x:bob"))
    assert list(tmp_path.iterdir()) == []


def test_without_the_library_it_says_what_to_install(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The package is an extra."""
    known = builtins.__import__

    def missing(name: str, *rest: Any, **more: Any) -> Any:
        if name == "xlsxwriter":
            raise ModuleNotFoundError(name)
        return known(name, *rest, **more)

    monkeypatch.setattr(builtins, "__import__", missing)
    with pytest.raises(AmbassadorsError, match=r"pip install 'ambassadors\[excel\]'"):
        written(tmp_path, people("x:ann"))
