"""Draws the pictures of README and documentation again: the demo, a waterfall, a network, and the charts."""

from __future__ import annotations

import io
import re
import tempfile
from pathlib import Path

from rich.console import Console

import ambassadors as amb
from ambassadors import charts, demo, show

HERE = Path(__file__).parent
WIDTH = 132
#: So many people are in the picture of a network.
NETWORK_OF = 60


def main() -> None:
    """Run the demo, and draw each picture from it."""
    with tempfile.TemporaryDirectory() as folder:
        result = demo.demo(Path(folder))
    _terminal(result)
    town = amb.Community.of(result.run.community)
    ambassador, influencer = (result.run.lists[name]["account"][0] for name in ("ambassadors", "influencers"))
    drawn = {
        "ladder.svg": charts.flows(amb.flows(town, "month"), f"{town.brand.name}: the ladder"),
        "forecast.svg": charts.calibration(amb.moves(town)),
        "backtest.svg": charts.backtest(amb.backtest(town, horizon="30d")),
        "waterfall.svg": charts.waterfall(town.explain(ambassador), "ambassadors"),
        "network.svg": town.around(influencer, most=NETWORK_OF).still(),
    }
    for name, chart in drawn.items():
        charts.save(chart, HERE / name)


def _terminal(result: demo.Demo) -> None:
    """What the demo says, as a terminal shows it."""
    console = Console(record=True, width=WIDTH, highlight=False, file=io.StringIO())
    show.ranking(console, "ready_to_move_up", result.run, most=6)
    show.comparisons(console, result)
    svg = console.export_svg(title="ambassadors demo (a simulated town)")
    # the picture must not ask a network for its letters
    svg = re.sub(r"@font-face\s*\{.*?\}", "", svg, flags=re.DOTALL).replace("Fira Code", "DejaVu Sans Mono")
    (HERE / "demo.svg").write_text(svg, encoding="utf-8")


if __name__ == "__main__":
    main()
