"""A manager's cell beside what the store holds: what it says, and whether it says the same."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace

import polars as pl

from ambassadors.delivery import harmless, original
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
        said = {self.value, *self.readings}
        if stored in said:
            return True
        forms = (stored, escaped(stored)) if "\t" in stored else (stored,)
        return any(faded(form, text, letters=self.fades) for form in forms for text in said)


def read_cell(field: str, typed: str, *, is_csv: bool) -> Cell:
    """What a cell of that column says.

    A text of a CSV may be escaped, and may have lost letters. One of a workbook is not, unless the workbook was made
    from a CSV of ours; so either way both readings say what was handed out.
    """
    if len(typed) > values.LONGEST:
        most = f"{values.LONGEST:,}"
        return Cell(typed[:200], typed, problem=f"has {len(typed):,} characters, more than the {most} a cell can hold")
    without = unescaped(typed)
    meant = without if is_csv else typed
    if field == "do_not_contact":
        refused, clear = values.refusal(without)
        return Cell(meant, refused, caution="" if clear else "is neither yes nor no, and was taken as yes")
    if field == "last_contacted":
        return _day(without)
    readings = tuple(text for text in map(values.plain, (typed, without)) if text)
    return Cell(meant, values.plain(meant), readings, fades=is_csv and "?" in meant)


def unescaped(text: str) -> str:
    """The text without the apostrophes that kept a spreadsheet from running it."""
    return str(original(pl.DataFrame({"text": [text]})).item()) if "'" in text else text


def escaped(text: str) -> str:
    """The text as our CSV holds it."""
    return str(harmless(pl.DataFrame({"text": [text]})).item())


def _day(typed: str) -> Cell:
    try:
        days = [day.isoformat() for day in values.days_meant(typed)]
        cell = Cell(typed, days[0] if days else None, readings=tuple(days))
        return cell if len(days) < 2 else replace(cell, problem=_either(days))
    except values.Unclear as problem:
        return Cell(typed, typed, problem=str(problem))


def _either(days: list[str]) -> str:
    return f"is {days[0]} or {days[1]}: write the one that is meant"


def faded(stored: str, text: str, *, letters: bool) -> bool:
    r"""Whether the text is the stored one as a format shows it that cannot hold it.

    With ``letters`` such as are not ASCII may be question marks instead (a CSV in an old encoding). LibreOffice's .ods
    leaves out tabs in a cell of several lines.

    >>> faded("👍 Łódź", "?? ?ód?", letters=True), faded("two\n\tlines", "two\nlines", letters=False)
    (True, True)
    """
    if "\t" not in stored and (not letters or stored.isascii()):
        return False
    return re.fullmatch("".join(_shape(letter, letters) for letter in stored), text) is not None


def _shape(letter: str, letters: bool) -> str:
    if letter == "\t":
        return "\t?"
    return f"(?:{re.escape(letter)}|[?_]{{1,2}})" if letters and not letter.isascii() else re.escape(letter)
