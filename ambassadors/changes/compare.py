"""Two runs side by side: who entered, who left, who moved, and why."""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import polars as pl

from ambassadors.changes.differences import causes
from ambassadors.changes.earlier import NotComparable, read_earlier
from ambassadors.changes.evidence import Evidence
from ambassadors.changes.reasons import entered, left, moved
from ambassadors.community import Community
from ambassadors.phrases import sentence

CHANGES: dict[str, pl.DataType] = {
    "list": pl.String(),
    "change": pl.String(),
    "person": pl.String(),
    "account": pl.String(),
    "rank_before": pl.Int64(),
    "rank": pl.Int64(),
    "score_before": pl.Float64(),
    "score": pl.Float64(),
    "why": pl.String(),
}
#: Where a row is about the run as a whole.
EVERY_LIST = "every list"
#: A move is told from half as far again: from rank 2 to 1, from 30 to 20. Nearer ranks change with every few rows.
FAR = 1.5
_ORDER = ("entered", "left", "up", "down", "same")

Row = dict[str, Any]


def changes(
    before: Path | None,
    lists: Mapping[str, pl.DataFrame],
    parts: pl.DataFrame,
    manifest: dict[str, Any],
    *,
    community: Community,
    apart: pl.DataFrame,
) -> pl.DataFrame:
    """What is not as it was in the run of the folder ``before``: columns as in :data:`CHANGES`.

    First what differs as a whole (``change`` is ``cause``: rows, moments, settings, versions); then, for each list, who
    ``entered`` and ``left``, who went ``up`` or ``down`` by half their rank or more, farthest first, and who kept about
    the ``same`` rank on another rung. The other moves are counted in one row a list. ``parts`` are those of
    :func:`~ambassadors.changes.parts`, ``apart`` who was set apart, ``manifest`` what is known of this run.

    Whoever asks not to be found or contacted is counted, and never named. Without an earlier run, or where nothing
    differs, there are no rows; where the earlier run cannot be held against this one, a row says why.
    """
    if before is None:
        return pl.DataFrame(schema=CHANGES)
    try:
        then = read_earlier(before, manifest)
    except NotComparable as why:
        return _frame([_cause(f"the earlier run {before.name} cannot be compared with this one. {why}")])
    known = Evidence(then, lists, parts, manifest, community, apart)
    general = [_cause(one) for one in (*causes(then.manifest, manifest), *known.merges())]
    everyone = [row for name in lists for row in _of_list(known, name)]
    return _frame([*general, *_refused(known), *everyone])


def _frame(rows: list[Row]) -> pl.DataFrame:
    return pl.DataFrame([{name: row.get(name) for name in CHANGES} for row in rows], schema=CHANGES)


def _cause(text: str) -> Row:
    return {"list": EVERY_LIST, "change": "cause", "why": sentence(text)}


def _refused(known: Evidence) -> Iterator[Row]:
    """How many are gone because they asked; nobody's name."""
    if known.refused:
        people = "1 person" if known.refused == 1 else f"{known.refused:,} people"
        why = f"{people} left the lists because they asked not to be found or contacted"
        yield {"list": EVERY_LIST, "change": "left", "why": sentence(why)}


def _of_list(known: Evidence, name: str) -> Iterator[Row]:
    """What changed on one list, the most telling first."""
    then, now = known.then[name], known.now[name]
    told = [_entered(known, name, now[account]) for account in now.keys() - then.keys()]
    told += [_left(known, name, then[account]) for account in then.keys() - now.keys()]
    both = [_stayed(known, name, then[account], now[account]) for account in now if account in then]
    shown = [row for row in both if row["told"]]
    yield from sorted([*told, *shown], key=_telling)
    near = sum(row["rank"] != row["rank_before"] for row in both) - sum(
        row["change"] in ("up", "down") for row in shown
    )
    if near:
        people = "1 person" if near == 1 else f"{near:,} people"
        yield {"list": name, "change": "same", "why": f"{people} moved by less than half their rank, not shown here."}


def _telling(row: Row) -> tuple[Any, ...]:
    first = -row["far"] if row["change"] in ("up", "down") else row["rank"] or row["rank_before"]
    place = min(_ORDER.index(row["change"]), 2) if row["change"] != "same" else 3
    return place, not row.get("story"), first, row["account"]


def _entered(known: Evidence, name: str, now: Row) -> Row:
    story, why = entered(known, name, now)
    return {**_person(name, "entered", None, now), "why": sentence(why), "story": story}


def _left(known: Evidence, name: str, then: Row) -> Row:
    return {**_person(name, "left", then, None), "why": sentence(left(known, name, then))}


def _stayed(known: Evidence, name: str, then: Row, now: Row) -> Row:
    """Who is on the list still; told if they moved far, or stand on another rung, or are more than one account now."""
    ratio = then["rank"] / now["rank"]
    far = max(ratio, 1 / ratio)
    change = "same" if far < FAR else "up" if ratio > 1 else "down"
    row = {**_person(name, change, then, now), "far": math.log(far)}
    if change == "same" and then["stage"] == now["stage"] and now["account"] == then["account"]:
        return {**row, "told": False}
    return {**row, "told": True, "why": sentence(moved(known, name, change, then, now))}


def _person(name: str, change: str, then: Row | None, now: Row | None) -> Row:
    who = now or then or {}
    ranks = {"rank_before": then and then["rank"], "rank": now and now["rank"]}
    scores = {"score_before": then and then["score"], "score": now and now["score"]}
    return {"list": name, "change": change, "person": who["person"], "account": who["account"], **ranks, **scores}
