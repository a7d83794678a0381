"""Runs every recipe under graphs/ on real data and prints rows, seconds, peak memory and the head of both rankings.

    python tests/bench/real_sets.py DATA_FOLDER [NAME ...]

Each run is a process of its own, as a scheduled job would start it; the peak is the operating system's own figure.
"""

from __future__ import annotations

import csv
import json
import os
import sys
import tempfile
import time
from pathlib import Path

ROOT = Path(__file__).parents[2]


def run(name: str, data: str, out: Path) -> tuple[float, int, Path]:
    """Seconds, peak memory in MB, and the run folder of one recipe."""
    call = [sys.executable, "-m", "ambassadors", "run", str(ROOT / "graphs" / name), "--data", data, "--out", str(out)]
    begin = time.perf_counter()
    process = os.posix_spawn(
        sys.executable, call, os.environ, file_actions=[(os.POSIX_SPAWN_OPEN, 1, os.devnull, os.O_WRONLY, 0)]
    )
    _, status, usage = os.wait4(process, 0)
    if status:
        raise SystemExit(f"{name}: exit code {os.waitstatus_to_exitcode(status)}")
    return time.perf_counter() - begin, usage.ru_maxrss // 1024, max(out.glob("*-*"))


def main(data: str, *names: str) -> None:
    """One paragraph a recipe."""
    for name in names or sorted(path.parent.name for path in ROOT.glob("graphs/*/brand.toml")):
        with tempfile.TemporaryDirectory() as scratch:
            seconds, peak, folder = run(name, data, Path(scratch))
            manifest = json.loads((folder / "manifest.json").read_text())
            counts = [
                sum(file[key] for file in manifest["inputs"]) for key in ("rows", "accepted", "rejected", "set_aside")
            ]
            rows, accepted, rejected, aside = (f"{count:,}" for count in counts)
            print(f"\n{name}: rows {rows}, accepted {accepted}, rejected {rejected}, set aside {aside}; ", end="")
            print(f"{seconds:.1f} s, {peak:,} MB")
            for ranking in ("influencers", "ambassadors"):
                head(ranking, folder, manifest)


def head(ranking: str, folder: Path, manifest: dict[str, dict[str, str]]) -> None:
    """The first three people with their first reasons, or why there are none."""
    if ranking in manifest["not_ranked"]:
        print(f"  {ranking}: {manifest['not_ranked'][ranking]}")
        return
    with (folder / f"{ranking}.csv").open(encoding="utf-8-sig", newline="") as file:
        for row in list(csv.DictReader(file))[:3]:
            person = row["handle"] or row["person"]
            print(
                f"  {ranking} {row['rank']}: {person}, {row['stage'] or 'no rung'}, {row['score']}. {row['reason_1']}"
            )


if __name__ == "__main__":
    main(*sys.argv[1:])
