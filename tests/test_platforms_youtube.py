"""YouTube's pages, written by hand after the Data API's reference pages.

They are those of ``channels``, ``playlistItems``, ``videos``, ``commentThreads``, ``comments`` and ``subscriptions``,
each with its ``list``, and the page of errors.
"""

import json
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ambassadors.platforms import platform
from ambassadors.platforms.contract import Call, Page, Wanted
from ambassadors.web.answers import Answer
from tests.mutated_pages import JSON, mutated

YOUTUBE = platform("youtube")
NOW = datetime(2026, 11, 23, 12, tzinfo=UTC)
WANTED = Wanted("coffeeworks", ("@BlueBeans",), YOUTUBE.gives, datetime(2026, 9, 1, tzinfo=UTC), NOW)
PAGES = {path.stem: json.loads(path.read_text("utf-8")) for path in Path(__file__).parent.glob("pages/youtube/*.json")}
BRAND, ANN, BOB = (
    "youtube:UCbrandbrandbrandbrand01",
    "youtube:UCannannannannannannan01",
    "youtube:UCbobbobbobbobbobbobbo01",
)
POST = {"post": "youtube:grinder0001", "author": BRAND}
CALLS = {
    "channel": Call("channel", {"forHandle": "@coffeeworks"}, about={"account": "youtube:@coffeeworks", "role": "own"}),
    "channels": Call("channels", {"id": f"{ANN[8:]},{BOB[8:]},UCgone"}),
    "uploads": Call("uploads", {"playlistId": "UUbrandbrandbrandbrand01"}, about={"author": BRAND}),
    "videos": Call("videos", {"id": "grinder0001,closed00001,deleted0001"}, about={"author": BRAND}),
    "threads": Call("threads", {"videoId": "grinder0001"}, about=POST),
    "replies": Call("replies", {"parentId": "UgxAnn"}, about={"to": ANN, "video": POST["post"]}),
    "subscribers": Call("subscribers", {"mySubscribers": "true"}, about={"channel": BRAND}),
    "subscriptions": Call("subscriptions", {"channelId": ANN[8:]}, about={"account": ANN}),
}


def read(name: str, body: object = None, wanted: Wanted = WANTED) -> Page:
    """A page, read by the endpoint of its name."""
    answer = Answer(200, {}, PAGES[name] if body is None else body)
    return YOUTUBE.endpoints[name].read(answer, CALLS[name], wanted)


def judged(name: str, headers: dict[str, str] | None = None, now: float = NOW.timestamp()):
    """What a recorded error means."""
    status, body = PAGES["errors"][name]
    return YOUTUBE.judge(Answer(status, headers or {}, body), now)


def held(name: str, body: object) -> int:
    """How many records a page holds, counted by other means."""
    items = body.get("items") if isinstance(body, dict) else None
    items = items if isinstance(items, list) else []
    inner = 0
    for item in items if name == "threads" else []:
        replies = item.get("replies") if isinstance(item, dict) else None
        comments = replies.get("comments") if isinstance(replies, dict) else None
        inner += len(comments) if isinstance(comments, list) else 0
    return len(items) + inner


def test_handles_and_ids_are_looked_up() -> None:
    """The brand and its rivals, by handle or by the id that never changes."""
    calls = YOUTUBE.begin(replace(WANTED, rivals=("@BlueBeans", ANN[8:])))

    assert [call.endpoint for call in calls] == ["channel"] * 3
    assert [call.about["account"] for call in calls] == ["youtube:@coffeeworks", "youtube:@bluebeans", ANN]
    assert [call.params.get("forHandle", call.params.get("id")) for call in calls][1:] == ["@BlueBeans", ANN[8:]]


def test_a_channel_is_an_account_and_leads_to_all_that_is_wanted() -> None:
    """Its counts, also those beyond 2^53, its subscribers, videos and comments."""
    page = read("channel")

    [row] = page.rows["accounts"]
    assert (row["account"], row["handle"], row["followers"], row["posts"]) == (BRAND, "coffeeworks", 12_300, 341)
    assert (row["views"], row["location"], row["language"]) == (9007199254740993, "NO", "en")
    assert row["observed_at"] == NOW.isoformat()
    assert [call.endpoint for call in page.calls] == ["subscribers", "uploads", "channel_threads"]
    assert page.calls[1].params["playlistId"] == "UUbrandbrandbrandbrand01"
    assert page.calls[1].expected == 200


