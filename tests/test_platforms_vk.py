import json
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest

from ambassadors.platforms import platform
from ambassadors.platforms.contract import Call, Page, Wanted
from ambassadors.web.answers import Answer

VK = platform("vk")
NOW = datetime(2026, 11, 23, 12, tzinfo=UTC)
WANTED = Wanted("coffeeworks", ("-88",), VK.gives, datetime(2026, 9, 1, tzinfo=UTC), NOW)
PAGES = Path(__file__).parent / "pages" / "vk"
POST = {"post": "vk:-77_410", "author": "vk:-77", "at": "2026-10-31T12:00:00Z"}
ABOUT = {
    "resolve": {"role": "brand", "handle": "coffeeworks"},
    "group": {"role": "brand", "account": "vk:-77"},
    "person": {"role": "rival", "account": "vk:501"},
    **dict.fromkeys(("likes", "shares", "comments", "thread"), POST),
}


def answered(name: str, status: int = 200, address: str = "") -> Answer:
    """A recorded page as an answer."""
    return Answer(status, {}, json.loads((PAGES / f"{name}.json").read_text("utf-8")), address)


def read(name: str, endpoint: str = "", *, about=None, wanted: Wanted = WANTED, address: str = "", **params) -> Page:
    """A recorded page, read."""
    endpoint = endpoint or name
    call = Call(
        endpoint,
        {"owner_id": "-77", "post_id": "410", "count": "100", **params},
        about=about or ABOUT.get(endpoint, {"account": "vk:-77"}),
    )
    return VK.endpoints[endpoint].read(answered(name, address=address), call, wanted)


def acts(page: Page) -> list[tuple]:
    """Interactions, short."""
    return [tuple(row[name] for name in ("kind", "source", "target", "post")) for row in page.rows["interactions"]]


def test_a_short_name_is_looked_up_first_and_a_number_at_once() -> None:
    """A name may be a person's or a community's; ids, clubNN and idNN already say which."""
    calls = VK.begin(replace(WANTED, rivals=("@club88", "id5", "-9", "7")))

    assert [call.endpoint for call in calls] == ["resolve", "group", "person", "group", "person"]
    assert [call.about.get("account") for call in calls] == [None, "vk:-88", "vk:5", "vk:-9", "vk:7"]


def test_a_resolved_name_leads_to_its_profile() -> None:
    """The handle is kept beside the id that never changes."""
    page = read("resolve")

    assert page.rows["accounts"] == [{"account": "vk:-77", "handle": "coffeeworks", "observed_at": NOW.isoformat()}]
    assert [(call.endpoint, call.params["group_id"]) for call in page.calls] == [("group", "77")]


def test_a_name_that_nobody_bears_is_counted() -> None:
    """The platform answers an empty list, and that is no silent nothing."""
    page = read("resolve-unknown", "resolve")

    assert [(fault.reason, fault.value) for fault in page.unread] == [("no_handle", "'coffeeworks'")]


def test_a_community_is_an_account_with_a_negative_number() -> None:
    """Members are its followers, and its site a link; what is asked for follows."""
    page = read("group")

    [row] = page.rows["accounts"]
    told = (row["account"], row["handle"], row["followers"], row["verified"], row["protected"], row["links"])
    assert told == ("vk:-77", "coffeeworks", 2503, True, False, "https://coffee.example")
    assert [call.endpoint for call in page.calls] == ["members", "wall", "mentions"]
    assert page.calls[0].expected == 2503


def test_ages_closed_profiles_and_deleted_people_are_told() -> None:
    """Younger than 18 by the stated year of birth; no year tells nothing; deleted and banned people are gone."""
    page = read("people")

    rows = {row["account"]: row for row in page.rows["accounts"]}
    assert {name: row.get("under_age") for name, row in rows.items()} == {
        "vk:501": False,
        "vk:502": None,
        "vk:504": True,
    }
    assert (rows["vk:502"]["protected"], rows["vk:501"]["protected"]) == (True, False)
    assert (rows["vk:501"]["followers"], rows["vk:504"]["followers"]) == (320, 18)
    assert page.gone == [("account", "vk:503"), ("account", "vk:505")]
    assert [fault.reason for fault in page.unread] == ["no_id"]


