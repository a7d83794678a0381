"""Facebook's download of information, and the list of posts that Meta Business Suite gives.

The download after public code that reads it: people stand there by the names shown only. Business Suite after files
that public code holds as examples: it counts, and names nobody.
"""

from __future__ import annotations

from ambassadors.exports.spec import BRAND, Csv, Export, Head, Json, Owner, Section, moment

_META = {"repair": "latin1"}
_SINCE = moment("timestamp", form="epoch_s")
_BY_NAME = "Facebook gives names only: two people of one name count as one, and nobody is found on other platforms."
_FORMS = {"timestamp": r"^\d{9,10}$"}


def _people(place: str) -> Section:
    return Section(
        "accounts", "the names that they show", {"account": "name", "name": "name"}, {"records": (place,), **_META}
    )


FRIENDS = Export(
    "facebook_friends",
    "Facebook: friends",
    (("", Json(("friends_v2",), ("name",), _FORMS)),),
    (
        Section(
            "follows",
            "who is friends with the brand's account, and since when",
            {"source": "name", "target": BRAND, "since": _SINCE},
            {"records": ("friends_v2",), "both_directions": True, **_META},
        ),
        _people("friends_v2"),
    ),
    platform="facebook",
    says=_BY_NAME,
)
FOLLOWERS = Export(
    "facebook_followers",
    "Facebook: followers",
    tuple((place, Json((place,), ("name",))) for place in ("followers_v3", "followers_v2")),
    tuple(
        section
        for place in ("followers_v3", "followers_v2")
        for section in (
            Section(
                "follows",
                "who follows the brand's account",
                {"source": "name", "target": BRAND, "since": _SINCE},
                {"records": (place,), **_META},
            ),
            _people(place),
        )
    ),
    platform="facebook",
    says=_BY_NAME,
    remembered=True,
)
ACTS = Export(
    "facebook_acts",
    "Facebook: comments and reactions of the brand's account",
    (
        ("comments", Json(("comments_v2",), (), _FORMS)),
        ("reactions", Json(("reactions_v2",), (), _FORMS)),
        ("reactions, as a list", Json(("",), ("data.0.reaction.reaction",), _FORMS)),
    ),
    platform="facebook",
    says="Nothing is read: only a sentence, in the account's language, tells toward whom these acts went.",
)
POSTS = Export(
    "facebook_posts",
    "Facebook: posts of the brand's account",
    (
        ("", Json(("",), ("data.0.post",), _FORMS)),
        ("a profile's", Json(("status_updates_v2",), (), _FORMS)),
    ),
    platform="facebook",
    says="Nothing is read: the posts have no ids. Export them from Meta Business Suite (Content, Export data).",
)
HTML = Export(
    "facebook_html",
    "Facebook: a page of a download in HTML",
    (("", Head("html", (r"facebook\.com/|Facebook", r"class=\"[^\"]*(?:_a6-|_3-9|_2ph_)"))),),
    platform="facebook",
    says="Pages for reading are not read: request the download again, and choose JSON as its format.",
    remembered=True,
)

_PUBLISHED = moment("Publish time", form="%m/%d/%Y %H:%M")
_ZONE = "The times have no zone: zone = at the top must say where the account's clock stands."
_COUNTED = {"text": ("Description", "Title"), "kind": "Post type", "impressions": ("Views", "Impressions")}
SUITE_FACEBOOK = Export(
    "meta_facebook_posts",
    "Meta Business Suite: posts on Facebook",
    (("", Csv(("Post ID", "Page ID", "Page name", "Publish time", "Permalink", "Post type", "Reach"))),),
    (
        Section(
            "posts",
            "the brand's posts, their words, times and views",
            {"post": "Post ID", "author": BRAND, "at": _PUBLISHED, "url": "Permalink", **_COUNTED},
        ),
    ),
    platform="facebook",
    says=_ZONE,
    owner=Owner("Page ID", form=r"\1"),
)
SUITE_INSTAGRAM = Export(
    "meta_instagram_posts",
    "Meta Business Suite: posts on Instagram",
    (("", Csv(("Post ID", "Account ID", "Account username", "Publish time", "Permalink", "Post type", "Reach"))),),
    (
        Section(
            "posts",
            "the brand's posts, their words, times and views",
            {"post": "Post ID", "author": BRAND, "at": _PUBLISHED, "url": "Permalink", **_COUNTED},
        ),
    ),
    platform="instagram",
    says=_ZONE,
    owner=Owner("Account username"),
)

EXPORTS = (FRIENDS, FOLLOWERS, ACTS, POSTS, SUITE_FACEBOOK, SUITE_INSTAGRAM, HTML)
