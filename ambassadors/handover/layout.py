"""How a sheet of people looks: which columns in which order, how wide, in which form."""

from __future__ import annotations

import textwrap
from collections.abc import Sequence
from typing import Literal, NamedTuple
from unicodedata import east_asian_width

import polars as pl

from ambassadors.handover.shortlist import SCHEMA
from ambassadors.shortlists import MANAGERS

Kind = Literal["text", "words", "link", "whole", "number", "money", "share", "day"]


class Look(NamedTuple):
    """One column of a sheet."""

    name: str
    kind: Kind
    width: int
    yours: bool
    hidden: bool


#: What a manager reads first, from the left; it is printed up to ``notes``.
IN_SIGHT = (
    "rank", "person", "handle", "stage", "probability", "reason_1", "reason_2", "caution_1", *MANAGERS, "also_on",
    "to_next_stage", "moves_to", "probability_says", "would_welcome", "welcome_because", "reason_3", "caution_2",
    "followers", "tier", "interactions_90d", "last_interaction", "orders", "net_spend", "referrals", "platform",
    "email", "profile_url", "other_accounts",
)  # fmt: skip
#: The same of who was set apart.
APART_IN_SIGHT = ("person", "handle", "platform", "why", "evidence", *MANAGERS)
#: Columns that read as sentences are wrapped at this width.
_WORDS = {
    "reason_1": 38, "reason_2": 38, "reason_3": 38, "caution_1": 26, "caution_2": 26, "notes": 32, "to_next_stage": 24,
    "probability_says": 32, "welcome_because": 32, "also_on": 24, "evidence": 60, "why": 26, "stage_path": 40,
    "stage_evidence": 40, "value_says": 40, "authenticity_flags": 30, "other_accounts": 30, "moves_to": 24,
}  # fmt: skip
_WIDTHS = {
    "rank": 7, "person": 20, "handle": 26, "stage": 10, "platform": 11, "tier": 8, "orders": 9,
    "relationship_stage": 19, "do_not_contact": 16, "last_contacted": 15, "last_interaction": 16,
    "interactions_90d": 17, "email": 28, "profile_url": 36, "account": 42, "as_of": 22, "list": 21, "would_welcome": 15,
}  # fmt: skip
#: Points that a line is high, and after how many lines a row is high enough.
LINE, MOST_LINES = 15.0, 8
#: So much of a line fills any row.
LONGEST = 1_000
_SHARES = ("probability", "probability_low", "probability_high", "engagement_rate_by_followers")


def looks(frame: pl.DataFrame, in_sight: tuple[str, ...]) -> list[Look]:
    """The frame's columns from left to right; what is read seldom, or is empty here, is folded away at the end."""
    full = {name for name in frame.columns if frame[name].null_count() < frame.height}
    shown = [name for name in in_sight if name in frame.columns and (name in full or name in MANAGERS)]
    folded = [name for name in frame.columns if name not in shown]
    return [_look(name, frame.schema[name], name in folded) for name in (*shown, *folded)]


def _look(name: str, kind: pl.DataType, hidden: bool) -> Look:
    width = _WORDS.get(name) or _WIDTHS.get(name) or 13
    return Look(name, _kind(name, kind), width, name in MANAGERS, hidden)


def _kind(name: str, kind: pl.DataType) -> Kind:
    if name == "profile_url":
        return "link"
    if kind == pl.Date:
        return "day"
    if kind.is_integer():
        return "whole"
    if kind.is_float():
        return "share" if name in _SHARES else "money" if name == "net_spend" else "number"
    return "words" if name in _WORDS else "text"


def heights(frame: pl.DataFrame, columns: Sequence[Look]) -> list[float]:
    r"""How high each row must be for what is in sight to be read; not every program works that out by itself.

    >>> heights(pl.DataFrame({"notes": ["short", "one\ntwo", None]}), [Look("notes", "words", 32, True, False)])
    [16.0, 31.0, 16.0]
    """
    seen = [look for look in columns if look.kind in ("text", "words") and not look.hidden]
    rows = frame.select(look.name for look in seen).iter_rows() if seen else ((),) * frame.height
    return [row_height(row, [look.width for look in seen]) for row in rows]


def row_height(texts: Sequence[str | None], widths: Sequence[int]) -> float:
    """How high a row of those texts is in columns so many characters wide."""
    lines = max((_lines(text, width) for text, width in zip(texts, widths, strict=True) if text), default=1)
    return 1.0 + LINE * min(lines, MOST_LINES)


def _lines(text: str, width: int) -> int:
    """The lines of a text in a column so many digits wide: two letters more fit, and East Asian ones count double."""
    plain = (line[:LONGEST] for line in text.splitlines())
    wide = ("".join(letter * (1 + (east_asian_width(letter) in "WF")) for letter in line) for line in plain)
    return sum(max(1, len(textwrap.wrap(line, width + 2))) for line in wide) or 1


def column_order() -> list[tuple[str, bool]]:
    """Every column of a list with whether it is folded away, in the order of a sheet where none is empty."""
    return [(name, False) for name in IN_SIGHT] + [(name, True) for name in SCHEMA if name not in IN_SIGHT]