def test_only_what_is_wanted_is_asked_for() -> None:
    """Of a rival no subscribers are told; without topics there are no calls; caps of 0 ask nothing."""
    rival = replace(CALLS["channel"], about={"account": "youtube:@x", "role": "rival"})

    page = YOUTUBE.endpoints["channel"].read(Answer(200, {}, PAGES["channel"]), rival, WANTED)

    assert [call.endpoint for call in page.calls] == ["uploads", "channel_threads"]
    assert read("channel", wanted=replace(WANTED, topics=frozenset())).calls == []
    assert read("channel", wanted=replace(WANTED, posts=0, people=0)).calls == []


def test_a_handle_that_nobody_bears_is_gone() -> None:
    """The answer lacks its items altogether."""
    assert read("channel", PAGES["channel-unknown"]).gone == [("account", "youtube:@coffeeworks")]


@pytest.mark.parametrize("body", [None, {}, {"items": "x"}, {"items": [{"snippet": {}}]}, []])
def test_half_an_answer_deletes_nobody(body: object) -> None:
    """What cannot be read says nothing of who is there."""
    for name in ("channel", "channels", "videos"):
        answer = Answer(200, {}, body)
        assert YOUTUBE.endpoints[name].read(answer, CALLS[name], WANTED).gone == []


def test_profiles_come_fifty_at_a_time_and_missing_ones_are_gone() -> None:
    """A hidden count is no count, and a year 0001 is left for the check to reject."""
    people = [f"youtube:UC{number:022}" for number in range(51)]

    page, calls = read("channels"), YOUTUBE.profiles([*people, "youtube:@nobody"])

    assert [call.expected for call in calls] == [50, 1]
    assert [(row["account"], row["handle"], row["followers"]) for row in page.rows["accounts"]] == [
        (ANN, "ann.brews", 5),
        (BOB, None, None),
    ]
    assert page.rows["accounts"][1]["created_at"] == "0001-01-01T00:00:00Z"
    assert page.gone == [("account", "youtube:UCgone")]


def test_a_renamed_channel_is_the_same_account() -> None:
    """The handle is an attribute; the id stays."""
    renamed = json.loads(json.dumps(PAGES["channels"]).replace("@ann.brews", "@ann"))

    before, after = (read("channels", body).rows["accounts"][0] for body in (None, renamed))

    assert (before["account"], before["handle"], after["handle"]) == (after["account"], "ann.brews", "ann")


def test_uploads_are_posts_newest_first() -> None:
    """The moment of publishing counts; a hidden video is gone; counts are asked for those that are recent."""
    page = read("uploads")

    assert [(row["post"], row["at"]) for row in page.rows["posts"]] == [
        ("youtube:grinder0001", "2026-11-20T09:00:00Z"),
        ("youtube:filters0001", "2024-05-01T08:00:00Z"),
    ]
    assert page.rows["posts"][0]["text"] == "A new grinder\nHow it sounds."
    assert page.gone == [("post", "youtube:hidden00001")]
    assert [call.params["id"] for call in page.calls] == ["grinder0001"]
    assert (page.next, page.ended) == ({"pageToken": "EAAaBlBUOkNESQ"}, False)


def test_uploads_end_where_all_are_older() -> None:
    """What is older than was asked for is not paged through."""
    page = read("uploads", wanted=replace(WANTED, since=datetime(2026, 11, 22, tzinfo=UTC)))

    assert page.ended
    assert page.calls == []


def test_videos_have_counts_and_lead_to_their_comments() -> None:
    """An unchanged count of comments makes the same mark; without comments no call is made."""
    page = read("videos")

    assert [(row["impressions"], row["language"]) for row in page.rows["posts"]] == [(5120, "en-GB"), (9, None)]
    [call] = page.calls
    assert (call.endpoint, call.params["videoId"], call.mark, call.expected) == (
        "threads",
        "grinder0001",
        "comment:7",
        7,
    )
    assert call.covers == {"table": "interactions", "kind": "comment", "post": "youtube:grinder0001"}
    assert page.gone == [("post", "youtube:deleted0001")]


