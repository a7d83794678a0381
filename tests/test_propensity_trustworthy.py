"""When a probability is withheld: each reason alone, and none in a quiet past."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import numpy as np
import polars as pl
import pytest

from ambassadors.propensity.checks import Check
from ambassadors.propensity.drift import Level
from ambassadors.propensity.trustworthy import broken, doubts
from ambassadors.tables import TIME

START = datetime(2026, 1, 1, tzinfo=UTC)
STEADY = Level(0.0, 0.2)
PERIODS = 4


def check(place: int, foretold: float, came: int, people: int = 100) -> Check:
    """A past forecast of as many events as that, and how many came."""
    log_odds = np.full(people, np.log(foretold / people / (1 - foretold / people)))
    accounts = pl.Series([f"x:{number}" for number in range(people)])
    happened = np.arange(people) < came
    return Check(START + timedelta(days=30 * place), accounts, log_odds, log_odds, happened, Level(0.0, 0.1))


def moment(place: int, people: int = 100, more: float = 0.0) -> pl.DataFrame:
    """Everybody at risk at a moment: their likes from 0 to 9, or more."""
    return pl.DataFrame(
        {
            "account": [f"x:{number}" for number in range(people)],
            "origin": pl.Series([START + timedelta(days=30 * place)] * people, dtype=TIME),
            "likes": [number % 10 + more for number in range(people)],
            "tenure": [None if number % 3 else float(number) for number in range(people)],
        }
    )


def told(**changed: Any) -> tuple[str, ...]:
    """The doubts of a quiet past, but for what is changed."""
    quiet = {
        "made": [check(place, 10, 10 + place) for place in range(3)],
        "level": STEADY,
        "log_odds": np.full(100, -3.0),
        "rows": pl.concat([moment(place) for place in range(PERIODS)]),
        "now": moment(PERIODS),
        "turned": [3, 5, 2, 4],
        "kinds": [{"like": 90, "share": 10}] * PERIODS,
    }
    return doubts(**{**quiet, **changed})


def test_a_quiet_past_leaves_no_doubt() -> None:
    """Forecasts held, the share is steady, people are as they were, and few turned against the brand."""
    assert told() == ()


@pytest.mark.parametrize(("count", "words"), [(0, "0 past forecasts"), (1, "1 past forecast")])
def test_too_few_past_forecasts(count: int, words: str) -> None:
    """What was never tried is not promised."""
    assert told(made=[check(place, 10, 10) for place in range(count)]) == (
        f"only {words} can be checked: 2 are needed",
    )


@pytest.mark.parametrize(("foretold", "came"), [(10, 40), (60, 15)], ids=["too little", "too much"])
def test_a_promise_that_was_not_kept(foretold: float, came: int) -> None:
    """It is told which, how many were foretold, and how many came."""
    found = told(made=[check(0, 10, 10), check(1, foretold, came), check(2, 10, 11)])

    assert found == (f"as of 2026-01-31 00:00 it was foretold of {foretold} people, and happened to {came}",)


def test_an_old_broken_promise_is_forgiven() -> None:
    """Only the last two have to have held."""
    assert told(made=[check(0, 10, 60), check(1, 10, 10), check(2, 10, 11)]) == ()


def test_a_small_miss_is_chance() -> None:
    """Of ten foretold five or eighteen may come; of a thousand, as many times more may not."""
    assert not broken(10, 5)
    assert not broken(10, 18)
    assert broken(1000, 500)
    assert broken(1000, 1800)
    assert not broken(0.0, 0)


def test_a_share_that_is_unsteady() -> None:
    """Where more than twice as many may well move as are foretold; of whom nearly all move, none can be many more."""
    assert told(level=Level(0.0, 0.6)) == ("the share that moves is too unsteady: 2 to 12 people may move",)
    assert told(level=Level(5.0, 0.4)) == ()


def test_too_many_newcomers() -> None:
    """Two in five more than a period ago, where there was no growth."""
    assert told(now=moment(PERIODS, 140)) == ("140 people are at risk where 100 were a period ago: too many are new",)
    assert told(now=moment(PERIODS, 110)) == ()


def test_a_growth_that_was_always_so_is_no_influx() -> None:
    """Two in five more every period, as it always was; twice as many are too many new ones, whatever was usual."""
    growing = pl.concat([moment(place, people) for place, people in enumerate((100, 140, 200))])
    doubling = pl.concat([moment(place, people) for place, people in enumerate((100, 200, 400))])

    assert told(rows=growing, now=moment(3, 280)) == ()
    assert told(rows=doubling, now=moment(3, 800)) == (
        "800 people are at risk where 400 were a period ago: too many are new",
    )


def test_people_who_are_not_those_of_before() -> None:
    """All like far more than a period ago; it is said by what they differ."""
    assert told(now=moment(PERIODS, more=5)) == ("the people of today are not those of a period ago, by likes",)


def test_a_number_that_became_known_of_all_is_a_shift() -> None:
    """What is missing is a value, too."""
    known = moment(PERIODS).with_columns(tenure=pl.int_range(pl.len()).cast(pl.Float64))

    assert told(now=known) == ("the people of today are not those of a period ago, by tenure",)


def test_a_number_that_always_shifts_so_is_none() -> None:
    """Likes grow by five every period: that was so when the model was learned, too."""
    rows = pl.concat([moment(place, more=5.0 * place) for place in range(PERIODS)])

    assert told(rows=rows, now=moment(PERIODS, more=5.0 * PERIODS)) == ()


def test_a_wave_of_complaints() -> None:
    """More than three times as many turned as ever before, and not few."""
    assert told(turned=[3, 5, 2, 40]) == ("40 people turned against the brand in the last period, 5 at most before",)
    assert told(turned=[3, 5, 2, 15]) == ()
    assert told(turned=[0, 0, 0, 9]) == ()
    assert told(turned=[40, 5, 2, 40]) == ()
    assert told(turned=[]) == ()


def test_a_wave_in_the_only_period_is_one() -> None:
    """Where there is no period before, none had so many."""
    assert told(turned=[40]) == ("40 people turned against the brand in the last period, 0 at most before",)


def test_a_kind_of_act_that_was_never_seen_before() -> None:
    """A good part of the latest acts are reviews, of which there were none: a new export, perhaps."""
    usual = [{"like": 90, "share": 10}] * 3

    assert told(kinds=[*usual, {"like": 80, "review": 20}]) == ("20 acts in the last period are of a new kind, review",)
    assert told(kinds=[*usual, {"like": 95, "review": 5}]) == ()
    assert told(kinds=[{"review": 1}, *usual, {"like": 80, "review": 20}]) == ()


def test_all_doubts_are_told_at_once() -> None:
    """One reason does not hide another."""
    found = told(
        made=[],
        level=Level(0.0, 1.0),
        now=moment(PERIODS, 300, more=5),
        turned=[0, 90],
        kinds=[{"like": 1}, {"share": 19}],
    )

    assert len(found) == 6
