"""Results of a run, a check and an explanation, as tables a person reads."""

from __future__ import annotations

from typing import Any

import polars as pl
from rich.console import Console

from ambassadors import tables
from ambassadors.community import Community
from ambassadors.delivery import LATEST
from ambassadors.demo import FIRST, INFLUENCERS_FIRST, Demo
from ambassadors.explanation import Explanation, Standing
from ambassadors.job import Run
from ambassadors.phrases import percent, span
from ambassadors.propensity import Forecast
from ambassadors.show.console import cell, console_of_this_terminal, escape, printed, table_of
from ambassadors.show.keeping import returned
from ambassadors.sources.reading import Intake, Reading
from ambassadors.three_lists import READY

HEAD = 5


def run(result: Run) -> None:
    """The head of both lists, and where the files lie."""
    console = console_of_this_terminal()
    lists(console, result)
    _where(console, result)


def lists(console: Console, result: Run) -> None:
    """The head of each list, or why there is none."""
    for name in result.lists:
        ranking(console, name, result)


def ranking(console: Console, name: str, result: Run, most: int = HEAD) -> None:
    """The head of one list with the first two reasons of each person."""
    if name in result.empty:
        console.print(f"[bold]{name}[/bold]\n{escape(result.empty[name])}\n")
        return
    people = result.lists[name]
    title = f"{name}: the first {min(most, people.height)} of {people.height}"
    figure = "chance" if name == READY and people["probability"].count() else "score"
    table = table_of(title, "rank", "person", "stage", figure, "why", right=("rank", figure), wide=("why",))
    for row in people.head(most).iter_rows(named=True):
        why = " ".join(filter(None, (row["reason_1"], row["reason_2"])))
        table.add_row(_rank(row), _who(row), cell(row["stage"]), _figure(row, figure), escape(why))
    printed(console, table)
    if name == READY and result.forecast is not None:
        _chances(console, result.forecast)


def _figure(row: dict[str, Any], figure: str) -> str:
    value = row["probability" if figure == "chance" else "score"]
    return "" if value is None else f"{value:.2f}" if figure == "chance" else f"{value:.1f}"


def _chances(console: Console, made: Forecast) -> None:
    """What the chances are of, or why there are none."""
    what = f"to {made.says} within {span(made.horizon)}"
    for why in made.withheld:
        console.print(f"No probabilities {what}: {escape(why)}.")
    if not made.withheld:
        events = sum(int(check.happened.sum()) for check in made.checks)
        console.print(
            f"The chance is {what}; past forecasts were checked on {len(made.checks)} dates, {events:,} moves."
        )
    console.print()


def _rank(row: dict[str, Any]) -> str:
    """The rank, and its bounds below it where they are known."""
    return cell(row["rank"]) + (f"\n{row['rank_low']:,}-{row['rank_high']:,}" if row["rank_low"] is not None else "")


def _who(row: dict[str, Any]) -> str:
    handle = f"\n{row['handle']}" if row["handle"] and row["handle"] != row["person"] else ""
    return "\n".join(escape(part) for part in f"{row['person']}{handle}\n{row['platform']}".split("\n"))


def _where(console: Console, result: Run) -> None:
    rejected = result.community.rejects.height
    if result.apart.height:
        console.print(f"Told apart from ambassadors: {result.apart.height:,} (see set_apart.csv)")
    console.print(f"Rows rejected: {rejected:,}" + (" (see rejects.csv)" if rejected else ""))
    for one in result.returned:
        returned(console, one)
    if result.untold.conflicts.height:
        console.print(f"Notes in conflict: {result.untold.conflicts.height:,} (see conflicts.csv)")
    if result.untold.rejected.height:
        console.print(f"Notes that could not be read: {result.untold.rejected.height:,} (see notes_rejected.csv)")
    if result.before is not None:
        moved = result.changes.filter(pl.col("account").is_not_null()).height
        console.print(f"Changes of note since {escape(result.before.name)}: {moved:,} (see changes.csv)")
    for name in result.kept:
        console.print(f"Kept, for somebody wrote into it: {escape(name)}. Import the notes, then remove it.")
    for name, why in result.not_written.items():
        console.print(escape(f"{name}: {why}"))
    console.print(f"For managers: {escape(_for_managers(result))}", soft_wrap=True)
    console.print(f"The run folder with all files: {escape(str(result.folder))}", soft_wrap=True)


def _for_managers(result: Run) -> str:
    name = "shortlist.csv" if "shortlist.xlsx" in result.not_written else "shortlist.xlsx"
    return f"{name} and report.html in {result.folder.parent / LATEST}"


def demo(result: Demo) -> None:
    """The lists of the simulated town, and how they compare with naive sorts."""
    console = console_of_this_terminal()
    console.print("A simulated town around the small coffee roaster Bean & Leaf. No person in it is real.\n")
    lists(console, result.run)
    comparisons(console, result)
    _where(console, result.run)
    console.print(f"The recipe and the data: {escape(str(result.recipe))}", soft_wrap=True)


