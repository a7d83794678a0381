r"""Texts as cells that no spreadsheet runs or rewrites, and exactly back again.

A comma-separated file says nothing about types: whoever opens it decides by a cell's first characters what is a
formula, a number or a date, and by their own settings where a cell ends. Quotes help with neither. What helps is an
apostrophe before whatever could be taken for more than text; :func:`original` takes it away again.

One is put (measured with LibreOffice 7.4; Excel as OWASP and its own documentation tell):

- at the start of a text, also behind blanks and invisible characters, before ``= + - @``, their full-width forms, tab
  and CR;
- inside, where other separators or a program that ignores quotes begin a cell, so after ``, ; | tab CR LF``: before
  ``=`` always, and before ``+ - @`` that begin neither a smiley nor an item of a list (``;-)``, ``- call``). An item
  gets one, too, when it could be a call after all, with ``|``, ``name(`` or ``!x`` in it;
- inside, after a blank, before ``=`` that no blank follows. "a = b", "Hi, @ann" and "wait - call" stay as they are;
- before a whole text that would be rewritten: 007 becomes 7, 1e5 100000, march1 a date, and numbers of twelve digits
  and more lose their end when Excel saves them. Ids bear their platform (``x:007``), which keeps them as they are.
"""

from __future__ import annotations

import re
from collections.abc import Callable

import polars as pl

# Unicode's category Cf: characters that nobody sees.
_INVISIBLE = (
    "\u00ad\u0600-\u0605\u061c\u06dd\u070f\u0890\u0891\u08e2\u180e\u200b-\u200f\u202a-\u202e\u2060-\u2064\u2066-\u206f\ufeff"
    "\ufff9-\ufffb\U000110bd\U000110cd\U00013430-\U0001343f\U0001bca0-\U0001bca3\U0001d173-\U0001d17a\U000e0001"
    "\U000e0020-\U000e007f"
)
_MONTH = (
    "jan(?:uary)?|feb(?:ruary)?|mar(?:ch)?|apr(?:il)?|may|june?|july?|aug(?:ust)?|sept?(?:ember)?|oct(?:ober)?|"
    "nov(?:ember)?|dec(?:ember)?"
)
#: A whole text that a spreadsheet would show as another number, date, time or truth value.
REWRITTEN = (
    r"(?!(?:0|[1-9][0-9]{0,10})\Z)(?=[^0-9]*[0-9])"
    rf"(?:[0-9\s.,:/%$€£¥()+-]|(?<=[0-9.,])e(?=[+-]?[0-9])|(?<=[0-9\s])[ap]m\Z|{_MONTH})+\Z|(?:true|false)\Z"
)
_SIGN = "+\\-@\uff0b\uff0d\uff20"
_BEGINS = rf"[\s{_INVISIBLE}]*[={_SIGN}\t\r\uff1d]"
_CALLS = r"[^,;|\t\r\n]*(?:\||\w\(|!\S)"
#: What begins a cell at a separator: a formula, or a sign with something to count or to call.
_AFTER = rf"(?:(?![ \t\r\n])[\s{_INVISIBLE}])*(?:[=\uff1d]|[{_SIGN}](?:[^\s),;|]|{_CALLS}))"

_START = re.compile(rf"'*(?:{_BEGINS}|{REWRITTEN})", re.IGNORECASE)
# The separator first, so that the search runs from one to the next; a blank is one before an equals sign only.
_INSIDE = re.compile(rf"[,;|\t\r\n ](?=(?<! )'*{_AFTER}|(?<= )'*[=\uff1d](?!\s))")
_ESCAPED_INSIDE = re.compile(rf"([,;|\t\r\n ])'(?=(?<! ')'*{_AFTER}|(?<= ')'*[=\uff1d](?!\s))")
#: Stands for NUL, the one character that no CSV may hold.
NO_NUL = "\ufffd"


def harmless(frame: pl.DataFrame) -> pl.DataFrame:
    """The frame with an apostrophe before whatever in its texts a spreadsheet would run or rewrite.

    Everything else stays, line breaks too, so that :func:`original` gives every text back. Only NUL is lost: no CSV may
    hold it, and ``NO_NUL`` takes its place.

    >>> harmless(pl.DataFrame({"name": ["=1+1", "'=1+1", "Ann;=1+1", "Hi, @ann", "007"]}))["name"].to_list()
    ["'=1+1", "''=1+1", "Ann;'=1+1", 'Hi, @ann', "'007"]
    """
    return _each_text(frame, _quieted)


def original(frame: pl.DataFrame) -> pl.DataFrame:
    """The frame with the apostrophes of :func:`harmless` taken away, each and no other.

    >>> original(pl.DataFrame({"name": ["'=1+1", "''=1+1", "Ann;'=1+1", "'Tis fine", "'007"]}))["name"].to_list()
    ['=1+1', "'=1+1", 'Ann;=1+1', "'Tis fine", '007']
    """
    return _each_text(frame, _restored)


def _each_text(frame: pl.DataFrame, change: Callable[[str], str]) -> pl.DataFrame:
    texts = [name for name, kind in frame.schema.items() if kind == pl.String]
    return frame.with_columns(
        pl.Series(name, [None if text is None else change(text) for text in frame[name]], pl.String) for name in texts
    )


def _quieted(text: str) -> str:
    """Start first, inside second: what stands before a cell's start never depends on what stands inside it."""
    whole = text.replace("\0", NO_NUL)
    return _INSIDE.sub(r"\g<0>'", f"'{whole}" if _START.match(whole) else whole)


def _restored(text: str) -> str:
    if "'" not in text:
        return text
    whole = _ESCAPED_INSIDE.sub(r"\1", text)
    return whole[1:] if whole.startswith("'") and _START.match(whole) else whole
