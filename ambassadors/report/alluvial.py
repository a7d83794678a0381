"""The alluvial diagram of flows between rungs, as SVG: how many stood where, and who moved."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import datetime
from typing import TYPE_CHECKING, Any

import polars as pl

from ambassadors.ladder.flows import LEVELS
from ambassadors.ladder.picture import BETWEEN, CROWD, ENDS, ENDS_GAP, layout
from ambassadors.report.drawings import path, picture, rect, text
from ambassadors.report.writing import count, days
from ambassadors.tables import TIME

if TYPE_CHECKING:
    from markupsafe import Markup

Told = dict[str, Any]
WIDTH, LEFT, RIGHT, BAR = 800, 12, 672, 44
#: Who stands nowhere: before, and after.
_NOWHERE, _NOWHERE_AFTER = {"none": "new"}, {"none": "silent"}
_ENDS = ("negative", "advocate", "defend")


def diagrams(rows: Sequence[Told]) -> list[tuple[str, Markup]]:
    """Everybody, and above it the ends of the ladder on a scale of their own, each with its title.

    Beside a thousand who like the brand a dozen defenders are a line; so they stand alone, with those who come from the
    crowd between or go there.
    """
    whole = _frame(rows)
    named = pl.col("from", "to").replace(dict.fromkeys(CROWD, BETWEEN))
    moves = (
        whole.with_columns(named)
        .group_by("begin", "end", "from", "to", maintain_order=True)
        .agg(pl.col("people").sum())
    )
    ends = moves.filter(pl.col("from").is_in(_ENDS) | pl.col("to").is_in(_ENDS))
    found: list[tuple[str, pl.DataFrame, tuple[str, ...], int]] = [("Everybody", whole, LEVELS, 300)]
    if ends.height:
        found.insert(0, ("Defenders, advocates and critics alone, on a scale of their own", ends, ENDS, 210))
    return [
        (title, _diagram(frame, levels, tall, title, f"f{number}"))
        for number, (title, frame, levels, tall) in enumerate(found)
    ]


def standing(rows: Sequence[Told]) -> list[tuple[str, list[int]]]:
    """For each rung, highest first, how many stood on it at each moment."""
    moments = _moments(rows)
    told = []
    for rung in reversed(LEVELS[1:]):
        begin = sum(row["people"] for row in rows if row["begin"] == moments[0] and row["from"] == rung)
        later = [sum(row["people"] for row in rows if row["end"] == at and row["to"] == rung) for at in moments[1:]]
        told.append((rung, [begin, *later]))
    return told


def moves(rows: Sequence[Told]) -> list[tuple[str, str, int]]:
    """Who changed rungs in the last period: from, to and how many, most first."""
    last = max(row["end"] for row in rows)
    found = [row for row in rows if row["end"] == last and row["from"] != row["to"]]
    found.sort(key=lambda row: (-row["people"], LEVELS.index(row["to"]), LEVELS.index(row["from"])))
    return [
        (str(_NOWHERE.get(row["from"], row["from"])), str(_NOWHERE_AFTER.get(row["to"], row["to"])), row["people"])
        for row in found
    ]


def moments(rows: Sequence[Told]) -> list[str]:
    """The moments between which people moved, as days."""
    return days(_moments(rows))


def _moments(rows: Sequence[Told]) -> list[str]:
    return sorted({row[key] for row in rows for key in ("begin", "end")})


def _frame(rows: Sequence[Told]) -> pl.DataFrame:
    parsed = [
        {**row, "begin": datetime.fromisoformat(row["begin"]), "end": datetime.fromisoformat(row["end"])}
        for row in rows
    ]
    schema: dict[str, Any] = {"begin": TIME, "end": TIME, "from": pl.String, "to": pl.String, "people": pl.Int64}
    return pl.DataFrame(parsed, schema=schema).sort("begin", "from", "to")


def _diagram(frame: pl.DataFrame, levels: tuple[str, ...], tall: int, title: str, number: str) -> Markup:
    bars, ribbons = layout(frame, levels, gap=ENDS_GAP, level_ground=levels is ENDS)
    at = pl.concat([frame["begin"], frame["end"]]).unique().sort().to_list()
    top, scale = bars["high"].max(), (tall - 34) / max(float(bars["high"].max() or 1), 1.0)  # type: ignore[arg-type]
    place = {moment: LEFT + (RIGHT - LEFT) * number / max(len(at) - 1, 1) for number, moment in enumerate(at)}

    def y(people: float) -> float:
        return 18 + (float(top or 0) - people) * scale  # type: ignore[arg-type]

    ordered = ribbons.sort([pl.col("from") != pl.col("to"), -pl.col("people"), "begin"], maintain_order=True)
    parts = [_ribbon(row, place, y) for row in ordered.iter_rows(named=True)]
    parts += [part for row in bars.iter_rows(named=True) if row["people"] for part in _bar(row, place, y)]
    parts += [
        part for row in bars.filter(pl.col("at") == at[-1]).iter_rows(named=True) for part in _name(row, place, y)
    ]
    dates = days([moment.isoformat() for moment in at])
    parts += [text(x + BAR / 2, tall + 4, said, "axis mid") for said, x in zip(dates, place.values(), strict=True)]
    last = bars.filter(pl.col("at") == at[-1], pl.col("rung").cast(pl.String) != BETWEEN).sort("rung", descending=True)
    told = ", ".join(f"{count(row['people'])} on {row['rung']}" for row in last.iter_rows(named=True))
    return picture(
        WIDTH, tall + 10, title, f"At the end: {told}. The tables below have every number.", number, parts, "flow"
    )


def _ribbon(row: Told, place: dict[datetime, float], y: Any) -> Markup:
    """A band with curved edges; who comes from nowhere, or goes there, is a wedge."""
    left, right = place[row["begin"]] + BAR, place[row["end"]]
    begin, end = (row["from_low"], row["from_high"]), (row["to_low"], row["to_high"])
    if row["from"] == "none":
        left, begin = (left + right) / 2, (end[0], end[0])
    if row["to"] == "none":
        right, end = (left + right) / 2, (begin[0], begin[0])
    bend = (left + right) / 2
    upper, lower = ([y(people[edge]) for people in (begin, end)] for edge in (0, 1))
    there = f"C{bend:.0f} {upper[0]:.1f} {bend:.0f} {upper[1]:.1f} {right:.0f} {upper[1]:.1f}"
    back = f"C{bend:.0f} {lower[1]:.1f} {bend:.0f} {lower[0]:.1f} {left:.0f} {lower[0]:.1f}"
    shape = f"M{left:.0f} {upper[0]:.1f}{there}V{lower[1]:.1f}{back}Z"
    return path(shape, _look(str(row["from"]), str(row["to"])))


def _look(start: str, end: str) -> str:
    """Who stays is pale, who moves up has the colour of the rung, who moves down or falls silent is grey."""
    levels = (*LEVELS[:2], BETWEEN, *LEVELS[2:])
    if start == end:
        return "stay"
    return f"up r-{end}" if levels.index(end) > levels.index(start) and end != "negative" else "down"


def _bar(row: Told, place: dict[datetime, float], y: Any) -> Iterator[Markup]:
    x, top, foot = place[row["at"]], y(row["high"]), y(row["low"])
    yield rect(x, top, BAR, max(foot - top, 1), f"r-{row['rung']}")
    if row["rung"] != BETWEEN:
        inside = foot - top >= 13
        css = f"n-{row['rung']} mid" if inside else "axis mid"
        yield text(x + BAR / 2, (top + foot) / 2 + 4 if inside else top - 3, count(row["people"]), css)


def _name(row: Told, place: dict[datetime, float], y: Any) -> Iterator[Markup]:
    said = "in between" if row["rung"] == BETWEEN else str(row["rung"])
    if row["people"]:
        yield text(place[row["at"]] + BAR + 6, (y(row["high"]) + y(row["low"])) / 2 + 4, said, "value")
