"""Numbers put into sentences: the small language in which measures say what they found."""

from __future__ import annotations

import math
import re
from collections.abc import Iterable, Mapping
from datetime import timedelta
from string import Formatter
from typing import Any

import polars as pl


class _Phrases(Formatter):
    """``str.format`` with one addition: ``{n:person|people}`` gives the word that fits the number."""

    def format_field(self, value: Any, format_spec: str) -> str:
        if "|" in format_spec:
            one, many = format_spec.split("|")
            return one if value == 1 else many
        return str(super().format_field(value, format_spec))


def fill(template: str, values: Mapping[str, Any]) -> str:
    """The template with the values in their places.

    >>> fill("{n:,} {n:person|people} responded", {"n": 1200})
    '1,200 people responded'
    """
    return _Phrases().vformat(template, (), values)


def span(length: timedelta) -> str:
    """A span of time in the largest unit that makes it whole.

    >>> span(timedelta(hours=12)), span(timedelta(days=90)), span(timedelta(hours=36)), span(timedelta(days=1))
    ('12 hours', '90 days', '36 hours', 'day')
    """
    if length % timedelta(hours=8766) == timedelta():
        years = length // timedelta(hours=8766)
        return "year" if years == 1 else f"{years} years"
    hours = length / timedelta(hours=1)
    number, unit = (hours / 24, "day") if hours % 24 == 0 else (hours, "hour")
    return unit if number == 1 else f"{number:,.4g} {unit}s"


def about(length: timedelta) -> str:
    """A span of time in round numbers: whole days from three on, else hours or minutes.

    >>> about(timedelta(days=91, hours=7)), about(timedelta(hours=61.3)), about(timedelta(hours=2.6))
    ('91 days', '61 hours', '156 minutes')
    """
    days = length / timedelta(days=1)
    if days >= 3:
        return f"{days:,.0f} days"
    return f"{days * 24:,.0f} hours" if days * 24 >= 3 else f"{max(days * 1440, 1):,.0f} minutes"


def thousands(number: pl.Expr) -> pl.Expr:
    """A whole number as text, in groups of three digits.

    >>> pl.select(thousands(pl.lit(1234567))).item()
    '1,234,567'
    """
    backwards = number.cast(pl.Int64).cast(pl.String).str.reverse()
    return backwards.str.replace_all(r"(\d{3})", "$1,").str.reverse().str.strip_chars_start(",")


def percent(share: float) -> str:
    """A share as a percentage that is never rounded up: nobody is ahead of 100 % by rounding.

    >>> percent(0.999961), percent(0.97231), percent(0.5)
    ('99.99 %', '97 %', '50 %')
    """
    decimals = 0 if share >= 1 else 2 if share >= 0.999 else 1 if share >= 0.99 else 0
    scale = 10**decimals
    return f"{math.floor(share * 100 * scale + 1e-9) / scale:.{decimals}f} %"


def ahead(percentile: float) -> str:
    """How a percentile is said."""
    return f"ahead of {percent(percentile)} of comparable accounts"


def sentence(text: str) -> str:
    """The text with a capital at its beginning and a full stop at its end; names keep their letters.

    >>> sentence("liked 3 posts")
    'Liked 3 posts.'
    """
    return text[:1].upper() + text[1:].rstrip(".") + "." if text else ""


def holds_word(text: pl.Expr, words: Iterable[str]) -> pl.Expr:
    """Whether a text holds one of the words, as a whole word, in any case of letters.

    A word that begins with ``#`` or ``@`` begins a tag; a sign such as ``:(`` needs no edge of a word beside it.

    >>> texts = pl.Series(["Thanks! #Ad", "my #adventure", "shop.example/#ad", None])
    >>> pl.select(holds_word(pl.lit(texts), ["#ad"])).to_series().to_list()
    [True, False, False, False]
    """
    forms = [_whole(word) for word in words if word.strip()]
    if not forms:
        return pl.lit(False)
    return text.fill_null("").str.contains("(?i)" + "|".join(forms))


def _whole(word: str) -> str:
    """The pattern of a whole word."""
    before = r"(?:^|[^\w/&])" if word[0] in "#@" else r"\b" if word[0].isalnum() else ""
    return f"{before}{re.escape(word)}" + (r"\b" if word[-1].isalnum() else "")
