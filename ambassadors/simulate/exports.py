"""The town as its exports show it: each platform with its own columns, words, times and order of rows."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

import numpy as np
import polars as pl

from ambassadors.simulate.acts import Acts, Form, Posts
from ambassadors.simulate.cast import Cast
from ambassadors.simulate.plan import (
    BLUESKY,
    DAY,
    DAYS,
    END,
    HOUR,
    LANGUAGES,
    MASTODON,
    PLATFORMS,
    START,
    THEMES,
    Flags,
    Floats,
    Ints,
    Part,
)
from ambassadors.simulate.roles import Role
from ambassadors.simulate.texts import Lexicon
from ambassadors.simulate.ties import Ties
from ambassadors.simulate.trade import CODES, Customers, Orders, Reviews
from ambassadors.simulate.warmth import NEVER, Hearts

# In the order of Kind; the second platform has no word for a quote, and shows it as a mention.
KIND_WORDS = {
    BLUESKY: ("like", "repost", "quote", "reply", "mention"),
    MASTODON: ("favourite", "boost", "mention", "reply", "mention"),
}


@dataclass(frozen=True)
class Directory:
    """The ids that all exports share."""

    cast: Cast
    native: pl.Series
    post: pl.Series
    words: Lexicon

    def account(self, numbers: Ints) -> pl.Series:
        """Native ids."""
        return self.native.gather(numbers)

    def full(self, numbers: Ints) -> pl.Series:
        """Ids with their platform; empty for -1."""
        platform = pl.Series(PLATFORMS).gather(self.cast.platform[np.maximum(numbers, 0)])
        return pl.select(pl.concat_str(platform, pl.lit(":"), _or_blank(self.native, numbers))).to_series()

    def at_post(self, numbers: Ints) -> pl.Series:
        """Ids of posts; empty for -1."""
        return _or_blank(self.post, numbers)

    def said(self, line: Ints) -> pl.Series:
        """Texts; empty for -1."""
        return _or_blank(pl.Series(self.words.lines), line)

    @cached_property
    def rank(self) -> Ints:
        """The place of each account among the sorted ids: the order of the files."""
        rank = np.empty(self.cast.size, dtype=np.int64)
        rank[self.native.arg_sort().to_numpy()] = np.arange(self.cast.size)
        return rank


def _or_blank(texts: pl.Series, numbers: Ints) -> pl.Series:
    """The texts at these places, and nothing where the place is negative."""
    return texts.extend_constant(None, 1).gather(np.where(numbers < 0, len(texts), numbers))


def _where(values: pl.Series, known: Flags) -> pl.Series:
    """The values, and nothing where they are not known."""
    return values.set(pl.Series(~known), None)


def iso(at: Ints) -> pl.Series:
    """Seconds as ISO 8601 in UTC.

    >>> iso(np.array([START]))[0]
    '2025-06-01T00:00:00Z'
    """
    return pl.Series(at * 1000).cast(pl.Datetime("ms")).dt.strftime("%Y-%m-%dT%H:%M:%SZ")


def accounts(
    rng: np.random.Generator, book: Directory, profiles: pl.DataFrame, stated: pl.DataFrame
) -> list[pl.DataFrame]:
    """The two account exports, observed on the last day of the span."""
    cast = book.cast
    seen = END - 1 - rng.integers(0, 6 * HOUR, cast.size)
    found = (rng.random(cast.size) < 0.82) | (cast.part <= Part.STAFF)
    order = np.argsort(book.rank)
    both = pl.DataFrame({"id": book.native, "seen": seen, "found": found, "platform": cast.platform})
    both = both.with_columns(made=iso(cast.created), indexed=iso(seen))
    both = pl.concat([both, profiles, stated], how="horizontal")[order]
    bluesky = both.filter(platform=BLUESKY).select(
        did="id", handle="handle", display_name="name", description="bio", followersCount="followers",
        followsCount="following", postsCount="posts", createdAt="made", indexedAt="indexed",
    )  # fmt: skip
    mastodon = both.filter(platform=MASTODON).select(
        id="id", acct="handle", display_name="name", note="bio", followers_count="followers",
        following_count="following", statuses_count="posts", created_at="made", discoverable="found",
        observed_at="seen",
    )  # fmt: skip
    return [bluesky, mastodon]


def follows(book: Directory, ties: Ties) -> list[pl.DataFrame]:
    """The two follow exports: the one says since when, the other (crawled monthly) in which crawl a tie was new."""
    order = np.argsort(book.rank[ties.source] * (1 << 36) + ties.since, kind="stable")
    source, target, since = ties.source[order], ties.target[order], ties.since[order]
    here = book.cast.platform[source] == BLUESKY
    frames = [
        pl.DataFrame({"source": book.account(source[on]), "target": book.account(target[on])}) for on in (here, ~here)
    ]
    return [
        frames[0].with_columns(since=iso(since[here])),
        frames[1].with_columns(observed_at=crawls()[np.searchsorted(crawls(), since[~here])]),
    ]


def crawls() -> Ints:
    """When the follow lists were read: as the span opens, and every month until it closes."""
    return np.append(START + np.arange(0, DAYS - 15, 30) * DAY, END - 1)


def posts(book: Directory, posts: Posts, lines: Ints, reach: Ints) -> list[pl.DataFrame]:
    """The two post exports."""
    order = np.argsort(_post_order(book, posts))
    author = posts.author[order]
    shown = reach[order]
    frame = pl.DataFrame(
        {
            "post": book.post.gather(order),
            "author": book.account(author),
            "at": iso(posts.at[order]),
            "kind": pl.Series([form.name.lower() for form in Form]).gather(posts.form[order]),
            "language": pl.Series(LANGUAGES).gather(book.cast.language[author]),
            "impressions": _where(pl.Series(shown), shown >= 0),
            "text": book.said(lines[order]),
        }
    )
    here = pl.Series(book.cast.platform[author] == BLUESKY)
    return [frame.filter(here), frame.filter(~here)]


def _post_order(book: Directory, posts: Posts) -> Ints:
    """By author and then by time, as an export walks from profile to profile."""
    return book.rank[posts.author] * (1 << 36) + posts.at


def interactions(book: Directory, posts: Posts, acts: Acts, lines: Ints) -> list[pl.DataFrame]:
    """The two interaction exports, post by post, each with its platform's words and times."""
    place = np.empty(len(posts), dtype=np.int64)
    place[np.argsort(_post_order(book, posts))] = np.arange(len(posts))
    order = np.argsort(place[acts.post] * (END - START) + acts.at - START, kind="stable")
    acts, lines = acts.where(order), lines[order]
    bluesky, mastodon = (_interactions(book, acts, lines, platform) for platform in (BLUESKY, MASTODON))
    return [
        bluesky.with_columns(at=iso(bluesky["at"].to_numpy()), rating=pl.lit(None, pl.Int64)).select(
            "source", "target", "kind", "at", "post", "rating", "text"
        ),
        mastodon.with_columns(at_ms=pl.col("at") * 1000 + pl.col("ms")).select(
            "source", "target", "kind", "at_ms", "post", "text"
        ),
    ]


