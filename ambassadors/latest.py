"""Who was in the last run, and under which names, for commands that are told of its folder and not of a recipe."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path

import polars as pl

from ambassadors.community import CUSTOMER, Community
from ambassadors.delivery import LATEST, original

#: How a row of people.csv says that the shop links a customer and an account.
SHOP = "shop"
#: The files of a run that name people a line.
_OF_PEOPLE = (
    "influencers",
    "ambassadors",
    "proven_advocates",
    "ready_to_move_up",
    "influential_unproven",
    "set_apart",
)


@dataclass(frozen=True)
class Latest:
    """The people of the run that ``latest`` points to: accounts on any list, and all accounts of who has several.

    ``accounts`` is None where there is no run.
    """

    accounts: frozenset[str] | None = None
    aliases: dict[str, list[str]] = field(default_factory=dict)


def customers_of(community: Community) -> pl.DataFrame:
    """``account, person``: each customer who is linked to an account, as ``customer:ID``, and that account."""
    known = community.customers.filter(pl.col("account").is_not_null())
    return known.select(pl.concat_str(pl.lit(f"{CUSTOMER}:"), "customer").alias("account"), person="account")


def latest(out: Path) -> Latest:
    """The people of the last run under ``out``."""
    folder = out / LATEST
    if not (folder / "manifest.json").is_file():
        return Latest()
    named = [_column(folder / f"{name}.csv", "account") for name in _OF_PEOPLE]
    people = folder / "people.csv"
    if not people.is_file():
        return Latest(frozenset(pl.concat(named)))
    groups = original(pl.read_csv(people, infer_schema=False)).group_by("person", maintain_order=True).agg("account")
    return Latest(frozenset(pl.concat(named)), dict(groups.iter_rows()))


def _column(path: Path, name: str) -> pl.Series:
    if not path.is_file():
        return pl.Series(name, [], pl.String)
    return original(pl.read_csv(path, columns=[name], infer_schema=False))[name].drop_nulls()
