"""VK: communities and people, their walls, who likes, shares and comments there, and who follows whom."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from typing import Any
from urllib.parse import parse_qsl, urlsplit

from ambassadors.platforms.contract import Call, Endpoint, Page, Platform, Read, Row, Unread, Wanted
from ambassadors.platforms.values import clip, count, objects, part, said
from ambassadors.platforms.vk_records import (
    cannot,
    comment_row,
    meet,
    meet_writers,
    now_text,
    number,
    post_row,
    small,
)
from ambassadors.web.answers import Answer, Limits, Verdict

VERSION = "5.199"
#: People at a time; the platform takes 1,000, but then a request grows beyond what some of its servers take.
BATCH = 500
_PERSON = "about,bdate,city,counters,followers_count,screen_name,site,status,verified"
_GROUP = "city,description,members_count,screen_name,site,status,verified"
_ANYBODY = ",".join(sorted({*_PERSON.split(","), *_GROUP.split(",")}))
#: What is the same in every call of an endpoint.
_FIXED: dict[str, dict[str, str]] = {
    "resolve": {},
    "group": {"fields": _GROUP},
    "groups": {"fields": _GROUP},
    "person": {"fields": _PERSON},
    "people": {"fields": _PERSON},
    "members": {"fields": _PERSON, "sort": "id_asc", "count": "1000"},
    "followers": {"fields": _PERSON, "count": "1000"},
    "wall": {"filter": "all", "extended": "1", "fields": _ANYBODY, "count": "100"},
    "likes": {"type": "post", "filter": "likes", "extended": "1", "count": "1000"},
    "shares": {"type": "post", "filter": "copies", "extended": "1", "count": "1000"},
    "comments": {"extended": "1", "fields": _ANYBODY, "sort": "asc", "thread_items_count": "10", "count": "100"},
    "thread": {"extended": "1", "fields": _ANYBODY, "sort": "asc", "count": "100"},
    "mentions": {"count": "50"},
    "subscriptions": {"extended": "1", "fields": "screen_name", "count": "200"},
    "friends": {"count": "5000"},
}


def _call(endpoint: str, params: Mapping[str, str], about: Mapping[str, str], **more: Any) -> Call:
    fixed = _FIXED[endpoint]
    # first, where a long address that is cut short still shows it: the reader takes it from there
    start = {"offset": "0"} if "count" in fixed else {}
    return Call(endpoint, {**start, **fixed, **params, "v": VERSION}, about=about, **more)


def _begin(wanted: Wanted) -> list[Call]:
    names = [(wanted.account, "brand"), *((rival, "rival") for rival in wanted.rivals)]
    return [_look_up(name.removeprefix("vk:").removeprefix("@"), role) for name, role in names]


def _look_up(name: str, role: str) -> Call:
    """The call for one account: by its number where the name holds it, else by asking first whose name it is."""
    found = re.fullmatch(r"(-|club|public|event|id)?(\d+)", name)
    if found is None:
        return _call("resolve", {"screen_name": name}, {"role": role, "handle": name})
    sign, native = found.groups()
    return _profile("vk:" + (native if sign in (None, "id") else f"-{native}"), {"role": role})


def _profile(account: str, about: Mapping[str, str]) -> Call:
    native = account.removeprefix("vk:")
    if native.startswith("-"):
        return _call("group", {"group_id": native[1:]}, {**about, "account": account})
    return _call("person", {"user_ids": native}, {**about, "account": account})


def _profiles(accounts: Sequence[str]) -> list[Call]:
    natives = [account.removeprefix("vk:").removeprefix("@") for account in accounts]
    groups = [native[1:] for native in natives if native.startswith("-")]
    people = [native for native in natives if not native.startswith("-")]
    return [
        _call(endpoint, {name: ",".join(batch)}, {}, expected=len(batch))
        for endpoint, name, some in (("people", "user_ids", people), ("groups", "group_ids", groups))
        for batch in (some[start : start + BATCH] for start in range(0, len(some), BATCH))
    ]


def _follows(account: str) -> list[Call]:
    """Whom a person follows: what they subscribed to, and friends, who follow each other."""
    native = account.removeprefix("vk:")
    if not native.isdecimal():
        return []
    return [_call(endpoint, {"user_id": native}, {"account": account}) for endpoint in ("subscriptions", "friends")]


def _resolved(answer: Answer, call: Call, wanted: Wanted) -> Page:
    """Whose a short name is."""
    page, found = Page(records=1), _response(answer)
    native = number(found.get("object_id"))
    sign = {"user": "", "group": "-", "page": "-", "event": "-"}.get(str(found.get("type")))
    if native is None or sign is None:
        page.unread.append(Unread("no_handle", clip(call.about["handle"])))
        return page
    account = f"vk:{sign}{native}"
    page.rows["accounts"] = [{"account": account, "handle": call.about["handle"], "observed_at": now_text(wanted)}]
    page.calls.append(_profile(account, {"role": call.about["role"]}))
    return page


def _people(answer: Answer, call: Call, wanted: Wanted) -> Page:
    """Profiles of people or communities; a brand's or rival's leads to all that is asked of it."""
    response = answer.body.get("response") if isinstance(answer.body, dict) else None
    records = response.get("groups") if isinstance(response, dict) else response
    page = Page(rows={"accounts": []}, records=len(records) if isinstance(records, list) else 0)
    if not page.records and "role" in call.about:
        page.records = 1
        cannot(page, "no_handle", call.about["account"])
    for record in objects(records, page.unread):
        account = meet(page, record, wanted)
        if account is not None and "role" in call.about:
            page.calls += _of_brand(account, record, call.about["role"], wanted)
    return page


def _of_brand(account: str, record: Mapping[str, Any], role: str, wanted: Wanted) -> list[Call]:
    native, about, topics = account.removeprefix("vk:"), {"account": account}, wanted.topics
    calls, group = [], native.startswith("-")
    if "followers" in topics:
        endpoint, params = ("members", {"group_id": native[1:]}) if group else ("followers", {"user_id": native})
        many = count(record.get("members_count" if group else "followers_count")) or 1
        # no covers: paged by offset, the listing skips somebody when another leaves between two pages
        calls.append(_call(endpoint, params, about, expected=many))
    if topics & {"posts", "likes", "shares", "replies", "threads"}:
        covers = {"table": "posts", "author": account}
        calls.append(_call("wall", {"owner_id": native}, about, expected=wanted.posts, covers=covers))
    if "mentions" in topics and role == "brand":
        since = str(int(wanted.since.timestamp()))
        calls.append(_call("mentions", {"owner_id": native, "start_time": since}, about, expected=50))
    return calls


def _ties(answer: Answer, call: Call, wanted: Wanted) -> Page:
    """Followers of an account or, where the endpoint lists whom it follows, those."""
    page, response = _listing(answer, call, "follows")
    outward = call.endpoint in ("subscriptions", "friends")
    for account in _listed(page, response, wanted):
        pair = (call.about["account"], account) if outward else (account, call.about["account"])
        page.rows["follows"].append({"source": pair[0], "target": pair[1], "observed_at": now_text(wanted)})
    return page


def _reactions(answer: Answer, call: Call, wanted: Wanted) -> Page:
    """Who liked or shared a post; when is not told, so it was between the post and now."""
    page, response = _listing(answer, call, "interactions")
    about, kind = call.about, "like" if call.endpoint == "likes" else "share"
    for account in _listed(page, response, wanted):
        row = {"source": account, "target": about["author"], "kind": kind, "post": about["post"], "at": about["at"]}
        page.rows["interactions"].append({**row, "at_latest": max(about["at"], now_text(wanted))})
    return page


def _listed(page: Page, response: Mapping[str, Any], wanted: Wanted) -> Iterator[str]:
    """The accounts of a listing, whether it holds profiles or bare ids."""
    items = response.get("items")
    records = [item if number(item) is None else {"id": item} for item in items] if isinstance(items, list) else []
    for record in objects(records, page.unread):
        account = meet(page, record, wanted)
        if account is not None:
            yield account


def _wall(answer: Answer, call: Call, wanted: Wanted) -> Page:
    """Posts on a wall or, as mentions, on others' walls; what others write on the brand's wall is a mention, too."""
    page, response = _listing(answer, call, "posts")
    meet_writers(page, response, wanted)
    for record in objects(response.get("items"), page.unread):
        post = post_row(page, record, call)
        if post is None:
            continue
        recent = float(record["date"]) >= wanted.since.timestamp()
        # what is pinned stands first, however old it is
        page.ended |= not recent and not record.get("is_pinned")
        if recent and call.endpoint == "wall":
            page.calls += _engagement(post, record, wanted)
    return page


def _engagement(post: Row, record: Mapping[str, Any], wanted: Wanted) -> list[Call]:
    """Who liked, shared and commented on a post, where somebody did."""
    owner, _, native = post["post"].removeprefix("vk:").partition("_")
    about = {"post": post["post"], "author": post["author"], "at": post["at"]}
    calls = []
    for endpoint, name, field, kind, topics in (
        ("likes", "item_id", "likes", "like", {"likes"}),
        ("shares", "item_id", "reposts", "share", {"shares"}),
        ("comments", "post_id", "comments", "comment", {"replies", "threads"}),
    ):
        many = count(part(record, field).get("count")) or 0
        if topics & wanted.topics:
            covers = {"table": "interactions", "kind": kind, "post": post["post"]}
            params = {"owner_id": owner, name: native}
            calls.append(_call(endpoint, params, about, expected=many, mark=f"{kind}:{many}", covers=covers))
    return calls


def _comments(answer: Answer, call: Call, wanted: Wanted) -> Page:
    """Comments under a post with the beginnings of their threads, or all of one thread."""
    page, response = _listing(answer, call, "interactions")
    meet_writers(page, response, wanted)
    items = list(_threaded(response.get("items"), page))
    writers = {number(record.get("id")): number(record.get("from_id")) for record in items}
    page.records = len(items) + len(page.unread)
    for record in items:
        comment_row(page, record, writers, call)
        if "threads" in wanted.topics:
            page.calls += _rest_of_thread(record, call)
    return page


def _threaded(items: Any, page: Page) -> Iterator[dict[str, Any]]:
    """Comments, each followed by what its thread shows; threads have one level."""
    for record in objects(items, page.unread):
        yield record
        yield from objects(part(record, "thread").get("items"), page.unread)


def _rest_of_thread(record: Mapping[str, Any], call: Call) -> list[Call]:
    """The call for a whole thread where the comment shows only how it begins."""
    thread, native = part(record, "thread"), number(record.get("id"))
    begun, many = thread.get("items"), count(thread.get("count")) or 0
    if native is None or many <= (len(begun) if isinstance(begun, list) else 0):
        return []
    params = {"owner_id": call.params["owner_id"], "post_id": call.params["post_id"], "comment_id": native}
    return [_call("thread", params, call.about, expected=many, mark=f"reply:{many}")]


def _listing(answer: Answer, call: Call, table: str) -> tuple[Page, dict[str, Any]]:
    """A page to fill, with where the next one begins. Where a page is short, some come twice rather than not at all."""
    response = _response(answer)
    items = response.get("items")
    held = len(items) if isinstance(items, list) else 0
    # the address holds the offset of a page that is not the first
    asked = {**call.params, **dict(parse_qsl(urlsplit(answer.address).query))}
    level = count(response.get("current_level_count"))
    total = (count(response.get("count")) if level is None else level) or 0
    reached = (count(asked.get("offset")) or 0) + (held or count(asked.get("count")) or 1)
    return Page(rows={table: []}, next={"offset": str(reached)} if reached < total else None, records=held), response


def _response(answer: Answer) -> dict[str, Any]:
    response = answer.body.get("response") if isinstance(answer.body, dict) else None
    return response if isinstance(response, dict) else {}


#: What the platform's error codes mean; those that are not here are calls that it will not answer.
_CODES: dict[int, Any] = {
    **dict.fromkeys((1, 10, 13, 36, 43), "again"),
    **dict.fromkeys((6, 9, 29, 32), "wait"),
    **dict.fromkeys((2, 4, 5, 17, 24, 25, 38, 42), "login"),
    **dict.fromkeys((7, 15, 19, 30, 200, 201, 203, 204, 210, 211, 212, 260), "private"),
    **dict.fromkeys((18, 37, 39, 40, 104, 125), "gone"),
}
#: For how long: too many a second, flooding, more than a day's share, busy. The last three it does not tell.
_WAITS = {6: 1.0, 9: 60.0, 29: 3600.0, 32: 60.0}


def _judge(answer: Answer, now: float) -> Verdict:
    """The platform answers 200 to nearly everything, and says in the body what went wrong."""
    body = answer.body if isinstance(answer.body, dict) else {}
    error = part(body, "error")
    if error:
        code, says = small(error.get("error_code")), said(error.get("error_msg"))
        if code == 14:
            says = f"{says}: open vk.com with the token's account, answer what it asks there, and fetch again later"
        return Verdict(_CODES.get(code, "refused"), now + _WAITS[code] if code in _WAITS else None, says)
    if answer.status == 200:
        return Verdict("fine") if "response" in body else Verdict("again", says="an answer that is no JSON of its own")
    if answer.status == 429:
        return Verdict("wait", now + (count(answer.headers.get("retry-after")) or 1))
    if answer.status >= 500:
        return Verdict("again", says=f"status {answer.status}")
    return Verdict("login" if answer.status == 401 else "refused", says=f"status {answer.status}")


def _endpoint(name: str, read: Read, table: str, **more: Any) -> Endpoint:
    return Endpoint(f"/method/{name}", read, table, docs=f"https://dev.vk.com/en/method/{name}", **more)


PLATFORM = Platform(
    name="vk",
    title="VK",
    server="https://api.vk.com",
    gives=frozenset(
        ("followers", "profiles", "posts", "likes", "shares", "replies", "mentions", "threads", "follows"),
    ),
    endpoints={
        "resolve": _endpoint("utils.resolveScreenName", _resolved, "accounts"),
        "group": _endpoint("groups.getById", _people, "accounts"),
        "groups": _endpoint("groups.getById", _people, "accounts", per_page=BATCH, method="POST"),
        "person": _endpoint("users.get", _people, "accounts"),
        "people": _endpoint("users.get", _people, "accounts", per_page=BATCH, method="POST"),
        "members": _endpoint("groups.getMembers", _ties, "follows", per_page=1000),
        "followers": _endpoint("users.getFollowers", _ties, "follows", per_page=1000, newest_first=True),
        "wall": _endpoint("wall.get", _wall, "posts", per_page=100, newest_first=True),
        "likes": _endpoint("likes.getList", _reactions, "interactions", per_page=1000),
        "shares": _endpoint("likes.getList", _reactions, "interactions", per_page=1000),
        "comments": _endpoint("wall.getComments", _comments, "interactions", per_page=100),
        "thread": _endpoint("wall.getComments", _comments, "interactions", per_page=100),
        "mentions": _endpoint("newsfeed.getMentions", _wall, "posts", per_page=50, newest_first=True),
        "subscriptions": _endpoint("users.getSubscriptions", _ties, "follows", per_page=200, among=True),
        "friends": _endpoint("friends.get", _ties, "follows", per_page=5000, among=True),
    },
    begin=_begin,
    judge=_judge,
    limits=Limits(3, 1.0),
    profiles=_profiles,
    follows=_follows,
    token="needed",
    token_help="Make an application at https://dev.vk.com and give its service key; mentions need a user's token.",
)
