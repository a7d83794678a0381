"""What LibreOffice makes of our files: no formula anywhere, no handle changed. Run by `pytest -m office`."""

from __future__ import annotations

import csv
import subprocess
from collections.abc import Callable
from pathlib import Path
from xml.etree import ElementTree

import polars as pl
import pytest

from ambassadors import delivery, handover
from ambassadors.shortlists import COLUMNS
from tests.injections import INJECTIONS, ORDINARY, REWRITTEN
from tests.people import people

pytestmark = pytest.mark.office

TABLE = "{urn:oasis:names:tc:opendocument:xmlns:table:1.0}"
TEXT = "{urn:oasis:names:tc:opendocument:xmlns:text:1.0}"
BLANKS = {f"{TEXT}s": " ", f"{TEXT}tab": "\t", f"{TEXT}line-break": "\n"}
#: Separators as LibreOffice's import has them: comma, semicolon, tab, blank, bar.
ALL = "44/59/9/32/124"
QUOTE, NO_QUOTE = "34", "0"
#: How somebody may open a CSV: separators, quotes, whether quoted fields are taken for text. Formulas are evaluated.
OPENED = {
    "comma": ("44", QUOTE, False),
    "comma, quoted fields as text": ("44", QUOTE, True),
    "all separators": (ALL, QUOTE, False),
    "all separators, quoted fields as text": (ALL, QUOTE, True),
    "all separators, merged": (f"{ALL}/MRG", QUOTE, False),
    "semicolon": ("59", QUOTE, False),
    "tab": ("9", QUOTE, False),
    "blank": ("32", QUOTE, False),
    "bar": ("124", QUOTE, False),
    "comma, quotes ignored": ("44", NO_QUOTE, False),
    "semicolon, quotes ignored": ("59", NO_QUOTE, False),
    "all separators, quotes ignored": (ALL, NO_QUOTE, False),
}
#: Every column of text but the run's own moment.
TEXT_COLUMNS = [name for name, kind in COLUMNS.items() if kind == pl.String and name != "as_of"]
HANDLES = [*REWRITTEN, *(text for text in ORDINARY if text and "\n" not in text)]
Office = Callable[..., Path]
Cell = tuple[str, str | None]


@pytest.fixture(scope="module")
def office(tmp_path_factory: pytest.TempPathFactory) -> Office:
    """LibreOffice with a profile of its own: opens a file and saves it in another format."""
    profile = tmp_path_factory.mktemp("profile").as_uri()

    def convert(path: Path, to: str, opened: str | None = None, saved: str = "") -> Path:
        command = ["soffice", f"-env:UserInstallation={profile}", "--headless", "--convert-to", f"{to}{saved}"]
        if opened:
            command.append(f"--infilter=CSV:{_tokens(*OPENED[opened])}")
        out = path.parent / "out"
        subprocess.run([*command, "--outdir", out, path], check=True, capture_output=True, timeout=240)
        return out / f"{path.stem}.{to}"

    return convert


def _tokens(separators: str, quote: str, as_text: bool) -> str:
    """LibreOffice's filter options: UTF-8, special numbers and dates found, formulas evaluated."""
    return f"{separators},{quote},76,1,,0,{str(as_text).lower()},true,false,false,false,-1,true"


def rows_of(fods: Path) -> list[list[Cell]]:
    """Every sheet's rows: what each cell shows, and its formula if it is one."""
    found = []
    for row in ElementTree.parse(fods).iter(f"{TABLE}table-row"):
        cells: list[Cell] = []
        for cell in row:
            shown = "\n".join(_shown(paragraph) for paragraph in cell.iter(f"{TEXT}p"))
            repeated = min(int(cell.get(f"{TABLE}number-columns-repeated", "1")), 100)
            cells += [(shown, cell.get(f"{TABLE}formula"))] * repeated
        found.append(cells)
    return found


def _shown(paragraph: ElementTree.Element) -> str:
    text = paragraph.text or ""
    for part in paragraph:
        blank = BLANKS.get(part.tag)
        text += blank * int(part.get(f"{TEXT}c", "1")) if blank else _shown(part)
        text += part.tail or ""
    return text


def formulas(rows: list[list[Cell]]) -> list[str]:
    """The formulas among the cells."""
    return [formula for cells in rows for _, formula in cells if formula]


def hostile() -> pl.DataFrame:
    """A list with every injection in every column of text."""
    frame = people(*(f"x:{place}" for place in range(len(INJECTIONS))))
    return frame.with_columns(pl.Series(name, INJECTIONS) for name in TEXT_COLUMNS)


