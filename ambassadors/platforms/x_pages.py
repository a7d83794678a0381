"""What X answers, read: accounts, followers, posts and acts, and the calls that they lead to."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import timedelta
from typing import Any

from ambassadors.platforms.contract import Call, Page, Row, Unread, Wanted
from ambassadors.platforms.values import all_old, clip, count, flag, moment, obj, objects, part, recent, stamp, text
from ambassadors.web.answers import Answer

USER = "created_at,description,entities,location,name,protected,public_metrics,url,username,verified"
_POST = (
    "author_id,conversation_id,created_at,edit_history_tweet_ids,entities,in_reply_to_user_id,lang,note_tweet,"
    "public_metrics,referenced_tweets"
)
#: The topics for which an account's posts must be listed.
_OF_POSTS = frozenset({"posts", "likes", "shares", "quotes", "replies", "threads"})
#: How far back a conversation can be searched.
_SEARCHED = timedelta(days=7)
#: Of likes and shares the latest hundred are sure to be given; where there are more, what is not listed can be there.
_SURE = 100


def account(answer: Answer, call: Call, wanted: Wanted) -> Page:
    """The account that was looked up, and the calls for all that is wanted of it."""
    page, record = Page(rows={"accounts": []}), obj(answer.body).get("data")
    for user in objects([record] if record is not None else [], page.unread):
        if _take_user(user, page, wanted):
            page.calls += _calls_for(user, page.rows["accounts"][-1], wanted)
    return _counted(page, "accounts", [*_lost_users(answer, call)])


def _calls_for(user: Mapping[str, Any], row: Row, wanted: Wanted) -> list[Call]:
    native, who = {"id": str(text(user.get("id")))}, {"account": row["account"]}
    calls = []
    if "followers" in wanted.topics and wanted.people and row["followers"] != 0:
        params = {"user.fields": USER, "max_results": str(min(1000, wanted.people))}
        expected = min(row["followers"] or 1, wanted.people)
        covers = {"table": "follows", "target": row["account"]}
        calls.append(Call("followers", params, native, about=who, expected=expected, covers=covers))
    if wanted.topics & _OF_POSTS and wanted.posts and row["posts"] != 0:
        params = {"tweet.fields": _POST, "exclude": "retweets", "max_results": _most(wanted.posts)}
        expected = min(row["posts"] or 1, wanted.posts)
        covers = {"table": "posts", "author": row["account"]}
        calls.append(Call("posts", params, native, about=who, expected=expected, covers=covers))
    if "mentions" in wanted.topics and wanted.people:
        params = {"tweet.fields": _POST, "max_results": _most(wanted.people)}
        calls.append(Call("mentions", params, native, about=who))
    return calls


def _most(wanted: int) -> str:
    """The number of posts to ask for: the platform takes 10 to 100."""
    return str(max(10, min(100, wanted)))


def accounts(answer: Answer, call: Call, wanted: Wanted) -> Page:
    """Profiles; who was suspended or deleted stands among the errors."""
    page = Page(rows={"accounts": []})
    for user in objects(obj(answer.body).get("data"), page.unread):
        _take_user(user, page, wanted)
    return _counted(page, "accounts", [*_lost_users(answer, call)])


def _lost_users(answer: Answer, call: Call) -> list[str]:
    """The accounts that were asked for and are not to be had any more."""
    lost = []
    for error in objects(obj(answer.body).get("errors"), []):
        kind = (text(error.get("type")) or "").rpartition("/")[2]
        if kind == "resource-not-found" and error.get("resource_type", "user") == "user":
            native = text(error.get("resource_id")) or text(error.get("value"))
            if error.get("parameter") == "ids" and native:
                lost.append(f"x:{native}")
            elif error.get("parameter") in ("id", "username") and "account" in call.about:
                lost.append(call.about["account"])
    return lost


def followers(answer: Answer, call: Call, wanted: Wanted) -> Page:
    """Who follows an account, latest first."""
    return _ties(answer, call, wanted, inward=True)


def following(answer: Answer, call: Call, wanted: Wanted) -> Page:
    """Whom an account follows."""
    return _ties(answer, call, wanted, inward=False)


def _ties(answer: Answer, call: Call, wanted: Wanted, *, inward: bool) -> Page:
    page, now = _listing(answer, "pagination_token"), wanted.now.isoformat()
    page.rows = {"follows": [], "accounts": []}
    for user in objects(obj(answer.body).get("data"), page.unread):
        who = _take_user(user, page, wanted)
        if who:
            source, target = (who, call.about["account"]) if inward else (call.about["account"], who)
            page.rows["follows"].append({"source": source, "target": target, "observed_at": now})
    return _counted(page, "follows")


def posts(answer: Answer, call: Call, wanted: Wanted) -> Page:
    """Posts of an account, latest first, whom it turns to in them, and the calls for who responded to each."""
    page = _listing(answer, "pagination_token")
    page.rows = {"posts": [], "interactions": []}
    for post in objects(obj(answer.body).get("data"), page.unread):
        row = _take_post(post, page, call.about["account"])
        if row is not None:
            page.rows["interactions"] += _turns_to(post, row)
            page.calls += _responses(post, row, wanted) if recent(row["at"], wanted) else []
    page.ended = all_old(page.rows["posts"], wanted)
    return _counted(page, "posts")


def _turns_to(post: Mapping[str, Any], row: Row) -> list[Row]:
    """Whom the author of a post answers, and whom they mention in it; an answer names whom it answers once more."""
    told = {"source": row["author"], "at": row["at"], "text": row["text"]}
    to, answered = _account(post.get("in_reply_to_user_id")), _referenced(post, "replied_to")
    acts = [{**told, "target": to, "kind": "reply", "post": answered}] if to and answered else []
    named = [_account(one.get("id")) for one in objects(part(post, "entities").get("mentions"), [])]
    others = [one for one in dict.fromkeys(named) if one not in (None, to)]
    acts += [{**told, "target": one, "kind": "mention", "post": row["post"]} for one in others]
    return [act for act in acts if act["target"] != row["author"]]


def _responses(post: Mapping[str, Any], row: Row, wanted: Wanted) -> list[Call]:
    """The calls for who liked, shared, quoted and answered a post, where its counts say that somebody did."""
    metrics, native = part(post, "public_metrics"), {"id": str(text(post.get("id")))}
    about = {"post": row["post"], "author": row["author"], "at": row["at"]}
    calls = []
    for topic, kind, name, params in _RESPONSES:
        stated = count(metrics.get(name)) or 0
        if topic in wanted.topics and wanted.people:
            covers = {"table": "interactions", "kind": kind, "post": row["post"]} if stated <= _SURE else None
            expected = min(stated, wanted.people)
            mark = f"{kind}:{stated}"
            calls.append(Call(topic, params, native, about=about, expected=expected, mark=mark, covers=covers))
    return calls + _conversation_of(post, row, count(metrics.get("reply_count")) or 0, wanted)


_USERS, _POSTS = {"user.fields": USER, "max_results": "100"}, {"tweet.fields": _POST, "max_results": "100"}
_RESPONSES = (
    ("likes", "like", "like_count", _USERS),
    ("shares", "share", "retweet_count", _USERS),
    ("quotes", "quote", "quote_count", _POSTS),
)


def _conversation_of(post: Mapping[str, Any], row: Row, stated: int, wanted: Wanted) -> list[Call]:
    """The call for the answers under a post; those under an answer are in the conversation that it belongs to."""
    native, published = str(text(post.get("id"))), moment(row["at"])
    talk = text(post.get("conversation_id")) or native
    begins = talk in (native, row["post"].removeprefix("x:"))
    late = published is not None and published < wanted.now - _SEARCHED
    if not wanted.topics & {"replies", "threads"} or not stated or not wanted.people or late or not begins:
        return []
    params = {**_POSTS, "query": f"conversation_id:{talk} is:reply"}
    about = {"post": row["post"], "author": row["author"]}
    return [Call("conversation", params, about=about, expected=min(stated, wanted.people), mark=f"reply:{stated}")]


def mentions(answer: Answer, call: Call, wanted: Wanted) -> Page:
    """Posts that mention an account: answers to it, and others."""
    brand = call.about["account"]

    def act(post: Mapping[str, Any], row: Row) -> Row:
        answered = _referenced(post, "replied_to")
        if answered and _account(post.get("in_reply_to_user_id")) == brand:
            return {"kind": "reply", "target": brand, "post": answered}
        return {"kind": "mention", "target": brand, "post": row["post"]}

    page = _acts(answer, "pagination_token", act)
    page.ended = all_old(page.rows["posts"], wanted)
    return page


def conversation(answer: Answer, call: Call, wanted: Wanted) -> Page:
    """Answers under a post, also those to other answers."""

    def act(post: Mapping[str, Any], row: Row) -> Row:
        to = _account(post.get("in_reply_to_user_id")) or call.about["author"]
        return {"kind": "reply", "target": to, "post": _referenced(post, "replied_to") or call.about["post"]}

    return _acts(answer, "next_token", act)


def quotes(answer: Answer, call: Call, wanted: Wanted) -> Page:
    """Posts that quote a post."""
    about = call.about
    return _acts(
        answer,
        "pagination_token",
        lambda post, row: {"kind": "quote", "target": about["author"], "post": about["post"]},
    )


def _acts(answer: Answer, parameter: str, act: Any) -> Page:
    """Posts that are acts: each becomes a post and an act, of which ``act`` says the kind, the target and the post."""
    page = _listing(answer, parameter)
    page.rows = {"interactions": [], "posts": []}
    for post in objects(obj(answer.body).get("data"), page.unread):
        row = _take_post(post, page, None)
        if row is not None:
            told = {"source": row["author"], "at": row["at"], "text": row["text"]}
            page.rows["interactions"].append({**act(post, row), **told})
    return _counted(page, "interactions")


def likes(answer: Answer, call: Call, wanted: Wanted) -> Page:
    """Who liked a post; the platform does not tell when."""
    return _untimed(answer, call, wanted, "like")


def shares(answer: Answer, call: Call, wanted: Wanted) -> Page:
    """Who shared a post; the platform does not tell when."""
    return _untimed(answer, call, wanted, "share")


def _untimed(answer: Answer, call: Call, wanted: Wanted, kind: str) -> Page:
    page, about = _listing(answer, "pagination_token"), call.about
    page.rows = {"interactions": [], "accounts": []}
    span = {"at": about["at"], "at_latest": wanted.now.isoformat()}
    act = {"target": about["author"], "kind": kind, "post": about["post"], **span}
    for user in objects(obj(answer.body).get("data"), page.unread):
        who = _take_user(user, page, wanted)
        if who:
            page.rows["interactions"].append({"source": who, **act})
    return _counted(page, "interactions")


def _take_user(user: Mapping[str, Any], page: Page, wanted: Wanted) -> str | None:
    """The account of a user, whose profile becomes a row; None, and a record that cannot be read, without an id."""
    who = _account(user.get("id"))
    if who is None:
        page.unread.append(Unread("no_id", clip(user.get("username"))))
        return None
    metrics, handle = part(user, "public_metrics"), text(user.get("username"))
    page.rows["accounts"].append(
        {
            "account": who,
            "handle": handle,
            "name": text(user.get("name")),
            "bio": text(user.get("description")),
            "followers": count(metrics.get("followers_count")),
            "following": count(metrics.get("following_count")),
            "posts": count(metrics.get("tweet_count")),
            "listed": count(metrics.get("listed_count")),
            "created_at": stamp(user.get("created_at")),
            "verified": flag(user.get("verified")),
            "location": text(user.get("location")),
            "url": f"https://x.com/{handle}" if handle else None,
            "links": _links(user),
            "protected": flag(user.get("protected")),
            "observed_at": wanted.now.isoformat(),
        }
    )
    return who


def _links(user: Mapping[str, Any]) -> str | None:
    """The addresses that a profile names, in full; in its own words they are shortened."""
    entities = part(user, "entities")
    urls = [url for place in ("url", "description") for url in objects(part(entities, place).get("urls"), [])]
    found = [text(url.get("expanded_url")) for url in urls]
    return " ".join(dict.fromkeys(url for url in found if url)) or text(user.get("url"))


def _take_post(post: Mapping[str, Any], page: Page, author: str | None) -> Row | None:
    """A post, which becomes a row; None, and a record that cannot be read, where it lacks what a row needs."""
    native, at = text(post.get("id")), stamp(post.get("created_at"))
    author = _account(post.get("author_id")) or author
    if native is None or author is None or at is None:
        reason = "no_id" if native is None else "no_author" if author is None else "no_time"
        page.unread.append(Unread(reason, clip(native)))
        return None
    row = {
        "post": f"x:{_first_version(post, native)}",
        "author": author,
        "at": at,
        "text": text(part(post, "note_tweet").get("text")) or text(post.get("text")),
        "language": text(post.get("lang")),
        "kind": "reply" if _referenced(post, "replied_to") else "quote" if _referenced(post, "quoted") else "post",
        "impressions": count(part(post, "public_metrics").get("impression_count")),
        "url": f"https://x.com/i/web/status/{native}",
    }
    page.rows["posts"].append(row)
    return row


def _first_version(post: Mapping[str, Any], native: str) -> str:
    """The id with which a post was published: each edit gives it another one."""
    versions = post.get("edit_history_tweet_ids")
    return (text(versions[0]) if isinstance(versions, list) and versions else None) or native


def _referenced(post: Mapping[str, Any], kind: str) -> str | None:
    """The post that a post answers or quotes."""
    for one in objects(post.get("referenced_tweets"), []):
        native = text(one.get("id"))
        if one.get("type") == kind and native:
            return f"x:{native}"
    return None


def _account(value: Any) -> str | None:
    native = text(value)
    return f"x:{native}" if native else None


def _listing(answer: Answer, parameter: str) -> Page:
    token = text(part(obj(answer.body), "meta").get("next_token"))
    return Page(next={parameter: token} if token else None)


def _counted(page: Page, table: str, lost: list[str] | None = None) -> Page:
    page.gone = [("account", one) for one in lost or []]
    page.records = len(page.rows[table]) + len(page.unread) + len(page.gone)
    return page
