"""Numbering ids by their hashes."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from ambassadors.graph.compiled.jit import jit
from ambassadors.graph.csr import Indices

_FREE = np.uint32(0xFFFFFFFF)
_ONE = np.uint64(1)
_ONE_CODE = np.uint32(1)


@jit
def number_hashes(hashes: npt.NDArray[np.uint64], bits: int) -> tuple[Indices, Indices]:
    """Number equal hashes alike, by first appearance: the number of each, and the place where each number first stood.

    The table has ``2 ** bits`` slots. Once it is half full both answers are empty: call again with more bits.
    """
    mask = (_ONE << np.uint64(bits)) - _ONE
    slots = np.full(1 << bits, _FREE, np.uint32)
    keys = np.empty(1 << bits, np.uint64)
    first = np.empty(1 << (bits - 1), np.uint32)
    numbers = np.empty(hashes.size, np.uint32)
    count = np.uint32(0)
    for i in range(np.uint64(hashes.size)):
        slot = hashes[i] & mask
        while slots[slot] != _FREE and keys[slot] != hashes[i]:
            slot = (slot + _ONE) & mask
        if slots[slot] == _FREE:
            if count == first.size:
                return numbers[:0], first[:0]
            slots[slot] = count
            keys[slot] = hashes[i]
            first[count] = i
            count += _ONE_CODE
        numbers[i] = slots[slot]
    return numbers, first[:count].copy()
