"""A platform's server that was never asked: it answers from a small made-up community, three records a page.

The shapes are those of the platforms' documentation. The first posts have four likes, shares, comments and so on
each, so that each listing has a page that is not the last.
"""

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any

import httpx

from ambassadors.platforms import platform
from ambassadors.platforms.contract import Call, Wanted
from ambassadors.web.answers import Answer, Ask, Verdict

NOW = datetime(2026, 11, 23, 12, tzinfo=UTC)
SIZE = 3
PEOPLE = range(1, 8)
POSTS = range(1, 8)
SOME = range(1, 5)
#: To so many posts of each account did anybody respond.
LIVELY = 2

#: What a server says to a path and parameters: the body, and headers where they say something.
Serve = Callable[[str, httpx.QueryParams], Any]


def when(days: float) -> datetime:
    """So many days before now."""
    return NOW - timedelta(days=days)


def stamp(days: float) -> str:
    """The same as most platforms spell it."""
    return when(days).isoformat().replace("+00:00", ".000Z")


def cut(items: list, start: str | int | None) -> tuple[list, int | None]:
    """One page of a listing, and where the next begins."""
    first = len(items) if start == "end" else int(start or 0)
    after = first + SIZE
    return items[first:after], after if after < len(items) else None


@dataclass(frozen=True)
class Paged:
    """A body with headers."""

    body: Any
    headers: Mapping[str, str]


@dataclass
class Recorded:
    """The server as an httpx transport's handler; ``trouble`` may answer, or fail, in its place."""

    name: str
    serve: Serve
    trouble: list[Callable[[httpx.Request], httpx.Response | None]] = field(default_factory=list)
    asked: list[str] = field(default_factory=list)

    def __call__(self, request: httpx.Request) -> httpx.Response:
        """One answer."""
        self.asked.append(f"{request.url} {request.content.decode()}")
        for trouble in self.trouble:
            answer = trouble(request)
            if answer is not None:
                return answer
        params = httpx.QueryParams(request.content.decode()) if request.method == "POST" else request.url.params
        reply = self.serve(request.url.path, params)
        if isinstance(reply, Paged):
            return httpx.Response(200, json=reply.body, headers=reply.headers)
        return httpx.Response(200, json=reply)

    @property
    def ask(self) -> Callable[[Ask], tuple[Answer, Verdict]]:
        """Asks this server, and judges as the platform does; waiting and trying again are the client's."""
        judge, transport = platform(self.name).judge, httpx.MockTransport(self)
        server = wanted(self.name).server or platform(self.name).server

        def ask(ask: Ask) -> tuple[Answer, Verdict]:
            with httpx.Client(transport=transport, base_url=server) as client:
                response = client.request(ask.method, ask.path, params=ask.params or None, data=ask.form)
            answer = as_answer(response)
            return answer, judge(answer, NOW.timestamp())

        return ask


def as_answer(response: httpx.Response) -> Answer:
    """A response as readers get it: the body parsed, or None."""
    try:
        body = json.loads(response.content)
    except ValueError:
        body = None
    address = str(response.url)[:300]  # the client cuts it, too
    return Answer(response.status_code, {k.lower(): v for k, v in response.headers.items()}, body, address)


def as_ask(name: str, call: Call, cursor: Mapping[str, str] | None = None) -> Ask:
    """What a call, at a page of it, asks of the server."""
    endpoint = platform(name).endpoints[call.endpoint]
    params, path = {**call.params, **(cursor or {})}, endpoint.path.format(**call.fill)
    if endpoint.method == "POST":
        return Ask(path, method="POST", form=params)
    return Ask(path, params)


#: Whom a crawl of each platform is about: the brand, and a rival of another kind where there is one.
ABOUT = {
    "bluesky": ("did:plc:brand", ()),
    "instagram": ("brand", ("rival",)),
    "mastodon": ("brand", ()),
    "reddit": ("r/brand", ("u/rival",)),
    "vk": ("brand", ("id8",)),
    "x": ("brand", ("901",)),
    "youtube": ("@brand", ()),
}


def wanted(name: str, **more: Any) -> Wanted:
    """All that a platform gives, of the last 90 days."""
    account, rivals = ABOUT[name]
    server = "https://m.example" if name == "mastodon" else ""
    plain = {"topics": platform(name).gives, "since": when(90), "now": NOW, "server": server, "signed_in": True}
    return Wanted(account, rivals, **{**plain, **more})
