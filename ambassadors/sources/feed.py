"""RSS and Atom: the entries of a feed as rows of ``id, title, link, host, published, author, summary``.

Titles and summaries come without their HTML, times as ISO 8601, and a link through Google's redirect as the page that
it leads to; ``host`` is the site on which that page is. A document that declares entities is refused.
"""

from __future__ import annotations

import html
import re
from collections.abc import Generator, Sequence
from contextlib import closing
from email.utils import parsedate_to_datetime
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlsplit
from xml.parsers import expat

import polars as pl

from ambassadors.errors import SourceError
from ambassadors.sources.bytestream import UTF8_BOM, raw_chunks
from ambassadors.sources.jsonl import Flat, Refused, check_cells
from ambassadors.sources.layout import Block, Layout, MiB, Reject, clipped, reject_frame

COLUMNS = ("id", "title", "link", "host", "published", "author", "summary")
MOST_BYTES = 64 * MiB
MOST_LEVELS = 64
_ENTRIES = ("item", "entry")
_ROOTS = ("rss", "feed", "RDF")
# In the order in which one is preferred: the first that an entry has is taken.
_NAMES = {
    "id": ("guid", "id"),
    "title": ("title",),
    "link": ("link",),
    "published": ("pubDate", "published", "date", "updated"),
    "author": ("author.name", "creator", "author"),
    "summary": ("description", "summary", "content", "encoded"),
}


def feed_blocks(
    path: Path, layout: Layout, wanted: Sequence[str] | None, *, block_bytes: int
) -> Generator[Block, None, None]:
    """The wanted columns of a feed's entries as one block; a row's line is the number of its entry."""
    names = list(dict.fromkeys(COLUMNS if wanted is None else wanted))
    rows: list[Flat] = []
    lines: list[int] = []
    rejects: list[Reject] = []
    for number, entry in enumerate(entries(path, layout), 1):
        try:
            check_cells(entry, layout.limits)
        except Refused as refused:
            rejects.append((number, refused.column, refused.reason, clipped(refused.value or "")))
        else:
            rows.append(entry)
            lines.append(number)
    if lines or rejects:
        yield _block(rows, lines, rejects, names)


def feed_empty(names: Sequence[str]) -> Block:
    """A block without rows, of these columns."""
    return _block([], [], [], names)


def entries(path: Path, layout: Layout) -> list[Flat]:
    """The entries of a feed, as they are read; raises :class:`SourceError` when the file is none."""
    reader = _Reader(path)
    held = 0
    try:
        with closing(raw_chunks(path, layout.limits)) as chunks:
            for chunk in chunks:
                held += len(chunk)
                if held > MOST_BYTES:
                    raise SourceError(path, f"is a feed of more than {MOST_BYTES:,} bytes.", "Is it the right file?")
                reader.parser.Parse(chunk.removeprefix(UTF8_BOM) if held == len(chunk) else chunk, False)
        reader.parser.Parse(b"", True)
    except expat.ExpatError as error:
        what = expat.errors.messages[error.code]
        raise SourceError(
            path, f"is not a feed: its XML breaks off or is damaged in line {error.lineno} ({what}).", "Fetch it again."
        ) from error
    return [_row(entry) for entry in reader.found]


def target(link: str) -> str:
    """The page that a link leads to, past Google's redirect.

    >>> target("https://www.google.com/url?rct=j&url=https://news.example/a&ct=ga")
    'https://news.example/a'
    """
    try:
        parts = urlsplit(link)
    except ValueError:
        return link
    if re.fullmatch(r"(?:www\.)?google\.[a-z.]+", parts.netloc) and parts.path == "/url":
        asked = parse_qs(parts.query)
        return next((asked[key][0] for key in ("url", "q") if key in asked), link)
    return link


class _Reader:
    """What expat tells of a document, gathered into entries."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self.found: list[dict[str, str]] = []
        self.open: list[str] = []
        self.entry: dict[str, str] | None = None
        self.within = 0
        self.parser = expat.ParserCreate(namespace_separator=" ")
        self.parser.buffer_text = True
        self.parser.StartElementHandler = self.start
        self.parser.EndElementHandler = self.end
        self.parser.CharacterDataHandler = self.text
        self.parser.StartDoctypeDeclHandler = self.refuse
        self.parser.EntityDeclHandler = self.refuse

    def refuse(self, *_: Any) -> None:
        """A feed has no need of a DOCTYPE; who writes one wants entities, to fill the memory or to read files."""
        raise SourceError(
            self.path, "declares a DOCTYPE or entities, as no feed does.", "Fetch it again from its source."
        )

    def start(self, name: str, attributes: dict[str, str]) -> None:
        """An element opens."""
        plain = name.rpartition(" ")[2]
        if not self.open and plain not in _ROOTS:
            raise SourceError(self.path, f"is XML, but no feed: it begins with <{clipped(plain)}>.", "Is it a feed?")
        self.open.append(plain)
        if len(self.open) > MOST_LEVELS:
            raise SourceError(self.path, "is XML nested too deep to be a feed.", "Is it the right file?")
        if plain in _ENTRIES and self.entry is None:
            self.entry, self.within = {}, len(self.open)
        elif self.entry is not None and plain == "link" and attributes.get("rel", "alternate") == "alternate":
            self.entry.setdefault("link", attributes.get("href", ""))

    def text(self, words: str) -> None:
        """The words in an element."""
        if self.entry is not None and len(self.open) > self.within:
            name = ".".join(self.open[self.within :])
            self.entry[name] = self.entry.get(name, "") + words

    def end(self, name: str) -> None:
        """An element closes."""
        if self.entry is not None and len(self.open) == self.within:
            self.found.append(self.entry)
            self.entry = None
        self.open.pop()


def _row(entry: dict[str, str]) -> Flat:
    row: Flat = {}
    for column, names in _NAMES.items():
        row[column] = next((entry[name].strip() for name in names if entry.get(name, "").strip()), None)
    row["title"], row["summary"] = (_words(row[name]) for name in ("title", "summary"))
    row["link"] = target(row["link"]) if row["link"] else None
    row["host"] = _host(row["link"])
    row["published"] = _iso(row["published"])
    return row


def _words(text: str | None) -> str | None:
    """HTML as its words."""
    return html.unescape(re.sub(r"<[^>]*>", "", text)) if text else None


def _host(link: str | None) -> str | None:
    try:
        return (urlsplit(link or "").hostname or "").removeprefix("www.") or None
    except ValueError:
        return None


def _iso(text: str | None) -> str | None:
    """A time as RSS writes it in the form in which all others are; what is no such time stays as it is."""
    if not text or text[:4].isdigit():
        return text
    try:
        return parsedate_to_datetime(text).isoformat()
    except (ValueError, TypeError, IndexError):
        return text


def _block(rows: list[Flat], lines: list[int], rejects: list[Reject], names: Sequence[str]) -> Block:
    columns = {name: [row.get(name) for row in rows] for name in names}
    frame = pl.DataFrame(columns, schema=dict.fromkeys(names, pl.String), height=len(rows))
    return Block(frame, pl.Series("line", lines, pl.Int64), reject_frame(rejects))
