"""Who is removed from the lake is in none of its files afterwards: no old version, no log, no checkpoint."""

from __future__ import annotations

import json
import shutil
from pathlib import Path
from unittest.mock import Mock

import polars as pl
import pytest

from ambassadors.lake import Lake
from tests.lake_rows import NOW, follow, like, post, profile, rows

CANARY = "canary"


def traces(folder: Path) -> list[str]:
    """Every file in which the canary's name stands: in its bytes, or in any value that it decodes to."""
    found = []
    for path in folder.rglob("*"):
        if not path.is_file():
            continue
        decoded = json.dumps(pl.read_parquet(path).to_dicts(), default=str) if path.suffix == ".parquet" else ""
        if CANARY.encode() in path.read_bytes() or CANARY in decoded:
            found.append(str(path.relative_to(folder)))
    return sorted(found)


@pytest.fixture(scope="module")
def grown(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A canary among others, in every table and in every place that names people, changed, compacted, and changed."""
    made = Lake(tmp_path_factory.mktemp("grown"))
    theirs = {"post": f"x:{CANARY}-post"}
    for turn in range(4):
        told = {
            "accounts": [
                {**profile(1, turn + 1), "account": f"x:{CANARY}", "bio": f"{CANARY} {turn}", "followers": turn},
                profile(2, turn + 1, followers=turn),
            ],
            "follows": [
                follow(turn),
                {**follow(turn), "source": f"x:{CANARY}"},
                {**follow(turn), "target": f"x:{CANARY}"},
            ],
            "posts": [post(), post(theirs["post"], f"x:{CANARY}", text=f"{CANARY} says {turn}")],
            "interactions": [
                like(turn),
                {**like(turn), "source": f"x:{CANARY}"},
                {**like(turn), "target": f"x:{CANARY}", "post": None},
                like(turn, theirs["post"], target="x:somebody"),
            ],
        }
        for table, some in told.items():
            made.land(table, rows(table, *some), source="x", now=NOW)
        if turn == 1:
            made.compact()
    return made.folder


@pytest.fixture
def lake(grown: Path, tmp_path: Path) -> Lake:
    """A copy of it."""
    return Lake(shutil.copytree(grown, tmp_path / "fetched"))


def test_the_log_holds_no_values(lake: Lake) -> None:
    """Before anything is removed, the canary stands in files of rows alone, not in the log that outlives them."""
    found = traces(lake.folder)

    assert found
    assert not [path for path in found if "_delta_log" in path]
    assert list((lake.folder / "follows" / "_delta_log").glob("*.checkpoint.parquet"))


def test_who_is_dropped_leaves_no_trace(lake: Lake) -> None:
    """Profile, ties, posts, what they did, what was done toward them and under their posts: gone from every file."""
    dropped = lake.drop_accounts([f"x:{CANARY}"])

    assert dropped == {"interactions": 9, "follows": 5, "accounts": 4, "posts": 1}
    assert traces(lake.folder) == []
    assert {table: lake.read(table).height for table in lake.tables()} == {
        "accounts": 4,
        "follows": 4,
        "posts": 1,
        "interactions": 4,
    }
    assert lake.drop_accounts([f"x:{CANARY}"]) == dict.fromkeys(dropped, 0)


def test_what_is_removed_leaves_no_trace(lake: Lake) -> None:
    """A post deleted at the source is in no old version either."""
    before = [path for path in traces(lake.folder) if path.startswith("posts")]

    assert lake.remove("posts", pl.DataFrame({"post": [f"x:{CANARY}-post"]})) == 1
    assert before
    assert not [path for path in traces(lake.folder) if path.startswith("posts")]


def test_what_a_killed_writer_left_goes_with_the_person(lake: Lake) -> None:
    """A file that was written and never became part of the table is erased, too."""
    left = lake.folder / "follows" / "000000099-left.parquet"
    pl.DataFrame({"source": [f"x:{CANARY}"]}).write_parquet(left)

    lake.drop_accounts([f"x:{CANARY}"])

    assert not left.exists()


def test_an_erasing_that_was_cut_off_is_finished_by_the_next(lake: Lake, monkeypatch: pytest.MonkeyPatch) -> None:
    """Killed after the rows were taken out and before the files were, the same call again finishes it."""
    with monkeypatch.context() as killed:
        killed.setattr("ambassadors.lake.files.erase", Mock(side_effect=KeyboardInterrupt))
        with pytest.raises(KeyboardInterrupt):
            lake.drop_accounts([f"x:{CANARY}"])
    assert traces(lake.folder)

    lake.drop_accounts([f"x:{CANARY}"])

    assert traces(lake.folder) == []
