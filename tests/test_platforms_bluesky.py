"""Bluesky's answers, on pages written after its lexicons, become rows; each page was checked against a real network."""

from __future__ import annotations

import copy
import json
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ambassadors.errors import TokenError
from ambassadors.platforms import bluesky_pages
from ambassadors.platforms.bluesky import PLATFORM
from ambassadors.platforms.contract import Call, Page, Unread, Wanted
from ambassadors.web.answers import Answer, Ask, Verdict

PAGES = Path(__file__).parent / "pages" / "bluesky"
NOW = datetime(2026, 11, 1, tzinfo=UTC)
SEEN = "2026-11-01T00:00:00.000Z"
BRAND, ANN, BEA, CYD, DAN = (f"bluesky:did:plc:{name}" for name in ("brand", "ann", "bea", "cyd", "dan"))
RIVAL = "bluesky:did:plc:rival"
POST = "bluesky:at://did:plc:brand/app.bsky.feed.post/3k1"
OF_POST = {"post": POST, "at": "2026-10-20T10:00:00.000Z", "owner": BRAND}
WANTED = Wanted("@brand.example", ("rival.example",), PLATFORM.gives, datetime(2026, 8, 1, tzinfo=UTC), NOW)
#: The call of which each recorded page is the answer.
CALLS = {
    "profile": Call("profile", {"actor": "brand.example"}, about={"account": "bluesky:@brand.example"}),
    "profiles": PLATFORM.profiles([ANN, BEA, CYD, DAN])[0] if PLATFORM.profiles else Call(""),
    "followers": Call("followers", {"actor": "did:plc:brand"}, about={"account": BRAND}),
    "follows": Call("follows", {"actor": "did:plc:ann"}, about={"account": ANN}),
    "feed": Call("feed", {"actor": "did:plc:brand"}, about={"account": BRAND}),
    "likes": Call("likes", {"uri": POST}, about=OF_POST),
    "shares": Call("shares", {"uri": POST}, about=OF_POST),
    "quotes": Call("quotes", {"uri": POST}, about=OF_POST),
    "thread": Call("thread", {"uri": POST, "depth": "50"}, about=OF_POST),
    "mentions": Call("mentions", {"mentions": "did:plc:brand"}, about={"mentioned": BRAND}),
}
EVERY = pytest.mark.parametrize("name", CALLS)


def _recorded(name: str) -> Any:
    return json.loads((PAGES / f"{name}.json").read_text("utf-8"))


def _read(name: str, body: Any = None, *, wanted: Wanted = WANTED, call: Call | None = None) -> Page:
    answer = Answer(200, {}, _recorded(name) if body is None else body)
    return PLATFORM.endpoints[name].read(answer, call or CALLS[name], wanted)


def _acts(page: Page) -> list[tuple[Any, ...]]:
    return [
        tuple(row.get(key) for key in ("source", "kind", "target", "at", "post")) for row in page.rows["interactions"]
    ]


def test_a_crawl_begins_with_the_profiles_of_the_brand_and_its_rivals() -> None:
    """By handle or DID, each once, a leading @ left out."""
    assert PLATFORM.begin(WANTED) == [
        Call("profile", {"actor": "brand.example"}, about={"account": "bluesky:@brand.example"}),
        Call("profile", {"actor": "rival.example"}, about={"account": "bluesky:@rival.example"}),
    ]


def test_a_profile_is_an_account_and_leads_to_its_listings() -> None:
    """Counts as stated, flags where they are told, and followers, posts and mentions asked by the DID."""
    page = _read("profile")

    [row] = page.rows["accounts"]
    told = {name: value for name, value in row.items() if value is not None}
    assert told == {
        "account": BRAND, "handle": "brand.example", "name": "Brand", "bio": "brand writes here.", "followers": 1204,
        "following": 87, "posts": 412, "created_at": "2024-02-06T18:04:05.123Z", "verified": True,
        "links": "https://brand.example/", "observed_at": SEEN,
    }  # fmt: skip
    followers, feed, mentions = page.calls
    assert (followers.endpoint, followers.expected) == ("followers", 1204)
    assert followers.covers == {"table": "follows", "target": BRAND}
    assert (feed.endpoint, feed.params["filter"]) == ("feed", "posts_with_replies")
    assert (mentions.endpoint, mentions.params["mentions"]) == ("mentions", "did:plc:brand")


