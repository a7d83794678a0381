"""Bluesky: the calls of its AppView, what its answers mean, and how a session is made."""

from __future__ import annotations

from collections.abc import Sequence
from email.utils import parsedate_to_datetime
from typing import cast

from ambassadors.errors import TokenError
from ambassadors.platforms import bluesky_pages as pages
from ambassadors.platforms.bluesky_rows import account_of, actor_of
from ambassadors.platforms.contract import Call, Endpoint, Platform, Read, Wanted
from ambassadors.platforms.values import obj, said, text
from ambassadors.web.answers import Answer, Ask, Limits, Verdict

#: Where an answer says that too much was asked, but not until when: as long as the limit's window.
WINDOW = 300.0


def begin(wanted: Wanted) -> list[Call]:
    """The profiles of the brand and its rivals, from which everything else is asked.

    >>> from datetime import UTC, datetime
    >>> now = datetime(2026, 1, 1, tzinfo=UTC)
    >>> [call.params for call in begin(Wanted("@Acme.com", ("did:plc:rival",), frozenset(), now, now))]
    [{'actor': 'acme.com'}, {'actor': 'did:plc:rival'}]
    """
    actors = [actor_of(name) for name in dict.fromkeys((wanted.account, *wanted.rivals))]
    return [Call("profile", {"actor": actor}, about={"account": account_of(actor)}) for actor in actors]


def profiles(accounts: Sequence[str]) -> list[Call]:
    """Whole profiles, 25 a call."""
    actors = [actor_of(account) for account in accounts]
    batches = [actors[start : start + 25] for start in range(0, len(actors), 25)]
    # XRPC takes a list as one key that stands several times in the query
    return [Call("profiles", {"actors": cast(str, batch)}, expected=len(batch)) for batch in batches]


def follows(account: str) -> list[Call]:
    """Whom an account follows."""
    covers = {"table": "follows", "source": account}
    params = {"actor": actor_of(account), "limit": "100"}
    return [Call("follows", params, about={"account": account}, expected=100, covers=covers)]


def judge(answer: Answer, now: float) -> Verdict:
    """What an answer means, by the name of its error where it has one: XRPC says 400 for many things."""
    body = obj(answer.body)
    error, says = text(body.get("error")) or "", said(body.get("message") or body.get("error"))
    if answer.status == 429 or error == "RateLimitExceeded":
        return Verdict("wait", _until(answer, now), says)
    if answer.status in (401, 403) and error in ("", "AuthMissing") and "searchPosts" in answer.address:
        return Verdict("refused", says="Bluesky searches only for users who are logged in. " + TOKEN_HELP)
    if answer.status == 401 or error in _LOGIN:
        return Verdict("login", says=says)
    if error in _GONE or (answer.status in (400, 404) and says.startswith(_GONE_WORDS)):
        return Verdict("gone", says=says)
    if error in ("BlockedActor", "BlockedByActor"):
        return Verdict("private", says=says)
    if answer.status == 408 or (answer.status >= 500 and error != "MethodNotImplemented"):
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
    return Ask(
        "/xrpc/com.atproto.server.createSession",
        method="POST",
        json={"identifier": actor_of(name), "password": password},
    )


def session(answer: Answer) -> str:
    """The key of the session that a login gave."""
    return text(obj(answer.body).get("accessJwt")) or ""


TOKEN_HELP = (
    "Make an app password at https://bsky.app/settings/app-passwords, give the token as handle:app-password, and say "
    "server = 'https://bsky.social' (or the server that holds the account)."
)


def _listing(method: str, read: Read, table: str, *, among: bool = False) -> Endpoint:
    """A list that comes by the hundred, the latest first."""
    return Endpoint(f"/xrpc/{method}", read, table, 100, newest_first=True, among=among, docs=_docs(method))


def _docs(method: str) -> str:
    """The page that describes a method.

    >>> _docs("app.bsky.actor.getProfile")
    'https://docs.bsky.app/docs/api/app-bsky-actor-get-profile'
    """
    plain = "".join(f"-{letter.lower()}" if letter.isupper() else letter for letter in method)
    return "https://docs.bsky.app/docs/api/" + plain.replace(".", "-")


def _look_up(method: str, read: Read, table: str, size: int) -> Endpoint:
    return Endpoint(f"/xrpc/{method}", read, table, size, docs=_docs(method))


PLATFORM = Platform(
    name="bluesky",
    title="Bluesky",
    server="https://public.api.bsky.app",
    gives=frozenset(
        ("followers", "profiles", "posts", "likes", "shares", "quotes", "replies", "mentions", "threads", "follows")
    ),
    endpoints={
        "profile": _look_up("app.bsky.actor.getProfile", pages.read_profile, "accounts", 1),
        "profiles": _look_up("app.bsky.actor.getProfiles", pages.read_profiles, "accounts", 25),
        "followers": _listing("app.bsky.graph.getFollowers", pages.read_followers, "follows"),
        "follows": _listing("app.bsky.graph.getFollows", pages.read_follows, "follows", among=True),
        "feed": _listing("app.bsky.feed.getAuthorFeed", pages.read_feed, "posts"),
        "likes": _listing("app.bsky.feed.getLikes", pages.read_likes, "interactions"),
        "shares": _listing("app.bsky.feed.getRepostedBy", pages.read_shares, "interactions"),
        "quotes": _listing("app.bsky.feed.getQuotes", pages.read_posts, "interactions"),
        "thread": _look_up("app.bsky.feed.getPostThread", pages.read_thread, "interactions", 1000),
        "mentions": _listing("app.bsky.feed.searchPosts", pages.read_posts, "interactions"),
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
