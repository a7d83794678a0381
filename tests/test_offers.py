"""Offers: what was sent to whom, and nothing of an answer before it was given."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from pathlib import Path
from random import Random

import polars as pl
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

import ambassadors as amb
from ambassadors import measures, propensity, tables
from ambassadors.community import build
from ambassadors.errors import NotEnoughData
from ambassadors.propensity.campaigns import campaigns, ended
from ambassadors.propensity.checks import checks
from ambassadors.propensity.events import answer
from ambassadors.repeats import collapse
from tests.conftest import RECIPE, Cafe

HEADER = "person,campaign,sent,ends,took\n"
SECTION = """
[[files]]
table = "offers"
path = "offers.csv"
columns = { account = "person", campaign = "campaign", at = "sent", until = "ends", answered_at = "took" }
"""
OFFERS = """x:ann,spring,2026-03-01,2026-03-31,2026-03-05
x:bob,spring,2026-03-01,2026-03-31,
x:cy,spring,2026-03-01,2026-03-31,2026-04-02
customer:C1,may,2026-05-01,2026-05-20,
customer:C2,may,2026-05-01T09:00:00Z,2026-05-15,2026-05-01T09:00:00Z
x:bob,june,2026-05-28,2027-01-01,
"""


def day(month: int, number: int) -> datetime:
    """A day of the year of the small brand."""
    return datetime(2026, month, number, tzinfo=UTC)


def offering(cafe: Cafe, rows: str = OFFERS, settings: str = "") -> amb.Community:
    """The small brand with offers."""
    return amb.read(cafe(RECIPE + SECTION + settings, offers_csv=HEADER + rows))


def told(community: amb.Community, name: str) -> dict[str, float | None]:
    """What a measure says of each account."""
    return dict(measures.take(community, name).select("account", "value").iter_rows())


def test_an_offer_need_not_be_answered(cafe: Cafe) -> None:
    """A row without an answer is a row like any other, and an offer may end after the moment of reading."""
    community = offering(cafe)

    assert community.rejects.is_empty()
    assert community.offers["answered_at"].null_count() == 3
    assert community.offers["until"].max() == datetime(2027, 1, 1, tzinfo=UTC)


@pytest.mark.parametrize(
    ("row", "column", "reason"),
    [
        ("x:ann,,2026-03-01,,", "campaign", "missing"),
        ("x:ann,spring,,,", "at", "missing"),
        ("ann,spring,2026-03-01,,", "account", "no_platform"),
        ("x:ann,spring,2126-03-01,,", "at", "in_the_future"),
        ("x:ann,spring,2026-03-01,,2126-03-01", "answered_at", "in_the_future"),
        ("x:ann,spring,2026-03-01,2026-02-28,", "until", "before_it_was_sent"),
        ("x:ann,spring,2026-03-01,,2026-02-28", "answered_at", "before_it_was_sent"),
    ],
)
def test_a_wrong_offer_is_rejected_with_its_reason(cafe: Cafe, row: str, column: str, reason: str) -> None:
    """Each fault is told, with its place, and every row of the file is accounted for."""
    community = offering(cafe, OFFERS + row + "\n")

    assert community.rejects.select("column", "reason", "line").rows() == [(column, reason, 8)]
    intake = next(one for one in community.intakes if one.table == "offers")
    assert (intake.rows, intake.accepted, intake.rejected) == (7, 6, 1)
    assert reason in tables.REASONS


def test_a_campaign_sent_twice_is_one_offer_with_the_earliest_answer(cafe: Cafe, tmp_path: Path) -> None:
    """One file can say what was sent and another who took it up: of both, the earliest counts."""
    (tmp_path / "taken.csv").write_text("id,what,began,on\n7,8,2026-03-01,2026-03-09\n7,8,2026-03-01,2026-03-04\n")
    more = SECTION.replace("offers.csv", "taken.csv").replace(
        'columns = { account = "person"', 'platform = "customer"\n#'
    )
    columns = 'columns = { account = "id", campaign = "what", at = "began", answered_at = "on" }\n'

    community = amb.read(
        cafe(RECIPE + SECTION + more + columns, offers_csv=HEADER + "customer:7,8,2026-03-01,2026-03-31,\n")
    )

    assert community.offers.rows() == [("customer:7", "8", day(3, 1), day(3, 31), day(3, 4))]
    assert community.repeated["offers"] == 2


@given(st.permutations(range(4)))
def test_the_order_of_rows_means_nothing(order: list[int]) -> None:
    """Rows that say the same come together to the same offers, however they are ordered."""
    rows = pl.DataFrame(
        {
            "account": ["x:a", "x:a", "x:b", "x:a"],
            "campaign": ["1", "1", "1", "2"],
            "at": [day(3, 1), day(3, 2), day(3, 1), day(3, 1)],
            "answered_at": [None, day(3, 9), None, day(3, 3)],
        }
    )
    good, _ = tables.check(tables.OFFERS, rows)

    assert collapse(tables.OFFERS, good[order]).equals(collapse(tables.OFFERS, good))


def test_a_customer_of_the_shop_is_the_account_that_is_linked(cafe: Cafe) -> None:
    """``customer:C1`` is ann; C2, whom no account is linked to, stays a customer."""
    may = offering(cafe).offers.filter(campaign="may")

    assert may["account"].to_list() == ["customer:C2", "x:ann"]


def test_who_was_only_sent_an_offer_is_an_account(cafe: Cafe) -> None:
    """An account that no other table names is known from the offer on."""
    community = offering(cafe, OFFERS + "x:new,spring,2026-03-01,,\n")

    assert "x:new" in community.candidates["account"]
    assert "x:new" not in community.as_of(day(2, 28)).accounts["account"]


def test_an_answer_is_unknown_before_it_is_given(cafe: Cafe) -> None:
    """As of a day after the offer and before the answer, the offer is there, and open."""
    community = offering(cafe)

    def answers(at: datetime) -> list[datetime | None]:
        return community.as_of(at).offers.filter(account="x:ann", campaign="spring")["answered_at"].to_list()

    assert answers(day(2, 28)) == []
    assert answers(day(3, 4)) == [None]
    assert answers(day(3, 5)) == [day(3, 5)]


def test_the_last_answer_dates_the_community(cafe: Cafe) -> None:
    """An answer happens at a time of its own; the end of an offer, which may lie ahead, does not."""
    community = offering(cafe, OFFERS + "x:ann,june,2026-05-28,2027-01-01,2026-06-02\n")

    assert community.moment == day(6, 2)


@given(
    answers=st.lists(
        st.tuples(
            st.sampled_from(["x:ann", "x:bob", "x:cy", "x:dan", "customer:C1", "customer:C2", "x:new"]),
            st.sampled_from(["spring", "may", "later"]),
            st.integers(1, 2000),
        ),
        max_size=12,
    )
)
@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_no_answer_from_the_future(cafe: Cafe, answers: list[tuple[str, str, int]]) -> None:
    """Whatever is answered or sent after a moment, everything said of offers as of it stays the same."""
    cut = day(4, 1)
    whole = offering(cafe)
    taken = {(person, campaign): cut + timedelta(hours=hours) for person, campaign, hours in answers}
    old = whole.kept["offers"]
    known = pl.col("answered_at") <= cut
    later = pl.DataFrame(
        [
            {"account": person, "campaign": campaign, "at": at if campaign == "later" else day(3, 1), "answered_at": at}
            for (person, campaign), at in taken.items()
            if campaign == "later" or not old.filter(account=person, campaign=campaign).is_empty()
        ],
        schema={name: tables.OFFERS.schema[name] for name in ("account", "campaign", "at", "answered_at")},
    )
    given_later = pl.concat([old, later], how="diagonal").select(tables.OFFERS.names)
    same = pl.col("at").first().over("account", "campaign")
    changed = collapse(
        tables.OFFERS, given_later.with_columns(at=pl.when(pl.col("campaign") == "later").then("at").otherwise(same))
    )
    kept = {**whole.kept, "offers": changed}

    before, after = whole.as_of(cut), build(whole.recipe, kept).as_of(cut)

    assert old.filter(known).height == changed.filter(known).height
    for name in ("offers", "accounts"):
        assert getattr(before, name).equals(getattr(after, name)), name
    for name in ("offers_answered", "offers_ignored"):
        assert measures.take(before, name).equals(measures.take(after, name)), name


def test_offers_taken_up_and_passed_over_are_counted(cafe: Cafe) -> None:
    """An offer that still runs is neither; of whom nothing was offered, nothing is known."""
    community = offering(cafe)

    assert told(community, "offers_answered") | {"x:dan": None} == told(community, "offers_answered")
    expected = {"x:ann": (1, 1), "x:bob": (0, 1), "x:cy": (1, 0), "customer:C2": (1, 0), "x:dan": (None, None)}
    for account, counts in expected.items():
        assert (told(community, "offers_answered")[account], told(community, "offers_ignored")[account]) == counts


def test_without_offers_nothing_is_known_of_them(community: amb.Community) -> None:
    """The measures have no values where there are no offers, and asking for answers says so."""
    for name in ("offers_answered", "offers_ignored"):
        assert set(told(community, name).values()) == {None}
    with pytest.raises(NotEnoughData, match="table = 'offers'"):
        answer(community)


def test_a_campaign_is_what_was_sent_on_one_day(cafe: Cafe) -> None:
    """Its window begins just before the first offer, when none of its answers can be known, and ends with the last."""
    spring, may, june = campaigns(offering(cafe))

    assert (may.names, may.accounts["account"].to_list()) == (("may",), ["customer:C2", "x:ann"])
    assert may.window.origin == day(5, 1) - timedelta(microseconds=1)
    assert may.window.until == day(5, 20)
    assert june.window.until > day(5, 30)
    assert [one.names for one in ended(offering(cafe))] == [spring.names, may.names]


def test_who_took_it_up_in_time_answered(cafe: Cafe) -> None:
    """An answer at the very moment of sending counts, one after the end does not."""
    asked = answer(offering(cafe))
    assert asked.windows is not None
    spring, may = asked.windows

    assert asked.at_risk(spring.origin)["account"].to_list() == ["x:ann", "x:bob", "x:cy"]
    assert asked.happened(spring).to_list() == ["x:ann"]
    assert asked.happened(may).to_list() == ["customer:C2"]


def test_now_everybody_ever_offered_anything_is_at_risk(cafe: Cafe) -> None:
    """At a moment that is no beginning of a campaign, the question is of whomever anything was offered before."""
    asked = answer(offering(cafe))

    assert asked.at_risk(day(4, 1))["account"].to_list() == ["x:ann", "x:bob", "x:cy"]
    assert asked.at_risk(asked.between[1])["account"].to_list() == ["customer:C2", "x:ann", "x:bob", "x:cy"]


def test_an_offer_without_an_end_ends_at_the_horizon(cafe: Cafe) -> None:
    """Answers to it count for as long as the recipe looks ahead."""
    rows = "x:ann,spring,2026-03-01,,2026-03-08\nx:bob,spring,2026-03-01,,2026-03-09\n"

    (only,) = campaigns(offering(cafe, rows, '\n[propensity]\nhorizon = "7d"\n'))

    assert (only.window.until, only.answered.to_list()) == (day(3, 8), ["x:ann"])


def periods(labels_of_the_second: list[bool]) -> pl.DataFrame:
    """Person-periods of four campaigns; the second still runs when the third begins, and ends before the fourth."""
    times = [(day(1, 1), day(1, 20)), (day(1, 30), day(3, 15)), (day(3, 1), day(3, 20)), (day(4, 1), day(4, 20))]
    random, parts = Random(1), []
    for place, (origin, until) in enumerate([(day(1, 1) - timedelta(days=99), day(1, 1) - timedelta(days=9)), *times]):
        likes = [random.random() for _ in range(60)]
        happened = labels_of_the_second if place == 2 else [random.random() < value for value in likes]
        keys = {"account": [f"x:{number}" for number in range(60)], "origin": origin, "until": until}
        parts.append(pl.DataFrame({**keys, "likes": likes, "happened": happened}))
    return pl.concat(parts)


def test_nothing_is_learned_from_offers_that_still_run() -> None:
    """What comes of a campaign changes no forecast made before it ended, and those made afterwards."""
    one, other = (
        {check.origin: check for check in checks(periods(labels), ["likes"])}
        for labels in ([True, False] * 30, [False, True, True] * 20)
    )

    assert set(one) == {day(1, 30), day(3, 1), day(4, 1)}
    assert one[day(3, 1)].log_odds.tolist() == other[day(3, 1)].log_odds.tolist()
    assert one[day(4, 1)].log_odds.tolist() != other[day(4, 1)].log_odds.tolist()


def test_who_took_up_offers_before_is_foretold_to_do_so_again(cafe: Cafe) -> None:
    """Out of time: people with a habit of answering stand above the others in every later campaign."""
    random = Random(3)
    rows = [
        f"x:p{person},c{month},2026-{month:02}-01,2026-{month:02}-20,"
        + (
            f"2026-{month:02}-{random.randint(2, 19):02}"
            if random.random() < (0.7 if person % 4 == 0 else 0.05)
            else ""
        )
        for month in range(1, 6)
        for person in range(80)
    ]
    community = offering(cafe, "\n".join(rows) + "\n", '\n[propensity]\nevent = "answer"\n')

    found = propensity.forecast(community)

    assert len(found.checks) >= 2
    for check in found.checks:
        habit = pl.Series([int(account[3:]) % 4 == 0 for account in check.account])
        assert pl.Series(check.log_odds).filter(habit).mean() > pl.Series(check.log_odds).filter(~habit).mean()  # type: ignore[operator]
    assert found.people["account"].head(10).map_elements(lambda name: int(name[3:]) % 4, pl.Int64).sum() == 0
