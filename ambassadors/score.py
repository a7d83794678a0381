"""Score: measures to standings, standings times weights, and a sum that is exactly the sum of its parts."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import polars as pl

from ambassadors import ladder, measures
from ambassadors.certainty import Responses, grades, intervals
from ambassadors.character import apart
from ambassadors.community import CUSTOMER, Community
from ambassadors.errors import NotEnoughData, UnknownName, did_you_mean
from ambassadors.recipe import DEFAULT_WEIGHTS
from ambassadors.trust import peers

RANKINGS = tuple(DEFAULT_WEIGHTS)
#: Points are handed out in thousandths, so that what is printed adds up as printed.
DECIMALS = 3
#: The share of a score from which a contribution is a reason.
WORTH_A_WORD = 0.02
#: The grade of a ranking in which nothing is counted from acts: followers and what a vendor states are all there is.
NO_RESPONSES = "no responses"


@dataclass(frozen=True)
class Weights:
    """What each measure counts for here, in points of 100, and why the others count for nothing."""

    points: dict[str, float]
    lacking: dict[str, str]


def weights(community: Community, ranking: str) -> Weights:
    """The recipe's weights rescaled to 100 over the measures that this data can feed.

    A measure that no account has is left out and its reason kept; the others share its points in proportion.

    Raises :class:`UnknownName` for a ranking that does not exist, :class:`NotEnoughData` when no measure is left.
    """
    asked = in_recipe(community, ranking)
    return community.memo(("weights", ranking), lambda: _weights(community, ranking, asked))


def in_recipe(community: Community, ranking: str) -> dict[str, float]:
    """The weights as the recipe gives them, 0 included; raises :class:`UnknownName` for a ranking that is none."""
    if not isinstance(ranking, str) or ranking not in RANKINGS:
        raise UnknownName(f"there is no ranking {ranking!r}. {did_you_mean(str(ranking), RANKINGS)}")
    return dict(getattr(community.recipe.rank, ranking))


def _weights(community: Community, ranking: str, given: Mapping[str, float]) -> Weights:
    asked = {name: weight for name, weight in given.items() if weight > 0}
    lacking = {name: why for name in asked if (why := why_not(community, name))}
    if len(lacking) == len(asked):
        reasons = dict.fromkeys(part for why in lacking.values() for part in why.split("; "))
        raise NotEnoughData(f"nobody can be ranked as {ranking} on this data: {'; '.join(reasons)}.")
    return Weights(of_a_hundred({name: weight for name, weight in asked.items() if name not in lacking}), lacking)


def of_a_hundred(weights: Mapping[str, float]) -> dict[str, float]:
    """Weights rescaled so that they add up to 100.

    >>> of_a_hundred({"responders": 3, "on_topic": 1})
    {'responders': 75.0, 'on_topic': 25.0}
    """
    return {name: 100 * weight / sum(weights.values()) for name, weight in weights.items()}


def why_not(community: Community, name: str) -> str:
    """Why a measure cannot rank anybody here, in words; empty when it can."""
    why = measures.lacking(community, measures.named(name).needs)
    if why:
        return why
    values = _values(community, name)
    if values.null_count() == values.len():
        return "no candidate has a value"
    return f"{name} is the same for every candidate" if values.n_unique() == 1 else ""


def _values(community: Community, name: str) -> pl.Series:
    """A measure's values of the candidates, in their order: a measure has a row for each account, in theirs."""
    return measures.take(community, name)["value"].filter(community.ranked)


