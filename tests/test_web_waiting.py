"""Nobody asks before the moment that the platform named, nor more than it allows."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterable
from datetime import UTC, datetime
from email.utils import formatdate
from typing import Any, Literal

import httpx
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ambassadors.errors import ComeBack, FetchError
from ambassadors.web import Answer, Ask, Limits, Verdict, default_judge, reset_epoch, reset_in, reset_iso, retry_after
from ambassadors.web.client import Client, Settings, Stopped
from ambassadors.web.pacing import Pacer
from ambassadors.web.waiting import words

NOW = datetime(2026, 6, 1, 12, tzinfo=UTC).timestamp()


class Clock:
    """A clock that is moved by sleeping; it keeps the moments at which requests came."""

    def __init__(self) -> None:
        self.now, self.came = NOW, list[float]()

    def __call__(self) -> float:
        """What time it is."""
        return self.now

    def sleep(self, seconds: float) -> None:
        """Let time go by."""
        self.now += seconds

    def answers(self, *given: httpx.Response) -> httpx.MockTransport:
        """A server that gives these answers one after the other, the last one for ever."""
        rest = list(given)

        def answer(request: httpx.Request) -> httpx.Response:
            self.came.append(self.now - NOW)
            return rest.pop(0) if len(rest) > 1 else rest[0]

        return httpx.MockTransport(answer)

    def client(self, *answers: httpx.Response, **changed: Any) -> Client:
        """A client that lives by this clock."""
        given: dict[str, Any] = {"judge": default_judge, "limits": Limits(1000, 1), "patience": 7200}
        given |= {"transport": self.answers(*answers), "clock": self, "sleep": self.sleep}
        return Client("cafe", "https://cafe.example", **{**given, **changed})


FINE = httpx.Response(200, json={"id": 1})


def status(code: int, headers: dict[str, str] | None = None) -> httpx.Response:
    """An answer without a body that matters."""
    return httpx.Response(code, headers=headers, json={"error": "x"})


def date(moment: float) -> str:
    """A moment as HTTP writes it."""
    return formatdate(moment, usegmt=True)


@pytest.mark.parametrize("code", [429, 503, 500])
@pytest.mark.parametrize(
    ("headers", "earliest"),
    [
        ({"Retry-After": "120"}, 120),
        ({"Retry-After": "3600"}, 3600),
        ({"Retry-After": "7.5"}, 7.5),
        ({"Retry-After": "0"}, 0),
        ({"Retry-After": date(NOW + 90)}, 90),
        ({"Retry-After": date(NOW + 90 + 4000), "Date": date(NOW + 4000)}, 90),  # their clock is ahead of ours
        ({"Retry-After": date(NOW + 90 - 4000), "Date": date(NOW - 4000)}, 90),  # and behind
        ({"Retry-After": date(NOW - 90)}, 0),
        ({"Retry-After": "-5"}, 0),
        ({"Retry-After": "soon"}, 0),
        ({"Retry-After": "Mon, 99 Foo 2026 25:61:61 GMT"}, 0),
        ({"Retry-After": "nan"}, 0),
        ({}, 0),
    ],
)
def test_retry_after_is_a_lower_bound(code: int, headers: dict[str, str], earliest: float) -> None:
    """In seconds, as a date, in the past, or nonsense: never before it, and never at once."""
    clock = Clock()
    with clock.client(status(code, headers), FINE) as client:
        answer, verdict = client.ask(Ask("/"))

    assert (answer.body, verdict.meaning) == ({"id": 1}, "fine")
    assert clock.came[0] == 0
    assert clock.came[1] >= max(earliest, 1)  # the first pause is at least a second
    assert clock.came[1] <= max(earliest + 2, 12)
    assert client.waited == clock.came[1]


@pytest.mark.parametrize("meaning", ["again", "wait"])
def test_a_judge_that_forgets_retry_after_changes_nothing(meaning: Literal["again", "wait"]) -> None:
    """The header counts, whatever a platform's module makes of the answer."""
    clock = Clock()
    judge = lambda answer, now: Verdict("fine" if answer.status == 200 else meaning)  # noqa: E731
    with clock.client(status(418, {"Retry-After": "120"}), FINE, judge=judge) as client:
        client.ask(Ask("/"))

    assert clock.came[1] >= 120


def test_the_next_may_say_longer() -> None:
    """Each wait is heard, not only the first."""
    clock = Clock()
    with clock.client(status(429, {"Retry-After": "60"}), status(429, {"Retry-After": "600"}), FINE) as client:
        client.ask(Ask("/"))

    assert clock.came[1] >= 60
    assert clock.came[2] - clock.came[1] >= 600


