"""Draws docs/demo.svg: the demo's list of ambassadors and its comparison, as a terminal shows them."""

from __future__ import annotations

import io
import re
import tempfile
from pathlib import Path

from rich.console import Console

from ambassadors import demo, show

WIDTH = 132


def main() -> None:
    """Run the demo, print its second half into a recording console, and save that as a picture."""
    console = Console(record=True, width=WIDTH, highlight=False, file=io.StringIO())
    with tempfile.TemporaryDirectory() as folder:
        result = demo.demo(Path(folder))
    show.ranking(console, "ambassadors", result.run, most=6)
    show.comparisons(console, result)
    svg = console.export_svg(title="ambassadors demo (a simulated town)")
    # the picture must not ask a network for its letters
    svg = re.sub(r"@font-face\s*\{.*?\}", "", svg, flags=re.DOTALL).replace("Fira Code", "DejaVu Sans Mono")
    Path(__file__).with_name("demo.svg").write_text(svg, encoding="utf-8")


if __name__ == "__main__":
    main()
