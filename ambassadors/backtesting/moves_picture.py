"""The picture of past forecasts: chances given against what came, and the forecast beside the simple sorts."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from ambassadors import pictures
from ambassadors.backtesting.moves import Moves
from ambassadors.phrases import span

if TYPE_CHECKING:
    from matplotlib.figure import Figure

OURS_COLOUR, OTHERS_COLOUR = "#b5432a", "#6b7280"


def moves_picture(result: Moves) -> Figure:
    """Left the calibration curve with 90 % intervals, on logarithmic scales; right the area under the curve."""
    from matplotlib.figure import Figure

    figure = Figure(figsize=(10, 4.4), layout="constrained")
    left, right = figure.subplots(1, 2)
    _curve(left, result)
    _areas(right, result)
    figure.suptitle(f"Who will {result.says} within {span(result.horizon)}? What was foretold, and what came")
    return figure


def _curve(panel: Any, result: Moves) -> None:
    given, moved = result.curve["given"].to_numpy(), result.curve["moved"].to_numpy()
    low, high = _wilson(result.curve["events"].to_numpy(), result.curve["people"].to_numpy())
    floor = max(min(float(given.min()), float(low[low > 0].min(initial=1.0))), 1e-5)
    panel.plot([floor, 1], [floor, 1], color="#9ca3af", linewidth=1, linestyle="--")
    panel.vlines(given, np.maximum(low, floor), high, color=OURS_COLOUR, linewidth=1.5)
    seen = moved > 0
    panel.plot(given[seen], moved[seen], "o", color=OURS_COLOUR)
    panel.plot(given[~seen], np.full((~seen).sum(), floor), "v", color=OURS_COLOUR, fillstyle="none")
    panel.set(xscale="log", yscale="log", xlim=(floor * 0.8, 1), ylim=(floor * 0.8, 1))
    panel.set_xlabel("chance given (an open mark: nobody moved)", size=9)
    panel.set_ylabel("share that moved", size=9)
    panel.set_title(f"calibration error {result.error[0]:.4f}", size=10)
    panel.spines[["top", "right"]].set_visible(False)
    panel.grid(alpha=0.25)


def _wilson(events: Any, people: Any, z: float = 1.645) -> tuple[Any, Any]:
    """Bounds of a share (Wilson 1927)."""
    share = events / people
    centre = (share + z**2 / (2 * people)) / (1 + z**2 / people)
    half = z * np.sqrt(share * (1 - share) / people + z**2 / (4 * people**2)) / (1 + z**2 / people)
    return np.where(events > 0, centre - half, 0.0), centre + half


def _areas(panel: Any, result: Moves) -> None:
    names = result.orders["order"].to_list()
    for place, row in enumerate(result.orders.iter_rows(named=True)):
        colour = OTHERS_COLOUR if place else OURS_COLOUR
        panel.plot([row["auc_low"], row["auc_high"]], [place, place], color=colour, linewidth=2)
        panel.plot(row["auc"], place, "o", color=colour)
        label = f"{row['auc']:.3f}, lift {row['lift_5']:.1f} in 5 %"
        panel.annotate(label, (row["auc"], place), (0, 7), textcoords="offset points", ha="center", size=8)
    panel.set_yticks(range(len(names)), names)
    panel.set_ylim(len(names) - 0.5, -0.6)
    panel.set_xlim(min(0.45, *result.orders["auc_low"].to_list()), 1)
    panel.axvline(0.5, color="#9ca3af", linewidth=1, linestyle="--")
    panel.set_title("area under the curve", size=10)
    panel.spines[["top", "right"]].set_visible(False)
    panel.grid(axis="x", alpha=0.25)


def write_moves_picture(result: Moves, path: Path) -> None:
    """The picture as SVG, PNG or PDF, by the name's ending; the same result gives the same bytes."""
    pictures.check_picture(path)
    pictures.save(moves_picture(result), path)
