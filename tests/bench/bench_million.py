"""What the notebook notebooks/a_million_people.py takes at a size: seconds of each step, and the most memory.

    python tests/bench/bench_million.py [PEOPLE]

It runs as it stands, with PEOPLE (1,000,000) in its one line and what it shows made as a notebook makes it, in a
process of its own. Prints the notebook's last table, the wall and CPU seconds of all, and the peak of memory.
"""

from __future__ import annotations

import os
import re
import subprocess
import sys
import time
from pathlib import Path

NOTEBOOK = Path(__file__).parents[2] / "notebooks" / "a_million_people.py"
#: Shows are made and thrown away: making them takes memory, too.
SHOWN = """
import IPython.display
IPython.display.display = lambda *all: [
    made() for one in all for name in ("_repr_mimebundle_", "_repr_html_") if (made := getattr(one, name, None))
]
"""
LAST = "\nprint(pl.DataFrame({'step': list(seconds), 'seconds': list(seconds.values())}))\n"


def main(people: int = 1_000_000) -> None:
    """Run it once."""
    source, found = re.subn(r"^PEOPLE = .*$", f"PEOPLE = {people}", NOTEBOOK.read_text(encoding="utf-8"), flags=re.M)
    if found != 1:
        raise SystemExit(f"{NOTEBOOK}: {found} lines begin with PEOPLE =, where there should be one.")
    began = time.perf_counter()
    child = subprocess.Popen([sys.executable, "-c", SHOWN + source + LAST], cwd=NOTEBOOK.parent)
    _, status, used = os.wait4(child.pid, 0)
    clock, gigabytes = time.perf_counter() - began, used.ru_maxrss / (1e9 if sys.platform == "darwin" else 1e6)
    print(f"{people:,} people: {clock:.0f} s, {used.ru_utime + used.ru_stime:.0f} s of CPU, {gigabytes:.2f} GB at most")
    sys.exit(os.waitstatus_to_exitcode(status))


if __name__ == "__main__":
    main(*(int(word.replace("_", "")) for word in sys.argv[1:]))
