"""Engagement: how the people whom an account reaches respond, and how alive the account is."""

from __future__ import annotations

from datetime import timedelta

import polars as pl

from ambassadors.community import Community
from ambassadors.measures.catalogue import acts, measure

WINDOW = timedelta(days=90)


def responses(community: Community) -> pl.DataFrame:
    """Posts with ``author``, ``at`` and how many different people other than the author responded to each."""

    def make() -> pl.DataFrame:
        answers = community.interactions.filter(pl.col("post").is_not_null(), pl.col("source") != pl.col("target"))
        people = answers.group_by("post").agg(pl.col("source").n_unique().alias("people"))
        posts = community.posts.select("post", "author", "at").join(people, "post", how="left")
        return posts.with_columns(pl.col("people").fill_null(0))

    return community.memo("responses", make)


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
    says="their typical post moves {typical:,.3g} {typical:person|people} to respond ({posts:,} {posts:post|posts})",
    otherwise=None,
    advice="posts that more people respond to",
)
def responses_per_post(community: Community) -> pl.DataFrame:
    """Median, over an account's posts, of the different people who responded to the post.

    Shrunk toward nothing by one post without any response, so that a single lucky post does not stand for a habit.
    """
    people = pl.col("people").cast(pl.Float64)
    return (
        responses(community)
        .group_by(pl.col("author").alias("account"))
        .agg(
            people.append(pl.lit(0.0)).median().alias("value"),
            people.median().alias("typical"),
            pl.len().alias("posts"),
        )
    )


@measure(
    "posts",
    "interactions.post",
    "accounts.followers",
    peers="tier",
    otherwise=None,
    says="{value:.2%} as many people respond to a typical post as follow them",
    advice="a larger share of followers who respond",
)
def engagement_rate_by_followers(community: Community) -> pl.DataFrame:
    """Engagement rate by followers: the median number of people who respond to a post, over followers as stated.

    The variant is in the name because six different rates go by "engagement rate" in the field. None below 100
    followers: a rate of so few says more about three friends than about an audience.
    """
    followers = community.accounts.select("account", "followers").filter(pl.col("followers") >= 100)
    return (
        responses_per_post(community)
        .join(followers, "account")
        .select("account", pl.col("value") / pl.col("followers"))
    )


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
