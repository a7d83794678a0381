"""The page: what a report says as one HTML file that asks nothing of anybody, and runs nothing."""

from __future__ import annotations

import base64
import hashlib
from importlib import resources
from typing import TYPE_CHECKING, Any

from ambassadors.report import alluvial, drawings, sentences, words, writing

if TYPE_CHECKING:
    from jinja2 import Environment

Told = dict[str, Any]


def render(told: Told) -> str:
    """The report as one page; the same values give the same bytes, in whatever order their keys stand.

    No script, no style but its own, no request: its content security policy allows nothing else, and every text is
    escaped.
    """
    style = resources.files(__package__).joinpath("templates", "style.css").read_text(encoding="utf-8")
    digest = base64.b64encode(hashlib.sha256(style.encode()).digest()).decode()
    return _environment(told).get_template("page.html").render(told=told, style=style, digest=digest)


def _environment(told: Told) -> Environment:
    """The templates with all that they may call."""
    from jinja2 import Environment, PackageLoader, StrictUndefined

    found = Environment(
        loader=PackageLoader(__package__),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
    )
    found.filters.update(writing.FILTERS)
    found.globals.update(
        drawings=drawings,
        sentences=sentences,
        words=words,
        link=writing.link,
        anchors=_Anchors(told),
        rows=writing.rows,
        alluvial=alluvial,
    )
    return found


class _Anchors:
    """The ids of the page, by number: never made of a name."""

    def __init__(self, told: Told) -> None:
        accounts = [place["account"] for ranked in told["lists"] for place in ranked["entries"]]
        self._of = {account: f"p{number}" for number, account in enumerate(dict.fromkeys(accounts), 1)}
        self._seen: set[str] = set()
        self._pictures = 0

    def of(self, account: str) -> str:
        """The id of a person's card."""
        return self._of[account]

    def taken(self, account: str) -> bool:
        """Whether the person has no card yet, and takes the id now."""
        new = account not in self._seen
        self._seen.add(account)
        return new

    def next(self) -> str:
        """The next picture's."""
        self._pictures += 1
        return f"v{self._pictures}"
