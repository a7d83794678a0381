"""The lake: every row once, every version that is kept, and words for whoever finds it broken."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path

import deltalake
import duckdb
import polars as pl
import pytest
from deltalake import DeltaTable

from ambassadors import tables
from ambassadors.errors import Busy, SourceError
from ambassadors.lake import Lake, Landed
from ambassadors.lake.keys import NATURAL, grown
from ambassadors.locking import locked
from tests.lake_rows import NOW, day, follow, like, post, profile, rows


@pytest.fixture
def lake(tmp_path: Path) -> Lake:
    """An empty lake."""
    return Lake(tmp_path / "fetched")


def land(lake: Lake, table: str, *told: dict[str, object]) -> Landed:
    """Rows that were fetched from X."""
    return lake.land(table, rows(table, *told), source="x", now=NOW)


def parquet_files(lake: Lake, table: str) -> list[str]:
    """The files that lie in a table's folder."""
    return sorted(path.name for path in (lake.folder / table).glob("*.parquet"))


def test_rows_come_back_with_their_origin(lake: Lake) -> None:
    """What lands is read back in the order of its keys, with its source and the moment it was first seen."""
    assert land(lake, "follows", follow(2), follow(1, since=day(3))) == Landed(new=2, changed=0, known=0)

    back = lake.read("follows")

    assert back.schema == grown("follows")
    assert back.rows() == [
        ("x:1", "x:brand", day(3), day(1), "x", NOW),
        ("x:2", "x:brand", None, day(1), "x", NOW),
    ]
    assert lake.tables() == ["follows"]


@pytest.mark.parametrize("table", list(NATURAL))
def test_the_same_rows_again_change_nothing(lake: Lake, table: str) -> None:
    """Landed a second time, every row is known, and there is no new version."""
    told = {"accounts": profile(1, 1, followers=3), "follows": follow(1), "posts": post(), "interactions": like(1)}
    land(lake, table, told[table])
    before = (lake.version(table), lake.read(table), parquet_files(lake, table))

    assert land(lake, table, told[table]) == Landed(new=0, changed=0, known=1)
    assert (lake.version(table), parquet_files(lake, table)) == (before[0], before[2])
    assert lake.read(table).equals(before[1])


def test_every_row_is_accounted_for(lake: Lake) -> None:
    """New, changed and known rows add up to those that came."""
    land(lake, "posts", post("x:1", text="a"), post("x:2", text="b"))

    landed = land(lake, "posts", post("x:1", text="edited"), post("x:2", text="b"), post("x:3"), post("x:3"))

    assert landed == Landed(new=1, changed=1, known=2)
    assert landed.stored == 2
    assert land(lake, "posts") == Landed(0, 0, 0)


def test_a_table_that_was_never_fetched_is_empty(lake: Lake) -> None:
    """It has its columns and no rows, no version, and nothing to remove."""
    assert lake.read("posts").schema == grown("posts")
    assert lake.version("posts") is None
    assert lake.tables() == []
    assert lake.remove("posts", pl.DataFrame({"post": ["x:p"]})) == 0


def test_only_what_is_fetched_has_a_table(lake: Lake) -> None:
    """Orders come from files: asking the lake for them is a programmer's mistake."""
    with pytest.raises(ValueError, match="no rows of 'orders' are fetched"):
        lake.read("orders")


def test_versions_can_be_travelled(lake: Lake) -> None:
    """By number and by moment, the table is what it was; before it began it was empty."""
    before = datetime.now(UTC) - timedelta(seconds=5)
    land(lake, "posts", post(text="first"))
    one = lake.version("posts")
    between = datetime.now(UTC)
    land(lake, "posts", post(text="edited"))

    assert lake.read("posts")["text"].to_list() == ["edited"]
    assert lake.read("posts", version=one)["text"].to_list() == ["first"]
    assert lake.read("posts", at=between)["text"].to_list() == ["first"]
    assert lake.read("posts", at=before).is_empty()
    with pytest.raises(SourceError, match="its log cannot be read"):
        lake.read("posts", version=99)


