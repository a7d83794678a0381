"""Affinity: how close an account is to the brand, and whether it is coming closer."""

from __future__ import annotations

from datetime import timedelta

import polars as pl

from ambassadors.community import Community
from ambassadors.graph import Graph, pagerank
from ambassadors.measures.catalogue import measure
from ambassadors.measures.reach import per_account
from ambassadors.phrases import about, thousands
from ambassadors.tables import KINDS

#: Acts that other people can see and that say something; a like does not.
VOICED = ("comment", "reply", "share", "quote", "mention", "tag", "review", "referral")


def toward(community: Community, accounts: tuple[str, ...]) -> pl.DataFrame:
    """Acts toward any of those accounts, by anyone else."""
    return community.interactions.filter(pl.col("target").is_in(accounts), ~pl.col("source").is_in(accounts))


def last_on(at: pl.Expr) -> pl.Expr:
    """``", the last on DATE"``, empty where no time is known."""
    return (pl.lit(", the last on ") + at.max().dt.to_string("%Y-%m-%d")).fill_null("")


def toward_brand(community: Community) -> pl.DataFrame:
    """Acts toward the brand, with ``account``, ``weight`` (decayed) and ``age`` in days."""

    def make() -> pl.DataFrame:
        return toward(community, community.brand.accounts).select(
            pl.col("source").alias("account"),
            "kind",
            "at",
            community.act_weight.alias("weight"),
            pl.col("weight").fill_null(1.0).alias("acts"),
            pl.col("weight").is_null().alias("single"),
            community.age_in_days(pl.col("at")).alias("age"),
        )

    return community.memo("toward_brand", make)


@measure(
    "interactions",
    "brand",
    fed="brand acts",
    says="{acts:,.0f} {acts:act|acts} toward the brand{kinds}{when}",
    advice="like, comment on and share the brand more, and lately",
)
def brand_affinity(community: Community) -> pl.DataFrame:
    """Acts toward the brand, each weighed by its kind and halved with each half-life of age, and summed."""
    acts = toward_brand(community)
    sums = acts.group_by("account", maintain_order=True).agg(
        pl.col("weight").sum().round(12).alias("value"),
        (pl.col("weight") ** 2).sum().round(12).alias("squares"),
        pl.col("acts").sum(),
        last_on(pl.col("at").filter("single")).alias("when"),
    )
    return sums.join(_kinds(acts), "account", maintain_order="left").with_columns(people=pl.col("acts"))


def _kinds(acts: pl.DataFrame) -> pl.DataFrame:
    """How often which kind, the most frequent first: ``(111 shares, 20 likes)``."""
    plural = pl.col("kind").cast(pl.String).replace_strict({kind: f"{kind}s" for kind in KINDS} | {"reply": "replies"})
    word = pl.when(pl.col("acts") == 1).then(pl.col("kind").cast(pl.String)).otherwise(plural)
    counts = acts.group_by("account", "kind").agg(pl.col("acts").sum().round().cast(pl.Int64))
    told = counts.sort("account", "acts", "kind", descending=[False, True, False]).with_columns(
        pl.concat_str(thousands(pl.col("acts")), pl.lit(" "), word).alias("told")
    )
    joined = told.group_by("account", maintain_order=True).agg(pl.col("told").head(3).str.join(", "))
    return joined.select("account", pl.concat_str(pl.lit(" ("), "told", pl.lit(")")).alias("kinds"))


@measure(
    "acts",
    "brand",
    fed="brand acts",
    kin="brand_affinity",
    says="{told}{when}",
    advice="like, comment on and share the brand now",
)
def brand_affinity_of_late(community: Community) -> pl.DataFrame:
    """The same, halved four times as fast: what somebody is doing now."""
    half_life = community.recipe.graph.half_life / 4
    acts = toward_brand(community).filter("single")
    faded = pl.lit(2.0).pow(-pl.col("age") * (timedelta(days=1) / half_life))
    recent = (pl.col("age") <= 2 * half_life / timedelta(days=1)).sum()
    found = (
        acts.with_columns((community.kind_weight * faded).alias("strength"))
        .group_by("account", maintain_order=True)
        .agg(
            pl.col("strength").sum().round(12).alias("value"),
            recent.alias("recent"),
            last_on(pl.col("at")).alias("when"),
        )
    )
    return found.with_columns(told=lately_told("act toward the brand", "acts toward the brand", 2 * half_life))


def lately_told(one: str, many: str, length: timedelta) -> pl.Expr:
    """How many ``recent`` ones there were in so long a time; of none, nothing but that they were before."""
    noun = pl.when(pl.col("recent") == 1).then(pl.lit(one)).otherwise(pl.lit(many))
    some = pl.concat_str(thousands(pl.col("recent")), pl.lit(" "), noun, pl.lit(f" in the last {about(length)}"))
    return pl.when(pl.col("recent") > 0).then(some).otherwise(pl.lit(f"{many} before the last {about(length)}"))


