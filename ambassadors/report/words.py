"""The words of the report: what its lists, rungs and terms are called, and what they mean."""

from __future__ import annotations

from ambassadors.three_lists import PROVEN, READY, UNPROVEN

#: Title, what to do with them, and who they are.
LISTS = {
    PROVEN: (
        "Proven advocates",
        "Thank them",
        "They recommend or defend the brand already, most of them unasked. Best first, by the ranking of ambassadors.",
    ),
    READY: (
        "Ready to move up",
        "Ask them next",
        "They like or love the brand, and are the likeliest to recommend it soon. Likeliest first.",
    ),
    UNPROVEN: (
        "Influential but unproven",
        "Win them",
        "Many people listen to them, and they have only begun to like the brand. Most influential first.",
    ),
}
#: What a rung means, from the bottom.
RUNGS = {
    "negative": "complained, and nothing good came after it",
    "aware": "has noticed the brand and reacted to it",
    "like": "follows it, likes what it posts, or has ordered",
    "love": "comes back: on several days, with words, or with several orders",
    "advocate": "recommends it to others",
    "defend": "answers those who criticise it",
}
#: Terms of the page, in the order in which a reader meets them.
TERMS = (
    (
        "chance",
        "how likely the person is to move up within the time that is named. Of ten people with a chance of 30 %, about "
        "three should. The bounds in brackets hold the true chance in nine of ten cases.",
    ),
    (
        "score",
        "points from 0 to 100. Each measure gives at most its weight in points, and the points add up to the score. It "
        "says where somebody stands among the others, and is no probability.",
    ),
    ("ahead of", "the share of comparable accounts that the person is ahead of in one measure."),
    (
        "place and its bounds",
        "the place on the list. Where bounds are given, chance alone could have put the person on any place between.",
    ),
    ("influence", "the score of the ranking of influencers: how many people respond, and whom that reaches."),
    ("stage", "the rung of the ladder on which a person stands toward the brand."),
    ("tier", "the size of the audience by followers, from fan and nano to mega."),
    ("data confidence", "how much data stands behind a line: high, medium or low."),
    ("added unique reach", "how many people one would reach through this person alone, and through nobody before."),
    ("right in hindsight", "of the first of an earlier list, the share who were among the best of what followed."),
    (
        "quality of the order",
        "1 where the list had the order that hindsight would give, 0 where it had nobody who mattered (NDCG).",
    ),
    ("set apart", "not put on any list, for a stated reason: who comes for giveaways only, say, or is paid to post."),
)
#: Kinds of change, as they are counted.
CHANGES = {"entered": "entered", "left": "left", "up": "moved up", "down": "moved down", "same": "changed stage"}
#: The numbers of a card: column, label, and how it is written. The community is left out: it names somebody by whom it
#: is known, who need not be on the report.
NUMBERS = (
    ("followers", "followers", "count"),
    ("tier", "tier", "text"),
    ("engagement_rate_by_followers", "engagement rate by followers", "share"),
    ("interactions_90d", "acts toward the brand, 90 days", "count"),
    ("last_interaction", "last act toward the brand", "day"),
    ("orders", "orders", "count"),
    ("last_order", "last order", "day"),
    ("net_spend", "net spend", "money"),
    ("referrals", "people referred", "count"),
    ("added_unique_reach", "added unique reach", "count"),
    ("influence", "influence, of 100", "points"),
    ("authenticity_flags", "authenticity", "text"),
    ("data_confidence", "data confidence", "text"),
    ("rows_behind", "rows of data behind this", "count"),
)
#: What belongs to the manager, with its label and how it is written.
NOTES = (
    ("relationship_stage", "relationship", "text"),
    ("owner", "owner", "text"),
    ("do_not_contact", "do not contact", "text"),
    ("last_contacted", "last contacted", "day"),
    ("notes", "notes", "text"),
)
#: By what the list of earlier dates is judged.
JUDGED_BY = {
    "influencers": "to whom most people responded",
    "ambassadors": "who carried the brand further on most days",
}
FIRST_RUN = "There is no earlier run to compare with: this is the first."
