"""Who lives in the town: part, platform, community, language, and the traits that never change."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from ambassadors.simulate.chance import options
from ambassadors.simulate.plan import (
    BLUESKY_SHARE,
    BRAND_IDS,
    DAY,
    DAYS,
    END,
    LANGUAGE_SHARE,
    MASTODON,
    RIVAL_IDS,
    START,
    THEME_SIZE,
    THEME_TASTE,
    Flags,
    Floats,
    Ints,
    Part,
    communities,
    headcount,
)

POD_SIZE = 30
OPENED = np.array([START - 900 * DAY, START - 2_400 * DAY])  # when each platform let people in


@dataclass(frozen=True)
class Cast:
    """One entry an account, in the order of parts; files are sorted by id, so that the order gives nothing away."""

    part: Ints
    platform: Ints
    community: Ints
    language: Ints
    created: Ints
    aware: Ints  # when the account came across the brand; END if it never did
    forgets: Ints  # when it lost sight of the brand again; END if it has not
    fall: Floats  # the warmth that a scandal costs it; 0 where there is none, or it does not mind
    keen: Floats  # how readily it warms to the brand, and how gladly other fans follow it
    rival_fan: Flags
    pull: Floats  # how readily others follow it
    resonance: Floats  # how readily its followers respond
    busy: Floats  # its own posts in a year
    pod: Ints  # which pod it belongs to, -1 for none
    twin: Ints  # the same person's account on the other platform, -1 for none

    @property
    def size(self) -> int:
        """How many accounts there are."""
        return len(self.part)

    def playing(self, *parts: Part) -> Ints:
        """The accounts that play one of these parts."""
        return np.flatnonzero(np.isin(self.part, parts))

    def on(self, part: Part, platform: int) -> int:
        """The first account of a part on a platform; brand and rival have just this one."""
        return int(np.flatnonzero((self.part == part) & (self.platform == platform))[0])

    @property
    def person(self) -> Ints:
        """The number that both accounts of one person share."""
        own = np.arange(self.size)
        return np.where(self.twin >= 0, np.minimum(own, self.twin), own)


def cast(rng: np.random.Generator, n: int) -> Cast:
    """Everybody, with the parts in fixed numbers and all else by chance."""
    counts = headcount(n)
    part = np.repeat(np.array(list(counts)), list(counts.values()))
    pod = np.full(n, -1)
    pod[part == Part.POD] = np.arange(counts[Part.POD]) % max(1, counts[Part.POD] // POD_SIZE)
    platform = _platforms(rng, part, pod)
    community = options(rng, n, np.tile(THEME_SIZE, communities(n) // len(THEME_SIZE)))
    created = _created(rng, part, platform)
    return Cast(
        part=part,
        platform=platform,
        community=community,
        language=np.where(part <= Part.STAFF, 0, options(rng, n, LANGUAGE_SHARE)),
        created=created,
        aware=_aware(rng, part, community, created),
        forgets=np.full(n, END),
        fall=np.zeros(n),
        keen=rng.lognormal(-0.18, 0.6, n),
        rival_fan=(part >= Part.INFLUENCER) & (rng.random(n) < 0.11),
        pull=_pull(rng, part),
        resonance=_resonance(rng, part),
        busy=_busy(rng, part),
        pod=pod,
        twin=_twins(rng, part, platform),
    )


def _platforms(rng: np.random.Generator, part: Ints, pod: Ints) -> Ints:
    """Seven in ten on the larger platform; brand and rival on both; a pod all on one."""
    platform = options(rng, len(part), (BLUESKY_SHARE, 1 - BLUESKY_SHARE))
    both = part <= Part.RIVAL
    platform[both] = np.arange(both.sum()) % 2
    platform[part == Part.STAFF] = np.arange((part == Part.STAFF).sum()) % 3 // 2
    return np.where(pod >= 0, pod % 10 // 7, platform)


def _created(rng: np.random.Generator, part: Ints, platform: Ints) -> Ints:
    """Most accounts are older than the span; a tenth of the people, and many bots, arrive within it."""
    age = rng.exponential(420 * DAY, len(part)).astype(np.int64)
    old = np.maximum(START - 20 * DAY - age, OPENED[platform] + rng.integers(0, 60 * DAY, len(part)))
    late = START + rng.integers(0, (DAYS - 40) * DAY, len(part))
    share = np.select([part == Part.PERSON, part == Part.HUNTER, part == Part.BOT], [0.10, 0.15, 0.5], 0.0)
    created = np.where(rng.random(len(part)) < share, late, old)
    for house, ids in ((Part.BRAND, BRAND_IDS), (Part.RIVAL, RIVAL_IDS)):
        created[(part == house) & (platform == MASTODON)] = (int(ids[MASTODON]) >> 16) // 1000  # the id holds its time
    return created


def _aware(rng: np.random.Generator, part: Ints, community: Ints, created: Ints) -> Ints:
    """When each account came across the brand: the willing communities sooner, and most before the span."""
    n = len(part)
    taste = np.asarray(THEME_TASTE)[community % len(THEME_TASTE)]
    chance = np.select(
        [part == Part.PERSON, np.isin(part, (Part.INFLUENCER, Part.CELEBRITY)), part >= Part.WON_BACK],
        [0.27 * taste, 0.2, 1.0],
        0.0,
    )
    before = START - rng.integers(0, 300 * DAY, n)
    during = START + (rng.random(n) ** 0.8 * (DAYS - 5) * DAY).astype(np.int64)
    settled = (rng.random(n) < 0.62) | ((part > Part.CELEBRITY) & (part < Part.PERSON))
    when = np.maximum(np.where(settled, before, during), created)
    return np.where(rng.random(n) < chance, when, END)


def _pull(rng: np.random.Generator, part: Ints) -> Floats:
    """A heavy tail for everybody, a head start for the known, and next to nothing for bots."""
    pull = np.minimum(0.3 + rng.pareto(1.7, len(part)), 40.0) * np.where(part == Part.BOT, 0.02, 1.0)
    start = np.select([part == Part.CELEBRITY, part == Part.INFLUENCER], [55.0, 14.0], 0.0)
    return pull + start * rng.lognormal(0, 0.45, len(part))


def _resonance(rng: np.random.Generator, part: Ints) -> Floats:
    middle = np.select(
        [part == Part.INFLUENCER, part == Part.CELEBRITY, part == Part.BOT, part == Part.RIVAL],
        [2.6, 0.06, 0.02, 0.45],
        0.75,
    )
    return middle * rng.lognormal(0, 0.5, len(part))


def _busy(rng: np.random.Generator, part: Ints) -> Floats:
    middle = np.select(
        [part == Part.INFLUENCER, part == Part.CELEBRITY, part == Part.POD, part == Part.STAFF, part == Part.HUNTER],
        [20.0, 40.0, 11.0, 8.0, 0.7],
        1.6,
    )
    return np.where(part <= Part.RIVAL, 0.0, middle * rng.lognormal(0, np.where(part == Part.PERSON, 0.9, 0.4)))


def _twins(rng: np.random.Generator, part: Ints, platform: Ints) -> Ints:
    """A few people have an account on each platform."""
    twin = np.full(len(part), -1)
    some = max(2, round(0.004 * len(part)))
    here, there = (rng.permutation(np.flatnonzero((part == Part.PERSON) & (platform == p)))[:some] for p in (0, 1))
    here = here[: len(there)]
    twin[here], twin[there[: len(here)]] = there[: len(here)], here
    return twin
