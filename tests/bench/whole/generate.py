"""Made-up follows and acts, the same for the same seed: generate.py S|M|L FOLDER [--interactions N] [--csv] [--seed 7].

They are drawn as those of a crowd (ambassadors.simulate.crowd tells how): no loops, no repeats, rows in random order.
Ids are text like X's: 40 % old and short, 60 % of 18 or 19 digits. Acts are likes, comments, shares and mentions over
180 days, more of them late.

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

from ambassadors.simulate.crowd import BEGIN, DAYS, KINDS, follows, numbers, parties
from ambassadors.simulate.plan import DAY

PIECE = 1 << 24  # Arrow's text arrays end at 2 GB, so ids are looked up in pieces


def acts(
    source: np.ndarray, target: np.ndarray, weights: np.ndarray, names: pa.Array, rows: int, random: np.random.Generator
) -> pa.Table:
    """The interactions table."""
    actor, receiver = parties(source, target, weights, len(names), rows, random)
    kind = pa.array(random.choice(len(KINDS), rows, p=list(KINDS.values())).astype(np.int8))
    seconds = (BEGIN + DAY * DAYS * random.random(rows) ** 0.8).astype(np.int64)
    return pa.table(
        {
            "account_id": named(names, actor),
            "target_id": named(names, receiver),
            "kind": pa.DictionaryArray.from_arrays(kind, pa.array(list(KINDS))).cast(pa.string()),
            "timestamp": pa.array(seconds * 1_000_000).cast(pa.timestamp("us")),
        }
    )


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
    ids = numbers(people, random)
    names = pa.array(ids).cast(pa.string())
    brand = int(np.argsort(np.bincount(target, minlength=people))[int(people * 0.999)])
    (folder / "brand.txt").write_text(f"{brand} {ids[brand]}\n")
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
