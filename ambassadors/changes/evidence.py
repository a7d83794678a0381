"""What is known of two runs and of each person in them, looked up once."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import datetime
from functools import cached_property
from typing import Any

import polars as pl

from ambassadors import ladder, score
from ambassadors.changes import differences
from ambassadors.changes.earlier import Earlier
from ambassadors.changes.parts import RANKING, taken_apart
from ambassadors.changes.shifts import Shift, shifts
from ambassadors.community import Community
from ambassadors.errors import NotEnoughData
from ambassadors.latest import SHOP

Row = dict[str, Any]


class Evidence:
    """Both runs: ``then`` and ``now`` have of each list its rows by account, whoever refuses left out.

    ``refused`` is how many of the earlier lists' people are left out so. An account that is part of another person now
    stands under that person.
    """

    def __init__(
        self,
        earlier: Earlier,
        lists: Mapping[str, pl.DataFrame],
        parts: pl.DataFrame,
        manifest: dict[str, Any],
        community: Community,
        apart: pl.DataFrame,
    ) -> None:
        self.earlier, self.manifest, self.community = earlier, manifest, community
        self._merged: dict[str, str] = _pairs(community.people, "account", "person")
        self.parted = _pairs(earlier.people.filter(pl.col("by") != SHOP), "account", "person")
        self.refusing = refusing = set(community.refusing.to_list())
        gone = {account for people in earlier.lists.values() for account in people["account"] if account in refusing}
        self.refused = len(gone)
        self.then = {name: self._rows(earlier.lists[name], refusing) for name in lists}
        self.now = {name: _by_account(people, refusing) for name, people in lists.items()}
        self.apart = _pairs(apart, "account", "why")
        self.apart_because = _pairs(apart, "account", "evidence")
        self.apart_then = _pairs(earlier.apart, "account", "why")
        self._parts = {True: _parts(earlier.parts, self.person), False: _parts(parts, str)}

    def person(self, account: str) -> str:
        """Under which account a person stands now."""
        return self._merged.get(account, account)

    def _rows(self, people: pl.DataFrame, refusing: set[str]) -> dict[str, Row]:
        """The rows of an earlier list by who they are now; of two that became one, the better."""
        found: dict[str, Row] = {}
        for account, row in _by_account(people, refusing).items():
            if self.person(account) not in refusing:
                found.setdefault(self.person(account), row)
        return found

    def merges(self) -> Iterator[str]:
        """How many people of the earlier lists were found to be part of another."""
        listed = {account for people in self.earlier.lists.values() for account in people["account"]}
        joined = sum(self.person(one) != one and self.person(one) not in self.refusing for one in listed)
        if joined:
            accounts = "1 account of the earlier lists was" if joined == 1 else f"{joined:,} of the earlier lists were"
            yield f"{accounts} found to belong to people with several accounts"

    def shifts(self, ranking: str, account: str) -> list[Shift] | None:
        """What moved a person's score; None where one of the two is not known."""
        before = self._parts[True].get((ranking, account))
        now = self.parts_now(ranking, account)
        return shifts(before, now) if before and now else None

    def parts_now(self, ranking: str, account: str) -> list[Row]:
        """The parts of a person's score now."""
        return self._parts[False].get((ranking, account)) or self._left[ranking].get(account, [])

    @cached_property
    def _left(self) -> dict[str, dict[str, list[Row]]]:
        """The parts of those who are on no list any more, by ranking."""
        accounts = pl.Series(sorted({account for rows in self.then.values() for account in rows}), dtype=pl.String)
        found: dict[str, dict[str, list[Row]]] = {}
        for ranking in score.RANKINGS:
            found[ranking] = {}
            for row in taken_apart(self.community, ranking, accounts).iter_rows(named=True):
                found[ranking].setdefault(row["account"], []).append(row)
        return found

    @cached_property
    def ranks(self) -> dict[str, dict[str, int]]:
        """Everybody's rank in each ranking now."""
        return {ranking: self._ranks(ranking) for ranking in score.RANKINGS}

    def _ranks(self, ranking: str) -> dict[str, int]:
        try:
            return _pairs(score.rank(self.community, ranking), "account", "rank")
        except NotEnoughData:
            return {}

    @cached_property
    def rungs(self) -> dict[str, str | None]:
        """The rung on which everybody stands now."""
        return _pairs(ladder.rungs(self.community), "account", "rung")

    @cached_property
    def accounts(self) -> set[str]:
        """Everybody in the data."""
        return set(self.community.accounts["account"])

    @cached_property
    def candidates(self) -> set[str]:
        """Everybody who may be ranked."""
        return set(self.community.candidates["account"])

    @cached_property
    def first_acts(self) -> dict[str, datetime]:
        """When each of the listed did something for the first time."""
        accounts = sorted({account for rows in self.now.values() for account in rows})
        places = {"interactions": "source", "posts": "author", "orders": "account", "follows": "source"}
        acts = [
            getattr(self.community, table).select(account=column, at="since" if table == "follows" else "at")
            for table, column in places.items()
        ]
        first = pl.concat(acts).filter(pl.col("account").is_in(accounts)).group_by("account").agg(pl.col("at").min())
        return {account: at for account, at in first.iter_rows() if at is not None}

    @property
    def by(self) -> str:
        """What moved values where no row did: `` by the new settings``, or nothing to say."""
        before, now = self.earlier.manifest, self.manifest
        if differences.data_changed(before, now):
            return ""
        what = {
            "settings": differences.settings_changed(before, now),
            "version": differences.version_changed(before, now),
        }
        named = [name for name, changed in what.items() if changed]
        return f" by the new {' or '.join(named)}" if named else ""


def _by_account(people: pl.DataFrame, refusing: set[str]) -> dict[str, Row]:
    return {row["account"]: row for row in people.iter_rows(named=True) if row["account"] not in refusing}


def _pairs(frame: pl.DataFrame, key: str, value: str) -> dict[str, Any]:
    return dict(frame.select(key, value).iter_rows())


def _parts(frame: pl.DataFrame, person: Any) -> dict[tuple[str, str], list[Row]]:
    """The parts of each person's score by ranking; a person on several lists of one ranking has the same on each."""
    ranked = frame.with_columns(pl.col("list").replace_strict(RANKING, default=None).alias("ranking"))
    once = ranked.unique(["ranking", "account", "measure"], keep="first", maintain_order=True)
    found: dict[tuple[str, str], list[Row]] = {}
    for row in once.iter_rows(named=True):
        found.setdefault((row["ranking"], person(row["account"])), []).append(row)
    return found