def test_compacting_keeps_rows_and_versions(lake: Lake) -> None:
    """Many files become one with the same rows, and an old version can still be read."""
    for who in range(6):
        land(lake, "interactions", like(who))
    before, three = lake.read("interactions"), lake.read("interactions", version=3)

    lake.compact()

    folder = lake.folder / "interactions"
    assert len(DeltaTable(str(folder)).file_uris()) == 1
    assert lake.read("interactions").equals(before)
    assert lake.read("interactions", version=3).equals(three)


def test_versions_older_than_are_kept_are_removed(lake: Lake) -> None:
    """With nothing kept, one file is left, and reading an old version says why it cannot be read."""
    for who in range(3):
        land(lake, "interactions", like(who))

    Lake(lake.folder, keep_versions=timedelta(0)).compact()

    assert len(parquet_files(lake, "interactions")) == 1
    assert lake.read("interactions").height == 3
    with pytest.raises(SourceError, match=r"version 2 names files that are not there any more.*may have been removed"):
        lake.read("interactions", version=2)


def test_profiles_confirmed_are_known_to_be_fresh(lake: Lake) -> None:
    """A profile that is seen again unchanged is no row of its own, but is known to have been seen."""
    land(lake, "accounts", profile(1, 1, handle="ann", followers=10), profile(2, 1, handle="bob"))

    assert land(lake, "accounts", profile(1, 9, handle="ann", followers=10)) == Landed(new=0, changed=1, known=0)
    assert lake.read("accounts").height == 2
    assert lake.read("accounts").filter(pl.col("account") == "x:1")["last_seen"].to_list() == [day(9)]


def test_rows_are_removed_by_their_natural_keys(lake: Lake) -> None:
    """What a complete listing lacks is removed, and nothing else."""
    land(lake, "interactions", like(1), like(2), like(3, post="x:q"))
    lacking = lake.read("interactions").filter(pl.col("source") == "x:2").select(NATURAL["interactions"])

    assert lake.remove("interactions", lacking) == 1
    assert lake.read("interactions")["source"].to_list() == ["x:1", "x:3"]


def test_rows_are_removed_by_any_of_their_columns(lake: Lake) -> None:
    """A frame with the post alone takes out all that was done under it."""
    land(lake, "interactions", like(1), like(2), like(3, post="x:q"))

    assert lake.remove("interactions", pl.DataFrame({"post": ["x:p"]})) == 2
    assert lake.read("interactions")["post"].to_list() == ["x:q"]


def test_who_comes_second_is_told(lake: Lake) -> None:
    """While one writes, another is refused and nothing is changed."""
    land(lake, "follows", follow(1))

    with locked(lake.folder / ".writing"), pytest.raises(Busy):
        land(lake, "follows", follow(2))

    assert lake.read("follows").height == 1


def test_a_stranger_who_writes_meanwhile_is_noticed(lake: Lake, monkeypatch: pytest.MonkeyPatch) -> None:
    """A commit of another program between our reading and our commit makes us fail, and loses nothing of either."""
    from ambassadors.lake import files

    land(lake, "follows", follow(1))
    folder, written = lake.folder / "follows", files.written

    def slow(*given: object) -> Path | None:
        monkeypatch.setattr(files, "written", written)
        deltalake.write_deltalake(folder, lake.read("follows").with_columns(source=pl.lit("x:9")), mode="append")
        return written(*given)  # type: ignore[arg-type]

    monkeypatch.setattr(files, "written", slow)
    with pytest.raises(Busy, match="somebody else wrote"):
        land(lake, "follows", follow(2))

    assert lake.read("follows")["source"].to_list() == ["x:1", "x:9"]
    assert land(lake, "follows", follow(2)).new == 1


