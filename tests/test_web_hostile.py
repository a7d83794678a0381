"""Whatever a server does: the client ends in time, in little memory, and with words."""

from __future__ import annotations

import logging
import ssl
import subprocess
import sys
import threading
import time
from pathlib import Path
from typing import Any

import httpx
import pytest

from ambassadors.errors import AddressRefused, FetchError
from ambassadors.web import Answer, Ask, Limits, Verdict, default_judge
from ambassadors.web.client import Client, Settings, Stopped
from tests.hostile_server import (
    FAULTS,
    GOOD,
    OK,
    PACKED,
    Fault,
    Hostile,
    Visit,
    in_turn,
    pages,
    raw,
    redirects,
    says,
    silent,
)

CANARY = "canary-5f2c/a b+c"
QUICK = Settings(deadline=0.2, attempts=2, first_pause=0.01)
PATIENT = Settings(deadline=5, attempts=3, first_pause=0.01)


def asking(server: str, **changed: Any) -> Client:
    """A client of that server, which may be on loopback."""
    given: dict[str, Any] = {"judge": default_judge, "limits": Limits(10_000, 1), "private": True, "settings": PATIENT}
    return Client("cafe", server, **{**given, "headers": {"Authorization": f"Bearer {CANARY}"}, **changed})


def answered(fault: Fault, ask: Ask = Ask("/path")) -> Answer:  # noqa: B008 - it cannot be changed
    """What the client makes of such a server."""
    with Hostile(fault) as server, asking(server.address) as client:
        return client.ask(ask)[0]


@pytest.mark.parametrize("name", FAULTS)
def test_every_fault_ends_in_time_and_in_words(name: str) -> None:
    """No hang past the deadline, no traceback of another kind, no secret, and a sentence about what to do."""
    with Hostile(FAULTS[name]) as server, asking(server.address, settings=QUICK) as client:
        began = time.monotonic()
        with pytest.raises(FetchError) as told:
            client.ask(Ask("/path", {"q": "tea", "key": CANARY}))
        took = time.monotonic() - began

    assert took < QUICK.attempts * QUICK.deadline + 2  # the rest is pauses, and a slow machine
    assert told.value.__cause__ is told.value.__context__ is None
    assert "canary" not in str(told.value)
    assert any(word in str(told.value) for word in ("run the same command", "`server`", "`private`"))


def test_there_are_enough_faults() -> None:
    """The standard asks for 25 at least."""
    assert len(FAULTS) >= 25


HUNGRY = """
import sys
from ambassadors.errors import FetchError
from ambassadors.web import Ask, Limits, default_judge
from ambassadors.web.client import Client, Settings
settings = Settings(deadline=20, attempts=1)
with Client("x", sys.argv[1], judge=default_judge, limits=Limits(99, 1), private=True, settings=settings) as client:
    for _ in range(5):
        try:
            client.ask(Ask("/"))
        except FetchError as error:
            print(error)
# what getrusage tells begins with what the test's own process held
print(next(int(line.split()[1]) // 1024 for line in open("/proc/self/status") if line.startswith("VmHWM")))
"""


def test_bombs_cost_little_memory() -> None:
    """300 MB in gzip (two ways), a body without end, JSON without bottom, millions of values: under 300 MB for all."""
    names = ("gzip bomb", "gzip bomb in one piece", "never-ending body", "JSON 100,000 deep")
    faults = [*(FAULTS[name] for name in names), FAULTS["JSON of ten million nothings"]]
    with Hostile(in_turn(*faults)) as server:
        told = subprocess.run(
            [sys.executable, "-c", HUNGRY, server.address], capture_output=True, text=True, check=True, timeout=60
        )

    *errors, megabytes = told.stdout.splitlines()
    assert [error.partition("its answer ")[2][:9] for error in errors] == ["is larger"] * 3 + ["is nested", "holds mor"]
    assert int(megabytes) < 300


def test_a_listener_that_never_speaks_tls() -> None:
    """A port that takes the connection and then is silent, or speaks in the clear: left at the deadline, with words."""
    for fault in (silent, raw(b"HTTP/1.1 400 Bad Request\r\n\r\n")):
        with Hostile(fault) as server, asking(server.address.replace("http:", "https:"), settings=QUICK) as client:
            began = time.monotonic()
            with pytest.raises(FetchError, match="asked 2 times"):
                client.ask(Ask("/"))
            assert time.monotonic() - began < 2 * QUICK.deadline + 2


def test_a_certificate_that_nobody_vouches_for(tmp_path: Path) -> None:
    """No second try, and nothing was asked."""
    with Hostile(says(), secure=tmp_path / "pem") as server, asking(server.address) as client:
        with pytest.raises(FetchError, match=r"certificate proves nothing.*Is `server` right"):
            client.ask(Ask("/"))

        assert server.visits == []


