"""A server that speaks as much of Mastodon's API as a crawl asks for: a town of made-up people, always the same."""

from __future__ import annotations

import json
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qs, urlsplit

PEOPLE, POSTS, PAGE = 230, 24, 40
BEGAN = datetime(2026, 9, 1, 12, tzinfo=UTC)
#: Account 1 is the brand, 2 a rival.
BRAND, RIVAL = 1, 2


def account(one: int, hidden: frozenset[int] = frozenset()) -> dict[str, Any]:
    """One person's profile."""
    name = {BRAND: "brand", RIVAL: "rival"}.get(one, f"person{one}")
    return {
        "id": str(one),
        "username": name,
        "acct": name,
        "display_name": name.title(),
        "note": f"<p>I am {name}.</p>",
        "locked": False,
        "discoverable": one not in hidden,
        "indexable": True,
        "followers_count": len(followers(one)),
        "following_count": len(following(one)),
        "statuses_count": len(posts(one)),
        "created_at": "2025-01-01T00:00:00.000Z",
        "url": f"https://town.example/@{name}",
        "fields": [],
    }


def followers(one: int) -> list[int]:
    """Who follows somebody, newest first."""
    if one == BRAND:
        return list(range(PEOPLE, 2, -1))
    return [other for other in range(PEOPLE, 2, -1) if one in following(other)]


def following(one: int) -> list[int]:
    """Whom somebody follows."""
    own = [BRAND] if one > 2 else []
    return own + [2 + (one * step) % (PEOPLE - 2) for step in (3, 7, 11) if 2 + (one * step) % (PEOPLE - 2) != one]


def posts(one: int) -> list[int]:
    """The posts of somebody, newest first."""
    return [one * 1000 + number for number in range(POSTS if one <= 2 else 0, 0, -1)]


def status(post: int) -> dict[str, Any]:
    """One post."""
    author, number = divmod(post, 1000)
    return {
        "id": str(post),
        "created_at": (BEGAN + timedelta(hours=number)).isoformat().replace("+00:00", "Z"),
        "account": account(author),
        "content": f"<p>Post {number}</p>",
        "visibility": "public",
        "favourites_count": len(likers(post)),
        "reblogs_count": len(boosters(post)),
        "replies_count": len(replies(post)),
        "mentions": [],
        "tags": [],
    }


def likers(post: int) -> list[int]:
    """Who liked a post."""
    return [3 + (post * 13 + step * 5) % (PEOPLE - 3) for step in range(post % 60)]


def boosters(post: int) -> list[int]:
    """Who boosted a post."""
    return [3 + (post * 17 + step * 3) % (PEOPLE - 3) for step in range(post % 7)]


def replies(post: int) -> list[dict[str, Any]]:
    """The answers under a post."""
    author, number = divmod(post, 1000)
    made = []
    for step in range(post % 4):
        who = 3 + (post * 19 + step) % (PEOPLE - 3)
        made.append(
            status(author * 1000)
            | {"id": str(post * 100 + step), "account": account(who), "content": f"<p>Answer {step}</p>"}
            | {"created_at": (BEGAN + timedelta(hours=number, minutes=step + 1)).isoformat().replace("+00:00", "Z")}
            | {"in_reply_to_id": str(post), "in_reply_to_account_id": str(author), "favourites_count": 0}
            | {"reblogs_count": 0, "replies_count": 0}
        )
    return made


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    server: SmallServer

    def do_GET(self) -> None:
        """Answers one request."""
        split = urlsplit(self.path)
        query = {name: values[0] for name, values in parse_qs(split.query).items()}
        parts = split.path.removeprefix("/api/v1/").split("/")
        time.sleep(self.server.pause)
        self.server.asked.append(self.path)
        if self.server.busy:
            self._send(429, {"error": "Too many requests"}, None)
            return
        try:
            body, more = self._answer(parts, query)
        except (KeyError, ValueError):
            self._send(404, {"error": "Record not found"}, None)
        else:
            self._send(200, body, more)

    def _answer(self, parts: list[str], query: dict[str, str]) -> tuple[Any, str | None]:
        if parts == ["accounts", "lookup"]:
            return account({"brand": BRAND, "rival": RIVAL}[query["acct"].partition("@")[0]]), None
        if parts[0] == "timelines":
            return [], None
        what, one, kind = parts[0], int(parts[1]), parts[2] if len(parts) > 2 else ""
        if what == "accounts" and not kind:
            return account(one), None
        listing: list[Any]
        if what == "accounts":
            listing = {"followers": followers, "following": following, "statuses": posts}[kind](one)
        elif kind == "context":
            return {"ancestors": [], "descendants": replies(one)}, None
        else:
            listing = list(dict.fromkeys({"favourited_by": likers, "reblogged_by": boosters}[kind](one)))
        at = int(query.get("max_id", "0"))
        made = [status(item) if kind == "statuses" else account(item) for item in listing[at : at + PAGE]]
        return made, str(at + PAGE) if at + PAGE < len(listing) else None

    def _send(self, code: int, body: Any, more: str | None) -> None:
        content = json.dumps(body).encode()
        self.send_response(code)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(content)))
        if code == 429:
            self.send_header("Retry-After", "7200")
        if more:
            path = urlsplit(self.path).path
            host = f"http://127.0.0.1:{self.server.server_port}"
            self.send_header("Link", f'<{host}{path}?max_id={more}>; rel="next"')
        self.end_headers()
        self.wfile.write(content)

    def log_message(self, *words: object) -> None:
        """Nothing is printed."""


class SmallServer(ThreadingHTTPServer):
    """The server; ``asked`` are the paths of all requests, ``pause`` how long an answer takes; ``busy``: come back."""

    daemon_threads = True
    pause = 0.0
    busy = False

    def __init__(self) -> None:
        self.asked: list[str] = []
        super().__init__(("127.0.0.1", 0), _Handler)

    def handle_error(self, request: object, client_address: object) -> None:
        """A client that was killed in the middle is nobody's fault."""

    @property
    def address(self) -> str:
        """Where it is."""
        return f"http://127.0.0.1:{self.server_port}"


@contextmanager
def running(pause: float = 0.0) -> Iterator[SmallServer]:
    """The server on loopback, for as long as it is needed."""
    server = SmallServer()
    server.pause = pause
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01}, daemon=True)
    thread.start()
    try:
        yield server
    finally:
        server.shutdown()
        server.server_close()


def recipe(server: str, name: str = "small", more: str = "") -> str:
    """A recipe that fetches the town."""
    return f"""name = "{name}"

[[fetch]]
platform = "mastodon"
server = "{server}"
private = true
account = "@brand"
rivals = ["@rival"]
since = "1y"
{more}
"""
