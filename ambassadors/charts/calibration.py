"""The chart of past forecasts: chances given against what came, and the forecast beside the simple sorts."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any

import polars as pl

from ambassadors.backtesting import Moves
from ambassadors.charts import theme
from ambassadors.charts.intervals import intervals
from ambassadors.phrases import span

if TYPE_CHECKING:
    import altair as alt

#: Smaller chances than that are drawn as if they were that.
SMALLEST = 1e-5
#: The bounds of an interval in standard deviations: 90 % lie between.
NINETY = 1.645
TALLEST, WIDE = 300, 320
PER_CENT = "format(datum.value * 100, '~r') + ' %'"


def calibration(result: Moves) -> alt.HConcatChart:
    """Left the chances given against the share that moved, right the area under the curve of each order.

    Both with 90 % intervals, of the shares after Wilson (1927). On the diagonal, as many moved as were foretold; an
    open mark at the foot is a group of whom nobody moved.

    >>> from datetime import timedelta
    >>> curve = pl.DataFrame({"people": [900, 100], "given": [0.01, 0.2], "moved": [0.01, 0.19], "events": [9, 19]})
    >>> area = {"order": ["the forecast"], "auc": [0.9], "auc_low": [0.88], "auc_high": [0.92], "lift_5": [8.0]}
    >>> by = "reach advocate", timedelta(days=30), "regression"  # amb.moves(community) gives all of that
    >>> past = Moves(*by, pl.DataFrame(area), pl.DataFrame(), curve, (0.002, 0.001, 0.003), (), pl.DataFrame())
    >>> calibration(past).title.text
    'Who will reach advocate within 30 days? What was foretold, and what came'
    """
    import altair as alt

    told = f"Who will {result.says} within {span(result.horizon)}? What was foretold, and what came"
    title = alt.TitleParams(told, subtitle="Bars are 90 % intervals; an open mark: nobody moved")
    chart: alt.HConcatChart = theme.styled(alt.hconcat(_curve(result), _areas(result), title=title, spacing=36))
    return chart


def _curve(result: Moves) -> alt.LayerChart:
    import altair as alt

    points, floor = _points(result.curve)
    decades = [10.0**power for power in range(math.ceil(math.log10(floor)), 1)]
    scale = alt.Scale(type="log", domain=[floor * 0.8, 1.25], nice=False)
    axis: dict[str, Any] = {"values": decades, "labelExpr": PER_CENT, "labelFlush": False}
    given = alt.X("given:Q", scale=scale, axis=alt.Axis(title="chance given", **axis))
    moved = alt.Y("shown:Q", scale=scale, axis=alt.Axis(title="share that moved", **axis))
    ends = pl.DataFrame({"given": [floor, 1.0], "shown": [floor, 1.0]})
    diagonal = alt.Chart(ends).mark_line(color="#9CA3AF", strokeDash=[5, 4], strokeWidth=1).encode(x=given, y=moved)
    base = alt.Chart(points).encode(x=given, tooltip=["people:Q", "events:Q", "given:Q", "moved:Q"])
    bars = base.mark_rule(color=theme.OURS, strokeWidth=2).encode(y=alt.Y("low:Q", scale=scale), y2="high:Q")
    seen = base.transform_filter("datum.events > 0").mark_point(filled=True, size=70, opacity=1, color=theme.OURS)
    nobody = base.transform_filter("datum.events == 0").mark_point(
        shape="triangle-down", size=70, fill="white", stroke=theme.OURS, opacity=1
    )
    title = theme.heading(f"calibration error {result.error[0]:.4f}")
    layers = [diagonal, bars, seen.encode(y=moved), nobody.encode(y=moved)]
    return alt.LayerChart(layer=layers, title=title, width=WIDE, height=TALLEST)


def _points(curve: pl.DataFrame) -> tuple[pl.DataFrame, float]:
    """Each group with the bounds of its share, and the smallest share that is drawn: a tenth or less."""
    low, high = _wilson(pl.col("events"), pl.col("people"))
    bounded = curve.with_columns(low=low, high=high)
    smallest = pl.concat([bounded["given"], bounded.filter(pl.col("low") > 0)["low"]]).min()
    floor = min(max(float(smallest or 0), SMALLEST), 0.1)  # type: ignore[arg-type]
    drawn = pl.col("given", "low").clip(floor, 1)
    return bounded.with_columns(drawn, pl.col("high").clip(floor, 1), shown=pl.col("moved").clip(floor, 1)), floor


def _wilson(events: pl.Expr, people: pl.Expr) -> tuple[pl.Expr, pl.Expr]:
    """Bounds of a share (Wilson 1927)."""
    share, z = events / people, NINETY
    centre = (share + z**2 / (2 * people)) / (1 + z**2 / people)
    half = z * (share * (1 - share) / people + z**2 / (4 * people**2)).sqrt() / (1 + z**2 / people)
    return pl.when(events > 0).then(centre - half).otherwise(0.0), centre + half


def _areas(result: Moves) -> alt.LayerChart:
    import altair as alt

    said = [_said(row) for row in result.orders.iter_rows(named=True)]
    rows = result.orders.select("order", value="auc", low="auc_low", high="auc_high").with_columns(said=pl.Series(said))
    lowest = min(0.45, *rows["low"].drop_nans().drop_nulls())
    chance = alt.Chart(pl.DataFrame({"value": [0.5]})).mark_rule(color="#9CA3AF", strokeDash=[5, 4]).encode(x="value:Q")
    size = (300, min(75 * rows.height, TALLEST))
    return intervals(rows, chance, title="area under the curve", size=size, within=(lowest, 1.0))


def _said(row: dict[str, Any]) -> str:
    lift = row["lift_5"]
    return f"{row['auc']:.3f}" + ("" if lift is None or math.isnan(lift) else f", lift {lift:.1f} in 5 %")
