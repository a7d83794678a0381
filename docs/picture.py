"""Draws docs/demo.svg (the demo's list and its comparison, as a terminal shows them), ladder.svg and forecast.svg."""

from __future__ import annotations

import io
import re
import tempfile
from pathlib import Path

from rich.console import Console

from ambassadors import backtesting, demo, ladder, show

WIDTH = 132


def main() -> None:
    """Run the demo, print a list of it into a recording console, and save that and the two other pictures."""
    console = Console(record=True, width=WIDTH, highlight=False, file=io.StringIO())
    with tempfile.TemporaryDirectory() as folder:
        result = demo.demo(Path(folder))
    show.ranking(console, "ready_to_move_up", result.run, most=6)
    show.comparisons(console, result)
    svg = console.export_svg(title="ambassadors demo (a simulated town)")
    # the picture must not ask a network for its letters
    svg = re.sub(r"@font-face\s*\{.*?\}", "", svg, flags=re.DOTALL).replace("Fira Code", "DejaVu Sans Mono")
    here = Path(__file__)
    here.with_name("demo.svg").write_text(svg, encoding="utf-8")
    community = result.run.community
    flows = ladder.flows(community, "month")
    ladder.write_flow_picture(flows, here.with_name("ladder.svg"), f"{community.brand.name}: the ladder")
    backtesting.write_moves_picture(backtesting.moves(community), here.with_name("forecast.svg"))


if __name__ == "__main__":
    main()
