"""X's pages, written by hand after the documentation of its API v2.

They are those of users by id and by name, followers, following, posts, mentions, recent search, liking users, reposters
and quotes, with the pages on pagination, conversations, edits, rate limits, and response codes and errors.
"""

import json
from dataclasses import replace
from datetime import UTC, datetime
from email.utils import format_datetime
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ambassadors.platforms import platform
from ambassadors.platforms.contract import Call, Page, Wanted
from ambassadors.web.answers import Answer
from tests.mutated_pages import JSON, mutated

X = platform("x")
NOW = datetime(2026, 11, 23, 12, tzinfo=UTC)
WANTED = Wanted("coffeeworks", ("@BlueBeans",), X.gives, datetime(2026, 9, 1, tzinfo=UTC), NOW)
PAGES = {path.stem: json.loads(path.read_text("utf-8")) for path in Path(__file__).parent.glob("pages/x/*.json")}
BRAND, ANN, BOB = "x:2244994945", "x:1000000000000000001", "x:9007199254740993"
#: The first version of a post that was edited once.
POST = {"post": "x:1990000000000000009", "author": BRAND, "at": "2026-11-20T09:00:00.000Z"}
ABOUT = {
    "account": {"account": "x:@coffeeworks"},
    "accounts": {},
    "following": {"account": ANN},
    **{name: {"account": BRAND} for name in ("followers", "posts", "mentions")},
    **dict.fromkeys(("likes", "shares", "quotes", "conversation"), POST),
}


def read(name: str, body: object = None, wanted: Wanted = WANTED) -> Page:
    """A page, read by the endpoint of its name."""
    answer = Answer(200, {}, PAGES[name] if body is None else body)
    return X.endpoints[name].read(answer, Call(name, about=ABOUT[name]), wanted)


def judged(name: str, headers: dict[str, str] | None = None, now: float = 1000.0):
    """What a recorded error means."""
    status, body = PAGES["errors"][name]
    return X.judge(Answer(status, headers or {}, body), now)


def acts(page: Page) -> list[tuple[str, str, str, str]]:
    """Interactions, short."""
    return [tuple(row[name] for name in ("kind", "source", "target", "post")) for row in page.rows["interactions"]]


def test_handles_and_numbers_are_looked_up() -> None:
    """A handle becomes part of a path, so that nothing in it can change which."""
    calls = X.begin(replace(WANTED, rivals=("@BlueBeans", "12", "a/../b?c")))

    assert [(call.endpoint, dict(call.fill)) for call in calls] == [
        ("account_by_handle", {"handle": "coffeeworks"}),
        ("account_by_handle", {"handle": "BlueBeans"}),
        ("account", {"id": "12"}),
        ("account_by_handle", {"handle": "a%2F..%2Fb%3Fc"}),
    ]
    assert [call.about["account"] for call in calls][:3] == ["x:@coffeeworks", "x:@bluebeans", "x:12"]


def test_an_account_has_counts_links_and_calls() -> None:
    """Addresses in full, not as they are shortened; followers, posts and mentions follow."""
    page = read("account")

    [row] = page.rows["accounts"]
    told = (row["account"], row["handle"], row["followers"], row["listed"], row["verified"], row["protected"])
    assert told == (BRAND, "coffeeworks", 2503, 14, True, False)
    assert row["links"] == "https://coffee.example https://shop.example/beans"
    assert [(call.endpoint, call.fill["id"], call.expected) for call in page.calls] == [
        ("followers", "2244994945", 2503),
        ("posts", "2244994945", 200),
        ("mentions", "2244994945", 1),
    ]
    assert page.calls[0].covers == {"table": "follows", "target": BRAND}
    assert page.calls[1].params["exclude"] == "retweets"


def test_only_what_is_wanted_is_paid_for() -> None:
    """No topics, no calls; caps of 0 ask nothing, and small caps ask for small pages."""
    small = read("account", wanted=replace(WANTED, posts=3, people=40)).calls

    assert read("account", wanted=replace(WANTED, topics=frozenset())).calls == []
    assert read("account", wanted=replace(WANTED, posts=0, people=0)).calls == []
    assert [call.params["max_results"] for call in small] == ["40", "10", "40"]