def rank(community: Community, ranking: str) -> pl.DataFrame:
    """The ranking, one row per account, best first.

    Columns: ``rank, rank_low, rank_high, grade, account, platform, handle, tier, rung, score``; for each measure ``M``
    its value ``M``, the share of comparable accounts that it is ahead of ``M:percentile`` and its contribution
    ``M:points``; ``reasons``, the measures that contribute most. The contributions add up to the score. Ties go by
    account id.

    ``rank_low`` and ``rank_high`` are the bounds of the rank, had other people responded (or others acted toward the
    brand): 90 % (:func:`~ambassadors.certainty.intervals`). ``grade`` says how much data stands behind it: ``high``,
    ``medium``, ``low``, ``not enough data``. Where nothing was counted from acts, the bounds are null, and the grade is
    ``no responses``.

    Raises :class:`NotEnoughData` when no measure can be taken.
    """
    shares = weights(community, ranking).points
    return community.memo(("rank", ranking), lambda: _bounded(community, ranking, order(community, ranking), shares))


def order(community: Community, ranking: str) -> pl.DataFrame:
    """The same without the bounds and the grade, for who needs the order alone."""
    shares = weights(community, ranking).points
    return community.memo(("order", ranking), lambda: _order(community, ranking, shares))


def weighed(community: Community, ranking: str, given: Mapping[str, float]) -> pl.DataFrame:
    """What :func:`rank` gives where the recipe has those weights; the measures are not taken anew."""
    shares = _weights(community, ranking, given).points
    return _bounded(community, ranking, _order(community, ranking, shares), shares)


def _order(community: Community, ranking: str, shares: Mapping[str, float]) -> pl.DataFrame:
    standings = (standing(community, name, points) for name, points in shares.items())
    frame = contenders(community, ranking, standings)
    frame = frame.with_columns(total(shares).alias("score"), _reasons(frame, list(shares)).alias("reasons"))
    frame = frame.sort("score", "account", descending=[True, False])
    first = ["account", "platform", "handle", "tier", "rung", "score"]
    return frame.select(pl.int_range(1, pl.len() + 1).alias("rank"), *first, pl.exclude(first))


#: By which measure the chance in a ranking is known: it counts what all measures fed alike are counted from.
ANCHORS = {"influencers": "responders", "ambassadors": "brand_affinity"}


def _bounded(community: Community, ranking: str, ranked: pl.DataFrame, shares: Mapping[str, float]) -> pl.DataFrame:
    return ranked.select(
        "rank", *bounds(community, ranking, ranked, shares), pl.exclude("rank", "rank_low", "rank_high", "grade")
    )


def bounds(
    community: Community, ranking: str, ranked: pl.DataFrame, shares: Mapping[str, float]
) -> tuple[pl.Series | pl.Expr, ...]:
    """``rank_low``, ``rank_high`` and ``grade`` of accounts in their order, given their score and points by measure."""
    anchor = ANCHORS[ranking]
    if anchor not in shares:
        none = pl.lit(None, pl.Int64)
        return none.alias("rank_low"), none.alias("rank_high"), pl.lit(NO_RESPONSES).alias("grade")
    responses, feeds = _responses(community, ranked, anchor), measures.named(anchor).fed
    low, high = intervals(
        responses, ranked["score"].to_numpy(), _fed(ranked, shares, feeds), _fixed(ranked, shares, feeds)
    )
    grade = pl.Series("grade", grades(low, high, responses.people), pl.String)
    return pl.Series("rank_low", low), pl.Series("rank_high", high), grade


def _responses(community: Community, ranked: pl.DataFrame, anchor: str) -> Responses:
    """What the ranked accounts' responses weigh, from the measure that counts them."""
    taken = measures.take(community, anchor).select("account", "value", "squares", "people").fill_null(0).fill_nan(0)
    found = ranked.select("account").join(taken, "account", how="left", maintain_order="left").fill_null(0)
    total, squares, people = (found[name].cast(pl.Float64).to_numpy() for name in ("value", "squares", "people"))
    return Responses(total, squares, people)


def _fed(ranked: pl.DataFrame, shares: Mapping[str, float], fed: str) -> npt.NDArray[np.float64]:
    """The most points that the measures fed alike can bring each account; one that it lacks brings it none."""
    known = {name: pl.col(f"{name}:points").is_not_null() for name in shares}
    most = [known[name] * share for name, share in shares.items() if measures.named(name).fed == fed]
    return ranked.select(pl.sum_horizontal(most)).to_series().cast(pl.Float64).to_numpy()


