"""What somebody does of late, and at this time of the year, counted by hand on the small brand."""

from __future__ import annotations

import pytest

import ambassadors as amb
from ambassadors import measures
from tests.conftest import FILES, Cafe
from tests.test_measures import halved, said, value

#: The days on which Ann did something, and on which Bob did: his post is the first.
ANN = ("2026-02-01", "2026-05-02", "2026-05-03", "2026-05-20", "2026-05-05", "2026-05-06", "2026-02-03")
BOB = ("2026-02-02", "2026-04-01", "2026-04-02")


@pytest.mark.parametrize(
    ("name", "half_life"), [("activity", 90), ("activity_of_late", 90 / 4), ("activity_now", 90 / 16)]
)
def test_activity_is_all_that_they_did_each_with_its_half_life(
    community: amb.Community, name: str, half_life: float
) -> None:
    """Acts toward whomever and posts of their own; Dan did one thing."""
    for account, days in (("x:ann", ANN), ("x:bob", BOB), ("x:dan", ("2026-05-04",))):
        assert value(community, name, account) == pytest.approx(sum(halved(*days, half_life=half_life)))


def test_activity_is_said_over_two_half_lives(community: amb.Community) -> None:
    """Everything within 180 days, five acts within 45, three posts and acts of Bob."""
    assert said(community, "activity", "x:ann") == "7 acts and posts in the last 180 days, the last on 2026-05-20"
    assert said(community, "activity_of_late", "x:ann") == (
        "5 acts and posts in the last 45 days, the last on 2026-05-20"
    )
    assert said(community, "activity", "x:bob") == "3 acts and posts in the last 180 days, the last on 2026-04-02"


def test_who_does_nothing_has_no_activity(community: amb.Community) -> None:
    """The shop's own customer did nothing that is seen: 0."""
    assert value(community, "activity", "customer:C2") == 0


@pytest.mark.parametrize("name", ["activity", "activity_of_late", "activity_now", "same_season"])
def test_without_acts_nothing_is_known_of_habits(cafe: Cafe, name: str) -> None:
    """Unknown is not 0."""
    community = amb.read(cafe(interactions_csv="source,target,kind,at,post,text\n"))

    assert measures.take(community, name)["value"].null_count() == community.accounts.height


def test_same_season_is_what_followed_this_day_a_year_ago(cafe: Cafe) -> None:
    """Thirty days from the end of May on: Ann's like and comment of June count, her like of May and of July do not."""
    rows = ["ann,brand,like,2025-05-29,,", "ann,brand,like,2025-05-31,,", "ann,brand,comment,2025-06-10,,"]
    rows += ["ann,brand,like,2025-07-01,,", "bob,rival,share,2025-06-10,,"]

    community = amb.read(cafe(interactions_csv=FILES["interactions.csv"] + "".join(f"{row}\n" for row in rows)))

    assert value(community, "same_season", "x:ann") == 2
    assert value(community, "same_season", "x:bob") == 0
    assert said(community, "same_season", "x:ann") == (
        "came to the brand 2 times in the month that followed this day a year ago"
    )


def test_without_a_year_of_data_no_season_is_known(community: amb.Community) -> None:
    """Four months tell nothing of last summer: unknown, for everybody."""
    assert measures.take(community, "same_season")["value"].null_count() == community.accounts.height
