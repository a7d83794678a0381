"""Instagram's pages, written by hand after the Instagram Graph API's reference pages.

They are those of IG User (with business discovery, media and tags), IG Media comments, IG Comment replies, a user's
accounts, and the Graph API's guides on errors, pagination and rate limits.
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

INSTAGRAM = platform("instagram")
NOW = datetime(2026, 11, 23, 12, tzinfo=UTC)
WANTED = Wanted("CoffeeWorks", ("BlueBeans",), INSTAGRAM.gives, datetime(2026, 9, 1, tzinfo=UTC), NOW)
PAGES = {
    path.stem: json.loads(path.read_text("utf-8")) for path in Path(__file__).parent.glob("pages/instagram/*.json")
}
NATIVE, BRAND, ANN = "17841405309211844", "instagram:17841405309211844", "instagram:1008372606500000"
POST = "instagram:17895695668004550"
OWN = {"author": BRAND, "handle": "coffeeworks"}
RIVAL = {"author": "instagram:17841401441775531", "handle": "BlueBeans"}
CALLS = {
    "pages": Call("pages", about={"account": "instagram:@coffeeworks"}),
    "own": Call("own", fill={"id": NATIVE}, about={"account": BRAND}),
    "rival": Call("rival", fill={"id": NATIVE}, about={"account": "instagram:@bluebeans", "handle": "BlueBeans"}),
    "rival_media": Call("rival_media", fill={"id": NATIVE}, about=RIVAL),
    "media": Call("media", fill={"id": NATIVE}, about=OWN),
    "comments": Call("comments", fill={"id": POST[10:]}, about={**OWN, "post": POST}),
    "replies": Call("replies", fill={"id": "17870913679156914"}, about={**OWN, "to": ANN, "under": POST}),
    "tags": Call("tags", fill={"id": NATIVE}, about=OWN),
}


def read(name: str, body: object = None, wanted: Wanted = WANTED) -> Page:
    """A page, read by the endpoint of its name."""
    answer = Answer(200, {}, PAGES[name] if body is None else body)
    return INSTAGRAM.endpoints[name].read(answer, CALLS[name], wanted)


def judged(name: str, headers: dict[str, str] | None = None):
    """What a recorded error means."""
    status, body = PAGES["errors"][name]
    return INSTAGRAM.judge(Answer(status, headers or {}, body), 1000.0)


def acts(page: Page) -> list[tuple[str, str, str, str]]:
    """Interactions, short."""
    return [tuple(row[name] for name in ("kind", "source", "target", "post")) for row in page.rows["interactions"]]


def held(name: str, body: object) -> int:
    """How many records a listing holds, counted by other means."""

    def listed(parent: object, *way: str) -> list[object]:
        for key in way:
            parent = parent.get(key) if isinstance(parent, dict) else None
        return parent if isinstance(parent, list) else []

    if name == "rival_media":
        return len(listed(body, "business_discovery", "media", "data"))
    records = listed(body, "data")
    inner = [listed(record, "replies", "data") for record in records] if name == "comments" else []
    return len(records) + sum(map(len, inner))


def test_a_number_is_asked_at_once_and_a_handle_found_among_the_pages() -> None:
    """The brand's own number is what all calls begin with."""
    by_number, by_handle = INSTAGRAM.begin(replace(WANTED, account=NATIVE)), INSTAGRAM.begin(WANTED)

    assert [(call.endpoint, call.fill, call.about) for call in by_number] == [
        ("own", {"id": NATIVE}, {"account": BRAND}),
    ]
    assert [(call.endpoint, call.about) for call in by_handle] == [("pages", {"account": "instagram:@coffeeworks"})]


def test_only_the_brand_is_taken_from_the_pages_of_a_token() -> None:
    """The other accounts of the token's owner are no concern of ours."""
    page = read("pages")

    assert [row["account"] for row in page.rows["accounts"]] == [BRAND]
    assert [(call.endpoint, call.fill) for call in page.calls] == [("own", {"id": NATIVE})]
    assert "otherbrand" not in repr(page)


def test_a_handle_that_no_page_has_is_gone_at_the_last_page() -> None:
    """Until then the next page could have it."""
    nobody = {"data": [{"id": "1"}], "paging": {"cursors": {"after": "a"}, "next": "https://graph.facebook.com/x"}}

    more, last = read("pages", nobody), read("pages", {"data": [{"id": "1"}]})

    assert (more.next, more.gone) == ({"after": "a"}, [])
    assert (last.next, last.gone) == (None, [("account", "instagram:@coffeeworks")])
    assert read("pages", {}).gone == []


