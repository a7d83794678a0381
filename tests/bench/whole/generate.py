"""Made-up follows and acts, the same for the same seed: generate.py S|M|L FOLDER [--interactions N] [--csv] [--seed 7].

Follows (source follows target): popularity by Pareto (1.2), so that the tail of in-degrees has an exponent of about
2.2; out-degrees lognormal (1.3); communities of power-law sizes hold 70 % of the follows; small accounts follow back;
no loops, no repeats, rows in random order. Ids are text like X's: 40 % old and short, 60 % of 18 or 19 digits. Acts:
75 % along the follows, by weight; 25 % by anybody towards the popular; likes, comments, shares and mentions over 180
days, more of them late.

Writes FOLDER/SIZE/edges.parquet, interactions_5m.parquet (with the millions in its name), and brand.txt: an account's
number and id, at the 99.9th percentile of followers. L with 200 million acts takes about 16 GB of memory.
"""

from __future__ import annotations

import argparse
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import numpy as np
import polars as pl
import pyarrow as pa
import pyarrow.parquet as pq
from cases import SIZES

BEGIN, DAY = 1_735_689_600, 86_400  # the first of January 2025; seconds
PIECE = 1 << 24  # Arrow's text arrays end at 2 GB, so ids are looked up in pieces
KINDS = {"like": 0.70, "comment": 0.15, "share": 0.10, "mention": 0.05}


def communities(people: int, random: np.random.Generator) -> np.ndarray:
    """Where each community begins, in people; and the end."""
    sizes, total = [], 0
    while total < people:
        size = int(min((1 - random.random()) ** (-1 / 1.0) * 50, people / 20))
        sizes.append(min(size, people - total))
        total += sizes[-1]
    return np.concatenate([[0], np.cumsum(sizes)])


