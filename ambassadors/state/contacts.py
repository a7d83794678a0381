"""Who was written to, and who is therefore held back for a while, or for good."""

from __future__ import annotations

from datetime import date, datetime, timedelta

import polars as pl

from ambassadors.state.people import Aliases, People
from ambassadors.state.store import Store

_HELD: dict[str, pl.DataType] = {"account": pl.String(), "why": pl.String(), "evidence": pl.String()}


def contacted(store: Store, account: str, day: str, source: str) -> None:
    """Adds a day on which somebody was written to, once."""
    with store.writing() as connection:
        known = "SELECT 1 FROM contacts WHERE account = ?1 AND day = ?2"
        values = (account, day, source)
        connection.execute(f"INSERT INTO contacts SELECT ?1, ?2, ?3 WHERE NOT EXISTS ({known})", values)


def corrected(store: Store, account: str, day: str) -> None:
    """Takes out a day that a manager has corrected; the history of notes still tells of it."""
    with store.writing() as connection:
        connection.execute("DELETE FROM contacts WHERE account = ? AND day = ?", (account, day))


def held(store: Store, moment: datetime | None, cool_down: timedelta, aliases: Aliases | None = None) -> pl.DataFrame:
    """Who must not be written to as of a moment: ``account, why, evidence``, a row for each account of theirs.

    ``do not contact`` where any of the person's accounts is noted so, with the file that said it; else ``cooling down``
    until the ``cool_down`` is over since the last time that they were written to on any account. A contact that lies
    after the moment counts, too: nobody is asked twice because a run looks back; so does any where data have no dates.
    """
    people, today = People(aliases), moment.date() if moment else date.min
    with store.reading():
        refused, written = _refused(store), _written(store)
    told = _of_everyone(_resting(written, today, cool_down, people), "cooling down", people)
    told |= _of_everyone(refused, "do not contact", people)
    rows = [(account, *why) for account, why in sorted(told.items())]
    return pl.DataFrame(rows, schema=_HELD, orient="row")


def _refused(store: Store) -> dict[str, str]:
    """Who is noted as not to be contacted, and where that comes from; not who handed it in when: see the history."""
    said = store.read("""
        SELECT notes.account, history.source
        FROM notes JOIN note_history AS history
            ON history.account = notes.account AND history.field = notes.field
            AND history.version = notes.changed_at_version
        WHERE notes.field = 'do_not_contact' ORDER BY notes.account
    """)
    return {account: f"Noted in {source}: do not contact." for account, source in said}


def _written(store: Store) -> dict[str, date]:
    """The last day on which each account was written to."""
    days = store.read("SELECT account, max(day) FROM contacts GROUP BY account ORDER BY account")
    return {account: date.fromisoformat(day) for account, day in days}


def _resting(written: dict[str, date], today: date, cool_down: timedelta, people: People) -> dict[str, str]:
    told = {}
    for account in written:
        last = max(written[one] for one in people.accounts(account) if one in written)
        again = last + cool_down
        if today < again:
            told[account] = f"Written to on {last}; from {again} on they may be asked again."
    return told


def _of_everyone(told: dict[str, str], why: str, people: People) -> dict[str, tuple[str, str]]:
    """The same of all accounts of each person; what is noted of an account itself comes first."""
    spread = {one: (why, evidence) for account, evidence in told.items() for one in people.accounts(account)}
    return spread | {account: (why, evidence) for account, evidence in told.items()}
