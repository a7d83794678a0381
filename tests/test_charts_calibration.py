"""The chart of past forecasts: chances given against what came, and the areas of each order."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import timedelta
from math import nan
from pathlib import Path
from typing import Any

import polars as pl
import pytest
from scipy.stats import binomtest

from ambassadors import charts
from ambassadors.backtesting import Moves

NOTHING = pl.DataFrame()
GROUPS = [(6000, 0.0009, 2), (1200, 0.0043, 6), (200, 0.02, 0), (40, 0.15, 7)]
AREAS = [("the forecast", 0.944, 12.3), ("frequency", 0.886, 7.7), ("sort by followers", 0.44, nan)]


def curve(groups: list[tuple[int, float, int]]) -> pl.DataFrame:
    """A calibration curve of people, the chance given to them, and how many moved."""
    rows = [{"people": n, "given": chance, "moved": events / n, "events": events} for n, chance, events in groups]
    return pl.DataFrame(rows)


def orders(areas: list[tuple[str, float, float]]) -> pl.DataFrame:
    """Areas, .02 to each side, and lifts."""
    rows = [
        {"order": order, "auc": auc, "auc_low": auc - 0.02, "auc_high": auc + 0.02, "lift_5": lift}
        for order, auc, lift in areas
    ]
    return pl.DataFrame(rows)


MOVES = Moves(
    "reach advocate",
    timedelta(days=30),
    "regression",
    orders(AREAS),
    NOTHING,
    curve(GROUPS),
    (0.0019, 0.001, 0.003),
    (),
    NOTHING,
)


def words(result: Moves, folder: Path) -> list[str]:
    """All text in the chart, as it is drawn."""
    charts.save(charts.calibration(result), folder / "c.svg")
    return re.findall(r"<text[^>]*>([^<]+)<", (folder / "c.svg").read_text(encoding="utf-8"))


def points(result: Moves) -> list[dict[str, Any]]:
    """What is drawn of the calibration curve, the smallest chance first."""
    tables = charts.calibration(result).to_dict()["datasets"].values()
    return [row for table in tables for row in table if "events" in row]


def test_the_chart_says_what_was_foretold_and_how_well(tmp_path: Path) -> None:
    """The event, the error, every order with its area and its lift where it has one."""
    told = words(MOVES, tmp_path)

    for word in (
        "Who will reach advocate within 30 days? What was foretold, and what came",
        "calibration error 0.0019",
        "0.944, lift 12.3 in 5 %",
        "0.440",
        "chance given",
        "share that moved",
        "10 %",
    ):
        assert word in told
    assert [word for word in told if word in dict.fromkeys(name for name, *_ in AREAS)] == [name for name, *_ in AREAS]


def test_bounds_of_a_share_are_those_of_wilson() -> None:
    """As scipy has them; of a group of whom nobody moved the bar begins at the foot."""
    groups = [(people, 0.01, events) for people in (1, 7, 50, 3000) for events in (0, 1, people // 2, people)]

    for row in points(replace(MOVES, curve=curve(groups))):
        low, high = binomtest(row["events"], row["people"]).proportion_ci(0.9, method="wilson")
        assert row["high"] == pytest.approx(high, rel=1e-3)
        assert row["low"] == pytest.approx(low, rel=2e-3) if low > 1e-4 else 0 < row["low"] < 1e-3


def test_a_group_of_whom_nobody_moved_is_an_open_mark_at_the_foot(tmp_path: Path) -> None:
    """No logarithm shows a share of nothing; the mark says so instead of leaving the group out."""
    told = "Bars are 90 % intervals; an open mark: nobody moved"

    assert told in words(MOVES, tmp_path)
    drawn = (tmp_path / "c.svg").read_text(encoding="utf-8")
    assert len(re.findall(r'<path[^>]*events: 0[^>]*fill="white"', drawn)) == 1
    group = next(row for row in points(MOVES) if row["events"] == 0)
    assert group["moved"] == 0
    assert group["shown"] == min(row["low"] for row in points(MOVES))


@pytest.mark.parametrize(
    "groups",
    [
        [(10, 1.0, 10)],
        [(10, 1.0, 0)],
        [(1_000_000, 1e-9, 0), (10, 0.5, 5)],
        [(10, 0.0, 0)],
    ],
)
def test_extreme_chances_are_drawn(tmp_path: Path, groups: list[tuple[int, float, int]]) -> None:
    """Certainty, impossibility, and one group alone: every mark has its place."""
    told = words(replace(MOVES, curve=curve(groups)), tmp_path)

    assert {"10 %", "100 %"} <= set(told)
    assert "NaN" not in (tmp_path / "c.svg").read_text(encoding="utf-8")


def test_an_area_worse_than_chance_widens_the_scale(tmp_path: Path) -> None:
    """It is not cut off: below .5 is news."""
    tables = charts.calibration(MOVES).to_dict()["datasets"].values()

    drawn = [row["low"] for table in tables for row in table if "said" in row]

    assert min(drawn) == pytest.approx(0.42)


def test_one_order_is_a_chart_too(tmp_path: Path) -> None:
    """The forecast alone."""
    assert "the forecast" in words(replace(MOVES, orders=orders(AREAS[:1])), tmp_path)


def test_the_same_result_gives_the_same_picture(tmp_path: Path) -> None:
    """Byte for byte."""
    one, two = tmp_path / "one.svg", tmp_path / "two.svg"

    for path in (one, two):
        charts.save(charts.calibration(MOVES), path)

    assert one.read_bytes() == two.read_bytes()
    assert one.stat().st_size > 5000
