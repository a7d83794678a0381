"""The town as a whole: lived through once for a size and a seed, held as frames, written as files."""

from __future__ import annotations

import gzip
from dataclasses import dataclass, fields
from io import BufferedWriter
from pathlib import Path

import numpy as np
import polars as pl

from ambassadors.simulate import cascades, counts, exports, fans, ids, names, roles, schemes, texts, trade
from ambassadors.simulate.acts import Acts, Posts, tidy
from ambassadors.simulate.cast import Cast, cast
from ambassadors.simulate.plan import PLATFORMS, streams
from ambassadors.simulate.posts import publish, reach
from ambassadors.simulate.ties import Ties, ties
from ambassadors.simulate.warmth import Hearts, hearts

_PLAIN = ("referrals", "truth")  # small enough to be read without unpacking
_DECIMALS = {"orders": 2, "truth": 5}
_ROWS_AT_ONCE = 200_000


@dataclass(frozen=True)
class Town:
    """A year around one brand, as its exports would show it, and the truth behind it.

    The frames hold just what the files hold: times as the platform writes them, ids as text.
    """

    bluesky_accounts: pl.DataFrame
    mastodon_accounts: pl.DataFrame
    bluesky_follows: pl.DataFrame
    mastodon_follows: pl.DataFrame
    bluesky_posts: pl.DataFrame
    mastodon_posts: pl.DataFrame
    bluesky_interactions: pl.DataFrame
    mastodon_interactions: pl.DataFrame
    reviews: pl.DataFrame
    referrals: pl.DataFrame
    customers: pl.DataFrame
    orders: pl.DataFrame
    truth: pl.DataFrame

    def frames(self) -> dict[str, pl.DataFrame]:
        """Every frame by its name."""
        return {field.name: getattr(self, field.name) for field in fields(self)}


@dataclass(frozen=True)
class _Year:
    """What happened, in numbers."""

    cast: Cast
    ties: Ties
    hearts: Hearts
    posts: Posts
    acts: Acts


def town(n: int = 5000, *, seed: int = 7) -> Town:
    """A believable community of ``n`` accounts around one small brand; the same for the same seed.

    >>> small = town(400)
    >>> small.bluesky_accounts.height + small.mastodon_accounts.height
    400
    >>> small.truth.filter(role="brand")["account"].to_list()
    ['bluesky:did:plc:beanandleafcoffeeroaster', 'mastodon:109501234500000001']
    """
    rng = streams(seed)
    year = _live(rng, n)
    role = roles.roles(year.cast, year.hearts, year.acts)
    propensity = roles.propensities(year.cast, year.hearts, role)
    book = exports.Directory(
        year.cast,
        ids.ids(rng["names"], year.cast),
        ids.post_ids(rng["names"], year.posts.at, year.cast.platform[year.posts.author] == 0),
        texts.lexicon(),
    )
    truth = exports.truth(book, role, propensity)
    return Town(**_platforms(rng, year, book), **_till(rng, year, book), truth=truth)


def _live(rng: dict[str, np.random.Generator], n: int) -> _Year:
    """Subject by subject, each from its own stream."""
    people = cast(rng["cast"], n)
    graph = ties(rng["ties"], people)
    warm = hearts(rng["warmth"], people, graph)
    published = publish(rng["posts"], people)
    by_fans, mentions = fans.acts(rng["fans"], people, warm, published)
    by_schemes = schemes.acts(rng["schemes"], people, published)
    toward_brand = tidy(Acts.join([by_fans, by_schemes]), people)
    between = cascades.acts(rng["cascades"], people, graph, published, toward_brand)
    acts = tidy(Acts.join([toward_brand, between]), people)
    return _Year(people, graph, warm, Posts.join([published, mentions]), acts)


def _platforms(rng: dict[str, np.random.Generator], year: _Year, book: exports.Directory) -> dict[str, pl.DataFrame]:
    """What the platforms export: accounts, follows, posts and interactions of each."""
    stated = _stated(rng["counts"], year)
    shown = reach(rng["counts"], year.cast, year.posts, stated["followers"].to_numpy())
    profiles = names.profiles(rng["names"], year.cast)
    post_lines = texts.choose(rng["words"], book.words, year.posts.mood, year.cast.language[year.posts.author])
    lines = texts.choose(rng["words"], book.words, year.acts.mood, year.cast.language[year.acts.source])
    both = {
        "accounts": exports.accounts(rng["counts"], book, profiles, stated),
        "follows": exports.follows(book, year.ties),
        "posts": exports.posts(book, year.posts, post_lines, shown),
        "interactions": exports.interactions(book, year.posts, year.acts, lines),
    }
    return {f"{platform}_{name}": both[name][place] for name in both for place, platform in enumerate(PLATFORMS)}


def _stated(rng: np.random.Generator, year: _Year) -> pl.DataFrame:
    """The counts in the profiles, from what the data holds."""
    held = (year.ties.target, year.ties.source, year.posts.author)
    return counts.stated(rng, year.cast, *(np.bincount(of, minlength=year.cast.size) for of in held))


def _till(rng: dict[str, np.random.Generator], year: _Year, book: exports.Directory) -> dict[str, pl.DataFrame]:
    """What the till exports."""
    people, warm = year.cast, year.hearts
    buyers = trade.customers(rng["trade"], people, warm)
    bought = trade.orders(rng["trade"], warm, buyers)
    judged = trade.reviews(rng["trade"], people, warm)
    lines = texts.choose(rng["words"], book.words, judged.mood, people.language[warm.who[judged.row]])
    # One address a person: the two accounts of one share it, and a customer without an account has its own.
    owner = np.where(buyers.row >= 0, people.person[warm.who[buyers.row]], people.size + np.arange(buyers.size))
    addresses = ids.hashes(rng["names"], people.size + buyers.size).gather(owner)
    return {
        "reviews": exports.reviews(book, warm, judged, lines),
        "referrals": exports.referrals(book, warm, buyers),
        "customers": exports.customers(book, warm, buyers, addresses),
        "orders": exports.orders(bought),
    }


def write(folder: Path, n: int = 5000, seed: int = 7) -> list[Path]:
    """Write the files of a town into a folder, byte for byte the same for the same size and seed."""
    folder.mkdir(parents=True, exist_ok=True)
    return [_write(folder, name, frame) for name, frame in town(n, seed=seed).frames().items()]


def _write(folder: Path, name: str, frame: pl.DataFrame) -> Path:
    path = folder / (f"{name}.csv" if name in _PLAIN else f"{name}.csv.gz")
    with path.open("wb") as file:
        if name in _PLAIN:
            _rows(file, name, frame)
        else:
            # No name and no time of writing: they would differ from one run to the next.
            with gzip.GzipFile("", "wb", 9, file, mtime=0) as packed:
                _rows(packed, name, frame)
    return path


def _rows(file: BufferedWriter | gzip.GzipFile, name: str, frame: pl.DataFrame) -> None:
    """The frame as CSV, a slice at a time, so that a large one never stands in memory as text."""
    for start in range(0, max(frame.height, 1), _ROWS_AT_ONCE):
        part = frame.slice(start, _ROWS_AT_ONCE)
        file.write(part.write_csv(include_header=start == 0, float_precision=_DECIMALS.get(name)).encode())
