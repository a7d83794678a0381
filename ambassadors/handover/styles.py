"""The formats of a workbook's cells, each made once."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from xlsxwriter import Workbook
    from xlsxwriter.format import Format

    from ambassadors.handover.layout import Kind

_INK, _LINE = "#1F2933", "#D5DBE1"
_HEADER, _YOUR_HEADER, _YOUR_CELL = "#243B53", "#F0B429", "#FFFBEA"
# "@" is text: what a manager types there, "- call back" or "+49 170", stays as typed.
_NUMBERS = {
    "text": "@", "words": "@", "link": "@", "whole": "#,##0", "number": "0.0", "money": "#,##0.00", "share": "0.0%",
    "day": "yyyy-mm-dd",
}  # fmt: skip


class Styles:
    """Formats by what a column holds and whose it is."""

    def __init__(self, book: Workbook) -> None:
        self._book = book
        self._made: dict[tuple[object, ...], Format] = {}
        self.link = self.of("link")
        self.refused = book.add_format({"font_color": "#66707A", "bg_color": "#E4E7EB", "italic": True})

    def of(self, kind: Kind, yours: bool = False) -> Format:
        """The format of a cell."""
        look = {"num_format": _NUMBERS[kind], "valign": "top", "bottom": 1, "bottom_color": _LINE, "font_color": _INK}
        look |= {"text_wrap": True} if kind in ("words", "text") else {}
        look |= {"align": "center"} if kind in ("day", "whole", "share", "number") else {}
        look |= {"align": "left", "indent": 1} if kind in ("words", "text", "link") else {}
        look |= {"font_color": "#1A5FB4", "underline": 1} if kind == "link" else {}
        look |= {"bg_color": _YOUR_CELL} if yours else {}
        return self._format(("cell", kind, yours), look)

    def header(self, yours: bool = False) -> Format:
        """The format of a column's name."""
        look = {"bold": True, "valign": "vcenter", "text_wrap": True, "num_format": "@", "border": 1, "indent": 1}
        colours = (_INK, _YOUR_HEADER) if yours else ("#FFFFFF", _HEADER)
        look |= {"font_color": colours[0], "bg_color": colours[1], "border_color": _LINE}
        return self._format(("header", yours), look)

    def _format(self, key: tuple[object, ...], look: dict[str, Any]) -> Format:
        if key not in self._made:
            self._made[key] = self._book.add_format(look)
        return self._made[key]
