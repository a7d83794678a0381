"""Labels: names of people as they fit into a picture, and the room that they take there."""

from __future__ import annotations

import re
import unicodedata
from collections import Counter
from collections.abc import Iterable

#: How wide a letter is on average, of its height, with some room to spare.
LETTER = 0.56
_UNSEEN = re.compile(r"[\s\u200b-\u200f\u202a-\u202e\u2060-\u2069\ufeff\x00-\x1f\x7f]+")


def short(text: str | None, most: int = 26) -> str:
    """The text in one line and in at most so many letters.

    >>> short("coffee.lovers.of.the.northern.town", 20)
    'coffee.lovers.of.th…'
    """
    line = _UNSEEN.sub(" ", text or "").strip()
    return line if len(line) <= most else line[: most - 1] + "…"


def apart(labels: Iterable[str]) -> list[str]:
    """The same labels, numbered where two are alike, so that nobody is taken for somebody else.

    >>> apart(["ann", "bob", "ann"])
    ['ann', 'bob', 'ann (2)']
    """
    seen: Counter[str] = Counter()
    given: set[str] = set()
    found = []
    for label in labels:
        name = label
        while name in given:
            seen[label] += 1
            name = f"{label} ({seen[label] + 1})"
        given.add(name)
        found.append(name)
    return found


def width(text: str, size: float) -> float:
    """About how wide a text is when its letters are so high; Chinese letters and emoji are twice as wide as others.

    >>> width("anna", 10) < width("安娜安娜", 10)
    True
    """
    return sum(1.1 if unicodedata.east_asian_width(letter) in "WF" else LETTER for letter in text) * size
