"""The store: one SQLite file that holds notes, contacts, refusals and requests, safe under kill and overlap."""

from __future__ import annotations

import copy
import getpass
import hashlib
import hmac
import os
import sqlite3
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from datetime import UTC, date, datetime
from pathlib import Path
from types import TracebackType
from typing import Any, Self

import polars as pl

from ambassadors.delivery import sync
from ambassadors.errors import StateError
from ambassadors.shortlists import COLUMNS, MANAGERS
from ambassadors.state import places, schema

#: So long a process waits for another one's writing to end.
PATIENCE_SECONDS = 60.0
_KEY_CHECK = "ambassadors: which key"

Clock = Callable[[], datetime]


def open_store(folder: Path, *, clock: Clock | None = None) -> Store:
    """The store in a folder of state (``runs/state``), made if need be, brought to the newest version if it is older.

    Raises :class:`StateError` for a place that cannot be written, a link in the way, a broken file, a file of a newer
    version, or one that was written with another key than the one in force.

    >>> import tempfile
    >>> with tempfile.TemporaryDirectory() as folder, open_store(Path(folder) / "state") as store:
    ...     store.version, len(store.fingerprint("x:ann"))
    (0, 64)
    """
    return Store(folder, clock=clock or _now)


class Store:
    """An open store. Write inside of :meth:`writing`; what is written there stands whole or not at all."""

    def __init__(self, folder: Path, *, clock: Clock) -> None:
        self.folder = folder
        self.path = places.prepare(folder)
        self._clock = clock
        with self._told():
            self._connection = sqlite3.connect(self.path, timeout=PATIENCE_SECONDS, isolation_level=None)
        try:
            with self._told():
                self._open()
                self._key = self._agreed_key()
        except BaseException:
            self._connection.close()
            raise

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def close(self) -> None:
        """Lets go of the file; what was not committed is undone."""
        self._connection.close()

    @property
    def version(self) -> int:
        """The state of all notes: it grows by one with each import that changes any."""
        return int(self.read("SELECT value FROM meta WHERE key = 'version'")[0][0])

    @property
    def now(self) -> str:
        """The moment as the store writes it down: UTC, ISO 8601, to the second."""
        return self._clock().astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")

    @property
    def who(self) -> str:
        """Who is at work: ``AMBASSADORS_USER``, or who is logged in."""
        try:
            return os.environ.get("AMBASSADORS_USER", "").strip() or getpass.getuser()
        except (KeyError, OSError):  # a container's user without a name
            return f"user {os.getuid()}"

    def fingerprint(self, text: str) -> str:
        """What stands for a text that must not be kept: HMAC-SHA256 under the store's key, as hex."""
        return hmac.digest(self._key, text.encode(), "sha256").hex()

    def read(self, sql: str, values: Sequence[Any] = ()) -> list[tuple[Any, ...]]:
        """The rows that a query finds."""
        with self._told():
            return self._connection.execute(sql, values).fetchall()

    @contextmanager
    def reading(self) -> Iterator[None]:
        """A block whose reads all see the same state. Others wait with their writing until it ends: keep it short."""
        with self._transaction("BEGIN"):
            yield

    def snapshot(self) -> Store:
        """The store as it is now, to be read for as long as it takes: it sees no later change, and nobody waits for it.

        A copy in memory that is closed like a store. Writing to it raises :class:`StateError`.
        """
        seen = copy.copy(self)
        with self._told():
            seen._connection = sqlite3.connect(":memory:", isolation_level=None)
            self._connection.backup(seen._connection)
            seen._connection.execute("PRAGMA query_only = ON")
        return seen

    @contextmanager
    def writing(self) -> Iterator[sqlite3.Connection]:
        """A block whose changes stand whole or not at all; one inside another belongs to the outer.

        Others that want to write wait until it ends. Raises :class:`StateError` when the disk is full or fails; then
        nothing was changed.
        """
        with self._transaction("BEGIN IMMEDIATE"):
            yield self._connection

    def notes(self) -> pl.DataFrame:
        """All notes: ``account`` and :data:`~ambassadors.shortlists.MANAGERS`, a row an account with any."""
        people: dict[str, dict[str, Any]] = {}
        for account, field, value in self.read("SELECT account, field, value FROM notes ORDER BY account, field"):
            people.setdefault(account, {"account": account})[field] = value
        rows = [{**row, "last_contacted": _day(row.get("last_contacted"))} for row in people.values()]
        columns = {"account": pl.String(), **{name: COLUMNS[name] for name in MANAGERS}}
        return pl.DataFrame([{name: row.get(name) for name in columns} for row in rows], schema=columns)

    @contextmanager
    def _transaction(self, begin: str) -> Iterator[None]:
        with self._told():
            if self._connection.in_transaction:
                yield
                return
            self._connection.execute(begin)
            try:
                yield
                self._connection.execute("COMMIT")
            except BaseException:
                if self._connection.in_transaction:  # a full disk may have ended it already
                    self._connection.execute("ROLLBACK")
                raise

    def _open(self) -> None:
        newest = len(schema.MIGRATIONS)
        found = schema.version_of(self._connection)
        if found > newest:
            raise StateError(
                f"{self.path}: has version {found} of the tables, this program knows up to {newest}. "
                "Update ambassadors, or use another --out."
            )
        for pragma in ("journal_mode = DELETE", "synchronous = FULL", "secure_delete = ON", "trusted_schema = OFF"):
            self._connection.execute(f"PRAGMA {pragma}").fetchall()
        broken = self._connection.execute("PRAGMA quick_check(1)").fetchone()[0]
        if broken != "ok":
            raise StateError(f"{self.path}: the file is broken ({broken}). Nothing was changed; put back a copy.")
        schema.migrate(self._connection)
        sync(self.folder)

    def _agreed_key(self) -> bytes:
        """The key in force, which must be the one that the store was begun with."""
        with self.writing() as connection:
            begun = connection.execute("SELECT value FROM meta WHERE key = 'key'").fetchone()
            key = places.from_environment() or places.read_key(self.folder)
            if key is None and begun:
                raise StateError(
                    f"{self.folder / places.KEY}: is gone, and the refusals cannot be read without it. "
                    "Put back a copy, or set AMBASSADORS_KEY to the key that the store was begun with."
                )
            key = key or self._new_key()
            check = hmac.new(key, _KEY_CHECK.encode(), hashlib.sha256).hexdigest()
            if begun and not hmac.compare_digest(begun[0], check):
                raise StateError(
                    f"{self.path}: was begun with another key than the one in force: no refusal would be known again. "
                    f"Set AMBASSADORS_KEY to that key (or unset it, if {self.folder / places.KEY} is it)."
                )
            if not begun:
                connection.execute("INSERT INTO meta VALUES ('key', ?)", (check,))
            return key

    def _new_key(self) -> bytes:
        try:
            return places.make_key(self.folder)
        except OSError as error:
            raise StateError(f"{self.folder}: no key can be made there ({error.strerror}). See to the disk.") from None

    @contextmanager
    def _told(self) -> Iterator[None]:
        """What SQLite says, as our own error."""
        try:
            yield
        except sqlite3.Error as error:
            raise StateError(f"{self.path}: {_remedy(error)}") from None


def _remedy(error: Exception) -> str:
    said = str(error)
    if "locked" in said:
        return f"another process has been writing for {PATIENCE_SECONDS:.0f} seconds. Nothing was changed; try again."
    if "not a database" in said or "malformed" in said:
        return f"the file is broken ({said}). Nothing was changed; put back a copy of it."
    return f"cannot be read or written ({said}). Nothing was changed; see to the disk and its rights, and try again."


def _day(text: str | None) -> date | None:
    return None if text is None else date.fromisoformat(text)


def _now() -> datetime:
    return datetime.now(UTC)
