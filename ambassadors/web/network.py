"""Connections that end at their deadline, and that lead only to addresses that were checked."""

from __future__ import annotations

import errno
import os
import select
import socket
import ssl
import threading
import time
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass
from typing import Any, TypeVar

import httpcore

from ambassadors.errors import FetchError
from ambassadors.web.addresses import check
from ambassadors.web.pacing import Stopped

T = TypeVar("T")
#: How long a blocked call goes on before it is seen that somebody wants us to stop.
_GLANCE = 0.2


@dataclass(frozen=True)
class Errand:
    """One request under way: when it must have ended (``time.monotonic``), and whether it may leave our network."""

    ends: float
    stopped: threading.Event
    private: bool = False
    own_only: bool = False


_errand: ContextVar[Errand] = ContextVar("errand")


@contextmanager
def on_errand(errand: Errand) -> Iterator[None]:
    """All that this thread reads and writes on the network meanwhile belongs to that errand."""
    token = _errand.set(errand)
    try:
        yield
    finally:
        _errand.reset(token)


class Network(httpcore.NetworkBackend):
    """Connects to the checked number itself, so that a name which changes its meaning afterwards leads nowhere."""

    def connect_tcp(
        self,
        host: str,
        port: int,
        timeout: float | None = None,
        local_address: str | None = None,
        socket_options: Iterable[httpcore.SOCKET_OPTION] | None = None,
    ) -> httpcore.NetworkStream:
        """A connection to the first of the host's addresses that answers; each gets its share of the time."""
        problem: Exception = httpcore.ConnectError("its name has no address")
        places = _checked(host, port)
        for place, (family, address) in enumerate(places):
            now = time.monotonic()
            share = now + (_errand.get().ends - now) / (len(places) - place)
            try:
                return Stream(_connected(family, address, share))
            except (httpcore.ConnectError, httpcore.ConnectTimeout) as error:
                problem = error
        raise problem


class Stream(httpcore.NetworkStream):
    """A connection of which every step ends at the errand's deadline, however slowly the other side drips."""

    def __init__(self, sock: socket.socket) -> None:
        self._sock = sock

    def read(self, max_bytes: int, timeout: float | None = None) -> bytes:
        """What has come, at least a byte; nothing when the other side has closed."""
        return _blocking(lambda: self._sock.recv(max_bytes), self._sock, httpcore.ReadTimeout, httpcore.ReadError)

    def write(self, buffer: bytes, timeout: float | None = None) -> None:
        """Send all of it."""
        rest = memoryview(buffer)
        while rest:
            rest = rest[self._send(rest) :]

    def _send(self, rest: memoryview) -> int:
        return _blocking(lambda: self._sock.send(rest), self._sock, httpcore.WriteTimeout, httpcore.WriteError)

    def close(self) -> None:
        """Close the connection."""
        self._sock.close()

    def start_tls(
        self, ssl_context: ssl.SSLContext, server_hostname: str | None = None, timeout: float | None = None
    ) -> httpcore.NetworkStream:
        """The same connection, encrypted, once the other side has proved its name."""
        problem: Exception | None = None
        sock = self._sock
        try:
            sock = ssl_context.wrap_socket(self._sock, server_hostname=server_hostname, do_handshake_on_connect=False)
            _blocking(sock.do_handshake, sock, httpcore.ConnectTimeout, httpcore.ConnectError)
        except BaseException as error:
            sock.close()
            if not isinstance(error, (ssl.CertificateError, OSError)):
                raise
            problem = error
        if problem is not None:
            raise _untrusted(server_hostname, problem)
        return Stream(sock)

    def get_extra_info(self, info: str) -> Any:
        """What the pool asks: the encryption, and whether an idle connection has been closed by the other side."""
        if info == "ssl_object":
            return self._sock if isinstance(self._sock, ssl.SSLSocket) else None
        if info == "is_readable":
            return self._sock.fileno() < 0 or bool(_ready(self._sock, select.POLLIN, 0))
        return None


