"""The parts of an alluvial diagram: bars of people at each moment, and ribbons of those who went between."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING, Any

import polars as pl

from ambassadors.charts import theme
from ambassadors.ladder.flows import LEVELS
from ambassadors.ladder.picture import BETWEEN, GAP

if TYPE_CHECKING:
    import altair as alt

Told = dict[str, Any]
INK = "#22272E"
COLOURS = {**theme.RUNGS, BETWEEN: "#D5D9DE"}
#: The bars on which white is read better than black.
DARK = ("negative", "love", "defend")
BAR = 0.42  # the width of a bar, as a share of the way to the next
TEXT = 10  # pixels
#: How a ribbon is drawn: at so many places, with a curve between.
PLACES = 6
_SMOOTH = "datum.{0} + (datum.{1} - datum.{0}) * datum.t * datum.t * (3 - 2 * datum.t)"


def panel(
    moments: list[datetime], bars: pl.DataFrame, ribbons: pl.DataFrame, *, title: str, size: tuple[int, int]
) -> alt.LayerChart:
    """Bars and ribbons where :func:`~ambassadors.ladder.picture.layout` puts them, with the rungs' names at the end."""
    import altair as alt

    place = {at: number for number, at in enumerate(moments)}
    top = max(float(bars["high"].max() or 0), 1.0)  # type: ignore[arg-type]
    scale = _scales(len(moments), top)
    standing = bars.filter(pl.col("people") > 0)
    boxes = [_box(row, place[row["at"]], size[1] / (1.1 * top)) for row in standing.iter_rows(named=True)]
    last = bars.filter(pl.col("at") == pl.col("at").max())
    names = [_name(row, len(place) - 1 + BAR / 2) for row in last.iter_rows(named=True)]
    layers = [_ribbons(ribbons, place, GAP / 2 * top, scale), *_boxes(boxes, scale), *_names(names, scale)]
    return alt.LayerChart(layer=layers, title=theme.heading(title), width=size[0], height=size[1])


def _scales(moments: int, top: float) -> dict[str, Any]:
    import altair as alt

    edge = BAR / 2 + 0.02
    return {
        "x": alt.Scale(domain=[-edge, moments - 1 + edge], nice=False, zero=False),
        "y": alt.Scale(domain=[-0.05 * top, 1.05 * top], nice=False, zero=False),
    }


def _ribbons(ribbons: pl.DataFrame, place: dict[datetime, int], dip: float, scale: dict[str, Any]) -> alt.Chart:
    """Bands with curved edges, the pale ones first and the thin ones last."""
    import altair as alt

    order = [pl.col("from") != pl.col("to"), -pl.col("people"), pl.col("begin")]
    rows = ribbons.sort(order, maintain_order=True).iter_rows(named=True)
    bands = [{"band": number, **_band(row, place, dip), **_look(row)} for number, row in enumerate(rows)]
    drawn: alt.Chart = alt.Chart(pl.DataFrame(bands)).transform_calculate(t=f"sequence(0, {PLACES})")
    drawn = (
        drawn.transform_flatten(["t"])
        .transform_calculate(t=f"datum.t / {PLACES - 1}")
        .transform_calculate(
            x="datum.left + (datum.right - datum.left) * datum.t",
            low=_SMOOTH.format("low0", "low1"),
            high=_SMOOTH.format("high0", "high1"),
        )
    )
    ribbon: alt.Chart = drawn.mark_area(interpolate="monotone", strokeWidth=0.6).encode(
        x=alt.X("x:Q", scale=scale["x"], axis=None),
        y=alt.Y("low:Q", scale=scale["y"], axis=None),
        y2="high:Q",
        detail="band:N",
        fill=alt.Fill("fill:N", scale=None),
        stroke=alt.Stroke("stroke:N", scale=None),
        fillOpacity=alt.FillOpacity("opacity:Q", scale=None),
        tooltip=["from:N", "to:N", "people:Q"],
        description="told:N",
    )
    return ribbon


def _band(row: Told, place: dict[datetime, int], dip: float) -> Told:
    """The ends of a ribbon; who comes from nowhere, or goes there, is a wedge."""
    left, right = place[row["begin"]] + BAR / 2, place[row["end"]] - BAR / 2
    middle = (left + right) / 2
    begin, end = (row["from_low"], row["from_high"]), (row["to_low"], row["to_high"])
    if row["from"] == "none":
        left, begin = middle, (end[0] - dip, end[0] - dip)
    if row["to"] == "none":
        right, end = middle, (begin[0] - dip, begin[0] - dip)
    edges = {"left": left, "right": right, "low0": begin[0], "high0": begin[1], "low1": end[0], "high1": end[1]}
    told = f"{row['people']:,} from {row['from']} to {row['to']}"
    return {**edges, "from": row["from"], "to": row["to"], "people": row["people"], "told": told}


