"""A brand, its rival and two hundred fans on a Mastodon server: what they do there, and every row of it as truth."""

from __future__ import annotations

import json
import random
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import httpx

from tests.servers.mastodon.running import Server, running

BRAND, RIVAL = "cafe", "teahouse"
FANS = tuple(f"fan{number:03}" for number in range(218))
Row = dict[str, Any]


@dataclass
class Community:
    """Who is there and what they did. ``truth`` holds the rows that a fetch for the brand must bring, by table."""

    server: Server
    web: httpx.Client
    ids: dict[str, str] = field(default_factory=dict)
    statuses: dict[str, Row] = field(default_factory=dict)
    truth: dict[str, list[Row]] = field(default_factory=dict)

    def our(self, native: str) -> str:
        """The id that a fetch gives to an account or post of the server."""
        return f"mastodon:{native}@{self.server.url.removeprefix('http://')}"

    def person(self, name: str) -> str:
        """The same of an account, by its first name."""
        return self.our(self.ids[name])

    def call(self, name: str, method: str, path: str, **body: Any) -> Any:
        """One call of the server's API, as that person."""
        headers = {"Authorization": f"Bearer {self.server.tokens[name]}"}
        answer = self.web.request(method, f"/api/v1/{path}", headers=headers, json=body or None)
        answer.raise_for_status()
        return answer.json()

    def says(self, name: str, words: str, *, kept: bool = True, **more: Any) -> str:
        """That person publishes a post; ``kept`` says whether a fetch must bring it."""
        status = self.call(name, "POST", "statuses", status=words, **more)
        self.statuses[status["id"]] = status
        if kept:
            row = {"post": self.our(status["id"]), "author": self.person(name), "at": status["created_at"]}
            self.note("posts", **row, text=words)
        return str(status["id"])

    def note(self, table: str, **row: Any) -> None:
        """One more row of the truth."""
        self.truth.setdefault(table, []).append(row)

    def act(self, kind: str, source: str, target: str, post: str, at: str | None = None) -> None:
        """One more interaction of the truth; ``at`` is None where no call tells it."""
        ends = {"source": self.person(source), "target": self.person(target)}
        self.note("interactions", **ends, kind=kind, post=self.our(post), at=at)

    def said(self, post: str) -> str:
        """When a post was published."""
        return str(self.statuses[post]["created_at"])

    def likes(self, name: str, author: str, post: str) -> None:
        """That person likes a post."""
        self.call(name, "POST", f"statuses/{post}/favourite")
        self.act("like", name, author, post)

    def boosts(self, name: str, author: str, post: str) -> None:
        """That person boosts a post; when a fetch reads the booster's posts, too, it knows the time."""
        at = self.call(name, "POST", f"statuses/{post}/reblog")["created_at"]
        self.act("share", name, author, post, at if name in (BRAND, RIVAL) else None)

    def answers(self, name: str, author: str, post: str, words: str) -> str:
        """That person answers a post."""
        reply = self.says(name, f"@{author} {words}", in_reply_to_id=post)
        self.act("reply", name, author, post, self.said(reply))
        return reply

    def quotes(self, name: str, author: str, post: str, words: str) -> str:
        """That person quotes a post."""
        quote = self.says(name, words, quoted_status_id=post)
        self.act("quote", name, author, post, self.said(quote))
        return quote

    def forget(self, *, post: str = "", name: str = "") -> None:
        """The truth once a post, or a person with all that they did, is deleted."""
        post, person = self.our(post) if post else "", self.person(name) if name else ""
        for table, rows in self.truth.items():
            self.truth[table] = [row for row in rows if post not in row.values() and person not in row.values()]

    def write(self, folder: Path) -> None:
        """The truth as files of JSON lines."""
        for table, rows in self.truth.items():
            lines = "".join(json.dumps(row, sort_keys=True) + "\n" for row in rows)
            (folder / f"{table}.jsonl").write_text(lines, encoding="utf-8")


@contextmanager
def community(folder: Path) -> Iterator[Community]:
    """The server with its community, running; the truth lies in the folder, too."""
    rng = random.Random(7)
    follows = [(name, BRAND) for name in FANS[:170]] + [(name, RIVAL) for name in FANS[150:190]]
    pairs = {(one, other) for one in FANS[:80] for other in rng.sample(FANS, 3) if one != other}
    follows += sorted(pairs)
    with (
        running(folder, (BRAND, RIVAL, *FANS), follows) as server,
        httpx.Client(base_url=server.url, timeout=30) as web,
    ):
        town = Community(server, web)
        town.ids.update(server.ids())
        _publish(town)
        _react(town, rng)
        _hidden(town)
        _flags(town)
        _people(town, follows)
        town.write(folder)
        yield town


def _publish(town: Community) -> None:
    """Posts of the brand and of its rival; of the brand's an old one, and one that not everybody may read."""
    old = town.says(BRAND, "We opened", kept=False)
    town.server.edit("UPDATE statuses SET created_at = '2020-05-01 08:00:00.000000' WHERE id = ?", int(old))
    for number in range(8):
        town.says(BRAND, f"New roast {number} & more\nhttps://cafe.example/roast/{number}")
    for number in range(5):
        town.says(RIVAL, f"Tea of the day: {number}")
    town.says(BRAND, "For followers only", kept=False, visibility="private")


