"""How long a user waits before anything is computed: imports, help, and the first run on a machine beside the second.

    python tests/bench/bench_startup.py [TIMES]

Each in a process of its own, TIMES (10) times in turn, so that a busy machine hits all of them alike: the median of
seconds by the clock, and of CPU seconds. The first run has an empty folder for compiled code, the second finds it
filled; both rank graphs/town. Run it once before you believe it: the first time reads from the disk.
"""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from statistics import median

TOWN = Path(__file__).parents[2] / "graphs" / "town"
CALLS: dict[str, list[str]] = {
    "python -c pass": ["-c", "pass"],
    "import numpy": ["-c", "import numpy"],
    "import polars": ["-c", "import polars"],
    "import networkx": ["-c", "import networkx"],
    "import numba": ["-c", "import numba"],
    "import ambassadors": ["-c", "import ambassadors"],
    "ambassadors.read, and what it loads": ["-c", "import ambassadors; ambassadors.read"],
    "all public names": ["-c", "from ambassadors import *"],
    "ambassadors --version": ["-m", "ambassadors", "--version"],
    "ambassadors --help": ["-m", "ambassadors", "--help"],
    "ambassadors run --help": ["-m", "ambassadors", "run", "--help"],
}

Times = list[tuple[float, float]]


def seconds(words: list[str], **environment: str) -> tuple[float, float]:
    """By the clock and of CPU, of one process."""
    clock, cpu = time.perf_counter(), os.times()
    subprocess.run([sys.executable, *words], check=True, capture_output=True, env={**os.environ, **environment})
    spent = os.times()
    children = spent.children_user - cpu.children_user + spent.children_system - cpu.children_system
    return time.perf_counter() - clock, children


def runs_of_the_town(times: int) -> dict[str, Times]:
    """The first run ever, and the next."""
    found: dict[str, Times] = {"ambassadors run, first ever": [], "ambassadors run, second": []}
    for _ in range(times):
        with tempfile.TemporaryDirectory() as folder:
            run = ["-m", "ambassadors", "run", str(TOWN), "--out", f"{folder}/runs"]
            for each in found.values():
                each.append(seconds(run, NUMBA_CACHE_DIR=f"{folder}/compiled"))
    return found


def main(times: int = 10) -> None:
    """A line for each."""
    found: dict[str, Times] = {name: [] for name in CALLS}
    for _ in range(times):
        for name, words in CALLS.items():
            found[name].append(seconds(words))
    print(f"{'median of ' + str(times):36s} {'clock s':>8s} {'CPU s':>8s}")
    for name, each in {**found, **runs_of_the_town(times)}.items():
        clock, cpu = (median(column) for column in zip(*each, strict=True))
        print(f"{name:36s} {clock:8.3f} {cpu:8.3f}")


if __name__ == "__main__":
    main(*map(int, sys.argv[1:]))
