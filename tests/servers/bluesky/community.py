"""A community made on a real Bluesky network through its public API, and the rows that a crawl of it must bring.

Everything comes from one seed but the ids, which the network gives. What a crawl from the brand and its rival cannot
see (talk among fans, people who never act) is made, too, and must not come.
"""

from __future__ import annotations

import json
import random
from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import httpx

from tests.servers.bluesky import ADMIN, Network

FANS, STRANGERS = 208, 10
DAYS = 60
PASSWORD = "correct horse battery"
LONG_CHAIN = 120
Row = dict[str, Any]
Tables = dict[str, dict[str, Row]]
Columns = tuple[str, ...]


@dataclass
class Person:
    """An account of the network, and what it will write with the next request."""

    handle: str
    did: str
    key: str
    writes: list[tuple[str, Row, Row | None]] = field(default_factory=list)

    @property
    def account(self) -> str:
        """The id that the account has in our tables."""
        return f"bluesky:{self.did}"


@dataclass(frozen=True)
class Post:
    """A post that others can respond to."""

    author: Person
    ref: tuple[str, str]
    root: tuple[str, str]
    at: datetime

    @property
    def id(self) -> str:
        """The id that the post has in our tables."""
        return f"bluesky:{self.ref[0]}"


class Town:
    """The community and its truth: rows by table, each as a crawl must bring it.

    A row without ``at`` is one whose time the platform does not tell, or took over from its own clock.
    """

    def __init__(self, network: Network, seed: int, now: datetime) -> None:
        self.network, self.chance = network, random.Random(seed)
        self.begun = now - timedelta(days=DAYS)
        self.client = httpx.Client(base_url=network.pds, timeout=60)
        self.people: dict[str, Person] = {}
        self.truth: Tables = {name: {} for name in ("accounts", "follows", "posts", "interactions")}
        self.posts: list[Post] = []

    def call(self, method: str, body: Row, person: Person | None = None) -> Row:
        """One procedure of the PDS."""
        headers = {"Authorization": f"Bearer {person.key}"} if person else {}
        answer = self.client.post(f"/xrpc/{method}", json=body, headers=headers)
        if answer.status_code != 200:
            raise RuntimeError(f"{method}: {answer.status_code} {answer.text[:300]}")
        return dict(answer.json()) if answer.content else {}

    def moment(self, day: float) -> datetime:
        """So many days after the beginning, to the millisecond."""
        at = self.begun + timedelta(days=day)
        return at.replace(microsecond=at.microsecond // 1000 * 1000)

    # what people do: each is written with the person's next request, and the rows of it are noted

    def join(self, handle: str, **profile: Any) -> Person:
        """Opens an account, with a profile that others see."""
        body = {"handle": handle, "email": f"{handle}@mail.test", "password": PASSWORD}
        made = self.call("com.atproto.server.createAccount", body)
        person = self.people[handle] = Person(handle, made["did"], made["accessJwt"])
        record = {"$type": "app.bsky.actor.profile", "createdAt": _iso(self.begun), **profile}
        person.writes.append(("app.bsky.actor.profile", record, None))
        return person

    def know(self, person: Person, name: str | None, bio: str | None, discoverable: bool | None = None) -> None:
        """A crawl will meet this person."""
        row = {"account": person.account, "handle": person.handle, "name": name, "bio": bio}
        self.truth["accounts"][person.account] = {**row, "discoverable": discoverable}

    def follow(self, one: Person, other: Person, seen: bool = True) -> None:
        """One follows another."""
        # two records that are equal to the last letter lie on each other in the lists of the network
        at = self.moment(1 + self.chance.random())
        record = {"$type": "app.bsky.graph.follow", "subject": other.did, "createdAt": _iso(at)}
        row = {"table": "follows", "source": one.account, "target": other.account}
        one.writes.append(("app.bsky.graph.follow", record, row if seen else None))

    def like(self, one: Person, post: Post, at: datetime | str, seen: bool = True) -> None:
        """A like; ``at`` as a text is what a broken clock says."""
        record = {"subject": _ref(post.ref), "createdAt": at if isinstance(at, str) else _iso(at)}
        row = _act(one, post, "like", None if isinstance(at, str) else _iso(at))
        one.writes.append(("app.bsky.feed.like", {"$type": "app.bsky.feed.like", **record}, row if seen else None))

    def share(self, one: Person, post: Post, at: datetime, dated: bool = False) -> None:
        """A repost; only those of the brand itself are dated."""
        record = {"$type": "app.bsky.feed.repost", "subject": _ref(post.ref), "createdAt": _iso(at)}
        one.writes.append(("app.bsky.feed.repost", record, _act(one, post, "share", _iso(at) if dated else None)))

    def say(
        self, one: Person, words: str, at: datetime, *, to: Post | None = None, about: Post | None = None,
        names: Iterable[Person] = (), known: Iterable[Person] = (), seen: bool = True, kind: str = "post",
    ) -> None:  # fmt: skip
        """A post: on its own, as an answer (``to``) or a quote (``about``), with mentions of people at its end.

        Of those whom it names, a crawl notes the mentions of who is ``known``.
        """
        record: Row = {"$type": "app.bsky.feed.post", "createdAt": _iso(at), "langs": ["en"]}
        named = list(names)
        words, record["facets"] = _facets(words, named)
        record["text"] = words
        acts: list[Row] = []
        if to:
            record["reply"] = {"root": _ref(to.root), "parent": _ref(to.ref)}
            acts.append({**_act(one, to, "reply", _iso(at)), "text": words})
        if about:
            record["embed"] = {"$type": "app.bsky.embed.record", "record": _ref(about.ref)}
            acts.append({**_act(one, about, "quote", _iso(at)), "text": words})
        if kind == "link":
            external = {"uri": "https://acme.example/", "title": "Acme", "description": ""}
            record["embed"] = {"$type": "app.bsky.embed.external", "external": external}
        heard = [person for person in named if person in list(known)]
        own = {"table": "posts", "author": one.account, "at": _iso(at), "text": words, "language": "en", "kind": kind}
        row = {**own, "acts": acts, "to": to, "when": at, "mentions": [person.account for person in heard]}
        one.writes.append(("app.bsky.feed.post", record, row if seen else None))

    def write(self, person: Person) -> list[Post]:
        """Sends what a person did; gives the posts that were made."""
        made: list[Post] = []
        while person.writes:
            batch, person.writes = person.writes[:190], person.writes[190:]
            kind = "com.atproto.repo.applyWrites#create"
            writes = [{"$type": kind, "collection": collection, "value": value} for collection, value, _ in batch]
            for write in writes:
                if write["collection"] == "app.bsky.actor.profile":
                    write["rkey"] = "self"
            answer = self.call("com.atproto.repo.applyWrites", {"repo": person.did, "writes": writes}, person)
            for (_, _, row), result in zip(batch, answer["results"], strict=True):
                if row is not None:
                    made += self._note(person, dict(row), result["uri"], result["cid"])
        return made

    def _note(self, person: Person, row: Row, uri: str, cid: str) -> list[Post]:
        """The truth of one record; the record's address is its key, so that it can be deleted."""
        table = row.pop("table")
        if table != "posts":
            self.truth[table][uri] = row
            return []
        to, when, mentions, acts = (row.pop(name) for name in ("to", "when", "mentions", "acts"))
        post = Post(person, (uri, cid), to.root if to else (uri, cid), when)
        self.truth["posts"][uri] = {"post": post.id, **row}
        acts += [{**_act(person, post, "mention", row["at"]), "target": one, "text": row["text"]} for one in mentions]
        for number, act in enumerate(acts):
            act.pop("table")
            self.truth["interactions"][f"{uri}#{number}"] = act
        self.posts.append(post)
        return [post]

    def write_all(self) -> list[Post]:
        """Sends what everybody did."""
        return [post for person in self.people.values() for post in self.write(person)]

    def delete(self, uri: str) -> None:
        """Deletes a record, and what is true because of it."""
        did, collection, key = uri.removeprefix("at://").split("/")
        person = next(one for one in self.people.values() if one.did == did)
        self.call("com.atproto.repo.deleteRecord", {"repo": did, "collection": collection, "rkey": key}, person)
        for rows in self.truth.values():
            for name in [name for name in rows if name.partition("#")[0] == uri]:
                del rows[name]

    def leave(self, person: Person) -> None:
        """Deletes an account with everything that it did; what was done toward it is no longer told either."""
        answer = self.client.post("/xrpc/com.atproto.admin.deleteAccount", json={"did": person.did}, auth=ADMIN)
        answer.raise_for_status()
        for rows in self.truth.values():
            for name in [name for name, row in rows.items() if person.account in map(str, row.values())]:
                del rows[name]
        del self.people[person.handle]

    def rename(self, person: Person, handle: str) -> None:
        """Gives an account another handle."""
        self.call("com.atproto.identity.updateHandle", {"handle": handle}, person)
        self.truth["accounts"][person.account]["handle"] = handle

    def save(self, path: Path) -> None:
        """The truth as JSON lines."""
        rows = [{"table": table, **row} for table, found in self.truth.items() for row in found.values()]
        path.write_text("".join(json.dumps(row, ensure_ascii=False) + "\n" for row in rows), "utf-8")


def _iso(at: datetime) -> str:
    return at.astimezone(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")


def _ref(post: tuple[str, str]) -> dict[str, str]:
    return {"uri": post[0], "cid": post[1]}


def _act(one: Person, post: Post, kind: str, at: str | None) -> Row:
    row = {"table": "interactions", "source": one.account, "target": post.author.account, "kind": kind}
    return {**row, "at": at, "post": post.id, "text": None}


def _facets(words: str, named: list[Person]) -> tuple[str, list[Row]]:
    """The words with the handles behind them, and where each stands, in bytes."""
    facets = []
    for person in named:
        start = len(f"{words} ".encode())
        words = f"{words} @{person.handle}"
        place = {"byteStart": start, "byteEnd": len(words.encode())}
        facets.append({"index": place, "features": [{"$type": "app.bsky.richtext.facet#mention", "did": person.did}]})
    return words, facets


def fill(network: Network, seed: int, now: datetime) -> Town:
    """A brand, its rival, 208 fans and 10 strangers, and two months of what they did."""
    town = Town(network, seed, now)
    brand = town.join("acme-tools.test", displayName="Acme", description="We make everything.")
    rival = town.join("apex-tools.test", displayName="Apex", description="So do we.")
    town.know(brand, "Acme", "We make everything.")
    town.know(rival, "Apex", "So do we.")
    fans = [_fan(town, number) for number in range(FANS)]
    strangers = [town.join(f"stranger{number}.test", displayName="Stranger") for number in range(STRANGERS)]
    _ties(town, brand, rival, fans, strangers)
    _publish(town, brand, rival, fans)
    owned = [post for post in town.write_all() if post.author in (brand, rival)]
    _respond(town, brand, rival, fans, owned)
    answers = [post for post in town.write_all() if post.root[0] != post.ref[0]]
    _converse(town, brand, rival, fans, answers)
    town.write_all()
    _chain(town, fans[:2], owned[0])
    network.settle()
    return town


def _fan(town: Town, number: int) -> Person:
    name, bio = f"Fan {number} Łódź", f"I am number {number}."
    quiet = number % 23 == 5
    label = {"$type": "com.atproto.label.defs#selfLabels", "values": [{"val": "!no-unauthenticated"}]}
    person = town.join(
        f"fan{number:03d}.test", displayName=name, description=bio, **({"labels": label} if quiet else {})
    )
    town.know(person, name, bio, False if quiet else None)
    return person


def _ties(town: Town, brand: Person, rival: Person, fans: list[Person], strangers: list[Person]) -> None:
    """Everybody but strangers follows the brand or its rival; strangers follow fans only."""
    for number, fan in enumerate(fans):
        if number % 8:
            town.follow(fan, brand)
        if not number % 8 or number % 3 == 0:
            town.follow(fan, rival)
        for other in town.chance.sample(fans, 3):
            if other is not fan:
                town.follow(fan, other)
    for fan in town.chance.sample(fans, 20):
        town.follow(brand, fan)
    for stranger in strangers:
        town.follow(stranger, town.chance.choice(fans), seen=False)


def _publish(town: Town, brand: Person, rival: Person, fans: list[Person]) -> None:
    """Posts of the brand and its rival, mentions by fans, and talk that is no business of the brand's."""
    for number in range(120):
        town.say(brand, f"News {number} żółć", town.moment(2 + number / 3), kind="link" if number % 4 == 0 else "post")
    for number in range(15):
        town.say(rival, f"Better news {number}", town.moment(2 + 2 * number))
    for number, fan in enumerate(fans[:70]):
        at = town.moment(5 + number / 2)
        if number % 7 == 0:
            # the star: the network's own search looks for it as a letter, and does not know who is mentioned
            town.say(fan, f"* talk {number}", at, names=[fans[-1]], seen=False)
        else:
            named = [(brand,), (rival,), (brand, fans[-1]), (brand, rival)][number % 4]
            town.say(fan, f"* I like it {number}", at, names=named, known=(brand, rival))


def _respond(town: Town, brand: Person, rival: Person, fans: list[Person], owned: list[Post]) -> None:
    """Likes, shares, quotes and answers of fans; what the brand shares; clocks that lie."""
    for number, fan in enumerate(fans[:150]):
        town.like(fan, owned[1], town.moment(50 + number / 100))
    for number, fan in enumerate(fans):
        eager = int(town.chance.paretovariate(1.2))
        for post in town.chance.sample(owned, min(eager + 1, 20)):
            after = post.at + timedelta(minutes=town.chance.randint(1, 5000))
            if post is not owned[1]:
                town.like(fan, post, after)
            if town.chance.random() < 0.3:
                town.share(fan, post, after)
            if town.chance.random() < 0.2:
                town.say(fan, f"Look at this {number}", after, about=post)
            if town.chance.random() < 0.4:
                town.say(fan, f"Well done {number}", after, to=post)
    town.share(brand, next(post for post in town.posts if post.author is fans[1]), town.moment(55), dated=True)
    town.say(brand, "And another thing", owned[3].at + timedelta(hours=1), to=owned[3])
    town.like(fans[3], owned[40], "2099-01-01T00:00:00.000Z")


def _converse(town: Town, brand: Person, rival: Person, fans: list[Person], answers: list[Post]) -> None:
    """Answers to answers: of the brand, which are liked in turn, and of other fans."""
    for number, answer in enumerate(answers[:60]):
        at = answer.at + timedelta(minutes=30)
        owner = brand if answer.root[0].startswith(f"at://{brand.did}/") else rival
        if number % 3 == 0:
            town.say(owner, f"Thank you {number}", at, to=answer)
        else:
            other = fans[(number * 7) % len(fans)]
            town.say(other, f"I agree {number}", at, to=answer, names=[owner], known=[owner])
    for post in [*town.write(brand), *town.write(rival)]:
        town.like(fans[2], post, post.at + timedelta(minutes=1))


def _chain(town: Town, two: list[Person], post: Post) -> None:
    """Two people who do not stop answering each other."""
    for level in range(LONG_CHAIN):
        one = two[level % 2]
        town.say(one, f"No, {level}", post.at + timedelta(seconds=1), to=post)
        (post,) = town.write(one)


def change(town: Town) -> None:
    """What happens between two fetches: new acts, acts and a post taken back, an account deleted, a handle changed."""
    fans = [town.people[f"fan{number:03d}.test"] for number in range(FANS)]
    for kind, number in (("like", 12), ("share", 4)):
        found = [uri for uri, row in town.truth["interactions"].items() if row["kind"] == kind]
        for uri in town.chance.sample(found, number):
            town.delete(uri)
    brand = town.people["acme-tools.test"]
    leavers = [uri for uri, row in town.truth["follows"].items() if row["target"] == brand.account]
    for uri in town.chance.sample(leavers, 5):
        town.delete(uri)
    _retract(town, brand)
    town.leave(fans[207])
    town.rename(fans[20], "renamed.test")
    liked = {(row["source"], row["post"]) for row in town.truth["interactions"].values() if row["kind"] == "like"}
    for fan in fans[30:40]:
        # a second like of the same post by the same account counts for nothing
        fresh = next(one for one in town.posts if one.author is brand and (fan.account, one.id) not in liked)
        town.like(fan, fresh, town.moment(59))
        town.say(fan, "* once more", town.moment(59.5), names=[brand], known=[brand])
    town.write_all()
    town.network.settle()


def _retract(town: Town, brand: Person) -> None:
    """The brand deletes a post that was liked, and answered by nobody."""
    acts = town.truth["interactions"].values()
    liked, spoken = (
        {row["post"] for row in acts if (row["kind"] in ("like", "share")) is one} for one in (True, False)
    )
    post = next(one for one in town.posts if one.author is brand and one.id in liked - spoken)
    town.posts.remove(post)
    town.delete(post.ref[0])
    for name in [name for name, row in town.truth["interactions"].items() if row["post"] == post.id]:
        del town.truth["interactions"][name]


#: What of a row must be equal; ``at`` only where the truth has one.
_COMPARED: dict[str, Columns] = {
    "accounts": ("account", "handle", "name", "bio", "discoverable"),
    "follows": ("source", "target"),
    "posts": ("post", "author", "at", "text", "language", "kind"),
    "interactions": ("source", "target", "kind", "post", "at", "text"),
}


def compare(truth: Tables, tables: Mapping[str, Iterable[Row]]) -> dict[str, tuple[list[Row], list[Row]]]:
    """By table (interactions by kind): rows that lack, and rows that are too many."""
    found: dict[str, tuple[list[Row], list[Row]]] = {}
    for table, columns in _COMPARED.items():
        asked = [_comparable(row, columns) for row in truth[table].values()]
        given = [_comparable(row, columns) for row in tables[table]]
        if table != "interactions":
            found[table] = _differences(asked, given, columns)
            continue
        undated = {row[:4] for row in asked if row[4] is None}
        given = [(*row[:4], None, row[5]) if row[:4] in undated else row for row in given]
        for kind in sorted({row[2] for row in asked + given}):
            found[kind] = _differences(*([row for row in rows if row[2] == kind] for rows in (asked, given)), columns)
    return found


def _differences(
    asked: list[tuple[Any, ...]], given: list[tuple[Any, ...]], columns: Columns
) -> tuple[list[Row], list[Row]]:
    one, other = Counter(asked), Counter(given)
    lack, excess = (sorted(left.elements(), key=repr) for left in (one - other, other - one))
    return [dict(zip(columns, row, strict=True)) for row in lack], [
        dict(zip(columns, row, strict=True)) for row in excess
    ]


def _comparable(row: Row, columns: Columns) -> tuple[Any, ...]:
    values = [row.get(name) for name in columns]
    return tuple(
        datetime.fromisoformat(one) if name == "at" and isinstance(one, str) else one
        for name, one in zip(columns, values, strict=True)
    )