def test_a_certificate_that_somebody_vouches_for(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The encrypted way works, and its connection is used again."""
    with Hostile(says(), secure=tmp_path / "pem") as server:
        trusting = ssl.create_default_context(cafile=str(tmp_path / "pem"))
        monkeypatch.setattr(httpx, "create_ssl_context", lambda **given: trusting)
        with asking(server.address) as client:
            answers = [client.ask(Ask("/"))[0].body for _ in range(3)]

    assert answers == [GOOD] * 3
    assert len({visit.sock for visit in server.visits}) == 1


def test_nobody_there() -> None:
    """A refused connection is tried again, then told."""
    with Hostile(says()) as server:
        gone = server.address

    with asking(gone, settings=QUICK) as client, pytest.raises(FetchError, match=r"refused.*run the same command"):
        client.ask(Ask("/"))


def test_faults_that_pass() -> None:
    """Two 500s, a cut-off answer, a reset: then it is fine, and the caller never knew."""
    fault = in_turn(says(500), says(502, b"<html>"), FAULTS["half a body"], FAULTS["half a body, then a reset"], says())
    with Hostile(fault) as server, asking(server.address, settings=Settings(first_pause=0.001)) as client:
        answer, verdict = client.ask(Ask("/path"))

    assert (answer.body, verdict.meaning, client.asked) == (GOOD, "fine", 5)


@pytest.mark.parametrize(
    ("body", "content_type", "read"),
    [
        (b'{"n": NaN, "m": [Infinity, -Infinity, 1e999]}', "application/json", {"n": None, "m": [None, None, None]}),
        (b'{"id": 12345678901234567890123456789}', "application/json", {"id": 12345678901234567890123456789}),
        (b'{"id": ' + b"9" * 5000 + b"}", "application/json", {"id": "9" * 5000}),
        (b'{"n": "Caf\xe9"}', "application/json; charset=iso-8859-1", {"n": "Café"}),
        (b'{"n": "Caf\xc3\xa9"}', "application/json; charset=iso-8859-1", {"n": "Café"}),
        (b'{"n": "Caf\xe9"}', "application/json; charset=zlib", {"n": "Caf\ufffd"}),
        (b'\xef\xbb\xbf{"n": 1}', "application/json", {"n": 1}),
        (b'["\\ud83d\\ude00", "\\ud83d", "\\\\ud83d"]', "text/javascript", ["😀", "\ufffd", "\\ud83d"]),
        (b'["a [[[[ {{{{ \\" ]"]', "application/json", ['a [[[[ {{{{ " ]']),
    ],
)
def test_odd_json_is_read(body: bytes, content_type: str, read: object) -> None:
    """What is no number becomes None, a number too long stays text, bad bytes and half pairs are marked."""
    assert answered(says(200, body, content_type=content_type)).body == read


def test_packed_answers_are_unpacked() -> None:
    """Gzip, also of several members; and nothing else is asked for."""
    with Hostile(raw(OK + b"Content-Encoding: gzip\r\n\r\n" + PACKED[:9], PACKED[9:])) as server:
        with asking(server.address) as client:
            assert client.ask(Ask("/"))[0].body == GOOD
        assert server.visits[0].headers["accept-encoding"] == "gzip"
        assert server.visits[0].headers["user-agent"].startswith("ambassadors/")


@pytest.mark.parametrize("status", [204, 205])
def test_nothing_is_an_answer_where_it_is_announced(status: int) -> None:
    """204 says that there is nothing: no body, and no fault."""
    nothing = raw(b"HTTP/1.1 %d Nothing\r\nContent-Length: 0\r\n\r\n" % status)
    with Hostile(nothing) as server, asking(server.address) as client:
        answer, verdict = client.ask(Ask("/"))

    assert (answer.status, answer.body, verdict.meaning) == (status, None, "fine")


@pytest.mark.parametrize(
    ("status", "meaning"),
    [(401, "login"), (403, "private"), (404, "gone"), (410, "gone"), (400, "refused"), (422, "refused")],
)
def test_an_error_is_told_once_in_the_platforms_words(status: int, meaning: str) -> None:
    """What trying again cannot mend comes back at once, without the token that the platform repeats."""
    with Hostile(says(status, {"error": {"message": f"token {CANARY} is bad"}})) as server:
        with asking(server.address) as client:
            _, verdict = client.ask(Ask("/path"))

        assert (verdict.meaning, verdict.says, len(server.visits)) == (meaning, "token *** is bad", 1)


def test_an_error_that_hides_behind_200() -> None:
    """The platform's judge reads the body; what it calls passing is asked again."""

    def judge(answer: Answer, now: float) -> Verdict:
        return Verdict("again", says="Too many requests") if "error" in (answer.body or {}) else Verdict("fine")

    fault = in_turn(says(200, {"error": {"error_code": 6}}), says())
    with Hostile(fault) as server, asking(server.address, judge=judge) as client:
        answer, _ = client.ask(Ask("/"))

    assert (answer.body, client.asked) == (GOOD, 2)


def test_redirects_within_the_server_are_followed() -> None:
    """Up to three, with the token, since it is the same server; the address is the last one's."""
    fault = in_turn(redirects("/two?a=b"), redirects("three", 307), says())
    with Hostile(fault) as server, asking(server.address) as client:
        answer, _ = client.ask(Ask("/one", {"q": "tea"}))

        assert [visit.target for visit in server.visits] == ["/one?q=tea", "/two?a=b", "/three"]
        assert {visit.headers["authorization"] for visit in server.visits} == {f"Bearer {CANARY}"}
        assert answer.address == f"{server.address}/three"


def test_what_is_handed_in_is_not_sent_on() -> None:
    """A POST is never redirected: a password might be in it."""
    with Hostile(redirects("/two")) as server, asking(server.address) as client:
        with pytest.raises(AddressRefused, match="what we hand in"):
            client.ask(Ask("/one", method="POST", form={"password": "x"}))

        assert len(server.visits) == 1


def test_forms_and_json_are_sent() -> None:
    """A POST carries its form or its JSON."""
    with Hostile(says()) as server, asking(server.address) as client:
        client.ask(Ask("/a", method="POST", form={"grant": "a b"}))
        client.ask(Ask("/b", method="POST", json={"name": "x"}))

        assert [visit.body for visit in server.visits] == [b"grant=a+b", b'{"name":"x"}']


def test_a_request_may_carry_headers_of_its_own() -> None:
    """A log-in's, instead of the token's; a platform that repeats them is read without."""
    basic = {"Authorization": "Basic canary-of-a-login"}
    with Hostile(says(401, {"message": "canary-of-a-login is wrong"})) as server, asking(server.address) as client:
        _, verdict = client.ask(Ask("/login", method="POST", headers=basic))
        client.ask(Ask("/"))

        sent = [visit.headers["authorization"] for visit in server.visits]
        assert sent == ["Basic canary-of-a-login", f"Bearer {CANARY}"]
    assert verdict.says == "*** is wrong"


def test_stop_ends_whoever_asks() -> None:
    """Soon, not at the deadline, with an error of its own; nobody asks afterwards."""
    with Hostile(silent) as server, asking(server.address, settings=Settings(deadline=60)) as client:
        threading.Timer(0.1, client.stop).start()
        began = time.monotonic()
        for _ in range(2):
            with pytest.raises(Stopped):
                client.ask(Ask("/"))

        assert time.monotonic() - began < 5
        assert len(server.visits) == 1


def test_four_threads_share_one_client() -> None:
    """All are answered, over no more connections than there are threads."""
    with Hostile(lambda visit: visit.answer(200, {"path": visit.target})) as server, asking(server.address) as client:
        found: list[object] = []

        def work(name: int) -> None:
            found.extend(client.ask(Ask(f"/{name}/{page}"))[0].body["path"] for page in range(10))

        threads = [threading.Thread(target=work, args=(name,)) for name in range(4)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()

        assert sorted(found, key=str) == sorted(f"/{name}/{page}" for name in range(4) for page in range(10))
        assert client.asked == 40
        assert len({visit.sock for visit in server.visits}) <= 4


def test_pages_can_be_scripted() -> None:
    """The hostile server pages as a test wants it, in circles, too: for the tests of the crawl."""
    with Hostile(pages({"": ([1, 2], "a"), "a": ([3], "")})) as server, asking(server.address) as client:
        first = client.ask(Ask("/"))[0].body
        second = client.ask(Ask("/", {"cursor": first["cursor"]}))[0].body

    assert (first, second) == ({"records": [1, 2], "cursor": "a"}, {"records": [3], "cursor": ""})


def leaking(visit: Visit) -> None:
    """Repeats the token in its headers and its body."""
    visit.answer(200, {"next": f"/x?access_token={CANARY}", "token": CANARY}, x_echo=CANARY, location=f"/?key={CANARY}")


def test_no_log_no_answer_and_no_repr_holds_the_token(caplog: pytest.LogCaptureFixture) -> None:
    """With every logger at DEBUG, and a server that repeats the token: not a piece of it is seen anywhere."""
    caplog.set_level(logging.DEBUG)
    with Hostile(leaking) as server, asking(server.address, hidden=[CANARY]) as client:
        answer, verdict = client.ask(Ask("/path", {"access_token": CANARY}))
        with pytest.raises(FetchError) as told:
            client.ask(Ask(f"ftp://user:{CANARY}@x.example/{CANARY}"))
        shown = [caplog.text, repr(client), repr(vars(client)), repr(answer), repr(verdict), str(told.value)]

    assert "http11" in caplog.text  # or nothing would have been proved
    assert not [text for text in shown if "canary" in text or "5f2c" in text]
