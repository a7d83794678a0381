"""The terminal: tables without frames, and texts that cannot command it."""

from __future__ import annotations

import re
from typing import Any

from rich.console import Console
from rich.markup import escape as _marked
from rich.table import Table

_CONTROL = re.compile(r"[\x00-\x1f\x7f-\x9f\u200e\u200f\u202a-\u202e\u2066-\u2069]")


def escape(text: str) -> str:
    """The text as the terminal must show it: no markup, and none of the characters that command a terminal."""
    return _marked(_CONTROL.sub("", text))


def console_of_this_terminal() -> Console:
    """The terminal, or 140 columns where nobody says how wide it is."""
    console = Console(highlight=False, emoji=False)
    return console if console.is_terminal else Console(highlight=False, emoji=False, width=140)


def table_of(title: str, *columns: str, right: tuple[str, ...] = (), wide: tuple[str, ...] = ()) -> Table:
    """An empty table; columns in ``right`` are set to the right, those in ``wide`` take what room is left."""
    table = Table(title=title, title_justify="left", title_style="bold", box=None, pad_edge=False)
    for column in columns:
        table.add_column(
            column, justify="right" if column in right else "left", overflow="fold", ratio=1 if column in wide else None
        )
    return table


def cell(value: Any) -> str:
    """A value as a table shows it: nothing for null, thousands apart."""
    if value is None:
        return ""
    return f"{value:,}" if isinstance(value, int) and not isinstance(value, bool) else escape(str(value))


def printed(console: Console, table: Table) -> None:
    """The table and an empty line."""
    console.print(table)
    console.print()
