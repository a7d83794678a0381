"""Privacy: who is forgotten is gone from every file, everybody else's rows stay as they were, to the byte."""

from __future__ import annotations

import csv
import gzip
import hashlib
import io
import json
import os
import shutil
import signal
import subprocess
import sys
import time
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

import ambassadors as amb
from ambassadors import delivery, privacy, state
from ambassadors.errors import OutputError, UnknownAccount
from ambassadors.privacy.decoding import named_in
from ambassadors.privacy.forms import Forms, Person
from ambassadors.privacy.rows import records
from tests.conftest import FILES, RECIPE, Cafe

PRESETS = '\n[handover]\npresets = ["plain", "upfluence", "mailchimp", "contacts"]\n\n[job]\nbacktest = 0\n'
#: Handles that are part of others, or that other languages take for code.
HOSTILE = {
    "ann": "ann",
    "annabel": "annabel",
    "a77": "o.r+(x)",
    "a78": "o.r+(x)y",
    "a79": "q\"uo'te",
    "a80": "ann\U0001f389",
}


def crowd() -> dict[str, str]:
    """The small brand with people of hostile handles, all of them active."""
    people = "".join(
        f'{native},"{handle.replace(chr(34), chr(34) * 2)}",Person {native},90,20\n'
        for native, handle in HOSTILE.items()
        if native != "ann"
    )
    acts = "".join(
        f"{native},brand,{kind},2026-05-0{day},p3,\n"
        for native in HOSTILE
        for day, kind in enumerate(("comment", "share", "mention"), 1)
    )
    return {
        "accounts_csv": FILES["accounts.csv"] + people,
        "interactions_csv": FILES["interactions.csv"] + acts + "ann,brand,shrug,2026-05-01,,\n",
        "follows_csv": FILES["follows.csv"] + "ann,ann,2026-01-01\n",
    }


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A place with two runs of that brand and notes in the store, to be copied."""
    place = tmp_path_factory.mktemp("made")
    for name, text in {**FILES, **crowd()}.items():
        (place / name.replace("_csv", ".csv")).write_text(text, encoding="utf-8")
    (place / "brand.toml").write_text(RECIPE + PRESETS, encoding="utf-8")
    for _ in range(2):
        amb.run(place / "brand.toml", out=place / "runs")
    _with_notes(place / "runs")
    return place


def _with_notes(out: Path) -> None:
    with state.open_store(out / "state") as store, store.writing() as connection:
        for account, text in (
            ("x:ann", "wants a mug"),
            ("x:annabel", "friend of @ann, not of @annabel"),
            ("x:bob", "bob"),
        ):
            connection.execute("INSERT INTO notes VALUES (?, 'notes', ?, 1)", (account, text))
            connection.execute(
                "INSERT INTO note_history VALUES (1, ?, 'notes', NULL, ?, 'x:ann.csv', 'kim', '2026-06-01')",
                (account, text),
            )
        connection.execute("INSERT INTO contacts VALUES ('x:ann', '2026-05-01', 'file')")
        connection.execute("INSERT INTO imports VALUES ('00', 'from @ann.csv', '2026-06-01', '{}')")


@pytest.fixture
def out(made: Path, tmp_path: Path) -> Path:
    """The runs of a copy of that place; its recipe lies beside them."""
    shutil.copytree(made, tmp_path, symlinks=True, dirs_exist_ok=True)
    return tmp_path / "runs"


def lines_of(out: Path) -> dict[str, list[bytes]]:
    """The lines of every CSV that stands for itself."""
    made = {"plain.csv", "upfluence.csv", "mailchimp.csv", "contacts.csv"}
    return {
        str(path.relative_to(out)): path.read_bytes().splitlines(keepends=True)
        for path in sorted(out.rglob("*.csv"))
        if path.name not in made and not path.parent.is_symlink()
    }


def test_nothing_of_a_forgotten_person_is_left(out: Path) -> None:
    """After forgetting, no file of runs or state names the person in any form, and the proof says so."""
    proof = privacy.forget("@Ann", out=out)

    forms = Forms(Person(("x:ann", "customer:C1"), (("x", "ann"),), names=("Ann",)))
    left = {path: named_in(path, forms) for path in out.rglob("*") if path.is_file()}
    assert proof.holds
    assert proof.files == len([path for path in left if "latest" not in path.parts])
    assert not [path for path, how in left.items() if how]
    assert "ann" not in json.dumps(proof.as_json()).replace("annabel", "").lower().split('"')


def test_other_peoples_rows_keep_their_bytes(out: Path) -> None:
    """Only lines that name the person differ: handles that contain theirs are somebody else's."""
    before = lines_of(out)

    privacy.forget("x:ann", out=out)

    for name, lines in lines_of(out).items():
        kept = [
            line for line in before[name] if b'"x:ann"' not in line and b',"ann"' not in line and b'"Ann"' not in line
        ]
        assert [line for line in lines if b"[forgotten]" not in line] == kept, name
    people = [cells for _, cells in records((out / "latest" / "ambassadors.csv").read_text("utf-8-sig"))]
    assert {"x:annabel", "x:a80"} <= {cell for cells in people for cell in cells}


