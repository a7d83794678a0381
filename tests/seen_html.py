"""What a notebook would make of a display: its tags and attributes, held to those that are the house's own."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from html.parser import HTMLParser

TAGS = {
    "a", "bdi", "br", "caption", "code", "div", "li", "p", "span", "strong", "table", "tbody", "td", "tfoot", "th",
    "thead", "tr", "ul",
}  # fmt: skip
STYLE = re.compile(r"[-\w\s.,:;%#()'/]*")
#: What may stand in an attribute that is not words; words may stand in ``title`` and ``aria-label`` alone.
ATTRIBUTES = {
    "class": re.compile("ambassadors tex2jax_ignore mathjax_ignore"),
    "style": STYLE,
    "scope": re.compile("col|row"),
    "role": re.compile("img"),
    "href": re.compile(r"https?://[^\s\"'<>`]+", re.IGNORECASE),
    "target": re.compile("_blank"),
    "rel": re.compile("noopener noreferrer"),
    "aria-hidden": re.compile("true"),
}


@dataclass
class Seen(HTMLParser):
    """The tags of a page in order, its texts and its links."""

    tags: list[str] = field(default_factory=list)
    texts: list[str] = field(default_factory=list)
    links: list[str] = field(default_factory=list)
    faults: list[str] = field(default_factory=list)
    _open: list[str] = field(default_factory=list)

    def __post_init__(self) -> None:
        super().__init__(convert_charrefs=True)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Judges a tag and its attributes."""
        self.tags.append(tag)
        self._open += [tag] if tag != "br" else []
        self.faults += [tag] if tag not in TAGS else []
        for name, value in attrs:
            if name in ("title", "aria-label"):
                continue
            fits = name in ATTRIBUTES and ATTRIBUTES[name].fullmatch(value or "")
            self.faults += [] if fits and "url(" not in (value or "") else [f"{tag} {name}={value}"]
            self.links += [value or ""] if name == "href" else []

    def handle_endtag(self, tag: str) -> None:
        """Every tag is closed where it belongs."""
        if not self._open or self._open.pop() != tag:
            self.faults.append(f"/{tag}")

    def handle_data(self, data: str) -> None:
        """Keeps a text."""
        self.texts.append(data)

    def handle_comment(self, data: str) -> None:
        """No display has comments."""
        self.faults.append(f"<!--{data}")

    def handle_decl(self, decl: str) -> None:
        """Nor declarations."""
        self.faults.append(f"<!{decl}")

    def handle_pi(self, data: str) -> None:
        """Nor instructions."""
        self.faults.append(f"<?{data}")

    def unknown_decl(self, data: str) -> None:
        """Nor what nobody knows."""
        self.faults.append(f"<![{data}")

    @property
    def text(self) -> str:
        """All words, with single spaces."""
        return " ".join(" ".join(self.texts).split())


def seen(html: str) -> Seen:
    """A display as it is parsed; fails where anything in it is not the house's own."""
    found = Seen()
    found.feed(html)
    found.close()
    assert not found.faults, found.faults
    assert not found._open
    return found
