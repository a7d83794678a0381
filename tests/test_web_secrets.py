"""A token comes from the environment or the keyring, and is seen nowhere."""

from __future__ import annotations

import json
import logging
import sys
import types
from urllib.parse import quote, quote_plus

import httpx
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ambassadors.errors import FetchError, TokenError
from ambassadors.web import Ask, Limits, default_judge
from ambassadors.web.client import Client, Settings
from ambassadors.web.secrets import Hidden, redact, token_for, without

CANARY = "canary-5f2c/ü b+c=="


def keyring(monkeypatch: pytest.MonkeyPatch, **passwords: str) -> None:
    """A keyring that knows these passwords, by platform."""
    module = types.ModuleType("keyring")
    module.get_password = lambda service, user: passwords.get(user) if service == "ambassadors" else None  # type: ignore[attr-defined]
    monkeypatch.setitem(sys.modules, "keyring", module)


def test_the_environment_comes_first(monkeypatch: pytest.MonkeyPatch) -> None:
    """The variable of the platform, or the one that the recipe names; blanks around it are none of it."""
    keyring(monkeypatch, x="from the keyring")
    monkeypatch.setenv("AMBASSADORS_X_TOKEN", " first\n")
    monkeypatch.setenv("MY_TOKEN", "second")

    assert token_for("x", None) == "first"
    assert token_for("x", "MY_TOKEN") == "second"
    assert token_for("x", "NO_SUCH_VARIABLE") == "from the keyring"


def test_the_keyring_comes_second(monkeypatch: pytest.MonkeyPatch) -> None:
    """The password of the service ambassadors; None where there is none."""
    keyring(monkeypatch, vk="from the keyring")
    monkeypatch.delenv("AMBASSADORS_VK_TOKEN", raising=False)

    assert token_for("vk", None) == "from the keyring"
    assert token_for("reddit", None) is None


def test_a_keyring_that_is_missing_or_broken_is_none(monkeypatch: pytest.MonkeyPatch) -> None:
    """Not installed, or locked: no token, and no traceback."""

    def locked(service: str, user: str) -> str:
        raise RuntimeError("no desktop")

    monkeypatch.delenv("AMBASSADORS_X_TOKEN", raising=False)
    monkeypatch.setitem(sys.modules, "keyring", None)
    assert token_for("x", None) is None

    keyring(monkeypatch)
    monkeypatch.setattr(sys.modules["keyring"], "get_password", locked)
    assert token_for("x", None) is None


@pytest.mark.parametrize(
    "text",
    [
        "https://x.example/?access_token={}&a=b",
        "GET /?key={} failed",
        "?client_secret={}",
        "token={}",
        "Authorization: Bearer {}",
        "{{'Authorization': 'Bearer {}'}}",
        "(b'Authorization', b'Basic {}')",
        "Bearer {}",
        "https://user:{}@x.example/",
        '{{"access_token": "{}"}}',
        "x-api-key: {}",
    ],
)
def test_what_looks_like_a_secret_is_masked(text: str) -> None:
    """Also where nobody told us that it is one."""
    assert "s3cr3t" not in redact(text.format("s3cr3ts3cr3ts3cr3t"))


def test_ordinary_words_stay() -> None:
    """A message is still of use: what is no secret can be read."""
    text = "https://x.example/users/12?fields=id,name: the token has expired (bearer of good news), monkey=1"

    assert redact(text) == text


@settings(max_examples=50, deadline=None)
@given(st.text(min_size=8, max_size=40), st.text(max_size=20))
def test_a_known_secret_is_masked_in_every_spelling(secret: str, around: str) -> None:
    """As it is, in an address, in JSON, and as Python shows it."""
    secret = "k9" + "".join(letter for letter in secret if letter.isprintable()) + "9k"
    for spelling in (
        secret,
        quote(secret),
        quote(secret, safe=""),
        quote_plus(secret),
        json.dumps(secret),
        repr(secret),
    ):
        masked = without(f"{around} {spelling} {around}", [secret])
        assert spelling.strip("\"'") not in masked or spelling.strip("\"'") in around
        assert "***" in masked


def test_short_texts_are_no_secrets() -> None:
    """A text of three letters would take half of every message with it."""
    assert without("a cat", ["cat", "a", ""]) == "a cat"


def test_the_hidden_show_nothing() -> None:
    """Their own form has no secret in it."""
    assert CANARY not in repr(Hidden([CANARY]))


def failing(request: httpx.Request) -> httpx.Response:
    """A transport whose error tells all that was sent."""
    raise httpx.ConnectError(f"{request.url} {dict(request.headers)} {CANARY} {quote(CANARY)}", request=request)


