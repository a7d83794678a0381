"""Downloads of TikTok, LinkedIn, Snapchat and Mastodon: lists of who follows whom, as far as each gives them.

TikTok's older shapes after the README files of public tools, Mastodon's newer list after public code; the rest, and
all of LinkedIn and Snapchat, from memory.
"""

from __future__ import annotations

from typing import Any

from ambassadors.exports.spec import BRAND, Csv, Export, Head, Json, Owner, Section, handle, hashed, moment

_FANS = ("*.Follower List.FansList", "*.Follower.FansList", "Follower.FansList")
_FOLLOWED = ("*.Following List.Following", "*.Following.Following", "Following.Following")
_TIKTOK_DATE = ({"Date": r"^\d{4}-\d\d-\d\d"}, {"date": r"^\d{4}-\d\d-\d\d"})

TIKTOK = Export(
    "tiktok",
    "TikTok download",
    (
        ("followers", Json(_FANS, ("UserName",), _TIKTOK_DATE[0])),
        ("accounts followed", Json(_FOLLOWED, ("UserName",), _TIKTOK_DATE[0])),
        ("activity only", Json(("*.Like List.ItemFavoriteList",), (), {"Link": r"tiktok"})),
        ("activity only", Json(("*.Like List.ItemFavoriteList",), (), {"link": r"tiktok"})),
        ("activity only", Json(("Comment.Comments.CommentsList",), ("comment",), _TIKTOK_DATE[1])),
    ),
    (
        Section(
            "follows",
            "who follows the brand, and since when",
            {"source": handle("UserName"), "target": BRAND, "since": moment("Date", zone="UTC")},
            {"records": _FANS},
        ),
        Section(
            "follows",
            "whom the brand follows, and since when",
            {"source": BRAND, "target": handle("UserName"), "since": moment("Date", zone="UTC")},
            {"records": _FOLLOWED},
        ),
    ),
    platform="tiktok",
    owner=Owner("userName", records=("*.Profile Information.ProfileMap", "*.Profile Info.ProfileMap")),
    says="Likes and comments of the brand's own stand there without whose videos they went to, and are not read.",
)
TIKTOK_TXT = Export(
    "tiktok_txt",
    "TikTok: a list of a download as text",
    (("", Head("text", (r"(?m)^Date: \d{4}-\d\d-\d\d \d\d:\d\d:\d\d UTC\r?$", r"(?m)^(?:Username|Link): \S+"))),),
    platform="tiktok",
    says="Text files are not read: request the download again, and choose JSON as its format.",
    remembered=True,
)
LINKEDIN = Export(
    "linkedin_connections",
    "LinkedIn: connections",
    (("", Csv(("First Name", "Last Name", "URL", "Company", "Position", "Connected On"), preamble=True)),),
    (
        Section(
            "follows",
            "who is connected with the account, and since when",
            {
                "source": handle("URL", r"linkedin\.com/in/([^/?#]+)"),
                "target": BRAND,
                "since": moment("Connected On", form="%d %b %Y"),
            },
            {"preamble": True, "both_directions": True, "filled": ("URL",)},
        ),
        Section(
            "accounts",
            "their pages, and the addresses that some share, as keyed hashes",
            {
                "account": handle("URL", r"linkedin\.com/in/([^/?#]+)"),
                "handle": {"column": "URL", "extract": r"linkedin\.com/in/([^/?#]+)"},
                "url": "URL",
                "email_key": hashed("Email Address"),
            },
            {"preamble": True, "filled": ("URL",)},
        ),
    ),
    platform="linkedin",
    remembered=True,
)
LINKEDIN_TOTALS = Export(
    "linkedin_totals",
    "LinkedIn: a page's followers a day",
    (("", Head("sheet", ("(?i)organic followers", "(?i)total followers"))),),
    platform="linkedin",
    says="Nothing is read: it holds totals a day, and nobody's name. LinkedIn gives a page no list of its followers.",
    remembered=True,
)
_SNAP_TIME = {"Creation Timestamp": r"^\d{4}-\d\d-\d\d \d\d:\d\d:\d\d UTC$"}
SNAPCHAT = Export(
    "snapchat_friends",
    "Snapchat: friends",
    (("", Json(("Friends",), ("Username", "Display Name"), _SNAP_TIME, telling=False)),),
    (
        Section(
            "follows",
            "who is friends with the account, and since when",
            {
                "source": handle("Username"),
                "target": BRAND,
                "since": moment("Creation Timestamp", form="%Y-%m-%d %H:%M:%S UTC", zone="UTC"),
            },
            {"records": ("Friends",), "both_directions": True},
        ),
    ),
    platform="snapchat",
    says="Requests, deleted and blocked accounts stand beside the friends, and are not read.",
    remembered=True,
)
SNAPCHAT_SUBSCRIPTIONS = Export(
    "snapchat_subscriptions",
    "Snapchat: subscriptions of the account",
    tuple(("", Json(("",), ("Publishers", other), telling=False)) for other in ("Stories", "Public Users")),
    platform="snapchat",
    says="Nothing is read: names shown, of publishers and stories that the account watches.",
    remembered=True,
)

