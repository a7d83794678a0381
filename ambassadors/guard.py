"""The guard: the inputs beside those of the last run. What shrank or broke must not replace what managers have."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime
from fnmatch import fnmatch
from pathlib import Path
from typing import Any

from ambassadors.delivery import LATEST
from ambassadors.errors import InputsChanged, OutputError
from ambassadors.recipe import JobSection
from ambassadors.sources.reading import Intake

#: The form of run folders that this version writes and reads. A newer one is not judged by it.
FORMAT = 1
#: So few rows may come or go without a word.
FEW_ROWS = 5


@dataclass(frozen=True)
class Before:
    """The last run of the same recipe: its folder and its manifest."""

    folder: Path
    manifest: dict[str, Any]

    def has_read(self, path: object) -> bool:
        """Whether that file, or files of that pattern, were among its inputs."""
        return any(f"/{path}".endswith(f"/{file}") or fnmatch(file, str(path)) for _, file in self.inputs)

    @property
    def inputs(self) -> dict[tuple[str, str], dict[str, Any]]:
        """What it read, by table and file."""
        return {(one["table"], one["file"]): one for one in self.manifest.get("inputs", [])}


def last_run(out: Path, name: str) -> Before | None:
    """The run of that recipe that ``latest`` points to; where it is of another recipe, the newest of this one.

    Raises :class:`OutputError` when a newer version of ambassadors made it.
    """
    found = [run for folder in _folders(out, name) if (run := _read(folder)) and _name(run) == name]
    if not found:
        return None
    before = found[0]
    if before.manifest["format"] > FORMAT:
        raise OutputError(
            f"{before.folder}: a newer version of ambassadors made this run (format {before.manifest['format']}, this "
            f"one knows {FORMAT}). Update ambassadors, or give another --out."
        )
    return before


def _folders(out: Path, name: str) -> Iterator[Path]:
    """Folders that may be runs of that recipe, the one of ``latest`` first, then the newest first."""
    link = out / LATEST
    if link.is_symlink() and link.is_dir():
        yield out / link.readlink().name
    named = [path for path in out.glob(f"{name}-*") if path.is_dir() and not path.is_symlink()]
    yield from sorted(named, key=lambda path: (path.stat().st_mtime_ns, path.name), reverse=True)


def _read(folder: Path) -> Before | None:
    """A run with its manifest; None for what is no run of ours."""
    try:
        manifest = json.loads((folder / "manifest.json").read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return None
    return Before(folder, manifest) if _is_ours(manifest) else None


def _is_ours(manifest: Any) -> bool:
    """Whether all that is read of a manifest is there; of a newer form only its number is read."""
    if not isinstance(manifest, dict) or not isinstance(manifest.get("format"), int):
        return False
    needed = {"table", "file", "rows", "accepted", "rejected"}
    inputs = manifest.get("inputs")
    told = isinstance(inputs, list) and all(isinstance(one, dict) and needed <= one.keys() for one in inputs)
    return told or manifest["format"] > FORMAT


def _name(run: Before) -> object:
    recipe = run.manifest.get("recipe")
    return recipe.get("name") if isinstance(recipe, dict) else None


def check(before: Before, intakes: Iterable[Intake], newest: datetime | None, limits: JobSection) -> None:
    """Raises :class:`InputsChanged` with all that is suspicious beside the last run."""
    now = {(intake.table, intake.file): intake for intake in intakes}
    told = [*_shrunken(before, now, limits.shrunk), *_narrowed(before, now), *_rejecting(before, now, limits.rejected)]
    told += _older(before, newest)
    if told:
        raise InputsChanged(_message(before, told))


def broken(before: Before, problem: Exception) -> InputsChanged:
    """The error for a file that cannot be read any more, although the last run read it."""
    return InputsChanged(_message(before, [str(problem)]))


def _message(before: Before, told: list[str]) -> str:
    lines = "\n".join(f"  {one}" for one in told)
    return (
        f"the inputs look broken beside those of {before.folder.name}, which stays the latest run:\n{lines}\n"
        "Mend the export and run again; or, if this is as it should be, add --accept-changes."
    )


_Now = dict[tuple[str, str], Intake]


def _shrunken(before: Before, now: _Now, least: float) -> Iterator[str]:
    """Files of the same name, and tables as a whole, with far fewer accepted rows than last time."""
    then = before.inputs
    for key in sorted(then.keys() & now.keys()):
        yield from _fewer(f"{key[1]} ({key[0]})", then[key]["accepted"], now[key].accepted, least)
    alone = {table for table, _ in then} | {table for table, _ in now}
    for table in sorted(alone):
        old, new = ({key for key in keys if key[0] == table} for keys in (then, now))
        if old != new or len(old) > 1:
            rows = sum(then[key]["accepted"] for key in old), sum(now[key].accepted for key in new)
            yield from _fewer(f"all files of {table} together", *rows, least)


def _fewer(what: str, rows: int, left: int, least: float) -> Iterator[str]:
    if left < least * rows and rows - left >= FEW_ROWS:
        yield f"{what}: {left:,} good rows instead of {rows:,}"


def _narrowed(before: Before, now: _Now) -> Iterator[str]:
    """Files that lost columns; new ones are no harm."""
    for key in sorted(before.inputs.keys() & now.keys()):
        lost = [name for name in before.inputs[key].get("columns", ()) if name not in now[key].columns]
        if lost:
            yield f"{key[1]}: the columns {', '.join(lost)} are gone"


def _rejecting(before: Before, now: _Now, most: float) -> Iterator[str]:
    """Files of which far more rows were turned away than last time."""
    for key in sorted(before.inputs.keys() & now.keys()):
        then, intake = before.inputs[key], now[key]
        share, usual = (rejected / rows if rows else 0.0 for rejected, rows in (
            (intake.rejected, intake.rows), (then["rejected"], then["rows"])
        ))  # fmt: skip
        if share > most and share > 2 * usual and intake.rejected - then["rejected"] >= FEW_ROWS:
            reasons = ", ".join(f"{count:,} {reason}" for reason, count in intake.reasons.items())
            yield f"{key[1]}: {share:.0%} of its rows were turned away ({reasons}), last time {usual:.0%}"


def _older(before: Before, newest: datetime | None) -> Iterator[str]:
    """Data that ends earlier than last time: an old export, put back."""
    then = before.manifest.get("newest")
    if then and (newest is None or newest < datetime.fromisoformat(then)):
        ends = f"{newest:%Y-%m-%d %H:%M}" if newest else "nowhere"
        yield f"the newest row is of {ends}, that of the last run was of {datetime.fromisoformat(then):%Y-%m-%d %H:%M}"
