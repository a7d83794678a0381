"""What people receive: CSV files that open cleanly in a spreadsheet, in a folder that appears whole or not at all."""

from __future__ import annotations

import errno
import itertools
import json
import os
import shutil
import tempfile
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from typing import Any

import polars as pl

from ambassadors.errors import OutputError

#: A spreadsheet runs a cell that begins so, also behind invisible characters or as full-width forms.
_FORMULA = r"^[\s\p{Cf}]*[=+\-@\t\r\x{FF1D}\x{FF0B}\x{FF0D}\x{FF20}]"


def write_csv(frame: pl.DataFrame, path: Path) -> None:
    """The frame as CSV for spreadsheets: UTF-8 with a byte-order mark, RFC 4180, texts that no spreadsheet runs.

    Every text is quoted, so that none falls apart at another separator, and see :func:`harmless`. The file appears
    whole or not at all, and an older one stays until then.
    """
    with tempfile.NamedTemporaryFile(dir=path.parent, prefix=".", suffix=".partial", delete=False) as file:
        hidden = Path(file.name)
    try:
        harmless(frame).write_csv(hidden, include_bom=True, line_terminator="\r\n", quote_style="non_numeric")
        hidden.chmod(0o644)
        hidden.replace(path)
    finally:
        hidden.unlink(missing_ok=True)


def harmless(frame: pl.DataFrame) -> pl.DataFrame:
    """The frame with an apostrophe before each text that a spreadsheet would run as a formula, and on one line each.

    >>> harmless(pl.DataFrame({"name": ["=1+1", "Ann"]}))["name"].to_list()
    ["'=1+1", 'Ann']
    """
    frame = frame.with_columns(pl.col(pl.String).str.replace_all(r"[\t\r\n]+", " "))
    text = pl.col(pl.String)
    return frame.with_columns(pl.when(text.str.contains(_FORMULA)).then(pl.lit("'") + text).otherwise(text).name.keep())


def write_json(value: Any, path: Path) -> None:
    """The value as JSON with sorted keys, so that equal values are equal bytes."""
    write_text(json.dumps(value, indent=2, sort_keys=True, ensure_ascii=False) + "\n", path)


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
