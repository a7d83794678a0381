"""A crawl that is killed (kill -9) at random moments, again and again, ends as one that nobody touched."""

from __future__ import annotations

import random
import subprocess
import sys
import time
from pathlib import Path

import polars as pl
import pytest

from ambassadors.lake import Lake
from tests import small_mastodon
from tests.torture.ground import FULL, RUN, environment

pytestmark = pytest.mark.torture
KILLS = 50 if FULL else 3
#: When something was seen differs from crawl to crawl.
_SEEN = ("observed_at", "at_latest", "first_seen", "last_seen", "fetched_from")
#: How long Python takes to begin; kills come after that.
_BEGINS = 0.9


def fetching(recipe: Path) -> subprocess.Popen[str]:
    """One fetch as a process of its own."""
    call = [sys.executable, "-P", "-c", RUN, "fetch", str(recipe)]
    return subprocess.Popen(call, env=environment(), stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)


def brought(recipe: Path) -> dict[str, pl.DataFrame]:
    """The rows of the dataset, but for when they were seen."""
    lake = Lake(recipe.parent / "fetched")
    return {table: lake.read(table).drop(_SEEN, strict=False) for table in lake.tables()}


def written(folder: Path, server: str) -> Path:
    """The recipe in a folder of its own."""
    folder.mkdir()
    path = folder / "brand.toml"
    path.write_text(small_mastodon.recipe(server))
    return path


def _patience(chance: random.Random, whole_took: float) -> float:
    """A random moment within the first part of a fetch."""
    return _BEGINS + chance.random() * whole_took / 3


def test_killed_crawls_lose_and_double_nothing(tmp_path: Path) -> None:
    """After each kill the next fetch goes on; in the end every row is there once, as without a kill."""
    chance, kills, crawls, whole_took = random.Random(7), 0, 0, 0.0
    with small_mastodon.running(pause=0.03) as server:
        whole = written(tmp_path / "whole", server.address)
        began = time.monotonic()
        out, _ = (done := fetching(whole)).communicate(timeout=120)
        whole_took = time.monotonic() - began
        assert done.returncode == 0, out
        expected, asked = brought(whole), len(server.asked)
        while kills < KILLS:
            crawls += 1
            recipe = written(tmp_path / f"killed-{crawls}", server.address)
            while True:
                process = fetching(recipe)
                try:
                    out, _ = process.communicate(timeout=_patience(chance, whole_took) if kills < KILLS else 120)
                except subprocess.TimeoutExpired:
                    process.kill()
                    process.communicate()
                    kills += 1
                    continue
                assert process.returncode == 0, out
                break
            found = brought(recipe)
            assert found.keys() == expected.keys()
            for table, rows in expected.items():
                assert found[table].equals(rows), f"{table} differs after {kills} kills"
    again = len(server.asked) - asked * (crawls + 1)
    print(f"{kills} kills in {crawls} crawls of {asked} calls; {again} calls were made twice; 0 rows lost or doubled")
    assert again <= 6 * kills, "what was read before a kill is not read again"
