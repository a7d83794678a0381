"""Outcomes: what followed an origin is counted by hand."""

from __future__ import annotations

from datetime import UTC, datetime
from itertools import combinations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

import ambassadors as amb
from ambassadors.backtesting.outcome import Outcome, outcome
from ambassadors.errors import UnknownName
from ambassadors.windows import Window
from tests.conftest import RECIPE, Cafe

SPRING = Window(datetime(2026, 2, 2, tzinfo=UTC), datetime(2026, 6, 1, tzinfo=UTC))


def told(community: amb.Community, found: Outcome) -> dict[str, int]:
    """Units of each account that had any, by its native id."""
    names = community.accounts["account"].to_list()
    return {names[place][2:]: int(count) for place, count in enumerate(found.counts()) if count}


def test_distinct_people_are_counted_after_the_origin_and_up_to_the_end(community: amb.Community) -> None:
    """Twice the same person is one; the brand, its rival and staff are not ranked, so not counted either."""
    assert told(community, outcome(community, SPRING, "influencers")) == {"bob": 2, "dan": 1}


def test_an_act_at_the_origin_is_past_and_one_at_the_end_is_not(community: amb.Community) -> None:
    """The window is open at its beginning and closed at its end."""
    on_the_day = datetime(2026, 2, 3, tzinfo=UTC)

    assert told(community, outcome(community, Window(on_the_day, SPRING.until), "influencers")) == {"dan": 1}
    assert told(community, outcome(community, Window(SPRING.origin, on_the_day), "influencers")) == {"bob": 2}


def test_only_the_kinds_asked_for_count(community: amb.Community) -> None:
    """Shares alone, say; a kind that does not exist is told with the nearest."""
    assert told(community, outcome(community, SPRING, "influencers", ["share"])) == {"bob": 1}
    with pytest.raises(UnknownName, match="Did you mean 'share'"):
        outcome(community, SPRING, "influencers", ["shares"])


def test_acts_on_oneself_and_totals_count_for_nothing(cafe: Cafe) -> None:
    """Who answers themselves moves nobody, and a total has no time of its own."""
    recipe = RECIPE.replace('post = "post", text = "text" }', 'post = "post", weight = "text" }')
    rows = (
        "bob,bob,like,2026-03-01,,\ncy,bob,like,2026-03-01,,7\ncy,ann,like,2026-03-02,,\ncy,brand,like,2026-03-03,,\n"
    )
    community = amb.read(cafe(recipe, interactions_csv="source,target,kind,at,post,text\n" + rows))

    assert told(community, outcome(community, SPRING, "influencers")) == {"ann": 1}


def test_ambassadors_are_judged_by_days_on_which_they_carried_the_brand_further(community: amb.Community) -> None:
    """Shares and mentions of the brand; not likes, nor what the staff do."""
    assert told(community, outcome(community, SPRING, "ambassadors")) == {"ann": 2}


@given(st.lists(st.tuples(st.integers(0, 6), st.integers(0, 9)), min_size=1, max_size=30), st.integers(1, 4))
def test_the_best_choice_is_near_the_true_best(pairs: list[tuple[int, int]], k: int) -> None:
    """Greedy reaches at least 1 - 1/e of what the best k reach together (Nemhauser, Wolsey and Fisher 1978)."""
    account, unit = np.array(sorted(set(pairs))).T
    found = Outcome(account, unit, 7, 10)

    greedy = found.reached(found.best(k)).sum()
    best = max(found.reached(np.array(chosen)).sum() for chosen in combinations(range(7), k))

    assert (1 - 1 / np.e) * best <= greedy <= best
