"""Instagram (Graph API): the brand's own posts with their comments, who tagged it, and its rivals' counts and posts.

Nobody is told who follows an account, or who liked a post. Mentions in captions are told to a web hook only, and posts
found by hashtag come without their author, so that neither is read. What others' profiles hold is given for
professional accounts alone, one at a time and by handle: it is asked for rivals.
"""

from __future__ import annotations

import json
from collections.abc import Mapping

from ambassadors.platforms import instagram_pages as pages
from ambassadors.platforms.contract import Call, Endpoint, Platform, Read, Wanted
from ambassadors.platforms.instagram_pages import VERSION, own_account
from ambassadors.platforms.values import count, obj, objects, said
from ambassadors.web.answers import Answer, Limits, Meaning, Verdict


def _begin(wanted: Wanted) -> list[Call]:
    native = wanted.account.removeprefix("@")
    if native.isascii() and native.isdecimal():
        return [own_account(native, wanted)]
    params = {"fields": "instagram_business_account{id,username}", "limit": "100"}
    return [Call("pages", params, about={"account": f"instagram:@{native.lower()}"})]


#: What the numbers of errors mean; 80000 and more is a business's limit, 200 to 299 a right that was not given.
_MEANINGS: dict[int, Meaning] = {
    **dict.fromkeys((1, 2), "again"),
    **dict.fromkeys((4, 17, 32, 341, 368, 613), "wait"),
    **dict.fromkeys((102, 104, 190, 2500), "login"),
    # of an account that is not professional, or is shown to adults only
    110: "private",
    **dict.fromkeys((24, 803), "gone"),
    10: "refused",
}
#: The same, where a second number says it more exactly.
_EXACTLY: dict[tuple[int, int], Meaning] = {(100, 33): "gone", (24, 2207006): "gone", (100, 2207013): "private"}


def _judge(answer: Answer, now: float) -> Verdict:
    error = obj(answer.body).get("error")
    if answer.status == 200 and error is None:
        return Verdict("fine" if isinstance(answer.body, dict) else "again")
    told, says = obj(error), said(obj(error).get("message"))
    meaning = _meaning(answer.status, count(told.get("code")), count(told.get("error_subcode")))
    if meaning == "refused" and told.get("is_transient") is True:
        meaning = "again"
    return Verdict(meaning, now + _pause(answer.headers) if meaning == "wait" else None, says)


def _meaning(status: int, code: int | None, subcode: int | None) -> Meaning:
    if code is not None and subcode is not None and (code, subcode) in _EXACTLY:
        return _EXACTLY[code, subcode]
    if code is not None and code in _MEANINGS:
        return _MEANINGS[code]
    if code is not None and 80_000 <= code < 81_000:
        return "wait"
    if code is not None and code >= 100:
        return "refused"
    if status >= 500 or status in (200, 408, 409):
        return "again"
    plain: dict[int, Meaning] = {401: "login", 404: "gone", 410: "gone", 429: "wait"}
    return plain.get(status, "refused")


def _pause(headers: Mapping[str, str]) -> float:
    """Seconds until calls are let through again; calls are counted over an hour, so that is the most it takes."""
    try:
        usage = json.loads(headers.get("x-business-use-case-usage", ""))
    except (ValueError, RecursionError):
        usage = None
    entries = [entry for entries in obj(usage).values() for entry in objects(entries, [])]
    minutes = [count(entry.get("estimated_time_to_regain_access")) or 0 for entry in entries]
    stated = max([60 * most for most in minutes] + [count(headers.get("retry-after")) or 0])
    return stated or 3600


def _edge(edge: str, read: Read, table: str, per_page: int = 1, *, newest: bool = False, docs: str) -> Endpoint:
    """A node, or one of its edges."""
    page = f"https://developers.facebook.com/docs/instagram-platform/instagram-graph-api/reference/{docs}"
    return Endpoint(f"{VERSION}/{{id}}{edge}", read, table, per_page, newest_first=newest, docs=page)


_PAGES = "https://developers.facebook.com/docs/graph-api/reference/user/accounts"
PLATFORM = Platform(
    name="instagram",
    title="Instagram",
    server="https://graph.facebook.com",
    gives=frozenset({"posts", "replies", "threads", "mentions"}),
    endpoints={
        "pages": Endpoint(f"{VERSION}/me/accounts", pages.pages, "accounts", docs=_PAGES),
        "own": _edge("", pages.own, "accounts", docs="ig-user"),
        "rival": _edge("", pages.rival, "accounts", docs="ig-user/business_discovery"),
        "rival_media": _edge("", pages.rival_media, "posts", 50, newest=True, docs="ig-user/business_discovery"),
        "media": _edge("/media", pages.media, "posts", 50, newest=True, docs="ig-user/media"),
        "comments": _edge("/comments", pages.comments, "interactions", 50, newest=True, docs="ig-media/comments"),
        "replies": _edge("/replies", pages.replies, "interactions", 50, docs="ig-comment/replies"),
        "tags": _edge("/tags", pages.tags, "interactions", 50, newest=True, docs="ig-user/tags"),
    },
    begin=_begin,
    judge=_judge,
    limits=Limits(units=200, seconds=3600),
    token="needed",
    token_help="Take a user token of the Facebook page that the brand's professional account is connected to, with "
    "instagram_basic, instagram_manage_comments, instagram_manage_insights and pages_read_engagement.",
)
