"""Rungs by readable rules, with their evidence in words."""

from __future__ import annotations

from typing import Any

import polars as pl
import pytest

import ambassadors as amb
from ambassadors import ladder
from ambassadors.ladder.words import WORDS
from ambassadors.recipe import EVIDENCE
from tests.conftest import RECIPE, Cafe

ACTS = "source,target,kind,at,post,text\n"


def standing(community: amb.Community, account: str) -> dict[str, Any]:
    """A person's row on the ladder."""
    return ladder.rungs(community).row(by_predicate=pl.col("account") == account, named=True)


def rung(cafe: Cafe, acts: str, account: str = "x:eve") -> str | None:
    """The rung after some acts."""
    opening = "staff,brand,like,2026-06-30,,\n"
    found = ladder.rungs(amb.read(cafe(interactions_csv=ACTS + opening + acts))).filter(account=account)["rung"]
    return found[0] if found.len() else None


def test_the_words_cover_all_evidence(community: amb.Community) -> None:
    """Every kind of evidence has a word, and a column."""
    assert set(WORDS) == set(EVIDENCE)
    assert set(EVIDENCE) < set(ladder.evidence(community).columns)


@pytest.mark.parametrize(
    ("acts", "expected"),
    [
        ("", None),
        ("eve,brand,comment,2026-06-01,p1,nice\n", "aware"),
        ("eve,brand,like,2026-06-01,p1,\n", "like"),
        ("eve,brand,like,2026-06-01,,\neve,brand,like,2026-06-02,,\neve,brand,comment,2026-06-03,,\n", "love"),
        ("eve,brand,like,2026-06-01,,\neve,brand,like,2026-06-02,,\neve,brand,like,2026-06-03,,\n", "like"),
        ("eve,brand,share,2026-06-01,,\neve,brand,tag,2026-06-02,,\neve,brand,mention,2026-06-03,,\n", "advocate"),
        ("eve,brand,referral,2026-06-01,,\n", "advocate"),
        ("eve,brand,comment,2026-06-01,,this is AWFUL\n", "negative"),
        ("eve,brand,comment,2026-06-01,,this is awful\neve,brand,like,2026-06-02,,\n", "like"),
        ("eve,brand,comment,2026-06-01,,awfully good\n", "aware"),
        ("eve,brand,share,2024-06-01,,\neve,brand,share,2024-06-02,,\neve,brand,share,2024-06-03,,\n", None),
    ],
)
def test_a_rung_follows_from_the_acts(cafe: Cafe, acts: str, expected: str | None) -> None:
    """Each rung's rule, a complaint and its end, and acts too old to count."""
    assert rung(cafe, acts) == expected


def test_who_answers_critics_on_the_brands_side_defends(community: amb.Community) -> None:
    """Ann answered Dan's complaint twice in the brand's thread; Dan only complained."""
    assert standing(community, "x:ann")["rung"] == "defend"
    assert standing(community, "x:ann")["defences"] == 2
    assert standing(community, "x:dan")["rung"] == "negative"


def test_an_answer_before_the_complaint_is_no_defence(community: amb.Community) -> None:
    """As of the day of the complaint, nobody has answered it yet."""
    assert standing(community.as_of("2026-05-04"), "x:ann")["defences"] == 0


def test_a_purchase_is_liking_and_three_are_love(community: amb.Community) -> None:
    """The customer without an account stands on the ladder by their orders."""
    assert standing(community, "customer:C2")["rung"] == "like"


def test_evidence_is_said_with_counts_and_dates(community: amb.Community) -> None:
    """A manager reads what was counted, and from when to when."""
    row = standing(community, "x:ann")

    assert ladder.says(community, row) == (
        "2 answers to critics of the brand, 2 recommendations, 1 comment (2026-01-10 to 2026-05-20)"
    )


def test_what_is_missing_is_the_nearest_rule(community: amb.Community) -> None:
    """The way up is the rule that needs least."""
    assert ladder.missing(community, standing(community, "customer:C2")) == "2 more orders"
    assert ladder.missing(community, standing(community, "x:ann")) == ""


def test_rules_are_the_recipes_own(cafe: Cafe) -> None:
    """A recipe can set its own thresholds."""
    recipe = RECIPE.replace('complaint_words = ["awful"]', 'love = "likes >= 1 and follows_brand == 1"')

    assert standing(amb.read(cafe(recipe)), "x:bob")["rung"] == "love"


def test_a_review_recommends_from_the_recipes_rating_on(cafe: Cafe) -> None:
    """What counts as a good and as a bad rating is the recipe's to say."""
    recipe = RECIPE.replace('text = "text" }', 'text = "text", rating = "stars" }')
    rows = ACTS.strip() + ",stars\nstaff,brand,like,2026-06-30,,,\n" + "eve,brand,review,2026-06-01,,,4\n"

    strict = recipe.replace("[ladder]", "[ladder]\ngood_rating = 5\nbad_rating = 4")

    assert standing(amb.read(cafe(recipe, interactions_csv=rows)), "x:eve")["recommendations"] == 1
    assert standing(amb.read(cafe(strict, interactions_csv=rows)), "x:eve")["rung"] == "negative"
