"""The backend that networkx calls: converts its graphs, says what it can and should run, and runs it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from ambassadors.graph.convert import AnyGraph, Converted, from_networkx, to_networkx
from ambassadors.graph.view import Adjacency, GraphView
from ambassadors.networkx_backend import algorithms as algorithms  # fills the table
from ambassadors.networkx_backend.served import SERVED, Answer, Arguments


class Backend:
    """What networkx expects of the entry point ``networkx.backends``; each function that is served is an attribute."""

    def __getattr__(self, name: str) -> Answer:
        if name not in SERVED:
            raise AttributeError(f"networkx's {name!r} is not served by ambassadors.")
        return SERVED[name].answer

    def convert_from_nx(
        self,
        graph: AnyGraph,
        *,
        edge_attrs: Mapping[Any, Any] | None = None,
        preserve_edge_attrs: bool = False,
        **_: Any,
    ) -> Converted:
        """The arrays of a graph, with the weights of the edge attributes that a function asks for.

        networkx keeps what comes back beside the graph and uses it again, even after ``G[u][v]["weight"] = 2``, of
        which it learns nothing. A view of ours costs nothing to convert and knows what was written into its edges, so
        that nothing is kept for it.

        Raises ``NotImplementedError`` when all attributes are asked for, or as ``from_networkx`` does.
        """
        if preserve_edge_attrs:
            raise NotImplementedError("Only edge attributes asked for by name are converted.")
        if isinstance(graph, GraphView):
            graph.__networkx_cache__ = None  # type: ignore[assignment]  # which networkx documents, not its stubs
        return from_networkx(graph, edge_attrs)

    def convert_to_nx(self, result: Any, **_: Any) -> Any:
        """An ordinary graph for a converted one; anything else as it is."""
        return to_networkx(result) if isinstance(result, Converted) else result

    def can_run(self, name: str, args: tuple[Any, ...], kwargs: Arguments) -> bool | str:
        """True, or why a call is left to networkx. What only the edges tell is found out while they are converted."""
        try:
            return SERVED[name].refusal(SERVED[name].arguments(args, kwargs)) or True
        except TypeError as error:  # arguments that networkx's function does not take either
            return str(error)

    def should_run(self, name: str, args: tuple[Any, ...], kwargs: Arguments) -> bool | str:
        """True, or that the graph is so small that networkx itself is quicker."""
        graph = SERVED[name].arguments(args, kwargs)["G"]
        is_ours = isinstance(graph, GraphView) and isinstance(graph._adj, Adjacency)
        worth = SERVED[name].worth_of_view if is_ours else SERVED[name].worth
        if len(graph) >= worth or len(graph) + graph.number_of_edges() >= worth:
            return True
        return f"networkx is quicker on fewer than {worth:,} nodes and edges"


backend = Backend()
