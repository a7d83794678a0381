"""One request and its answer: where it may go, how long it may take, and what came back."""

from __future__ import annotations

import re
import threading
import time
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from importlib import metadata
from typing import TYPE_CHECKING, Any
from urllib.parse import urljoin

from ambassadors.errors import AddressRefused, FetchError
from ambassadors.web import bodies
from ambassadors.web.addresses import Server, check, numeric, same_house, server_of
from ambassadors.web.answers import Answer, Ask
from ambassadors.web.secrets import Hidden

if TYPE_CHECKING:
    import httpx

_WHOLE = re.compile(r"[A-Za-z][A-Za-z0-9+.-]*:")
_REDIRECTS = frozenset({301, 302, 303, 307, 308})
_ALWAYS = {
    "User-Agent": f"ambassadors/{metadata.version('ambassadors')}",
    "Accept": "application/json",
    "Accept-Encoding": "gzip",
}
_LONGEST = 300  # of an address in a message
KEPT = "What was read so far is kept: run the same command again."


@dataclass(frozen=True)
class Settings:
    """What one request may cost, and how often it is tried.

    ``deadline`` is for all of it, from the connection to the last byte. Pauses grow from the first to the longest.
    """

    deadline: float = 30
    most_bytes: int = 16 << 20
    most_depth: int = 200
    most_values: int = 500_000
    redirects: int = 3
    connections: int = 8
    attempts: int = 6
    first_pause: float = 1
    longest_pause: float = 60


class Passing(Exception):
    """A trouble that may be over the next time.

    ``answer`` is what could be read of one all the same; ``wait``: it was asked too much, not that something broke.
    """

    def __init__(self, says: str, answer: Answer | None = None, *, wait: bool = False) -> None:
        self.says, self.answer, self.wait = says, answer, wait
        super().__init__(says)


@dataclass(frozen=True)
class _Raw:
    """An answer as it came; ``trouble`` is why its body could not be read."""

    status: int
    headers: dict[str, str]
    body: bytes
    trouble: Exception | None


