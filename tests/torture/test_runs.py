"""Runs that are killed, run out of room, overlap or are repeated: what managers have stays whole."""

from __future__ import annotations

import hashlib
import json
import random
import shutil
import signal
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.torture import ground

pytestmark = pytest.mark.torture


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A brand with one finished run, to be copied."""
    folder = tmp_path_factory.mktemp("home")
    done = ground.run(ground.brand(folder), folder / "runs")

    assert done.returncode == 0, done.stderr
    return folder


@pytest.fixture(scope="module")
def shim(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The library that makes writes go wrong, compiled."""
    library = tmp_path_factory.mktemp("shim") / "faults.so"
    source = Path(__file__).with_name("faults.c")
    subprocess.run(["cc", "-shared", "-fPIC", "-O1", "-o", str(library), str(source), "-ldl"], check=True)
    return library


def copy_of(home: Path, folder: Path) -> tuple[Path, Path]:
    """A fresh copy of the brand and its finished run: recipe and folder of runs."""
    shutil.rmtree(folder, ignore_errors=True)
    shutil.copytree(home, folder, symlinks=True)
    return folder / "brand.toml", folder / "runs"


@pytest.fixture(scope="module")
def places(home: Path, shim: Path, tmp_path_factory: pytest.TempPathFactory) -> int:
    """How many calls of one run change files in the folder of runs."""
    folder = tmp_path_factory.mktemp("counted")
    recipe, out = copy_of(home, folder / "place")
    told = folder / "count"
    done = ground.run(recipe, out, LD_PRELOAD=str(shim), FAULT_UNDER=str(out), FAULT_DO="count", FAULT_COUNT=str(told))
    assert done.returncode == 0, done.stderr
    return int(told.read_text())


