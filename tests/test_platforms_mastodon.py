"""Mastodon's answers, as its documentation shows them, and what becomes of each."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from ambassadors.platforms.contract import Call, Page, Row, Wanted
from ambassadors.platforms.mastodon import PLATFORM
from ambassadors.web.answers import Answer

PAGES = Path(__file__).parent / "pages" / "mastodon"
NOW = datetime(2026, 1, 10, 12, 0, tzinfo=UTC)
WANTED = Wanted(
    account="cafe",
    rivals=("teahouse@tea.example",),
    topics=frozenset(PLATFORM.gives),
    since=datetime(2025, 10, 12, tzinfo=UTC),
    now=NOW,
    server="https://m.example",
    signed_in=True,
)
BRAND, RIVAL = "mastodon:14715@m.example", "mastodon:20001@m.example"
ANN, BO = "mastodon:109404970108594430@m.example", "mastodon:77@m.example"
POST = "mastodon:115800000000000009@m.example"
LIKED = {"post": POST, "author": BRAND, "at": "2026-01-09T10:00:00.000Z"}


def _body(name: str) -> Any:
    return json.loads((PAGES / f"{name}.json").read_text(encoding="utf-8"))


def _read(endpoint: str, body: Any, wanted: Wanted = WANTED, link: str = "", **about: str) -> Page:
    answer = Answer(200, {"link": link} if link else {}, body, "https://m.example/api/v1/x")
    return PLATFORM.endpoints[endpoint].read(answer, Call(endpoint, about=about), wanted)


def _acts(page: Page) -> set[tuple[str, ...]]:
    rows = page.rows.get("interactions", [])
    return {(row["kind"], row["source"], row["target"], row["post"]) for row in rows}


def _by(page: Page, table: str, column: str) -> dict[str, Row]:
    return {row[column]: row for row in page.rows[table]}


def _judged(status: int, body: Any = None, path: str = "accounts/1", **headers: str) -> tuple[str, float | None]:
    named = {name.replace("_", "-"): value for name, value in headers.items()}
    verdict = PLATFORM.judge(Answer(status, named, body, f"https://m.example/api/v1/{path}"), NOW.timestamp())
    return verdict.meaning, verdict.until


def test_a_crawl_begins_with_whom_it_is_for() -> None:
    """The brand and its rivals are looked up by handle or number, and whose the token is."""
    wanted = replace(WANTED, account="cafe@m.example", rivals=("20001", "teahouse@tea.example"))

    calls = PLATFORM.begin(wanted)

    asked = [(call.endpoint, dict(call.params), dict(call.fill)) for call in calls]
    assert asked == [
        ("lookup", {"acct": "cafe"}, {}),
        ("account", {}, {"id": "20001"}),
        ("lookup", {"acct": "teahouse@tea.example"}, {}),
        ("me", {}, {}),
    ]


def test_the_brands_profile_leads_to_its_listings() -> None:
    """The profile is a row with plain words; followers, posts and the hashtag are asked for next."""
    page = _read("lookup", _body("account"), watched="yes")

    [row] = page.rows["accounts"]
    assert (row["account"], row["handle"], row["followers"], row["posts"]) == (BRAND, "cafe@m.example", 1204, 310)
    assert row["bio"] == "Coffee & cake\nopen daily\nShop: https://cafe.example/shop"
    assert row["links"] == "https://cafe.example"
    assert (row["discoverable"], row["indexable"], row["noindex"], row["protected"]) == (True, True, False, False)
    assert row["observed_at"] == "2026-01-10T12:00:00+00:00"
    assert [call.endpoint for call in page.calls] == ["followers", "statuses", "tag"]
    assert page.calls[0].covers == {"table": "follows", "target": BRAND}
    assert page.calls[0].expected == 1204
    assert page.calls[1].covers == {"table": "posts", "author": BRAND}


def test_only_what_was_asked_for_is_called() -> None:
    """Each topic has its calls, and no other."""
    wanted = replace(WANTED, topics=frozenset({"followers"}))

    page = _read("lookup", _body("account"), wanted, watched="yes")

    assert [call.endpoint for call in page.calls] == ["followers"]
    assert [call.endpoint for call in PLATFORM.begin(wanted)] == ["lookup", "lookup"]


@pytest.mark.parametrize("hidden", [{"acct": "cafe@elsewhere.example"}, {"hide_collections": True}])
def test_a_listing_that_may_be_cut_short_deletes_nothing(hidden: dict[str, object]) -> None:
    """Of people elsewhere a server knows some followers, of who hides them none."""
    page = _read("lookup", {**_body("account"), **hidden}, watched="yes")

    assert page.calls[0].covers is None


def test_people_are_read_one_by_one() -> None:
    """Every record is a row, gone, or told as unread: missing and unknown keys, ids of any size, no object at all."""
    page = _read("followers", _body("people"), account=BRAND)

    rows = _by(page, "accounts", "account")
    assert list(rows) == [
        ANN,
        "mastodon:9223372036854775807@m.example",
        "mastodon:3@m.example",
        "mastodon:5@m.example",
        "mastodon:15@m.example",
        "mastodon:0001@m.example",
    ]
    assert [row["source"] for row in page.rows["follows"]] == list(rows)
    assert {row["target"] for row in page.rows["follows"]} == {BRAND}
    assert page.gone == [("account", "mastodon:14@m.example")]
    assert [(one.reason, one.value) for one in page.unread] == [
        ("no_id", "'../../oauth/revoke?x='"),
        ("not_an_object", "'not an object'"),
        ("no_id", "None"),
    ]
    assert page.records == len(rows) + len(page.gone) + len(page.unread)


def test_flags_of_consent_are_carried() -> None:
    """What a person agreed to and refused stands in their row; null is what the server does not tell."""
    rows = _by(_read("followers", _body("people"), account=BRAND), "accounts", "account")

    ann, short = rows[ANN], rows["mastodon:5@m.example"]
    flags = ("discoverable", "indexable", "noindex", "hide_collections", "protected")
    assert [ann[name] for name in flags] == [False, False, True, True, True]
    assert [short[name] for name in flags] == [None] * 5
    assert ann["bio"] == "I like @cafe"


def test_who_moved_and_what_a_profile_names_are_links() -> None:
    """The account that one moved to is an address that the profile names, like those in its fields."""
    rows = _by(_read("followers", _body("people"), account=BRAND), "accounts", "account")

    assert rows["mastodon:3@m.example"]["links"] == "https://other.example/@new"
    assert rows["mastodon:9223372036854775807@m.example"]["links"] == "https://bo.example"


def test_a_renamed_account_is_the_same_account() -> None:
    """The id stays when the handle changes."""
    before, after = (
        _read("account", {**_body("account"), "acct": acct}).rows["accounts"][0] for acct in ("cafe", "coffee")
    )

    assert before["account"] == after["account"] == BRAND
    assert (before["handle"], after["handle"]) == ("cafe@m.example", "coffee@m.example")


def test_ids_are_the_same_as_text_and_as_numbers() -> None:
    """A server that sends numbers means the same account, beyond 2^53, too."""
    as_text, as_number = (
        _read("account", {**_body("account"), "id": native}) for native in ("9007199254740993", 2**53 + 1)
    )

    assert as_text.rows["accounts"] == as_number.rows["accounts"]


def test_a_server_on_a_port_is_named_with_it() -> None:
    """Two servers on one machine do not share ids."""
    page = _read("account", _body("account"), replace(WANTED, server="http://127.0.0.1:3000/"))

    assert page.rows["accounts"][0]["account"] == "mastodon:14715@127.0.0.1:3000"
    assert page.rows["accounts"][0]["handle"] == "cafe@127.0.0.1:3000"


def test_posts_lead_to_who_reacted_to_them() -> None:
    """Each figure that a post states is a call with that figure as its mark."""
    page = _read("statuses", _body("statuses"), account=BRAND)

    asked = [call for call in page.calls if call.expected]
    calls = {call.endpoint: call for call in asked}
    assert [(call.endpoint, call.expected, call.mark) for call in asked] == [
        ("favourited_by", 11, "like:11"),
        ("reblogged_by", 3, "share:3"),
        ("context", 2, ""),
        ("quotes", 1, "quote:1"),
    ]
    assert calls["favourited_by"].covers == {"table": "interactions", "kind": "like", "post": POST}
    assert dict(calls["favourited_by"].fill) == {"id": "115800000000000009"}
    # the engine takes "post" in `about` for what is gone when nothing is found there
    assert "post" not in calls["quotes"].about


def test_an_old_thread_is_read_again_only_when_it_grew() -> None:
    """A week after the post, the number of answers decides."""
    later = replace(WANTED, now=datetime(2026, 1, 20, tzinfo=UTC))

    page = _read("statuses", _body("statuses"), later, account=BRAND)

    asked = [call for call in page.calls if call.expected]
    assert [call.mark for call in asked if call.endpoint == "context"] == ["reply:2"]


def test_posts_are_rows_until_they_are_too_old() -> None:
    """Public posts are rows, whatever date they claim; private ones are not; what has no time is told."""
    page = _read("statuses", _body("statuses"), account=BRAND, link="")

    posts = _by(page, "posts", "post")
    assert [post.removeprefix("mastodon:11580000000000000")[0] for post in posts] == ["9", "8", "3", "1"]
    assert posts[POST]["text"] == "New roast & more\nhttps://cafe.example/roast/9"
    assert [row["text"] for row in posts.values()][2] == "About milk\nhidden"
    assert [row["kind"] for row in posts.values()] == ["post", "reply", "post", "post"]
    assert posts["mastodon:115800000000000001@m.example"]["at"] == "0001-01-01T00:00:00.000Z"
    assert [(one.reason, one.value) for one in page.unread] == [("no_time", "'115800000000000002'")]
    assert page.ended
    assert page.records == 8


def test_what_the_brand_does_itself_is_dated() -> None:
    """Its boosts and answers are acts toward others, at the time of the boost or answer."""
    page = _read("statuses", _body("statuses"), account=BRAND)

    assert _acts(page) == {
        ("reply", BRAND, ANN, "mastodon:115800000000000007@m.example"),
        ("share", BRAND, ANN, "mastodon:115800000000000005@m.example"),
    }
    assert {row["at"] for row in page.rows["interactions"] if row["kind"] == "share"} == {"2026-01-07T10:00:00.000Z"}


@pytest.mark.parametrize(("endpoint", "kind"), [("favourited_by", "like"), ("reblogged_by", "share")])
def test_likes_and_boosts_lie_between_the_post_and_now(endpoint: str, kind: str) -> None:
    """The listing tells no time: the earliest possible is the post's, the latest is now."""
    page = _read(endpoint, _body("people"), **LIKED)

    row = page.rows["interactions"][0]
    assert (row["kind"], row["source"], row["target"], row["post"]) == (kind, ANN, BRAND, POST)
    assert (row["at"], row["at_latest"]) == (LIKED["at"], "2026-01-10T12:00:00+00:00")
    assert len(page.rows["interactions"]) == 6


