"""The picture of flows: how many people stood on which rung at each moment, and who moved up and down between.

An alluvial diagram in two panels, each with its own scale. The lower one shows everybody. Where a thousand like the
brand, a dozen defenders are a line in it; so the upper one shows the ends of the ladder alone, and of the crowd
between them only those who come from there or go there.
"""

from __future__ import annotations

from datetime import datetime, timedelta
from itertools import pairwise
from pathlib import Path
from typing import TYPE_CHECKING, Any

import polars as pl

from ambassadors.errors import NotEnoughData
from ambassadors.ladder.flows import LEVELS
from ambassadors.ladder.rules import NEGATIVE
from ambassadors.pictures import check_picture, save

if TYPE_CHECKING:
    from matplotlib.figure import Figure

#: More periods than that cannot be read side by side: the last ones are shown.
MOST_PERIODS = 12
CROWD = ("aware", "like", "love")
BETWEEN = "between"
#: The levels of the upper panel, from the bottom.
ENDS = ("none", NEGATIVE, BETWEEN, "advocate", "defend")
ENDS_TITLE = "Defenders, advocates and critics, enlarged (a scale of its own)"
EVERYBODY_TITLE = "Everybody"

#: From light to dark as the ladder goes up, so that it can be read in grey and by the colour-blind; a warm warning.
COLOURS = {
    NEGATIVE: "#c8552b",
    BETWEEN: "#d5d9de",
    "aware": "#d3e3ea",
    "like": "#a3c6d6",
    "love": "#6a9fbc",
    "advocate": "#33719b",
    "defend": "#143a5e",
}
STAYS_COLOUR, DOWN_COLOUR, INK, FAINT = "#e7ebef", "#4b4f56", "#22272e", "#6b7280"
DARK = (NEGATIVE, "advocate", "defend")
BAR = 0.42  # the width of a bar, as a share of the way to the next
GAP, ENDS_GAP = 0.075, 0.12  # the gap between rungs, as a share of the tallest stack
SIZE, TEXT = (12, 7), 8  # inches, points


def layout(
    frame: pl.DataFrame, levels: tuple[str, ...] = LEVELS, *, gap: float = GAP, level_ground: bool = False
) -> tuple[pl.DataFrame, pl.DataFrame]:
    """Where everything stands, in people upward from 0: ``(bars, ribbons)``.

    A bar a moment and rung (``at, rung, people, low, high``), stacked in the order of ``levels`` with a ``gap`` between
    (a share of the tallest stack); its height is its number of people. A ribbon a row of the flows, with the edges of
    both ends: ``from_low, from_high, to_low, to_high``, null at an end that is ``none``, which has no bar. With
    ``level_ground`` each rung begins at the same height at every moment.
    """
    level = pl.Enum(levels)
    flows = frame.with_columns(pl.col("from", "to").cast(pl.String).cast(level), pl.col("people").cast(pl.Int64))
    flows = flows.sort("begin", "from", "to")
    bars = _bars(flows, gap, level_ground)
    below = {side: _edges(flows, bars, side) for side in ("from", "to")}
    return bars, flows.with_columns(*below["from"], *below["to"])


def _bars(flows: pl.DataFrame, gap: float, level_ground: bool) -> pl.DataFrame:
    leaving = flows.group_by(pl.col("begin").alias("at"), pl.col("from").alias("rung")).agg(pl.col("people").sum())
    coming = flows.group_by(pl.col("end").alias("at"), pl.col("to").alias("rung")).agg(pl.col("people").sum())
    both = pl.concat([leaving, coming]).filter(pl.col("rung") != "none")
    seen = both.group_by("at", "rung").agg(pl.col("people").max())
    moments = pl.concat([flows["begin"], flows["end"]]).unique().alias("at").to_frame()
    grid = moments.join(seen.select("rung").unique(), how="cross").join(seen, ["at", "rung"], how="left")
    bars = grid.with_columns(pl.col("people").fill_null(0)).sort("at", "rung")
    space = pl.col("people").max().over("rung") if level_ground else pl.col("people")
    bars = bars.with_columns(space.alias("space"))
    tallest = bars.group_by("at").agg(pl.col("space").sum())["space"].to_list()
    between = gap * max(tallest, default=0) * pl.int_range(pl.len())
    under = (pl.col("space").cum_sum() - pl.col("space") + between).over("at")
    return bars.with_columns(under.alias("low")).select(
        "at", "rung", "people", "low", (pl.col("low") + pl.col("people")).alias("high")
    )


