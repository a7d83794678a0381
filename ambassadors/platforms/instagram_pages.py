"""What Instagram answers, read: accounts, posts, comments and tags, and the calls that they lead to.

An address of a next page holds the token: it is only looked at whether there is one, and the cursor beside it is taken.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Any

from ambassadors.platforms.contract import Call, Page, Row, Unread, Wanted
from ambassadors.platforms.values import all_old, clip, count, obj, objects, part, recent, text
from ambassadors.web.answers import Answer

VERSION = "/v25.0"
_ACCOUNT = "id,username,name,biography,website,followers_count,follows_count,media_count"
_POST = "id,caption,timestamp,like_count,comments_count,permalink,media_type,media_product_type"
_COMMENT = "id,text,timestamp,username,from{id,username}"
#: The topics for which the brand's posts must be listed.
_OF_POSTS = frozenset({"posts", "replies", "threads"})


def own_account(native: str, wanted: Wanted) -> Call:
    """The call for the brand's own account, by its number."""
    return Call("own", {"fields": _ACCOUNT}, {"id": native}, about={"account": f"instagram:{native}"})


def pages(answer: Answer, call: Call, wanted: Wanted) -> Page:
    """The brand's account among those that belong to the token's pages; the others are not what was asked for."""
    page, name = _listing(answer), call.about["account"].partition("@")[2]
    page.rows["accounts"] = []
    for record in objects(obj(answer.body).get("data"), []):
        found = part(record, "instagram_business_account")
        native = text(found.get("id"))
        if native and (text(found.get("username")) or "").lower() == name:
            page.rows["accounts"].append(_profile(found, f"instagram:{native}", wanted))
            page.calls.append(own_account(native, wanted))
            page.next = None
    if page.next is None and not page.calls and isinstance(obj(answer.body).get("data"), list):
        page.gone.append(("account", call.about["account"]))
    return _counted(page, "accounts")


def own(answer: Answer, call: Call, wanted: Wanted) -> Page:
    """The brand's account, and the calls for all that is wanted of it and of its rivals."""
    page, record = Page(rows={"accounts": []}), obj(answer.body)
    native = text(record.get("id"))
    if native is None:
        page.unread.append(Unread("no_id", clip(answer.body)))
        return _counted(page, "accounts")
    account = f"instagram:{native}"
    page.rows["accounts"].append(_profile(record, account, wanted))
    about = {"author": account, "handle": (text(record.get("username")) or "").lower()}
    if wanted.topics & _OF_POSTS and wanted.posts:
        page.calls.append(_media_of(native, count(record.get("media_count")) or 1, about, wanted))
    if "mentions" in wanted.topics and wanted.people:
        params = {"fields": f"{_POST},username", "limit": "50"}
        covers = {"table": "interactions", "kind": "tag", "target": account}
        page.calls.append(Call("tags", params, {"id": native}, about=about, covers=covers))
    page.calls += [_rival(native, handle) for handle in wanted.rivals]
    return _counted(page, "accounts")


def _media_of(native: str, stated: int, about: Mapping[str, str], wanted: Wanted) -> Call:
    params = {"fields": _POST, "limit": str(min(50, wanted.posts))}
    covers = {"table": "posts", "author": about["author"]}
    expected = min(stated, wanted.posts)
    return Call("media", params, {"id": native}, about=about, expected=expected, covers=covers)


def _rival(native: str, handle: str) -> Call:
    """The call for another professional account; its handle becomes part of an expression, so only a handle may."""
    plain = re.sub(r"[^A-Za-z0-9._]", "", handle)
    params = {"fields": f"business_discovery.username({plain}){{{_ACCOUNT}}}"}
    return Call("rival", params, {"id": native}, about={"account": f"instagram:@{plain.lower()}", "handle": plain})


def rival(answer: Answer, call: Call, wanted: Wanted) -> Page:
    """A rival's account as it stands in public, and the call for its posts."""
    page, record = Page(rows={"accounts": []}), part(obj(answer.body), "business_discovery")
    native = text(record.get("id"))
    if native is None:
        page.unread.append(Unread("no_id", clip(answer.body)))
        return _counted(page, "accounts")
    account, handle = f"instagram:{native}", call.about["handle"]
    page.rows["accounts"].append(_profile({"username": handle, **record}, account, wanted))
    if wanted.topics & _OF_POSTS and wanted.posts:
        params = {"fields": _posts_after("", handle, wanted)}
        expected = min(count(record.get("media_count")) or 1, wanted.posts)
        about, covers = {"author": account, "handle": handle}, {"table": "posts", "author": account}
        page.calls.append(Call("rival_media", params, call.fill, about=about, expected=expected, covers=covers))
    return _counted(page, "accounts")


