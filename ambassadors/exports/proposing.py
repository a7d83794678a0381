"""From an export's form to the ``[[files]]`` of one file: what of it the file really has."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from ambassadors import tables
from ambassadors.exports.content import Content
from ambassadors.exports.spec import BRAND, Export, Section
from ambassadors.sources.json_file import records


@dataclass(frozen=True)
class Proposal:
    """One ``[[files]]`` of a recipe but for its path: a table, settings, and columns.

    ``brand`` stands in the columns where the brand's account belongs.
    """

    table: str
    gives: str
    platform: str
    settings: Mapping[str, Any]
    columns: Mapping[str, Any]

    @property
    def needs_key(self) -> bool:
        """Whether addresses are hashed, for which a secret must be set."""
        return any(isinstance(cell, dict) and cell.get("email") for cell in self.columns.values())

    @property
    def around_brand(self) -> bool:
        """Whether one end of every row is the brand itself."""
        return BRAND in self.columns.values()


def proposals(export: Export, content: Content) -> list[Proposal]:
    """What a recipe should read of a file that is such an export: the sections for which it has all that they need."""
    found = [_proposal(export, section, content) for section in export.sections]
    return [one for one in found if one is not None]


def _proposal(export: Export, section: Section, content: Content) -> Proposal | None:
    settings = {**_layout(section, content), **section.settings}
    if content.kind == "json":
        if content.document is None or records(content.document.value, settings.get("records", ())) is None:
            return None
        return Proposal(section.table, section.gives, export.platform, settings, section.columns)
    known = _columns(section, content)
    needed = (*settings.get("filled", ()), *settings.get("where", {}))
    if known is not None and any(name not in known for name in needed):
        return None
    columns = {name: _cell(cell, known) for name, cell in section.columns.items()}
    columns = {name: cell for name, cell in columns.items() if cell is not None}
    if any(column.required and column.name not in columns for column in tables.table(section.table).columns):
        return None
    return Proposal(section.table, section.gives, export.platform, settings, columns)


def _layout(section: Section, content: Content) -> dict[str, Any]:
    """How the file is laid out where that is not the usual way, and its format where its ending may not say it."""
    found: dict[str, Any] = {}
    if content.kind in ("json", "jsonl"):
        found["format"] = content.kind
    if content.kind == "csv":
        found["format"] = "csv"
        separator = _separator(section, content)
        if separator != ",":
            found["separator"] = separator
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
    return names | set(section.settings.get("filled", ())) | set(section.settings.get("where", {}))


def _cell(cell: Any, known: set[str] | None) -> Any:
    """The cell, or the first of several, whose column the file has."""
    for one in cell if isinstance(cell, tuple) else (cell,):
        column = one if isinstance(one, str) else one.get("column")
        if column in (None, BRAND) or known is None or column in known:
            return one
    return None
