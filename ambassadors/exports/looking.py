"""A look at a folder: what each file in it is, what it gives, and what is missing for which measure."""

from __future__ import annotations

import os
import re
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

from ambassadors.display import clip
from ambassadors.errors import AmbassadorsError, SourceError
from ambassadors.exports.catalogue import nearest, recognised
from ambassadors.exports.content import Content, content_of, count_lines
from ambassadors.exports.found import File, Found
from ambassadors.exports.gaps import gaps
from ambassadors.exports.owning import account_of, owners_of
from ambassadors.exports.proposing import OwnTable, Proposal, own_table, proposals
from ambassadors.exports.sifting import MEDIA, UNKNOWN, folded, without_copies, without_others
from ambassadors.exports.spec import Export
from ambassadors.identity.addresses import KEY
from ambassadors.sources import archives
from ambassadors.sources.feed import entries
from ambassadors.sources.json_file import doubled, records, value_at
from ambassadors.sources.jsonl import Refused
from ambassadors.sources.layout import Layout, Limits
from ambassadors.sources.reader import header

MOST_FILES = 10_000
MOST_COLUMNS = 12  # of a table that is not known, as they are told
_RUBBISH = ("__MACOSX", ".DS_Store", "Thumbs.db", "desktop.ini")


def look(folder: Path) -> Found:
    """What each file in a folder is, told by its content.

    Raises :class:`SourceError` when there is no such folder. A file that cannot be read is told as its problem.
    """
    if not folder.is_dir():
        raise SourceError(folder, "is not a folder.", "Give the folder into which you dropped the files.")
    paths = _paths(folder)
    files = [file for path in paths[:MOST_FILES] for file in _of(folder, path)]
    owners = owners_of([(file.path, file.platform, file.owner) for file in sorted(files, key=lambda file: file.path)])
    files = [replace(file, account=account_of(file.path, file.platform, owners)) for file in files]
    shown, others = without_others(without_copies(folder, sorted(files, key=lambda file: file.path)))
    shown = folded(shown)
    named = sorted({(owner.platform, owner.account) for owner in owners})
    readable = [one for file in shown if not file.problem for one in file.proposals]
    return Found(folder, tuple(shown), others + max(0, len(paths) - MOST_FILES), tuple(named), gaps(readable))


def _paths(folder: Path) -> list[Path]:
    """The files in a folder and those below it; hidden ones, recipes and links to folders are left out."""
    found = []
    for where, folders, names in os.walk(folder):
        folders[:] = sorted(name for name in folders if not name.startswith(".") and name not in _RUBBISH)
        found += [Path(where, name) for name in sorted(names) if not name.startswith(".") and not _is_ours(name)]
    return found


def _is_ours(name: str) -> bool:
    """Recipes lie in the folder beside the files that they read, and systems leave files of their own."""
    return name.endswith(".toml") or name in _RUBBISH


def _is_archive(path: Path) -> bool:
    try:
        return archives.kind_of(path) is not None and not _is_workbook(path)
    except (OSError, AmbassadorsError):
        return False


def _is_workbook(path: Path) -> bool:
    """An office document is a zip, too."""
    if archives.kind_of(path) != "zip":
        return False
    try:
        return any(member.name == "[Content_Types].xml" for member in archives.members(path, Limits()))
    except SourceError:
        return False


def _of(folder: Path, path: Path) -> list[File]:
    """A file in the folder, or the files in an archive, which is no file of its own unless something is wrong."""
    name = path.relative_to(folder).as_posix()
    if name.startswith("{data}"):
        return [File(name, problem="Its name begins with {data}, which stands for a folder in a recipe: rename it.")]
    if re.search(r"[*?]", name):
        return [File(name, problem="Its name holds * or ?, which stand for other letters in a recipe: rename it.")]
    if not _is_archive(path):
        return [_told(path, name)]
    try:
        if not archives.members(path, Limits()):
            return [File(name, problem="The archive is empty.")]
        found = list(_members(path, name))
    except SourceError as error:
        return [File(name, problem=_said(error))]
    if any(file.known for file in found):
        return found
    broken = [file.problem for file in found if not file.problem.startswith(UNKNOWN)]
    if broken:
        return [File(name, problem=broken[0])]
    inside = f" It holds {', '.join(file.path.partition(archives.MARK)[2] for file in found[:3])}." if found else ""
    return [File(name, problem=f"An archive in which no file is an export that is known.{inside}")]


