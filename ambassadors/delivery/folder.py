"""A run's folder, which appears whole or not at all, and the link ``latest`` to the last one."""

from __future__ import annotations

import errno
import os
import shutil
import tempfile
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path

import polars as pl

from ambassadors.delivery.files import UMASK
from ambassadors.errors import OutputError

#: The link to the last finished run.
LATEST = "latest"
#: What is not finished yet has a hidden name that ends so.
UNFINISHED = ".partial"


def publish(parent: Path, name: str, fill: Callable[[Path], None]) -> Path:
    """A new folder under ``parent``, filled by ``fill``, which appears whole or not at all.

    It is filled under a hidden name, brought onto the disk, and given the next number of ``NAME-001``, ``NAME-002``,
    ... in one step, also when two finish at once. When anything fails, nothing is left behind. What a kill leaves is
    for :func:`sweep`.

    Raises :class:`OutputError` when the place cannot be written.
    """
    hidden = None
    try:
        parent.mkdir(parents=True, exist_ok=True)
        hidden = Path(tempfile.mkdtemp(dir=parent, prefix=f".{name}.", suffix=UNFINISHED))
        hidden.chmod(0o777 & ~UMASK)
        fill(hidden)
        _settle(hidden)
        return _named(hidden, parent, name)
    except (OSError, pl.exceptions.PolarsError) as error:
        problem = getattr(error, "strerror", None) or str(error)
        raise OutputError(f"{parent}: cannot be written: {problem}. Nothing was left; try another --out.") from None
    finally:
        if hidden is not None:
            shutil.rmtree(hidden, ignore_errors=True)  # gone already when all went well


def flip(folder: Path) -> Path:
    """The link ``latest`` beside the folder points to it from now on; it always points to a whole folder.

    Raises :class:`OutputError` when it cannot be written, or when something that is no link has its name; then the
    folder is taken away again, and the link is as it was.
    """
    link = folder.parent / LATEST
    check_latest(folder.parent)
    hidden = folder.parent / f".{LATEST}.{os.getpid()}{UNFINISHED}"
    try:
        hidden.unlink(missing_ok=True)
        hidden.symlink_to(folder.name, target_is_directory=True)
        hidden.replace(link)
    except OSError as error:
        with suppress(OSError):
            hidden.unlink(missing_ok=True)
        shutil.rmtree(folder, ignore_errors=True)
        problem = error.strerror or error
        raise OutputError(f"{link}: cannot be written: {problem}. Nothing was left; try another --out.") from None
    with suppress(OSError):  # whichever of the two links a power cut leaves, it points to a whole run
        sync(folder.parent)
    return link


def check_latest(parent: Path) -> None:
    """Before long work: raises :class:`OutputError` when something that is no link is called ``latest``."""
    link = parent / LATEST
    if link.exists() and not link.is_symlink():
        raise OutputError(f"{link}: is not the link that a run leaves there. Move it away, or give another --out.")


def sweep(parent: Path) -> list[str]:
    """Removes what killed runs left behind under ``parent``, and tells the names of what is gone.

    What cannot be removed stays for the next time. Only for whoever holds the lock.
    """
    if not parent.is_dir():
        return []
    left = sorted(path for path in parent.glob(f".*{UNFINISHED}") if path.is_symlink() or path.is_dir())
    for path in left:
        if path.is_symlink():
            with suppress(OSError):
                path.unlink(missing_ok=True)
        else:
            shutil.rmtree(path, ignore_errors=True)
    return [path.name for path in left if not os.path.lexists(path)]


def _named(hidden: Path, parent: Path, name: str) -> Path:
    """The folder under the next number."""
    number = 1 + max((_number(entry, name) for entry in os.listdir(parent)), default=0)
    while True:
        final = parent / f"{name}-{number:03d}"
        try:
            hidden.rename(final)
        except OSError as error:
            if error.errno not in (errno.EEXIST, errno.ENOTEMPTY):  # another run took this number: try the next
                raise
            number += 1
        else:
            sync(parent)
            return final


def _number(entry: str, name: str) -> int:
    number = entry.removeprefix(f"{name}-")
    return int(number) if entry != number and number.isdecimal() else 0


def _settle(folder: Path) -> None:
    """Everything in the folder on the disk before its name can be seen."""
    for path in sorted(folder.iterdir()):
        sync(path)
    sync(folder)


def sync(path: Path) -> None:
    """A file's content, or a folder's names, on the disk."""
    handle = os.open(path, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
