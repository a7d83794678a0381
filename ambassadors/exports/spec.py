"""What an export is: the signs by which it is known, and the rows that it gives. Each export is a form of these."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Protocol

from ambassadors.exports.content import Content
from ambassadors.sources.json_file import Record, records, value_at
from ambassadors.sources.jsonl import Refused

#: Stands in an export's columns where the brand's own account belongs.
BRAND = "{brand}"
#: As many records of a file are looked at before it is believed to be what it seems.
LOOKED_AT = 50
#: Columns that any list of people, orders or posts may have.
COMMON = {
    "name",
    "email",
    "email address",
    "first name",
    "last name",
    "username",
    "id",
    "text",
    "date",
    "status",
    "total",
    "currency",
    "orders",
    "customer",
    "author",
    "body",
    "timestamp",
    "url",
    "company",
    "position",
}


class Sign(Protocol):
    """How a file is told by its content."""

    def lacks(self, content: Content) -> list[str] | None:
        """What the file would need to be this export, all of it if nothing fits; None where it is of another kind."""

    @property
    def marks(self) -> tuple[str, ...]:
        """What the sign asks for that few other files have."""


@dataclass(frozen=True)
class Csv:
    """A table with these columns in its header, and none of those; with ``forms``, their values are of that form.

    ``name`` is a form of the file's name, where nothing in the file tells what only its name does.
    """

    columns: tuple[str, ...]
    without: tuple[str, ...] = ()
    preamble: bool = False
    forms: Mapping[str, str] = field(default_factory=dict)
    name: str = ""

    @property
    def marks(self) -> tuple[str, ...]:
        """The columns that not every list of people has."""
        return tuple(name for name in self.columns if name.lower() not in COMMON)

    def lacks(self, content: Content) -> list[str] | None:
        """The columns that are missing from the line that has most of them."""
        if content.kind != "csv":
            return None
        lines = content.lines if self.preamble else content.lines[:1]
        best = list(self.columns)
        for names in (set(cells) for line in lines for cells in line.values()):
            missing = [name for name in self.columns if name not in names]
            missing += [f"(no {name})" for name in self.without if name in names]
            best = min(best, missing, key=len)
        return best or self._otherwise(content)

    def _otherwise(self, content: Content) -> list[str]:
        """What does not fit beside the header: columns by the form of their values, and the file's name."""
        rows = [row for _, row in zip(range(LOOKED_AT), content.rows(self.columns[0]), strict=False)]
        said = {name: [row.get(name) or "" for row in rows] for name in self.forms}
        wrong = [
            name for name, form in self.forms.items() if not all(re.search(form, one) for one in said[name] if one)
        ]
        return wrong + _unnamed(self.name, content)


@dataclass(frozen=True)
class Json:
    """A document with records at one of these paths that hold these keys, the values of some being of a form.

    ``name`` is what the document is assigned to, as in X's archives. ``telling`` says that the place alone is enough
    when there is not one record. ``file`` is a form of the file's name, where only that tells.
    """

    records: tuple[str, ...] = ("",)
    keys: tuple[str, ...] = ()
    forms: Mapping[str, str] = field(default_factory=dict)
    name: str = ""
    telling: bool = True
    file: str = ""

    @property
    def marks(self) -> tuple[str, ...]:
        """The keys."""
        return (*self.keys, *self.forms)

    def lacks(self, content: Content) -> list[str] | None:
        """The keys that no record has, or the place where the records should stand."""
        if content.kind != "json" or content.document is None or not content.document.name.startswith(self.name):
            return None
        found = records(content.document.value, self.records)
        if found is None or (content.document.value in ([], {}) and not self.name):
            return [self.records[0], *self.keys, *self.forms]
        if not found:
            # an empty list says nothing of what it would hold: the name of its place must
            named = self.telling and (self.name or all(set(path) - set("*.") for path in self.records))
            alone = self.name or "." in self.records[0] or len(content.document.value) == 1
            return [] if named and alone else [*self.keys, *self.forms, "records"]
        return self._lacking(found[:LOOKED_AT]) + _unnamed(self.file, content)

    def _lacking(self, found: list[Record]) -> list[str]:
        values = {key: [_value(record, key) for record in found] for key in (*self.keys, *self.forms)}
        lacking = [key for key in self.keys if all(value is None for value in values[key])]
        for key, form in self.forms.items():
            said = [str(value) for value in values[key] if value not in (None, "")]
            if not said or not all(re.search(form, one) for one in said):
                lacking.append(key)
        return lacking


@dataclass(frozen=True)
class Head:
    """A file of that kind whose beginning holds all of these expressions."""

    kind: str
    patterns: tuple[str, ...]

    @property
    def marks(self) -> tuple[str, ...]:
        """None: expressions say nothing to a person."""
        return ()

    def lacks(self, content: Content) -> list[str] | None:
        """The expressions that are missing: all or nothing, since they mean little to a person."""
        one_line = self.kind == "jsonl" and content.kind == "json"
        if content.kind != self.kind and not one_line:
            return None
        fits = all(re.search(pattern, content.head) for pattern in self.patterns)
        return [] if fits else list(self.patterns)


def _unnamed(form: str, content: Content) -> list[str]:
    """The name that a file lacks, where its name must tell what it is."""
    return [] if re.search(form, content.name) else [f"a name that tells of whom it is (it is {content.name})"]


def _value(record: Record, key: str) -> Any:
    try:
        return value_at(record, key)
    except Refused:
        return None


@dataclass(frozen=True)
class Section:
    """Rows of one table that an export gives: in words, and as the recipe says it.

    A cell may be a tuple: the first of which the file has the columns. One that names a column that the file lacks is
    left out.
    """

    table: str
    gives: str
    columns: Mapping[str, Any]
    settings: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True)
class Owner:
    """Whose export it is: where the name stands, and how an account is made of it."""

    column: str
    pattern: str = r"(?s)(.+)"
    form: str = r"@\1"
    records: tuple[str, ...] = ("",)


@dataclass(frozen=True)
class Export:
    """One file of an export: by which signs it is known (each with the name of its variant), and what it gives.

    ``says`` is what a person should know: what it cannot tell, and what to ask for instead. ``remembered`` are shapes
    that rest on memory, not on documentation or public code. Of a ``folded`` one, all files of a download are one line.
    """

    kind: str
    title: str
    signs: tuple[tuple[str, Sign], ...]
    sections: tuple[Section, ...] = ()
    platform: str = ""
    says: str = ""
    owner: Owner | None = None
    remembered: bool = False
    folded: bool = False


def moment(column: str, *, form: str = "iso", zone: str = "") -> dict[str, Any]:
    """A cell of a time in that form."""
    cell = {"column": column}
    cell |= {"time": form} if form != "iso" else {}
    return cell | ({"zone": zone} if zone else {})


def handle(column: str, extract: str = "") -> dict[str, Any]:
    """A cell of an account that is known by its handle."""
    cell = {"column": column, "handle": True}
    return {**cell, "extract": extract} if extract else cell


def hashed(column: str) -> dict[str, Any]:
    """A cell of an address, of which only the keyed hash is kept."""
    return {"column": column, "email": True}
