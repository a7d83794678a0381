"""The chart of flows: what it says, what it leaves out, what it refuses."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import polars as pl
import pytest

from ambassadors import charts
from ambassadors.errors import AmbassadorsError, NotEnoughData
from tests.test_ladder_picture import TWO_MONTHS, flow


def words(frame: pl.DataFrame, path: Path, title: str = "") -> list[str]:
    """All text in the chart of a frame, line by line, as it is drawn."""
    charts.save(charts.flows(frame, title), path / "words.svg")
    told = (path / "words.svg").read_text(encoding="utf-8")
    return re.findall(r"<(?:text|tspan)[^>]*>([^<]+)<", told)


def rows(frame: pl.DataFrame) -> list[dict[str, Any]]:
    """Everything that the chart of a frame draws."""
    spec = charts.flows(frame).to_dict()
    return [row for table in spec["datasets"].values() for row in table]


def test_bars_carry_counts_and_periods_what_came_and_went(tmp_path: Path) -> None:
    """Also in words: how many are new, how many fell silent, the rungs and the dates, how to read the ribbons."""
    told = words(TWO_MONTHS, tmp_path, "What $5 does: 1$")

    for word in ("10", "7", "4", "+12 new", "+3 new", "\N{MINUS SIGN}1 silent", "1 Jan", "2025", "1 Mar"):
        assert word in told
    for word in ("advocate", "negative", "What $5 does: 1$", "stay", "move down"):
        assert word in told


def test_the_ends_of_the_ladder_have_a_panel_of_their_own(tmp_path: Path) -> None:
    """Only where there are ends, and a crowd beside which they are small."""
    assert any("enlarged" in word for word in words(TWO_MONTHS, tmp_path))
    for one in ("like", "defend"):
        assert not any("enlarged" in word for word in words(flow((0, "none", one, 10)), tmp_path))


def test_both_panels_have_the_same_moments() -> None:
    """An advocate of the last month alone stands above the last month."""
    frame = flow((0, "none", "like", 9), (1, "like", "like", 9), (2, "like", "advocate", 1))

    spec = charts.flows(frame).to_dict()
    upper, lower = (panel["layer"] for panel in spec["vconcat"][1:])
    advocates = [row["x"] for table in spec["datasets"].values() for row in table if row.get("rung") == "advocate"]
    scales = [re.findall(r"'x':.*?'domain': (\[.*?\])", str(panel)) for panel in (upper, lower)]

    assert advocates == [3, 3]
    assert len(set(scales[0] + scales[1])) == 1


def test_everybody_is_in_the_chart() -> None:
    """Each flow is a ribbon that is as thick as it holds people, at each end that is a rung."""
    bands = [row for row in rows(TWO_MONTHS) if "band" in row and "between" not in (row["from"], row["to"])]

    for row in TWO_MONTHS.iter_rows(named=True):
        thick = [
            band[f"high{end}"] - band[f"low{end}"]
            for band in bands
            for end, rung in enumerate((band["from"], band["to"]))
            if (band["from"], band["to"]) == (row["from"], row["to"]) and rung != "none"
        ]
        assert thick
        assert any(one == pytest.approx(row["people"]) for one in thick)


def test_who_moves_up_has_the_colour_of_the_rung_and_who_moves_down_is_an_outline() -> None:
    """Read without the colours, too: pale stays, full goes up, hollow goes down."""
    frame = flow((0, "none", "like", 9), (1, "like", "like", 5), (1, "like", "love", 3), (2, "love", "negative", 3))
    drawn = rows(frame)
    bands = {(row["from"], row["to"]): row for row in drawn if "band" in row and row["from"] != "between"}

    up, stay, down = bands["like", "love"], bands["like", "like"], bands["love", "negative"]
    bars = {row["rung"]: row["fill"] for row in drawn if "rung" in row}
    assert (up["fill"], up["fill"]) == (bars["love"], up["stroke"])
    assert stay["opacity"] < up["opacity"]
    assert (down["fill"], down["stroke"]) == ("white", bars["negative"])


def test_of_many_periods_the_last_twelve_are_shown(tmp_path: Path) -> None:
    """The chart says that there are more."""
    told = words(flow(*((number, "like", "like", 100 + number) for number in range(30))), tmp_path)

    assert any("the last 12 of 30 periods" in word for word in told)
    assert "118" in told
    assert "117" not in told


def test_moments_less_than_a_day_apart_have_hours(tmp_path: Path) -> None:
    """Two bars of one day would have the same label."""
    told = words(TWO_MONTHS.with_columns(end=pl.col("begin").dt.offset_by("6h")).head(1), tmp_path)

    assert {"00:00", "06:00"} <= set(told)


def test_the_order_of_rows_and_the_type_of_names_do_not_matter(tmp_path: Path) -> None:
    """A frame that was written and read again is the same file."""
    TWO_MONTHS.write_csv(tmp_path / "flows.csv")
    read_again = pl.read_csv(tmp_path / "flows.csv", try_parse_dates=True).reverse()

    for number, frame in enumerate((TWO_MONTHS, read_again)):
        charts.save(charts.flows(frame, "the cafe"), tmp_path / f"{number}.svg")

    assert (tmp_path / "0.svg").read_bytes() == (tmp_path / "1.svg").read_bytes()


def test_nobody_is_drawn_as_nothing(tmp_path: Path) -> None:
    """A flow of no people has no height, and takes nothing down with it."""
    assert "Everybody" in words(flow((0, "none", "like", 0)), tmp_path)


def test_what_are_no_flows_is_refused_in_words() -> None:
    """An empty frame, one without a column, and one whose times are text: what is wrong, and what to give."""
    with pytest.raises(NotEnoughData, match="no flows to draw"):
        charts.flows(TWO_MONTHS.clear())
    with pytest.raises(AmbassadorsError, match="there is no column 'people'"):
        charts.flows(TWO_MONTHS.drop("people"))
    with pytest.raises(AmbassadorsError, match="try_parse_dates=True"):
        charts.flows(TWO_MONTHS.with_columns(pl.col("begin", "end").cast(pl.String)))
