"""The layout of a picture of flows: where every bar and ribbon stands."""

from __future__ import annotations

from datetime import UTC, datetime

import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ambassadors.ladder.flows import LEVELS
from ambassadors.ladder.picture import layout

SCHEMA = {"begin": pl.Datetime("us", "UTC"), "end": pl.Datetime("us", "UTC"), "from": pl.String, "to": pl.String}
Row = tuple[int, str, str, int]


def month(number: int) -> datetime:
    """The first moment of a month, counted on from January 2025."""
    return datetime(2025 + number // 12, number % 12 + 1, 1, tzinfo=UTC)


def flow(*rows: Row) -> pl.DataFrame:
    """Flows in the form of ``ladder.flows``: the month, from, to, people."""
    table = [(month(number), month(number + 1), start, end, people) for number, start, end, people in rows]
    frame = pl.DataFrame(table, schema={**SCHEMA, "people": pl.UInt32}, orient="row")
    return frame.with_columns(pl.col("from", "to").cast(pl.Enum(LEVELS)))


TWO_MONTHS = flow(
    (0, "none", "like", 10),
    (0, "none", "negative", 2),
    (1, "none", "aware", 3),
    (1, "negative", "like", 1),
    (1, "negative", "none", 1),
    (1, "like", "like", 6),
    (1, "like", "advocate", 4),
)


@st.composite
def walks(draw: st.DrawFn) -> pl.DataFrame:
    """Flows of a few people who stand somewhere, or nowhere, at each of some months."""
    months = draw(st.integers(2, 5))
    level = st.sampled_from(LEVELS)
    people = draw(st.lists(st.lists(level, min_size=months, max_size=months), min_size=1, max_size=12))
    moves = [
        (number, person[number], person[number + 1])
        for person in people
        for number in range(months - 1)
        if {person[number], person[number + 1]} != {"none"}
    ]
    return flow(*((*move, moves.count(move)) for move in sorted(set(moves))))


@settings(deadline=None)
@given(walks())
def test_the_ribbons_of_a_bar_fill_it(frame: pl.DataFrame) -> None:
    """On both sides, edge to edge, from its foot to its top; the bars are as high as they hold people."""
    bars, ribbons = layout(frame)

    assert ribbons.height == frame.height
    for bar in bars.iter_rows(named=True):
        assert bar["high"] - bar["low"] == pytest.approx(bar["people"])
        for at, side in (("end", "to"), ("begin", "from")):
            here = ribbons.filter(pl.col(at) == bar["at"], pl.col(side) == bar["rung"]).sort(f"{side}_low")
            edges = [bar["low"], *here[f"{side}_high"]]
            assert edges[:-1] == pytest.approx(here[f"{side}_low"].to_list())
            assert here.is_empty() or edges[-1] == pytest.approx(bar["high"])


@settings(deadline=None)
@given(walks(), st.booleans())
def test_bars_stand_above_each_other_with_a_gap_between(frame: pl.DataFrame, level_ground: bool) -> None:
    """No bar touches the next, and the order is the ladder's, the negative at the bottom."""
    bars, _ = layout(frame, level_ground=level_ground)

    for stack in bars.partition_by("at"):
        assert stack["rung"].to_list() == [name for name in LEVELS if name in set(stack["rung"])]
        assert all(low > high for low, high in zip(stack["low"][1:], stack["high"][:-1], strict=True))
        assert stack["low"][0] == 0


def test_a_layout_counted_by_hand() -> None:
    """In February 10 like and 2 are negative; the gap is 0.1 of March, when 14 stand somewhere."""
    bars, ribbons = layout(TWO_MONTHS, gap=0.1)

    stood = bars.filter(pl.col("at") == month(1))
    assert stood.select("rung", "people").rows() == [("negative", 2), ("aware", 0), ("like", 10), ("advocate", 0)]
    assert stood["low"].to_list() == pytest.approx([0, 2 + 1.4, 2 + 2.8, 12 + 4.2])
    up = ribbons.row(by_predicate=pl.col("to") == "advocate", named=True)
    assert (up["from_low"], up["from_high"]) == pytest.approx((4.8 + 6, 4.8 + 10))
    assert (up["to_low"], up["to_high"]) == pytest.approx((10 + 4.2, 14 + 4.2))


def test_who_comes_from_nowhere_has_no_bar_there() -> None:
    """``none`` is no rung: a ribbon from or to it has edges at its other end alone."""
    bars, ribbons = layout(TWO_MONTHS)

    assert "none" not in bars["rung"]
    for side in ("from", "to"):
        nowhere = ribbons.filter(pl.col(side) == "none")
        assert nowhere[f"{side}_low"].null_count() == nowhere[f"{side}_high"].null_count() == nowhere.height > 0
        assert ribbons.filter(pl.col(side) != "none")[f"{side}_low"].null_count() == 0


def test_level_ground_keeps_a_rung_at_one_height() -> None:
    """So that its bars can be compared from moment to moment."""
    bars, _ = layout(TWO_MONTHS, level_ground=True)

    assert (bars.group_by("rung").agg(pl.col("low").n_unique())["low"] == 1).all()


def test_the_order_of_rows_and_the_type_of_names_do_not_matter() -> None:
    """A frame that was written and read again gives the same layout."""
    read_again = TWO_MONTHS.with_columns(pl.col("from", "to").cast(pl.String)).reverse()

    for one, other in zip(layout(TWO_MONTHS), layout(read_again), strict=True):
        assert one.equals(other)
