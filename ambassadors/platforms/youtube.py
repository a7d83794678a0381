"""YouTube (Data API v3): channels, their videos, the comments under them, and whoever subscribes in public.

Who liked a video is told to nobody. Mentions of a brand in other channels' videos would take ``search.list``, of which
a hundred calls use up a day's quota: they are not given. The owner's own token lists the channel's subscribers, those
whose subscriptions are public; with an API key alone there are none.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from ambassadors.platforms import youtube_pages
from ambassadors.platforms.contract import Call, Endpoint, Platform, Read, Wanted
from ambassadors.platforms.values import count, obj, objects, said, text
from ambassadors.web.answers import Answer, Limits, Meaning, Verdict

_CHANNEL = re.compile(r"UC[\w-]{22}")
#: Channels and videos that one call can be asked for.
_BATCH = 50


def _begin(wanted: Wanted) -> list[Call]:
    return [_look_up(wanted.account, "own"), *(_look_up(rival, "rival") for rival in wanted.rivals)]


def _look_up(name: str, role: str) -> Call:
    parts = {"part": "snippet,statistics,contentDetails"}
    if _CHANNEL.fullmatch(name):
        return Call("channel", {**parts, "id": name}, about={"account": f"youtube:{name}", "role": role})
    handle = "@" + name.removeprefix("@")
    about = {"account": f"youtube:{handle.lower()}", "role": role}
    return Call("channel", {**parts, "forHandle": handle}, about=about)


def _profiles(people: Sequence[str]) -> list[Call]:
    ids = [native for native in (one.removeprefix("youtube:") for one in people) if _CHANNEL.fullmatch(native)]
    batches = [ids[start : start + _BATCH] for start in range(0, len(ids), _BATCH)]
    parts = {"part": "snippet,statistics"}
    return [Call("channels", {**parts, "id": ",".join(batch)}, expected=len(batch)) for batch in batches]


def _follows(person: str) -> list[Call]:
    params = {"part": "snippet", "channelId": person.removeprefix("youtube:"), "maxResults": "50"}
    return [Call("subscriptions", params, about={"account": person}, expected=_BATCH)]


_DAY_IS_USED_UP = ("quotaExceeded", "dailyLimitExceeded")
_TOO_FAST = ("rateLimitExceeded", "userRateLimitExceeded", "RATE_LIMIT_EXCEEDED")
#: What the codes of errors mean.
_CODES: dict[Meaning, tuple[str, ...]] = {
    "private": ("commentsDisabled", "subscriptionForbidden", "playlistItemsNotAccessible", "forbidden"),
    "gone": (
        *("videoNotFound", "channelNotFound", "playlistNotFound", "commentNotFound", "subscriberNotFound", "notFound"),
        *("accountClosed", "accountSuspended"),
    ),
    "login": (
        *("keyInvalid", "keyExpired", "API_KEY_INVALID", "authError", "insufficientPermissions"),
        *("accessNotConfigured", "ipRefererBlocked", "SERVICE_DISABLED"),
    ),
    "again": ("processingFailure", "backendError", "internalError"),
    # an API key where only the owner's own token will do
    "refused": ("required",),
}
_MEANINGS = {code: meaning for meaning, codes in _CODES.items() for code in codes}


def _judge(answer: Answer, now: float) -> Verdict:
    error = obj(answer.body).get("error")
    if answer.status == 200 and error is None:
        return Verdict("fine" if isinstance(answer.body, dict) else "again")
    reasons, says = _reasons(error), said(obj(error).get("message"))
    if any(reason in _DAY_IS_USED_UP for reason in reasons):
        return Verdict("wait", _next_day(now), says)
    if answer.status == 429 or any(reason in _TOO_FAST for reason in reasons):
        return Verdict("wait", now + (count(answer.headers.get("retry-after")) or 60), says)
    status = answer.status if answer.status != 200 else count(obj(error).get("code")) or 500
    known = [_MEANINGS[reason] for reason in reasons if reason in _MEANINGS]
    return Verdict(known[0] if known else _by_status(status), says=says)


def _by_status(status: int) -> Meaning:
    if status >= 500 or status in (408, 409):
        return "again"
    plain: dict[int, Meaning] = {401: "login", 403: "private", 404: "gone", 410: "gone"}
    return plain.get(status, "refused")


def _reasons(error: Any) -> list[str]:
    """Why a call failed, in the platform's codes; newer answers say it more exactly, in ``details``."""
    body = obj(error)
    told = [*objects(body.get("details"), []), *objects(body.get("errors"), [])]
    return [reason for one in told if (reason := text(one.get("reason")))]


def _next_day(now: float) -> float:
    """The next midnight in California, at which the day's quota begins anew."""
    there = datetime.fromtimestamp(now, ZoneInfo("America/Los_Angeles"))
    return (there + timedelta(days=1)).replace(hour=0, minute=0, second=0, microsecond=0).timestamp()


def _headers(token: str) -> Mapping[str, str]:
    return {"X-Goog-Api-Key": token} if token.startswith("AIza") else {"Authorization": f"Bearer {token}"}


def _list(resource: str, read: Read, table: str, per_page: int = 1, *, newest: bool = False) -> Endpoint:
    docs = f"https://developers.google.com/youtube/v3/docs/{resource}/list"
    return Endpoint(f"/youtube/v3/{resource}", read, table, per_page, newest_first=newest, docs=docs)


_SUBSCRIPTIONS = _list("subscriptions", youtube_pages.subscriptions, "follows", 50)
PLATFORM = Platform(
    name="youtube",
    title="YouTube",
    server="https://www.googleapis.com",
    gives=frozenset({"followers", "profiles", "posts", "replies", "threads", "follows"}),
    endpoints={
        "channel": _list("channels", youtube_pages.channel, "accounts"),
        "channels": _list("channels", youtube_pages.channels, "accounts", _BATCH),
        "uploads": _list("playlistItems", youtube_pages.uploads, "posts", 50, newest=True),
        "videos": _list("videos", youtube_pages.videos, "posts", _BATCH),
        "threads": _list("commentThreads", youtube_pages.threads, "interactions", 100, newest=True),
        "channel_threads": _list("commentThreads", youtube_pages.threads, "interactions", 100, newest=True),
        "replies": _list("comments", youtube_pages.replies, "interactions", 100),
        "subscribers": _SUBSCRIPTIONS,
        "subscriptions": replace(_SUBSCRIPTIONS, among=True),
    },
    begin=_begin,
    judge=_judge,
    # the day's 10,000 units are the project's, whoever uses them: only the server knows how many are left, and says so
    limits=Limits(units=600, seconds=60, per_day=10_000),
    profiles=_profiles,
    follows=_follows,
    token="needed",
    headers=_headers,
    token_help="Make an API key at console.cloud.google.com with the YouTube Data API v3 enabled; for your channel's "
    "subscribers, take an OAuth token of the channel's owner with the scope youtube.readonly instead.",
)
