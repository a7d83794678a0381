"""Reddit: a subreddit's or person's posts, the comments under them, and who writes about the brand.

Votes are anonymous, and nobody's followers are told.
"""

from __future__ import annotations

import base64
from collections.abc import Iterator, Mapping, Sequence
from typing import Any
from urllib.parse import quote

from ambassadors.platforms.contract import Call, Endpoint, Page, Platform, Row, Wanted
from ambassadors.platforms.reddit_records import (
    GONE,
    account_row,
    cannot,
    comment_row,
    named,
    now_text,
    post_row,
    things,
    told,
)
from ambassadors.platforms.values import count, epoch, obj, part, said, text
from ambassadors.web.answers import Answer, Ask, Limits, Verdict

#: People and comments at a time, as the platform's readers advise.
PEOPLE, MORE = 300, 100
_LISTED = {"limit": "100", "raw_json": "1"}


def _begin(wanted: Wanted) -> list[Call]:
    names = [(wanted.account, "brand"), *((rival, "rival") for rival in wanted.rivals)]
    return [_look_up(name.removeprefix("reddit:").strip("/"), role) for name, role in names]


def _look_up(name: str, role: str) -> Call:
    """The call for ``r/name``, ``u/name`` or a plain name, which is a person's."""
    kind, _, rest = name.rpartition("/")
    plain, about = rest.removeprefix("@"), {"role": role}
    if kind == "r":
        return Call("subreddit", {"raw_json": "1"}, {"name": _in_path(plain)}, {**about, "handle": f"r/{plain}"})
    if plain.startswith("t2_"):
        return Call("people", {"ids": plain}, about=about)
    return _person(plain, about)


def _person(name: str, about: Mapping[str, str]) -> Call:
    return Call("user", {"raw_json": "1"}, {"name": _in_path(name)}, {**about, "account": named(name)})


def _profiles(accounts: Sequence[str]) -> list[Call]:
    """Profiles by fullname in batches; who is known by name only is asked for one by one."""
    natives = [account.removeprefix("reddit:") for account in accounts]
    full = [native for native in natives if native.startswith("t2_")]
    batches = [full[start : start + PEOPLE] for start in range(0, len(full), PEOPLE)]
    return [
        *(Call("people", {"ids": ",".join(batch)}, expected=len(batch)) for batch in batches),
        *(_person(native[1:], {}) for native in natives if native.startswith("@")),
    ]


def _subreddit(answer: Answer, call: Call, wanted: Wanted) -> Page:
    """What a subreddit is, and the calls for its posts and for who writes of it elsewhere."""
    page, data = Page(rows={"accounts": []}, records=1), _data(answer.body)
    native, name = text(data.get("name")), text(data.get("display_name"))
    if native is None or name is None or not native.startswith("t5_"):
        return cannot(page, "no_id", call.about["handle"])
    public = {"public": False, "restricted": False, "private": True}
    row: Row = {
        "account": f"reddit:{native}",
        "handle": f"r/{name}",
        "observed_at": now_text(wanted),
        "name": text(data.get("title")),
        "bio": text(data.get("public_description")),
        "followers": count(data.get("subscribers")),
        "created_at": epoch(data.get("created_utc")),
        "protected": public.get(str(data.get("subreddit_type"))),
        "url": f"https://www.reddit.com/r/{name}",
    }
    page.rows["accounts"].append(told(row))
    if wanted.topics & {"posts", "replies", "threads"}:
        page.calls.append(_posts_call("subreddit_posts", name, row["account"], wanted))
    return _with_mentions(page, call, name, row["account"], wanted)


def _user(answer: Answer, call: Call, wanted: Wanted) -> Page:
    """Who a person is; a brand's or rival's account leads to its posts."""
    page, data = Page(rows={"accounts": []}, records=1), _data(answer.body)
    native, name = text(data.get("id")), text(data.get("name"))
    if data.get("is_suspended") is True:
        page.gone.append(("account", f"reddit:t2_{native}" if native else call.about["account"]))
        return page
    if native is None or name is None:
        return cannot(page, "no_id", call.about["account"])
    page.rows["accounts"].append(account_row(f"reddit:t2_{native}", name, data, wanted))
    return _of_brand(page, call, name, f"reddit:t2_{native}", wanted)


def _people(answer: Answer, call: Call, wanted: Wanted) -> Page:
    """Short profiles by their fullnames: names, when they were opened, but neither words nor wishes."""
    page, found = Page(rows={"accounts": []}), answer.body if isinstance(answer.body, dict) else {}
    page.records = len(found)
    for native, data in found.items():
        name = text(data.get("name")) if isinstance(data, dict) else None
        if name is None or not native.startswith("t2_"):
            cannot(page, "no_handle" if isinstance(data, dict) else "not_an_object", native)
            continue
        page.rows["accounts"].append(account_row(f"reddit:{native}", name, data, wanted))
        _of_brand(page, call, name, f"reddit:{native}", wanted)
    return page