def test_only_what_is_asked_for_is_fetched() -> None:
    """Likes need the posts that they are under, but neither followers nor mentions."""
    likes = Wanted("brand.example", (), frozenset({"likes"}), WANTED.since, NOW)

    assert [call.endpoint for call in _read("profile", wanted=likes).calls] == ["feed"]
    assert {call.endpoint for call in _read("feed", wanted=likes).calls} == {"likes"}


def test_profiles_come_25_at_a_time() -> None:
    """A list is one key that stands several times in the query."""
    assert PLATFORM.profiles
    calls = PLATFORM.profiles([f"bluesky:did:plc:{number}" for number in range(60)])

    assert [len(call.params["actors"]) for call in calls] == [25, 25, 10]
    assert calls[0].params["actors"][0] == "did:plc:0"


def test_who_does_not_want_to_be_found_and_whose_handle_is_no_more_is_told() -> None:
    """The label of the account's own means no; a handle that many share names nobody; a count beyond 2^53 is exact."""
    page = _read("profiles")

    told = {row["account"]: (row["handle"], row["discoverable"], row["followers"]) for row in page.rows["accounts"]}
    assert told == {
        ANN: ("ann.bsky.social", None, 9007199254740993),
        BEA: ("bea.bsky.social", False, 12),
        CYD: (None, None, 0),
    }
    assert page.gone == [("account", DAN)]


def test_a_label_by_others_or_taken_back_is_no_wish_of_the_account() -> None:
    """Only what one says of oneself counts."""
    body = _recorded("profiles")
    label = body["profiles"][1]["labels"][0]
    body["profiles"][1]["labels"] = [{**label, "src": "did:plc:mod"}, {**label, "neg": True}, "?"]

    assert [row["discoverable"] for row in _read("profiles", body).rows["accounts"]] == [None, None, None]


@pytest.mark.parametrize("body", [{}, {"profiles": None}, {"profiles": [{"handle": "ann.bsky.social"}]}])
def test_nobody_is_gone_because_an_answer_cannot_be_read(body: Any) -> None:
    """Who is said to be gone is deleted here, so half an answer must not say so."""
    assert _read("profiles", body).gone == []


def test_a_renamed_handle_is_the_same_account() -> None:
    """Ids are DIDs; the handle is one more thing that is known at a moment."""
    body = _recorded("followers")
    body["followers"][0]["handle"] = "ann.example"

    assert _read("followers", body).rows["follows"] == _read("followers").rows["follows"]
    assert _read("followers", body).rows["accounts"][0]["handle"] == "ann.example"


def test_followers_follow_and_the_next_page_is_known() -> None:
    """Follows have no time but that of the look; a page says where the next begins."""
    page = _read("followers")

    assert page.rows["follows"] == [{"source": one, "target": BRAND, "observed_at": SEEN} for one in (ANN, BEA)]
    assert page.next == {"cursor": "3jzfcijpj2z2a"}
    assert page.records == 2


def test_whom_somebody_follows_is_read_without_their_profiles() -> None:
    """Of these only ties among known people are kept, whose profiles come by themselves."""
    page = _read("follows")

    assert page.rows == {
        "follows": [{"source": ANN, "target": one, "observed_at": SEEN} for one in (BRAND, BEA, RIVAL)]
    }
    assert page.next is None
    assert PLATFORM.follows
    assert PLATFORM.follows(ANN)[0].covers == {"table": "follows", "source": ANN}


