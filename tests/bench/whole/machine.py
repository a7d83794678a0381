"""The machine and the versions that figures belong to, in two lines."""

from __future__ import annotations

import os
import platform
import subprocess
import sys
from pathlib import Path

PACKAGES = ["numpy", "polars", "numba", "networkx", "duckdb", "networkit", "igraph", "pandas", "pyarrow", "scipy"]
ASK = """
import sys
from importlib.metadata import PackageNotFoundError, version
for name in sys.argv[1:]:
    try:
        print(name, version(name))
    except PackageNotFoundError:
        pass
"""


def machine() -> str:
    """Processor, cores, memory, system."""
    cores = len(os.sched_getaffinity(0))
    memory = os.sysconf("SC_PHYS_PAGES") * os.sysconf("SC_PAGE_SIZE") / 2**30
    return f"{processor()}, {cores} cores, {memory:.0f} GB, {platform.system()} {platform.release()}"


def processor() -> str:
    """Its name, where the system tells it."""
    told = Path("/proc/cpuinfo")
    lines = told.read_text().splitlines() if told.exists() else []
    names = [line.partition(":")[2].strip() for line in lines if line.startswith("model name")]
    return names[0] if names else platform.machine()


def versions(python: str) -> str:
    """Of Python, and of the packages that the baselines' and our interpreter have."""
    asked = {interpreter: _ask(interpreter) for interpreter in (sys.executable, python)}
    ours, theirs = asked[sys.executable], asked[python]
    found = [*ours, *(line for line in theirs if line not in ours)]
    return ", ".join([f"Python {platform.python_version()}", *found])


def _ask(python: str) -> list[str]:
    asked = subprocess.run([python, "-c", ASK, *PACKAGES], check=True, capture_output=True, text=True)
    return asked.stdout.splitlines()