def chain(error: BaseException | None) -> list[BaseException]:
    """An error, and all that it came from."""
    return [] if error is None else [error, *chain(error.__cause__), *chain(error.__context__)]


def test_errors_hold_no_secret(monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture) -> None:
    """In header, query, form and environment: the whole chain of exceptions and all logs are clean."""
    caplog.set_level(logging.DEBUG)
    monkeypatch.setenv("AMBASSADORS_X_TOKEN", CANARY)
    token = token_for("x", None)
    assert token == CANARY
    with Client(
        "x",
        "https://x.example",
        judge=default_judge,
        limits=Limits(99, 1),
        headers={"X-Api-Key": "canary-in-a-header"},
        hidden=[token],
        transport=httpx.MockTransport(failing),
        settings=Settings(attempts=2, first_pause=0.001),
    ) as client:
        client.hide("canary-hidden-later")
        with pytest.raises(FetchError) as told:
            client.ask(Ask("/canary-hidden-later", {"access_token": token}, method="POST", form={"password": token}))

    shown = "".join(f"{error!r} {error} {error.args} {vars(error)}" for error in chain(told.value)) + caplog.text
    assert "connection failed" in shown
    assert "canary" not in shown


@pytest.mark.parametrize(
    "address", ["https://x.example:{}/", "https://{}@x.example/", "https://[{}/", "{}://x.example"]
)
def test_a_secret_in_a_wrong_place_of_an_address_is_not_told(address: str) -> None:
    """Where an address is refused because a token got into it, neither the error nor its origin shows it."""
    ask, client = Ask(address.format("canary-5f2c")), {"judge": default_judge, "limits": Limits(9, 1)}
    transport = httpx.MockTransport(failing)
    with (
        Client("x", "https://x.example", hidden=["canary-5f2c"], transport=transport, **client) as asking,  # type: ignore[arg-type]
        pytest.raises(FetchError) as told,
    ):
        asking.ask(ask)

    assert "canary" not in "".join(f"{error!r} {error}" for error in chain(told.value))


def test_a_repeated_token_gets_into_no_table() -> None:
    """An answer that repeats the token (in a link, in a text) is read without it; a login's answer is left whole."""

    def echo(request: httpx.Request) -> httpx.Response:
        return httpx.Response(
            200, json={"next": f"/?access_token={quote(CANARY)}", "bio": CANARY}, headers={"Link": "canary-5f2c"}
        )

    with Client(
        "x",
        "https://x.example",
        judge=default_judge,
        limits=Limits(99, 1),
        hidden=[CANARY, "canary-5f2c"],
        transport=httpx.MockTransport(echo),
    ) as client:
        read = client.ask(Ask("/"))[0]
        login = client.ask(Ask("/login", method="POST"))[0]

    assert read.body == {"next": "/?access_token=***", "bio": "***"}
    assert read.headers["link"] == "***"
    assert login.body["bio"] == CANARY


@pytest.mark.parametrize("token", ["two\nlines", "a\rb", "naïve", "a\x00b"])
def test_a_token_that_cannot_be_one(token: str) -> None:
    """Told at once, without it."""
    with pytest.raises(TokenError, match="Copy it again") as told:
        Client(
            "x",
            "https://x.example",
            judge=default_judge,
            limits=Limits(9, 1),
            headers={"Authorization": f"Bearer {token}"},
            transport=httpx.MockTransport(failing),
        )

    assert token not in str(told.value)


def test_the_log_filter_leaves_with_the_client() -> None:
    """Whoever else uses the same libraries has their logs as before."""
    before = list(logging.getLogger("httpcore.http11").filters)
    transport = httpx.MockTransport(failing)
    with Client("x", "https://x.example", judge=default_judge, limits=Limits(9, 1), transport=transport):
        assert len(logging.getLogger("httpcore.http11").filters) == len(before) + 1

    assert logging.getLogger("httpcore.http11").filters == before


def test_retries_are_printed_nowhere(capfd: pytest.CaptureFixture[str]) -> None:
    """Stamina prints every retry through structlog by itself: not ours."""
    transport = httpx.MockTransport(lambda request: httpx.Response(500))
    with (
        Client(
            "x",
            "https://x.example",
            judge=default_judge,
            limits=Limits(9, 1),
            transport=transport,
            settings=Settings(attempts=3, first_pause=0.001),
        ) as client,
        pytest.raises(FetchError),
    ):
        client.ask(Ask("/"))

    assert capfd.readouterr() == ("", "")
