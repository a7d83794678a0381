"""VK's records as rows: profiles of people and communities, posts, comments."""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import datetime
from typing import Any

from ambassadors.platforms.contract import Call, Page, Row, Unread, Wanted
from ambassadors.platforms.values import clip, count, epoch, objects, part, text

ADULT = 18


def post_row(page: Page, record: Mapping[str, Any], call: Call) -> Row | None:
    """A post's row, kept on the page with what it does toward the wall's owner; None where it is gone or unreadable."""
    owner = number(record.get("owner_id")) or number(record.get("to_id")) or call.about["account"][3:]
    native, author, at = number(record.get("id")), number(record.get("from_id")), epoch(record.get("date"))
    if native is None:
        cannot(page, "no_id", record.get("id"))
        return None
    name = f"vk:{owner}_{native}"
    if record.get("is_deleted") is True:
        page.gone.append(("post", name))
        return None
    if author is None or at is None:
        cannot(page, "no_time" if author else "no_author", name)
        return None
    kind, words = text(record.get("post_type")), text(record.get("text"))
    row = {"post": name, "author": f"vk:{author}", "at": at, "text": words, "kind": kind}
    seen = count(part(record, "views").get("count"))
    page.rows["posts"].append({**row, "impressions": seen, "url": f"https://vk.com/wall{owner}_{native}"})
    if row["author"] != call.about["account"]:
        _act(page, row, call.about["account"], "mention", name)
    copied = next(objects(record.get("copy_history"), []), {})
    whose, what = number(copied.get("owner_id")), number(copied.get("id"))
    if whose and what:
        shared_from = number(copied.get("from_id")) or whose
        _act(page, row, f"vk:{shared_from}", "quote" if words else "share", f"vk:{whose}_{what}")
    return row


def comment_row(page: Page, record: Mapping[str, Any], writers: Mapping[Any, Any], call: Call) -> None:
    """A comment as an act toward the post's author, or toward whom it answers; ``writers`` are those of the page."""
    about, owner = call.about, call.params["owner_id"]
    native, author, at = number(record.get("id")), number(record.get("from_id")), epoch(record.get("date"))
    if native is None:
        cannot(page, "no_id", record.get("id"))
    elif record.get("deleted") is True:
        page.gone.append(("post", f"vk:{owner}_{native}"))
    elif author is None or at is None:
        cannot(page, "no_time" if author else "no_author", native)
    else:
        words = {"author": f"vk:{author}", "at": at, "text": text(record.get("text"))}
        answered = number(record.get("reply_to_comment"))
        whom = number(record.get("reply_to_user")) or writers.get(answered)
        if answered is None:
            _act(page, words, about["author"], "comment", about["post"])
        else:
            _act(page, words, f"vk:{whom}" if whom else about["author"], "reply", f"vk:{owner}_{answered}")


def _act(page: Page, words: Row, target: str, kind: str, post: str) -> None:
    row = {"source": words["author"], "target": target, "kind": kind, "at": words["at"]}
    page.rows.setdefault("interactions", []).append({**row, "post": post, "text": words["text"]})


def meet_writers(page: Page, response: Mapping[str, Any], wanted: Wanted) -> None:
    """The profiles that stand beside a listing: they are no records of it."""
    beside = Page()
    for name in ("profiles", "groups"):
        for record in objects(response.get(name), []):
            meet(beside, record, wanted)
    page.rows["accounts"] = beside.rows.get("accounts", [])
    page.gone += beside.gone


def meet(page: Page, record: Mapping[str, Any], wanted: Wanted) -> str | None:
    """The account of a profile, its row added; None where it was deleted, or has no id."""
    native = number(record.get("id"))
    if native is None or native == "0":
        cannot(page, "no_id", record.get("id"))
        return None
    group = record.get("type") in ("group", "page", "event")
    account = f"vk:-{native.removeprefix('-')}" if group else f"vk:{native}"
    if text(record.get("deactivated")):
        page.gone.append(("account", account))
        return None
    row = {"account": account, "handle": text(record.get("screen_name")), "observed_at": now_text(wanted)}
    row |= _of_group(record) if group else _of_person(record, wanted.now)
    page.rows.setdefault("accounts", []).append({name: value for name, value in row.items() if value is not None})
    return account


def _of_group(record: Mapping[str, Any]) -> Row:
    return {
        "name": text(record.get("name")),
        "bio": text(record.get("description")) or text(record.get("status")),
        "followers": count(record.get("members_count")),
        "protected": {0: False, 1: True, 2: True}.get(small(record.get("is_closed"))),
        **_of_both(record, "club"),
    }


def _of_person(record: Mapping[str, Any], now: datetime) -> Row:
    names = [text(record.get("first_name")), text(record.get("last_name"))]
    told = count(record.get("followers_count"))
    closed = record.get("is_closed")
    return {
        "name": " ".join(name for name in names if name) or None,
        "bio": text(record.get("about")) or text(record.get("status")),
        "followers": count(part(record, "counters").get("followers")) if told is None else told,
        "protected": closed if isinstance(closed, bool) else None,
        "under_age": _under_age(record.get("bdate"), now),
        **_of_both(record, "id"),
    }


def _of_both(record: Mapping[str, Any], prefix: str) -> Row:
    return {
        "verified": {0: False, 1: True}.get(small(record.get("verified"))),
        "location": text(part(record, "city").get("title")),
        # by number: a short name is not always told, and can change
        "url": f"https://vk.com/{prefix}{str(record.get('id')).removeprefix('-')}",
        "links": text(record.get("site")),
    }


def _under_age(born: Any, now: datetime) -> bool | None:
    """Whether somebody is younger than 18: ``D.M.YYYY``; None where the year is hidden."""
    found = re.fullmatch(r"(\d{1,2})\.(\d{1,2})\.(\d{4})", born) if isinstance(born, str) else None
    if found is None:
        return None
    day, month, year = map(int, found.groups())
    return now.year - year - ((now.month, now.day) < (month, day)) < ADULT


def number(value: Any) -> str | None:
    """An id as its digits, with the sign that communities have."""
    found = text(value)
    return found if found and re.fullmatch(r"-?[0-9]{1,39}", found) else None


def small(value: Any) -> int:
    """A whole number; -1 for all else."""
    return value if isinstance(value, int) else -1


def cannot(page: Page, reason: str, value: Any) -> None:
    """Counts a record that cannot be read."""
    page.unread.append(Unread(reason, clip(value)))


def now_text(wanted: Wanted) -> str:
    """The moment of the crawl, as rows have it."""
    return wanted.now.isoformat()
