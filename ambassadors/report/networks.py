"""Networks: who responds to each person most, and to whom they respond; only people of the report have names."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import polars as pl

from ambassadors.community import Community

Told = dict[str, Any]
#: So many neighbours are shown on each side.
EACH_SIDE = 6
#: Of these, people of the report and the brand may take so many places, so that who responds most is seen, too.
OF_NAMED = 3


def networks(community: Community, accounts: Sequence[str]) -> dict[str, Told]:
    """For each account the ``responders`` and the ``answered``: lists of neighbours with their number of ``acts``.

    A neighbour is ``who`` it is (``brand``, ``rival``, ``staff``, ``listed`` with its account, ``someone`` with
    followers in round numbers), most acts first; ``others`` counts those who are not shown. Nobody else has a name or
    an account here, and of whoever refused to be found not even the followers are told.
    """
    acts = community.interactions.filter(pl.col("source") != pl.col("target"))
    pairs = acts.group_by("source", "target").agg(
        pl.col("weight").fill_null(1.0).sum().round().cast(pl.Int64).alias("acts")
    )
    known = _known(community, accounts)
    sides = {"responders": ("target", "source"), "answered": ("source", "target")}
    found = {name: _side(pairs, ego, other, known, accounts) for name, (ego, other) in sides.items()}
    return {one: {name: found[name].get(one, _NOBODY) for name in sides} for one in accounts}


_NOBODY: Told = {"people": [], "others": 0}


def _known(community: Community, accounts: Sequence[str]) -> pl.DataFrame:
    """What may be said of each account: ``account, who, followers``."""
    brand = community.brand
    refused = pl.col("account").is_in(community.refusing.implode())
    who = (
        pl.when(pl.col("account").is_in(brand.accounts)).then(pl.lit("brand"))
        .when(pl.col("account").is_in(brand.rivals)).then(pl.lit("rival"))
        .when(pl.col("account").is_in(brand.staff)).then(pl.lit("staff"))
        .when(refused).then(pl.lit("someone"))
        .when(pl.col("account").is_in(list(accounts))).then(pl.lit("listed"))
        .otherwise(pl.lit("someone"))
    )  # fmt: skip
    followers = pl.when(~refused & (who == "someone")).then(pl.col("followers").round_sig_figs(2))
    return community.accounts.select("account", who=who, followers=followers)


def _side(pairs: pl.DataFrame, ego: str, other: str, known: pl.DataFrame, accounts: Sequence[str]) -> dict[str, Told]:
    here = pairs.filter(pl.col(ego).is_in(list(accounts))).join(known, left_on=other, right_on="account", how="left")
    ranked = here.sort(ego, "acts", other, descending=[False, True, False])
    found = {}
    for (one,), near in ranked.group_by(ego, maintain_order=True):
        shown = _chosen(near).iter_rows(named=True)
        people = [_neighbour(row["who"], row[other], row["followers"], row["acts"]) for row in shown]
        found[str(one)] = {"people": people, "others": max(near.height - EACH_SIDE, 0)}
    return found


def _chosen(near: pl.DataFrame) -> pl.DataFrame:
    """The first of those near, some places kept for who has a name."""
    placed = near.with_row_index("place")
    named = placed.filter(pl.col("who") != "someone").head(OF_NAMED)
    rest = placed.join(named, "place", how="anti", maintain_order="left").head(EACH_SIDE - named.height)
    return pl.concat([named, rest]).sort("place")


def _neighbour(who: str, account: str, followers: int | None, acts: int) -> Told:
    told: Told = {"who": who, "acts": acts}
    if who == "listed":
        told["account"] = account
    if followers is not None:
        told["followers"] = followers
    return told
