"""Whole-process benchmark: run.py S|M|L [--rounds N] [--pandas] [--exact] [--markdown] [--python P] [--folder .bench].

Every run is a process of its own: the clock, the CPU seconds and the peak memory are the operating system's, from
start to exit. Contestants take turns, in an order that rotates by the round, so that a busy machine hits all alike.
Before the first round, ours runs once untimed on each data set: numba's compiled code and the files are then in their
caches. Data that are missing are generated. See docs/benchmarks.md.
"""

from __future__ import annotations

import argparse
import json
import shutil
import subprocess
import sys
from datetime import datetime
from pathlib import Path

from cases import OURS, PANDAS, SCRIPTS, SIZES, Data, Race, races
from machine import machine, versions
from process import Run, timed
from report import report

HERE = Path(__file__).parent
ROUNDS = 3


def prepare(data: Data, root: Path, python: str) -> None:
    """Generate the files that are missing."""
    if all(file.exists() for file in [*data.files(root), brand_file(data, root)]):
        return
    print(f"generating {data.name} in {root / data.size}", flush=True)
    csv = ["--csv"] if data.form == "csv" else []
    words = [data.size, str(root), "--interactions", str(data.millions * 1_000_000), *csv]
    subprocess.run([python, HERE / "generate.py", *words], check=True)


def brand_file(data: Data, root: Path) -> Path:
    """The brand's number and id."""
    return root / data.size / "brand.txt"


def brand(data: Data, root: Path) -> str:
    """The brand's id."""
    return brand_file(data, root).read_text().split()[1]


def lists(data: Data, root: Path) -> Path:
    """The folder of the top 1,000 that contestants write."""
    return root / "lists" / data.folder


def run(contestant: str, data: Data, root: Path, python: str) -> Run:
    """One process."""
    script = SCRIPTS[contestant]
    interpreter = sys.executable if contestant == OURS else python
    out = lists(data, root) / f"{script}.csv"
    words = [*map(str, data.files(root)), brand(data, root), str(out)]
    return timed([interpreter, "-W", "ignore", str(HERE / f"{script}.py"), *words])


def turns(race: Race, number: int, pandas_again: bool) -> list[str]:
    """Who runs in this round, in which order."""
    running = [name for name in race.contestants if name != PANDAS or number == 0 or pandas_again]
    first = number % len(running)
    return running[first:] + running[:first]


def bench(field: list[Race], rounds: int, pandas_again: bool, root: Path, python: str) -> Path:
    """Run all, and write each run as a line of JSON as soon as it ends."""
    told = root / "runs" / f"{field[-1].data.size}-{datetime.now():%Y-%m-%dT%H-%M-%S}.jsonl"
    told.parent.mkdir(parents=True, exist_ok=True)
    with told.open("w") as file:
        print(json.dumps({"machine": machine(), "versions": versions(python)}), file=file, flush=True)
        for number in range(rounds):
            for race in field:
                for contestant in turns(race, number, pandas_again):
                    cost = run(contestant, race.data, root, python)
                    line = {"data": race.data.name, "contestant": contestant, "round": number, **cost}
                    print(json.dumps(line), file=file, flush=True)
                    print(
                        f"{number + 1}: {race.data.name}, {contestant}: {cost['wall']} s, {cost['peak_mb']} MB",
                        flush=True,
                    )
    return told


def agree(field: list[Race], root: Path, exact: bool, python: str) -> bool:
    """Whether the lists of every data set agree."""
    good = True
    for data in (race.data for race in field if len(race.contestants) > 1):
        parquet = Data(data.size, data.millions).files(root)
        words = ["--exact", *map(str, parquet), brand(data, root)] if exact else []
        print(f"\n{data.name}: do the lists of the top 1,000 agree?\n", flush=True)
        good &= not subprocess.run([python, HERE / "agree.py", lists(data, root), *words], check=False).returncode
    return good


def main() -> None:
    """Read the command line."""
    parser = argparse.ArgumentParser(description="The benchmark of whole processes; see docs/benchmarks.md.")
    parser.add_argument("size", choices=SIZES)
    parser.add_argument("--rounds", type=int, help=f"{ROUNDS} if not given, and then pandas+networkx runs once")
    parser.add_argument("--pandas", action="store_true", help="at M, too: 26 minutes a run, 11 GB")
    parser.add_argument("--exact", action="store_true", help="compare all lists with a reference by definitions, too")
    parser.add_argument("--markdown", action="store_true", help="print the tables as docs/benchmarks.md has them")
    parser.add_argument("--python", default=sys.executable, help="the interpreter that has the baselines' packages")
    parser.add_argument("--folder", type=Path, default=Path(".bench"), help="of data, lists and raw results")
    given = parser.parse_args()
    field = races(given.size, given.pandas)
    for race in field:
        prepare(race.data, given.folder, given.python)
        shutil.rmtree(lists(race.data, given.folder), ignore_errors=True)
        lists(race.data, given.folder).mkdir(parents=True)
        run(OURS, race.data, given.folder, given.python)
    told = bench(field, given.rounds or ROUNDS, given.rounds is not None, given.folder, given.python)
    print(f"\nraw results: {told}\n")
    report(told, given.markdown)
    if not agree(field, given.folder, given.exact, given.python):
        raise SystemExit("the lists differ")


if __name__ == "__main__":
    main()
