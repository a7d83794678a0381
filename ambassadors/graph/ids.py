"""Account ids as numbers: 0, 1, 2, ... in the bytewise order of the ids.

Graphs, ranks and cores are arrays by that number, so the same accounts get the same numbers whatever the order of rows.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import numpy.typing as npt
import polars as pl

from ambassadors.errors import UnknownAccount, did_you_mean

Numbers = npt.NDArray[np.uint32]

_WORTH_COMPILED_CODE = 500_000  # below this many ids, loading numba costs more than its hash pass saves
_QUICK_TO_COMPARE = 2_000  # difflib compares about this many names in a tenth of a second


def number_ids(columns: Sequence[pl.Series]) -> tuple[pl.Series, list[Numbers]]:
    """Every distinct id of some columns, sorted bytewise, and each column as places in that list.

    >>> ids, (source, target) = number_ids([pl.Series(["x:b", "x:c"]), pl.Series(["x:a", "x:b"])])
    >>> ids.to_list(), source.tolist(), target.tolist()
    (['x:a', 'x:b', 'x:c'], [1, 2], [0, 1])
    """
    texts = pl.concat([column.alias("account") for column in columns])
    numbered = _number_by_hash(texts) if len(texts) >= _WORTH_COMPILED_CODE else None
    ids, numbers = numbered or _number_by_join(texts)
    ends = np.cumsum([len(column) for column in columns])
    return ids, np.split(numbers, ends[:-1])


def _number_by_join(texts: pl.Series) -> tuple[pl.Series, Numbers]:
    ids = texts.unique().sort()
    table = pl.DataFrame({"account": ids, "number": np.arange(len(ids), dtype=np.uint32)})
    joined = texts.to_frame().join(table, on="account", how="left", maintain_order="left")
    return ids, joined["number"].to_numpy()


def _number_by_hash(texts: pl.Series) -> tuple[pl.Series, Numbers] | None:
    """The same in one pass over hashes; None if two ids share a hash, which the comparison at the end finds out."""
    numbers, first = _number_hashes(texts.hash().to_numpy())
    ids = texts.gather(first)
    if not (ids.gather(numbers) == texts).all():
        return None
    order = ids.arg_sort().to_numpy()
    rank = np.empty(len(ids), np.uint32)
    rank[order] = np.arange(len(ids), dtype=np.uint32)
    return ids.gather(order), rank[numbers]


def _number_hashes(hashes: npt.NDArray[np.uint64], bits: int = 16) -> tuple[Numbers, Numbers]:
    from ambassadors.graph.compiled.ids import number_hashes

    while True:  # the number of distinct ids is not known before; a table too small gives up early
        numbers, first = number_hashes(hashes, bits)
        if len(numbers) == len(hashes):
            return numbers, first
        bits += 2


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
