"""Texts as a workbook's cells and links hold them."""

from __future__ import annotations

import re

#: What Excel holds at most: characters in a cell, and rather less than what it holds of a link.
MOST_CHARACTERS, MOST_OF_LINK = 32_767, 2_000
# The only links that are more than text.
_LINK = re.compile(r"https?://[^\s\"<>\\^`{|}\x00-\x20\x7f-\x9f]+\Z", re.IGNORECASE)
# Characters that XML cannot hold.
_NO_XML = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff]")


def is_link(text: str) -> bool:
    """Whether a text may be a link that opens at a click: an http or https address of reasonable length.

    >>> is_link("https://a.example/x"), is_link("javascript:alert(1)"), is_link("file:///etc/passwd")
    (True, False, False)
    """
    return len(text) <= MOST_OF_LINK and _LINK.match(text) is not None


def cell_text(text: str) -> str:
    r"""A text as a cell holds it: LF for line breaks, U+FFFD for what XML cannot hold, the end cut off with a word.

    >>> cell_text("a\r\nb\x01")
    'a\nb\ufffd'
    """
    clean = _NO_XML.sub("\ufffd", text.replace("\r\n", "\n").replace("\r", "\n"))
    units = clean.encode("utf-16-le")  # Excel counts characters beyond the 65,536th double
    if len(units) <= 2 * MOST_CHARACTERS:
        return clean
    said = f" ... (cut: a cell holds {MOST_CHARACTERS:,} characters, the text has {len(text):,}; see the CSV)"
    return units[: 2 * (MOST_CHARACTERS - len(said))].decode("utf-16-le", "ignore") + said
