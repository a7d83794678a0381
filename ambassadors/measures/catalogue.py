"""The catalogue: every measure under its name, with what it needs and how a person would say it."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Literal

import polars as pl

from ambassadors.community import Community
from ambassadors.errors import LookAhead, UnknownName, did_you_mean

#: With whom an account is compared: everyone (people are people everywhere), those on its platform, or those of its
#: tier there (for rates, which fall as audiences grow).
Peers = Literal["all", "platform", "tier"]
#: How a place among them becomes points: by its logarithm (the first and the thousandth differ), or by the square root
#: of the percentile (the middle counts).
Scale = Literal["place", "root"]
#: What a measure is counted from, and so what its value would change with: people who responded, or acts toward the
#: brand. Nothing: it is stated, or bought, and no chance is in it.
Fed = Literal["responses", "brand acts", ""]
Compute = Callable[[Community], pl.DataFrame]


@dataclass(frozen=True)
class Measure:
    """One number per account.

    ``compute`` gives a frame ``account, value`` and any further columns that ``says`` (the sentence of a reason) names.
    Accounts that are not in it get ``otherwise``: 0 where nothing was counted, None where nothing is known.
    ``more_is_better`` is False for ages, where the smaller value stands higher. Of measures with the same ``kin`` a
    reason names only the one that brings most: they say the same thing over again.
    """

    name: str
    question: str
    compute: Compute
    needs: tuple[str, ...]
    says: str
    advice: str
    peers: Peers
    otherwise: float | None
    more_is_better: bool
    scale: Scale
    kin: str
    fed: Fed

    @property
    def nothing(self) -> float | None:
        """The value of whom nothing was counted: they have no points, and nobody is ahead of them by points."""
        return 0.0 if self.scale == "root" else self.otherwise

    @property
    def meaning(self) -> str:
        """The first paragraph of the measure's docstring: what it is."""
        return " ".join((self.compute.__doc__ or "").split("\n\n")[0].split())


CATALOGUE: dict[str, Measure] = {}


def measure(
    *needs: str,
    says: str,
    advice: str = "",
    peers: Peers = "platform",
    otherwise: float | None = 0.0,
    more_is_better: bool = True,
    scale: Scale = "place",
    kin: str = "",
    fed: Fed = "",
) -> Callable[[Compute], Compute]:
    """Enter a function into the catalogue, under its own name and its module's question."""

    def enter(compute: Compute) -> Compute:
        name, question = compute.__name__, compute.__module__.rpartition(".")[2]
        CATALOGUE[name] = Measure(
            name, question, compute, needs, says, advice, peers, otherwise, more_is_better, scale, kin or name, fed
        )
        return compute

    return enter


def named(name: str) -> Measure:
    """The measure of that name; raises :class:`UnknownName` with the nearest names for any other."""
    if name not in CATALOGUE:
        raise UnknownName(f"there is no measure {name!r}. {did_you_mean(name, CATALOGUE)}")
    return CATALOGUE[name]


def lacking(community: Community, needs: Iterable[str]) -> str:
    """Why a measure cannot be taken here, in words; empty when it can.

    A need is a table (``follows``), a column with at least one value (``accounts.followers``), ``acts`` (interactions
    that are single acts, not totals), ``one currency`` (of all orders), ``brand`` or ``rivals``.
    """
    return "; ".join(dict.fromkeys(filter(None, (_lack(community, need) for need in needs))))


def _lack(community: Community, need: str) -> str:
    if need == "brand":
        return "" if community.brand.accounts else "the recipe names no brand account"
    if need == "rivals":
        return "" if community.brand.rivals else "the recipe names no rivals"
    if need == "one currency":
        found = community.orders["currency"].drop_nulls().unique().sort()
        return "" if found.len() < 2 else f"orders are in several currencies ({', '.join(found.head(5))})"
    if need in ("acts", "interactions") and community.interactions.height and not community.others_act:
        return "nobody but the brand itself acts in this data, as in a download of its own account"
    if need == "acts":
        lack = " with a time of their own" if community.interactions.height else ""
        return "" if acts(community).height else f"there are no interactions{lack}"
    table, _, column = need.partition(".")
    frame: pl.DataFrame = getattr(community, table)
    if frame.is_empty():
        return f"there are no {table}"
    if column and frame[column].null_count() == frame.height:
        return f"no row of {table} has {column}"
    return ""


def acts(community: Community) -> pl.DataFrame:
    """The interactions that are single acts: a total (a row with a weight) says how often, but not when."""
    return community.memo("acts", lambda: community.interactions.filter(pl.col("weight").is_null()))


def take(community: Community, name: str) -> pl.DataFrame:
    """One row per account with ``account, value`` and the measure's details; all null where the data is lacking."""
    one = named(name)
    return community.memo(("measure", name), lambda: _take(community, one))


def _take(community: Community, one: Measure) -> pl.DataFrame:
    accounts = community.accounts.select("account")
    if lacking(community, one.needs):
        return accounts.with_columns(pl.lit(None, pl.Float64).alias("value"))
    taken = one.compute(community).with_columns(pl.col("value").cast(pl.Float64), pl.lit(True).alias("taken"))
    # nine digits: equal cases must be equal, whatever the order in which their floats were added
    value = pl.col("value").round_sig_figs(9)
    found = accounts.join(taken, "account", how="left", maintain_order="left")
    _no_strangers(community, one, taken.height - found["taken"].count())
    return found.drop("taken").with_columns(value.fill_null(one.otherwise) if one.otherwise is not None else value)


def _no_strangers(community: Community, one: Measure, strangers: int) -> None:
    """A measure that knows accounts which the community does not hold took them from somewhere else: the future."""
    if strangers:
        raise LookAhead(
            f"the measure {one.name!r} has values for {strangers:,} {'account' if strangers == 1 else 'accounts'} that "
            f"this community{f' as of {community.cut.isoformat()}' if community.cut else ''} does not hold. A measure "
            "may use only the community that it is given."
        )
