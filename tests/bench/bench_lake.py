"""How long rows take into the lake and out of it again, beside the same rows in one Parquet file.

    python tests/bench/bench_lake.py [FOLDER]

Prints a table: a million interactions landed 50,000 at a time, then 100,000 new ones, 100,000 known ones, a thousand
changed ones, one person dropped; and reading the table through ``format = "delta"`` and ``format = "parquet"``.
"""

from __future__ import annotations

import resource
import sys
import tempfile
import time
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

import polars as pl

from ambassadors import tables
from ambassadors.lake import Lake
from ambassadors.sources import reader
from ambassadors.sources.layout import Layout

NOW = datetime(2026, 1, 1, tzinfo=UTC)
MILLION = 1_000_000
READ = ["source", "target", "kind", "at", "post", "text"]


def acts(first: int, last: int, words: str = "what a thing number {} is") -> pl.DataFrame:
    """Likes and comments under as many posts, by 200,000 people."""
    number = pl.int_range(first, last, eager=True).alias("number").to_frame()
    comment = pl.col("number") % 3 == 0
    told = number.select(
        source=pl.format("bluesky:did:plc:{}", pl.col("number") * 7_919 % 200_000),
        target=pl.lit("bluesky:did:plc:brand"),
        kind=pl.when(comment).then(pl.lit("comment")).otherwise(pl.lit("like")),
        at=(pl.lit(NOW) - pl.duration(seconds=pl.col("number") * 20)).cast(tables.TIME),
        post=pl.format("bluesky:at://did:plc:brand/app.bsky.feed.post/{}", "number"),
        text=pl.when(comment).then(pl.format(words, "number")),
    )
    good, rejects = tables.check(tables.INTERACTIONS, told)
    assert rejects.is_empty()
    return good


def timed(what: str, work: Callable[[], object]) -> float:
    """Prints how long that took, and the most memory so far."""
    began = time.perf_counter()
    work()
    took = time.perf_counter() - began
    most = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024
    print(f"| {what:<42} | {took:7.2f} s | {most:5} MiB |", flush=True)
    return took


def count(path: Path, layout: Layout) -> int:
    """The rows of a file, read as a recipe's files are."""
    return sum(block.rows.height for block in reader.blocks(path, layout, READ))


def main(folder: Path) -> None:
    """Prints the table."""
    lake, delta, parquet = Lake(folder / "lake"), Layout(format="delta"), Layout(format="parquet")

    def land(rows: pl.DataFrame) -> None:
        lake.land("interactions", rows, source="bluesky", now=NOW)

    parts = [acts(first, first + 50_000) for first in range(0, MILLION, 50_000)]
    timed("a million rows in 20 landings", lambda: [land(part) for part in parts])
    timed("compact", lake.compact)
    more, edited = acts(MILLION, MILLION + 100_000), acts(0, 3_000, "edited {}")
    timed("100,000 new rows", lambda: land(more))
    timed("100,000 known rows", lambda: land(more))
    timed("1,000 changed rows", lambda: land(edited))
    timed("compact", lake.compact)
    timed("one person dropped", lambda: lake.drop_accounts(["bluesky:did:plc:7919"]))
    whole, one = lake.read("interactions"), folder / "one.parquet"
    whole.write_parquet(one)
    assert count(one, parquet) == count(lake.folder / "interactions", delta) == whole.height
    ratios = sorted(
        timed("read through format = delta", lambda: count(lake.folder / "interactions", delta))
        / timed("read through format = parquet", lambda: count(one, parquet))
        for _ in range(5)
    )
    print(
        f"{whole.height:,} rows: delta / parquet = {ratios[2]:.2f} (median of 5, {ratios[0]:.2f} to {ratios[-1]:.2f})"
    )


if __name__ == "__main__":
    with tempfile.TemporaryDirectory(dir=sys.argv[1] if len(sys.argv) > 1 else None) as scratch:
        main(Path(scratch))
