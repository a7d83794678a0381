"""What every platform's module must hold, whichever it is: the crawl takes all of this for granted."""

import copy
import json
import threading
from collections.abc import Callable, Iterator, Mapping
from contextlib import closing
from dataclasses import dataclass
from datetime import timedelta
from functools import cache
from pathlib import Path
from typing import Any

import httpx
import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ambassadors import tables
from ambassadors.crawling import Checkpoint, Crawl, Scope
from ambassadors.errors import UnknownName
from ambassadors.platforms import NAMES, platform
from ambassadors.platforms.contract import Call, Page
from ambassadors.web.answers import Answer
from ambassadors.web.client import Client
from tests.recorded import NOW, as_answer, as_ask, wanted
from tests.recorded_servers import SERVERS, server

EVERY = pytest.mark.parametrize("name", sorted(SERVERS))


@dataclass(frozen=True)
class Read:
    """One page of a call, as it was answered and read."""

    call: Call
    answer: Answer
    page: Page


def _pages(name: str, calls: list[Call]) -> Iterator[Read]:
    """All pages of calls and of what they lead to, in the order of asking."""
    recorded, one, seen, waiting = server(name), platform(name), set(), list(calls)
    while waiting:
        call, cursor = waiting.pop(0), None
        key = json.dumps([call.endpoint, dict(call.fill), dict(call.params)], sort_keys=True)
        while key not in seen:
            answer, verdict = recorded.ask(as_ask(name, call, cursor))
            assert verdict.meaning == "fine", (call, verdict)
            page = one.endpoints[call.endpoint].read(answer, call, wanted(name))
            yield Read(call, answer, page)
            waiting += page.calls
            cursor = page.next
            assert len(recorded.asked) < 2_000, f"{call.endpoint} goes on for ever"
            if cursor is None:
                seen.add(key)


@cache
def crawled(name: str) -> tuple[Read, ...]:
    """Everything that a crawl of the recorded server reads: listings, then profiles, then ties."""
    one, read = platform(name), list(_pages(name, platform(name).begin(wanted(name))))
    people = sorted({row["account"] for one in read for row in one.page.rows.get("accounts", ())})
    if one.profiles is not None:
        read += _pages(name, one.profiles(people))
    if one.follows is not None:
        read += _pages(name, [call for person in people for call in one.follows(person)])
    return tuple(read)


def rows(name: str, table: str) -> list[dict[str, Any]]:
    """All rows of one table."""
    return [row for one in crawled(name) for row in one.page.rows.get(table, ())]


def test_every_platform_of_a_recipe_has_a_recorded_server() -> None:
    """None of them goes without this contract."""
    assert sorted(SERVERS) == sorted(NAMES)


def test_an_unknown_platform_is_refused_with_the_nearest_name() -> None:
    """Who misspells one learns which there are."""
    with pytest.raises(UnknownName, match="Did you mean 'mastodon'"):
        platform("mastodn")


@EVERY
def test_every_endpoint_is_reached_from_the_beginning_and_read_to_its_end(name: str) -> None:
    """No endpoint stands there unused; each listing of four or more comes in several pages, and ends."""
    reached = {one.call.endpoint for one in crawled(name)}
    several = {one.call.endpoint for one in crawled(name) if one.page.next}
    last = [one for one in crawled(name) if one.page.next is None]

    assert reached == set(platform(name).endpoints)
    assert several
    assert {one.call.endpoint for one in last} == reached


@EVERY
@pytest.mark.parametrize("table", ["accounts", "follows", "posts", "interactions"])
def test_good_pages_give_rows_that_our_tables_take(name: str, table: str) -> None:
    """Only columns that a table has, and not one row that it turns away."""
    found = rows(name, table)

    assert {column for row in found for column in row} <= set(tables.table(table).names)
    names = tables.table(table).names
    texts = {column: [None if row.get(column) is None else _text(row[column]) for row in found] for column in names}
    frame = pl.DataFrame(texts, schema=dict.fromkeys(names, pl.String)).with_columns(_times(table))
    _, rejects = tables.check(tables.table(table), frame, latest=NOW + timedelta(days=1))
    assert rejects.to_dicts() == []


