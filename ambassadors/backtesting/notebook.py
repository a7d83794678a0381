"""What a notebook shows of a look back: orders side by side with their bounds, and what the figures do not show."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING, Any

import polars as pl

from ambassadors import display
from ambassadors.display import Column, Heading
from ambassadors.phrases import sentence, span

if TYPE_CHECKING:
    from markupsafe import Markup

    from ambassadors.backtesting.harness import Backtest
    from ambassadors.backtesting.moves import Moves
    from ambassadors.backtesting.tuning import Tuning

#: So many measures, features and dates are shown.
MOST = 12


def backtest(found: Backtest) -> str:
    """Each order's figures with their bounds, which measures earned their weight, and the cautions."""
    origins = "1 past date" if len(found.windows) == 1 else f"{len(found.windows)} past dates"
    what = f"the first {found.k:,}, judged by what followed within {span(found.horizon)} of {origins}"
    figures = [("NDCG", "ndcg", 3), ("precision", "precision", 3), ("reach of the best choice", "reach", 3)]
    orders = _orders(found.orders, figures, "Would the list have been right? 90 % bounds")
    return display.card(f"Backtest of {found.ranking}", what, orders, _earned(found.measures), _notes(found.cautions))


def moves(found: Moves) -> str:
    """How past forecasts went beside the simple sorts, and date by date."""
    what = f"past forecasts of the next {span(found.horizon)}, against what came"
    figures = [("area under the curve", "auc", 3), ("lift in the first 1 %", "lift_1", 1), ("10 %", "lift_10", 1)]
    orders = _orders(found.orders, figures, "Was it foretold? 90 % bounds")
    told = [sentence(f"no probabilities are given out today: {why}") for why in found.doubts]
    told = told or ["Probabilities are given out today: the past supports them."]
    parts = (orders, _dates(found), _features(found.weights), display.notes(told))
    return display.card(f"Who will {found.says}?", what, *parts)


def tuning(found: Tuning) -> str:
    """What changed in the weights, and what it gains on dates that chose nothing."""
    gain, low, high = found.gain
    bounds = f" ({display.bounds(low, high, 3, sign=True)})" if low is not None else ""
    says = "tuning gains" if found.better else "no gain that is sure: keep the recipe's weights"
    what = f"learned on {len(found.earlier)} past dates, judged on {len(found.later)} later ones"
    verdict = f"NDCG {display.number(gain, 3, sign=True)}{bounds} on the later dates: {says}."
    parts = (display.notes([verdict]), _later(found.figures), _weights(found.weights), _settings(found.settings))
    return display.card(f"Tuning of {found.ranking}", what, *parts)


def _orders(frame: pl.DataFrame, figures: Sequence[tuple[str, str, int]], caption: str) -> Markup:
    """An order a row: the first figure as a bar with its bounds, all of them in digits, and our lead."""
    there = [one for one in figures if one[1] in frame.columns]
    first = there[0][1]
    most = max((value for value in frame[f"{first}_high"].fill_null(frame[first]) if value == value), default=1.0)
    headings: list[Heading] = [Column(name, right=True) for name, _, _ in there]
    columns: list[Heading] = ["order", headings[0], "", *headings[1:], Column("lead of ours", right=True)]
    rows = [_order(row, there, most, ours=not place) for place, row in enumerate(frame.iter_rows(named=True))]
    return display.table(caption, columns, rows)


def _order(row: dict[str, Any], figures: Sequence[tuple[str, str, int]], most: float, *, ours: bool) -> list[Any]:
    told = [_figure(row, name, places) for _, name, places in figures]
    value, low, high = (row[f"{figures[0][1]}{end}"] for end in ("", "_low", "_high"))
    lead = "" if ours else _figure(row, "lead", 3, sign=True)
    return [row["order"], told[0], display.interval(value, low, high, most, ours=ours), *told[1:], lead]


def _figure(row: dict[str, Any], name: str, places: int, *, sign: bool = False) -> Markup:
    value = display.number(row[name], places, sign=sign)
    return display.under(value, display.bounds(row[f"{name}_low"], row[f"{name}_high"], places, sign=sign))