def _posts_after(cursor: str, handle: str, wanted: Wanted) -> str:
    """The expression for a page of another account's posts: the cursor stands inside it."""
    after = f".after({cursor})" if cursor else ""
    return f"business_discovery.username({handle}){{media{after}.limit({min(50, wanted.posts)}){{{_POST}}}}}"


def rival_media(answer: Answer, call: Call, wanted: Wanted) -> Page:
    """Posts of a rival, newest first."""
    listing = part(part(obj(answer.body), "business_discovery"), "media")
    cursor = text(part(part(listing, "paging"), "cursors").get("after")) if listing.get("data") else None
    # a cursor with a bracket in it would end the expression
    cursor = cursor if cursor and re.fullmatch(r"[\w=+/.-]+", cursor) else None
    page = _posts(listing, call, wanted)
    page.next = {"fields": _posts_after(cursor, call.about["handle"], wanted)} if cursor else None
    return page


def media(answer: Answer, call: Call, wanted: Wanted) -> Page:
    """The brand's posts, newest first, and the calls for the comments under them."""
    page = _posts(obj(answer.body), call, wanted)
    page.next = _listing(answer).next
    stated = {text(record.get("id")): record.get("comments_count") for record in _data(answer)}
    for row in page.rows["posts"]:
        native = row["post"].removeprefix("instagram:")
        if wanted.topics & {"replies", "threads"} and wanted.people and recent(row["at"], wanted):
            page.calls += _comments_of(row["post"], native, count(stated.get(native)) or 0, call, wanted)
    return page


def _comments_of(post: str, native: str, stated: int, call: Call, wanted: Wanted) -> list[Call]:
    params = {"fields": f"{_COMMENT},replies.limit(50){{{_COMMENT}}}", "limit": "50"}
    covers = {"table": "interactions", "kind": "comment", "post": post}
    about, mark = {**call.about, "post": post}, f"comment:{stated}"
    expected = min(stated, wanted.people)
    return [Call("comments", params, {"id": native}, about=about, expected=expected, mark=mark, covers=covers)]


def _posts(listing: Mapping[str, Any], call: Call, wanted: Wanted) -> Page:
    page = Page(rows={"posts": []})
    for record in objects(listing.get("data"), page.unread):
        native, at = text(record.get("id")), _time(record.get("timestamp"))
        if native is None or at is None:
            page.unread.append(Unread("no_id" if native is None else "no_time", clip(record.get("id"))))
        else:
            page.rows["posts"].append(_post(record, native, call.about["author"], at))
    page.ended = all_old(page.rows["posts"], wanted)
    return _counted(page, "posts")


def _post(record: Mapping[str, Any], native: str, author: str, at: str) -> Row:
    kind = text(record.get("media_product_type")) or text(record.get("media_type"))
    return {
        "post": f"instagram:{native}",
        "author": author,
        "at": at,
        "text": text(record.get("caption")),
        "kind": _KINDS.get(kind, kind.lower()) if kind else None,
        "url": text(record.get("permalink")),
    }


_KINDS = {"FEED": "post", "REELS": "reel", "CAROUSEL_ALBUM": "post", "IMAGE": "post"}


def comments(answer: Answer, call: Call, wanted: Wanted) -> Page:
    """Comments under a post of the brand, newest first, each with the first replies to it."""
    page = _listing(answer)
    page.rows = {"interactions": [], "accounts": []}
    act: Row = {"kind": "comment", "target": call.about["author"], "post": call.about["post"]}
    for record in objects(obj(answer.body).get("data"), page.unread):
        who = _take(record, page, act, call, wanted)
        answers = part(record, "replies")
        to = who or call.about["author"]
        for reply in objects(answers.get("data"), page.unread):
            _take(reply, page, {**act, "kind": "reply", "target": to}, call, wanted)
        native = text(record.get("id"))
        if native and "threads" in wanted.topics and part(answers, "paging").get("next"):
            page.calls.append(_replies_to(native, to, call))
    return _counted(page, "interactions")


