"""The store keeps what it was given, privately, or says why it cannot."""

from __future__ import annotations

import multiprocessing
import os
import sqlite3
import stat
import tempfile
from collections.abc import Iterator
from contextlib import closing, contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from ambassadors.errors import StateError
from ambassadors.state import audit, held, import_notes, open_store, schema

FORK = multiprocessing.get_context("spawn")


def put(folder: Path, account: str, text: str) -> None:
    """A note put into the tables by hand."""
    with open_store(folder) as store, store.writing() as connection:
        connection.execute("INSERT INTO notes VALUES (?, 'notes', ?, 1)", (account, text))


def mode(path: Path) -> int:
    """Who may do what with a file."""
    return stat.S_IMODE(path.stat().st_mode)


@contextmanager
def as_nobody() -> Iterator[Path]:
    """A folder in the hands of somebody without rights; root would be let in everywhere."""
    with tempfile.TemporaryDirectory() as folder:
        place = Path(folder)
        if os.geteuid() == 0:
            os.chown(place, 65534, 65534)
            os.seteuid(65534)
            try:
                yield place
            finally:
                os.seteuid(0)
        else:
            yield place


def test_begins_empty_and_private(tmp_path: Path) -> None:
    """A new store holds no notes, and nobody but its owner may look into the folder or its two files."""
    with open_store(tmp_path / "out" / "state") as store:
        notes, version = store.notes(), store.version

    assert (notes.height, version) == (0, 0)
    assert sorted(path.name for path in store.folder.iterdir()) == ["ambassadors.sqlite", "key"]
    assert mode(store.folder) == 0o700
    assert {mode(path) for path in store.folder.iterdir()} == {0o600}


def test_tightens_rights(tmp_path: Path) -> None:
    """Rights that somebody loosened are tightened when the store is opened."""
    put(tmp_path, "x:ann", "hello")
    for path in (tmp_path, *tmp_path.iterdir()):
        path.chmod(0o755)

    open_store(tmp_path).close()

    assert mode(tmp_path) == 0o700
    assert {mode(path) for path in tmp_path.iterdir()} == {0o600}


