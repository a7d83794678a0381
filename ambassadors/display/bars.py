"""Bars as wide as a word: drawn by the ground of a line of text, and said in words beside or inside it."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import TYPE_CHECKING

from ambassadors.display.pieces import piece
from ambassadors.display.values import bounds, clip, number

if TYPE_CHECKING:
    from markupsafe import Markup

#: Colours that people with any kind of vision tell apart (Okabe and Ito 2008), seen on white and on black.
COLOURS = ("#0072B2", "#E69F00", "#009E73", "#56B4E9", "#D55E00", "#CC79A7")
REST = "#8A8F98"
_GROUND = "rgba(128,128,128,.22)"
WIDTH = 120


def bar(value: float | None, most: float, *, says: str = "", ours: bool = True) -> Markup:
    """A bar from nothing to the value, of at most ``most``."""
    return _drawn([(0.0, _share(value, most), COLOURS[0] if ours else REST)], says or number(value))


def floating(begin: float, end: float, most: float, *, says: str) -> Markup:
    """A step of a waterfall: the bar hangs where the ones before it end."""
    return _drawn([(_share(begin, most), _share(end, most), COLOURS[0])], says)


def interval(value: float | None, low: float | None, high: float | None, most: float, *, ours: bool = True) -> Markup:
    """A bar to the value, and a thin line between its bounds."""
    said = ", ".join(filter(None, (number(value, 3), bounds(low, high, 3))))
    line = (_share(low, most), _share(high, most)) if low is not None and high is not None else None
    return _drawn([(0.0, _share(value, most), COLOURS[0] if ours else REST)], said, line)


def stack(parts: Sequence[tuple[str, float, str]], most: float) -> Markup:
    """Parts side by side, each with its name, size and colour; the names and sizes are its words."""
    ends, segments = 0.0, []
    for _, size, colour in parts:
        segments.append((_share(ends, most), _share(ends + size, most), colour))
        ends += size
    return _drawn(segments, ", ".join(f"{name} {number(size, 1)}" for name, size, _ in parts if size))


def legend(parts: Sequence[tuple[str, str]], says: str = "") -> Markup:
    """What the colours of a stack mean."""
    return piece("legend", [(clip(name, 60), colour) for name, colour in parts], says)


def _share(value: float | None, most: float) -> float:
    """Where a value stands on a bar, in per cent."""
    if value is None or not most > 0 or not math.isfinite(value):
        return 0.0
    return min(max(100 * value / most, 0.0), 100.0)


def _drawn(segments: Sequence[tuple[float, float, str]], says: str, line: tuple[float, float] | None = None) -> Markup:
    stops = [f"transparent 0 {segments[0][0]:.1f}%"] if segments else []
    stops += [f"{colour} {begin:.1f}% {end:.1f}%" for begin, end, colour in segments]
    last = segments[-1][1] if segments else 0.0
    layers = [f"linear-gradient(90deg,{','.join([*stops, f'transparent {last:.1f}% 100%'])})"]
    if line is not None:
        mark = f"transparent {line[0]:.1f}%,currentColor {line[0]:.1f}% {line[1]:.1f}%,transparent {line[1]:.1f}%"
        layers.insert(0, f"linear-gradient(90deg,{mark}) 0 50%/100% 2px no-repeat")
    return piece("drawn", f"{','.join(layers)},{_GROUND}", clip(says, 600), WIDTH)