def _fixed(ranked: pl.DataFrame, shares: Mapping[str, float], fed: str) -> npt.NDArray[np.float64]:
    """The points of all other measures."""
    names = [f"{name}:points" for name in shares if measures.named(name).fed != fed]
    return sum((ranked[name].fill_null(0.0).to_numpy() for name in names), np.zeros(ranked.height))


def _people(community: Community) -> pl.DataFrame:
    """The candidates with the rung on which each stands."""
    rungs = ladder.rungs(community).select("account", "rung")
    people = peers(community).select("account", "platform", "handle", "tier")
    return people.join(rungs, "account", how="left", maintain_order="left")


def contenders(community: Community, ranking: str, columns: Iterable[pl.DataFrame]) -> pl.DataFrame:
    """Who may stand in a ranking, beside columns that have a row a candidate.

    Influencers have an account, ambassadors stand on one of the recipe's rungs. Whoever comes for prizes, says that
    they are paid, or acts for a rival is no ambassador (:func:`~ambassadors.character.apart`).
    """
    people = pl.concat([_people(community), *columns], how="horizontal")
    if ranking == "influencers":
        return people.filter(pl.col("platform") != CUSTOMER)
    rungs = community.recipe.rank.rungs
    others = apart(community)["account"].implode()
    found = people.filter(pl.col("rung").is_in(rungs), ~pl.col("account").is_in(others))
    if found.is_empty():
        raise NotEnoughData(f"nobody can be ranked as {ranking}: no candidate stands on the rungs {', '.join(rungs)}.")
    return found


@dataclass(frozen=True)
class Peers:
    """Whom an account is compared with in a measure: the group in words, and its values, lowest standing first.

    Of whom nothing was counted is left out.
    """

    name: str
    values: pl.Series

    def place(self, value: float, more_is_better: bool) -> int:
        """The place from the top that a value has here; ties share the lowest."""
        return int(((self.values >= value) if more_is_better else (self.values <= value)).sum())

    def quantile(self, share: float) -> float | None:
        """The value that stands ahead of that share of the group."""
        return (
            float(self.values[min(int(share * len(self.values)), len(self.values) - 1)]) if len(self.values) else None
        )


def peer_group(community: Community, name: str, platform: str | None, tier: str | None) -> Peers:
    """The peers in one measure of an account of that platform and tier."""
    one = measures.named(name)
    frame = peers(community).with_columns(_values(community, name).alias("value"))
    known = frame.filter(pl.col("value").is_not_null()).sort("value", descending=not one.more_is_better)
    counted = pl.col("value").ne_missing(one.nothing)
    own = {"platform": platform, "tier": tier}
    for group in _groups(name):
        members = known.filter(pl.col(column).eq_missing(own[column]) for column in group) if group else known
        if members.height >= community.recipe.rank.peers_at_least or not group:
            break
    called = f"{tier or 'untiered'} accounts" if "tier" in group else "accounts"
    return Peers(f"{called} on {platform}" if group else called, members.filter(counted)["value"])


def _groups(name: str) -> list[list[str]]:
    """The groups in which a measure is compared, narrowest first."""
    groups: list[list[str]] = [["platform", "tier"], ["platform"], []]
    return groups[("tier", "platform", "all").index(measures.named(name).peers) :]


def standing(community: Community, name: str, points: float) -> pl.DataFrame:
    """A measure's value, percentile (share of comparable accounts that stand lower) and points, a row a candidate.

    Comparable are the candidates of the same platform (for rates: of the same tier there); where they are fewer than
    the recipe's ``peers_at_least``, the next larger group.
    """
    return earned(community, name).select(name, f"{name}:percentile", brought(name, points))


