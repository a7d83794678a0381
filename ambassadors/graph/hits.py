"""HITS: who points at good accounts, and whom good pointers point at."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import numpy.typing as npt

from ambassadors.errors import AmbassadorsError
from ambassadors.graph.csr import Csr, Graph
from ambassadors.graph.walks import along

Float64s = npt.NDArray[np.float64]
Product = Callable[[Float64s], Float64s]

_VECTORS = 12  # kept before starting again from the best that they hold
_FLOAT32_DOES = 1e-6


def hits(graph: Graph, *, weighted: bool = True, tol: float = 1e-10, max_iter: int = 1000) -> tuple[Float64s, Float64s]:
    """Hubs and authorities: a good hub points at good authorities, a good authority is pointed at by good hubs.

    With A the weights of the edges: ``h = A a / |A a|`` and ``a = A' h / |A' h|``, so a is the eigenvector of A' A of
    its largest eigenvalue. Both are in the order of ``graph.accounts``, at least 0, and each adds up to 1. Where no
    edge weighs anything, nobody is a hub or an authority, and both are 0 throughout.

    They are what the power method finds when it begins with hubs that are all alike; the method of Lanczos finds the
    same in fewer sweeps. That matters where the largest eigenvalue is a multiple one, as in a graph of several equal
    parts: there are many answers then, and this one has each part in proportion to its share of that beginning.

    - ``weighted``: edges count by their weights, rather than 1 each.
    - ``tol``: stop when a step of the power method moves the authorities by no more than this in all (L1). With r the
      second largest eigenvalue by the largest, they are then within about tol r / (1 - r) of the true ones: no
      method can tell them apart better, where r is close to 1, without looking closer, with a smaller ``tol``.
    - ``max_iter``: steps (sweeps over all edges, there and back) after which to give up.

    Raises ``AmbassadorsError`` when ``max_iter`` steps are too few.

    J. M. Kleinberg: Authoritative Sources in a Hyperlinked Environment. Journal of the ACM 46(5), 1999.

    >>> import polars as pl
    >>> rows = pl.DataFrame({"source": ["x:a", "x:a", "x:b"], "target": ["x:b", "x:c", "x:c"]})
    >>> hubs, authorities = hits(Graph.from_edges(rows))
    >>> hubs.round(3).tolist(), authorities.round(3).tolist()
    ([0.618, 0.382, 0.0], [0.0, 0.382, 0.618])
    """
    single = tol >= _FLOAT32_DOES

    def hubs_of(authorities: Float64s) -> Float64s:
        return _step(graph.out, authorities, weighted, single)

    def authorities_of(hubs: Float64s) -> Float64s:
        return _step(graph.into, hubs, weighted, single)

    authorities = authorities_of(np.ones(graph.number_of_nodes()))
    if not authorities.any():
        return authorities, authorities.copy()
    moved, steps = np.inf, 0
    while steps < max_iter:
        most = min(_VECTORS, max_iter - steps)
        best, used = _leading(lambda one: authorities_of(hubs_of(one)), authorities, tol, most)
        before = _shares(np.maximum(best, 0.0))
        hubs = _shares(hubs_of(before))
        authorities = _shares(authorities_of(hubs))
        moved = np.abs(authorities - before).sum()
        if moved <= tol:
            return hubs, authorities
        steps += used + 1
    raise AmbassadorsError(
        f"HITS has not converged: step {max_iter} still moved the authorities by {moved:g}, and tol is {tol:g}. "
        "Raise max_iter or tol."
    )


def _step(rows: Csr, values: Float64s, weighted: bool, single: bool) -> Float64s:
    """The product of the rows with the values, which are read as float32 if ``single``."""
    if not single:
        return along(rows, values, weighted)
    peak = max(float(np.abs(values).max(initial=0.0)), 1e-300)  # so that none is too large for float32
    return along(rows, (values / peak).astype(np.float32), weighted) * peak


def _leading(product: Product, first: Float64s, tol: float, most: int) -> tuple[Float64s, int]:
    """The nearest to the leading eigenvector that few steps of Lanczos find from the first; and how many there were."""
    basis = [first / _length(first)]
    diagonal: list[float] = []
    beside: list[float] = []
    while True:
        image = product(basis[-1])
        diagonal.append(_inner(basis[-1], image))
        image -= diagonal[-1] * basis[-1]
        if beside:
            image -= beside[-1] * basis[-2]
        value, mix = _top(diagonal, beside)
        beside.append(_length(image))
        left = abs(mix[-1]) * float(np.abs(image).sum()) / float(np.abs(basis[0]).sum())
        if left <= tol / 2 * value or beside[-1] <= 1e-12 * value or len(basis) >= most:
            break
        basis.append(image / beside[-1])
    best = np.zeros_like(first)
    for part, one in zip(mix.tolist(), basis, strict=True):
        best += part * one
    return best * np.sign(best.sum()), len(basis)


def _top(diagonal: list[float], beside: list[float]) -> tuple[float, Float64s]:
    """The largest eigenvalue of a symmetric tridiagonal matrix, and its eigenvector."""
    values, vectors = np.linalg.eigh(np.diag(diagonal) + np.diag(beside, -1) + np.diag(beside, 1))
    return float(values[-1]), vectors[:, -1]


def _inner(one: Float64s, other: Float64s) -> float:
    """Their inner product, always added up alike, as the threads of a BLAS do not."""
    return float(np.einsum("i,i->", one, other))


def _length(one: Float64s) -> float:
    return float(np.sqrt(_inner(one, one)))


def _shares(values: Float64s) -> Float64s:
    total: float = values.sum()
    return values / total
