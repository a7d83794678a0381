"""Single files that appear whole or not at all: CSV for spreadsheets, JSON, text."""

from __future__ import annotations

import json
import os
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any

import polars as pl

from ambassadors.delivery.cells import harmless
from ambassadors.errors import OutputError

#: What the owner of this process lets nobody else do with new files; it can only be read by setting it.
UMASK = os.umask(0o077)
os.umask(UMASK)


@contextmanager
def whole(path: Path) -> Iterator[Path]:
    """A hidden place beside ``path`` to write to, which takes its name in one step, or goes when anything fails."""
    with tempfile.NamedTemporaryFile(dir=path.parent, prefix=".", suffix=".partial", delete=False) as file:
        hidden = Path(file.name)
    try:
        yield hidden
        hidden.chmod(0o666 & ~UMASK)
        hidden.replace(path)
    finally:
        hidden.unlink(missing_ok=True)


def write_csv(frame: pl.DataFrame, path: Path) -> None:
    """The frame as CSV for spreadsheets: UTF-8 with a byte-order mark, RFC 4180, texts that no spreadsheet runs.

    Every text is quoted, so that none falls apart, and line breaks in it stay; see :func:`harmless` for the apostrophes
    and :func:`original` for taking them away. The file appears whole or not at all, and an older one stays until then.
    """
    with whole(path) as hidden:
        harmless(frame).write_csv(hidden, include_bom=True, line_terminator="\r\n", quote_style="non_numeric")


def write_json(value: Any, path: Path) -> None:
    """The value as JSON with sorted keys, so that equal values are equal bytes."""
    write_text(json_text(value), path)


def json_text(value: Any) -> str:
    """The value as :func:`write_json` writes it."""
    return json.dumps(value, indent=2, sort_keys=True, ensure_ascii=False) + "\n"


def check_places(*paths: Path | None) -> None:
    """Before long work: raises :class:`OutputError` for a file that cannot be written where it is asked for."""
    for path in filter(None, paths):
        if path.is_dir():
            raise OutputError(f"{path}: is a folder. Give the name of a file in it.")
        if not path.parent.is_dir():
            raise OutputError(f"{path}: there is no folder {path.parent}. Make it first, or give another place.")
        if not os.access(path.parent, os.W_OK):
            raise OutputError(f"{path}: the folder {path.parent} cannot be written. Give another place.")


def write_text(text: str, path: Path) -> None:
    """The text as a file, which appears whole or not at all; an older one stays until then.

    Raises :class:`OutputError` when it cannot be written there.
    """
    hidden = path.with_name(f".{path.name}.{os.getpid()}.partial")
    try:
        hidden.write_text(text, encoding="utf-8")
        hidden.replace(path)
    except OSError as error:
        with suppress(OSError):
            hidden.unlink()
        raise OutputError(f"{path}: cannot be written: {error.strerror or error}. Give another place.") from None
