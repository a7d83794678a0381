"""Our kernels beside the quickest peers, on the benchmark's follows.

    python tests/bench/kernels_beside_peers.py FOLLOWS.parquet [INTERACTIONS.parquet] [--calls 3] [--only NAME]

Needs the extra `bench`. Ours on one thread, ours on two, and the peers take turns; of each the best wall clock and the
best CPU seconds count. Errors are L1 distances from our answer at a tolerance of 1e-13. Where a peer would take minutes
it is asked for fewer sources, and its time is multiplied; the table says so.
"""

from __future__ import annotations

import argparse
import os
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from functools import cached_property, partial

import numba
import numpy as np
import polars as pl
from scipy import sparse

from ambassadors import graph as ours
from ambassadors.errors import AmbassadorsError
from ambassadors.graph.threads import ahead

ROWS = 1 << 20
FEW = 8  # sources that slow peers are asked for
SOURCES = 256
TOL = 1e-6


@dataclass
class Race:
    """One kernel of ours and what others offer; a peer's time is multiplied by its number."""

    name: str
    ours: Callable[[], object]
    peers: dict[str, tuple[Callable[[], object], float]] = field(default_factory=dict)
    error: Callable[[object], float] | None = None


class Peers:
    """The same graph as each library wants it, made when it is first needed."""

    def __init__(self, graph: ours.Graph) -> None:
        self.graph = graph
        self.n = graph.number_of_nodes()

    @cached_property
    def pull(self) -> sparse.csr_array:
        """By target, unweighted, for scipy."""
        into = self.graph.into
        ones = np.ones(len(into.indices))
        return sparse.csr_array((ones, into.indices.astype(np.int32), into.offsets.astype(np.int64)), (self.n, self.n))

    @cached_property
    def igraph(self) -> object:
        """For igraph."""
        import igraph

        ends = np.stack([self.graph.out.sources, self.graph.out.indices], axis=1)
        return igraph.Graph(n=self.n, edges=ends, directed=True)

    @cached_property
    def rustworkx(self) -> object:
        """For rustworkx."""
        import rustworkx

        graph = rustworkx.PyDiGraph(multigraph=False)
        graph.add_nodes_from(range(self.n))
        sources, targets = self.graph.out.sources.tolist(), self.graph.out.indices.tolist()
        graph.extend_from_edge_list(list(zip(sources, targets, strict=True)))
        return graph

    def power(self, starts: np.ndarray) -> np.ndarray:
        """Ten lines of scipy, for one start or several."""
        degree = np.bincount(self.graph.into.indices, minlength=self.n)
        inverse = np.divide(1, degree, out=np.zeros(self.n), where=degree > 0)
        nowhere = degree == 0
        many = starts.ndim > 1
        rank = starts
        for _ in range(300):
            handed = rank * (inverse[:, None] if many else inverse)
            now = 0.85 * (self.pull @ handed) + starts * (0.15 + 0.85 * rank[nowhere].sum(axis=0))
            moved = np.abs(now - rank).sum(axis=0).max()
            rank = now
            if moved < TOL:
                break
        return rank