_ADDRESS = handle("Account address", r"^@?(.+@.+)$")
MASTODON_FOLLOWING = Export(
    "mastodon_following",
    "Mastodon: accounts followed",
    (
        ("", Csv(("Account address", "Show boosts", "Notify on new posts", "Languages"))),
        ("an old one", Csv(("Account address", "Show boosts"))),
    ),
    (Section("follows", "whom the brand follows", {"source": BRAND, "target": _ADDRESS}),),
    platform="mastodon",
    says="Mastodon exports no list of an account's followers: fetch them.",
)
_AUTHOR = r"https?://[^/]+/(?:users|ap/users)/[^/]+"
_ACTIVITY = {"actor": rf"^{_AUTHOR}$", "type": "^[A-Z][A-Za-z]+$"}
_AS_FETCHED = {"extract": r"^https?://([^/]+)/.*/statuses/(\d+)$", "form": "${2}@${1}", "others": "keep"}
_PUBLIC = r'(?:^|")https://www\.w3\.org/ns/activitystreams#Public(?:"|$)'


def _for_all(up: str = "") -> tuple[dict[str, Any], dict[str, Any]]:
    """What everybody may read: addressed to the public, or (unlisted) copied to it. All else stays out."""
    to, cc = f"{up}to", f"{up}cc"
    return {"matching": {to: _PUBLIC}}, {"matching": {cc: _PUBLIC}, "unless": {to: _PUBLIC}, "filled": (cc,)}


def _post(readers: dict[str, Any]) -> Section:
    return Section(
        "posts",
        "the brand's posts that everybody may read, their words and times",
        {
            "post": {"column": "object.id", **_AS_FETCHED},
            "author": BRAND,
            "at": moment("published"),
            "text": {"column": "object.content", "plain": True},
            "url": "object.url",
        },
        {
            "records": ("orderedItems",),
            "where": {"type": "Create"},
            **readers,
            "filled": ("object.id", *readers.get("filled", ())),
        },
    )


def _mention(readers: dict[str, Any]) -> Section:
    return Section(
        "interactions",
        "whom the brand mentions for everybody to read, and when",
        {
            "source": BRAND,
            "target": handle("name", r"^@?(.+@.+)$"),
            "kind": {"value": "mention"},
            "at": moment("../../published"),
        },
        {"records": ("orderedItems.*.object.tag",), "where": {"type": "Mention"}, **readers},
    )


MASTODON_OUTBOX = Export(
    "mastodon_outbox",
    "Mastodon archive: posts",
    (("", Json(("orderedItems",), ("type", "published"), _ACTIVITY, telling=False)),),
    (*map(_post, _for_all()), *map(_mention, _for_all("../../"))),
    platform="mastodon",
    says="Private messages and posts for followers only are never read. What others did with these posts is not in an "
    "archive: fetch it.",
)
MASTODON_ACTOR = Export(
    "mastodon_actor",
    "Mastodon archive: the account itself",
    (("", Json(("",), ("preferredUsername", "outbox"), {"id": rf"^{_AUTHOR}$"})),),
    platform="mastodon",
    says="It says whose archive this is; nothing else is read.",
    owner=Owner("id", r"https?://([^/]+)/(?:users|ap/users)/([^/]+)", r"@\2@\1"),
)
MASTODON_LIKES = Export(
    "mastodon_likes",
    "Mastodon archive: favourites or bookmarks of the brand's account",
    (("", Head("json", (r'"orderedItems"\s*:\s*\[\s*(?:"https?://|\])', r'"(?:likes|bookmarks)\.json"'))),),
    platform="mastodon",
    says="Nothing is read: it tells which posts, but not when they were liked.",
)

EXPORTS = (
    TIKTOK, TIKTOK_TXT, LINKEDIN, LINKEDIN_TOTALS, SNAPCHAT, SNAPCHAT_SUBSCRIPTIONS, MASTODON_FOLLOWING,
    MASTODON_OUTBOX, MASTODON_ACTOR, MASTODON_LIKES,
)  # fmt: skip
