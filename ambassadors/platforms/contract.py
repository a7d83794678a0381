"""What every platform module gives: its endpoints, and pure functions from an answer to rows.

A platform knows nothing of networks, waiting or files: it says which calls there are, and reads their answers. The
crawl (:mod:`ambassadors.crawling`) asks, pages, keeps what was read and goes on after a stop.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Literal

from ambassadors.recipe import Topic
from ambassadors.web.answers import Answer, Ask, Judge, Limits

#: A row of one of our tables: column -> text, number, flag or None. Times are ISO 8601 text with a zone.
Row = dict[str, Any]


@dataclass(frozen=True)
class Wanted:
    """What a recipe asks of one platform.

    ``account`` and ``rivals`` are handles (without ``@``) or native ids; ``since``: what is older is left; ``posts``:
    at most so many posts of each; ``people``: at most so many followers of each; ``topics``: what is fetched at all.
    ``server`` is the address of the platform's server; ``now`` the moment at which the crawl began; ``signed_in`` says
    whether there is a token, so that what only its owner may read can be asked.
    """

    account: str
    rivals: tuple[str, ...]
    topics: frozenset[Topic]
    since: datetime
    now: datetime
    posts: int = 200
    people: int = 5_000
    server: str = ""
    signed_in: bool = False


@dataclass(frozen=True)
class Call:
    """One listing or look-up: an endpoint by name, its parameters, and what its reader must know beside the answer.

    ``fill`` goes into the endpoint's path, ``params`` into the query. ``about`` is for the reader: whose followers,
    whose post. ``expected`` is how many records are foreseen (from a count that the platform stated; 1 for a look-up).
    ``mark``: a call that was finished with the same mark before is not made again (a post's count of likes, say); one
    of which nothing is expected is made only where something was before.
    ``covers``: where the listing is read to its end, it is all that there is of the rows of that table with these
    values: such as ``{"table": "follows", "target": "x:12"}``. Rows of ours that it lacks were deleted at the source.
    """

    endpoint: str
    params: Mapping[str, str] = field(default_factory=dict)
    fill: Mapping[str, str] = field(default_factory=dict)
    about: Mapping[str, str] = field(default_factory=dict)
    expected: int = 1
    mark: str = ""
    covers: Mapping[str, str] | None = None


@dataclass(frozen=True)
class Unread:
    """A record that cannot be read: why, and what stood there.

    Reasons: ``no_id``, ``no_author``, ``no_time``, ``no_handle``, ``not_an_object``.

    ``value`` is a short piece of it, never a whole record.
    """

    reason: str
    value: str


@dataclass
class Page:
    """What one answer says: rows by table, where the next page begins, and which calls it leads to.

    ``next`` are the parameters that change for the next page (None: this was the last). ``gone`` are ids of accounts
    (``("account", "x:12")``) and posts (``("post", "x:77")``) that the platform says are deleted. ``ended``: what
    follows is older than was asked for. ``records`` is how many records the answer held, readable or not.
    """

    rows: dict[str, list[Row]] = field(default_factory=dict)
    next: Mapping[str, str] | None = None
    calls: list[Call] = field(default_factory=list)
    gone: list[tuple[Literal["account", "post"], str]] = field(default_factory=list)
    unread: list[Unread] = field(default_factory=list)
    ended: bool = False
    records: int = 0


#: Pure: the same answer, call and wish give the same page.
Read = Callable[[Answer, Call, Wanted], Page]


@dataclass(frozen=True)
class Endpoint:
    """One call that a platform offers.

    ``table`` is what its records become; a listing that is ``newest_first`` may be left at a page on which nothing is
    new. ``per_page`` is how many records come at most, ``units`` what it costs of the limit. ``among``: of its follows
    only those between people who are known already are kept. ``docs`` names the platform's page that describes it.
    """

    path: str
    read: Read
    table: str
    per_page: int = 1
    newest_first: bool = False
    units: int = 1
    among: bool = False
    method: Literal["GET", "POST"] = "GET"
    docs: str = ""


@dataclass(frozen=True)
class Platform:
    """A platform: where it is, what it gives, how much may be asked, and how its answers are read.

    ``begin`` makes the first calls of a crawl, ``profiles`` those for people whose profile is not known (in batches as
    large as the platform takes), ``follows`` those for whom one of them follows; None where it does not tell.
    ``judge`` says what an answer means. ``token``: whether one is needed. ``headers`` turns the token, or what
    ``session`` made of it, into headers. ``login`` is asked first where a token must be changed into a session's
    (also when it ran out); ``session`` reads the answer. ``paid``: the platform charges for each record.
    """

    name: str
    title: str
    server: str
    gives: frozenset[Topic]
    endpoints: Mapping[str, Endpoint]
    begin: Callable[[Wanted], list[Call]]
    judge: Judge
    limits: Limits
    profiles: Callable[[Sequence[str]], list[Call]] | None = None
    follows: Callable[[str], list[Call]] | None = None
    token: Literal["none", "optional", "needed"] = "none"
    headers: Callable[[str], Mapping[str, str]] = lambda token: {"Authorization": f"Bearer {token}"}
    login: Callable[[str], Ask] | None = None
    session: Callable[[Answer], str] = lambda answer: ""
    paid: bool = False
    #: Whether its lists of people say all of each that a profile says.
    whole_profiles: bool = False
    #: What a person must do to get a token, in one or two sentences.
    token_help: str = ""
