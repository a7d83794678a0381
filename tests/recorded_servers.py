"""What each platform's server answers in tests: see tests/recorded.py."""

import re
from typing import Any

import httpx

from tests.recorded import LIVELY, PEOPLE, POSTS, SOME, Paged, Recorded, cut, stamp, when


def _vk_user(number: int) -> dict:
    return {"id": number, "first_name": "P", "last_name": str(number), "screen_name": f"p{number}", "is_closed": False}


def vk(path: str, asked: httpx.QueryParams) -> Any:
    """VK: offsets and a total."""

    def listing(items: list, **more: Any) -> dict:
        page, _ = cut(items, asked.get("offset"))
        return {"response": {"count": len(items), "items": page, **more}}

    def comment(number: int, **more: Any) -> dict:
        words = {"id": number, "from_id": number % 7 + 1, "date": int(when(0.5).timestamp()) + number, "text": "hm"}
        return {**words, **more}

    group = {"id": 77, "name": "Brand", "screen_name": "brand", "type": "page", "members_count": 7, "is_closed": 0}
    beside = {"profiles": [_vk_user(1)], "groups": [group]}
    owner = int(asked.get("owner_id", "0"))
    counts = {name: {"count": 4} for name in ("likes", "reposts", "comments")}
    told = {n: counts if n <= LIVELY else {} for n in POSTS}
    posts = [
        {"id": n, "owner_id": owner, "from_id": owner, "date": int(when(n).timestamp()), "text": f"post {n}", **told[n]}
        for n in POSTS
    ]
    likers = [{**_vk_user(n), "type": "profile"} for n in SOME]
    answers = [comment(900 + n, reply_to_comment=501, reply_to_user=n) for n in SOME]
    thread = {"thread": {"count": 4, "items": answers[:1]}}
    comments = [comment(501, **thread), *(comment(500 + n) for n in range(2, 5))]
    match path.rpartition("/")[2]:
        case "utils.resolveScreenName":
            return {"response": {"type": "group", "object_id": 77}}
        case "groups.getById":
            return {"response": {"groups": [group], "profiles": []}}
        case "users.get":
            ids = [int(one) for one in asked["user_ids"].split(",")]
            return {"response": [{**_vk_user(n), "followers_count": n, "bdate": "1.2.1990"} for n in ids]}
        case "groups.getMembers" | "users.getFollowers":
            return listing([_vk_user(n) for n in PEOPLE])
        case "wall.get":
            return listing(posts, **beside)
        case "newsfeed.getMentions":
            told = [{"id": n, "to_id": n, "from_id": n, "date": int(when(n).timestamp()), "text": "!"} for n in SOME]
            return listing(told)
        case "likes.getList":
            return listing(likers)
        case "wall.getComments" if "comment_id" in asked:
            return listing(answers, current_level_count=4, **beside)
        case "wall.getComments":
            return listing(comments, current_level_count=4, **beside)
        case "users.getSubscriptions":
            return listing([group, *(one for one in likers if str(one["id"]) != asked["user_id"])])
        case "friends.get":
            return listing([n for n in PEOPLE if str(n) != asked["user_id"]])
    raise AssertionError(path)


def _t1(name: str, parent: str, **more: Any) -> dict:
    number = int(name[-1])
    who = {"author": f"P{number % 7 + 1}", "author_fullname": f"t2_p{number % 7 + 1}"}
    words = {"name": f"t1_{name}", "body": "hm", "parent_id": parent, "created_utc": when(0.5).timestamp() + number}
    return {"kind": "t1", "data": {**who, **words, "link_id": "t3_x", "link_author": "P2", "replies": "", **more}}


def _t3(number: int, author: str, prefix: str = "s") -> dict:
    who = {"author": author, "author_fullname": f"t2_{author.lower()}", "name": f"t3_{prefix}{number}"}
    words = {"title": "T", "selftext": "words", "is_self": True, "created_utc": when(number).timestamp()}
    return {"kind": "t3", "data": {**who, **words, "num_comments": 5 if number <= LIVELY else 0}}


