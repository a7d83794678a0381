"""What offset the share that moves needs, what is to be expected next, and how far people have shifted."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from ambassadors.propensity.drift import expected, offset, offsets, shift, stretch
from ambassadors.propensity.model import sigmoid

LOG_ODDS = st.lists(st.floats(-6, 6), min_size=1, max_size=30).map(np.array)
FOUND = st.lists(st.floats(-2, 2), min_size=2, max_size=8)


@given(LOG_ODDS, st.data())
def test_with_the_offset_the_chances_add_up_to_what_happened(log_odds: np.ndarray, data: st.DataObject) -> None:
    """Half an event is added on either side, so that none and all have an offset, too."""
    events = data.draw(st.integers(0, log_odds.size))

    found = offset(log_odds, events)

    assert sigmoid(log_odds + found).sum() == pytest.approx(events + 0.5 - events / log_odds.size)


@given(LOG_ODDS, st.floats(-3, 3), st.data())
def test_log_odds_that_are_higher_need_an_offset_as_much_lower(
    log_odds: np.ndarray, more: float, data: st.DataObject
) -> None:
    """A model's level is of no account: the offset takes it up."""
    events = data.draw(st.integers(0, log_odds.size))

    assert offset(log_odds + more, events) == pytest.approx(offset(log_odds, events) - more, abs=1e-6)


def test_each_period_has_its_offset_and_noise() -> None:
    """In order of time, whatever the order of rows; the less its chances leave open, the more noise."""
    log_odds, period = np.zeros(40), np.tile([2, 1], 20)
    happened = np.zeros(40)
    happened[np.flatnonzero(period == 1)[:10]] = 1
    happened[np.flatnonzero(period == 2)[:2]] = 1

    found, noise = offsets(log_odds, happened, period)

    assert found[0] == pytest.approx(0, abs=1e-9)
    assert found[1] < -1
    chances = [(events + 0.5 - events / 20) / 20 for events in (10, 2)]
    assert noise.tolist() == pytest.approx([1 / (20 * chance * (1 - chance)) for chance in chances])


def test_steady_offsets_are_expected_to_stay() -> None:
    """Ten periods alike, with little noise: the next is as they were, and surely so."""
    level = expected(np.full(10, 0.3), np.full(10, 0.01))

    assert level.mean == pytest.approx(0.3, abs=0.01)
    assert level.sd < 0.15


def test_a_jump_is_followed_and_doubted() -> None:
    """Five periods low, three high: the next is nearer to the last ones than to all, and far less sure."""
    found = np.array([0.0] * 5 + [1.5] * 3)
    level, steady = expected(found, np.full(8, 0.01)), expected(np.zeros(8), np.full(8, 0.01))

    assert found.mean() < level.mean <= 1.55
    assert level.sd > 2 * steady.sd


def test_a_trend_is_followed() -> None:
    """Downward at every step: the expectation is near the end, not near the middle, and wide."""
    found = -0.5 * np.arange(8)
    level = expected(found, np.full(8, 0.02))

    assert level.mean < -2.8
    assert level.sd > 0.4


def test_what_may_be_noise_moves_little() -> None:
    """The same offsets with few events behind each say less."""
    found = np.array([0.0, 0.0, 0.0, 1.0])

    assert expected(found, np.full(4, 1.0)).mean < expected(found, np.full(4, 0.01)).mean


def test_one_period_alone_is_expected_again() -> None:
    """With all the doubt that one period leaves."""
    level = expected(np.array([0.7]), np.array([0.1]))

    assert level.mean == pytest.approx(0.7)
    assert level.sd > np.sqrt(0.1)


@given(FOUND, st.floats(-3, 3))
def test_an_expectation_moves_with_all_offsets(found: list[float], more: float) -> None:
    """All of them higher by as much: the next one, too, and it is as sure."""
    noise = np.full(len(found), 0.05)
    one, other = expected(np.array(found), noise), expected(np.array(found) + more, noise)

    assert other.mean == pytest.approx(one.mean + more, abs=1e-6)
    assert other.sd == pytest.approx(one.sd, abs=1e-6)


@given(st.lists(st.floats(0.01, 2), min_size=2, max_size=8), st.randoms())
def test_where_all_offsets_are_equal_their_order_is_nothing(noise: list[float], random: object) -> None:
    """However unlike the noise of the periods is, the mean is the one value that was ever seen."""
    assert expected(np.full(len(noise), 0.4), np.array(noise)).mean == pytest.approx(0.4)


@given(FOUND)
def test_an_expectation_lies_within_what_was_seen(found: list[float]) -> None:
    """A level has no slope: it is never foretold to go farther than it went."""
    level = expected(np.array(found), np.full(len(found), 0.05))

    assert min(found) - 1e-9 <= level.mean <= max(found) + 1e-9


@given(st.lists(st.floats(-5, 5), min_size=5, max_size=60))
def test_the_same_people_have_not_shifted(values: list[float]) -> None:
    """Not in any order, nor when all of them come twice over."""
    one = np.array(values)

    assert shift(one, one) == pytest.approx(0)
    assert shift(one, one[::-1].copy()) == pytest.approx(0)


@given(st.lists(st.floats(-5, 5), min_size=5, max_size=60), st.lists(st.floats(-5, 5), min_size=5, max_size=60))
def test_a_shift_is_never_negative(before: list[float], now: list[float]) -> None:
    """People are the same, or more or less different."""
    assert shift(np.array(before), np.array(now)) >= 0


def test_a_shift_grows_with_the_distance() -> None:
    """The farther all have moved, the more; a move of the whole spread is more than a lot."""
    before = np.linspace(0, 1, 500)
    found = [shift(before, before + far) for far in (0.0, 0.02, 0.1, 0.3, 1.0)]

    assert found == sorted(found)
    assert found[1] < 0.1
    assert found[-1] > 0.25


def test_a_number_that_all_share_can_shift() -> None:
    """All had none, and now half of them have one."""
    assert shift(np.zeros(100), np.repeat([0.0, 1.0], 50)) > 0.25


def past(slope: float, people: int = 4000, moments: int = 3) -> list[tuple[np.ndarray, np.ndarray]]:
    """Forecasts of past moments that were too timid by so much, each with an offset of its own, and what came."""
    generator = np.random.default_rng(5)
    made = []
    for moment in range(moments):
        log_odds = generator.normal(0, 1, people)
        made.append((log_odds, generator.random(people) < sigmoid(slope * log_odds - 2 - moment / 2)))
    return made


@pytest.mark.parametrize("slope", [0.6, 1.0, 1.8])
def test_forecasts_are_drawn_apart_by_what_they_lacked(slope: float) -> None:
    """Timid ones apart, bold ones together, and right ones left alone."""
    assert stretch(past(slope)) == pytest.approx(slope, rel=0.12)


def test_few_events_draw_little_apart() -> None:
    """From little nobody knows by how much: nearer to 1 than many would say."""
    assert 1 <= stretch(past(1.8, people=40, moments=1)) < stretch(past(1.8))


def test_without_a_past_nothing_is_drawn_apart() -> None:
    """Nor where it happened to all, or to nobody."""
    assert stretch([]) == 1
    assert stretch([(np.zeros(5), np.ones(5, bool)), (np.zeros(5), np.zeros(5, bool))]) == 1
