"""A crowd of any size, for trying how much fits: who follows whom and who acts toward whom, as frames.

Popularity has a tail by Pareto (1.2), so that the tail of follower counts has an exponent of about 2.2; how many one
follows is lognormal (1.3); communities of power-law sizes hold 70 % of the follows; small accounts follow back. Of the
acts three quarters go along the follows, by weight, the rest from anybody towards the popular. Its people have no
character, unlike the town's: a crowd says nothing about how good a ranking is.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import polars as pl

from ambassadors.errors import NotEnoughData
from ambassadors.simulate.chance import options
from ambassadors.simulate.plan import DAY, Floats, Ints

Rows = npt.NDArray[np.int32]
BEGIN = 1_735_689_600  # the first of January 2025
DAYS = 180
FOLLOWS, ACTS = 10, 5  # for each account
FEWEST = 100
KINDS = {"like": 0.70, "comment": 0.15, "share": 0.10, "mention": 0.05}
BRAND = "thecafe"
_WORDS = "ash bean brook cedar clover dew elm fern fjord hazel heath iris juniper lark maple moss oak pine reed robin"


@dataclass(frozen=True)
class Crowd:
    """What a network would show of a crowd, in the columns of our tables; ``brand`` is the most followed account."""

    brand: str
    accounts: pl.DataFrame
    follows: pl.DataFrame
    interactions: pl.DataFrame


def crowd(people: int, *, seed: int = 7) -> Crowd:
    """So many invented accounts, ten follows and five acts for each; the same for the same size and seed.

    Raises :class:`NotEnoughData` for fewer than 100.

    >>> small = crowd(1000)
    >>> small.accounts.height, small.follows.height, small.interactions.height
    (1000, 10000, 5000)
    >>> small.interactions["at"].dt.date().max().isoformat()
    '2025-06-29'
    """
    if people < FEWEST:
        raise NotEnoughData(f"a crowd has at least {FEWEST} people, not {people}.")
    random = np.random.default_rng(seed)
    source, target = follows(people, people * FOLLOWS, random)
    weights = np.floor((1 - random.random(len(source))) ** (-1 / 1.5)).clip(1, 500)
    account = "x:" + pl.Series("account", numbers(people, random)).cast(pl.String)
    tied = pl.DataFrame([account.gather(source).alias("source"), account.gather(target).alias("target")])
    acts = _acts(account, *parties(source, target, weights, people, people * ACTS, random), random)
    followers, following = (np.bincount(end, minlength=people) for end in (target, source))
    brand = int(np.argmax(followers))
    known = {"handle": _handles(people, brand), "followers": followers, "following": following}
    return Crowd(account[brand], pl.DataFrame({"account": account, **known}), tied, acts)


def _acts(account: pl.Series, actor: Rows, receiver: Rows, random: np.random.Generator) -> pl.DataFrame:
    kind = pl.Series("kind", list(KINDS)).gather(options(random, len(actor), list(KINDS.values())))
    second = (BEGIN + DAY * DAYS * random.random(len(actor)) ** 0.8).astype(np.int64)  # more of them late
    at = pl.Series("at", second * 1_000_000).cast(pl.Datetime("us", "UTC"))
    return pl.DataFrame([account.gather(actor).alias("source"), account.gather(receiver).alias("target"), kind, at])


def _handles(people: int, brand: int) -> pl.Series:
    """A name that nobody bears, told apart by a number; the brand's is its own."""
    words = pl.Series(_WORDS.split())
    place = pl.Series(np.arange(people))
    named = words.gather(place % len(words)) + "_" + place.cast(pl.String)
    return named.set(place == brand, BRAND)