def test_an_edited_video_is_the_same_post() -> None:
    """Another title, the same id and time."""
    edited = json.loads(json.dumps(PAGES["videos"]).replace("A new grinder", "The new grinder"))

    before, after = (read("videos", body).rows["posts"][0] for body in (None, edited))

    assert [before[name] == after[name] for name in ("post", "at", "text")] == [True, True, False]


def test_comments_and_their_first_replies_are_acts() -> None:
    """A comment is toward the channel, a reply toward who commented; the edited comment keeps its time."""
    page = read("threads")

    acts = [
        tuple(row[name] for name in ("kind", "source", "target", "post", "at")) for row in page.rows["interactions"]
    ]
    assert acts == [
        ("comment", ANN, BRAND, "youtube:grinder0001", "2026-11-20T10:00:00Z"),
        ("reply", BRAND, ANN, "youtube:grinder0001", "2026-11-20T11:00:00Z"),
    ]
    assert {row["account"]: row["handle"] for row in page.rows["accounts"]} == {ANN: "ann.brews", BRAND: "coffeeworks"}
    assert [(fault.reason, fault.value) for fault in page.unread] == [("no_author", "'UgxNobody'")]
    assert page.next == {"pageToken": "Z2V0X25ld2VzdF9maXJzdA=="}


def test_what_is_shown_beside_a_comment_is_a_handle_or_a_name() -> None:
    """So that a comment never contradicts the profile."""
    named = json.loads(json.dumps(PAGES["replies"]).replace("@bob", "Bob"))

    handle, name = (read("replies", body).rows["accounts"][0] for body in (None, named))

    assert (handle.get("handle"), handle.get("name")) == ("bob", None)
    assert (name.get("handle"), name.get("name")) == (None, "Bob")


def test_more_replies_than_are_given_are_asked_for() -> None:
    """Three are stated and one given; that the comment is deleted meanwhile says nothing of the video."""
    [call] = read("threads").calls

    assert (call.endpoint, call.params["parentId"], call.mark) == ("replies", "UgxAnn", "reply:3")
    assert not {"post", "account"} & set(call.about)
    assert read("threads", wanted=replace(WANTED, topics=frozenset({"replies"}))).calls == []


def test_replies_are_toward_who_commented() -> None:
    """The video is the post."""
    [row] = read("replies").rows["interactions"]

    told = (row["kind"], row["source"], row["target"], row["post"])
    assert told == ("reply", BOB, ANN, "youtube:grinder0001")


def test_comments_of_a_whole_channel_name_their_video() -> None:
    """They come newest first and end where all are older."""
    call = Call("channel_threads", about={"author": BRAND})
    late = replace(WANTED, since=datetime(2026, 11, 22, tzinfo=UTC))

    page = YOUTUBE.endpoints["channel_threads"].read(Answer(200, {}, PAGES["threads"]), call, late)

    assert {row["post"] for row in page.rows["interactions"]} == {"youtube:grinder0001"}
    assert page.ended


def test_subscribers_follow_since_a_known_moment() -> None:
    """What is private is not in the list, so that the list covers nothing."""
    page = read("subscribers")

    assert page.rows["follows"] == [
        {"source": ANN, "target": BRAND, "since": "2021-07-08T09:10:11.5Z", "observed_at": NOW.isoformat()}
    ]
    assert page.rows["accounts"][0]["name"] == "Ann"
    assert all(call.covers is None for call in read("channel").calls if call.endpoint == "subscribers")


def test_subscriptions_of_a_person_are_ties_too() -> None:
    """Whom one of the people subscribes to, where they show it."""
    [call], page = YOUTUBE.follows(ANN), read("subscriptions")

    assert (call.endpoint, call.params["channelId"]) == ("subscriptions", ANN[8:])
    assert [(row["source"], row["target"]) for row in page.rows["follows"]] == [(ANN, BOB)]


