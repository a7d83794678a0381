"""X's archive of the brand's own account: ``window.YTD.NAME.part0 = [...]`` in its folder ``data``.

After public code that reads such archives. Accounts stand there as numbers; the tweets' mentions say some handles.
"""

from __future__ import annotations

from ambassadors.exports.spec import BRAND, Export, Json, Owner, Section, moment

_AT = "%a %b %d %H:%M:%S %z %Y"
_TWEETS = ("*.tweet", "")
_MENTIONS = ("*.tweet.entities.user_mentions", "*.entities.user_mentions")
_GONE = "^-"  # X writes -1 for accounts that are gone
_REPOST = "^RT @"
_FIRST = "entities.user_mentions.0"

FOLLOWERS = Export(
    "x_followers",
    "X archive: followers",
    (("", Json(keys=("follower.accountId",), name="YTD.follower.")),),
    (
        Section(
            "follows",
            "who follows the brand, without since when",
            {"source": "follower.accountId", "target": BRAND},
        ),
    ),
    platform="x",
    says="Followers stand there as numbers; names come from tweets, or from fetching their profiles.",
)
FOLLOWING = Export(
    "x_following",
    "X archive: accounts followed",
    (("", Json(keys=("following.accountId",), name="YTD.following.")),),
    (Section("follows", "whom the brand follows", {"source": BRAND, "target": "following.accountId"}),),
    platform="x",
)
TWEETS = Export(
    "x_tweets",
    "X archive: posts",
    (
        ("since 2019", Json(("*.tweet",), ("id_str", "created_at"), name="YTD.tweet")),
        ("before 2019", Json(("",), ("id_str", "created_at"), name="YTD.tweet")),
    ),
    (
        Section(
            "posts",
            "the brand's posts, their words and times",
            {
                "post": "id_str",
                "author": BRAND,
                "at": moment("created_at", form=_AT),
                "text": "full_text",
                "language": "lang",
            },
            {"records": _TWEETS, "unless": {"full_text": _REPOST}},
        ),
        Section(
            "interactions",
            "whom the brand mentions",
            {
                "source": BRAND,
                "target": "id_str",
                "kind": {"value": "mention"},
                "at": moment("../../created_at", form=_AT),
                "text": "../../full_text",
            },
            {
                "records": _MENTIONS,
                "unless": {"id_str": _GONE, "../../full_text": _REPOST},
                "differ": ("id_str", "../../in_reply_to_user_id_str"),
            },
        ),
        Section(
            "interactions",
            "whom the brand answers",
            {
                "source": BRAND,
                "target": "in_reply_to_user_id_str",
                "kind": {"value": "reply"},
                "at": moment("created_at", form=_AT),
                "post": "in_reply_to_status_id_str",
                "text": "full_text",
            },
            {
                "records": _TWEETS,
                "filled": ("in_reply_to_user_id_str",),
                "unless": {"in_reply_to_user_id_str": BRAND, "full_text": _REPOST},
            },
        ),
        Section(
            "interactions",
            "whose posts the brand passes on",
            {
                "source": BRAND,
                "target": f"{_FIRST}.id_str",
                "kind": {"value": "share"},
                "at": moment("created_at", form=_AT),
            },
            {
                "records": _TWEETS,
                "matching": {"full_text": _REPOST, f"{_FIRST}.id_str": r"^\d+$"},
                "where": {f"{_FIRST}.indices.0": "3"},  # the name that stands behind RT
            },
        ),
        Section(
            "accounts",
            "the handles of whom the brand mentions",
            {
                "account": "id_str",
                "handle": "screen_name",
                "name": "name",
                "observed_at": moment("../../created_at", form=_AT),
            },
            {"records": _MENTIONS, "unless": {"id_str": _GONE}},
        ),
    ),
    platform="x",
    says="What others did with these posts (likes, reposts, replies) is not in an archive: fetch it.",
)
ACCOUNT = Export(
    "x_account",
    "X archive: the account itself",
    (("", Json(keys=("account.accountId", "account.username"), name="YTD.account.")),),
    (
        Section(
            "accounts",
            "the brand's own account",
            {
                "account": "account.accountId",
                "handle": "account.username",
                "name": "account.accountDisplayName",
                "created_at": "account.createdAt",
            },
        ),
    ),
    platform="x",
    owner=Owner("account.accountId", form=r"\1"),
)
LIKES = Export(
    "x_likes",
    "X archive: posts that the brand liked",
    (("", Json(keys=("like.tweetId",), name="YTD.like.")),),
    platform="x",
    says="Nothing is read: it tells neither whose posts these are nor when they were liked.",
)
MESSAGES = Export(
    "x_messages",
    "X archive: private messages",
    (("", Json(name="YTD.direct_message")),),
    platform="x",
    says="Private messages are never read.",
)
OTHER = Export(
    "x_other",
    "X archive: something else",
    (("", Json(name="YTD.")), ("its table of contents", Json(name="__THAR_CONFIG"))),
    platform="x",
    says="It holds nothing that tells who moves whom.",
    folded=True,
)

EXPORTS = (FOLLOWERS, FOLLOWING, TWEETS, ACCOUNT, LIKES, MESSAGES, OTHER)
