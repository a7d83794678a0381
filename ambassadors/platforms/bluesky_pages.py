"""Bluesky's answers as pages of rows, and the calls that they lead to.

The shapes are those of the lexicons ``app.bsky.actor``, ``app.bsky.graph`` and ``app.bsky.feed``.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from ambassadors.platforms.bluesky_rows import (
    PREFIX,
    account_of,
    author_of,
    iso,
    note_gone,
    older,
    person,
    read_post,
    when,
)
from ambassadors.platforms.contract import Call, Page, Unread, Wanted
from ambassadors.platforms.values import clip, count, obj, objects, part, text
from ambassadors.web.answers import Answer

#: A thread is asked for so many levels at a time: each is two levels of JSON, of which parsers take 1,000.
DEPTH = 50


def read_profile(answer: Answer, call: Call, wanted: Wanted) -> Page:
    """The brand or a rival: its profile, and the calls for its followers, posts and mentions."""
    page = Page(records=1)
    did = person(answer.body, page, wanted)
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
    """Whole profiles. Who was asked for and is not in the answer is gone, if all of the answer could be read."""
    page, found = Page(), set()
    for record in _records(answer, "profiles", page):
        if did := person(record, page, wanted):
            found |= {did, str(record.get("handle")).lower()}
    if isinstance(obj(answer.body).get("profiles"), list) and not page.unread:
        page.gone = [("account", account_of(actor)) for actor in call.params["actors"] if actor not in found]
    return page


def read_followers(answer: Answer, call: Call, wanted: Wanted) -> Page:
    """Who follows the account of the call, the latest first."""
    page = Page(next=_next(answer))
    target, seen = call.about["account"], iso(wanted.now)
    rows = page.rows.setdefault("follows", [])
    for record in _records(answer, "followers", page):
        if did := person(record, page, wanted):
            rows.append({"source": PREFIX + did, "target": target, "observed_at": seen})
    return page


def read_follows(answer: Answer, call: Call, wanted: Wanted) -> Page:
    """Whom the account of the call follows."""
    page = Page(next=_next(answer))
    source, seen = call.about["account"], iso(wanted.now)
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
        post, reason = part(item, "post"), part(item, "reason")
        by = text(part(reason, "by").get("did"))
        if by:
            at = when(None, reason.get("indexedAt"), wanted)
            _share(page, PREFIX + by, post, at, wanted)
        else:
            at = read_post(page, post, call, wanted)
            if at and not older(at, wanted):
                page.calls.extend(_responses(post, at, call.about["account"], wanted))
        for view in (part(item, "reply").get("parent"), obj(part(post, "embed").get("record"))):
            note_gone(page, obj(view))
        page.ended = page.ended or bool(at and older(at, wanted))
    return page


def _share(page: Page, by: str, post: Mapping[str, Any], at: str | None, wanted: Wanted) -> None:
    uri = text(post.get("uri"))
    if not uri or not at:
        page.unread.append(Unread("no_time" if uri else "no_id", clip(uri)))
    elif not older(at, wanted):
        row = {"source": by, "target": PREFIX + author_of(uri), "kind": "share", "at": at, "post": PREFIX + uri}
        page.rows.setdefault("interactions", []).append(row)


def _responses(post: Mapping[str, Any], at: str, owner: str, wanted: Wanted) -> Iterator[Call]:
    """The calls for who responded to a post.

    Nobody is asked for, too, once: where the last like was taken back, it must go here, and nothing else would say so.
    """
    uri, topics = str(post["uri"]), wanted.topics
    about = {"post": PREFIX + uri, "at": at, "owner": owner}
    for topic, kind, stated in _ENGAGEMENT:
        number = count(post.get(stated))
        if topic in topics and number is not None and (number or kind != "quote"):
            covers = {"table": "interactions", "kind": kind, "post": PREFIX + uri}
            params = {"uri": uri, "limit": "100"}
            yield Call(topic, params, about=about, expected=number, mark=f"{kind}:{number}", covers=covers)
    answers = count(post.get("replyCount")) or 0
    if answers and topics & {"replies", "threads"}:
        yield _thread(uri, answers, owner, DEPTH if "threads" in topics else 1)


_ENGAGEMENT = (
    ("likes", "like", "likeCount"),
    ("shares", "share", "repostCount"),
    ("quotes", "quote", "quoteCount"),
)


def _thread(uri: str, answers: int, owner: str, depth: int) -> Call:
    """The answers to a post. There is no mark: the count says nothing of answers to answers."""
    params = {"uri": uri, "depth": str(depth), "parentHeight": "0"}
    return Call("thread", params, about={"post": PREFIX + uri, "owner": owner}, expected=answers)


def read_likes(answer: Answer, call: Call, wanted: Wanted) -> Page:
    """Who liked the post of the call, and when."""
    page = Page(next=_next(answer))
    post = call.about["post"]
    target, rows = PREFIX + author_of(post.removeprefix(PREFIX)), page.rows.setdefault("interactions", [])
    for record in _records(answer, "likes", page):
        at = when(record.get("createdAt"), record.get("indexedAt"), wanted)
        did = person(record.get("actor"), page, wanted, reason="no_author")
        if did and at:
            rows.append({"source": PREFIX + did, "target": target, "kind": "like", "at": at, "post": post})
        elif did:
            page.unread.append(Unread("no_time", clip(did)))
    return page


def read_shares(answer: Answer, call: Call, wanted: Wanted) -> Page:
    """Who shared the post of the call. When is not told: after the post, and before now."""
    page = Page(next=_next(answer))
    post, at = call.about["post"], call.about["at"]
    latest = max(at, iso(wanted.now))
    act = {"target": PREFIX + author_of(post.removeprefix(PREFIX)), "kind": "share", "at": at, "at_latest": latest}
    rows = page.rows.setdefault("interactions", [])
    for record in _records(answer, "repostedBy", page):
        if did := person(record, page, wanted):
            rows.append({"source": PREFIX + did, **act, "post": post})
    return page


def read_posts(answer: Answer, call: Call, wanted: Wanted) -> Page:
    """Posts of others: quotes of a post, or what a search for mentions found."""
    page = Page(next=_next(answer))
    for post in _records(answer, "posts", page):
        at = read_post(page, post, call, wanted)
        page.ended = page.ended or bool(at and older(at, wanted))
    return page


def read_thread(answer: Answer, call: Call, wanted: Wanted) -> Page:
    """All answers under the post of the call, and calls for those that lie deeper than the answer goes."""
    page, top = Page(), obj(obj(answer.body).get("thread"))
    note_gone(page, top)
    waiting = list(reversed(_replies(top, page)))
    while waiting:
        node = waiting.pop()
        page.records += 1
        post = part(node, "post")
        if post:
            read_post(page, post, call, wanted)
        elif not note_gone(page, node):
            page.unread.append(Unread("no_time", clip(node.get("uri"))))  # blocked: only its address is told
        answers, uri = count(post.get("replyCount")) or 0, text(post.get("uri"))
        if answers and uri and "replies" not in node and call.params["depth"] != "1":
            page.calls.append(_thread(uri, answers, call.about["owner"], DEPTH))
        waiting.extend(reversed(_replies(node, page)))
    return page


def _replies(node: Mapping[str, Any], page: Page) -> list[dict[str, Any]]:
    before = len(page.unread)
    found = list(objects(node.get("replies"), page.unread))
    page.records += len(page.unread) - before
    return found


def _records(answer: Answer, key: str, page: Page) -> Iterator[dict[str, Any]]:
    """The objects of the answer's list, counted."""
    records = obj(answer.body).get(key)
    page.records = len(records) if isinstance(records, list) else 0
    return objects(records, page.unread)


def _next(answer: Answer) -> dict[str, str] | None:
    cursor = text(obj(answer.body).get("cursor"))
    return {"cursor": cursor} if cursor else None
