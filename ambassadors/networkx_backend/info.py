"""What networkx is told about the backend when it is imported: texts and nothing else, for that must cost nothing."""

from __future__ import annotations

from typing import Any

_DEGREES = "Multigraphs are left to networkx. Worth it for views of a Graph of ours only."
_SETS = "Components come in the order of their first nodes."

#: Every function that is served, and what its users should know; ``algorithms`` has the functions.
FUNCTIONS = {
    "betweenness_centrality": "Without weights and endpoints. A sample (k) is of the nodes that networkx would draw.",
    "clustering": "Without weights, for all nodes at once, directed or not; multigraphs are left to networkx.",
    "connected_components": _SETS,
    "core_number": "",
    "degree_centrality": _DEGREES,
    "harmonic_centrality": "Without distances, from all nodes to all. Values come in the order of the nodes.",
    "hits": "Without nstart, normalized. Where several answers are right, it is that of the power method.",
    "in_degree_centrality": _DEGREES,
    "number_connected_components": "",
    "number_weakly_connected_components": "",
    "out_degree_centrality": _DEGREES,
    "overall_reciprocity": "Multigraphs and undirected graphs are left to networkx.",
    "pagerank": "Stops at tol in all, where networkx stops at tol for each node, if max_iter allows. Weights must be "
    "finite and at least 0, and alpha at least 0 and less than 1; the rest is left to networkx.",
    "reciprocity": "Of the whole graph, or of a list or set of nodes.",
    "triangles": "For all nodes at once.",
    "voterank": "Multigraphs and self-loops are left to networkx.",
    "weakly_connected_components": _SETS,
}


def get_info() -> dict[str, Any]:
    """What the entry point ``networkx.backend_info`` gives."""
    return {
        "backend_name": "ambassadors",
        "project": "ambassadors",
        "package": "ambassadors",
        "short_summary": "Compiled kernels over arrays, for graphs of up to tens of millions of ties.",
        "functions": {name: {"additional_docs": text} for name, text in FUNCTIONS.items()},
    }
