"""Small random graphs for the tests of the graph room, and the same graphs as networkx builds them row by row."""

from __future__ import annotations

from dataclasses import dataclass

import networkx as nx
import polars as pl
from hypothesis import strategies as st

from ambassadors.graph import Graph

Rows = list[tuple[str, str, float]]

IDS = st.text("abzAZ09_é\U0001f600", min_size=1, max_size=3).map("x:{}".format)
WEIGHTS = st.integers(0, 8000).map(lambda eighths: eighths / 8)  # their sums are exact in float32


@dataclass(frozen=True)
class Case:
    """Rows of source, target and weight, and accounts beside them."""

    rows: Rows
    accounts: list[str]

    @property
    def frame(self) -> pl.DataFrame:
        """The rows as ``Graph.from_edges`` takes them."""
        return edge_frame(self.rows)

    @property
    def graph(self) -> Graph:
        """The graph under test."""
        return Graph.from_edges(self.frame, pl.Series(self.accounts, dtype=pl.String))

    @property
    def plain(self) -> nx.DiGraph:
        """What the graph must equal: self-loops left out, parallel rows summed, everything in bytewise order."""
        names = {name for source, target, _ in self.rows for name in (source, target)} | set(self.accounts)
        plain = nx.DiGraph()
        plain.add_nodes_from(sorted(names, key=str.encode))
        for source, target in sorted(
            {row[:2] for row in self.rows}, key=lambda tie: (tie[0].encode(), tie[1].encode())
        ):
            if source != target:
                weight = sum(row[2] for row in self.rows if row[:2] == (source, target))
                plain.add_edge(source, target, weight=weight)
        return plain


@st.composite
def cases(draw: st.DrawFn, *, most_accounts: int = 10, most_rows: int = 40, least_accounts: int = 0) -> Case:
    """Directed multigraph rows with self-loops, parallel rows, weights of 0, dangling and isolated accounts."""
    names = draw(st.lists(IDS, min_size=1, max_size=most_accounts, unique=True))
    ends = st.sampled_from(names)
    rows = draw(st.lists(st.tuples(ends, ends, WEIGHTS), max_size=most_rows))
    return Case(rows, draw(st.lists(ends, min_size=least_accounts, max_size=3)))


def edge_frame(rows: Rows) -> pl.DataFrame:
    """Rows as a frame, with its types even when there are none."""
    return pl.DataFrame(rows, schema={"source": pl.String, "target": pl.String, "weight": pl.Float64}, orient="row")


def graph_of(*ties: str) -> Graph:
    """A graph from ties such as ``"a>b"`` or ``"a>b:2.5"``."""
    split = [tie.partition(":")[::2] for tie in ties]
    return Graph.from_edges(edge_frame([(*ends.split(">"), float(weight or 1)) for ends, weight in split]))
