"""Trust: whose responses count. New accounts can be bought by the thousand; being noticed by several people cannot."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import numpy as np
import numpy.typing as npt
import polars as pl

from ambassadors import pods
from ambassadors.community import Community
from ambassadors.graph import Graph, in_degree

Flags = npt.NDArray[np.bool_]
Floats = npt.NDArray[np.float64]
Array = npt.NDArray[Any]

#: How many vouched accounts must have noticed someone.
WITNESSES = 2
#: The brand with those whom it follows or answers, when fewer than this, are too few to begin from.
LEAST_SEEDS = 10
#: Without them: who was there in this first part of the time that the data spans.
OLD = 0.5
#: Where most sources are not vouched for: so many times the usual ratio of others to vouched ones count as well, for an
#: account that has more than so many vouched ones.
ALLOWANCE, UNCOUNTED = 10.0, 2.0
#: Acts by which a response is returned in kind. An answer in words is none: who answers their audience buys nothing.
REPAYING = ("like", "share", "quote", "tag", "review", "referral")
#: From this share of a tie on that was returned, it proves a bargain, and no esteem.
HALF = 0.5
#: With more mutual ties than this, following is friendship, and no tie repays another. Of follows on Twitter about a
#: fifth are mutual, of friendships all, or fewer where rows are missing.
FRIENDSHIP = 0.6


def vouched(community: Community) -> Flags:
    """For each of the community's accounts, whether it has standing of its own.

    The brand has, and whom it follows or answers (who was there in the first half of the time, where these are fewer
    than ten); and so has whoever receives a tie from two accounts that have, and did not return half of it. Ties are
    follows and acts. A returned tie proves a bargain as much as esteem, and a single witness can be bought; accounts
    made for sale have nobody to begin from, however many they are and however they point at one another. After
    TrustRank (Z. Gyongyi, H. Garcia-Molina, J. Pedersen: Combating Web Spam with TrustRank. VLDB 2004), with witnesses
    in place of shares. Everyone is vouched for where there is nothing to begin from.
    """
    return community.memo("vouched", lambda: _vouched(community))


def _vouched(community: Community) -> Flags:
    begun = seeds(community)
    return _reached(begun, *_given_freely(community)) if begun.any() else ~begun


def _reached(trusted: Flags, source: Array, target: Array) -> Flags:
    """Who is trusted when ties from two who are make a third, and so on."""
    while True:
        witnesses = np.bincount(target[trusted[source]], minlength=trusted.size)
        wider = trusted | (witnesses >= WITNESSES)
        if wider.sum() == trusted.sum():
            return trusted
        trusted = wider


def seeds(community: Community) -> Flags:
    """The accounts that are trusted to begin with; none where the data tells no account from any other."""
    near = _noticed_by(community, community.brand.accounts)
    if near.sum() >= LEAST_SEEDS:
        return near
    early = _there_early(community)
    return near | early if early.any() else early


def _noticed_by(community: Community, brand: tuple[str, ...]) -> Flags:
    """The brand, and whom it follows or acts toward."""
    own = community.accounts["account"].is_in(brand).to_numpy()
    found = own.copy()
    for source, target in community.numbered.values():
        found[target[own[source]]] = True
    return found


def _there_early(community: Community) -> Flags:
    """Who took part before the middle of the time: a date, which no number of newcomers moves."""
    found = np.zeros(community.accounts.height, bool)
    at = community.interactions.select(at=pl.when(pl.col("weight").is_null()).then("at"))["at"]
    first, last = at.min(), community.moment
    if not isinstance(first, datetime) or last is None or last <= first:
        return found
    early = (at <= first + (last - first) * OLD).fill_null(False).to_numpy()
    for end in community.numbered["interactions"]:
        found[end[early]] = True
    return found


def _given_freely(community: Community) -> tuple[Array, Array]:
    """Source and target of each tie, once, that proves esteem."""
    ties = community.tied({"follows": pl.lit(1.0), "interactions": pl.lit(1.0)})
    source, target = ties.out.sources, ties.out.indices
    free = esteem(community, source, target, "follows", "interactions") > 0
    return source[free], target[free]


def esteem(community: Community, source: Array, target: Array, *tables: str) -> Floats:
    """For each pair the share, from 0 to 1, of what its source gave its target that proves esteem.

    It falls with what the target gave back in kind (:func:`returned`), to nothing where that was half; and there is
    none between two accounts who stand in what looks like a pod (:func:`~ambassadors.pods.circles`): whose members take
    turns return nothing, and mean as little.
    """
    pod = pods.circles(community)["pod"].to_numpy()
    one_way = np.maximum(0.0, 1 - returned(community, source, target, *tables) / HALF)
    return np.asarray(one_way * ~(pod[source] & pod[target]))


def returned(community: Community, source: Array, target: Array, *tables: str) -> Floats:
    """For each pair the share, from 0 to 1, of what its source gave its target that the target gave back in kind.

    Given are follows (``follows``) and acts (``interactions``), each counting one; back come follows, and acts of kinds
    that cost nothing and flatter (:data:`REPAYING`). One like for twenty is courtesy, twenty for twenty a bargain.
    """
    given = community.memo(("given", tables), lambda: _ties(community, tables, repaying=False))
    back = community.memo(("given back", tables), lambda: _given_back(community, tables))
    least = np.maximum(_looked_up(_numbers(community, source, target), *given), 1.0)
    return np.asarray(np.minimum(1.0, _looked_up(_numbers(community, target, source), *back) / least))


def _ties(community: Community, tables: tuple[str, ...], *, repaying: bool) -> tuple[Array, Array]:
    """The ties of these tables, each as one number, rising, and how many rows each is of."""
    kinds = pl.col("kind").cast(pl.String).is_in(REPAYING).cast(pl.Float64) if repaying else pl.lit(1.0)
    ties = community.tied({name: kinds if name == "interactions" else pl.lit(1.0) for name in tables})
    some = ties.out.weights > 0
    return _numbers(community, ties.out.sources[some], ties.out.indices[some]), ties.out.weights[some]


def _looked_up(asked: Array, known: Array, values: Array) -> Array:
    """The values of the numbers asked for, 0 of those that are not known; ``known`` rises."""
    if not known.size:
        return np.zeros(asked.size)
    place = np.minimum(np.searchsorted(known, asked), known.size - 1)
    return np.where(known[place] == asked, values[place], 0.0).astype(np.float64)


def _given_back(community: Community, tables: tuple[str, ...]) -> tuple[Array, Array]:
    """The ties by which others can be returned; no follows where following is friendship.

    Whether following is friendship is asked of those alone whom trust reaches when no tie repays another: new accounts,
    however many of them follow one another or strangers, cannot change the answer.
    """
    kept = tuple(name for name in tables if name != "follows" or not _friendships(community))
    return _ties(community, kept, repaying=True) if kept else (np.empty(0, np.uint64), np.empty(0))


def _friendships(community: Community) -> bool:
    known, _ = _ties(community, ("follows",), repaying=True)
    size = np.uint64(community.accounts.height)
    source, target = (known // size).astype(np.int64), (known % size).astype(np.int64)
    begun = seeds(community)
    trusted = _reached(begun, source, target)[source] if begun.any() else np.ones(known.size, bool)
    back = _numbers(community, target[trusted], source[trusted])
    return bool(back.size and _looked_up(back, known, np.ones(known.size)).mean() > FRIENDSHIP)


def _numbers(community: Community, source: Array, target: Array) -> Array:
    """Each pair as one number."""
    return source.astype(np.uint64) * np.uint64(community.accounts.height) + target.astype(np.uint64)


@dataclass(frozen=True)
class Sources:
    """Pairs of a source and its ``target``: whether it is ``known`` (vouched for), and their :func:`esteem`, ``kept``.

    ``acting`` where the sources did more than follow; ``size`` is the number of accounts.
    """

    target: Array
    known: Flags
    kept: Floats
    size: int
    acting: bool

    def counted(self, weight: Array) -> Floats:
        """What the sources of each account weigh together, as far as they count; in the order of ``accounts``.

        Vouched sources count as far as they prove :func:`esteem`. Others count for
        nothing where the data vouches for most, and always where they only follow. Where it is too thin for that (a
        sample, an event among strangers), those who act count as far as is usual beside vouched ones:
        ``V + min(U, 10 (c - 1) (1 - 2 / n) V)``, V and U being the weights of vouched and other sources, n the number
        of vouched ones, c > 1 the ratio of all others to all vouched ones in this data. The ratio is of how many they
        are and not of weights that fade: else a week of bought likes outweighed what a community did that week, and
        made old data look thin.
        """
        sure, other = (self._sum(weight * self.kept, some) for some in (self.known, ~self.known))
        witnesses, strangers = (self._sum(self.kept, some) for some in (self.known, ~self.known))
        thin = max(0.0, strangers.sum() / (witnesses.sum() or 1.0) - 1) if self.acting else 0.0
        share = np.maximum(0.0, 1 - UNCOUNTED / np.maximum(witnesses, 1))
        return np.asarray(sure + np.minimum(other, ALLOWANCE * thin * share * sure), dtype=np.float64)

    def _sum(self, weight: Array, some: Flags) -> Floats:
        return np.bincount(self.target[some], weight[some], minlength=self.size).astype(np.float64)


def sources(community: Community, source: Array, target: Array, table: str) -> Sources:
    """What is known of these sources; ``table`` is that of their ties, ``follows`` or ``interactions``."""
    share = esteem(community, source, target, table)
    size = community.accounts.height
    return Sources(target, vouched(community)[source], share, size, acting=table == "interactions")


def counted(community: Community, source: Array, target: Array, weight: Array, table: str) -> Floats:
    """What these sources weigh together for each account, as far as they count: :meth:`Sources.counted`."""
    return sources(community, source, target, table).counted(weight)


def followers(community: Community) -> pl.DataFrame:
    """For each account its followers within the data (``people``), and as far as they count (``counted``)."""

    def make() -> pl.DataFrame:
        graph = community.network("follows")
        value = counted(community, graph.out.sources, graph.out.indices, np.ones(graph.number_of_edges()), "follows")
        return pl.DataFrame({"account": graph.accounts, "counted": value, "people": in_degree(graph)})

    return community.memo("followers", make)


def followers_as_stated(community: Community) -> pl.DataFrame:
    """For each account its followers as ``stated``, and less those in this data who do not count (``value``)."""
    stated = community.accounts.select("account", pl.col("followers").alias("stated"))
    found = stated.join(followers(community), "account", how="left", maintain_order="left")
    uncounted = (pl.col("people") - pl.col("counted")).fill_null(0)
    return found.select("account", (pl.col("stated") - uncounted).clip(0).alias("value"), "stated")


def peers(community: Community) -> pl.DataFrame:
    """The candidates with their ``tier`` by followers as stated, as far as they count; null where none are stated."""

    def make() -> pl.DataFrame:
        tier = followers_as_stated(community).select("account", _tier(community.recipe.rank.tiers).alias("tier"))
        return community.candidates.join(tier, "account", how="left", maintain_order="left")

    return community.memo("peers", make)


def _tier(tiers: Mapping[str, int]) -> pl.Expr:
    falling = sorted(tiers.items(), key=lambda item: -item[1])
    return pl.coalesce(pl.when(pl.col("value") >= least).then(pl.lit(name)) for name, least in falling)


def network(community: Community, name: str) -> Graph:
    """The graph of ``follows`` or ``interactions``, without ties returned in kind, and from vouched accounts alone."""
    return community.memo(("trusted network", name), lambda: _network(community, name))


def _network(community: Community, name: str) -> Graph:
    whole = community.network(name)
    source, target = whole.out.sources, whole.out.indices
    weights = whole.out.weights * esteem(community, source, target, name)
    kept = vouched(community)[source] & (weights > 0)
    return Graph.from_numbers(whole.accounts, source[kept], target[kept], pl.Series(weights[kept].astype(np.float32)))
