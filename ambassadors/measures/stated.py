"""Stated: what a platform or a vendor says of an account, taken at its word.

With statistics only (a vendor's list, say) these are all there is; they can be bought, and say little of who responds.
"""

from __future__ import annotations

import polars as pl

from ambassadors.community import Community
from ambassadors.measures.catalogue import Compute, measure
from ambassadors.trust import followers_as_stated

#: Name of the measure: column of accounts, meaning, sentence, advice.
STATED = {
    "followers_stated": (
        "followers",
        "Followers as the platform or a vendor states them, less those in this data who do not count.",
        "{stated:,.0f} {stated:follower|followers} as stated by the platform",
        "more followers on the platform",
    ),
    "listed": (
        "listed",
        "Lists that others have put the account on; on judged pairs of accounts the best single sign of influence.",
        "on {value:,.0f} {value:list|lists} that other people keep",
        "be put on more people's lists",
    ),
    "mentions_stated": (
        "mentions_received",
        "Mentions received, as a vendor's export states them.",
        "mentioned {value:,.0f} {value:time|times} as stated by the vendor",
        "be mentioned more often",
    ),
    "shares_stated": (
        "shares_received",
        "Shares received, as a vendor's export states them.",
        "shared {value:,.0f} {value:time|times} as stated by the vendor",
        "be shared more often",
    ),
    "comments_stated": (
        "comments_received",
        "Comments received, as a vendor's export states them.",
        "{value:,.0f} {value:comment|comments} received as stated by the vendor",
        "receive more comments",
    ),
    "likes_stated": (
        "likes_received",
        "Likes received, as a vendor's export states them.",
        "{value:,.0f} {value:like|likes} received as stated by the vendor",
        "receive more likes",
    ),
    "views_stated": (
        "views",
        "Views, as a vendor's export states them.",
        "viewed {value:,.0f} {value:time|times} as stated by the vendor",
        "be viewed more often",
    ),
}


def _stated(name: str, column: str, meaning: str) -> Compute:
    def compute(community: Community) -> pl.DataFrame:
        if column == "followers":
            return followers_as_stated(community)
        return community.accounts.select("account", pl.col(column).alias("value"))

    compute.__name__, compute.__doc__ = name, meaning
    return compute


for _name, (_column, _meaning, _says, _advice) in STATED.items():
    measure(f"accounts.{_column}", says=_says, advice=_advice, otherwise=None, scale="root")(
        _stated(_name, _column, _meaning)
    )
