"""Who follows whom: communities, heavy tails, closed triangles, ties returned, ties bought."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from ambassadors.simulate.cast import Cast
from ambassadors.simulate.chance import Lottery, distinct
from ambassadors.simulate.plan import DAY, END, FEWEST, THEMES, Floats, Ints, Part, communities

AT_HOME = 0.72  # the share of follows that stay within the community
SESSIONS = 6  # people follow in sittings, not one at a time


@dataclass(frozen=True)
class Ties:
    """``source`` follows ``target`` since a moment, each pair once and none with itself."""

    source: Ints
    target: Ints
    since: Ints

    def followers(self, n: int) -> Lottery:
        """Draws over the ties by the account that is followed."""
        return Lottery(self.target, groups=n)


def ties(rng: np.random.Generator, cast: Cast) -> Ties:
    """The whole follow graph."""
    chosen = _join(_choices(rng, cast), _bought(rng, cast))
    chosen = _join(chosen, _closures(rng, cast, *chosen), _among_fans(rng, cast))
    chosen = _join(chosen, _returned(rng, cast, *chosen), _pods(rng, cast), _fans(rng, cast), _team(cast))
    source, target = _once(cast, *chosen)
    return Ties(source, target, _since(rng, cast, source, target))


Pairs = tuple[Ints, Ints]


def _join(*some: Pairs) -> Pairs:
    return np.concatenate([s for s, _ in some]), np.concatenate([t for _, t in some])


def _once(cast: Cast, source: Ints, target: Ints) -> Pairs:
    """Each pair once, none with itself, none across platforms."""
    keep = (source != target) & (cast.platform[source] == cast.platform[target])
    return np.divmod(distinct(source[keep] * cast.size + target[keep]), cast.size)


def _choices(rng: np.random.Generator, cast: Cast) -> Pairs:
    """People follow whom they find: mostly within their community, and the popular more often."""
    wanted = np.minimum(rng.lognormal(np.log(4.6), 0.9, cast.size), 150)
    wanted[cast.part <= Part.RIVAL] = 0
    wanted[cast.part == Part.BOT] = 0
    source = np.repeat(np.arange(cast.size), np.round(wanted).astype(np.int64))
    return source, _found(rng, cast, source, AT_HOME)


def _found(rng: np.random.Generator, cast: Cast, source: Ints, at_home: float) -> Ints:
    """For each source an account of its platform, within its community or anywhere."""
    blocks = communities(cast.size)
    own_block = cast.platform * blocks + cast.community
    famous = np.isin(cast.part, (Part.CELEBRITY, Part.INFLUENCER))
    near = Lottery(own_block, groups=2 * blocks, weight=np.minimum(cast.pull, 25))
    wide = Lottery(cast.platform, groups=2, weight=cast.pull * np.where(famous, 2.0, 1.0))
    home = near.draw(rng, own_block[source])
    away = wide.draw(rng, cast.platform[source])
    return np.where((rng.random(len(source)) < at_home) & (home >= 0), home, away)


def _bought(rng: np.random.Generator, cast: Cast) -> Pairs:
    """Bots follow masses of people, and whoever has paid for them."""
    bots = cast.playing(Part.BOT)
    masses = np.repeat(bots, rng.integers(20, 70, len(bots)))
    buyers = np.concatenate([cast.playing(Part.CELEBRITY)[::5], cast.playing(Part.PERSON)[:: FEWEST * 8]])
    served = np.repeat(bots, 5)
    return _join((masses, _found(rng, cast, masses, 0.1)), (served, rng.choice(buyers, len(served))))


def _closures(rng: np.random.Generator, cast: Cast, source: Ints, target: Ints) -> Pairs:
    """Some follow whom those they follow follow: triangles close."""
    some = np.flatnonzero(rng.random(len(source)) < 0.32)
    some = some[cast.part[source[some]] != Part.BOT]
    onward = Lottery(source, groups=cast.size).draw(rng, target[some])
    known = onward >= 0
    return source[some][known], target[onward[known]]


def _among_fans(rng: np.random.Generator, cast: Cast) -> Pairs:
    """People who know the brand meet in its threads and follow each other, the keen ones above all."""
    fans = np.flatnonzero((cast.aware < END) & (cast.part >= Part.WON_BACK))
    source = np.repeat(fans, rng.poisson(1.6 * np.minimum(cast.keen[fans], 4)))
    blocks = communities(cast.size) // len(
        THEMES
    )  # a large town has threads enough for its fans to stay among neighbours
    quarter = cast.platform * blocks + cast.community // len(THEMES)
    pot = Lottery(quarter[fans], groups=2 * blocks, weight=cast.keen[fans] ** 1.5)
    met = pot.draw(rng, quarter[source])
    return source[met >= 0], fans[met[met >= 0]]


def _returned(rng: np.random.Generator, cast: Cast, source: Ints, target: Ints) -> Pairs:
    """Ordinary people follow back; the popular hardly, and nobody much follows a bot back."""
    chance = 0.36 * np.minimum(1.0, (2.0 / cast.pull[target]) ** 0.7)
    chance = np.where(cast.part[source] == Part.BOT, 0.015, chance)
    back = rng.random(len(source)) < chance
    return target[back], source[back]


def _pods(rng: np.random.Generator, cast: Cast) -> Pairs:
    """Nearly everybody in a pod follows everybody else in it."""
    members = cast.playing(Part.POD)
    pod = Lottery(cast.pod[members], groups=int(cast.pod.max()) + 1)
    asker, other = pod.members(cast.pod[members])
    keep = rng.random(len(asker)) < 0.8
    return members[asker[keep]], members[other[keep]]


def _fans(rng: np.random.Generator, cast: Cast) -> Pairs:
    """Most who know the brand follow it; the rival's fans follow the rival."""
    n = cast.size
    knows = np.where(cast.aware < END, 0.72, 0.02) * (cast.part > Part.STAFF)
    knows = np.where(cast.part == Part.HUNTER, 0.5, np.where(cast.part == Part.BOT, 0.35, knows))
    fans = np.flatnonzero(rng.random(n) < knows)
    others = np.flatnonzero(rng.random(n) < np.where(cast.rival_fan, 0.8, 0.01))
    brand, rival = (np.array([cast.on(part, platform) for platform in (0, 1)]) for part in (Part.BRAND, Part.RIVAL))
    return _join((fans, brand[cast.platform[fans]]), (others, rival[cast.platform[others]]))


def _team(cast: Cast) -> Pairs:
    """Staff and brand follow each other."""
    staff = cast.playing(Part.STAFF)
    brand = np.array([cast.on(Part.BRAND, platform) for platform in (0, 1)])[cast.platform[staff]]
    return _join((staff, brand), (brand, staff))


def _since(rng: np.random.Generator, cast: Cast, source: Ints, target: Ints) -> Ints:
    """When each tie began: in one of the follower's sittings, after both accounts were there."""
    sitting = cast.created[:, None] + _fractions(rng, cast.size) * (END - cast.created)[:, None]
    chosen = sitting[source, rng.integers(0, SESSIONS, len(source))].astype(np.int64)
    met = (cast.part[target] == Part.BRAND) & (cast.aware[source] < END)
    chosen = np.where(met, cast.aware[source], chosen)
    both = np.maximum(cast.created[source], cast.created[target])
    late = both + rng.integers(0, 40 * DAY, len(source))
    at = np.where(chosen >= both, chosen, late) + rng.integers(0, 900, len(source))
    return np.clip(at, both, END - 1)


def _fractions(rng: np.random.Generator, n: int) -> Floats:
    return rng.random((n, SESSIONS)) ** 0.9