def _look(row: Told) -> Told:
    """Who stays is pale, who moves up has the colour of the rung, who moves down is an outline."""
    levels = (*LEVELS[:2], BETWEEN, *LEVELS[2:])
    start, end = row["from"], row["to"]
    if start == end:
        return {"fill": COLOURS[end], "stroke": "transparent", "opacity": 0.22}
    if levels.index(end) > levels.index(start):
        colour = COLOURS[end] if end != BETWEEN else COLOURS["like"]
        return {"fill": colour, "stroke": colour, "opacity": 0.7}
    return {"fill": "white", "stroke": theme.BLACK if end == "negative" else "#4B4F56", "opacity": 0.85}


def _box(row: Told, place: int, pixels: float) -> Told:
    """A bar with its number: within where there is room, else above."""
    inside = row["people"] * pixels > 1.4 * TEXT
    said = {
        "said": "" if row["rung"] == BETWEEN else short(row["people"]),
        "y": (row["low"] + row["high"]) / 2 if inside else row["high"],
        "dy": 0.0 if inside else -TEXT * 0.65,
        "ink": "white" if inside and row["rung"] in DARK else INK,
    }
    box = {"left": place - BAR / 2, "right": place + BAR / 2, "low": row["low"], "high": row["high"], "x": place}
    told = f"{row['people']:,} on {row['rung']}"
    return {**box, **said, "rung": row["rung"], "people": row["people"], "told": told, "fill": COLOURS[row["rung"]]}


def _boxes(boxes: list[Told], scale: dict[str, Any]) -> list[alt.Chart]:
    import altair as alt

    base = alt.Chart(pl.DataFrame(boxes)).encode(tooltip=["rung:N", "people:Q"], description="told:N")
    bar = base.mark_rect(opacity=1, strokeWidth=1).encode(
        x=alt.X("left:Q", scale=scale["x"], axis=None),
        x2="right:Q",
        y=alt.Y("low:Q", scale=scale["y"], axis=None),
        y2="high:Q",
        fill=alt.Fill("fill:N", scale=None),
        stroke=alt.Stroke("fill:N", scale=None),
    )
    number = base.mark_text(aria=False, fontSize=TEXT, baseline="middle", dy={"expr": "datum.dy"}).encode(
        x="x:Q", y="y:Q", text="said:N", fill=alt.Fill("ink:N", scale=None)
    )
    return [bar, number]


def short(number: int) -> str:
    """A number that fits into a bar.

    >>> short(1234), short(12_345), short(123_456), short(1_234_567)
    ('1,234', '12.3k', '123k', '1.23m')
    """
    if number < 10_000:
        return f"{number:,}"
    size, letter = (1e6, "m") if number >= 999_500 else (1e3, "k")
    return f"{number / size:.3g}{letter}"


def _name(row: Told, right: float) -> Told:
    """The rung's name beside its last bar."""
    crowd = row["rung"] == BETWEEN
    said = "those between,\nwhen they move" if crowd else row["rung"]
    return {"x": right, "y": row["low"] if crowd else (row["low"] + row["high"]) / 2, "said": said}


def _names(names: list[Told], scale: dict[str, Any]) -> list[alt.Chart]:
    import altair as alt

    x, y = alt.X("x:Q", scale=scale["x"]), alt.Y("y:Q", scale=scale["y"])
    base = alt.Chart(pl.DataFrame(names)).encode(x=x, y=y, text="said:N")
    rung = base.transform_filter("indexof(datum.said, ',') < 0").mark_text(
        aria=False, align="left", baseline="middle", dx=6, fontSize=11, fill=INK
    )
    crowd = base.transform_filter("indexof(datum.said, ',') >= 0").mark_text(
        aria=False, align="left", baseline="bottom", dx=6, fontSize=TEXT - 1, fill=theme.QUIET, lineBreak="\n"
    )
    return [rung, crowd]


def words(rows: list[Told], height: int, colour: str) -> alt.Chart:
    """Words under a panel, so many pixels below its upper edge."""
    import altair as alt

    text = alt.Chart(pl.DataFrame(rows)).mark_text(
        aria=False, fontSize=TEXT, baseline="top", lineBreak="\n", fill=colour
    )
    placed: alt.Chart = text.encode(x="x:Q", y=alt.value(height), text="said:N")
    return placed


def key() -> alt.LayerChart:
    """How to read the ribbons."""
    import altair as alt

    kinds = (
        (0, "stay", {"from": "love", "to": "love"}),
        (70, "move up, or are new (the rung's colour)", {"from": "like", "to": "love"}),
        (330, "move down", {"from": "love", "to": "like"}),
    )
    rows = [{"x": x, "said": said, **_look(move)} for x, said, move in kinds]
    base = alt.Chart(pl.DataFrame(rows)).encode(x=alt.X("x:Q", scale=alt.Scale(domain=[0, 440]), axis=None))
    patch = base.mark_square(size=110, xOffset=6, strokeWidth=0.6, opacity=1).encode(
        y=alt.value(6),
        fill=alt.Fill("fill:N", scale=None),
        stroke=alt.Stroke("stroke:N", scale=None),
        fillOpacity=alt.FillOpacity("opacity:Q", scale=None),
    )
    said = base.mark_text(align="left", baseline="middle", dx=16, fontSize=11, fill=INK)
    return alt.LayerChart(layer=[patch, said.encode(y=alt.value(6), text="said:N")], width=440, height=12)