def _of_brand(page: Page, call: Call, name: str, account: str, wanted: Wanted) -> Page:
    if "role" not in call.about:
        return page
    if wanted.topics & {"posts", "replies", "threads"}:
        page.calls.append(_posts_call("user_posts", name, account, wanted))
    if "posts" in wanted.topics:
        page.calls.append(_posts_call("user_comments", name, account, wanted))
    return _with_mentions(page, call, name, account, wanted)


def _posts_call(endpoint: str, name: str, account: str, wanted: Wanted) -> Call:
    return Call(endpoint, {**_LISTED, "sort": "new"}, {"name": _in_path(name)}, {"account": account}, wanted.posts)


def _with_mentions(page: Page, call: Call, name: str, account: str, wanted: Wanted) -> Page:
    if "mentions" in wanted.topics and call.about["role"] == "brand":
        params = {**_LISTED, "q": f'"{name}"', "sort": "new", "type": "link"}
        page.calls.append(Call("mentions", params, about={"account": account}, expected=wanted.posts))
    return page


def _posts(answer: Answer, call: Call, wanted: Wanted) -> Page:
    """Posts; whoever else writes one in the brand's subreddit, or names the brand in one, mentions it."""
    page, listing = Page(rows={"posts": []}), part(obj(answer.body), "data")
    page.next = _after(listing)
    for data in things(listing.get("children"), "t3", page):
        post = post_row(page, data, call, wanted)
        if post is None:
            continue
        recent = float(data["created_utc"]) >= wanted.since.timestamp()
        page.ended |= not recent and not data.get("stickied") and not data.get("pinned")
        if recent and call.endpoint != "mentions":
            page.calls += _discussion(post, data, wanted)
    return page


def _discussion(post: Row, data: Mapping[str, Any], wanted: Wanted) -> list[Call]:
    """The comments under a post, where there are any."""
    many = count(data.get("num_comments")) or 0
    if not many or not wanted.topics & {"replies", "threads"}:
        return []
    about = {"post": post["post"], "author": post["author"]}
    params, fill = (
        {"limit": "500", "raw_json": "1", "sort": "new"},
        {"article": post["post"].removeprefix("reddit:t3_")},
    )
    return [Call("comments", params, fill, about, many, f"comment:{many}")]


def _comments(answer: Answer, call: Call, wanted: Wanted) -> Page:
    """The tree of comments under a post, or the part of it under one comment."""
    listings = answer.body if isinstance(answer.body, list) else []
    children = part(obj(listings[1]), "data").get("children") if len(listings) > 1 else None
    return _tree(children, call, wanted)


def _more(answer: Answer, call: Call, wanted: Wanted) -> Page:
    """Comments that the tree left out, in one flat list."""
    return _tree(part(part(obj(answer.body), "json"), "data").get("things"), call, wanted)


def _tree(children: Any, call: Call, wanted: Wanted) -> Page:
    page, about = Page(rows={"posts": []}), call.about
    writers = {about["post"]: about["author"]}
    if "parent" in about:
        writers[about["parent"]] = about["parent_author"]
    for data in _nested(children, page):
        if data.get("kind") == "more":
            if "threads" in wanted.topics:
                page.calls += _left_out(part(data, "data"), writers, call)
            continue
        comment = comment_row(page, data, writers, wanted)
        if comment is not None:
            writers[comment["post"]] = comment["author"]
    return page


def _nested(children: Any, page: Page) -> Iterator[dict[str, Any]]:
    """All comments of a tree, each before its replies; what stands for those left out comes as it is."""
    stack = _reversed(children)
    while stack:
        thing = stack.pop()
        if isinstance(thing, dict) and thing.get("kind") == "more":
            yield thing
            continue
        for data in things([thing], "t1", page):
            stack += _reversed(part(part(data, "replies"), "data").get("children"))
            yield data


def _reversed(children: Any) -> list[Any]:
    return children[::-1] if isinstance(children, list) else []


def _left_out(data: Mapping[str, Any], writers: Mapping[str, str], call: Call) -> list[Call]:
    """The calls for comments that the tree left out: by their ids, or under a comment where it grew too deep."""
    parent = f"reddit:{data.get('parent_id')}"
    about = {"post": call.about["post"], "author": call.about["author"]}
    if parent in writers and parent != about["post"]:
        about |= {"parent": parent, "parent_author": writers[parent]}
    article = about["post"].removeprefix("reddit:")
    ids = [one for one in _reversed(data.get("children"))[::-1] if isinstance(one, str)]
    if not ids and parent.startswith("reddit:t1_"):
        params = {"limit": "500", "raw_json": "1", "sort": "new", "comment": parent.removeprefix("reddit:t1_")}
        return [Call("comments", params, {"article": article.removeprefix("t3_")}, about)]
    fixed = {"api_type": "json", "raw_json": "1", "sort": "new", "link_id": article}
    batches = [ids[start : start + MORE] for start in range(0, len(ids), MORE)]
    return [Call("more", {**fixed, "children": ",".join(batch)}, about=about, expected=len(batch)) for batch in batches]


