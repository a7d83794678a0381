"""The folder in which managers leave their files: each is taken over once."""

from __future__ import annotations

import hashlib
from pathlib import Path

from ambassadors.errors import NotesError
from ambassadors.state.imported import Imported
from ambassadors.state.notes import Accounts, import_notes
from ambassadors.state.notes_files import content
from ambassadors.state.people import Aliases
from ambassadors.state.store import Store


def collect(store: Store, folder: Path, *, known: Accounts = None, aliases: Aliases | None = None) -> list[Imported]:
    """Takes over the files of a folder in the order of their names, and tells what became of each.

    A file that was taken over before is passed by; one that is still open in a spreadsheet, or cannot be read, stops no
    other: its ``problem`` says what is wrong, and it is tried again next time. Hidden files and folders are not looked
    at. Files stay where they are.

    Raises :class:`NotesError` when there is no such folder.
    """
    try:
        paths = sorted(path for path in folder.iterdir() if not path.name.startswith((".", "~$")))
    except OSError as error:
        raise NotesError(
            f"{folder}: the folder of notes cannot be read: {error.strerror}. Make it, or mend [handover] notes."
        ) from None
    told = (_taken(store, path, known, aliases) for path in paths if path.is_symlink() or not path.is_dir())
    return [one for one in told if one is not None]


def _taken(store: Store, path: Path, known: Accounts, aliases: Aliases | None) -> Imported | None:
    try:
        sha256 = hashlib.sha256(content(path)).hexdigest()
        if store.read("SELECT 1 FROM imports WHERE sha256 = ?", (sha256,)):
            return None
        return import_notes(store, path, known=known, aliases=aliases)
    except NotesError as error:
        return Imported(path.name, problem=str(error))