def _text(value: object) -> str:
    return str(value).lower() if isinstance(value, bool) else str(value)


def _times(table: str) -> list[pl.Expr]:
    times = [column.name for column in tables.table(table).columns if column.type == "time"]
    return [pl.col(column).str.to_datetime(time_zone="UTC", strict=True) for column in times]


@EVERY
def test_ids_begin_with_the_platforms_name(name: str) -> None:
    """Accounts and posts alike, so that those of two platforms never meet."""
    ids = [
        row[column.name]
        for table in ("accounts", "follows", "posts", "interactions")
        for column in tables.table(table).columns
        if column.type in ("account", "id")
        for row in rows(name, table)
        if row.get(column.name) is not None
    ]

    assert ids
    assert {one for one in ids if not one.startswith(f"{name}:") or one == f"{name}:"} == set()


@EVERY
def test_an_act_has_a_source_a_target_a_kind_and_a_time(name: str) -> None:
    """And where its time is not told, the latest that it can be lies not before the earliest."""
    acts = rows(name, "interactions")

    assert acts
    assert all(act.get(column) for act in acts for column in ("source", "target", "kind", "at", "post"))
    spans = pl.DataFrame(
        {"at": [act["at"] for act in acts if act.get("at_latest")]}
        | {"latest": [act["at_latest"] for act in acts if act.get("at_latest")]},
        schema=dict.fromkeys(("at", "latest"), pl.String),
    ).select(pl.all().str.to_datetime(time_zone="UTC"))
    assert spans.filter(pl.col("latest") < pl.col("at")).is_empty()


@EVERY
def test_calls_name_endpoints_that_exist_and_cover_columns_that_exist(name: str) -> None:
    """A mark tells one state of a post from another; a listing that covers names what it is all of."""
    calls = [call for one in crawled(name) for call in one.page.calls]

    for call in calls:
        assert call.endpoint in platform(name).endpoints
        assert call.expected >= 0
        assert not call.mark or call.mark.partition(":")[2]
        if call.covers is not None:
            columns = dict(call.covers)
            assert set(columns) - {"table"} <= set(tables.table(columns.pop("table")).names)
            assert all(columns.values())


@EVERY
def test_what_covers_a_post_or_an_account_gives_rows_of_just_that(name: str) -> None:
    """Rows that a complete listing lacks are deleted: its own rows must be among those that it covers."""
    for one in crawled(name):
        if one.call.covers is not None:
            covered = dict(one.call.covers)
            found = one.page.rows.get(covered.pop("table"), [])
            assert any(covered.items() <= row.items() for row in found) or not found


@EVERY
def test_readers_are_pure(name: str) -> None:
    """The same answer read twice gives the same page, and is left as it was."""
    for one in crawled(name):
        before = copy.deepcopy(one.answer.body)

        again = platform(name).endpoints[one.call.endpoint].read(one.answer, one.call, wanted(name))

        assert again == one.page
        assert one.answer.body == before


#: What is asked aside and gives no rows: whose the token is.
ASIDE = {("mastodon", "me")}


def _accounted(page: Page) -> bool:
    """Whether no more records stand in the answer than became rows, were deleted there, or could not be read."""
    kept = sum(len(found) for found in page.rows.values())
    return page.ended or len(page.unread) <= page.records <= kept + len(page.unread) + len(page.gone)


@EVERY
def test_no_record_is_lost_in_silence(name: str) -> None:
    """Each one became a row, is said to be deleted, or is counted as unreadable."""
    wrong = [one for one in crawled(name) if not _accounted(one.page)]

    assert wrong == []
    assert sum(one.page.records for one in crawled(name)) > 50


def _first_of_each(name: str) -> list[Read]:
    found: dict[str, Read] = {}
    for one in crawled(name):
        found.setdefault(one.call.endpoint, one)
    return list(found.values())


