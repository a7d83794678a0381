"""Feeds: RSS and Atom to the same columns, and nothing in them that could do harm."""

from __future__ import annotations

from pathlib import Path

import pytest

from ambassadors.errors import SourceError
from ambassadors.sources.layout import Layout
from ambassadors.sources.reader import read

EXAMPLES = Path(__file__).parent / "exports" / "alerts"
FEED = Layout(format="feed")


def test_atom_and_rss_give_the_same_columns() -> None:
    """Links lead past Google's redirect, times are ISO 8601, titles are words, the site is named."""
    (atom,) = read(EXAMPLES / "atom.xml", FEED).rows.to_dicts()
    (rss,) = read(EXAMPLES / "rss.xml", FEED).rows.to_dicts()

    assert atom == {
        "id": "tag:google.com,2013:googlealerts/feed:77",
        "title": "Cafe Moewe opens",
        "link": "https://news.example/moewe",
        "host": "news.example",
        "published": "2026-05-01T11:00:00Z",
        "author": None,
        "summary": "It opened",
    }
    assert rss | {"summary": ""} == {
        "id": "g1",
        "title": "Coffee by the sea",
        "link": "https://blog.example/sea",
        "host": "blog.example",
        "published": "2026-05-01T11:00:00+00:00",
        "author": None,
        "summary": "",
    }


@pytest.mark.parametrize(
    ("text", "says"),
    [
        (
            '<?xml version="1.0"?><!DOCTYPE rss [<!ENTITY a "aaaa">]><rss><channel>&a;</channel></rss>',
            "declares a DOCTYPE",
        ),
        ('<!DOCTYPE rss SYSTEM "file:///etc/passwd"><rss/>', "declares a DOCTYPE"),
        ("<rss><channel><item><title>x", "breaks off or is damaged"),
        ("<svg></svg>", "is XML, but no feed: it begins with <svg>"),
        ("<rss>" + "<a>" * 100, "nested too deep"),
        ("a,b\n1,2\n", "is not a feed"),
    ],
)
def test_what_is_no_feed_or_a_hostile_one_is_refused(tmp_path: Path, text: str, says: str) -> None:
    """Entities, other XML, half a file and no XML at all are refused, with what to do."""
    (tmp_path / "a.xml").write_text(text)

    with pytest.raises(SourceError) as caught:
        read(tmp_path / "a.xml", FEED)

    assert says in str(caught.value)


def test_a_feed_without_entries_gives_no_row(tmp_path: Path) -> None:
    """An alert that found nothing yet is a table without rows."""
    (tmp_path / "a.xml").write_text('<feed xmlns="http://www.w3.org/2005/Atom"><title>x</title></feed>')

    block = read(tmp_path / "a.xml", FEED, ["title", "host"])

    assert block.rows_in == 0
    assert block.rows.columns == ["title", "host"]


def test_odd_links_and_times_stay_as_they_are(tmp_path: Path) -> None:
    """A link that is none and a time that is none are left for the strict check to reject."""
    text = "<rss><channel><item><link>http://[</link><pubDate>soon</pubDate></item></channel></rss>"
    (tmp_path / "a.xml").write_text(text)

    (row,) = read(tmp_path / "a.xml", FEED, ["link", "published", "host"]).rows.to_dicts()

    assert row == {"link": "http://[", "published": "soon", "host": None}
