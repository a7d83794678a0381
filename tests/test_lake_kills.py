"""Killed at any moment, read at any moment: the lake holds each row once, and nobody sees half a landing."""

from __future__ import annotations

import multiprocessing
import random
import signal
import time
from collections.abc import Callable, Iterator
from multiprocessing.connection import Connection
from pathlib import Path

import duckdb
import polars as pl
import pytest
from deltalake import DeltaTable

from ambassadors.lake import Lake
from tests.lake_rows import NOW, like, rows

BATCH = 100
#: Processes that are made of one in which everything is loaded: each starts in a hundredth of a second.
FORKED = multiprocessing.get_context("forkserver")
FORKED.set_forkserver_preload(["polars", "deltalake", "duckdb", "ambassadors.lake.dataset", "tests.lake_rows"])


def batch(number: int) -> pl.DataFrame:
    """A hundred rows, half of which another batch has, too."""
    return rows("interactions", *(like(who) for who in range(number * BATCH // 2, number * BATCH // 2 + BATCH)))


def grow(folder: Path, first: int, last: int, begun: Connection | None = None) -> None:
    """Lands batches, with some tidying up between."""
    lake = Lake(folder)
    if begun:
        begun.send(True)
    for number in range(first, last):
        lake.land("interactions", batch(number), source="x", now=NOW)
        if number % 2:
            lake.compact()


@pytest.mark.parametrize("kills", [5, pytest.param(100, marks=pytest.mark.torture)])
def test_killed_and_landed_again_nothing_is_twice_and_nothing_missing(tmp_path: Path, kills: int) -> None:
    """SIGKILLs at random moments of landing and compacting: the table is that of a quiet life."""
    chance, began = random.Random(7), time.monotonic()
    grow(tmp_path / "quiet", 0, 4)
    took, cut_short = time.monotonic() - began, 0

    for kill in range(kills):
        heard, begun = FORKED.Pipe(duplex=False)
        writer = FORKED.Process(target=grow, args=(tmp_path / f"killed-{kill % 2}", 0, 4, begun))
        writer.start()
        begun.close()  # else a writer that dies would be waited for
        heard.recv()
        time.sleep(chance.uniform(0, took))
        writer.kill()
        writer.join()
        cut_short += writer.exitcode == -signal.SIGKILL
    for place in range(2):
        grow(tmp_path / f"killed-{place}", 0, 4)

    quiet = Lake(tmp_path / "quiet").read("interactions")
    assert quiet.height == 2.5 * BATCH
    assert cut_short >= kills // 2
    assert all(Lake(tmp_path / f"killed-{place}").read("interactions").equals(quiet) for place in range(2))


def by_polars(folder: str) -> int:
    """How many rows polars finds."""
    return int(pl.scan_delta(folder).select(pl.len()).collect().item())


def by_duckdb(folder: str) -> int:
    """How many rows DuckDB finds in the files that the log names."""
    files = DeltaTable(folder).file_uris()
    return int(duckdb.sql(f"SELECT count(*) FROM read_parquet({files})").fetchall()[0][0])


def watch(count: Callable[[str], int], folder: str, told: Connection) -> None:
    """Counts the rows over and over until the last has landed; every count is told."""
    seen = [count(folder)]
    told.send(seen[0])
    while seen[-1] < 10 * BATCH:
        seen.append(count(folder))
    told.send(seen)


@pytest.fixture(params=[by_polars, by_duckdb])
def watcher(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Connection]:
    """Another process that reads while we write."""
    Lake(tmp_path).land("interactions", rows("interactions", *map(like, range(BATCH))), source="x", now=NOW)
    heard, told = FORKED.Pipe(duplex=False)
    reader = FORKED.Process(target=watch, args=(request.param, str(tmp_path / "interactions"), told))
    reader.start()
    told.close()  # else a reader that dies would be waited for
    yield heard
    reader.kill()
    reader.join()


def test_readers_never_see_half_a_landing(watcher: Connection, tmp_path: Path) -> None:
    """Whoever counts while batches of a hundred land counts whole hundreds, and never fewer than before."""
    assert watcher.recv() == BATCH

    for number in range(1, 10):
        told = rows("interactions", *map(like, range(number * BATCH, (number + 1) * BATCH)))
        Lake(tmp_path).land("interactions", told, source="x", now=NOW)
        if number % 4 == 0:
            Lake(tmp_path).compact()

    assert watcher.poll(60)
    seen = watcher.recv()
    assert seen == sorted(seen)
    assert {count % BATCH for count in seen} == {0}