def _interactions(book: Directory, acts: Acts, lines: Ints, platform: int) -> pl.DataFrame:
    """The acts on one platform, with what both exports are made from."""
    here = book.cast.platform[acts.source] == platform
    acts, lines = acts.where(here), lines[here]
    return pl.DataFrame(
        {
            "source": book.account(acts.source),
            "target": book.account(acts.target),
            "kind": pl.Series(KIND_WORDS[platform]).gather(acts.kind),
            "at": acts.at,
            "ms": acts.post * 7 % 1000,  # only so that they are not all zero
            "post": book.at_post(acts.post),
            "text": book.said(lines),
        }
    )


def reviews(book: Directory, hearts: Hearts, reviews: Reviews, lines: Ints) -> pl.DataFrame:
    """Reviews of the brand, in the order of time."""
    order = np.argsort(reviews.at, kind="stable")
    return pl.DataFrame(
        {
            "source": book.full(hearts.who[reviews.row[order]]),
            "rating": reviews.rating[order],
            "at": iso(reviews.at[order]),
            "text": book.said(lines[order]),
        }
    )


def customers(book: Directory, hearts: Hearts, customers: Customers, hashes: pl.Series) -> pl.DataFrame:
    """Customers; the two accounts of one person share an e-mail address."""
    account = np.where(customers.row >= 0, hearts.who[customers.row], -1)
    return pl.DataFrame(
        {
            "customer": _customer_ids(np.arange(customers.size)),
            "email_hash": hashes,
            "account": book.full(account),
            "consent": customers.consent,
            "since": iso(customers.since),
        }
    )


