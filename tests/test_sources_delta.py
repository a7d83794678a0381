"""Delta tables as files of a recipe: any brand's, not only those that we fetched."""

from __future__ import annotations

import json
import shutil
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

import polars as pl
import pytest
from deltalake import DeltaTable, write_deltalake

from ambassadors.errors import SourceError
from ambassadors.sources.delta import fingerprint
from ambassadors.sources.layout import Layout, Limits
from ambassadors.sources.reader import blocks, header, read

DELTA = Layout(format="delta")
AT = datetime(2026, 1, 2, tzinfo=UTC)


def table(folder: Path, *parts: pl.DataFrame, **options: object) -> Path:
    """A table to which these parts were appended."""
    place = folder / "table"
    for part in parts:
        write_deltalake(place, part, mode="append", **options)  # type: ignore[call-overload]
    return place


def test_rows_of_all_files_come_with_their_types(tmp_path: Path) -> None:
    """Only the wanted columns, in the wanted order, with lines that count through the table."""
    part = pl.DataFrame({"id": ["007", None], "n": [1, 2], "at": [AT, None]})
    place = table(tmp_path, part, part)

    block = read(place, DELTA, ["at", "id"])

    assert header(place, DELTA) == ["id", "n", "at"]
    assert block.rows.equals(pl.concat([part, part]).select("at", "id"))
    assert block.lines.to_list() == [1, 2, 3, 4]
    assert read(place, DELTA).rows.columns == ["id", "n", "at"]


def test_the_version_of_now_is_read(tmp_path: Path) -> None:
    """Rows that were deleted or replaced are not there any more, though their files are."""
    place = table(tmp_path, pl.DataFrame({"id": ["a", "b"]}), pl.DataFrame({"id": ["c"]}))
    DeltaTable(place).delete("id = 'a'")

    assert sorted(read(place, DELTA).rows["id"]) == ["b", "c"]


def test_partitions_are_columns(tmp_path: Path) -> None:
    """What stands in the path of a file is a column with the table's type, also when it is the only one wanted."""
    rows = pl.DataFrame({"day": [1, 2, 2], "place": ["a b/c", "ü%", None], "id": ["x", "y", "z"]})
    place = table(tmp_path, rows, partition_by=["day", "place"])

    assert read(place, DELTA).rows.sort("id").equals(rows)
    assert sorted(read(place, DELTA, ["day"]).rows["day"]) == [1, 2, 2]


def test_columns_that_came_later_are_empty_before(tmp_path: Path) -> None:
    """A file that is older than a column has none of its values."""
    place = table(tmp_path, pl.DataFrame({"id": ["a"]}), pl.DataFrame({"id": ["b"], "n": [1]}), schema_mode="merge")

    found = read(place, DELTA, ["n", "id"]).rows

    assert sorted(found.rows(), key=str) == [(1, "b"), (None, "a")]


def test_rejects_are_placed_in_the_table(tmp_path: Path) -> None:
    """A cell that no table may hold costs its row, with the row's number in the whole table."""
    part = pl.DataFrame({"id": ["fine", "\0"]})
    place = table(tmp_path, part, part)

    block = read(place, DELTA)

    assert block.rejects.select("line", "reason").rows() == [(2, "nul_byte"), (4, "nul_byte")]
    assert block.lines.to_list() == [1, 3]


@pytest.mark.parametrize("block_bytes", [1_000, 1 << 25])
def test_block_size_changes_nothing(tmp_path: Path, block_bytes: int) -> None:
    """All rows come once and in the same order, however the table is cut."""
    part = pl.DataFrame({"n": range(3_000)})
    found = list(blocks(table(tmp_path, part, part), DELTA, block_bytes=block_bytes))

    assert pl.concat([block.rows for block in found]).equals(pl.concat([part, part]))
    assert pl.concat([block.lines for block in found]).to_list() == list(range(1, 6_001))


