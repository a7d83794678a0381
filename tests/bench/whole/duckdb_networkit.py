"""The benchmark's work by DuckDB and networkit: duckdb_networkit.py EDGES INTERACTIONS BRAND OUT.csv.

EDGES and INTERACTIONS are .parquet or .csv. networkit has no personalised PageRank, so that is ten lines of scipy. Two
answers are its own: networkit's core counts a mutual follow once (the others count it twice), and DuckDB's percent_rank
is (least rank - 1) / (n - 1), where the others take the average rank / n.
"""

from __future__ import annotations

import sys

import duckdb
import networkit as nk
import numpy as np
from scipy import sparse
from stages import done, mark

ENCODED = "SELECT a.i AS s, b.i AS d, weight AS w FROM edges JOIN nodes a ON src = a.id JOIN nodes b ON dst = b.id"
NODES = """
    CREATE TABLE nodes AS
    SELECT id, row_number() OVER () - 1 AS i FROM (SELECT src AS id FROM edges UNION SELECT dst FROM edges)
"""
FEATURES = """
    CREATE TABLE f AS
    SELECT target_id, count(*) total, max(timestamp) last, min(timestamp) first,
        count(DISTINCT timestamp::DATE) active_days, {kinds}
    FROM {table} GROUP BY target_id
"""
RANK = """
    COPY (
        WITH t AS (
            SELECT id AS account_id, cent.* EXCLUDE i, f.* EXCLUDE (target_id, total, active_days),
                coalesce(total,0) total, coalesce(active_days,0) active_days,
                date_diff('second', last, (SELECT max(last) FROM f))/86400.0 recency_days,
                coalesce(total/(date_diff('second', first, last)/86400.0+1),0) frequency,
                coalesce(total,0)/(in_degree+1) rate
            FROM nodes JOIN cent USING (i) LEFT JOIN f ON id = target_id
        ), s AS (
            SELECT *, .35*percent_rank() OVER (ORDER BY pagerank)+.25*percent_rank() OVER (ORDER BY ppr)
                +.10*percent_rank() OVER (ORDER BY core)+.15*percent_rank() OVER (ORDER BY total)
                +.15*percent_rank() OVER (ORDER BY rate) AS score
            FROM t
        )
        SELECT row_number() OVER (ORDER BY score DESC) AS rank, * FROM s
        WHERE account_id <> '{brand}' ORDER BY score DESC LIMIT 1000
    ) TO '{out}' (HEADER)
"""


def main(edges: str, interactions: str, brand: str, out: str) -> None:
    """Read, encode, measure, rank, write.

    Flat, like the notebook that it stands for: a graph lives as long as the algorithm that was run on it.
    """
    mark("import")
    database = duckdb.connect()
    database.execute("SET threads=2")
    database.execute("SET preserve_insertion_order=false")
    database.execute(f"CREATE TABLE edges AS SELECT * FROM {table(edges, 'src', 'dst')}")
    mark("read_edges")
    database.execute(NODES)
    encoded = database.execute(ENCODED).fetchnumpy()
    database.execute("DROP TABLE edges")
    people = database.execute("SELECT count(*) FROM nodes").fetchall()[0][0]
    mark("encode_ids")
    pairs = encoded["s"].astype(np.uint64), encoded["d"].astype(np.uint64)
    graph = nk.GraphFromCoo(pairs, n=people, directed=True)
    del pairs
    mark("build_graph")
    sinks = nk.centrality.SinkHandling.DistributeSinks
    walk = nk.centrality.PageRank(graph, damp=0.85, tol=1e-6, distributeSinks=sinks)
    walk.norm = nk.centrality.Norm.L1_NORM
    walk.run()
    pagerank = np.array(walk.scores())
    pagerank /= pagerank.sum()
    mark("pagerank")
    seed = database.execute("SELECT i FROM nodes WHERE id = ?", [brand]).fetchall()[0][0]
    out_degree = np.bincount(encoded["s"], minlength=people)
    ppr = personalised(encoded, out_degree, seed)
    mark("ppr")
    undirected = nk.graphtools.toUndirected(graph)
    decomposition = nk.centrality.CoreDecomposition(undirected)
    decomposition.run()
    core = np.array(decomposition.scores())
    del undirected
    mark("kcore")
    in_degree = np.bincount(encoded["d"], minlength=people)
    w_in = np.bincount(encoded["d"], weights=encoded["w"], minlength=people)
    del encoded, graph
    import pandas as pd  # DuckDB takes columns as a frame

    measures = {"pagerank": pagerank, "ppr": ppr, "core": core}
    degrees = {"in_degree": in_degree, "out_degree": out_degree, "w_in": w_in}
    database.register("cent", pd.DataFrame({"i": np.arange(people), **measures, **degrees}))
    mark("degrees_frame")
    kinds = ", ".join(f"count(*) FILTER (kind='{kind}') AS {kind}s" for kind in ("comment", "like", "mention", "share"))
    database.execute(FEATURES.format(kinds=kinds, table=table(interactions, "account_id", "target_id")))
    mark("read+features")
    database.execute(RANK.format(brand=brand, out=out))
    mark("rank_write")
    done()


def table(path: str, *text: str) -> str:
    """The SQL that reads a file; in CSV these columns must be told to be text."""
    if path.endswith(".parquet"):
        return f"read_parquet('{path}')"
    return f"read_csv('{path}', types={dict.fromkeys(text, 'VARCHAR')})"


def personalised(encoded: dict[str, np.ndarray], out_degree: np.ndarray, seed: int) -> np.ndarray:
    """PageRank of a walk that starts again at one account."""
    source, people = encoded["s"], len(out_degree)
    follows = sparse.csr_matrix((np.ones(len(source), np.float64), (encoded["d"], source)), shape=(people, people))
    inverse = np.where(out_degree > 0, 1 / np.maximum(out_degree, 1), 0)
    dangling = out_degree == 0
    score = np.zeros(people)
    score[seed] = 1
    for _ in range(300):
        after = 0.85 * (follows @ (score * inverse))
        after[seed] += 0.15 + 0.85 * score[dangling].sum()
        error = np.abs(after - score).sum()
        score = after
        if error < 1e-6:
            break
    return score


if __name__ == "__main__":
    main(*sys.argv[1:])
