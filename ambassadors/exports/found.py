"""What was found in a folder: its files, and what each is."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path

from ambassadors.exports.proposing import OwnTable, Proposal


@dataclass(frozen=True)
class File:
    """What one file is, in words: a path below the folder, a kind that stays the same, and a title for people.

    ``gives`` says of each table what comes from the file, ``needs`` what must be set before it can be read, ``says``
    what a person should know of it. A file with a ``problem`` is not read; ``proposals`` are what a recipe would read.
    ``owner`` is whose export it is where the file says so, ``account`` where a file beside it does. ``more`` are other
    files of its kind in the same download, which give as little. ``own`` is what a table has that is not known.
    """

    path: str
    kind: str = ""
    title: str = ""
    variant: str = ""
    platform: str = ""
    rows: int | None = None
    gives: tuple[tuple[str, str], ...] = ()
    needs: tuple[str, ...] = ()
    says: str = ""
    problem: str = ""
    owner: str = ""
    remembered: bool = False
    proposals: tuple[Proposal, ...] = field(default=(), repr=False)
    account: str = ""
    more: tuple[str, ...] = ()
    own: OwnTable | None = field(default=None, repr=False)

    @property
    def known(self) -> bool:
        """Whether the file was recognised."""
        return bool(self.kind)


@dataclass(frozen=True)
class Found:
    """What a folder holds: its files, how many more in archives hold nothing for us, and what is missing.

    ``owners`` are the accounts whose exports these are, as far as the exports say so: platform and account, of a
    platform several where there are exports of several.
    """

    folder: Path
    files: tuple[File, ...]
    others: int = 0
    owners: tuple[tuple[str, str], ...] = ()
    missing: tuple[str, ...] = ()

    @property
    def readable(self) -> tuple[File, ...]:
        """The files that a recipe would read."""
        return tuple(file for file in self.files if file.proposals and not file.problem)

    @property
    def own(self) -> tuple[File, ...]:
        """The tables that are no export: somebody must say what their columns mean."""
        return tuple(file for file in self.files if file.own)
