"""The three lists as one, with every person once."""

from __future__ import annotations

from collections.abc import Mapping

import polars as pl

from ambassadors.shortlists import COLUMNS
from ambassadors.three_lists import LISTS

SCHEMA: dict[str, pl.DataType] = {"list": pl.String(), "also_on": pl.String(), **COLUMNS}


def shortlist_of(lists: Mapping[str, pl.DataFrame]) -> pl.DataFrame:
    """One row a person: those of ``proven_advocates``, then of ``ready_to_move_up``, then of ``influential_unproven``.

    Who stands on several is told on the first of them, and ``also_on`` names the others with the place there, so that
    notes about one person have one place. ``account`` tells who is who; other tables of ``lists`` are passed over.

    >>> person = pl.DataFrame({"account": ["x:ann"], "rank": [7]})
    >>> empty = pl.DataFrame(schema=COLUMNS)
    >>> frames = {name: pl.concat([empty, person], how="diagonal_relaxed") for name in LISTS[:2]}
    >>> shortlist_of(frames).select("list", "also_on", "rank").rows()
    [('proven_advocates', 'ready_to_move_up (7)', 7)]
    """
    stands = _places(lists)
    parts = [pl.DataFrame(schema=SCHEMA)]
    for name in LISTS:
        if name in lists:
            accounts = lists[name]["account"]
            first = pl.Series([stands[account][0][0] == name for account in accounts], dtype=pl.Boolean)
            others = pl.Series([_also_on(stands[account]) for account in accounts], dtype=pl.String)
            part = lists[name].with_columns(also_on=others, list=pl.lit(name)).filter(first)
            parts.append(part.select(pl.col(column).cast(kind) for column, kind in SCHEMA.items()))
    return pl.concat(parts)


def _places(lists: Mapping[str, pl.DataFrame]) -> dict[str, list[tuple[str, int]]]:
    """On which lists each account stands, and at which place, in the order of the lists."""
    stands: dict[str, list[tuple[str, int]]] = {}
    for name in LISTS:
        if name in lists:
            for account, rank in lists[name].select("account", "rank").iter_rows():
                stands.setdefault(account, []).append((name, rank))
    return stands


def _also_on(places: list[tuple[str, int]]) -> str | None:
    return ", ".join(f"{name} ({rank})" for name, rank in places[1:]) or None
