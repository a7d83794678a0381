"""All the files of a recipe: every row accounted for, every wrong file told."""

from __future__ import annotations

import gzip
from pathlib import Path

import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import ambassadors as amb
from ambassadors import recipe
from ambassadors.errors import SourceError
from ambassadors.sources.reading import read_tables
from tests.conftest import FILES, RECIPE, Cafe

cells = st.sampled_from(
    ["ann", "bob", "1.2E+18", "", " x", '"', "a,b", "2026-01-01", "31/12/2025", "1979-01-01", "2999-01-01", "\r"]
)


def tables_of(text: str, content: bytes, folder: Path, file: str = "f.csv") -> tuple[int, int, dict[str, int]]:
    """Rows in, accepted, and the reasons, of one file of follows."""
    (folder / file).write_bytes(content)
    (found,) = read_tables(recipe.parse(recipe.tomllib.loads(text)), folder).intakes
    assert found.rows == found.accepted + found.rejected + found.set_aside
    return found.rows, found.accepted, found.reasons


FOLLOWS = """
name = "f"
zone = "UTC"
[[files]]
table = "follows"
path = "f.csv"
platform = "x"
columns = { source = "source", target = "target", since = "since" }
"""


@given(st.lists(st.lists(cells, max_size=4), max_size=12))
@settings(max_examples=150, deadline=None)
def test_every_row_is_accounted_for(tmp_path_factory: pytest.TempPathFactory, rows: list[list[str]]) -> None:
    """Rows in are rows accepted and rejected, whatever the rows hold."""
    text = "source,target,since\n" + "".join(",".join(row) + "\n" for row in rows)

    found, accepted, reasons = tables_of(FOLLOWS, text.encode(), tmp_path_factory.mktemp("f"))

    assert found >= accepted
    assert found - accepted == sum(reasons.values())


def test_rejects_name_file_line_column_reason_and_value(cafe: Cafe) -> None:
    """A person finds the row in their own file."""
    acts = FILES["interactions.csv"].replace("bob,rival,share", "bob,rival,shrug").replace("2026-05-30", "30/05/2026")

    rejects = amb.read(cafe(interactions_csv=acts)).rejects

    assert rejects.rows() == [
        ("interactions.csv", 11, "kind", "unknown_kind", "shrug"),
        ("interactions.csv", 13, "at", "ambiguous_date", "30/05/2026"),
    ]


def test_several_files_and_patterns_make_one_table(tmp_path: Path) -> None:
    """A table can come from many files, named or matched, gzip or not."""
    (tmp_path / "part-1.csv").write_text("source,target,since\na,b,2026-01-01\n")
    (tmp_path / "part-2.csv.gz").write_bytes(gzip.compress(b"source,target,since\nb,c,2026-01-01\n"))
    (tmp_path / "more.tsv").write_text("source\ttarget\tsince\nc\td\t2026-01-01\n")
    text = FOLLOWS.replace('"f.csv"', '["part-*", "more.tsv"]')

    reading = read_tables(recipe.parse(recipe.tomllib.loads(text)), tmp_path)

    assert reading.tables["follows"]["source"].to_list() == ["x:a", "x:b", "x:c"]
    assert [intake.file for intake in reading.intakes] == ["part-1.csv", "part-2.csv.gz", "more.tsv"]


def test_jsonl_and_parquet_give_the_same_table(tmp_path: Path) -> None:
    """The format of a file does not change what it says."""
    row = pl.DataFrame({"source": ["001"], "target": ["2"], "since": ["2026-01-01"]})
    row.write_parquet(tmp_path / "f.parquet")
    (tmp_path / "f.jsonl").write_text('{"source": "001", "target": 2, "since": "2026-01-01"}\n')
    row.write_csv(tmp_path / "f.csv")

    made = [
        read_tables(recipe.parse(recipe.tomllib.loads(FOLLOWS.replace("f.csv", file))), tmp_path).tables["follows"]
        for file in ("f.parquet", "f.jsonl", "f.csv")
    ]

    assert made[0].equals(made[1])
    assert made[0].equals(made[2])
    assert made[0]["source"].to_list() == ["x:001"]