def races(graph: ours.Graph, peers: Peers) -> Iterator[Race]:
    """All but those that read files."""
    n = graph.number_of_nodes()
    chance = np.random.default_rng(1)
    seeds = chance.choice(n, 16, replace=False)
    names = [[graph.accounts[int(seed)]] for seed in seeds]
    flat, starts = np.full(n, 1 / n), np.zeros((n, 16))
    starts[seeds, range(16)] = 1
    rank = partial(ours.pagerank, graph, weighted=False)
    one = partial(rank, personalization=names[0])
    many = partial(ours.personalized_pagerank, graph, names, weighted=False)

    def away(exact: Callable[..., np.ndarray]) -> Callable[[object], float]:
        truth = exact(tol=1e-13)
        return lambda found: float(np.abs(np.asarray(found) - truth).sum(axis=0).max())

    scipy = {"scipy": (lambda: peers.power(flat), 1.0)}
    yield Race("PageRank", lambda: rank(tol=TOL), scipy, away(rank))
    scipy = {"scipy": (lambda: peers.power(starts[:, 0]), 1.0)}
    yield Race("personalised PageRank, 1 seed", lambda: one(tol=TOL), scipy, away(one))
    scipy = {"scipy": (lambda: peers.power(starts), 1.0)}
    yield Race("personalised PageRank, 16 seeds", lambda: many(tol=TOL), scipy, away(many))
    yield Race("HITS", lambda: ours.hits(graph, weighted=False, tol=1e-8), {"scikit-network": (hits_of(peers), 1.0)})
    yield Race("k-core", lambda: ours.core_number(graph), {"igraph": (lambda: peers.igraph.coreness(mode="all"), 1.0)})
    components = {
        "rustworkx": (lambda: peers.rustworkx and weak(peers.rustworkx), 1.0),
        "scipy": (lambda: sparse.csgraph.connected_components(peers.pull, connection="weak"), 1.0),
    }
    yield Race("weak components", lambda: ours.weak_components(graph), components)
    local = {"igraph": (lambda: peers.igraph.transitivity_local_undirected(mode="zero"), 1.0)}
    yield Race("clustering", lambda: ours.clustering(graph), local)
    few, scale = chance.choice(n, FEW, replace=False).tolist(), SOURCES / FEW
    near = {"igraph": (lambda: peers.igraph.harmonic_centrality(few, mode="out", normalized=False), scale)}
    yield Race(f"harmonic closeness, {SOURCES} sources", lambda: ours.harmonic_closeness(graph, sources=SOURCES), near)
    between = {"igraph": (lambda: peers.igraph.betweenness(sources=few), scale)}
    yield Race(f"betweenness, {SOURCES} sources", lambda: ours.betweenness(graph, sources=SOURCES), between)
    yield Race("walk sums", lambda: ours.spreading_power(graph))
    yield Race("reciprocity", lambda: ours.reciprocity(graph))
    yield Race("H-index of neighbours", lambda: ours.h_index(graph))
    yield Race("VoteRank, 1,000", lambda: ours.voterank(graph.reversed(), 1000))


def weak(graph: object) -> int:
    """Count only: its sets of nodes cost far more."""
    import rustworkx

    return rustworkx.number_weakly_connected_components(graph)


def hits_of(peers: Peers) -> Callable[[], object]:
    """scikit-network's, which wants its matrix by source."""

    def run() -> object:
        from sknetwork.ranking import HITS

        return HITS().fit_predict(sparse.csr_matrix(peers.pull.T))

    return run


def blocks(path: str, **columns: str) -> Iterator[pl.DataFrame]:
    """A Parquet file block by block."""
    frame = pl.scan_parquet(path)
    for begin in range(0, frame.select(pl.len()).collect().item(), ROWS):
        yield frame.slice(begin, ROWS).select(**columns).collect()


def reading_races(follows: str, interactions: str, graph: ours.Graph) -> Iterator[Race]:
    """Ids and features, from Parquet, beside DuckDB."""
    import duckdb

    def encode() -> object:
        ids = ours.Ids()
        for block in ahead(blocks(follows, source="src", target="dst")):
            ids.add(block["source"]), ids.add(block["target"])
        return ids.sort()

    def joins() -> object:
        con = duckdb.connect(config={"threads": 2, "preserve_insertion_order": False})
        con.execute(f"CREATE TABLE edges AS SELECT src, dst FROM read_parquet('{follows}')")
        con.execute(
            "CREATE TABLE nodes AS SELECT id, row_number() OVER () - 1 AS i "
            "FROM (SELECT src AS id FROM edges UNION SELECT dst FROM edges)"
        )
        return con.execute(
            "SELECT a.i AS s, b.i AS d FROM edges JOIN nodes a ON src = a.id JOIN nodes b ON dst = b.id"
        ).fetchnumpy()

    def features() -> object:
        columns = {"target": "target_id", "kind": "kind", "at": "timestamp"}
        return ours.activity(blocks(interactions, **columns), graph.ids, days=190)

    def grouped() -> object:
        con = duckdb.connect(config={"threads": 2, "preserve_insertion_order": False})
        kinds = ", ".join(f"count(*) FILTER (kind = '{kind}')" for kind in ("comment", "like", "mention", "share"))
        return con.execute(
            "SELECT target_id, count(*), max(timestamp), min(timestamp), count(DISTINCT timestamp::DATE), "
            f"{kinds} FROM read_parquet('{interactions}') GROUP BY target_id"
        ).fetchnumpy()

    yield Race("ids from Parquet", encode, {"DuckDB": (joins, 1.0)})
    yield Race("features from Parquet", features, {"DuckDB": (grouped, 1.0)})


