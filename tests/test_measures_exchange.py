"""How the brand and people answer each other, counted by hand on the small brand."""

from __future__ import annotations

import pytest

import ambassadors as amb
from ambassadors import measures
from tests.conftest import FILES, RECIPE, Cafe
from tests.test_measures import halved, said, value


def acting(cafe: Cafe, *rows: str) -> amb.Community:
    """The small brand with more acts."""
    return amb.read(cafe(interactions_csv=FILES["interactions.csv"] + "".join(f"{row}\n" for row in rows)))


def test_brand_answers_are_what_the_brand_did_toward_them(cafe: Cafe) -> None:
    """A reply and a like to Ann, each halved with age; who is not answered has 0."""
    community = acting(cafe, "brand,ann,reply,2026-05-10,p3,thanks", "brand,ann,like,2026-04-10,,")

    assert value(community, "brand_answers", "x:ann") == pytest.approx(sum(halved("2026-05-10", "2026-04-10")))
    assert value(community, "brand_answers", "x:dan") == 0
    assert said(community, "brand_answers", "x:ann") == "the brand turned to them 2 times, the last on 2026-05-10"


def test_the_brand_does_not_answer_itself(cafe: Cafe) -> None:
    """Of two accounts of the brand, neither is answered by the other."""
    recipe = RECIPE.replace('accounts = ["x:brand"]', 'accounts = ["x:brand", "x:staff"]')
    rows = FILES["interactions.csv"] + "brand,staff,like,2026-05-10,,\n"

    community = amb.read(cafe(recipe, interactions_csv=rows))

    assert value(community, "brand_answers", "x:staff") == 0


def test_reaction_time_is_the_median_of_first_acts(community: amb.Community) -> None:
    """Ann came at once to the one post and a day after the other, where her later acts change nothing: 12 hours."""
    assert value(community, "reaction_time", "x:ann") == 12
    assert said(community, "reaction_time", "x:ann") == "reacts 12 hours after the brand has posted, usually"


def test_one_reaction_is_no_usual_time(community: amb.Community) -> None:
    """Bob and Dan reacted to one post each: unknown; so is who never did."""
    assert [value(community, "reaction_time", account) for account in ("x:bob", "x:dan", "x:cy")] == [None] * 3


def test_an_act_before_the_post_is_no_reaction(cafe: Cafe) -> None:
    """Clocks of exports differ: Dan's like of the first post an hour before it was published is left out."""
    community = acting(cafe, "dan,brand,like,2026-01-31T23:00:00Z,p1,")

    assert value(community, "reaction_time", "x:dan") is None


@pytest.mark.parametrize("name", ["brand_answers", "reaction_time"])
def test_without_a_brand_nothing_is_known_of_its_answers(cafe: Cafe, name: str) -> None:
    """Unknown is not 0."""
    community = amb.read(cafe(RECIPE.replace('accounts = ["x:brand"]\n', "")))

    assert measures.take(community, name)["value"].null_count() == community.accounts.height
