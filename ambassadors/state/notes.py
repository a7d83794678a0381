"""Notes that come back: taken over in one step, each cell against what it was handed out as."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Collection, Iterator
from itertools import groupby
from pathlib import Path
from typing import Any

import polars as pl

from ambassadors.shortlists import MANAGERS
from ambassadors.state.audit import audit
from ambassadors.state.cells import read_cell
from ambassadors.state.contacts import contacted
from ambassadors.state.imported import CHANGES, CONFLICTS, REJECTED, UNKNOWN, Imported
from ambassadors.state.kept import Change, Kept, change
from ambassadors.state.merging import CONFLICT, TAKEN, Came, Prefer, Settled, settle
from ambassadors.state.notes_files import Returned, Row, read_returned
from ambassadors.state.people import Aliases, People, joined
from ambassadors.state.refusals import FORGOTTEN, Known
from ambassadors.state.store import Store

Accounts = Collection[str] | Callable[[str], bool] | None

_ACCOUNT = re.compile(r"[a-z][a-z0-9_]*:\S(?:.{0,500}\S)?")


def import_notes(
    store: Store, path: Path, *, known: Accounts = None, prefer: Prefer = None, aliases: Aliases | None = None
) -> Imported:
    """Takes over what managers wrote into a CSV or workbook that a run handed out; all of it or, when killed, nothing.

    Each cell is compared with what was handed out (``notes_version`` tells when) and with what is kept now, so that the
    edits of two people stand beside each other. Where both changed the same cell, the kept value stands unless the file
    is preferred, and the conflict is listed. ``aliases`` are the accounts of one person: a note of any of them was
    shown in their one row, so a change of the row changes it for the person, and emptying it takes it from all of them.
    A file that has rows of several of them was made before they were known as one. The audit log gets a line.

    Raises :class:`NotesError` for a file that cannot be read as notes, is empty, or is still open in a spreadsheet.
    """
    return take_over(store, read_returned(path), known=known, prefer=prefer, aliases=aliases)


def take_over(
    store: Store, returned: Returned, *, known: Accounts = None, prefer: Prefer = None, aliases: Aliases | None = None
) -> Imported:
    """What :func:`import_notes` does with a file that was read already."""
    with store.writing():
        return _Import(store, returned, People(aliases), prefer).taken_over(known)


class _Import:
    """One file on its way into the store."""

    def __init__(self, store: Store, returned: Returned, people: People, prefer: Prefer) -> None:
        self.store, self.returned, self.people, self.prefer = store, returned, people, prefer
        self.kept = Kept(store)
        self.conflicts: list[tuple[Any, ...]] = []
        self.rejected: list[tuple[Any, ...]] = []
        self.changes: list[Change] = []
        self.touched: dict[str, set[int]] = {TAKEN: set(), CONFLICT: set(), "refused": set()}
        self.cautions = list(returned.cautions)
        self.named = {row.account for row in returned.rows}

    def taken_over(self, known: Accounts) -> Imported:
        rows = list(enumerate(self.returned.rows))
        good = self._acceptable(rows)
        self._doubt_versions(good)
        by_person = sorted(good, key=lambda numbered: self._person(numbered[1]))
        for _, theirs in groupby(by_person, key=lambda numbered: self._person(numbered[1])):
            self._merge(list(theirs))
        change(self.store, self.changes, self.returned.name)
        result = self._result(good, known)
        self._remember(result)
        return result

    def _person(self, row: Row) -> str:
        return min(self._accounts(row.account))

    def _accounts(self, account: str) -> list[str]:
        """All accounts that the row stood for when it was handed out, its own first.

        A file with rows of several of them was made before it was known that they are one person's.
        """
        accounts = self.people.accounts(account)
        return accounts if len(self.named.intersection(accounts)) == 1 else [account]

    def _acceptable(self, rows: list[tuple[int, Row]]) -> list[tuple[int, Row]]:
        """The rows that name a person, and were not broken on the way."""
        named = pl.Series([row.account for _, row in rows], dtype=pl.String)
        forgotten = set(Known(self.store, FORGOTTEN).accounts(named))
        good = []
        for index, row in rows:
            if row.account in forgotten:
                self._reject(index, "account", "", "this person was forgotten; delete the row from the file, too")
            elif row.too_long:
                self._reject(index, "", "", "has more cells than the header: perhaps a separator stands in a note")
            elif not _ACCOUNT.fullmatch(row.account):
                said = "is empty" if not row.account else "is no account id, which is platform:native_id"
                self._reject(index, "account", row.account, f"{said}; copy it from the file that the run wrote")
            else:
                good.append((index, row))
        return good

    def _merge(self, rows: list[tuple[int, Row]]) -> None:
        """All rows of one person, field by field."""
        accounts = self._accounts(rows[0][1].account)
        for name in MANAGERS:
            came = list(self._came(rows, name))
            kept = joined(name, (self.kept.now(account, name) for account in accounts))
            usable = [one for one in came if not self._unusable(one, name, kept)]
            settled = settle(kept, usable, self.prefer)
            self._tell_cautions(usable, name)
            if settled.fate == CONFLICT:
                self._tell_conflict(settled, usable, name, kept)
            if settled.value != kept:
                changes = list(self._changed(accounts, name, settled.value))
                self._tell_spread(changes, settled)
                self.changes.extend(changes)
            if settled.fate in self.touched:
                self.touched[settled.fate].update(settled.rows)

    def _came(self, rows: list[tuple[int, Row]], name: str) -> Iterator[Came]:
        for index, row in rows:
            if name not in row.cells:
                continue
            version = _version(row.notes_version, self.kept.version)
            bases: tuple[str | None, ...] = ()
            if version is not None:
                then = (self.kept.as_of(version, one, name) for one in self._accounts(row.account))
                bases = (joined(name, then),)
            yield Came(index, read_cell(name, row.cells[name], is_csv=self.returned.is_csv), bases)

    def _unusable(self, one: Came, name: str, kept: str | None) -> bool:
        if not one.cell.problem or not one.is_change or one.cell.says(kept):
            return False
        self._reject(one.row, name, one.cell.typed, one.cell.problem)
        return True

    def _changed(self, accounts: list[str], name: str, value: str | None) -> Iterator[Change]:
        """The value at the account of the row; what other accounts of the person had is part of it, or was replaced."""
        for account in accounts:
            before, after = self.kept.now(account, name), value if account == accounts[0] else None
            if before != after:
                yield Change(account, name, before, after)

    def _reject(self, index: int, column: str, value: str, reason: str) -> None:
        row = self.returned.rows[index]
        account = row.account if _ACCOUNT.fullmatch(row.account) and column != "account" else None
        self.rejected.append((self.returned.name, row.number, account, column, value[:200], f"{row.place}{reason}"))
        self.touched["refused"].add(index)

    def _tell_conflict(self, settled: Settled, came: list[Came], name: str, kept: str | None) -> None:
        for one in came:
            if one.row not in settled.rows:
                continue
            row = self.returned.rows[one.row]
            base = one.bases[0] if one.bases else None
            told = (row.account, row.person or None, name, base, kept, one.cell.value, settled.done)
            self.conflicts.append((self.returned.name, row.number, *told))
            if name == "last_contacted" and one.cell.value:  # they were written to, whichever day is kept
                contacted(self.store, row.account, one.cell.value, self.returned.name)

    def _tell_spread(self, changes: list[Change], settled: Settled) -> None:
        """Says so where a row changed nothing of its own account, and what was noted of the person's others goes."""
        row = self.returned.rows[settled.rows[0]]
        if all(one.account != row.account for one in changes):
            others = ", ".join(one.account for one in changes)
            self.cautions.append(
                f"{self.returned.name}: row {row.number}: {changes[0].field} is one for all accounts of a person, "
                f"so what was noted of {others} was taken away."
            )

    def _tell_cautions(self, came: list[Came], name: str) -> None:
        for one in came:
            if one.cell.caution and one.is_change:
                where = f"{self.returned.name}: row {self.returned.rows[one.row].number}"
                self.cautions.append(f"{where}: {name} {one.cell.typed[:200]!r} {one.cell.caution}")

    def _doubt_versions(self, rows: list[tuple[int, Row]]) -> None:
        said = [row.notes_version for _, row in rows if row.notes_version.strip()]
        strange = sum(_version(words, self.kept.version) is None for words in said)
        if strange:
            self.cautions.append(
                f"{self.returned.name}: {strange:,} rows have a notes_version that these notes never had: "
                "an empty cell changes nothing there, and a filled one never replaces another."
            )

    def _result(self, good: list[tuple[int, Row]], known: Accounts) -> Imported:
        name, rows = self.returned.name, self.returned.rows
        refused = self.touched["refused"]
        conflicting = self.touched[CONFLICT] - refused
        changed = self.touched[TAKEN] - conflicting - refused
        new = [row for _, row in good if not _knows(known, self.people.accounts(row.account))]
        strangers = [(name, row.number, row.account, row.person or None) for row in new]
        told = [(one.account, one.field, one.before, one.after) for one in self.changes]
        return Imported(
            file=name,
            rows=len(rows),
            changed=len(changed),
            unchanged=len(rows) - len(changed) - len(conflicting) - len(refused),
            conflicting=len(conflicting),
            refused=len(refused),
            conflicts=pl.DataFrame(self.conflicts, schema=CONFLICTS, orient="row"),
            rejected=pl.DataFrame(self.rejected, schema=REJECTED, orient="row").sort("row", maintain_order=True),
            unknown=pl.DataFrame(strangers, schema=UNKNOWN, orient="row"),
            changes=pl.DataFrame(told, schema=CHANGES, orient="row"),
            cautions=tuple(self.cautions),
        )

    def _remember(self, result: Imported) -> None:
        with self.store.writing() as connection:
            row = (self.returned.sha256, self.returned.name, self.store.now, json.dumps(result.counts()))
            connection.execute("INSERT OR REPLACE INTO imports VALUES (?, ?, ?, ?)", row)
            audit(self.store, "import-notes", None, file=self.returned.name, **result.counts())


def _knows(known: Accounts, accounts: list[str]) -> bool:
    """Whether the person is known, by any of their accounts."""
    if known is None:
        return True
    return any(known(account) if callable(known) else account in known for account in accounts)


def _version(words: str, newest: int) -> int | None:
    """The version that a row was written out with; None where it cannot be one of these notes."""
    words = words.strip().removesuffix(".0")
    return int(words) if re.fullmatch(r"[0-9]{1,15}", words) and int(words) <= newest else None