def test_profiles_come_a_hundred_at_a_time_and_lost_accounts_are_gone() -> None:
    """Who was deleted or suspended stands among the errors; a protected account says so; a renamed one is the same."""
    calls, page = X.profiles([f"x:{number}" for number in range(101)]), read("accounts")

    assert [call.expected for call in calls] == [100, 1]
    assert [(row["account"], row["handle"], row["protected"]) for row in page.rows["accounts"]] == [
        (ANN, "ann_renamed", True)
    ]
    assert read("followers").rows["accounts"][0]["account"] == ANN
    assert page.gone == [("account", "x:1000000000000000002"), ("account", "x:1000000000000000003")]
    assert page.records == 3


def test_followers_are_ties_and_profiles() -> None:
    """Digits beyond 2^53 stay; a profile without counts has none."""
    page = read("followers")

    assert [(row["source"], row["target"]) for row in page.rows["follows"]] == [(ANN, BRAND), (BOB, BRAND)]
    assert [row["followers"] for row in page.rows["accounts"]] == [5, None]
    assert page.next == {"pagination_token": "DFEDBNRFT3MHCZZZ"}


def test_whom_somebody_follows_is_the_other_way_round() -> None:
    """Only ties among known people are kept of it."""
    [call], page = X.follows(ANN), read("following", json.loads(json.dumps(PAGES["following"]).replace(ANN[2:], "12")))

    assert (call.endpoint, call.fill, X.endpoints["following"].among) == ("following", {"id": ANN[2:]}, True)
    assert [(row["source"], row["target"]) for row in page.rows["follows"]] == [(ANN, "x:12"), (ANN, BOB)]


def test_posts_lead_to_who_responded() -> None:
    """As many calls as there are counts; a list is whole where it is short enough; old posts lead nowhere."""
    page = read("posts")

    assert [(row["post"], row["kind"], row["impressions"]) for row in page.rows["posts"]] == [
        ("x:1990000000000000009", "post", 4000),
        ("x:1989000000000000000", "reply", 12),
        ("x:1500000000000000000", "post", None),
    ]
    assert page.rows["posts"][0]["text"] == "A new grinder: quiet and slow, with @ann"
    calls = [call for call in page.calls if call.expected]
    told = [(call.endpoint, call.mark, call.fill.get("id"), call.covers is None) for call in calls]
    latest = "1990000000000000010"
    assert told == [
        ("likes", "like:120", latest, True),
        ("shares", "share:3", latest, False),
        ("quotes", "quote:1", latest, False),
        ("conversation", "reply:2", None, True),
    ]
    assert [call for call in page.calls if call.expected][3].params["query"] == f"conversation_id:{latest} is:reply"
    assert {call.about["post"] for call in page.calls if call.expected} == {POST["post"]}
    assert (page.next, page.ended) == ({"pagination_token": "7140w9gefhslx3"}, False)


def test_whom_the_author_turns_to_is_an_act() -> None:
    """The brand mentions one, and answers one; whom it answers is not mentioned besides."""
    assert acts(read("posts")) == [
        ("mention", BRAND, ANN, "x:1990000000000000009"),
        ("reply", BRAND, ANN, "x:1988500000000000000"),
    ]


def test_an_edited_post_is_the_same_post() -> None:
    """Each edit gives it another id; the first one stays its name."""
    unedited = json.loads(
        json.dumps(PAGES["posts"]).replace('["1990000000000000009", "1990000000000000010"]', '["1990000000000000009"]')
    )
    unedited["data"][0] |= {"id": "1990000000000000009", "text": "A grinder"}
    del unedited["data"][0]["note_tweet"]

    before, after = (read("posts", body).rows["posts"][0] for body in (unedited, None))

    assert (before["post"], before["text"]) == (after["post"], "A grinder")