def reddit(path: str, asked: httpx.QueryParams) -> Any:
    """Reddit: fullnames after which the next page begins, and trees of comments."""

    def listing(things: list) -> dict:
        names = [thing["data"]["name"] for thing in things]
        start = names.index(asked["after"]) + 1 if "after" in asked else 0
        page, more = cut(things, start)
        return {"kind": "Listing", "data": {"children": page, "after": page[-1]["data"]["name"] if more else None}}

    about = {"id": "rival", "name": "Rival", "created_utc": 1.5e9, "hide_from_robots": False}
    if path == "/r/brand/about":
        sub = {"name": "t5_b", "display_name": "brand", "subscribers": 70, "created_utc": 1.5e9}
        return {"kind": "t5", "data": {**sub, "subreddit_type": "public"}}
    if found := re.fullmatch(r"/user/(\w+)/about", path):
        return {"kind": "t2", "data": {**about, "name": found[1].capitalize(), "id": found[1].lower()}}
    if path == "/api/user_data_by_account_ids":
        ids = asked["ids"].split(",")
        return {one: {"name": one.removeprefix("t2_").capitalize(), "created_utc": 1.5e9} for one in ids}
    if path in ("/r/brand/new", "/search"):
        return listing([_t3(n, f"P{n}", "s" if path == "/r/brand/new" else "m") for n in POSTS])
    if path.endswith("/submitted"):
        return listing([_t3(n, "Rival", "u") for n in SOME])
    if path.endswith("/comments") and path.startswith("/user/"):
        return listing([_t1(f"own{n}", "t3_x", author="Rival", author_fullname="t2_rival") for n in SOME])
    if path.startswith("/comments/"):
        post = path.rpartition("/")[2]
        ids = [f"{post}c{n}" for n in range(10)]
        left = {"kind": "more", "data": {"parent_id": f"t1_{ids[1]}", "children": [ids[3], ids[4]], "count": 2}}
        reply = {"kind": "Listing", "data": {"children": [_t1(ids[2], f"t1_{ids[1]}"), left], "after": None}}
        deep = {"kind": "more", "data": {"parent_id": f"t1_{ids[5]}", "children": [], "count": 0, "id": "_"}}
        if "comment" in asked:
            deep = _t1(ids[6], f"t1_{ids[5]}")
        last = _t1(ids[5], f"t3_{post}", replies={"data": {"children": [deep]}})
        tree = [last] if "comment" in asked else [_t1(ids[1], f"t3_{post}", replies=reply), last]
        return [listing([_t3(1, "P1")]), {"kind": "Listing", "data": {"children": tree, "after": None}}]
    if path == "/api/morechildren":
        first, second = asked["children"].split(",")
        things = [_t1(first, f"t1_{first[:-1]}1"), _t1(second, f"t1_{first}")]
        return {"json": {"errors": [], "data": {"things": things}}}
    raise AssertionError(path)


def _did(number: int) -> dict:
    return {"did": f"did:plc:p{number}", "handle": f"p{number}.example", "displayName": f"P {number}"}


def _bluesky_post(number: int, author: dict, kind: str = "post", **record: Any) -> dict:
    uri = f"at://{author['did']}/app.bsky.feed.post/{kind}{number}"
    counts = dict.fromkeys(
        ("likeCount", "repostCount", "quoteCount", "replyCount"), 4 if kind == "post" and number <= LIVELY else 0
    )
    days = number if kind == "post" else number / 100
    words = {"$type": "app.bsky.feed.post", "text": "words", "createdAt": stamp(days), **record}
    return {"uri": uri, "cid": "c", "author": author, "record": words, "indexedAt": stamp(days), **counts}


def bluesky(path: str, asked: httpx.QueryParams) -> Any:
    """Bluesky: a cursor in each body that is not the last."""

    def listing(name: str, items: list) -> dict:
        page, after = cut(items, asked.get("cursor"))
        return {name: page, **({"cursor": str(after)} if after else {})}

    def whole(actor: str) -> dict:
        number = actor.removeprefix("did:plc:p") if actor.startswith("did:plc:p") else "0"
        counts = {"followersCount": 7, "followsCount": 2, "postsCount": 7}
        return {**(_did(int(number)) if number != "0" else brand), **counts}

    brand = {"did": "did:plc:brand", "handle": "brand.example"}
    uri = asked.get("uri", "")
    parent = {"parent": {"uri": uri}, "root": {"uri": uri}}
    named = {"$type": "app.bsky.richtext.facet#mention", "did": "did:plc:brand"}
    facet = {"facets": [{"index": {"byteStart": 0, "byteEnd": 5}, "features": [named]}]}
    quoted = {"embed": {"$type": "app.bsky.embed.record", "record": {"uri": uri, "cid": "c"}}}
    match path.rpartition(".")[2]:
        case "getProfile":
            return whole(asked["actor"])
        case "getProfiles":
            return {"profiles": [whole(actor) for actor in asked.get_list("actors")]}
        case "getFollowers":
            return {"subject": brand, **listing("followers", [_did(n) for n in PEOPLE])}
        case "getFollows":
            people = [brand, *(_did(n) for n in SOME)]
            return listing("follows", [one for one in people if one["did"] != asked["actor"]])
        case "getAuthorFeed":
            return listing("feed", [{"post": _bluesky_post(n, brand)} for n in POSTS])
        case "getLikes":
            return listing(
                "likes", [{"actor": _did(n), "createdAt": stamp(0.5), "indexedAt": stamp(0.5)} for n in SOME]
            )
        case "getRepostedBy":
            return listing("repostedBy", [_did(n) for n in SOME])
        case "getQuotes":
            return listing("posts", [_bluesky_post(n, _did(n), "quote", **quoted) for n in SOME])
        case "searchPosts":
            return listing("posts", [_bluesky_post(n, _did(n), "named", **facet) for n in SOME])
        case "getPostThread":
            answers = [_bluesky_post(n, _did(n), "answer" + uri[-1], reply=parent) for n in SOME]
            return {"thread": {"post": {"uri": uri}, "replies": [{"post": one, "replies": []} for one in answers]}}
    raise AssertionError(path)


