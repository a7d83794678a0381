"""A person's name in two parts, for tools that ask for them."""

from __future__ import annotations

import re

_EAST_ASIAN = re.compile(r"[\u3040-\u30ff\u3400-\u9fff\uac00-\ud7a3\s]+\Z")
#: Words with which a family name begins.
_PARTICLES = frozenset((
    "al", "bin", "bint", "da", "das", "de", "del", "della", "den", "der", "di", "do", "dos", "du", "el", "ibn",
    "la", "las", "le", "los", "op", "te", "ten", "ter", "van", "von", "zu",
))  # fmt: skip


def split_name(name: str) -> tuple[str, str]:
    """First and last name, as well as that can be told; a single name is the first.

    "Last, First" is turned around, a family name begins at a particle, and where East Asian names are written with a
    blank the family's comes first. Emoji and other words without a letter are left out.

    >>> split_name("Ludwig van Beethoven"), split_name("Zoë"), split_name("山田 太郎"), split_name("Smith, Ann ☕")
    (('Ludwig', 'van Beethoven'), ('Zoë', ''), ('太郎', '山田'), ('Ann', 'Smith'))
    """
    family, comma, given = name.partition(",")
    words, before = _words(name.replace(",", " ")), _words(family)
    if comma and before and _words(given):
        return " ".join(_words(given)), " ".join(before)
    if len(words) < 2:
        return " ".join(words), ""
    if _EAST_ASIAN.match(" ".join(words)):
        return " ".join(words[1:]), words[0]
    begins = next((place for place, word in enumerate(words) if place and word.lower() in _PARTICLES), len(words) - 1)
    return " ".join(words[:begins]), " ".join(words[begins:])


def _words(text: str) -> list[str]:
    return [word for word in text.split() if any(letter.isalpha() for letter in word)]
