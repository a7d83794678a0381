"""One account's score, taken apart."""

from __future__ import annotations

import pytest

import ambassadors as amb
from ambassadors.errors import UnknownAccount


def test_the_parts_add_up_to_the_score_of_the_ranking(community: amb.Community) -> None:
    """What explain shows is what the ranking says."""
    found = amb.explain(community, "@ann")

    for standing in found.standings:
        row = amb.rank(community, standing.ranking).filter(account="x:ann").row(0, named=True)
        assert (standing.rank, standing.score) == (row["rank"], row["score"])
        assert sum(round(1000 * part.points) for part in standing.parts) == round(1000 * row["score"])
        assert sum(part.weight for part in standing.parts) == pytest.approx(100)


def test_a_place_is_among_those_of_whom_something_was_counted(community: amb.Community) -> None:
    """Nobody responded to Cy: that is no last place among who has responders, and what is not known is none either."""
    parts = {part.measure: part for part in amb.explain(community, "x:cy").standings[0].parts}
    bob = {part.measure: part for part in amb.explain(community, "x:bob").standings[0].parts}

    assert (parts["responders"].value, parts["responders"].place, parts["responders"].points) == (0, None, 0)
    assert parts["responders"].says == "None seen."
    assert (bob["responders"].place, bob["responders"].of) == (1, parts["responders"].of)
    for part in [*parts.values(), *bob.values()]:
        assert part.place is None or 1 <= part.place <= part.of
        assert (part.value is None) == (part.percentile is None)


def test_rows_rung_and_evidence_are_told(community: amb.Community) -> None:
    """The rows behind a person, where they stand and why."""
    found = amb.explain(community, "x:ann")

    assert found.rows == {"accounts": 1, "follows": 2, "posts": 0, "interactions": 7, "orders": 3}
    assert (found.rung, found.to_next) == ("defend", "")
    assert found.evidence.startswith("2 answers to critics")
    assert amb.explain(community, "x:bob").to_next.startswith("love: ")


def test_the_way_up_names_measure_points_and_rank(community: amb.Community) -> None:
    """What would move an account up is said in the measure's terms."""
    influencers = amb.explain(community, "x:cy").standings[0]

    assert influencers.upward
    assert "points and rank" in influencers.upward[0]
    assert all("+" in way for way in influencers.upward)


@pytest.mark.parametrize(
    ("account", "why"),
    [("x:brand", "the brand itself"), ("x:rival", "a rival"), ("x:staff", "staff")],
)
def test_who_is_never_ranked_is_told_why(community: amb.Community, account: str, why: str) -> None:
    """Asking for the brand or its staff gives the reason, not an empty table."""
    assert amb.explain(community, account).standings[0].why_not == f"never ranked: {why}"


def test_who_stands_too_low_is_told_so(community: amb.Community) -> None:
    """A complainer is not among the ambassadors, and reads why."""
    assert "stands on negative" in amb.explain(community, "x:dan").standings[1].why_not


def test_an_unknown_account_is_answered_with_the_nearest(community: amb.Community) -> None:
    """A misspelt handle is told with the right one."""
    with pytest.raises(UnknownAccount, match="x:@thecafe"):
        amb.explain(community, "@thecave")
