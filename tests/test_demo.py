"""The demo: the town is the simulator's, our list finds whom naive sorts miss, and README and tutorial show it."""

from __future__ import annotations

import re
from pathlib import Path

import polars as pl
import pytest

import ambassadors as amb
from ambassadors import demo, recipe, score, show
from ambassadors.backtesting.orders import sorts
from tests.docs.pages import agrees, text_of, typed

ROOT = Path(__file__).parent.parent
TOWN = ROOT / "graphs" / "town"


@pytest.fixture(scope="module")
def finished(tmp_path_factory: pytest.TempPathFactory) -> demo.Demo:
    """The demo, run once."""
    return demo.demo(tmp_path_factory.mktemp("demo"))


def test_the_town_in_the_repository_is_what_the_simulator_writes(finished: demo.Demo) -> None:
    """Every file of graphs/town holds the rows that the simulator writes today."""
    made = finished.recipe.parent

    for path in sorted(made.iterdir()):
        kept = TOWN / path.name
        if path.suffix == ".toml":
            assert kept.read_bytes() == path.read_bytes()
        else:
            assert pl.read_csv(kept, infer_schema=False).equals(pl.read_csv(path, infer_schema=False)), path.name


def test_the_town_is_read_without_a_single_reject() -> None:
    """Every row of the sample is accepted."""
    community = amb.read(TOWN)

    assert community.rejects.is_empty()
    assert sum(intake.accepted for intake in community.intakes) == sum(intake.rows for intake in community.intakes)


def test_people_on_the_way_are_found_far_better_than_by_naive_sorts(finished: demo.Demo) -> None:
    """At least twice as many among the first hundred as either naive sort finds, and fewer bots than by engagement."""
    found = {row["order"]: row for row in finished.ambassadors.iter_rows(named=True)}

    naive = max(found["sort by followers"]["on_the_way"], found["sort by engagement"]["on_the_way"])
    assert found["ambassadors"]["on_the_way"] >= 2 * naive
    assert found["... on like and love"]["on_the_way"] >= 3 * naive
    assert found["ambassadors"]["bot"] < found["sort by engagement"]["bot"]


def test_true_influencers_are_found_better_than_by_naive_sorts(finished: demo.Demo) -> None:
    """More of those who really move others among the first twenty-five than either naive sort finds."""
    found = {row["order"]: row["influencer"] for row in finished.influencers.iter_rows(named=True)}

    assert found["influencers"] > max(found["sort by followers"], found["sort by engagement"])


def test_the_comparison_gives_every_order_the_same_people(finished: demo.Demo) -> None:
    """Naive sorts are not handicapped: they choose among the same candidates, without brand and staff."""
    community = finished.run.community
    orders = sorts(community, "influencers")

    people = set(community.candidates.filter(pl.col("platform") != "customer")["account"])
    assert all(set(order) == people for order in orders.values())


@pytest.mark.parametrize("path", sorted(ROOT.glob("graphs/*/brand.toml")), ids=lambda path: path.parent.name)
def test_every_recipe_of_the_repository_is_sound(path: Path) -> None:
    """All recipes load, and each has its datasheet."""
    assert recipe.load(path).name == path.parent.name
    assert (path.parent / "README.md").exists()


def test_the_rankings_of_the_town_name_people_of_both_platforms(finished: demo.Demo) -> None:
    """No platform is lost on the way."""
    for ranking in score.RANKINGS:
        assert set(finished.run.lists[ranking]["platform"]) >= {"bluesky", "mastodon"}


def test_the_figures_of_the_readme_are_the_demos(finished: demo.Demo) -> None:
    """The table of the README holds what the demo prints today."""
    rows = finished.ambassadors.select("on_the_way", "proven_advocate", "bot", "contest_hunter")
    table = re.findall(r"^\| [^|\n]*\|((?: \**\d+\** \|)+)$", text_of("README.md"), re.MULTILINE)

    assert [tuple(int(number) for number in re.findall(r"\d+", row)) for row in table] == rows.rows()


def test_the_tutorial_shows_what_the_demo_prints(finished: demo.Demo, capsys: pytest.CaptureFixture[str]) -> None:
    """Below `make demo`, the tutorial has lines of its lists."""
    (below,) = (command.shown for command in typed("docs/tutorial.md") if command.text == "make demo")

    show.demo(finished)

    assert below.strip()
    assert agrees(below, capsys.readouterr().out)