@pytest.mark.parametrize(
    ("born", "young"), [("24.11.2008", True), ("23.11.2008", False), ("1.1.2030", True), ("soon", None), (5, None)]
)
def test_somebody_is_of_age_from_the_birthday_on(born: object, young: bool | None) -> None:
    """The day counts, not the year alone."""
    person = {"id": 1, "bdate": born}

    page = VK.endpoints["people"].read(Answer(200, {}, {"response": [person]}), Call("people"), WANTED)

    assert page.rows["accounts"][0].get("under_age") is young


def test_a_number_that_is_nobodys_is_counted() -> None:
    """A brand that is not there is no silent nothing."""
    call = Call("person", about={"role": "brand", "account": "vk:5"})

    page = VK.endpoints["person"].read(Answer(200, {}, {"response": []}), call, WANTED)

    assert (page.records, [fault.value for fault in page.unread]) == (1, ["'vk:5'"])


def test_members_follow_the_community_and_ids_keep_all_their_digits() -> None:
    """Bare ids and profiles give the same ties."""
    page, bare = read("members"), read("members-ids", "members")

    expected = ["vk:501", "vk:502", "vk:9007199254740993"]
    assert [row["source"] for row in page.rows["follows"]] == expected
    assert [row["source"] for row in bare.rows["follows"]] == expected
    assert {row["target"] for row in page.rows["follows"]} == {"vk:-77"}


def test_the_next_page_begins_where_this_one_ends_and_none_comes_after_the_count() -> None:
    """The offset of a page stands in its address; a short page moves on by what it held: nothing is left out."""
    first = read("members")
    later = read("members", address="https://api.vk.com/method/groups.getMembers?offset=2000&count=1000")
    last = read("members", address="https://api.vk.com/method/groups.getMembers?offset=2499&count=1000")

    assert (first.next, later.next, last.next) == ({"offset": "4"}, {"offset": "2004"}, None)


def test_an_empty_page_before_the_end_is_stepped_over() -> None:
    """Hidden records count in the total: an empty page is no end, and no standstill."""
    answer = Answer(200, {}, {"response": {"count": 250, "items": []}})

    page = VK.endpoints["wall"].read(answer, Call("wall", {"count": "100"}, about={"account": "vk:-77"}), WANTED)

    assert page.next == {"offset": "100"}


def test_a_wall_gives_posts_and_who_wrote_on_it() -> None:
    """Another's post on the brand's wall is a mention; a repost names whom it is from; deleted posts are gone."""
    page = read("wall")

    assert [row["post"] for row in page.rows["posts"]] == ["vk:-77_1", "vk:-77_410", "vk:-77_409", "vk:-77_408"]
    assert page.rows["posts"][1]["impressions"] == 1840
    assert acts(page) == [
        ("mention", "vk:501", "vk:-77", "vk:-77_409"),
        ("share", "vk:-77", "vk:501", "vk:501_33"),
    ]
    assert page.gone == [("account", "vk:503"), ("post", "vk:-77_407")]
    assert [fault.reason for fault in page.unread] == ["no_time"]


def test_engagement_is_asked_for_once_a_count_and_never_of_nothing() -> None:
    """Each list of a post carries its count, also of nothing; the pinned post from years ago is left alone."""
    page = read("wall")

    assert {call.mark for call in page.calls if not call.expected} <= {"like:0", "share:0", "comment:0"}
    assert [(call.endpoint, call.mark, call.expected) for call in page.calls if call.expected] == [
        ("likes", "like:12", 12),
        ("shares", "share:3", 3),
        ("comments", "comment:5", 5),
        ("likes", "like:2", 2),
    ]
    assert page.calls[0].covers == {"table": "interactions", "kind": "like", "post": "vk:-77_410"}
    assert not page.ended


def test_a_wall_ends_at_the_first_post_that_is_too_old() -> None:
    """What is older than was asked for is not followed up."""
    page = read("wall", wanted=replace(WANTED, since=datetime(2026, 10, 31, tzinfo=UTC)))

    assert page.ended
    assert {call.about["post"] for call in page.calls} == {"vk:-77_410"}


