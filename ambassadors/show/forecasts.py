"""Forecasts, their past, and the flows between rungs, as tables a person reads."""

from __future__ import annotations

from typing import Any

import polars as pl
from rich.console import Console

from ambassadors.backtesting import Moves
from ambassadors.ladder import NEGATIVE, RUNGS
from ambassadors.phrases import span
from ambassadors.propensity import Forecast
from ambassadors.propensity.notebook import BY
from ambassadors.show.console import cell, console_of_this_terminal, escape, printed, table_of

FIGURES = {
    "auc": "area under the curve",
    "lift_1": "lift in 1 %",
    "lift_5": "5 %",
    "lift_10": "10 %",
    "lead": "our lead",
}
STRONGEST = 12


def moves(result: Moves) -> None:
    """How past forecasts went: beside the simple sorts, at each date, and as a calibration curve."""
    console = console_of_this_terminal()
    title = f"Who will {result.says} within {span(result.horizon)}? Past forecasts, 90 % intervals by person"
    headings = tuple(FIGURES.values())
    table = table_of(title, "order", *headings, right=headings)
    for place, row in enumerate(result.orders.iter_rows(named=True)):
        shown = [_interval(row, name) if place or name != "lead" else "" for name in FIGURES]
        table.add_row(row["order"], *shown)
    printed(console, table)
    _past(console, result.by_origin)
    _curve(console, result)
    _strongest(console, result.weights)
    _doubts(console, result.doubts)


def _interval(row: dict[str, Any], name: str) -> str:
    places, sign = (3, "") if name == "auc" else (3, "+") if name == "lead" else (1, "")
    value, low, high = (f"{row[f'{name}{end}']:{sign}.{places}f}" for end in ("", "_low", "_high"))
    return f"{value}  {low} to {high}"


def _past(console: Console, frame: pl.DataFrame) -> None:
    right = ("people", "foretold", "moved", "area", "calibration error")
    table = table_of("At each date (UTC)", "date", *right, "", right=right)
    for row in frame.iter_rows(named=True):
        numbers = (cell(row["people"]), f"{row['foretold']:,.1f}", cell(row["events"]))
        kept = "" if row["kept"] else "far off"
        table.add_row(f"{row['origin']:%Y-%m-%d %H:%M}", *numbers, f"{row['auc']:.3f}", f"{row['error']:.4f}", kept)
    printed(console, table)


def _curve(console: Console, result: Moves) -> None:
    whole, low, high = result.error
    right = ("people", "chance given", "share that moved", "moves")
    title = f"Chance given and what came: calibration error {whole:.4f} ({low:.4f} to {high:.4f})"
    table = table_of(title, *right, right=right)
    for row in result.curve.iter_rows(named=True):
        table.add_row(cell(row["people"]), f"{row['given']:.4f}", f"{row['moved']:.4f}", cell(row["events"]))
    printed(console, table)


def _strongest(console: Console, weights: pl.DataFrame) -> None:
    right = ("log-odds a standard deviation",)
    table = table_of("What it is foretold from, the strongest first", "feature", *right, right=right)
    for row in weights.head(STRONGEST).iter_rows(named=True):
        table.add_row(row["feature"].replace("_", " "), f"{row['weight']:+.3f}")
    printed(console, table)


def _doubts(console: Console, doubts: tuple[str, ...]) -> None:
    for why in doubts:
        console.print(f"No probabilities are given out today: {escape(why)}.")
    if not doubts:
        console.print("Probabilities are given out today: the past supports them.")
    console.print()


def forecast(made: Forecast, people: pl.DataFrame, most: int) -> None:
    """What ranks, the first people with their chances, and why there are none."""
    console = console_of_this_terminal()
    console.print(f"Who will {made.says} within {span(made.horizon)}? Ranked by {BY[made.by]}.\n")
    right = ("chance", "from", "to")
    title = f"the first {min(most, people.height)} of {made.people.height:,} who could"
    table = table_of(title, "person", "stage", *right, "why", right=right, wide=("why",))
    for row in people.head(most).iter_rows(named=True):
        chances = [row[name] for name in ("probability", "probability_low", "probability_high")]
        why = " ".join(filter(None, (row["reason_1"], row["reason_2"])))
        shown = ["" if value is None else f"{value:.2f}" for value in chances]
        table.add_row(escape(row["person"]), cell(row["stage"]), *shown, escape(why))
    printed(console, table)
    _doubts(console, made.withheld)
    for name, why in made.lacking.items():
        console.print(f"Left out: {name} ({escape(why)}).")


def flows(frame: pl.DataFrame) -> None:
    """Period by period how many stood on each rung at its end, and how many came up, fell and arrived."""
    console = console_of_this_terminal()
    levels = (NEGATIVE, *RUNGS)
    right = (*levels, "up", "down", "new", "gone")
    table = table_of(
        "Where people stand at the end of each period, and how they moved in it", "until", *right, right=right
    )
    for (end,), period in frame.group_by("end", maintain_order=True):
        table.add_row(f"{end:%Y-%m-%d}", *_stood(period, levels), *_moved(period))
    printed(console, table)


def _stood(period: pl.DataFrame, levels: tuple[str, ...]) -> list[str]:
    counts = dict(period.group_by(pl.col("to").cast(pl.String)).agg(pl.col("people").sum()).iter_rows())
    return [cell(counts.get(level, 0)) for level in levels]


def _moved(period: pl.DataFrame) -> list[str]:
    came, went = pl.col("from").cast(pl.String), pl.col("to").cast(pl.String)
    here = (came != "none") & (went != "none")
    kinds = [
        here & (pl.col("to") > pl.col("from")),
        here & (pl.col("to") < pl.col("from")),
        came == "none",
        went == "none",
    ]
    return [cell(int(period.filter(which)["people"].sum())) for which in kinds]
