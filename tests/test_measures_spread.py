"""Spread: the credit for what others passed on, counted by hand along a cascade."""

from __future__ import annotations

import pytest

import ambassadors as amb
from ambassadors import measures
from ambassadors.phrases import fill
from tests.conftest import RECIPE, Cafe

HEADER = "source,target,kind,at,post,text\n"
POSTS = "post,author,at\np2,bob,2026-02-02\np9,bob,2026-02-03\n"
#: All were there early, so that their shares count, and somebody acts on the last day.
EARLY = "".join(f"{name},zed,mention,2026-01-01,,\n" for name in ("ann", "bob", "cy", "dee", "eve"))
TODAY = "zed,yan,mention,2026-06-01,,\n"
#: Ann follows Bob; Cy both; Dee follows Cy alone, Eve nobody.
FOLLOWS = "source,target,since\nann,bob,\ncy,ann,\ncy,bob,\ndee,cy,\n"
#: Bob's post goes to Ann, to Cy and to Dee.
CASCADE = ("ann share bob p2", "cy share bob p2", "dee quote bob p2")


def read(cafe: Cafe, *acts: str, follows: str = FOLLOWS) -> amb.Community:
    """The small brand with acts such as ``"ann share bob p2"``, each an hour after the one before."""
    rows = HEADER + EARLY + TODAY
    for hour, (source, kind, target, post) in enumerate(act.split() for act in acts):
        rows += f"{source},{target},{kind},2026-05-01T{hour:02}:00:00Z,{post},\n"
    return amb.read(cafe(posts_csv=POSTS, follows_csv=follows, interactions_csv=rows))


def credit(community: amb.Community) -> dict[str, float]:
    """The credit of everyone who has any."""
    taken = measures.take(community, "cascade_credit_received").select("account", "value")
    return {account.removeprefix("x:"): value for account, value in taken.iter_rows() if value}


def test_credit_goes_back_along_the_follows(cafe: Cafe) -> None:
    """Ann came by Bob; Cy by Bob and Ann in halves, and so all by Bob; Dee by Cy, and so half by Ann and all by Bob."""
    assert credit(read(cafe, *CASCADE)) == {"bob": 3, "ann": 1, "cy": 1}


def test_who_follows_nobody_before_them_came_by_the_author(cafe: Cafe) -> None:
    """Eve follows nobody, and Ann shared first; all of it is Bob's."""
    assert credit(read(cafe, "ann share bob p2", "eve share bob p2")) == {"bob": 2}


def test_nobody_has_credit_for_what_was_passed_on_before_them(cafe: Cafe) -> None:
    """Cy follows Ann, who shared an hour later."""
    assert credit(read(cafe, "cy share bob p2", "ann share bob p2")) == {"bob": 2}


def test_credit_adds_up_over_posts(cafe: Cafe) -> None:
    """The same share of two posts is two shares."""
    assert credit(read(cafe, "dee share bob p2", "dee share bob p9")) == {"bob": 2}


def test_the_first_of_several_shares_counts_and_it_alone(cafe: Cafe) -> None:
    """Ann shares before Cy and again afterwards: one share, and Cy came by her."""
    assert credit(read(cafe, "ann share bob p2", "cy share bob p2", "ann quote bob p2")) == {"bob": 2, "ann": 0.5}


@pytest.mark.parametrize("act", ["ann like bob p2", "ann reply bob p2", "bob share bob p2", "ann share bob p7"])
def test_only_shares_by_others_of_known_posts_pass_something_on(cafe: Cafe, act: str) -> None:
    """Likes and answers do not, nor the author, nor a share of a post that is not in the data."""
    assert credit(read(cafe, act)) == {}


def test_a_share_of_no_post_and_a_total_are_no_cascade(cafe: Cafe) -> None:
    """Which post, and when, must be known."""
    recipe = RECIPE.replace('post = "post", text = "text" }', 'post = "post", weight = "n" }')
    rows = "source,target,kind,at,post,n\nann,bob,share,2026-01-01,p2,\ncy,zed,mention,2026-01-01,,\n"
    unknown = "ann,bob,share,2026-05-01,,\ncy,bob,share,2026-05-01,p9,40\n"

    found = amb.read(cafe(recipe, posts_csv=POSTS, interactions_csv=rows + unknown))

    assert credit(found) == {"bob": 1}