@measure(
    "acts",
    "brand",
    otherwise=None,
    fed="brand acts",
    says="came to the brand in {recent:,} of the last {units}, after {before:,} of the {units} before",
    advice="come to the brand on more days than in the time before",
)
def brand_momentum(community: Community) -> pl.DataFrame:
    """Whether someone is coming closer: days with the brand in the last half-life against those in the one before.

    ``(r - b) / sqrt(r + b + 1)``, the standardised difference of two Poisson counts with one day added for doubt;
    positive when rising. Days and not acts, because thirty acts on two days are a contest and not a habit; hours,
    where the half-life is under two weeks. None where the data does not reach back two half-lives.
    """
    half_life = community.recipe.graph.half_life
    unit = timedelta(days=1) if half_life >= timedelta(days=14) else timedelta(hours=1)
    age, length = pl.col("age") * (timedelta(days=1) / unit), half_life / unit
    seen = community.interactions.select(community.age_in_days(pl.col("at")).max()).item() * timedelta(days=1)
    ours = toward_brand(community).filter("single", (age < 2 * length) & (seen >= 2 * half_life))
    counts = ours.group_by("account").agg(
        age.filter(age < length).floor().n_unique().alias("recent"),
        age.filter(age >= length).floor().n_unique().alias("before"),
    )
    recent, before = pl.col("recent").cast(pl.Float64), pl.col("before").cast(pl.Float64)
    change = (recent - before) / (recent + before + 1).sqrt()
    units = f"{length:,.0f} {'days' if unit == timedelta(days=1) else 'hours'}"
    return counts.with_columns(change.alias("value"), pl.lit(units).alias("units"))


@measure(
    "acts",
    "brand",
    fed="brand acts",
    says="came to the brand on {value:,.0f} different {value:day|days}",
    advice="come to the brand on more days",
)
def brand_active_days(community: Community) -> pl.DataFrame:
    """Different days (in UTC) with an act toward the brand, within the ladder's window.

    Coming back counts, a burst does not.
    """
    window = community.recipe.ladder.window / timedelta(days=1)
    recent = toward_brand(community).filter("single", pl.col("age") < window)
    return recent.group_by("account").agg(pl.col("at").dt.date().n_unique().alias("value"))


@measure(
    "interactions",
    "brand",
    fed="brand acts",
    says="spoke of or to the brand {acts:,.0f} {acts:time|times} where others could read it",
    advice="comment on, share or recommend the brand instead of only liking it",
)
def brand_voice(community: Community) -> pl.DataFrame:
    """Acts toward the brand that others can see (all kinds but likes), weighed by kind and age, and summed."""
    spoken = toward_brand(community).filter(pl.col("kind").cast(pl.String).is_in(VOICED))
    return spoken.group_by("account", maintain_order=True).agg(
        pl.col("weight").sum().round(12).alias("value"), pl.col("acts").sum()
    )


@measure(
    "interactions",
    "brand",
    "rivals",
    otherwise=None,
    fed="brand acts",
    says="{ours:,.0f} of {both:,.0f} acts toward the brand and its rivals went to the brand",
    advice="give the brand more attention than its rivals",
)
def attention_share(community: Community) -> pl.DataFrame:
    """The brand's share of the acts toward the brand and its rivals, ``(ours + 1) / (ours + theirs + 2)``.

    One act on either side is assumed before anything is seen (Laplace), so that 2 of 2 stands below 40 of 41.
    """
    acts = pl.col("weight").fill_null(1.0).sum()
    ours = toward(community, community.brand.accounts).group_by("source").agg(acts.alias("ours"))
    theirs = toward(community, community.brand.rivals).group_by("source").agg(acts.alias("theirs"))
    both = ours.join(theirs, "source", how="full", coalesce=True).with_columns(pl.col("ours", "theirs").fill_null(0))
    share = (pl.col("ours") + 1) / (pl.col("ours") + pl.col("theirs") + 2)
    return both.select(
        pl.col("source").alias("account"),
        share.alias("value"),
        "ours",
        pl.sum_horizontal("ours", "theirs").alias("both"),
    )


@measure(
    "brand",
    says="close to the brand through the people they follow and talk with",
    advice="closer ties with people around the brand",
)
def brand_closeness(community: Community) -> pl.DataFrame:
    """Personalised PageRank: where a walker is who starts at the brand, goes along ties and now and then starts again.

    Ties are follows and interactions, taken in both directions; restart probability .15 (Haveliwala 2002).
    """
    graph = community.memo("ties", lambda: _ties(community))
    present = [account for account in community.brand.accounts if account in graph.accounts]
    if not present or not graph.out.indices.size:
        return community.accounts.select("account", pl.lit(None, pl.Float64).alias("value"))
    return per_account(graph, pagerank(graph, personalization=present))


def _ties(community: Community) -> Graph:
    """Follows and interactions as one undirected graph; an act weighs by its kind and age, a follow as a like."""
    follow = pl.lit(community.recipe.graph.kinds["like"])
    return community.tied({"follows": follow, "interactions": community.act_weight}).symmetric()
