"""The lake: rows land in it exactly once, are read back as of any version that is kept, and leave no trace."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING

import polars as pl

from ambassadors.lake import files, tidying
from ambassadors.lake.keys import NATURAL, grown, key, key_of, keyed, table_of
from ambassadors.lake.settling import group_of, settled
from ambassadors.locking import locked
from ambassadors.sources import delta

if TYPE_CHECKING:
    from deltalake import DeltaTable


@dataclass(frozen=True)
class Landed:
    """What became of rows: ``new`` ones, those that ``changed`` a row that was there, those that were ``known``."""

    new: int
    changed: int
    known: int

    @property
    def stored(self) -> int:
        """New or changed rows."""
        return self.new + self.changed


class Lake:
    """Tables that grow, a folder each: accounts, follows, posts, interactions.

    What a row's natural key is stands in :mod:`ambassadors.lake.keys`, what happens to rows with one key in
    :mod:`ambassadors.lake.settling`. One writes at a time; readers see a table before a change or after it, never
    between. Every call that reads or writes a table raises :class:`SourceError` when its folder is broken.
    """

    def __init__(self, folder: Path, *, keep_versions: timedelta = timedelta(days=30)) -> None:
        self.folder = folder
        self.keep_versions = keep_versions

    def tables(self) -> list[str]:
        """The tables that there are."""
        return [name for name in NATURAL if files.exists(self.folder / name)]

    def version(self, table: str) -> int | None:
        """The number of the table's last version; None where there is no table."""
        found = self._found(table)
        return None if found is None else found.version()

    def land(self, table: str, rows: pl.DataFrame, *, source: str, now: datetime | None = None) -> Landed:
        """Brings in rows that :func:`tables.check` accepted, those with one key as one.

        Killed at any moment and called again with the same rows, it leaves the same table. ``source`` is from where
        they were fetched, ``now`` when (left out: at this moment). Raises :class:`Busy` when somebody else writes.
        """
        arrived = _arrived(table, rows, source, now or datetime.now(UTC))
        if not arrived.height:
            return Landed(0, 0, 0)
        with self._alone():
            found = files.made(self._folder(table), table)
            held = self._like(table, found, arrived)
            wanted = settled(table, pl.concat([held, arrived]))
            fresh = _unlike(wanted, held)
            files.change(self._folder(table), table, found, keyed(table, _unlike(held, wanted)), fresh)
        changed = fresh.select(key_of(table).is_in(key(table, held).implode()).sum()).item()
        return Landed(fresh.height - changed, changed, rows.height - fresh.height)

    def remove(self, table: str, rows: pl.DataFrame) -> int:
        """Removes the rows that have the values of any of these, and every old version that holds them.

        Rows that have all columns of a natural key, or ``key``, are told by it, others by the columns that they have.
        """
        if set(NATURAL[table]) <= set(rows.columns):
            rows = keyed(table, rows)
        return self._erase(table, rows.select("key") if "key" in rows.columns else rows.unique())

    def replace(self, table: str, rows: pl.DataFrame) -> None:
        """Puts rows in place of those with the same natural keys, and erases every old version that holds them."""
        with self._alone():
            found, folder = self._found(table), self.folder / table
            if found is not None and rows.height:
                files.change(folder, table, found, keyed(table, rows).select("key"), rows)
                files.erase(folder, files.opened(folder, table))

    def drop_accounts(self, accounts: Sequence[str]) -> dict[str, int]:
        """Removes people: profiles, ties, posts, what they did, what was done toward them or under their posts.

        No old version can be read afterwards. Gives the number of rows by table.
        """
        posts = self._read("posts", lambda rows: rows.filter(_any(accounts, "author")).select("post"))["post"]
        theirs = {
            "interactions": _any(accounts, "source", "target") | _any(posts.to_list(), "post"),
            "follows": _any(accounts, "source", "target"),
            "accounts": _any(accounts, "account"),
            "posts": _any(accounts, "author"),  # last: if this is cut off, the next call still knows their posts
        }
        return {table: self._erase(table, theirs[table]) for table in theirs}

    def compact(self) -> None:
        """Few files again; versions older than are kept are removed, and what was left by a killed writer."""
        with self._alone():
            for table in self.tables():
                tidying.gather(self._folder(table), table)
                tidying.expire(self._folder(table), table, self.keep_versions)

    def read(
        self,
        table: str,
        columns: Sequence[str] | None = None,
        *,
        version: int | None = None,
        at: datetime | None = None,
    ) -> pl.DataFrame:
        """The table as it is, or was, in the order of its natural keys; without rows where there is none.

        With ``columns`` only the natural key and those.
        """
        told = grown(table).names() if columns is None else list(dict.fromkeys([*NATURAL[table], *columns]))
        rows = self._read(table, lambda rows: rows.select(told), version=version, at=at)
        return rows.sort(NATURAL[table], nulls_last=True)

    def _folder(self, table: str) -> Path:
        return self.folder / table_of(table).name

    @contextmanager
    def _alone(self) -> Iterator[None]:
        """Nobody else of ours writes; a lock of its own, since whoever fetches holds the folder's."""
        with locked(self.folder / ".writing"):
            yield

    def _found(self, table: str, *, version: int | None = None, at: datetime | None = None) -> DeltaTable | None:
        folder = self._folder(table)
        return files.opened(folder, table, version=version, at=at) if files.exists(folder) else None

    def _read(
        self, table: str, what: Callable[[pl.LazyFrame], pl.LazyFrame], **moment: int | datetime | None
    ) -> pl.DataFrame:
        """What is asked of a table; where there is none, of one without rows."""
        folder, found = self._folder(table), self._found(table, **moment)  # type: ignore[arg-type]
        with delta.mended(folder, "one of its files cannot be read"):
            return what(files.rows_of([] if found is None else delta.files_of(folder, found), table)).collect()

    def _like(self, table: str, found: DeltaTable, arrived: pl.DataFrame) -> pl.DataFrame:
        """The rows that are there of the groups of those that arrived, looked for file by file."""
        wanted = arrived.lazy().select(group_of(table)).unique()
        parts = [arrived.clear()]
        for path in delta.files_of(self._folder(table), found):
            with delta.mended(path, "cannot be read"):
                grouped = files.rows_of([path], table).with_columns(group_of(table))
                parts.append(
                    grouped.join(wanted, on="group", how="semi", maintain_order="left").drop("group").collect()
                )
        return pl.concat(parts)

    def _erase(self, table: str, theirs: pl.Expr | pl.DataFrame) -> int:
        with self._alone():
            found, folder = self._found(table), self._folder(table)
            if found is None:
                return 0
            gone = files.change(folder, table, found, theirs)
            files.erase(folder, files.opened(folder, table))  # also what was left by an erasing that was cut off
            return gone


def _arrived(table: str, rows: pl.DataFrame, source: str, now: datetime) -> pl.DataFrame:
    """The rows with the columns of the lake."""
    ours = {"fetched_from": pl.lit(source), "first_seen": pl.lit(now)}
    if table == "accounts":
        ours["last_seen"] = pl.coalesce("observed_at", pl.lit(now))
    return rows.with_columns(**ours).select(grown(table).names()).cast(dict(grown(table)))  # type: ignore[arg-type]


def _unlike(some: pl.DataFrame, others: pl.DataFrame) -> pl.DataFrame:
    """Those rows of which the others have none that is equal in every column."""
    if not others.height:
        return some
    return some.join(others, on=some.columns, how="anti", nulls_equal=True, maintain_order="left")


def _any(accounts: Sequence[str], *columns: str) -> pl.Expr:
    return pl.any_horizontal(pl.col(name).is_in(list(accounts)).fill_null(False) for name in columns)
