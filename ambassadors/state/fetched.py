"""Where fetched data lies: whoever is to be forgotten must be found there, too."""

from __future__ import annotations

from pathlib import Path

from ambassadors.state.store import Store

_PLACE = "fetched:"


def note_place(store: Store, folder: Path) -> None:
    """Remembers a folder of fetched data."""
    key = f"{_PLACE}{folder.resolve()}"
    if not store.read("SELECT 1 FROM meta WHERE key = ?", (key,)):
        with store.writing() as connection:
            connection.execute("INSERT OR IGNORE INTO meta VALUES (?, '')", (key,))


def places(store: Store) -> list[Path]:
    """The folders of fetched data that still stand."""
    keys = [row[0] for row in store.read("SELECT key FROM meta WHERE key LIKE ? ORDER BY key", (f"{_PLACE}%",))]
    return [folder for key in keys if (folder := Path(key.removeprefix(_PLACE))).is_dir()]
