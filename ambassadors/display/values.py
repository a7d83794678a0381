"""Values as a person reads them: thousands apart, dates as dates, no more digits than mean something."""

from __future__ import annotations

import math
import re
from datetime import date, datetime
from typing import Any

#: A longer text is cut: nobody reads it in a table, and a hostile one would fill the screen.
LONGEST = 500
_UNSEEN = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\ud800-\udfff\ufffe\uffff]")


def shown(value: Any) -> str:
    """Any value of a frame as text; nothing for what is missing.

    >>> shown(1234567), shown(0.12345678), shown(datetime(2026, 5, 1, 12)), shown(["a", 1]), shown(None)
    ('1,234,567', '0.1235', '2026-05-01 12:00', 'a, 1', '')
    """
    match value:
        case None:
            return ""
        case bool():
            return "yes" if value else "no"
        case int():
            return clip(f"{value:,}")
        case float():
            return number(value)
        case datetime():
            return value.isoformat(" ", "minutes").removesuffix("+00:00")
        case date():
            return value.isoformat()
        case list() | tuple():
            return clip(", ".join(shown(one) for one in value[:LONGEST]))
        case _:
            return clip(str(value))


def number(value: float | None, places: int | None = None, *, sign: bool = False) -> str:
    """A number to that many places, or to four digits where they are not said; nothing for what is no number.

    >>> number(4321.5), number(0.30000000000000004), number(2.5, 2), number(0.0312, 3, sign=True), number(float("nan"))
    ('4,322', '0.3', '2.50', '+0.031', '')
    """
    if value is None or not math.isfinite(value):
        return ""
    form = f",.{places}f" if places is not None else ",.0f" if 1000 <= abs(value) < 1e15 else ".4g"
    return f"{value + 0.0:{'+' if sign else ''}{form}}"


def bounds(low: float | None, high: float | None, places: int | None = None, *, sign: bool = False) -> str:
    """Two bounds, or nothing where they are not known.

    >>> bounds(1, 12), bounds(0.1, 0.25, 2), bounds(None, None)
    ('1 to 12', '0.10 to 0.25', '')
    """
    ends = [shown(end) if places is None else number(end, places, sign=sign) for end in (low, high)]
    return " to ".join(ends) if all(ends) else ""


def words(name: str) -> str:
    """The name of a measure or a column as words.

    >>> words("cascade_credit_received")
    'cascade credit received'
    """
    return name.replace("_", " ")


def clip(text: str, most: int = LONGEST) -> str:
    r"""The text without control characters, cut where it is longer than anyone reads.

    >>> clip("tea\x00", 10), clip("a very long story", 7)
    ('tea\ufffd', 'a very…')
    """
    seen = _UNSEEN.sub("\ufffd", text[: most + 1])
    return seen if len(seen) <= most else seen[: most - 1].rstrip() + "…"