def test_the_brand_is_an_account_and_leads_to_all_that_is_wanted() -> None:
    """Its counts and its link, its posts, who tagged it, and its rivals."""
    page = read("own")

    [row] = page.rows["accounts"]
    told = (row["account"], row["handle"], row["followers"], row["following"], row["posts"], row["links"])
    assert told == (BRAND, "coffeeworks", 267_788, 52, 1205, "https://coffee.example/")
    assert [call.endpoint for call in page.calls] == ["media", "tags", "rival"]
    assert page.calls[0].expected == 200
    assert page.calls[2].params["fields"].startswith("business_discovery.username(BlueBeans){id,username,")
    assert [call.endpoint for call in read("own", wanted=replace(WANTED, posts=0, people=0)).calls] == ["rival"]


def test_a_handle_cannot_change_what_is_asked() -> None:
    """It becomes part of an expression, so that nothing but a handle may stand in it."""
    page = read("own", wanted=replace(WANTED, rivals=("x){id},me{email}",)))

    assert page.calls[-1].params["fields"].startswith("business_discovery.username(xidmeemail){")


def test_a_rival_is_an_account_with_posts() -> None:
    """One look-up for the counts, and then its posts page by page."""
    page = read("rival")

    assert [(row["account"], row["handle"], row["followers"]) for row in page.rows["accounts"]] == [
        ("instagram:17841401441775531", "bluebeans", 9000)
    ]
    [call] = [call for call in page.calls if call.expected]
    assert (call.endpoint, call.expected, call.about) == ("rival_media", 88, RIVAL)
    assert "{media.limit(50){id,caption," in call.params["fields"]


def test_a_renamed_account_keeps_its_id() -> None:
    """The handle is an attribute."""
    renamed = json.loads(json.dumps(PAGES["rival"]).replace('"bluebeans"', '"bluestbeans"'))

    before, after = (read("rival", body).rows["accounts"][0] for body in (None, renamed))

    assert (before["account"], after["handle"]) == (after["account"], "bluestbeans")


def test_a_rivals_next_page_is_in_the_expression() -> None:
    """The cursor stands inside the fields; one that could end the expression is not followed, nor one after nothing."""
    evil = json.loads(json.dumps(PAGES["rival_media"]).replace("QVFIUkxkTjc0X2ZAfd1", "a){b"))
    empty = {"business_discovery": {"media": {"data": [], "paging": {"cursors": {"after": "a"}}}}}

    page = read("rival_media")

    assert [(row["post"], row["kind"]) for row in page.rows["posts"]] == [
        ("instagram:17858843269216389", "post"),
        ("instagram:17894036119131554", "reel"),
    ]
    assert page.next["fields"].startswith(
        "business_discovery.username(BlueBeans){media.after(QVFIUkxkTjc0X2ZAfd1).limit(50)"
    )
    assert (read("rival_media", evil).next, read("rival_media", empty).next) == (None, None)
    assert page.calls == []


def test_posts_of_the_brand_lead_to_their_comments() -> None:
    """Those that are recent and have some; times have a zone that every reader takes."""
    page = read("media")

    assert [(row["post"], row["at"], row["kind"]) for row in page.rows["posts"]] == [
        (POST, "2026-11-20T08:00:00Z", "post"),
        ("instagram:17895695668004551", "2026-11-19T08:00:00Z", "post"),
        ("instagram:17895695668004552", "2023-01-01T08:00:00Z", "post"),
    ]
    [call] = [call for call in page.calls if call.expected]
    assert (call.endpoint, call.fill["id"], call.mark, call.expected) == ("comments", POST[10:], "comment:4", 4)
    assert call.covers == {"table": "interactions", "kind": "comment", "post": POST}
    assert read("media", wanted=replace(WANTED, topics=frozenset({"posts"}))).calls == []


def test_the_address_of_a_next_page_is_never_followed() -> None:
    """It holds the token; the cursor beside it is enough, and without that address there is no next page."""
    page = read("media")

    assert page.next == {"after": "QVFIa"}
    assert not any("CANARY" in repr(read(name)) for name in CALLS)
    assert read("comments").next is None


def test_listings_end_where_all_is_older() -> None:
    """What is older than was asked for is not paged through."""
    late = replace(WANTED, since=datetime(2026, 11, 22, tzinfo=UTC))

    assert [read(name, wanted=late).ended for name in ("media", "rival_media", "tags")] == [True] * 3
    assert [read(name).ended for name in ("media", "rival_media", "tags")] == [False] * 3


def test_comments_are_acts_of_who_wrote_them() -> None:
    """The brand and its rivals are known by handle, since a commenter's number is another one than theirs elsewhere."""
    page = read("comments")

    assert acts(page) == [
        ("comment", ANN, BRAND, POST),
        ("reply", BRAND, ANN, POST),
        ("comment", "instagram:@bluebeans", BRAND, POST),
        ("comment", "instagram:@carl", BRAND, POST),
    ]
    assert [(row["account"], row["handle"]) for row in page.rows["accounts"]] == [
        (ANN, "ann.brews"),
        (BRAND, "coffeeworks"),
    ]
    assert [fault.reason for fault in page.unread] == ["no_author"]