def test_a_thread_gives_posts_and_answers() -> None:
    """Answers to the brand and among people; who is answered is not named again; what is private stays so."""
    page = _read("context", _body("context"), post=POST, thread=POST)

    assert _acts(page) == {
        ("reply", ANN, BRAND, POST),
        ("reply", BO, ANN, "mastodon:115800000000000011@m.example"),
        ("mention", BO, RIVAL, "mastodon:115800000000000012@m.example"),
    }
    assert [row["text"] for row in page.rows["posts"]] == [
        "@cafe lovely <3",
        "@ann so do I, and @teahouse",
        "more to come",
    ]
    assert [one.reason for one in page.unread] == ["no_author"]
    assert page.gone == [("account", "mastodon:14@m.example")]
    assert page.records == 6


def test_without_threads_only_answers_to_the_post_itself_count() -> None:
    """Who asks for replies alone gets those to the brand."""
    page = _read("context", _body("context"), replace(WANTED, topics=frozenset({"replies"})), post=POST, thread=POST)

    assert ("reply", ANN, BRAND, POST) in _acts(page)
    assert not [act for act in _acts(page) if act[:2] == ("reply", BO)]


def test_quotes_that_were_not_taken_back_count() -> None:
    """An accepted quote is an act toward the post's author; a revoked one is only a post."""
    page = _read("quotes", _body("quotes"), quoted=POST)

    assert _acts(page) == {("quote", ANN, BRAND, POST)}
    assert len(page.rows["posts"]) == 3


