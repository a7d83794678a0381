"""The one client that asks platforms: it waits, tries again, ends in time, and takes no secret anywhere."""

from __future__ import annotations

import logging
import random
import re
import threading
import time
from collections.abc import Callable, Iterable, Mapping
from dataclasses import replace
from types import TracebackType
from typing import TYPE_CHECKING, Any, Self

from ambassadors.errors import FetchError, TokenError
from ambassadors.web.answers import Answer, Ask, Judge, Limits, Verdict
from ambassadors.web.exchange import KEPT, Exchange, Passing, Settings
from ambassadors.web.pacing import Pacer, Stopped
from ambassadors.web.secrets import Headers, Hidden, Redacting
from ambassadors.web.waiting import retry_after

if TYPE_CHECKING:
    import httpx

__all__ = ["Client", "Settings", "Stopped"]

_LOGS = ("httpcore.connection", "httpcore.http11")
_TEXT = re.compile(r"[\x20-\x7e]*\Z")
#: Headers by whose names we know that they carry secrets.
_SECRET = re.compile(r"(?i)auth|cookie|key|secret|session|token")
#: How many times longer than after a fault we pause when we are asked to wait, but not for how long.
_UNTOLD = 5


class Client:
    """Asks one platform, with as many threads as like to share it.

    ``judge`` says what an answer means, ``limits`` how much may be asked. ``headers`` carry the token; ``hidden`` are
    texts that must be seen nowhere (what ``headers`` carry is among them by itself). ``private``: the server may be
    one of our own network. Nobody waits longer than ``patience`` seconds at a time. ``clock`` tells seconds since 1970.
    """

    def __init__(
        self,
        name: str,
        server: str,
        *,
        judge: Judge,
        limits: Limits,
        headers: Mapping[str, str] | None = None,
        hidden: Iterable[str] = (),
        private: bool = False,
        patience: float = 900,
        transport: httpx.BaseTransport | None = None,
        clock: Callable[[], float] = time.time,
        sleep: Callable[[float], None] | None = None,
        settings: Settings = Settings(),  # noqa: B008 - it cannot be changed
    ) -> None:
        self.name = name
        self._judge, self._clock, self._settings = judge, clock, settings
        self._hidden, self._stopped, self._lock = Hidden(hidden), threading.Event(), threading.Lock()
        self._headers = Headers()
        self.headers = headers or {}
        self._transport = transport or _transport(settings)
        self._exchange = Exchange(
            server, self._transport, self._hidden, self._stopped, private=private, settings=settings
        )
        self._pacer = Pacer(
            name, limits, patience=patience, clock=clock, sleep=sleep or self._stopped.wait, stopped=self._stopped
        )
        self.asked = 0
        self._filter = Redacting(self._hidden)
        for log in _LOGS:
            logging.getLogger(log).addFilter(self._filter)

    def __repr__(self) -> str:
        return f"Client({self.name!r}, {str(self._exchange.server)!r})"

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    @property
    def headers(self) -> Mapping[str, str]:
        """What every request carries beside our name; give a new mapping when a session's token has changed."""
        return self._headers

    @headers.setter
    def headers(self, headers: Mapping[str, str]) -> None:
        self._hide_headers(headers)
        self._headers = Headers(headers)

    def _hide_headers(self, headers: Mapping[str, str]) -> None:
        for name, value in headers.items():
            if not _TEXT.match(value):
                raise TokenError(f"{self.name}: the token has line breaks or letters that no token has. Copy it again.")
            if _SECRET.search(name):
                self.hide(value)
                self.hide(value.partition(" ")[2])  # without the word Bearer

    @property
    def waited(self) -> float:
        """For how many seconds at least one thread waited until it might ask."""
        return self._pacer.waited

    def hide(self, secret: str) -> None:
        """Mask that text in every message, log and answer from now on."""
        self._hidden.add(secret)

    def ask(self, ask: Ask) -> tuple[Answer, Verdict]:
        """The platform's answer and what it means, after as much waiting and trying again as that takes.

        The verdict is never ``again`` or ``wait``. Raises :class:`ComeBack` when it would take longer than our
        patience, :class:`AddressRefused`, :class:`Stopped`, and :class:`FetchError` when trying again did not help.
        """
        self._hide_headers(ask.headers)
        try:
            return self._tried(ask)
        except Passing as passing:
            ended: FetchError = self._gave_up(ask, passing)
        except FetchError as error:
            ended = error
        ended.__cause__ = ended.__context__ = None  # httpx's and httpcore's errors know what was sent
        ended.args = (self._hidden.redact(str(ended)),)
        raise ended

    def _tried(self, ask: Ask) -> tuple[Answer, Verdict]:
        """Stamina counts the attempts and lengthens the pauses; the pacer waits, since it can be stopped and told."""
        ready = 0.0
        for attempt in _attempts(self._settings):
            with attempt:
                self._pacer.take(ask.units, ready)
                try:
                    return self._once(ask)
                except Passing as passing:
                    ready = self._pause(passing, attempt.next_wait)
                    raise
        raise AssertionError("the last attempt returns or raises")

    def _pause(self, passing: Passing, shortest: float) -> float:
        """When to try again at the earliest; where the platform wants rest, that holds for all threads."""
        pause = shortest * (1 + random.random())
        ready = self._clock() + pause
        if passing.wait and self._pacer.held() is None:
            self._pacer.hold(self._clock() + _UNTOLD * pause)
        return ready

    def _once(self, ask: Ask) -> tuple[Answer, Verdict]:
        self._count()
        try:
            answer = self._exchange.once(ask, self._headers, self._before_more)
        except Passing as passing:
            if passing.answer is not None:
                self._judged(passing.answer)
            raise
        verdict = self._judged(answer)
        if verdict.meaning in ("again", "wait"):
            raise Passing(_told(answer, verdict), answer, wait=verdict.meaning == "wait")
        return answer, verdict

    def _judged(self, answer: Answer) -> Verdict:
        """What the answer means; a moment that it names holds for everybody at once."""
        now = self._clock()
        verdict = self._judge(answer, now)
        moments = [verdict.until, retry_after(answer.headers, now) if verdict.meaning in ("again", "wait") else None]
        until = max((moment for moment in moments if moment is not None), default=None)
        if until is not None:
            self._pacer.hold(until)
        return replace(verdict, until=until, says=self._hidden.redact(verdict.says))

    def _before_more(self) -> None:
        self._pacer.take(1)
        self._count()

    def _count(self) -> None:
        with self._lock:
            self.asked += 1

    def _gave_up(self, ask: Ask, passing: Passing) -> FetchError:
        held = self._pacer.held() if passing.wait else None
        if held is not None:
            return self._pacer.come_back(held)
        where = self._hidden.redact(self._exchange.address(ask))
        times = f"{self._settings.attempts} times"
        return FetchError(f"{self.name}: {where} was asked {times}, and in the end {passing.says}. {KEPT}")

    def stop(self) -> None:
        """End whoever asks or waits in another thread with :class:`Stopped`, soon; nobody asks afterwards."""
        self._stopped.set()

    def close(self) -> None:
        """Close the connections."""
        self._transport.close()
        for log in _LOGS:
            logging.getLogger(log).removeFilter(self._filter)