def test_a_like_was_given_between_the_post_and_now() -> None:
    """The platform tells no time; communities like, too, and deleted people do no more."""
    page = read("likes")

    assert acts(page) == [("like", "vk:501", "vk:-77", "vk:-77_410"), ("like", "vk:-88", "vk:-77", "vk:-77_410")]
    assert {(row["at"], row["at_latest"]) for row in page.rows["interactions"]} == {(POST["at"], NOW.isoformat())}
    assert page.gone == [("account", "vk:503")]


def test_comments_go_to_the_post_and_answers_to_whom_they_answer() -> None:
    """By the person whom the answer names, else by who wrote the comment that it answers."""
    page = read("comments")

    assert acts(page) == [
        ("comment", "vk:501", "vk:-77", "vk:-77_410"),
        ("reply", "vk:-77", "vk:501", "vk:-77_9001"),
        ("reply", "vk:502", "vk:-77", "vk:-77_9003"),
        ("comment", "vk:502", "vk:-77", "vk:-77_410"),
    ]
    assert ("post", "vk:-77_9005") in page.gone
    assert page.records == 6


def test_a_thread_that_shows_only_its_beginning_is_read_whole() -> None:
    """Three answers are stated and two shown; the mark is their number. Who asks for no threads reads none."""
    page, plain = read("comments"), read("comments", wanted=replace(WANTED, topics=frozenset({"replies"})))

    assert [(call.endpoint, call.params["comment_id"], call.mark) for call in page.calls] == [
        ("thread", "9001", "reply:3")
    ]
    assert not plain.calls
    assert len(read("thread").rows["interactions"]) == 3


def test_mentions_on_other_walls_go_to_the_brand() -> None:
    """Their own engagement is not asked for."""
    page = read("mentions")

    assert [act[:3] for act in acts(page)] == [("mention", "vk:501", "vk:-77"), ("mention", "vk:502", "vk:-77")]
    assert not page.calls


def test_a_person_follows_what_they_subscribed_to_and_their_friends() -> None:
    """Communities follow nobody, and are not asked."""
    ties = [read(name, about={"account": "vk:501"}).rows["follows"] for name in ("subscriptions", "friends")]

    assert [row["target"] for rows in ties for row in rows] == ["vk:502", "vk:-77", "vk:-78", "vk:502", "vk:504"]
    assert {row["source"] for rows in ties for row in rows} == {"vk:501"}
    assert [call.endpoint for call in VK.follows("vk:501")] == ["subscriptions", "friends"]
    assert VK.follows("vk:-77") == []


def test_profiles_are_asked_for_in_batches_people_and_communities_apart() -> None:
    """500 at a time, in a form: the address would grow too long."""
    calls = VK.profiles([f"vk:{number}" for number in range(1, 702)] + ["vk:-77"])

    assert [(call.endpoint, call.expected) for call in calls] == [("people", 500), ("people", 201), ("groups", 1)]
    assert {VK.endpoints[call.endpoint].method for call in calls} == {"POST"}


@pytest.mark.parametrize(
    ("name", "meaning", "until"),
    [
        ("error-5", "login", None),
        ("error-6", "wait", 101.0),
        ("error-10", "again", None),
        ("error-14", "refused", None),
        ("error-15", "private", None),
        ("error-18", "gone", None),
        ("error-29", "wait", 3700.0),
        ("error-100", "refused", None),
        ("wall", "fine", None),
    ],
)
def test_what_an_error_in_the_body_means(name: str, meaning: str, until: float | None) -> None:
    """The platform answers 200 to all of these."""
    verdict = VK.judge(answered(name), 100.0)

    assert (verdict.meaning, verdict.until) == (meaning, until)


def test_a_captcha_is_told_in_words_that_help() -> None:
    """Nobody can answer it here; where it can be answered is said."""
    assert "open vk.com" in VK.judge(answered("error-14"), 0.0).says


@pytest.mark.parametrize(
    ("answer", "meaning"),
    [
        (Answer(200, {}, None), "again"),
        (Answer(200, {}, {"odd": 1}), "again"),
        (Answer(502, {}, None), "again"),
        (Answer(429, {"retry-after": "7"}, None), "wait"),
        (Answer(401, {}, None), "login"),
        (Answer(404, {}, None), "refused"),
    ],
)
def test_what_a_status_means(answer: Answer, meaning: str) -> None:
    """Where the body says nothing."""
    assert VK.judge(answer, 0.0).meaning == meaning
