"""What YouTube answers, read: channels, videos, comments, subscriptions, and the calls that they lead to."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from ambassadors.platforms.contract import Call, Page, Row, Unread, Wanted
from ambassadors.platforms.values import clip, count, obj, objects, part, recent, stamp, text
from ambassadors.web.answers import Answer

#: The topics for which a channel's videos must be listed.
_OF_VIDEOS = frozenset({"posts", "replies", "threads"})


def channel(answer: Answer, call: Call, wanted: Wanted) -> Page:
    """The channel that was looked up, and the calls for all that is wanted of it."""
    page = channels(answer, call, wanted)
    for channel in objects(obj(answer.body).get("items"), []):
        if account := _id(channel.get("id")):
            page.calls += _calls_for(channel, account, call.about.get("role", ""), wanted)
    return page


def _calls_for(channel: Mapping[str, Any], account: str, role: str, wanted: Wanted) -> list[Call]:
    calls = []
    if role == "own" and "followers" in wanted.topics and wanted.people:
        stated = count(part(channel, "statistics").get("subscriberCount")) or 1
        params = {"part": "snippet,subscriberSnippet", "mySubscribers": "true", "maxResults": "50"}
        calls.append(Call("subscribers", params, about={"channel": account}, expected=min(stated, wanted.people)))
    uploads = text(part(part(channel, "contentDetails"), "relatedPlaylists").get("uploads"))
    if wanted.topics & _OF_VIDEOS and wanted.posts and uploads:
        stated = count(part(channel, "statistics").get("videoCount")) or 1
        params = {"part": "snippet,contentDetails", "playlistId": uploads, "maxResults": str(min(50, wanted.posts))}
        about, covers = {"author": account}, {"table": "posts", "author": account}
        calls.append(Call("uploads", params, about=about, expected=min(stated, wanted.posts), covers=covers))
    if "threads" in wanted.topics and wanted.people:
        params = {**_THREADS, "allThreadsRelatedToChannelId": account.removeprefix("youtube:")}
        calls.append(Call("channel_threads", params, about={"author": account}))
    return calls


_THREADS = {"part": "snippet,replies", "order": "time", "textFormat": "plainText", "maxResults": "100"}


def channels(answer: Answer, call: Call, wanted: Wanted) -> Page:
    """Profiles; channels that were asked for and are not there are gone."""
    page, now = Page(rows={"accounts": []}), wanted.now.isoformat()
    for channel in objects(obj(answer.body).get("items"), page.unread):
        account = _id(channel.get("id"))
        if account is None:
            page.unread.append(Unread("no_id", clip(channel.get("id"))))
        else:
            page.rows["accounts"].append(_profile(channel, account, now))
    found = {row["account"] for row in page.rows["accounts"]}
    asked = [f"youtube:{native}" for native in call.params.get("id", "").split(",") if native]
    missing = [one for one in asked if one not in found] if asked else [] if found else [call.about.get("account", "")]
    if _answers(answer.body) and not page.unread:
        page.gone = [("account", one) for one in missing if one]
    page.records = len(page.rows["accounts"]) + len(page.unread) + len(page.gone)
    return page


def _answers(body: Any) -> bool:
    """Whether a list of none is one, and not half an answer: without matches, ``items`` is left out."""
    items = obj(body).get("items", [] if "pageInfo" in obj(body) else None)
    return isinstance(items, list)


def _profile(channel: Mapping[str, Any], account: str, now: str) -> Row:
    snippet, statistics = part(channel, "snippet"), part(channel, "statistics")
    hidden = statistics.get("hiddenSubscriberCount") is True
    return {
        "account": account,
        "handle": _handle(snippet.get("customUrl")),
        "name": text(snippet.get("title")),
        "bio": text(snippet.get("description")),
        "followers": None if hidden else count(statistics.get("subscriberCount")),
        "posts": count(statistics.get("videoCount")),
        "views": count(statistics.get("viewCount")),
        "created_at": stamp(snippet.get("publishedAt")),
        "language": text(snippet.get("defaultLanguage")),
        "location": text(snippet.get("country")),
        "url": f"https://www.youtube.com/channel/{account.removeprefix('youtube:')}",
        "observed_at": now,
    }


def uploads(answer: Answer, call: Call, wanted: Wanted) -> Page:
    """Videos, newest first; what else there is of each is asked for fifty at a time."""
    page, times, fresh = _listing(answer), [], []
    page.rows["posts"] = []
    for item in objects(obj(answer.body).get("items"), page.unread):
        snippet, details = part(item, "snippet"), part(item, "contentDetails")
        native = text(details.get("videoId")) or text(part(snippet, "resourceId").get("videoId"))
        published = stamp(details.get("videoPublishedAt"))
        if native and published is None and snippet.get("title") in _NO_LONGER_SEEN:
            page.gone.append(("post", f"youtube:{native}"))
            continue
        # a video that is older than its place in the list was published later than it was uploaded
        row = _video_row(native, call.about.get("author"), published or stamp(snippet.get("publishedAt")), snippet)
        if isinstance(row, Unread):
            page.unread.append(row)
            continue
        page.rows["posts"].append(row)
        times.append(row["at"])
        if recent(row["at"], wanted):
            fresh.append(str(native))
    if fresh:
        params = {"part": "snippet,statistics", "id": ",".join(fresh)}
        page.calls.append(Call("videos", params, about=dict(call.about), expected=len(fresh)))
    page.ended = bool(times) and not fresh
    page.records = len(page.rows["posts"]) + len(page.unread) + len(page.gone)
    return page


#: What stands in the place of a video that was deleted or hidden.
_NO_LONGER_SEEN = ("Deleted video", "Private video")


def _video_row(native: str | None, author: str | None, at: str | None, snippet: Mapping[str, Any]) -> Row | Unread:
    author = author or _id(snippet.get("channelId"))
    if native is None:
        return Unread("no_id", clip(snippet.get("title")))
    if author is None or at is None:
        return Unread("no_author" if author is None else "no_time", native[:80])
    words = [text(snippet.get("title")), text(snippet.get("description"))]
    return {
        "post": f"youtube:{native}",
        "author": author,
        "at": at,
        "text": "\n".join(word for word in words if word) or None,
        "kind": "video",
        "url": f"https://www.youtube.com/watch?v={native}",
    }


def videos(answer: Answer, call: Call, wanted: Wanted) -> Page:
    """Videos with their counts, and the calls for the comments under them; those that are not there are gone."""
    page, found = _listing(answer), set()
    page.rows["posts"] = []
    for video in objects(obj(answer.body).get("items"), page.unread):
        snippet, statistics = part(video, "snippet"), part(video, "statistics")
        native, author = text(video.get("id")), _id(snippet.get("channelId"))
        row = _video_row(native, author or call.about.get("author"), stamp(snippet.get("publishedAt")), snippet)
        if isinstance(row, Unread):
            page.unread.append(row)
            continue
        row["language"] = text(snippet.get("defaultAudioLanguage")) or text(snippet.get("defaultLanguage"))
        row["impressions"] = count(statistics.get("viewCount"))
        page.rows["posts"].append(row)
        found.add(native)
        page.calls += _comments_of(row, str(native), count(statistics.get("commentCount")), wanted)
    if _answers(answer.body) and not page.unread:
        missing = [native for native in call.params.get("id", "").split(",") if native and native not in found]
        page.gone = [("post", f"youtube:{native}") for native in missing]
    page.records = len(page.rows["posts"]) + len(page.unread) + len(page.gone)
    return page


def _comments_of(row: Row, native: str, stated: int | None, wanted: Wanted) -> list[Call]:
    if (
        stated is None
        or not wanted.people
        or not wanted.topics & {"replies", "threads"}
        or not recent(row["at"], wanted)
    ):
        return []
    covers = {"table": "interactions", "kind": "comment", "post": row["post"]}
    about = {"post": row["post"], "author": row["author"]}
    expected = min(stated, wanted.people)
    params = {**_THREADS, "videoId": native}
    return [Call("threads", params, about=about, expected=expected, mark=f"comment:{stated}", covers=covers)]


def threads(answer: Answer, call: Call, wanted: Wanted) -> Page:
    """Comments under a video, or under all videos of a channel, each with the first replies to it."""
    page, times, now = _listing(answer), [], wanted.now.isoformat()
    page.rows = {"interactions": [], "accounts": []}
    for thread in objects(obj(answer.body).get("items"), page.unread):
        snippet = part(thread, "snippet")
        video = text(snippet.get("videoId"))
        post = call.about.get("post") or (f"youtube:{video}" if video else None)
        owner = call.about.get("author") or _id(snippet.get("channelId"))
        top = part(snippet, "topLevelComment")
        who = _take(top, page, {"kind": "comment", "target": owner, "post": post}, now)
        if who:
            times.append(page.rows["interactions"][-1]["at"])
        replies = part(thread, "replies").get("comments")
        for reply in objects(replies, page.unread):
            _take(reply, page, {"kind": "reply", "target": who or owner, "post": post}, now)
        stated, given = count(snippet.get("totalReplyCount")) or 0, len(replies) if isinstance(replies, list) else 0
        native = text(top.get("id"))
        if native and stated > given and "threads" in wanted.topics:
            page.calls.append(_replies_to(native, who or owner, post, stated))
    page.ended = bool(times) and not any(recent(at, wanted) for at in times)
    page.records = len(page.rows["interactions"]) + len(page.unread)
    return page


def _replies_to(native: str, to: str | None, post: str | None, stated: int) -> Call:
    """The call for all replies to a comment; that a comment is gone says nothing of its video, so none is named."""
    params = {"part": "snippet", "parentId": native, "textFormat": "plainText", "maxResults": "100"}
    about = {name: value for name, value in (("to", to), ("video", post)) if value}
    return Call("replies", params, about=about, expected=stated, mark=f"reply:{stated}")


def replies(answer: Answer, call: Call, wanted: Wanted) -> Page:
    """All replies to one comment."""
    page, now = _listing(answer), wanted.now.isoformat()
    page.rows = {"interactions": [], "accounts": []}
    act = {"kind": "reply", "target": call.about.get("to"), "post": call.about.get("video")}
    for reply in objects(obj(answer.body).get("items"), page.unread):
        _take(reply, page, act, now)
    page.records = len(page.rows["interactions"]) + len(page.unread)
    return page


def _take(comment: Mapping[str, Any], page: Page, act: Row, now: str) -> str | None:
    """Who wrote a comment, which becomes a row; None, and a record that cannot be read, where that is not told."""
    snippet = part(comment, "snippet")
    who, at = _id(part(snippet, "authorChannelId").get("value")), stamp(snippet.get("publishedAt"))
    if who is None or at is None or act["target"] is None:
        reason = "no_time" if who and at is None else "no_author"
        page.unread.append(Unread(reason, clip(comment.get("id"))))
        return None
    name = text(snippet.get("authorDisplayName"))
    # an edited comment keeps its time, so that it stays the same act with other words
    words = text(snippet.get("textOriginal")) or text(snippet.get("textDisplay"))
    page.rows["interactions"].append({**act, "source": who, "at": at, "text": words})
    # the name shown beside a comment is the handle, and only where there is none the channel's name
    shown = {"handle": _handle(name)} if name and name.startswith("@") else {"name": name}
    page.rows["accounts"].append({"account": who, **shown, "observed_at": now})
    return who


def subscriptions(answer: Answer, call: Call, wanted: Wanted) -> Page:
    """Subscriptions: of a channel by its subscribers, or by one person to other channels."""
    page, now = _listing(answer), wanted.now.isoformat()
    page.rows = {"follows": [], "accounts": []}
    for item in objects(obj(answer.body).get("items"), page.unread):
        snippet, subscriber = part(item, "snippet"), part(item, "subscriberSnippet")
        source = _id(subscriber.get("channelId")) or call.about.get("account") or _id(snippet.get("channelId"))
        target = _id(part(snippet, "resourceId").get("channelId")) or call.about.get("channel")
        if source is None or target is None:
            page.unread.append(Unread("no_id", clip(item.get("id"))))
            continue
        since = stamp(snippet.get("publishedAt"))
        page.rows["follows"].append({"source": source, "target": target, "since": since, "observed_at": now})
        if subscriber:
            name, bio = text(subscriber.get("title")), text(subscriber.get("description"))
            page.rows["accounts"].append({"account": source, "name": name, "bio": bio, "observed_at": now})
    page.records = len(page.rows["follows"]) + len(page.unread)
    return page


def _listing(answer: Answer) -> Page:
    token = text(obj(answer.body).get("nextPageToken"))
    return Page(next={"pageToken": token} if token else None)


def _id(value: Any) -> str | None:
    native = text(value)
    return f"youtube:{native}" if native else None


def _handle(value: Any) -> str | None:
    return (text(value) or "").removeprefix("@") or None
