"""One step along the ties for everyone: the product of the rows with a vector."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from ambassadors.graph.compiled.jit import jit
from ambassadors.graph.csr import Indices, Offsets, Weights

_ONE = np.uint64(1)


@jit
def row_sums(
    begin: np.uint64,
    end: np.uint64,
    offsets: Offsets,
    indices: Indices,
    weights: Weights | None,
    values: npt.NDArray[np.float32 | np.float64],
    sums: npt.NDArray[np.float64],
) -> None:
    """For rows from ``begin`` to before ``end``, the values of the others in the row by the weights, added up in order.

    ``weights`` of None count every tie as 1.
    """
    for v in range(begin, end):
        total = 0.0
        for k in range(offsets[v], offsets[v + _ONE]):
            total += values[indices[k]] if weights is None else values[indices[k]] * np.float64(weights[k])
        sums[v] = total
