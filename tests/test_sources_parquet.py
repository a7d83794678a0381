"""Parquet: the types of the file, slice by slice, and no traceback from a broken one."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

import polars as pl
import pytest

from ambassadors.errors import SourceError
from ambassadors.sources.layout import Layout, Limits
from ambassadors.sources.reader import blocks, header, read

PARQUET = Layout(format="parquet")


def put(folder: Path, frame: pl.DataFrame) -> Path:
    """The frame as a Parquet file of small row groups."""
    path = folder / "rows.parquet"
    frame.write_parquet(path, row_group_size=700)
    return path


def test_rows_keep_their_types(tmp_path: Path) -> None:
    """Numbers, times and texts come as the file has them, and only the wanted columns, in the wanted order."""
    frame = pl.DataFrame(
        {"id": ["007", None], "n": [1, 2], "at": [datetime(2024, 3, 4, tzinfo=UTC)] * 2, "x": [1.5, None]}
    )
    path = put(tmp_path, frame)

    block = read(path, PARQUET, ["at", "id"])

    assert header(path, PARQUET) == ["id", "n", "at", "x"]
    assert block.rows.equals(frame.select("at", "id"))
    assert block.rows.schema == frame.select("at", "id").schema
    assert block.lines.to_list() == [1, 2]


@pytest.mark.parametrize("block_bytes", [1_000, 50_000, 1 << 25])
def test_block_size_changes_nothing(tmp_path: Path, block_bytes: int) -> None:
    """All rows come once and in order, however the file is cut."""
    frame = pl.DataFrame({"id": [str(row) for row in range(5_000)], "n": range(5_000)})
    found = list(blocks(put(tmp_path, frame), PARQUET, block_bytes=block_bytes))

    assert pl.concat([block.rows for block in found]).equals(frame)
    assert pl.concat([block.lines for block in found]).to_list() == list(range(1, 5_001))
    assert sum(block.rows_in for block in found) == 5_000


def test_cells_that_no_text_file_may_hold_are_rejected(tmp_path: Path) -> None:
    """A NUL and an overlong text cost their row, with the row number, column and reason."""
    frame = pl.DataFrame({"a": ["x", "\0", "y", None], "b": ["é" * 5, "y", "z" * 6, "w"]})

    block = read(put(tmp_path, frame), Layout(format="parquet", limits=Limits(cell_chars=5)))

    assert block.rejects.rows() == [(2, "a", "nul_byte", "\0"), (3, "b", "cell_too_long", "zzzzzz")]
    assert block.rows["b"].to_list() == ["é" * 5, "w"]
    assert block.lines.to_list() == [1, 4]


def test_a_file_of_no_rows_has_its_columns(tmp_path: Path) -> None:
    """An empty Parquet file is a table without rows."""
    block = read(put(tmp_path, pl.DataFrame({"a": [1]}).clear()), PARQUET)

    assert block.rows.schema == {"a": pl.Int64}
    assert block.rows_in == 0


def test_a_missing_column_is_refused(tmp_path: Path) -> None:
    """The nearest name is offered."""
    path = put(tmp_path, pl.DataFrame({"handle": ["a"]}))

    with pytest.raises(SourceError, match="Did you mean 'handle'"):
        read(path, PARQUET, ["handel"])


def test_what_is_not_parquet_is_refused(tmp_path: Path) -> None:
    """A text file under the name of Parquet is told what to set."""
    path = tmp_path / "rows.parquet"
    path.write_bytes(b"a,b\n1,2\n")

    with pytest.raises(SourceError, match='set format = "csv"'):
        read(path, PARQUET)


def test_a_damaged_file_is_refused_or_read_whole(tmp_path: Path) -> None:
    """Wherever a byte is changed or the file cut off, the outcome is an error of ours, or all of the rows."""
    frame = pl.DataFrame({"id": [str(row * 7919) for row in range(3_000)], "n": range(3_000)})
    good = put(tmp_path, frame).read_bytes()
    path = tmp_path / "damaged.parquet"
    refused = 0
    for place in range(4, len(good), max(1, len(good) // 150)):
        for damaged in (good[:place], good[:place] + bytes([good[place] ^ 0x5A]) + good[place + 1 :]):
            path.write_bytes(damaged)
            try:
                assert read(path, PARQUET).rows_in == 3_000
            except SourceError:
                refused += 1

    assert refused > 100


def test_a_file_of_too_many_cells_is_refused(tmp_path: Path) -> None:
    """Equal values cost a Parquet file nothing, so that the number of cells has a limit too."""
    path = put(tmp_path, pl.DataFrame({"a": [1] * 100_000}))

    with pytest.raises(SourceError, match="more than 50,000 cells"):
        read(path, Layout(format="parquet", limits=Limits(bytes=50_000)))
