"""Signs: everything that a person showed toward the brand, with the time from which and until which it counts.

A count of :data:`~ambassadors.recipe.EVIDENCE` at a moment is the sum over the signs that count then. So the evidence
as of a date, and how it came and went over time, are two readings of one table.
"""

from __future__ import annotations

from datetime import timedelta

import polars as pl

from ambassadors.community import Community
from ambassadors.measures.affinity import toward
from ambassadors.phrases import holds_word
from ambassadors.recipe import EVIDENCE
from ambassadors.tables import TIME

RECOMMENDING = ("share", "quote", "mention", "tag", "referral")
ANSWERS = ("comment", "reply")
#: The evidence that is summed over signs; ``quiet_days`` is the time since the last of them.
COUNTS = tuple(name for name in EVIDENCE if name != "quiet_days")
#: An act on a giveaway's post so long after it still belongs to it; few run for longer than two weeks.
GIVEAWAY = timedelta(days=14)
_KEY = ("account", "at", "until", "shown")


def signs(community: Community) -> pl.DataFrame:
    """One row a sign: ``account``, ``at`` (null: always), ``until`` (null: for ever), ``shown``, and its counts.

    A sign counts from ``at`` on and before ``until``. ``shown`` is its moment where it is an act or a purchase of its
    own; it is null for a total, for following, and where another sign holds the moment already.
    """
    return community.memo("signs", lambda: _signs(community))


def _signs(community: Community) -> pl.DataFrame:
    acts = judged(community)
    bought = _purchases(community)
    kind = acts.filter("good").select("account", "at")
    good = pl.concat([kind, bought.filter(pl.col("orders") > 0).select("account", at="aged_from")])
    parts = [
        _counted(acts),
        _days(acts),
        *_complaints(acts, good),
        _followers(community),
        _defences(community, acts),
        _posts(community),
        bought,
    ]
    together = pl.concat(parts, how="diagonal_relaxed")
    lacking = [pl.lit(0.0).alias(name) for name in COUNTS if name not in together.columns]
    counts = [pl.col(name).fill_null(0.0).cast(pl.Float64) for name in COUNTS]
    whole = together.with_columns(lacking).select("account", "at", _until(community), "shown", *counts)
    return whole.filter(pl.col("until").is_null() | pl.col("at").is_null() | (pl.col("at") < pl.col("until")))


def _until(community: Community) -> pl.Expr:
    """When a sign ends: when another takes its place, or the ladder's window after ``aged_from``."""
    grown_old = pl.col("aged_from") + community.recipe.ladder.window + timedelta(microseconds=1)
    return pl.min_horizontal("until", grown_old).cast(TIME).alias("until")


def judged(community: Community, accounts: tuple[str, ...] | None = None) -> pl.DataFrame:
    """Acts toward the brand: ``account, at, post, text, rating, kind, n, single``, and how each is to be taken.

    ``bad``: a complaint. ``recommends``: unprompted, neither for a ``prize`` nor ``paid``. ``good``: that, or a like.

    Toward ``accounts`` instead, where any are named. What stands in the post of the same person counts as the act's
    own words. A complaint is a bad rating, one of the recipe's words, or a sentiment below 0.
    """
    section, kind = community.recipe.ladder, pl.col("kind")
    whom = community.brand.accounts if accounts is None else accounts
    acts = _with_words(community, toward(community, whom)).join(giveaways(community), "post", how="left")
    bad = (pl.col("rating") <= section.bad_rating) | complains(community)
    acts = acts.select(
        pl.col("source").alias("account"),
        "at",
        "post",
        "text",
        "rating",
        kind.cast(pl.String),
        pl.col("weight").fill_null(1.0).alias("n"),
        pl.col("weight").is_null().alias("single"),
        bad.fill_null(False).alias("bad"),
        ((kind == "review") & (pl.col("rating") >= section.good_rating)).fill_null(False).alias("praise"),
        _for_a_prize(community).alias("prize"),
        holds_word(pl.col("text"), community.recipe.character.paid_words).alias("paid"),
    )
    unprompted = ~(pl.col("bad") | pl.col("prize") | pl.col("paid"))
    recommends = unprompted & (kind.is_in(RECOMMENDING) | pl.col("praise"))
    return acts.with_columns(
        recommends.alias("recommends"), (recommends | (~pl.col("bad") & (kind == "like"))).alias("good")
    )


