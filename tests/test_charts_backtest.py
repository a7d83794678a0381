"""The chart of a backtest: every order with its figure, its interval and its origins."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import polars as pl
import pytest

from ambassadors import charts
from ambassadors.backtesting import Backtest
from ambassadors.charts import theme
from ambassadors.windows import Window

DAY = timedelta(days=1)
ORDERS = ("the ranking", "sort by followers", "PageRank")
FIGURES = ("ndcg", "precision", "reach")


def judged(
    *, origins: int = 3, orders: tuple[str, ...] = ORDERS, figures: tuple[str, ...] = FIGURES, known: bool = True
) -> Backtest:
    """A backtest counted by hand: the first order has .7, each later one .2 less, .05 to each side."""
    first = datetime(2026, 3, 1, tzinfo=UTC)
    windows = tuple(Window(first + 30 * DAY * number, first + 30 * DAY * (number + 1)) for number in range(origins))
    rows, each = [], []
    for place, order in enumerate(orders):
        value = 0.7 - 0.2 * place
        low, high = (value - 0.05, value + 0.05) if known else (None, None)
        rows.append(
            {"order": order}
            | {f"{name}{end}": one for name in figures for end, one in (("", value), ("_low", low), ("_high", high))}
        )
        for number, window in enumerate(windows):
            each.append({"origin": window.origin, "order": order} | dict.fromkeys(figures, value + 0.01 * number))
    nothing = pl.DataFrame()
    by_origin = pl.DataFrame(each)
    return Backtest("influencers", 30 * DAY, 100, None, windows, pl.DataFrame(rows), by_origin, nothing, nothing, ())


def words(result: Backtest, folder: Path) -> list[str]:
    """All text in the chart, as it is drawn."""
    charts.save(charts.backtest(result), folder / "b.svg")
    return re.findall(r"<text[^>]*>([^<]+)<", (folder / "b.svg").read_text(encoding="utf-8"))


def rows(result: Backtest) -> list[dict[str, Any]]:
    """Everything that the chart draws."""
    return [row for table in charts.backtest(result).to_dict()["datasets"].values() for row in table]


def test_every_order_is_named_once_and_each_figure_is_written(tmp_path: Path) -> None:
    """A panel a figure; what was asked stands above."""
    told = words(judged(), tmp_path)

    for order in ORDERS:
        assert told.count(order) == 1
    for figure in ("0.700", "0.500", "0.300"):
        assert told.count(figure) == 3
    assert {"NDCG", "precision", "reach, as a share of the best"} <= set(told)
    assert "influencers, the first 100, by what followed within 30 days of 3 origins" in " ".join(told)


def test_orders_stand_as_the_backtest_has_them_ours_first(tmp_path: Path) -> None:
    """Not by the alphabet; and ours alone has its colour."""
    told = words(judged(), tmp_path)
    drawn = (tmp_path / "b.svg").read_text(encoding="utf-8")

    assert [word for word in told if word in ORDERS] == list(ORDERS)
    ours = [line for line in re.findall(r"<path[^>]*>", drawn) if theme.OURS in line]
    assert ours
    assert all("the ranking" in line for line in ours)


def test_intervals_and_origins_are_drawn_where_they_are() -> None:
    """A bar from the lower to the upper bound, a dot an origin."""
    drawn = rows(judged())

    bars = {row["order"]: (row["low"], row["high"]) for row in drawn if "low" in row}
    dots = [row["value"] for row in drawn if "origin" in row and row["order"] == "PageRank"]
    assert bars["the ranking"] == pytest.approx((0.65, 0.75))
    assert sorted(set(dots)) == pytest.approx([0.3, 0.31, 0.32])


def test_ambassadors_have_no_panel_of_reach(tmp_path: Path) -> None:
    """A figure that was not found has no panel."""
    told = words(judged(figures=("ndcg", "precision")), tmp_path)

    assert "NDCG" in told
    assert not any("reach" in word for word in told)


def test_an_interval_that_is_not_known_is_not_drawn(tmp_path: Path) -> None:
    """Too few people were there to draw from: the figure alone is shown."""
    found = []
    for known in (True, False):
        assert "0.700" in words(judged(known=known), tmp_path)
        drawn = (tmp_path / "b.svg").read_text(encoding="utf-8")
        found.append(len(re.findall(r'<line[^>]*stroke-width="8"', drawn)))

    assert found == [9, 0]


def test_one_order_and_one_origin_are_a_chart_too(tmp_path: Path) -> None:
    """And no dot is explained."""
    told = words(judged(origins=1, orders=("the ranking",), figures=("ndcg",)), tmp_path)

    assert "the ranking" in told
    assert any("of 1 origin; bars are 90 % intervals" in word for word in told)
    assert not any("each dot" in word for word in told)


def test_a_bound_beyond_the_scale_ends_at_its_edge() -> None:
    """Centred bounds of a small figure can lie below nothing; the bar does not leave the panel."""
    result = judged(orders=(*ORDERS, "k-core"))
    result.orders[3, "ndcg"] = 0.02
    result.orders[3, "ndcg_low"] = -0.03

    assert min(row["low"] for row in rows(result) if "low" in row) == 0


def test_the_same_result_gives_the_same_picture(tmp_path: Path) -> None:
    """Byte for byte."""
    one, two = tmp_path / "one.pdf", tmp_path / "two.pdf"

    for path in (one, two):
        charts.save(charts.backtest(judged()), path)

    assert one.read_bytes() == two.read_bytes()
    assert one.stat().st_size > 5000
