"""A run's folder, which appears whole or not at all."""

from __future__ import annotations

import errno
import itertools
import os
import shutil
import tempfile
from collections.abc import Callable
from pathlib import Path

import polars as pl

from ambassadors.errors import OutputError


def publish(parent: Path, name: str, fill: Callable[[Path], None]) -> Path:
    """A new folder under ``parent``, filled by ``fill``, which appears whole or not at all.

    It is filled under a hidden name and then given the first free of ``NAME-001``, ``NAME-002``, ... in one step, also
    when two runs finish at once. When anything fails, nothing is left behind.

    Raises :class:`OutputError` when the place cannot be written.
    """
    hidden = None
    try:
        parent.mkdir(parents=True, exist_ok=True)
        hidden = Path(tempfile.mkdtemp(dir=parent, prefix=f".{name}.", suffix=".partial"))
        hidden.chmod(0o755)
        fill(hidden)
        _settle(hidden)
        return _named(hidden, parent, name)
    except (OSError, pl.exceptions.PolarsError) as error:
        problem = getattr(error, "strerror", None) or str(error)
        raise OutputError(f"{parent}: cannot be written: {problem}. Nothing was left; try another --out.") from None
    finally:
        if hidden is not None:
            shutil.rmtree(hidden, ignore_errors=True)  # gone already when all went well


def _named(hidden: Path, parent: Path, name: str) -> Path:
    """The folder under the first free number."""
    numbers = (parent / f"{name}-{number:03d}" for number in itertools.count(1))
    for final in itertools.filterfalse(Path.exists, numbers):
        try:
            hidden.rename(final)
        except OSError as error:
            if error.errno not in (errno.EEXIST, errno.ENOTEMPTY):  # another run took this number: try the next
                raise
        else:
            _sync(parent)
            return final
    raise AssertionError("numbers do not end")


def _settle(folder: Path) -> None:
    """Everything in the folder on the disk before its name can be seen."""
    for path in sorted(folder.iterdir()):
        _sync(path)
    _sync(folder)


def _sync(path: Path) -> None:
    handle = os.open(path, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