def with_handles() -> pl.DataFrame:
    """The same with handles that must come out unchanged."""
    handles = [HANDLES[place % len(HANDLES)] for place in range(len(INJECTIONS))]
    return hostile().with_columns(pl.Series("handle", handles))


def test_the_tricks_are_enough_and_live() -> None:
    """At least sixty strings in at least twenty columns; a promise about fewer would be worth less."""
    assert len(set(INJECTIONS)) >= 60
    assert len(TEXT_COLUMNS) >= 20


def test_unguarded_they_would_run(office: Office, tmp_path: Path) -> None:
    """The test can fail: without our apostrophes LibreOffice makes formulas of the same strings."""
    frame = pl.DataFrame({"name": INJECTIONS})

    frame.write_csv(tmp_path / "raw.csv", quote_style="always", include_bom=True)

    assert len(formulas(rows_of(office(tmp_path / "raw.csv", "fods", "comma")))) >= 8
    assert len(formulas(rows_of(office(tmp_path / "raw.csv", "fods", "all separators, quotes ignored")))) >= 30


@pytest.mark.parametrize("opened", OPENED)
def test_no_formula_in_a_csv(office: Office, tmp_path: Path, opened: str, capsys: pytest.CaptureFixture[str]) -> None:
    """However it is opened, whatever its separators and quotes are taken for."""
    delivery.write_csv(hostile(), tmp_path / "a.csv")

    rows = rows_of(office(tmp_path / "a.csv", "fods", opened))

    with capsys.disabled():
        cells, texts = sum(map(len, rows)), len(INJECTIONS) * len(TEXT_COLUMNS)
        print(f"\nCSV, {opened}: {texts:,} injected texts, {cells:,} cells, {len(formulas(rows))} formulas")
    assert formulas(rows) == []
    assert len(rows) > len(INJECTIONS)


@pytest.mark.parametrize("opened", ["comma", "all separators"])
def test_no_handle_is_changed_in_a_csv(office: Office, tmp_path: Path, opened: str) -> None:
    """Handles that look like numbers and dates come out letter for letter, beside injections in all other columns."""
    frame = with_handles()
    delivery.write_csv(frame, tmp_path / "a.csv")

    header, *rows = rows_of(office(tmp_path / "a.csv", "fods", opened))

    place = [shown for shown, _ in header].index("handle")
    shown = pl.DataFrame({"handle": [row[place][0] for row in rows[: frame.height]]})
    assert delivery.original(shown)["handle"].to_list() == frame["handle"].to_list()


def test_neither_in_a_workbook(office: Office, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """No formula on any sheet, and every handle as it is, without an apostrophe."""
    frame = with_handles()
    apart = pl.DataFrame(dict.fromkeys(("account", "platform", "handle", "why", "evidence"), INJECTIONS))
    settings = [(text, text, text) for text in INJECTIONS]
    handover.write_workbook(tmp_path / "a.xlsx", {"proven_advocates": frame}, apart, settings, title="=1+1")

    rows = rows_of(office(tmp_path / "a.xlsx", "fods"))

    with capsys.disabled():
        print(f"\nXLSX: {sum(map(len, rows)):,} cells, {len(formulas(rows))} formulas")
    assert formulas(rows) == []
    place = [shown for shown, _ in rows[0]].index("handle")
    assert [row[place][0] for row in rows[1 : frame.height + 1]] == frame["handle"].to_list()


def test_texts_survive_being_saved_by_libreoffice(office: Office, tmp_path: Path) -> None:
    """Our CSV, opened and saved as CSV again, gives the texts back; line breaks of any kind become LF."""
    texts = [text for text in (*INJECTIONS, *ORDINARY, *REWRITTEN, "Zoë 🌱\nשלום") if text]
    delivery.write_csv(pl.DataFrame({"text": texts}), tmp_path / "a.csv")

    saved = office(tmp_path / "a.csv", "csv", "comma", ":Text - txt - csv (StarCalc):44,34,76,1,,0,false,true,false")

    with saved.open(encoding="utf-8-sig", newline="") as file:
        rows = list(csv.reader(file))
    shown = delivery.original(pl.DataFrame({"text": [row[0] for row in rows[1:]]}))["text"].to_list()
    expected = [text.replace("\r\n", "\n").replace("\r", "\n") for text in texts]
    assert [text.replace("\r\n", "\n") for text in shown] == expected
