"""One account's score taken apart, and what would move it up."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

import polars as pl

from ambassadors import ladder, measures, score
from ambassadors.community import Community
from ambassadors.errors import NotEnoughData
from ambassadors.phrases import percent
from ambassadors.shortlist import facts, reason


@dataclass(frozen=True)
class Part:
    """One measure's share in a score: ``points`` of at most ``weight``, and the comparison behind it."""

    measure: str
    meaning: str
    value: float | None
    percentile: float | None
    weight: float
    points: float
    peers: str
    says: str


@dataclass(frozen=True)
class Standing:
    """An account in one ranking. ``score == sum of the parts' points``; ``why_not`` says why there is none."""

    ranking: str
    rank: int | None = None
    of: int = 0
    score: float | None = None
    parts: tuple[Part, ...] = ()
    lacking: dict[str, str] = field(default_factory=dict)
    upward: tuple[str, ...] = ()
    why_not: str = ""


@dataclass(frozen=True)
class Explanation:
    """All that the toolkit knows of an account's place, in words and numbers."""

    account: str
    person: str
    as_of: str
    rung: str | None
    evidence: str
    to_next: str
    rows: dict[str, int]
    standings: tuple[Standing, ...]


def explain(community: Community, name: str) -> Explanation:
    """The account that an id or handle names, taken apart in both rankings.

    Raises :class:`UnknownAccount` with the nearest names when there is none.
    """
    account = community.find(name)
    alone = community.accounts.filter(pl.col("account") == account).with_columns(tier=pl.lit(None, pl.String))
    row = facts(community, alone.select("account", "platform", "handle", "tier")).row(0, named=True)
    rung = ladder.rungs(community).filter(pl.col("account") == account)["rung"].to_list()
    row["rung"] = rung[0] if rung else None
    upward = ladder.next_rung(row["rung"])
    return Explanation(
        account=account,
        person=row["name"] or row["handle"] or account,
        as_of=community.moment.isoformat() if community.moment else "undated",
        rung=row["rung"],
        evidence=ladder.says(community, row),
        to_next=f"{upward}: {ladder.missing(community, row)}" if upward else "",
        rows={table: row[f"{table}_rows"] for table in ("follows", "posts", "interactions", "orders")},
        standings=tuple(_standing(community, account, row["rung"], ranking) for ranking in score.RANKINGS),
    )


def _standing(community: Community, account: str, rung: str | None, ranking: str) -> Standing:
    try:
        ranked = score.rank(community, ranking)
    except NotEnoughData as error:
        return Standing(ranking, why_not=str(error))
    found = ranked.filter(pl.col("account") == account)
    if found.is_empty():
        return Standing(ranking, of=ranked.height, why_not=_why_not(community, account, rung))
    row, shares = found.row(0, named=True), score.weights(community, ranking)
    parts = tuple(_part(community, row, name, weight) for name, weight in shares.points.items())
    upward = tuple(_upward(community, ranked, row, parts))
    return Standing(ranking, row["rank"], ranked.height, row["score"], parts, shares.lacking, upward)


def _why_not(community: Community, account: str, rung: str | None) -> str:
    brand = community.brand
    for names, who in ((brand.accounts, "the brand itself"), (brand.rivals, "a rival"), (brand.staff, "staff")):
        if account in names:
            return f"never ranked: {who}"
    if account not in community.candidates["account"]:
        return "never ranked: the recipe leaves this account out, or its owner asked not to be found"
    rungs = ", ".join(community.recipe.rank.rungs)
    return f"not ranked: stands on {rung or 'no rung'}, and this ranking is of {rungs}"


def _part(community: Community, row: dict[str, Any], name: str, weight: float) -> Part:
    value, percentile, points = row[name], row[f"{name}:percentile"], row[f"{name}:points"] or 0.0
    one = measures.named(name)
    says = reason(community, name, row["account"], percentile) if value is not None else "No data."
    group = score.peer_group(community, name, row["platform"], row["tier"])
    return Part(name, one.meaning, value, percentile, weight, points, group.name, says)


def _upward(community: Community, ranked: pl.DataFrame, row: dict[str, Any], parts: tuple[Part, ...]) -> list[str]:
    """The three measures with the most points left, and what a stand in the group's top tenth would bring."""
    options = []
    for part in parts:
        group = score.peer_group(community, part.measure, row["platform"], row["tier"])
        gain = part.weight * score.worth_of(0.9) - part.points
        aim = group.quantile(0.9)
        if gain > 0 and aim is not None and aim != part.value:
            place = ranked.filter(pl.col("score") > row["score"] + gain).height + 1
            now = "no data" if part.value is None else f"now {part.value:,.4g}"
            text = (
                f"{measures.named(part.measure).advice}: {part.measure} at {aim:,.4g} ({now}) would stand ahead of "
                f"{percent(0.9)} of {group.name} and bring {gain:+.1f} points, rank {place:,} instead of {row['rank']:,}"
            )
            options.append((gain, text))
    return [text for _, text in sorted(options, reverse=True)[:3]]