def _again(name: str, one: Read, body: Any) -> Page:
    answer = Answer(one.answer.status, one.answer.headers, body, one.answer.address)
    return platform(name).endpoints[one.call.endpoint].read(answer, one.call, wanted(name))


def _places(value: Any, path: tuple = ()) -> Iterator[tuple]:
    """The path to every key of every object."""
    if isinstance(value, dict):
        for key, inner in value.items():
            yield (*path, key)
            yield from _places(inner, (*path, key))
    elif isinstance(value, list):
        for place, inner in enumerate(value[:2]):
            yield from _places(inner, (*path, place))


def _changed(body: Any, path: tuple, change: Any) -> Any:
    found = copied = copy.deepcopy(body)
    for step in path[:-1]:
        found = found[step]
    change(found, path[-1])
    return copied


@EVERY
@pytest.mark.parametrize("odd", [None, "odd", 10**30, [], {}, [[None]]])
def test_a_key_with_an_odd_value_costs_at_most_its_records(name: str, odd: object) -> None:
    """Whatever stands in the place of one value, nothing is raised and nothing lost in silence."""
    for one in _first_of_each(name):
        for path in _places(one.answer.body) if (name, one.call.endpoint) not in ASIDE else ():
            page = _again(name, one, _changed(one.answer.body, path, lambda found, key: found.update({key: odd})))
            assert _accounted(page), (one.call.endpoint, path)


@EVERY
def test_a_missing_key_costs_at_most_its_records(name: str) -> None:
    """Each key of each kind of page, left out."""
    for one in _first_of_each(name):
        for path in _places(one.answer.body) if (name, one.call.endpoint) not in ASIDE else ():
            page = _again(name, one, _changed(one.answer.body, path, lambda found, key: found.pop(key)))
            assert _accounted(page), (one.call.endpoint, path)


def _with_extra(value: Any) -> Any:
    if isinstance(value, dict):
        return {**{key: _with_extra(inner) for key, inner in value.items()}, "xx_new_key": {"yy": [1, None]}}
    return [_with_extra(inner) for inner in value] if isinstance(value, list) else value


@EVERY
def test_keys_that_nobody_knows_change_nothing(name: str) -> None:
    """A platform adds a key every other month; where keys are ids of records, one more is an unreadable record."""
    for one in _first_of_each(name):
        page = _again(name, one, _with_extra(one.answer.body))
        by_id = one.call.endpoint == "people" and name == "reddit"
        assert (page.rows, page.next) == (one.page.rows, one.page.next)
        assert len(page.unread) == len(one.page.unread) + by_id


_NAMES = ["data", "items", "response", "id", "did", "uri", "kind", "author", "children", "replies", "post", "record"]
_MORE = ["error", "feed", "count", "thread", "snippet", "json", "errors", "account", "groups", "paging", "meta"]
_KEYS = st.sampled_from([*_NAMES, *_MORE])
_LEAVES = st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=5)
_JSON = st.recursive(
    _LEAVES, lambda inner: st.lists(inner, max_size=3) | st.dictionaries(_KEYS | st.text(max_size=3), inner, max_size=4)
)


@EVERY
@settings(max_examples=25, deadline=None)
@given(body=_JSON)
def test_no_reader_falls_over_whatever_the_answer_holds(name: str, body: object) -> None:
    """Any JSON at all gives a page; what cannot be read is counted."""
    for one in _first_of_each(name):
        page = _again(name, one, body)
        assert isinstance(page, Page)
        assert len(page.unread) <= page.records or page.ended


@EVERY
@settings(max_examples=25, deadline=None)
@given(body=_JSON, status=st.sampled_from([200, 301, 400, 401, 403, 404, 409, 429, 500, 503]))
def test_no_judge_falls_over_whatever_the_answer_holds(name: str, body: object, status: int) -> None:
    """And no status but 200 is ever fine."""
    verdict = platform(name).judge(Answer(status, {}, body, "https://a.example/x"), NOW.timestamp())

    assert status == 200 or verdict.meaning != "fine"
    assert verdict.meaning != "wait" or verdict.until is not None