def _edges(flows: pl.DataFrame, bars: pl.DataFrame, side: str) -> list[pl.Series]:
    """The lower and the upper edges of the ribbons at one of their ends, in the order of the flows."""
    at, other = ("begin", "to") if side == "from" else ("end", "from")
    foot = bars.select(pl.col("at").alias(at), pl.col("rung").alias(side), pl.col("low").alias("foot"))
    placed = flows.with_row_index("row").join(foot, [at, side], how="left").sort(at, side, other)
    under = (pl.col("people").cum_sum() - pl.col("people")).over(at, side)
    low = (pl.col("foot") + under).alias(f"{side}_low")
    edges = placed.select("row", low, (low + pl.col("people")).alias(f"{side}_high")).sort("row")
    return edges.drop("row").get_columns()


def flow_picture(frame: pl.DataFrame, title: str = "") -> Figure:
    """The frame of :func:`~ambassadors.ladder.flows` as an alluvial diagram, time from left to right.

    Of more than 12 periods the last 12 are shown, and the picture says so. Raises :class:`NotEnoughData` for a frame
    without a row.
    """
    if frame.is_empty():
        raise NotEnoughData("there are no flows to draw: nobody stood on a rung in any period.")
    from matplotlib.figure import Figure

    shown = _last_periods(frame)
    moments = pl.concat([shown["begin"], shown["end"]]).unique().sort().to_list()
    ends = _ends(shown)
    figure = Figure(figsize=SIZE)
    rows = [0.36, 0.64] if ends.height else [1.0]
    panels = figure.subplots(len(rows), 1, squeeze=False, height_ratios=rows, sharex=True)[:, 0]
    figure.subplots_adjust(left=0.025, right=0.91, top=0.855, bottom=0.105, hspace=0.14)
    if ends.height:
        _draw(panels[0], moments, *layout(ends, ENDS, gap=ENDS_GAP, level_ground=True), ENDS_TITLE)
        panels[0].xaxis.set_visible(False)
    _draw(panels[-1], moments, *layout(shown), EVERYBODY_TITLE)
    _under(panels[-1], moments, shown)
    _head(figure, title, shown, frame["begin"].n_unique())
    return figure


def write_flow_picture(frame: pl.DataFrame, path: Path, title: str = "") -> None:
    """The picture as SVG, PNG or PDF, by the name's ending; the same frame gives the same bytes.

    Raises :class:`AmbassadorsError` for any other ending, :class:`NotEnoughData` for a frame without a row.
    """
    check_picture(path)
    save(flow_picture(frame, title), path)


def _last_periods(frame: pl.DataFrame) -> pl.DataFrame:
    begins = frame["begin"].unique().sort().tail(MOST_PERIODS)
    return frame.filter(pl.col("begin").is_in(begins.implode()))


def _ends(frame: pl.DataFrame) -> pl.DataFrame:
    """The flows to, from and at the ends of the ladder; who stands between is one crowd, seen only when moving.

    None where there is no crowd that could hide the ends.
    """
    names, ends = pl.col("from", "to").cast(pl.String), [NEGATIVE, "advocate", "defend"]
    merged = frame.with_columns(names.replace(dict.fromkeys(CROWD, BETWEEN)))
    crowded = merged.select(pl.any_horizontal(pl.col("from", "to") == BETWEEN).any()).item()
    moves = merged.group_by("begin", "end", "from", "to").agg(pl.col("people").sum())
    return moves.filter(crowded, pl.col("from").is_in(ends) | pl.col("to").is_in(ends))


