"""People at the desk: a frame that shows who stands in it, whatever was done to it."""

from __future__ import annotations

from datetime import date
from typing import Any

import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import ambassadors as amb
from ambassadors import shortlists
from tests.injections import INJECTIONS
from tests.report_payloads import PAYLOADS
from tests.seen_html import Seen, seen

HOSTILE = st.one_of(st.text(max_size=30), st.sampled_from(PAYLOADS), st.sampled_from(INJECTIONS))


@pytest.fixture
def ranking(community: amb.Community) -> amb.People:
    """The influencers of the small brand, over and over again."""
    return amb.People(pl.concat([amb.rank(community, "influencers")] * 10))


@pytest.fixture(scope="module")
def listed() -> amb.People:
    """Three people as a shortlist holds them: one with a page and a caution, one with a script for a page."""
    rows = [
        {"rank": 1, "rank_low": 1, "rank_high": 2, "person": "Anna", "handle": "ann", "platform": "x", "stage": "love",
         "profile_url": "https://x.com/ann", "reason_1": "Bought 3 times; ahead of 9 % of comparable accounts.",
         "caution_1": "1 complaint, kind again since.", "score": 71.25, "followers": 1200},
        {"rank": 2, "person": "Bob", "profile_url": "javascript:alert(1)", "probability": 0.6,
         "probability_low": 0.47, "probability_high": 0.72, "score": 20.0},
        {"rank": 3, "person": "Cy"},
    ]  # fmt: skip
    return amb.People(rows, schema=shortlists.COLUMNS)


def shown(frame: pl.DataFrame) -> Seen:
    """What a notebook makes of a frame of people."""
    return seen(frame._repr_html_())


def test_a_ranking_shows_its_first_people_and_how_many_there_are(ranking: amb.People) -> None:
    """Twenty rows of all, with rank, bounds, rung, score and reasons as words."""
    page, second = shown(ranking), ranking.row(1, named=True)

    assert page.text.startswith(f"20 of {ranking.height:,} people")
    assert page.tags.count("tr") == 21
    assert f"{second['rank_low']} to {second['rank_high']} @{second['handle']} x" in page.text
    assert f"{second['score']:.1f}" in page.text
    assert second["reasons"][1].replace("_", " ") in page.text


def test_a_score_is_drawn_as_the_points_of_its_measures(ranking: amb.People) -> None:
    """The parts of the bar add up to the score, measures of one kin are one part, and a legend names the colours."""
    row = ranking.slice(1, 1)
    kin = sum(row[0, name] for name in row.columns if name.startswith("responders") and name.endswith(":points"))

    html = row._repr_html_()

    assert f'aria-label="responders {kin:.1f}, ' in html
    assert "&#9632;</span> audience responders" in html


def test_only_the_first_people_are_looked_at(ranking: amb.People) -> None:
    """A million rows are as quick as twenty: what is shown follows from those that are shown."""
    many, few = ranking._repr_html_(), ranking.head(20)._repr_html_()

    assert many.split("<thead>")[1] == few.split("<thead>")[1]


def test_people_stay_a_polars_frame(ranking: amb.People) -> None:
    """What takes a part of it keeps the display; its plain text is that of polars."""
    assert isinstance(ranking.head(3), amb.People)
    assert shown(ranking.head(3)).text.startswith("3 people ")
    assert repr(ranking.head(3)) == repr(pl.DataFrame(ranking.head(3)))


def test_a_shortlist_says_why_and_what_to_look_at_first(listed: amb.People) -> None:
    """Reasons are sentences, cautions stand below them, chances have their bounds."""
    page = shown(listed)

    assert "Bought 3 times; ahead of 9 %. Look first: 1 complaint, kind again since." in page.text
    assert "Shares in per cent are of comparable accounts." in page.text
    assert "0.60 0.47 to 0.72" in page.text
    assert "Anna @ann x · 1,200 followers love" in page.text


def test_only_a_page_of_the_web_is_linked(listed: amb.People) -> None:
    """A profile that is a script is a name without a link."""
    assert shown(listed).links == ["https://x.com/ann"]


def test_the_columns_of_an_analyst_are_shown_beside_ours(ranking: amb.People) -> None:
    """What was added to a ranking stands in it; the measures behind the score do not crowd it out."""
    page = shown(amb.People(ranking.head(3).with_columns(met_on=date(2026, 5, 1))))

    assert "met on" in page.text
    assert "2026-05-01" in page.text
    assert "percentile" not in page.text


@pytest.mark.parametrize(
    "frame",
    [
        pl.DataFrame(),
        pl.DataFrame({"person": []}),
        pl.DataFrame(schema=shortlists.COLUMNS),
        pl.DataFrame({"rung": ["love", "like"], "people": [10, 12]}),
        pl.DataFrame({"score": ["high"], "rank": [None], "reasons": ["none"]}),
        pl.DataFrame({f"column {place}": [place] for place in range(40)}),
    ],
)
def test_any_frame_shows_what_is_there(frame: pl.DataFrame) -> None:
    """No rows, no columns, other columns, or ours with something else in them: it is shown, and fits a page."""
    page = shown(amb.People(frame))

    assert page.tags.count("th") + page.tags.count("td") <= 10 * (frame.height + 1)
    assert all(f"{name.replace('_', ' ')}" in page.text for name in ("rung", "people") if name in frame.columns)


NAMES = st.sampled_from(
    ["rank", "rank_low", "person", "handle", "account", "platform", "score", "a", "a:points", "reasons", "reason_1",
     "caution_1", "probability", "probability_low", "profile_url", "followers", "grade", "stage", "notes"]
)  # fmt: skip
VALUES = st.one_of(
    st.none(), st.booleans(), st.integers(-9, 10**15), st.floats(), HOSTILE, st.dates(), st.binary(max_size=3)
)


@settings(max_examples=40, deadline=None)
@given(columns=st.dictionaries(NAMES | HOSTILE, st.lists(VALUES, min_size=2, max_size=2), max_size=8))
def test_no_frame_is_too_strange_to_be_shown(columns: dict[str, list[Any]]) -> None:
    """Whatever stands in whichever column, it is shown as text, and nothing but the house's own tags comes out."""
    frame = pl.DataFrame({name: _column(values) for name, values in columns.items()})

    page = shown(amb.People(frame))

    assert all(link.lower().startswith(("http://", "https://")) for link in page.links)


def _column(values: list[Any]) -> pl.Series:
    """The values in a column of their type, or as text where they have several."""
    clean = [value.encode("utf-8", "replace").decode() if isinstance(value, str) else value for value in values]
    kinds = {type(value) for value in clean if value is not None}
    return pl.Series(clean if len(kinds) <= 1 else [str(value) for value in clean])
