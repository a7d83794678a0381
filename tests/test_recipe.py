"""A recipe: what it may say, and how its faults are told."""

from __future__ import annotations

import tomllib
from datetime import timedelta
from pathlib import Path

import pytest

from ambassadors import recipe
from ambassadors.errors import AmbassadorsError, RecipeError

GOOD = """
name = "a"
[[files]]
table = "follows"
path = "f.csv"
columns = { source = "s", target = "t" }
"""


def faults(text: str) -> dict[str, str]:
    """The faults of a recipe's text, by key."""
    with pytest.raises(RecipeError) as caught:
        recipe.parse(tomllib.loads(text))
    return {fault.key: f"{fault.problem} {fault.remedy}" for fault in caught.value.faults}


def test_the_shortest_recipe_has_all_defaults() -> None:
    """What a recipe leaves out has its default."""
    found = recipe.parse(tomllib.loads(GOOD))

    assert found.graph.half_life == timedelta(days=90)
    assert found.rank.influencers == recipe.DEFAULT_WEIGHTS["influencers"]


def test_all_faults_are_told_at_once() -> None:
    """Faults of keys, types, values, columns, kinds and names come in one message."""
    found = faults("""
        nam = "a"
        [[files]]
        table = "interactions"
        path = "i.csv"
        separator = "ab"
        [files.columns]
        sorce = "a"
        target = "b"
        kind = { column = "k", values = { RT = "shar" } }
        at = { time = "iso" }
        [graph]
        half_life = "90"
        kinds = { lik = 1 }
        [ladder]
        love = "active_day >= 3"
        [rank]
        k = 0
        influencers = { pagerank = 1 }
    """)

    assert set(found) >= {
        "nam", "name", "files[1].separator", "files[1].columns.sorce", "files[1].columns.source",
        "files[1].columns.kind.values", "files[1].columns.at", "graph.half_life", "graph.kinds",
        "ladder.love", "rank.k", "rank.influencers",
    }  # fmt: skip


@pytest.mark.parametrize(
    ("text", "key", "near"),
    [
        (GOOD.replace("path", "pth"), "files[1].pth", "'path'"),
        (GOOD.replace('"follows"', '"folows"'), "files[1].table", "'follows'"),
        (GOOD.replace("source =", "sorce ="), "files[1].columns.sorce", "'source'"),
        (GOOD + "[graph]\nhalflife = '9d'", "graph.halflife", "'half_life'"),
        (GOOD + "[graph.kinds]\nlikes = 3", "graph.kinds", "'like'"),
        (GOOD + "[rank.influencers]\nresponder = 3", "rank.influencers", "'responders'"),
        (GOOD + "[ladder]\nlike = 'order >= 1'", "ladder.like", "'orders'"),
        ("zone = 'Europe/Olso'\n" + GOOD, "zone", "'Europe/Oslo'"),
        (GOOD.replace('"t"', '{ colum = "t" }'), "files[1].columns.target.colum", "'column'"),
        (
            GOOD.replace('"t"', '"t", since = { column = "d", time = "epoc_s" }'),
            "files[1].columns.since.time",
            "'epoch_s'",
        ),
    ],
)
def test_a_misspelt_name_is_answered_with_the_right_one(text: str, key: str, near: str) -> None:
    """Each misspelling is told at its key, with the name that was meant."""
    found = faults(text)

    assert near in found[key]


def test_a_pattern_of_time_needs_a_zone() -> None:
    """A declared date format without a zone is a fault of the recipe, not of every row."""
    text = GOOD.replace('target = "t"', 'target = "t", since = { column = "d", time = "%d/%m/%Y" }')

    assert "zone" in faults(text)["files[1].columns.since.zone"]
    assert recipe.parse(tomllib.loads("zone = 'UTC'\n" + text)).files[0].columns["since"].time == "%d/%m/%Y"


def test_headerless_files_need_names() -> None:
    """header = false without names is a fault, and so are names beside a header."""
    assert "files[1].names" in faults(GOOD.replace("path =", "header = false\npath ="))
    assert "files[1].names" in faults(GOOD.replace("path =", "names = ['s', 't']\npath ="))


def test_one_weight_changes_and_the_others_stay() -> None:
    """A recipe that names one weight keeps the defaults of the others."""
    found = recipe.parse(tomllib.loads(GOOD + "[rank.influencers]\nresponders = 7"))

    assert found.rank.influencers == {**recipe.DEFAULT_WEIGHTS["influencers"], "responders": 7}


def test_a_missing_recipe_names_those_near_it(tmp_path: Path) -> None:
    """A wrong path is answered with the recipes that lie near."""
    (tmp_path / "town").mkdir()
    (tmp_path / "town" / "brand.toml").write_text(GOOD)

    with pytest.raises(RecipeError, match=r"town.brand\.toml"):
        recipe.load(tmp_path / "twon" / "brand.toml")


@pytest.mark.parametrize("content", [b"\xff\xfe\x00", b"name = 'a", b"name = a"])
def test_what_is_not_toml_is_told_with_its_line(tmp_path: Path, content: bytes) -> None:
    """Binary and broken TOML give a message, not a traceback."""
    (tmp_path / "r.toml").write_bytes(content)

    with pytest.raises(RecipeError, match=r"r\.toml: 1 fault"):
        recipe.load(tmp_path / "r.toml")


@pytest.mark.parametrize("text", ["yesterday", "03/04/2024", "2026-13-01", ""])
def test_a_moment_that_is_none_is_refused(text: str) -> None:
    """as_of takes ISO 8601 and nothing else."""
    with pytest.raises(AmbassadorsError, match="ISO 8601"):
        recipe.moment(text)


@pytest.mark.parametrize("text", ["90", "90 days", "-3d", "0d", "", None, 90])
def test_a_duration_without_a_unit_is_refused(text: object) -> None:
    """A span of time names its unit."""
    with pytest.raises(ValueError, match="span of time"):
        recipe.duration(text)


@pytest.mark.parametrize("form", ["%Q", "%", "%d/%m", "%H:%M", "%Y-%m-%d %H:%M:%S.%f", "%d/%m/%Y %I:%M"])
def test_a_pattern_of_time_must_be_one(form: str) -> None:
    """A pattern that no time can be read by is a fault of the recipe, before a row is read."""
    text = GOOD.replace('target = "t"', f'target = "t", since = {{ column = "d", time = "{form}", zone = "UTC" }}')

    assert "files[1].columns.since.time" in faults(text)


@pytest.mark.parametrize(
    "text",
    [
        "[graph]\nhalf_life = '99999999999y'",
        "[rank]\nk = 99999999999",
        "[rank]\ntiers = {}",
        "[ladder]\ngood_rating = nan",
    ],
)
def test_settings_have_sane_bounds(text: str) -> None:
    """Numbers that no one can mean are faults, not overflows later."""
    assert len(faults(GOOD + text)) == 1
