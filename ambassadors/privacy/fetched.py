"""Fetched data: who is named in it, their rows taken out of it for good, or handed out."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from contextlib import closing
from functools import partial
from pathlib import Path
from typing import Any

import polars as pl

from ambassadors import crawling, tables
from ambassadors.crawling import Checkpoint
from ambassadors.lake import Lake
from ambassadors.locking import locked
from ambassadors.privacy.forms import Forms, Person
from ambassadors.state import Store, forgotten_among, is_there, note_state, open_store, state_of
from ambassadors.state.refusals import remember_forgotten

#: Columns in which somebody's own words, or those of others, may name a person.
_WORDS = ("name", "bio", "links", "url", "location", "text", "handle")


def people_of(folder: Path) -> Iterator[Person]:
    """Everybody whose profile was fetched, with what they are called."""
    rows = Lake(folder).read("accounts").select("account", "handle", "name", "url").unique(maintain_order=True)
    for account, handle, name, url in rows.iter_rows():
        handles = ((account.partition(":")[0], handle.removeprefix("@")),) if handle else ()
        names = (name,) if name and name not in (account, handle) else ()
        yield Person((account,), handles, (url,) if url else (), (), names)


def erase_fetched(folder: Path, forms: Forms, store: Store, reason: str) -> dict[str, int]:
    """Their rows out of a dataset and its crawls' notes, and their names out of others' words; how many by table.

    The dataset learns which store knows of it, so that every fetch keeps them out; where another store is known there,
    it is told.
    """
    accounts = [*forms.person.accounts, *(f"{platform}:@{handle}" for platform, handle in forms.person.handles)]
    lake = Lake(folder)
    with locked(folder):
        _keep_out(folder, forms, store, reason)
        counts: dict[str, int] = {}
        notes_files = sorted(folder.glob("*.sqlite"))
        for path in notes_files:
            with closing(Checkpoint(path)) as notes:
                for table, count in crawling.drop_people(notes, lake, accounts, named=partial(_names, forms)).items():
                    counts[table] = counts.get(table, 0) + count
        if not notes_files:
            counts = lake.drop_accounts(accounts)
        for table in lake.tables():
            named = _reworded(lake.read(table), forms)
            if named.height:
                lake.replace(table, named)
                counts[table] = counts.get(table, 0) + named.height
    return {table: count for table, count in counts.items() if count}


def drop_forgotten(folder: Path, store: Store) -> dict[str, int]:
    """Takes out of a dataset who was forgotten before the store knew of it; whoever calls holds the dataset's lock."""
    lake = Lake(folder)
    handles = lake.read("accounts").select("account", "handle").unique(maintain_order=True)
    named = [lake.read(table)[column] for table in lake.tables() for column in tables.table(table).naming]
    ids = pl.concat([pl.Series([], dtype=pl.String), *named]).drop_nulls().unique().sort()
    gone = sorted(forgotten_among(store, [*handles.iter_rows(), *((one, None) for one in ids)]))
    if not gone:
        return {}
    note_state(store, folder)
    counts = lake.drop_accounts(gone)
    for path in sorted(folder.glob("*.sqlite")):
        with closing(Checkpoint(path)) as notes:
            crawling.drop_people(notes, lake, gone)
    return counts


def _keep_out(folder: Path, forms: Forms, store: Store, reason: str) -> None:
    """No later fetch into this dataset brings them back, wherever it is started."""
    known = state_of(folder)
    if known is None or known == store.folder.resolve() or not is_there(known):
        note_state(store, folder)
        return
    with open_store(known) as other:
        remember_forgotten(other, forms.signs, reason)


def _names(forms: Forms, row: str) -> bool:
    """Whether a row, told as JSON, names them: before a name may stand an escape, which is no letter of a word."""
    return forms.named(row) or any(forms.named(value) for value in json.loads(row).values() if isinstance(value, str))


def _reworded(rows: pl.DataFrame, forms: Forms) -> pl.DataFrame:
    """The rows whose words name them, with those words made ``[forgotten]``."""
    words = [name for name in _WORDS if name in rows.columns]
    if not words:
        return rows.clear()
    changed = {name: [None if text is None else forms.without(text) for text in rows[name]] for name in words}
    mended = rows.with_columns(pl.Series(name, texts, dtype=pl.String) for name, texts in changed.items())
    return mended.filter(pl.any_horizontal(mended[name].ne_missing(rows[name]) for name in words))


def held_of(folder: Path, accounts: Sequence[str]) -> dict[str, Any]:
    """All rows of a dataset that are about a person, as plain values."""
    lake, found = Lake(folder), {}
    for table in lake.tables():
        theirs = pl.any_horizontal(pl.col(name).is_in(list(accounts)) for name in tables.table(table).naming)
        rows = lake.read(table).filter(theirs.fill_null(False))
        if rows.height:
            found[table] = rows.with_columns(pl.col(pl.Datetime).dt.to_string("iso:strict")).to_dicts()
    return {"dataset": folder.name, "tables": found}
