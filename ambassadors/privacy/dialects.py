"""Dialects: in which encoding and with which separator a CSV was saved, by us or by somebody's spreadsheet."""

from __future__ import annotations

import csv
import io

_SEPARATORS = (",", ";", "\t", "|")
#: How bytes that are no text of the encoding are carried along unchanged.
_KEEP = "surrogateescape"


def decoded(content: bytes) -> tuple[str, str]:
    """The text, a mark at its start included, and its encoding; :func:`encoded` gives every byte back.

    >>> decoded("Zoë".encode("cp1252")), decoded("Zoë".encode("utf-16-le"))
    (('Zoë', 'cp1252'), ('Zoë', 'utf-16-le'))
    """
    for encoding in _likely(content):
        try:
            return content.decode(encoding), encoding
        except UnicodeDecodeError:
            continue
    return content.decode("utf-8", _KEEP), "utf-8"


def _likely(content: bytes) -> tuple[str, ...]:
    """Encodings to be tried, the likeliest first; every second byte of a CSV in UTF-16 is zero at its start."""
    if content[:2] == b"\xff\xfe" or content[1:2] == b"\0":
        return ("utf-16-le",)
    if content[:2] == b"\xfe\xff" or content[:1] == b"\0":
        return ("utf-16-be",)
    return ("utf-8", "cp1252")


def encoded(text: str, encoding: str) -> bytes:
    """The bytes of a text; raises :class:`UnicodeEncodeError` where the encoding has no such letter."""
    return text.encode(encoding, _KEEP if encoding == "utf-8" else "strict")


def separator_of(text: str) -> str:
    """The separator that gives the header most cells; the comma where none does.

    >>> separator_of('account;person;"name, shown"'), separator_of("account")
    (';', ',')
    """
    return max(_SEPARATORS, key=lambda separator: len(_header(text.removeprefix("\ufeff"), separator)))


def columns_of(text: str) -> int:
    """How many columns the header has at that separator."""
    return len(_header(text.removeprefix("\ufeff"), separator_of(text)))


def _header(text: str, separator: str) -> list[str]:
    try:
        return next(csv.reader(io.StringIO(text, newline=""), delimiter=separator), [])
    except csv.Error:
        return []