def _posts_of(town: Community, name: str) -> list[str]:
    return [
        row["post"].split(":")[1].split("@")[0] for row in town.truth["posts"] if row["author"] == town.person(name)
    ]


def _react(town: Community, rng: random.Random) -> None:
    ours, theirs = _posts_of(town, BRAND), _posts_of(town, RIVAL)
    for post in ours:
        for name in sorted(rng.sample(FANS, 10)):
            town.likes(name, BRAND, post)
    for name in FANS[:30]:
        town.likes(name, BRAND, ours[0]) if not _did(town, "like", name, ours[0]) else None
    for post in theirs:
        for name in sorted(rng.sample(FANS, 6)):
            town.likes(name, RIVAL, post)
    for name in sorted(rng.sample(FANS, 25)):
        town.boosts(name, BRAND, rng.choice(ours))
    for name in sorted(rng.sample(FANS, 8)):
        town.boosts(name, RIVAL, rng.choice(theirs))
    _talk(town, rng, ours, theirs)


def _did(town: Community, kind: str, name: str, post: str) -> bool:
    done = {"source": town.person(name), "kind": kind, "post": town.our(post)}
    return any(done.items() <= row.items() for row in town.truth["interactions"])


def _talk(town: Community, rng: random.Random, ours: Sequence[str], theirs: Sequence[str]) -> None:
    """Threads under posts, posts that name the brand, and such as quote it."""
    for name, other in zip(FANS[:30], FANS[30:60], strict=True):
        reply = town.answers(name, BRAND, rng.choice(ours), "lovely <3")
        if name < "fan012":
            town.answers(other, name, reply, "so do I")
        if name < "fan004":
            town.answers(BRAND, name, reply, "thank you!")
            town.boosts(BRAND, name, reply)
    town.answers(FANS[60], RIVAL, theirs[0], "nice")
    for name in FANS[70:85]:
        post = town.says(name, f"Nothing beats @{BRAND} in the morning")
        town.act("mention", name, BRAND, post, town.said(post))
    both = town.says(FANS[85], f"@{BRAND} or @{RIVAL}?", visibility="unlisted")
    for name in (BRAND, RIVAL):
        town.act("mention", FANS[85], name, both, town.said(both))
    for name, author in ((FANS[86], BRAND), (FANS[87], RIVAL)):
        post = town.says(name, f"Where to go on Sunday? #{author.title()}")
        town.act("tag", name, author, post, town.said(post))
    for name in FANS[90:98]:
        town.quotes(name, BRAND, rng.choice(ours), "Look at that")
    town.says(FANS[98], "And that", kept=False, quoted_status_id=theirs[1])  # told to the rival alone


def _hidden(town: Community) -> None:
    """What a fetch must not bring: private words, and one answer whose clock was never set."""
    ours = _posts_of(town, BRAND)
    town.says(FANS[100], f"@{BRAND} between us", kept=False, visibility="direct")
    town.says(FANS[101], f"@{BRAND} for my friends", kept=False, visibility="private")
    liar = town.says(FANS[102], f"@{BRAND} what year is it?", kept=False, in_reply_to_id=ours[3])
    town.server.edit("UPDATE statuses SET created_at = '0001-01-01 00:00:00.000000' WHERE id = ?", int(liar))


#: What most people agree to, and who differs, as the server's file names it.
AGREED: dict[str, bool | None] = {"discoverable": True, "indexable": True, "hide_collections": None, "locked": False}
FLAGS: dict[str, dict[str, bool | None]] = {
    FANS[1]: {"discoverable": False},
    FANS[2]: {"indexable": False},
    FANS[3]: {"hide_collections": True},
    FANS[4]: {"locked": True},
    FANS[5]: {"discoverable": None},
}


def _flags(town: Community) -> None:
    for column, value in AGREED.items():
        town.server.edit(f"UPDATE accounts SET {column} = ?", value)
    for name, flags in FLAGS.items():
        for column, value in flags.items():
            town.server.edit(f"UPDATE accounts SET {column} = ? WHERE id = ?", value, int(town.ids[name]))


def _people(town: Community, follows: Sequence[tuple[str, str]]) -> None:
    """Everybody who is met: whoever follows, does something, or is boosted; and who of them follows whom."""
    met = {row[key] for rows in town.truth.values() for row in rows for key in ("author", "source") if key in row}
    met |= {town.person(follower) for follower, followed in follows if followed in (BRAND, RIVAL)}
    met |= {town.person(FANS[102])}  # whose answer is rejected for its time alone
    host = town.server.url.removeprefix("http://")
    for name in town.ids:
        if town.person(name) in met:
            told: Row = {**AGREED, **FLAGS.get(name, {})}
            told["protected"] = told.pop("locked")
            told["followers"] = sum(followed == name for _, followed in follows)
            told["following"] = sum(follower == name for follower, _ in follows)
            town.note("accounts", account=town.person(name), handle=f"{name}@{host}", **told)
    for follower, followed in follows:
        if {town.person(follower), town.person(followed)} <= met:
            town.note("follows", source=town.person(follower), target=town.person(followed))