def test_a_repaid_share_brings_none(cafe: Cafe) -> None:
    """Bob liked Dee for her share: it is no credit to anyone; the others' stand."""
    assert credit(read(cafe, *CASCADE, "bob like dee -")) == {"bob": 2, "ann": 0.5}


def test_an_answer_to_who_shared_is_no_payment(cafe: Cafe) -> None:
    """Bob thanked Dee in words."""
    assert credit(read(cafe, *CASCADE, "bob reply dee -")) == {"bob": 3, "ann": 1, "cy": 1}


@pytest.mark.parametrize(("more", "found"), [(1, {}), (3, {"bob": 0.5})])
def test_a_share_repaid_in_part_brings_a_part(cafe: Cafe, more: int, found: dict[str, float]) -> None:
    """Dee gave Bob a share and a comment, and had one like back: half, and no credit; of a quarter, half of it."""
    acts = ("dee share bob p2", "dee comment bob p2", "dee comment bob p9", "dee comment bob -")[: more + 1]

    assert credit(read(cafe, *acts, "bob like dee -")) == found


def test_a_stranger_brings_none_and_hands_on_what_others_bring(cafe: Cafe) -> None:
    """A new account shares Ann's share, which counts for nothing; Eve, who follows it, counts for all three."""
    follows = FOLLOWS + "stranger,ann,\neve,stranger,\n"

    found = credit(read(cafe, "ann share bob p2", "stranger share bob p2", "eve share bob p2", follows=follows))

    assert found == {"bob": 2, "ann": 1, "stranger": 1}


def test_a_crowd_of_strangers_brings_nothing(cafe: Cafe) -> None:
    """Twenty new accounts share; only they gain by it, and nothing."""
    assert credit(read(cafe, *(f"bot{number} share bob p2" for number in range(20)))) == {}


def test_posts_that_nobody_shared_leave_everyone_without(cafe: Cafe) -> None:
    """No cascade at all is nothing for everyone, and no fault."""
    found = measures.take(read(cafe, "ann like bob p2"), "cascade_credit_received")

    assert set(found["value"]) == {0}


@pytest.mark.parametrize(
    ("acts", "account", "says"),
    [
        (CASCADE, "bob", "set off 3 shares by others, directly or through those they reached"),
        (CASCADE, "ann", "set off a share by someone else, directly or through those they reached"),
        (CASCADE[:2], "ann", "had a part in a share by someone else, directly or through those they reached"),
        (
            (*CASCADE, "dee comment bob p2", "dee comment bob p9", "bob like dee -"),
            "bob",
            "set off about 2 shares by others, directly or through those they reached",
        ),
    ],
)
def test_a_reason_tells_of_whole_shares(cafe: Cafe, acts: tuple[str, ...], account: str, says: str) -> None:
    """Nobody can picture two shares and two thirds of one."""
    row = measures.take(read(cafe, *acts), "cascade_credit_received").filter(account=f"x:{account}")

    assert fill(measures.named("cascade_credit_received").says, row.row(0, named=True)) == says


def test_a_thousand_shares_are_told_in_full(cafe: Cafe) -> None:
    """Four digits stay digits."""
    people = [f"p{number}" for number in range(1234)]
    rows = HEADER + "".join(f"{who},zed,mention,2026-01-01,,\n" for who in people) + TODAY
    rows += "".join(f"{who},bob,share,2026-05-01,p2,\n" for who in people)

    found = amb.read(cafe(posts_csv=POSTS, follows_csv=FOLLOWS, interactions_csv=rows))

    row = measures.take(found, "cascade_credit_received").filter(account="x:bob").row(0, named=True)
    assert row["told"] == "set off 1,234 shares by others"
