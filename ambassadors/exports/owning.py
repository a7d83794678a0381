"""Whose export a file is, where several accounts' exports lie in one folder: told by what lies nearest to it."""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import NamedTuple

from ambassadors.sources import archives


class Owner(NamedTuple):
    """A file that says whose export it is."""

    path: str
    platform: str
    account: str


def owners_of(files: Iterable[tuple[str, str, str]]) -> list[Owner]:
    """The files that say whose export they are, of each account always in the same letters.

    >>> [owner.account for owner in owners_of([("a", "x", "@Cafe"), ("b", "x", "@cafe"), ("c", "x", "")])]
    ['@Cafe', '@Cafe']
    """
    letters: dict[tuple[str, str], str] = {}
    found = []
    for path, platform, account in files:
        if account and platform:
            found.append(Owner(path, platform, letters.setdefault((platform, account.lower()), account)))
    return found


def account_of(path: str, platform: str, owners: Iterable[Owner]) -> str:
    """Whose export a file is by what lies nearest to it; nobody's where nothing is near, or two are as near.

    >>> owners = [Owner("cafe.zip!data/account.js", "x", "900"), Owner("rival.zip!data/account.js", "x", "901")]
    >>> account_of("rival.zip!data/follower.js", "x", owners), account_of("follower.js", "x", owners)
    ('901', '')
    """
    near: dict[int, set[str]] = {}
    for owner in owners:
        if owner.platform == platform:
            near.setdefault(_nearness(path, owner.path), set()).add(owner.account)
    nearest = near[max(near)] if near and max(near) > 0 else set()
    return nearest.pop() if len(nearest) == 1 else ""


def home(path: str) -> str:
    """The archive or the folder in which a file lies; nothing for one that lies loose."""
    archive, mark, _ = path.partition(archives.MARK)
    return archive if mark else path.rpartition("/")[0].partition("/")[0]


def _nearness(path: str, other: str) -> int:
    """How many folders and archives two files share; two that lie loose in one folder share that one."""
    one, two = _parts(path), _parts(other)
    shared = next((place for place, pair in enumerate(zip(one, two, strict=False)) if len(set(pair)) > 1), None)
    least = min(len(one), len(two)) if shared is None else shared
    return least + (one == two)


def _parts(path: str) -> list[str]:
    return re.split(f"[/{archives.MARK}]", path)[:-1]
