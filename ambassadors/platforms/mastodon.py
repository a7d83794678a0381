"""Mastodon, and servers that speak its API: profiles, followers, posts, and who answered them, as one server sees it.

A server knows its own people whole, and of people elsewhere what reached it: their followers and old posts may be few.
Who follows, likes and boosts comes without a time; of likes and boosts the brand's own notifications tell it.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from datetime import timedelta
from typing import Any, Literal

from ambassadors.platforms.contract import Call, Endpoint, Page, Platform, Read, Row, Wanted
from ambassadors.platforms.mastodon_rows import Sheet, host, is_open, native, read_status
from ambassadors.platforms.values import count, epoch, link_next, moment, obj, objects, part, said, text
from ambassadors.web.answers import Answer, Limits, Meaning, Verdict

#: So many people, and so many posts, come with one call at most.
PEOPLE, POSTS = "80", "40"
#: For so long after a post its thread is read anew in every crawl: whoever answers an answer changes no count of it.
LIVELY = timedelta(days=7)
#: Topics for which the posts of an account must be known.
_OF_POSTS = frozenset({"posts", "likes", "shares", "quotes", "replies", "threads"})
#: Notifications of the brand: the topic to which each type of them belongs.
_NOTICES = {"mention": "mentions", "favourite": "likes", "reblog": "shares", "quote": "quotes"}
_DOCS = "https://docs.joinmastodon.org/methods/"


def _begin(wanted: Wanted) -> list[Call]:
    calls = [_look_up(name, wanted) for name in dict.fromkeys((wanted.account, *wanted.rivals))]
    return [*calls, Call("me")] if wanted.signed_in and wanted.topics & set(_NOTICES.values()) else calls


def _look_up(name: str, wanted: Wanted) -> Call:
    """The call for one account: by its id where the name is a number, else by its handle."""
    if name.isascii() and name.isdecimal():
        return Call("account", fill={"id": name}, about={"watched": "yes"})
    handle = name.removesuffix(f"@{host(wanted.server)}")  # not every server knows itself by name
    return Call("lookup", {"acct": handle}, about={"watched": "yes"})


def _profiles(people: Sequence[str]) -> list[Call]:
    return [Call("account", fill={"id": native(one)}, about={"account": one}) for one in people if ":@" not in one]


def _follows(account: str) -> list[Call]:
    return [Call("following", {"limit": PEOPLE}, {"id": native(account)}, {"account": account})]


def _read_account(answer: Answer, call: Call, wanted: Wanted) -> Page:
    """One profile; where it is the brand's or a rival's, it leads to that account's listings."""
    sheet = Sheet(wanted)
    sheet.page.records = 1
    account = sheet.account(answer.body) if isinstance(answer.body, dict) else None
    if account is None and not sheet.page.gone:
        sheet.unread("no_id", answer.body)
    elif account is not None and "watched" in call.about:
        sheet.page.calls = _listings(account, answer.body, wanted)
    return sheet.page


def _listings(account: str, record: Mapping[str, Any], wanted: Wanted) -> list[Call]:
    """What is asked of the brand and of each rival. Only of its own people does a server know all."""
    fill, about, calls = {"id": native(account)}, {"account": account}, []
    if "followers" in wanted.topics:
        hidden = record.get("hide_collections") is True
        covers = {"table": "follows", "target": account} if _of_server(record) and not hidden else None
        expected = count(record.get("followers_count")) or 0
        calls.append(Call("followers", {"limit": PEOPLE}, fill, about, expected, covers=covers))
    if wanted.topics & _OF_POSTS:
        covers = {"table": "posts", "author": account} if _of_server(record) else None
        expected = count(record.get("statuses_count")) or 0
        calls.append(Call("statuses", {"limit": POSTS}, fill, about, expected, covers=covers))
    name = re.sub(r"[^0-9A-Za-z_]", "", text(record.get("username")) or "")
    if "mentions" in wanted.topics and name:
        calls.append(Call("tag", {"limit": POSTS}, {"name": name}, {"tagged": account, "name": name}))
    return calls


def _of_server(record: Mapping[str, Any]) -> bool:
    """Whether an account is one of the server's own."""
    return "@" not in (text(record.get("acct")) or "")


def _read_me(answer: Answer, call: Call, wanted: Wanted) -> Page:
    """Whose the token is: the brand's own notifications are read, nobody else's."""
    sheet, record = Sheet(wanted), obj(answer.body)
    sheet.page.records = 1
    if sheet.is_brand(record):
        kinds = [kind for kind, topic in _NOTICES.items() if topic in wanted.topics]
        about = {"brand": sheet.account(record) or ""}
        sheet.page.calls = [Call("notifications", {"types[]": kind, "limit": PEOPLE}, about=about) for kind in kinds]
    return sheet.page


def _read_followers(answer: Answer, call: Call, wanted: Wanted) -> Page:
    target, now = call.about["account"], wanted.now.isoformat()
    return _read_people(
        answer, wanted, "follows", lambda account: {"source": account, "target": target, "observed_at": now}
    )


