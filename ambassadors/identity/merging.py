"""Merging: from pieces of evidence to people, in an order that depends on the evidence alone."""

from __future__ import annotations

from collections import defaultdict, deque
from collections.abc import Callable, Iterable, Mapping, Sequence
from itertools import groupby
from typing import Any

import polars as pl

from ambassadors.identity.edges import CUSTOMER, Edge
from ambassadors.identity.persons import CONFLICTS, PEOPLE, Persons

#: What the brand or the customer said comes first, and then what is inferred, the surest first.
STRENGTH = {"recipe": 0, "customer": 0, "email": 1, "profile": 2, "fuzzy": 3}
_Told = list[tuple[Edge, str]]


def merged(edges: Iterable[Edge], followers: Mapping[str, int], apart: set[str], staff: set[str]) -> Persons:
    """The people whom the evidence makes, and the evidence that was refused.

    An account among ``staff`` stands for its person, else the account with most ``followers`` stated; ties go to the id
    that comes first, and a customer's number stands only for who has no account.
    """
    free, conflicts = _without(sorted(set(edges), key=_order), apart)
    groups, kept = _Groups(), []
    for _, level in groupby(free, key=_level):
        accepted, refused = _accepted(groups, list(level))
        kept += accepted
        conflicts += refused
        for edge in accepted:
            groups.join(edge.one, edge.other)
    rows = _rows(groups, kept, lambda one: (one not in staff, _is_customer(one), -followers.get(one, -1), one))
    told = [(*edge, why) for edge, why in conflicts]
    return Persons(
        pl.DataFrame(rows, schema=PEOPLE, orient="row").sort("person", "account"),
        pl.DataFrame(told, schema=CONFLICTS, orient="row").sort("one", "other", "by"),
    )


def _level(edge: Edge) -> tuple[int, float]:
    """Evidence of one level is judged together; of likenesses each probability is a level, the highest first."""
    return STRENGTH[edge.by], -(edge.probability or 0.0)


def _order(edge: Edge) -> tuple[object, ...]:
    return *_level(edge), min(edge.one, edge.other), max(edge.one, edge.other), edge.by, edge.evidence


def _without(edges: Sequence[Edge], apart: set[str]) -> tuple[list[Edge], _Told]:
    """The edges that touch neither the brand nor a rival, and those that do."""
    touching = [edge for edge in edges if edge.one in apart or edge.other in apart]
    why = "the brand and its rivals are never joined to anyone"
    told = [(edge, why) for edge in touching if not (edge.one in apart and edge.other in apart)]
    return [edge for edge in edges if edge.one not in apart and edge.other not in apart], told


class _Groups:
    """Who is together already (union-find), and the accounts of each group by platform."""

    def __init__(self) -> None:
        self._above: dict[str, str] = {}
        self._members: dict[str, set[str]] = {}

    def root(self, one: str) -> str:
        above = self._above.setdefault(one, one)
        while above != self._above[above]:
            self._above[one] = above = self._above[self._above[above]]
        return above

    def join(self, one: str, other: str) -> None:
        large, small = sorted((self.root(one), self.root(other)), key=lambda root: -len(self.members(root)))
        if large != small:
            self._above[small] = large
            self._members[large] = self.members(large) | self._members.pop(small, {small})

    def members(self, root: str) -> set[str]:
        return self._members.get(root, {root})

    def all(self) -> list[set[str]]:
        return list(self._members.values())


def _accepted(groups: _Groups, level: Sequence[Edge]) -> tuple[list[Edge], _Told]:
    """The edges of a level that may be followed.

    What the brand or customers said always is. Inferred evidence of one level that together would bring two accounts of
    a platform into one person is refused as a whole: none of it is surer than the rest.
    """
    if _level(level[0])[0] == 0:
        return list(level), []
    roots = _Groups()
    for edge in level:
        roots.join(groups.root(edge.one), groups.root(edge.other))
    clash = {member: why for some in roots.all() if (why := _clash(groups, some)) for member in some}
    found = [(edge, clash.get(groups.root(edge.one), "")) for edge in level]
    return [edge for edge, why in found if not why], [(edge, why) for edge, why in found if why]


def _clash(groups: _Groups, roots: Iterable[str]) -> str:
    """Why some groups cannot be one person, or nothing."""
    bearers: dict[str, list[str]] = defaultdict(list)
    for root in sorted(roots):
        for platform in sorted({_platform(one) for one in groups.members(root) if not _is_customer(one)}):
            bearers[platform] += [min(one for one in groups.members(root) if _platform(one) == platform)]
    for platform, accounts in sorted(bearers.items()):
        if len(accounts) > 1:
            shown = " and ".join(sorted(accounts)[:2])
            return f"it would make {shown} one person, and they are two accounts on {platform}"
    return ""


def _rows(groups: _Groups, kept: Sequence[Edge], first: Callable[[str], Any]) -> list[tuple[object, ...]]:
    """A row each for everyone who was joined, with the surest evidence on the way to who stands for the person."""
    ways: dict[str, list[Edge]] = defaultdict(list)
    for edge in kept:
        ways[edge.one].append(edge)
        ways[edge.other].append(edge)
    rows: list[tuple[object, ...]] = []
    for members in groups.all():
        edges = [edge for one in members for edge in ways[one]]
        if _changes_something(members, edges):
            head = min(members, key=first)
            rows += [(head, head, None, _stands(head, members), None), *_led(head, ways)]
    return rows


def _changes_something(members: set[str], edges: Sequence[Edge]) -> bool:
    """Whether a group is more than one account with customers who are linked to it: their rows are its own anyway."""
    accounts = sum(not _is_customer(one) for one in members)
    customers = {one for one in members if _is_customer(one)}
    declared = {end for edge in edges if edge.by == "customer" for end in (edge.one, edge.other)}
    return accounts != 1 or not customers <= declared


def _stands(head: str, members: set[str]) -> str:
    customers = sum(map(_is_customer, members))
    counted = [(len(members) - customers, "account"), (customers, "customer number")]
    parts = [f"{count} {what}{'' if count == 1 else 's'}" for count, what in counted if count]
    return f"{head} stands for one person's {' and '.join(parts)}"


def _led(head: str, ways: Mapping[str, Sequence[Edge]]) -> list[tuple[object, ...]]:
    """Everyone who is joined to the head, each by the first edge on a shortest way there."""
    rows: list[tuple[object, ...]] = []
    seen, queue = {head}, deque([head])
    while queue:
        here = queue.popleft()
        for edge in ways[here]:
            there = edge.other if edge.one == here else edge.one
            if there not in seen:
                seen.add(there)
                queue.append(there)
                rows.append((there, head, edge.by, edge.evidence, edge.probability))
    return rows


def _platform(account: str) -> str:
    return account.partition(":")[0]


def _is_customer(account: str) -> bool:
    return _platform(account) == CUSTOMER
