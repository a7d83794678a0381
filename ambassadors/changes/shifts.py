"""A score that moved, taken apart: the person's part, the others', the weights'; exactly, and in words."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

Row = Mapping[str, Any]
#: Fewer points than this nobody sees.
SEEN = 0.05
#: So many measures are named.
NAMED = 2


@dataclass(frozen=True)
class Shift:
    """What one measure's points moved by, in three parts that add up to it.

    ``own``: the person's value is another. ``others``: it is the same, and stands elsewhere among the others' values.
    ``weights``: the measure counts for more or less.
    """

    measure: str
    before: float | None
    now: float | None
    own: float
    others: float
    weights: float


def shifts(before: Iterable[Row], now: Iterable[Row]) -> list[Shift]:
    """What moved a score from those parts to these: rows with ``measure, value, weight, points``.

    With s = points / weight the share that a person's place earns, w0 and w1 the weights, s0 and s1 the shares, points
    move by ``w1 s1 - w0 s0 = w0 (s1 - s0) + (w1 - w0) s1``: the first by the data, the second by the weights. Where a
    measure is new or gone, all of it is by the weights.
    """
    old, new = ({row["measure"]: row for row in rows} for rows in (before, now))
    return [_shift(name, old.get(name), new.get(name)) for name in dict.fromkeys((*new, *old))]


def _shift(name: str, old: Row | None, new: Row | None) -> Shift:
    if old is None or new is None or not new["weight"]:
        moved = (new["points"] if new else 0.0) - (old["points"] if old else 0.0)
        before, now = (row["value"] if row else None for row in (old, new))
        return Shift(name, before, now, 0.0, 0.0, moved)
    same_weight = abs(new["weight"] - old["weight"]) < 1e-6
    kept = new["points"] if same_weight else old["weight"] * new["points"] / new["weight"]
    data, weights = kept - old["points"], new["points"] - kept
    own = number(old["value"]) != number(new["value"])
    return Shift(name, old["value"], new["value"], data if own else 0.0, 0.0 if own else data, weights)


def total(moved: Iterable[Shift]) -> float:
    """By how many points the score moved."""
    return sum(one.own + one.others + one.weights for one in moved)


def said(moved: Iterable[Shift], by: str = "") -> str:
    """The largest parts of a move in words, each with its points, which add up to the whole; ``by`` is who did it.

    No sign begins it: a spreadsheet would take that for a formula.

    >>> said([Shift("responders_of_late", 3, 9, 6.2, 0, 0), Shift("orders", 1, 1, 0, -0.4, 0)])
    'gained 5.8 points: responders of late 3 -> 9 (+6.2), other people moved (-0.4)'
    """
    told = list(moved)
    by_points, pieces = total(told), [*_pieces(told)]
    whole = f"{'gained' if by_points > 0 else 'lost'} {abs(by_points):.1f} points{by}"
    return whole + (f": {', '.join(pieces)}" if pieces else "")


def _pieces(moved: list[Shift]) -> Iterator[str]:
    own = sorted((one for one in moved if abs(one.own) >= SEEN), key=lambda one: (-abs(one.own), one.measure))
    for one in own[:NAMED]:
        name = one.measure.replace("_", " ")
        yield f"{name} {number(one.before)} -> {number(one.now)} ({points(one.own)})"
    rest = sum(one.own for one in moved) - sum(one.own for one in own[:NAMED])
    parts = {
        "other measures": rest,
        "other people moved": sum(one.others for one in moved),
        "other weights": sum(one.weights for one in moved),
    }
    yield from (f"{name} ({points(moved_by)})" for name, moved_by in parts.items() if abs(moved_by) >= SEEN)


def points(value: float) -> str:
    """Points with their sign, to a tenth.

    >>> points(6.24), points(-0.04)
    ('+6.2', '+0.0')
    """
    return f"{round(value, 1) + 0.0:+.1f}"


def number(value: float | None) -> str:
    """A value in three digits that count.

    >>> number(1234.5), number(9.0), number(0.04567), number(None)
    ('1,234', '9', '0.0457', 'no data')
    """
    if value is None:
        return "no data"
    return f"{value:,.0f}" if abs(value) >= 100 else f"{value:.3g}"
