"""Small helpers that every platform's readers share: a value as it came becomes one of ours, or None."""

from __future__ import annotations

import html
import re
from collections.abc import Iterator, Mapping, Sequence
from datetime import UTC, datetime
from typing import Any
from urllib.parse import parse_qsl, urljoin, urlsplit

from ambassadors.errors import AddressRefused
from ambassadors.platforms.contract import Row, Unread, Wanted
from ambassadors.web.answers import Answer

#: A value beside a fault is at most so long.
CLIPPED = 80
_MARKUP = re.compile(r"<[^<>]*>")
#: No word of a language is that long and has digits in it.
_SECRET = re.compile(r"(?=[\w.~+/=%|-]*\d)[\w.~+/=%|-]{20,}")


def text(value: Any) -> str | None:
    """Text, or a whole number as text (an id beyond 2^53 keeps its digits); None for all else, and for nothing.

    >>> text("ann"), text(9007199254740993), text(""), text(True), text({})
    ('ann', '9007199254740993', None, None, None)
    """
    if isinstance(value, str):
        return value or None
    return str(value) if isinstance(value, int) and not isinstance(value, bool) else None


def count(value: Any) -> int | None:
    """A whole number from 0 up, also where it came as text; None for all else.

    >>> count(12), count("12"), count(-1), count(True), count("many")
    (12, 12, None, None, None)
    """
    if isinstance(value, str) and value.isascii() and value.isdecimal() and len(value) <= 18:
        return int(value)
    return value if isinstance(value, int) and not isinstance(value, bool) and 0 <= value < 10**18 else None


def flag(value: Any) -> bool | None:
    """True or False as they stand; None where the platform did not tell.

    >>> flag(False), flag(None), flag("yes")
    (False, None, None)
    """
    return value if isinstance(value, bool) else None


def epoch(seconds: Any) -> str | None:
    """Seconds since 1970 as ISO 8601 text in UTC; None where they are no moment.

    >>> epoch(1767225600), epoch("1767225600.5"), epoch("soon")
    ('2026-01-01T00:00:00Z', '2026-01-01T00:00:00.500000Z', None)
    """
    try:
        return datetime.fromtimestamp(float(seconds), UTC).isoformat().replace("+00:00", "Z")
    except (TypeError, ValueError, OverflowError, OSError):
        return None


def moment(value: Any) -> datetime | None:
    """The moment that an ISO 8601 text with a zone names; None for all else.

    >>> moment("2026-01-01T00:00:00.000Z"), moment("2026-01-01"), moment(5)
    (datetime.datetime(2026, 1, 1, 0, 0, tzinfo=datetime.timezone.utc), None, None)
    """
    try:
        found = datetime.fromisoformat(value)
    except (TypeError, ValueError):
        return None
    return found if found.tzinfo else None


def objects(records: Any, unread: list[Unread]) -> Iterator[dict[str, Any]]:
    """The objects of a list; whatever else stands in it goes to ``unread``. No list at all holds no records.

    >>> unread = []
    >>> list(objects([{"id": "1"}, "x"], unread)), unread
    ([{'id': '1'}], [Unread(reason='not_an_object', value="'x'")])
    """
    for record in records if isinstance(records, list) else []:
        if isinstance(record, dict):
            yield record
        else:
            unread.append(Unread("not_an_object", clip(record)))


def clip(value: Any) -> str:
    """A short piece of a value, to stand beside a fault.

    >>> clip("a" * 100) == repr("a" * 100)[:80]
    True
    """
    # a huge text or list is cut before it is spelled out
    short = value[:CLIPPED] if isinstance(value, (str, bytes)) else type(value).__name__ if _large(value) else value
    return repr(short)[:CLIPPED]


def obj(value: Any) -> dict[str, Any]:
    """The value where it is an object, and an empty one where it is not.

    >>> obj({"id": "1"}), obj(["x"]), obj(None)
    ({'id': '1'}, {}, {})
    """
    return value if isinstance(value, dict) else {}


