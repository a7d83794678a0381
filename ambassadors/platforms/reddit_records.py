"""Reddit's records as rows: profiles, posts, comments."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from ambassadors.platforms.contract import Call, Page, Row, Unread, Wanted
from ambassadors.platforms.values import clip, count, epoch, flag, objects, part, text

#: What stands where an author or a text was deleted.
GONE = ("[deleted]", "[removed]")


def account_row(account: str, name: str, data: Mapping[str, Any], wanted: Wanted) -> Row:
    """The row of a profile, as long as it is told."""
    own = part(data, "subreddit")
    row: Row = {
        "account": account,
        "handle": name,
        "observed_at": now_text(wanted),
        "name": text(own.get("title")),
        "bio": text(own.get("public_description")),
        # the platform says 0 where it keeps the number to itself
        "followers": count(own.get("subscribers")) or None,
        "created_at": epoch(data.get("created_utc")),
        "noindex": flag(data.get("hide_from_robots")),
        "url": f"https://www.reddit.com/user/{name}",
    }
    return told(row)


def post_row(page: Page, data: Mapping[str, Any], call: Call, wanted: Wanted) -> Row | None:
    """A post's row, kept on the page with what it does toward the brand; None where it is gone or unreadable."""
    words = [text(data.get("title")), text(data.get("selftext"))]
    row = _written(page, data, "t3_", words[1], wanted)
    if row is None:
        return None
    row |= {"text": "\n\n".join(filter(None, words)) or None, "kind": _kind(data)}
    page.rows["posts"].append(row)
    if row["author"] != call.about["account"]:
        _act(page, row, call.about["account"], "mention", row["post"])
    original = next(objects(data.get("crosspost_parent_list"), []), {})
    whose, what = _author(original), text(original.get("name"))
    if whose and what:
        _act(page, row, whose, "share", f"reddit:{what}")
    return row


def _kind(data: Mapping[str, Any]) -> str:
    if data.get("is_self") is True:
        return "post"
    return "video" if data.get("is_video") is True else "gallery" if data.get("is_gallery") is True else "link"


def comment_row(page: Page, data: Mapping[str, Any], writers: Mapping[str, str], wanted: Wanted) -> Row | None:
    """A comment's row, kept on the page as a post and as an act; ``writers`` says who wrote what it answers."""
    row = _written(page, data, "t1_", text(data.get("body")), wanted)
    if row is None:
        return None
    page.rows["posts"].append({**row, "kind": "comment"})
    parent = f"reddit:{data.get('parent_id')}"
    # whoever was answered stays unknown where they deleted what they wrote
    if parent in writers:
        _act(page, row, writers[parent], "comment" if parent.startswith("reddit:t3_") else "reply", parent)
    return row


def _written(page: Page, data: Mapping[str, Any], prefix: str, body: str | None, wanted: Wanted) -> Row | None:
    """What posts and comments have in common, with their author's account; None where they are gone or unreadable."""
    native, author, at = text(data.get("name")), _author(data), epoch(data.get("created_utc"))
    if native is None or not native.startswith(prefix):
        cannot(page, "no_id", native)
        return None
    if data.get("author") in GONE or body in GONE:
        page.gone.append(("post", f"reddit:{native}"))
        return None
    if author is None or at is None:
        cannot(page, "no_time" if author else "no_author", native)
        return None
    person = {"account": author, "handle": data["author"], "observed_at": now_text(wanted)}
    page.rows.setdefault("accounts", []).append(person)
    address = text(data.get("permalink"))
    url = f"https://www.reddit.com{address}" if address else None
    return {"post": f"reddit:{native}", "author": author, "at": at, "text": body, "url": url}


def _author(data: Mapping[str, Any]) -> str | None:
    """The author's account: by fullname where it stands, else by name."""
    full, name = text(data.get("author_fullname")), data.get("author")
    if not isinstance(name, str) or not name or name in GONE:
        return None
    return f"reddit:{full}" if full and full.startswith("t2_") else named(name)


def named(name: str) -> str:
    """The account of who is known by name only."""
    return f"reddit:@{name.lower()}"


def _act(page: Page, words: Row, target: str, kind: str, post: str) -> None:
    row = {"source": words["author"], "target": target, "kind": kind, "at": words["at"]}
    page.rows.setdefault("interactions", []).append({**row, "post": post, "text": words["text"]})


def things(children: Any, kind: str, page: Page) -> Iterator[dict[str, Any]]:
    """The data of a listing's things of one kind; all are counted, and others are not read."""
    page.records += len(children) if isinstance(children, list) else 0
    for thing in objects(children, page.unread):
        data = thing.get("data")
        if thing.get("kind") == kind and isinstance(data, dict):
            yield data
        else:
            page.unread.append(Unread("not_an_object", clip(thing.get("kind"))))


def told(row: Row) -> Row:
    """A row without what the platform did not tell."""
    return {name: value for name, value in row.items() if value is not None}


def cannot(page: Page, reason: str, value: Any) -> Page:
    """The page, with one record more that cannot be read."""
    page.unread.append(Unread(reason, clip(value)))
    return page


def now_text(wanted: Wanted) -> str:
    """The moment of the crawl, as rows have it."""
    return wanted.now.isoformat()
