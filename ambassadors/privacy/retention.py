"""Retention: the runs of a recipe that are past their time removed, whole or not at all."""

from __future__ import annotations

import os
import shutil
from datetime import datetime, timedelta
from pathlib import Path
from typing import NamedTuple

from ambassadors.delivery import LATEST
from ambassadors.errors import OutputError
from ambassadors.privacy.runs import RunFolder, made_at, run_folders


class Swept(NamedTuple):
    """Names of runs past their time, oldest first: those that are gone, and those that are kept.

    Kept is a run in which a file is no longer what the run wrote: a manager may have written into it.
    """

    removed: list[str]
    kept: list[str]


def sweep_runs(out: Path, name: str, keep_runs: int, keep_for: timedelta | None, now: datetime) -> Swept:
    """Removes the runs of a recipe that are past their time, and tells which.

    Stay do of the newest ``keep_runs`` (0: all) those that were finished within ``keep_for`` before ``now``, in any
    case the one to which ``latest`` points, and those into which somebody wrote. Time counts from when the folder was
    finished, not from the date of its data, so that a run as of an earlier date is not old. Nothing else is touched: no
    link, no other recipe's run, no folder without a manifest. None is ever seen in part.

    Raises :class:`OutputError` when some cannot be removed, once all others are; those keep their names and files.
    """
    old = _past_their_time(out, name, keep_runs, keep_for, now)
    found, problems = Swept([], []), []
    for run in old:
        try:
            if run.edited():
                found.kept.append(run.path.name)
            else:
                _remove(run.path)
                found.removed.append(run.path.name)
        except OSError as error:
            file = str(error.filename or run.path).replace(_hidden(run.path).name, run.path.name)
            problems.append(f"{file}: cannot be removed: {error.strerror}.")
    if problems:
        said = f" Removed were {', '.join(found.removed)}." if found.removed else ""
        raise OutputError(f"{' '.join(problems)} See to the rights, or remove it.{said}")
    return found


def _past_their_time(
    out: Path, name: str, keep_runs: int, keep_for: timedelta | None, now: datetime
) -> list[RunFolder]:
    """The runs of that recipe that are too many or too old, oldest first."""
    runs = [run for run in run_folders(out) if run.recipe == name and run.path.name.startswith(f"{name}-")]
    before = None if keep_for is None else (now - keep_for).timestamp() * 1e9
    latest = out / LATEST
    pinned = latest.readlink().name if latest.is_symlink() else None
    old = [
        run
        for place, run in enumerate(runs)
        if run.path.name != pinned
        and ((keep_runs and place >= keep_runs) or (before is not None and made_at(run.path) < before))
    ]
    return old[::-1]


def _remove(folder: Path) -> None:
    """Takes the folder away; where one of its files cannot go, it stays whole under its name."""
    hidden = _hidden(folder)
    since = folder.stat()
    folder.rename(hidden)
    try:
        _check_removable(hidden)
    except OSError:
        os.utime(hidden, ns=(since.st_atime_ns, since.st_mtime_ns))  # by which its age is told
        hidden.rename(folder)
        raise
    shutil.rmtree(hidden)


def _hidden(folder: Path) -> Path:
    """The name under which it is taken away; what a kill leaves there is swept by the next run."""
    return folder.with_name(f".{folder.name}.partial")


def _check_removable(folder: Path) -> None:
    """Raises :class:`OSError` for what cannot be removed: what cannot be removed cannot be renamed either."""
    for top, folders, files in os.walk(folder):
        for name in sorted([*folders, *files]):
            path, aside = Path(top, name), Path(top, ".aside")
            path.rename(aside)
            aside.rename(path)