def test_conversations_are_searched_for_a_week() -> None:
    """Older ones cannot be; those under an answer belong to another post's conversation."""
    later = replace(WANTED, now=datetime(2026, 11, 30, tzinfo=UTC))

    assert "conversation" not in [call.endpoint for call in read("posts", wanted=later).calls]
    assert [call.endpoint for call in read("posts").calls].count("conversation") == 1


def test_posts_end_where_all_are_older() -> None:
    """What is older than was asked for is not paid for."""
    late = replace(WANTED, since=datetime(2026, 11, 22, tzinfo=UTC))

    assert [read(name, wanted=late).ended for name in ("posts", "mentions")] == [True, True]
    assert [read(name).ended for name in ("posts", "mentions")] == [False, False]


def test_mentions_are_answers_or_mentions() -> None:
    """Each is a post of its author, too."""
    page = read("mentions")

    assert acts(page) == [
        ("mention", ANN, BRAND, "x:1990000000000000020"),
        ("reply", BOB, BRAND, "x:1990000000000000010"),
    ]
    assert [(row["post"], row["author"]) for row in page.rows["posts"]] == [
        ("x:1990000000000000020", ANN),
        ("x:1990000000000000021", BOB),
    ]


def test_answers_are_toward_whom_they_answer() -> None:
    """Also inside the conversation; the search pages by another parameter."""
    page = read("conversation")

    assert acts(page) == [
        ("reply", ANN, BOB, "x:1990000000000000021"),
        ("reply", BOB, BRAND, "x:1990000000000000010"),
    ]
    assert page.next == {"next_token": "b26v89c19zqg8o3f"}


def test_the_same_answer_read_twice_is_one_act() -> None:
    """By search and by mention the row is the same."""
    assert read("mentions").rows["interactions"][1] == read("conversation").rows["interactions"][1]


def test_quotes_are_toward_the_author_of_the_quoted_post() -> None:
    """The quoting post is one of theirs."""
    page = read("quotes")

    assert acts(page) == [("quote", ANN, BRAND, POST["post"])]
    assert [row["kind"] for row in page.rows["posts"]] == ["quote"]


@pytest.mark.parametrize(
    ("name", "kind", "people"), [("likes", "like", [ANN, "x:17874544"]), ("shares", "share", [ANN])]
)
def test_likes_and_shares_have_no_times(name: str, kind: str, people: list[str]) -> None:
    """They lie between the post and now."""
    page = read(name)

    assert acts(page) == [(kind, person, BRAND, POST["post"]) for person in people]
    assert {(row["at"], row["at_latest"]) for row in page.rows["interactions"]} == {(POST["at"], NOW.isoformat())}
    assert [row["account"] for row in page.rows["accounts"]] == people


def test_lying_dates_are_left_to_be_judged() -> None:
    """A year 0001 stands as it came; no time at all cannot be read."""
    body = {"data": [{"id": "1", "created_at": "0001-01-01T00:00:00Z"}, {"id": 9007199254740993}, {"created_at": "x"}]}

    page = read("posts", body)

    assert [(row["post"], row["at"]) for row in page.rows["posts"]] == [("x:1", "0001-01-01T00:00:00Z")]
    assert [(fault.reason, fault.value) for fault in page.unread] == [
        ("no_time", "'9007199254740993'"),
        ("no_id", "None"),
    ]


def test_unknown_keys_change_nothing() -> None:
    """Platforms add keys."""
    for name in ABOUT:
        more = json.loads(json.dumps(PAGES[name]).replace('"id": ', '"extra": {"a": [1]}, "id": '))
        assert read(name, more) == read(name)


MEANINGS = {
    "wait": ["rate", "old rate", "monthly cap"],
    "login": ["unauthorized", "no credits"],
    "refused": ["not enrolled", "app-only token", "strange", "bad request"],
    "private": ["not allowed to see", "protected"],
    "gone": ["no such user", "no such post", "lost"],
    "fine": ["all of a batch gone", "partly"],
    "again": ["overloaded", "no JSON"],
}


