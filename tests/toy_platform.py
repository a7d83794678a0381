"""A small made-up platform and its server, in memory: what a crawl is tried on without a network."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta

from ambassadors.errors import ComeBack, FetchError
from ambassadors.platforms.contract import Call, Endpoint, Page, Platform, Wanted
from ambassadors.web.answers import Answer, Ask, Limits, Verdict

NOW = datetime(2026, 11, 1, tzinfo=UTC)


def iso(days: float) -> str:
    """So many days before the toy's present."""
    return (NOW - timedelta(days=days)).isoformat()


@dataclass
class Town:
    """What the server knows: who follows the brand, its posts with who likes them, who follows whom."""

    followers: list[int] = field(default_factory=lambda: list(range(1, 48)))
    posts: dict[int, list[int]] = field(
        default_factory=lambda: {post: list(range(1, post + 1)) for post in range(1, 13)}
    )
    names: dict[int, str] = field(default_factory=dict)
    texts: dict[int, str] = field(default_factory=dict)
    gone: set[int] = field(default_factory=set)
    private: set[int] = field(default_factory=set)
    page: int = 10
    #: Told of each request; may raise, or give an answer of its own.
    trouble: list = field(default_factory=list)
    asked: list[Ask] = field(default_factory=list)

    def ask(self, ask: Ask) -> tuple[Answer, Verdict]:
        """What the client would give: an answer and what it means."""
        self.asked.append(ask)
        for one in self.trouble:
            given = one(self, ask)
            if given is not None:
                return given
        return self.answer(ask)

    def answer(self, ask: Ask) -> tuple[Answer, Verdict]:
        """The answer of a server that is in good health."""
        what, _, which = ask.path.strip("/").partition("/")
        if what == "profile":
            return fine({"id": 0, "followers": len(self.followers), "posts": len(self.posts)})
        if what == "profiles":
            ids = [int(one) for one in ask.params["ids"].split(",")]
            return fine([{"id": one, "name": self.name(one), "followers": one} for one in ids if one not in self.gone])
        if what == "likers" and int(which) in self.private:
            return Answer(403, {}, None), Verdict("private", says="its owner hides them")
        if what == "likers" and int(which) not in self.posts:
            return Answer(404, {}, None), Verdict("gone", says="no such post")
        listing = {
            "followers": lambda: list(reversed(self.followers)),
            "posts": lambda: sorted(self.posts, reverse=True),
            "likers": lambda: self.posts[int(which)],
            "following": lambda: [one for one in range(1, 60) if (one * 7 + int(which)) % 5 == 0 and one != int(which)],
        }[what]()
        at = int(ask.params.get("cursor", "0"))
        body = {"items": [self.item(what, one) for one in listing[at : at + self.page]]}
        if at + self.page < len(listing):
            body["next"] = str(at + self.page)
        return fine(body)

    def name(self, one: int) -> str:
        """What an account is called now."""
        return self.names.get(one, f"p{one}")

    def item(self, what: str, one: int) -> dict:
        """One record of a listing."""
        if what == "posts":
            text = self.texts.get(one, f"post {one}")
            return {"id": one, "at": iso(30 - one), "likes": len(self.posts[one]), "text": text}
        return {"id": one, "name": self.name(one)}


def fine(body: object) -> tuple[Answer, Verdict]:
    """An answer to be read."""
    return Answer(200, {}, body), Verdict("fine")


def _page(answer: Answer, **rows: list) -> Page:
    cursor = answer.body.get("next")
    return Page(dict(rows), {"cursor": cursor} if cursor else None, records=len(answer.body["items"]))


def _account(item: dict, wanted: Wanted) -> dict:
    return {"account": f"toy:{item['id']}", "handle": item["name"], "observed_at": wanted.now.isoformat()}


def _profile(answer: Answer, call: Call, wanted: Wanted) -> Page:
    me = {"account": "toy:0", "handle": "brand", "followers": answer.body["followers"]}
    calls = [
        Call("followers", expected=answer.body["followers"], covers={"table": "follows", "target": "toy:0"}),
        Call("posts", expected=answer.body["posts"], covers={"table": "posts", "author": "toy:0"}),
    ]
    return Page({"accounts": [me | {"observed_at": wanted.now.isoformat()}]}, calls=calls, records=1)