def comparisons(console: Console, result: Demo) -> None:
    """Whom each order finds, by the truth that only a simulated town has."""
    console.print("[bold]Simulated data: the truth about everyone in this town is known.[/bold]")
    _comparison(console, f"Of the first {FIRST} people, how many are ...", result.ambassadors)
    _comparison(console, f"Of the first {INFLUENCERS_FIRST} people, how many are ...", result.influencers)


def _comparison(console: Console, title: str, found: pl.DataFrame) -> None:
    roles = [name.replace("_", " ") for name in found.columns[1:]]
    table = table_of(title, "", *roles, right=tuple(roles))
    for row in found.iter_rows():
        table.add_row(*(cell(value) for value in row))
    printed(console, table)


def files(reading: Reading) -> None:
    """What became of every file's rows, and why rows were rejected."""
    console = console_of_this_terminal()
    counts = ("rows in", "accepted", "rejected", "set aside", "expired")
    table = table_of("Files", "file", "table", *counts, right=counts)
    for intake in reading.intakes:
        numbers = (intake.rows, intake.accepted, intake.rejected, intake.set_aside, intake.expired)
        table.add_row(escape(intake.file), intake.table, *(cell(number) for number in numbers))
    printed(console, table)
    _reasons(console, reading.intakes)


def _reasons(console: Console, intakes: list[Intake]) -> None:
    if not any(intake.reasons for intake in intakes):
        return
    table = table_of("Rejected", "file", "reason", "rows", "what to do", right=("rows",), wide=("what to do",))
    for intake in intakes:
        for reason, rows in intake.reasons.items():
            table.add_row(escape(intake.file), reason, cell(rows), tables.REASONS.get(reason, ""))
    printed(console, table)


def holdings(community: Community) -> None:
    """What the tables hold: rows, span of time, kinds; and what a person should know of them."""
    console = console_of_this_terminal()
    table = table_of("Tables", "table", "rows", "repeated", "from", "to", right=("rows", "repeated"))
    for name in tables.TABLES:
        frame, by = getattr(community, name), tables.TABLES[name].dated_by
        if name in community.kept or name == "accounts":
            times = frame.select(pl.coalesce(by)).to_series()
            repeated = community.repeated.get(name, 0)
            table.add_row(name, cell(frame.height), cell(repeated), _day(times.min()), _day(times.max()))
    printed(console, table)
    kinds = community.interactions["kind"].value_counts().sort("count", "kind", descending=[True, False])
    if kinds.height:
        console.print("Kinds: " + ", ".join(f"{kind} {count:,}" for kind, count in kinds.iter_rows()))
    for name, share in _undated(community):
        console.print(f"{percent(share)} of {name} carry no time: they count as known from the beginning.")
    for name in community.brand.nobody:
        console.print(f"The recipe's exclude or only names {escape(repr(name))}, which fits nobody in this data.")


def _undated(community: Community) -> list[tuple[str, float]]:
    shares = []
    for name, frame in community.kept.items():
        none = frame.select(pl.coalesce(tables.TABLES[name].dated_by).is_null().mean()).item()
        shares += [(name, none)] if none else []
    return shares


def _day(when: Any) -> str:
    return f"{when:%Y-%m-%d}" if when else ""


def explanation(found: Explanation) -> None:
    """One account's scores, taken apart."""
    console = console_of_this_terminal()
    console.print(f"[bold]{escape(found.person)}[/bold]  {escape(found.account)}  as of {found.as_of}")
    for sentence in found.sentences():
        console.print(escape(sentence))
    console.print()
    for standing in found.standings:
        _standing(console, standing)


def _standing(console: Console, standing: Standing) -> None:
    if standing.why_not:
        console.print(f"[bold]{standing.ranking}[/bold]: {escape(standing.why_not)}\n")
        return
    bounds = f" ({standing.low:,} to {standing.high:,})" if standing.low is not None else ""
    place = f"rank {standing.rank:,}{bounds} of {standing.of:,}, data: {standing.grade}"
    title = f"{standing.ranking}: {place}, score {standing.score:.3f}"
    right = ("value", "place", "ahead of", "weight", "points")
    table = table_of(title, "measure", *right, "among", "", right=right, wide=("",))
    for part in sorted(standing.parts, key=lambda part: -part.points):
        value = "no data" if part.value is None else f"{part.value:,.6g}"
        ahead = "" if part.percentile is None else percent(part.percentile)
        place = "" if part.place is None else f"{part.place:,} of {part.of:,}"
        table.add_row(
            part.measure, value, place, ahead, f"{part.weight:.2f}", f"{part.points:.3f}", part.peers, escape(part.says)
        )
    total = f"{sum(part.weight for part in standing.parts):.2f}"
    table.add_row("", "", "", "", total, f"{standing.score:.3f}", "", "the score: the sum of the points")
    printed(console, table)
    for name, why in standing.lacking.items():
        console.print(f"Left out: {name} ({why}).")
    for way in standing.upward:
        console.print(f"Up: {escape(way)}.")
    console.print()
