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

    @property
    def everyone(self) -> frozenset[str] | None:
        """The accounts, and all others of the same people."""
        if self.accounts is None:
            return None
        return self.accounts.union(*({person, *others} for person, others in self.aliases.items()))


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
    people = _table(folder / "people.csv", ["account", "person"])
    if people is None:
        return Latest(frozenset(pl.concat(named)))
    groups = people.group_by("person", maintain_order=True).agg("account")
    return Latest(frozenset(pl.concat(named)), dict(groups.iter_rows()))


def _column(path: Path, name: str) -> pl.Series:
    found = _table(path, [name])
    return pl.Series(name, [], pl.String) if found is None else found[name].drop_nulls()


def _table(path: Path, columns: list[str]) -> pl.DataFrame | None:
    """Those columns of a file of ours; None where it is not there, or was saved over by something else."""
    try:
        return original(pl.read_csv(path, columns=columns, infer_schema=False))
    except (OSError, pl.exceptions.PolarsError):
        return None