@pytest.mark.parametrize(("native", "handle"), [one for one in HOSTILE.items() if one[0] != "ann"])
def test_hostile_handles_are_found_and_only_they(out: Path, native: str, handle: str) -> None:
    """Signs that mean something to a regular expression, a CSV or HTML hide nobody and betray nobody else."""
    proof = privacy.forget(f"x:@{handle}", out=out)

    shown = (out / "latest" / "report.html").read_text("utf-8")
    assert proof.holds
    assert f"Person {native}" not in shown
    assert all(f"Person {other}" in shown for other in HOSTILE if other not in ("ann", native))


def test_the_manifest_says_what_is_true_now(out: Path) -> None:
    """Checksums and numbers of people are those of the files as they are; the folder keeps its time."""
    folder = (out / "latest").resolve()
    made_at = folder.stat().st_mtime_ns

    privacy.forget("@ann", out=out)

    manifest = json.loads((folder / "manifest.json").read_bytes())
    sums = {name: hashlib.sha256((folder / name).read_bytes()).hexdigest() for name in manifest["outputs"]}
    assert {name: one["sha256"] for name, one in manifest["outputs"].items()} == sums
    assert set(sums) == {path.name for path in folder.iterdir()} - {"manifest.json"}
    assert manifest["forgotten"] == 1
    assert manifest["people"]["ambassadors"] == sum(1 for _ in records((folder / "ambassadors.csv").read_text())) - 1
    assert folder.stat().st_mtime_ns == made_at


def test_files_made_of_others_are_made_again(out: Path) -> None:
    """The workbook, the page and the presets are there, without the person, and otherwise as a run makes them."""
    folder = (out / "latest").resolve()
    before = {name: (folder / name).read_bytes() for name in ("shortlist.xlsx", "plain.csv")}

    done = privacy.forget("@annabel", out=out).erased[folder.name]

    assert done.deleted == []
    assert {"shortlist.xlsx", "report.html", "plain.csv", "contacts.csv"} <= set(done.made_again)
    assert (folder / "plain.csv").read_bytes() == b"".join(
        line for line in before["plain.csv"].splitlines(keepends=True) if b'"annabel"' not in line
    )


def test_words_written_into_a_workbook_survive(out: Path) -> None:
    """A manager's words about others, in the run's own workbook and not yet taken over, are still in it."""
    import openpyxl

    path = (out / "latest" / "shortlist.xlsx").resolve()
    book = openpyxl.load_workbook(path)
    sheet = next(sheet for sheet in book if any(cell.value == "x:annabel" for row in sheet for cell in row))
    header = [cell.value for cell in sheet[1]]
    row = next(row for row in sheet if row[header.index("account")].value == "x:annabel")
    row[header.index("notes")].value = "sent a mug"
    book.save(path)

    privacy.forget("@ann", out=out)

    texts = [cell.value for sheet in openpyxl.load_workbook(path) for row in sheet for cell in row]
    assert "sent a mug" in texts
    assert "x:ann" not in texts


def test_forgetting_twice_changes_nothing(out: Path) -> None:
    """The second time finds nobody in any run, and touches no file of them."""
    privacy.forget("x:ann", out=out)
    before = {path: path.read_bytes() for path in (out / "latest").resolve().iterdir()}

    again = privacy.forget("x:ann", out=out)

    assert again.holds
    assert again.erased == {}
    assert {path: path.read_bytes() for path in (out / "latest").resolve().iterdir()} == before


class Killed(BaseException):
    """What no handler of errors catches."""


