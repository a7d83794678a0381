"""The benchmark's work by pandas and networkx: pandas_networkx.py EDGES INTERACTIONS BRAND OUT.csv."""

from __future__ import annotations

import sys
from collections.abc import Callable
from functools import partial

import networkx as nx
import numpy as np
import pandas as pd
from stages import done, mark

DAY = 86_400  # seconds


def main(edges: str, interactions: str, brand: str, out: str) -> None:
    """Read, measure, rank, write.

    Flat, like the notebook that it stands for: what is not deleted stays.
    """
    mark("import")
    follows = reader(edges, dtype={"src": str, "dst": str})()
    mark("read_edges")
    graph = nx.from_pandas_edgelist(follows, "src", "dst", "weight", create_using=nx.DiGraph)
    del follows
    mark("build_graph")
    tol = 1e-6 / graph.number_of_nodes()  # networkx stops at n * tol: this asks for 1e-6
    pagerank = nx.pagerank(graph, alpha=0.85, tol=tol, max_iter=300, weight=None)
    mark("pagerank")
    ppr = nx.pagerank(graph, alpha=0.85, tol=tol, max_iter=300, weight=None, personalization={brand: 1.0})
    mark("ppr")
    core = nx.core_number(graph)
    mark("kcore")
    frame = pd.DataFrame(
        {
            "pagerank": pd.Series(pagerank),
            "ppr": pd.Series(ppr),
            "core": pd.Series(core),
            "in_degree": pd.Series(dict(graph.in_degree())),
            "out_degree": pd.Series(dict(graph.out_degree())),
            "w_in": pd.Series(dict(graph.in_degree(weight="weight"))),
        }
    )
    mark("degrees_frame")
    text = {"account_id": str, "target_id": str, "kind": str}
    acts = reader(interactions, dtype=text, parse_dates=["timestamp"])()
    mark("read_interactions")
    now, received = acts["timestamp"].max(), features(acts)
    mark("features")
    frame = frame.join(received)
    add_rates(frame, now)
    frame = frame.fillna({"total": 0, "rate": 0, "frequency": 0, "active_days": 0})
    weights = {"pagerank": 0.35, "ppr": 0.25, "core": 0.10, "total": 0.15, "rate": 0.15}
    frame["score"] = sum(weight * frame[column].rank(pct=True) for column, weight in weights.items())
    frame = frame.drop(index=brand).sort_values("score", ascending=False, kind="stable").head(1000)
    frame.index.name = "account_id"
    frame.insert(0, "rank", np.arange(1, len(frame) + 1))
    frame.to_csv(out)
    mark("rank_write")
    done()


def reader(path: str, **how: object) -> Callable[[], pd.DataFrame]:
    """Reads a file; only CSV must be told how."""
    return partial(pd.read_parquet, path) if path.endswith(".parquet") else partial(pd.read_csv, path, **how)


def features(acts: pd.DataFrame) -> pd.DataFrame:
    """What each account received."""
    acts["day"] = acts["timestamp"].dt.floor("D")
    grouped = acts.groupby("target_id")
    at = grouped["timestamp"]
    columns = {"total": grouped.size(), "last": at.max(), "first": at.min(), "active_days": grouped["day"].nunique()}
    kinds = acts.groupby(["target_id", "kind"]).size().unstack(fill_value=0)
    return pd.DataFrame(columns).join(kinds)


def add_rates(frame: pd.DataFrame, now: pd.Timestamp) -> None:
    """Recency, frequency and acts a follower."""
    frame["recency_days"] = (now - frame["last"]).dt.total_seconds() / DAY
    frame["frequency"] = frame["total"] / ((frame["last"] - frame["first"]).dt.total_seconds() / DAY + 1)
    frame["rate"] = frame["total"] / (frame["in_degree"] + 1)


if __name__ == "__main__":
    main(*sys.argv[1:])
