"""Responders: different people, each by their best act, counted by hand over the four spans."""

from __future__ import annotations

from datetime import timedelta

import pytest

import ambassadors as amb
from ambassadors import measures
from ambassadors.measures import response
from ambassadors.phrases import fill
from tests.conftest import RECIPE, Cafe

HEADER = "source,target,kind,at,post,text\n"
#: Four who were there on the first day of 120, so that they count; half-lives are 120, 30, 7.5 and 1.875 days.
EARLY = HEADER + "".join(f"{name},zed,like,2026-01-31,,\n" for name in ("ann", "cy", "dee", "eve"))
TODAY = "zed,yan,mention,2026-05-31,,\n"
HALF_LIVES = {"responders": 120, "responders_of_late": 30, "responders_recent": 7.5, "responders_now": 1.875}
SPANS = pytest.mark.parametrize("span", response.SPANS)

TOTALS = RECIPE.replace('post = "post", text = "text" }', 'weight = "n" }')


def read(cafe: Cafe, *rows: str, recipe: str = RECIPE) -> amb.Community:
    """The small brand with acts such as ``"05-31 ann like bob"``, after the early ones."""
    told = [row.split() for row in rows]
    more = "".join(f"{source},{target},{kind},2026-{day},,\n" for day, source, kind, target in told)
    return amb.read(cafe(recipe, interactions_csv=EARLY + TODAY + more))


def value(community: amb.Community, span: str, account: str = "x:bob") -> float | None:
    """How many responders an account has over a span."""
    found: float | None = measures.take(community, span).filter(account=account)["value"].item()
    return found


def faded(span: str, days: float) -> float:
    """What is left of an act after so many days."""
    return float(2 ** (-days / HALF_LIVES[span]))


@SPANS
def test_responders_are_people_by_kind_and_age(cafe: Cafe, span: str) -> None:
    """A like of today (1 of 5), a share thirty days old (3 of 5), and a comment of sixty days ago (2 of 5)."""
    found = read(cafe, "05-31 ann like bob", "05-01 cy share bob", "04-01 dee comment bob")

    expected = 1 / 5 + 3 / 5 * faded(span, 30) + 2 / 5 * faded(span, 60)

    assert value(found, span) == pytest.approx(expected, abs=1e-9)


@SPANS
def test_nobody_counts_twice(cafe: Cafe, span: str) -> None:
    """Forty likes of one person are one like, the latest."""
    often = [f"05-{day:02} ann like bob" for day in range(1, 31)]

    assert value(read(cafe, *often), span) == pytest.approx(1 / 5 * faded(span, 1))


@pytest.mark.parametrize(("span", "best"), [("responders", "share"), ("responders_now", "like")])
def test_the_best_act_is_the_best_of_the_span(cafe: Cafe, span: str, best: str) -> None:
    """A share thirty days old beats today's like over the long span, and not over the short one."""
    found = read(cafe, "05-31 ann like bob", "05-01 ann share bob")

    assert value(found, span) == pytest.approx({"like": 1 / 5, "share": 3 / 5 * faded(span, 30)}[best])


@SPANS
def test_acts_on_oneself_are_no_response(cafe: Cafe, span: str) -> None:
    """Answering under one's own post moves nobody else."""
    assert value(read(cafe, "05-31 ann reply ann", "05-30 ann share ann"), span, "x:ann") == 0


@SPANS
def test_strangers_and_those_repaid_do_not_count(cafe: Cafe, span: str) -> None:
    """A new account, and one whose like was returned: one responder is left."""
    found = read(cafe, "05-31 ann like bob", "05-31 stranger like bob", "05-31 cy like bob", "05-31 bob like cy")

    assert value(found, span) == pytest.approx(1 / 5)
    counts = response.responders_counted(found).filter(account="x:bob")
    assert counts.select("responders", "count").row(0) == (3, 1)


@SPANS
def test_an_answer_is_no_return(cafe: Cafe, span: str) -> None:
    """Who answers their responders keeps them."""
    assert value(read(cafe, "05-31 ann like bob", "05-31 bob reply ann"), span) == pytest.approx(1 / 5)


@SPANS
def test_kinds_without_weight_are_no_response(cafe: Cafe, span: str) -> None:
    """Where the recipe gives likes nothing, only the comment counts; the weightiest kind is still 1."""
    recipe = RECIPE + "\n[graph.kinds]\nlike = 0\nreferral = 2\nreview = 2\n"

    found = read(cafe, "05-31 ann like bob", "05-31 cy comment bob", recipe=recipe)

    assert value(found, span) == pytest.approx(2 / 3)
    assert response.responders_counted(found).filter(account="x:bob")["responders"].item() == 1


