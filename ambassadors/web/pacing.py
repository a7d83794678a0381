"""When the next request may be sent: never beyond the platform's limit, never before the moment it named."""

from __future__ import annotations

import threading
from collections import deque
from collections.abc import Callable
from datetime import UTC, datetime

from ambassadors.errors import ComeBack, FetchError
from ambassadors.web.answers import Limits


class Stopped(FetchError):
    """Somebody stopped the client while it was asking or waiting; what was read is kept."""

    def __init__(self) -> None:
        super().__init__("Stopped. What was read so far is kept; the next call goes on from there.")


class Pacer:
    """Lets through at most the limit's units in any span of its seconds, and nobody while the platform wants rest.

    One is shared by all threads that ask the same platform. Whoever would wait longer than ``patience`` is sent home
    with :class:`ComeBack`, whoever waits when ``stopped`` is set with :class:`Stopped`.
    """

    def __init__(
        self,
        name: str,
        limits: Limits,
        *,
        patience: float,
        clock: Callable[[], float],
        sleep: Callable[[float], object],
        stopped: threading.Event,
    ) -> None:
        self._name, self._limits, self._patience = name, limits, patience
        self._clock, self._sleep, self._stopped = clock, sleep, stopped
        self._lock = threading.Lock()
        self._until = 0.0
        self._sent: deque[tuple[float, int]] = deque()  # when, and how many units
        self._used = 0
        self._resting, self._rest_began = 0, 0.0
        self.waited = 0.0

    def hold(self, until: float) -> None:
        """Nobody asks before that moment."""
        with self._lock:
            self._until = max(self._until, until)

    def held(self) -> float | None:
        """The moment before which nobody asks, if that is still to come."""
        with self._lock:
            return self._until if self._until > self._clock() else None

    def take(self, units: int, ready: float = 0.0) -> None:
        """Wait until so many units may be spent, ``ready`` has come and no hold is on; then they are spent."""
        while True:
            if self._stopped.is_set():
                raise Stopped
            with self._lock:
                now = self._clock()
                until = max(self._until, self._free(units, now))
                if max(until, ready) <= now:
                    self._sent.append((now, units))
                    self._used += units
                    return
            if until - now > self._patience:
                raise self.come_back(until)
            self._rest(max(until, ready) - now)

    def _free(self, units: int, now: float) -> float:
        """When so many units are within the limit. A call that costs more than the limit waits for all of it."""
        while self._sent and self._sent[0][0] + self._limits.seconds <= now:
            self._used -= self._sent.popleft()[1]
        over, until = self._used + units - self._limits.units, now
        for sent, spent in self._sent:
            if over <= 0:
                break
            over, until = over - spent, sent + self._limits.seconds
        return until

    def come_back(self, until: float) -> ComeBack:
        """What sends somebody home until then."""
        return ComeBack(
            f"{self._name}: nothing may be asked before {moment(until)}, and we wait at most {self._patience:g} s "
            "(`patience`). What was read so far is kept: run the same command after that moment.",
            until,
        )

    def _rest(self, seconds: float) -> None:
        self._resting_now(+1)
        try:
            self._sleep(seconds)
        finally:
            self._resting_now(-1)

    def _resting_now(self, change: int) -> None:
        """Keep the account of the time in which at least one thread waited."""
        with self._lock:
            now = self._clock()
            if self._resting == 0:
                self._rest_began = now
            self._resting += change
            if self._resting == 0:
                self.waited += now - self._rest_began


def moment(seconds: float) -> str:
    """A moment for people to read.

    >>> moment(0.0), moment(1e20)
    ('1970-01-01 00:00:00 UTC', 'a time beyond the calendar')
    """
    try:
        return f"{datetime.fromtimestamp(seconds, UTC):%Y-%m-%d %H:%M:%S} UTC"
    except (OverflowError, ValueError, OSError):
        return "a time beyond the calendar"
