"""Bluesky: the calls of its AppView, and how their answers become rows.

Accounts go by their DID, which stays when the handle changes; posts by their ``at://`` address, which holds the DID
of the author. The shapes are those of the lexicons ``app.bsky.actor``, ``graph`` and ``feed``.

An act is dated by the earlier of two times, as Bluesky itself orders its lists: the one that its author's device
claims (``createdAt``) and the one at which the server saw it (``indexedAt``). A time before 1990 or in the future is
left out of the choice. Nobody can be seen before they act, so a device whose clock is ahead changes nothing.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime
from functools import lru_cache
from typing import Any, cast

from ambassadors.errors import TokenError
from ambassadors.platforms.contract import Call, Endpoint, Page, Platform, Row, Unread, Wanted
from ambassadors.platforms.values import clip, count, moment, objects, text
from ambassadors.tables import EARLIEST
from ambassadors.web.answers import Answer, Ask, Limits, Verdict

PREFIX = "bluesky:"
#: An account whose handle cannot be proved bears this one, as do all others of its kind.
NO_HANDLE = "handle.invalid"
#: A thread is asked for so many levels at a time: each is two levels of JSON, of which parsers take 1,000.
DEPTH = 50
#: Replies up to this many come whole; of more, the server may leave some out.
WHOLE_THREAD = 200
#: A crawl takes a while, so acts may be a little later than its beginning.
SLACK = timedelta(days=1)
#: Where an answer says that too much was asked, but not until when: as long as the limit's window.
WINDOW = 300.0


def begin(wanted: Wanted) -> list[Call]:
    """The profiles of the brand and its rivals, from which everything else is asked.

    >>> from datetime import datetime
    >>> now = datetime(2026, 1, 1, tzinfo=UTC)
    >>> [call.params for call in begin(Wanted("@Acme.com", ("did:plc:rival",), frozenset(), now, now))]
    [{'actor': 'acme.com'}, {'actor': 'did:plc:rival'}]
    """
    actors = [_actor(name) for name in (wanted.account, *wanted.rivals)]
    return [Call("profile", {"actor": actor}, about={"account": _account(actor)}) for actor in actors]


def profiles(accounts: Sequence[str]) -> list[Call]:
    """Whole profiles, 25 a call."""
    actors = [_actor(account) for account in accounts]
    batches = [actors[start : start + 25] for start in range(0, len(actors), 25)]
    # XRPC takes a list as one key that stands several times in the query
    return [Call("profiles", {"actors": cast(str, batch)}, expected=len(batch)) for batch in batches]


def follows(account: str) -> list[Call]:
    """Whom an account follows."""
    covers = {"table": "follows", "source": account}
    params = {"actor": _actor(account), "limit": "100"}
    return [Call("follows", params, about={"account": account}, expected=100, covers=covers)]


def _actor(name: str) -> str:
    """A DID as it stands, a handle without ``@``."""
    plain = name.strip().removeprefix(PREFIX).removeprefix("@")
    return plain if plain.startswith("did:") else plain.lower()


def _account(actor: str) -> str:
    return PREFIX + (actor if actor.startswith("did:") else f"@{actor}")


def read_profile(answer: Answer, call: Call, wanted: Wanted) -> Page:
    """The brand or a rival: its profile, and the calls for its followers, posts and mentions."""
    page = Page(records=1)
    did = _person(answer.body, page, wanted)
    if did:
        page.calls = list(_listings(did, answer.body, wanted))
    return page


def _listings(did: str, profile: Mapping[str, Any], wanted: Wanted) -> Iterator[Call]:
    account = PREFIX + did
    about = {"account": account}
    if "followers" in wanted.topics:
        covers = {"table": "follows", "target": account}
        expected = count(profile.get("followersCount")) or 0
        yield Call("followers", {"actor": did, "limit": "100"}, about=about, expected=expected, covers=covers)
    if wanted.topics & {"posts", "likes", "shares", "quotes", "replies", "threads"}:
        params = {"actor": did, "limit": "100", "filter": "posts_with_replies"}
        covers = {"table": "posts", "author": account}
        expected = count(profile.get("postsCount")) or 0
        yield Call("feed", params, about=about, expected=expected, covers=covers)
    if "mentions" in wanted.topics:
        # without "since": the same call every night is known again, and left where nothing is new
        params = {"q": "*", "mentions": did, "sort": "latest", "limit": "100"}
        yield Call("mentions", params, about={"mentioned": account}, expected=100)


def read_profiles(answer: Answer, call: Call, wanted: Wanted) -> Page:
    """Whole profiles. Who was asked for and is not in the answer is gone."""
    page, found = Page(), set()
    for record in _records(answer, "profiles", page):
        if did := _person(record, page, wanted):
            found |= {did, str(record.get("handle")).lower()}
    page.gone = [("account", _account(actor)) for actor in call.params["actors"] if actor not in found]
    return page


def read_followers(answer: Answer, call: Call, wanted: Wanted) -> Page:
    """Who follows the account of the call, the latest first."""
    page = Page(next=_next(answer))
    target, seen = call.about["account"], _iso(wanted.now)
    rows = page.rows.setdefault("follows", [])
    for record in _records(answer, "followers", page):
        if did := _person(record, page, wanted):
            rows.append({"source": PREFIX + did, "target": target, "observed_at": seen})
    return page


def read_follows(answer: Answer, call: Call, wanted: Wanted) -> Page:
    """Whom the account of the call follows."""
    page = Page(next=_next(answer))
    source, seen = call.about["account"], _iso(wanted.now)
    rows = page.rows.setdefault("follows", [])
    for record in _records(answer, "follows", page):
        if did := text(record.get("did")):
            rows.append({"source": source, "target": PREFIX + did, "observed_at": seen})
        else:
            page.unread.append(Unread("no_id", clip(record.get("handle"))))
    return page


def read_feed(answer: Answer, call: Call, wanted: Wanted) -> Page:
    """What an account published: its posts and answers, and what it shared of others."""
    page = Page(next=_next(answer))
    for item in _records(answer, "feed", page):
        post, reason = _object(item.get("post")), _object(item.get("reason"))
        by = text(_object(reason.get("by")).get("did"))
        if by:
            at = _when(None, reason.get("indexedAt"), wanted)
            _share(page, PREFIX + by, post, at, wanted)
        else:
            at = _post(page, post, call, wanted)
            if at and not _older(at, wanted):
                page.calls.extend(_responses(post, at, wanted))
        for view in (_object(item.get("reply")).get("parent"), _object(_object(post.get("embed")).get("record"))):
            _gone(page, _object(view))
        page.ended = page.ended or bool(at and _older(at, wanted))
    return page


def _share(page: Page, by: str, post: Mapping[str, Any], at: str | None, wanted: Wanted) -> None:
    uri = text(post.get("uri"))
    if not uri or not at:
        page.unread.append(Unread("no_time" if uri else "no_id", clip(uri)))
    elif not _older(at, wanted):
        row = {"source": by, "target": PREFIX + _author(uri), "kind": "share", "at": at, "post": PREFIX + uri}
        page.rows.setdefault("interactions", []).append(row)


def _responses(post: Mapping[str, Any], at: str, wanted: Wanted) -> Iterator[Call]:
    """The calls for who responded to a post, where anybody did."""
    uri, topics = str(post["uri"]), wanted.topics
    about = {"post": PREFIX + uri, "at": at}
    for topic, kind, stated in _ENGAGEMENT:
        number = count(post.get(stated)) or 0
        if number and topic in topics:
            covers = {"table": "interactions", "kind": kind, "post": PREFIX + uri}
            params = {"uri": uri, "limit": "100"}
            yield Call(topic, params, about=about, expected=number, mark=f"{kind}:{number}", covers=covers)
    answers = count(post.get("replyCount")) or 0
    if answers and topics & {"replies", "threads"}:
        yield _thread(uri, answers, DEPTH if "threads" in topics else 1)


_ENGAGEMENT = (
    ("likes", "like", "likeCount"),
    ("shares", "share", "repostCount"),
    ("quotes", "quote", "quoteCount"),
)


def _thread(uri: str, answers: int, depth: int) -> Call:
    """The answers to a post. There is no mark: the count says nothing of answers to answers."""
    covers = {"table": "interactions", "kind": "reply", "post": PREFIX + uri} if answers <= WHOLE_THREAD else None
    params = {"uri": uri, "depth": str(depth), "parentHeight": "0"}
    return Call("thread", params, about={"post": PREFIX + uri}, expected=answers, covers=covers)


def read_likes(answer: Answer, call: Call, wanted: Wanted) -> Page:
    """Who liked the post of the call, and when."""
    page = Page(next=_next(answer))
    post = call.about["post"]
    target, rows = PREFIX + _author(post.removeprefix(PREFIX)), page.rows.setdefault("interactions", [])
    for record in _records(answer, "likes", page):
        at = _when(record.get("createdAt"), record.get("indexedAt"), wanted)
        did = _person(record.get("actor"), page, wanted, reason="no_author")
        if did and at:
            rows.append({"source": PREFIX + did, "target": target, "kind": "like", "at": at, "post": post})
        elif did:
            page.unread.append(Unread("no_time", clip(did)))
    return page


def read_shares(answer: Answer, call: Call, wanted: Wanted) -> Page:
    """Who shared the post of the call. When is not told: after the post, and before now."""
    page = Page(next=_next(answer))
    post, at = call.about["post"], call.about["at"]
    latest = max(at, _iso(wanted.now))
    act = {"target": PREFIX + _author(post.removeprefix(PREFIX)), "kind": "share", "at": at, "at_latest": latest}
    rows = page.rows.setdefault("interactions", [])
    for record in _records(answer, "repostedBy", page):
        if did := _person(record, page, wanted):
            rows.append({"source": PREFIX + did, **act, "post": post})
    return page


def read_posts(answer: Answer, call: Call, wanted: Wanted) -> Page:
    """Posts of others: quotes of a post, or what a search for mentions found."""
    page = Page(next=_next(answer))
    for post in _records(answer, "posts", page):
        at = _post(page, post, call, wanted)
        page.ended = page.ended or bool(at and _older(at, wanted))
    return page


def read_thread(answer: Answer, call: Call, wanted: Wanted) -> Page:
    """All answers under the post of the call, and calls for those that lie deeper than the answer goes."""
    page, top = Page(), _object(_object(answer.body).get("thread"))
    _gone(page, top)
    waiting = list(reversed(_replies(top, page)))
    while waiting:
        node = waiting.pop()
        page.records += 1
        post = _object(node.get("post"))
        if post:
            _post(page, post, call, wanted)
        elif not _gone(page, node):
            page.unread.append(Unread("no_time", clip(node.get("uri"))))  # blocked: only its address is told
        answers, uri = count(post.get("replyCount")) or 0, text(post.get("uri"))
        if answers and uri and "replies" not in node and call.params["depth"] != "1":
            page.calls.append(_thread(uri, answers, DEPTH))
        waiting.extend(reversed(_replies(node, page)))
    return page


def _replies(node: Mapping[str, Any], page: Page) -> list[dict[str, Any]]:
    before = len(page.unread)
    found = list(objects(node.get("replies"), page.unread))
    page.records += len(page.unread) - before
    return found


def _records(answer: Answer, key: str, page: Page) -> Iterator[dict[str, Any]]:
    """The objects of the answer's list, counted."""
    records = _object(answer.body).get(key)
    page.records = len(records) if isinstance(records, list) else 0
    return objects(records, page.unread)