def follows(people: int, wanted: int, random: np.random.Generator) -> tuple[Rows, Rows]:
    """Exactly so many different follows, as numbers of source and target, in random order; no loops."""
    popularity = (1 - random.random(people)) ** (-1 / 1.2)
    begins = _communities(people, random)
    eagerness = random.lognormal(0, 1.3, people)
    pairs = np.empty(0, np.int64)
    while len(pairs) < wanted:
        more = _some_follows(popularity, begins, eagerness, int(wanted * 1.08), random)
        pairs = np.unique(np.concatenate([pairs, more]))
        del more
    pairs = random.permutation(pairs)[:wanted]
    source, target = (pairs // people).astype(np.int32), (pairs % people).astype(np.int32)
    shuffled = random.permutation(people).astype(np.int32)  # a number must not tell the community
    return shuffled[source], shuffled[target]


def _communities(people: int, random: np.random.Generator) -> Ints:
    """Where each community begins, in people; and the end."""
    sizes: list[int] = []
    total = 0
    while total < people:
        size = int(min((1 - random.random()) ** (-1 / 1.0) * 50, people / 20))
        sizes.append(min(size, people - total))
        total += sizes[-1]
    return np.concatenate([[0], np.cumsum(sizes)])


def _some_follows(
    popularity: Floats, begins: Ints, eagerness: Floats, wanted: int, random: np.random.Generator
) -> Ints:
    """About so many follows and follow-backs, each as source * people + target; repeats are possible, loops are not."""
    people = len(popularity)
    community = np.repeat(np.arange(len(begins) - 1), np.diff(begins))
    summed = np.concatenate([[0.0], np.cumsum(popularity)])
    share = eagerness / eagerness.sum() * wanted * 1.10
    count = np.round(share + random.random(people) - 0.5).astype(np.int64).clip(0, people // 4)
    source = np.repeat(np.arange(people, dtype=np.int64), count)
    local = random.random(len(source)) < 0.7
    low = np.where(local, summed[begins[community[source]]], 0.0)
    high = np.where(local, summed[begins[community[source] + 1]], summed[-1])
    drawn = low + random.random(len(source)) * (high - low)
    target = np.minimum(np.searchsorted(summed, drawn, side="right") - 1, people - 1)
    del low, high, drawn, local
    back = random.random(len(source)) < 0.3 / (1 + popularity[target] / 50.0)
    pairs = np.concatenate([source * people + target, target[back] * people + source[back]])
    return np.asarray(pairs[(pairs // people) != (pairs % people)], np.int64)


def numbers(people: int, random: np.random.Generator) -> Ints:
    """A different whole number for each, like X's: 40 % old and short, 60 % of 18 or 19 digits."""
    short = random.random(people) < 0.4
    old = random.integers(100_000, 4_000_000_000, people)
    new = random.integers(7 * 10**17, 19 * 10**17, people)
    drawn = np.where(short, old, new)
    while len(first := np.unique(drawn, return_index=True)[1]) < people:
        repeated = np.ones(people, bool)
        repeated[first] = False
        drawn[repeated] = random.integers(7 * 10**17, 19 * 10**17, repeated.sum())
    return drawn


def parties(
    source: Rows, target: Rows, weights: Floats, people: int, rows: int, random: np.random.Generator
) -> tuple[Rows, Rows]:
    """Who acts and towards whom, in random order: along the follows by weight, and anybody towards the popular."""
    along = int(rows * 0.75)
    edge = _picks(weights, along, random)
    anybody = _picks(random.lognormal(0, 1.5, people), rows - along, random).astype(np.int32)
    popular = _picks(np.bincount(target, minlength=people).astype(np.float64) + 0.2, rows - along, random).astype(
        np.int32
    )
    actor, receiver = np.concatenate([source[edge], anybody]), np.concatenate([target[edge], popular])
    del edge, anybody, popular
    order = random.permutation(rows)
    return actor[order], receiver[order]


def _picks(weights: Floats, count: int, random: np.random.Generator) -> Ints:
    """So many positions, each as likely as its weight."""
    summed = np.cumsum(weights)
    return np.asarray(np.minimum(np.searchsorted(summed, random.random(count) * summed[-1]), len(weights) - 1))
