"""What counts as which evidence, from when and until when."""

from __future__ import annotations

from typing import Any

import polars as pl
import pytest

import ambassadors as amb
from ambassadors import ladder
from tests.conftest import RECIPE, Cafe

#: The cafe's recipe with words and judgements of posts and acts.
WORDY = RECIPE.replace(
    'at = "at" }\n\n[[files]]\ntable = "i', 'at = "at", text = "text", sentiment = "felt" }\n\n[[files]]\ntable = "i'
).replace('post = "post", text = "text" }', 'post = "post", text = "text", rating = "stars", sentiment = "felt" }')
ACTS = "source,target,kind,at,post,text,stars,felt\nstaff,brand,like,2026-06-30,,,,\n"
POSTS = """post,author,at,text,felt
p1,brand,2026-06-01,news,
g1,brand,2026-06-01,Our big giveaway! Share to win.,
e1,eve,2026-06-01,their coffee,
e2,eve,2026-06-02,awful coffee,
e3,eve,2026-06-03,their coffee,-0.5
"""
FOLLOWS = "source,target,since\n"
CUSTOMERS = "customer,account\nC1,x:eve\nC2,\n"
ORDERS = "customer,order,at,amount\n"


def community_of(cafe: Cafe, acts: str, orders: str = ORDERS, recipe: str = WORDY) -> amb.Community:
    """The small brand with other acts, as of the last of June, and nobody's follows."""
    files = {"posts_csv": POSTS, "orders_csv": orders, "customers_csv": CUSTOMERS, "follows_csv": FOLLOWS}
    return amb.read(cafe(recipe, interactions_csv=ACTS + acts, **files))


def shown(cafe: Cafe, acts: str, account: str = "x:eve", orders: str = ORDERS) -> dict[str, Any]:
    """The evidence of one account after some acts."""
    return ladder.evidence(community_of(cafe, acts, orders)).row(by_predicate=pl.col("account") == account, named=True)


@pytest.mark.parametrize(
    ("act", "recommends"),
    [
        pytest.param("share,2026-06-10,p1,,,", 1, id="unprompted"),
        pytest.param("share,2026-06-10,g1,,,", 0, id="of a giveaway while it runs"),
        pytest.param("share,2026-06-20,g1,,,", 1, id="of a giveaway long over"),
        pytest.param("mention,2026-06-10,,I hope to win a bag,,", 0, id="speaks of a giveaway"),
        pytest.param("mention,2026-06-10,,love it #ad,,", 0, id="paid"),
        pytest.param("mention,2026-06-10,,my #adventure,,", 1, id="only begins like paid"),
        pytest.param("review,2026-06-10,,fine #sponsored,5,", 0, id="a paid review"),
        pytest.param("review,2026-06-10,,fine,5,", 1, id="a good review"),
        pytest.param("mention,2026-06-10,,awful,,", 0, id="a complaint"),
        pytest.param("mention,2026-06-10,e2,,,", 0, id="a complaint in the own post"),
    ],
)
def test_only_what_is_unprompted_recommends(cafe: Cafe, act: str, recommends: int) -> None:
    """For a prize or for money is no recommendation; it is an act all the same."""
    found = shown(cafe, f"eve,brand,{act}\n")

    assert found["recommendations"] == recommends
    assert found["interactions"] == 1


@pytest.mark.parametrize(
    ("act", "complaints"),
    [
        pytest.param("comment,2026-06-10,p1,hm,,-0.1", 1, id="below 0"),
        pytest.param("comment,2026-06-10,p1,hm,,0", 0, id="neither"),
        pytest.param("comment,2026-06-10,p1,hm,,0.1", 0, id="above 0"),
        pytest.param("comment,2026-06-10,p1,hm,,", 0, id="not judged"),
        pytest.param("mention,2026-06-10,e3,,,", 1, id="in the own post"),
        pytest.param("mention,2026-06-10,e3,,,0.5", 0, id="the act's own judgement counts before the post's"),
        pytest.param("mention,2026-06-10,e1,,,", 0, id="in a post that is fine"),
    ],
)
def test_a_sentiment_below_0_is_a_complaint(cafe: Cafe, act: str, complaints: int) -> None:
    """In the act, or in the post of the same person that it stands in."""
    found = shown(cafe, f"eve,brand,{act}\n")

    assert found["complaints"] == found["open_complaints"] == complaints


