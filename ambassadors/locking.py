"""One run at a time in a place: a lock that the operating system lets go when its holder ends, however it ends."""

from __future__ import annotations

import json
import os
import socket
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path

from ambassadors.errors import Busy, OutputError

LOCK = ".lock"


@contextmanager
def locked(folder: Path) -> Iterator[None]:
    """Holds the lock of that folder, which is made when it is not there.

    The file ``.lock`` stays and says who held it last; what counts is the lock on it (``flock``), which a killed
    process cannot keep. Raises :class:`Busy` when another process holds it, and :class:`OutputError` when the folder
    cannot be written.
    """
    import fcntl

    handle = _opened(folder)
    try:
        fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        holder = _holder(handle)
        os.close(handle)
        raise Busy(f"{folder}: another run is on{holder}. Wait for it, or give another --out.") from None
    except OSError as error:
        os.close(handle)
        raise OutputError(f"{folder}: cannot be locked: {error.strerror}. Give an --out on a local disk.") from None
    try:
        _sign(handle, folder)
        yield
    finally:
        os.close(handle)


def _opened(folder: Path) -> int:
    try:
        folder.mkdir(parents=True, exist_ok=True)
        # never through a link, which could lead anywhere; never handed on to a child, which could keep it
        return os.open(folder / LOCK, os.O_RDWR | os.O_CREAT | os.O_NOFOLLOW | os.O_CLOEXEC, 0o644)
    except OSError as error:
        problem = error.strerror or error
        raise OutputError(f"{folder}: cannot be written: {problem}. Nothing was left; try another --out.") from None


def _sign(handle: int, folder: Path) -> None:
    """Who holds the lock, for whoever is refused."""
    mine = {"pid": os.getpid(), "host": socket.gethostname(), "since": f"{datetime.now(UTC):%Y-%m-%dT%H:%M:%SZ}"}
    try:
        os.ftruncate(handle, 0)
        os.pwrite(handle, json.dumps(mine).encode(), 0)
    except OSError as error:
        problem = error.strerror or error
        raise OutputError(f"{folder}: cannot be written: {problem}. Nothing was left; try another --out.") from None


def _holder(handle: int) -> str:
    try:
        found = json.loads(os.pread(handle, 4096, 0))
        return f": process {found['pid']} on {found['host']}, since {found['since']}"
    except (OSError, ValueError, KeyError, TypeError):  # it is being signed at this moment
        return ""
