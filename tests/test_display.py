"""The pieces of what a notebook shows: values that can be read, bars with words, and texts that stay texts."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta, timezone
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ambassadors import display
from ambassadors.display import Column
from tests.injections import INJECTIONS
from tests.report_payloads import PAYLOADS
from tests.seen_html import seen

HOSTILE = st.one_of(st.text(max_size=40), st.sampled_from(PAYLOADS), st.sampled_from(INJECTIONS))
NUMBERS = st.one_of(st.none(), st.floats(), st.integers(-10, 1000))


@settings(max_examples=25, deadline=None)
@given(texts=st.lists(HOSTILE, min_size=8, max_size=8), number=NUMBERS)
def test_no_text_becomes_a_tag(texts: list[str], number: float | None) -> None:
    """Whatever text stands wherever a piece takes one, the parsed page holds the house's own tags alone."""
    title, subtitle, caption, heading, value, below, address, says = texts
    parts = [
        display.table(caption, [heading, Column(heading, right=True)], [[value, number]], foot=[below, number]),
        display.facts(caption, [(heading, value), (heading, display.under(value, below))]),
        display.notes([value, display.link(value, address)]),
        display.paragraphs([value, display.muted(below)]),
        display.bar(number, 10, says=says),
        display.floating(1.0, number or 0.0, 10, says=says),
        display.interval(number, number, number, 10),
        display.stack([(heading, 1.0, "#0072B2")], 10),
        display.legend([(heading, "#0072B2")], says),
        value,
    ]

    page = seen(display.card(title, subtitle, *parts))

    assert all(link.lower().startswith(("http://", "https://")) for link in page.links)


@pytest.mark.parametrize(
    "address",
    ["javascript:alert(1)", "JAVASCRIPT://x", "data:text/html,x", "//x.example", "https://x' onclick='y", "", None, 7],
)
def test_only_an_address_of_the_web_becomes_a_link(address: object) -> None:
    """Scripts, data and what is no address at all leave the text alone."""
    made = display.link("Ann", address)

    assert made == "Ann"


def test_a_link_keeps_the_page_to_itself() -> None:
    """The page that is opened learns nothing of the notebook."""
    made = display.link("Ann", "https://town.example/@ann?a=1&b=2")

    assert 'href="https://town.example/@ann?a=1&amp;b=2"' in made
    assert 'rel="noopener noreferrer"' in made


@pytest.mark.parametrize(
    ("value", "says"),
    [
        (None, ""),
        (True, "yes"),
        (0.1 + 0.2, "0.3"),
        (1 / 3, "0.3333"),
        (-0.0, "0"),
        (123456.789, "123,457"),
        (float("nan"), ""),
        (float("inf"), ""),
        (10**12, "1,000,000,000,000"),
        (date(2026, 5, 1), "2026-05-01"),
        (datetime(2026, 5, 1, 12, 30, 15, tzinfo=UTC), "2026-05-01 12:30"),
        (datetime(2026, 5, 1, 12, tzinfo=timezone(timedelta(hours=2))), "2026-05-01 12:00+02:00"),
        (["likes", None, 2], "likes, , 2"),
        ("a\x00b\ud800", "a\ufffdb\ufffd"),
    ],
)
def test_values_are_shown_as_a_person_writes_them(value: Any, says: str) -> None:
    """Thousands apart, dates as dates, four digits, and nothing for nothing."""
    assert display.shown(value) == says


def test_a_long_text_is_cut() -> None:
    """A text that would fill the screen ends in dots."""
    made = display.shown("x" * 1_000_000)

    assert len(made) == 500
    assert made.endswith("…")


def test_a_table_says_what_it_is_to_who_cannot_see_it() -> None:
    """It has a caption, and headings for its columns and its rows."""
    made = display.table("Scores", ["person", Column("score", right=True)], [["Ann", 71.5]], foot=["all", 71.5])

    assert "<caption" in made
    assert made.count('scope="col"') == 2
    assert made.count('scope="row"') == 2


def test_a_bar_says_in_words_what_it_draws() -> None:
    """Each bar has its figures as a text; a stack names its parts and leaves out what is empty."""
    parts = [("responders", 61.54, "#0072B2"), ("on topic", 2.05, "#E69F00"), ("listed", 0.0, "#009E73")]

    assert 'aria-label="responders 61.5, on topic 2.0"' in display.stack(parts, 100)
    assert 'aria-label="0.656, 0.649 to 0.665"' in display.interval(0.6561, 0.6489, 0.6651, 1)
    assert 'aria-label="3.1 points"' in display.floating(1, 4.1, 10, says="3.1 points")


def test_parts_of_a_stack_stand_side_by_side() -> None:
    """Each begins where the one before it ends, and none leaves the bar."""
    made = display.stack([("a", 40.0, "#0072B2"), ("b", 20.0, "#E69F00"), ("c", 90.0, "#009E73")], 100)

    assert "#0072B2 0.0% 40.0%,#E69F00 40.0% 60.0%,#009E73 60.0% 100.0%" in made


@pytest.mark.parametrize("value", [None, float("nan"), float("inf"), -5.0, 0.0])
def test_a_bar_of_nothing_is_empty(value: float | None) -> None:
    """What is no number, or below nothing, is drawn as nothing."""
    assert "#0072B2 0.0% 0.0%" in display.bar(value, 10)
    assert "#0072B2 0.0% 0.0%" in display.bar(value, 0)


def test_facts_leave_out_what_is_not_known() -> None:
    """A line without a value is not shown, and a table without lines is none."""
    page = seen(display.facts("Facts", [("rung", "love"), ("since", ""), ("path", None)]))

    assert page.text == "Facts rung love"
    assert display.facts("Facts", [("since", "")]) == ""


def test_a_display_asks_nothing_of_a_network_and_brings_no_style_of_its_own() -> None:
    """Colours of text and ground are the notebook's; no style sheet, script, picture or address stands in it."""
    made = display.card("Title", "", display.table("Scores", ["person"], [["Ann"]]), display.bar(1, 2))

    assert "color:inherit" in made
    assert not any(word in made for word in ("<style", "<script", "<img", "http", "url(", "color:#"))


def test_formulas_in_names_are_not_typeset() -> None:
    """A name such as $x$ stays as it is: the mathematics of a notebook is told to pass by."""
    assert "mathjax_ignore" in display.card("$x$", "")
    assert "tex2jax_ignore" in display.card("$x$", "")
