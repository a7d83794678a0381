"""A backtest as tables a person reads."""

from __future__ import annotations

from typing import Any

import polars as pl
from rich.console import Console

from ambassadors.backtesting import Backtest, Tuning
from ambassadors.phrases import span
from ambassadors.show.console import cell, console_of_this_terminal, escape, printed, table_of

HEADINGS = {"ndcg": "NDCG", "precision": "precision", "reach": "reach of best", "lead": "our lead in NDCG"}


def backtest(result: Backtest) -> None:
    """Every order's figures, each origin, each tier, which measures earned their weight, and what is not shown."""
    console = console_of_this_terminal()
    _orders(console, result)
    _origins(console, result)
    _tiers(console, result)
    _measures(console, result)
    for caution in result.cautions:
        console.print(f"Note: {escape(caution)}.")


def _orders(console: Console, result: Backtest) -> None:
    figures = [name for name in HEADINGS if name in result.orders.columns]
    origins = "1 origin" if len(result.windows) == 1 else f"the mean of {len(result.windows)} origins"
    title = (
        f"{result.ranking}: the first {result.k}, judged by what followed within {span(result.horizon)}; {origins}, "
        "90 % intervals"
    )
    headings = [HEADINGS[name] for name in figures]
    table = table_of(title, "order", *headings, right=tuple(headings))
    for place, row in enumerate(result.orders.iter_rows(named=True)):
        told = [_interval(row, name) if place or name != "lead" else "" for name in figures]
        table.add_row(row["order"], *told)
    printed(console, table)


def _interval(row: dict[str, Any], name: str) -> str:
    low, high = row[f"{name}_low"], row[f"{name}_high"]
    sign = "+" if name == "lead" else ""
    bounds = f"  {low:{sign}.3f} to {high:{sign}.3f}" if low is not None else ""
    return f"{row[name]:{sign}.3f}{escape(bounds)}"


COUNTS = {"reached": "people reached", "best": "best", "random": "as many random"}


def _origins(console: Console, result: Backtest) -> None:
    figures = {name: HEADINGS[name] for name in ("ndcg", "precision", "reach") if name in result.by_origin.columns}
    counts = COUNTS if "reach" in figures else {}
    headings = (*figures.values(), *counts.values())
    table = table_of("At each origin (UTC)", "origin", "order", *headings, right=headings)
    for row in result.by_origin.iter_rows(named=True):
        first = row["order"] == result.orders["order"][0]
        when = f"{row['origin']:%Y-%m-%d %H:%M}" if first else ""
        shown = [*(f"{row[name]:.3f}" for name in figures), *(cell(row[name]) for name in counts)]
        table.add_row(when, row["order"], *shown)
    printed(console, table)


def _tiers(console: Console, result: Backtest) -> None:
    if result.tiers["tier"].drop_nulls().is_empty():
        return
    names = result.tiers.columns[3:]
    table = table_of("NDCG within each tier of followers", "tier", "accounts", *names, right=("accounts", *names))
    for row in result.tiers.iter_rows(named=True):
        shown = ("" if row[name] is None else f"{row[name]:.3f}" for name in names)
        table.add_row(row["tier"] or "followers unknown", f"{row['accounts']:,.0f}", *shown)
    printed(console, table)


def _measures(console: Console, result: Backtest) -> None:
    right = ("NDCG alone", "lost without it")
    table = table_of("Which measures earned their weight", "measure", *right, "", right=right)
    for row in result.measures.sort("loss", descending=True).iter_rows(named=True):
        loss = {f"lead{end}": row[f"loss{end}"] for end in ("", "_low", "_high")}
        table.add_row(row["measure"], f"{row['alone']:.3f}", _interval(loss, "lead"), row["verdict"])
    printed(console, table)


def attacks(found: pl.DataFrame) -> None:
    """What each simulated attack brings an ordinary account."""
    console = console_of_this_terminal()
    right = ("percentile before", "gained", "at most", "flagged")
    table = table_of("Simulated attacks: what an ordinary account gains", "attack", *right, right=right)
    for row in found.iter_rows(named=True):
        numbers = (f"{row['before']:.0f}", f"{row['gained']:+.1f}", f"{row['most']:+.1f}", f"{row['flagged']:.0%}")
        table.add_row(row["attack"], *numbers)
    printed(console, table)


def tuning(result: Tuning) -> None:
    """What was tried on the earlier windows, the weights before and after, and the gain on the later windows."""
    console = console_of_this_terminal()
    title = f"Settings: NDCG on the {len(result.earlier)} earlier windows"
    settings = table_of(title, "setting", "NDCG", "", right=("NDCG",))
    for row in result.settings.iter_rows(named=True):
        settings.add_row(row["setting"], f"{row['ndcg']:.3f}", "chosen" if row["chosen"] else "")
    printed(console, settings)
    weights = table_of(f"{result.ranking}: points of 100", "measure", "before", "after", right=("before", "after"))
    for row in result.weights.iter_rows(named=True):
        weights.add_row(row["measure"], f"{row['before']:.1f}", f"{row['after']:.1f}")
    printed(console, weights)
    _verdict(console, result)


def _verdict(console: Console, result: Tuning) -> None:
    names = [name for name in ("ndcg", "precision", "reach") if name in result.figures.columns]
    headings = tuple(HEADINGS[name] for name in names)
    title = f"On the {len(result.later)} later windows, by which nothing was chosen"
    table = table_of(title, "", *headings, right=headings)
    for row in result.figures.iter_rows(named=True):
        table.add_row(row["order"], *(f"{row[name]:.3f}" for name in names))
    printed(console, table)
    gain, low, high = result.gain
    bounds = f" (90 % interval {low:+.3f} to {high:+.3f})" if low is not None else ""
    says = "tuning gains" if result.better else "no gain that is sure: keep the recipe's weights"
    console.print(f"NDCG {gain:+.3f}{bounds}: {says}.")