def _next(answer: Answer) -> dict[str, str] | None:
    cursor = text(_object(answer.body).get("cursor"))
    return {"cursor": cursor} if cursor else None


def _object(value: Any) -> dict[str, Any]:
    return value if isinstance(value, dict) else {}


def _gone(page: Page, view: Mapping[str, Any]) -> bool:
    """Notes a post of which the platform says that it is no more."""
    uri = text(view.get("uri"))
    if not uri or view.get("notFound") is not True:
        return False
    page.gone.append(("post", PREFIX + uri))
    return True


def _author(uri: str) -> str:
    """Whose post it is.

    >>> _author("at://did:plc:ann/app.bsky.feed.post/3kx")
    'did:plc:ann'
    """
    return uri.removeprefix("at://").partition("/")[0]


def _person(record: Any, page: Page, wanted: Wanted, reason: str = "no_id") -> str | None:
    """Adds the accounts row of a profile, whole or brief; gives its DID."""
    did = record.get("did") if isinstance(record, dict) else None
    if not isinstance(did, str) or not did:
        page.unread.append(Unread(reason, clip(_object(record).get("handle", record))))
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
            "observed_at": _iso(wanted.now),
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
        if isinstance(label, dict) and label.get("val") == "!no-unauthenticated":
            if label.get("src", did) == did and not label.get("neg"):
                return False
    return None


