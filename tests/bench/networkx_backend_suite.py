"""The tests of networkx, with every call that the backend serves answered by the backend.

    python tests/bench/networkx_backend_suite.py [--only algorithms/link_analysis] [pytest arguments, such as -k rank]

The suite runs without the backend (plain) and with it (dispatched; what it does not serve falls back to networkx). A
test that fails only dispatched is the backend's fault, and the exit code. Then each function that was served is broken
on purpose, one after the other, and the test files that call it run again: if nothing fails, they prove nothing about
it. At least one must fail, or the exit code is 1, too.
"""

from __future__ import annotations

import argparse
import functools
import importlib.metadata
import os
import subprocess
import sys
import tempfile
from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

BACKEND = "ambassadors"
DISPATCHED = {"NETWORKX_TEST_BACKEND": BACKEND, "NETWORKX_FALLBACK_TO_NX": "True"}

calls: Counter[tuple[str, str, str]] = Counter()


@dataclass(frozen=True)
class Run:
    """The tests of a run by outcome, and the calls by what became of them, function and test file."""

    outcomes: dict[str, set[str]]
    calls: Counter[tuple[str, str, str]]

    def failed(self) -> set[str]:
        """The tests that failed."""
        return self.outcomes.get("failed", set())

    def count(self, fate: str, function: str) -> int:
        """Calls of a function that were served, or refused."""
        return sum(number for (found, name, _), number in self.calls.items() if (found, name) == (fate, function))

    def files(self, function: str) -> list[str]:
        """The test files in which a function was served."""
        return sorted({file for fate, name, file in self.calls if (fate, name) == ("served", function)})

    def __str__(self) -> str:
        return ", ".join(f"{len(self.outcomes.get(each, ()))} {each}" for each in ("passed", "failed", "skipped"))


def main() -> int:
    """Run the suite plain, dispatched and broken; print what differs."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--only", default="", help="a folder of networkx, such as algorithms/link_analysis")
    options, arguments = parser.parse_known_args()
    package = f"networkx.{options.only.strip('/').replace('/', '.')}".rstrip(".")
    tests = ["--pyargs", package, *arguments]
    with ThreadPoolExecutor(2) as pool:
        plain, dispatched = pool.map(lambda settings: run(tests, settings), [{}, DISPATCHED])
    print(f"plain:      {plain}\ndispatched: {dispatched}")
    new = dispatched.failed() - plain.failed()
    for test in sorted(dispatched.failed()):
        print(f"  {test}" + " (only dispatched)" * (test in new))
    return int(bool(new) | unproven(dispatched))


def unproven(dispatched: Run) -> bool:
    """Break each function that was served; whether none was, or no test minded."""
    from ambassadors.networkx_backend.info import FUNCTIONS

    caught = 0
    for function in FUNCTIONS:
        served, refused = dispatched.count("served", function), dispatched.count("refused", function)
        print(f"{function}: {served} calls served, {refused} refused", end="", flush=True)
        if served:
            broken = run(dispatched.files(function), DISPATCHED | {"BREAK_SERVED": function})
            failures = len(broken.failed() - dispatched.failed())
            caught += failures
            print(f"; {failures} tests fail when it is broken", end="")
        print()
    return not caught


def run(tests: Iterable[str], settings: dict[str, str]) -> Run:
    """One run of networkx's tests in a process of its own."""
    here = Path(__file__).resolve()
    with tempfile.TemporaryDirectory() as folder:
        report = Path(folder, "report.txt")
        paths = os.pathsep.join([str(here.parent), str(here.parents[2])])
        ours = {"BACKEND_SUITE_REPORT": str(report), "PYTHONPATH": paths, **settings}
        command = [sys.executable, "-m", "pytest", "-p", here.stem, "--rootdir", folder, *tests]
        options = ["-c", os.devnull, "-p", "no:cacheprovider", "-q", "--tb=no", "-W", "ignore"]
        kept = {name: value for name, value in os.environ.items() if not name.startswith("NETWORKX_")}
        subprocess.run([*command, *options], env=kept | ours, cwd=folder, stdout=subprocess.DEVNULL)
        return read(report.read_text().splitlines())