def test_other_engines_read_the_tables(lake: Lake) -> None:
    """polars, deltalake with pyarrow, and DuckDB give the same rows and types: texts, and times of UTC."""
    land(lake, "interactions", like(1), like(2, weight=2.5, at_latest=day(7)))
    folder = str(lake.folder / "interactions")
    ours = lake.read("interactions")

    table = DeltaTable(folder)
    theirs = pl.DataFrame(pl.from_arrow(table.to_pyarrow_table())).sort("source")

    assert pl.scan_delta(folder).collect().sort("source").equals(ours)
    assert theirs.equals(ours)
    assert duckdb.sql(f'SELECT count(*), typeof(min("at")) FROM read_parquet({table.file_uris()})').fetchall() == [
        (2, "TIMESTAMP WITH TIME ZONE")
    ]


def test_a_file_that_spark_wrote_is_read(lake: Lake, tmp_path: Path) -> None:
    """Times as Spark stores them (INT96) are the same times."""
    import pyarrow.parquet as pq

    land(lake, "follows", follow(1))
    (path,) = (lake.folder / "follows").glob("*.parquet")
    pq.write_table(pq.read_table(path), path, use_deprecated_int96_timestamps=True)

    assert lake.read("follows")["observed_at"].to_list() == [day(1)]


def test_columns_of_a_later_release_are_added(lake: Lake) -> None:
    """A table without a column that came later is read with it empty, and gets it when rows land."""
    old = rows("posts", post(text="a")).drop("sentiment").with_columns(fetched_from=pl.lit("x"), first_seen=pl.lit(NOW))
    deltalake.write_deltalake(lake.folder / "posts", old)

    assert lake.read("posts")["sentiment"].to_list() == [None]

    land(lake, "posts", post("x:q", sentiment=0.5))
    assert lake.read("posts")["sentiment"].to_list() == [None, 0.5]
    assert pl.scan_delta(lake.folder / "posts").collect().height == 2


def lose_log(folder: Path) -> None:
    """Without its log."""
    shutil.rmtree(folder / "_delta_log")


def cut_log(folder: Path) -> None:
    """The last entry of the log half written."""
    last = max((folder / "_delta_log").glob("*.json"))
    last.write_bytes(last.read_bytes()[:100])


def empty_log(folder: Path) -> None:
    """The last entry of the log empty, as a crash of the machine leaves it."""
    max((folder / "_delta_log").glob("*.json")).write_bytes(b"")


def lose_file(folder: Path) -> None:
    """Without a file of rows."""
    next(folder.glob("*.parquet")).unlink()


def cut_file(folder: Path) -> None:
    """A file of rows half written."""
    path = next(folder.glob("*.parquet"))
    path.write_bytes(path.read_bytes()[:50])


def be_of_others(folder: Path) -> None:
    """A table of somebody else's."""
    shutil.rmtree(folder)
    deltalake.write_deltalake(folder, pl.DataFrame({"source": [1], "target": ["x"]}))


@pytest.mark.parametrize(
    ("damage", "words"),
    [
        (lose_log, "its log _delta_log is missing"),
        (cut_log, "its log cannot be read"),
        (empty_log, r"its log is damaged: 0+1\.json is empty"),
        (lose_file, "names files that are not there any more"),
        (cut_file, "cannot be read"),
        (be_of_others, "its column 'source' is missing or of another type"),
    ],
)
def test_a_broken_table_says_what_to_do(lake: Lake, damage: Callable[[Path], None], words: str) -> None:
    """Reading and landing both stop with the folder's name and a remedy; nothing is overwritten."""
    land(lake, "follows", follow(1))
    damage(lake.folder / "follows")

    for attempt in (lambda: lake.read("follows"), lambda: land(lake, "follows", follow(2))):
        with pytest.raises(SourceError, match=words) as told:
            attempt()
        assert "follows" in str(told.value.path)
        assert told.value.remedy


def test_a_table_without_rows_keeps_its_columns(lake: Lake) -> None:
    """When the last row is removed, the table is there, empty, and can grow again."""
    land(lake, "posts", post())
    assert lake.remove("posts", pl.DataFrame({"post": ["x:p"]})) == 1

    assert lake.tables() == ["posts"]
    assert lake.read("posts").equals(grown("posts").to_frame())
    assert land(lake, "posts", post()).new == 1
    assert tables.POSTS.names == tuple(lake.read("posts").columns[: len(tables.POSTS.names)])