def _replies_to(native: str, to: str, call: Call) -> Call:
    """The call for all replies to a comment; that a comment is gone says nothing of its post, so none is named."""
    kept = {name: call.about[name] for name in ("author", "handle") if name in call.about}
    about = {**kept, "to": to, "under": call.about["post"]}
    return Call("replies", {"fields": _COMMENT, "limit": "50"}, {"id": native}, about=about, expected=50)


def replies(answer: Answer, call: Call, wanted: Wanted) -> Page:
    """All replies to one comment."""
    page = _listing(answer)
    page.rows = {"interactions": [], "accounts": []}
    act: Row = {"kind": "reply", "target": call.about["to"], "post": call.about["under"]}
    for record in objects(obj(answer.body).get("data"), page.unread):
        _take(record, page, act, call, wanted)
    return _counted(page, "interactions")


def _take(record: Mapping[str, Any], page: Page, act: Row, call: Call, wanted: Wanted) -> str | None:
    """Who wrote a comment, which becomes a row; None, and a record that cannot be read, where that is not told."""
    author = part(record, "from")
    native, at = text(author.get("id")), _time(record.get("timestamp"))
    handle = (text(author.get("username")) or text(record.get("username")) or "").lower()
    who = _person(native, handle, call, wanted)
    if who is None or at is None:
        page.unread.append(Unread("no_author" if who is None else "no_time", clip(record.get("id"))))
        return None
    page.rows["interactions"].append({**act, "source": who, "at": at, "text": text(record.get("text"))})
    if native and who == f"instagram:{native}":
        now = wanted.now.isoformat()
        page.rows["accounts"].append({"account": who, "handle": handle or None, "observed_at": now})
    return who


def _person(native: str | None, handle: str, call: Call, wanted: Wanted) -> str | None:
    """The account that wrote: a commenter's number is another than that of the same account elsewhere.

    So the brand itself and its rivals are told by their handles.
    """
    if handle and handle == call.about.get("handle"):
        return call.about["author"]
    if native and handle not in {rival.lower() for rival in wanted.rivals}:
        return f"instagram:{native}"
    return f"instagram:@{handle}" if handle else None


def tags(answer: Answer, call: Call, wanted: Wanted) -> Page:
    """Posts in which others tagged the brand; there is no word of a next page but its cursor."""
    page = Page(rows={"interactions": [], "posts": []})
    for record in objects(obj(answer.body).get("data"), page.unread):
        native, at = text(record.get("id")), _time(record.get("timestamp"))
        handle = text(record.get("username"))
        if native is None or at is None or handle is None:
            reason = "no_id" if native is None else "no_author" if handle is None else "no_time"
            page.unread.append(Unread(reason, clip(record.get("id"))))
            continue
        row = _post(record, native, f"instagram:@{handle.lower()}", at)
        page.rows["posts"].append(row)
        act = {"source": row["author"], "target": call.about["author"], "kind": "tag", "at": at}
        page.rows["interactions"].append({**act, "post": row["post"], "text": row["text"]})
    cursor = text(part(part(obj(answer.body), "paging"), "cursors").get("after"))
    page.next = {"after": cursor} if cursor and obj(answer.body).get("data") else None
    page.ended = all_old(page.rows["posts"], wanted)
    return _counted(page, "interactions")


def _profile(record: Mapping[str, Any], account: str, wanted: Wanted) -> Row:
    handle = text(record.get("username"))
    return {
        "account": account,
        "handle": handle,
        "name": text(record.get("name")),
        "bio": text(record.get("biography")),
        "followers": count(record.get("followers_count")),
        "following": count(record.get("follows_count")),
        "posts": count(record.get("media_count")),
        "url": f"https://www.instagram.com/{handle}/" if handle else None,
        "links": text(record.get("website")),
        "observed_at": wanted.now.isoformat(),
    }


def _data(answer: Answer) -> Iterator[dict[str, Any]]:
    return objects(obj(answer.body).get("data"), [])


def _listing(answer: Answer) -> Page:
    paging = part(obj(answer.body), "paging")
    cursor = text(part(paging, "cursors").get("after")) if paging.get("next") else None
    return Page(next={"after": cursor} if cursor else None)


def _counted(page: Page, table: str) -> Page:
    page.records = len(page.rows[table]) + len(page.unread) + len(page.gone)
    return page


def _time(value: Any) -> str | None:
    """Times come with +0000, which not every reader of ISO 8601 takes."""
    if not isinstance(value, str) or not value:
        return None
    return f"{value[:-5]}Z" if value.endswith("+0000") else value
