"""What the notes folder came to is told until a run has delivered it, whatever stops the runs in between."""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest

from ambassadors.errors import StateError
from ambassadors.state import Store, collect, import_notes, open_store, told, untold
from ambassadors.state.imported import CONFLICTS, REJECTED
from ambassadors.state.refusals import remember_forgotten

HEADER = "account,person,notes_version,last_contacted,notes\n"


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    """An empty store."""
    with open_store(tmp_path / "state", clock=lambda: datetime(2026, 6, 1, tzinfo=UTC)) as opened:
        yield opened


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A folder with two files that contradict each other, and a day that is none."""
    inbox = tmp_path / "inbox"
    inbox.mkdir()
    (inbox / "a.csv").write_text(f"{HEADER}x:ann,Ann,0,,hers\n")
    (inbox / "b.csv").write_text(f"{HEADER}x:ann,Ann,0,soon,his\n")
    return inbox


CONFLICT = ("b.csv", 2, "x:ann", "Ann", "notes", None, "hers", "his", "kept what was there")


def test_untold_until_delivered(store: Store, folder: Path) -> None:
    """Conflicts and cells that were turned away are there night after night, until a run has delivered them."""
    collect(store, folder)
    collect(store, folder)  # the next night, after a run that stopped: both files count as taken over

    found = untold(store)

    assert found.conflicts.rows() == [CONFLICT]
    assert found.rejected.drop("reason").rows() == [("b.csv", 2, "x:ann", "last_contacted", "soon")]
    told(store, found)
    assert (untold(store).conflicts.height, untold(store).rejected.height) == (0, 0)


def test_untold_looks_the_same_empty(store: Store) -> None:
    """Where there is nothing to tell, the tables have their columns all the same."""
    found = untold(store)

    assert dict(found.conflicts.schema) == CONFLICTS
    assert dict(found.rejected.schema) == REJECTED


def test_what_came_in_since_stays_untold(store: Store, folder: Path) -> None:
    """What was collected after a run had looked is not counted as delivered by it."""
    collect(store, folder)
    delivered = untold(store)
    (folder / "c.csv").write_text(f"{HEADER}x:ann,Ann,0,,theirs\n")
    collect(store, folder)

    told(store, delivered)

    assert untold(store).conflicts.select("file", "in_file").rows() == [("c.csv", "theirs")]


def test_notes_and_what_is_to_tell_stand_together(store: Store, folder: Path) -> None:
    """Where the conflicts cannot be written, the file is not taken over either, and comes again the next night."""
    store.read("CREATE TEMP TRIGGER no BEFORE INSERT ON untold BEGIN SELECT RAISE(ABORT, 'no room'); END")
    with pytest.raises(StateError, match="no room"):
        collect(store, folder)
    assert store.read("SELECT name FROM imports") == [("a.csv",)]
    store.read("DROP TRIGGER no")

    (second,) = collect(store, folder)

    assert (second.file, untold(store).conflicts.rows()) == ("b.csv", [CONFLICT])


def test_who_imports_sees_it_at_once(store: Store, folder: Path) -> None:
    """What a person imports by hand is shown to them, each time anew, and waits for no run."""
    import_notes(store, folder / "a.csv")
    shown = [import_notes(store, folder / "b.csv").conflicts.rows() for _ in range(2)]

    assert shown == [[CONFLICT], [CONFLICT]]
    assert untold(store).conflicts.height == 0


def test_rows_of_nobody(store: Store, folder: Path) -> None:
    """A row without an account is told without one; of who was forgotten neither the name nor a word is kept."""
    remember_forgotten(store, [("account", "account:x:gone")])
    (folder / "c.csv").write_text(f"{HEADER}1.2E+9,,0,,lost\nx:gone,Gone,0,soon,secret\nx:gone,Gone,0,,secret,secret\n")

    collect(store, folder)

    told_of = untold(store).rejected.filter(file="c.csv").drop("reason").rows()
    assert told_of == [
        ("c.csv", 2, None, "account", "1.2E+9"),
        ("c.csv", 3, None, "account", ""),
        ("c.csv", 4, None, "account", ""),
    ]
    everything = store.path.read_bytes().decode(errors="replace")
    assert not any(word in everything for word in ("x:gone", "Gone", "secret"))


def test_a_log_names_files_and_no_people(store: Store, folder: Path) -> None:
    """The event of a file has its name, its counts and the kind of its problem, though the message quotes the file."""
    (folder / "c.csv").write_text("Ann Accountable,hello\n")
    (folder / "d.csv").write_text(f"{HEADER}x:ann,Ann,0,,more\n")
    (folder / ".~lock.d.csv#").write_text("")

    found = collect(store, folder)

    events = [one.event() for one in found]
    assert [(one["file"], one["problem"]) for one in events] == [
        ("a.csv", None),
        ("b.csv", None),
        ("c.csv", "cannot be read"),
        ("d.csv", "open in a spreadsheet"),
    ]
    assert {name: events[1][name] for name in ("rows", "changed", "unchanged", "conflicting", "refused")} == {
        "rows": 1,
        "changed": 0,
        "unchanged": 0,
        "conflicting": 0,
        "refused": 1,
    }
    assert "Ann Accountable" in str(found[2].problem)
    assert "Ann" not in json.dumps(events)
