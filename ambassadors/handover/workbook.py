"""The workbook that managers open on Monday: three lists, who was set apart, what every column means, the settings."""

from __future__ import annotations

import io
from collections.abc import Mapping, Sequence
from datetime import date, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

import polars as pl

from ambassadors.delivery.files import whole
from ambassadors.errors import AmbassadorsError, OutputError
from ambassadors.handover.layout import APART_IN_SIGHT, IN_SIGHT, Look, column_order, heights, looks, row_height
from ambassadors.handover.meanings import APART_MEANINGS, MEANINGS
from ambassadors.handover.shortlist import shortlist_of
from ambassadors.handover.styles import Styles
from ambassadors.handover.texts import cell_text, is_link
from ambassadors.shortlists import COLUMNS, MANAGERS
from ambassadors.three_lists import PROVEN, READY, UNPROVEN

if TYPE_CHECKING:
    from xlsxwriter import Workbook
    from xlsxwriter.worksheet import Worksheet

SHEETS = {PROVEN: "Proven advocates", READY: "Ready to move up", UNPROVEN: "Influential, unproven"}
#: What a sheet holds at most under its header.
MOST_ROWS = 1_048_575
#: Stands for the date of a workbook whose lists are all empty.
_UNDATED = datetime(2000, 1, 1)
Setting = tuple[str, str, str]


def write_workbook(
    path: Path,
    lists: Mapping[str, pl.DataFrame],
    apart: pl.DataFrame,
    settings: Sequence[Setting],
    *,
    empty: Mapping[str, str] | None = None,
    title: str = "Shortlist",
) -> None:
    """The lists as a workbook: a sheet each, "Set apart", "Columns" and "Settings".

    Everybody stands once, as in :func:`~ambassadors.handover.shortlist_of`. The columns bear the names of the CSV, so
    that ``import-notes`` finds the manager's, which are marked. Texts are texts: none is a formula, and of links only
    those of http and https are live. A text longer than a cell can be ends with a word that says so; characters that
    XML cannot hold become U+FFFD, line breaks LF. ``empty`` says why a list has nobody. Equal values are equal bytes.

    Raises :class:`OutputError` when a list is longer than a sheet, :class:`AmbassadorsError` without XlsxWriter.
    """
    people = shortlist_of(lists)
    long = [name for name, frame in (*lists.items(), ("set_apart", apart)) if frame.height > MOST_ROWS]
    if long:
        raise OutputError(f"{path}: {long[0]} has more people than a sheet has rows ({MOST_ROWS:,}). Lower rank.k.")
    made = io.BytesIO()
    with _workbook(made) as book:
        as_of = str(people["as_of"][0]) if people.height else None
        book.set_properties({"title": title, "created": _moment(as_of)})
        styles = Styles(book)
        heading = f"{title}, as of {as_of}" if as_of else title
        for name, label in SHEETS.items():
            part = people.filter(pl.col("list") == name)
            _write_people(_sheet(book, label, heading), part, IN_SIGHT, styles, (empty or {}).get(name))
        _write_people(_sheet(book, "Set apart", heading), _with_managers(apart), APART_IN_SIGHT, styles, None)
        _write_table(_sheet(book, "Columns", heading), _columns(), (30, 84, 15, 38), styles)
        _write_table(
            _sheet(book, "Settings", heading), [("setting", "value", "origin"), *settings], (44, 80, 16), styles
        )
    with whole(path) as hidden:
        hidden.write_bytes(made.getvalue())


def _workbook(made: io.BytesIO) -> Workbook:
    try:
        import xlsxwriter
    except ModuleNotFoundError:
        raise AmbassadorsError(
            "a workbook needs one more package: pip install 'ambassadors[excel]'. The same people are in shortlist.csv."
        ) from None
    never = dict.fromkeys(("strings_to_formulas", "strings_to_urls", "strings_to_numbers"), False)
    # Without in_memory it would leave files in the folder for temporary ones when it is killed.
    return xlsxwriter.Workbook(made, {"in_memory": True, "max_url_length": 2079, **never})


def _moment(as_of: str | None) -> datetime:
    return datetime.fromisoformat(as_of).replace(tzinfo=None) if as_of else _UNDATED


def _sheet(book: Workbook, label: str, heading: str) -> Worksheet:
    """A sheet that prints well: landscape A4, one page wide, the header on each page."""
    sheet = book.add_worksheet(label)
    sheet.set_landscape()
    sheet.set_paper(9)
    sheet.fit_to_pages(1, 0)
    sheet.set_margins(left=0.4, right=0.4, top=0.7, bottom=0.6)
    sheet.repeat_rows(0)
    said = heading.replace("&", "&&")[:150]
    sheet.set_header(f"&L&8{said}&R&8&A")
    sheet.set_footer("&R&8&P / &N")
    return sheet


