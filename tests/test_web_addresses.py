"""Nobody is sent where a recipe, an answer or the name system has no business to send them."""

from __future__ import annotations

import ipaddress
import socket
from typing import Any

import httpx
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ambassadors.errors import AddressRefused, FetchError
from ambassadors.web import Ask, Limits, default_judge
from ambassadors.web.addresses import numeric, refusal, same_house, server_of
from ambassadors.web.client import Client, Settings
from tests.hostile_server import Hostile, says

ONCE = Settings(deadline=2, attempts=1)
REFUSED = {
    "loopback": "http://127.0.0.1/",
    "loopback, elsewhere in its net": "https://127.8.9.10/",
    "loopback, IPv6": "https://[::1]/",
    "private 10": "https://10.1.2.3/",
    "private 172.16": "https://172.31.255.1/",
    "private 192.168": "https://192.168.0.1:8443/",
    "unique local": "https://[fd12:3456::1]/",
    "link-local": "https://169.254.1.1/",
    "link-local, IPv6": "https://[fe80::1]/",
    "link-local with its zone": "https://[fe80::1%25eth0]/",
    "site-local": "https://[fec0::1]/",
    "the cloud's keys": "http://169.254.169.254/latest/meta-data/",
    "the cloud's keys, IPv6": "http://[fd00:ec2::254]/",
    "the cloud's keys, Alibaba": "http://100.100.100.200/",
    "the cloud's wire server": "http://168.63.129.16/",
    "a provider's inner network": "https://100.64.0.1/",
    "NAT64": "https://[64:ff9b::7f00:1]/",
    "NAT64, local": "https://[64:ff9b:1::a00:1]/",
    "6to4 of a private one": "https://[2002:a00:1::1]/",
    "Teredo": "https://[2001:0:7f00:1::1]/",
    "IPv4-mapped": "https://[::ffff:127.0.0.1]/",
    "IPv4-mapped, public": "https://[::ffff:8.8.8.8]/",
    "IPv4-compatible": "https://[::127.0.0.1]/",
    "IPv4-translated": "https://[::ffff:0:7f00:1]/",
    "multicast": "https://224.0.0.1/",
    "multicast, IPv6": "https://[ff02::1]/",
    "unspecified": "https://0.0.0.0/",
    "unspecified, IPv6": "https://[::]/",
    "reserved": "https://240.0.0.1/",
    "broadcast": "https://255.255.255.255/",
    "for documents": "https://203.0.113.7/",
    "for documents, IPv6": "https://[2001:db8::1]/",
    "for measurements": "https://198.18.0.1/",
    "not given out": "https://[4000::1]/",
    "decimal": "http://2130706433/",
    "octal": "http://0177.0.0.1/",
    "hexadecimal": "http://0x7f.1/",
    "hexadecimal, whole": "http://0x7f000001/",
    "short": "http://127.1/",
    "full width": "https://１２７.０.０.１/",
    "circled": "https://①②⑦.⓪.⓪.①/",
    "trailing dot": "https://127.0.0.1./",
    "trailing dot of a name": "https://cafe.example./",
    "percent signs": "https://%31%32%37.0.0.1/",
    "a user": "https://cafe.example@127.0.0.1/",
    "a user with a password": "https://a:b@cafe.example/",
    "a backslash": "https://cafe.example\\@127.0.0.1/",
    "a line break": "https://cafe.example\r\nHost: other/",
    "no host": "https:///path",
    "no port": "https://cafe.example:0/",
    "a port too far": "https://cafe.example:65536/",
    "a file": "file:///etc/passwd",
    "gopher": "gopher://cafe.example/",
    "no scheme": "cafe.example",
    "an empty label": "https://cafe..example/",
}


def asked(server: str, ask: Ask, **changed: Any) -> list[httpx.Request]:
    """What is sent to a server that answers everything, if anything is."""
    sent: list[httpx.Request] = []

    def answer(request: httpx.Request) -> httpx.Response:
        sent.append(request)
        return httpx.Response(200, json={})

    given: dict[str, Any] = {"judge": default_judge, "limits": Limits(99, 1), "transport": httpx.MockTransport(answer)}
    with Client("cafe", server, **{**given, **changed}) as client:
        client.ask(ask)
    return sent