def _transport(settings: Settings) -> httpx.BaseTransport:
    from ambassadors.web.transport import Transport

    return Transport(settings.connections)


def _told(answer: Answer, verdict: Verdict) -> str:
    words = f": {verdict.says}" if verdict.says else ""
    return f"it answered with status {answer.status}{words}"


def _at_once(error: Exception) -> bool | float:
    """Whether to try again; the pause is the pacer's."""
    return 0.0 if isinstance(error, Passing) else False


def _attempts(settings: Settings) -> Any:
    import stamina

    _quiet()
    return stamina.retry_context(
        on=_at_once,
        attempts=settings.attempts,
        timeout=None,
        wait_initial=settings.first_pause,
        wait_max=settings.longest_pause,
        wait_jitter=0,
    )


class _ForOthers:
    """A hook of stamina's that is called for everybody's retries but ours, which nobody wants printed."""

    def __init__(self, hook: Callable[[Any], Any]) -> None:
        self._hook = hook

    def __call__(self, details: Any) -> Any:
        return None if isinstance(details.caused_by, Passing) else self._hook(details)


def _quiet() -> None:
    from stamina import instrumentation

    hooks = instrumentation.get_on_retry_hooks()
    if not all(isinstance(hook, _ForOthers) for hook in hooks):
        instrumentation.set_on_retry_hooks(
            [hook if isinstance(hook, _ForOthers) else _ForOthers(hook) for hook in hooks]
        )