def finished(out: Path) -> None:
    """What was begun is pending, can be finished, and is then as if nothing had come between."""
    folder = out / "latest"
    assert privacy.pending(out / "state") == 1
    assert [proof.holds for proof in privacy.resume(out=out)] == [True]
    manifest = json.loads((folder / "manifest.json").read_bytes())
    sums = {name: hashlib.sha256((folder / name).read_bytes()).hexdigest() for name in manifest["outputs"]}
    assert {name: one["sha256"] for name, one in manifest["outputs"].items()} == sums
    assert manifest["forgotten"] == 1
    assert manifest["people"]["ambassadors"] == sum(1 for _ in records((folder / "ambassadors.csv").read_text())) - 1
    assert privacy.pending(out / "state") == 0
    assert not list(out.rglob(".*"))[1:]  # the lock


@pytest.mark.parametrize("file", ["ambassadors.csv", "report.json", "shortlist.xlsx", "manifest.json"])
def test_what_was_broken_off_is_finished_by_the_same_command(
    out: Path, monkeypatch: pytest.MonkeyPatch, file: str
) -> None:
    """Broken off just before any file is replaced, it is pending; run again, nothing is left, the manifest is right."""
    real = Path.replace

    def deadly(self: Path, target: Path) -> Path:
        if Path(target).name == file:
            raise Killed
        return real(self, target)

    monkeypatch.setattr(Path, "replace", deadly)
    with pytest.raises(Killed):
        privacy.forget("@ann", out=out)
    monkeypatch.undo()

    finished(out)


def test_a_kill_is_mended_by_the_same_command(out: Path) -> None:
    """The same for a process that is killed: what it left half written goes, too."""
    call = (
        "import os, pathlib, signal; from ambassadors import privacy\n"
        "real = pathlib.Path.replace\n"
        "def deadly(self, target):\n"
        "    return os.kill(os.getpid(), signal.SIGKILL) if target.name == 'report.json' else real(self, target)\n"
        "pathlib.Path.replace = deadly\n"
        f"privacy.forget('@ann', out={str(out)!r})\n"
    )

    died = subprocess.run([sys.executable, "-P", "-c", call], check=False)

    assert died.returncode == -signal.SIGKILL
    assert [path.name for path in out.rglob(".report.json.*.partial")]
    finished(out)


def test_who_was_forgotten_never_comes_back(out: Path, tmp_path: Path) -> None:
    """A later run of the same files is without them, and says how many rows it left out."""
    privacy.forget("@ann", out=out)

    result = amb.run(tmp_path / "brand.toml", out=out)

    forms = Forms(Person(("x:ann",), (("x", "ann"),)))
    manifest = json.loads((result.folder / "manifest.json").read_bytes())
    assert "x:ann" not in result.community.accounts["account"]
    assert manifest["forgotten_rows"]["interactions"] > 0
    assert not [path.name for path in result.folder.iterdir() if named_in(path, forms)]


def test_the_stores_other_notes_stay(out: Path) -> None:
    """Their notes, history and contacts go; in what is noted of others only their name does."""
    proof = privacy.forget("@ann", out=out)

    with state.open_store(out / "state") as store:
        notes = dict(store.read("SELECT account, value FROM notes"))
        (last,) = store.read("SELECT command, subject, detail FROM audit ORDER BY id DESC LIMIT 1")
        assert last[:2] == ("forget", proof.account)
        assert store.read("SELECT count(*) FROM contacts") == [(0,)]
        assert store.read("SELECT name FROM imports") == [("from [forgotten].csv",)]
    assert notes == {"x:annabel": "friend of [forgotten], not of @annabel", "x:bob": "bob"}


def test_an_unknown_handle_is_told_and_an_unknown_id_is_remembered(out: Path) -> None:
    """A misspelt handle erases nobody; an id that stands nowhere yet never comes in."""
    with pytest.raises(UnknownAccount, match="Did you mean 'x:annabel'"):
        privacy.forget("@annabl", out=out)
    assert [privacy.forget(name, out=out).known for name in ("x:ann", "y:nobody")] == [True, False]
    with state.open_store(out / "state") as store:
        assert store.read("SELECT count(*) FROM refusals WHERE what = 'account'") == [(2,)]