@pytest.mark.parametrize("form", REFUSED)
def test_these_are_refused_before_anything_is_sent(form: str) -> None:
    """As the recipe's server, and as the whole address of another one."""
    with pytest.raises(AddressRefused):
        asked(REFUSED[form], Ask("/path"))
    with pytest.raises(AddressRefused):
        asked("https://cafe.example", Ask(REFUSED[form]) if ":" in REFUSED[form] else Ask("x:" + REFUSED[form]))


def test_there_are_enough_forms() -> None:
    """The standard asks for 28 at least."""
    assert len(REFUSED) >= 28


@pytest.mark.parametrize("address", ["127.0.0.1", "10.0.0.8", "192.168.1.1", "100.64.0.1", "fd12::1", "::1"])
def test_a_server_of_ones_own_network_must_be_meant(address: str) -> None:
    """Private is refused, with the setting that allows it; where it is set, it is not."""
    assert refusal(ipaddress.ip_address(address))
    assert refusal(ipaddress.ip_address(address), private=True) is None
    assert refusal(ipaddress.ip_address(address), private=True, own_only=True) is None


@pytest.mark.parametrize("address", ["169.254.169.254", "100.100.100.200", "fd00:ec2::254", "0.0.0.0", "ff02::1"])
def test_some_are_never_meant(address: str) -> None:
    """Where a cloud hands out its keys is refused even to who asks for private servers."""
    assert refusal(ipaddress.ip_address(address), private=True)


@pytest.mark.parametrize("address", ["8.8.8.8", "1.1.1.1", "2606:4700::1111", "2a00:1450::1"])
def test_public_addresses_are_fine(address: str) -> None:
    """Or nothing could be fetched; only http into one's own network may not lead there."""
    assert refusal(ipaddress.ip_address(address)) is None
    assert refusal(ipaddress.ip_address(address), private=True, own_only=True) == "public"


@settings(max_examples=50, deadline=None)
@given(st.one_of(st.ip_addresses(v=4), st.ip_addresses(v=6)))
def test_what_python_calls_not_global_is_refused(ip: Any) -> None:
    """Our lists are at least as strict as the standard library's."""
    assert ip.is_global or refusal(ip)


def resolver(*answers: str) -> Any:
    """A name system that gives each time the next of these addresses (several with commas)."""
    rest = list(answers)

    def getaddrinfo(host: str, port: int, *args: Any, **named: Any) -> list[Any]:
        found = (rest.pop(0) if len(rest) > 1 else rest[0]).split(",")
        families = [socket.AF_INET6 if ":" in number else socket.AF_INET for number in found]
        return [
            (family, socket.SOCK_STREAM, 6, "", (number, port)) for family, number in zip(families, found, strict=True)
        ]

    return getaddrinfo


