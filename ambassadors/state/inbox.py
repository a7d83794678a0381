"""The folder in which managers leave their files: each is taken over once, and what came of it told until delivered."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass, field
from pathlib import Path

import polars as pl

from ambassadors.errors import NotesError
from ambassadors.state.imported import CONFLICTS, REJECTED, Imported
from ambassadors.state.notes import Accounts, take_over
from ambassadors.state.notes_files import content, lock_beside, read_returned
from ambassadors.state.people import Aliases
from ambassadors.state.store import Store

_UNTOLD = {"kind": pl.String(), **CONFLICTS}
#: Where a cell that was turned away stands in the table of what is untold.
_STANDS_AS = {"column": "field", "value": "in_file", "reason": "done"}


@dataclass(frozen=True)
class Untold:
    """Conflicts and cells that were turned away, of the folder's files, which no run has delivered yet."""

    conflicts: pl.DataFrame = field(default_factory=lambda: pl.DataFrame(schema=CONFLICTS))
    rejected: pl.DataFrame = field(default_factory=lambda: pl.DataFrame(schema=REJECTED))
    last: int = 0


def collect(store: Store, folder: Path, *, known: Accounts = None, aliases: Aliases | None = None) -> list[Imported]:
    """Takes over the files of a folder in the order of their names, and tells what became of each.

    A file that was taken over before is passed by; one that is still open in a spreadsheet, or cannot be read, stops no
    other: its ``problem`` says what is wrong, and it is tried again next time. Hidden files and folders are not looked
    at. Files stay where they are. Conflicts and cells that were turned away are kept with the notes: see
    :func:`untold`.

    Raises :class:`NotesError` when there is no such folder.
    """
    try:
        paths = sorted(path for path in folder.iterdir() if not path.name.startswith((".", "~$")))
    except OSError as error:
        raise NotesError(
            f"{folder}: the folder of notes cannot be read: {error.strerror}. Make it, or mend [handover] notes."
        ) from None
    found = (_taken(store, path, known, aliases) for path in paths if path.is_symlink() or not path.is_dir())
    return [one for one in found if one is not None]


def untold(store: Store) -> Untold:
    """What the files of the folder came to and no run has delivered yet, in the order in which it was found.

    What :func:`~ambassadors.state.import_notes` finds is not among it: that is shown at once to whoever imports, and
    found again when the file is imported again.
    """
    rows = store.read(f"SELECT id, {', '.join(_UNTOLD)} FROM untold ORDER BY id")
    frame = pl.DataFrame(rows, schema={"id": pl.Int64(), **_UNTOLD}, orient="row")
    rejected = frame.filter(pl.col("kind") == "rejected").rename({new: old for old, new in _STANDS_AS.items()})
    conflicts = frame.filter(pl.col("kind") == "conflict").select(*CONFLICTS)
    return Untold(conflicts, rejected.select(*REJECTED), rows[-1][0] if rows else 0)


def told(store: Store, found: Untold) -> None:
    """Lets go of what was delivered; call it once the run's folder stands. What came in since stays untold."""
    with store.writing() as connection:
        connection.execute("DELETE FROM untold WHERE id <= ?", (found.last,))


def _taken(store: Store, path: Path, known: Accounts, aliases: Aliases | None) -> Imported | None:
    try:
        if _is_taken(store, hashlib.sha256(content(path)).hexdigest()):
            return None
        returned = read_returned(path)
    except NotesError as error:
        kind = "open in a spreadsheet" if lock_beside(path) else "cannot be read"
        return Imported(path.name, problem=str(error), kind=kind)
    with store.writing():
        if _is_taken(store, returned.sha256):  # by another run just now
            return None
        found = take_over(store, returned, known=known, aliases=aliases)
        _keep(store, found)
    return found


def _is_taken(store: Store, sha256: str) -> bool:
    return bool(store.read("SELECT 1 FROM imports WHERE sha256 = ?", (sha256,)))


def _keep(store: Store, found: Imported) -> None:
    """Adds to what is untold."""
    conflicts = found.conflicts.with_columns(kind=pl.lit("conflict"))
    rejected = found.rejected.rename(_STANDS_AS).with_columns(kind=pl.lit("rejected"))
    rows = pl.concat([conflicts, rejected], how="diagonal").select(*_UNTOLD).rows()
    insert = f"INSERT INTO untold ({', '.join(_UNTOLD)}) VALUES ({', '.join('?' * len(_UNTOLD))})"
    with store.writing() as connection:
        connection.executemany(insert, rows)
