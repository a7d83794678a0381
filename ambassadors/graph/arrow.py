"""Columns of text as Arrow holds them in memory: read without a copy, and without a Python object for each text."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

import nanoarrow
import numpy as np
import numpy.typing as npt
import polars as pl

Words = npt.NDArray[np.uint64]
Bytes = npt.NDArray[np.uint8]

_NO_BUFFER = np.zeros(1, np.uint64)


@dataclass(frozen=True)
class Texts:
    """A column of text: the two words of each text's view, and the addresses of the buffers that hold the long ones."""

    views: Words
    buffers: Words


@contextmanager
def texts_of(column: pl.Series) -> Iterator[Texts]:
    """The views and buffers of a column of text without nulls; they are there until the block is left.

    >>> with texts_of(pl.Series(["a", "a text of more than twelve bytes"])) as texts:
    ...     (texts.views[::2] & 0xFFFFFFFF).tolist()  # the lengths
    [1, 32]
    """
    with nanoarrow.c_array_stream(column.cast(pl.String).rechunk()) as stream:
        array = stream.get_next()
        view = array.view()
        first = array.offset
        views = np.frombuffer(view.buffer(1), np.uint64)[2 * first : 2 * (first + len(column))]
        held = [np.frombuffer(view.buffer(k), np.uint8).ctypes.data for k in range(2, view.n_buffers - 1)]
        yield Texts(views, np.array(held, np.uint64) if held else _NO_BUFFER)


def series_of(begins: npt.NDArray[np.int64], bytes_: Bytes) -> pl.Series:
    """A column of text from the bytes of all texts, end to end, and where each begins; the last is where they end.

    >>> series_of(np.array([0, 1, 3]), np.frombuffer(b"abc", np.uint8)).to_list()
    ['a', 'bc']
    """
    buffers = [None, np.ascontiguousarray(begins, np.int64), np.ascontiguousarray(bytes_)]
    array = nanoarrow.c_array_from_buffers(nanoarrow.large_string(), len(begins) - 1, buffers)
    return pl.Series(nanoarrow.Array(array)) if len(begins) > 1 else pl.Series(dtype=pl.String)
