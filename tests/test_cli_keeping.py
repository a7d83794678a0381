"""The nightly command and what is kept of people, as a person or a scheduler meets them: words, files, exit codes."""

from __future__ import annotations

import json
import os
import shutil
from collections.abc import Callable
from pathlib import Path

import polars as pl
import pytest

from ambassadors import cli
from ambassadors.locking import locked
from tests.conftest import FILES, RECIPE

QUICK = "\n[job]\nbacktest = 0\nkeep_runs = 2\n\n[propensity]\norigins = 2\n"
Say = Callable[..., tuple[int, str, str]]


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The small brand with one finished run, to be copied."""
    folder = tmp_path_factory.mktemp("home")
    for name, text in FILES.items():
        (folder / name).write_text(text, encoding="utf-8")
    (folder / "brand.toml").write_text(RECIPE + QUICK, encoding="utf-8")
    with pytest.raises(SystemExit) as left:
        cli.main(["run", str(folder), "--out", str(folder / "runs"), "--quiet"])
    assert left.value.code == 0
    return folder


@pytest.fixture
def place(home: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A copy of it, in which the commands are called."""
    shutil.copytree(home, tmp_path / "place", symlinks=True)
    for name in ("AMBASSADORS_DATA", "AMBASSADORS_STATE", "AMBASSADORS_KEY"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.chdir(tmp_path / "place")
    return tmp_path / "place"


@pytest.fixture
def say(place: Path, capsys: pytest.CaptureFixture[str]) -> Say:
    """Calls the program there with some words: exit code, output, errors."""

    def call(*words: object) -> tuple[int, str, str]:
        with pytest.raises(SystemExit) as left:
            cli.main([str(word) for word in words])
        said = capsys.readouterr()
        return int(left.value.code or 0), said.out, said.err

    return call


def listed(place: Path, name: str = "shortlist") -> pl.DataFrame:
    """A file of the last run."""
    return pl.read_csv(place / "runs" / "latest" / f"{name}.csv", infer_schema=False)


def edited(place: Path, account: str, **words: str) -> Path:
    """The delivered shortlist with words of a manager in one person's row."""
    mine = pl.col("account") == account
    changed = [pl.when(mine).then(pl.lit(text)).otherwise(pl.col(name)).alias(name) for name, text in words.items()]
    path = place / "Shortlist Eva.csv"
    listed(place).with_columns(changed).write_csv(path)
    return path


def test_a_run_with_rejected_rows_leaves_with_1(place: Path, say: Say) -> None:
    """It is done, and whoever makes the export should look."""
    (place / "follows.csv").write_text(FILES["follows.csv"] + "ann,ann,2026-02-01\n")

    code, said, _ = say("run", "brand.toml")

    assert code == 1
    assert "Rows rejected: 1 (see rejects.csv)" in said
    assert "For managers: shortlist.xlsx and report.html in runs/latest" in said


def test_inputs_that_shrank_leave_with_3(place: Path, say: Say) -> None:
    """The last run stays the latest, and the message names the file and the way on."""
    (place / "interactions.csv").write_text("\n".join(FILES["interactions.csv"].splitlines()[:3]) + "\n")
    before = os.readlink(place / "runs" / "latest")

    code, said, error = say("run", "brand.toml")

    assert (code, said) == (3, "")
    assert "interactions.csv (interactions): 2 good rows instead of 12" in error
    assert os.readlink(place / "runs" / "latest") == before
    assert say("run", "brand.toml", "--accept-changes", "--quiet") == (0, "", "")


def test_a_second_run_leaves_with_75(place: Path, say: Say) -> None:
    """While one is on, the next says whose it is and goes."""
    with locked(place / "runs"):
        code, said, error = say("run", "brand.toml")

    assert (code, said) == (75, "")
    assert f"another run is on: process {os.getpid()}" in error


def test_a_log_for_machines_is_json_and_names_nobody(place: Path, say: Say) -> None:
    """One line an event on standard error, nothing on the other, and no account or name in any of them."""
    code, said, error = say("run", "brand.toml", "--log", "json")

    events = [json.loads(line) for line in error.splitlines()]
    assert (code, said) == (0, "")
    assert [one["event"] for one in events if one["event"] != "file"] == ["started", "ranked", "done"]
    assert {one["file"] for one in events if one["event"] == "file"} == set(FILES)
    assert not any(name in error for name in ("x:ann", "Ann", "Bob"))


def test_a_run_that_stops_tells_the_log(place: Path, say: Say) -> None:
    """The last event says what went wrong and the exit code; every line is JSON."""
    (place / "orders.csv").unlink()

    code, _, error = say("run", "brand.toml", "--log", "json")

    told = [json.loads(line) for line in error.splitlines()][-1]
    assert (code, told["event"], told["kind"], told["exit_code"]) == (3, "stopped", "InputsChanged", 3)
    assert "orders.csv" in told["problem"]


def test_a_fault_of_the_program_is_no_run_with_rejected_rows(say: Say, monkeypatch: pytest.MonkeyPatch) -> None:
    """It leaves with 70 and says whose fault it is, in the log as well."""
    monkeypatch.setattr("ambassadors.job.deliver", lambda *_: 1 / 0)

    plain, log = say("run", "brand.toml"), say("run", "brand.toml", "--log", "json")

    assert (plain[0], log[0]) == (70, 70)
    assert "a fault of the program, not yours" in plain[2]
    assert json.loads(log[2].splitlines()[-1])["event"] == "crashed"


def test_a_terminal_that_cannot_show_it_undoes_nothing(place: Path, say: Say, monkeypatch: pytest.MonkeyPatch) -> None:
    """A pipe that was closed is told, and the run is done all the same."""

    def closed(_: object) -> None:
        raise BrokenPipeError(32, "Broken pipe")

    monkeypatch.setattr("ambassadors.show.run", closed)

    code, _, error = say("run", "brand.toml")

    assert code == 0
    assert "done, but it cannot be shown here" in error
    assert os.readlink(place / "runs" / "latest").endswith("-002")


@pytest.mark.parametrize("text", ["account;person\nx:ann;Ann\n", "", "a\xe4,b\n"])
def test_a_list_that_was_saved_over_stops_no_run(place: Path, say: Say, text: str) -> None:
    """A manager saved files of the last run in place, in a form of their own: the next run goes on."""
    for name in ("influencers.csv", "people.csv", "set_apart.csv"):
        (place / "runs" / "latest" / name).write_bytes(text.encode("latin-1"))

    assert say("run", "brand.toml", "--quiet")[0] == 0


def test_old_runs_are_removed_as_the_recipe_says(place: Path, say: Say) -> None:
    """keep_runs = 2: the two newest are left, latest among them."""
    for _ in range(2):
        say("run", "brand.toml", "--quiet")

    runs = sorted(path.name for path in (place / "runs").glob("cafe-*"))
    assert [name[-3:] for name in runs] == ["002", "003"]
    assert os.readlink(place / "runs" / "latest") == runs[-1]


def test_notes_are_imported_and_stand_in_the_next_run(place: Path, say: Say) -> None:
    """What was changed is counted; the file imported again changes nothing."""
    file = edited(place, "x:ann", notes="met at the fair", owner="Eva", last_contacted="2026-05-29")

    first, again = say("import-notes", file), say("import-notes", file)
    say("run", "brand.toml", "--quiet")

    assert first[0] == again[0] == 0
    assert "1 changed, 3 as they were" in first[1]
    assert "4 as they were" in again[1].replace("0 changed, ", "")
    assert listed(place, "ambassadors").filter(account="x:ann")["notes"].to_list() == ["met at the fair"]
    apart = listed(place, "set_apart").filter(account="x:ann")
    assert apart["why"].to_list() == ["cooling down"]
    assert "x:ann" not in listed(place)["account"]


def test_two_managers_who_disagree_are_told(place: Path, say: Say) -> None:
    """The note that came first stays, the other is shown and written where asked, and --prefer file takes it."""
    say("import-notes", edited(place, "x:ann", owner="Eva"))
    second = edited(place, "x:ann", owner="Tom")

    code, said, _ = say("import-notes", second, "--conflicts", "conflicts.csv")

    assert code == 0
    assert "Conflicts" in said
    told = pl.read_csv(place / "conflicts.csv").select("account", "field", "kept", "in_file").rows()
    assert told == [("x:ann", "owner", "Eva", "Tom")]
    say("import-notes", second, "--prefer", "file")
    say("run", "brand.toml", "--quiet")
    assert listed(place, "ambassadors").filter(account="x:ann")["owner"].to_list() == ["Tom"]


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("account,note\nx:ann,hello\n", "notes"),
        ("name,notes\nAnn,hello\n", "has no column account"),
        ("", "is empty"),
    ],
)
def test_a_file_that_is_no_list_of_ours_is_told(place: Path, say: Say, text: str, says: str) -> None:
    """A changed header or an empty file: exit code 2, what was found, and nothing taken over."""
    (place / "other.csv").write_text(text)

    code, said, error = say("import-notes", "other.csv")

    assert (code, said) == (2, "")
    assert says in error