def _mastodon_person(number: int) -> dict:
    name = "brand" if number == 0 else f"p{number}"
    counts = {"followers_count": 7, "following_count": 2, "statuses_count": 7}
    who = {"id": str(100 + number), "username": name, "acct": name, "display_name": name, "locked": False}
    return {**who, "created_at": "2020-01-01T00:00:00.000Z", "note": "<p>hi</p>", "discoverable": True, **counts}


def _status(number: int, author: int, base: int = 0, **more: Any) -> dict:
    counts = dict.fromkeys(
        ("favourites_count", "reblogs_count", "replies_count", "quotes_count"), 0 if base or number > LIVELY else 4
    )
    who = {"id": str(5000 + base + number), "account": _mastodon_person(author), "visibility": "public"}
    at = stamp(number if not base else number / 100)
    return {**who, "created_at": at, "content": "<p>words</p>", "mentions": [], "tags": [], **counts, **more}


def mastodon(path: str, asked: httpx.QueryParams) -> Any:
    """Mastodon: bare lists, and the next page in the ``Link`` header."""

    def listing(items: list) -> Any:
        page, after = cut(items, asked.get("max_id"))
        link = f'<https://m.example{path}?max_id={after}>; rel="next", <https://m.example{path}?min_id=9>; rel="prev"'
        return Paged(page, {"link": link if after else ""})

    def notice(number: int, kind: str) -> dict:
        status = _status(number, number if kind in ("mention", "quote") else 0, 700)
        status["mentions"] = [{"id": "100", "acct": "brand", "username": "brand"}] if kind == "mention" else []
        told = {"id": f"{kind}{number}", "type": kind, "created_at": stamp(number / 50)}
        return {**told, "account": _mastodon_person(number), "status": status}

    tail = path.removeprefix("/api/v1/")
    people = [_mastodon_person(n) for n in PEOPLE]
    if tail in ("accounts/lookup", "accounts/verify_credentials"):
        return _mastodon_person(0)
    if tail == "notifications":
        return listing([notice(n, asked["types[]"]) for n in SOME])
    if tail.startswith("timelines/tag/"):
        return listing([_status(n, n, 300, tags=[{"name": "brand"}]) for n in SOME])
    _, native, *rest = tail.split("/")
    match rest:
        case []:
            return _mastodon_person(int(native) - 100)
        case ["followers"]:
            return listing(people)
        case ["following"]:
            return listing([one for one in (_mastodon_person(0), *people[:3]) if one["id"] != native])
        case ["statuses"]:
            return listing([_status(n, 0) for n in POSTS])
        case ["favourited_by" | "reblogged_by"]:
            return listing(people[:4])
        case ["context"]:
            answer = {"in_reply_to_id": native, "in_reply_to_account_id": "100"}
            return {"ancestors": [], "descendants": [_status(n, n, int(native), **answer) for n in SOME]}
        case ["quotes"]:
            original = {"state": "accepted", "quoted_status": _status(int(native) - 5000, 0)}
            return listing([_status(n, n, 20_000 + int(native), quote=original) for n in SOME])
    raise AssertionError(path)


def _channel(number: int) -> str:
    return f"UC{'brand' if number == 0 else f'p{number}':0>22}"


def _youtube_comment(native: str, number: int) -> dict:
    who = {"authorChannelId": {"value": _channel(number)}, "authorDisplayName": f"@p{number}"}
    words = {"textOriginal": "words", "publishedAt": stamp(0.5 + number / 100)}
    return {"id": native, "snippet": {**who, **words, "videoId": "v1", "channelId": _channel(0)}}


