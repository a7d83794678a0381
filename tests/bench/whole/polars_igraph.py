"""The benchmark's work by polars and igraph: polars_igraph.py EDGES INTERACTIONS BRAND OUT.csv."""

from __future__ import annotations

import sys

import igraph as ig
import polars as pl
from stages import done, mark

DAY = 86_400_000_000  # microseconds


def main(edges: str, interactions: str, brand: str, out: str) -> None:
    """Read, encode, measure, rank, write.

    Flat, like the notebook that it stands for: what is not deleted stays.
    """
    mark("import")
    follows = scan(edges, "src", "dst").collect()
    mark("read_edges")
    nodes = pl.concat([follows["src"], follows["dst"].alias("src")]).unique().to_frame("id").with_row_index("i")
    sources = follows.lazy().join(nodes.lazy(), left_on="src", right_on="id")
    both = sources.join(nodes.lazy(), left_on="dst", right_on="id", suffix="_d")
    encoded = both.select("i", "i_d", "weight").collect()
    del follows, sources, both
    mark("encode_ids")
    graph = ig.Graph(n=nodes.height, edges=encoded.select("i", "i_d").to_numpy(), directed=True)
    weights = encoded["weight"].to_list()
    del encoded
    mark("build_graph")
    seed = nodes.filter(pl.col("id") == brand)["i"][0]
    pagerank = graph.pagerank(damping=0.85)
    mark("pagerank")
    ppr = graph.personalized_pagerank(damping=0.85, reset_vertices=[seed])
    mark("ppr")
    core = graph.coreness(mode="all")
    mark("kcore")
    frame = nodes.with_columns(
        pagerank=pl.Series(pagerank),
        ppr=pl.Series(ppr),
        core=pl.Series(core),
        in_degree=pl.Series(graph.indegree()),
        out_degree=pl.Series(graph.outdegree()),
        w_in=pl.Series(graph.strength(mode="in", weights=weights)),
    )
    del graph, weights
    mark("degrees_frame")
    acts = features(scan(interactions, "account_id", "target_id", dates=True))
    mark("read+features")
    frame = with_rates(frame, acts)
    frame = frame.with_columns(
        score=0.35 * percentile("pagerank")
        + 0.25 * percentile("ppr")
        + 0.10 * percentile("core")
        + 0.15 * percentile("total")
        + 0.15 * percentile("rate")
    )
    top = frame.filter(pl.col("id") != brand).top_k(1000, by="score").sort("score", descending=True)
    top.rename({"id": "account_id"}).drop("i").with_row_index("rank", offset=1).write_csv(out)
    mark("rank_write")
    done()


def scan(path: str, *text: str, dates: bool = False) -> pl.LazyFrame:
    """A file; in CSV these columns must be told to be text, and dates to be looked for."""
    if path.endswith(".parquet"):
        return pl.scan_parquet(path)
    return pl.scan_csv(path, schema_overrides=dict.fromkeys(text, pl.String), try_parse_dates=dates)


def features(acts: pl.LazyFrame) -> pl.DataFrame:
    """What each account received."""
    at = pl.col("timestamp")
    kinds = {kind: (pl.col("kind") == kind).sum() for kind in ("comment", "like", "mention", "share")}
    grouped = acts.group_by("target_id")
    counts = grouped.agg(total=pl.len(), last=at.max(), first=at.min(), active_days=at.dt.date().n_unique(), **kinds)
    return counts.collect()


def with_rates(frame: pl.DataFrame, acts: pl.DataFrame) -> pl.DataFrame:
    """The measures and the features side by side, with recency, frequency and acts a follower."""
    now, first, last = acts["last"].max(), pl.col("first"), pl.col("last")
    return (
        frame.join(acts, left_on="id", right_on="target_id", how="left")
        .with_columns(
            recency_days=(now - last).dt.total_microseconds() / DAY,
            frequency=pl.col("total") / ((last - first).dt.total_microseconds() / DAY + 1),
            rate=pl.col("total") / (pl.col("in_degree") + 1),
        )
        .with_columns(pl.col("total", "rate", "frequency", "active_days").fill_null(0))
    )


def percentile(column: str) -> pl.Expr:
    """By the average rank."""
    return pl.col(column).rank() / pl.len()


if __name__ == "__main__":
    main(*sys.argv[1:])