def _own_comments(answer: Answer, call: Call, wanted: Wanted) -> Page:
    """What an account itself wrote under others' posts."""
    page, listing = Page(rows={"posts": []}), part(obj(answer.body), "data")
    page.next = _after(listing)
    for data in things(listing.get("children"), "t1", page):
        name = text(data.get("link_author"))
        known = name is not None and name not in GONE
        row = comment_row(page, data, {f"reddit:{data.get('link_id')}": named(name)} if known and name else {}, wanted)
        page.ended |= row is not None and float(data["created_utc"]) < wanted.since.timestamp()
    return page


def _after(listing: Mapping[str, Any]) -> dict[str, str] | None:
    after = text(listing.get("after"))
    return {"after": after} if after else None


def _data(body: Any) -> dict[str, Any]:
    return part(obj(body), "data")


def _in_path(name: str) -> str:
    return quote(name, safe="")


def _headers(token: str) -> dict[str, str]:
    """A session's token as it is asked for; a client's id and secret, which have a colon between them, to get one."""
    if ":" in token:
        return {"Authorization": "Basic " + base64.b64encode(token.encode()).decode()}
    return {"Authorization": f"Bearer {token}"}


def _login(token: str) -> Ask:
    address = "https://www.reddit.com/api/v1/access_token"
    return Ask(address, method="POST", form={"grant_type": "client_credentials"}, headers=_headers(token))


def _session(answer: Answer) -> str:
    return text(answer.body.get("access_token")) or "" if isinstance(answer.body, dict) else ""


_STATUSES: dict[int, Any] = {301: "gone", 302: "gone", 401: "login", 403: "private", 404: "gone"}


def _judge(answer: Answer, now: float) -> Verdict:
    """What the platform says: how many calls are left, and in how many seconds they are all there again."""
    left, reset = _figure(answer, "x-ratelimit-remaining"), _figure(answer, "x-ratelimit-reset")
    again = now + (60.0 if reset is None else reset)
    if answer.status == 200:
        if not isinstance(answer.body, dict | list):
            return Verdict("again", says="an answer that is no JSON")
        refusal = part(obj(answer.body), "json").get("errors")
        if refusal:
            limited = "RATELIMIT" in str(refusal)[:200]
            return Verdict("wait" if limited else "refused", again if limited else None, said(str(refusal)))
        return Verdict("fine", again if left is not None and left < 1 else None)
    told_us = answer.body if isinstance(answer.body, dict) else {}
    says = " ".join(
        filter(None, (f"status {answer.status}", said(told_us.get("reason")), said(told_us.get("message"))))
    )
    if answer.status == 429:
        asked = _figure(answer, "retry-after")
        return Verdict("wait", again if asked is None else max(now + asked, again if reset is not None else 0), says)
    if answer.status >= 500:
        return Verdict("again", says=says)
    return Verdict(_STATUSES.get(answer.status, "refused"), says=says)


def _figure(answer: Answer, name: str) -> float | None:
    try:
        found = float(answer.headers.get(name, ""))
    except ValueError:
        return None
    return found if 0 <= found < 1e7 else None


_DOCS = "https://www.reddit.com/dev/api/"
PLATFORM = Platform(
    name="reddit",
    title="Reddit",
    server="https://oauth.reddit.com",
    gives=frozenset(("profiles", "posts", "replies", "mentions", "threads")),
    endpoints={
        "subreddit": Endpoint("/r/{name}/about", _subreddit, "accounts", docs=f"{_DOCS}#GET_r_{{subreddit}}_about"),
        "user": Endpoint("/user/{name}/about", _user, "accounts", docs=f"{_DOCS}#GET_user_{{username}}_about"),
        "people": Endpoint(
            "/api/user_data_by_account_ids",
            _people,
            "accounts",
            per_page=PEOPLE,
            docs=f"{_DOCS}#GET_api_user_data_by_account_ids",
        ),
        "subreddit_posts": Endpoint(
            "/r/{name}/new", _posts, "posts", per_page=100, newest_first=True, docs=f"{_DOCS}#GET_new"
        ),
        "user_posts": Endpoint(
            "/user/{name}/submitted",
            _posts,
            "posts",
            per_page=100,
            newest_first=True,
            docs=f"{_DOCS}#GET_user_{{username}}_submitted",
        ),
        "user_comments": Endpoint(
            "/user/{name}/comments",
            _own_comments,
            "posts",
            per_page=100,
            newest_first=True,
            docs=f"{_DOCS}#GET_user_{{username}}_comments",
        ),
        "mentions": Endpoint("/search", _posts, "posts", per_page=100, newest_first=True, docs=f"{_DOCS}#GET_search"),
        "comments": Endpoint(
            "/comments/{article}", _comments, "posts", per_page=500, docs=f"{_DOCS}#GET_comments_{{article}}"
        ),
        "more": Endpoint(
            "/api/morechildren", _more, "posts", per_page=MORE, method="POST", docs=f"{_DOCS}#GET_api_morechildren"
        ),
    },
    begin=_begin,
    judge=_judge,
    limits=Limits(100, 60.0),
    profiles=_profiles,
    token="needed",
    headers=_headers,
    login=_login,
    session=_session,
    token_help=(
        "Make an application of type script at https://www.reddit.com/prefs/apps; "
        "the token is its id and its secret with a colon between them."
    ),
)
