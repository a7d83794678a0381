"""The tests of networkx, with every ``DiGraph`` that a networkx function is given replaced by a view of its content.

    python tests/bench/networkx_view_suite.py [pytest arguments, such as -k pagerank]

A view's rows are sorted, an ordinary graph's stand as its edges came, and some of networkx's tests depend on that. So
the suite runs twice: with ordinary graphs whose rows are sorted the same way (the control), and with views. What fails
with views and not in the control is the view's fault, and the exit code. With ``BREAK_VIEW=1`` every row of a view
loses its first neighbour: the suite must then fail, or it proves nothing.
"""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import Any

import networkx as nx
import numpy as np
import polars as pl
import pytest
from networkx.utils.backends import _dispatchable

from ambassadors.graph import Graph
from ambassadors.graph.csr import Csr
from ambassadors.graph.view import GraphView, Row, Shared

converted: dict[str, int] = {}


def main(arguments: list[str]) -> int:
    """Run the control and the views, and print what only the views fail."""
    control, views = (run(kind, arguments) for kind in ("control", "view"))
    only_views = views["failed"] - control["failed"]
    print(f"control: {len(control['passed'])} passed, {len(control['failed'])} failed")
    print(f"views:   {len(views['passed'])} passed, {len(views['failed'])} failed, {len(only_views)} only with views")
    print("\n".join(f"  {test}" + " (only with views)" * (test in only_views) for test in sorted(views["failed"])))
    return bool(only_views)


def run(kind: str, arguments: list[str]) -> dict[str, set[str]]:
    """One run of networkx's tests in a process of its own; the names of the tests by outcome."""
    here = Path(__file__).resolve()
    with tempfile.TemporaryDirectory() as folder:
        report = Path(folder, "report.txt")
        settings = {
            "VIEW_SUITE": kind,
            "VIEW_SUITE_REPORT": str(report),
            "PYTHONPATH": os.pathsep.join([str(here.parent), str(here.parents[2])]),
        }
        command = [sys.executable, "-m", "pytest", "--pyargs", "networkx", "-p", here.stem, "--rootdir", folder]
        options = ["-c", os.devnull, "-p", "no:cacheprovider", "-q", "--tb=no", "-W", "ignore"]
        subprocess.run(
            [*command, *options, *arguments], env=os.environ | settings, cwd=folder, stdout=subprocess.DEVNULL
        )
        lines = [line.split(" ", 1) for line in report.read_text().splitlines()]
    print(f"{kind}: {next(text for outcome, text in lines if outcome == 'converted')}", flush=True)
    return {outcome: {test for found, test in lines if found == outcome} for outcome in ("passed", "failed")}


def pytest_configure(config: pytest.Config) -> None:
    """Put the conversion in front of every function that networkx dispatches."""
    convert = {"control": sorted_copy, "view": as_view}[os.environ["VIEW_SUITE"]]
    if os.environ.get("BREAK_VIEW"):
        Row.__init__ = _broken_init

    def call(self: Any, /, *args: Any, backend: str | None = None, **kwargs: Any) -> Any:
        if backend in (None, "networkx") and not self.mutates_input:
            places = {**self.graphs, **{place: name for name, place in self.graphs.items()}}
            args = tuple(convert(value, self.name) if at in places else value for at, value in enumerate(args))
            kwargs = {name: convert(value, self.name) if name in places else value for name, value in kwargs.items()}
        return self._call_if_no_backends_installed(*args, backend=backend, **kwargs)

    _dispatchable.__call__ = call


def pytest_runtest_logreport(report: pytest.TestReport) -> None:
    """Write every outcome down; an error in a fixture counts as a failure."""
    if report.when == "call" or report.failed:
        note(report.outcome, report.nodeid)


def pytest_sessionfinish() -> None:
    """Say how many graphs were converted, for how many functions."""
    note("converted", f"{sum(converted.values())} graphs converted for {len(converted)} functions")


def note(outcome: str, what: str) -> None:
    """Add a line to the report that the process which started this one reads."""
    with open(os.environ["VIEW_SUITE_REPORT"], "a") as file:
        file.write(f"{outcome} {what}\n")


def convertible(value: object) -> bool:
    """A directed graph with content of its own: no other class, no view of another graph, not frozen."""
    return type(value) is nx.DiGraph and "_graph" not in vars(value) and not nx.is_frozen(value)


def sorted_copy(value: Any, function: str) -> Any:
    """The same graph with each row in the order of the nodes, sharing all dictionaries of nodes and edges."""
    if not convertible(value):
        return value
    converted[function] = converted.get(function, 0) + 1
    number_of = {node: number for number, node in enumerate(value)}
    copy = nx.DiGraph()
    copy.graph, copy._node = value.graph, value._node
    copy._adj, copy._pred = (sorted_rows(rows, number_of) for rows in (value._adj, value._pred))
    return copy


def sorted_rows(rows: Any, number_of: dict[Any, int]) -> dict[Any, dict[Any, Any]]:
    """Each row in the order of the nodes."""
    return {node: dict(sorted(row.items(), key=lambda tie: number_of[tie[0]])) for node, row in rows.items()}


class AnyLabels(Shared):
    """Labels of any kind, where ours are always text and can be listed again from the accounts."""

    def __getstate__(self) -> dict[str, Any]:
        return super().__getstate__() | {"labels": self.labels, "number_of": self.number_of}


def as_view(value: Any, function: str) -> Any:
    """A view over arrays of the same content; edge data that is not one weight is handed out beforehand."""
    if not convertible(value):
        return value
    ordered = sorted_copy(value, function)
    number_of = {node: number for number, node in enumerate(ordered)}
    accounts = pl.Series([f"{number:09}" for number in range(len(ordered))], dtype=pl.String)
    shared = AnyLabels(Graph(accounts, csr(ordered._adj, number_of), csr(ordered._pred, number_of), 0, 0), None)
    shared.labels, shared.number_of = list(ordered), number_of
    shared.nodes = {number_of[node]: data for node, data in ordered._node.items()}
    edges = (data for row in ordered._adj.values() for data in row.values())
    shared.edges = {place: data for place, data in enumerate(edges) if not is_one_weight(data)}
    view = GraphView.over(shared.graph)
    for mapping in (view._node, view._adj, view._pred):
        mapping.shared = shared
    view.graph = ordered.graph
    return view


def csr(rows: Any, number_of: dict[Any, int]) -> Csr:
    """Rows of dictionaries as arrays."""
    offsets = np.cumsum([0, *(len(row) for row in rows.values())], dtype=np.uint64)
    indices = np.array([number_of[other] for row in rows.values() for other in row], np.uint32)
    weights = [data["weight"] if is_one_weight(data) else 1.0 for row in rows.values() for data in row.values()]
    return Csr(offsets, indices, np.array(weights, np.float32))


def is_one_weight(data: dict[str, Any]) -> bool:
    """Whether edge data is what a view makes of an array: one weight, exact in float32."""
    weight = data.get("weight")
    return len(data) == 1 and type(weight) is float and float(np.float32(weight)) == weight


def _broken_init(self: Row, side: Any, begin: int, end: int) -> None:
    self._side, self._begin, self._end = side, min(begin + 1, end), end


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
