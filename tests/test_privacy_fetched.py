"""Fetched data and the rights of people: forgotten, handed out, not fetched again."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path

import pytest

import ambassadors as amb
from ambassadors import fetch, job, privacy
from ambassadors.lake import Lake
from tests import small_mastodon
from tests.small_mastodon import SmallServer

WHO = 77


@pytest.fixture(scope="module")
def ran(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[SmallServer, Path, Path]]:
    """A server, a recipe that was fetched and run once, and where its runs are."""
    folder = tmp_path_factory.mktemp("fetched")
    recipe, out = folder / "brand.toml", folder / "runs"
    with small_mastodon.running() as server:
        recipe.write_text(small_mastodon.recipe(server.address, more="posts = 8\n[job]\nbacktest = 0"))
        (found,) = fetch.fetch(recipe)
        assert found.complete, found.error
        job.run(recipe, out=out)
        yield server, recipe, out


def test_export_then_forget(ran: tuple[SmallServer, Path, Path]) -> None:
    """A person's fetched rows are handed out; forgotten, they stand in no file, and are not fetched again."""
    server, recipe, out = ran
    account, dataset = f"mastodon:{WHO}@{server.address.removeprefix('http://')}", recipe.parent / "fetched"

    held = privacy.export(account, out=out)
    proof = privacy.forget(account, out=out)
    again = fetch.fetch(recipe, state=out / "state")

    tables = json.loads(json.dumps(held))["fetched"][0]["tables"]
    assert [row["account"] for row in tables["accounts"]] == [account]
    assert tables["interactions"]
    assert proof.fetched >= len(tables["interactions"]) + 2
    assert proof.holds, proof.hits
    assert again[0].complete
    for table in ("accounts", "follows", "posts", "interactions"):
        rows = Lake(dataset).read(table)
        assert rows.height >= 8
        assert account not in rows.write_json()
        assert f"person{WHO}@" not in rows.write_json()
    assert account not in amb.read(recipe, state=out / "state").accounts["account"]
