"""People: what the report tells of each, and of their place on each list."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import polars as pl

from ambassadors import ladder
from ambassadors.community import Community
from ambassadors.report.plain import plain, records
from ambassadors.report.words import NOTES, NUMBERS
from ambassadors.tables import EARLIEST

Told = dict[str, Any]
#: What differs from list to list.
_PLACE = ("account", "rank", "rank_low", "rank_high", "score", "moves_to", "probability", "probability_low",
          "probability_high", "probability_says", "value_of_asking", "value_net", "value_says")  # fmt: skip
#: What is so of the person on any list.
_PERSON = ("person", "handle", "platform", "profile_url", "other_accounts", "stage", "stage_since", "stage_evidence",
           "next_stage", "to_next_stage", "kind_of_person", "would_welcome", "welcome_because")  # fmt: skip


def entry(row: Mapping[str, Any], parts: list[Told]) -> Told:
    """A place on a list: rank, score with its parts, chance, reasons and cautions."""
    said = {f"{kind}s": [row[name] for name in row if name.startswith(f"{kind}_") and row[name]] for kind in _SAID}
    return {**_some(row, _PLACE), **said, "parts": parts}


_SAID = ("reason", "caution")


def person(row: Mapping[str, Any], path: list[Told], around: Told) -> Told:
    """A person: names, stage and the way to it, who stands around them, numbers, and the managers' notes."""
    numbers = _some(row, [name for name, _, _ in NUMBERS])
    return {
        **_some(row, _PERSON),
        "numbers": numbers,
        "notes": _some(row, [name for name, _, _ in NOTES]),
        "path": path,
        "around": around,
    }


def _some(row: Mapping[str, Any], names: Sequence[str]) -> Told:
    return {name: plain(row.get(name)) for name in names}


def paths(community: Community, accounts: Sequence[str]) -> dict[str, list[Told]]:
    """The moves of each of those people between rungs: ``at`` (None: always so) and ``rung``."""
    moves = ladder.history(community).filter(pl.col("account").is_in(list(accounts)))
    dated = moves.with_columns(pl.when(pl.col("at") > EARLIEST).then("at").dt.date().alias("at"))
    found: dict[str, list[Told]] = {}
    for row in records(dated):
        found.setdefault(row["account"], []).append({"at": row["at"], "rung": row["rung"]})
    return found


def score_parts(parts: pl.DataFrame) -> dict[tuple[str, str], list[Told]]:
    """The parts of each score by list and account, largest first."""
    columns = ["measure", "value", "percentile", "weight", "points"]
    found: dict[tuple[str, str], list[Told]] = {}
    for row in records(parts.sort("points", "measure", descending=[True, False], nulls_last=True)):
        found.setdefault((row["list"], row["account"]), []).append({name: row[name] for name in columns})
    return found
