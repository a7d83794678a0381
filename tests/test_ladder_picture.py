"""The picture of flows: what its layout promises, what it refuses, and that the same frame is the same file."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from ambassadors.errors import AmbassadorsError, NotEnoughData
from ambassadors.ladder.flows import LEVELS
from ambassadors.ladder.picture import flow_picture, layout, write_flow_picture

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


def words(frame: pl.DataFrame, path: Path, title: str = "") -> str:
    """All text in the picture of a frame, as SVG."""
    write_flow_picture(frame, path / "words.svg", title)
    return (path / "words.svg").read_text(encoding="utf-8")


def test_bars_carry_counts_and_periods_what_came_and_went(tmp_path: Path) -> None:
    """Also in words: how many are new, how many fell silent, the rungs and the dates."""
    told = words(TWO_MONTHS, tmp_path, "What $5 does: 1$")

    for word in (">10<", ">7<", ">4<", "+12 new", "+3 new", "\N{MINUS SIGN}1 silent", "1 Jan 2025", ">1 Mar<"):
        assert word in told
    for word in ("advocate", "negative", "What $5 does: 1$"):
        assert f">{word}<" in told


def test_the_ends_of_the_ladder_have_a_panel_of_their_own(tmp_path: Path) -> None:
    """Only where there are ends, and a crowd beside which they are small."""
    assert "enlarged" in words(TWO_MONTHS, tmp_path)
    assert "enlarged" not in words(flow((0, "none", "like", 10)), tmp_path)
    assert "enlarged" not in words(flow((0, "none", "defend", 10)), tmp_path)


def test_both_panels_have_the_same_moments(tmp_path: Path) -> None:
    """An advocate of the last month alone stands above the last month."""
    upper, lower = flow_picture(flow((0, "none", "like", 9), (1, "like", "like", 9), (2, "like", "advocate", 1))).axes

    advocates = [next(text for text in panel.texts if text.get_text() == "1") for panel in (upper, lower)]
    assert [text.get_position()[0] for text in advocates] == [3, 3]
    assert upper.get_xlim() == lower.get_xlim()


def test_of_many_periods_the_last_twelve_are_shown(tmp_path: Path) -> None:
    """The picture says that there are more."""
    told = words(flow(*((number, "like", "like", 100 + number) for number in range(15))), tmp_path)

    assert "the last 12 of 15 periods" in told
    assert ">103<" in told
    assert ">102<" not in told


def test_moments_less_than_a_day_apart_have_hours(tmp_path: Path) -> None:
    """Two bars of one day would have the same label."""
    frame = TWO_MONTHS.with_columns(end=pl.col("begin").dt.offset_by("6h")).head(1)

    assert ">1 Jan 06:00<" in words(frame, tmp_path)


@pytest.mark.parametrize("ending", ["svg", "png", "pdf"])
def test_the_same_flows_give_the_same_file(tmp_path: Path, ending: str) -> None:
    """Byte for byte, in whatever order the rows come."""
    one, two = tmp_path / f"one.{ending}", tmp_path / f"two.{ending}"

    write_flow_picture(TWO_MONTHS, one, "the cafe")
    write_flow_picture(TWO_MONTHS.reverse(), two, "the cafe")

    assert one.read_bytes() == two.read_bytes()
    assert one.stat().st_size > 5000


def test_a_picture_of_unknown_form_is_refused(tmp_path: Path) -> None:
    """What can be written is said, and nothing is."""
    with pytest.raises(AmbassadorsError, match=r"written as \.svg, \.png or \.pdf"):
        write_flow_picture(TWO_MONTHS, tmp_path / "flows.bmp")

    assert not list(tmp_path.iterdir())


def test_without_flows_there_is_no_picture(tmp_path: Path) -> None:
    """An empty frame is refused in words."""
    with pytest.raises(NotEnoughData, match="no flows to draw"):
        write_flow_picture(TWO_MONTHS.clear(), tmp_path / "flows.svg")