def test_both_directions_make_two_follows_of_a_tie(tmp_path: Path) -> None:
    """A friendship that is listed once is followed both ways, and counted once as a row."""
    text = FOLLOWS.replace("[[files]]", "[[files]]\nboth_directions = true")
    (tmp_path / "f.csv").write_text("source,target,since\na,b,2026-01-01\n")

    reading = read_tables(recipe.parse(recipe.tomllib.loads(text)), tmp_path)

    assert reading.tables["follows"].select("source", "target").rows() == [("x:a", "x:b"), ("x:b", "x:a")]
    assert reading.intakes[0].accepted == 1


def test_where_sets_rows_aside_and_counts_them(tmp_path: Path) -> None:
    """Rows that a recipe does not ask for are counted, not lost."""
    text = FOLLOWS.replace("[[files]]", "[[files]]\nwhere = { source = 'a' }")

    (tmp_path / "f.csv").write_text("source,target,since\na,b,2026-01-01\nb,a,2026-01-01\n")
    (intake,) = read_tables(recipe.parse(recipe.tomllib.loads(text)), tmp_path).intakes

    assert (intake.rows, intake.accepted, intake.set_aside, intake.rejected) == (2, 1, 1, 0)


GOOD = b"source,target,since\na,b,2026-01-01\n"


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (None, r"f\.csv"),
        (b"", "empty"),
        (b"\x89PNG\r\n\x1a\n\x00\x00", "PNG"),
        (b"PK\x03\x04\x14\x00\x00", "XLSX"),
        (GOOD.decode().encode("utf-16"), "utf-16"),
        (gzip.compress(GOOD * 50, mtime=0)[:40], "early|truncated|corrupt"),
        (b"source,source,target,since\na,b,c,d\n", "source"),
        (b"sorce,target,since\na,b,2026-01-01\n", "Did you mean 'sorce'"),
        (b"source;target;since\na;b;2026-01-01\n", "separator"),
        (b'so"urce,target,since\na,b,2026-01-01\n', "quote"),
    ],
)
def test_a_wrong_file_is_told_with_what_to_do(tmp_path: Path, content: bytes | None, said: str) -> None:
    """A file that cannot be read as the recipe says is refused whole, in words."""
    if content is not None:
        (tmp_path / "f.csv").write_bytes(content)

    with pytest.raises(SourceError, match=said):
        read_tables(recipe.parse(recipe.tomllib.loads(FOLLOWS)), tmp_path)


@pytest.mark.parametrize(
    ("content", "reasons"),
    [
        (b"\xef\xbb\xbf" + GOOD, {}),
        (GOOD + b"c,d\n", {"ragged_row": 1}),
        (GOOD + b"c,d,2026-01-01,x\n", {"ragged_row": 1}),
        (GOOD + b'c"x,d,2026-01-01\n', {"stray_quote": 1}),
        (GOOD + b"1.23E+18,d,2026-01-01\n", {"scientific_id": 1}),
        (GOOD + b"c,d,03/04/2024\n", {"ambiguous_date": 1}),
        (GOOD + b"c,d,1989-12-31\n", {"before_1990": 1}),
        (GOOD + b"c,d,2999-01-01\n", {"in_the_future": 1}),
        (GOOD + b"c,\xff,2026-01-01\n", {"bad_encoding": 1}),
        (GOOD + b"\n", {"blank_line": 1}),
        (b"source,target,since\n", {}),
    ],
)
def test_a_bad_row_is_rejected_and_spares_the_others(tmp_path: Path, content: bytes, reasons: dict[str, int]) -> None:
    """One bad row costs one row."""
    rows, accepted, found = tables_of(FOLLOWS, content, tmp_path)

    assert found == reasons
    assert accepted == rows - len(reasons)