def _read_following(answer: Answer, call: Call, wanted: Wanted) -> Page:
    source, now = call.about["account"], wanted.now.isoformat()
    return _read_people(
        answer, wanted, "follows", lambda account: {"source": source, "target": account, "observed_at": now}
    )


def _acted(kind: Literal["like", "share"]) -> Read:
    """Reads who liked or boosted a post. The listing has no times: after the post, and before now."""

    def read(answer: Answer, call: Call, wanted: Wanted) -> Page:
        about = call.about
        act = {"target": about["author"], "kind": kind, "at": about["at"], "at_latest": wanted.now.isoformat()}
        return _read_people(
            answer, wanted, "interactions", lambda account: {"source": account, **act, "post": about["post"]}
        )

    return read


def _read_people(answer: Answer, wanted: Wanted, table: str, row: Callable[[str], Row]) -> Page:
    """A listing of accounts, each of which did the same."""
    sheet = _sheet(answer, wanted)
    for record in objects(answer.body, sheet.page.unread):
        account = sheet.account(record)
        if account is not None:
            sheet.add(table, row(account))
        elif record.get("suspended") is not True:
            sheet.unread("no_id", record.get("id"))
    return sheet.page


def _sheet(answer: Answer, wanted: Wanted) -> Sheet:
    """The sheet of one page of a listing."""
    sheet = Sheet(wanted)
    sheet.page.records = len(answer.body) if isinstance(answer.body, list) else 0
    sheet.page.next = link_next(answer)
    return sheet


def _read_statuses(answer: Answer, call: Call, wanted: Wanted) -> Page:
    """A listing of posts, newest first, as far back as was asked for."""
    sheet = _sheet(answer, wanted)
    for record in objects(answer.body, sheet.page.unread):
        sheet.page.ended = _before(record, wanted)
        row = None if sheet.page.ended else read_status(record, call.about, sheet)
        if row is not None and row["author"] == call.about.get("account"):
            sheet.page.calls += _engagement(record, row, wanted) + _talk(record, row, sheet)
    return sheet.page


def _before(record: Mapping[str, Any], wanted: Wanted) -> bool:
    """Whether a record is older than was asked for; one dated before there were such servers lies, and ends nothing."""
    at = moment(record.get("created_at"))
    return at is not None and at < wanted.since and at.year >= 1990


def _engagement(record: Mapping[str, Any], row: Row, wanted: Wanted) -> list[Call]:
    """Who liked and boosted a post: asked where the post's own figures say that somebody did."""
    post, calls = row["post"], []
    about = {"post": post, "author": row["author"], "at": row["at"]}
    for topic, endpoint, kind, figure in (
        ("likes", "favourited_by", "like", "favourites_count"),
        ("shares", "reblogged_by", "share", "reblogs_count"),
    ):
        number = count(record.get(figure)) or 0
        if topic in wanted.topics:
            own = _of_server(part(record, "account"))
            covers = {"table": "interactions", "kind": kind, "post": post} if own else None
            more: dict[str, Any] = {"expected": number, "mark": f"{kind}:{number}", "covers": covers}
            calls.append(Call(endpoint, {"limit": PEOPLE}, {"id": native(post)}, about, **more))
    return calls


def _talk(record: Mapping[str, Any], row: Row, sheet: Sheet) -> list[Call]:
    """The thread under a post, and its quotes, which a server lists for their author alone."""
    wanted, post, published = sheet.wanted, row["post"], moment(row["at"])
    calls: list[Call] = []
    fill = {"id": native(post)}
    replies, quotes = count(record.get("replies_count")) or 0, count(record.get("quotes_count"))
    if wanted.topics & {"replies", "threads"}:
        lively = "threads" in wanted.topics and published is not None and wanted.now - published < LIVELY
        mark = "" if lively and replies else f"reply:{replies}"
        covers = {"table": "interactions", "kind": "reply", "post": post}
        about = {"post": post, "thread": post}
        calls.append(Call("context", fill=fill, about=about, expected=replies, mark=mark, covers=covers))
    uncounted = quotes is None and "quote_approval_policy" in record  # knows quotes, and does not count them
    own = wanted.signed_in and sheet.is_brand(part(record, "account"))
    if "quotes" in wanted.topics and own and (quotes or uncounted):
        # not as "post": a server that knows no quotes says that it finds nothing, and the post is not gone
        mark = "" if uncounted else f"quote:{quotes}"
        calls.append(Call("quotes", {"limit": POSTS}, fill, {"quoted": post}, quotes or 1, mark))
    return calls


def _read_context(answer: Answer, call: Call, wanted: Wanted) -> Page:
    """The thread under a post, which comes in one piece: without a token at most 60 answers."""
    sheet, records = Sheet(wanted), obj(answer.body).get("descendants")
    sheet.page.records = len(records) if isinstance(records, list) else 0
    for record in objects(records, sheet.page.unread):
        read_status(record, call.about, sheet)
    return sheet.page


