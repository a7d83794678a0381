"""Habit: what somebody does of late, whatever it is about, and what they do at this time of year."""

from __future__ import annotations

from datetime import timedelta

import polars as pl

from ambassadors.community import Community
from ambassadors.measures.affinity import lately_told, toward_brand
from ambassadors.measures.catalogue import Compute, acts, measure
from ambassadors.measures.engagement import doings
from ambassadors.recipe import duration

#: Name of the measure, and its half-life as a share of the recipe's.
SPANS = {"activity": 1.0, "activity_of_late": 1 / 4, "activity_now": 1 / 16}
YEAR = duration("1y")


def _activity(name: str) -> Compute:
    share = SPANS[name]

    def compute(community: Community) -> pl.DataFrame:
        half_life = community.recipe.graph.half_life * share
        age = community.age_in_days(pl.col("at"))
        faded = pl.lit(2.0).pow(-age * (timedelta(days=1) / half_life))
        recent = age <= 2 * half_life / timedelta(days=1)
        found = doings(community).group_by("account", maintain_order=True)
        counted = found.agg(
            faded.sum().round(12).alias("value"),
            recent.sum().alias("recent"),
            pl.col("at").max().dt.to_string("%Y-%m-%d").alias("last"),
        )
        return counted.with_columns(told=lately_told("act or post", "acts and posts", 2 * half_life))

    compute.__name__ = name
    compute.__doc__ = f"""Everything an account did, posts included, each halved with {_told(share)} of age, and summed.

    Who does much at all will do this, too: activity alone foretells more than most that is known of the brand. Three
    half-lives stand side by side, because habits and moods last differently long.
    """
    return compute


def _told(share: float) -> str:
    return "each half-life" if share == 1 else f"a {1 / share:.0f}th of the half-life"


for _name in SPANS:
    measure(
        "acts",
        says="{told}, the last on {last}",
        advice="be active more often",
        kin="activity",
    )(_activity(_name))


@measure(
    "acts",
    "brand",
    otherwise=None,
    says="came to the brand {acts:,.0f} {acts:time|times} in the month that followed this day a year ago",
    advice="come at this time of the year again",
)
def same_season(community: Community) -> pl.DataFrame:
    """Acts toward the brand in the thirty days that followed this day a year ago.

    What somebody does every December they will do next December. None in data that does not reach back a year.
    """
    first = acts(community).select(community.age_in_days(pl.col("at")).max()).item()
    ago = pl.col("age") - YEAR / timedelta(days=1)
    inside = toward_brand(community).filter("single", (ago <= 0) & (ago > -30))
    counts = inside.group_by("account").agg(pl.col("acts").sum().alias("value"), pl.col("acts").sum())
    if first is None or first < YEAR / timedelta(days=1):
        return counts.clear()
    everyone = community.accounts.select("account")
    return everyone.join(counts, "account", how="left", maintain_order="left").with_columns(
        pl.col("value", "acts").fill_null(0.0)
    )
