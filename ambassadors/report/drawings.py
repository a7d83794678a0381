"""Drawings: small pictures as SVG without styles, their texts escaped, each with words for who cannot see it."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date
from typing import TYPE_CHECKING, Any

from ambassadors.report.writing import count, day

if TYPE_CHECKING:
    from markupsafe import Markup

Told = dict[str, Any]
_LEVELS = ("negative", "aware", "like", "love", "advocate", "defend")


def picture(width: int, height: int, title: str, desc: str, number: str, parts: Iterable[Markup], css: str) -> Markup:
    """A picture with its title and description, named by them."""
    from markupsafe import Markup

    head = Markup(
        '<svg class="{}" viewBox="0 0 {} {}" role="img" aria-labelledby="{}t {}d"><title id="{}t">{}</title>'
        '<desc id="{}d">{}</desc>'
    )
    start = head.format(css, width, height, number, number, number, title, number, desc)
    return start + Markup("").join(parts) + Markup("</svg>")


def text(x: float, y: float, said: str, css: str) -> Markup:
    """A text; ``end`` or ``mid`` among its classes says which of its points stands there."""
    from markupsafe import Markup

    return Markup('<text x="{:g}" y="{:g}" class="{}">{}</text>').format(round(x, 1), round(y, 1), css, said)


def rect(x: float, y: float, width: float, height: float, css: str) -> Markup:
    """A bar."""
    from markupsafe import Markup

    shape = Markup('<rect x="{:g}" y="{:g}" width="{:g}" height="{:g}" class="{}"/>')
    return shape.format(round(x, 1), round(y, 1), round(width, 1), round(height, 1), css)


def path(d: str, css: str) -> Markup:
    """A line or an area."""
    from markupsafe import Markup

    return Markup('<path d="{}" class="{}"/>').format(d, css)


def step(before: float, points: float, weight: float) -> Markup:
    """One step of a score's waterfall: where it begins, what it brings, and what it could have brought."""
    from markupsafe import Markup

    bars = path(f"M{before:.1f} 3h{weight:.1f}", "most") + path(f"M{before:.1f} 3h{points:.1f}", "got")
    return Markup(
        '<svg class="step" viewBox="0 0 100 6" preserveAspectRatio="none" aria-hidden="true">{}</svg>'
    ).format(bars)


def ladder(moves: Sequence[Told], begin: str, end: str, number: str, person: str) -> Markup:
    """The way between rungs over time, as steps."""
    left, right, top, apart = 62, 352, 12, 19
    first, last = date.fromisoformat(begin[:10]).toordinal(), date.fromisoformat(end[:10]).toordinal()
    scale = (right - left) / max(last - first, 1)

    def x(at: str | None) -> float:
        days = date.fromisoformat(at).toordinal() - first if at else 0
        return left + max(days, 0) * scale

    def y(rung: str) -> float:
        return top + (len(_LEVELS) - 1 - _LEVELS.index(rung)) * apart

    parts = [path("".join(f"M{left} {y(rung):g}H{right}" for rung in _LEVELS), "grid")]
    parts += [text(left - 6, y(rung) + 3.5, rung, "axis end") for rung in _LEVELS]
    for here, after in zip(moves, [*moves[1:], None], strict=True):
        ends = x(after["at"]) if after else right
        if here["rung"] is None:
            continue
        rise = f"V{y(after['rung']):g}" if after and after["rung"] else ""
        parts.append(path(f"M{x(here['at']):.1f} {y(here['rung']):g}H{ends:.1f}{rise}", "way"))
    if moves and moves[-1]["rung"]:
        parts.append(_dot(right, y(moves[-1]["rung"]), 4, "here"))
    foot = y("negative") + 18
    parts += [text(left, foot, day(begin), "axis"), text(right, foot, day(end), "axis end")]
    desc = "; ".join(
        f"{move['rung'] or 'silent'} {'from ' + day(move['at']) if move['at'] else 'from the start'}" for move in moves
    )
    return picture(360, int(foot + 6), f"The way of {person} up the ladder", desc, number, parts, "ladder")


def _dot(x: float, y: float, radius: float, css: str) -> Markup:
    from markupsafe import Markup

    return Markup('<circle cx="{:g}" cy="{:g}" r="{:g}" class="{}"/>').format(round(x, 1), round(y, 1), radius, css)


def ties(left: Sequence[Told], right: Sequence[Told]) -> Markup:
    """Lines from who responds to a person, and to whom they respond: thicker for more acts. The names stand beside."""
    from markupsafe import Markup

    rows = max(len(left), len(right), 1)
    middle, tall = rows * 13, rows * 26
    most = max((near["acts"] for near in [*left, *right]), default=1)

    def line(near: Told, place: int, of: int, x: int, css: str) -> Markup:
        y = (place + 0.5 + (rows - of) / 2) * 26
        width = 1 + 4 * near["acts"] / most
        shape = Markup('<path d="M{} {:g}C32 {:g} 32 {} 32 {}" class="{}" stroke-width="{:.1f}"/>')
        return shape.format(x, y, y, middle, middle, css, width)

    lines = [line(near, place, len(left), 0, "in") for place, near in enumerate(left)]
    lines += [line(near, place, len(right), 64, "out") for place, near in enumerate(right)]
    dot = _dot(32, middle, 7, "ego")
    whole = Markup('<svg class="ties" width="64" height="{}" viewBox="0 0 64 {}" aria-hidden="true">{}</svg>')
    return whole.format(tall, tall, Markup("").join([*lines, dot]))


def orders(tested: Told, number: str) -> Markup:
    """What share of each order was right in hindsight: a bar an order, with its bounds."""
    parts, left, wide = [], 146, 150
    for place, row in enumerate(tested["orders"]):
        y, share = 6 + place * 28, row["precision"] or 0
        parts.append(text(left - 8, y + 14, row["order"], "axis end"))
        parts.append(rect(left, y, wide * share, 20, "got" if place == 0 else "other"))
        low, high = row["precision_low"], row["precision_high"]
        ends = left + wide * max(share, high or 0)
        if low is not None and high is not None:
            parts.append(path(f"M{left + wide * low:.1f} {y + 10}H{left + wide * high:.1f}", "bounds"))
        parts.append(text(ends + 6, y + 14.5, f"{share * 100:.0f} %", "value"))
    desc = "; ".join(f"{row['order']}: {(row['precision'] or 0) * 100:.0f} %" for row in tested["orders"])
    title = f"Right in hindsight: {tested['ranking']}"
    return picture(400, 8 + 28 * len(tested["orders"]), title, desc, number, parts, "chart")


def forecasts(made: Told, number: str) -> Markup:
    """Foretold and happened at each past date, two bars a date."""
    past = made["past"]
    most = max([*(one["foretold"] for one in past), *(one["happened"] for one in past), 1])
    parts, left, wide = [], 146, 150
    for place, one in enumerate(past):
        y = 6 + place * 44
        parts.append(text(left - 8, y + 20, day(one["origin"]), "axis end"))
        for lower, key, css in ((0, "foretold", "other"), (17, "happened", "got")):
            length = wide * one[key] / most
            parts.append(rect(left, y + lower, length, 15, css))
            parts.append(text(left + length + 6, y + lower + 12, f"{count(one[key])} {key}", "value"))
    desc = "; ".join(f"{day(one['origin'])}: {one['foretold']:g} foretold, {one['happened']} happened" for one in past)
    return picture(400, 4 + 44 * len(past), "What was foretold, and what happened", desc, number, parts, "chart")