def test_data_paths_need_a_data_folder(cafe: Cafe, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """{data} is the folder that is given, and its lack is told."""
    monkeypatch.delenv("AMBASSADORS_DATA", raising=False)
    path = cafe(RECIPE.replace('path = "follows.csv"', 'path = "{data}/follows.csv"'))

    with pytest.raises(SourceError, match="--data DIR or set AMBASSADORS_DATA"):
        amb.read(path)
    assert amb.read(path, data=tmp_path).follows.height == 6


def test_a_wide_file_gives_several_kinds(tmp_path: Path) -> None:
    """Likes and comments in two columns of one file are two sections of a recipe, and no row is counted twice."""
    (tmp_path / "wide.csv").write_text("who,likes,comments\na,3,1\n")
    section = """
[[files]]
table = "interactions"
path = "wide.csv"
platform = "x"

[files.columns]
source = "who"
target = { value = "b" }
kind = { value = "KIND" }
weight = "KINDs"
at = { value = "2026-01-01" }
"""
    text = 'name = "wide"\nzone = "UTC"\n' + section.replace("KIND", "like") + section.replace("KIND", "comment")

    acts = read_tables(recipe.parse(recipe.tomllib.loads(text)), tmp_path).tables["interactions"]

    assert acts.select(pl.col("kind").cast(pl.String), "weight").rows() == [("like", 3.0), ("comment", 1.0)]


def test_a_file_named_twice_is_refused(tmp_path: Path) -> None:
    """Rows that would be counted twice are told, by name or by pattern."""
    (tmp_path / "f.csv").write_bytes(GOOD)

    with pytest.raises(SourceError, match="named twice"):
        read_tables(recipe.parse(recipe.tomllib.loads(FOLLOWS.replace('"f.csv"', '["f.csv", "*.csv"]'))), tmp_path)


KEPT = FOLLOWS.replace("[[files]]", "[[files]]\nkeep = '30d'").replace(
    'since = "since" }', 'since = "since", observed_at = "seen" }'
)


@pytest.mark.parametrize("both", [False, True])
def test_rows_older_than_a_source_is_kept_are_not_taken_in(tmp_path: Path, both: bool) -> None:
    """Counted from the last dated row of all files; a row's age is that of the last thing that it says was so."""
    text = KEPT.replace("keep", "both_directions = true\nkeep") if both else KEPT
    rows = ["a,b,2026-01-01,", "b,c,2026-01-01,2026-03-01", "c,d,,", "d,e,2026-03-01,", "d,d,2026-01-01,"]
    (tmp_path / "f.csv").write_text("\n".join(["source,target,since,seen", *rows]) + "\n")

    reading = read_tables(recipe.parse(recipe.tomllib.loads(text)), tmp_path)

    (intake,) = reading.intakes
    assert (intake.rows, intake.accepted, intake.rejected, intake.set_aside, intake.expired) == (5, 3, 1, 0, 1)
    assert reading.tables["follows"].height == (6 if both else 3)
    assert ("x:a", "x:b") not in reading.tables["follows"].select("source", "target").rows()


def test_each_source_is_kept_for_its_own_time(cafe: Cafe) -> None:
    """One file's old rows go, the others' stay; profiles have no age but their observation's."""
    old = RECIPE.replace('table = "interactions"', 'table = "interactions"\nkeep = "30d"')
    old = old.replace('table = "accounts"', 'table = "accounts"\nkeep = "1h"')

    community = amb.read(cafe(old))

    expired = {intake.file: intake.expired for intake in community.intakes}
    assert expired["interactions.csv"] == 5
    assert sum(expired.values()) == 5
    assert all(one.rows == one.accepted + one.rejected + one.set_aside + one.expired for one in community.intakes)
    assert community.interactions["at"].min().isoformat() >= "2026-04-30"
    assert community.follows.height == 6