def test_a_feed_holds_posts_answers_quotes_shares_and_an_end() -> None:
    """The brand's own acts are rows, too; what is older than was asked for ends the listing."""
    page = _read("feed")

    told = [(row["post"][-3:], row["kind"], row["language"], row["text"]) for row in page.rows["posts"]]
    assert told == [
        ("3k1", "image", "en", "New shoes"),
        ("3k2", "post", "pl", "Zażółć! Thank you @ann.bsky.social"),
        ("3k3", "post", "en", "So true"),
    ]
    where = "bluesky:at://did:plc:{}/app.bsky.feed.post/{}".format
    assert _acts(page) == [
        (BRAND, "reply", ANN, "2026-10-19T10:00:00.000Z", where("ann", "3ka")),
        (BRAND, "share", BEA, "2026-10-18T10:00:00.000Z", where("bea", "3kb")),
        (BRAND, "quote", ANN, "2026-10-17T10:00:00.000Z", where("ann", "3kgone")),
    ]
    assert page.rows["posts"][0]["url"] == "https://bsky.app/profile/did:plc:brand/post/3k1"
    assert page.gone == [("post", where("ann", "3kgone"))]
    assert page.ended
    assert page.unread == []


def test_engagement_is_asked_for_again_where_its_count_changed() -> None:
    """Also where it became 0, or the last like that was taken back would stay here; never of another's post."""
    calls = _read("feed").calls

    told = [(call.params["uri"][-3:], call.endpoint, call.mark, call.expected) for call in calls]
    assert told == [
        ("3k1", "likes", "like:2", 2),
        ("3k1", "shares", "share:3", 3),
        ("3k1", "quotes", "quote:1", 1),
        ("3k1", "thread", "", 2),
        ("3k2", "likes", "like:0", 0),
        ("3k2", "shares", "share:0", 0),
        ("3k3", "likes", "like:0", 0),
        ("3k3", "shares", "share:0", 0),
    ]
    assert calls[0].covers == {"table": "interactions", "kind": "like", "post": POST}
    assert calls[0].about == OF_POST


def test_a_like_has_the_earlier_of_two_times_that_can_be_believed() -> None:
    """Year 1 and year 2099 give way to the server's time; where that lies, too, it stands, to be judged and counted."""
    assert _acts(_read("likes")) == [
        (ANN, "like", BRAND, "2026-10-20T10:05:00.000Z", POST),
        (BEA, "like", BRAND, "2026-10-20T11:00:00.000Z", POST),
        (CYD, "like", BRAND, "2026-10-20T12:00:00.000Z", POST),
        (DAN, "like", BRAND, "0001-01-01T00:00:00.000Z", POST),
    ]


def test_times_of_other_zones_and_precisions_are_compared_as_moments() -> None:
    """10:00 in Tokyo is before 02:00 in Greenwich, however it is written."""
    body = _recorded("likes")
    body["likes"][0] |= {"createdAt": "2026-10-21T10:00:00+09:00", "indexedAt": "2026-10-21T02:00:00Z"}

    assert _acts(_read("likes", body))[0][3] == "2026-10-21T10:00:00+09:00"


def test_a_share_lies_between_the_post_and_now() -> None:
    """Bluesky does not tell when."""
    page = _read("shares")

    assert _acts(page) == [(one, "share", BRAND, OF_POST["at"], POST) for one in (ANN, BEA)]
    assert {row["at_latest"] for row in page.rows["interactions"]} == {SEEN}


def test_a_quote_beside_a_video_is_a_post_and_an_act() -> None:
    """A quote with media lies one level deeper in its record."""
    page = _read("quotes")

    assert _acts(page) == [(ANN, "quote", BRAND, "2026-10-21T10:00:00.000Z", POST)]
    assert page.rows["interactions"][0]["text"] == "Look at these"
    assert [(row["author"], row["kind"]) for row in page.rows["posts"]] == [(ANN, "video")]


def test_a_thread_becomes_answers_and_a_call_for_what_lies_deeper() -> None:
    """Answers to answers included; a blocked one is counted, a deleted one is gone, a rival's handle is a mention."""
    page = _read("thread")

    under = "bluesky:at://did:plc:ann/app.bsky.feed.post/3kr1"
    third = "bluesky:at://did:plc:bea/app.bsky.feed.post/3kr3"
    assert _acts(page) == [
        (ANN, "reply", BRAND, "2026-10-20T10:30:00+00:00", POST),
        (BRAND, "reply", ANN, "2026-10-20T10:40:00.000Z", under),
        (BEA, "reply", BRAND, "2026-10-20T11:30:00.000Z", POST),
        (BEA, "mention", RIVAL, "2026-10-20T11:30:00.000Z", third),
    ]
    assert page.gone == [("post", "bluesky:at://did:plc:fay/app.bsky.feed.post/3kf")]
    assert page.unread == [Unread("no_time", "'at://did:plc:eve/app.bsky.feed.post/3ke'")]
    assert page.records == 5
    [deeper] = page.calls
    assert (deeper.about["post"], deeper.about["owner"], deeper.expected) == (third, BRAND, 4)


