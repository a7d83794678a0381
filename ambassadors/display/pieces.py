"""The pieces that every display is made of, from one template that escapes all it is given."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING, Any

from ambassadors.display.values import clip, shown

if TYPE_CHECKING:
    from markupsafe import Markup

#: Addresses that a click may lead to.
_WEB = re.compile(r"https?://[^\s\x00-\x20\x7f<>\"'`\\]+", re.IGNORECASE)


@dataclass(frozen=True)
class Column:
    """A table's column: its heading, and whether it holds numbers (at the right), sentences (wide), or stays whole."""

    name: str
    right: bool = False
    wide: bool = False
    whole: bool = False


#: What stands above a column: its name, or the whole of it.
Heading = Column | str


def piece(name: str, *given: Any) -> Markup:
    """One of the template's pieces, filled."""
    made: Markup = getattr(_template(), name)(*given)
    return made


@cache
def _template() -> Any:
    from jinja2 import Environment, PackageLoader, StrictUndefined

    loader = PackageLoader("ambassadors.display")
    found = Environment(loader=loader, autoescape=True, undefined=StrictUndefined)
    return found.get_template("pieces.html").module


def card(title: str, subtitle: str, *parts: Markup | str) -> str:
    """A whole display under its title: what a ``_repr_html_`` gives."""
    return str(piece("card", clip(title), clip(subtitle), parts))


def table(
    caption: Markup | str,
    columns: Sequence[Heading],
    rows: Iterable[Sequence[Any]],
    foot: Sequence[Any] | None = None,
) -> Markup:
    """A table whose first column names its rows. A cell is a piece, which stays as it is, or a value, which is shown.

    Columns without a name, all of them, make a table without a heading.
    """
    kinds = [one if isinstance(one, Column) else Column(one) for one in columns]
    made = [_cells(kinds, row) for row in rows]
    return piece("table", _cell(caption), kinds, made, _cells(kinds, foot) if foot is not None else None)


def _cells(columns: Sequence[Column], row: Sequence[Any]) -> list[tuple[Column, Any]]:
    return [(column, _cell(value)) for column, value in zip(columns, row, strict=True)]


def _cell(value: Any) -> Any:
    """A piece as it is, anything else as text, which the template escapes."""
    return value if hasattr(value, "__html__") else shown(value)


def facts(caption: Markup | str, told: Iterable[tuple[str, Any]]) -> Markup:
    """What is known, a line each; what is empty is left out. Nothing at all where all is empty."""
    lines = [(muted(name), value) for name, value in told if value not in (None, "")]
    return table(caption, [Column(""), Column("", wide=True)], lines) if lines else piece("paragraphs", [])


def notes(texts: Iterable[Markup | str]) -> Markup:
    """Sentences as a list of points; nothing where there are none."""
    told = [_cell(text) for text in texts if text]
    return piece("notes" if told else "paragraphs", told)


def paragraphs(texts: Iterable[Markup | str]) -> Markup:
    """Sentences one below the other."""
    return piece("paragraphs", [_cell(text) for text in texts if text])


def muted(text: str) -> Markup:
    """A text that steps back."""
    return piece("muted", clip(text))


def under(first: Markup | str, second: Markup | str) -> Markup:
    """A text, and a fainter one below it."""
    return piece("under", _cell(first), _cell(second))


def link(text: str, address: object) -> Markup | str:
    """The text as a link where the address is one of the web; the text alone for any other, such as a script.

    >>> link("Ann", "javascript:alert(1)"), "noopener" in link("Ann", "https://town.example/@ann")
    ('Ann', True)
    """
    safe = isinstance(address, str) and len(address) < 2000 and _WEB.fullmatch(address)
    return piece("link", clip(text), address) if safe else clip(text)