def follows(people: int, wanted: int, random: np.random.Generator) -> tuple[np.ndarray, np.ndarray]:
    """Exactly so many follows, as numbers of source and target."""
    popularity = (1 - random.random(people)) ** (-1 / 1.2)
    begins = communities(people, random)
    eagerness = random.lognormal(0, 1.3, people)
    pairs = np.empty(0, np.int64)
    while len(pairs) < wanted:
        more = some_follows(popularity, begins, eagerness, int(wanted * 1.08), random)
        pairs = np.unique(np.concatenate([pairs, more]))
        del more
    pairs = random.permutation(pairs)[:wanted]
    source, target = (pairs // people).astype(np.int32), (pairs % people).astype(np.int32)
    shuffled = random.permutation(people).astype(np.int32)  # a number must not tell the community
    return shuffled[source], shuffled[target]


def some_follows(
    popularity: np.ndarray, begins: np.ndarray, eagerness: np.ndarray, wanted: int, random: np.random.Generator
) -> np.ndarray:
    """About so many follows and follow-backs, each as source * people + target; repeats are possible, loops are not."""
    people = len(popularity)
    community = np.repeat(np.arange(len(begins) - 1), np.diff(begins))
    summed = np.concatenate([[0.0], np.cumsum(popularity)])
    share = eagerness / eagerness.sum() * wanted * 1.10
    count = np.round(share + random.random(people) - 0.5).astype(np.int64).clip(0, people // 4)
    source = np.repeat(np.arange(people, dtype=np.int64), count)
    local = random.random(len(source)) < 0.7
    low = np.where(local, summed[begins[community[source]]], 0.0)
    high = np.where(local, summed[begins[community[source] + 1]], summed[-1])
    drawn = low + random.random(len(source)) * (high - low)
    target = np.minimum(np.searchsorted(summed, drawn, side="right") - 1, people - 1)
    del low, high, drawn, local
    back = random.random(len(source)) < 0.3 / (1 + popularity[target] / 50.0)
    pairs = np.concatenate([source * people + target, target[back] * people + source[back]])
    return pairs[(pairs // people) != (pairs % people)]


def ids(people: int, random: np.random.Generator) -> np.ndarray:
    """A different whole number for each."""
    short = random.random(people) < 0.4
    old = random.integers(100_000, 4_000_000_000, people)
    new = random.integers(7 * 10**17, 19 * 10**17, people)
    drawn = np.where(short, old, new)
    while len(first := np.unique(drawn, return_index=True)[1]) < people:
        repeated = np.ones(people, bool)
        repeated[first] = False
        drawn[repeated] = random.integers(7 * 10**17, 19 * 10**17, repeated.sum())
    return drawn


def picks(weights: np.ndarray, count: int, random: np.random.Generator) -> np.ndarray:
    """So many positions, each as likely as its weight."""
    summed = np.cumsum(weights)
    return np.minimum(np.searchsorted(summed, random.random(count) * summed[-1]), len(weights) - 1)


def acts(
    source: np.ndarray, target: np.ndarray, weights: np.ndarray, names: pa.Array, rows: int, random: np.random.Generator
) -> pa.Table:
    """The interactions table."""
    actor, receiver = parties(source, target, weights, len(names), rows, random)
    kind = pa.array(random.choice(len(KINDS), rows, p=list(KINDS.values())).astype(np.int8))
    seconds = (BEGIN + DAY * 180 * random.random(rows) ** 0.8).astype(np.int64)
    return pa.table(
        {
            "account_id": named(names, actor),
            "target_id": named(names, receiver),
            "kind": pa.DictionaryArray.from_arrays(kind, pa.array(list(KINDS))).cast(pa.string()),
            "timestamp": pa.array(seconds * 1_000_000).cast(pa.timestamp("us")),
        }
    )


def parties(
    source: np.ndarray, target: np.ndarray, weights: np.ndarray, people: int, rows: int, random: np.random.Generator
) -> tuple[np.ndarray, np.ndarray]:
    """Who acts and towards whom, in random order."""
    along = int(rows * 0.75)
    edge = picks(weights, along, random)
    anybody = picks(random.lognormal(0, 1.5, people), rows - along, random).astype(np.int32)
    popular = picks(np.bincount(target, minlength=people) + 0.2, rows - along, random).astype(np.int32)
    actor, receiver = np.concatenate([source[edge], anybody]), np.concatenate([target[edge], popular])
    del edge, anybody, popular
    order = random.permutation(rows)
    return actor[order], receiver[order]


def named(names: pa.Array, numbers: np.ndarray) -> pa.ChunkedArray:
    """The ids of numbers."""
    pieces = range(0, len(numbers), PIECE)
    return pa.chunked_array([names.take(pa.array(numbers[begin : begin + PIECE])) for begin in pieces])


@contextmanager
def finished(path: Path) -> Iterator[Path]:
    """A path to write to, which takes its name when all is written: a stopped run leaves no half file."""
    part = path.with_name(f"{path.name}.part")
    yield part
    part.rename(path)


def write(table: pa.Table, path: Path, csv: bool) -> None:
    """As Parquet as pyarrow writes by default (Snappy, dictionaries, a mebirow a row group), and as CSV beside it."""
    with finished(path) as part:
        pq.write_table(table, part)
    if csv:
        with finished(path.with_suffix(".csv")) as part:
            pl.DataFrame(table).write_csv(part, datetime_format="%Y-%m-%dT%H:%M:%S")


def generate(size: str, folder: Path, rows: int, csv: bool, seed: int) -> None:
    """All files of a size."""
    people, wanted = SIZES[size]
    random = np.random.default_rng(seed)
    folder.mkdir(parents=True, exist_ok=True)
    source, target = follows(people, wanted, random)
    weights = np.floor((1 - random.random(wanted)) ** (-1 / 1.5)).clip(1, 500)
    numbers = ids(people, random)
    names = pa.array(numbers).cast(pa.string())
    brand = int(np.argsort(np.bincount(target, minlength=people))[int(people * 0.999)])
    (folder / "brand.txt").write_text(f"{brand} {numbers[brand]}\n")
    edges = pa.table({"src": named(names, source), "dst": named(names, target), "weight": weights})
    write(edges, folder / "edges.parquet", csv)
    del edges
    interactions = acts(source, target, weights, names, rows, random)
    write(interactions, folder / f"interactions_{rows // 1_000_000}m.parquet", csv)


def main() -> None:
    """Read the command line."""
    parser = argparse.ArgumentParser(description="Made-up follows and acts, the same for the same seed.")
    parser.add_argument("size", choices=SIZES)
    parser.add_argument("folder", type=Path)
    parser.add_argument("--interactions", type=int, default=5_000_000)
    parser.add_argument("--csv", action="store_true")
    parser.add_argument("--seed", type=int, default=7)
    given = parser.parse_args()
    generate(given.size, given.folder / given.size, given.interactions, given.csv, given.seed)


if __name__ == "__main__":
    main()
