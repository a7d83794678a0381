"""A server on loopback that does what servers should not: it drips, lies, packs bombs, and sends people elsewhere.

    with Hostile(FAULTS["drip_body"]) as server:
        client = Client("x", server.address, private=True, ...)

A fault is a function of a :class:`Visit`, which is one request. ``server.visits`` are all that came, with the moment at
which they did. ``in_turn`` answers each request with the next of several faults, ``pages`` pages through records as a
test scripts them.
"""

from __future__ import annotations

import gzip
import json
import socket
import ssl
import struct
import threading
import time
import zlib
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from email.utils import formatdate
from pathlib import Path
from types import TracebackType
from typing import Any, Self
from urllib.parse import parse_qs, urlsplit

GOOD = {"id": "1"}


class Gone(Exception):
    """The server is being closed, or the other side has left."""


@dataclass
class Visit:
    """One request: which one it is, when it came, what it asked; and the ways to answer it."""

    number: int
    at: float
    method: str
    target: str
    headers: Mapping[str, str]
    body: bytes
    server: Hostile = field(repr=False)
    sock: socket.socket = field(repr=False)
    left: bool = False

    @property
    def query(self) -> dict[str, str]:
        """The parameters, each with its last value."""
        return {name: values[-1] for name, values in parse_qs(urlsplit(self.target).query).items()}

    def send(self, raw: bytes) -> None:
        """Send bytes as they are."""
        try:
            self.sock.sendall(raw)
        except OSError:
            raise Gone from None

    def answer(self, status: int = 200, body: object = GOOD, **headers: str) -> None:
        """A well-formed answer: bytes as they are, anything else as JSON. ``retry_after`` is Retry-After."""
        raw = body if isinstance(body, bytes) else json.dumps(body).encode()
        lines = {"Content-Type": "application/json", "Content-Length": str(len(raw))}
        lines |= {name.replace("_", "-").title(): value for name, value in headers.items()}
        head = "".join(f"{name}: {value}\r\n" for name, value in lines.items())
        self.send(f"HTTP/1.1 {status} Whatever\r\n{head}\r\n".encode("latin-1") + raw)

    def drip(self, raw: bytes, every: float = 0.05) -> None:
        """Send a byte at a time."""
        for place in range(len(raw)):
            self.send(raw[place : place + 1])
            self.pause(every)

    def pause(self, seconds: float) -> None:
        """Do nothing for so long, or until the server is closed."""
        if self.server.closing.wait(seconds):
            raise Gone

    def leave(self, *, rudely: bool = False) -> None:
        """Close the connection; rudely: as a crash does (RST)."""
        if rudely:
            self.sock.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        self.sock.close()
        self.left = True


Fault = Callable[[Visit], None]


class Hostile:
    """The server: a thread a connection, on a free port of loopback. ``secure`` is where its certificate is put."""

    def __init__(self, fault: Fault, *, secure: Path | None = None) -> None:
        self.fault, self.visits, self.closing = fault, list[Visit](), threading.Event()
        self._context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER) if secure else None
        if self._context is not None and secure is not None:
            secure.write_text(CERTIFICATE, encoding="ascii")
            self._context.load_cert_chain(secure)
        self._lock = threading.Lock()
        self._listener = socket.create_server(("127.0.0.1", 0), backlog=64)
        self.port: int = self._listener.getsockname()[1]
        self.address = f"http{'s' if secure else ''}://127.0.0.1:{self.port}"
        self._threads = [threading.Thread(target=self._listen, daemon=True)]

    def __enter__(self) -> Self:
        self._threads[0].start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.closing.set()
        self._listener.shutdown(socket.SHUT_RDWR)
        for thread in self._threads:
            thread.join(5)
        self._listener.close()

    def _listen(self) -> None:
        while not self.closing.is_set():
            try:
                sock, _ = self._listener.accept()
            except OSError:
                return
            thread = threading.Thread(target=self._serve, args=(sock,), daemon=True)
            self._threads.append(thread)
            thread.start()

    def _serve(self, sock: socket.socket) -> None:
        sock.settimeout(0.1)
        try:
            if self._context is not None:
                sock.settimeout(5)
                sock = self._context.wrap_socket(sock, server_side=True)
                sock.settimeout(0.1)
            while (visit := self._next(sock)) is not None:
                sock.settimeout(5)
                self.fault(visit)
                if visit.left:
                    return
                sock.settimeout(0.1)
        except (Gone, OSError):
            pass
        finally:
            sock.close()

    def _next(self, sock: socket.socket) -> Visit | None:
        """The next request on a connection, or None when there is none any more."""
        head, found, body = self._read(sock, b"").partition(b"\r\n\r\n")
        if not found:
            return None
        first, *rest = head.decode("latin-1").split("\r\n")
        headers = {name.lower(): value.strip() for name, _, value in (line.partition(":") for line in rest)}
        while len(body) < int(headers.get("content-length", 0)):
            body += sock.recv(65536)
        method, target, _ = first.split(" ", 2)
        with self._lock:
            visit = Visit(len(self.visits) + 1, time.time(), method, target, headers, body, self, sock)
            self.visits.append(visit)
        return visit

    def _read(self, sock: socket.socket, head: bytes) -> bytes:
        while b"\r\n\r\n" not in head and not self.closing.is_set():
            try:
                piece = sock.recv(65536)
            except TimeoutError:
                continue
            if not piece:
                return b""
            head += piece
        return head


