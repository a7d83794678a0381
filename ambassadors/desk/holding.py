"""Holding: what a community is, on one screen: its tables, what was turned away, and who is never ranked."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import TYPE_CHECKING, Any

import polars as pl

from ambassadors import display, tables
from ambassadors.community import PAGES, Community
from ambassadors.display import Column, Heading

if TYPE_CHECKING:
    from markupsafe import Markup

#: So many kinds, empty columns and reasons are named; the rest is counted.
NAMED, REASONS = 9, 6
#: By which column the rows of a table are told apart.
_TOLD_BY = {"accounts": "platform", "posts": "kind", "interactions": "kind", "orders": "currency"}


def holding(community: Community) -> str:
    """What the tables of a community hold, as HTML.

    >>> import ambassadors as amb
    >>> "Bean &amp; Leaf" in holding(amb.read("graphs/town/brand.toml"))
    True
    """
    when = f"as of {community.moment:%Y-%m-%d %H:%M} UTC" if community.moment else "undated"
    name = community.brand.name or community.recipe.title or community.recipe.name
    return display.card(name, when, _tables(community), _rejects(community), _whole(community))


def _tables(community: Community) -> Markup:
    names = [name for name in tables.TABLES if name == "accounts" or name in community.kept]
    headings: list[Heading] = [
        "table",
        Column("rows", right=True),
        Column("first", whole=True),
        Column("last", whole=True),
        Column("what it holds", wide=True),
        "empty columns",
    ]
    return display.table("Tables", headings, [_table(community, name) for name in names])


def _table(community: Community, name: str) -> list[Any]:
    frame = getattr(community, name)
    first, last = _span(frame, tables.TABLES[name].dated_by)
    empty = [column for column in frame.columns if frame.height and frame[column].null_count() == frame.height]
    return [name, frame.height, first, last, _holds(name, frame), display.muted(_some(empty, 4))]


def _span(frame: pl.DataFrame, by: Iterable[str]) -> tuple[str, str]:
    """The first and the last day of a table's rows; nothing where none is dated."""
    times = frame.select(pl.coalesce(list(by)).alias("at"))["at"]
    ends = (times.min(), times.max())
    return tuple(f"{end:%Y-%m-%d}" if isinstance(end, datetime) else "" for end in ends)  # type: ignore[return-value]


def _holds(name: str, frame: pl.DataFrame) -> str:
    """The kinds of a table's rows with their counts, the commonest first."""
    if name == "customers":
        linked = frame["account"].drop_nulls().len() if "account" in frame.columns else 0
        return f"linked to an account {linked:,}"
    if _TOLD_BY.get(name) not in frame.columns:
        return ""
    counts = frame.group_by(pl.col(_TOLD_BY[name]).cast(pl.String).alias("kind")).len("rows").drop_nulls("kind")
    ordered = counts.sort("rows", "kind", descending=[True, False])
    return _some([f"{display.clip(kind, 40)} {rows:,}" for kind, rows in ordered.iter_rows()])


def _some(texts: Sequence[str], most: int = NAMED) -> str:
    """The first of them, and how many more there are."""
    more = f" and {len(texts) - most:,} more" if len(texts) > most else ""
    return ", ".join(texts[:most]) + more


def _rejects(community: Community) -> Markup:
    """What was turned away, by reason, each with one example and what to do."""
    found = (
        community.rejects.group_by("reason", maintain_order=True)
        .agg(pl.len().alias("rows"), pl.all().exclude("reason").first())
        .sort("rows", "reason", descending=[True, False])
    )
    if found.is_empty():
        return display.notes([])
    headings: list[Heading] = [
        "reason",
        Column("rows", right=True),
        Column("for example", wide=True),
        Column("what to do", wide=True),
    ]
    more = f", {REASONS} of {found.height:,} reasons: .rejects" if found.height > REASONS else ""
    rows = [_reject(row) for row in found.head(REASONS).iter_rows(named=True)]
    return display.table(f"Turned away: {community.rejects.height:,} rows{more}", headings, rows)


def _reject(row: dict[str, Any]) -> list[Any]:
    line = f", line {row['line']:,}" if row["line"] is not None else ""
    column = f"{row['column']}: " if row["column"] else ""
    example = display.under(f"{row['file']}{line}", f"{column}{display.clip(row['value'] or 'empty', 80)}")
    return [display.words(row["reason"]), row["rows"], example, tables.REASONS.get(row["reason"], "")]


def _accounted(community: Community) -> str:
    """All rows that came in are accepted, turned away, set aside or expired: with the figures."""
    if not community.intakes:
        return ""
    counts = {name: sum(getattr(one, name) for one in community.intakes) for name in _FATES}
    told = [f"{counts[name]:,} {says}" for name, says in _FATES.items() if counts[name] or name in _ALWAYS]
    return f"{sum(one.rows for one in community.intakes):,} = {' + '.join(told)}"


_FATES = {"accepted": "accepted", "rejected": "turned away", "set_aside": "set aside", "expired": "expired"}
_ALWAYS = ("accepted", "rejected")


def _whole(community: Community) -> Markup:
    """Whether every row of the files is accounted for, who is never ranked, and who has several accounts."""
    several, conflicts = community.people["person"].n_unique(), community.conflicts.height
    who = "1 person" if several == 1 else f"{several:,} people"
    return display.facts(
        "Rows and people",
        [
            ("rows in", _accounted(community)),
            ("said twice", _some([f"{name} {rows:,}" for name, rows in community.repeated.items() if rows])),
            ("may be ranked", f"{community.candidates.height:,} of {community.accounts.height:,} accounts"),
            ("never ranked", _never(community)),
            ("several accounts", f"{who} with {community.people.height:,} accounts" if several else ""),
            ("not taken for one", f"{conflicts:,} pairs of accounts: .conflicts" if conflicts else ""),
            ("names of nobody", _some(community.brand.nobody)),
        ],
    )


def _never(community: Community) -> str:
    """Why accounts are never ranked, with how many there are; who is left out for several reasons counts once."""
    brand, account = community.brand, pl.col("account")
    reasons = {
        "of the brand": account.is_in(brand.accounts),
        "of rivals": account.is_in(brand.rivals),
        "of staff": account.is_in(brand.staff),
        "of people who refuse": account.is_in(community.refusing.implode()),
        "pages of the web": account.str.starts_with(f"{PAGES}:"),
    }
    left, told = community.accounts.filter(~community.ranked), []
    for who, held in [*reasons.items(), ("left out by the recipe", pl.lit(True))]:
        rest = left.filter(~held)
        told += [f"{left.height - rest.height:,} {who}"] if rest.height < left.height else []
        left = rest
    return ", ".join(told)
