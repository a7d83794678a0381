"""The one door: three formats, the same promises."""

from __future__ import annotations

from pathlib import Path

import polars as pl
import pytest

from ambassadors.errors import SourceError
from ambassadors.sources.layout import REJECT_SCHEMA, Layout
from ambassadors.sources.reader import blocks, header, read


@pytest.fixture
def three(tmp_path: Path) -> list[tuple[Path, Layout]]:
    """The same two rows in each format."""
    (tmp_path / "a.csv").write_bytes(b"id,name\n01,a\n02,b\n")
    (tmp_path / "a.jsonl").write_bytes(b'{"id": "01", "name": "a"}\n{"id": "02", "name": "b"}\n')
    pl.DataFrame({"id": ["01", "02"], "name": ["a", "b"]}).write_parquet(tmp_path / "a.parquet")
    return [
        (tmp_path / "a.csv", Layout()),
        (tmp_path / "a.jsonl", Layout(format="jsonl")),
        (tmp_path / "a.parquet", Layout(format="parquet")),
    ]


def test_all_formats_give_the_same_table(three: list[tuple[Path, Layout]]) -> None:
    """Header, rows and the shape of the rejects do not depend on the format."""
    for path, layout in three:
        block = read(path, layout, ["name", "id"])

        assert header(path, layout) == ["id", "name"]
        assert block.rows.rows() == [("a", "01"), ("b", "02")]
        assert block.lines.dtype == pl.Int64
        assert block.rejects.schema == REJECT_SCHEMA
        assert block.rows_in == 2


def test_blocks_are_the_file_in_parts(three: list[tuple[Path, Layout]]) -> None:
    """The blocks of a file hold together what read gives."""
    for path, layout in three:
        parts = list(blocks(path, layout, block_bytes=1))

        assert pl.concat([part.rows for part in parts]).equals(read(path, layout).rows)


@pytest.mark.parametrize(
    ("layout", "says"),
    [
        (Layout(separator=",,"), "separator = ',,'"),
        (Layout(separator="é"), "one character of ASCII"),
        (Layout(separator='"'), "one character of ASCII"),
        (Layout(header=False), "does not name its columns"),
        (Layout(columns=("a",)), "set header = false"),
        (Layout(header=False, columns=("a", "a")), "two columns one name"),
        (Layout(header=False, columns=tuple(f"c{place}" for place in range(2_001))), "more than 2,000"),
        (Layout(format="cvs"), "Did you mean 'csv'?"),  # type: ignore[arg-type]
    ],
)
def test_a_layout_that_no_file_can_have_is_refused(three: list[tuple[Path, Layout]], layout: Layout, says: str) -> None:
    """A fault of the recipe is told with the setting that is at fault."""
    with pytest.raises(SourceError) as caught:
        read(three[0][0], layout)

    assert says in str(caught.value)


def test_no_wanted_column_is_an_error_of_the_caller(three: list[tuple[Path, Layout]]) -> None:
    """A table without columns cannot say how many rows it has."""
    for path, layout in three:
        with pytest.raises(ValueError, match="no column"):
            read(path, layout, [])