# -- what it does ------------------------------------------------------------------------------------------------------

GZIP = bytes([0x1F, 0x8B, 8, 0, 0, 0, 0, 0, 0, 255])
_packer = zlib.compressobj(9, wbits=-15)
MEGABYTE = _packer.compress(b" " * (1 << 20)) + _packer.flush(zlib.Z_FULL_FLUSH)  # the same wherever it stands
OK = b"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\n"


def says(status: int = 200, body: object = GOOD, **headers: str) -> Fault:
    """Always that answer."""
    return lambda visit: visit.answer(status, body, **headers)


def raw(*pieces: bytes) -> Fault:
    """These bytes, and then it leaves."""

    def fault(visit: Visit) -> None:
        for piece in pieces:
            visit.send(piece)
        visit.leave()

    return fault


def in_turn(*faults: Fault) -> Fault:
    """The first request meets the first fault and so on; the last one goes on for ever."""
    return lambda visit: faults[min(visit.number, len(faults)) - 1](visit)


def pages(table: Mapping[str, tuple[Sequence[Any], str | None]], cursor: str = "cursor") -> Fault:
    """Pages by cursor: ``{"": (records, "a"), "a": (records, None)}`` begins at ``""``; cycles are scripted so, too."""

    def fault(visit: Visit) -> None:
        records, following = table[visit.query.get(cursor, "")]
        visit.answer(200, {"records": list(records), **({} if following is None else {cursor: following})})

    return fault


def drip_body(visit: Visit) -> None:
    """A byte now and then, always in time for a timeout of each read."""
    visit.send(OK + b"Content-Length: 10000\r\n\r\n")
    visit.drip(b'{"a": "' + b"x" * 9992 + b"}")


def drip_headers(visit: Visit) -> None:
    """Headers that come a byte at a time."""
    visit.drip(OK + b"X-Slow: " + b"x" * 9000)


def never_ending(visit: Visit) -> None:
    """Chunks for ever, at full speed."""
    visit.send(OK + b"Transfer-Encoding: chunked\r\n\r\n")
    while not visit.server.closing.is_set():
        visit.send(b"10000\r\n" + b"x" * 65536 + b"\r\n")


def never_ending_slowly(visit: Visit) -> None:
    """A chunk now and then, for ever."""
    visit.send(OK + b"Transfer-Encoding: chunked\r\n\r\n")
    while not visit.server.closing.is_set():
        visit.send(b"1\r\n \r\n")
        visit.pause(0.02)


def interim_for_ever(visit: Visit) -> None:
    """Only ever says that it goes on."""
    while True:
        visit.send(b"HTTP/1.1 103 Early Hints\r\nLink: </a>\r\n\r\n")
        visit.pause(0.02)


def silent(visit: Visit) -> None:
    """Takes the request and says nothing."""
    visit.pause(60)


def leaves(visit: Visit) -> None:
    """Closes without a word."""
    visit.leave()


def crashes(visit: Visit) -> None:
    """Resets the connection in the middle of a body."""
    visit.send(OK + b"Content-Length: 100\r\n\r\n{")
    visit.leave(rudely=True)


def bomb(visit: Visit) -> None:
    """300 MB of blanks in 300 KB of gzip, a little at a time."""
    visit.send(OK + b"Content-Encoding: gzip\r\n\r\n" + GZIP)
    for _ in range(300):
        visit.send(MEGABYTE)
    visit.leave()


def one_chunk_bomb(visit: Visit) -> None:
    """The same, sent at once."""
    packed = GZIP + MEGABYTE * 300
    visit.send(OK + b"Content-Encoding: gzip\r\nContent-Length: %d\r\n\r\n" % len(packed) + packed)


def later(seconds: float) -> str:
    """A moment as HTTP writes it."""
    return formatdate(time.time() + seconds, usegmt=True)


def redirects(location: str, status: int = 302) -> Fault:
    """Always sends people there."""
    return lambda visit: visit.answer(status, b"", location=location)


