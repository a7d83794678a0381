"""The people around an account, counted by hand on the small brand."""

from __future__ import annotations

import pytest

import ambassadors as amb
from ambassadors import measures
from tests.conftest import FILES, RECIPE, Cafe
from tests.test_measures import halved, said, value


def acting(cafe: Cafe, *rows: str) -> amb.Community:
    """The small brand with more acts."""
    return amb.read(cafe(interactions_csv=FILES["interactions.csv"] + "".join(f"{row}\n" for row in rows)))


def test_advocates_around_are_whom_they_respond_to_and_who_else_does(community: amb.Community) -> None:
    """Ann alone recommends the brand. Cy responds to Bob, and so does she: 1 of 2 in Cy's circle.

    Ann responds to Bob, whom Cy responds to, and to Dan: 0 of 3. Two silent people are assumed in each circle, and of
    one person the usual share, which is 1/2: of four pairs two are Ann's.
    """
    cy, ann = (1 + 1 / 2) / (2 + 2), 1 / 2 / (2 + 2) + 1 / 2 / (1 + 2)

    assert value(community, "advocates_around", "x:cy") == pytest.approx(cy)
    assert value(community, "advocates_around", "x:ann") == pytest.approx(ann)
    assert said(community, "advocates_around", "x:cy") == "1 of 2 people in their circle has recommended the brand"
    assert said(community, "advocates_around", "x:ann") == "0 of 3 people in their circle have recommended the brand"


def test_who_responds_to_nobody_but_the_brand_has_no_circle(community: amb.Community) -> None:
    """Neither the brand nor oneself makes one."""
    assert value(community, "advocates_around", "x:dan") == 0


def test_a_circle_counts_each_pair_once(cafe: Cafe) -> None:
    """Cy shares Bob again and again: it is the same circle."""
    again = acting(cafe, "cy,bob,share,2026-02-04,p2,", "cy,bob,like,2026-02-05,p2,")

    assert value(again, "advocates_around", "x:cy") == value(amb.read(cafe()), "advocates_around", "x:cy")


def test_a_circle_is_warmer_where_the_person_in_its_middle_recommends(cafe: Cafe) -> None:
    """Bob shares the brand, too: 2 of 2 in Cy's circle; now three of the four pairs are of people who recommend it."""
    community = acting(cafe, "bob,brand,share,2026-05-01,p3,")

    assert value(community, "advocates_around", "x:cy") == pytest.approx((2 + 3 / 4) / (2 + 2))


def test_advocates_followed_fade_since_they_last_recommended(cafe: Cafe) -> None:
    """Cy follows Ann, who mentioned the brand ten days ago; Ann follows Bob, who never did."""
    community = amb.read(cafe(follows_csv=FILES["follows.csv"] + "cy,ann,2026-05-21\n"))

    assert value(community, "advocates_followed", "x:cy") == pytest.approx(halved("2026-05-20")[0])
    assert value(community, "advocates_followed", "x:ann") == 0
    assert said(community, "advocates_followed", "x:cy") == (
        "follows 1 person who recommended the brand, the last on 2026-05-20"
    )


def test_talked_to_counts_people_who_used_words(community: amb.Community) -> None:
    """Ann answered Dan twice and is one person; a like and a share of Bob are no words."""
    assert [value(community, "talked_to", account) for account in ("x:dan", "x:bob", "x:brand")] == [1, 0, 2]
    assert said(community, "talked_to", "x:dan") == "1 person spoke to them or of them"


def test_passed_on_counts_people_who_shared_or_quoted(cafe: Cafe) -> None:
    """Cy shared Bob, Dan quotes him twice; his own quote of himself and a like count nothing."""
    community = acting(
        cafe, "dan,bob,quote,2026-05-01,p2,", "dan,bob,quote,2026-05-02,p2,", "bob,bob,quote,2026-05-03,p2,"
    )

    assert value(community, "passed_on", "x:bob") == 2
    assert value(community, "passed_on", "x:ann") == 0
    assert said(community, "passed_on", "x:bob") == "2 people passed on what they said"


@pytest.mark.parametrize("name", ["advocates_around", "advocates_followed", "talked_to", "passed_on"])
def test_without_acts_nothing_is_known_of_a_circle(cafe: Cafe, name: str) -> None:
    """Unknown is not 0."""
    community = amb.read(cafe(interactions_csv="source,target,kind,at,post,text\n"))

    assert measures.take(community, name)["value"].null_count() == community.accounts.height


@pytest.mark.parametrize("name", ["advocates_around", "advocates_followed"])
def test_without_a_brand_nobody_recommends_it(cafe: Cafe, name: str) -> None:
    """Unknown, too."""
    community = amb.read(cafe(RECIPE.replace('accounts = ["x:brand"]\n', "")))

    assert measures.take(community, name)["value"].null_count() == community.accounts.height
