"""The picture of a backtest: every order with its interval, and how it fared at each origin."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

import polars as pl

from ambassadors.backtesting.harness import Backtest
from ambassadors.phrases import span
from ambassadors.pictures import check_picture, save

if TYPE_CHECKING:
    from matplotlib.figure import Figure

OURS_COLOUR, OTHERS_COLOUR = "#b5432a", "#6b7280"
TITLES = {"ndcg": "NDCG", "precision": "precision", "reach": "reach, share of the best"}


def picture(result: Backtest) -> Figure:
    """A panel a figure: its mean over the origins with the interval, and a small dot an origin."""
    from matplotlib.figure import Figure

    shown = [name for name in TITLES if name in result.orders.columns]
    figure = Figure(figsize=(4 * len(shown), 0.5 * result.orders.height + 1.6), layout="constrained")
    panels = figure.subplots(1, len(shown), sharey=True, squeeze=False)[0]
    for panel, name in zip(panels, shown, strict=True):
        _panel(panel, result, name)
    figure.suptitle(
        f"Who moves people next? {result.ranking}, first {result.k}, what followed within {span(result.horizon)} of "
        f"{_origins(len(result.windows))}"
    )
    return figure


def _origins(number: int) -> str:
    return "1 origin" if number == 1 else f"{number} origins"


def _panel(panel: Any, result: Backtest, name: str) -> None:
    names = result.orders["order"].to_list()
    for place, row in enumerate(result.orders.iter_rows(named=True)):
        colour = OTHERS_COLOUR if place else OURS_COLOUR
        each = result.by_origin.filter(pl.col("order") == row["order"])[name].to_list()
        panel.plot(each, [place] * len(each), ".", color=colour, alpha=0.4)
        panel.plot([row[f"{name}_low"], row[f"{name}_high"]], [place, place], color=colour, linewidth=2)
        panel.plot(row[name], place, "o", color=colour)
        panel.annotate(f"{row[name]:.3f}", (row[name], place), (0, 7), textcoords="offset points", ha="center", size=8)
    panel.set_yticks(range(len(names)), names)
    panel.set_ylim(len(names) - 0.5, -0.6)
    panel.set_xlim(0, 1)
    panel.set_title(TITLES[name], size=10)
    panel.spines[["top", "right"]].set_visible(False)
    panel.grid(axis="x", alpha=0.25)


def write_picture(result: Backtest, path: Path) -> None:
    """The picture as SVG, PNG or PDF, by the name's ending; the same result gives the same bytes.

    Raises :class:`AmbassadorsError` for any other ending.
    """
    check_picture(path)
    save(picture(result), path)
