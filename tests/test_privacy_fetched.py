"""Fetched data and the rights of people: forgotten, handed out, not fetched again."""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest

import ambassadors as amb
from ambassadors import fetching, job, privacy, state
from ambassadors.crawling import Checkpoint
from ambassadors.lake import Lake
from ambassadors.platforms.contract import Page
from ambassadors.platforms.mastodon import PLATFORM
from ambassadors.privacy.forms import Forms, Person
from tests import small_mastodon
from tests.lake_rows import NOW, day, profile, rows
from tests.small_mastodon import SmallServer

WHO = 77


@pytest.fixture(scope="module")
def ran(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[SmallServer, Path, Path]]:
    """A server, a recipe that was fetched and run once, and where its runs are."""
    folder = tmp_path_factory.mktemp("fetched")
    recipe, out = folder / "brand.toml", folder / "runs"
    with small_mastodon.running() as server:
        recipe.write_text(small_mastodon.recipe(server.address, more="posts = 4\n[job]\nbacktest = 0"))
        (found,) = fetching.fetch(recipe)
        assert found.complete, found.error
        job.run(recipe, out=out)
        yield server, recipe, out


def test_export_then_forget(ran: tuple[SmallServer, Path, Path]) -> None:
    """A person's fetched rows are handed out; forgotten, they stand in no file, and are not fetched again."""
    server, recipe, out = ran
    account, dataset = f"mastodon:{WHO}@{server.address.removeprefix('http://')}", recipe.parent / "fetched"

    held = privacy.export(account, out=out)
    proof = privacy.forget(account, out=out)
    again = fetching.fetch(recipe, state=out / "state")

    tables = json.loads(json.dumps(held))["fetched"][0]["tables"]
    assert [row["account"] for row in tables["accounts"]] == [account]
    assert tables["interactions"]
    assert proof.fetched >= len(tables["interactions"]) + 2
    assert proof.holds, proof.hits
    assert proof.inputs == ()
    assert "were not touched" not in proof.advice
    assert again[0].complete
    for table in ("accounts", "follows", "posts", "interactions"):
        found = Lake(dataset).read(table)
        assert found.height >= 8
        assert account not in found.write_json()
        assert f"person{WHO}@" not in found.write_json()
    assert account not in amb.read(recipe, state=out / "state").accounts["account"]


def person(account: str, handle: str, **told: object) -> dict[str, object]:
    """A profile of a made-up dataset."""
    return profile(0, 1, **told) | {"account": f"mastodon:{account}", "handle": handle}


def reply(who: str, text: str) -> dict[str, object]:
    """Somebody answers the brand."""
    source, target, post = f"mastodon:{who}", "mastodon:1@m.example", "mastodon:p@m.example"
    return {"source": source, "target": target, "kind": "reply", "at": day(2), "post": post, "text": text}


@pytest.fixture
def dataset(tmp_path: Path) -> Path:
    """A dataset in which people talk about Zoe, who is known to two servers, and about another Zoe."""
    folder = tmp_path / "fetched"
    people = [
        person("1@m.example", "brand@m.example"),
        person("5@m.example", "zoe@m.example", name="Zoe Quark"),
        person("99@n.example", "Zoe@m.example"),
        person("6@m.example", "bob@m.example", bio="friend of @Zoe."),
        person("7@m.example", "cy@m.example", bio="I am @cy@m.example, not @zoe@n.example or x:@zoe"),
    ]
    said = [
        reply("6@m.example", "thanks @ZOE, and .@zoe's cat; see https://m.example/@zoe/12 and @zoey"),
        reply("7@m.example", "me/@zoe, not https://n.example/@zoe"),
    ]
    Lake(folder).land("accounts", rows("accounts", *people), source="mastodon", now=NOW)
    Lake(folder).land("interactions", rows("interactions", *said), source="mastodon", now=NOW)
    note(folder, tmp_path / "runs")
    return folder


def note(folder: Path, out: Path) -> None:
    """The store of those runs knows the dataset, as a run leaves it."""
    with state.open_store(out / "state") as store:
        state.note_place(store, folder)


def test_the_short_form_of_a_handle_goes_out_of_others_words(dataset: Path, tmp_path: Path) -> None:
    """On servers @user stands for user@server: it goes, and what is another's on another server stays."""
    proof = privacy.forget("mastodon:@zoe@m.example", out=tmp_path / "runs")

    lake = Lake(dataset)
    assert proof.holds, proof.hits
    assert sorted(lake.read("accounts")["account"]) == [f"mastodon:{one}@m.example" for one in (1, 6, 7)]
    assert lake.read("accounts")["bio"].drop_nulls().to_list() == [
        "friend of [forgotten].",
        "I am @cy@m.example, not @zoe@n.example or x:@zoe",
    ]
    assert lake.read("interactions")["text"].to_list() == [
        "thanks [forgotten], and .[forgotten]'s cat; see [forgotten]/12 and @zoey",
        "me/[forgotten], not https://n.example/@zoe",
    ]


