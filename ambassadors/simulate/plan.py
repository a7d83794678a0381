"""The plan of the town: its year, how many of each part it holds, and the streams of chance.

Everything a reader may want to turn is a constant here or at the head of the module whose subject it is.
"""

from __future__ import annotations

from datetime import UTC, datetime
from enum import IntEnum

import numpy as np
import numpy.typing as npt

from ambassadors.errors import NotEnoughData

Ints = npt.NDArray[np.int64]
Floats = npt.NDArray[np.float64]
Flags = npt.NDArray[np.bool_]

HOUR = 3_600
DAY = 24 * HOUR
MONTH = 30.4375  # days
START = int(datetime(2025, 6, 1, tzinfo=UTC).timestamp())
DAYS = 365
END = START + DAYS * DAY  # the first second that is no longer in the span

STEP_DAYS = 5  # divides the year evenly, and is short beside the months in which people warm up
STEPS = DAYS // STEP_DAYS
STEP = STEP_DAYS * DAY

FEWEST = 200  # below this some parts would have nobody to play them
BLUESKY, MASTODON = 0, 1
PLATFORMS = ("bluesky", "mastodon")
BLUESKY_SHARE = 0.7

# Brand and rival keep their ids whatever the seed, so that a recipe can name them.
BRAND_IDS = ("did:plc:beanandleafcoffeeroaster", "109501234500000001")
RIVAL_IDS = ("did:plc:tinlanterncoffeeroasters", "109612345600000002")

THEMES = ("coffee", "neighbours", "cyclists", "parents", "students", "makers", "music", "gardeners")
THEME_SIZE = (0.16, 0.18, 0.14, 0.14, 0.13, 0.10, 0.08, 0.07)
THEME_TASTE = (2.0, 1.5, 1.0, 0.7, 0.9, 0.8, 0.6, 0.8)  # how readily this theme takes to a coffee roaster
LANGUAGES = ("en", "pl", "no", "bg")
LANGUAGE_SHARE = (0.80, 0.08, 0.07, 0.05)


class Part(IntEnum):
    """The part an account is born to. Advocates are not born: they emerge from the year that they live through."""

    BRAND = 0
    RIVAL = 1
    STAFF = 2
    BOT = 3
    POD = 4
    HUNTER = 5
    INFLUENCER = 6
    CELEBRITY = 7  # many followers, little effect
    WON_BACK = 8  # complains, is made whole, comes back
    LOST = 9  # complains, and stays negative
    STEADY = 10  # likes a great deal, at a constant rate, and will never speak for the brand
    SPENDER = 11  # buys a great deal and says nothing
    PERSON = 12


# The brand, its rival and the staff stay as few as they are however large the town.
FIXED = {Part.BRAND: 2, Part.RIVAL: 2, Part.STAFF: 6}
PER_5000 = {
    Part.BOT: 150,
    Part.POD: 30,
    Part.HUNTER: 60,
    Part.INFLUENCER: 25,
    Part.CELEBRITY: 15,
    Part.WON_BACK: 25,
    Part.LOST: 15,
    Part.STEADY: 70,
    Part.SPENDER: 40,
}

# One stream a subject, so that a change in one leaves the others as they were. Only ever append.
SUBJECTS = (
    "cast",
    "ties",
    "warmth",
    "posts",
    "fans",
    "schemes",
    "cascades",
    "trade",
    "names",
    "words",
    "counts",
    "scenario",
)


def streams(seed: int) -> dict[str, np.random.Generator]:
    """One independent stream of chance for each subject.

    >>> bool(streams(7)["cast"].random() == streams(7)["ties"].random())
    False
    """
    seeds = np.random.SeedSequence(seed).spawn(len(SUBJECTS))
    return {subject: np.random.Generator(np.random.PCG64(own)) for subject, own in zip(SUBJECTS, seeds, strict=True)}


def headcount(n: int) -> dict[Part, int]:
    """How many accounts play each part in a town of ``n``.

    >>> headcount(5000)[Part.BOT], sum(headcount(5000).values())
    (150, 5000)
    """
    if n < FEWEST:
        raise NotEnoughData(f"a town of {n} accounts cannot hold every part: ask for at least {FEWEST}")
    counts = FIXED | {part: max(2, round(share * n / 5000)) for part, share in PER_5000.items()}
    return counts | {Part.PERSON: n - sum(counts.values())}


def communities(n: int) -> int:
    """Eight communities for every 5,000 accounts: a larger town has more of them, not looser ones."""
    return len(THEMES) * max(1, round(n / 5000))