PACKED = gzip.compress(json.dumps(GOOD).encode())
#: What a client must survive, each by its name. Those that never get better end in an error, all of them in time.
FAULTS: dict[str, Fault] = {
    "drip body": drip_body,
    "drip headers": drip_headers,
    "never-ending body": never_ending,
    "never-ending body, slowly": never_ending_slowly,
    "interim answers for ever": interim_for_ever,
    "silence": silent,
    "closes at once": leaves,
    "closes within the headers": raw(OK + b"X-Half: "),
    "half a body": raw(OK + b'Content-Length: 100\r\n\r\n{"a": 1'),
    "half a body, then a reset": crashes,
    "gzip bomb": bomb,
    "gzip bomb in one piece": one_chunk_bomb,
    "corrupt gzip": raw(OK + b"Content-Encoding: gzip\r\n\r\n" + PACKED[:12] + b"\x00garbage"),
    "half a gzip": raw(OK + b"Content-Encoding: gzip\r\n\r\n" + PACKED[:-9]),
    "a packing nobody asked for": raw(OK + b"Content-Encoding: br\r\n\r\nxxxx"),
    "JSON 100,000 deep": says(200, b"[" * 100_000 + b"]" * 100_000),
    "JSON of objects 100,000 deep": says(200, b'{"a":' * 100_000 + b"1" + b"}" * 100_000),
    "JSON of ten million nothings": says(200, b"[" + b"[]," * 3_300_000 + b"[]]"),
    "truncated JSON": says(200, b'{"records": [{"id": "1"}, {"id"'),
    "a string without an end": says(200, b'["' + b'\\"' * 500_000),
    "a web page": says(200, b"<!DOCTYPE html><title>Log in</title>", content_type="text/html"),
    "an empty body": says(200, b""),
    "429 for ever": says(429, {"error": "slow down"}),
    "500 for ever": says(500, {"error": "oops"}),
    "giant header": raw(OK + b"X-Giant: " + b"x" * 1_000_000 + b"\r\n\r\n{}"),
    "headers without end": raw(OK + b"X-Many: x\r\n" * 100_000),
    "two lengths": raw(OK + b"Content-Length: 2\r\nContent-Length: 3\r\n\r\n{}"),
    "no number as length": raw(OK + b"Content-Length: lots\r\n\r\n{}"),
    "a broken chunk": raw(OK + b"Transfer-Encoding: chunked\r\n\r\nZZ\r\n{}\r\n0\r\n\r\n"),
    "no HTTP at all": raw(b"220 mail.example ESMTP\r\n"),
    "redirect to itself": redirects("/again"),
    "redirect to another host": redirects("https://elsewhere.example/?access_token=canary"),
    "redirect to another port": redirects("http://127.0.0.1:1/"),
    "redirect to a private address": redirects("http://10.0.0.8/"),
    "redirect to the cloud's keys": redirects("http://169.254.169.254/latest/meta-data/"),
    "redirect to a file": redirects("file:///etc/passwd"),
    "redirect to nowhere": redirects("http://[::/"),
}

#: A certificate for 127.0.0.1 that nobody trusts, and its key: they guard nothing.
CERTIFICATE = """\
-----BEGIN EC PRIVATE KEY-----
MHcCAQEEIJn5tBVB9rgnfOKvFhv/+sndNa61F5XgeWe3Fn2aKTcxoAoGCCqGSM49
AwEHoUQDQgAEVksLJpW9COQ77GDxrmLKD2boQKsaN3rF2WMfu+fqer412uAcNGHj
7XfgiieflCE8FczM1teVgB2CNS/2yzHC7A==
-----END EC PRIVATE KEY-----
-----BEGIN CERTIFICATE-----
MIIBnDCCAUGgAwIBAgIUdmGUc8dKHF840LikeCnZwJS7iFowCgYIKoZIzj0EAwIw
FDESMBAGA1UEAwwJbG9jYWxob3N0MCAXDTI2MTEyMzAxMjIwMVoYDzIxMjYxMDMw
MDEyMjAxWjAUMRIwEAYDVQQDDAlsb2NhbGhvc3QwWTATBgcqhkjOPQIBBggqhkjO
PQMBBwNCAARWSwsmlb0I5DvsYPGuYsoPZuhAqxo3esXZYx+75+p6vjXa4Bw0YePt
d+CKJ5+UITwVzMzW15WAHYI1L/bLMcLso28wbTAdBgNVHQ4EFgQUPVkzijOD5PAR
syv1hZwdSmaPnhMwHwYDVR0jBBgwFoAUPVkzijOD5PARsyv1hZwdSmaPnhMwDwYD
VR0TAQH/BAUwAwEB/zAaBgNVHREEEzARgglsb2NhbGhvc3SHBH8AAAEwCgYIKoZI
zj0EAwIDSQAwRgIhAJm9fK7uitFUalmD/7FbKbC8ti4WbigLJu3BPnbtxFbVAiEA
jM27Y4Xum/AekvOuZXPh8N5e8OZY+g3nvbgK9vDcNqg=
-----END CERTIFICATE-----
"""