def _with_words(community: Community, acts: pl.DataFrame) -> pl.DataFrame:
    """The acts with text and sentiment of the post that they stand in, where they have none of their own."""
    own = community.posts.select("post", pl.col("author").alias("source"), said="text", felt="sentiment")
    return acts.join(own, ["post", "source"], how="left", maintain_order="left").with_columns(
        text=pl.coalesce("text", "said"), sentiment=pl.coalesce("sentiment", "felt")
    )


def giveaways(community: Community) -> pl.DataFrame:
    """The brand's posts that hold one of the recipe's words for a giveaway: ``post, opened``."""
    ours = community.posts.filter(pl.col("author").is_in(community.brand.accounts))
    words = community.recipe.character.giveaway_words
    return ours.filter(holds_word(pl.col("text"), words)).select("post", opened="at")


def _for_a_prize(community: Community) -> pl.Expr:
    """Whether an act is on a giveaway's post while it runs, or speaks of one itself."""
    in_time = (pl.col("at") - pl.col("opened") <= GIVEAWAY).fill_null(False)
    return in_time | holds_word(pl.col("text"), community.recipe.character.giveaway_words)


def complains(community: Community) -> pl.Expr:
    """Whether a row's ``text`` or ``sentiment`` is against the brand."""
    words = holds_word(pl.col("text"), community.recipe.ladder.complaint_words)
    return (pl.col("sentiment") < 0).fill_null(False) | words


def _counted(acts: pl.DataFrame) -> pl.DataFrame:
    """What each act counts for; a total counts for as many as it is of."""
    kind = pl.col("kind")
    which = {
        "interactions": pl.lit(True),
        "likes": kind == "like",
        "comments": kind.is_in(ANSWERS),
        "shares": kind == "share",
        "mentions": kind.is_in(("mention", "quote", "tag")),
        "recommendations": pl.col("recommends"),
        "referrals": kind == "referral",
        "reviews": kind == "review",
        "complaints": pl.col("bad"),
    }
    counts = [pl.when(fits).then("n").otherwise(0.0).alias(name) for name, fits in which.items()]
    return acts.select("account", "at", pl.when("single").then("at").alias("shown"), *counts, aged_from="at")


def _days(acts: pl.DataFrame) -> pl.DataFrame:
    """Each act makes its day count, until the next one of that day does."""
    day = ["account", pl.col("at").dt.date()]
    ordered = acts.filter("single").sort("account", "at")
    following = pl.col("at").shift(-1).over(day)
    return ordered.select("account", "at", until=following, active_days=pl.lit(1.0), aged_from="at")


def _complaints(acts: pl.DataFrame, good: pl.DataFrame) -> list[pl.DataFrame]:
    """A complaint is open until something good comes after it, and settled from then on."""
    made = acts.filter("bad").with_columns(after=pl.col("at") + timedelta(microseconds=1)).sort("after")
    settling = good.select("account", at="at", settled="at").sort("at")
    found = made.join_asof(
        settling, left_on="after", right_on="at", by="account", strategy="forward", check_sortedness=False
    )
    still_open = found.select("account", "at", until="settled", open_complaints="n", aged_from="at")
    closed = found.filter(pl.col("settled").is_not_null())
    return [still_open, closed.select("account", at="settled", settled_complaints="n", aged_from="at")]


