"""The benchmark's work by ambassadors: ours.py EDGES INTERACTIONS BRAND OUT.csv (.parquet, or .csv read strictly)."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from datetime import timedelta

import polars as pl
from stages import done, mark

from ambassadors.graph import Graph, activity, core_number, in_degree, out_degree, pagerank
from ambassadors.graph.threads import ahead
from ambassadors.sources.layout import Layout
from ambassadors.sources.reader import blocks

ROWS = 1 << 20  # a row group of the Parquet files
ISO = "%Y-%m-%dT%H:%M:%S"


def parquet(path: str, columns: dict[str, str]) -> Iterator[pl.DataFrame]:
    """A Parquet file block by block, its columns renamed."""
    frame = pl.scan_parquet(path)
    for begin in range(0, frame.select(pl.len()).collect().item(), ROWS):
        yield frame.slice(begin, ROWS).select(**columns).collect()


def csv(path: str, columns: dict[str, str]) -> Iterator[pl.DataFrame]:
    """A CSV file block by block by the strict reader; a cell that is not what it should be stops the run."""
    typed = {"at": pl.col("timestamp").str.to_datetime(ISO), "weight": pl.col("weight").cast(pl.Float64)}
    for block in ahead(blocks(path, Layout(), list(columns.values()))):
        assert not block.rejects.height
        yield block.rows.select(**{name: typed.get(name, pl.col(column)) for name, column in columns.items()})


def main(edges: str, interactions: str, brand: str, out: str) -> None:
    """Read, encode, measure, rank, write."""
    read = parquet if edges.endswith(".parquet") else csv
    mark("import")
    graph = Graph.from_edges(read(edges, {"source": "src", "target": "dst", "weight": "weight"}))
    mark("read, encode, build")
    measures = {"pagerank": pagerank(graph, weighted=False, tol=1e-6)}
    mark("pagerank")
    measures["ppr"] = pagerank(graph, weighted=False, personalization=[brand], tol=1e-6)
    mark("ppr")
    measures["core"] = core_number(graph)
    mark("kcore")
    measures |= {"in_degree": in_degree(graph), "out_degree": out_degree(graph)}
    measures["w_in"] = in_degree(graph, weighted=True)
    ids, people = graph.ids, graph.number_of_nodes()
    del graph
    mark("degrees")
    acts = activity(read(interactions, {"target": "target_id", "kind": "kind", "at": "timestamp"}), ids, days=190)
    mark("read+features")
    rank(acts.head(people).with_columns(**{name: pl.Series(values) for name, values in measures.items()}), brand, out)
    mark("rank_write")
    done()


def rank(people: pl.DataFrame, brand: str, out: str) -> None:
    """The top 1,000 by a weighted sum of percentiles."""
    last, day = pl.col("last"), timedelta(days=1)
    lived = (last - pl.col("first")) / day + 1
    measured = people.with_columns(
        recency_days=(last.max() - last) / day,
        frequency=(pl.col("acts") / lived).fill_null(0),
        rate=pl.col("acts") / (pl.col("in_degree") + 1),
    )
    weights = {"pagerank": 0.35, "ppr": 0.25, "core": 0.10, "acts": 0.15, "rate": 0.15}
    score = sum((weight * pl.col(name).rank() / pl.len() for name, weight in weights.items()), pl.lit(0.0))
    scored = measured.with_columns(score=score).filter(pl.col("account") != brand)
    top = scored.top_k(1000, by="score").sort("score", "account", descending=[True, False])
    top.with_row_index("rank", offset=1).write_csv(out)


if __name__ == "__main__":
    main(*sys.argv[1:])