def _customer_ids(numbers: Ints) -> pl.Series:
    return pl.select(pl.lit("C") + pl.lit(pl.Series(numbers + 1)).cast(pl.String).str.zfill(6)).to_series()


def orders(orders: Orders) -> pl.DataFrame:
    """Orders, in the order of time; what was refunded was refunded in full."""
    refunded = orders.refunded_at < NEVER
    numbers = pl.Series(100_001 + np.arange(len(orders.at))).cast(pl.String)
    return pl.DataFrame(
        {
            "order": pl.select(pl.lit("BL-") + pl.lit(numbers)).to_series(),
            "customer": _customer_ids(orders.customer),
            "at": iso(orders.at),
            "amount": orders.amount,
            "currency": pl.repeat("EUR", len(orders.at), eager=True),
            "code": pl.Series([code or None for code in CODES]).gather(orders.code),
            "refunded": _where(pl.Series(orders.amount), refunded),
            "refunded_at": _where(iso(orders.refunded_at), refunded),
        }
    )


def referrals(book: Directory, hearts: Hearts, customers: Customers) -> pl.DataFrame:
    """Who brought whom, at the moment of the first order."""
    brought = np.flatnonzero(customers.referrer >= 0)
    return pl.DataFrame(
        {
            "referrer": book.full(hearts.who[customers.referrer[brought]]),
            "customer": _customer_ids(brought),
            "at": iso(customers.since[brought]),
        }
    )


def hazards(book: Directory, hearts: Hearts, at: Ints, monthly: Floats, chance: Floats) -> pl.DataFrame:
    """The chance of beginning to speak up, as it stands at each moment and within what follows; none once begun."""
    row, column = (place.ravel() for place in np.indices(monthly.shape))
    onset = hearts.onset[row]
    still = onset >= at[column]
    frame = pl.DataFrame(
        {
            "account": book.full(hearts.who[row]),
            "at": iso(at[column]),
            "propensity": _where(pl.Series(monthly.ravel()).round(6), still),
            "hazard": _where(pl.Series(chance.ravel()).round(6), still),
            "onset": _where(iso(onset), onset < NEVER),
        }
    )
    return frame.sort("at", "account")


def truth(book: Directory, role: Ints, propensity: np.ndarray[tuple[int], np.dtype[np.float64]]) -> pl.DataFrame:
    """What a ranking is measured against, sorted by account."""
    cast = book.cast
    theme = pl.Series(THEMES).gather(cast.community % len(THEMES))
    number = pl.Series(cast.community // len(THEMES) + 1).cast(pl.String)
    label = pl.select(
        pl.when(pl.lit(number) == "1").then(pl.lit(theme)).otherwise(pl.lit(theme) + "-" + pl.lit(number))
    )
    frame = pl.DataFrame(
        {
            "account": book.full(np.arange(cast.size)),
            "role": pl.Series([each.name.lower() for each in Role]).gather(role),
            "propensity": pl.Series(propensity).fill_nan(None).round(5),
            "community": _where(label.to_series(), cast.part > Part.RIVAL),
        }
    )
    return frame.sort("account")
