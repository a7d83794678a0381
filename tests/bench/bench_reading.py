"""How fast strict reading is, and how early a bomb is refused: seconds, peak memory and rows a second.

    python tests/bench/bench_reading.py [ROWS]

Each in a process of its own. Files of ROWS (5 million) rows and four columns: regular; quoted, with separators and
line ends in cells; with a ragged row in every thousand; with a broken quote in every thousand. The bomb is text that
unfolds to 3 GB.
"""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
import zlib
from pathlib import Path

READ = """
import sys, time
from ambassadors.errors import SourceError
from ambassadors.sources.layout import Layout
from ambassadors.sources.reader import blocks
begin, accepted, rejected, said = time.perf_counter(), 0, 0, ""
try:
    for block in blocks(sys.argv[1], Layout()):
        accepted, rejected = accepted + block.rows.height, rejected + block.rejects.height
except SourceError as error:
    said = "refused: " + error.problem
seconds = time.perf_counter() - begin
peak = next(int(line.split()[1]) // 1024 for line in open("/proc/self/status") if line.startswith("VmHWM"))
rate = f"{(accepted + rejected) / seconds:,.0f} rows/s" if accepted else said
print(f"{seconds:6.2f} s  {peak:5,} MB  accepted {accepted:,}  rejected {rejected:,}  {rate}")
"""
ROWS = {
    "regular": lambda n: f"{n:09},{n * 7919 % 999983:06},like,2026-05-{n % 28 + 1:02}T12:00:00Z\n",
    "quoted": lambda n: f'{n:09},"a, ""b""\n{n % 97}",like,2026-05-{n % 28 + 1:02}T12:00:00Z\n',
    "1 ragged in 1,000": lambda n: f"{n:09},x\n" if n % 1000 == 0 else ROWS["regular"](n),
    "1 broken quote in 1,000": lambda n: f'{n:09},"x"y,like,z\n' if n % 1000 == 0 else ROWS["regular"](n),
}


def write(path: Path, kind: str, rows: int) -> None:
    """A file of that kind."""
    with path.open("w", encoding="utf-8") as file:
        file.write("source,target,kind,at\n")
        for begin in range(0, rows, 100_000):
            file.write("".join(ROWS[kind](n) for n in range(begin, min(begin + 100_000, rows))))


def write_bomb(path: Path) -> None:
    """Three gigabytes of the same row in a gzip file of a few megabytes."""
    pack, same = zlib.compressobj(9, wbits=31), b"00000001,aaaaaa\n" * (1 << 20)
    with path.open("wb") as file:
        file.write(pack.compress(b"id,name\n"))
        for _ in range(192):
            file.write(pack.compress(same))
        file.write(pack.flush())


def main(rows: int = 5_000_000) -> None:
    """A line a file."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "rows.csv"
        for kind in (*ROWS, "a bomb"):
            write_bomb(path) if kind == "a bomb" else write(path, kind, rows)
            done = subprocess.run(
                [sys.executable, "-c", READ, path], capture_output=True, text=True, check=True, env=os.environ
            )
            print(f"{kind:24s} {path.stat().st_size / 1e6:6,.0f} MB {done.stdout.strip()}", flush=True)


if __name__ == "__main__":
    main(*map(int, sys.argv[1:]))
