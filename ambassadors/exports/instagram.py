"""Instagram's download of the brand's own information, in JSON.

After public code that reads such downloads. Its letters are UTF-8 written as Latin-1, its keys in English only where
the account's language is English.
"""

from __future__ import annotations

from ambassadors.exports.spec import BRAND, Export, Head, Json, Owner, Section, handle, moment

_LINK = "string_list_data.0.href"
_PROFILE = r"^https?://(?:www\.)?instagram\.com/(?:_u/)?[A-Za-z0-9._]+/?$"
_NAME = r"instagram\.com/(?:_u/)?([A-Za-z0-9._]+)"
_POST = {"column": _LINK, "extract": r"instagram\.com/(?:p|reel|tv)/([A-Za-z0-9_-]+)", "others": "empty"}
_SINCE = moment("string_list_data.0.timestamp", form="epoch_s")
_META = {"repair": "latin1"}
_COMMENTS = ("comments_media_comments", "comments_reels_comments", "")
_FOLLOWERS = r"(?i)^followers?(?:[^a-z]|$)"


def _ties(records: str, file: str = "") -> tuple[tuple[str, Json], ...]:
    """The two ways in which a list of profiles is written, at that place."""
    forms = {_LINK: _PROFILE}
    return (
        ("names as values", Json((records,), ("string_list_data.0.value",), forms, file=file)),
        ("names in titles or links only", Json((records,), (), forms, file=file)),
    )


def _follows(gives: str, source: object, target: object, *records: str) -> Section:
    settings = {"records": records} if records else {}
    return Section("follows", gives, {"source": source, "target": target, "since": _SINCE}, settings)


