"""Response: how many people respond to an account, over four spans of time at once."""

from __future__ import annotations

from datetime import datetime, timedelta

import numpy as np
import polars as pl

from ambassadors.community import Community
from ambassadors.measures.catalogue import Compute, acts, measure
from ambassadors.phrases import about, thousands
from ambassadors.trust import Sources, sources

#: Name of the measure: its half-life as a share of the time that the data spans, and the table of rows that it needs.
SPANS = {
    "responders": (1.0, "interactions"),
    "responders_of_late": (1 / 4, "acts"),
    "responders_recent": (1 / 16, "acts"),
    "responders_now": (1 / 64, "acts"),
}


def period(community: Community) -> timedelta:
    """From the first act to the community's moment; nothing where no act has a time of its own."""
    first = acts(community)["at"].min()
    if community.moment is None or not isinstance(first, datetime):
        return timedelta()
    return max(community.moment - first, timedelta())


def pairs(community: Community) -> pl.DataFrame:
    """Who responded to whom, a row a pair: ``target, source`` (places in ``accounts``), ``at``, a weight for each span.

    The weight is that of their weightiest and most recent act, ``kind_weight / max(kind_weight) * 2 ** (-age / h)`` at
    its largest, h being the span's half-life. Acts on oneself are left out. A total has no age: it counts in full over
    the whole time, and in no shorter span.
    """
    return community.memo("pairs", lambda: _pairs(community))


def _pairs(community: Community) -> pl.DataFrame:
    source, target = community.numbered["interactions"]
    top = max(community.recipe.graph.kinds.values()) or 1.0
    at = pl.when(pl.col("weight").is_null()).then(pl.col("at"))
    rows = community.interactions.select(
        pl.Series("source", source),
        pl.Series("target", target),
        (community.kind_weight / top).alias("strength"),
        at.alias("at"),
        community.age_in_days(at).alias("age"),
    ).filter(pl.col("source") != pl.col("target"), pl.col("strength") > 0)
    days = period(community) / timedelta(days=1) or 1.0
    weights = [_strength(name, days * share) for name, (share, _) in SPANS.items()]
    return rows.group_by("target", "source").agg(pl.col("at").max(), *weights).sort("target", "source")


def _strength(name: str, half_life: float) -> pl.Expr:
    faded = pl.lit(2.0).pow(-pl.col("age") / half_life).fill_null(1.0 if SPANS[name][0] == 1 else 0.0)
    return (pl.col("strength") * faded).max().alias(name)


def _sources(community: Community) -> Sources:
    """How far the source of each pair counts."""
    found = pairs(community)
    source, target = found["source"].to_numpy(), found["target"].to_numpy()
    return community.memo("response sources", lambda: sources(community, source, target, "interactions"))


def responders_counted(community: Community) -> pl.DataFrame:
    """For each account how many people responded (``responders``), and how many of them ``count``."""

    def make() -> pl.DataFrame:
        target = pairs(community)["target"].to_numpy()
        count = _sources(community).counted(np.ones(target.size))
        everyone = np.bincount(target, minlength=count.size)
        return pl.DataFrame({"account": community.accounts["account"], "responders": everyone, "count": count})

    return community.memo("responders counted", make)


def _responders(name: str) -> Compute:
    share, _ = SPANS[name]

    def compute(community: Community) -> pl.DataFrame:
        value = _sources(community).counted(pairs(community)[name].to_numpy())
        told = pl.DataFrame({"account": community.accounts["account"], "value": value}).with_row_index("target")
        told = told.join(_told(community, name), "target", how="left", maintain_order="left")
        share = pl.col("value") / pl.col("total")
        return told.select(
            "account", "value", "told", squares=pl.col("squares") * share, people=pl.col("everyone") * share
        )

    compute.__name__ = name
    compute.__doc__ = _MEANING.format(share="the time" if share == 1 else f"a {1 / share:.0f}th of the time")
    return compute


def _told(community: Community, name: str) -> pl.DataFrame:
    """For the sentence: how many people, all in all or within two half-lives, or else when the last of them did."""
    share, length = SPANS[name][0], 2 * period(community) * SPANS[name][0]
    lately = (pl.lit(community.moment) - pl.col("at") <= length).fill_null(False)
    by_target = pairs(community).group_by("target")
    counts = by_target.agg(
        (pl.len() if share == 1 else lately.sum()).alias("people"),
        pl.len().alias("everyone"),
        pl.col(name).sum().alias("total"),
        (pl.col(name) ** 2).sum().alias("squares"),
        pl.col("at").max().dt.to_string("%Y-%m-%d").alias("last"),
    )
    when = "" if share == 1 else f" in the last {about(length)}"
    some = pl.concat_str(_people_responded("people"), pl.lit(when))
    none = pl.concat_str(_people_responded("everyone"), pl.lit(", the last on "), pl.col("last"))
    told = pl.when(pl.col("people") > 0).then(some).otherwise(none).alias("told")
    return counts.select(pl.col("target").cast(pl.UInt32), "everyone", "total", "squares", told)


def _people_responded(number: str) -> pl.Expr:
    person = pl.when(pl.col(number) == 1).then(pl.lit(" person")).otherwise(pl.lit(" people"))
    return pl.concat_str(thousands(pl.col(number)), person, pl.lit(" responded to them"))


_MEANING = """Different people who responded, by each one's weightiest act, halved in {share} that the data spans.

    Distinct people instead of acts, so that no one counts twice; recent ones more, because past response foretells the
    next better than follower counts or any centrality do (Bakshy et al. 2011). Four half-lives (the time that the data
    spans, and a 4th, a 16th and a 64th of it) stand side by side as four measures, so that none has to be guessed: an
    account is high when it stands high over the long and the short time. Only people who count:
    :func:`~ambassadors.trust.counted`.
    """

for _name, (_share, _needs) in SPANS.items():
    measure(
        _needs,
        says="{told}",
        advice="posts that more different people answer or share",
        peers="all",
        kin="responders",
        fed="responses",
    )(_responders(_name))
