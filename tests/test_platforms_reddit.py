import json
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest

from ambassadors.platforms import platform
from ambassadors.platforms.contract import Call, Page, Wanted
from ambassadors.web.answers import Answer

REDDIT = platform("reddit")
NOW = datetime(2026, 11, 23, 12, tzinfo=UTC)
WANTED = Wanted("r/coffeeworks", (), REDDIT.gives, datetime(2026, 9, 1, tzinfo=UTC), NOW)
PAGES = Path(__file__).parent / "pages" / "reddit"
POST = {"post": "reddit:t3_p1", "author": "reddit:t2_7ann1"}
SUB = {"account": "reddit:t5_2abc1"}
ABOUT = {
    "subreddit": {"role": "brand", "handle": "r/coffeeworks"},
    "user": {"role": "brand", "account": "reddit:@ann_k"},
    "people": {},
    "comments": POST,
    "more": {**POST, "parent": "reddit:t1_c1", "parent_author": "reddit:t2_8bob2"},
}


def read(name: str, endpoint: str = "", *, about=None, wanted: Wanted = WANTED) -> Page:
    """A recorded page, read."""
    endpoint = endpoint or name
    body = json.loads((PAGES / f"{name}.json").read_text("utf-8"))
    call = Call(endpoint, about=ABOUT.get(endpoint, SUB) if about is None else about)
    return REDDIT.endpoints[endpoint].read(Answer(200, {}, body), call, wanted)


def acts(page: Page) -> list[tuple]:
    """Interactions, short."""
    return [tuple(row[name] for name in ("kind", "source", "target", "post")) for row in page.rows["interactions"]]


def test_a_brand_is_a_subreddit_or_a_person() -> None:
    """``r/`` and ``u/`` say which; a plain name is a person's; names are made fit for an address."""
    calls = REDDIT.begin(replace(WANTED, rivals=("/r/Tea", "u/Ann", "@Bob", "t2_9x", "a/../b?c")))

    told = [(call.endpoint, call.fill.get("name")) for call in calls]
    assert told == [
        ("subreddit", "coffeeworks"),
        ("subreddit", "Tea"),
        ("user", "Ann"),
        ("user", "Bob"),
        ("people", None),
        ("user", "b%3Fc"),
    ]


def test_a_subreddit_is_an_account_and_leads_to_its_posts() -> None:
    """Subscribers are its followers; who names it elsewhere is searched for."""
    page = read("subreddit")

    [row] = page.rows["accounts"]
    told = (row["account"], row["handle"], row["followers"], row["protected"])
    assert told == ("reddit:t5_2abc1", "r/coffeeworks", 15230, False)
    assert [(call.endpoint, call.params["sort"]) for call in page.calls] == [
        ("subreddit_posts", "new"),
        ("mentions", "new"),
    ]


def test_a_person_who_hides_from_robots_asks_to_be_left_out() -> None:
    """``over_18`` is a taste and no age; nothing is said of the person's age."""
    [row] = read("user").rows["accounts"]

    assert (row["account"], row["handle"], row["noindex"], row["bio"]) == (
        "reddit:t2_7ann1",
        "Ann_K",
        True,
        "coffee & books",
    )
    assert "under_age" not in row


def test_suspended_people_are_gone() -> None:
    """Their answer names no id: the one asked about is meant."""
    page = read("user-suspended", "user", about={"account": "reddit:t2_bob"})

    assert (page.rows["accounts"], page.gone) == ([], [("account", "reddit:t2_bob")])


def test_short_profiles_come_in_batches_and_names_one_by_one() -> None:
    """Fullnames are asked for 300 at a time."""
    calls = REDDIT.profiles([f"reddit:t2_{number}" for number in range(301)] + ["reddit:@dora", "reddit:t5_2abc1"])

    assert [(call.endpoint, call.expected) for call in calls] == [("people", 300), ("people", 1), ("user", 1)]
    assert [row["account"] for row in read("people").rows["accounts"]] == ["reddit:t2_7ann1", "reddit:t2_8bob2"]


def test_a_short_profile_leaves_empty_what_it_does_not_tell() -> None:
    """No followers, words or wishes stand in it, and none are made up."""
    assert {"followers", "noindex", "bio"}.isdisjoint(read("people").rows["accounts"][0])


def test_posts_in_the_brands_subreddit_mention_it() -> None:
    """Deleted posts are gone, a crosspost shares its original, and who has no fullname goes by name."""
    page = read("subreddit_posts")

    assert [row["author"] for row in page.rows["posts"]] == [
        "reddit:t2_7ann1",
        "reddit:t2_9brnd",
        "reddit:t2_8bob2",
        "reddit:@dora",
    ]
    assert ("share", "reddit:t2_8bob2", "reddit:t2_5carl", "reddit:t3_zz9") in acts(page)
    assert [act[0] for act in acts(page)].count("mention") == 4
    assert page.gone == [("post", "reddit:t3_p3")]
    assert [fault.reason for fault in page.unread] == ["no_time"]
    assert page.next == {"after": "t3_p6"}


def test_only_posts_that_somebody_commented_on_are_opened() -> None:
    """The mark is the number of comments."""
    [call] = read("subreddit_posts").calls

    assert (call.endpoint, call.fill["article"], call.mark, call.expected) == ("comments", "p1", "comment:6", 6)