@pytest.mark.parametrize(
    ("meaning", "name"), [(meaning, name) for meaning, names in MEANINGS.items() for name in names]
)
def test_each_error_has_its_meaning(meaning: str, name: str) -> None:
    """Every recorded error is judged, also those in a 200."""
    verdict = judged(name)

    assert verdict.meaning == meaning
    assert (verdict.until is not None) == (meaning == "wait")


def test_every_recorded_error_is_tested() -> None:
    """None is left out above."""
    assert sorted(PAGES["errors"]) == sorted(name for names in MEANINGS.values() for name in names)


def test_a_batch_of_which_nobody_is_left_is_read() -> None:
    """Each of them is gone."""
    assert read("accounts", PAGES["errors"]["all of a batch gone"][1]).gone == [("account", "x:7")]
    assert read("account", PAGES["errors"]["no such user"][1]).gone == [("account", "x:@coffeeworks")]


def test_waits_until_the_reset_and_never_less() -> None:
    """The header holds a moment; a quarter of an hour without it; a day's limit outlasts the window's."""
    day = {"x-app-limit-24hour-remaining": "0", "x-app-limit-24hour-reset": "9000"}

    assert judged("rate", {"x-rate-limit-reset": "1600"}).until == 1600
    assert judged("rate").until == 1900
    assert judged("rate", {"x-rate-limit-remaining": "0", "x-rate-limit-reset": "1600", **day}).until == 9000


def test_the_servers_clock_counts() -> None:
    """Where our clock is an hour ahead, the reset is as far off as the server says."""
    at = datetime(2026, 11, 23, 11, tzinfo=UTC)
    headers = {"x-rate-limit-reset": str(int(at.timestamp()) + 300), "date": format_datetime(at, usegmt=True)}

    assert judged("rate", headers, NOW.timestamp()).until == NOW.timestamp() + 300


def test_the_last_call_of_a_window_says_when_the_next_begins() -> None:
    """So that no call is wasted on a refusal."""
    left = {"x-rate-limit-remaining": "0", "x-rate-limit-reset": "1600"}

    assert X.judge(Answer(200, left, PAGES["likes"]), 1000.0).until == 1600
    assert X.judge(Answer(200, {**left, "x-rate-limit-remaining": "7"}, PAGES["likes"]), 1000.0).until is None


def test_a_used_up_month_ends_with_it() -> None:
    """Also at the end of a year."""
    december = datetime(2026, 12, 31, 23, tzinfo=UTC).timestamp()

    assert judged("monthly cap", now=december).until == datetime(2027, 1, 1, tzinfo=UTC).timestamp()


def test_scarce_calls_cost_more() -> None:
    """Of some there are 75 in the time of 300 others."""
    units = {name: endpoint.units for name, endpoint in X.endpoints.items() if endpoint.units > 1}

    assert units == dict.fromkeys(("likes", "shares", "quotes"), 4)
    assert (X.limits.units, X.limits.seconds, X.paid) == (300, 900, True)


@pytest.mark.parametrize("name", ABOUT)
@settings(max_examples=60)
@given(data=st.data())
def test_no_page_breaks_a_reader_and_every_record_is_counted(name: str, data: st.DataObject) -> None:
    """Records are rows, unread or gone, whatever stands in the page."""
    body = data.draw(JSON | mutated(PAGES[name]))

    page = read(name, [] if body is None else body)

    held = body.get("data") if isinstance(body, dict) else None
    listed = held is not None if name == "account" else len(held) if isinstance(held, list) else 0
    assert page.records == len(page.rows[X.endpoints[name].table]) + len(page.unread) + len(page.gone)
    assert page.records == listed + len(page.gone)


@settings(max_examples=100)
@given(st.integers(100, 599), JSON | mutated(PAGES["errors"]["no such user"][1]), st.text(max_size=12))
def test_no_answer_breaks_the_judge(status: int, body: object, header: str) -> None:
    """Whatever comes has a meaning."""
    headers = dict.fromkeys(("date", "x-rate-limit-reset", "x-rate-limit-remaining"), header)
    assert X.judge(Answer(status, headers, body), 0.0).meaning