@pytest.mark.parametrize("after", ["901", date(NOW + 901), "9" * 30, "9" * 299])
def test_who_would_wait_too_long_is_sent_home(after: str) -> None:
    """With the moment at which to come back, after one request, without sleeping a second."""
    clock = Clock()
    with clock.client(status(429, {"Retry-After": after}), patience=900) as client:
        with pytest.raises(ComeBack, match="What was read so far is kept") as told:
            client.ask(Ask("/"))
        with pytest.raises(ComeBack):  # and again without asking
            client.ask(Ask("/"))

    assert told.value.until >= NOW + 901
    assert told.value.exit_code == 75
    assert (clock.came, clock.now) == ([0.0], NOW)


def test_the_headers_of_a_broken_answer_count() -> None:
    """A 429 whose body breaks off says when to come back all the same."""

    class Breaks(httpx.SyncByteStream):
        def __iter__(self) -> Any:
            yield b"{"
            raise httpx.ReadError("gone")

    clock = Clock()
    with clock.client(httpx.Response(429, headers={"Retry-After": "300"}, stream=Breaks()), FINE) as client:
        client.ask(Ask("/"))

    assert clock.came[1] >= 300


def quota(answer: Answer, now: float) -> Verdict:
    """A judge of a platform that counts down, and says when it begins again."""
    until = reset_epoch(answer.headers, "x-reset", now) if answer.headers.get("x-remaining") == "0" else None
    return Verdict("wait" if answer.status == 429 else "fine", until)


def test_the_last_one_before_the_reset_is_answered_and_then_all_wait() -> None:
    """A fine answer with nothing left of the quota: it is given at once, and the next request comes after the reset."""
    clock = Clock()
    last = httpx.Response(200, headers={"X-Remaining": "0", "X-Reset": str(int(NOW) + 500)}, json={"id": 7})
    with clock.client(last, FINE, judge=quota) as client:
        first, verdict = client.ask(Ask("/"))
        assert (first.body, verdict.meaning, clock.now) == ({"id": 7}, "fine", NOW)
        client.ask(Ask("/"))

    assert clock.came[1] >= 500


def test_a_reset_beside_a_broken_answer_counts() -> None:
    """The quota is used up even though the answer was cut off."""
    clock = Clock()
    last = httpx.Response(200, headers={"X-Remaining": "0", "X-Reset": str(int(NOW) + 500)}, content=b'{"id":')
    with clock.client(last, FINE, judge=quota) as client:
        client.ask(Ask("/"))

    assert clock.came[1] >= 500


def test_pauses_grow_and_end() -> None:
    """After a fault each pause is longer than the one before, with chance in it; then there are words."""
    clock = Clock()
    with (
        clock.client(status(500), settings=Settings(attempts=5, first_pause=1, longest_pause=64)) as client,
        pytest.raises(FetchError, match=r"cafe: https://cafe.example/x was asked 5 times.*status 500: x"),
    ):
        client.ask(Ask("/x"))

    pauses = [later - sooner for sooner, later in zip(clock.came, clock.came[1:], strict=False)]
    assert [lowest <= pause <= 2 * lowest for pause, lowest in zip(pauses, (1, 2, 4, 8), strict=True)] == [True] * 4


def test_a_platform_that_never_lets_us_is_told_as_a_wait() -> None:
    """Told to wait as often as we try: come back later, not a fault."""
    clock = Clock()
    with (
        clock.client(status(429, {"Retry-After": "30"}), settings=Settings(attempts=3)) as client,
        pytest.raises(ComeBack),
    ):
        client.ask(Ask("/"))

    assert len(clock.came) == 3


class Together(Clock):
    """A clock that moves on only when four threads sleep."""

    def __init__(self) -> None:
        super().__init__()
        self.first, self.all = threading.Event(), threading.Barrier(4)

    def sleep(self, seconds: float) -> None:
        """Sleep until the others do, too."""
        until = self.now + seconds
        self.first.set()
        self.all.wait(10)
        self.now = max(self.now, until)


def test_all_threads_wait_when_one_is_told_to() -> None:
    """One learns of a wait; the others, which would have asked meanwhile, keep it, too."""
    clock = Together()
    with clock.client(status(429, {"Retry-After": "100"}), FINE) as client:
        threads = [threading.Thread(target=client.ask, args=(Ask("/"),)) for _ in range(4)]
        threads[0].start()
        assert clock.first.wait(10)
        for thread in threads[1:]:
            thread.start()
        for thread in threads:
            thread.join(20)

    assert clock.came == [0, 100, 100, 100, 100]
    assert client.waited == 100