def test_the_post_of_somebody_else_says_nothing_of_whoever_acts_on_it(cafe: Cafe) -> None:
    """Fay mentions the brand under Eve's complaint: the words are Eve's."""
    assert shown(cafe, "fay,brand,mention,2026-06-10,e2,,,\n", "x:fay")["complaints"] == 0


CRITICISM = "eve,brand,mention,2026-06-02,e2,,,\n"


@pytest.mark.parametrize(
    ("reply", "defences"),
    [
        pytest.param("fay,eve,reply,2026-06-03,e2,not at all,,", 1, id="under the criticism itself"),
        pytest.param("fay,eve,reply,2026-06-03,p1,not at all,,", 1, id="in the brand's thread"),
        pytest.param("fay,eve,reply,2026-06-03,e1,not at all,,", 0, id="under another post of the critic"),
        pytest.param("fay,eve,reply,2026-06-03,e2,awful indeed,,", 0, id="by words on the critic's side"),
        pytest.param("fay,eve,reply,2026-06-03,e2,indeed,,-1", 0, id="by sentiment on the critic's side"),
        pytest.param("fay,eve,reply,2026-06-01,e2,hm,,", 0, id="before the criticism"),
        pytest.param("fay,eve,like,2026-06-03,e2,,,", 0, id="a like"),
        pytest.param("fay,cy,reply,2026-06-03,e2,not at all,,", 0, id="to somebody else"),
    ],
)
def test_a_reply_to_a_critic_on_the_brands_side_is_a_defence(cafe: Cafe, reply: str, defences: int) -> None:
    """Where the criticism stands, or under the brand's posts, and only after it."""
    opening = "fay,brand,like,2026-06-01,,,,\n"

    assert shown(cafe, f"{opening}{CRITICISM}{reply}\n", "x:fay")["defences"] == defences


def test_nobody_defends_the_brand_against_themselves_nor_for_pay(cafe: Cafe) -> None:
    """The critic's own reply is none, neither is an answer of staff or of the brand."""
    replies = "".join(f"{who},eve,reply,2026-06-03,e2,so,,\n" for who in ("eve", "staff", "brand"))

    assert ladder.evidence(community_of(cafe, CRITICISM + replies))["defences"].sum() == 0


@pytest.mark.parametrize(
    ("after", "orders", "settled"),
    [
        pytest.param("", ORDERS, 0, id="nothing"),
        pytest.param("eve,brand,like,2026-06-05,p1,,,\n", ORDERS, 1, id="a like"),
        pytest.param("eve,brand,share,2026-06-05,p1,,,\n", ORDERS, 1, id="a share"),
        pytest.param("eve,brand,comment,2026-06-05,p1,hm,,\n", ORDERS, 0, id="a comment, good or not"),
        pytest.param("eve,brand,like,2026-06-01,p1,,,\n", ORDERS, 0, id="a like before"),
        pytest.param("fay,brand,like,2026-06-05,p1,,,\n", ORDERS, 0, id="a like of somebody else"),
        pytest.param("", ORDERS + "C1,O1,2026-06-05,9\n", 1, id="an order"),
    ],
)
def test_a_complaint_is_settled_by_something_good_after_it(cafe: Cafe, after: str, orders: str, settled: int) -> None:
    """Until then it is open; it is never both, and stays a complaint."""
    found = shown(cafe, CRITICISM + after, orders=orders)

    assert (found["complaints"], found["settled_complaints"], found["open_complaints"]) == (1, settled, 1 - settled)


