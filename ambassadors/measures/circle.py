"""Circle: the people around an account, and what they do."""

from __future__ import annotations

from typing import Any

import numpy as np
import numpy.typing as npt
import polars as pl

from ambassadors.community import Community
from ambassadors.measures.affinity import last_on, toward
from ambassadors.measures.catalogue import measure

#: Acts that carry the brand to others.
RECOMMENDING = ("share", "quote", "mention", "tag", "review", "referral")
#: Acts that speak to somebody or of somebody.
TALKING = ("comment", "reply", "quote", "mention", "tag")
#: So many silent people are thought around everyone before anything is seen.
ASSUMED = 2.0

Places = npt.NDArray[Any]


@measure(
    "interactions",
    "brand",
    says="{advocates:,} of {around:,} people in their circle {advocates:has|have} recommended the brand",
    advice="be among people who recommend the brand",
)
def advocates_around(community: Community) -> pl.DataFrame:
    """People around someone who recommend the brand: those whom they respond to, and who else responds to these.

    For each person whom they respond to, ``(a + b + p) / (n + 2)``, summed: ``a`` of the ``n`` others who respond to
    that person have recommended the brand, ``b`` is 1 where that person has, and ``p`` is the share among all such
    pairs. Influence runs along such circles, and so does taste; which of the two, this cannot tell (Aral et al. 2009).
    """
    source, target = _pairs(community)
    advocate = _advocates(community)
    size = advocate.size
    around = np.bincount(target, minlength=size).astype(float)
    speaking = np.bincount(target, advocate[source], size)
    usual = float(advocate[source].mean()) if source.size else 0.0
    others = speaking[target] - advocate[source] + advocate[target]
    share = (others + usual) / (around[target] + ASSUMED)
    value = np.bincount(source, share, size)
    seen = {"around": np.bincount(source, around[target], size), "advocates": np.bincount(source, others, size)}
    counts = {name: pl.Series(values).round().cast(pl.Int64) for name, values in seen.items()}
    found = pl.DataFrame({"account": community.accounts["account"], "value": value, **counts})
    return found.filter(pl.col("around") > 0)


def _pairs(community: Community) -> tuple[Places, Places]:
    """Who ever responded to whom, each pair once: the brand and oneself left out."""
    source, target = (numbers.astype(np.int64) for numbers in community.numbered["interactions"])
    brand = community.accounts["account"].is_in(community.brand.accounts).to_numpy()
    fine = (source != target) & ~brand[target] & ~brand[source]
    size = community.accounts.height
    pairs = np.unique(source[fine] * size + target[fine])
    return pairs // size, pairs % size


def _recommendations(community: Community) -> pl.DataFrame:
    """Acts that recommend the brand, by others than itself."""
    brand = community.brand.accounts
    return toward(community, brand).filter(pl.col("kind").cast(pl.String).is_in(RECOMMENDING))


def _advocates(community: Community) -> npt.NDArray[np.float64]:
    """For each account 1 if it has recommended the brand."""
    sources = _recommendations(community)["source"].unique()
    return community.accounts["account"].is_in(sources.implode()).to_numpy().astype(float)


@measure(
    "follows",
    "interactions",
    "brand",
    says="follows {people:,} {people:person|people} who recommended the brand{when}",
    advice="follow people who recommend the brand",
)
def advocates_followed(community: Community) -> pl.DataFrame:
    """People whom they follow and who recommended the brand, each halved with each half-life since the last time."""
    lately = _recommendations(community).group_by(pl.col("source").alias("target")).agg(pl.col("at").max())
    ties = community.follows.select("source", "target").join(lately, "target")
    return ties.group_by(pl.col("source").alias("account"), maintain_order=True).agg(
        community.decay(pl.col("at")).sum().round(12).alias("value"),
        pl.len().alias("people"),
        last_on(pl.col("at")).alias("when"),
    )


@measure(
    "interactions",
    says="{value:,.0f} {value:person|people} spoke to them or of them",
    advice="be spoken with",
    peers="all",
)
def talked_to(community: Community) -> pl.DataFrame:
    """Different people who commented, answered, quoted, mentioned or tagged the account."""
    return _received(community, TALKING)


@measure(
    "interactions",
    says="{value:,.0f} {value:person|people} passed on what they said",
    advice="be passed on",
    peers="all",
)
def passed_on(community: Community) -> pl.DataFrame:
    """Different people who shared or quoted the account's words."""
    return _received(community, ("share", "quote"))


def _received(community: Community, kinds: tuple[str, ...]) -> pl.DataFrame:
    rows = community.interactions.select(
        fine=pl.col("kind").cast(pl.String).is_in(kinds) & (pl.col("source") != pl.col("target"))
    )
    source, target = (
        numbers[rows["fine"].to_numpy()].astype(np.int64) for numbers in community.numbered["interactions"]
    )
    size = community.accounts.height
    people = np.bincount(np.unique(source * size + target) % size, minlength=size)
    found = pl.DataFrame({"account": community.accounts["account"], "value": people.astype(float)})
    return found.filter(pl.col("value") > 0)
