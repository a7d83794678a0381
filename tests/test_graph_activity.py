"""One pass over blocks of acts gives what a group-by over the whole table gives."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import polars as pl
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from ambassadors.errors import SourceError
from ambassadors.graph import Ids, activity
from tests.graph_cases import IDS

NOON = datetime(2026, 5, 1, 12, tzinfo=UTC)
SCHEMA = {"target": pl.String, "kind": pl.String, "at": pl.Datetime("us", "UTC"), "weight": pl.Float64}
TIMES = st.none() | st.integers(-400 * 24 * 60, 400 * 24 * 60).map(lambda minutes: NOON + timedelta(minutes=minutes))
ROWS = st.lists(
    st.tuples(IDS, st.sampled_from(["like", "share", "a long kind of act"]), TIMES, st.integers(0, 80)), max_size=60
)


def frame(rows: list[tuple[str, str, datetime | None, float]]) -> pl.DataFrame:
    """Acts as a table."""
    return pl.DataFrame(rows, schema=SCHEMA, orient="row")


def counted(acts: pl.DataFrame, days: int, half_life: timedelta, moment: datetime | None) -> pl.DataFrame:
    """The same by polars, over the whole table at once."""
    now = moment or acts["at"].max() or NOON
    known = acts.filter(pl.col("at").is_null() | (pl.col("at") <= now))
    age = (pl.lit(now) - pl.col("at")) / half_life
    today = pl.lit(now).dt.date()
    recent = pl.col("at").dt.date().filter(pl.col("at").dt.date() > today - timedelta(days=days))
    kinds = {kind: (pl.col("kind") == kind).sum().cast(pl.UInt32) for kind in sorted(known["kind"].unique())}
    return (
        known.group_by("target")
        .agg(
            pl.len().cast(pl.UInt64).alias("acts"),
            pl.col("at").min().alias("first"),
            pl.col("at").max().alias("last"),
            recent.n_unique().cast(pl.UInt32).alias("active_days"),
            **kinds,
            weight=(pl.col("weight") * 0.5**age).fill_null(0).sum(),
        )
        .rename({"target": "account"})
        .sort("account")
    )


@given(rows=ROWS, cut=st.integers(0, 60), days=st.integers(1, 200), threads=st.sampled_from(["1", "3"]))
@settings(deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@pytest.mark.parametrize("moment", [None, NOON])
def test_one_pass_counts_what_a_group_by_counts(
    rows: list[tuple[str, str, datetime | None, float]],
    cut: int,
    days: int,
    threads: str,
    moment: datetime | None,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """Times in any order, days, kinds that turn up late, decay, and whatever the blocks and threads."""
    acts = frame(rows)
    half_life = timedelta(days=30)
    monkeypatch.setenv("AMBASSADORS_THREADS", threads)

    found = activity([acts[:cut], acts[cut:]], Ids(), days=days, half_life=half_life, moment=moment)

    expected = counted(acts, days, half_life, moment)
    assert found.sort("account").drop("weight").equals(expected.drop("weight"))
    assert found.sort("account")["weight"].to_list() == pytest.approx(expected["weight"].to_list(), rel=1e-9)


def test_accounts_that_did_nothing_have_a_row_and_no_times() -> None:
    """Every id has a row, in the order of the ids; those met on the way come behind."""
    ids = Ids.of(pl.Series(["x:a", "x:b"]))

    found = activity([frame([("x:c", "like", NOON, 1)]), frame([("x:b", "like", None, 1)])], ids)

    assert found.select("account", "acts", "last").rows() == [("x:a", 0, None), ("x:b", 1, None), ("x:c", 1, NOON)]


def test_it_can_count_what_accounts_do() -> None:
    """The account may stand in another column."""
    acts = frame([("x:b", "like", NOON, 1)]).rename({"target": "source"})

    assert activity([acts], Ids(), of="source").select("account", "like").rows() == [("x:b", 1)]


def test_acts_may_come_in_one_frame_or_a_lazy_one() -> None:
    """As in blocks."""
    acts = frame([("x:a", "like", NOON, 1), ("x:b", "like", NOON, 1)])

    assert activity(acts, Ids()).equals(activity([acts], Ids()))
    assert activity(acts.lazy(), Ids()).equals(activity([acts], Ids()))


def test_no_acts_give_no_rows() -> None:
    """An empty table, or none at all, is no fault."""
    assert activity([], Ids()).is_empty()
    assert activity([frame([])], Ids(), half_life=timedelta(days=1)).is_empty()


@pytest.mark.parametrize(
    ("block", "message"),
    [
        (frame([("x:a", "like", NOON, 1)]).drop("kind"), "acts: no column 'kind'"),
        (frame([("x:a", "like", NOON, 1), (None, "like", NOON, 1)]), "row 3 .* has no 'target'"),
        (frame([("x:a", None, NOON, 1)]), "row 2 .* has no 'kind'"),
        (frame([("x:a", "like", NOON, -1)]), "row 2 .* has the weight -1.0"),
        (frame([("x:a", "like", NOON, float("nan"))]), "row 2 .* has the weight nan"),
        (frame([("x:a", "first", NOON, 1)]), "a kind is called 'first'"),
    ],
)
def test_a_table_that_cannot_be_counted_is_refused_with_the_row(block: pl.DataFrame, message: str) -> None:
    """Rows are numbered from 0 through all blocks."""
    before = frame([("x:a", "like", NOON, 1)] * 2)

    with pytest.raises(SourceError, match=message):
        activity([before, block], Ids())


@pytest.mark.parametrize("options", [{"days": 0}, {"half_life": timedelta(0)}])
def test_windows_and_half_lives_are_longer_than_nothing(options: dict[str, object]) -> None:
    """Anything else has no meaning, and would write where it must not."""
    with pytest.raises(ValueError, match="must be"):
        activity([frame([("x:a", "like", NOON, 1)])], Ids(), **options)


def test_times_of_another_zone_are_the_same_moments() -> None:
    """Days are those of UTC, wherever the clock stood that told the time."""
    late = frame([("x:a", "like", NOON.replace(hour=23), 1)])
    abroad = late.with_columns(pl.col("at").dt.convert_time_zone("Europe/Oslo"))

    assert activity([abroad], Ids()).equals(activity([late], Ids()))
