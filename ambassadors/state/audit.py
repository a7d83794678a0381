"""Who asked what, when: one line a request, which names people by fingerprint only."""

from __future__ import annotations

import json
from typing import Any

import polars as pl

from ambassadors.state.store import Store

_REQUEST: dict[str, pl.DataType] = {
    "id": pl.Int64(),
    "at": pl.String(),
    "who": pl.String(),
    "command": pl.String(),
    "subject": pl.String(),
    "detail": pl.String(),
}


def audit(store: Store, command: str, subject: str | None = None, **detail: Any) -> None:
    """Writes down that a command was asked for now, by whom, and about whom.

    The subject is given in clear and kept as its fingerprint, so that the log names nobody. The detail holds plain
    values; personal data have no place in it.
    """
    known_by = None if subject is None else store.fingerprint(subject)
    told = json.dumps(detail, sort_keys=True, ensure_ascii=False, default=str)
    with store.writing() as connection:
        connection.execute(
            "INSERT INTO audit (at, who, command, subject, detail) VALUES (?, ?, ?, ?, ?)",
            (store.now, store.who, command, known_by, told),
        )


def requests(store: Store, subject: str | None = None) -> pl.DataFrame:
    """The log in its order: ``id, at, who, command, subject, detail``; about one subject where one is given."""
    known_by = None if subject is None else store.fingerprint(subject)
    rows = store.read(
        f"SELECT {', '.join(_REQUEST)} FROM audit WHERE ?1 IS NULL OR subject = ?1 ORDER BY id", (known_by,)
    )
    return pl.DataFrame(rows, schema=_REQUEST, orient="row")