def test_more_replies_are_asked_for_where_there_are_more() -> None:
    """That a comment is deleted meanwhile says nothing of the post or of its author."""
    [call] = read("comments").calls

    assert (call.endpoint, call.fill["id"], call.about["to"]) == ("replies", "17870913679156914", ANN)
    assert not {"post", "account"} & set(call.about)
    assert read("comments", wanted=replace(WANTED, topics=frozenset({"replies"}))).calls == []
    assert acts(read("replies")) == [("reply", "instagram:1008372606500077", ANN, POST)]


def test_who_tags_the_brand_is_known_by_handle() -> None:
    """A tag is an act and the post is one of theirs; there is only a cursor to the next page."""
    page = read("tags")

    assert acts(page) == [("tag", "instagram:@ann.brews", BRAND, "instagram:18038000000000001")]
    assert [(row["author"], row["text"]) for row in page.rows["posts"]] == [
        ("instagram:@ann.brews", "My cup with coffeeworks")
    ]
    assert [fault.reason for fault in page.unread] == ["no_author"]
    assert page.next == {"after": "QVFIj"}
    assert read("tags", {"data": [], "paging": {"cursors": {"after": "a"}}}).next is None


def test_lying_dates_are_left_to_be_judged() -> None:
    """A year 0001 stands as it came; no time at all cannot be read."""
    posts = {"data": [{"id": "1", "timestamp": "0001-01-01T00:00:00+0000"}, {"id": "2"}]}

    page = read("media", posts)

    assert [row["at"] for row in page.rows["posts"]] == ["0001-01-01T00:00:00Z"]
    assert [fault.reason for fault in page.unread] == ["no_time"]


def test_an_edited_caption_is_the_same_post() -> None:
    """Other words, the same id and time."""
    edited = json.loads(json.dumps(PAGES["media"]).replace("Slow morning", "Slower morning"))

    before, after = (read("media", body).rows["posts"][0] for body in (None, edited))

    assert [before[name] == after[name] for name in ("post", "at", "text")] == [True, True, False]


def test_unknown_keys_change_nothing() -> None:
    """Platforms add keys."""
    for name in CALLS:
        more = json.loads(json.dumps(PAGES[name]).replace('"id": ', '"extra": {"a": [1]}, "id": '))
        assert read(name, more) == read(name)


MEANINGS = {
    "wait": ["application limit", "user limit", "page limit", "custom limit", "business limit", "too many"],
    "login": ["expired", "malformed", "no token", "hidden in a 200", "unauthorized"],
    "refused": ["permission", "right not given", "bad field"],
    "private": ["not professional"],
    "gone": ["no such thing", "deleted"],
    "again": ["unknown", "down", "passing", "no JSON", "gateway"],
}


@pytest.mark.parametrize(
    ("meaning", "name"), [(meaning, name) for meaning, names in MEANINGS.items() for name in names]
)
def test_each_error_has_its_meaning(meaning: str, name: str) -> None:
    """Every recorded error is judged, and a token that an error quotes reaches nobody."""
    verdict = judged(name)

    assert verdict.meaning == meaning
    assert "CANARY" not in verdict.says
    assert (verdict.until is not None) == (meaning == "wait")


def test_every_recorded_error_is_tested() -> None:
    """None is left out above."""
    assert sorted(PAGES["errors"]) == sorted(name for names in MEANINGS.values() for name in names)


def test_waits_as_long_as_the_usage_header_says() -> None:
    """The longest of the minutes told; an hour, over which calls are counted, where none are."""
    entry = {"type": "instagram", "call_count": 100, "estimated_time_to_regain_access": 19}
    usage = {"1": [entry, {"estimated_time_to_regain_access": 3}], "2": "x"}

    assert judged("business limit", {"x-business-use-case-usage": json.dumps(usage)}).until == 1000 + 19 * 60
    assert judged("business limit", {"retry-after": "70"}).until == 1070
    assert [judged("user limit", {"x-business-use-case-usage": odd}).until for odd in ("", "{", "[1]")] == [4600] * 3


@pytest.mark.parametrize("name", CALLS)
@settings(max_examples=60)
@given(data=st.data())
def test_no_page_breaks_a_reader_and_every_record_is_counted(name: str, data: st.DataObject) -> None:
    """Records are rows, unread or gone, whatever stands in the page."""
    body = data.draw(JSON | mutated(PAGES[name]))

    page = read(name, [] if body is None else body)

    assert page.records == len(page.rows[INSTAGRAM.endpoints[name].table]) + len(page.unread) + len(page.gone)
    assert page.records == 1 if name in ("own", "rival") else name == "pages" or page.records == held(name, body)


@settings(max_examples=100)
@given(st.integers(100, 599), JSON | mutated(PAGES["errors"]["expired"][1]), JSON)
def test_no_answer_breaks_the_judge(status: int, body: object, usage: object) -> None:
    """Whatever comes has a meaning."""
    headers = {"x-business-use-case-usage": json.dumps(usage)}
    assert INSTAGRAM.judge(Answer(status, headers, body), 0.0).meaning
