"""A stopwatch for a script's stages: wall, CPU and memory of each, as a line of JSON on stderr at the end."""

from __future__ import annotations

import json
import os
import resource
import sys
import time
from pathlib import Path

_begin = _wall = time.perf_counter()
_cpu = time.process_time()
_stages: list[tuple[str, float, float, int]] = []


def mark(name: str) -> None:
    """End a stage."""
    global _wall, _cpu
    wall, cpu = time.perf_counter(), time.process_time()
    pages = int(Path("/proc/self/statm").read_text().split()[1])
    megabytes = pages * os.sysconf("SC_PAGESIZE") // 2**20
    _stages.append((name, round(wall - _wall, 3), round(cpu - _cpu, 3), megabytes))
    _wall, _cpu = wall, cpu


def done() -> None:
    """Tell all stages."""
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024
    told = {"stages": _stages, "wall": round(time.perf_counter() - _begin, 2), "peak_mb": peak}
    print(json.dumps(told), file=sys.stderr)