@EVERY
def test_half_an_answer_and_a_web_page_are_never_read(name: str) -> None:
    """Where the body is no JSON, the platform is asked again; so it is at its passing troubles."""
    judge, now = platform(name).judge, NOW.timestamp()
    page = as_answer(
        httpx.Response(200, html="<html>Be right back</html>", request=httpx.Request("GET", "https://a.example"))
    )
    half = as_answer(httpx.Response(200, text='{"data": [{"id"', request=httpx.Request("GET", "https://a.example")))

    assert {judge(one, now).meaning for one in (page, half)} == {"again"}
    assert {judge(Answer(status, {}, None), now).meaning for status in (500, 502, 503, 504)} == {"again"}


#: How each platform says that too much was asked, and for how many seconds.
TOO_MUCH: dict[str, tuple[int, Mapping[str, str], Any, float]] = {
    "bluesky": (429, {"retry-after": "40"}, {"error": "RateLimitExceeded", "message": "Rate Limit Exceeded"}, 40),
    "instagram": (
        400,
        {"x-business-use-case-usage": '{"1": [{"estimated_time_to_regain_access": 2}]}'},
        {"error": {"code": 80002, "message": "too many"}},
        120,
    ),
    "mastodon": (429, {"x-ratelimit-reset": (NOW + timedelta(seconds=50)).isoformat()}, {"error": "Throttled"}, 50),
    "reddit": (429, {"x-ratelimit-remaining": "0.0", "x-ratelimit-reset": "60"}, {"error": 429}, 60),
    "vk": (200, {}, {"error": {"error_code": 6, "error_msg": "Too many requests per second"}}, 1),
    "x": (429, {"x-rate-limit-reset": str(int(NOW.timestamp()) + 70)}, {"title": "Too Many Requests"}, 70),
    "youtube": (429, {"retry-after": "9"}, {"error": {"code": 429, "errors": [{"reason": "rateLimitExceeded"}]}}, 9),
}


@EVERY
def test_too_much_asked_is_waited_for_as_long_as_the_platform_says(name: str) -> None:
    """Never shorter than what it states, each in its own way of saying so."""
    status, headers, body, seconds = TOO_MUCH[name]

    verdict = platform(name).judge(Answer(status, headers, body, "https://a.example/x"), NOW.timestamp())

    assert verdict.meaning == "wait"
    assert verdict.until is not None
    assert seconds <= verdict.until - NOW.timestamp() <= seconds + 10


class Killed(KeyboardInterrupt):
    """A crawl that somebody stopped."""


def _crawl(name: str, ask: Any, folder: Path) -> bool:
    """One crawl from where it stands; whether it came to its end."""
    scope = Scope(depth=1, refresh=timedelta(days=7), sweep=timedelta(days=7))
    folder.mkdir(exist_ok=True)
    with closing(Checkpoint(folder / "crawl.sqlite")) as notes:
        crawl = Crawl(platform(name), wanted(name, posts=20), scope, notes, ask)
        crawl.begin()
        try:
            crawl.run()
        except Killed:
            return False
        assert crawl.missing() == "", "the account of the wish is found"
    return True


def _staged(folder: Path) -> dict[str, Any]:
    """All that a crawl keeps, in one order; of accounts all that was told of each, whichever listing came first."""
    with closing(Checkpoint(folder / "crawl.sqlite")) as notes:
        found = {table: notes.staged_rows(table)[0] for table in ("accounts", "follows", "posts", "interactions")}
    told: dict[str, set[tuple[str, str]]] = {}
    for row in found.pop("accounts"):
        told.setdefault(row["account"], set()).update((name, str(value)) for name, value in row.items())
    return told | {
        table: sorted(some, key=lambda row: json.dumps(row, sort_keys=True)) for table, some in found.items()
    }


def _once_each(what: Callable[[int], httpx.Response]) -> Callable[[httpx.Request], httpx.Response | None]:
    """Trouble for every single request, the first time that it comes; ``what`` is told how many came before."""
    had: set[str] = set()
    lock = threading.Lock()

    def trouble(request: httpx.Request) -> httpx.Response | None:
        key = f"{request.url} {request.content.decode()}"
        with lock:
            if key in had:
                return None
            had.add(key)
            return what(len(had))

    return trouble