class Exchange:
    """Sends requests to one platform and reads what comes back; it knows nothing of waiting and trying again."""

    def __init__(
        self,
        server: str,
        transport: httpx.BaseTransport,
        hidden: Hidden,
        stopped: threading.Event,
        *,
        private: bool,
        settings: Settings,
    ) -> None:
        self.server = server_of(server)
        self._transport, self._hidden, self._stopped = transport, hidden, stopped
        self._private, self._settings = private, settings

    def once(self, ask: Ask, headers: Mapping[str, str], before_more: Callable[[], None]) -> Answer:
        """The answer, after at most a few redirects within the same server (``before_more`` is called before each).

        Raises :class:`Passing`, or a :class:`FetchError` for what will be no better the next time.
        """
        request = self._request(ask, self.address(ask), headers)
        raw = self._sent(request)
        for _ in range(self._settings.redirects):
            if raw.status not in _REDIRECTS:
                break
            request = self._request(replace(ask, params={}), self._further(request, raw), headers)
            before_more()
            raw = self._sent(request)
        if raw.status not in _REDIRECTS:
            return self._read(raw, request)
        raise FetchError(f"{self._named(request)}: it sends us in circles. Is `server` right?")

    def address(self, ask: Ask) -> str:
        """Where the request goes."""
        if _WHOLE.match(ask.path):
            return ask.path
        return f"{self.server}/{ask.path.removeprefix('/')}"

    def _request(self, ask: Ask, address: str, headers: Mapping[str, str]) -> httpx.Request:
        import httpx

        server = server_of(address)
        self._may_go(server)
        ours = headers if same_house(server.host, self.server.host) else {}
        try:
            url = httpx.URL(address)
        except httpx.InvalidURL:
            url = None
        if url is None or url.host != server.host:
            raise AddressRefused(f"{self._hidden.redact(address)[:_LONGEST]!r} is no address that can be asked.")
        if ask.params:
            url = url.copy_merge_params(dict(ask.params))
        times = {"timeout": {"pool": self._settings.deadline}}
        form = None if ask.form is None else dict(ask.form)
        carried = httpx.Headers(_ALWAYS)
        carried.update(ours)
        carried.update(ask.headers)
        return httpx.Request(ask.method, url, headers=carried, json=ask.json, data=form, extensions=times)

    def _may_go(self, server: Server) -> None:
        """Refuse what can be refused before anything is sent; the network checks the number it connects to."""
        if numeric(server.host) is not None:
            check(server.host, server.host, private=self._private, own_only=self._own_only(server))
        if server.scheme == "http" and self._hidden and not self._private:
            raise AddressRefused(f"{server}: the token would travel readable for everybody. Write https:// instead.")

    def _own_only(self, server: Server) -> bool:
        return self._private and server.scheme == "http"

    def _sent(self, request: httpx.Request) -> _Raw:
        """What came back within the deadline, with errors that carry no trail to what was sent."""
        import httpx

        from ambassadors.web.network import Errand, on_errand

        ends = time.monotonic() + self._settings.deadline
        own_only = self._own_only(server_of(str(request.url)))
        says = ""
        try:
            with on_errand(Errand(ends, self._stopped, self._private, own_only)):
                response = self._transport.handle_request(request)
                try:
                    return self._received(response, ends)
                finally:
                    response.close()
        except httpx.TimeoutException:
            says = self._late()
        except httpx.TransportError as error:
            says = self._hidden.redact(f"the connection failed ({error})")
        raise Passing(says)

    def _late(self) -> str:
        return f"it did not answer within {self._settings.deadline:g} s"

    def _received(self, response: httpx.Response, ends: float) -> _Raw:
        """The whole answer, or as much of it as can be had: its headers may say when to come back."""
        import httpx

        body = b""
        trouble: Exception | None = None
        assert isinstance(response.stream, httpx.SyncByteStream)
        try:
            packing = response.headers.get("content-encoding", "")
            body = bodies.unpacked(_until(ends, response.stream), packing, self._settings.most_bytes)
        except httpx.TimeoutException:
            trouble = Passing(self._late())
        except httpx.TransportError as error:
            trouble = Passing(self._hidden.redact(f"the connection broke off ({error})"))
        except bodies.Broken as error:
            trouble = Passing(f"its answer {error}")
        except bodies.Unfit as error:
            trouble = error
        headers = {name.lower(): self._hidden.without(value) for name, value in response.headers.items()}
        return _Raw(response.status_code, headers, body, trouble)

    def _read(self, raw: _Raw, request: httpx.Request) -> Answer:
        """The answer, parsed; of an error only what can be read of it."""
        fine = 200 <= raw.status < 300
        address, body, trouble = self._named(request), None, raw.trouble
        if trouble is None:
            try:
                body = self._parsed(raw, request.method)
            except (bodies.Broken, bodies.Unfit) as error:
                trouble = Passing(f"its answer {error}") if isinstance(error, bodies.Broken) else error
        answer = Answer(raw.status, raw.headers, body, address)
        if trouble is None or not fine:
            return answer
        if isinstance(trouble, Passing):
            raise Passing(trouble.says, answer)
        raise FetchError(f"{address}: its answer {trouble}, so it was left. Is `server` right? {KEPT}")

    def _parsed(self, raw: _Raw, method: str) -> Any:
        # what a login answers is what it is asked for; anywhere else, a token in the text is an accident or worse
        body = self._hidden.without_bytes(raw.body) if method == "GET" else raw.body
        start = body[:200].lstrip(b"\xef\xbb\xbf \t\r\n")
        if not start and (raw.status != 200 or method != "GET"):
            return None
        kind = raw.headers.get("content-type", "").lower()
        if start[:1] == b"<" or (start[:1] not in (b"{", b"[") and "html" in kind):
            raise bodies.Unfit("is a web page, not data")
        charset = re.search(r"charset=[\"']?([\w-]+)", kind)
        return bodies.parsed(
            body,
            charset[1] if charset else "",
            most_depth=self._settings.most_depth,
            most_values=self._settings.most_values,
        )

    def _further(self, request: httpx.Request, raw: _Raw) -> str:
        """Where a redirect leads, when that is the same server."""
        here = server_of(str(request.url))
        if request.method != "GET":
            raise AddressRefused(f"{self._named(request)}: it sends us elsewhere with what we hand in. {_MOVED}")
        try:
            address = urljoin(str(request.url), raw.headers.get("location", ""))
            there = server_of(address)
        except (ValueError, AddressRefused) as error:
            problem = f"{self._named(request)}: it sends us to no address of a server. ({error}) {_MOVED}"
        else:
            secured = (here.scheme, here.port, there.scheme, there.port) == ("http", 80, "https", 443)
            if there.host == here.host and ((there.scheme, there.port) == (here.scheme, here.port) or secured):
                return address
            problem = f"{here} sends us on to {there}, where nothing of ours may go. {_MOVED}"
        raise AddressRefused(self._hidden.redact(problem))

    def _named(self, request: httpx.Request) -> str:
        """The address for people to read."""
        return self._hidden.redact(str(request.url))[:_LONGEST]


_MOVED = "If the platform has moved, write its new address as `server`."


def _until(ends: float, chunks: Iterable[bytes]) -> Iterator[bytes]:
    """The chunks, for as long as there is time."""
    import httpx

    for chunk in chunks:
        yield chunk
        if time.monotonic() > ends:
            raise httpx.ReadTimeout("the deadline has passed")
