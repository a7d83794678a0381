"""Several compiled loops side by side: how many threads, and who takes which rows.

The loops let go of the interpreter's lock, so plain threads are enough. Work is cut into pieces that each own their
output; where partial sums must be added, the number of pieces is fixed and the order of adding too. So the answer is
the same at any number of threads.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from itertools import pairwise
from typing import TYPE_CHECKING, TypeVar

import numpy as np

from ambassadors.errors import AmbassadorsError

if TYPE_CHECKING:
    from ambassadors.graph.csr import Offsets

Piece = TypeVar("Piece")
Result = TypeVar("Result")

VARIABLE = "AMBASSADORS_THREADS"
WORTH_A_THREAD = 1 << 15


def threads() -> int:
    """How many threads to use: the environment's ``AMBASSADORS_THREADS``, or as many as this process may run on."""
    wanted = os.environ.get(VARIABLE)
    if wanted:
        if not (wanted.isdecimal() and int(wanted)):
            raise AmbassadorsError(f"the environment's {VARIABLE} is {wanted!r}, and must be a whole number above 0.")
        return int(wanted)
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


def spans(offsets: Offsets, pieces: int) -> list[tuple[int, int]]:
    """Cut rows into at most so many runs ``(begin, end)`` of about equally many ties; none of them is empty.

    >>> spans(np.array([0, 5, 6, 7, 10], np.uint64), 2)
    [(0, 2), (2, 4)]
    """
    rows = len(offsets) - 1
    # a row counts as a tie, too: a million empty rows are work
    work = offsets + np.arange(rows + 1, dtype=np.uint64)
    cuts = np.searchsorted(work, np.linspace(0, float(work[-1]), pieces + 1)[1:-1])
    ends = np.unique([0, *cuts.tolist(), rows])
    return list(pairwise(ends.tolist()))


def pieces_of(rows: int) -> list[tuple[int, int]]:
    """Cut so many rows into runs ``(begin, end)``, one a thread; one in all where that is not worth a thread."""
    count = threads() if rows >= WORTH_A_THREAD else 1
    cuts = [rows * k // count for k in range(count + 1)]
    return list(pairwise(cuts))


def side_by_side(work: Callable[[Piece], Result], pieces: Iterable[Piece]) -> list[Result]:
    """What the work makes of each piece, in their order, on as many threads as there are."""
    todo = list(pieces)
    count = min(threads(), len(todo))
    if count <= 1:
        return [work(piece) for piece in todo]
    with ThreadPoolExecutor(count) as pool:
        return list(pool.map(work, todo))


def ahead(blocks: Iterable[Piece]) -> Iterator[Piece]:
    """The same blocks, each made while the one before is in use; at most two of them are there at a time.

    The first is begun at once, and not only when somebody asks for it.

    >>> list(ahead(iter("ab")))
    ['a', 'b']
    """
    each = iter(blocks)
    pool = ThreadPoolExecutor(1)
    return _one_ahead(each, pool, pool.submit(next, each, None))


def _one_ahead(each: Iterator[Piece], pool: ThreadPoolExecutor, coming: Future[Piece | None]) -> Iterator[Piece]:
    with pool:
        while (block := coming.result()) is not None:
            coming = pool.submit(next, each, None)
            yield block