def test_files_of_others_and_links_are_told_and_not_touched(out: Path, tmp_path: Path) -> None:
    """A copy that somebody made is named with how it was decoded; what a link points to is left alone."""
    outside = tmp_path / "mine.csv"
    outside.write_text("x:ann")
    (out / "link.csv").symlink_to(outside)
    copy = (out / "latest").resolve() / "copy.csv.gz"
    copy.write_bytes(gzip.compress(b'"account"\n"x:ann"\n'))

    proof = privacy.forget("@ann", out=out)

    assert not proof.holds
    assert {how for file, how in proof.hits if file.endswith("copy.csv.gz")} == {"gzip, raw", "gzip, raw, cell"}
    assert {file for file, _ in proof.hits} == {f"runs/{copy.parent.name}/copy.csv.gz"}
    assert "runs/link.csv" in proof.links
    assert outside.read_text() == "x:ann"


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("a.csv", b'"notes"\r\n"see @ann"\r\n'),
        ("a.txt", "x:ann".encode("utf-16")),
        ("a.html", b"<p title='&#64;ann'>"),
        ("a.html", b"<p>Ann</p>"),
        ("a.json", b'{"a": ["\\u0040ann"]}'),
        ("a.json", b'{"x:ann": 1}'),
        ("a.txt", b"https://example.com/?who=x%3Aann"),
        ("a.txt", "\uff20\uff41\uff4e\uff4e".encode()),
        ("a.bin", gzip.compress(gzip.compress(b"x:ann", mtime=0), mtime=0)),
        ("x:ann.csv", b""),
    ],
)
def test_a_name_is_found_in_every_coat(tmp_path: Path, name: str, content: bytes) -> None:
    """Encoded, escaped, packed, or as the file's own name."""
    (tmp_path / name).write_bytes(content)

    assert named_in(tmp_path / name, Forms(Person(("x:ann",), (("x", "ann"),), names=("Ann",))))


@pytest.mark.parametrize(
    "text", ["x:annabel", "@annabel", "box:ann", "x:ann-b", "@ann\U0001f389", "mail@ann.org", "an ann", "x:ann:2"]
)
def test_a_longer_name_is_somebody_elses(tmp_path: Path, text: str) -> None:
    """What only begins or ends like the person's name is left alone."""
    (tmp_path / "a.csv").write_text(f'"notes"\n"{text}"\n', encoding="utf-8")

    assert named_in(tmp_path / "a.csv", Forms(Person(("x:ann",), (("x", "ann"),)))) == []


def test_a_name_that_others_have_is_not_taken_from_them(cafe: Cafe, tmp_path: Path) -> None:
    """Two people called the same: the other keeps it, and the proof says that it was not searched."""
    accounts = FILES["accounts.csv"].replace("=Bob()", "Ann")
    out = tmp_path / "runs"
    amb.run(cafe(RECIPE + PRESETS, accounts_csv=accounts), out=out)

    proof = privacy.forget("x:ann", out=out)

    names = [cells[3] for _, cells in records((out / "latest" / "influencers.csv").read_text("utf-8-sig"))]
    assert proof.holds
    assert proof.shared == 2  # that name, and the customer's number C1, which could be anything
    assert "Ann" in names


def test_export_hands_out_everything_about_one_person(out: Path) -> None:
    """Rows of every file, notes, history and contacts; of nobody else anything."""
    held = privacy.export("@ann", out=out)

    assert len(held["runs"]) == 2
    assert {"ambassadors.csv", "shortlist.csv", "score_parts.csv", "rejects.csv"} <= set(held["runs"][0]["files"])
    assert [note["value"] for note in held["notes"]] == ["wants a mug"]
    assert held["contacts"] == [{"account": "x:ann", "day": "2026-05-01", "source": "file"}]
    assert "bob" not in json.dumps(held, default=str)
    assert [one["command"] for one in privacy.export("@ann", out=out)["requests"]] == ["export"]


ALIASED = (
    RECIPE.replace('name = "cafe"', 'name = "cafe"\nidentity = { people = [["x:ann", "ig:ann_pics"]] }')
    + PRESETS
    + """
[[files]]
table = "accounts"
path = "instagram.csv"
platform = "ig"
columns = { account = "id", handle = "handle", name = "name", followers = "followers" }
"""
)


@pytest.fixture
def aliased(cafe: Cafe, tmp_path: Path) -> Path:
    """The runs of the small brand in which Ann has an account for which another of hers stands."""
    (tmp_path / "instagram.csv").write_text("id,handle,name,followers\nann_pics,annpics99,Ann,5\n")
    amb.run(cafe(ALIASED), out=tmp_path / "runs")
    return tmp_path / "runs"