def _with_managers(apart: pl.DataFrame) -> pl.DataFrame:
    """Who was set apart, with the manager's columns: there, too, a refusal can be taken back."""
    lacking = [name for name in ("notes_version", *MANAGERS) if name not in apart.columns]
    return apart.with_columns(pl.lit(None, COLUMNS[name]).alias(name) for name in lacking)


def _write_people(
    sheet: Worksheet, people: pl.DataFrame, in_sight: tuple[str, ...], styles: Styles, reason: str | None
) -> None:
    if people.is_empty():
        sheet.set_column(0, 0, 100)
        sheet.write_string(0, 0, f"Nobody is on this list: {reason or 'nobody fits it.'}", styles.of("words"))
        return
    columns = looks(people, in_sight)
    for place, look in enumerate(columns):
        _write_column(sheet, place, look, people[look.name], styles)
    for row, height in enumerate(heights(people, columns), start=1):
        sheet.set_row(row, height)
    _set_up(sheet, columns, people.height, styles)


def _write_column(sheet: Worksheet, place: int, look: Look, values: pl.Series, styles: Styles) -> None:
    style = styles.of(look.kind, look.yours)
    sheet.set_column(place, place, look.width, style, {"level": 1, "hidden": True} if look.hidden else {})
    sheet.write_string(0, place, look.name, styles.header(look.yours))
    _explain(sheet, place, look.name)
    for row, value in enumerate(values, start=1):
        _write_cell(sheet, row, place, value, style, styles.link)


def _write_cell(sheet: Worksheet, row: int, place: int, value: Any, style: Any, link: Any) -> None:
    if value is None or value == "":
        sheet.write_blank(row, place, None, style)
    elif isinstance(value, date):
        sheet.write_datetime(row, place, datetime(value.year, value.month, value.day), style)
    elif not isinstance(value, str):
        sheet.write_number(row, place, value, style)
    elif style is link and is_link(value):
        sheet.write_url(row, place, value, style, string=value)
    else:
        sheet.write_string(row, place, cell_text(value), style)


def _explain(sheet: Worksheet, place: int, name: str) -> None:
    """What the column means, beside its header when that is selected."""
    meaning = MEANINGS.get(name) or APART_MEANINGS[name]
    sheet.data_validation(0, place, 0, place, {"validate": "any", "input_title": name, "input_message": meaning[:255]})


def _set_up(sheet: Worksheet, columns: Sequence[Look], people: int, styles: Styles) -> None:
    """What is set once a sheet: frozen header and name, filters, what may be entered, what is printed."""
    from xlsxwriter.utility import xl_col_to_name

    places = {look.name: place for place, look in enumerate(columns)}
    sheet.set_row(0, 32)
    sheet.freeze_panes(1, places["person" if "person" in places else "handle"] + 1)
    sheet.autofilter(0, 0, people, len(columns) - 1)
    sheet.print_area(0, 0, people, places["notes"])
    sheet.outline_settings(visible=True, symbols_right=False)
    sheet.data_validation(
        1, places["do_not_contact"], people, places["do_not_contact"],
        {"validate": "list", "source": ["yes"], "error_title": "do_not_contact",
         "error_message": "Choose yes, or leave the cell empty."},
    )  # fmt: skip
    sheet.data_validation(
        1, places["last_contacted"], people, places["last_contacted"],
        {"validate": "date", "criteria": ">=", "value": date(2000, 1, 1), "error_title": "last_contacted",
         "error_message": "Enter a day, such as 2026-03-31; or leave the cell empty."},
    )  # fmt: skip
    column = xl_col_to_name(places["do_not_contact"], True)
    refused = {"type": "formula", "criteria": f'={column}2="yes"', "format": styles.refused}
    sheet.conditional_format(1, 0, people, len(columns) - 1, refused)


def _write_table(sheet: Worksheet, rows: Sequence[Sequence[str]], widths: Sequence[int], styles: Styles) -> None:
    """A small table of texts, the first row its header."""
    for place, width in enumerate(widths):
        sheet.set_column(place, place, width, styles.of("words"))
    for row, texts in enumerate(rows):
        for place, text in enumerate(texts):
            style = styles.of("words") if row else styles.header()
            sheet.write_string(row, place, cell_text(text), style)
        sheet.set_row(row, row_height(texts, widths))
    sheet.freeze_panes(1, 1)
    sheet.autofilter(0, 0, len(rows) - 1, len(widths) - 1)


def _columns() -> list[tuple[str, str, str, str]]:
    """Every column, what it means, who fills it in, and where it is to be found."""
    rows = [("column", "what it means", "who fills it in", "where")]
    for name, folded in column_order():
        yours = name in MANAGERS
        where = "folded away: + above the columns" if folded else "in sight" if yours else "in sight, unless empty"
        rows.append((name, MEANINGS[name], "you" if yours else "ambassadors", where))
    rows += [(name, meaning, "ambassadors", "Set apart") for name, meaning in APART_MEANINGS.items()]
    return rows
