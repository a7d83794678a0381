"""Runs: the folders of finished runs in a place, who stands in them, and which are past their time."""

from __future__ import annotations

import json
import shutil
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import polars as pl

from ambassadors.delivery import LATEST, original
from ambassadors.errors import OutputError
from ambassadors.privacy.rows import records

MANIFEST = "manifest.json"
#: Left in a folder while a person is taken out of it: what is under way, for whoever must finish it after a kill.
MARKER = ".forgetting"


@dataclass(frozen=True)
class RunFolder:
    """A finished run: its folder and its manifest."""

    path: Path
    manifest: dict[str, Any]

    @property
    def files(self) -> list[Path]:
        """The files that the run wrote and that are still there, no links among them; the manifest last."""
        names = [*sorted(self.manifest.get("outputs", {})), MANIFEST]
        paths = [self.path / name for name in names if "/" not in name]
        return [path for path in paths if path.is_file() and not path.is_symlink()]

    @property
    def recipe(self) -> str:
        """The name of its recipe."""
        return str(self.manifest.get("recipe", {}).get("name", ""))


def run_folders(out: Path) -> list[RunFolder]:
    """The finished runs under ``out``, newest first. Links and folders without a manifest of ours are none."""
    found = [run for path in _real_folders(out) if (run := _read(path))]
    return sorted(found, key=lambda run: (_made_at(run.path), run.path.name), reverse=True)


def _real_folders(out: Path) -> list[Path]:
    entries = out.iterdir() if out.is_dir() else ()
    return [path for path in entries if path.is_dir() and not path.is_symlink() and not path.name.startswith(".")]


def _read(path: Path) -> RunFolder | None:
    if (path / MANIFEST).is_symlink():
        return None
    try:
        told = json.loads((path / MANIFEST).read_bytes())
    except (OSError, ValueError):
        return None
    ours = isinstance(told, dict) and isinstance(told.get("recipe"), dict) and isinstance(told.get("outputs"), dict)
    return RunFolder(path, told) if ours else None


def _made_at(path: Path) -> int:
    """When a run was finished; a folder from which somebody was taken keeps its time in the meantime."""
    try:
        return int(json.loads((path / MARKER).read_bytes())["mtime_ns"])
    except (OSError, ValueError, KeyError, TypeError):
        return path.stat().st_mtime_ns


def table(path: Path) -> Iterator[dict[str, str]]:
    """The rows of a CSV of ours by column, each text as it was before spreadsheets were thought of."""
    header: list[str] | None = None
    for record, cells in records(path.read_bytes().decode("utf-8-sig", "replace")):
        if header is None:
            header = cells
        else:
            plain = original(pl.DataFrame({"": cells}))[""].to_list() if "'" in record else cells
            yield dict(zip(header, plain, strict=False))


def sweep_runs(out: Path, name: str, keep_runs: int, keep_for: timedelta | None, now: datetime) -> list[str]:
    """Removes the runs of a recipe that are past their time, and tells their names, oldest first.

    Kept are of the newest ``keep_runs`` (0: all) those that were finished within ``keep_for`` before ``now``, and in
    any case the one to which ``latest`` points. Time counts from when the folder was finished, not from the date of
    its data, so that a run as of an earlier date is not old. Nothing else is touched: no link, no other recipe's run,
    no folder without a manifest. A folder goes under a hidden name first, so that none is ever seen in part.

    Raises :class:`OutputError` when one cannot be removed.
    """
    runs = [run for run in run_folders(out) if run.recipe == name and run.path.name.startswith(f"{name}-")]
    before = None if keep_for is None else (now - keep_for).timestamp() * 1e9
    latest = out / LATEST
    pinned = latest.readlink().name if latest.is_symlink() else None
    old = [
        run.path
        for place, run in enumerate(runs)
        if run.path.name != pinned
        and ((keep_runs and place >= keep_runs) or (before is not None and _made_at(run.path) < before))
    ]
    return [_removed(path) for path in reversed(old)]


def _removed(path: Path) -> str:
    hidden = path.with_name(f".{path.name}.partial")
    try:
        path.rename(hidden)
        shutil.rmtree(hidden)
    except OSError as error:
        raise OutputError(f"{path}: cannot be removed: {error.strerror}. See to its rights, or remove it.") from None
    return path.name
