"""How far the kernels are from networkx, and how long they take.

    python tests/bench/bench_kernels.py [--graphs 300] [--edges 1000000]

Prints the largest L1 disagreement of each kernel with networkx over random graphs (heavy-tailed, with self-loops,
parallel rows, weights of 0, dangling and isolated accounts), then wall and CPU seconds on one large graph: of the first
call (numba is loaded by then) and of the best of those after it.
"""

from __future__ import annotations

import argparse
import time
from collections.abc import Callable

import networkx as nx
import numpy as np
import polars as pl

from ambassadors.graph import Graph, core_number, in_degree, out_degree, pagerank

Comparison = Callable[[Graph, nx.DiGraph], tuple[np.ndarray, dict[str, float]]]


def exact(graph: nx.DiGraph, **options: object) -> dict[str, float]:
    """PageRank of networkx to the last digits; its tolerance is per node."""
    return nx.pagerank(graph, tol=1e-14 / len(graph), max_iter=10_000, **options)


def start(graph: Graph) -> dict[str, float]:
    """A personalization of three accounts."""
    return {account: 1.0 + place for place, account in enumerate(graph.accounts.gather_every(7)[:3])}


COMPARISONS: dict[str, Comparison] = {
    "pagerank": lambda g, h: (pagerank(g), exact(h)),
    "pagerank, unweighted": lambda g, h: (pagerank(g, weighted=False), exact(h, weight=None)),
    "pagerank, personalised": lambda g, h: (pagerank(g, personalization=start(g)), exact(h, personalization=start(g))),
    "pagerank, alpha .99": lambda g, h: (pagerank(g, alpha=0.99, max_iter=5000), exact(h, alpha=0.99)),
    "core_number": lambda g, h: (core_number(g), nx.core_number(h)),
    "in_degree": lambda g, h: (in_degree(g), dict(h.in_degree())),
    "out_degree": lambda g, h: (out_degree(g), dict(h.out_degree())),
    "in_degree, weighted": lambda g, h: (in_degree(g, weighted=True), dict(h.in_degree(weight="weight"))),
    "out_degree, weighted": lambda g, h: (out_degree(g, weighted=True), dict(h.out_degree(weight="weight"))),
}

TIMED: dict[str, Callable[[Graph], object]] = {
    "pagerank, tol 1e-12": pagerank,
    "pagerank, tol 1e-6": lambda g: pagerank(g, tol=1e-6),
    "pagerank, unweighted": lambda g: pagerank(g, weighted=False),
    "pagerank, personalised": lambda g: pagerank(g, personalization=start(g)),
    "core_number": core_number,
    "in_degree": in_degree,
    "in_degree, weighted": lambda g: in_degree(g, weighted=True),
    "symmetric": Graph.symmetric,
    "view": Graph.nx,
    "view, all edges walked": lambda g: sum(1 for _ in g.nx().edges),
    "view, all edge data made": lambda g: sum(1 for _ in g.nx().edges(data=True)),
}


def random_rows(chance: np.random.Generator, accounts: int, edges: int) -> pl.DataFrame:
    """Rows whose targets have a heavy tail."""
    ends = (accounts * chance.random((edges, 2)) ** [1.5, 3]).astype(np.uint32)
    names = pl.Series(chance.permutation(accounts)).cast(pl.String).str.pad_start(9, "0")
    weight = chance.random(edges) * (chance.random(edges) < 0.9)
    return pl.DataFrame(
        {"source": "x:" + names.gather(ends[:, 0]), "target": "x:" + names.gather(ends[:, 1]), "weight": weight}
    )


def ordinary(graph: Graph) -> nx.DiGraph:
    """The same graph in dictionaries, as networkx builds it."""
    plain = nx.DiGraph()
    plain.add_nodes_from(graph.accounts)
    plain.add_weighted_edges_from(graph.nx().edges(data="weight"))
    return plain


def disagreements(graphs: int) -> dict[str, float]:
    """The largest L1 distance from networkx by kernel, over random graphs of 2 to 300 accounts."""
    chance = np.random.default_rng(2026)
    worst = dict.fromkeys(COMPARISONS, 0.0)
    for _ in range(graphs):
        accounts = int(chance.integers(2, 300))
        rows = random_rows(chance, accounts, int(chance.integers(0, 6 * accounts)))
        graph = Graph.from_edges(rows, pl.Series(["x:alone", "x:lonely"]))
        plain = ordinary(graph)
        for name, compare in COMPARISONS.items():
            ours, theirs = compare(graph, plain)
            worst[name] = max(worst[name], float(np.abs(ours - np.array([theirs[node] for node in plain])).sum()))
    return worst


def timing(work: Callable[[], object], *, repeats: int = 5) -> str:
    """Wall and CPU seconds of the first call and of the best after it."""
    seen = []
    for _ in range(repeats + 1):
        wall, cpu = time.perf_counter(), time.process_time()
        work()
        seen.append((time.perf_counter() - wall, time.process_time() - cpu))
    first, best = seen[0], min(seen[1:])
    return f"first {first[0]:7.3f} wall {first[1]:7.3f} cpu    then {best[0]:7.3f} wall {best[1]:7.3f} cpu"


def main() -> None:
    """Print both tables."""
    options = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    options.add_argument("--graphs", type=int, default=300)
    options.add_argument("--edges", type=int, default=1_000_000)
    given = options.parse_args()

    print(f"largest L1 disagreement with networkx over {given.graphs} random graphs")
    for name, distance in disagreements(given.graphs).items():
        print(f"  {name:26s}{distance:.2e}")

    rows = random_rows(np.random.default_rng(1), given.edges // 10, given.edges)
    graph = Graph.from_edges(rows)
    print(f"seconds on {graph!r}")
    print(f"  {'from_edges':26s}{timing(lambda: Graph.from_edges(rows))}")
    for name, work in TIMED.items():
        print(f"  {name:26s}{timing(lambda work=work: work(graph))}")  # type: ignore[misc]


if __name__ == "__main__":
    main()