FOLLOWERS = Export(
    "instagram_followers",
    "Instagram: followers",
    tuple(
        (f"{shape}, {variant}", sign)
        # blocked accounts may come in a bare list of the same shape: there, only the file's name tells
        for shape, place, file in (("a list", "", _FOLLOWERS), ("an object", "relationships_followers", ""))
        for variant, sign in _ties(place, file)
    ),
    (_follows("who follows the brand, and since when", handle(_LINK, _NAME), BRAND, "relationships_followers", ""),),
    platform="instagram",
)
FOLLOWING = Export(
    "instagram_following",
    "Instagram: accounts followed",
    _ties("relationships_following"),
    (_follows("whom the brand follows, and since when", BRAND, handle(_LINK, _NAME), "relationships_following"),),
    platform="instagram",
)
LIKES_BY_TITLE = Export(
    "instagram_likes",
    "Instagram: posts that the brand liked",
    (("names in titles", Json(("likes_media_likes",), ("title",), {"title": r"^[A-Za-z0-9._]+$", _LINK: "."})),),
    (
        Section(
            "interactions",
            "whose posts the brand liked, and when",
            {"source": BRAND, "target": handle("title"), "kind": {"value": "like"}, "at": _SINCE, "post": _POST},
            {"records": ("likes_media_likes",), **_META},
        ),
    ),
    platform="instagram",
)
LIKES_BY_VALUE = Export(
    "instagram_likes",
    "Instagram: posts that the brand liked",
    (("names as values", Json(("likes_media_likes",), (), {"string_list_data.0.value": r"^[A-Za-z0-9._]+$"})),),
    (
        Section(
            "interactions",
            "whose posts the brand liked, and when",
            {
                "source": BRAND,
                "target": handle("string_list_data.0.value"),
                "kind": {"value": "like"},
                "at": _SINCE,
                "post": _POST,
            },
            {"records": ("likes_media_likes",), **_META},
        ),
    ),
    platform="instagram",
)
COMMENTS = Export(
    "instagram_comments",
    "Instagram: comments that the brand wrote",
    (
        (
            "since 2022",
            Json(_COMMENTS, ("string_map_data.Comment.value", "string_map_data.Media Owner.value")),
        ),
    ),
    (
        Section(
            "interactions",
            "under whose posts the brand commented, and when",
            {
                "source": BRAND,
                "target": handle("string_map_data.Media Owner.value"),
                "kind": {"value": "comment"},
                "at": moment("string_map_data.Time.timestamp", form="epoch_s"),
                "text": "string_map_data.Comment.value",
            },
            {"records": _COMMENTS, "filled": ("string_map_data.Media Owner.value",), **_META},
        ),
    ),
    platform="instagram",
    says="What others wrote under the brand's posts is not in a download: fetch it.",
)
COMMENTS_BEFORE = Export(
    "instagram_comments",
    "Instagram: comments that the brand wrote",
    (
        (
            "before 2022",
            Json(
                ("comments_media_comments",),
                ("title",),
                {"string_list_data.0.timestamp": r"^\d+$", "string_list_data.0.value": ""},
            ),
        ),
    ),
    (
        Section(
            "interactions",
            "under whose posts the brand commented, and when",
            {
                "source": BRAND,
                "target": handle("title"),
                "kind": {"value": "comment"},
                "at": _SINCE,
                "text": "string_list_data.0.value",
            },
            {"records": ("comments_media_comments",), **_META},
        ),
    ),
    platform="instagram",
    says="What others wrote under the brand's posts is not in a download: fetch it.",
)
PENDING = Export(
    "instagram_requests",
    "Instagram: requests to follow, blocked and other lists",
    tuple(
        (words, Json((f"relationships_{name}",)))
        for name, words in (
            ("follow_requests_sent", "requests that the brand sent"),
            ("follow_requests_received", "requests that the brand received"),
            ("permanent_follow_requests", "recent requests"),
            ("unfollowed_users", "accounts no longer followed"),
            ("blocked_users", "blocked accounts"),
            ("restricted_users", "restricted accounts"),
            ("close_friends", "close friends"),
            ("hide_stories_from", "accounts that see no stories"),
            ("following_hashtags", "hashtags followed"),
            ("dismissed_suggested_users", "suggestions put aside"),
            ("feed_favorites", "favourites"),
        )
    ),
    platform="instagram",
    says="Nothing is read: a request or a block is no tie.",
)
PROFILE = Export(
    "instagram_profile",
    "Instagram: the account itself",
    (("", Json(("profile_user",), ("string_map_data.Username.value",))),),
    platform="instagram",
    says="It says whose download this is; nothing else is read.",
    owner=Owner("string_map_data.Username.value", records=("profile_user",)),
)
PROFILES = Export(
    "instagram_profiles",
    "Instagram: profiles, of which nothing in the file tells what they are to the brand",
    (("", Json(("",), (), {_LINK: _PROFILE})),),
    platform="instagram",
    says="Nothing is read: they may be blocked. Followers are in followers_1.json: keep the name that Instagram gave.",
)
OTHER = Export(
    "instagram_other",
    "Instagram: something else, or in another language",
    (
        ("", Head("json", (r'"string_map_data"\s*:',))),
        ("", Head("json", (r'"string_list_data"\s*:', r"instagram\.com/"))),
        ("since 2025", Head("json", (r'"label_values"\s*:', r"instagram\.com/"))),
    ),
    platform="instagram",
    says="Nothing is read: its keys are not known. If these are comments or likes, set the account's language to "
    "English, and request the download again.",
    remembered=True,
    folded=True,
)
HTML = Export(
    "instagram_html",
    "Instagram: a page of a download in HTML",
    (("", Head("html", (r"instagram\.com/", r"class=\"[^\"]*(?:_a6-|_3-9)"))),),
    platform="instagram",
    says="Pages for reading are not read: request the download again, and choose JSON as its format.",
    remembered=True,
)

EXPORTS = (
    FOLLOWERS, FOLLOWING, LIKES_BY_TITLE, LIKES_BY_VALUE, COMMENTS, COMMENTS_BEFORE, PENDING, PROFILE, HTML,
    PROFILES, OTHER,
)  # fmt: skip