def youtube(path: str, asked: httpx.QueryParams) -> Any:
    """YouTube: page tokens."""

    def listing(items: list) -> dict:
        page, after = cut(items, asked.get("pageToken"))
        told = {"items": page, "pageInfo": {"totalResults": len(items), "resultsPerPage": SIZE_SAID}}
        return {**told, **({"nextPageToken": str(after)} if after else {})}

    def channel(native: str) -> dict:
        handle = "@" + native.removeprefix("UC").lstrip("0")
        snippet = {"title": f"Channel {handle}", "customUrl": handle, "publishedAt": "2015-01-01T00:00:00Z"}
        counts = {"subscriberCount": "7", "videoCount": "7", "viewCount": "99", "hiddenSubscriberCount": False}
        uploads = {"relatedPlaylists": {"uploads": "UU1"}}
        return {"id": native, "snippet": snippet, "statistics": counts, "contentDetails": uploads}

    def video(native: str) -> dict:
        snippet = {"channelId": _channel(0), "title": "V", "publishedAt": stamp(int(native[1:]))}
        return {
            "id": native,
            "snippet": snippet,
            "statistics": {"viewCount": "5", "commentCount": "4" if int(native[1:]) <= LIVELY else "0"},
        }

    def tie(source: int, target: int) -> dict:
        snippet = {"publishedAt": stamp(30), "resourceId": {"channelId": _channel(target)}}
        told = {"id": f"{source}-{target}", "snippet": {**snippet, "channelId": _channel(source)}}
        own = {"subscriberSnippet": {"channelId": _channel(source), "title": f"Channel @p{source}"}}
        return {**told, **(own if "mySubscribers" in asked else {})}

    def thread(number: int) -> dict:
        video_id = asked.get("videoId", "v1")
        top = _youtube_comment(f"{video_id}c{number}", number)
        snippet = {"videoId": video_id, "channelId": _channel(0), "topLevelComment": top, "totalReplyCount": 4}
        replies = {"comments": [_youtube_comment(f"{top['id']}.1", 1)]}
        return {"id": top["id"], "snippet": snippet, "replies": replies}

    match path.rpartition("/")[2]:
        case "channels":
            return {"items": [channel(one) for one in asked.get("id", _channel(0)).split(",")], "pageInfo": {}}
        case "playlistItems":
            details = [(n, {"videoId": f"v{n}", "videoPublishedAt": stamp(n)}) for n in POSTS]
            return listing(
                [{"snippet": {"title": "V", "publishedAt": stamp(n)}, "contentDetails": d} for n, d in details]
            )
        case "videos":
            return {"items": [video(one) for one in asked["id"].split(",")], "pageInfo": {}}
        case "commentThreads":
            return listing([thread(n) for n in SOME])
        case "comments":
            return listing([_youtube_comment(f"{asked['parentId']}.{n}", n) for n in SOME])
        case "subscriptions" if "mySubscribers" in asked:
            return listing([tie(n, 0) for n in PEOPLE])
        case "subscriptions":
            number = next(n for n in range(8) if _channel(n) == asked["channelId"])
            return listing([tie(number, n) for n in range(4) if n != number])
    raise AssertionError(path)


SIZE_SAID = 50


