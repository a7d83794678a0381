"""The chart of flows: how many people stood on which rung at each moment, and who moved up and down between.

An alluvial diagram in two panels, each with its own scale. The lower one shows everybody. Where a thousand like the
brand, a dozen defenders are a line in it; so the upper one shows the ends of the ladder alone, and of the crowd
between them only those who come from there or go there.
"""

from __future__ import annotations

from datetime import datetime, timedelta
from itertools import pairwise
from typing import TYPE_CHECKING, Any

import polars as pl

from ambassadors.charts import alluvial, theme
from ambassadors.errors import AmbassadorsError, NotEnoughData
from ambassadors.ladder import picture
from ambassadors.ladder.rules import NEGATIVE

if TYPE_CHECKING:
    import altair as alt

#: More periods than that cannot be read side by side: the last ones are shown.
MOST_PERIODS = 12
ENDS_TITLE = "Defenders, advocates and critics, enlarged (a scale of its own)"
COLUMNS = ("begin", "end", "from", "to", "people")
#: In pixels: of a panel, and from one moment to the next.
ENDS_TALL, TALL, STEP, FEWEST_WIDE, MOST_WIDE = 165, 290, 150, 420, 780


def flows(frame: pl.DataFrame, title: str = "") -> alt.VConcatChart:
    """The frame of :func:`ambassadors.flows` as an alluvial diagram, time from left to right.

    A bar is a rung at a moment, as high as it holds people; a ribbon is who went from one to another. Whoever comes
    from nowhere, or falls silent, is a wedge. Of more than 12 periods the last 12 are shown, and the chart says so.

    Raises :class:`NotEnoughData` for a frame without a row, :class:`AmbassadorsError` for one that holds no flows.

    >>> import ambassadors as amb
    >>> chart = flows(amb.flows(amb.read("graphs/town/brand.toml"), "month"), "Bean & Leaf")
    >>> chart.title.text, chart.title.subtitle
    ('Bean & Leaf', 'People on each rung, 2025-06-01 to 2026-05-31, the last 12 of 33 periods')
    """
    import altair as alt

    _check(frame)
    shown = _last_periods(frame)
    moments = pl.concat([shown["begin"], shown["end"]]).unique().sort().to_list()
    wide = max(min(STEP * len(moments), MOST_WIDE), FEWEST_WIDE)
    ends = _ends(shown)
    panels = [alluvial.key()]
    if ends.height:
        stacks = picture.layout(ends, picture.ENDS, gap=picture.ENDS_GAP, level_ground=True)
        panels.append(alluvial.panel(moments, *stacks, title=ENDS_TITLE, size=(wide, ENDS_TALL)))
    whole = alluvial.panel(moments, *picture.layout(shown), title="Everybody", size=(wide, TALL))
    panels.append(alt.LayerChart(layer=[whole, *_under(moments, shown)]))
    head = alt.TitleParams(
        title or "Where people stand toward the brand, and how they move",
        subtitle=_told(shown, frame["begin"].n_unique()),
    )
    chart: alt.VConcatChart = theme.styled(alt.vconcat(*panels, title=head, spacing=12))
    return chart


def _check(frame: pl.DataFrame) -> None:
    missing = [name for name in COLUMNS if name not in frame.columns]
    if missing:
        raise AmbassadorsError(f"flows: there is no column {missing[0]!r}. Give what ambassadors.flows() gives.")
    if frame.is_empty():
        raise NotEnoughData("there are no flows to draw: nobody stood on a rung in any period.")
    if not frame.schema["begin"].is_temporal() or not frame.schema["end"].is_temporal():
        raise AmbassadorsError("flows: 'begin' and 'end' must be times. Read a CSV file with try_parse_dates=True.")


def _last_periods(frame: pl.DataFrame) -> pl.DataFrame:
    begins = frame["begin"].unique().sort().tail(MOST_PERIODS)
    return frame.filter(pl.col("begin").is_in(begins.implode()))


def _ends(frame: pl.DataFrame) -> pl.DataFrame:
    """The flows to, from and at the ends of the ladder; who stands between is one crowd, seen only when moving.

    None where there is no crowd that could hide the ends.
    """
    names, ends = pl.col("from", "to").cast(pl.String), [NEGATIVE, "advocate", "defend"]
    merged = frame.with_columns(names.replace(dict.fromkeys(picture.CROWD, picture.BETWEEN)))
    crowded = merged.select(pl.any_horizontal(pl.col("from", "to") == picture.BETWEEN).any()).item()
    moves = merged.group_by("begin", "end", "from", "to").agg(pl.col("people").sum())
    return moves.filter(crowded, pl.col("from").is_in(ends) | pl.col("to").is_in(ends))


def _under(moments: list[datetime], frame: pl.DataFrame) -> list[alt.Chart]:
    """The dates under the bars, and under each period how many came and how many fell silent."""
    at = {moment: place for place, moment in enumerate(moments)}
    comings: list[dict[str, Any]] = []
    for row in _comings(frame).iter_rows(named=True):
        counts = ((row["new"], "+{} new"), (row["gone"], "\N{MINUS SIGN}{} silent"))
        words = [text.format(alluvial.short(number)) for number, text in counts if number]
        comings.append({"x": (at[row["begin"]] + at[row["end"]]) / 2, "said": "\n".join(words)})
    dates = [{"x": place, "said": said} for place, said in enumerate(_dates(moments))]
    return [alluvial.words(dates, TALL + 4, alluvial.INK), alluvial.words(comings, TALL + 30, theme.QUIET)]


def _comings(frame: pl.DataFrame) -> pl.DataFrame:
    """For each period, how many stood nowhere before (``new``) and how many stand nowhere after (``gone``)."""
    new, gone = (pl.col("people").filter(pl.col(side).cast(pl.String) == "none").sum() for side in ("from", "to"))
    return frame.group_by("begin", "end").agg(new.alias("new"), gone.alias("gone")).sort("begin")


def _dates(moments: list[datetime]) -> list[str]:
    """Days, with the year below where it begins; with hours below where moments are less than a day apart."""
    if any(after - before < timedelta(days=1) for before, after in pairwise(moments)):
        return [f"{at.day} {at:%b}\n{at:%H:%M}" for at in moments]
    begins = [True, *(before.year != after.year for before, after in pairwise(moments))]
    return [f"{at.day} {at:%b}" + f"\n{at.year}" * begin for at, begin in zip(moments, begins, strict=True)]


def _told(shown: pl.DataFrame, periods: int) -> str:
    """What is shown, and of how much."""
    begin, end, number = min(shown["begin"]), max(shown["end"]), shown["begin"].n_unique()
    told = f"People on each rung, {begin:%Y-%m-%d} to {end:%Y-%m-%d}"
    return told + f", the last {number} of {periods} periods" * (number < periods)