def test_a_table_without_rows_has_columns(tmp_path: Path) -> None:
    """Emptied, it gives a block without rows, and refuses columns that it lacks."""
    place = table(tmp_path, pl.DataFrame({"id": ["a"]}))
    DeltaTable(place).delete()

    assert read(place, DELTA).rows.equals(pl.DataFrame(schema={"id": pl.String}))
    with pytest.raises(SourceError, match=r"has no column 'idd'\. Did you mean 'id'"):
        read(place, DELTA, ["idd"])


def test_the_fingerprint_is_that_of_the_rows(tmp_path: Path) -> None:
    """It stays while nothing is written, whatever else lies in the folder, and changes with the table."""
    place = table(tmp_path, pl.DataFrame({"id": ["a"]}))
    before = fingerprint(place)
    (place / "left-behind.parquet").write_bytes(b"PAR1")

    assert fingerprint(place) == before
    table(tmp_path, pl.DataFrame({"id": ["b"]}))
    assert fingerprint(place) != before


def log_of(place: Path, entry: dict[str, object]) -> None:
    """One more entry in the log."""
    last = max((place / "_delta_log").glob("*.json"))
    (last.parent / f"{int(last.stem) + 1:020d}.json").write_text(json.dumps(entry))


def outside(place: Path) -> None:
    """Its log names a file elsewhere."""
    shutil.copy(next(place.glob("*.parquet")), place.parent / "secret.parquet")
    add = {"path": "../secret.parquet", "partitionValues": {}, "size": 1, "modificationTime": 1, "dataChange": True}
    log_of(place, {"add": add})


def column_mapping(place: Path) -> None:
    """Its columns have other names in the files."""
    log = next((place / "_delta_log").glob("*.json"))
    mapped = '"configuration":{"delta.columnMapping.mode":"name"}'
    log.write_text(log.read_text().replace('"configuration":{}', mapped))


def no_table(place: Path) -> None:
    """A folder of other files."""
    shutil.rmtree(place / "_delta_log")


def no_folder(place: Path) -> None:
    """Nothing at all."""
    shutil.rmtree(place)


def a_file(place: Path) -> None:
    """A file of that name."""
    shutil.rmtree(place)
    place.write_text("id\n1\n")


def damaged(place: Path) -> None:
    """A log that is no JSON."""
    next((place / "_delta_log").glob("*.json")).write_text("{")


def empty_entry(place: Path) -> None:
    """A log with an entry of no bytes."""
    next((place / "_delta_log").glob("*.json")).write_text("")


def corrupt(place: Path) -> None:
    """A file of rows that is none."""
    next(place.glob("*.parquet")).write_bytes(b"nothing")


@pytest.mark.parametrize(
    ("damage", "words"),
    [
        (outside, "its log names a file outside of the folder"),
        (column_mapping, "maps its columns to other names"),
        (no_table, "is no Delta table: there is no log in _delta_log"),
        (no_folder, "does not exist"),
        (a_file, "is a file, but a Delta table is a folder"),
        (damaged, "its log cannot be read"),
        (empty_entry, "its log is damaged: 0+.json is empty"),
        (corrupt, "is not a Parquet file"),
    ],
)
def test_a_broken_table_is_refused_with_a_remedy(tmp_path: Path, damage: Callable[[Path], None], words: str) -> None:
    """Each kind of damage ends in one sentence about what is wrong, and one about what to do."""
    place = table(tmp_path, pl.DataFrame({"id": ["a"]}))
    damage(place)

    with pytest.raises(SourceError, match=words) as told:
        read(place, DELTA)

    assert told.value.remedy


def test_too_many_columns_are_refused(tmp_path: Path) -> None:
    """The limits of other formats hold for this one, too."""
    place = table(tmp_path, pl.DataFrame({"a": [1], "b": [2], "c": [3]}))

    with pytest.raises(SourceError, match="has 3 columns, more than 2"):
        read(place, Layout(format="delta", limits=Limits(columns=2)))