def test_a_file_that_is_still_open_is_told(place: Path, say: Say) -> None:
    """Excel's lock file beside it: close it first."""
    file = edited(place, "x:ann", owner="Eva")
    (place / f"~${file.name}").write_text("Eva")

    code, _, error = say("import-notes", file)

    assert code == 2
    assert "still open" in error


def test_whoever_is_suppressed_is_on_no_list(place: Path, say: Say) -> None:
    """By id, handle or customer; the file's other lines are told, and the store holds no name."""
    (place / "out.txt").write_text("x:ann\n@bob\ncustomer:C2\nwho is that\n")

    code, said, _ = say("suppress", "out.txt")
    say("run", "brand.toml", "--quiet")

    assert code == 1
    assert "3 people are kept out of every list from now on" in said
    assert "line 4: write platform:native_id" in said
    latest = place / "runs" / "latest"
    files = [path for path in latest.iterdir() if path.suffix in (".csv", ".html")]
    assert not [path.name for path in files if "x:ann" in path.read_text() or "x:bob" in path.read_text()]
    assert b"x:ann" not in (place / "runs" / "state" / "ambassadors.sqlite").read_bytes()
    assert "@ann" not in say("explain", "brand.toml", "@cy")[1]


def test_all_that_is_held_is_handed_out(place: Path, say: Say) -> None:
    """Rows of every run, notes with their history, and nobody else's."""
    say("import-notes", edited(place, "x:ann", notes="met at the fair"))

    code, said, _ = say("export", "@ann", "--to", "ann.json")

    told = (place / "ann.json").read_text()
    assert (code, said.strip()) == (0, "All that is held: ann.json")
    assert "met at the fair" in told
    assert "influencers.csv" in told
    assert "x:bob" not in told