def timed(call: Callable[[], object]) -> tuple[float, float, object]:
    """Wall and CPU seconds, and the answer."""
    wall, cpu = time.perf_counter(), time.process_time()
    answer = call()
    return time.perf_counter() - wall, time.process_time() - cpu, answer


def run(race: Race, calls: int) -> None:
    """Take turns, and print a row."""
    contestants = {"ours, 1 thread": (race.ours, 1.0), "ours, 2 threads": (race.ours, 1.0), **race.peers}
    best = dict.fromkeys(contestants, (np.inf, np.inf))
    answers = {}
    os.environ["AMBASSADORS_THREADS"] = "1"
    race.ours()  # compiled, and whatever it keeps is made
    for _ in range(calls):
        for name, (call, times) in contestants.items():
            os.environ["AMBASSADORS_THREADS"] = name.split()[1] if name.startswith("ours") else "2"
            wall, cpu, answers[name] = timed(call)
            best[name] = min(best[name][0], wall * times), min(best[name][1], cpu * times)
    cells = [f"{name} {wall:.2f} s ({cpu:.2f} CPU)" + told(race, answers[name]) for name, (wall, cpu) in best.items()]
    print(f"{race.name}: " + "; ".join(cells))
    for peer in race.peers:
        one, two = (best[peer][0] / best[f"ours, {threads}"][0] for threads in ("1 thread", "2 threads"))
        print(f"    {peer} takes {one:.2f} times as long as ours on one thread, {two:.2f} on two", flush=True)


def told(race: Race, answer: object) -> str:
    """The error of an answer, where there is one to tell."""
    return f", L1 error {race.error(answer):.1e}" if race.error else ""


@numba.njit(nogil=True)
def gathered(share: np.ndarray, indices: np.ndarray) -> float:
    """What a sweep must at least do."""
    total = 0.0
    for k in range(np.uint64(indices.size)):
        total += share[indices[k]]
    return total


def share_of_bound(graph: ours.Graph) -> None:
    """How near a sweep of PageRank comes to the time in which its numbers can be gathered at all, on one thread."""
    os.environ["AMBASSADORS_THREADS"] = "1"
    share = np.ones(graph.number_of_nodes(), np.float32)
    gathered(share, graph.into.indices)
    bound = min(timed(lambda: gathered(share, graph.into.indices))[0] for _ in range(7))
    most, least = 128, 1
    while least < most:  # how many sweeps it takes, by asking for fewer
        middle = (least + most) // 2
        try:
            ours.pagerank(graph, weighted=False, tol=TOL, max_iter=middle)
            most = middle
        except AmbassadorsError:
            least = middle + 1
    sweep = min(timed(lambda: ours.pagerank(graph, weighted=False, tol=TOL))[0] for _ in range(3)) / most
    print(f"gathering takes {1e3 * bound:.1f} ms, a sweep of PageRank {1e3 * sweep:.1f} ms ({most} sweeps)", end="")
    print(f": {bound / sweep:.0%} of the bound")


def main() -> None:
    """Read the command line."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("follows")
    parser.add_argument("interactions", nargs="?")
    parser.add_argument("--calls", type=int, default=3)
    parser.add_argument("--only", default="", help="part of a name")
    given = parser.parse_args()
    graph = ours.Graph.from_edges(blocks(given.follows, source="src", target="dst", weight="weight"))
    held = [array for rows in (graph.out, graph.into) for array in (rows.offsets, rows.indices, rows.weights)]
    edges = graph.number_of_edges()
    size = sum(array.nbytes for array in held) / edges
    print(f"{graph.number_of_nodes():,} accounts, {edges:,} follows; {size:.1f} bytes each")
    for race in races(graph, Peers(graph)):
        if given.only in race.name:
            run(race, given.calls)
    if given.interactions:
        for race in reading_races(given.follows, given.interactions, graph):
            if given.only in race.name:
                run(race, given.calls)
    if given.only in "PageRank":
        share_of_bound(graph)


if __name__ == "__main__":
    main()