@pytest.mark.parametrize("older", range(len(schema.MIGRATIONS) + 1))
def test_migrates_every_older_version(older: int, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A store of any older version comes to the newest with all that it held."""
    newest = (*schema.MIGRATIONS, "CREATE TABLE more (a TEXT); ALTER TABLE notes ADD COLUMN more TEXT DEFAULT 'x'")
    monkeypatch.setattr(schema, "MIGRATIONS", newest[:older])
    if older:
        put(tmp_path, "x:ann", "hello")
    monkeypatch.setattr(schema, "MIGRATIONS", newest)

    with open_store(tmp_path) as store:
        kept, version = store.read("SELECT account, value, more FROM notes"), store.read("PRAGMA user_version")

    assert kept == ([("x:ann", "hello", "x")] if older else [])
    assert version == [(len(newest),)]


def test_a_migration_is_whole_or_not_at_all(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A migration that fails half way leaves the store as it was."""
    put(tmp_path, "x:ann", "hello")
    with monkeypatch.context() as patched:
        patched.setattr(schema, "MIGRATIONS", (*schema.MIGRATIONS, "DELETE FROM notes; CREATE TABLE meta (a TEXT)"))

        with pytest.raises(StateError, match="table meta already exists"):
            open_store(tmp_path)

    with open_store(tmp_path) as store:
        assert store.notes()["notes"].to_list() == ["hello"]


def test_refuses_a_newer_version(tmp_path: Path) -> None:
    """A store that a newer program wrote is refused, with both versions and what to do, and left as it is."""
    put(tmp_path, "x:ann", "hello")
    with closing(sqlite3.connect(tmp_path / "ambassadors.sqlite")) as connection:
        connection.execute("PRAGMA user_version = 99")
    before = (tmp_path / "ambassadors.sqlite").read_bytes()

    with pytest.raises(StateError, match=r"version 99 of the tables, this program knows up to 2\. Update ambassadors"):
        open_store(tmp_path)

    assert (tmp_path / "ambassadors.sqlite").read_bytes() == before


def test_a_block_stands_whole_or_not_at_all(tmp_path: Path) -> None:
    """Whatever fails inside of a block of writing takes all of the block back, inner blocks too."""
    with open_store(tmp_path) as store:
        with pytest.raises(StateError, match="no such table"), store.writing() as outer:  # noqa: PT012 (two blocks)
            with store.writing() as inner:
                inner.execute("INSERT INTO notes VALUES ('x:ann', 'notes', 'hello', 1)")
            outer.execute("INSERT INTO nowhere VALUES (1)")

        assert store.notes().height == 0


def test_a_snapshot_stays_as_it_was(tmp_path: Path) -> None:
    """What one process reads of a snapshot is of one moment, while another imports and waits for nobody."""
    put(tmp_path / "state", "x:ann", "hello")
    file = tmp_path / "a.csv"
    file.write_text("account,notes,do_not_contact\nx:bob,new,yes\n")
    with open_store(tmp_path / "state") as store, store.snapshot() as seen:
        with open_store(tmp_path / "state") as other:
            import_notes(other, file)

        assert [(one.notes().height, one.version) for one in (seen, store)] == [(1, 0), (2, 1)]
        assert [held(one, None, timedelta(0)).height for one in (seen, store)] == [0, 1]
        assert seen.fingerprint("x:ann") == store.fingerprint("x:ann")


def test_a_snapshot_is_only_read(tmp_path: Path) -> None:
    """A change that would be lost with the snapshot is refused, and closing it leaves the store open."""
    with open_store(tmp_path) as store:
        with store.snapshot() as seen, pytest.raises(StateError, match="readonly"):
            audit(seen, "run")

        audit(store, "run")


def test_a_full_disk_loses_nothing(tmp_path: Path) -> None:
    """On a full disk the change is refused in words, and what was kept before is still there."""
    put(tmp_path, "x:ann", "hello")
    with open_store(tmp_path) as store:
        store.read("PRAGMA max_page_count = 1")  # no page more than there are

        with pytest.raises(StateError, match=r"full.*Nothing was changed"), store.writing() as connection:
            connection.execute("INSERT INTO notes VALUES ('x:bob', 'notes', ?, 1)", ("x" * 100_000,))

        assert store.notes()["notes"].to_list() == ["hello"]


@pytest.mark.parametrize("name", ["ambassadors.sqlite", "ambassadors.sqlite-journal", "key", ""])
def test_refuses_a_link_in_the_way(name: str, tmp_path: Path) -> None:
    """A link in place of the folder or a file of it is refused, and what it points to is not touched."""
    elsewhere = tmp_path / "elsewhere"
    elsewhere.mkdir(mode=0o755)
    state = tmp_path / "state"
    if name:
        state.mkdir()
        (elsewhere / "file").write_text("mine")
    (state / name if name else state).symlink_to(elsewhere / "file" if name else elsewhere)

    with pytest.raises(StateError, match="is a link to"):
        open_store(state)

    assert [path.read_text() for path in elsewhere.iterdir()] == (["mine"] if name else [])
    assert mode(elsewhere) == 0o755


@pytest.mark.parametrize("content", [b"", b"no database at all, and long enough" * 100, None])
def test_refuses_a_broken_file(content: bytes | None, tmp_path: Path) -> None:
    """A store that was emptied, overwritten or taken away is told; nobody begins anew without the refusals."""
    put(tmp_path, "x:ann", "hello")
    path = tmp_path / "ambassadors.sqlite"
    path.unlink()
    if content is not None:
        path.write_bytes(content)

    with pytest.raises(StateError, match=r"[Pp]ut back a copy"):
        open_store(tmp_path)

    assert (path.read_bytes() if content is not None else None) == content


def test_finds_damage_inside(tmp_path: Path) -> None:
    """A page that was damaged on the disk is found when the store is opened."""
    put(tmp_path, "x:ann", "hello")
    path = tmp_path / "ambassadors.sqlite"
    raw = bytearray(path.read_bytes())
    raw[4096:] = b"\xff" * (len(raw) - 4096)
    path.write_bytes(raw)

    with pytest.raises(StateError, match="broken"):
        open_store(tmp_path)


def test_refuses_a_place_that_cannot_be_written(tmp_path: Path) -> None:
    """A folder without the right to write, and a file where a folder is needed, are told before anything is done."""
    (tmp_path / "file").write_text("")
    with pytest.raises(StateError, match="notes cannot be kept there"):
        open_store(tmp_path / "file" / "state")

    with as_nobody() as place:
        place.chmod(0o500)

        with pytest.raises(StateError, match="cannot be written"):
            open_store(place)
        with pytest.raises(StateError, match="notes cannot be kept there"):
            open_store(place / "state")
        place.chmod(0o700)


def test_a_fingerprint_needs_the_key(tmp_path: Path) -> None:
    """The same text has the same fingerprint in one store, and another in the next."""
    with open_store(tmp_path / "a") as first, open_store(tmp_path / "b") as second:
        ours, theirs = first.fingerprint("x:ann"), second.fingerprint("x:ann")

    with open_store(tmp_path / "a") as again:
        assert again.fingerprint("x:ann") == ours
    assert ours != theirs


def test_the_key_from_the_environment(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A key from the environment is used and never written down; the store is refused without it."""
    monkeypatch.setenv("AMBASSADORS_KEY", "correct horse battery staple")
    open_store(tmp_path).close()
    assert [path.name for path in tmp_path.iterdir()] == ["ambassadors.sqlite"]
    assert b"correct horse" not in (tmp_path / "ambassadors.sqlite").read_bytes()

    monkeypatch.setenv("AMBASSADORS_KEY", "another one, just as long")
    with pytest.raises(StateError, match="begun with another key"):
        open_store(tmp_path)
    monkeypatch.delenv("AMBASSADORS_KEY")
    with pytest.raises(StateError, match="key: is gone"):
        open_store(tmp_path)
    monkeypatch.setenv("AMBASSADORS_KEY", "short")
    with pytest.raises(StateError, match="has 5 characters"):
        open_store(tmp_path)


@pytest.mark.parametrize(("key", "said"), [(b"", "is no key"), (b"0" * 64, "another key"), (None, "is gone")])
def test_refuses_another_key(key: bytes | None, said: str, tmp_path: Path) -> None:
    """A key that was cut, exchanged or lost is told: with another one, no refusal would be known again."""
    open_store(tmp_path).close()
    (tmp_path / "key").unlink()
    if key is not None:
        (tmp_path / "key").write_bytes(key)

    with pytest.raises(StateError, match=said):
        open_store(tmp_path)


def test_knows_moment_and_person(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Moments are UTC to the second, and the environment can say who is at work."""
    monkeypatch.setenv("AMBASSADORS_USER", "anna")
    with open_store(tmp_path, clock=lambda: datetime(2026, 5, 1, 6, 30, 15, 999, tzinfo=UTC)) as store:
        assert (store.now, store.who) == ("2026-05-01T06:30:15Z", "anna")


def test_overlapping_starts(tmp_path: Path) -> None:
    """Processes that begin and write at once agree on the key, and no note is lost."""
    with FORK.Pool(3) as pool:
        prints = pool.starmap(_begin, [(tmp_path / "state", number) for number in range(8)])

    with open_store(tmp_path / "state") as store:
        kept = store.notes()["account"].to_list()
    assert len(set(prints)) == 1
    assert kept == sorted(f"x:{number}" for number in range(8))


def _begin(folder: Path, number: int) -> str:
    put(folder, f"x:{number}", "hello")
    with open_store(folder) as store:
        return store.fingerprint("same")