def test_answers_alone_are_asked_for_one_level_deep() -> None:
    """Without the topic of threads, answers to answers are nobody's business."""
    replies = Wanted("brand.example", (), frozenset({"replies"}), WANTED.since, NOW)
    [call] = _read("feed", wanted=replies).calls

    page = _read("thread", call=call)

    assert (call.endpoint, call.params["depth"]) == ("thread", "1")
    assert page.calls == []


def test_a_thread_a_thousand_deep_is_read() -> None:
    """Node by node, without recursion, each answer toward the one above it."""
    body, posts = _recorded("thread"), _recorded("thread")["thread"]["replies"][0]["post"]
    node = body["thread"]
    for level in range(1000):
        parent, post = node["post"]["uri"], copy.deepcopy(posts)
        post["uri"] = f"at://did:plc:ann/app.bsky.feed.post/{level}"
        post["record"]["reply"]["parent"]["uri"] = parent
        node["replies"] = [{"post": post, "replies": []}]
        node = node["replies"][0]

    page = _read("thread", body)

    assert page.records == len(page.rows["interactions"]) == len(page.rows["posts"]) == 1000
    assert page.rows["interactions"][999]["post"] == "bluesky:at://did:plc:ann/app.bsky.feed.post/998"


def test_a_search_is_not_believed() -> None:
    """What does not mention the brand is left, and so is what is older; who else is mentioned is no tie of ours."""
    page = _read("mentions")

    assert _acts(page) == [(ANN, "mention", BRAND, "2026-10-22T10:00:00.000Z", page.rows["posts"][0]["post"])]
    assert [row["account"] for row in page.rows["accounts"]] == [ANN]
    assert (page.records, page.ended, page.unread) == (3, True, [])


@EVERY
def test_keys_that_nobody_knows_change_nothing(name: str) -> None:
    """A platform adds keys whenever it likes."""

    def widened(value: Any) -> Any:
        if isinstance(value, dict):
            return {**{key: widened(one) for key, one in value.items()}, "newKey": {"a": [1]}}
        return [widened(one) for one in value] if isinstance(value, list) else value

    assert _read(name, widened(_recorded(name))) == _read(name)


@EVERY
@settings(max_examples=25, deadline=None)
@given(data=st.data())
def test_a_record_that_lacks_or_twists_a_value_is_read_or_counted(name: str, data: st.DataObject) -> None:
    """Whatever is missing or of another type, nothing is raised, and no record is neither rows nor unread."""
    body = _recorded(name)
    place = body
    while isinstance(place, (dict, list)) and place:
        key = data.draw(st.sampled_from(sorted(place) if isinstance(place, dict) else range(len(place))))
        if not isinstance(place[key], (dict, list)) or not place[key] or data.draw(st.booleans()):
            place[key] = data.draw(st.sampled_from([None, "", 7, [], {}, "x", [None], True]))
            break
        place = place[key]

    page = _read(name, body)

    made = {row["account"] for row in page.rows.get("accounts", [])}
    assert page.records >= len(page.unread)
    assert all(isinstance(account, str) and account.startswith("bluesky:") for account in made)
    assert all(row["at"] and row["source"] and row["target"] for row in page.rows.get("interactions", []))


def test_records_without_what_they_need_are_counted_with_the_reason() -> None:
    """No id, no author, no time, or no object at all."""
    body = _recorded("likes")
    del body["likes"][0]["actor"]
    del body["likes"][1]["createdAt"], body["likes"][1]["indexedAt"]
    body["likes"][2] = "gone"

    page = _read("likes", body)

    assert [one.reason for one in page.unread] == ["no_author", "no_time", "not_an_object"]
    assert len(page.rows["interactions"]) == page.records - 3


