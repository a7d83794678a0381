"""The chart of a backtest: every order with its interval, and how it fared at each origin."""

from __future__ import annotations

from typing import TYPE_CHECKING

import polars as pl

from ambassadors.backtesting import Backtest
from ambassadors.charts import theme
from ambassadors.charts.intervals import ROW, intervals
from ambassadors.phrases import span

if TYPE_CHECKING:
    import altair as alt

FIGURES = {"ndcg": "NDCG", "precision": "precision", "reach": "reach, as a share of the best"}
WITHIN = (0.0, 1.0)


def backtest(tested: Backtest) -> alt.HConcatChart:
    """A panel a figure: its mean over the origins with the 90 % interval, and below it a pale dot an origin.

    The ranking stands first, in a colour of its own; below it the orders that it has to beat.

    >>> import ambassadors as amb
    >>> town = amb.read("graphs/town/brand.toml")
    >>> chart = backtest(amb.backtest(town, "ambassadors", origins=1, resamples=5))
    >>> [panel.title.text for panel in chart.hconcat]
    ['NDCG', 'precision']
    """
    import altair as alt

    shown = [name for name in FIGURES if name in tested.orders.columns]
    panels = [_panel(tested, name, first=name == shown[0]) for name in shown]
    title = alt.TitleParams("Who moves people next?", subtitle=_told(tested))
    chart: alt.HConcatChart = theme.styled(alt.hconcat(*panels, title=title, spacing=28))
    return chart


def _panel(tested: Backtest, name: str, *, first: bool) -> alt.LayerChart:
    import altair as alt

    rows = tested.orders.select("order", value=name, low=f"{name}_low", high=f"{name}_high")
    ours, said = pl.col("order") == rows["order"][0], [f"{value:.3f}" for value in rows["value"]]
    each = tested.by_origin.select("order", pl.col("origin").dt.strftime("%Y-%m-%d %H:%M"), ours=ours, value=name)
    colour = alt.condition("datum.ours", alt.value(theme.OURS), alt.value(theme.OTHERS))
    dots = alt.Chart(each).mark_point(filled=True, size=24, opacity=0.45, yOffset=12)
    return intervals(
        rows.with_columns(said=pl.Series(said)),
        dots.encode(x="value:Q", y="order:N", color=colour, tooltip=["order:N", "origin:N", "value:Q"]),
        title=FIGURES[name],
        size=(215, ROW * rows.height),
        within=WITHIN,
        names=first,
    )


def _told(tested: Backtest) -> str:
    times = len(tested.windows)
    origins = "1 origin" if times == 1 else f"{times} origins"
    told = f"{tested.ranking}, the first {tested.k:,}, by what followed within {span(tested.horizon)} of {origins}"
    return f"{told}; bars are 90 % intervals" + ("; each dot is one origin" if times > 1 else "")