def _dies(number: int) -> httpx.Response:
    raise Killed


@EVERY
def test_a_crawl_that_dies_at_every_single_request_ends_like_one_that_never_did(name: str, tmp_path: Path) -> None:
    """No row twice and none lost, wherever it was stopped; and it comes to an end."""
    mortal, stopped = server(name, _once_each(_dies)), 0

    assert _crawl(name, server(name).ask, tmp_path / "whole")
    while not _crawl(name, mortal.ask, tmp_path / "torn"):
        stopped += 1

    assert stopped >= 5
    whole = _staged(tmp_path / "whole")
    assert _staged(tmp_path / "torn") == whole
    ties = [(row["source"], row["target"]) for row in whole["follows"]]
    assert len(whole["interactions"]) > 10
    assert len(ties) == len(set(ties))


class Clock:
    """Seconds that pass only while somebody sleeps."""

    def __init__(self) -> None:
        self.now, self._lock = NOW.timestamp(), threading.Lock()

    def sleep(self, seconds: float) -> None:
        """Time passes at once."""
        with self._lock:
            self.now += seconds


@EVERY
def test_a_platform_in_trouble_is_asked_again_until_all_is_read(name: str, tmp_path: Path) -> None:
    """Each request fails once: too much asked, a passing fault, half an answer, a broken line, in turn."""
    status, headers, body, _ = TOO_MUCH[name]

    def fails(number: int) -> httpx.Response:
        if number % 4 == 0:
            return httpx.Response(status, headers=headers, json=body)
        if number % 4 == 1:
            return httpx.Response(503, json={})
        if number % 4 == 2:
            return httpx.Response(200, text='{"data": [{"id', headers={"content-type": "application/json"})
        raise httpx.ReadError("the line broke")

    clock, one, troubled = Clock(), platform(name), server(name, _once_each(fails))
    client = Client(
        one.title,
        wanted(name).server or one.server,
        judge=one.judge,
        limits=one.limits,
        patience=1e6,
        transport=httpx.MockTransport(troubled),
        clock=lambda: clock.now,
        sleep=clock.sleep,
    )
    with client:
        assert _crawl(name, client.ask, tmp_path / "troubled")

    assert _crawl(name, server(name).ask, tmp_path / "whole")
    assert _staged(tmp_path / "troubled") == _staged(tmp_path / "whole")
    assert clock.now > NOW.timestamp()


@EVERY
def test_a_platform_whose_clock_is_ahead_loses_nothing(name: str) -> None:
    """Read by somebody whose clock is a day slow, the same answers give the same acts, none of them backwards."""
    behind = wanted(name, now=NOW - timedelta(days=1))
    for one in _first_of_each(name):
        page = platform(name).endpoints[one.call.endpoint].read(one.answer, one.call, behind)

        acts = page.rows.get("interactions", [])
        assert [(act["source"], act["target"], act["kind"]) for act in acts] == [
            (act["source"], act["target"], act["kind"]) for act in one.page.rows.get("interactions", [])
        ]


@EVERY
def test_two_listings_never_contradict_each_other_about_an_account(name: str) -> None:
    """Several calls are in flight at once: what is kept of a person must not hang on which of them came first."""
    told: dict[tuple[str, str], set[str]] = {}
    for row in rows(name, "accounts"):
        for column, value in row.items():
            if value is not None:
                told.setdefault((row["account"], column), set()).add(str(value))

    assert {key: values for key, values in told.items() if len(values) > 1} == {}


@EVERY
def test_every_call_says_where_it_is_described(name: str) -> None:
    """Who doubts a reader finds the platform's own page."""
    for endpoint in platform(name).endpoints.values():
        assert endpoint.docs.startswith("https://")
        assert endpoint.table in tables.TABLES
    assert platform(name).title
    assert platform(name).token == "none" or platform(name).token_help