def test_numbers_keep_their_digits() -> None:
    """An id that comes as a number beyond 2^53 is the same text."""
    body = {"items": [{"id": 9007199254740993, "snippet": {"channelId": 5, "publishedAt": "2026-01-01T00:00:00Z"}}]}

    assert read("videos", body).rows["posts"][0]["post"] == "youtube:9007199254740993"


def test_unknown_keys_change_nothing() -> None:
    """Platforms add keys."""
    for name in CALLS:
        more = json.loads(
            json.dumps(PAGES[name]).replace('"snippet": {', '"extra": {"a": [1]}, "snippet": {"new": 1, ')
        )
        assert read(name, more) == read(name)


MEANINGS = {
    "wait": ["quotaExceeded", "dailyLimitExceeded", "rateLimitExceeded", "tooMany", "too many", "hidden in a 200"],
    "private": ["commentsDisabled", "subscriptionForbidden", "forbidden", "unheardOf"],
    "gone": ["videoNotFound", "playlistNotFound", "accountClosed", "lost"],
    "login": [
        *("keyInvalid", "keyExpired", "authError", "accessNotConfigured", "insufficientPermissions"),
        "unauthorized",
    ],
    "refused": ["required", "invalidPageToken"],
    "again": ["processingFailure", "backendError", "unavailable", "no JSON"],
}


@pytest.mark.parametrize(
    ("meaning", "name"), [(meaning, name) for meaning, names in MEANINGS.items() for name in names]
)
def test_each_error_has_its_meaning(meaning: str, name: str) -> None:
    """Every recorded error is judged, and no word of markup reaches a person."""
    verdict = judged(name)

    assert verdict.meaning == meaning
    assert "<" not in verdict.says
    assert (verdict.until is not None) == (meaning == "wait")


def test_every_recorded_error_is_tested() -> None:
    """None is left out above."""
    assert sorted(PAGES["errors"]) == sorted(name for names in MEANINGS.values() for name in names)


@pytest.mark.parametrize(
    ("now", "midnight"),
    [
        ("2026-11-23T12:00:00+00:00", "2026-11-24T08:00:00+00:00"),
        ("2026-07-01T06:59:59+00:00", "2026-07-01T07:00:00+00:00"),
        ("2026-11-01T07:30:00+00:00", "2026-11-02T08:00:00+00:00"),  # the night in which clocks go back
    ],
)
def test_a_used_up_day_ends_at_midnight_in_california(now: str, midnight: str) -> None:
    """The day's quota begins anew there, in summer and in winter."""
    verdict = judged("quotaExceeded", now=datetime.fromisoformat(now).timestamp())

    assert verdict.until == datetime.fromisoformat(midnight).timestamp()


def test_too_fast_waits_as_long_as_the_server_says() -> None:
    """A minute without its word."""
    assert judged("tooMany", {"retry-after": "7"}).until == NOW.timestamp() + 7
    assert judged("rateLimitExceeded").until == NOW.timestamp() + 60


def test_a_key_and_a_token_travel_in_headers() -> None:
    """Neither is ever part of an address."""
    assert YOUTUBE.headers("AIzaCANARY") == {"X-Goog-Api-Key": "AIzaCANARY"}
    assert YOUTUBE.headers("ya29.CANARY") == {"Authorization": "Bearer ya29.CANARY"}


@pytest.mark.parametrize("name", CALLS)
@settings(max_examples=60)
@given(data=st.data())
def test_no_page_breaks_a_reader_and_every_record_is_counted(name: str, data: st.DataObject) -> None:
    """Records are rows, unread or gone, whatever stands in the page."""
    body = data.draw(JSON | mutated(PAGES[name]))

    page = read(name, [] if body is None else body)

    assert page.records == len(page.rows[YOUTUBE.endpoints[name].table]) + len(page.unread) + len(page.gone)
    assert page.records - held(name, body) in range(len(page.gone) + 1)


@settings(max_examples=100)
@given(st.integers(100, 599), JSON | mutated(PAGES["errors"]["keyInvalid"][1]))
def test_no_answer_breaks_the_judge(status: int, body: object) -> None:
    """Whatever comes has a meaning."""
    assert YOUTUBE.judge(Answer(status, {}, body), 0.0).meaning
