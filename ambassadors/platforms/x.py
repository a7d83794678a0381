"""X (API v2): accounts, followers, posts, and who liked, shared, quoted, answered and mentioned.

Every record costs money. Of a conversation only the last seven days are given, and of likes and shares no times.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime
from urllib.parse import quote

from ambassadors.platforms import x_pages as pages
from ambassadors.platforms.contract import Call, Endpoint, Platform, Read, Wanted
from ambassadors.platforms.values import count, obj, objects, said, text
from ambassadors.web.answers import Answer, Limits, Meaning, Verdict

#: Accounts that one call can be asked for.
_BATCH = 100


def _begin(wanted: Wanted) -> list[Call]:
    return [_look_up(name.removeprefix("@")) for name in (wanted.account, *wanted.rivals)]


def _look_up(name: str) -> Call:
    params = {"user.fields": pages.USER}
    if re.fullmatch(r"[0-9]+", name):
        return Call("account", params, {"id": name}, about={"account": f"x:{name}"})
    return Call("account_by_handle", params, {"handle": quote(name, safe="")}, about={"account": f"x:@{name.lower()}"})


def _profiles(people: Sequence[str]) -> list[Call]:
    ids = [native for native in (one.removeprefix("x:") for one in people) if re.fullmatch(r"[0-9]+", native)]
    batches = [ids[start : start + _BATCH] for start in range(0, len(ids), _BATCH)]
    fields = {"user.fields": pages.USER}
    return [Call("accounts", {"ids": ",".join(batch), **fields}, expected=len(batch)) for batch in batches]


def _follows(person: str) -> list[Call]:
    params = {"max_results": "1000"}
    return [Call("following", params, {"id": person.removeprefix("x:")}, about={"account": person}, expected=1000)]


def _judge(answer: Answer, now: float) -> Verdict:
    body = obj(answer.body)
    problems = [body, *objects(body.get("errors"), [])]
    if answer.status == 200:
        return _judge_200(answer, problems[1:], now)
    says = _says(problems)
    kinds = {_kind(problem) for problem in problems}
    if "usage-capped" in kinds:
        return Verdict("wait", _next_month(now), says)
    if answer.status == 429:
        return Verdict("wait", _reset(answer, now) or now + 900, says)
    if answer.status == 403 and "not-authorized-for-resource" in kinds:
        return Verdict("private", says=says)
    return Verdict(_by_status(answer.status), says=says)


def _judge_200(answer: Answer, errors: list[dict[str, object]], now: float) -> Verdict:
    """With 200, errors can stand beside the data, or in its place; those of single ids in a batch are the reader's."""
    body = answer.body
    if not isinstance(body, dict):
        return Verdict("again")
    if not errors or "data" in body or "meta" in body or any(one.get("parameter") in _BATCHED for one in errors):
        return Verdict("fine", _reset(answer, now))
    meanings: dict[str, Meaning] = {"resource-not-found": "gone", "not-authorized-for-resource": "private"}
    return Verdict(meanings.get(_kind(errors[0]), "refused"), says=_says(errors))


_BATCHED = ("ids", "usernames")


def _kind(problem: dict[str, object]) -> str:
    """The last word of a problem's type, such as ``https://api.x.com/2/problems/resource-not-found``."""
    return (text(problem.get("type")) or "").rpartition("/")[2]


def _says(problems: list[dict[str, object]]) -> str:
    told = (said(problem.get(name)) for problem in problems for name in ("detail", "message", "title"))
    return next((words for words in told if words), "")


def _by_status(status: int) -> Meaning:
    if status >= 500 or status in (408, 409):
        return "again"
    # 402: the credits of whoever the token is of are used up
    plain: dict[int, Meaning] = {401: "login", 402: "login", 404: "gone", 410: "gone"}
    return plain.get(status, "refused")


def _reset(answer: Answer, now: float) -> float | None:
    """When calls are let through again, where the headers say that none are left.

    The server's clock counts: what lies between its own time and the reset is waited, whatever our clock shows.
    """
    headers = answer.headers
    resets = [
        count(headers.get(f"{name}-reset")) for name in _WINDOWS if headers.get(f"{name}-remaining", "").strip() == "0"
    ]
    if answer.status == 429 and not any(resets):
        resets = [count(headers.get("x-rate-limit-reset"))]
    latest = max((reset for reset in resets if reset), default=None)
    if latest is None:
        return None
    try:
        there = parsedate_to_datetime(headers.get("date", "")).timestamp()
    except (ValueError, OverflowError):
        there = now
    return now + max(latest - there, 1)


_WINDOWS = ("x-rate-limit", "x-app-limit-24hour", "x-user-limit-24hour")


def _next_month(now: float) -> float:
    """When a month's cap begins anew."""
    first = datetime.fromtimestamp(now, UTC).replace(day=1, hour=0, minute=0, second=0, microsecond=0)
    return (first + timedelta(days=32)).replace(day=1).timestamp()


def _endpoint(path: str, read: Read, table: str, per_page: int = 1, *, units: int = 1, docs: str) -> Endpoint:
    newest = table != "accounts"
    page = f"https://docs.x.com/x-api/{docs}"
    return Endpoint(f"/2/{path}", read, table, per_page, newest_first=newest, units=units, docs=page)


_ENDPOINTS = {
    "account": _endpoint("users/{id}", pages.account, "accounts", docs="users/get-user-by-id"),
    "account_by_handle": _endpoint(
        "users/by/username/{handle}", pages.account, "accounts", docs="users/get-user-by-username"
    ),
    "accounts": _endpoint("users", pages.accounts, "accounts", _BATCH, docs="users/get-users-by-ids"),
    "followers": _endpoint("users/{id}/followers", pages.followers, "follows", 1000, docs="users/get-followers"),
    "following": Endpoint(
        "/2/users/{id}/following",
        pages.following,
        "follows",
        1000,
        among=True,
        docs="https://docs.x.com/x-api/users/get-following",
    ),
    "posts": _endpoint("users/{id}/tweets", pages.posts, "posts", 100, docs="users/get-posts"),
    "mentions": _endpoint("users/{id}/mentions", pages.mentions, "interactions", 100, docs="users/get-mentions"),
    "conversation": _endpoint(
        "tweets/search/recent", pages.conversation, "interactions", 100, docs="posts/search-recent-posts"
    ),
    # 75 of these in the time of 300 others
    "likes": _endpoint(
        "tweets/{id}/liking_users", pages.likes, "interactions", 100, units=4, docs="posts/get-liking-users"
    ),
    "shares": _endpoint(
        "tweets/{id}/retweeted_by", pages.shares, "interactions", 100, units=4, docs="posts/get-reposted-by"
    ),
    "quotes": _endpoint(
        "tweets/{id}/quote_tweets", pages.quotes, "interactions", 100, units=4, docs="posts/get-quoted-posts"
    ),
}
PLATFORM = Platform(
    name="x",
    title="X",
    server="https://api.x.com",
    gives=frozenset(
        {
            *("followers", "profiles", "posts", "likes", "shares", "quotes", "replies", "mentions", "threads"),
            "follows",
        }
    ),
    endpoints=_ENDPOINTS,
    begin=_begin,
    judge=_judge,
    limits=Limits(units=300, seconds=900),
    profiles=_profiles,
    follows=_follows,
    token="needed",
    paid=True,
    token_help="Make an app at console.x.com, buy credits, and take its bearer token; who liked a post is told to the "
    "post's author alone, by a token of theirs.",
)