@pytest.mark.parametrize("name", ["ig:@annpics99", "@annpics99", "ig:ann_pics", "x:ann"])
def test_any_handle_of_a_person_means_all_of_them(aliased: Path, name: str) -> None:
    """Also one that only stands among somebody's other accounts: everything is handed out, and erased."""
    held, proof = privacy.export(name, out=aliased), privacy.forget(name, out=aliased)

    forms = Forms(Person(("x:ann", "ig:ann_pics"), (("x", "ann"), ("ig", "annpics99"))))
    assert {"ambassadors.csv", "people.csv"} <= set(held["runs"][0]["files"])
    assert (proof.holds, proof.known) == (True, True)
    assert not [path for path in aliased.rglob("*") if path.is_file() and named_in(path, forms)]


def saved_anew(path: Path, separator: str, encoding: str) -> None:
    """The CSV as a spreadsheet saves it: its own separator and encoding, no more quotation marks than it needs."""
    with path.open(encoding="utf-8-sig", newline="") as file:
        rows = list(csv.reader(file))
    with path.open("w", encoding=encoding, errors="replace", newline="") as file:
        csv.writer(file, delimiter=separator).writerows(rows)


@pytest.mark.parametrize(
    ("separator", "encoding"), [(";", "utf-8"), (";", "cp1252"), ("\t", "utf-16"), ("\t", "utf-8-sig"), ("|", "utf-8")]
)
def test_files_that_a_spreadsheet_saved_anew_are_mended(out: Path, separator: str, encoding: str) -> None:
    """With another separator or encoding: nothing of the person is left, other people's rows are, and export sees."""
    folder = (out / "latest").resolve()
    names = [f"{name}.csv" for name in ("shortlist", "influencers", "ambassadors", "proven_advocates", "people")]
    for name in names:
        saved_anew(folder / name, separator, encoding)
    before = {name: (folder / name).read_text(encoding).splitlines() for name in names}

    held, proof = privacy.export("x:bob", out=out), privacy.forget("x:bob", out=out)

    assert {"influencers.csv", "shortlist.csv"} <= set(held["runs"][0]["files"])
    assert proof.holds
    for name in names:
        left = (folder / name).read_text(encoding).splitlines()
        assert [line for line in left if "[forgotten]" not in line] == [
            line for line in before[name] if "bob" not in line.lower()
        ]
    assert proof.erased[folder.name].deleted == []
    assert "Bob" not in (folder / "shortlist.xlsx").read_bytes().decode("latin-1")
    assert b'"annabel"' in (folder / "plain.csv").read_bytes()


def test_a_table_that_cannot_be_mended_is_deleted_and_told(out: Path) -> None:
    """A file that somebody saved beyond recognition must not keep the person; the manifest says that it is gone."""
    folder = (out / "latest").resolve()
    path = folder / "influencers.csv"
    path.write_bytes(b"Our list\n" + path.read_bytes().replace(b",", b"\xa7"))

    proof = privacy.forget("x:bob", out=out)

    told = json.loads((folder / "manifest.json").read_bytes())
    assert proof.holds
    assert not path.exists()
    assert "influencers.csv" in told["deleted"]
    assert "influencers.csv" not in told["outputs"]


@pytest.mark.parametrize(
    ("separator", "encoding", "how"),
    [(";", "utf-8", "raw"), ("\t", "utf-8", "raw"), ("|", "utf-8", "raw"), (";", "cp1252", "cp1252")],
)
def test_a_name_is_found_as_a_cell_however_it_was_saved(
    tmp_path: Path, separator: str, encoding: str, how: str
) -> None:
    """The proof cuts and reads a file as it was saved."""
    rows = [["id", "who"], ["2", "Zoë, the 2nd"], ["1", "Zoë"]]
    path = tmp_path / "a.csv"
    path.write_text("\n".join(separator.join(row) for row in rows), encoding=encoding)

    assert named_in(path, Forms(Person(("x:1",), names=("Zoë",)))) == [f"{how}, cell"]


def old_runs(out: Path) -> list[Path]:
    """Three runs with a day between them, the oldest first."""
    shutil.copytree(sorted(out.glob("cafe-*"))[0], out / "cafe-0")
    folders = sorted(out.glob("cafe-*"))
    for age, folder in enumerate(reversed(folders)):
        os.utime(folder, (time.time() - age * 86_400,) * 2)
    return folders


