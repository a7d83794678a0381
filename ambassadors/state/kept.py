"""What is kept of whom, now and as of any version; and the one way of changing it."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass

from ambassadors.state.contacts import contacted, corrected
from ambassadors.state.store import Store


@dataclass(frozen=True)
class Change:
    """One field of one account: what stood there, and what stands there from now on."""

    account: str
    field: str
    before: str | None
    after: str | None


class Kept:
    """All notes with their history, read once."""

    def __init__(self, store: Store) -> None:
        self.version = store.version
        self._history: dict[tuple[str, str], list[tuple[int, str | None]]] = defaultdict(list)
        rows = store.read("SELECT account, field, version, after FROM note_history ORDER BY version, rowid")
        for account, field, version, after in rows:
            self._history[account, field].append((version, after))
        self._now = {
            (account, field): value for account, field, value in store.read("SELECT account, field, value FROM notes")
        }

    def now(self, account: str, field: str) -> str | None:
        """What is kept."""
        return self._now.get((account, field))

    def as_of(self, version: int, account: str, field: str) -> str | None:
        """What was kept when the store had that version."""
        told = (after for at, after in reversed(self._history.get((account, field), [])) if at <= version)
        return next(told, None)


def change(store: Store, changes: Iterable[Change], source: str) -> int:
    """Writes the changes and their history as one new version, and gives it; no changes, no new version."""
    version, who, at = store.version + 1, store.who, store.now
    with store.writing() as connection:
        written = 0
        for one in changes:
            written += 1
            if one.after is None:
                connection.execute("DELETE FROM notes WHERE account = ? AND field = ?", (one.account, one.field))
            else:
                values = (one.account, one.field, one.after, version)
                connection.execute("INSERT OR REPLACE INTO notes VALUES (?, ?, ?, ?)", values)
            row = (version, one.account, one.field, one.before, one.after, source, who, at)
            connection.execute("INSERT INTO note_history VALUES (?, ?, ?, ?, ?, ?, ?, ?)", row)
            if one.field == "last_contacted":
                _contact(store, one, source)
        if written:
            connection.execute("UPDATE meta SET value = ? WHERE key = 'version'", (str(version),))
        return version if written else version - 1


def _contact(store: Store, one: Change, source: str) -> None:
    """A later day is a further contact; an earlier one, or none, says that the day before was wrong."""
    if one.before is not None and (one.after is None or one.after < one.before):
        corrected(store, one.account, one.before)
    if one.after is not None:
        contacted(store, one.account, one.after, source)
