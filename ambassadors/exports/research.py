"""What collectors of public posts and lists of influencers give: minet, 4CAT, Zeeschuimer, Upfluence, Google Alerts.

minet's YouTube comments and 4CAT after the columns that public pages name; the rest from memory.
"""

from __future__ import annotations

from ambassadors.exports.spec import BRAND, Csv, Export, Head, Section, handle, moment

_ANSWERS = "Set aside: answers to other people's comments, since these go to them."
_UNDER = "It is taken for comments under the brand's own posts: name another target where they are not."

YOUTUBE_COMMENTS = Export(
    "minet_youtube_comments",
    "minet: comments on YouTube",
    (("", Csv(("video_id", "comment_id", "author_name", "author_channel_id", "text", "like_count", "published_at"))),),
    (
        Section(
            "interactions",
            "who commented, on which video, when and in which words",
            {
                "source": "author_channel_id",
                "target": BRAND,
                "kind": {"value": "comment"},
                "at": moment("published_at", zone="UTC"),
                "post": "video_id",
                "text": "text",
            },
            {"filled": ("author_channel_id",), "unless": {"parent_comment_id": "."}},
        ),
        Section(
            "accounts",
            "their names",
            {
                "account": "author_channel_id",
                "name": "author_name",
                "handle": {"column": "author_name", "extract": "^@(.+)$", "others": "empty"},
                "observed_at": moment("published_at", zone="UTC"),
            },
            {"filled": ("author_channel_id",)},
        ),
    ),
    platform="youtube",
    says=f"{_ANSWERS} {_UNDER}",
)
_IDS = {"id": r"^\d+$", "user_id": r"^\d+$"}
_MINET = {**_IDS, "created_at": r"^\d{9,10}$"}
_MINET_BEFORE = {**_IDS, "created_at_utc": r"^\d{9,10}$"}
INSTAGRAM_COMMENTS = Export(
    "minet_instagram_comments",
    "minet: comments on Instagram",
    (
        ("", Csv(("id", "text", "username", "user_id", "created_at", "comment_like_count"), forms=_MINET)),
        ("an old one", Csv(("id", "text", "username", "user_id", "created_at_utc"), forms=_MINET_BEFORE)),
    ),
    (
        Section(
            "interactions",
            "who commented, when and in which words",
            {
                "source": "user_id",
                "target": BRAND,
                "kind": {"value": "comment"},
                "at": (moment("created_at_utc", form="epoch_s"), moment("created_at", form="epoch_s")),
                "text": "text",
            },
            {"unless": {"parent_comment_id": "."}},
        ),
        Section("accounts", "their handles", {"account": "user_id", "handle": "username"}),
    ),
    platform="instagram",
    says=f"{_ANSWERS} {_UNDER}",
    remembered=True,
)
_TWEET_AT = moment("timestamp_utc", form="epoch_s")
TWEETS = Export(
    "minet_tweets",
    "minet: posts on X",
    (("", Csv(("id", "timestamp_utc", "user_screen_name", "text", "to_userid", "to_tweetid", "user_id"))),),
    (
        Section(
            "posts",
            "who wrote what, and when",
            {
                "post": "id",
                "author": "user_id",
                "at": _TWEET_AT,
                "text": "text",
                "language": "lang",
                "impressions": "impression_count",
            },
        ),
        Section(
            "interactions",
            "who answered whom",
            {
                "source": "user_id",
                "target": "to_userid",
                "kind": {"value": "reply"},
                "at": _TWEET_AT,
                "post": "to_tweetid",
                "text": "text",
            },
            {"filled": ("to_userid",)},
        ),
        Section(
            "interactions",
            "who reposted whom",
            {
                "source": "user_id",
                "target": "retweeted_user_id",
                "kind": {"value": "share"},
                "at": _TWEET_AT,
                "post": "retweeted_id",
            },
            {"filled": ("retweeted_user_id",)},
        ),
        Section(
            "interactions",
            "who quoted whom",
            {
                "source": "user_id",
                "target": "quoted_user_id",
                "kind": {"value": "quote"},
                "at": _TWEET_AT,
                "post": "quoted_id",
                "text": "text",
            },
            {"filled": ("quoted_user_id",)},
        ),
        Section(
            "accounts",
            "their handles, names and numbers of followers",
            {
                "account": "user_id",
                "handle": "user_screen_name",
                "name": "user_name",
                "bio": "user_description",
                "followers": "user_followers",
                "following": "user_friends",
                "posts": "user_tweets",
                "listed": "user_lists",
                "location": "user_location",
                "observed_at": _TWEET_AT,
            },
        ),
    ),
    platform="x",
    remembered=True,
)
TIKTOK_COMMENTS = Export(
    "4cat_tiktok_comments",
    "4CAT: comments on TikTok",
    (
        (
            "",
            Csv(
                ("id", "thread_id", "author", "author_full", "body", "timestamp", "likes", "replies", "post_id"),
                forms={"id": r"^\d{15,20}$", "post_id": r"^\d{15,20}$"},
            ),
        ),
    ),
    (
        Section(
            "interactions",
            "who commented, on which video, when and in which words",
            {
                "source": handle("author"),
                "target": BRAND,
                "kind": {"value": "comment"},
                "at": (moment("unix_timestamp", form="epoch_s"), moment("timestamp", zone="UTC")),
                "post": "post_id",
                "text": "body",
            },
            {"unless": {"is_comment_on_comment": "(?i)^(?:yes|true|1)$"}},
        ),
    ),
    platform="tiktok",
    says=f"{_ANSWERS} {_UNDER}",
)
ZEESCHUIMER = Export(
    "zeeschuimer_tiktok_comments",
    "Zeeschuimer: comments on TikTok",
    (("", Head("jsonl", (r'"source_platform"\s*:\s*"tiktok-comments"', r'"aweme_id"', r'"create_time"'))),),
    (
        Section(
            "interactions",
            "who commented, on which video, when and in which words",
            {
                "source": "data.user.uid",
                "target": BRAND,
                "kind": {"value": "comment"},
                "at": moment("data.create_time", form="epoch_s"),
                "post": "data.aweme_id",
                "text": "data.text",
            },
            {"unless": {"data.reply_id": "^[1-9]"}},
        ),
        Section(
            "accounts",
            "their handles and names",
            {"account": "data.user.uid", "handle": "data.user.unique_id", "name": "data.user.nickname"},
        ),
    ),
    platform="tiktok",
    says=f"{_ANSWERS} {_UNDER}",
    remembered=True,
)
UPFLUENCE = Export(
    "upfluence_list",
    "Upfluence: a list of influencers",
    (("", Csv(("influencer_id", "media_url", "profile_name", "email"))),),
    (
        Section(
            "accounts",
            "whom somebody has put on a list, by their Instagram pages",
            {
                "account": handle("media_url", r"instagram\.com/([A-Za-z0-9._]+)"),
                "handle": {"column": "media_url", "extract": r"instagram\.com/([A-Za-z0-9._]+)"},
                "url": "media_url",
                "email_key": {"column": "email", "email": True},
            },
            {"filled": ("media_url",)},
        ),
    ),
    platform="instagram",
    says="Pages on other platforms are rejected: give those a section of their own.",
    remembered=True,
)
# What a feed says of itself stands above its entries; those may speak of Google Alerts, too.
_ABOVE = r"(?s)\A(?:(?!<(?:entry|item)\b).)*?"
_ALERT = (
    r"(?:<title[^>]*>\s*(?:<!\[CDATA\[)?\s*Google Alerts?\s*[-\u2013\u2014:]"
    r"|<link\b[^<]*?[>\"]\s*https?://www\.google\.[a-z.]+/alerts)"
)
GOOGLE_ALERTS = Export(
    "google_alerts",
    "Google Alerts: pages that speak of the brand",
    (
        ("Atom", Head("feed", (r"<feed\b", rf"{_ABOVE}(?:<id>\s*tag:google\.com,[^<]*alerts|{_ALERT})"))),
        ("RSS", Head("feed", (r"<rss\b", rf"{_ABOVE}{_ALERT}"))),
    ),
    (
        Section(
            "posts",
            "the pages, their titles and times",
            {
                "post": "link",
                "author": "host",
                "at": moment("published", zone="UTC"),
                "text": "title",
                "kind": {"value": "page"},
                "url": "link",
            },
            {"format": "feed", "filled": ("host",)},
        ),
        Section(
            "interactions",
            "which site spoke of the brand, and when",
            {
                "source": "host",
                "target": BRAND,
                "kind": {"value": "mention"},
                "at": moment("published", zone="UTC"),
                "text": "title",
            },
            {"format": "feed", "filled": ("host",)},
        ),
    ),
    platform="web",
    says="An alert names sites, and nobody who writes there: sites are never ranked.",
)

EXPORTS = (
    YOUTUBE_COMMENTS, INSTAGRAM_COMMENTS, TWEETS, TIKTOK_COMMENTS, ZEESCHUIMER, UPFLUENCE, GOOGLE_ALERTS,
)  # fmt: skip