def _read_notifications(answer: Answer, call: Call, wanted: Wanted) -> Page:
    """What the brand was told: who named and quoted it, and when somebody liked and boosted its posts."""
    sheet = _sheet(answer, wanted)
    for record in objects(answer.body, sheet.page.unread):
        sheet.page.ended = _before(record, wanted)
        if not sheet.page.ended:
            _read_notice(record, call, sheet)
    return sheet.page


def _read_notice(record: Mapping[str, Any], call: Call, sheet: Sheet) -> None:
    kind = {"favourite": "like", "reblog": "share"}.get(text(record.get("type")) or "")
    status, at = part(record, "status"), text(record.get("created_at"))
    if not status:
        sheet.unread("no_id", record.get("id"))
    elif kind is None:
        read_status(status, call.about, sheet)
    elif is_open(status):
        source, post = sheet.account(part(record, "account")), sheet.name(status.get("id"))
        if source is None or post is None or at is None:
            sheet.unread("no_author" if source is None else "no_id" if post is None else "no_time", record.get("id"))
        else:
            act = {"source": source, "target": call.about["brand"], "kind": kind, "at": at, "post": post}
            sheet.add("interactions", act)


def _judge(answer: Answer, now: float) -> Verdict:
    """What an answer means; only the server's own words can say that something is gone."""
    status, body = answer.status, answer.body
    says = said(obj(body).get("error"))
    if status == 429:
        return Verdict("wait", _reset(answer, now) or now + 300, says)
    if status >= 500:
        return Verdict("again", None, says)
    if 200 <= status < 300:
        if says or not isinstance(body, (dict, list)):
            return Verdict("again", None, says or _FOREIGN)
        return Verdict("fine", _reset(answer, now) if answer.headers.get("x-ratelimit-remaining") == "0" else None)
    return Verdict(_refusal(answer, says), None, says or _FOREIGN)


_FOREIGN = "This is no answer of a Mastodon server; is server = right?"


def _refusal(answer: Answer, says: str) -> Meaning:
    if answer.status == 401:
        return "login"
    if not says:
        return "refused"
    if answer.status == 403:
        return "login" if "login" in says.lower() else "refused" if "scope" in says else "private"
    return "gone" if answer.status in (404, 410) else "refused"


def _reset(answer: Answer, now: float) -> float | None:
    """When there is more to be had: a time in ISO 8601, of some servers in seconds since 1970."""
    value = answer.headers.get("x-ratelimit-reset", "")
    at = moment(epoch(value) or value)
    return at.timestamp() if at is not None and at.timestamp() > now else None


def _endpoint(path: str, read: Read, table: str, docs: str, **more: Any) -> Endpoint:
    return Endpoint(f"/api/v1/{path}", read, table, docs=_DOCS + docs, **more)


_PAGED: dict[str, Any] = {"per_page": int(PEOPLE)}
_NEWEST: dict[str, Any] = {"per_page": int(POSTS), "newest_first": True}
PLATFORM = Platform(
    name="mastodon",
    title="Mastodon",
    server="",  # there are thousands: the recipe names the brand's own
    gives=frozenset(
        {"followers", "profiles", "posts", "likes", "shares", "quotes", "replies", "mentions", "threads", "follows"}
    ),
    endpoints={
        "lookup": _endpoint("accounts/lookup", _read_account, "accounts", "accounts/#lookup"),
        "account": _endpoint("accounts/{id}", _read_account, "accounts", "accounts/#get"),
        "me": _endpoint("accounts/verify_credentials", _read_me, "accounts", "accounts/#verify_credentials"),
        "followers": _endpoint(
            "accounts/{id}/followers", _read_followers, "follows", "accounts/#followers", newest_first=True, **_PAGED
        ),
        "following": _endpoint(
            "accounts/{id}/following", _read_following, "follows", "accounts/#following", among=True, **_PAGED
        ),
        "statuses": _endpoint("accounts/{id}/statuses", _read_statuses, "posts", "accounts/#statuses", **_NEWEST),
        "favourited_by": _endpoint(
            "statuses/{id}/favourited_by", _acted("like"), "interactions", "statuses/#favourited_by", **_PAGED
        ),
        "reblogged_by": _endpoint(
            "statuses/{id}/reblogged_by", _acted("share"), "interactions", "statuses/#reblogged_by", **_PAGED
        ),
        "context": _endpoint("statuses/{id}/context", _read_context, "interactions", "statuses/#context", per_page=60),
        "quotes": _endpoint("statuses/{id}/quotes", _read_statuses, "interactions", "statuses/#quotes", **_NEWEST),
        "tag": _endpoint("timelines/tag/{name}", _read_statuses, "interactions", "timelines/#tag", **_NEWEST),
        "notifications": _endpoint(
            "notifications", _read_notifications, "interactions", "notifications/#get", newest_first=True, **_PAGED
        ),
    },
    begin=_begin,
    judge=_judge,
    limits=Limits(300, 300),
    profiles=_profiles,
    follows=_follows,
    token="optional",
    whole_profiles=True,
    token_help=(
        "Log in to your server as the brand, open Preferences > Development > New application, tick read:accounts, "
        "read:statuses and read:notifications, and take what stands under 'Your access token'."
    ),
)
