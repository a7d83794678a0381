"""Numbering texts straight from Arrow's buffers: an open-addressing table whose keys are compared, not only hashed.

A text stands in Arrow as a view of 16 bytes: its length, and either its bytes (up to 12) or where they are. Here it
becomes three words and its length. Up to 24 bytes these *are* the text; of a longer one they are hashes, and its bytes
are compared with those in the arena, where each known text is kept once, end to end.

``keys`` has a row for each number: the three words, and the length. ``index`` has for each slot the number of the text
that is there, plus 1, or 0 where it is free.
"""

from __future__ import annotations

from typing import Any

import numpy as np
import numpy.typing as npt
from numba import types
from numba.core import cgutils
from numba.extending import intrinsic

from ambassadors.graph.compiled.jit import jit

Bytes = npt.NDArray[np.uint8]
Words = npt.NDArray[np.uint64]
Numbers = npt.NDArray[np.uint32]

_BATCH = np.uint64(512)  # texts whose slots are fetched from memory at the same time
_INLINE = np.uint64(12)
_EXACT = np.uint64(24)
_ZERO = np.uint64(0)
_ONE = np.uint64(1)
_TWO = np.uint64(2)
_FOUR = np.uint64(4)
_EIGHT = np.uint64(8)
_SIXTEEN = np.uint64(16)
_HALF = np.uint64(32)
_SHIFT = np.uint64(29)
_LOW = np.uint64(0xFFFFFFFF)
_MISSING = np.uint32(0xFFFFFFFF)
_ONE_NUMBER = np.uint32(1)
_NOBODY = np.uint64(_MISSING)
_MIX_0 = np.uint64(0x9E3779B97F4A7C15)
_MIX_1 = np.uint64(0xBF58476D1CE4E5B9)
_MIX_2 = np.uint64(0x94D049BB133111EB)


@intrinsic
def _word_at(typing_context: Any, address: Any) -> Any:
    """The 8 bytes at an address, aligned or not."""

    def generate(context: Any, builder: Any, signature: Any, arguments: Any) -> Any:
        word = context.get_value_type(types.uint64)
        place = builder.inttoptr(arguments[0], word.as_pointer())
        return builder.load(place, align=1)

    return types.uint64(types.uint64), generate


@intrinsic
def _byte_at(typing_context: Any, address: Any) -> Any:
    """The byte at an address."""

    def generate(context: Any, builder: Any, signature: Any, arguments: Any) -> Any:
        place = builder.inttoptr(arguments[0], cgutils.int8_t.as_pointer())
        return builder.zext(builder.load(place), context.get_value_type(types.uint64))

    return types.uint64(types.uint64), generate


# numba hands the first argument over itself, which a type checker cannot know
_word: Any = _word_at
_byte: Any = _byte_at


@jit
def _three_words(low: Any, high: Any, buffers: Words) -> Any:
    """The words of a text, given the two words of its view; the last is its length."""
    length = low & _LOW
    if length <= _INLINE:
        return low >> _HALF, high, _ZERO, length
    address = buffers[high & _LOW] + (high >> _HALF)
    first = _word(address)
    last = _word(address + length - _EIGHT)
    if length <= _SIXTEEN:
        return first, last, _ZERO, length
    middle = _word(address + _EIGHT)
    if length > _EXACT:
        at = _SIXTEEN
        while at + _EIGHT < length:
            middle = (middle ^ (middle >> _SHIFT)) * _MIX_1 + _word(address + at)
            at += _EIGHT
    return first, middle, last, length


@jit
def _slot_of(first: Any, middle: Any, last: Any, length: Any, mask: Any) -> Any:
    """Where to look for a text first."""
    mixed = (first ^ (length * _MIX_2)) * _MIX_0
    mixed = (mixed ^ (mixed >> _HALF) ^ middle) * _MIX_1
    mixed = (mixed ^ (mixed >> _SHIFT) ^ last) * _MIX_2
    return (mixed ^ (mixed >> _HALF)) & mask


@jit
def _same_bytes(high: Any, length: Any, buffers: Words, arena: Bytes, begin: Any) -> bool:
    """Whether a long text is the one that begins there in the arena."""
    address = buffers[high & _LOW] + (high >> _HALF)
    same = True
    for k in range(length):
        same &= arena[begin + k] == _byte(address + k)
    return same


@jit
def _probe(
    slot: Any, text: Any, high: Any, buffers: Words, index: Numbers, keys: Words, arena: Bytes, begins: Words
) -> Any:
    """The slot that holds a text, or the free one where it belongs; and the text's number plus 1, or 0."""
    first, middle, last, length = text
    mask = np.uint64(index.size) - _ONE
    while True:
        number = np.uint64(index[slot])
        if number == _ZERO:
            return slot, number
        at = number - _ONE
        same = keys[at, 3] == length and keys[at, 0] == first and keys[at, 1] == middle and keys[at, 2] == last
        if same and (length <= _EXACT or _same_bytes(high, length, buffers, arena, begins[at])):
            return slot, number
        slot = (slot + _ONE) & mask