def test_a_pinned_post_from_years_ago_ends_nothing() -> None:
    """It stands first, however old it is; a post that is old in its place does end the listing."""
    own = read("user_posts", about={"account": "reddit:t2_9brnd"})

    assert not own.ended
    assert read("mentions").ended
    assert "interactions" not in own.rows


def test_comments_are_posts_that_answer_somebody() -> None:
    """Toward the post's author or the comment's; an answer to a deleted comment is toward nobody known."""
    page = read("comments")

    assert [row["post"] for row in page.rows["posts"]] == ["reddit:t1_c1", "reddit:t1_c2", "reddit:t1_c4"]
    assert acts(page) == [
        ("comment", "reddit:t2_8bob2", "reddit:t2_7ann1", "reddit:t3_p1"),
        ("reply", "reddit:t2_7ann1", "reddit:t2_8bob2", "reddit:t1_c1"),
    ]
    assert page.gone == [("post", "reddit:t1_c3")]
    assert page.records == 5


def test_what_a_tree_leaves_out_is_asked_for() -> None:
    """By the comments' ids, or under a comment where the tree grew too deep; nobody reads more who wants no threads."""
    page, plain = read("comments"), read("comments", wanted=replace(WANTED, topics=frozenset({"replies"})))

    assert [(call.endpoint, call.params.get("comment"), call.params.get("children")) for call in page.calls] == [
        ("comments", "c2", None),
        ("more", None, "c7,c8,c9"),
    ]
    assert page.calls[1].about == ABOUT["more"]
    assert not plain.calls


def test_comments_that_were_left_out_know_whom_they_answer() -> None:
    """By the call for those on top, by the list itself for the rest."""
    page = read("more")

    assert [act[:3] for act in acts(page)] == [
        ("reply", "reddit:t2_zed", "reddit:t2_8bob2"),
        ("reply", "reddit:@dora", "reddit:t2_zed"),
    ]
    assert [call.params["children"] for call in page.calls] == ["c9"]


def test_a_thousand_comments_left_out_are_asked_for_a_hundred_at_a_time() -> None:
    """The platform refuses lists that are too long."""
    left = {"kind": "more", "data": {"parent_id": "t3_p1", "children": [f"c{number}" for number in range(250)]}}
    body = [{}, {"kind": "Listing", "data": {"children": [left]}}]

    page = REDDIT.endpoints["comments"].read(Answer(200, {}, body), Call("comments", about=POST), WANTED)

    assert [call.expected for call in page.calls] == [100, 100, 50]
    assert page.records == 0


def test_the_brands_own_comments_go_to_whose_post_it_is() -> None:
    """Whose comment was answered is not told here, so that such an answer is a post alone."""
    page = read("user_comments", about={"account": "reddit:t2_9brnd"})

    assert acts(page) == [("comment", "reddit:t2_9brnd", "reddit:@ann_k", "reddit:t3_q1")]
    assert len(page.rows["posts"]) == 2


def test_a_session_is_made_of_a_client_id_and_its_secret() -> None:
    """They go into the header of the login, and nowhere else."""
    ask = REDDIT.login("id:secret")

    assert (ask.method, ask.form) == ("POST", {"grant_type": "client_credentials"})
    assert "secret" not in repr(ask)
    assert REDDIT.headers("id:secret") == {"Authorization": "Basic aWQ6c2VjcmV0"}
    assert REDDIT.headers("abc") == {"Authorization": "Bearer abc"}
    assert REDDIT.session(Answer(200, {}, {"access_token": "abc", "expires_in": 86400})) == "abc"
    assert REDDIT.session(Answer(200, {}, {"error": "invalid_grant"})) == ""


@pytest.mark.parametrize(
    ("answer", "meaning", "until"),
    [
        (Answer(200, {"x-ratelimit-remaining": "0.0", "x-ratelimit-reset": "30"}, {}), "fine", 130.0),
        (Answer(200, {"x-ratelimit-remaining": "41.0", "x-ratelimit-reset": "30"}, {}), "fine", None),
        (Answer(200, {"x-ratelimit-remaining": "nan"}, {}), "fine", None),
        (Answer(429, {"x-ratelimit-reset": "30"}, None), "wait", 130.0),
        (Answer(429, {"x-ratelimit-reset": "30", "retry-after": "90"}, None), "wait", 190.0),
        (Answer(429, {}, None), "wait", 160.0),
        (Answer(401, {}, {"message": "Unauthorized", "error": 401}), "login", None),
        (Answer(403, {}, {"reason": "private", "message": "Forbidden"}), "private", None),
        (Answer(404, {}, {"reason": "banned", "message": "Not Found"}), "gone", None),
        (Answer(302, {}, None), "gone", None),
        (Answer(400, {}, {}), "refused", None),
        (Answer(503, {}, None), "again", None),
        (Answer(200, {}, None), "again", None),
        (Answer(200, {}, {"json": {"errors": [["RATELIMIT", "slow down", "ratelimit"]]}}), "wait", 160.0),
        (Answer(200, {}, {"json": {"errors": [["BAD", "no", "x"]]}}), "refused", None),
    ],
)
def test_what_an_answer_means(answer: Answer, meaning: str, until: float | None) -> None:
    """The platform states how many calls are left, and in how many seconds they are all there again."""
    verdict = REDDIT.judge(answer, 100.0)

    assert (verdict.meaning, verdict.until) == (meaning, until)