@pytest.mark.parametrize(
    "answer", ["127.0.0.1", "10.0.0.8", "169.254.169.254", "8.8.8.8,10.0.0.8", "::1", "64:ff9b::7f00:1", "fe80::1%eth0"]
)
def test_names_that_lead_to_refused_addresses(answer: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """Every address of the name is judged, and one that is refused is enough."""
    monkeypatch.setattr(socket, "getaddrinfo", resolver(answer))

    with pytest.raises(AddressRefused, match=r"cafe\.example: its address .* is refused"):
        asked("https://cafe.example", Ask("/"), transport=None, settings=ONCE)


def test_a_name_that_changes_after_it_was_checked(monkeypatch: pytest.MonkeyPatch) -> None:
    """The connection is made to the very number that was checked; what the name says later matters to nobody."""
    connected: list[Any] = []

    class Recording(socket.socket):
        def connect_ex(self, address: Any) -> int:
            connected.append(address)
            return 111

        def connect(self, address: Any) -> None:
            connected.append(address)
            raise ConnectionRefusedError

    monkeypatch.setattr(socket, "getaddrinfo", resolver("8.8.8.8", "127.0.0.1"))
    monkeypatch.setattr(socket, "socket", Recording)

    with pytest.raises(FetchError, match="refused"):
        asked("https://cafe.example", Ask("/"), transport=None, settings=ONCE)
    with pytest.raises(AddressRefused):  # a new connection, a new look-up: 127.0.0.1 by now
        asked("https://cafe.example", Ask("/"), transport=None, settings=ONCE)

    assert connected == [("8.8.8.8", 443)]


def test_the_next_address_is_tried(monkeypatch: pytest.MonkeyPatch) -> None:
    """A name with a dead address and a living one is reached."""
    with Hostile(says()) as server:
        monkeypatch.setattr(socket, "getaddrinfo", resolver("127.0.0.2,127.0.0.1"))
        with Client(
            "cafe", f"http://cafe.example:{server.port}", judge=default_judge, limits=Limits(9, 1), private=True
        ) as client:
            assert client.ask(Ask("/"))[1].meaning == "fine"

        assert server.visits[0].headers["host"] == f"cafe.example:{server.port}"


def test_a_name_system_that_never_answers(monkeypatch: pytest.MonkeyPatch) -> None:
    """Looking up a name is part of the deadline."""
    import threading

    release = threading.Event()
    monkeypatch.setattr(socket, "getaddrinfo", lambda *args, **named: release.wait(30) and [])

    with pytest.raises(FetchError, match="did not answer within"):
        asked("https://cafe.example", Ask("/"), transport=None, settings=Settings(deadline=0.3, attempts=1))
    release.set()


def test_a_name_that_nobody_bears(monkeypatch: pytest.MonkeyPatch) -> None:
    """It is told at once: trying again would not make it exist."""

    def nobody(*args: Any, **named: Any) -> Any:
        raise socket.gaierror(socket.EAI_NONAME, "unknown")

    monkeypatch.setattr(socket, "getaddrinfo", nobody)

    with pytest.raises(FetchError, match="no server of this name"):
        asked("https://cafe.example", Ask("/"), transport=None)


def test_a_token_is_never_sent_in_the_clear() -> None:
    """Over http a token goes into one's own network only; without a token, http is nobody's harm."""
    token = {"Authorization": "Bearer canary-5f2c"}

    with pytest.raises(AddressRefused, match="readable for everybody"):
        asked("http://cafe.example", Ask("/"), headers=token)
    with pytest.raises(AddressRefused, match="readable for everybody"):
        asked("https://cafe.example", Ask("http://cafe.example/"), headers=token)
    with pytest.raises(AddressRefused, match="is public"):
        asked("http://8.8.8.8", Ask("/"), headers=token, private=True)

    assert len(asked("http://cafe.example", Ask("/"))) == 1


def test_private_http_leads_nowhere_else(monkeypatch: pytest.MonkeyPatch) -> None:
    """A name said to be of one's own network that turns out to be public gets no token in the clear."""
    monkeypatch.setattr(socket, "getaddrinfo", resolver("8.8.8.8"))

    with pytest.raises(AddressRefused, match="is public"):
        asked("http://cafe.example", Ask("/"), transport=None, private=True)


def test_credentials_stay_in_the_house() -> None:
    """Another server of the platform gets them when it belongs to the same house, else it is asked without."""
    token = {"Authorization": "Bearer canary-5f2c"}
    sent = [
        asked("https://oauth.reddit.com", Ask(address), headers=token)[0].headers.get("authorization")
        for address in ("/api", "https://www.reddit.com/api", "https://plc.directory/did")
    ]

    assert sent == ["Bearer canary-5f2c", "Bearer canary-5f2c", None]


@pytest.mark.parametrize(
    ("one", "other", "same"),
    [
        ("a.example", "a.example", True),
        ("a.example.org", "b.example.org", True),
        ("a.org", "b.org", False),
        ("a.co.uk", "b.co.uk", False),
        ("x.a.co.uk", "y.a.co.uk", True),
        ("127.0.0.1", "128.0.0.1", False),
        ("localhost", "otherhost", False),
    ],
)
def test_houses(one: str, other: str, same: bool) -> None:
    """The last two labels, or three where two belong to a whole country."""
    assert same_house(one, other) is same


@pytest.mark.parametrize(
    ("address", "server"),
    [
        ("https://mastodon.example", "https://mastodon.example"),
        ("HTTPS://Mastodon.EXAMPLE:443/about?x#y", "https://mastodon.example"),
        ("http://127.0.0.1:8080/", "http://127.0.0.1:8080"),
        ("https://[2606:4700::1111]/", "https://[2606:4700::1111]"),
        ("https://xn--bcher-kva.example/", "https://xn--bcher-kva.example"),
    ],
)
def test_plain_addresses_are_read(address: str, server: str) -> None:
    """Scheme and name in lower case, the usual port left out."""
    assert str(server_of(address)) == server


def test_numbers_in_their_usual_spelling() -> None:
    """Anything else is no number to us, and no name either."""
    assert str(numeric("::1")) == "::1"
    assert [numeric(text) for text in ("127.1", "0x7f.1", "1", "fe80::1%eth0", "")] == [None] * 5
