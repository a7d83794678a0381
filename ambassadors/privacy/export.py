"""Export: everything that is kept about one person, for that person; of others nothing."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from ambassadors.privacy.fetched import held_of
from ambassadors.privacy.forms import Forms, Person
from ambassadors.privacy.persons import crowd, find
from ambassadors.privacy.rows import rejects_them, theirs
from ambassadors.privacy.runs import RunFolder, run_folders, table
from ambassadors.state import Store, audit, open_store, places
from ambassadors.state.refusals import account_sign


def export(name: str, *, out: Path | str, state: Path | str | None = None) -> dict[str, Any]:
    """All that the runs under ``out`` and the store hold about a person, as plain values.

    Their rows in each file of each run and in what was fetched, what the report says of them, notes with their
    history, contacts, refusals and requests about them, and the files from which the runs were made. Raises
    :class:`UnknownAccount` for a handle that nobody here bears.
    """
    out = Path(out)
    with open_store(Path(state or out / "state")) as store:
        everyone = crowd(out, store)
        person = everyone.everything([find(name, everyone)])
        forms = Forms(person, everyone.others(person))
        runs = [_of_run(run, forms) for run in run_folders(out)]
        held = {
            "accounts": list(person.accounts),
            "runs": [run for run in runs if run["files"]],
            "fetched": [held_of(place, person.accounts) for place in places(store)],
            **_of_store(store, person),
        }
        audit(store, "export", account_sign(person.chief)[1])
    return held


def _of_run(run: RunFolder, forms: Forms) -> dict[str, Any]:
    """What one run holds about them."""
    files: dict[str, Any] = {}
    for path in run.files:
        if path.suffix == ".csv":
            files[path.name] = [row for row in table(path) if theirs(list(row), list(row.values()), forms)]
            if path.name == "rejects.csv":
                files[path.name] = [row for row in table(path) if rejects_them(row, forms)]
        elif path.name == "report.json":
            files[path.name] = _of_report(json.loads(path.read_bytes()), forms.person)
    inputs = [{"file": one.get("file"), "table": one.get("table")} for one in run.manifest.get("inputs", [])]
    found = {name: rows for name, rows in files.items() if rows}
    return {"run": run.path.name, "as_of": run.manifest.get("as_of"), "files": found, "made_from": inputs}


def _of_report(told: dict[str, Any], person: Person) -> list[Any]:
    """Their cards, without the people around them."""
    cards = [card for account, card in told.get("people", {}).items() if account in person.accounts]
    return [{key: value for key, value in card.items() if key != "around"} for card in cards]


def _of_store(store: Store, person: Person) -> dict[str, Any]:
    """Notes, contacts, refusals and requests."""
    marks, found = ",".join("?" * len(person.accounts)), {}
    for name, columns in (
        ("notes", "account, field, value"),
        ("note_history", "at, account, field, before, after, source"),
        ("untold", "file, row, account, field, handed_out, kept, in_file, done"),
        ("contacts", "account, day, source"),
    ):
        rows = store.read(
            f"SELECT {columns} FROM {name} WHERE account IN ({marks}) ORDER BY {columns}", person.accounts
        )
        found[name] = [dict(zip(columns.split(", "), row, strict=True)) for row in rows]
    signs = {store.fingerprint(text): what for what, text in person.signs}
    refusals = store.read("SELECT fingerprint, kind, reason, at FROM refusals ORDER BY at, fingerprint")
    found["refusals"] = [
        {"by": signs[mark], "kind": kind, "reason": reason, "at": at}
        for mark, kind, reason, at in refusals
        if mark in signs
    ]
    requests = store.read("SELECT at, command, subject FROM audit ORDER BY id")
    found["requests"] = [{"at": at, "command": command} for at, command, mark in requests if mark in signs]
    return found