def test_a_short_form_that_others_bear_is_not_taken_from_them(dataset: Path, tmp_path: Path) -> None:
    """Where somebody known has the same name on another server, @user may be theirs; the proof counts it as shared."""
    other = person("8@m.example", "zoe@n.example")
    Lake(dataset).land("accounts", rows("accounts", other), source="mastodon", now=NOW)

    proof = privacy.forget("mastodon:@zoe@m.example", out=tmp_path / "runs")

    assert proof.shared >= 1
    assert proof.holds, proof.hits
    assert "friend of @Zoe." in Lake(dataset).read("accounts")["bio"]
    assert "mastodon:8@m.example" in Lake(dataset).read("accounts")["account"]


@pytest.mark.parametrize("text", ["hi @zoe!", "HI\n@Zoe", "https://m.example/users/zoe", "(@zoe@m.example)"])
def test_the_proof_looks_for_the_short_form(dataset: Path, tmp_path: Path, text: str) -> None:
    """A file that still names somebody so is told."""
    (dataset / "copy.txt").write_text(text)

    proof = privacy.forget("mastodon:@zoe@m.example", out=tmp_path / "runs")

    assert {file for file, _ in proof.hits} == {"fetched/copy.txt"}


def test_short_forms_are_those_of_handles_with_a_server() -> None:
    """An id's number is no name, and a handle without a server is its own short form."""
    forms = Forms(Person(("mastodon:105@m.example",), (("mastodon", "zoe@m.example"), ("x", "zed"))))

    assert forms.short == [("mastodon", "zoe")]
    assert not forms.named("call @105 now")


def test_rows_that_have_not_landed_are_let_go(dataset: Path, tmp_path: Path) -> None:
    """What a killed crawl read and did not store yet names nobody who was forgotten, not even after a line's end."""
    endpoint = next(iter(PLATFORM.endpoints.values()))
    path = dataset / "mastodon-1.sqlite"
    waiting = [
        reply(who, text) | {"at": day(2).isoformat()}
        for who, text in (("6@m.example", "well,\n@zoe knows"), ("7@m.example", "hello"))
    ]
    with closing(Checkpoint(path)) as notes, notes.writing():
        notes.stage(endpoint, "a call", Page(rows={"interactions": waiting}))

    proof = privacy.forget("mastodon:5@m.example", out=tmp_path / "runs")

    with closing(Checkpoint(path)) as notes:
        left, _ = notes.staged_rows("interactions")
    assert proof.holds, proof.hits
    assert [row["text"] for row in left] == ["hello"]


def test_a_dataset_says_which_state_knows_of_it(dataset: Path, tmp_path: Path) -> None:
    """Once somebody was erased there, any fetch can find out whom to keep out; only its owner may read where."""
    before = state.state_of(dataset)

    privacy.forget("mastodon:5@m.example", out=tmp_path / "runs")

    assert before is None
    assert state.state_of(dataset) == (tmp_path / "runs" / "state").resolve()
    assert (dataset / ".state").stat().st_mode & 0o777 == 0o600


def test_a_second_store_tells_the_first(dataset: Path, tmp_path: Path) -> None:
    """With runs in two places, the state that a dataset names knows everybody who was erased there."""
    note(dataset, tmp_path / "more")
    privacy.forget("mastodon:6@m.example", out=tmp_path / "runs")

    privacy.forget("mastodon:5@m.example", out=tmp_path / "more")

    home = state.state_of(dataset)
    assert home == (tmp_path / "runs" / "state").resolve()
    with state.open_store(home) as store:
        assert state.forgotten_among(store, [("mastodon:5@m.example", None)])


def test_a_state_that_is_gone_is_replaced(dataset: Path, tmp_path: Path) -> None:
    """A dataset whose state was moved away learns of the one in which somebody is forgotten next."""
    (dataset / ".state").write_text("/gone/state\n")

    privacy.forget("mastodon:5@m.example", out=tmp_path / "runs")

    assert state.state_of(dataset) == (tmp_path / "runs" / "state").resolve()


def test_forgotten_before_the_dataset_was_known(tmp_path: Path) -> None:
    """Who was forgotten while the store did not know of a dataset is taken out of it by the next fetch."""
    recipe, out = tmp_path / "brand.toml", tmp_path / "runs"
    with small_mastodon.running() as server:
        recipe.write_text(small_mastodon.recipe(server.address, more="posts = 1"))
        account = f"mastodon:{WHO}@{server.address.removeprefix('http://')}"
        fetching.fetch(recipe)
        before = Lake(tmp_path / "fetched").read("follows")["source"].to_list()
        privacy.forget(account, out=out)

        fetching.fetch(recipe, state=out / "state")

    assert account in before
    for table in ("accounts", "follows", "interactions"):
        assert account not in Lake(tmp_path / "fetched").read(table).write_json()
