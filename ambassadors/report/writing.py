"""Writing: numbers, days and links as a page shows them."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from datetime import date
from itertools import pairwise
from typing import Any

from ambassadors.phrases import percent

#: What a link may look like: nothing that runs, nothing relative, no sign that ends an attribute.
_LINK = re.compile(r"https?://[^\s\x00-\x20\x7f<>\"'`\\]+", re.IGNORECASE)


def link(address: str | None) -> str | None:
    """The address when it is one of the web; None for anything else.

    >>> link("https://example.com/@ann"), link("javascript:alert(1)"), link("//example.com"), link(None)
    ('https://example.com/@ann', None, None, None)
    """
    return address if address and _LINK.fullmatch(address) else None


def day(moment: str | None) -> str:
    """A day as it is read.

    >>> day("2026-05-01"), day("2026-05-01T23:59:59+00:00"), day(None)
    ('1 May 2026', '1 May 2026', 'undated')
    """
    if not moment:
        return "undated"
    when = date.fromisoformat(moment[:10])
    return f"{when.day} {when:%b %Y}"


def days(moments: Sequence[str]) -> list[str]:
    """Days in a row, with the year where it begins.

    >>> days(["2025-12-01", "2026-01-01", "2026-02-01"])
    ['1 Dec 2025', '1 Jan 2026', '1 Feb']
    """
    begins = [True, *(before[:4] != after[:4] for before, after in pairwise(moments))]
    return [day(at) if begin else day(at)[:-5] for at, begin in zip(moments, begins, strict=True)]


def count(number: float) -> str:
    """A whole number with groups of three digits.

    >>> count(1203)
    '1,203'
    """
    return f"{number:,.0f}"


def amount(number: float | None) -> str:
    """A measure's value, to four digits.

    >>> amount(1203.456), amount(0.0123456), amount(None), amount(3.0)
    ('1,203', '0.01235', 'no data', '3')
    """
    if number is None:
        return "no data"
    return f"{number:,.0f}" if abs(number) >= 1000 else f"{number:.4g}"


def label(name: str) -> str:
    """A name of the program as words.

    >>> label("brand_active_days")
    'brand active days'
    """
    return name.replace("_", " ")


_KINDS: dict[str, Callable[[Any], str]] = {
    "count": count,
    "text": str,
    "day": day,
    "share": lambda value: f"{value:.2%}".replace("%", " %"),
    "money": lambda value: f"{value:,.2f}",
    "points": lambda value: f"{value:.1f}",
}
FILTERS: dict[str, Callable[..., str]] = {
    "day": day,
    "count": count,
    "amount": amount,
    "label": label,
    "share": percent,
    "points": lambda value: f"{value:.3f}",
    "score": lambda value: f"{value:.1f}",
    "figure": lambda value: "-" if value is None else f"{value:.2f}",
    "chance": lambda value: f"{value * 100:.0f} %",
}


def rows(fields: Sequence[tuple[str, str, str]], values: Mapping[str, Any]) -> list[tuple[str, str]]:
    """Of some fields (name, label, kind) the label and the written value, where there is a value."""
    return [(said, _KINDS[kind](values[name])) for name, said, kind in fields if values[name] not in (None, "")]