def test_whoever_is_forgotten_stands_nowhere(place: Path, say: Say) -> None:
    """No file of the runs and of the state names them any more, the next run does not either, and there is a proof."""
    say("import-notes", edited(place, "x:ann", notes="met at the fair"))

    code, said, _ = say("forget", "@ann", "--proof", "proof.json", "--reason", "request 17")
    say("run", "brand.toml", "--quiet", "--accept-changes")

    proof = json.loads((place / "proof.json").read_text())
    assert code == 0
    assert "0 of them still name the person" in said
    assert (proof["holds"], proof["hits"]) == (True, [])
    everything = [path for path in (place / "runs").rglob("*") if path.is_file()]
    assert not [path.name for path in everything if b"x:ann" in path.read_bytes()]
    manifest = json.loads((place / "runs" / "latest" / "manifest.json").read_text())
    assert manifest["forgotten_rows"]["interactions"] == 7


def test_a_handle_that_nobody_bears_is_not_forgotten(place: Path, say: Say) -> None:
    """A misspelt handle is told with the nearest, and nothing is erased."""
    code, said, error = say("forget", "@anne")

    assert (code, said) == (2, "")
    assert "ann" in error
    assert "x:ann" in listed(place, "ambassadors")["account"]


def test_who_asked_what_is_on_record(place: Path, say: Say) -> None:
    """Every request with its moment and who asked; about a person only under a keyed hash, by which it is found."""
    say("export", "@ann", "--to", "ann.json")

    everything, of_ann, of_bob = say("audit"), say("audit", "--account", "x:ann"), say("audit", "--account", "x:bob")

    assert [one[0] for one in (everything, of_ann, of_bob)] == [0, 0, 0]
    assert all(word in everything[1] for word in ("2 requests", "run", "export"))
    assert "1 requests" in of_ann[1]
    assert "0 requests" in of_bob[1]
    assert "ann" not in everything[1]


def test_forgetting_the_last_who_acted_stops_no_run(place: Path, say: Say) -> None:
    """The newest row is theirs: that it is gone is no old export."""
    (place / "interactions.csv").write_text(FILES["interactions.csv"] + "ann,brand,like,2026-06-02,p3,\n")
    say("run", "brand.toml", "--quiet")

    say("forget", "x:ann")

    assert say("run", "brand.toml", "--quiet") == (0, "", "")


def test_somebody_whom_the_recipe_names_can_be_forgotten(place: Path, say: Say) -> None:
    """A former colleague under brand.staff: the next run neither stops nor names them."""
    say("forget", "x:staff")

    assert say("run", "brand.toml", "--quiet") == (0, "", "")
    manifest = (place / "runs" / "latest" / "manifest.json").read_text()
    assert "x:staff" not in manifest


@pytest.mark.parametrize("words", [("suppress", "out.txt"), ("forget", "x:ann"), ("export", "x:ann"), ("audit",)])
def test_a_mistyped_place_is_told(place: Path, say: Say, words: tuple[str, ...]) -> None:
    """A folder of runs that is not there is not made in passing: who was to be kept out would not be."""
    (place / "out.txt").write_text("x:ann\n")

    code, said, error = say(*words, "--out", "typo")

    assert (code, said) == (2, "")
    assert "typo: there is no such folder of runs" in error
    assert not (place / "typo").exists()
