"""A manager's cell beside what the store holds: what it says, and whether it says the same."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace

import polars as pl

from ambassadors.delivery import original
from ambassadors.state import values


@dataclass(frozen=True)
class Cell:
    """What a cell says: its value as the store would hold it, what else it may have meant, what is wrong with it.

    With a ``problem`` the value counts only where it is what the store holds already. ``caution`` tells how a value was
    taken that is not plain.
    """

    typed: str
    value: str | None
    readings: tuple[str, ...] = ()
    problem: str = ""
    caution: str = ""
    fades: bool = False

    def says(self, stored: str | None) -> bool:
        """Whether the cell says what the store holds."""
        if stored is None or self.value is None:
            return stored == self.value and not self.problem
        return stored in (self.value, *self.readings) or (self.fades and faded(stored, self.value))


def read_cell(field: str, typed: str, *, is_csv: bool) -> Cell:
    """What a cell of that column says; a CSV may have escaped it, and may have lost letters."""
    if len(typed) > values.LONGEST:
        most = f"{values.LONGEST:,}"
        return Cell(typed[:200], typed, problem=f"has {len(typed):,} characters, more than the {most} a cell can hold")
    meant = unescaped(typed) if is_csv else typed
    if field == "do_not_contact":
        refused, clear = values.refusal(meant)
        return Cell(meant, refused, caution="" if clear else "is neither yes nor no, and was taken as yes")
    if field == "last_contacted":
        return _day(meant)
    value, as_written = values.plain(meant), values.plain(typed)
    return Cell(typed, value, readings=(as_written,) if as_written else (), fades=is_csv and "?" in meant)


def unescaped(text: str) -> str:
    """The text without the apostrophes that kept a spreadsheet from running it."""
    return original(pl.DataFrame({"text": [text]})).item() if "'" in text else text


def _day(typed: str) -> Cell:
    try:
        days = [day.isoformat() for day in values.days_meant(typed)]
        cell = Cell(typed, days[0] if days else None, readings=tuple(days))
        return cell if len(days) < 2 else replace(cell, problem=_either(days))
    except values.Unclear as problem:
        return Cell(typed, typed, problem=str(problem))


def _either(days: list[str]) -> str:
    return f"is {days[0]} or {days[1]}: write the one that is meant"


def faded(stored: str, text: str) -> bool:
    """Whether the text is the stored one as a format without its letters shows it: with question marks instead.

    >>> faded("👍 Łódź", "?? ?ód?"), faded("👍", "no")
    (True, False)
    """
    if stored.isascii():
        return False
    shapes = [re.escape(letter) if letter.isascii() else f"(?:{re.escape(letter)}|[?_]{{1,2}})" for letter in stored]
    return re.fullmatch("".join(shapes), text, re.DOTALL) is not None
