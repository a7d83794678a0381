"""Forget: a person erased from runs, notes and leftovers, for good, and the proof of it."""

from __future__ import annotations

import os
import shutil
from contextlib import suppress
from pathlib import Path

from ambassadors.delivery import sweep
from ambassadors.privacy.erasing import Erased, erase
from ambassadors.privacy.fetched import erase_fetched
from ambassadors.privacy.forms import Forms, Person
from ambassadors.privacy.persons import PENDING, crowd, find, from_json, remembered, to_json
from ambassadors.privacy.proof import Proof, prove
from ambassadors.privacy.runs import run_folders
from ambassadors.state import Store, audit, open_store, places
from ambassadors.state.refusals import account_sign, remember_forgotten

#: The store's tables whose rows are one account's.
_OF_ACCOUNTS = ("notes", "note_history", "contacts", "untold")
#: What names people by fingerprint only, or is our own.
_NAMELESS = ("fingerprint", "sha256", "at", "who", "command", "subject", "kind", "what", "field", "key", "day")


def forget(name: str, *, out: Path | str, state: Path | str | None = None, reason: str = "") -> Proof:
    """Erases a person from every run under ``out``, from what was fetched and from the store, for good, and proves it.

    ``name`` is an id, ``@handle``, ``platform:@handle`` or ``customer:ID``; all accounts of the same person are meant.
    An id that stands nowhere is remembered as forgotten all the same, so that it never comes in. Only keyed
    fingerprints are kept. What was killed on its way is finished by the next call, and told by :func:`pending`; call it
    while nothing else writes to ``out``.

    Raises :class:`UnknownAccount` for a handle that nobody here bears, :class:`OutputError` or :class:`StateError` when
    something cannot be written; the person counts as forgotten from then on, and the same call finishes it.
    """
    out, folder = Path(out), Path(state or Path(out) / "state")
    with open_store(folder) as store:
        everyone = crowd(out, store)
        begun = remembered(store)
        half_done = [one for one in begun if _means(name, one)]
        accounts = half_done[0].accounts if half_done else (find(name, everyone),)
        person = everyone.everything(accounts)
        for one in half_done:
            person |= one
        forms = Forms(person, everyone.others(person))
        subject = account_sign(person.chief)[1]
        _begin(store, forms, subject, reason)
        erased = {run.path.name: done for run in run_folders(out) if (done := erase(run, forms))}
        fetched = places(store)
        rows = [erase_fetched(place, forms, store, reason) for place in fetched]
        counts = _erase_store(store, forms)
        swept = [*sweep(out), *_swept_files(out)]
        _end(store, person, subject, erased)
        known = bool(half_done) or any(account in everyone.people for account in person.accounts)
        names = [store.fingerprint(form) for form in forms.exact]
        shared = len(forms.shared)
        mark = store.fingerprint(subject)
    return prove(
        [out, folder], fetched, forms, mark=mark, known=known, names=names, shared=shared, erased=erased, store=counts,
        swept=swept, fetched=sum(sum(one.values()) for one in rows),
    )  # fmt: skip


def pending(state: Path | str) -> int:
    """How many people's forgetting was begun and not finished."""
    with open_store(Path(state)) as store:
        return len(remembered(store))


def resume(*, out: Path | str, state: Path | str | None = None) -> list[Proof]:
    """Finishes what was begun and killed on its way; a proof for each person."""
    folder = Path(state or Path(out) / "state")
    with open_store(folder) as store:
        names = [one.accounts[0] for one in remembered(store)]
    return [forget(name, out=out, state=folder) for name in names]


def _means(name: str, person: Person) -> bool:
    handles = {f"@{handle}" for _, handle in person.handles} | {f"{on}:@{handle}" for on, handle in person.handles}
    return name in person.accounts or name.casefold() in {handle.casefold() for handle in handles}


def _begin(store: Store, forms: Forms, subject: str, reason: str) -> None:
    """From here on they are kept out, whatever happens; what they are called is kept until all of it is erased."""
    with store.writing() as connection:
        remember_forgotten(store, forms.signs, reason)
        key = f"{PENDING}:{store.fingerprint(subject)}"
        connection.execute("INSERT OR REPLACE INTO meta VALUES (?, ?)", (key, to_json(forms.person)))
        audit(store, "forget", subject, state="begun")


def _end(store: Store, person: Person, subject: str, erased: dict[str, Erased]) -> None:
    with store.writing() as connection:
        for key, value in connection.execute(
            "SELECT key, value FROM meta WHERE key LIKE ?", (f"{PENDING}:%",)
        ).fetchall():
            if set(from_json(value).accounts) <= set(person.accounts):
                connection.execute("DELETE FROM meta WHERE key = ?", (key,))
        audit(store, "forget", subject, state="done", runs=len(erased))
    store.read("VACUUM")  # pages that were let go of are not kept


def _erase_store(store: Store, forms: Forms) -> dict[str, int]:
    """Their rows out of the store, and their names out of everybody else's; how many by table."""
    counts: dict[str, int] = {}
    with store.writing() as connection:
        for table in _OF_ACCOUNTS:
            marks = ",".join("?" * len(forms.person.accounts))
            sql = f"DELETE FROM {table} WHERE account IN ({marks})"
            counts[table] = connection.execute(sql, forms.person.accounts).rowcount
        tables = connection.execute("SELECT name FROM sqlite_master WHERE type = 'table'").fetchall()
        for (table,) in tables:
            if table != "meta" and not table.startswith("sqlite_"):
                counts[table] = counts.get(table, 0) + _unname(connection, table, forms)
    return {table: count for table, count in counts.items() if count}


def _unname(connection: object, table: str, forms: Forms) -> int:
    """Texts of one table that name them, mended; how many."""
    execute = connection.execute  # type: ignore[attr-defined]  # sqlite3.Connection
    columns = [row[1] for row in execute(f"PRAGMA table_info({table})") if row[1] not in _NAMELESS]
    changed = 0
    for column in columns:
        for (text,) in execute(f"SELECT DISTINCT {column} FROM {table} WHERE typeof({column}) = 'text'").fetchall():
            rest = forms.within_json(text)
            if rest != text:
                changed += execute(f"UPDATE {table} SET {column} = ? WHERE {column} = ?", (rest, text)).rowcount
    return int(changed)


def _swept_files(out: Path) -> list[str]:
    """Files that killed writers left half written, in the place and in its runs."""
    left = [path for folder in (out, *(run.path for run in run_folders(out))) for path in folder.glob(".*.partial")]
    for path in left:
        if path.is_dir() and not path.is_symlink():
            shutil.rmtree(path, ignore_errors=True)  # the proof looks through what cannot be removed
        else:
            with suppress(OSError):
                path.unlink(missing_ok=True)
    return sorted(path.name for path in left if not os.path.lexists(path))