def test_where_no_kind_has_weight_nobody_responds(cafe: Cafe) -> None:
    """All kinds at nothing are no division by nothing."""
    nothing = "".join(f"{kind} = 0\n" for kind in amb.read(cafe()).recipe.graph.kinds)

    found = read(cafe, "05-31 ann like bob", recipe=f"{RECIPE}\n[graph.kinds]\n{nothing}")

    assert set(measures.take(found, "responders")["value"]) == {0}


def totals(cafe: Cafe, rows: str) -> amb.Community:
    """The small brand with totals: ``source,target,kind,at,n``."""
    return amb.read(cafe(TOTALS, interactions_csv="source,target,kind,at,n\n" + rows))


def test_a_total_counts_in_full_and_in_the_long_span_only(cafe: Cafe) -> None:
    """Its time is not that of its acts: a thousand old plays are one responder like the like of today."""
    early = "ann,zed,like,2026-01-31,\ncy,zed,like,2026-01-31,\nzed,yan,mention,2026-05-31,\n"

    found = totals(cafe, early + "ann,bob,share,2026-01-31,1000\ncy,bob,like,2026-05-31,\n")

    assert value(found, "responders") == pytest.approx(3 / 5 + 1 / 5)
    assert [value(found, span) for span in list(response.SPANS)[1:]] == pytest.approx([1 / 5] * 3)


def test_a_total_beside_a_single_act_is_one_person(cafe: Cafe) -> None:
    """The same person by both: the total's share over the long span, the single like over the short ones."""
    early = "ann,zed,like,2026-01-31,\nzed,yan,mention,2026-05-31,\n"

    found = totals(cafe, early + "ann,bob,share,2026-01-31,1000\nann,bob,like,2026-05-31,\n")

    assert [value(found, span) for span in response.SPANS] == pytest.approx([3 / 5, 1 / 5, 1 / 5, 1 / 5])


def test_without_any_time_the_long_span_is_all_there_is(cafe: Cafe) -> None:
    """Totals alone: everybody counts by their weightiest kind, and the short spans are unknown and say why."""
    found = totals(cafe, "ann,bob,like,2026-01-31,7\nann,bob,comment,2026-01-31,1\ncy,bob,share,2026-05-31,2\n")

    assert response.period(found) == timedelta()
    assert value(found, "responders") == pytest.approx(2 / 5 + 3 / 5)
    assert value(found, "responders_now") is None
    why = measures.lacking(found, measures.named("responders_now").needs)
    assert why == "there are no interactions with a time of their own"


def test_acts_of_one_moment_do_not_fade(cafe: Cafe) -> None:
    """No time has passed: all spans are the same."""
    rows = HEADER + "ann,bob,like,2026-06-01,,\ncy,bob,share,2026-06-01,,\n"

    found = amb.read(cafe(interactions_csv=rows))

    assert [value(found, span) for span in response.SPANS] == pytest.approx([4 / 5] * 4)


def test_the_time_that_the_data_spans_ends_at_its_moment(cafe: Cafe) -> None:
    """From the first single act to the moment, or to the date asked for."""
    found = read(cafe)

    assert response.period(found) == timedelta(days=120)
    assert response.period(found.as_of("2026-03-02")) == timedelta(days=30)


def says(community: amb.Community, span: str) -> str:
    """What a reason says of Bob."""
    row = measures.take(community, span).filter(account="x:bob").row(0, named=True)
    return fill(measures.named(span).says, row)


def test_a_reason_tells_how_many_and_since_when(cafe: Cafe) -> None:
    """Over all, within two half-lives, and where nobody did lately how many ever and when."""
    found = read(cafe, "05-29 ann like bob", "05-01 cy share bob", "04-01 dee comment bob")
    quiet = read(cafe, "05-01 cy share bob")

    assert says(found, "responders") == "3 people responded to them"
    assert says(found, "responders_of_late") == "3 people responded to them in the last 60 days"
    assert says(found, "responders_recent") == "1 person responded to them in the last 15 days"
    assert says(found, "responders_now") == "1 person responded to them in the last 4 days"
    assert says(quiet, "responders_now") == "1 person responded to them, the last on 2026-05-01"


def test_of_nobody_no_sentence_is_made(cafe: Cafe) -> None:
    """Who has no responders has no details, and so no reason."""
    row = measures.take(read(cafe), "responders").filter(account="x:bob")

    assert row.select("value", "told").row(0) == (0, None)


def test_the_four_spans_are_kin_and_a_reason_names_one(cafe: Cafe) -> None:
    """They say the same over again, so that a list would name Bob's responders three times."""
    found = read(cafe, "05-31 ann like bob", "05-31 cy like bob", "05-31 dee like ann")

    reasons = amb.rank(found, "influencers").filter(account="x:bob")["reasons"].item().to_list()

    assert {measures.named(span).kin for span in response.SPANS} == {"responders"}
    assert len([name for name in reasons if name in response.SPANS]) == 1
