"""From what Mastodon tells of accounts and posts to rows of ours."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Any
from urllib.parse import urlsplit

from ambassadors.platforms.contract import Page, Row, Unread, Wanted
from ambassadors.platforms.values import clip, count, flag, objects, part, plain, text

#: Who can read a post: only what everybody may see is kept.
_OPEN = ("public", "unlisted")
_LINK = re.compile(r'href="(https?://[^"<>\s]+)"')


@lru_cache(maxsize=8)
def host(server: str) -> str:
    """The server's name, with its port where the address has one."""
    return urlsplit(server).netloc.lower()


@lru_cache(maxsize=8)
def watched(wanted: Wanted) -> frozenset[str]:
    """The brand and its rivals, as ids and as whole handles."""
    return frozenset(whole(name, wanted) for name in (wanted.account, *wanted.rivals))


def whole(name: str, wanted: Wanted) -> str:
    """An id as it is, a handle with its server."""
    return (name if "@" in name or name.isdecimal() else f"{name}@{host(wanted.server)}").lower()


def native(ours: str) -> str:
    """The server's id in one of ours.

    >>> native("mastodon:109@m.example")
    '109'
    """
    return ours.removeprefix("mastodon:").partition("@")[0]


def is_open(record: Mapping[str, Any]) -> bool:
    """Whether everybody may read a post."""
    return record.get("visibility", "public") in _OPEN


@dataclass
class Sheet:
    """A page being filled: each account on it has one row, however often it stands in the answer."""

    wanted: Wanted
    page: Page = field(default_factory=Page)
    _seen: dict[Any, str | None] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.host = host(self.wanted.server)
        self.now = self.wanted.now.isoformat()

    def add(self, table: str, row: Row) -> None:
        """One more row."""
        self.page.rows.setdefault(table, []).append(row)

    def unread(self, reason: str, value: Any) -> None:
        """One more record that cannot be read."""
        self.page.unread.append(Unread(reason, clip(value)))

    def name(self, given: Any) -> str | None:
        """Our id for one of the server's: letters and digits only, since it goes into addresses, too."""
        found = text(given)
        return f"mastodon:{found}@{self.host}" if found and found.isalnum() and found.isascii() else None

    def account(self, record: Mapping[str, Any]) -> str | None:
        """The id of an account, whose row is added to the page; None where it has none, or is suspended."""
        key = text(record.get("id"))
        if key not in self._seen:
            self._seen[key] = account = self.name(key)
            if account is not None and record.get("suspended") is True:
                self.page.gone.append(("account", account))
                self._seen[key] = None
            elif account is not None:
                self.add("accounts", _account_row(record, account, self))
        return self._seen[key]

    def handle(self, record: Mapping[str, Any]) -> str | None:
        """``user@server``: people of the asked server come without the latter."""
        acct = text(record.get("acct")) or text(record.get("username"))
        return acct if acct is None or "@" in acct else f"{acct}@{self.host}"

    def is_brand(self, record: Mapping[str, Any]) -> bool:
        """Whether an account is the one for which is fetched."""
        names = (text(record.get("id")), (self.handle(record) or "").lower())
        return whole(self.wanted.account, self.wanted) in names


def _account_row(record: Mapping[str, Any], account: str, sheet: Sheet) -> Row:
    return {
        "account": account,
        "handle": sheet.handle(record),
        "name": text(record.get("display_name")),
        "bio": plain(record.get("note")),
        "followers": count(record.get("followers_count")),
        "following": count(record.get("following_count")),
        "posts": count(record.get("statuses_count")),
        "created_at": text(record.get("created_at")),
        "url": text(record.get("url")),
        "links": _links(record),
        "discoverable": flag(record.get("discoverable")),
        "indexable": flag(record.get("indexable")),
        "noindex": flag(record.get("noindex")),
        "hide_collections": flag(record.get("hide_collections")),
        "protected": flag(record.get("locked")),
        "observed_at": sheet.now,
    }