def _earned(frame: pl.DataFrame) -> Markup:
    """What the ranking loses without each measure, the largest loss first."""
    columns: list[Heading] = [
        "measure",
        Column("NDCG alone", right=True),
        Column("lost without it", right=True),
        "verdict",
    ]
    rows = [
        [
            display.words(row["measure"]),
            display.number(row["alone"], 3),
            _figure(row, "loss", 3, sign=True),
            row["verdict"],
        ]
        for row in frame.sort("loss", descending=True).head(MOST).iter_rows(named=True)
    ]
    return display.table(f"Which measures earned their weight{_of(frame)}", columns, rows)


def _of(frame: pl.DataFrame) -> str:
    return f": the first {MOST} of {frame.height:,}" if frame.height > MOST else ""


def _dates(found: Moves) -> Markup:
    """Date by date how many were foretold and how many moved; the last ones, where there are many."""
    right = ("people", "foretold", "moved", "area", "calibration error")
    rows = [
        [
            row["origin"],
            row["people"],
            display.number(row["foretold"], 1),
            row["events"],
            display.number(row["auc"], 3),
            display.number(row["error"], 4),
            "" if row["kept"] else "far off",
        ]
        for row in found.by_origin.tail(MOST).iter_rows(named=True)
    ]
    whole, low, high = found.error
    error = f"calibration error {display.number(whole, 4)} ({display.bounds(low, high, 4)})"
    columns: list[Heading] = ["date (UTC)", *(Column(name, right=True) for name in right), ""]
    return display.table(f"At each date; of all chances together, {error}", columns, rows)


def _features(frame: pl.DataFrame) -> Markup:
    """What it is foretold from, the strongest first."""
    most = max((abs(value) for value in frame["weight"]), default=1.0)
    rows = [
        [
            display.words(row["feature"]),
            display.number(row["weight"], 3, sign=True),
            display.bar(
                abs(row["weight"]), most, says=display.number(row["weight"], 3, sign=True), ours=row["weight"] > 0
            ),
        ]
        for row in frame.head(MOST).iter_rows(named=True)
    ]
    columns: list[Heading] = ["feature", Column("log-odds a standard deviation", right=True), ""]
    return display.table(f"What it is foretold from{_of(frame)}", columns, rows)


def _later(frame: pl.DataFrame) -> Markup:
    names = [name for name in ("ndcg", "precision", "reach") if name in frame.columns]
    headings = {"ndcg": "NDCG", "precision": "precision", "reach": "reach of the best choice"}
    columns: list[Heading] = ["", *(Column(headings[name], right=True) for name in names)]
    rows = [[row["order"], *(display.number(row[name], 3) for name in names)] for row in frame.iter_rows(named=True)]
    return display.table("On the later dates, by which nothing was chosen", columns, rows)


def _weights(frame: pl.DataFrame) -> Markup:
    """Points of 100 before and after, what changed most first."""
    ordered = frame.with_columns(change=pl.col("after") - pl.col("before"))
    ordered = ordered.sort(pl.col("change").abs(), "measure", descending=[True, False])
    most = max((value for name in ("before", "after") for value in frame[name]), default=1.0)
    columns: list[Heading] = ["measure", *(Column(name, right=True) for name in ("before", "after", "change")), ""]
    rows = [
        [
            display.words(row["measure"]),
            *(display.number(row[name], 1, sign=name == "change") for name in ("before", "after", "change")),
            display.bar(row["after"], most, says=display.number(row["after"], 1)),
        ]
        for row in ordered.head(MOST).iter_rows(named=True)
    ]
    return display.table(f"Weights, points of 100{_of(frame)}", columns, rows)


def _settings(frame: pl.DataFrame) -> Markup:
    rows = [
        [row["setting"], display.number(row["ndcg"], 3), "chosen" if row["chosen"] else ""]
        for row in frame.iter_rows(named=True)
    ]
    return display.table("Settings tried on the earlier dates", ["setting", Column("NDCG", right=True), ""], rows)


def _notes(cautions: Iterable[str]) -> Markup:
    return display.notes(sentence(caution) for caution in cautions)
