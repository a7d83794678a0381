"""Topic: influence on this brand's audience and in its words, rather than in general."""

from __future__ import annotations

import polars as pl

from ambassadors.community import Community
from ambassadors.measures.affinity import toward
from ambassadors.measures.catalogue import measure
from ambassadors.measures.response import pairs
from ambassadors.measures.shrinkage import shrunk
from ambassadors.trust import counted

#: So many words set the brand's posts apart, each used in so many of its posts at least.
WORDS, LEAST_POSTS = 50, 3
_WORD = r"\p{L}[\p{L}\p{M}\p{N}_'-]{2,}"


@measure(
    "interactions",
    "brand",
    peers="all",
    fed="responses",
    says="{people:,} {people:person|people} of the brand's own audience responded to them",
    advice="posts that people who know the brand answer or share",
)
def audience_responders(community: Community) -> pl.DataFrame:
    """Different people of the brand's audience who responded, counted as responders over the whole time are.

    The audience is whoever acted toward the brand or follows it: personalised from the brand's own responders.
    """
    places = community.accounts.select("account").with_row_index("source")
    fans = pl.concat([toward(community, community.brand.accounts).select("source"), _followers(community)]).unique()
    audience = places.join(fans, left_on="account", right_on="source", how="semi").select("source")
    found = pairs(community).join(audience, "source", how="semi", maintain_order="left")
    source, target, weight = (found[name].to_numpy() for name in ("source", "target", "responders"))
    value = counted(community, source, target, weight, "interactions")
    told = pl.DataFrame({"account": community.accounts["account"], "value": value}).with_row_index("target")
    people = found.group_by("target").agg(pl.len().alias("people"))
    return told.join(people, "target", how="left", maintain_order="left").drop("target")


def _followers(community: Community) -> pl.DataFrame:
    return community.follows.filter(pl.col("target").is_in(community.brand.accounts)).select("source")


@measure(
    "posts.text",
    "brand",
    otherwise=None,
    says="{told} in {people:,} of {posts:,} {posts:post|posts}",
    advice="posts about what the brand stands for",
)
def on_topic(community: Community) -> pl.DataFrame:
    """The share of an account's posts that use the brand's words, drawn toward everyone's where posts are few.

    The brand's words are the fifty that set its posts apart: of those in three of its posts or more, the ones with the
    largest share of its posts over the share of everybody's (with a post more of everybody's, as if it had the word),
    where that is more than 1. The brand's own posts are left out of everyone's.
    """
    used = _words(community)
    words = _brand_words(community, used)
    posts = used.group_by("author", "post").agg(pl.col("word").is_in(words.implode()).any().alias("on"))
    counts = posts.group_by(pl.col("author").alias("account"), maintain_order=True).agg(
        pl.col("on").sum().alias("people"), pl.len().alias("posts")
    )
    brand = pl.col("account").is_in(community.brand.accounts)
    counts = counts.with_columns(pl.col("posts").cast(pl.Float64).alias("exposure"), brand.alias("group"))
    found = shrunk(counts.sort("account")).join(_favourites(used, words), "account", how="left", maintain_order="left")
    told = pl.concat_str(pl.lit("speaks in the brand's words ("), "favourites", pl.lit(")"))
    return found.with_columns(told.fill_null("uses the brand's words").alias("told")).drop("favourites")


def _favourites(used: pl.DataFrame, words: pl.Series) -> pl.DataFrame:
    """The words among those that each account uses in most posts, three at most."""
    counts = used.filter(pl.col("word").is_in(words.implode())).group_by("author", "word").len()
    falling = counts.sort("author", "len", "word", descending=[False, True, False])
    by_account = falling.group_by(pl.col("author").alias("account"), maintain_order=True)
    return by_account.agg(pl.col("word").head(3).str.join(", ").alias("favourites"))


def _words(community: Community) -> pl.DataFrame:
    """Each post with a text and each different word of it, or null: ``post, author, word``, in small letters."""
    posts = community.posts.filter(pl.col("text").is_not_null())
    words = pl.col("text").str.to_lowercase().str.extract_all(_WORD).list.unique().alias("word")
    return posts.select("post", "author", words).explode("word", empty_as_null=True)


def _brand_words(community: Community, used: pl.DataFrame) -> pl.Series:
    """The words that set the brand's posts apart, the most telling first."""
    ours = pl.col("author").is_in(community.brand.accounts)
    counts = used.drop_nulls("word").group_by("word").agg(ours.sum().alias("ours"), pl.len().alias("all"))
    telling = (pl.col("ours") / (pl.col("all") + 1)).alias("telling")
    share = used.filter(ours)["post"].n_unique() / max(used["post"].n_unique(), 1)
    usual = counts.with_columns(telling).filter(pl.col("ours") >= LEAST_POSTS, pl.col("telling") > share)
    return usual.sort("telling", "ours", "word", descending=[True, True, False]).head(WORDS)["word"]
