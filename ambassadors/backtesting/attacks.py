"""Attacks: what it would bring an ordinary account to buy followers, or to join a pod."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from functools import partial
from typing import Any

import numpy as np
import numpy.typing as npt
import polars as pl

from ambassadors import tables
from ambassadors.community import Community
from ambassadors.errors import NotEnoughData
from ambassadors.pods import flagged
from ambassadors.score import order

Array = npt.NDArray[Any]
Generator = np.random.Generator
#: How many popular accounts a bought one follows and shares besides, so as not to stand out.
CAMOUFLAGE = 20
POD = 30
#: Between these percentiles stand the accounts that buy.
ORDINARY = (0.45, 0.55)


@dataclass(frozen=True)
class Rows:
    """New rows of an attack, a frame a table."""

    accounts: pl.DataFrame
    follows: pl.DataFrame
    interactions: pl.DataFrame


def bought(community: Community, buyer: str, generator: Generator, *, size: int, acting: bool = True) -> Rows:
    """``size`` new accounts that follow the buyer, one another in a ring, and some popular accounts each.

    Where ``acting``, each likes or shares the buyer up to three times within the last five days (the last tenth of the
    time, where that is shorter), and the popular accounts, too. The numbers of followers that the platform states rise
    with them.
    """
    bots = [f"{buyer.partition(':')[0]}:bought-{place:05}" for place in range(size)]
    popular = _popular(community, generator, size * CAMOUFLAGE)
    ring = [bots[(place + step) % size] for place in range(size) for step in (1, 2, 3)] if size > 3 else []
    sources = [*bots, *np.repeat(bots, CAMOUFLAGE), *(np.repeat(bots, 3) if ring else [])]
    follows = _follows(community, sources, [buyer] * size + popular + ring)
    acts = _none("interactions")
    if acting:
        toward = [buyer] * (3 * size) + popular[: 5 * size]
        acts = _acts(
            community, [*np.repeat(bots, 3), *np.repeat(bots, 5)], toward, generator, most=timedelta(days=5), share=0.1
        )
    return Rows(_stated(community, follows, bots), follows, acts)


def pod(community: Community, member: str, generator: Generator, *, in_turns: bool = False) -> Rows:
    """The account and 29 ordinary others follow one another, and like and share each other over six weeks.

    Where they do so ``in_turns``, of each two only one does it for the other, so that nothing is ever returned.
    """
    others = [name for name in ordinary(community, POD * 3, generator) if name != member][: POD - 1]
    members = [member, *others]
    pairs = [(one, two) for one in members for two in members if one != two and (one < two or not in_turns)]
    if in_turns:
        pairs = [pair if generator.random() < 0.5 else pair[::-1] for pair in pairs]
    sources, targets = (list(side) for side in zip(*pairs, strict=True))
    acts = _acts(community, sources * 4, targets * 4, generator, most=timedelta(days=42), share=1.0)
    follows = _follows(community, sources, targets)
    return Rows(_stated(community, follows, []), follows, acts)


def mass_follow(community: Community, buyer: str, generator: Generator) -> Rows:
    """The account follows up to a thousand strangers, and one in twenty follows back."""
    known = community.candidates["account"].filter(community.candidates["account"] != buyer).to_list()
    some = generator.choice(known, min(1000, len(known)), replace=False).tolist()
    back = some[: len(some) // 20]
    follows = _follows(community, [buyer] * len(some) + back, some + [buyer] * len(back))
    return Rows(_stated(community, follows, []), follows, _none("interactions"))


Attack = Callable[[Community, str, Generator], Rows]
ATTACKS: dict[str, Attack] = {
    "100 bought followers": partial(bought, size=100, acting=False),
    "1,000 bought followers": partial(bought, size=1000, acting=False),
    "100 bought followers who like and share": partial(bought, size=100),
    "1,000 bought followers who like and share": partial(bought, size=1000),
    "following 1,000 strangers": mass_follow,
    f"a pod of {POD}": pod,
    f"a pod of {POD} that acts in turns": partial(pod, in_turns=True),
}


def attacks(
    community: Community,
    ranking: str = "influencers",
    *,
    buyers: int = 5,
    seed: int = 0,
    on_attack: Callable[[int, int], None] = lambda place, of: None,
) -> pl.DataFrame:
    """How many percentiles an ordinary account gains by each attack: ``attack, buyers, before, gained, most, flagged``.

    Each of some accounts near the middle of those with any points buys alone; ``gained`` is their mean, ``most`` the
    largest, ``flagged`` the share of them to whom a caution then points. The percentile is among the same accounts
    before and after: those who were ranked with more than nothing.

    Raises :class:`NotEnoughData` where nobody has any points.
    """
    generator = np.random.default_rng(seed)
    chosen = ordinary(community, buyers, generator, ranking)
    before = _percentiles(community, community, ranking)
    rows, place = [], 0
    for name, attack in ATTACKS.items():
        gains, flags = [], []
        for buyer in chosen:
            place += 1
            on_attack(place, len(ATTACKS) * len(chosen))
            after = attacked(community, attack(community, buyer, np.random.default_rng([seed, place])))
            gains.append(_percentiles(after, community, ranking)[buyer] - before[buyer])
            flags.append(buyer in flagged(after))
        rows.append(
            {
                "attack": name,
                "buyers": len(chosen),
                "before": float(np.mean([before[buyer] for buyer in chosen])),
                "gained": float(np.mean(gains)),
                "most": float(np.max(gains)),
                "flagged": float(np.mean(flags)),
            }
        )
    return pl.DataFrame(rows)


def attacked(community: Community, rows: Rows) -> Community:
    """The community with the rows of an attack among its own."""
    added = {"accounts": rows.accounts, "follows": rows.follows, "interactions": rows.interactions}
    kept = dict(community.kept)
    for name, frame in added.items():
        if frame.height:
            before = community.kept.get(name, tables.TABLES[name].empty())
            kept[name] = pl.concat([before, frame], how="diagonal_relaxed")
    kept["interactions"] = kept.get("interactions", tables.INTERACTIONS.empty()).sort("at", maintain_order=True)
    return replace(community, kept=kept)


def ordinary(community: Community, count: int, generator: Generator, ranking: str = "influencers") -> list[str]:
    """Accounts near the middle of those with any points."""
    some = order(community, ranking).filter(pl.col("score") > 0)
    if some.height < 20:
        raise NotEnoughData(f"only {some.height} accounts have any points as {ranking}: too few for an ordinary one.")
    low, high = (int(some.height * share) for share in ORDINARY)
    middle = some["account"][low : max(high, low + 10)]
    return [str(name) for name in generator.permutation(middle.to_numpy())[:count]]


def _percentiles(community: Community, before: Community, ranking: str) -> dict[str, float]:
    """The percentile of each account among those that had points before, ties half, in points of 100."""
    some = order(before, ranking).filter(pl.col("score") > 0)["account"]
    found = order(community, ranking).filter(pl.col("account").is_in(some.implode()))
    place = pl.col("score").rank("average") - 0.5
    return dict(found.select("account", 100 * place / pl.len()).iter_rows())


def _popular(community: Community, generator: Generator, count: int) -> list[str]:
    """Accounts drawn in proportion to the ties that they receive."""
    ends = [community.follows["target"], community.interactions["target"]]
    all_ends = pl.concat(ends)
    return all_ends.gather(generator.integers(0, all_ends.len(), count)).to_list()


def _follows(community: Community, sources: list[str], targets: list[str]) -> pl.DataFrame:
    when = community.moment
    made = pl.DataFrame({"source": sources, "target": targets}, schema={"source": pl.String, "target": pl.String})
    dated = made.with_columns(since=pl.lit(when, tables.TIME), observed_at=pl.lit(when, tables.TIME))
    known = community.follows.select("source", "target")
    return (
        dated.unique(["source", "target"], maintain_order=True)
        .filter(pl.col("source") != pl.col("target"))
        .join(known, ["source", "target"], how="anti", maintain_order="left")
    )


def _acts(
    community: Community, sources: list[str], targets: list[str], generator: Generator, most: timedelta, share: float
) -> pl.DataFrame:
    """Likes and shares lately, each of the last post that the target had then.

    Within ``most``, or that share of the time that the data spans, where it is shorter.
    """
    first = community.interactions["at"].min()
    if community.moment is None or not isinstance(first, datetime):
        return _none("interactions")
    kinds = community.interactions.schema["kind"]
    span = min(most, share * (community.moment - first)) / timedelta(microseconds=1)
    ago = pl.Series(generator.random(len(sources)) * span).cast(pl.Int64).cast(pl.Duration("us"))
    made = pl.DataFrame({"source": sources, "target": targets}).with_columns(
        kind=pl.Series(generator.choice(["like", "share"], len(sources))).cast(kinds),
        at=(pl.lit(community.moment, tables.TIME) - ago),
    )
    posts = community.posts.select(pl.col("author").alias("target"), "post", "at").sort("at", "post")
    others = made.filter(pl.col("source") != pl.col("target")).sort("at", maintain_order=True)
    return others.join_asof(posts, on="at", by="target", check_sortedness=False)


def _stated(community: Community, follows: pl.DataFrame, bots: list[str]) -> pl.DataFrame:
    """Followers as stated afterwards, of all who are followed anew; and the new accounts."""
    when = community.moment
    if "accounts" not in community.kept:
        return _none("accounts")
    more = follows.group_by(pl.col("target").alias("account"), maintain_order=True).agg(pl.len().alias("more"))
    now = community.accounts.join(more, "account", maintain_order="left").select(
        "account",
        (pl.col("followers") + pl.col("more")).cast(pl.Int64).alias("followers"),
        pl.lit(when, tables.TIME).alias("observed_at"),
    )
    fresh = pl.DataFrame({"account": bots}, schema={"account": pl.String}).with_columns(
        followers=pl.lit(0, pl.Int64),
        following=pl.lit(CAMOUFLAGE + 1, pl.Int64),
        created_at=pl.lit(when - timedelta(days=10) if when else None, tables.TIME),
        observed_at=pl.lit(when, tables.TIME),
    )
    return pl.concat([now.filter(~pl.col("account").is_in(bots)), fresh], how="diagonal")


def _none(name: str) -> pl.DataFrame:
    return tables.TABLES[name].empty()
