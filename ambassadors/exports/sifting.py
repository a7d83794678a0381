"""Which of the files of a folder are told and read: no copies, and of a download's hundreds only those of use."""

from __future__ import annotations

import hashlib
from contextlib import closing
from dataclasses import replace
from pathlib import Path

from ambassadors.exports.catalogue import FOLDED
from ambassadors.exports.found import File
from ambassadors.exports.owning import home
from ambassadors.sources.bytestream import raw_chunks
from ambassadors.sources.layout import Limits

UNKNOWN = "Not an export that is known."
_DOWNLOADED = (".js", ".json", ".html", ".txt", ".ics", ".vcf", ".xml")
MEDIA = (".jpg", ".jpeg", ".png", ".gif", ".webp", ".heic", ".mp4", ".mov", ".mp3", ".m4a", ".ts", ".css", ".woff2")


def without_copies(folder: Path, files: list[File]) -> list[File]:
    """A file that is there twice, as an archive and unpacked perhaps, would count twice: only the first is read.

    Two accounts may have the same followers, though, and then both count.
    """
    seen: dict[tuple[str, str], list[File]] = {}
    kept = []
    for file in files:
        if file.proposals and not file.problem:
            key = (file.kind, _digest(folder / file.path))
            before = [one for one in seen.get(key, []) if one.account == file.account or not file.account]
            if before:
                file = replace(file, problem=f"The same as {before[0].path}, which is read instead.", proposals=())
            seen.setdefault(key, []).append(file)
        kept.append(file)
    return kept


def _digest(path: Path) -> str:
    found = hashlib.sha256()
    with closing(raw_chunks(path, Limits())) as chunks:
        for chunk in chunks:
            found.update(chunk)
    return found.hexdigest()


def folded(files: list[File]) -> list[File]:
    """The files, those of a kind of which downloads hold dozens told once for each download."""
    first: dict[tuple[str, str], int] = {}
    kept: list[File] = []
    for file in files:
        key = (file.kind, home(file.path))
        if file.kind in FOLDED and key in first:
            place = first[key]
            kept[place] = replace(kept[place], more=(*kept[place].more, file.path))
            continue
        first.setdefault(key, len(kept))
        kept.append(file)
    return kept


def without_others(files: list[File]) -> tuple[list[File], int]:
    """The files without those that lie in an export beside known ones and are of no use: an archive has hundreds."""
    homes = {home(file.path) for file in files if file.known and file.platform and home(file.path)}
    others = [file for file in files if not file.known and home(file.path) in homes]
    dull = {file.path for file in others if _is_dull(file)}
    return [file for file in files if file.path not in dull], len(dull)


def _is_dull(file: File) -> bool:
    """Whether a file may be passed over: it is like nothing known, and of a kind of which downloads hold many."""
    like_nothing = file.problem.startswith(UNKNOWN) and "Nearest" not in file.problem
    return like_nothing and file.path.lower().endswith((*_DOWNLOADED, *MEDIA))
