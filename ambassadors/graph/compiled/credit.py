"""The passing back of credit along cascades."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from ambassadors.graph.compiled.jit import jit
from ambassadors.graph.csr import Indices, Offsets

_ONE = np.uint64(1)


@jit
def pass_back(
    starts: Offsets,
    actor: Indices,
    worth: npt.NDArray[np.float64],
    offsets: Offsets,
    indices: Indices,
) -> npt.NDArray[np.float64]:
    """Credit of every account over all cascades; ``offsets`` and ``indices`` are whom each account follows.

    ``actor[starts[c]:starts[c + 1]]`` are the accounts of cascade ``c``, its author first and then in order of time.
    From the last to the first, each hands what it is worth, and what it was handed itself, to those before it whom it
    follows, in equal shares; who follows none of them hands it to the author.
    """
    nodes = np.uint64(offsets.size) - _ONE
    total = np.zeros(nodes, np.float64)
    handed = np.zeros(actor.size, np.float64)
    place = np.zeros(nodes, np.uint64)  # where in this cascade an account stands, from 1; 0: it does not
    for c in range(np.uint64(starts.size) - _ONE):
        first, end = starts[c], starts[c + _ONE]
        for i in range(first, end):
            place[actor[i]] = i - first + _ONE
        i = end
        while i > first + _ONE:
            i -= _ONE
            own, at = actor[i], i - first + _ONE
            before = np.uint64(0)
            for e in range(offsets[own], offsets[own + _ONE]):
                seen = place[indices[e]]
                if seen != 0 and seen < at:
                    before += _ONE
            give = worth[i] + handed[i]
            if before == 0:
                handed[first] += give
            else:
                for e in range(offsets[own], offsets[own + _ONE]):
                    seen = place[indices[e]]
                    if seen != 0 and seen < at:
                        handed[first + seen - _ONE] += give / before
        for i in range(first, end):
            total[actor[i]] += handed[i]
            place[actor[i]] = np.uint64(0)
    return total
