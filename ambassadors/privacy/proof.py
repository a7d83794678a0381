"""Proof: every file of a place read again in every form, after a person was taken out of it."""

from __future__ import annotations

import os
from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

from ambassadors import tables
from ambassadors.privacy.decoding import named_in
from ambassadors.privacy.erasing import Erased
from ambassadors.privacy.forms import Forms
from ambassadors.privacy.runs import run_folders

ADVICE = (
    "These files are yours and were not touched: what they say about the person is not taken in any more. Take the "
    "person out of them too, where they must be forgotten there; likewise out of the files that managers keep, out of "
    "the recipe where it names them, and out of copies and backups."
)
ADVICE_WITHOUT_INPUTS = (
    "Take the person out of the files that managers keep, too, out of the recipe where it names them, and out of "
    "copies and backups."
)
HOW_SEARCHED = (
    "Ids with their platform, @handles, addresses, and ids or handles that can be no word or number: anywhere in the "
    "bytes and in every decoded form. Names shown, and short or common handles: as whole cells, values or texts only. "
    "What other people are called, too, or what is shorter than a name, tells nobody and was not searched (shared)."
)


@dataclass(frozen=True)
class Proof:
    """What was looked for, where, and what was found. ``hits`` are files in which the person is still named, and how.

    People are fingerprints here. ``known`` is False when no run and no note named the person by what was given: a
    customer number, say, whose account has to be named. ``shared`` counts names that others have, too; ``links`` were
    not followed; ``inputs`` are the files from which the runs were made and that were not touched. ``fetched`` counts
    rows of datasets.
    """

    account: str
    known: bool
    identifiers: tuple[str, ...]
    shared: int
    files: int
    bytes: int
    hits: tuple[tuple[str, str], ...]
    erased: dict[str, Erased]
    store: dict[str, int]
    swept: tuple[str, ...] = ()
    fetched: int = 0
    links: tuple[str, ...] = ()
    inputs: tuple[str, ...] = ()
    searched: str = field(default=HOW_SEARCHED, repr=False)
    advice: str = field(default=ADVICE, repr=False)

    @property
    def holds(self) -> bool:
        """Whether nothing is left."""
        return not self.hits

    def as_json(self) -> dict[str, Any]:
        """The same as plain values, for a log or for the person who asked."""
        return {**asdict(self), "holds": self.holds}


def prove(
    tops: Sequence[Path],
    datasets: Sequence[Path],
    forms: Forms,
    *,
    mark: str,
    known: bool,
    names: list[str],
    shared: int,
    erased: dict[str, Erased],
    store: dict[str, int],
    swept: list[str],
    fetched: int = 0,
) -> Proof:
    """Looks through every file under ``tops``, the folder of runs first, and under the datasets of what was fetched.

    What names the person stands in ``hits``.
    """
    hits, links, files, size = [], [], 0, 0
    for path, shown in _everything([*tops, *datasets]):
        if path.is_symlink():
            links.append(shown)
            if forms.named(shown) or forms.named(os.readlink(path)):
                hits.append((shown, "a link's name"))
            continue
        if not path.is_file():
            hits += [(shown, "name of the folder")] if forms.named(path.name) else []
            continue
        files, size = files + 1, size + path.stat().st_size
        hits += [(shown, how) for how in named_in(path, forms)]
    inputs = _not_touched(tops[0], datasets)
    return Proof(
        mark, known, tuple(sorted(names)), shared, files, size, tuple(sorted(hits)), erased, store, tuple(swept),
        fetched, tuple(links), inputs, advice=ADVICE if inputs else ADVICE_WITHOUT_INPUTS,
    )  # fmt: skip


def _not_touched(out: Path, datasets: Sequence[Path]) -> tuple[str, ...]:
    """The files from which the runs were made, tables of the datasets aside: in these was erased."""
    named = {str(one.get("file")) for run in run_folders(out) for one in run.manifest.get("inputs", [])}
    erased = [folder.resolve() / table for folder in datasets for table in tables.TABLES]
    return tuple(sorted(name for name in named if not any(_ends(table, name) for table in erased)))


def _ends(path: Path, name: str) -> bool:
    """Whether a path can be meant by a file's name in a manifest, which is told from the recipe's folder."""
    parts = tuple(part for part in Path(name).parts if part != "..")
    return bool(parts) and path.parts[-len(parts) :] == parts


def _everything(tops: Sequence[Path]) -> Iterator[tuple[Path, str]]:
    """Every file, folder and link, each once, with the name to show; no link is followed."""
    seen: set[Path] = set()
    for top in tops:
        for folder, folders, files in os.walk(top):
            folders.sort()
            for name in sorted([*files, *folders]):
                path = Path(folder, name)
                if path.absolute() not in seen:
                    seen.add(path.absolute())
                    yield path, str(Path(top.name) / path.relative_to(top))