def test_two_complaints_are_settled_each_for_itself(cafe: Cafe) -> None:
    """The one before the like is settled, the one after it open."""
    found = shown(cafe, CRITICISM + "eve,brand,like,2026-06-05,p1,,,\neve,brand,comment,2026-06-09,p1,awful,,\n")

    assert (found["complaints"], found["settled_complaints"], found["open_complaints"]) == (2, 1, 1)


def test_each_kind_of_act_has_its_count(cafe: Cafe) -> None:
    """Shares alone are shares; a mention, a quote and a tag are mentions; posts are of whatever subject."""
    kinds = ("like", "share", "share", "mention", "quote", "tag", "comment", "reply", "review", "referral")
    acts = "".join(f"eve,brand,{kind},2026-06-{day:02d},,,,\n" for day, kind in enumerate(kinds, 4))

    found = shown(cafe, acts)

    names = ("likes", "shares", "mentions", "comments", "reviews", "referrals", "posts")
    assert [found[name] for name in names] == [1, 2, 3, 2, 1, 1, 3]
    assert found["recommendations"] == 6
    assert found["active_days"] == found["interactions"] == len(kinds)


def test_quiet_days_are_those_since_the_last_sign_toward_the_brand(cafe: Cafe) -> None:
    """A like or an order ends the silence; posts of their own about something else do not."""
    like = "eve,brand,like,2026-05-31,,,,\n"
    order = ORDERS + "C2,O1,2026-06-20,5\n"

    found = ladder.evidence(community_of(cafe, like, order))

    quiet = dict(found.select("account", "quiet_days").iter_rows())
    assert quiet["x:eve"] == 30
    assert quiet["customer:C2"] == 10
    assert quiet["x:staff"] == 0


QUIET = WORDY.replace(
    'complaint_words = ["awful"]', 'complaint_words = ["awful"]\naware = "quiet_days >= 45"\nlove = "quiet_days <= 20"'
)


def rung_of(community: amb.Community, account: str) -> dict[str, Any]:
    """A person's row on the ladder."""
    return ladder.rungs(community).row(by_predicate=pl.col("account") == account, named=True)


def test_a_rung_of_silence_is_said_in_days(cafe: Cafe) -> None:
    """Eve commented two months ago and stands on the rung that silence makes."""
    community = community_of(cafe, "eve,brand,comment,2026-04-30,,,,\n", recipe=QUIET)
    row = rung_of(community, "x:eve")

    assert row["rung"] == "aware"
    assert ladder.says(community, row) == "61 days of silence, 1 comment (2026-04-30)"


def test_who_has_been_silent_for_too_long_need_only_be_heard_from(cafe: Cafe) -> None:
    """The way to a rung that asks for a short silence."""
    community = community_of(cafe, "eve,brand,like,2026-05-31,,,,\n", recipe=QUIET)

    assert rung_of(community, "x:eve")["rung"] == "like"
    assert ladder.missing(community, rung_of(community, "x:eve")) == "to be heard from again"


def test_a_rule_that_waits_for_silence_says_for_how_long(cafe: Cafe) -> None:
    """A short silence grows longer, so that the rule can still hold."""
    recipe = WORDY.replace('complaint_words = ["awful"]', 'love = "quiet_days >= 45"\n')
    community = community_of(cafe, "eve,brand,like,2026-05-31,,,,\n", recipe=recipe)

    assert ladder.missing(community, rung_of(community, "x:eve")) == "45 quiet days"


def test_who_was_never_seen_was_not_silent(cafe: Cafe) -> None:
    """Following has no moment of its own: neither a long nor a short silence is known of a mere follower."""
    community = amb.read(
        cafe(QUIET, interactions_csv=ACTS, posts_csv=POSTS, follows_csv=FOLLOWS + "cy,brand,2026-01-01\n")
    )
    row = rung_of(community, "x:cy")

    assert row["rung"] == "like"
    assert row["quiet_days"] is None
