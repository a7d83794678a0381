"""What a community shows of itself: tables and spans, rows accounted for, and who is never ranked."""

from __future__ import annotations

from pathlib import Path

import polars as pl
import pytest

import ambassadors as amb
from tests.conftest import FILES, RECIPE, Cafe
from tests.report_payloads import PAYLOADS
from tests.seen_html import Seen, seen

TOWN = Path(__file__).parent.parent / "graphs" / "town" / "brand.toml"


@pytest.fixture(scope="module")
def town() -> amb.Community:
    """The simulated town."""
    return amb.read(TOWN)


def shown(community: amb.Community) -> Seen:
    """What a notebook makes of a community."""
    return seen(community._repr_html_())


def test_tables_spans_and_kinds_are_told(town: amb.Community) -> None:
    """Each table with its rows, its first and last day, its kinds and the columns in which nothing stands."""
    text = shown(town).text

    assert text.startswith("Bean & Leaf as of 2026-05-31 23:59 UTC")
    assert "posts 13,980 2025-06-01 2026-05-31 text 7,240, photo 3,806" in text
    assert "giveaway 16 sentiment, url" in text
    assert "listed, likes_received, comments_received, shares_received and 13 more" in text


def test_who_is_never_ranked_adds_up(town: amb.Community) -> None:
    """Each account that is left out is counted once, under the first reason that holds."""
    text = shown(town).text

    assert f"{town.candidates.height:,} of {town.accounts.height:,} accounts" in text
    assert "2 of the brand, 2 of rivals, 6 of staff, 526 of people who refuse" in text
    assert town.accounts.height - town.candidates.height == 2 + 2 + 6 + 526


def test_an_earlier_date_shows_what_was_known_then(town: amb.Community) -> None:
    """The display follows the community through as_of."""
    text = shown(town.as_of("2026-01-01")).text

    assert "as of 2026-01-01 00:00 UTC" in text
    assert "2026-05-31" not in text


def test_rejects_are_told_with_an_example_and_what_to_do(cafe: Cafe) -> None:
    """Rows in are rows accepted and turned away; each reason names a file and a line."""
    broken = FILES["follows.csv"] + "cy,cy,2026-01-06\ndan,brand,yesterday\neve,brand,tomorrow\n"

    text = shown(amb.read(cafe(follows_csv=broken))).text

    assert "Turned away: 3 rows" in text
    assert "not a time 2 follows.csv, line 9 since: yesterday the value is not a time in the declared form" in text
    assert "self follow 1 follows.csv, line 8" in text
    assert "rows in 37 = 34 accepted + 3 turned away" in text


def test_an_empty_table_and_undated_rows_are_no_trouble(cafe: Cafe) -> None:
    """A file without rows is a table of none; a community without a date says so."""
    recipe = RECIPE.split('[[files]]\ntable = "posts"')[0].replace(', since = "since"', "")

    text = shown(amb.read(cafe(recipe, follows_csv="source,target,since\n"))).text

    assert text.startswith("cafe undated")
    assert "follows 0 Rows and people" in text


def test_tables_without_files_are_shown_alike() -> None:
    """What was made of frames is accounted for as files are."""
    follows = pl.DataFrame({"source": ["x:ann"], "target": ["x:thecafe"]})

    text = shown(amb.from_tables(name="cafe", brand=["x:thecafe"], follows=follows)).text

    assert text.startswith("cafe undated")
    assert "rows in 1 = 1 accepted + 0 turned away" in text
    assert "1 of the brand" in text


def test_people_with_several_accounts_are_counted(cafe: Cafe) -> None:
    """As persons, and as the accounts that they have."""
    recipe = RECIPE + '\n[identity]\npeople = [["x:ann", "x:bob"]]\n'

    text = shown(amb.read(cafe(recipe))).text

    assert "1 person with 2 accounts" in text


@pytest.mark.parametrize("payload", PAYLOADS[::40])
def test_no_text_of_a_file_becomes_a_tag(cafe: Cafe, payload: str) -> None:
    """Neither a rejected value nor a brand's name can bring a tag of its own."""
    cell = '"' + payload.replace('"', '""').replace("\x00", "") + '"'
    community = amb.read(cafe(follows_csv=FILES["follows.csv"] + f"dan,brand,{cell}\n"))

    page = shown(community)

    assert community.rejects.height == 1
    assert page.links == []
