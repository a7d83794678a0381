"""A thousand notes come back whole from LibreOffice, whichever way a manager saves them."""

from __future__ import annotations

import random
import subprocess
from datetime import date, timedelta
from pathlib import Path

import polars as pl
import pytest

from ambassadors.delivery import write_csv
from ambassadors.handover import write_workbook
from ambassadors.shortlists import COLUMNS, MANAGERS
from ambassadors.state import Imported, import_notes, noted, open_store
from ambassadors.three_lists import PROVEN

pytestmark = pytest.mark.office
#: The filter's numbers: separator, quote, encoding (76 is UTF-8, 65535 UTF-16), first line, ..., all texts quoted.
CSV = "csv:Text - txt - csv (StarCalc):{separator},34,{encoding},1,,0,{quoted},true,false"
SAVED_AS = {
    "xlsx": "xlsx:Calc MS Excel 2007 XML",
    "ods": "ods",
    "csv, comma": CSV.format(separator=44, encoding=76, quoted="true"),
    "csv, comma, few quotes": CSV.format(separator=44, encoding=76, quoted="false"),
    "csv, semicolon": CSV.format(separator=59, encoding=76, quoted="false"),
    "csv, tab": CSV.format(separator=9, encoding=76, quoted="false"),
    "csv, tab, utf-16": CSV.format(separator=9, encoding=65535, quoted="false"),
}
#: How a CSV of ours is opened: comma, quote, UTF-8, and quoted cells as text.
OPENED = "CSV:44,34,76,1,,0,true,true,false"
PEOPLE = 1000
PIECES = [
    *(
        "called her",
        "loves the oat flat white",
        "👍🏽",
        "👩‍👩‍👧",
        "🇫🇷",
        "\n",
        "\n\n",
        "שלום",
        "مرحبا بالعالم",
        "\u202bRTL\u202c",
    ),
    *("=1+1", "+1", "-1", "@ann", "'tis", '=HYPERLINK("http://e.test")', "007", "1e5", "2026-05-01", "03/04/2026"),
    *(
        '"quoted"',
        ",",
        ";",
        "|",
        "\t",
        "\\n",
        "  ",
        "Łódź",
        "日本語",
        "e\u0301",
        "ﷺ",
        "TRUE",
        "#N/A",
        "_x000D_",
        "<b>&amp;</b>",
    ),
]


def notes() -> list[str]:
    """A thousand notes: each piece alone, at either end with blanks, very long ones, and a mix of all."""
    chance = random.Random(6)
    alone = [piece for piece in PIECES if piece.strip()]
    ends = [f"{piece}  " for piece in alone] + [f"  {piece}" for piece in alone]
    long = ["é" * 30_000, "word " * 6_000, "line\n" * 2_000]
    mixed = [" ".join(chance.choices(PIECES, k=chance.randint(2, 9))) for _ in range(PEOPLE)]
    return [note for note in [*alone, *ends, *long, *mixed] if note.strip()][:PEOPLE]


@pytest.fixture(scope="module")
def written() -> pl.DataFrame:
    """The list of a thousand people with every one of the managers' cells filled in."""
    people = [{"account": f"x:{number:04}", "person": f"Person {number}"} for number in range(PEOPLE)]
    days = [date(2026, 1, 1) + timedelta(days=number % 200) for number in range(PEOPLE)]
    owners = [note.replace("\n", " ")[:40] for note in reversed(notes())]
    return pl.DataFrame(people, schema=COLUMNS).with_columns(
        pl.Series("notes", notes()),
        pl.Series("owner", [owner if owner.strip() else "Zoë" for owner in owners]),
        pl.Series("last_contacted", days),
        pl.Series("do_not_contact", ["yes" if number % 3 else None for number in range(PEOPLE)]),
        pl.lit("met").alias("relationship_stage"),
        pl.lit("2026-06-01T00:00:00Z").alias("as_of"),
        pl.int_range(1, PEOPLE + 1).alias("rank"),
        pl.lit(0, pl.Int64).alias("notes_version"),
    )


def workbook(frame: pl.DataFrame, path: Path) -> Path:
    """The list as the workbook that a run hands over."""
    nobody = pl.DataFrame(schema={"account": pl.String, "person": pl.String, "why": pl.String, "evidence": pl.String})
    write_workbook(path, {PROVEN: frame}, nobody, [])  # of a workbook the first sheet alone is saved as CSV
    return path


def saved_again(file: Path, way: str, folder: Path, opened: str = "") -> Path:
    """The file opened in LibreOffice and saved, as a person would."""
    folder.mkdir()
    profile = f"-env:UserInstallation={(folder / 'profile').as_uri()}"
    command = ["soffice", "--headless", profile, *([f"--infilter={opened}"] if opened else [])]
    command += ["--convert-to", way, "--outdir", str(folder), str(file)]
    subprocess.run(command, check=True, capture_output=True, timeout=240)
    return folder / f"{file.stem}.{way.partition(':')[0]}"


def taken(file: Path, state: Path, expected: pl.DataFrame) -> Imported:
    """The file taken over; afterwards the store must hold exactly what was written."""
    with open_store(state) as store:
        result = import_notes(store, file)
        kept = store.notes()
    wanted = expected.select("account", *MANAGERS).sort("account")
    differ = [pair for pair in zip(kept.rows(), wanted.rows(), strict=True) if pair[0] != pair[1]]
    assert differ == []
    return result


@pytest.mark.parametrize("way", SAVED_AS)
def test_a_workbook_comes_back(way: str, written: pl.DataFrame, tmp_path: Path) -> None:
    """What was typed into the workbook is taken over letter by letter, however it is saved.

    But for one thing: LibreOffice itself leaves out tabs in cells of several lines when it saves an .ods.
    """
    several = pl.when(pl.col("notes").str.contains("\n") & pl.lit(way == "ods"))
    expected = written.with_columns(
        several.then(pl.col("notes").str.replace_all("\t", "")).otherwise("notes").alias("notes")
    )
    file = saved_again(workbook(written, tmp_path / "shortlist.xlsx"), SAVED_AS[way], tmp_path / "office")

    result = taken(file, tmp_path / "state", expected)

    assert result.counts() == {"rows": 1000, "changed": 1000, "unchanged": 0, "conflicting": 0, "refused": 0}


@pytest.mark.parametrize("way", SAVED_AS)
def test_our_csv_comes_back(way: str, written: pl.DataFrame, tmp_path: Path) -> None:
    """A CSV of ours that was opened and saved again says what it said, and so changes nothing."""
    write_csv(written, tmp_path / "first.csv")
    taken(tmp_path / "first.csv", tmp_path / "state", written)
    with open_store(tmp_path / "state") as store:
        write_csv(noted(written, store), tmp_path / "shortlist.csv")

    file = saved_again(tmp_path / "shortlist.csv", SAVED_AS[way], tmp_path / "office", OPENED)

    assert taken(file, tmp_path / "state", written).unchanged == 1000