def _post(page: Page, post: Mapping[str, Any], call: Call, wanted: Wanted) -> str | None:
    """Adds the rows of a post, unless it is older than was asked for; gives its time.

    A search may find more than was asked for: a post that does not mention the account of the call is left.
    """
    record = _object(post.get("record"))
    uri, at = text(post.get("uri")), _when(record.get("createdAt"), post.get("indexedAt"), wanted)
    if not uri or not at:
        page.unread.append(Unread("no_time" if uri else "no_id", clip(uri)))
        return None
    if _older(at, wanted):
        return at
    author = _person(post.get("author"), page, wanted, reason="no_author")
    if author is None:
        return at
    acts = [*_answers(PREFIX + author, record, at), *_mentions(PREFIX + author, uri, record, at, call, wanted)]
    mentioned = call.about.get("mentioned")
    if mentioned and not any(act["kind"] == "mention" and act["target"] == mentioned for act in acts):
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
            "kind": _kind(_object(record.get("embed"))),
            "url": f"https://bsky.app/profile/{author}/post/{uri.rpartition('/')[2]}",
        }
    )
    return at


def _answers(author: str, record: Mapping[str, Any], at: str) -> Iterator[Row]:
    """What a post says to another one: it answers it, or quotes it."""
    embed = _object(record.get("embed"))
    quoted = _object(embed.get("record"))
    quoted = _object(quoted.get("record")) or quoted  # a quote beside pictures lies one level deeper
    parent = _object(_object(record.get("reply")).get("parent"))
    for kind, uri in (("reply", text(parent.get("uri"))), ("quote", text(quoted.get("uri")))):
        if uri and "/app.bsky.feed.post/" in uri:
            target = PREFIX + _author(uri)
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
    named = {_account(_actor(name)) for name in (wanted.account, *wanted.rivals)}
    owner = _author(call.about.get("post", "").removeprefix(PREFIX))
    return named | {call.about.get("account", ""), call.about.get("mentioned", ""), PREFIX + owner}