def _draw(panel: Any, moments: list[datetime], bars: pl.DataFrame, ribbons: pl.DataFrame, title: str) -> None:
    place = {at: number for number, at in enumerate(moments)}
    top = max(bars["high"])
    panel.set(xlim=(-BAR / 2 - 0.02, len(place) - 1 + BAR / 2 + 0.02), ylim=(-0.05 * top, top * 1.05))
    panel.set_title(title, size=TEXT + 1.5, loc="left", color=INK, pad=3)
    panel.spines[:].set_visible(False)
    panel.set_yticks([])
    panel.tick_params(length=0)
    # the pale ones first, and the thin ones last
    order = [pl.col("from") != pl.col("to"), -pl.col("people"), pl.col("begin")]
    for row in ribbons.sort(order, maintain_order=True).iter_rows(named=True):
        _ribbon(panel, row, place[row["begin"]] + BAR / 2, place[row["end"]] - BAR / 2)
    for row in bars.filter(pl.col("people") > 0).iter_rows(named=True):
        _bar(panel, row, place[row["at"]])
    for row in bars.filter(pl.col("at") == pl.col("at").max()).iter_rows(named=True):
        _name(panel, row, len(place) - 1 + BAR / 2)


def _look(start: str, end: str) -> dict[str, Any]:
    """How a ribbon looks: who stays is pale, who moves up has the colour of the rung, who moves down is hatched."""
    levels = (*LEVELS[:2], BETWEEN, *LEVELS[2:])
    if start == end:
        return {"facecolor": STAYS_COLOUR, "edgecolor": "none"}
    if levels.index(end) > levels.index(start):
        colour = COLOURS[end] if end != BETWEEN else COLOURS["love"]
        return {"facecolor": colour, "edgecolor": colour, "linewidth": 0.4, "alpha": 0.75}
    colour = COLOURS[NEGATIVE] if end == NEGATIVE else DOWN_COLOUR
    return {"facecolor": "white", "edgecolor": colour, "linewidth": 0.6, "hatch": "//////"}


def _ribbon(panel: Any, row: dict[str, Any], left: float, right: float) -> None:
    """A band with cubic edges; who comes from nowhere, or goes there, is a wedge."""
    from matplotlib.patches import PathPatch
    from matplotlib.path import Path as Curve

    middle = (left + right) / 2
    begin, end = (row["from_low"], row["from_high"]), (row["to_low"], row["to_high"])
    dip = GAP / 2 * panel.get_ylim()[1]
    if row["from"] == "none":
        left, begin = middle, (end[0] - dip, end[0] - dip)
    if row["to"] == "none":
        right, end = middle, (begin[0] - dip, begin[0] - dip)
    bend = (left + right) / 2
    points = [(left, begin[0]), (bend, begin[0]), (bend, end[0]), (right, end[0])]
    back = [(right, end[1]), (bend, end[1]), (bend, begin[1]), (left, begin[1])]
    codes = [Curve.MOVETO, *[Curve.CURVE4] * 3, Curve.LINETO, *[Curve.CURVE4] * 3, Curve.CLOSEPOLY]
    panel.add_patch(PathPatch(Curve([*points, *back, points[0]], codes), **_look(row["from"], row["to"])))


def _bar(panel: Any, row: dict[str, Any], place: int) -> None:
    from matplotlib.patches import Rectangle

    colour = COLOURS[row["rung"]]
    box = Rectangle((place - BAR / 2, row["low"]), BAR, row["people"], facecolor=colour, edgecolor=colour, linewidth=1)
    panel.add_patch(box)
    if row["rung"] == BETWEEN:
        return
    inside = row["people"] * _points(panel) > 1.4 * TEXT
    panel.text(
        place,
        (row["low"] + row["high"]) / 2 if inside else row["high"],
        _short(row["people"]),
        ha="center",
        va="center_baseline" if inside else "bottom",
        size=TEXT,
        color="white" if inside and row["rung"] in DARK else INK,
    )