def _followers(answer: Answer, call: Call, wanted: Wanted) -> Page:
    items, seen = answer.body["items"], wanted.now.isoformat()
    follows = [{"source": f"toy:{one['id']}", "target": "toy:0", "observed_at": seen} for one in items]
    return _page(answer, follows=follows, accounts=[_account(one, wanted) for one in items])


def _posts(answer: Answer, call: Call, wanted: Wanted) -> Page:
    items = answer.body["items"]
    page = _page(
        answer,
        posts=[{"post": f"toy:p{i['id']}", "author": "toy:0", "at": i["at"], "text": i["text"]} for i in items],
    )
    page.calls = [
        Call(
            "likers",
            fill={"post": str(one["id"])},
            about={"post": f"toy:p{one['id']}", "at": one["at"]},
            expected=one["likes"],
            mark=f"like:{one['likes']}",
            covers={"table": "interactions", "kind": "like", "post": f"toy:p{one['id']}"},
        )
        for one in items
    ]
    return page


def _likers(answer: Answer, call: Call, wanted: Wanted) -> Page:
    about = call.about
    likes = [
        {"source": f"toy:{one['id']}", "target": "toy:0", "kind": "like", "at": about["at"], "post": about["post"]}
        | {"at_latest": wanted.now.isoformat()}
        for one in answer.body["items"]
    ]
    return _page(answer, interactions=likes, accounts=[_account(one, wanted) for one in answer.body["items"]])


def _profiles(answer: Answer, call: Call, wanted: Wanted) -> Page:
    rows = [_account(one, wanted) | {"followers": one["followers"]} for one in answer.body]
    gone = set(call.params["ids"].split(",")) - {str(one["id"]) for one in answer.body}
    return Page({"accounts": rows}, gone=[("account", f"toy:{one}") for one in sorted(gone)], records=len(rows))


def _following(answer: Answer, call: Call, wanted: Wanted) -> Page:
    who, seen = call.about["account"], wanted.now.isoformat()
    rows = [{"source": who, "target": f"toy:{one['id']}", "observed_at": seen} for one in answer.body["items"]]
    return _page(answer, follows=rows)


def _in_batches(accounts: Sequence[str]) -> list[Call]:
    ids = [one.partition(":")[2] for one in accounts]
    return [Call("profiles", {"ids": ",".join(ids[at : at + 20])}) for at in range(0, len(ids), 20)]


TOY = Platform(
    name="toy",
    title="Toy",
    server="https://toy.example",
    gives=frozenset({"followers", "profiles", "posts", "likes", "follows"}),
    endpoints={
        "profile": Endpoint("/profile", _profile, "accounts"),
        "followers": Endpoint("/followers", _followers, "follows", per_page=10, newest_first=True),
        "posts": Endpoint("/posts", _posts, "posts", per_page=10, newest_first=True),
        "likers": Endpoint("/likers/{post}", _likers, "interactions", per_page=10),
        "profiles": Endpoint("/profiles", _profiles, "accounts", per_page=20),
        "following": Endpoint("/following/{who}", _following, "follows", per_page=10, among=True),
    },
    begin=lambda wanted: [Call("profile")],
    judge=lambda answer, now: Verdict("fine"),
    limits=Limits(1000, 1),
    profiles=_in_batches,
    follows=lambda one: [Call("following", fill={"who": one.partition(":")[2]}, about={"account": one})],
    token="none",
)


class Killed(BaseException):
    """What a kill looks like from inside."""


def dies_at(number: int):
    """A trouble that ends the program at the N-th request."""

    def trouble(town: Town, ask: Ask) -> None:
        if len(town.asked) == number:
            raise Killed

    return trouble


def unreachable(path: str, times: int):
    """A trouble that lets a path fail so many times."""
    left = [times]

    def trouble(town: Town, ask: Ask) -> None:
        if ask.path == path and left[0]:
            left[0] -= 1
            raise FetchError(f"{path}: the server closed the connection.")

    return trouble


def asks_to_wait(number: int):
    """A trouble that asks to come back in an hour at the N-th request."""

    def trouble(town: Town, ask: Ask) -> None:
        if len(town.asked) == number:
            raise ComeBack("Toy asks to wait an hour.", NOW.timestamp() + 3600)

    return trouble