def _links(record: Mapping[str, Any]) -> str | None:
    """Addresses in the profile's fields, and the account to which its owner moved."""
    found: list[str] = []
    fields = record.get("fields")
    for one in fields if isinstance(fields, list) else ():
        value = one.get("value") if isinstance(one, dict) else None
        if isinstance(value, str) and "://" in value:
            found += _LINK.findall(value) or ([value] if value.startswith(("https://", "http://")) else [])
    if moved := text(part(record, "moved").get("url")):
        found.append(moved)
    return " ".join(dict.fromkeys(found)) or None


def read_status(record: Mapping[str, Any], about: Mapping[str, str], sheet: Sheet) -> Row | None:
    """Adds one post's rows: its own, whom it answers, quotes and names, or of a boost who boosted whose post.

    Gives the post's own row, where it has one.
    """
    account = part(record, "account")
    if not is_open(record):
        return None
    author, post, at = sheet.account(account), sheet.name(record.get("id")), text(record.get("created_at"))
    if author is None or post is None or at is None:
        if account.get("suspended") is not True:
            sheet.unread("no_id" if post is None else "no_author" if author is None else "no_time", record.get("id"))
        return None
    if isinstance(record.get("reblog"), dict):
        _boost(record["reblog"], {"source": author, "at": at}, sheet)
        return None
    warning, content = text(record.get("spoiler_text")), plain(record.get("content"))
    words = f"{warning}\n{content}" if warning and content else warning or content
    kind = "reply" if record.get("in_reply_to_id") else "post"
    told = {"text": words, "language": text(record.get("language")), "kind": kind, "url": text(record.get("url"))}
    row = {"post": post, "author": author, "at": at, **told}
    sheet.add("posts", row)
    for act in _acts(record, about, sheet):
        if act["target"] not in (None, author):
            sheet.add("interactions", {"source": author, "at": at, "text": words, **act})
    return row


def _boost(original: Mapping[str, Any], act: Row, sheet: Sheet) -> None:
    account = part(original, "account")
    target, post = sheet.account(account), sheet.name(original.get("id"))
    if not is_open(original) or account.get("suspended") is True:
        return
    if target is None or post is None:
        sheet.unread("no_id" if post is None else "no_author", original.get("id"))
    elif target != act["source"]:
        sheet.add("interactions", {**act, "target": target, "kind": "share", "post": post})


def _acts(record: Mapping[str, Any], about: Mapping[str, str], sheet: Sheet) -> Iterator[Row]:
    """What a post does to others. Who is answered is named, too, by the platform's habit: that is one act."""
    answered, parent = sheet.name(record.get("in_reply_to_account_id")), sheet.name(record.get("in_reply_to_id"))
    done = {answered}
    if answered and parent and (about.get("thread") in (None, parent) or "threads" in sheet.wanted.topics):
        yield {"target": answered, "kind": "reply", "post": parent}
    quote = part(record, "quote")
    quoted = part(quote, "quoted_status")
    if quote.get("state") == "accepted" and (post := sheet.name(quoted.get("id"))):
        target = sheet.account(part(quoted, "account"))
        done.add(target)
        yield {"target": target, "kind": "quote", "post": post}
    for target, kind in _named(record, about, sheet):
        if target not in done:
            done.add(target)
            yield {"target": target, "kind": kind, "post": sheet.name(record.get("id"))}


def _named(record: Mapping[str, Any], about: Mapping[str, str], sheet: Sheet) -> Iterator[tuple[str, str]]:
    """Which of those who are watched a post names, and whose hashtag it bears."""
    known = watched(sheet.wanted)
    for mention in objects(record.get("mentions"), sheet.page.unread):
        target = sheet.name(mention.get("id"))
        if target and ((sheet.handle(mention) or "").lower() in known or native(target) in known):
            yield target, "mention"
    if "tagged" in about:
        tags = objects(record.get("tags"), sheet.page.unread)
        if any((text(tag.get("name")) or "").lower() == about["name"].lower() for tag in tags):
            yield about["tagged"], "tag"