def part(record: Mapping[str, Any], name: str) -> dict[str, Any]:
    """The object that stands under a key; an empty one where there is none.

    >>> part({"snippet": {"title": "a"}}, "snippet"), part({"snippet": 5}, "snippet")
    ({'title': 'a'}, {})
    """
    return obj(record.get(name))


def said(value: Any) -> str:
    """A platform's own words for a person to read: cut short, without markup, and without what could be a token.

    >>> said('over your <a href="/quota">quota</a>'), said("Malformed access token EAAB0123456789abcdefghij"), said(5)
    ('over your quota', 'Malformed access token ...', '')
    """
    words = _MARKUP.sub("", value[:2000]) if isinstance(value, str) else ""
    return " ".join(_SECRET.sub("...", words).split())[:200]


def _large(value: Any) -> bool:
    return isinstance(value, (list, dict)) and bool(value)


def link_next(answer: Answer) -> dict[str, str] | None:
    """The parameters of the page that the ``Link`` header calls ``next``; None where there is none.

    Raises :class:`AddressRefused` where that page lies on another host than the one that answered.

    >>> link = '<https://a.example/x?max_id=7&limit=80>; rel="next", <https://a.example/x?min_id=9>; rel="prev"'
    >>> link_next(Answer(200, {"link": link}, [], "https://a.example/x"))
    {'max_id': '7', 'limit': '80'}
    """
    target = _target(answer.headers.get("link", ""), "next")
    if target is None:
        return None
    asked, found = urlsplit(answer.address), urlsplit(urljoin(answer.address, target))
    if asked.hostname and found.hostname != asked.hostname:
        raise AddressRefused(
            f"{asked.hostname} says that its next page is on another host, {clip(found.hostname)}. "
            f"Nothing is asked there; if that is the server you mean, name it: server = 'https://...'."
        )
    return dict(parse_qsl(found.query, keep_blank_values=True))


def _target(header: str, wanted: str) -> str | None:
    """The address of the first link of that relation: ``<address>; name="value"; ...`` (RFC 8288)."""
    for part in header.split("<")[1:]:
        address, _, attributes = part.partition(">")
        for attribute in attributes.split(";"):
            name, _, value = attribute.partition("=")
            if name.strip().lower() == "rel" and wanted in value.strip(' ,"\t').lower().split():
                return address
    return None


#: A tag of HTML: its quoted values may hold a ``>``. Each try ends at the next ``<``, so that no text costs more.
_TAG = re.compile(r"""<[a-zA-Z/!](?:[^<>"']|"[^"<]*"|'[^'<]*')*>|<[a-zA-Z/!][^<>]*>""")
_BREAK = re.compile(r"<(?:br|/p|/li|/div|/blockquote|/h[1-6])\b[^<>]*>", re.IGNORECASE)


def plain(markup: Any) -> str | None:
    r"""The words of a piece of HTML: its line breaks kept, of a link its words, and no markup.

    >>> plain('<p>I &lt;3 <a href="https://a.example">a.example</a><br />and you</p><p></p>')
    'I <3 a.example\nand you'
    """
    if not isinstance(markup, str):
        return None
    if "<" in markup:
        markup = _TAG.sub("", _BREAK.sub("\n", markup))
    return (html.unescape(markup) if "&" in markup else markup).strip() or None


def stamp(value: Any) -> str | None:
    """A time as it stands, to be judged later; None where it is no text.

    >>> stamp("0001-01-01T00:00:00Z"), stamp(5), stamp("")
    ('0001-01-01T00:00:00Z', None, None)
    """
    return value if isinstance(value, str) and value else None


def recent(at: str, wanted: Wanted) -> bool:
    """Whether a time is not older than what is wanted; one that cannot be read is let through, to be judged later."""
    found = moment(at)
    return found is None or found >= wanted.since


def all_old(rows: Sequence[Row], wanted: Wanted) -> bool:
    """Whether a page holds rows and all of them are older than what is wanted."""
    return bool(rows) and not any(recent(row["at"], wanted) for row in rows)
