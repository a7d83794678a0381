"""Engagement: how the people whom an account reaches respond, and how alive the account is."""

from __future__ import annotations

from datetime import timedelta

import polars as pl

from ambassadors.community import Community
from ambassadors.measures.catalogue import acts, measure
from ambassadors.measures.shrinkage import shrunk, typical
from ambassadors.trust import esteem, followers_as_stated, peers, vouched

WINDOW = timedelta(days=90)


def responses(community: Community) -> pl.DataFrame:
    """Posts with ``author``, ``at`` and how many different people responded to each, as far as they count.

    The author does not, nor who is not vouched for, nor to whom the author returned it in kind
    (:mod:`~ambassadors.trust`).
    """

    def make() -> pl.DataFrame:
        people = _answers(community).group_by("post").agg(pl.col("source").n_unique().alias("people"))
        posts = community.posts.select("post", "author", "at").join(people, "post", how="left")
        return posts.with_columns(pl.col("people").fill_null(0))

    return community.memo("responses", make)


def _answers(community: Community) -> pl.DataFrame:
    """The acts on posts that count, as ``post`` and ``source``; an act under a post may have another target."""
    places = community.accounts.select(pl.col("account").alias("author")).with_row_index("place")
    authors = community.posts.select("post", "author").join(places, "author").select("post", "place")
    rows = community.interactions.select("post", pl.Series("source", community.numbered["interactions"][0]))
    found = rows.join(authors, "post", maintain_order="left")
    source, author = found["source"].to_numpy(), found["place"].to_numpy()
    free = esteem(community, source, author, "interactions") > 0
    fine = (source != author) & vouched(community)[source] & free
    return found.filter(pl.Series(fine))


def doings(community: Community) -> pl.DataFrame:
    """Everything that accounts did: ``account, at, kind``, their posts being of kind ``post``."""

    def make() -> pl.DataFrame:
        done = acts(community).select(pl.col("source").alias("account"), "at", pl.col("kind").cast(pl.String))
        posts = community.posts.select(pl.col("author").alias("account"), "at", pl.lit("post").alias("kind"))
        return pl.concat([done, posts])

    return community.memo("doings", make)


def lately(community: Community, window: timedelta = WINDOW) -> pl.Expr:
    """Whether ``at`` lies within the window before the community's moment."""
    return community.age_in_days(pl.col("at")) < window / timedelta(days=1)


@measure(
    "posts",
    "interactions.post",
    peers="tier",
    fed="responses",
    says="{people:,} {people:response|responses} to {posts:,} {posts:post|posts} of theirs, each person once a post",
    otherwise=None,
    advice="posts that more people respond to",
)
def responses_per_post(community: Community) -> pl.DataFrame:
    """Different people who typically respond to a post of the account, drawn toward its tier's where posts are few.

    On a logarithmic scale (:func:`~ambassadors.measures.shrinkage.typical`), so that a single lucky post does not stand
    for a habit.
    """
    return typical_post(community)


def typical_post(community: Community) -> pl.DataFrame:
    """For each author ``posts``, the ``people`` who responded to them, and what a post typically moves (``value``)."""

    def make() -> pl.DataFrame:
        group = pl.concat_str("platform", "tier", ignore_nulls=True).alias("group")
        groups = peers(community).select(pl.col("account").alias("author"), group)
        posts = responses(community).join(groups, "author", how="left", maintain_order="left").sort("post")
        return typical(posts.select(pl.col("author").alias("account"), pl.col("group").fill_null(""), "people"))

    return community.memo("typical post", make)


@measure(
    "posts",
    "interactions.post",
    "accounts.followers",
    peers="tier",
    otherwise=None,
    fed="responses",
    says="an engagement rate of {percent:,g} % by followers, over {posts:,} {posts:post|posts}",
    advice="a larger share of followers who respond",
)
def engagement_rate_by_followers(community: Community) -> pl.DataFrame:
    """Engagement rate by followers: people whom a typical post moves, over followers, drawn toward the tier's rate.

    :func:`responses_per_post` over followers as stated (less those who do not count), shrunk as far as these are few
    (:func:`~ambassadors.measures.shrinkage.shrunk`): three likes of three followers say little. The variant is in the
    name because six different rates go by "engagement rate" in the field.
    """
    followers = followers_as_stated(community).select("account", pl.col("value").cast(pl.Float64).alias("exposure"))
    counts = typical_post(community).join(followers, "account", maintain_order="left").filter(pl.col("exposure") > 0)
    found = shrunk(counts.with_columns(people=pl.col("value")))
    return found.with_columns((100 * pl.col("mean") / pl.col("exposure")).round_sig_figs(2).alias("percent"))


@measure(
    "posts",
    says="posts {pace:,.1f} times a week, where {usual:,.1f} is usual",
    otherwise=None,
    more_is_better=False,
    advice="post about as often as is usual here",
)
def usual_pace(community: Community) -> pl.DataFrame:
    """How far the pace of posting lies from the usual one, either way: ``|log2(pace / median pace of all)|``.

    Neither the silent nor the tireless move most: activity acts as an inverted U (Leung et al. 2022).
    """
    recent = community.posts.filter(lately(community)).group_by(pl.col("author").alias("account")).len("posts")
    pace = recent.sort("account").with_columns((pl.col("posts") / (WINDOW / timedelta(weeks=1))).alias("pace"))
    pace = pace.with_columns(pl.col("pace").median().alias("usual"))
    return pace.with_columns((pl.col("pace") / pl.col("usual")).log(2).abs().alias("value"))


@measure(
    "acts",
    says="last active on {last:%Y-%m-%d}",
    otherwise=None,
    more_is_better=False,
    advice="be active again",
)
def recency(community: Community) -> pl.DataFrame:
    """Days since the account last did anything: an act or a post of its own."""
    last = doings(community).group_by("account").agg(pl.col("at").max().alias("last"))
    return last.select("account", community.age_in_days(pl.col("last")).alias("value"), "last")


@measure(
    "acts",
    says="{acts:,} {acts:act|acts} and posts of their own in the last 90 days",
    advice="be active more often",
)
def frequency(community: Community) -> pl.DataFrame:
    """Acts and posts of the account itself a week, over the last 90 days."""
    recent = doings(community).filter(lately(community)).group_by("account").agg(pl.len().alias("acts"))
    return recent.select("account", (pl.col("acts") / (WINDOW / timedelta(weeks=1))).alias("value"), "acts")


@measure("acts", says="active on {value:,.0f} {value:day|days} of the last 90", advice="be active on more days")
def active_days(community: Community) -> pl.DataFrame:
    """Different days of the last 90 (in UTC) on which the account did anything."""
    recent = doings(community).filter(lately(community))
    return recent.group_by("account").agg(pl.col("at").dt.date().n_unique().alias("value"))


@measure("acts", says="takes part in {kinds} different {kinds:way|ways}", advice="take part in more ways than one")
def kind_mix(community: Community) -> pl.DataFrame:
    """How mixed the kinds of an account's acts are: the exponential of their Shannon entropy (Hill 1973).

    1 for someone who only ever likes, 3 for someone who likes, replies and shares in equal parts.
    """
    counts = doings(community).group_by("account", "kind").len().sort("account", "kind")
    share = pl.col("len") / pl.col("len").sum()
    return counts.group_by("account", maintain_order=True).agg(
        (-(share * share.log()).sum()).exp().round(9).alias("value"), pl.len().alias("kinds")
    )
