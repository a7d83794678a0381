"""Erasing: a person taken out of a run folder, file by file, the manifest last, and again after a kill."""

from __future__ import annotations

import json
import os
from collections.abc import Iterable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from ambassadors import manifest
from ambassadors.delivery import json_text, sync
from ambassadors.errors import OutputError
from ambassadors.privacy import again, rows
from ambassadors.privacy.decoding import named_in, naming
from ambassadors.privacy.dialects import columns_of, decoded, encoded
from ambassadors.privacy.forms import Forms
from ambassadors.privacy.runs import MANIFEST, MARKER, RunFolder, table

REPORT, PAGE = "report.json", "report.html"


@dataclass
class Erased:
    """What was done in one folder: rows and texts mended by file, files made again, files deleted for want of that."""

    mended: dict[str, int] = field(default_factory=dict)
    made_again: list[str] = field(default_factory=list)
    deleted: list[str] = field(default_factory=list)

    def __bool__(self) -> bool:
        return bool(self.mended or self.made_again or self.deleted)


def erase(run: RunFolder, forms: Forms) -> Erased:
    """Takes the person out of every file that the run wrote.

    Rows of theirs go; where another's row or a setting names them, ``[forgotten]`` stands instead. The workbook, the
    report's page and the presets are made again without them, or deleted where that cannot be done; so is a table that
    somebody saved anew in a way that cannot be mended. Untouched rows keep their bytes, each file is replaced in one
    step, and last the manifest, which says what is true from then on.

    Raises :class:`OutputError` when a file cannot be written.
    """
    try:
        return _erase(run, forms)
    except OSError as error:
        raise OutputError(
            f"{error.filename or run.path}: cannot be rewritten: {error.strerror}. The person is not forgotten yet: "
            "mend it, and run the same command again."
        ) from None


def _erase(run: RunFolder, forms: Forms) -> Erased:
    erased, begun = Erased(), _begun(run.path)
    mended = dict(_mended(run, forms, erased))
    touched = {*mended, *begun.get("files", ())}
    remade = [path for path in run.files if path.name in again.MADE_OF_OTHERS and _stale(path, touched, forms)]
    told = forms.within(run.manifest)
    if not touched and not remade and told == run.manifest:
        return erased
    touched.update(path.name for path in remade)
    _begin(run, touched, begun)
    for name, content in mended.items():
        if content is None:
            (run.path / name).unlink()
        else:
            replace_file(run.path / name, content)
    for path in remade:
        made = again.make(path, run, told)
        (erased.made_again if made else erased.deleted).append(path.name)
    _finish(run.path, told, touched, erased)
    return erased


def _mended(run: RunFolder, forms: Forms, erased: Erased) -> Iterable[tuple[str, bytes | None]]:
    """The files that name the person and are made of no others, with their new content; None: to be deleted."""
    edited = run.edited()
    for path in run.files:
        if path.name in again.MADE_OF_OTHERS or path.name == MANIFEST:
            continue
        before, count = path.read_bytes(), 1
        content: bytes | None = before
        if path.suffix == ".csv":
            content, count = _rows_without(before, forms)
            if path.name in edited and content is not None and _hides(before, content, path.name, forms):
                content = None
        elif path.name == REPORT:
            content = _report_without(before, forms)
        elif path.suffix == ".json":
            content = _json_without(before, forms)
        if content is None:
            erased.deleted.append(path.name)
            yield path.name, None
        elif content != before:
            erased.mended[path.name] = count
            yield path.name, content


def _rows_without(content: bytes, forms: Forms) -> tuple[bytes | None, int]:
    """A CSV in its own encoding, and how many rows went or changed; None where the encoding lacks a letter."""
    text, encoding = decoded(content)
    after, gone, changed = rows.without(text, forms)
    try:
        return encoded(after, encoding), gone + changed
    except UnicodeEncodeError:
        return None, gone + changed


def _hides(before: bytes, after: bytes, name: str, forms: Forms) -> bool:
    """Whether a table that somebody saved anew may still name the person after its rows were mended.

    Where no separator is understood, a name shown cannot be told from the rest of a line.
    """
    whole = columns_of(decoded(before)[0]) < 2
    return bool(naming(before if whole else after, name, forms))


def _json_without(content: bytes, forms: Forms) -> bytes:
    given = json.loads(content)
    rest = forms.within(given)
    return content if rest == given else json_text(rest).encode()


def _report_without(content: bytes, forms: Forms) -> bytes:
    from ambassadors import report

    given = json.loads(content)
    rest = forms.within(report.without(given, forms.person.accounts))
    return content if rest == given else json_text(rest).encode()


def _stale(path: Path, touched: set[str], forms: Forms) -> bool:
    """Whether a file that is made of others must be made again."""
    return path.name in touched or bool(touched & again.MADE_OF_OTHERS[path.name]) or bool(named_in(path, forms))


def _begun(folder: Path) -> dict[str, Any]:
    """What an earlier attempt, killed on its way, was about to change."""
    try:
        found = json.loads((folder / MARKER).read_bytes())
    except (OSError, ValueError):
        return {}
    return found if isinstance(found, dict) else {}


def _begin(run: RunFolder, touched: set[str], begun: dict[str, Any]) -> None:
    since = begun.get("mtime_ns", run.path.stat().st_mtime_ns)
    times = begun.get("forgotten", int(run.manifest.get("forgotten", 0)) + 1)
    mark = {"files": sorted(touched), "mtime_ns": since, "forgotten": times}
    replace_file(run.path / MARKER, json_text(mark).encode())


def _finish(folder: Path, told: dict[str, Any], touched: set[str], erased: Erased) -> None:
    """The manifest says what the files are now; then the mark goes, and the folder keeps its time."""
    begun, outputs, people = _begun(folder), told["outputs"], told.get("people", {})
    for name in sorted(touched & set(outputs)):
        path = folder / name
        if path.exists():
            outputs[name]["sha256"] = manifest.sha256(path)
        else:
            del outputs[name]
        if path.exists() and path.stem in people:
            people[path.stem] = sum(1 for _ in table(path))
    told["forgotten"] = begun["forgotten"]
    if erased.deleted:
        told["deleted"] = sorted({*told.get("deleted", []), *erased.deleted})
    replace_file(folder / MANIFEST, json_text(told).encode())
    (folder / MARKER).unlink()
    os.utime(folder, ns=(begun["mtime_ns"], begun["mtime_ns"]))
    sync(folder)


def replace_file(path: Path, content: bytes) -> None:
    """The content in place of the file's, in one step and on the disk; rights and time stay."""
    hidden = path.with_name(f".{path.name}.{os.getpid()}.partial")
    try:
        with hidden.open("wb") as file:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
        if path.exists():
            now = path.stat()
            hidden.chmod(now.st_mode & 0o7777)
            os.utime(hidden, ns=(now.st_atime_ns, now.st_mtime_ns))
        hidden.replace(path)
        sync(path.parent)
    finally:
        hidden.unlink(missing_ok=True)
