"""From an export's form to the ``[[files]]`` of one file: what of it the file really has."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from ambassadors import tables
from ambassadors.exports.content import Content
from ambassadors.exports.spec import BRAND, LOOKED_AT, Export, Section
from ambassadors.sources.json_file import records, value_at

_NO_ZONE = re.compile(r"^\d{4}-\d\d-\d\d(?:[T ]\d\d:\d\d(?::\d\d(?:\.\d+)?)?)?$")


@dataclass(frozen=True)
class Proposal:
    """One ``[[files]]`` of a recipe but for its path: a table, settings, and columns.

    ``BRAND`` stands in the columns where the account belongs whose export it is. ``zoneless`` says that there are times
    that name no zone.
    """

    table: str
    gives: str
    platform: str
    settings: Mapping[str, Any]
    columns: Mapping[str, Any]
    zoneless: bool = False

    @property
    def needs_key(self) -> bool:
        """Whether addresses are hashed, for which a secret must be set."""
        return any(isinstance(cell, dict) and cell.get("email") for cell in self.columns.values())

    @property
    def reads(self) -> tuple[str, ...]:
        """The columns of the file that it needs."""
        cells = [cell if isinstance(cell, str) else cell.get("column", "") for cell in self.columns.values()]
        asked = [name for key in ("filled", "where", "matching", "unless") for name in self.settings.get(key, ())]
        return tuple(dict.fromkeys(name for name in (*cells, *asked) if name not in ("", BRAND)))

    @property
    def around_brand(self) -> bool:
        """Whether one end of every row is the brand itself."""
        return BRAND in self.columns.values()


@dataclass(frozen=True)
class OwnTable:
    """A table that is no export that is known: its columns, and the settings with which a recipe reads it."""

    columns: tuple[str, ...]
    settings: Mapping[str, Any]


def own_table(content: Content) -> OwnTable | None:
    """The table that a file is, if its first line names columns and a line below has as many cells; else none."""
    if content.kind != "csv":
        return None
    first, *below = content.lines
    mark = max(first, key=lambda one: len(first[one]))
    names = tuple(name for name in first[mark] if name.strip())
    if len(names) < 2 or not any(len(cells[mark]) == len(first[mark]) for cells in below):
        return None
    return OwnTable(names, _layout(content, mark))


def proposals(export: Export, content: Content) -> list[Proposal]:
    """What a recipe should read of a file that is such an export: the sections for which it has all that they need."""
    found = [_proposal(export, section, content) for section in export.sections]
    return [one for one in found if one is not None]


def _proposal(export: Export, section: Section, content: Content) -> Proposal | None:
    settings = {**_layout(content, _separator(section, content)), **section.settings}
    if content.kind == "json":
        if content.document is None or records(content.document.value, settings.get("records", ())) is None:
            return None
        return _made(export, section, content, settings, section.columns)
    known = _columns(section, content)
    settings = _without_absent(settings, known, content)
    needed = (*settings.get("filled", ()), *settings.get("where", {}), *settings.get("matching", {}))
    if known is not None and any(name not in known for name in needed):
        return None
    columns = {name: _cell(cell, known) for name, cell in section.columns.items()}
    columns = {name: cell for name, cell in columns.items() if cell is not None}
    if any(column.required and column.name not in columns for column in tables.table(section.table).columns):
        return None
    return _made(export, section, content, settings, columns)


def _without_absent(settings: dict[str, Any], known: set[str] | None, content: Content) -> dict[str, Any]:
    """The settings; a column that is not there keeps no row out."""
    unless = {
        name: form
        for name, form in settings.pop("unless", {}).items()
        if (name in known if known is not None else f'"{name.rpartition(".")[2]}"' in content.head)
    }
    return settings | ({"unless": unless} if unless else {})


def _made(
    export: Export, section: Section, content: Content, settings: dict[str, Any], columns: Mapping[str, Any]
) -> Proposal:
    times = [column.name for column in tables.table(section.table).columns if column.type == "time"]
    cells = [columns[name] for name in times if name in columns]
    zoneless = any(_is_zoneless(cell, content, settings) for cell in cells)
    return Proposal(section.table, section.gives, export.platform, settings, columns, zoneless)


def _is_zoneless(cell: Any, content: Content, settings: Mapping[str, Any]) -> bool:
    """Whether a time names no zone, nor its cell: by its form, or by how it stands in the first rows."""
    cell = {"column": cell} if isinstance(cell, str) else cell
    form = cell.get("time", "iso")
    if cell.get("zone") or "column" not in cell or form.startswith("epoch"):
        return False
    if form != "iso":
        return "%z" not in form
    return any(_NO_ZONE.search(text) for text in _texts(cell["column"], content, settings))


def _texts(column: str, content: Content, settings: Mapping[str, Any]) -> list[str]:
    """What stands in a column of the first rows."""
    if content.document is not None:
        found = records(content.document.value, settings.get("records", ())) or []
        return [str(value_at(record, column) or "") for record in found[:LOOKED_AT]]
    return [row.get(column) or "" for _, row in zip(range(LOOKED_AT), content.rows(column), strict=False)]


def _layout(content: Content, separator: str) -> dict[str, Any]:
    """How the file is laid out where that is not the usual way, and its format where its ending may not say it."""
    found: dict[str, Any] = {}
    if content.kind in ("json", "jsonl"):
        found["format"] = content.kind
    if content.kind == "csv":
        found["format"] = "csv"
        if separator != ",":
            found["separator"] = separator
        if content.preamble:
            found["preamble"] = True
    if content.encoding != "utf-8":
        found["encoding"] = content.encoding
    return found


def _separator(section: Section, content: Content) -> str:
    """The separator at which the header falls into most columns that the section reads."""
    wanted = _read(section)
    line = [cells for cells in content.lines if any(wanted & set(names) for names in cells.values())]
    if not line:
        return ","
    return max(line[0], key=lambda mark: len(wanted & set(line[0][mark])))


def _columns(section: Section, content: Content) -> set[str] | None:
    """The columns of the file; None where they are not to be had at a look."""
    if content.kind != "csv":
        return None
    mark, wanted = _separator(section, content), _read(section)
    return set(max((line[mark] for line in content.lines), key=lambda names: len(wanted & set(names)), default=[]))


def _read(section: Section) -> set[str]:
    cells = [one for cell in section.columns.values() for one in (cell if isinstance(cell, tuple) else (cell,))]
    names = {cell if isinstance(cell, str) else cell.get("column", "") for cell in cells}
    return names.union(*(section.settings.get(key, ()) for key in ("filled", "where", "matching")))


def _cell(cell: Any, known: set[str] | None) -> Any:
    """The cell, or the first of several, whose column the file has."""
    for one in cell if isinstance(cell, tuple) else (cell,):
        column = one if isinstance(one, str) else one.get("column")
        if column in (None, BRAND) or known is None or column in known:
            return one
    return None
