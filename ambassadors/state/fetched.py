"""Where fetched data lies and where its state is: whoever is forgotten must be found there, and not fetched again."""

from __future__ import annotations

import os
from pathlib import Path

from ambassadors.delivery import sync
from ambassadors.errors import StateError
from ambassadors.state.store import Store

_PLACE = "fetched:"
#: In a folder of fetched data from which somebody was erased: the path of the state that knows whom.
STATE_NOTE = ".state"


def note_place(store: Store, folder: Path) -> bool:
    """Remembers a folder of fetched data; whether it is new to the store."""
    key = f"{_PLACE}{folder.resolve()}"
    if store.read("SELECT 1 FROM meta WHERE key = ?", (key,)):
        return False
    with store.writing() as connection:
        connection.execute("INSERT OR IGNORE INTO meta VALUES (?, '')", (key,))
    return True


def places(store: Store) -> list[Path]:
    """The folders of fetched data that still stand."""
    keys = [row[0] for row in store.read("SELECT key FROM meta WHERE key LIKE ? ORDER BY key", (f"{_PLACE}%",))]
    return [folder for key in keys if (folder := Path(key.removeprefix(_PLACE))).is_dir()]


def note_state(store: Store, folder: Path) -> None:
    """Leaves in a folder of fetched data where this store is, readable to its owner only."""
    note, half = folder / STATE_NOTE, folder / f"{STATE_NOTE}.{os.getpid()}.partial"
    half.unlink(missing_ok=True)
    try:
        handle = os.open(half, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        with open(handle, "wb") as file:
            file.write(os.fsencode(store.folder.resolve()) + b"\n")
            file.flush()
            os.fsync(file.fileno())
        half.replace(note)
        sync(folder)
    except OSError as error:
        raise StateError(f"{note}: cannot be written: {error.strerror}. See to the folder's rights.") from None


def state_of(folder: Path) -> Path | None:
    """The folder of state that knows who was erased from fetched data there; None where nobody was.

    The state may be gone from there. Raises :class:`StateError` when what is noted cannot be read.
    """
    note = folder / STATE_NOTE
    try:
        said = os.fsdecode(note.read_bytes()).removesuffix("\n")
    except FileNotFoundError:
        return None
    except OSError as error:
        raise StateError(f"{note}: cannot be read: {error.strerror}. Give its owner the right to.") from None
    if not os.path.isabs(said):
        raise StateError(f"{note}: names no folder. Write into it where the state is kept: the whole path, one line.")
    return Path(said)