def test_a_run_into_which_somebody_wrote_is_kept_and_told(out: Path) -> None:
    """What managers wrote into a list in its place outlives the run's time; the other runs go."""
    folders = old_runs(out)
    with (folders[0] / "shortlist.csv").open("a") as file:
        file.write("a note")

    swept = privacy.sweep_runs(out, "cafe", 1, None, datetime.now(UTC))

    assert swept == privacy.Swept([folders[1].name], [folders[0].name])
    assert (folders[0] / "manifest.json").is_file()


def test_a_run_that_cannot_be_removed_stays_whole(out: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """It keeps its name and its files and is told with those that went; the next time it goes."""
    folders, real = old_runs(out), Path.rename
    files = sorted(path.name for path in folders[0].iterdir())

    def stuck(self: Path, target: Path) -> Path:
        if self.name == "influencers.csv" and folders[0].name in str(self):
            raise PermissionError(1, "Operation not permitted", str(self))
        return real(self, target)

    monkeypatch.setattr(Path, "rename", stuck)
    with pytest.raises(
        OutputError, match=rf"{folders[0].name}/influencers.csv: cannot be removed.*Removed were {folders[1].name}"
    ):
        privacy.sweep_runs(out, "cafe", 1, None, datetime.now(UTC))
    monkeypatch.undo()

    assert sorted(path.name for path in folders[0].iterdir()) == files
    assert not folders[1].exists()
    assert privacy.sweep_runs(out, "cafe", 1, None, datetime.now(UTC)).removed == [folders[0].name]


def test_a_leftover_that_cannot_be_removed_is_not_told_as_swept(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Of what killed runs left only what is gone is told as gone; the rest is there for the next time."""
    for name in (".town.abc.partial", ".town.def.partial"):
        (tmp_path / name).mkdir()
    real = shutil.rmtree
    monkeypatch.setattr(shutil, "rmtree", lambda path, **how: "abc" in path.name or real(path, **how))

    assert delivery.sweep(tmp_path) == [".town.def.partial"]
    assert os.listdir(tmp_path) == [".town.abc.partial"]


def test_runs_past_their_time_go(out: Path) -> None:
    """The newest stay, and the one of latest; other recipes, links and folders without a manifest are not touched."""
    folders = old_runs(out)
    (out / "cafe-mine").mkdir()
    (out / "cafe-link").symlink_to(folders[0])

    assert privacy.sweep_runs(out, "other", 1, None, datetime.now(UTC)) == ([], [])
    assert privacy.sweep_runs(out, "cafe", 2, None, datetime.now(UTC)) == ([folders[0].name], [])
    assert privacy.sweep_runs(out, "cafe", 0, timedelta(hours=12), datetime.now(UTC)) == ([folders[1].name], [])
    assert privacy.sweep_runs(out, "cafe", 0, timedelta(hours=12), datetime.now(UTC) + timedelta(days=9)) == ([], [])
    assert (out / "cafe-mine").is_dir()
    assert (out / "cafe-link").is_symlink()


def test_keys_are_in_no_file_and_no_message(out: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The keys of the environment stand in no file of runs or state, nor in what a proof or an export says."""
    canaries = ("canary-of-the-store-key", "canary-of-the-address-key")
    monkeypatch.setenv("AMBASSADORS_KEY", canaries[0])
    monkeypatch.setenv("AMBASSADORS_EMAIL_KEY", canaries[1])
    kept, list_of_refusals = out.parent / "kept", out.parent / "no.txt"
    list_of_refusals.write_text("kim@example.com\n")

    with state.open_store(kept) as store:
        state.suppress(store, list_of_refusals)
    held, proof = (privacy.export("@ann", out=out, state=kept), privacy.forget("@ann", out=out, state=kept))

    written = b"".join(path.read_bytes() for path in out.parent.rglob("*") if path.is_file())
    said = json.dumps([held, proof.as_json()], default=str)
    assert not [canary for canary in canaries if canary in said or canary.encode() in written]


def test_rows_are_cut_as_a_csv_reader_cuts_them() -> None:
    """Our records and cells are those of Python's csv, line breaks in cells too."""
    text = '"a","b"\r\n1,"x\r\ny"\r\n,"q""q"\r\n"last",'

    assert [cells for _, cells in records(text)] == list(csv.reader(io.StringIO(text, newline="")))
    assert "".join(record for record, _ in records(text)) == text