@jit
def find(
    views: Words,
    buffers: Words,
    begin: Any,
    end: Any,
    index: Numbers,
    keys: Words,
    arena: Bytes,
    begins: Words,
    numbers: Numbers,
) -> Any:
    """Write the numbers of the texts ``begin:end``, or MISSING; returns how many are missing.

    A batch goes through in steps without any jump, so that the processor fetches many slots and keys at the same time;
    those whose slot holds another text go through again, with the next slot.
    """
    mask = np.uint64(index.size) - _ONE
    slots = np.empty(_BATCH, np.uint64)
    words = np.empty((_BATCH, 4), np.uint64)
    unlike = np.empty(_BATCH, np.uint64)
    pending = np.empty(_BATCH, np.uint64)
    missing = _ZERO
    for start in range(np.uint64(begin), np.uint64(end), _BATCH):
        left = min(_BATCH, np.uint64(end) - start)
        for k in range(left):
            i = _TWO * (start + k)
            first, middle, last, length = _three_words(views[i], views[i + _ONE], buffers)
            slots[k] = _slot_of(first, middle, last, length, mask)
            words[k, 0], words[k, 1], words[k, 2], words[k, 3] = first, middle, last, length
            pending[k] = k
        while left:
            for j in range(left):
                k = pending[j]
                numbers[start + k] = index[slots[k]] - _ONE_NUMBER
            for j in range(left):
                k = pending[j]
                at = min(np.uint64(numbers[start + k]), np.uint64(keys.shape[0]) - _ONE)
                same = (words[k, 0] ^ keys[at, 0]) | (words[k, 1] ^ keys[at, 1])
                unlike[j] = same | (words[k, 2] ^ keys[at, 2]) | (words[k, 3] ^ keys[at, 3])
            again = _ZERO
            for j in range(left):
                k = pending[j]
                at = np.uint64(numbers[start + k])
                if words[k, 3] > _EXACT and unlike[j] == _ZERO and at != _NOBODY:
                    high = views[_TWO * (start + k) + _ONE]
                    unlike[j] = np.uint64(not _same_bytes(high, words[k, 3], buffers, arena, begins[at]))
                pending[again] = k
                slots[k] = (slots[k] + _ONE) & mask
                again += np.uint64((unlike[j] != _ZERO) & (at != _NOBODY))
                missing += np.uint64(at == _NOBODY)
            left = again
    return missing


@jit
def _keep(low: Any, high: Any, buffers: Words, views: Words, place: Any, arena: Bytes, begin: Any, length: Any) -> None:
    """Copy the bytes of a text to the arena."""
    if length > _INLINE:
        address = buffers[high & _LOW] + (high >> _HALF)
    else:
        address = np.uint64(views.ctypes.data) + _SIXTEEN * place + _FOUR
    for k in range(length):
        arena[begin + k] = np.uint8(_byte(address + k))


@jit
def _fetch(
    views: Words,
    buffers: Words,
    start: Any,
    end: Any,
    index: Numbers,
    numbers: Numbers,
    slots: Words,
    seen: Numbers,
) -> None:
    """The slots of those texts of a batch that are MISSING, fetched at the same time as they are looked at here."""
    mask = np.uint64(index.size) - _ONE
    for i in range(start, end):
        if numbers[i] == _MISSING:
            first, middle, last, length = _three_words(views[_TWO * i], views[_TWO * i + _ONE], buffers)
            slots[i - start] = _slot_of(first, middle, last, length, mask)
            seen[i - start] = index[slots[i - start]]


@jit
def add(
    views: Words,
    buffers: Words,
    begin: Any,
    index: Numbers,
    keys: Words,
    arena: Bytes,
    begins: Words,
    count: Any,
    numbers: Numbers,
) -> Any:
    """Number the texts from ``begin`` on that are still MISSING, until the keys or the arena are full.

    Returns the place of the first text that was not looked at, and how many texts are known.
    """
    known = np.uint64(count)
    slots = np.empty(_BATCH, np.uint64)
    seen = np.empty(_BATCH, np.uint32)
    for start in range(np.uint64(begin), np.uint64(numbers.size), _BATCH):
        end = min(start + _BATCH, np.uint64(numbers.size))
        _fetch(views, buffers, start, end, index, numbers, slots, seen)
        for i in range(start, end):
            if numbers[i] != _MISSING:
                continue
            low, high = views[_TWO * i], views[_TWO * i + _ONE]
            text = _three_words(low, high, buffers)
            first, middle, last, length = text
            slot, number = _probe(slots[i - start], text, high, buffers, index, keys, arena, begins)
            if number == _ZERO:
                if known == np.uint64(keys.shape[0]) or begins[known] + length > np.uint64(arena.size):
                    return i, known
                _keep(low, high, buffers, views, i, arena, begins[known], length)
                keys[known, 0], keys[known, 1], keys[known, 2], keys[known, 3] = first, middle, last, length
                begins[known + _ONE] = begins[known] + length
                known += _ONE
                number = known
                index[slot] = np.uint32(number)
            numbers[i] = np.uint32(number - _ONE)
    return np.uint64(numbers.size), known


@jit
def place(keys: Words, count: Any, index: Numbers) -> None:
    """Give each key a slot in an empty index."""
    mask = np.uint64(index.size) - _ONE
    for i in range(np.uint64(count)):
        slot = _slot_of(keys[i, 0], keys[i, 1], keys[i, 2], keys[i, 3], mask)
        while index[slot] != _ZERO:
            slot = (slot + _ONE) & mask
        index[slot] = np.uint32(i + _ONE)
