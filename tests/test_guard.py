"""The guard: inputs that shrank or broke stop the run, and the last one stays the latest."""

from __future__ import annotations

import json
import os
from pathlib import Path

import pytest

import ambassadors as amb
from ambassadors.errors import InputsChanged, OutputError, SourceError
from tests.conftest import FILES, RECIPE, Cafe

ACTS = FILES["interactions.csv"]
QUICK = "\n[job]\nbacktest = 0\n"


def first_run(cafe: Cafe, out: Path) -> str:
    """A run on the whole data; gives what latest points to."""
    amb.run(cafe(RECIPE + QUICK), out=out)
    return os.readlink(out / "latest")


def stopped(cafe: Cafe, out: Path, recipe: str = RECIPE + QUICK, **changed: str) -> str:
    """What a run on changed data says when it stops, and that nothing has moved."""
    before = first_run(cafe, out)
    held = sorted(os.listdir(out))
    path = cafe(recipe, **changed)

    with pytest.raises(InputsChanged) as told:
        amb.run(path, out=out)

    assert told.value.exit_code == 3
    assert os.readlink(out / "latest") == before
    assert sorted(os.listdir(out)) == held
    return str(told.value)


def test_a_file_that_shrank_stops_the_run(cafe: Cafe, tmp_path: Path) -> None:
    """Two of twelve acts are left: an export broke off, and the message says what to do."""
    said = stopped(cafe, tmp_path / "runs", interactions_csv="\n".join(ACTS.splitlines()[:3]) + "\n")

    assert "interactions.csv (interactions): 2 good rows instead of 12" in said
    assert "--accept-changes" in said


def test_a_missing_file_stops_the_run(cafe: Cafe, tmp_path: Path) -> None:
    """A file that the last run read is not there any more."""
    out = tmp_path / "runs"
    before = first_run(cafe, out)
    (tmp_path / "orders.csv").unlink()

    with pytest.raises(InputsChanged, match=r"orders\.csv.*\n.*--accept-changes"):
        amb.run(tmp_path, out=out)

    assert os.readlink(out / "latest") == before


def test_a_file_that_never_was_is_the_recipes_fault(cafe: Cafe, tmp_path: Path) -> None:
    """Before any run a missing file is wrong input, with exit code 2."""
    path = cafe(RECIPE + QUICK)
    (tmp_path / "orders.csv").unlink()

    with pytest.raises(SourceError) as told:
        amb.run(path, out=tmp_path / "runs")

    assert told.value.exit_code == 2


def test_a_lost_column_stops_the_run(cafe: Cafe, tmp_path: Path) -> None:
    """Whether the recipe needs the column, or not: the export is another one than it was."""
    needed = FILES["orders.csv"].replace("amount", "sum")
    unused = FILES["accounts.csv"].replace("id,handle", "id,handle")
    said = stopped(cafe, tmp_path / "runs", orders_csv=needed)
    assert "There is no column 'amount'" in said

    recipe = RECIPE.replace(', following = "following"', "") + QUICK
    less = "\n".join(line.rpartition(",")[0] for line in unused.splitlines()) + "\n"
    assert "accounts.csv: the columns following are gone" in stopped(
        cafe, tmp_path / "others", recipe, accounts_csv=less
    )


def test_rows_turned_away_stop_the_run(cafe: Cafe, tmp_path: Path) -> None:
    """Half of the rows have another form of time than last time."""
    lines = ACTS.splitlines()
    broken = [lines[0], *lines[1:7], *(line.replace("2026-", "26/") for line in lines[7:])]

    said = stopped(cafe, tmp_path / "runs", interactions_csv="\n".join(broken) + "\n")

    assert "interactions.csv: 50% of its rows were turned away (6 ambiguous_date), last time 0%" in said


def test_an_older_export_stops_the_run(cafe: Cafe, tmp_path: Path) -> None:
    """Data that ends before the last run's did is an old file put back."""
    said = stopped(cafe, tmp_path / "runs", interactions_csv=ACTS.replace("2026-05-30", "2026-04-30"))

    assert "the newest row is of 2026-05-20 00:00, that of the last run was of 2026-05-30 00:00" in said


def test_changes_can_be_accepted(cafe: Cafe, tmp_path: Path) -> None:
    """--accept-changes takes the inputs as they are, and the next run is compared with these."""
    out = tmp_path / "runs"
    first_run(cafe, out)
    path = cafe(RECIPE + QUICK, interactions_csv="\n".join(ACTS.splitlines()[:3]) + "\n")

    amb.run(path, out=out, accept_changes=True)

    assert amb.run(path, out=out).folder.name == os.readlink(out / "latest")


def test_growth_and_a_new_column_are_no_harm(cafe: Cafe, tmp_path: Path) -> None:
    """More rows, one more column, and an earlier as_of than last time."""
    out = tmp_path / "runs"
    first_run(cafe, out)
    wider = "\n".join(line + ",x" for line in ACTS.splitlines()) + "\ncy,brand,like,2026-06-01,p3,,x\n"

    amb.run(cafe(RECIPE + QUICK, interactions_csv=wider), out=out, as_of="2026-05-01")

    assert json.loads((out / "latest" / "manifest.json").read_text())["newest"] == "2026-06-01T00:00:00+00:00"


def test_runs_of_another_recipe_are_not_compared(cafe: Cafe, tmp_path: Path) -> None:
    """A folder can hold the runs of two brands; each is held against its own."""
    out = tmp_path / "runs"
    first_run(cafe, out)
    small = "\n".join(ACTS.splitlines()[:3]) + "\n"

    amb.run(cafe(RECIPE.replace('name = "cafe"', 'name = "bar"') + QUICK, interactions_csv=small), out=out)
    with pytest.raises(InputsChanged, match="beside those of cafe-"):
        amb.run(cafe(RECIPE + QUICK, interactions_csv=small), out=out)


def test_a_newer_versions_run_is_not_judged(cafe: Cafe, tmp_path: Path) -> None:
    """A manifest of a later form is told with the remedy, and nothing is written."""
    out = tmp_path / "runs"
    path = out / first_run(cafe, out) / "manifest.json"
    path.write_text(json.dumps({**json.loads(path.read_text()), "format": 99}))

    with pytest.raises(OutputError, match=r"format 99.*Update ambassadors"):
        amb.run(tmp_path, out=out)


def test_a_folder_that_is_no_run_is_passed_over(cafe: Cafe, tmp_path: Path) -> None:
    """A broken manifest and a stranger's folder are no last run."""
    out = tmp_path / "runs"
    (out / "cafe-mine").mkdir(parents=True)
    (out / "cafe-torn").mkdir()
    (out / "cafe-torn" / "manifest.json").write_text("{")

    assert amb.run(cafe(RECIPE + QUICK), out=out).before is None
