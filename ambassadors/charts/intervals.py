"""Orders beside each other: a row an order with its figure, its interval, and where it stood each time."""

from __future__ import annotations

from typing import TYPE_CHECKING

import polars as pl

from ambassadors.charts import theme

if TYPE_CHECKING:
    import altair as alt

#: The height of a row in pixels: the figure is written above its mark.
ROW = 44
_OURS_OR_OTHERS = f"datum.ours ? '{theme.OURS}' : '{theme.OTHERS}'"
#: How wide a letter is in pixels, about; and in letters that are wider than those a chart was measured with.
LETTER, WIDE_LETTER = 5, 6.2


def intervals(
    rows: pl.DataFrame,
    under: alt.Chart,
    *,
    title: str,
    size: tuple[int, int],
    within: tuple[float, float],
    names: bool = True,
) -> alt.LayerChart:
    """A panel of ``order, value, low, high, said``: ours, the first, has the colour; ``names`` stand at its left.

    ``under`` is drawn first, over the same scale. A figure or an interval that is not known is not drawn, and what lies
    beyond the scale ends at its edge.
    """
    import altair as alt

    placed = _placed(rows, size[0], *within)
    room = 8 + WIDE_LETTER * max(len(name) for name in rows["order"]) if names else 0
    lines = alt.Axis(title=None, domain=False, ticks=False, labelPadding=8, labels=names, minExtent=room)
    order = alt.Y("order:N", scale=alt.Scale(domain=rows["order"].to_list()), axis=lines)
    scale = alt.Scale(domain=list(within), nice=False, zero=False)
    value = alt.X("value:Q", scale=scale, axis=alt.Axis(title=None, tickCount=5, format=".1f", labelFlush=False))
    colour = {"expr": _OURS_OR_OTHERS}
    base = alt.Chart(placed).encode(y=order, tooltip=[alt.Tooltip("order:N"), alt.Tooltip("said:N", title=title)])
    bar = base.transform_filter("isValid(datum.low)").mark_rule(strokeWidth=8, stroke=colour, opacity=0.5)
    mark = base.mark_tick(orient="vertical", size=14, thickness=2.5, opacity=1, color=colour)
    words = base.mark_text(dy=-14, fontSize=10, align={"expr": "datum.lean"}, fill="#374151")
    layers = [
        under,
        bar.encode(x=alt.X("low:Q", scale=scale), x2="high:Q"),
        mark.encode(x=value),
        words.encode(x=value, text="said:N"),
    ]
    return alt.LayerChart(layer=layers, title=theme.heading(title), width=size[0], height=size[1])


def _placed(rows: pl.DataFrame, width: int, least: float, most: float) -> pl.DataFrame:
    """Values within the scale, and how the words lean: inward where they would stand out at an edge."""
    known = rows.with_columns(pl.col("value", "low", "high").cast(pl.Float64).fill_nan(None).clip(least, most))
    bounded = known.with_columns(ours=pl.int_range(pl.len()) == 0).drop_nulls("value")
    at = (pl.col("value") - least) / (most - least) * width
    half = pl.col("said").str.len_chars() * LETTER / 2
    left, right = pl.when(at < half).then(pl.lit("left")), pl.lit("right")
    return bounded.with_columns(lean=left.when(at > width - half).then(right).otherwise(pl.lit("center")))
