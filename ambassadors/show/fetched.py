"""What fetching will take, how far it is, and what it brought, as a person reads it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

from rich.console import Console

from ambassadors.crawling import Outlook, Progress
from ambassadors.fetching import Fetched
from ambassadors.show.console import cell, console_of_this_terminal, escape, printed, table_of
from ambassadors.tables import REASONS

#: Examples of calls that brought nothing; the rest are counted.
EXAMPLES = 5
_DOING = {"listings": "reading lists", "profiles": "reading profiles", "ties": "reading who follows whom"}


def outlook(name: str, found: Outlook, *, plan: bool) -> None:
    """What is to come, said before it begins."""
    console = console_of_this_terminal()
    if not found.calls:
        console.print(f"{name}: nothing is left of the last fetch." if plan else f"{name}: nothing more to ask.")
        return
    money = "" if found.money is None else f", {found.money:,.2f} in money"
    calls = f"{found.surely:,}" if found.calls == found.surely else f"from {found.surely:,} to about {found.calls:,}"
    console.print(f"{name}: {calls} calls, up to {duration(found.seconds)}{money}.")


def step(name: str, progress: Progress) -> str:
    """How far a fetch is, in a line."""
    return f"{name}: {_DOING.get(progress.doing, progress.doing)}, {progress.records:,} records"


def duration(seconds: float) -> str:
    """A span of time as people say it.

    >>> duration(40), duration(600), duration(10_000)
    ('40 s', '10 min', '3 h')
    """
    if seconds < 90:
        return f"{max(1, round(seconds))} s"
    return f"{round(seconds / 60)} min" if seconds < 5400 else f"{round(seconds / 3600)} h"


def fetched(found: Sequence[Fetched]) -> None:
    """What each platform gave, what could not be had of it, and what a person should do next."""
    console = console_of_this_terminal()
    table = table_of(
        "Fetched",
        "platform",
        "account",
        "calls",
        "records",
        "new",
        "deleted",
        "in",
        right=("calls", "records", "new", "deleted", "in"),
    )
    for one in found:
        new, gone = sum(one.landed.stored.values()), sum(one.landed.deleted.values())
        table.add_row(*map(cell, (one.platform, one.account, one.calls, one.records, new, gone, duration(one.seconds))))
    printed(console, table)
    _rows(console, found)
    for one in found:
        _lacking(console, one)
    if found:
        console.print(escape(f"The dataset: {found[0].folder}"))


def _rows(console: Console, found: Sequence[Fetched]) -> None:
    """New rows by table."""
    stored: Counter[str] = sum((one.landed.stored for one in found), Counter())
    if stored:
        console.print("New rows: " + ", ".join(f"{count:,} {table}" for table, count in sorted(stored.items())) + ".\n")


def _lacking(console: Console, one: Fetched) -> None:
    for (where, reason), count in one.unread.items():
        console.print(escape(f"{one.platform}: {count:,} records of {where} not taken: {said(reason)}."))
    for why, calls in (("not to be had", one.left), ("tried again next time", one.failed)):
        for call, reason in calls[:EXAMPLES]:
            console.print(escape(f"{one.platform}: {call}: {why} ({reason})."))
        if len(calls) > EXAMPLES:
            console.print(f"{one.platform}: and {len(calls) - EXAMPLES:,} more calls {why}.")
    for doubt in one.landed.doubted:
        console.print(escape(f"{one.platform}: {doubt}"))


def said(reason: str) -> str:
    """A reason for which a record was not taken, in words.

    >>> said("no_author")
    'it names no author'
    """
    return _WHY.get(reason) or REASONS.get(reason, reason)


_WHY = {
    "no_id": "it has no id",
    "no_author": "it names no author",
    "no_time": "it has no time",
    "no_handle": "it names nobody",
    "not_an_object": "it is not of the shape that the platform documents",
}