def test_stop_wakes_whoever_waits() -> None:
    """An hour's wait ends when somebody stops the client."""
    transport = httpx.MockTransport(lambda request: status(429, {"Retry-After": "3600"}))
    with Client(
        "cafe", "https://cafe.example", judge=default_judge, limits=Limits(9, 1), patience=7200, transport=transport
    ) as client:
        threading.Timer(0.1, client.stop).start()
        with pytest.raises(Stopped):
            client.ask(Ask("/"))


def pacer(clock: Callable[[], float], sleep: Callable[[float], None], limits: Limits) -> Pacer:
    """A pacer with much patience."""
    return Pacer("cafe", limits, patience=1e9, clock=clock, sleep=sleep, stopped=threading.Event())


@settings(max_examples=50, deadline=None)
@given(st.integers(1, 20), st.floats(0.1, 1000), st.lists(st.tuples(st.integers(1, 20), st.floats(0, 50)), max_size=40))
def test_never_more_than_the_limit_in_any_span(units: int, seconds: float, calls: Iterable[tuple[int, float]]) -> None:
    """In every span of the limit's seconds at most its units are spent; a dearer call has the span for itself."""
    clock = Clock()
    paced, spent = pacer(clock, clock.sleep, Limits(units, seconds)), list[tuple[float, int]]()
    for cost, idle in calls:
        clock.now += idle
        paced.take(cost)
        spent.append((clock.now, cost))

    for begin, _ in spent:
        within = [cost for at, cost in spent if begin <= at and at < begin + seconds]
        assert sum(within) <= units or len(within) == 1


def test_the_limit_is_used_in_full() -> None:
    """As fast as the limit allows: the first hundred at once, each next hundred when the span is over."""
    clock = Clock()
    paced, came = pacer(clock, clock.sleep, Limits(100, 60)), list[float]()
    for _ in range(250):
        paced.take(1)
        came.append(clock.now - NOW)

    assert (came[99], came[100], came[199], came[200]) == (0, 60, 60, 120)


def test_the_daily_quota_is_used_up() -> None:
    """Where the limit would let us go on tomorrow only, that is a reason to come back."""
    clock = Clock()
    with clock.client(FINE, limits=Limits(10, 86_400)) as client:
        client.ask(Ask("/", units=6))
        with pytest.raises(ComeBack) as told:
            client.ask(Ask("/", units=6))

    assert told.value.until == NOW + 86_400


@pytest.mark.parametrize(
    ("name", "value", "moment"),
    [
        ("epoch", "1780315260", NOW + 61),
        ("epoch", "1780315260123", NOW + 61.123),
        ("epoch", "", None),
        ("epoch", "tomorrow", None),
        ("epoch", "-1", None),
        ("iso", "2026-06-01T12:01:00.000000Z", NOW + 61),
        ("iso", "2026-06-01T14:01:00+02:00", NOW + 61),
        ("iso", "2026-06-01T12:01:00", NOW + 61),
        ("iso", "soon", None),
        ("in", "60", NOW + 61),
        ("in", "59.5", NOW + 60.5),
        ("in", "x", None),
    ],
)
def test_moments_of_platforms(name: str, value: str, moment: float | None) -> None:
    """A second is added, since platforms cut theirs down to whole seconds; what cannot be read is None."""
    read = {"epoch": reset_epoch, "iso": reset_iso, "in": reset_in}[name]

    assert read({"reset": value}, "reset", NOW) == (None if moment is None else pytest.approx(moment))
    assert read({}, "reset", NOW) is None


def test_a_reset_is_told_by_their_clock() -> None:
    """Ours an hour ahead or behind changes nothing: what counts is how far the reset is from their own time."""
    for skew in (-3600, 3600):
        headers = {"date": date(NOW + skew), "reset": str(int(NOW + skew + 60))}
        assert reset_epoch(headers, "reset", NOW) == NOW + 61
    assert retry_after({"retry-after": date(NOW + 60)}, NOW) == NOW + 61


@pytest.mark.parametrize(
    ("body", "said"),
    [
        ({"message": "a"}, "a"),
        ({"error": "AuthRequired", "message": "Log in"}, "Log in"),
        ({"errors": [{"detail": "No such user", "title": "Not Found"}]}, "No such user"),
        ({"error": {"error_code": 5, "error_msg": "User authorization failed"}}, "User authorization failed"),
        ({"error": 5}, ""),
        ([], ""),
        (None, ""),
        ("plain", "plain"),
        ({"message": "x" * 500}, "x" * 200),
    ],
)
def test_the_words_of_platforms(body: object, said: str) -> None:
    """A platform's own words are found in the shapes that platforms use."""
    assert words(body) == said
