"""Credit: who set off the shares of others, along the ties on which they can have seen one another."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from ambassadors.graph.csr import Graph


def cascade_credit(
    graph: Graph,
    starts: npt.NDArray[np.integer],
    actor: npt.NDArray[np.integer],
    worth: npt.NDArray[np.floating] | None = None,
) -> npt.NDArray[np.float64]:
    """How much of what others passed on each account set off, directly and through others.

    ``graph`` holds who follows whom. A cascade is one thing passed on: ``actor[starts[c]:starts[c + 1]]`` are places in
    ``graph.accounts``, its author first, then who passed it on, in order of time, each once. ``worth`` is what each
    passing on counts (1 when None; the author's is not looked at).

    Whoever passes a thing on gives equal credit to all whom they follow and who had done so before, and the author, if
    they follow none; credit for what others passed on because of them goes the same way. That is the credit
    distribution of A. Goyal, F. Bonchi, L. V. S. Lakshmanan: A Data-Based Approach to Social Influence Maximization.
    PVLDB 5(1), 2011, section 4, with equal direct credit, summed over all actions and everyone influenced. Linear in
    the ties of those who act.

    Raises ``ValueError`` for actors that are no places, or starts and worths that do not fit them.

    >>> import polars as pl
    >>> rows = pl.DataFrame({"source": ["x:b", "x:c"], "target": ["x:a", "x:b"]})  # b follows a, and c follows b
    >>> graph = Graph.from_edges(rows)
    >>> cascade_credit(graph, np.array([0, 3]), np.array([0, 1, 2])).tolist()  # a posts, b shares it, then c
    [2.0, 1.0, 0.0]
    """
    actor, starts = np.asarray(actor), np.asarray(starts)
    if starts[0] != 0 or starts[-1] != actor.size or (np.diff(starts) < 0).any():
        raise ValueError(f"starts must rise from 0 to {actor.size:,}, the number of actors.")
    nodes = graph.number_of_nodes()
    if actor.size and not 0 <= int(actor.min()) <= int(actor.max()) < nodes:
        raise ValueError(f"an actor is a place in graph.accounts, from 0 to {nodes - 1:,}.")
    worths: npt.NDArray[np.float64] = np.ones(actor.size) if worth is None else np.asarray(worth, np.float64)
    if worths.size != actor.size:
        raise ValueError(f"worth has {worths.size:,} values for {actor.size:,} actors: give one each.")
    from ambassadors.graph.compiled.credit import pass_back

    return pass_back(starts.astype(np.uint64), actor.astype(np.uint32), worths, graph.out.offsets, graph.out.indices)
