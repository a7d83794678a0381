"""Walks along the ties: how many lead on from each account."""

from __future__ import annotations

import math
from typing import Any

import numpy as np
import numpy.typing as npt

from ambassadors.graph.csr import Csr, Graph
from ambassadors.graph.degrees import in_degree, out_degree
from ambassadors.graph.threads import side_by_side, spans, threads

Float64s = npt.NDArray[np.float64]

_WORTH_COMPILED_CODE = 200_000  # ties; with fewer, to load numba costs more than it saves
_WORTH_THREADS = 1 << 20  # edges


def spreading_power(graph: Graph, *, beta: float | None = None, steps: int = 4, weighted: bool = True) -> Float64s:
    """How many walks lead on from each account, a walk of k ties counting beta to the power of k.

    s = sum over k from 1 to ``steps`` of (beta A)^k 1, in the order of ``graph.accounts``. If each tie passes something
    on with chance beta, that is how many times it is expected to arrive somewhere, did nobody ever decline to take it
    twice: an upper bound of whom it reaches, in the same order of accounts but for dense surroundings.

    Walks follow the edges as they point, along the rows of ``graph.out``. In a graph of follows influence runs the
    other way, from who is followed to who follows: ask for ``spreading_power(graph.reversed())``.

    - ``beta``: what one tie counts. Else 1 / k, where k = sum of (in-degree times out-degree) / sum of degrees is how
      many ties follow a tie on average, so that walks neither grow in number with each step nor die out: the threshold
      of spreading in a directed graph without correlations. It is 1 where no tie follows another.
    - ``steps``: the most ties of a walk. Each costs a sweep over all ties; more than six hardly change the order.
    - ``weighted``: a tie counts its weight (as degrees do, then) rather than 1.

    Raises ``ValueError`` when beta is not a finite number of at least 0, or steps is less than 1.

    F. Bauer, J. T. Lizier: Identifying influential spreaders and efficiently estimating infection numbers in epidemic
    models: a walk counting approach. EPL 99, 2012. L. Katz: A New Status Index Derived from Sociometric Analysis.
    Psychometrika 18, 1953. The threshold: M. Boguñá, M. A. Serrano: Generalized percolation in random directed
    networks. Physical Review E 72, 2005.

    >>> import polars as pl
    >>> rows = pl.DataFrame({"source": ["x:a", "x:b", "x:b"], "target": ["x:b", "x:c", "x:d"]})
    >>> spreading_power(Graph.from_edges(rows), beta=0.5).tolist()  # a: one walk of one tie, two of two
    [1.0, 1.0, 0.0, 0.0]
    """
    if steps < 1:
        raise ValueError(f"steps is {steps!r}, and must be at least 1; 4 is usual.")
    factor = _critical(graph, weighted) if beta is None else beta
    if not (math.isfinite(factor) and factor >= 0):
        raise ValueError(f"beta is {beta!r}, and must be a finite number, 0 or more; leave it out for the threshold.")
    walks = np.ones(graph.number_of_nodes())
    power = np.zeros_like(walks)
    for _ in range(steps):
        walks = factor * along(graph.out, walks, weighted)
        power += walks
    return power


def along(rows: Csr, values: npt.NDArray[Any], weighted: bool) -> Float64s:
    """For each row the values of those in it, times their weights if ``weighted``, added up in float64: A x."""
    if len(rows.indices) < _WORTH_COMPILED_CODE:
        terms = values[rows.indices] * rows.weights.astype(np.float64) if weighted else values[rows.indices]
        return np.bincount(rows.sources, terms, minlength=len(values)).astype(np.float64)
    from ambassadors.graph.compiled.walks import row_sums

    sums = np.empty(len(values))
    ties = rows.offsets, rows.indices, rows.weights if weighted else None
    pieces = spans(rows.offsets, threads() if len(rows.indices) >= _WORTH_THREADS else 1)
    side_by_side(lambda piece: row_sums(np.uint64(piece[0]), np.uint64(piece[1]), *ties, values, sums), pieces)
    return sums


def _critical(graph: Graph, weighted: bool) -> float:
    """One by how many ties follow a tie on average."""
    arriving, leaving = in_degree(graph, weighted).astype(float), out_degree(graph, weighted).astype(float)
    following = float((arriving * leaving).sum())
    return float(leaving.sum()) / following if following else 1.0