def test_a_hashtag_is_an_act_toward_its_bearer() -> None:
    """Whoever uses the brand's hashtag tags it, unless they name it as well; the brand cannot tag itself."""
    page = _read("tag", _body("tag"), tagged=BRAND, name="cafe")

    assert _acts(page) == {
        ("tag", ANN, BRAND, "mastodon:115800000000000031@m.example"),
        ("mention", BO, BRAND, "mastodon:115800000000000032@m.example"),
    }


def test_the_brands_token_opens_its_notifications_and_nobody_elses_does() -> None:
    """Whoever's token it is: only what the brand itself is told is read."""
    own = _read("me", _body("account"))
    other = _read("me", {**_body("account"), "acct": "manager", "username": "manager", "id": "99"})

    assert [call.params["types[]"] for call in own.calls] == ["mention", "favourite", "reblog", "quote"]
    assert not other.calls
    assert not other.rows


def test_notifications_tell_when_somebody_liked_and_boosted() -> None:
    """Likes and boosts with their own time; mentions and quotes as posts; what is older ends the listing."""
    page = _read("notifications", _body("notifications"), brand=BRAND)

    assert _acts(page) == {
        ("mention", ANN, BRAND, "mastodon:115800000000000041@m.example"),
        ("like", BO, BRAND, POST),
        ("share", ANN, BRAND, POST),
        ("quote", ANN, BRAND, POST),
    }
    times = {row["kind"]: row["at"] for row in page.rows["interactions"]}
    assert times["like"] == "2026-01-09T12:30:00.000Z"
    assert times["share"] == "2026-01-09T12:20:00.000Z"
    assert [one.reason for one in page.unread] == ["no_id", "no_author"]
    assert page.ended


