"""Account ids as numbers: 0, 1, 2, ... in the bytewise order of the ids.

Graphs, ranks and cores are arrays by that number, so the same accounts get the same numbers whatever the order of rows.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
import numpy.typing as npt
import polars as pl

from ambassadors.errors import UnknownAccount, did_you_mean
from ambassadors.graph.arrow import Bytes, Texts, Words, series_of, texts_of
from ambassadors.graph.threads import pieces_of, side_by_side

Numbers = npt.NDArray[np.uint32]

#: The number of an id that is not known.
MISSING = np.uint32(0xFFFFFFFF)

_WORTH_COMPILED_CODE = 500_000  # below this many ids, loading numba costs more than its hash pass saves
_FIRST_ROOM = 1 << 14
_BYTES_AN_ID = 32
_SLOTS_AN_ID = 4
_QUICK_TO_COMPARE = 2_000  # difflib compares about this many names in a tenth of a second


def number_ids(columns: Sequence[pl.Series]) -> tuple[pl.Series, list[Numbers]]:
    """Every distinct id of some columns, sorted bytewise, and each column as places in that list.

    >>> ids, (source, target) = number_ids([pl.Series(["x:b", "x:c"]), pl.Series(["x:a", "x:b"])])
    >>> ids.to_list(), source.tolist(), target.tolist()
    (['x:a', 'x:b', 'x:c'], [1, 2], [0, 1])
    """
    if sum(map(len, columns)) >= _WORTH_COMPILED_CODE:
        return _number_by_table(columns)
    ids, numbers = _number_by_join(pl.concat([column.alias("account") for column in columns]))
    ends = np.cumsum([len(column) for column in columns])
    return ids, np.split(numbers, ends[:-1])


def _number_by_join(texts: pl.Series) -> tuple[pl.Series, Numbers]:
    ids = texts.unique().sort()
    table = pl.DataFrame({"account": ids, "number": np.arange(len(ids), dtype=np.uint32)})
    joined = texts.to_frame().join(table, on="account", how="left", maintain_order="left")
    return ids, joined["number"].to_numpy()


def _number_by_table(columns: Sequence[pl.Series]) -> tuple[pl.Series, list[Numbers]]:
    ids = Ids()
    numbers = [ids.add(column) for column in columns]
    rank = ids.sort()
    return ids.texts(), [rank[column] for column in numbers]


class Ids:
    """Texts, each with a number: learnt block by block, from Arrow's own buffers, and the same for every table.

    Numbers are given by first appearance until :meth:`sort` makes them places in the bytewise order. Ids learnt after
    that come behind. A look-up compares the text itself, not only a hash of it.

    In memory an id takes about 70 bytes and its text.

    >>> ids = Ids()
    >>> ids.add(pl.Series(["x:b", "x:a", "x:b"])).tolist()
    [0, 1, 0]
    >>> ids.sort().tolist()  # the new number of each old one
    [1, 0]
    >>> ids.find(pl.Series(["x:a", "x:b", "x:nobody"])).tolist() == [0, 1, int(MISSING)]
    True
    """

    def __init__(self, expected: int = 0) -> None:
        """Make room for as many ids as are expected; more may come."""
        room = max(_FIRST_ROOM, 1 << (expected - 1).bit_length())
        self._count = 0
        self._keys = cache_lines(room, 4)
        self._begins = np.zeros(room + 1, np.uint64)
        self._index = np.zeros(_SLOTS_AN_ID * room, np.uint32)
        self._arena = np.empty(_BYTES_AN_ID * room, np.uint8)

    @classmethod
    def of(cls, texts: pl.Series) -> Ids:
        """Different texts, numbered as they stand."""
        ids = cls(len(texts))
        ids.add(texts)
        return ids

    def __len__(self) -> int:
        return self._count

    def find(self, column: pl.Series) -> Numbers:
        """The number of each id of a column; ``MISSING`` for one that is not known, and for null."""
        known = column.fill_null("")
        with texts_of(known) as texts:
            numbers, _ = self._find(texts, len(column))
        if column.has_nulls():
            numbers[column.is_null().to_numpy()] = MISSING
        return numbers

    def add(self, column: pl.Series) -> Numbers:
        """The number of each id of a column without nulls, those not known before among them."""
        from ambassadors.graph.compiled.ids import add

        if column.has_nulls():
            raise ValueError(f"{column.null_count():,} ids are null: leave such rows out.")
        with texts_of(column) as texts:
            numbers, missing = self._find(texts, len(column))
            at = 0 if missing else len(numbers)
            while at < len(numbers):
                at, self._count = add(texts.views, texts.buffers, at, *self._table, self._count, numbers)
                if at < len(numbers):
                    self._make_room()
        return numbers

    @property
    def _table(self) -> tuple[Numbers, Words, Bytes, Words]:
        return self._index, self._keys, self._arena, self._begins

    def _find(self, texts: Texts, count: int) -> tuple[Numbers, int]:
        from ambassadors.graph.compiled.ids import find

        numbers = np.empty(count, np.uint32)

        def look_up(piece: tuple[int, int]) -> int:
            begin, end = piece
            return int(find(texts.views, texts.buffers, begin, end, *self._table, numbers))

        return numbers, sum(side_by_side(look_up, pieces_of(count)))

    def _make_room(self) -> None:
        """Twice the place for whichever is full: keys or bytes."""
        from ambassadors.graph.compiled.ids import place

        if len(self) < len(self._keys):
            self._arena = _longer(self._arena, 2 * len(self._arena))
            return
        keys = cache_lines(2 * len(self), 4)
        keys[: len(self)] = self._keys
        self._keys = keys
        self._begins = _longer(self._begins, 2 * len(self) + 1)
        self._index = np.zeros(_SLOTS_AN_ID * len(keys), np.uint32)
        place(self._keys, len(self), self._index)

    def texts(self) -> pl.Series:
        """The ids, in the order of their numbers."""
        ends = self._begins[: len(self) + 1].astype(np.int64)
        return series_of(ends, self._arena[: ends[-1]]).alias("account")

    def sort(self) -> Numbers:
        """Number the ids in bytewise order from now on; returns the new number of each old one.

        Only those of one pass may be sorted: numbers that were given out before mean something else afterwards.
        """
        before = self.texts()
        vars(self).update(vars(Ids.of(before.sort())))
        return self.find(before)


def cache_lines(rows: int, width: int) -> Words:
    """Rows of so many words, all 0, that begin where a cache line does."""
    words = np.zeros(width * rows + 8, np.uint64)
    begin = (-words.ctypes.data // 8) % 8
    return words[begin : begin + width * rows].reshape(rows, width)


def _longer(array: npt.NDArray[Any], size: int) -> npt.NDArray[Any]:
    longer = np.zeros(size, array.dtype)
    longer[: len(array)] = array
    return longer


def places_of(names: Sequence[str], ids: pl.Series) -> Numbers:
    """Where some names stand in sorted ids.

    Raises ``UnknownAccount`` when a name is not among the ids, and offers what is spelt most like it.

    >>> places_of(["x:c", "x:a"], pl.Series(["x:a", "x:b", "x:c"])).tolist()
    [2, 0]
    """
    wanted = pl.Series(names, dtype=pl.String)
    places = ids.search_sorted(wanted).to_numpy()
    found = ids.gather(places, null_on_oob=True)
    missing = np.flatnonzero(~(found == wanted).fill_null(False).to_numpy())
    if missing.size:
        raise _unknown(names[missing[0]], ids, int(places[missing[0]]))
    return places


def _unknown(name: str, ids: pl.Series, at: int) -> UnknownAccount:
    hint = _hint(name, ids, at)
    return UnknownAccount(f"{name!r} is none of the graph's {len(ids):,} accounts. {hint}".rstrip())


def _hint(name: str, ids: pl.Series, at: int) -> str:
    """Offer the ids that a name may have meant: those with a platform in front of it, else the nearest in spelling."""
    with_platform = ids.filter(ids.str.ends_with(f":{name}")).head(3).to_list()
    if with_platform:
        return did_you_mean(with_platform[0], with_platform)
    window = ids.slice(max(at - _QUICK_TO_COMPARE // 2, 0), _QUICK_TO_COMPARE)
    return did_you_mean(name, window.to_list())