def _points(panel: Any) -> float:
    """How tall a person is in a panel, in points."""
    low, high = panel.get_ylim()
    return float(panel.get_position().height * SIZE[1] * 72 / (high - low))


def _short(number: int) -> str:
    """A number that fits into a bar.

    >>> _short(1234), _short(12_345), _short(123_456), _short(1_234_567)
    ('1,234', '12.3k', '123k', '1.23m')
    """
    if number < 10_000:
        return f"{number:,}"
    size, letter = (1e6, "m") if number >= 999_500 else (1e3, "k")
    return f"{number / size:.3g}{letter}"


def _name(panel: Any, row: dict[str, Any], right: float) -> None:
    """The rung's name beside its last bar."""
    crowd = row["rung"] == BETWEEN
    panel.annotate(
        "those between,\nwhen they move" if crowd else row["rung"],
        (right, row["low"] if crowd else (row["low"] + row["high"]) / 2),
        (5, 0),
        textcoords="offset points",
        va="bottom" if crowd else "center",
        size=TEXT - 0.5 if crowd else TEXT + 1,
        color=FAINT if crowd else INK,
        annotation_clip=False,
    )


def _under(panel: Any, moments: list[datetime], frame: pl.DataFrame) -> None:
    """The dates under the bars, and under each period how many came and how many fell silent."""
    panel.set_xticks(range(len(moments)), _dates(moments), size=TEXT, color=INK)
    for row in _comings(frame).iter_rows(named=True):
        counts = ((row["new"], "+{} new"), (row["gone"], "\N{MINUS SIGN}{} silent"))
        panel.annotate(
            "\n".join(words.format(_short(number)) for number, words in counts if number),
            ((moments.index(row["begin"]) + moments.index(row["end"])) / 2, 0),
            (0, -6 - TEXT),
            xycoords=("data", "axes fraction"),
            textcoords="offset points",
            ha="center",
            va="top",
            size=TEXT - 0.5,
            color=FAINT,
        )


def _comings(frame: pl.DataFrame) -> pl.DataFrame:
    """For each period, how many stood nowhere before (``new``) and how many stand nowhere after (``gone``)."""
    new, gone = (pl.col("people").filter(pl.col(side).cast(pl.String) == "none").sum() for side in ("from", "to"))
    return frame.group_by("begin", "end").agg(new.alias("new"), gone.alias("gone")).sort("begin")


def _dates(moments: list[datetime]) -> list[str]:
    """Days, with the year where it begins; with hours instead where moments are less than a day apart."""
    if any(after - before < timedelta(days=1) for before, after in pairwise(moments)):
        return [f"{at.day} {at:%b %H:%M}" for at in moments]
    begins = [True, *(before.year != after.year for before, after in pairwise(moments))]
    return [f"{at.day} {at:%b %Y}" if begin else f"{at.day} {at:%b}" for at, begin in zip(moments, begins, strict=True)]


def _head(figure: Figure, title: str, shown: pl.DataFrame, periods: int) -> None:
    """The title, what is shown, and how to read the ribbons."""
    from matplotlib.patches import Patch

    figure.suptitle(
        title or "Where people stand toward the brand, and how they move", x=0.025, ha="left", size=14, parse_math=False
    )
    begin, end, number = min(shown["begin"]), max(shown["end"]), shown["begin"].n_unique()
    told = f"{begin:%Y-%m-%d} to {end:%Y-%m-%d}" + (f", the last {number} of {periods} periods" * (number < periods))
    figure.text(0.025, 0.92, f"People on each rung, {told}", size=TEXT + 1, color=FAINT)
    kinds = {"stay": ("love", "love"), "move up, or are new": ("like", "love"), "move down": ("love", "like")}
    patches = [Patch(label=label, **_look(*move)) for label, move in kinds.items()]
    figure.legend(handles=patches, loc="upper right", bbox_to_anchor=(0.985, 0.985), ncols=3, frameon=False, fontsize=9)
