"""Bluesky's profiles and posts as rows.

Accounts go by their DID, which stays when the handle changes; posts by their ``at://`` address, which holds the DID
of the author.

An act is dated by the earlier of two times, as Bluesky itself orders its lists: the one that its author's device
claims (``createdAt``) and the one at which the server saw it (``indexedAt``). A time before 1990 or in the future is
left out of the choice. Nobody can be seen before they act, so a device whose clock is ahead changes nothing.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import UTC, datetime, timedelta
from functools import lru_cache
from typing import Any, cast

from ambassadors.platforms.contract import Call, Page, Row, Unread, Wanted
from ambassadors.platforms.values import clip, count, moment, obj, objects, part, text
from ambassadors.tables import EARLIEST

PREFIX = "bluesky:"
#: An account whose handle cannot be proved bears this one, as do all others of its kind.
NO_HANDLE = "handle.invalid"
#: A crawl takes a while, so acts may be a little later than its beginning.
SLACK = timedelta(days=1)


def actor_of(name: str) -> str:
    """A DID as it stands, a handle without ``@``."""
    plain = name.strip().removeprefix(PREFIX).removeprefix("@")
    return plain if plain.startswith("did:") else plain.lower()


def account_of(actor: str) -> str:
    """Its id in our tables, of whichever of the two forms."""
    return PREFIX + (actor if actor.startswith("did:") else f"@{actor}")


def note_gone(page: Page, view: Mapping[str, Any]) -> bool:
    """Notes a post of which the platform says that it is no more."""
    uri = text(view.get("uri"))
    if not uri or view.get("notFound") is not True:
        return False
    page.gone.append(("post", PREFIX + uri))
    return True


def author_of(uri: str) -> str:
    """Whose post it is.

    >>> author_of("at://did:plc:ann/app.bsky.feed.post/3kx")
    'did:plc:ann'
    """
    return uri.removeprefix("at://").partition("/")[0]


def person(record: Any, page: Page, wanted: Wanted, reason: str = "no_id") -> str | None:
    """Adds the accounts row of a profile, whole or brief; gives its DID."""
    did = record.get("did") if isinstance(record, dict) else None
    if not isinstance(did, str) or not did:
        page.unread.append(Unread(reason, clip(obj(record).get("handle", record))))
        return None
    handle = text(record.get("handle"))
    page.rows.setdefault("accounts", []).append(
        {
            "account": PREFIX + did,
            "handle": None if handle == NO_HANDLE else handle,
            "name": text(record.get("displayName")),
            "bio": text(record.get("description")),
            "followers": count(record.get("followersCount")),
            "following": count(record.get("followsCount")),
            "posts": count(record.get("postsCount")),
            "created_at": text(record.get("createdAt")),
            "verified": _verified(record.get("verification")),
            "links": text(record.get("website")),
            "discoverable": _discoverable(record.get("labels"), did),
            "observed_at": iso(wanted.now),
        }
    )
    return did


def _verified(state: Any) -> bool | None:
    if not isinstance(state, dict):
        return None
    return "valid" in (state.get("verifiedStatus"), state.get("trustedVerifierStatus"))


def _discoverable(labels: Any, did: str) -> bool | None:
    """False for who asks to be shown to nobody but users who are logged in; nobody says the opposite."""
    for label in labels if isinstance(labels, list) else ():
        own = isinstance(label, dict) and label.get("src", did) == did and not label.get("neg")
        if own and label.get("val") == "!no-unauthenticated":
            return False
    return None


def read_post(page: Page, post: Mapping[str, Any], call: Call, wanted: Wanted) -> str | None:
    """Adds the rows of a post, unless it is older than was asked for; gives its time.

    A search may find more than was asked for: a post that does not mention the account of the call is left.
    """
    record = part(post, "record")
    uri, at = text(post.get("uri")), when(record.get("createdAt"), post.get("indexedAt"), wanted)
    if not uri or not at:
        page.unread.append(Unread("no_time" if uri else "no_id", clip(uri)))
        return None
    if older(at, wanted):
        return at
    author = person(post.get("author"), page, wanted, reason="no_author")
    if author is None:
        return at
    acts = [*_answers(PREFIX + author, record, at)]
    answered = {act["target"] for act in acts if act["kind"] == "reply"}  # who is not mentioned besides
    named = _mentions(PREFIX + author, uri, record, at, call, wanted)
    acts += [act for act in named if act["target"] not in answered]
    mentioned = call.about.get("mentioned")
    if mentioned and not any(act["target"] == mentioned for act in acts):
        page.rows["accounts"].pop()
        return at
    langs = record.get("langs")
    page.rows.setdefault("interactions", []).extend(acts)
    page.rows.setdefault("posts", []).append(
        {
            "post": PREFIX + uri,
            "author": PREFIX + author,
            "at": at,
            "text": text(record.get("text")),
            "language": text(langs[0]) if isinstance(langs, list) and langs else None,
            "kind": _kind(part(record, "embed")),
            "url": f"https://bsky.app/profile/{author}/post/{uri.rpartition('/')[2]}",
        }
    )
    return at


def _answers(author: str, record: Mapping[str, Any], at: str) -> Iterator[Row]:
    """What a post says to another one: it answers it, or quotes it."""
    embed = part(record, "embed")
    quoted = part(embed, "record")
    quoted = part(quoted, "record") or quoted  # a quote beside pictures lies one level deeper
    parent = obj(part(record, "reply").get("parent"))
    for kind, uri in (("reply", text(parent.get("uri"))), ("quote", text(quoted.get("uri")))):
        if uri and "/app.bsky.feed.post/" in uri:
            target = PREFIX + author_of(uri)
            row = {"source": author, "target": target, "kind": kind, "at": at, "post": PREFIX + uri}
            yield {**row, "text": text(record.get("text"))}


def _mentions(author: str, uri: str, record: Mapping[str, Any], at: str, call: Call, wanted: Wanted) -> Iterator[Row]:
    """Whom a post mentions, where one of the two is the brand or a rival; the post is the one that mentions."""
    words, ours = text(record.get("text")), _ours(call, wanted)
    told = set()
    for facet in objects(record.get("facets"), []):
        for feature in objects(facet.get("features"), []):
            did = text(feature.get("did"))
            if did is None or did in told or feature.get("$type") != "app.bsky.richtext.facet#mention":
                continue
            if author in ours or PREFIX + did in ours or _named(words, facet.get("index")) in ours:
                told.add(did)
                row = {"source": author, "target": PREFIX + did, "kind": "mention", "at": at, "post": PREFIX + uri}
                yield {**row, "text": words}


def _ours(call: Call, wanted: Wanted) -> set[str]:
    """The brand and its rivals, by DID where it is known and by handle where that is what the recipe says."""
    named = {account_of(actor_of(name)) for name in (wanted.account, *wanted.rivals)}
    return named | {call.about[name] for name in ("account", "mentioned", "owner") if name in call.about}


def _named(words: str | None, place: Any) -> str:
    """The handle that stands at a place of a text, which is counted in bytes."""
    start, end = (count(obj(place).get(key)) for key in ("byteStart", "byteEnd"))
    return account_of(actor_of((words or "").encode()[start:end].decode(errors="replace")))


def _kind(embed: Mapping[str, Any]) -> str:
    """What a post shows.

    >>> _kind({"$type": "app.bsky.embed.recordWithMedia", "media": {"$type": "app.bsky.embed.video"}}), _kind({})
    ('video', 'post')
    """
    media = part(embed, "media") or embed
    return _KINDS.get(str(media.get("$type")).removeprefix("app.bsky.embed."), "post")


_KINDS = {"images": "image", "gallery": "image", "video": "video", "external": "link"}


@lru_cache(maxsize=8)
def iso(now: datetime) -> str:
    """A moment as Bluesky writes it."""
    return now.astimezone(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")


def when(claimed: Any, seen: Any, wanted: Wanted) -> str | None:
    """The earlier of two times that can be believed; where none can, what the server says, as it stands."""
    latest = iso(wanted.now + SLACK)
    if _plain(claimed, latest) and _plain(seen, latest) and len(claimed) == len(seen):
        return cast(str, min(claimed, seen))
    # other zones and precisions are compared as moments, but given as they stand
    known = [(found, value) for value in (claimed, seen) if (found := moment(value)) is not None]
    fair = [pair for pair in known if EARLIEST <= pair[0] <= wanted.now + SLACK]
    return str(min(fair)[1]) if fair else text(seen) or text(claimed)


def _plain(value: Any, latest: str) -> bool:
    """Whether a time is believable, in the form in which times can be compared as texts."""
    return isinstance(value, str) and value[-1:] == "Z" and "1990" <= value <= latest


def older(at: str, wanted: Wanted) -> bool:
    """Whether an act lies before what was asked for; a time that cannot be believed tells nothing of that."""
    found = moment(at)
    return found is not None and EARLIEST <= found < wanted.since
