"""Tables of a bench's runs, and its goals beside them: report.py RUNS.jsonl [--markdown]."""

from __future__ import annotations

import json
import sys
from collections.abc import Callable, Iterable
from math import floor
from pathlib import Path
from statistics import median

from cases import ALL_DATA, BEST, CPU, GOALS, OURS, PEAK, PEAK_AT_L, ROW_AT_L, WALL, Data, Goal, L, M
from process import Run

STAGES = {
    "read_edges": "read, encode, build",
    "encode_ids": "read, encode, build",
    "build_graph": "read, encode, build",
    "degrees_frame": "degrees",
    "read_interactions": "read, features",
    "features": "read, features",
    "read+features": "read, features",
    "rank_write": "rank, write",
}
REST = "start, import, exit"  # what the clock saw and no stage told
ROWS = ["read, encode, build", "pagerank", "ppr", "kcore", "degrees", "read, features", "rank, write", REST]

Table = list[list[str]]


def printed(table: Table, markdown: bool) -> str:
    """In columns, with a line under the head."""
    widths = [max(map(len, column)) for column in zip(*table, strict=True)]
    padded = [[cell.ljust(width) for cell, width in zip(row, widths, strict=True)] for row in table]
    padded.insert(1, ["-" * width for width in widths])
    if markdown:
        return "\n".join(f"| {' | '.join(row)} |" for row in padded)
    return "\n".join("  ".join(row).rstrip() for row in padded)


def spread(values: Iterable[float], show: Callable[[float], str]) -> list[str]:
    """The median, and from the least to the most."""
    values = sorted(values)
    return [show(median(values)), f"{show(values[0])} - {show(values[-1])}" if len(values) > 1 else "once"]


def seconds(value: float) -> str:
    """With as many digits as mean something."""
    return f"{value:,.2f}" if value < 100 else f"{value:,.0f}"


def megabytes(value: float) -> str:
    """Whole."""
    return f"{value:,.0f}"


def part(times: float) -> str:
    """1/2.00 where ours takes half; rounded down, so that a missed goal does not look met."""
    return f"1/{floor(times * 100) / 100:.2f}"


def of(runs: list[Run], data: Data, contestant: str) -> list[Run]:
    """A contestant's runs on these data, by round."""
    return [run for run in runs if (run["data"], run["contestant"]) == (data.name, contestant)]


def on(runs: list[Run], data: Data) -> list[str]:
    """The contestants on these data, ours first."""
    names = dict.fromkeys(run["contestant"] for run in runs if run["data"] == data.name)
    return sorted(names, key=lambda name: name != OURS)


def times(runs: list[Run], data: Data, than: str, quantity: str) -> list[float]:
    """How many times as much as ours the other takes, round by round."""
    ours = {run["round"]: run[quantity] for run in of(runs, data, OURS)}
    return [run[quantity] / ours[run["round"]] for run in of(runs, data, than) if run["round"] in ours]


def contestants(runs: list[Run], data: Data) -> Table:
    """A line for each: what it takes, and ours beside it."""
    table = [["", "wall s", "from - to", "CPU s", "peak MB", "from - to", "ours: wall", "from - to", "CPU", "memory"]]
    for name in on(runs, data):
        wall, cpu, peak = ([run[quantity] for run in of(runs, data, name)] for quantity in (WALL, CPU, PEAK))
        row = [name, *spread(wall, seconds), seconds(median(cpu)), *spread(peak, megabytes)]
        beside = [spread(times(runs, data, name, quantity), part) for quantity in (WALL, CPU, PEAK)]
        table.append([*row, *([""] * 4 if name == OURS else [*beside[0], beside[1][0], beside[2][0]])])
    return table


def stages(runs: list[Run], data: Data) -> Table:
    """A line for each stage: the median of its wall seconds, contestants side by side."""
    names = on(runs, data)
    told = {name: [by_stage(run) for run in of(runs, data, name)] for name in names}
    body = [[row, *(seconds(median(run[row] for run in told[name])) for name in names)] for row in ROWS]
    return [["median wall s", *names], *body]


def by_stage(run: Run) -> dict[str, float]:
    """Wall seconds of the stages that all contestants have in common."""
    found = dict.fromkeys(ROWS, 0.0)
    for name, wall, *_ in run["stages"]:
        if name != "import":
            found[STAGES.get(name, name)] += wall
    return {**found, REST: run[WALL] - sum(found.values())}


def goals(runs: list[Run]) -> Table:
    """A line for each goal that the runs can tell of."""
    told = [verdict(runs, goal) for goal in GOALS if len(on(runs, goal.data)) > 1 and goal_can_be_told(runs, goal)]
    return [["goal", "at most", "measured", "from - to", ""], *told, *(at_l(runs) if of(runs, L, OURS) else [])]


def goal_can_be_told(runs: list[Run], goal: Goal) -> bool:
    """Whether the other one ran."""
    return goal.than == BEST or bool(of(runs, goal.data, goal.than))


def verdict(runs: list[Run], goal: Goal) -> list[str]:
    """Met when the median of the rounds' ratios is."""
    than = best(runs, goal) if goal.than == BEST else goal.than
    found = times(runs, goal.data, than, goal.quantity)
    what = "wall" if goal.quantity == WALL else "memory"
    title = f"{goal.data.name}: {what} of {goal.than}{f' ({than})' if goal.than == BEST else ''}"
    return [title, f"1/{goal.times:g}", *spread(found, part), "met" if median(found) >= goal.times else "missed"]


def best(runs: list[Run], goal: Goal) -> str:
    """The baseline that takes the least of this quantity."""
    others = [name for name in on(runs, goal.data) if name != OURS]
    return min(others, key=lambda name: median(run[goal.quantity] for run in of(runs, goal.data, name)))


def at_l(runs: list[Run]) -> Table:
    """Whether a row at L costs what a row at M costs, and whether all fits into memory."""
    at_m = {run["round"]: run[WALL] / M.rows for run in of(runs, M, OURS)}
    found = [run[WALL] / L.rows / at_m[run["round"]] for run in of(runs, L, OURS)]
    peaks = [run[PEAK] for run in of(runs, L, OURS)]
    row = [f"{L.name}: wall a row, beside {M.name}", f"{ROW_AT_L:g}", *spread(found, seconds)]
    memory = [f"{L.name}: peak MB", megabytes(PEAK_AT_L), *spread(peaks, megabytes)]
    return [
        [*row, "met" if median(found) <= ROW_AT_L else "missed"],
        [*memory, "met" if max(peaks) <= PEAK_AT_L else "missed"],
    ]


def report(file: Path, markdown: bool) -> None:
    """All tables of a bench."""
    head, *runs = map(json.loads, file.read_text().splitlines())
    load = spread([run["load"] for run in runs], seconds)
    print(f"{head['machine']}\n\n{head['versions']}\n\nLoad average after the runs: {load[0]} ({load[1]}).")
    for data in [ALL_DATA[name] for name in dict.fromkeys(run["data"] for run in runs)]:
        print(f"\n{'### ' if markdown else ''}{data.name}\n")
        print(printed(contestants(runs, data), markdown), end="\n\n")
        print(printed(stages(runs, data), markdown))
    print(f"\n{'### ' if markdown else ''}Goals\n\n{printed(goals(runs), markdown)}")


if __name__ == "__main__":
    report(Path(sys.argv[1]), "--markdown" in sys.argv[2:])