def test_the_next_page_comes_from_the_link_header_alone() -> None:
    """Its parameters are those of the relation `next`; without the header the listing is over."""
    link = '<https://m.example/api/v1/accounts/1/followers?limit=80&max_id=7486869>; rel="next"'

    assert _read("followers", [], link=link, account=BRAND).next == {"limit": "80", "max_id": "7486869"}
    assert _read("followers", _body("people"), account=BRAND).next is None


@pytest.mark.parametrize("endpoint", list(PLATFORM.endpoints))
@pytest.mark.parametrize("body", [None, [], {}, "text", [None], {"descendants": [[]]}, [{"id": {}, "account": []}]])
def test_no_answer_stops_the_reader(endpoint: str, body: Any) -> None:
    """Bodies of the wrong shape give no rows, and what stood in them is told."""
    about = {**LIKED, "account": BRAND, "brand": BRAND, "tagged": BRAND, "name": "cafe"}

    page = _read(endpoint, body, **about)

    assert not page.rows
    assert not page.gone


def test_profiles_and_follows_are_asked_by_id() -> None:
    """One look-up for each person whose profile is not known, one listing for whom they follow."""
    assert PLATFORM.profiles is not None
    assert PLATFORM.follows is not None
    [profile] = PLATFORM.profiles([ANN, "mastodon:@somebody"])
    [follows] = PLATFORM.follows(ANN)

    assert (profile.endpoint, profile.about["account"]) == ("account", ANN)
    assert dict(profile.fill) == dict(follows.fill) == {"id": "109404970108594430"}
    assert _read("following", _body("people"), account=ANN).rows["follows"][1]["source"] == ANN


def test_an_answer_means_what_the_server_says() -> None:
    """Found, gone, private, asked for a token, out of order: by status and by the server's own words."""
    said = {"error": "Record not found"}

    assert _judged(200, []) == ("fine", None)
    assert _judged(404, said)[0] == _judged(410, said)[0] == "gone"
    assert _judged(401, {"error": "The access token is invalid"})[0] == "login"
    assert _judged(403, {"error": "This action is not allowed"})[0] == "private"
    assert _judged(403, {"error": "Your login is currently disabled"})[0] == "login"
    assert _judged(403, {"error": "This action is outside the authorized scopes"})[0] == "refused"
    assert _judged(422, {"error": "Validation failed"})[0] == "refused"
    assert _judged(503, {"error": "Service Unavailable"})[0] == "again"


def test_only_a_mastodon_server_can_say_that_something_is_gone() -> None:
    """A page of HTML, from a proxy or a wrong address, deletes nothing; an error in a good answer is no page."""
    assert _judged(404)[0] == "refused"
    assert _judged(200)[0] == _judged(200, {"error": "oops"})[0] == "again"


def test_without_a_token_nothing_is_asked_that_needs_one() -> None:
    """Notifications and quotes are for the brand's own eyes: without its token they are not asked for."""
    wanted = replace(WANTED, signed_in=False)

    assert "me" not in [call.endpoint for call in PLATFORM.begin(wanted)]
    assert "quotes" not in [call.endpoint for call in _read("statuses", _body("statuses"), wanted, account=BRAND).calls]


def test_quotes_of_a_rivals_posts_are_not_asked_for() -> None:
    """A server lists the quotes of a post for its author alone."""
    wanted = replace(WANTED, account="somebody")

    calls = _read("statuses", _body("statuses"), wanted, account=BRAND).calls

    assert [call.endpoint for call in calls if call.expected] == ["favourited_by", "reblogged_by", "context"]


def test_the_limit_is_kept_as_the_server_states_it() -> None:
    """Nothing is asked before the reset, be it an ISO time or seconds, and five minutes where it names none."""
    now, reset = NOW.timestamp(), "2026-01-10T12:04:00.123456Z"

    assert _judged(200, [], x_ratelimit_remaining="0", x_ratelimit_reset=reset) == ("fine", now + 240.123456)
    assert _judged(200, [], x_ratelimit_remaining="1", x_ratelimit_reset=reset) == ("fine", None)
    assert _judged(429, None, x_ratelimit_reset=reset) == ("wait", now + 240.123456)
    assert _judged(429, None, x_ratelimit_reset=str(int(now) + 60)) == ("wait", now + 60)
    assert _judged(429, None, x_ratelimit_reset="2020-01-01T00:00:00Z") == ("wait", now + 300)
    assert _judged(429, None) == ("wait", now + 300)


def test_the_same_answer_gives_the_same_page() -> None:
    """Readers use no clock and keep nothing between two answers."""
    for endpoint, about in (("statuses", {"account": BRAND}), ("context", {"post": POST, "thread": POST})):
        assert _read(endpoint, _body(endpoint), **about) == _read(endpoint, _body(endpoint), **about)