def _followers(community: Community) -> pl.DataFrame:
    """Following counts for as long as it lasts, however long ago it began."""
    brand = community.brand.accounts
    fans = community.follows.filter(pl.col("target").is_in(brand), ~pl.col("source").is_in(brand))
    since = pl.coalesce("since", "observed_at")
    begun = pl.when(since.is_not_null().all()).then(since.min())
    return fans.group_by(pl.col("source").alias("account")).agg(begun.alias("at"), pl.lit(1.0).alias("follows_brand"))


def _defences(community: Community, acts: pl.DataFrame) -> pl.DataFrame:
    """Answers to people who had criticised the brand before, on its side, by others than the brand.

    They stand in the brand's own threads, or under the criticism itself. On its side is what is no complaint itself.
    """
    critics = acts.filter("bad").select(target="account", since="at", thread="post")
    first = critics.group_by("target").agg(pl.col("since").min())
    ours = community.posts.filter(pl.col("author").is_in(community.brand.accounts)).select("post")
    threads = pl.concat([ours, critics.select(post="thread")]).drop_nulls().unique()
    answers = community.interactions.filter(
        pl.col("kind").cast(pl.String).is_in(ANSWERS),
        pl.col("source") != pl.col("target"),
        ~pl.col("source").is_in([*community.brand.accounts, *community.brand.staff]),
        ~complains(community),
    )
    told = answers.join(threads, "post", how="semi").join(first, "target").filter(pl.col("at") >= pl.col("since"))
    return told.select(pl.col("source").alias("account"), "at", shown="at", defences=pl.lit(1.0), aged_from="at")


def _posts(community: Community) -> pl.DataFrame:
    """Posts of their own, on whatever subject."""
    others = community.posts.filter(~pl.col("author").is_in(community.brand.accounts))
    return others.select(pl.col("author").alias("account"), "at", posts=pl.lit(1.0), aged_from="at")


def _purchases(community: Community) -> pl.DataFrame:
    """Each purchase, as it stood after each of its rows: kept or not, paid back in part or not.

    It ages from the day of the order, whenever it was paid back.
    """
    row = community.orders.group_by("account", "order", "at").agg(
        pl.col("amount").sum().alias("paid"), pl.col("amount").filter(pl.col("amount") > 0).sum().alias("billed")
    )
    order = ["account", "order"]
    known = row.sort(*order, "at").with_columns(
        pl.col("paid", "billed").cum_sum().over(order).round(6),
        pl.col("at").first().over(order).alias("ordered"),
        pl.col("at").shift(-1).over(order).alias("until"),
    )
    kept = pl.col("paid") > 0
    return known.select(
        "account",
        "at",
        "until",
        pl.when(pl.col("billed") > 0).then("ordered").alias("shown"),
        kept.cast(pl.Float64).alias("orders"),
        (pl.col("paid") < pl.col("billed")).cast(pl.Float64).alias("refunds"),
        pl.col("ordered").alias("aged_from"),
    )


def evidence(community: Community) -> pl.DataFrame:
    """What each account has shown toward the brand.

    Columns: ``account``, a number for each name in ``EVIDENCE``, and ``first`` and ``last``, when it was shown. Counts
    are of acts within the ladder's window. Only accounts with any evidence have a row.
    """
    return community.memo("evidence", lambda: _evidence(community))


def _evidence(community: Community) -> pl.DataFrame:
    now = pl.lit(community.moment, TIME)
    counting = signs(community).filter(pl.col("until").is_null() | (pl.col("until") > now))
    sums = counting.group_by("account").agg(
        pl.col(COUNTS).sum().round(6), pl.col("shown").min().alias("first"), pl.col("shown").max().alias("last")
    )
    quiet = community.age_in_days(pl.col("last")).alias("quiet_days")
    whole = sums.with_columns(pl.col(COUNTS).cast(pl.Int64), quiet)
    return whole.select("account", *EVIDENCE, "first", "last").sort("account")