def read(lines: Iterable[str]) -> Run:
    """What a run wrote down."""
    outcomes: dict[str, set[str]] = {}
    found: Counter[tuple[str, str, str]] = Counter()
    for line in lines:
        word, _, rest = line.partition(" ")
        if word == "call":
            number, fate, function, file = rest.split(" ", 3)
            found[fate, function, file] += int(number)
        else:
            outcomes.setdefault(word, set()).add(rest)
    return Run(outcomes, found)


# What follows runs inside pytest.


def pytest_configure() -> None:
    """Hide the backend from a plain run, before networkx is imported; else listen to it, and break what is to break."""
    if "NETWORKX_TEST_BACKEND" not in os.environ:
        importlib.metadata.entry_points = without_us(importlib.metadata.entry_points)
        return
    from ambassadors.networkx_backend.dispatch import backend
    from ambassadors.networkx_backend.served import SERVED

    backend.can_run = listening(backend.can_run)
    for name, function in SERVED.items():
        setattr(backend, name, counted(function.answer))
    if broken := os.environ.get("BREAK_SERVED"):
        setattr(backend, broken, wrong(SERVED[broken].answer))


def without_us(entry_points: Callable[..., Any]) -> Callable[..., Any]:
    """Entry points other than ours."""

    def found(**wanted: Any) -> Any:
        points = entry_points(**wanted)
        return importlib.metadata.EntryPoints(point for point in points if not point.value.startswith(f"{BACKEND}."))

    return found


def listening(can_run: Callable[..., Any]) -> Callable[..., Any]:
    """Count the calls that are refused by their arguments."""

    def answer(name: str, args: Any, kwargs: Any) -> Any:
        reason = can_run(name, args, kwargs)
        if reason is not True:
            calls["refused", name, current_file()] += 1
        return reason

    return answer


def counted(function: Callable[..., Any]) -> Callable[..., Any]:
    """Count the calls that are answered, and those refused on a second look."""

    @functools.wraps(function)
    def answer(*args: Any, **kwargs: Any) -> Any:
        try:
            result = function(*args, **kwargs)
        except NotImplementedError:
            calls["refused", function.__name__, current_file()] += 1
            raise
        calls["served", function.__name__, current_file()] += 1
        return result

    return answer


def wrong(function: Callable[..., Any]) -> Callable[..., Any]:
    """The function with a wrong answer."""

    @functools.wraps(function)
    def answer(*args: Any, **kwargs: Any) -> Any:
        return spoilt(function(*args, **kwargs))

    return answer


def spoilt(result: Any) -> Any:
    """Something like a result, and not equal to it unless that is empty."""
    if isinstance(result, dict):
        return {key: value + 1 for key, value in result.items()}
    if isinstance(result, tuple):
        return tuple(spoilt(part) for part in result)
    if isinstance(result, list):
        return result[1:]
    if isinstance(result, Iterator):
        return iter(list(result)[1:])
    return result + 1


def pytest_runtest_protocol(item: pytest.Item) -> None:
    """Know which file's test is running."""
    os.environ["BACKEND_SUITE_FILE"] = str(item.path)


def current_file() -> str:
    """The file of the test that is running."""
    return os.environ.get("BACKEND_SUITE_FILE", "")


def pytest_runtest_logreport(report: pytest.TestReport) -> None:
    """Write every outcome down; an error in a fixture counts as a failure."""
    if report.when == "call" or report.outcome != "passed":
        note(f"{report.outcome} {current_file()}::{report.nodeid.partition('::')[2]}")


def pytest_collectreport(report: pytest.CollectReport) -> None:
    """A file that cannot be collected is a failure, or skipped."""
    if report.outcome != "passed":
        note(f"{report.outcome} {report.nodeid}")


def pytest_sessionfinish() -> None:
    """Write down how many calls were served and refused, by function and test file."""
    for (fate, function, file), number in calls.items():
        note(f"call {number} {fate} {function} {file}")


def note(line: str) -> None:
    """Add a line to the report that the process which started this one reads."""
    with open(os.environ["BACKEND_SUITE_REPORT"], "a") as file:
        file.write(f"{line}\n")


if __name__ == "__main__":
    sys.exit(main())