def _members(archive: Path, name: str) -> Iterator[File]:
    for member in archives.members(archive, Limits()):
        rubbish = any(part in _RUBBISH or part.startswith(".") for part in member.name.split("/"))
        if not rubbish and not member.name.lower().endswith(MEDIA):
            where = f"{name}{archives.MARK}{member.name}"
            yield _told(Path(f"{archive}{archives.MARK}{member.name}"), where)


def _told(path: Path, name: str) -> File:
    try:
        content = content_of(path)
        found = recognised(content)
        if found is None:
            own = own_table(content)
            return File(name, problem=_unknown(content, own), own=own)
        return _known(path, name, content, *found)
    except SourceError as error:
        return File(name, problem=_said(error))
    except Refused as refused:
        return File(name, problem=_said(SourceError(name, *doubled(refused))))


def _said(error: SourceError) -> str:
    text = f"{error.problem} {error.remedy}".strip()
    return text[0].upper() + text[1:]


def _unknown(content: Content, own: OwnTable | None) -> str:
    looks = f" It looks like {content.what}{_columns(own.columns) if own else ''}." if content.what else ""
    near = nearest(content)
    return f"{UNKNOWN}{looks}" + (f" {near}" if near else "")


def _columns(names: tuple[str, ...]) -> str:
    more = f" and {len(names) - MOST_COLUMNS:,} more" if len(names) > MOST_COLUMNS else ""
    return f" with the columns {', '.join(clip(name, 40) for name in names[:MOST_COLUMNS])}{more}"


def _known(path: Path, name: str, content: Content, export: Export, variant: str) -> File:
    proposed = proposals(export, content)
    _check(path, proposed)
    needs = (KEY,) if any(one.needs_key for one in proposed) else ()
    gives = tuple((one.table, one.gives) for one in proposed)
    return File(
        name, export.kind, export.title, variant, export.platform, _rows(path, content, proposed), gives, needs,
        export.says, "", _owner(export, content), export.remembered, tuple(proposed),
    )  # fmt: skip


def _check(path: Path, proposed: list[Proposal]) -> None:
    """Raise what the reading of a table's header, or of a feed, will say, so that nobody hears it only later."""
    for settings, names in [(one.settings, one.reads) for one in proposed[:1]]:
        if settings.get("format") == "feed":
            entries(path, Layout(format="feed"))
        if settings.get("format") == "csv":
            preamble = names if settings.get("preamble") else ()
            usual = {key: settings[key] for key in ("separator", "encoding") if key in settings}
            header(path, Layout(format="csv", preamble=preamble, **usual))


def _rows(path: Path, content: Content, proposed: list[Proposal]) -> int | None:
    """About how many rows there are: lines of a table are counted, though a cell may hold line ends."""
    if content.kind == "json" and content.document is not None:
        counts = [records(content.document.value, one.settings.get("records", ())) for one in proposed[:1]]
        return len(counts[0] or []) if counts else None
    if content.kind == "feed":
        return len(re.findall(r"<(?:item|entry)\b", content.head))
    if content.kind not in ("csv", "jsonl"):
        return None
    lines = count_lines(path)
    return lines if lines is None or content.kind == "jsonl" else max(0, lines - 1)


def _owner(export: Export, content: Content) -> str:
    """Whose export it is, where it says so."""
    if export.owner is None:
        return ""
    said = _first(export, content)
    found = re.fullmatch(export.owner.pattern, said) if said else None
    return found.expand(export.owner.form) if found else ""


def _first(export: Export, content: Content) -> str:
    assert export.owner is not None
    if content.kind == "json" and content.document is not None:
        found = records(content.document.value, export.owner.records)
        try:
            return str(value_at(found[0], export.owner.column) or "") if found else ""
        except Refused:
            return ""
    if content.kind == "csv":
        return next((row.get(export.owner.column) or "" for row in content.rows(export.owner.column)), "")
    return ""
