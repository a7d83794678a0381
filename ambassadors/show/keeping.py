"""What became of notes, refusals and requests, as a person reads it."""

from __future__ import annotations

import polars as pl
from rich.console import Console

from ambassadors.privacy import Proof
from ambassadors.show.console import cell, console_of_this_terminal, escape, printed, table_of
from ambassadors.state import Imported, Suppressed
from ambassadors.state.refusals import REASONS


def imported(found: Imported) -> None:
    """How many rows there were and what became of them, then every conflict and every row that was turned away."""
    console = console_of_this_terminal()
    returned(console, found)
    if found.conflicts.height:
        table = table_of("Conflicts", "row", "person", "field", "kept", "in the file", "done", right=("row",))
        for row in found.conflicts.iter_rows(named=True):
            who = row["person"] or row["account"]
            table.add_row(*map(cell, (row["row"], who, row["field"], row["kept"], row["in_file"], row["done"])))
        printed(console, table)
    if found.rejected.height:
        table = table_of("Turned away", "row", "column", "value", "why", right=("row",), wide=("why",))
        for row in found.rejected.iter_rows(named=True):
            table.add_row(*map(cell, (row["row"], row["column"], row["value"], row["reason"])))
        printed(console, table)


def returned(console: Console, found: Imported) -> None:
    """One file of notes in a line, and what a person should know of it."""
    if found.problem:
        console.print(escape(f"{found.file}: {found.problem}"))
        return
    said = [f"{found.changed:,} changed", f"{found.unchanged:,} as they were"]
    said += [
        f"{count:,} {name}"
        for name, count in (("in conflict", found.conflicting), ("turned away", found.refused))
        if count
    ]
    console.print(escape(f"{found.file}: of {found.rows:,} people {', '.join(said)}."))
    if found.unknown.height:
        console.print(f"{found.unknown.height:,} of them are not in the last run; their notes are kept all the same.")
    for caution in found.cautions:
        console.print(escape(caution))


def suppressed(found: Suppressed) -> None:
    """How many people are kept out of the lists now."""
    console = console_of_this_terminal()
    added = "1 person is" if found.added == 1 else f"{found.added:,} people are"
    console.print(f"{added} kept out of every list from now on; {found.already:,} were already.")
    if found.strangers:
        console.print(f"Of the ids {found.strangers:,} stand on no list of the last run: see that they are right.")
    for row in found.rejected.iter_rows(named=True):
        console.print(escape(f"{row['file']}, line {row['line']}: {REASONS.get(row['reason'], row['reason'])}"))


def proof(found: Proof) -> None:
    """What was erased, where it was looked for afterwards, and what is left for the person who asked."""
    console = console_of_this_terminal()
    if not found.known:
        console.print("No run and no note names this id. It is remembered, so that it never comes in.")
    runs = "1 run" if len(found.erased) == 1 else f"{len(found.erased):,} runs"
    fetched = f", {found.fetched:,} fetched rows" if found.fetched else ""
    console.print(f"Erased from {runs}{fetched}, and {sum(found.store.values()):,} rows of notes and records.")
    console.print(
        f"{found.files:,} files ({found.bytes:,} bytes) were read again in every form: "
        f"{len(found.hits):,} of them still name the person."
    )
    for file, how in found.hits:
        console.print(escape(f"  {file}: {how}"))
    console.print(escape(found.searched))
    yours = f"Your own files: {', '.join(found.inputs)}. " if found.inputs else ""
    console.print(escape(f"{yours}{found.advice}"))


def requests(found: pl.DataFrame) -> None:
    """Who asked what, when."""
    console = console_of_this_terminal()
    table = table_of(f"{found.height:,} requests", "at", "who", "command", "subject", "detail", wide=("detail",))
    for row in found.iter_rows(named=True):
        table.add_row(*(cell(row[name]) for name in ("at", "who", "command", "subject", "detail")))
    printed(console, table)
