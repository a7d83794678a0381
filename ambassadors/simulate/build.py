"""The town as a whole: lived through once for a size and a seed, held as frames, written as files."""

from __future__ import annotations

import gzip
from collections.abc import Sequence
from dataclasses import dataclass, fields
from datetime import UTC, datetime
from io import BufferedWriter
from pathlib import Path

import numpy as np
import polars as pl

from ambassadors.errors import NotEnoughData
from ambassadors.simulate import cascades, counts, exports, fans, ids, names, roles, schemes, texts, trade
from ambassadors.simulate.acts import Acts, Posts, tidy
from ambassadors.simulate.cast import Cast, cast
from ambassadors.simulate.plan import BLUESKY, DAY, DAYS, END, PLATFORMS, START, Ints, streams
from ambassadors.simulate.posts import publish, reach
from ambassadors.simulate.scenarios import Scenario, named
from ambassadors.simulate.ties import Ties, ties
from ambassadors.simulate.warmth import Hearts, chances, hearts

_PLAIN = ("referrals", "truth")  # small enough to be read without unpacking
_DECIMALS = {"orders": 2, "truth": 5, "hazards": 6}
_ROWS_AT_ONCE = 200_000
_PERIOD = 30  # days


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
    """What happened, in numbers, and the ids by which the files tell it."""

    rng: dict[str, np.random.Generator]
    course: Scenario
    cast: Cast
    ties: Ties
    hearts: Hearts
    posts: Posts
    acts: Acts
    crowd: Acts  # those of the acts that a viral post drew
    book: exports.Directory


def town(n: int = 5000, *, seed: int = 7, scenario: str = "steady") -> Town:
    """A believable community of ``n`` accounts around one small brand; the same for the same seed and scenario.

    >>> small = town(400)
    >>> small.bluesky_accounts.height + small.mastodon_accounts.height
    400
    >>> small.truth.filter(role="brand")["account"].to_list()
    ['bluesky:did:plc:beanandleafcoffeeroaster', 'mastodon:109501234500000001']
    """
    return _town(_live(n, seed, scenario))


def hazards(
    n: int = 5000, *, seed: int = 7, scenario: str = "steady", at: Sequence[datetime] | None = None, days: int = _PERIOD
) -> pl.DataFrame:
    """How likely each person of a town truly was to begin to speak up: what a forecast should have said at each moment.

    The moments are those asked for, or the beginnings of the periods of so many days that fit into the year. There is a
    row for everybody who comes across the brand within the year; the chance of everybody else is 0. ``propensity`` is
    the monthly hazard as it stands at the moment, ``hazard`` the chance of beginning within the days that follow it, on
    the path that the person's warmth and friends then took; both are null once it has begun, which is at ``onset``.

    A moment without a zone is in UTC. Raises :class:`NotEnoughData` where the days after one are not all in the year.

    >>> before = hazards(400, days=60)
    >>> before["at"].unique().sort().to_list()[:2], before["hazard"].is_between(0, 1).all()
    (['2025-06-01T00:00:00Z', '2025-07-31T00:00:00Z'], True)
    """
    if not 1 <= days <= DAYS:
        raise NotEnoughData(f"the town's year holds spans of 1 to {DAYS} days, not {days}")
    moments = _periods(days) if at is None else _seconds(at, days)
    return _hazards(_live(n, seed, scenario), moments, days)


def _periods(days: int) -> Ints:
    """The beginnings of the periods of so many days that fit into the year."""
    return START + DAY * np.arange(0, DAYS - days + 1, days)


def _seconds(at: Sequence[datetime], days: int) -> Ints:
    """The moments as numbers, each with so many days of the year ahead of it."""
    in_zone = [moment if moment.tzinfo else moment.replace(tzinfo=UTC) for moment in at]
    seconds = np.array([int(moment.timestamp()) for moment in in_zone], dtype=np.int64)
    for moment, second in zip(in_zone, seconds, strict=True):
        if not START <= second <= END - days * DAY:
            raise NotEnoughData(f"the town's year, June 2025 to May 2026, does not hold {moment} and {days} days more")
    return seconds


def _live(n: int, seed: int, scenario: str) -> _Year:
    """Subject by subject, each from its own stream."""
    course, rng = named(scenario), streams(seed)
    born = cast(rng["cast"], n)
    graph = ties(rng["ties"], born)
    published = publish(rng["posts"], born)
    by_schemes = schemes.acts(rng["schemes"], born, published)
    people, by_crowd = course.befall(rng["scenario"], born, published)
    warm = hearts(rng["warmth"], people, graph, course)
    by_fans, mentions = fans.acts(rng["fans"], people, warm, published, course)
    toward_brand = tidy(Acts.join([by_fans, by_schemes, by_crowd]), people)
    between = cascades.acts(rng["cascades"], people, graph, published, toward_brand)
    acts = tidy(Acts.join([toward_brand, between]), people)
    posts = Posts.join([published, mentions])
    return _Year(rng, course, people, graph, warm, posts, acts, by_crowd, _directory(rng["names"], people, posts))


def _directory(rng: np.random.Generator, people: Cast, posts: Posts) -> exports.Directory:
    native = ids.ids(rng, people)
    return exports.Directory(
        people, native, ids.post_ids(rng, posts.at, people.platform[posts.author] == BLUESKY), texts.lexicon()
    )


def _town(year: _Year) -> Town:
    """The year as the files show it."""
    role = roles.roles(year.cast, year.hearts, year.acts)
    propensity = roles.propensities(year.cast, year.hearts, role)
    truth = exports.truth(year.book, role, propensity)
    return Town(**_platforms(year), **_till(year), truth=truth)


def _hazards(year: _Year, at: Ints, days: int) -> pl.DataFrame:
    """The hazards of the year at these moments."""
    true = chances(year.cast, year.ties, year.hearts, year.course)
    return exports.hazards(year.book, year.hearts, at, true.monthly(at), true.within(at, days * DAY))


def _platforms(year: _Year) -> dict[str, pl.DataFrame]:
    """What the platforms export: accounts, follows, posts and interactions of each."""
    rng, book = year.rng, year.book
    stated = _stated(rng["counts"], year)
    crowd = np.bincount(year.crowd.post, minlength=len(year.posts))
    shown = reach(rng["counts"], year.cast, year.posts, stated["followers"].to_numpy(), crowd)
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


def _till(year: _Year) -> dict[str, pl.DataFrame]:
    """What the till exports."""
    rng, book, people, warm = year.rng, year.book, year.cast, year.hearts
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


def write(folder: Path, n: int = 5000, seed: int = 7, *, scenario: str = "steady", truth: bool = False) -> list[Path]:
    """Write the files of a town into a folder, byte for byte the same for the same size, seed and scenario.

    With ``truth`` the hazards of each 30 days are written, too, to ``hazards.csv.gz``: for comparison only.
    """
    year = _live(n, seed, scenario)
    frames = _town(year).frames()
    if truth:
        frames["hazards"] = _hazards(year, _periods(_PERIOD), _PERIOD)
    folder.mkdir(parents=True, exist_ok=True)
    return [_write(folder, name, frame) for name, frame in frames.items()]


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
