"""Persons: who is one person, as a table, and tables as they look once that is known."""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import cached_property

import polars as pl

from ambassadors import repeats, tables

#: One row an account of a person who has several: who stands for the person, by what, and the evidence in words.
PEOPLE = pl.Schema(
    {
        "account": pl.String,
        "person": pl.String,
        "by": pl.String,
        "evidence": pl.String,
        "probability": pl.Float64,
    }
)
#: One row a piece of evidence that was not followed, and why.
CONFLICTS = pl.Schema(
    {
        "one": pl.String,
        "other": pl.String,
        "by": pl.String,
        "evidence": pl.String,
        "probability": pl.Float64,
        "why": pl.String,
    }
)


@dataclass(frozen=True, eq=False)
class Persons:
    """``people`` are the merges with their evidence, ``conflicts`` the evidence that was refused.

    Who stands alone is in neither.
    """

    people: pl.DataFrame = field(default_factory=PEOPLE.to_frame)
    conflicts: pl.DataFrame = field(default_factory=CONFLICTS.to_frame)

    def __bool__(self) -> bool:
        return self.people.height > 0

    @cached_property
    def _others(self) -> pl.DataFrame:
        """The accounts that another stands for."""
        return self.people.filter(pl.col("account") != pl.col("person"))

    def of(self, account: pl.Expr) -> pl.Expr:
        """For each account id the id that stands for its person; who stands alone keeps their own."""
        return account.replace(self._others["account"], self._others["person"])

    def aliases(self, account: str) -> list[str]:
        """All ids of the person to whom an id belongs, the one that stands for them first.

        >>> Persons().aliases("x:ann")
        ['x:ann']
        """
        found = self.people.filter(pl.col("account") == account)["person"].to_list()
        if not found:
            return [account]
        return [found[0], *self._others.filter(pl.col("person") == found[0])["account"].sort()]

    def everyone(self, accounts: pl.Series) -> pl.Series:
        """Those accounts, and all others of the same people, sorted."""
        meant = self.people.filter(pl.col("account").is_in(accounts.implode()))["person"]
        theirs = self.people.filter(pl.col("person").is_in(meant.implode()))["account"]
        return pl.concat([accounts, theirs]).unique().sort() if theirs.len() else accounts

    def renamed(self, name: str, frame: pl.DataFrame) -> pl.DataFrame:
        """A table with the person's id in place of each account's; no row is dropped."""
        others = self._others["account"].implode()
        columns = [column for column in tables.TABLES[name].naming if frame[column].is_in(others).any()]
        return frame.with_columns(self.of(pl.col(column)) for column in columns) if columns else frame

    def seen(self, name: str, frame: pl.DataFrame) -> pl.DataFrame:
        """A table as it looks once it is known who is one person: the same frame where it names none of them.

        Of the accounts table only the rows of who stands for a person remain. Follows and acts between accounts of one
        person are dropped: they are evidence of nothing. What is said twice now becomes one row by the table's rule.
        """
        if name == "accounts":
            others = frame["account"].is_in(self._others["account"].implode())
            return frame.filter(~others) if others.any() else frame
        return self._ties(name, frame) if name in ("follows", "interactions") else self.renamed(name, frame)

    def _ties(self, name: str, frame: pl.DataFrame) -> pl.DataFrame:
        """Only rows that name who has several accounts can have become the same: the others are left as they are."""
        people, table = self.people["account"].implode(), tables.TABLES[name]
        theirs = frame["source"].is_in(people) | frame["target"].is_in(people)
        before, untouched = frame.filter(theirs), frame.filter(~theirs)
        after = self.renamed(name, before)
        if after is before:
            return frame
        own = (after["source"] == after["target"]) & (before["source"] != before["target"])
        touched = repeats.collapse(table, after.filter(~own))
        return untouched.merge_sorted(touched, "at") if "at" in table.names else pl.concat([untouched, touched])