def earned(community: Community, name: str) -> pl.DataFrame:
    """The same with ``NAME:share``, the share of its points that the measure brings each: whatever its weight is."""
    one, least = measures.named(name), community.recipe.rank.peers_at_least
    frame = peers(community).select("platform", "tier").with_columns(_values(community, name).alias("value"))
    value = pl.col("value") if one.more_is_better else -pl.col("value")
    counted = pl.col("value").ne_missing(one.nothing)
    lower, place, known, of = (
        pl.coalesce(_among(group, number, least if group else 0) for group in _groups(name))
        for number in (value.rank("min") - 1, (-value).rank("max"), value.count(), value.filter(counted).count())
    )
    share = pl.when(counted).then(worth(place, of, one.scale)).otherwise(0.0)
    return frame.select(
        pl.col("value").alias(name),
        (lower / known).alias(f"{name}:percentile"),
        pl.when(known.is_not_null()).then(share).alias(f"{name}:share"),
    )


def brought(name: str, points: float) -> pl.Expr:
    """``NAME:points`` from ``NAME:share``, in thousandths."""
    return (points * pl.col(f"{name}:share")).round(DECIMALS).alias(f"{name}:points")


def total(names: Iterable[str]) -> pl.Expr:
    """The score: the sum of the points that measures bring."""
    return pl.sum_horizontal(pl.col(f"{name}:points").fill_null(0.0) for name in names).round(DECIMALS)


def _among(group: list[str], counted: pl.Expr, least: int) -> pl.Expr:
    """A count within each account's group; null where the group is too small to compare with."""
    known = pl.col("value").count()
    if group:
        counted, known = counted.over(group), known.over(group)
    return pl.when(pl.col("value").is_not_null() & (known >= least)).then(counted)


def worth(place: pl.Expr, of: pl.Expr, scale: measures.Scale = "place") -> pl.Expr:
    """The share of a measure's points for a place from the top among ``of`` peers: ``1 - log(place) / log(of)``.

    Ties share the lowest of their places. The first gets all, the last nothing, and each tenfold step down costs the
    same: in a large community the first and the thousandth differ, which a plain percentile (1.000 and .997) hides.
    The logarithm of the rank is the discount of reciprocal-rank fusion and of NDCG. On the scale ``root`` it is the
    square root of the percentile, ``(1 - place / of) ** 0.5``: what is stated tells more in the middle than at the top,
    as pairs of accounts show whose influence people judged.

    >>> pl.select(worth(pl.lit(10.0), pl.lit(100.0))).item()
    0.5
    """
    if scale == "root":
        return (1 - place.cast(pl.Float64) / of).sqrt()
    return pl.when(of > 1).then(1 - place.cast(pl.Float64).log() / of.cast(pl.Float64).log()).otherwise(0.0)


def _reasons(frame: pl.DataFrame, names: list[str], most: int = 3) -> pl.Series:
    """For each row the names of its largest contributions, largest first, ties by the recipe's order.

    Of measures of the same kin only the first stands there, and none that brings less than a fiftieth of the score.
    """
    points = frame.select(pl.col(f"{name}:points").fill_null(0.0) for name in names).to_numpy().copy()
    least = np.maximum(points.sum(axis=1) * WORTH_A_WORD, 1e-9)
    kin = [measures.named(name).kin for name in names]
    rows, named = np.arange(frame.height), pl.Series(names)
    best = {}
    for place in range(min(most, len(set(kin)))):
        first = points.argmax(axis=1)
        best[f"{place}"] = pl.DataFrame({"name": named.gather(first), "earned": points[rows, first] >= least}).select(
            pl.when("earned").then("name")
        )["name"]
        same = np.equal.outer(np.array(kin), np.array(kin))[first]
        points[same] = -1.0
    return pl.DataFrame(best).select(pl.concat_list(pl.all()).list.drop_nulls()).to_series()
