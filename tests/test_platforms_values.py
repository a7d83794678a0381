"""What came becomes a value of ours, or None; nothing that a platform sends stops a reader."""

from __future__ import annotations

import html
import time

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ambassadors.errors import AddressRefused
from ambassadors.platforms.values import clip, count, epoch, flag, link_next, moment, objects, plain, text
from ambassadors.web.answers import Answer

JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=20),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner, max_size=3),
    max_leaves=5,
)
ASKED = "https://m.example/api/v1/accounts/1/followers"


def _answer(link: str) -> Answer:
    return Answer(200, {"link": link}, [], ASKED)


@settings(max_examples=100)
@given(JSON)
def test_no_value_stops_a_reader(value: object) -> None:
    """Whatever a platform sends becomes a value of the right kind, or None."""
    assert text(value) is None or isinstance(text(value), str)
    assert count(value) is None or int(count(value) or 0) >= 0
    assert flag(value) in (None, True, False)
    assert epoch(value) is None or moment(epoch(value)) is not None
    assert moment(value) is None or isinstance(value, str)
    assert plain(value) is None or isinstance(value, str)
    assert len(clip(value)) <= 80
    assert all(isinstance(one, dict) for one in objects(value, []))


@pytest.mark.parametrize("number", [0, 2**53, 2**53 + 1, 2**63 - 1, 10**38 + 1])
def test_ids_keep_every_digit_as_text_and_as_numbers(number: int) -> None:
    """An id beyond 2^53 is the same text whichever way it came."""
    assert text(number) == text(str(number)) == str(number)


def test_objects_counts_what_is_none() -> None:
    """Every element of a list is an object, or noted with a short piece of it."""
    unread: list[object] = []

    found = list(objects([{"id": 1}, None, "x" * 500, [1]], unread))  # type: ignore[arg-type]

    assert found == [{"id": 1}]
    assert len(unread) == 3


def test_the_next_page_is_read_in_any_spelling_of_the_header() -> None:
    """Order, quotes, spaces, several relations and a relative address do not matter."""
    assert link_next(_answer('</x?max_id=7>; rel="next"')) == {"max_id": "7"}
    assert link_next(_answer(f"<{ASKED}?min_id=9>; rel=prev , <{ASKED}?a=1&b=%26>;title=x; REL=next")) == {
        "a": "1",
        "b": "&",
    }
    assert link_next(_answer(f'<{ASKED}?max_id=7>; rel="last next"')) == {"max_id": "7"}
    assert link_next(_answer(f'<{ASKED}?min_id=9>; rel="prev"')) is None
    assert link_next(Answer(200, {}, [], ASKED)) is None


@pytest.mark.parametrize(
    "other", ["https://evil.example/x?max_id=7", "//evil.example/x?max_id=7", "http://127.0.0.1/x"]
)
def test_a_next_page_on_another_host_is_refused(other: str) -> None:
    """The message names both hosts and what to do; a token is never sent to a host that the answer names."""
    with pytest.raises(AddressRefused, match=r"m\.example.*server ="):
        link_next(_answer(f'<{other}>; rel="next"'))


@settings(max_examples=100)
@given(st.text(max_size=80))
def test_words_survive_markup(words: str) -> None:
    """What is written into HTML comes out as it was, without the markup around it."""
    inside = f'<p class="a>b">{html.escape(words)}</p>'

    assert plain(inside) == (html.unescape(html.escape(words)).strip() or None)


def test_line_breaks_and_hidden_parts_of_links_are_words() -> None:
    """Paragraphs and breaks are lines; a link is its words, also those that the server's page hides."""
    markup = (
        "<p>One<br>two<BR />three</p><p>at "
        '<a href="https://a.example/long/way"><span class="invisible">https://</span><span>a.example/long</span>'
        '<span class="invisible">/way</span></a></p><ul><li>1 &lt; 2</li></ul>'
    )

    assert plain(markup) == "One\ntwo\nthree\nat https://a.example/long/way\n1 < 2"


def test_hostile_markup_costs_no_more_than_its_length() -> None:
    """Half a million open tags and quotes are through at once."""
    began = time.monotonic()

    for piece in ("<", "<a", '<a "', "<a '\"", "&lt", "<!--", "<br"):
        plain(piece * 100_000)

    assert time.monotonic() - began < 10
