"""The managers' columns of a list, filled with what was noted of each person."""

from __future__ import annotations

import polars as pl

from ambassadors.shortlists import COLUMNS, MANAGERS
from ambassadors.state.people import Aliases, People, joined
from ambassadors.state.store import Store


def noted(frame: pl.DataFrame, store: Store, aliases: Aliases | None = None) -> pl.DataFrame:
    """The frame with the managers' columns and ``notes_version`` filled in.

    The notes of any account of a person count; what was noted differently of two of them stands side by side.
    """
    with store.reading():
        version, rows = store.version, store.read("SELECT account, field, value FROM notes")
    kept = {(account, name): value for account, name, value in rows}
    people = People(aliases)
    theirs = [people.accounts(account) for account in frame["account"]]
    columns = [
        pl.Series(name, [joined(name, (kept.get((one, name)) for one in accounts)) for accounts in theirs], pl.String)
        for name in MANAGERS
    ]
    filled = frame.with_columns(columns).with_columns(pl.lit(version, COLUMNS["notes_version"]).alias("notes_version"))
    return filled.with_columns(pl.col("last_contacted").str.to_date("%Y-%m-%d"))