def _named(words: str | None, place: Any) -> str:
    """The handle that stands at a place of a text, which is counted in bytes."""
    start, end = (count(_object(place).get(key)) for key in ("byteStart", "byteEnd"))
    return _account(_actor((words or "").encode()[start:end].decode(errors="replace")))


def _kind(embed: Mapping[str, Any]) -> str:
    """What a post shows.

    >>> _kind({"$type": "app.bsky.embed.recordWithMedia", "media": {"$type": "app.bsky.embed.video"}}), _kind({})
    ('video', 'post')
    """
    media = _object(embed.get("media")) or embed
    return _KINDS.get(str(media.get("$type")).removeprefix("app.bsky.embed."), "post")


_KINDS = {"images": "image", "gallery": "image", "video": "video", "external": "link"}


@lru_cache(maxsize=8)
def _iso(now: datetime) -> str:
    return now.astimezone(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")


def _when(claimed: Any, seen: Any, wanted: Wanted) -> str | None:
    """The earlier of two times that can be believed; where none can, what the server says, as it stands."""
    latest = _iso(wanted.now + SLACK)
    if _plain(claimed, latest) and _plain(seen, latest) and len(claimed) == len(seen):
        return cast(str, min(claimed, seen))
    # other zones and precisions are compared as moments, but given as they stand
    known = [(when, value) for value in (claimed, seen) if (when := moment(value)) is not None]
    fair = [pair for pair in known if EARLIEST <= pair[0] <= wanted.now + SLACK]
    return str(min(fair)[1]) if fair else text(seen) or text(claimed)


def _plain(value: Any, latest: str) -> bool:
    """Whether a time is believable, in the form in which times can be compared as texts."""
    return isinstance(value, str) and value[-1:] == "Z" and "1990" <= value <= latest


def _older(at: str, wanted: Wanted) -> bool:
    when = moment(at)
    return when is not None and when < wanted.since


def judge(answer: Answer, now: float) -> Verdict:
    """What an answer means, by the name of its error where it has one: XRPC says 400 for many things."""
    body = _object(answer.body)
    error, says = str(body.get("error", "")), str(body.get("message") or body.get("error") or "")[:200]
    if answer.status == 429 or error == "RateLimitExceeded":
        return Verdict("wait", _until(answer, now), says)
    if error == "AuthMissing" and "searchPosts" in answer.address:
        return Verdict("refused", says="Bluesky searches only for users who are logged in. " + TOKEN_HELP)
    if answer.status == 401 or error in _LOGIN:
        return Verdict("login", says=says)
    if error in _GONE or (answer.status in (400, 404) and says.startswith(_GONE_WORDS)):
        return Verdict("gone", says=says)
    if error in ("BlockedActor", "BlockedByActor"):
        return Verdict("private", says=says)
    if answer.status >= 500 and error not in ("MethodNotImplemented",) or answer.status == 408:
        return Verdict("again", says=says)
    if answer.status >= 300 or error:
        return Verdict("refused", says=says)
    return Verdict("fine") if isinstance(answer.body, dict) else Verdict("again", says="the answer is no JSON object")


_LOGIN = ("ExpiredToken", "InvalidToken", "AuthMissing", "AuthenticationRequired", "AuthFactorTokenRequired")
_GONE = ("AccountTakedown", "AccountDeactivated", "NotFound", "RepoNotFound", "RepoTakendown", "RepoDeactivated")
_GONE_WORDS = ("Profile not found", "Actor not found", "Post not found", "Unable to resolve handle")


def _until(answer: Answer, now: float) -> float:
    """The later of what ``Retry-After`` and ``RateLimit-Reset`` say, by the server's clock where it shows it."""
    stated = []
    after, reset = answer.headers.get("retry-after", ""), answer.headers.get("ratelimit-reset", "")
    clock = _http_date(answer.headers.get("date", "")) or now
    if after.strip().isdecimal():
        stated.append(now + int(after))
    elif when := _http_date(after):
        stated.append(now + when - clock)
    if reset.strip().isdecimal():
        stated.append(now + int(reset) - clock)
    return max([now, *stated]) if stated else now + WINDOW


def _http_date(value: str) -> float | None:
    try:
        return parsedate_to_datetime(value).timestamp()
    except (TypeError, ValueError):
        return None


def login(token: str) -> Ask:
    """Changes ``handle:app-password`` into a session.

    Raises :class:`TokenError` for a token of another form.
    """
    name, _, password = token.strip().rpartition(":")
    if not name or not password:
        raise TokenError(f"the Bluesky token is not of the form handle:app-password. {TOKEN_HELP}")
    return Ask(_SERVER + "createSession", method="POST", json={"identifier": _actor(name), "password": password})


def session(answer: Answer) -> str:
    """The key of the session that a login gave."""
    return text(_object(answer.body).get("accessJwt")) or ""


_SERVER, _ACTOR, _GRAPH, _FEED = (
    f"/xrpc/{space}." for space in ("com.atproto.server", "app.bsky.actor", "app.bsky.graph", "app.bsky.feed")
)
TOKEN_HELP = (
    "Make an app password at https://bsky.app/settings/app-passwords, give the token as handle:app-password, and say "
    "server = 'https://bsky.social' (or the server that holds the account)."
)
_DOCS = "https://docs.bsky.app/docs/api/"
PLATFORM = Platform(
    name="bluesky",
    title="Bluesky",
    server="https://public.api.bsky.app",
    gives=frozenset(
        ("followers", "profiles", "posts", "likes", "shares", "quotes", "replies", "mentions", "threads", "follows")
    ),
    endpoints={
        "profile": Endpoint(_ACTOR + "getProfile", read_profile, "accounts", docs=_DOCS + "app-bsky-actor-get-profile"),
        "profiles": Endpoint(
            _ACTOR + "getProfiles", read_profiles, "accounts", 25, docs=_DOCS + "app-bsky-actor-get-profiles"
        ),
        "followers": Endpoint(
            _GRAPH + "getFollowers", read_followers, "follows", 100, True, docs=_DOCS + "app-bsky-graph-get-followers"
        ),
        "follows": Endpoint(
            _GRAPH + "getFollows",
            read_follows,
            "follows",
            100,
            True,
            among=True,
            docs=_DOCS + "app-bsky-graph-get-follows",
        ),
        "feed": Endpoint(
            _FEED + "getAuthorFeed", read_feed, "posts", 100, True, docs=_DOCS + "app-bsky-feed-get-author-feed"
        ),
        "likes": Endpoint(
            _FEED + "getLikes", read_likes, "interactions", 100, True, docs=_DOCS + "app-bsky-feed-get-likes"
        ),
        "shares": Endpoint(
            _FEED + "getRepostedBy",
            read_shares,
            "interactions",
            100,
            True,
            docs=_DOCS + "app-bsky-feed-get-reposted-by",
        ),
        "quotes": Endpoint(
            _FEED + "getQuotes", read_posts, "interactions", 100, True, docs=_DOCS + "app-bsky-feed-get-quotes"
        ),
        "thread": Endpoint(
            _FEED + "getPostThread", read_thread, "interactions", 1000, docs=_DOCS + "app-bsky-feed-get-post-thread"
        ),
        "mentions": Endpoint(
            _FEED + "searchPosts", read_posts, "interactions", 100, True, docs=_DOCS + "app-bsky-feed-search-posts"
        ),
    },
    begin=begin,
    judge=judge,
    limits=Limits(3000, 300),
    profiles=profiles,
    follows=follows,
    token="optional",
    login=login,
    session=session,
    token_help=TOKEN_HELP,
)
