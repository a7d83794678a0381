"""What a server said, and what that means for whoever asked."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any, Literal

#: What an answer means. ``fine``: read it. ``again``: the server's passing trouble, ask again soon. ``wait``: we asked
#: too much, ask again at ``until``. ``login``: the token is missing, wrong or expired. ``private``: its owner lets
#: nobody look. ``gone``: it was deleted, or never was. ``refused``: this call will never be answered as it was asked.
Meaning = Literal["fine", "again", "wait", "login", "private", "gone", "refused"]


@dataclass(frozen=True)
class Answer:
    """One answer: its status, its headers (names in lower case), and its body, already parsed.

    ``body`` is None where there was nothing, or no JSON. ``address`` is what was asked, without secrets.
    """

    status: int
    headers: Mapping[str, str]
    body: Any
    address: str = ""


@dataclass(frozen=True)
class Verdict:
    """What an answer means. ``until`` is a moment (seconds since 1970) before which nothing may be asked again.

    ``says`` is the platform's own words, for a person to read.
    """

    meaning: Meaning
    until: float | None = None
    says: str = ""


@dataclass(frozen=True)
class Limits:
    """How much a platform lets one client ask: so many units in so many seconds; most calls cost one.

    ``per_day`` is a quota for the day, for estimates: only the platform knows what is left of it.
    """

    units: int
    seconds: float
    per_day: int | None = None


#: Reads an answer's status, headers and body; ``now`` is the moment at which it came (seconds since 1970).
Judge = Callable[[Answer, float], Verdict]


@dataclass(frozen=True)
class Ask:
    """One request: a path on the platform's server, or the whole address of another one of its servers."""

    path: str
    params: Mapping[str, str] = field(default_factory=dict)
    method: Literal["GET", "POST"] = "GET"
    json: Any = None
    form: Mapping[str, str] | None = None
    units: int = 1
    #: Beside those that every request carries; a log-in's, say.
    headers: Mapping[str, str] = field(default_factory=dict, repr=False)