def instagram(path: str, asked: httpx.QueryParams) -> Any:
    """Instagram: cursors beside the address of the next page, which holds the token and is not read."""

    def listing(items: list) -> dict:
        page, after = cut(items, asked.get("after"))
        next_page = {"next": "https://graph.facebook.com/x?access_token=SECRET"} if after else {}
        return {"data": page, "paging": {"cursors": {"before": "b", "after": str(after or "end")}, **next_page}}

    def at(days: float) -> str:
        return when(days).strftime("%Y-%m-%dT%H:%M:%S+0000")

    def media(number: int, **more: Any) -> dict:
        words = {"id": f"{9000 + number}", "caption": "words", "timestamp": at(number), "media_type": "IMAGE"}
        return {**words, "comments_count": 4 if number <= LIVELY else 0, **more}

    def comment(native: str, number: int, **more: Any) -> dict:
        who = {"from": {"id": f"70{number}", "username": f"p{number}"}, "username": f"p{number}"}
        return {"id": native, "text": "hm", "timestamp": at(0.5 + number / 100), **who, **more}

    account = {"id": "1001", "username": "brand", "followers_count": 70, "follows_count": 3, "media_count": 7}
    _, _, native, *rest = path.split("/")
    fields = asked.get("fields", "")
    if native == "me":
        other = {"instagram_business_account": {"id": "1", "username": "other"}}
        return listing([other, {"instagram_business_account": {"id": "1001", "username": "brand"}}])
    if "business_discovery" in fields and "{media" in fields:
        found = re.search(r"\.after\((\d+)\)", fields)
        page, after = cut([media(100 + n) | {"timestamp": at(n)} for n in SOME], found[1] if found else 0)
        cursors = {"paging": {"cursors": {"after": str(after)}}} if after else {}
        return {"id": "1001", "business_discovery": {"id": "2002", "media": {"data": page, **cursors}}}
    if "business_discovery" in fields:
        return {"id": "1001", "business_discovery": {**account, "id": "2002", "username": "rival"}}
    match rest:
        case []:
            return account
        case ["media"]:
            return listing([media(n) for n in POSTS])
        case ["tags"]:
            return listing([media(200 + n, username=f"p{n}") | {"timestamp": at(n)} for n in SOME])
        case ["comments"]:
            more = {"paging": {"cursors": {"after": "1"}, "next": "https://graph.facebook.com/y"}}
            first = [{"replies": {"data": [comment(f"{native}.{n}.1", 1)], **more}} for n in SOME]
            return listing([comment(f"{native}{n}", n, **first[n - 1]) for n in SOME])
        case ["replies"]:
            return listing([comment(f"{native}.{n}", n) for n in SOME])
    raise AssertionError(path)


def x(path: str, asked: httpx.QueryParams) -> Any:
    """X: everything under ``data``, and the token of the next page under ``meta``."""

    def listing(items: list) -> dict:
        page, after = cut(items, asked.get("pagination_token") or asked.get("next_token"))
        return {"data": page, "meta": {"result_count": len(page), **({"next_token": str(after)} if after else {})}}

    def user(native: str) -> dict:
        metrics = {"followers_count": 7, "following_count": 2, "tweet_count": 7, "listed_count": 0}
        handle = "brand" if native == "900" else f"u{native}"
        who = {"id": native, "name": "N", "username": handle, "protected": False, "verified": False}
        return {**who, "created_at": "2015-01-01T00:00:00.000Z", "public_metrics": metrics}

    def post(native: str, author: str, days: float, **more: Any) -> dict:
        counts = ("like_count", "retweet_count", "quote_count", "reply_count")
        metrics = dict.fromkeys(counts, 4 if days <= LIVELY else 0)
        words = {"id": native, "author_id": author, "text": "words", "created_at": stamp(days), "lang": "en"}
        versions = {"conversation_id": native, "edit_history_tweet_ids": [native]}
        return {**words, **versions, "public_metrics": metrics, **more}

    def answer(to: str, number: int) -> dict:
        said = {"in_reply_to_user_id": "900", "referenced_tweets": [{"type": "replied_to", "id": to}]}
        return post(f"{to}1{number}", str(number), 0.5, **said, conversation_id=to)

    people = [user(str(n)) for n in PEOPLE]
    tail = path.removeprefix("/2/")
    if tail.startswith("users/by/username/"):
        return {"data": user("900")}
    if tail == "users":
        return {"data": [user(one) for one in asked["ids"].split(",")]}
    if tail == "tweets/search/recent":
        return listing([answer(re.findall(r"\d+", asked["query"])[0], n) for n in SOME])
    if found := re.fullmatch(r"users/(\d+)", tail):
        return {"data": user(found[1])}
    _, native, what = tail.split("/")
    match what:
        case "followers":
            return listing(people)
        case "following":
            return listing([one for one in (user("900"), *people[:3]) if one["id"] != native])
        case "tweets":
            return listing([post(f"50{n}" if native == "900" else f"51{n}", native, n) for n in POSTS])
        case "mentions":
            return listing([post(f"60{n}", str(n), n) for n in SOME])
        case "liking_users" | "retweeted_by":
            return listing(people[:4])
        case "quote_tweets":
            quoted = {"referenced_tweets": [{"type": "quoted", "id": native}]}
            return listing([post(f"{native}2{n}", str(n), 0.5, **quoted) for n in SOME])
    raise AssertionError(path)


SERVERS = {serve.__name__: serve for serve in (bluesky, instagram, mastodon, reddit, vk, x, youtube)}


def server(name: str, *trouble: Any) -> Recorded:
    """The recorded server of a platform."""
    return Recorded(name, SERVERS[name], list(trouble))
