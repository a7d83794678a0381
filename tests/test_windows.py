"""Windows of a backtest: where the origins stand, and when there is too little time for them."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from itertools import pairwise

import pytest

import ambassadors as amb
from ambassadors.errors import AmbassadorsError, NotEnoughData
from ambassadors.windows import horizon_of, windows
from tests.conftest import RECIPE, Cafe

DAY = timedelta(days=1)


def test_a_number_of_origins_stands_side_by_side_and_ends_with_the_last_act(community: amb.Community) -> None:
    """No label is counted twice, and the newest acts are used."""
    found = windows(community, 10 * DAY, 3)

    assert found[-1].until == datetime(2026, 5, 30, tzinfo=UTC)
    assert [later.origin - earlier.origin for earlier, later in pairwise(found)] == [10 * DAY] * 2
    assert all(one.until - one.origin == 10 * DAY for one in found)


def test_origins_can_be_given_as_moments(community: amb.Community) -> None:
    """Dates, texts and times in any order become windows, earliest first."""
    found = windows(community, 7 * DAY, ["2026-05-01", datetime(2026, 4, 1, tzinfo=UTC)])

    assert [one.origin for one in found] == [datetime(2026, 4, 1, tzinfo=UTC), datetime(2026, 5, 1, tzinfo=UTC)]


def test_a_span_too_short_for_the_horizon_says_what_would_fit(community: amb.Community) -> None:
    """The message has the span of the acts, and the longest usual horizon that it holds."""
    with pytest.raises(NotEnoughData, match=r"from 2026-02-01 00:00 to 2026-05-30 .* a horizon of 14 days fits"):
        windows(community, 90 * DAY, 3)


def test_an_origin_before_all_history_or_after_all_acts_is_refused(community: amb.Community) -> None:
    """Nothing is ranked on nothing, and nothing is judged by nothing."""
    for origin, why in (
        ("2026-02-02", "too short"),
        ("2026-05-30", "nothing follows"),
        ("2027-01-01", "nothing follows"),
    ):
        with pytest.raises(NotEnoughData, match=why):
            windows(community, 7 * DAY, [origin])


def test_a_horizon_of_unknown_unit_is_told_in_words(community: amb.Community) -> None:
    """What was written, and what would be right."""
    with pytest.raises(AmbassadorsError, match=r"horizon: '3 fortnights' is not a span of time. Write '36h'"):
        horizon_of(community, "3 fortnights")


def test_no_origins_are_no_backtest(community: amb.Community) -> None:
    """Nought, fewer, or none at all."""
    for none in (0, -1, []):
        with pytest.raises(AmbassadorsError, match="origins is"):
            windows(community, DAY, none)


def test_origins_beyond_all_dates_are_refused_in_words(community: amb.Community) -> None:
    """A century, a thousand times over, is no traceback."""
    with pytest.raises(NotEnoughData, match="before all dates"):
        windows(community, timedelta(days=36525), 1000)


def test_the_usual_horizon_fits_seven_times_into_the_data(community: amb.Community) -> None:
    """118 days of acts are judged by fortnights."""
    assert horizon_of(community, None) == 14 * DAY


def test_data_without_times_cannot_be_tested(cafe: Cafe) -> None:
    """Totals say how often, not when."""
    totals = RECIPE.replace('post = "post", text = "text" }', 'post = "post", weight = "text" }')
    rows = "source,target,kind,at,post,text\nann,bob,like,2026-02-01,,3\ncy,bob,like,2026-05-01,,2\n"

    with pytest.raises(NotEnoughData, match="no interactions with a time of their own"):
        horizon_of(amb.read(cafe(totals, interactions_csv=rows)), None)
