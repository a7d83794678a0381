"""The counting of mutual ties."""

from __future__ import annotations

import numpy as np

from ambassadors.graph.compiled.jit import jit
from ambassadors.graph.csr import Indices, Offsets

_ONE = np.uint64(1)


@jit
def count_mutual(
    out_offsets: Offsets,
    out_indices: Indices,
    in_offsets: Offsets,
    in_indices: Indices,
    begin: int,
    end: int,
    mutual: Indices,
) -> None:
    """For the nodes of a span, how many they are tied to both ways: their two sorted rows are read side by side."""
    for v in range(np.uint64(begin), np.uint64(end)):
        i, j = out_offsets[v], in_offsets[v]
        common = np.uint32(0)
        while i < out_offsets[v + _ONE] and j < in_offsets[v + _ONE]:
            target, source = out_indices[i], in_indices[j]
            common += np.uint32(target == source)
            i += np.uint64(target <= source)
            j += np.uint64(source <= target)
        mutual[v] = common
