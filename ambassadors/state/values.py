"""What a cell of the managers' columns means: a text, a yes, or a day; never guessed."""

from __future__ import annotations

import re
from datetime import date

#: What a spreadsheet's cell can hold.
LONGEST = 32_767
EARLIEST_YEAR, LATEST_YEAR = 1990, 2199
_YES = """yes y x true 1 t ✓ ✔ ✗ ✘ ☑ ☒ ja j wahr oui vrai sí si sì vero verdadero sim tak prawda ano igen evet kyllä
    да д так はい 是 예"""
_NO = """no n false 0 f - ☐ nein falsch non faux não nao falso nie fałsz ne nem nej nei nee ei нет н ні не
    いいえ 否 아니요"""
YES, NO = frozenset(_YES.split()), frozenset(_NO.split())
_ISO = re.compile(r"(\d{4})([-/.])(\d{1,2})\2(\d{1,2})(?:[T ]\d{1,2}:\d{2}(?::\d{2}(?:\.\d+)?)?Z?)?")
_BREAK = re.compile(r"\r\n|[\r\v\f\u2028\u2029]")
_CONTROL = re.compile(r"[\x00-\x08\x0e-\x1f\ufffe\uffff]")
_DAY_OR_MONTH_FIRST = re.compile(r"(\d{1,2})([-/.])(\d{1,2})\2(\d{4})")


class Unclear(ValueError):
    """A cell whose meaning cannot be told; the message says what to write instead."""


def refusal(text: str) -> tuple[str | None, bool]:
    """``yes`` or None, and whether that was clear. What is neither yes nor no counts as a refusal, on the safe side.

    >>> refusal("x"), refusal("nein"), refusal("until June")
    (('yes', True), (None, True), ('yes', False))
    """
    said = text.strip().strip(".!").casefold()
    if not said or said in NO:
        return None, True
    return "yes", said in YES


def days_meant(text: str) -> list[date]:
    """Every day that a text can mean: none for an empty one, two where day and month could be the other way round.

    Raises :class:`Unclear` for what is no day.

    >>> days_meant("25.12.2026"), len(days_meant("03/04/2026"))
    ([datetime.date(2026, 12, 25)], 2)
    """
    said = text.strip()
    if not said:
        return []
    if iso := _ISO.fullmatch(said):
        year, _, month, number = iso.groups()
        found = _days([(year, month, number)])
    elif either := _DAY_OR_MONTH_FIRST.fullmatch(said):
        one, _, other, year = either.groups()
        found = _days([(year, one, other), (year, other, one)])
    else:
        found = []
    if not found:
        raise Unclear("is no day: write it as 2026-03-31")
    return found


def _days(parts: list[tuple[str, str, str]]) -> list[date]:
    found = []
    for year, month, number in parts:
        try:
            one = date(int(year), int(month), int(number))
        except ValueError:
            continue
        if one not in found and EARLIEST_YEAR <= one.year <= LATEST_YEAR:
            found.append(one)
    return found


def plain(text: str) -> str | None:
    """A text with line breaks as LF alone, whatever the program that saved it; None where it is blank.

    Control characters, which no workbook can hold, are left out, so that a note is the same in every format.
    """
    text = _CONTROL.sub("", _BREAK.sub("\n", text))
    return text if text.strip() else None