def _blocking(
    step: Callable[[], T],
    sock: socket.socket,
    late: type[Exception],
    failed: type[Exception],
    ends: float = float("inf"),
) -> T:
    """What a step on a socket gives, tried until the deadline, with a glance now and then at who wants us to stop."""
    problem: Exception
    while True:
        try:
            sock.settimeout(_glance(ends))
            return step()
        except ssl.SSLCertVerificationError:
            raise
        except TimeoutError:
            if min(ends, _errand.get().ends) <= time.monotonic():
                problem = late("no answer in time")
                break
        except OSError as error:
            problem = failed(str(error.strerror or error))
            break
    raise problem


def _glance(ends: float) -> float:
    """For how long the next step may block; raises when its time is over, or somebody wants us to stop."""
    errand = _errand.get()
    if errand.stopped.is_set():
        raise Stopped
    rest = min(ends, errand.ends) - time.monotonic()
    if rest <= 0:
        raise TimeoutError
    return min(rest, _GLANCE)


def _ready(sock: socket.socket, event: int, seconds: float) -> list[tuple[int, int]]:
    poll = select.poll()
    poll.register(sock, event)
    return poll.poll(seconds * 1000)


def _connected(family: int, address: Any, ends: float) -> socket.socket:
    sock = socket.socket(family, socket.SOCK_STREAM)

    def arrived() -> None:
        if code == errno.EINPROGRESS and not _ready(sock, select.POLLOUT, sock.gettimeout() or 0):
            raise TimeoutError
        _raise_of(sock.getsockopt(socket.SOL_SOCKET, socket.SO_ERROR) if code in (0, errno.EINPROGRESS) else code)

    try:
        sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        sock.setblocking(False)
        code = sock.connect_ex(address)
        _blocking(arrived, sock, httpcore.ConnectTimeout, httpcore.ConnectError, ends)
    except BaseException:
        sock.close()
        raise
    return sock


def _raise_of(code: int) -> None:
    if code:
        raise OSError(code, os.strerror(code))


def _untrusted(host: str | None, problem: Exception) -> Exception:
    if isinstance(problem, ssl.SSLCertVerificationError):
        return FetchError(f"{host}: its certificate proves nothing: {problem.verify_message}. Is `server` right?")
    return httpcore.ConnectError(str(problem))


def _checked(host: str, port: int) -> list[tuple[int, Any]]:
    """The addresses of a host, each as its family and what ``connect`` takes; refused when any of them is."""
    errand = _errand.get()
    found = list(dict.fromkeys((int(entry[0]), entry[4]) for entry in _looked_up(host, port)))
    for _, address in found:
        check(host, str(address[0]), private=errand.private, own_only=errand.own_only)
    return found


def _looked_up(host: str, port: int) -> list[Any]:
    """What the name system says, asked in a thread of its own because it knows no deadline."""
    answers: list[Any] = []
    done = threading.Event()

    def look() -> None:
        try:
            answers.append(socket.getaddrinfo(host, port, type=socket.SOCK_STREAM))
        except (OSError, UnicodeError) as error:
            answers.append(error)
        done.set()

    threading.Thread(target=look, daemon=True, name="ambassadors look-up").start()
    while not done.is_set():
        try:
            done.wait(_glance(float("inf")))
        except TimeoutError:
            break
    answer = answers[0] if answers else httpcore.ConnectTimeout("its name could not be looked up in time")
    if isinstance(answer, socket.gaierror) and answer.errno == socket.EAI_AGAIN:
        raise httpcore.ConnectError("its name could not be looked up")
    if isinstance(answer, (OSError, UnicodeError)):
        raise FetchError(f"{host}: there is no server of this name. Is `server` right, and is this machine online?")
    if isinstance(answer, Exception):
        raise answer
    return list(answer)
