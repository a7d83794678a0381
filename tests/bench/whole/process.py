"""One contestant's run, in a process of its own, and what it cost."""

from __future__ import annotations

import json
import os
import subprocess
import tempfile
import time
from typing import Any

Run = dict[str, Any]  # data, contestant, round, wall and cpu in seconds, peak_mb, load, stages: [name, wall, cpu, MB]


def timed(command: list[str]) -> Run:
    """Seconds by the clock and of CPU, peak memory, and the stages that the script tells on stderr."""
    with tempfile.TemporaryFile("w+") as told:
        begin = time.perf_counter()
        process = subprocess.Popen(command, stderr=told)
        _, status, usage = os.wait4(process.pid, 0)
        wall = time.perf_counter() - begin
        process.returncode = os.waitstatus_to_exitcode(status)
        told.seek(0)
        lines = told.read().strip().splitlines()
    if process.returncode:
        raise SystemExit("\n".join([*lines, f"{' '.join(command)}: exit code {process.returncode}"]))
    cpu, peak = usage.ru_utime + usage.ru_stime, usage.ru_maxrss // 1024
    stages = json.loads(lines[-1])["stages"]
    return {
        "wall": round(wall, 3),
        "cpu": round(cpu, 3),
        "peak_mb": peak,
        "load": round(os.getloadavg()[0], 2),
        "stages": stages,
    }