def _judged(status: int, body: Any = None, *, address: str = "", **headers: str) -> Verdict:
    named = {name.replace("_", "-"): value for name, value in headers.items()}
    return PLATFORM.judge(Answer(status, named, body, address), 1_000.0)


def _error(name: str, message: str = "") -> dict[str, str]:
    return {"error": name, "message": message}


@pytest.mark.parametrize(
    ("status", "body", "meaning"),
    [
        (200, {"posts": []}, "fine"),
        (200, None, "again"),
        (200, _error("ExpiredToken"), "login"),
        (400, _error("ExpiredToken", "Token has expired"), "login"),
        (401, _error("AuthMissing", "Authentication Required"), "login"),
        (400, _error("InvalidRequest", "Profile not found"), "gone"),
        (400, _error("InvalidRequest", "Actor not found: did:plc:x"), "gone"),
        (400, _error("AccountTakedown", "Account has been suspended"), "gone"),
        (400, _error("AccountDeactivated", "Account is deactivated"), "gone"),
        (400, _error("NotFound", "Post not found: at://x"), "gone"),
        (400, _error("BlockedByActor"), "private"),
        (400, _error("InvalidRequest", "Error: limit must be at most 100"), "refused"),
        (403, None, "refused"),
        (501, _error("MethodNotImplemented"), "refused"),
        (500, _error("InternalServerError"), "again"),
        (502, _error("UpstreamFailure"), "again"),
        (429, _error("RateLimitExceeded"), "wait"),
    ],
)
def test_an_answer_means_what_its_error_says(status: int, body: Any, meaning: str) -> None:
    """XRPC says 400 for a wrong handle, a deleted account and an expired session alike."""
    assert _judged(status, body).meaning == meaning


def test_a_search_without_login_is_left_and_ends_nothing_else() -> None:
    """The public host searches for nobody who is not logged in; that is no reason to stop the crawl."""
    address = "https://public.api.bsky.app/xrpc/app.bsky.feed.searchPosts?q=%2A"

    for status, body in ((401, _error("AuthMissing")), (403, _error("AuthMissing")), (403, None)):
        verdict = _judged(status, body, address=address)
        assert verdict.meaning == "refused"
        assert "logged in" in verdict.says
    assert _judged(400, _error("ExpiredToken"), address=address).meaning == "login"


@pytest.mark.parametrize(
    ("headers", "until"),
    [
        ({"retry_after": "40"}, 1040.0),
        ({"retry_after": "40", "ratelimit_reset": "1100"}, 1100.0),
        ({"retry_after": "40", "ratelimit_reset": "900"}, 1040.0),
        ({"ratelimit_reset": "5300", "date": "Thu, 01 Jan 1970 01:23:20 GMT"}, 1300.0),
        ({"retry_after": "Thu, 01 Jan 1970 00:20:00 GMT"}, 1200.0),
        ({"ratelimit_reset": "soon"}, 1300.0),
        ({}, 1300.0),
    ],
)
def test_a_limit_is_waited_for_as_long_as_the_server_says(headers: dict[str, str], until: float) -> None:
    """The later of both headers, by the server's own clock; without either, the window of the limit."""
    assert _judged(429, _error("RateLimitExceeded"), **headers).until == until


def test_a_token_becomes_a_session() -> None:
    """A handle or DID, a colon, an app password; no message ever holds it."""
    assert PLATFORM.login
    body = {"identifier": "did:plc:brand", "password": "abcd-efgh"}

    asked = PLATFORM.login("did:plc:brand:abcd-efgh")

    assert asked == Ask("/xrpc/com.atproto.server.createSession", method="POST", json=body)
    assert PLATFORM.session(Answer(200, {}, {"accessJwt": "ey", "refreshJwt": "no"})) == "ey"
    with pytest.raises(TokenError, match="handle:app-password") as raised:
        PLATFORM.login("s3cret-s3cret")
    assert "s3cret" not in str(raised.value)


def test_a_thread_fits_what_parsers_take() -> None:
    """Each level of answers is two levels of JSON, of which Python's parser takes about a thousand."""
    body: Any = {"post": {"record": {"facets": [{"index": {}}]}}}
    for _ in range(bluesky_pages.DEPTH):
        body = {"replies": [body]}

    assert json.loads(json.dumps({"thread": body}))