def some(places: int, most: int) -> list[int]:
    """All places, or so many of them spread evenly, in the quick version."""
    if ground.FULL or places <= most:
        return list(range(1, places + 1))
    return sorted({1 + (places - 1) * step // (most - 1) for step in range(most)})


def after_the_next_run(recipe: Path, out: Path, before: set[str]) -> Iterator[str]:
    """What is wrong once the next run is through."""
    done = ground.run(recipe, out)
    if done.returncode != 0:
        yield f"the next run left with {done.returncode}: {done.stderr}"
    if ground.leftovers(out):
        yield f"leftovers: {ground.leftovers(out)}"
    if before - {path.name for path in ground.runs(out)}:
        yield "an earlier run is lost"
    newest = max(ground.runs(out), key=lambda path: path.name)
    if (out / "latest").resolve().name != newest.name:
        yield "latest is not the next run"
    yield from ground.faults(out)


def test_a_kill_at_any_moment_tears_nothing(home: Path, tmp_path: Path) -> None:
    """SIGKILL at random moments: no torn run, no mixed one, none lost, and the next run sweeps what was left.

    Every other one dies while it writes, for that takes a small part of its time.
    """
    recipe, out = copy_of(home, tmp_path / "place")
    begin = time.monotonic()
    assert ground.run(recipe, out).returncode == 0
    length, dice, wrong, swept = time.monotonic() - begin, random.Random(6), [], 0
    moments = 200 if ground.FULL else 4

    for place in range(moments):
        before = {path.name for path in ground.runs(out)}
        process = subprocess.Popen(ground.command(recipe, out), env=ground.environment(), stderr=subprocess.DEVNULL)
        if place % 2:
            while process.poll() is None and not ground.leftovers(out):
                time.sleep(0.002)
            time.sleep(dice.uniform(0, 0.15) * length)
        else:
            time.sleep(dice.uniform(0.2, 1.05) * length)
        process.send_signal(signal.SIGKILL)
        process.wait()
        wrong += ground.faults(out)
        wrong += [f"lost {name}" for name in before - {path.name for path in ground.runs(out)}]
        if ground.leftovers(out):
            swept += 1
            if swept % 10 == 1:
                wrong += after_the_next_run(recipe, out, before)
        if place % 20 == 19:  # so that folders do not pile up
            recipe, out = copy_of(home, tmp_path / "place")

    print(f"\n{moments} kills at random moments, {swept} of them left something to sweep: {len(wrong)} faults")
    assert wrong == []


def test_a_kill_at_any_write_tears_nothing(home: Path, shim: Path, places: int, tmp_path: Path) -> None:
    """SIGKILL at each call that changes a file, writes halfway: no torn run, none lost, leftovers swept."""
    wrong = list[str]()
    chosen = some(places, 5)

    for place in chosen:
        recipe, out = copy_of(home, tmp_path / "place")
        before = {path.name for path in ground.runs(out)}
        done = ground.run(recipe, out, LD_PRELOAD=str(shim), FAULT_UNDER=str(out), FAULT_AT=str(place), FAULT_DO="kill")
        found = [f"left with {done.returncode}"] if done.returncode != -signal.SIGKILL else []
        found += [*ground.faults(out), *(f"lost {name}" for name in before - {path.name for path in ground.runs(out)})]
        if place % 8 == 1 or not ground.FULL:
            found += after_the_next_run(recipe, out, before)
        wrong += [f"call {place}: {one}" for one in found]

    print(f"\nkilled at {len(chosen)} of {places} calls that change files: {len(wrong)} faults")
    assert wrong == []


@pytest.mark.parametrize("what", ["ENOSPC", "EIO"])
def test_a_failing_disk_leaves_the_last_run(home: Path, shim: Path, places: int, tmp_path: Path, what: str) -> None:
    """A disk full from some call on, or one failing call: a message, a code above 0, and the last run as it was."""
    wrong, codes = list[str](), Counter[int]()
    chosen = some(places, 5)

    for place in chosen:
        recipe, out = copy_of(home, tmp_path / "place")
        latest = (out / "latest").resolve().name
        done = ground.run(recipe, out, LD_PRELOAD=str(shim), FAULT_UNDER=str(out), FAULT_AT=str(place), FAULT_DO=what)
        codes[done.returncode] += 1
        found = list(ground.faults(out))
        if "Traceback" in done.stderr:
            found.append(f"a traceback: {done.stderr[-300:]}")
        if done.returncode == 0 and not harmless(out, latest):
            found.append("left with 0 although something is missing")
        if done.returncode != 0 and (out / "latest").resolve().name != latest:
            found.append("latest moved although the run failed")
        wrong += [f"call {place}: {one}" for one in found]

    print(f"\n{what} at {len(chosen)} of {places} calls: exit codes {dict(codes)}, {len(wrong)} faults")
    assert wrong == []


def harmless(out: Path, latest: str) -> bool:
    """Whether a call that failed was one whose failing takes nothing away: the new run is whole, and the latest."""
    now = (out / "latest").resolve().name
    return now != latest and not list(ground.faults(out))


OVERLAPPING = """
import sys
import ambassadors.job, ambassadors.cli
print("ready", flush=True)
sys.stdin.read()
ambassadors.cli.main(sys.argv[1:])
"""


def test_of_overlapping_starts_one_runs(home: Path, tmp_path: Path) -> None:
    """Twenty start at the same moment: one runs, the others leave with 75 and say who holds the lock."""
    rounds, codes, said = (8, [], []) if ground.FULL else (1, [], [])
    starts = 20 if ground.FULL else 8

    for _ in range(rounds):
        recipe, out = copy_of(home, tmp_path / "place")
        call = [sys.executable, "-P", "-c", OVERLAPPING, *ground.command(recipe, out)[4:]]
        pipes = {"stdin": subprocess.PIPE, "stdout": subprocess.PIPE, "stderr": subprocess.PIPE}
        started = [subprocess.Popen(call, env=ground.environment(), text=True, **pipes) for _ in range(starts)]
        for process in started:
            assert process.stdout is not None
            process.stdout.readline()
        for process in started:  # a run takes longer than to let all of them begin
            assert process.stdin is not None
            process.stdin.close()
            process.stdin = None
        told = [(process.communicate()[1], process.returncode) for process in started]
        codes.append(Counter(code for _, code in told))
        said += [text for text, code in told if code == 75]
        assert list(ground.faults(out)) == []
        assert len(ground.runs(out)) == 2

    print(f"\n{rounds} rounds of {starts} starts: exit codes {[dict(count) for count in codes]}")
    assert codes == [Counter({75: starts - 1, 0: 1})] * rounds
    assert all("another run is on: process" in text for text in said)


def test_a_killed_run_lets_the_lock_go_at_once(home: Path, tmp_path: Path) -> None:
    """Within a second of the kill of its holder another process takes the lock."""
    _, out = copy_of(home, tmp_path / "place")
    hold = "import sys, time, pathlib; from ambassadors.locking import locked\n"
    hold += "with locked(pathlib.Path(sys.argv[1])): print('held', flush=True); time.sleep(60)"
    take = "import sys, time, pathlib; from ambassadors.locking import locked; from ambassadors.errors import Busy\n"
    take += "print('ready', flush=True); sys.stdin.read(); begin = time.monotonic()\n"
    take += "while True:\n    try:\n        with locked(pathlib.Path(sys.argv[1])): break\n"
    take += "    except Busy: time.sleep(.01)\n"
    take += "print(time.monotonic() - begin)"
    pipes = {"stdin": subprocess.PIPE, "stdout": subprocess.PIPE}
    holder = subprocess.Popen([sys.executable, "-P", "-c", hold, str(out)], text=True, **pipes)
    taker = subprocess.Popen([sys.executable, "-P", "-c", take, str(out)], text=True, **pipes)
    assert holder.stdout is not None
    assert taker.stdout is not None
    assert (holder.stdout.readline(), taker.stdout.readline()) == ("held\n", "ready\n")

    holder.kill()
    holder.communicate()
    waited = float(taker.communicate()[0])

    print(f"\nthe lock was free {waited:.3f} s after the kill")
    assert waited < 1


def test_the_same_inputs_are_the_same_bytes(home: Path, tmp_path: Path) -> None:
    """At 1, 2, 4 and 8 threads and three hash seeds every file is the same, the manifest's run_id apart."""
    grid = [(threads, seed) for threads in (1, 2, 4, 8) for seed in (0, 1, 2)]
    made = []

    for threads, seed in grid if ground.FULL else [grid[0], grid[-1]]:
        recipe, out = copy_of(home, tmp_path / "place")
        names = ("POLARS_MAX_THREADS", "NUMBA_NUM_THREADS", "OMP_NUM_THREADS")
        many = dict.fromkeys(names, str(threads))
        done = ground.run(recipe, out, PYTHONHASHSEED=str(seed), **many)
        assert done.returncode == 0, done.stderr
        made.append(bytes_of(out / "latest"))

    print(f"\n{sum(one == made[0] for one in made)} of {len(made)} runs are the same bytes")
    assert all(one == made[0] for one in made)


def bytes_of(folder: Path) -> dict[str, str]:
    """What each file of a run holds; of the manifest all but the run's own id."""
    held = {path.name: path.read_bytes() for path in sorted(folder.iterdir())}
    manifest = json.loads(held["manifest.json"])
    held["manifest.json"] = json.dumps({**manifest, "run_id": None}, sort_keys=True).encode()
    return {name: hashlib.sha256(content).hexdigest() for name, content in held.items()}
