"""How warm each person is toward the brand through the year, and when that turns into speaking up for it.

Warmth is a latent path, in units of about one rung: near 0.5 a person merely knows the brand, near 1.5 likes it, above
2 loves it, below -0.5 is angry with it. It rests at a level, climbs for those who set out, falls for those who lapse or
are let down, and wanders all the time. Once a step, everybody who has not begun to speak up may begin, with the hazard

    h = 1 - exp(-exp(BASE + PER_WARMTH * warmth + PER_OPENNESS * openness + PER_FRIENDS * log(1 + friends)))

a month, where friends are the followed who speak up; a scenario may multiply the rate. ``propensity`` is this hazard as
it stands at the end of the span, and ``chances`` gives it at every moment before: the truth that a forecast is measured
against.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from ambassadors.simulate.cast import Cast
from ambassadors.simulate.chance import Lottery, drift
from ambassadors.simulate.plan import (
    DAY,
    END,
    MONTH,
    START,
    STEP,
    STEP_DAYS,
    STEPS,
    THEME_TASTE,
    Flags,
    Floats,
    Ints,
    Part,
)
from ambassadors.simulate.scenarios import Scenario
from ambassadors.simulate.ties import Ties

BASE, PER_WARMTH, PER_OPENNESS, PER_FRIENDS = -9.0, 2.4, 0.8, 0.6
BEFORE = 36  # steps lived before the span begins, so that it opens with advocates already there
NEVER = END

Grid = npt.NDArray[np.float32]


@dataclass(frozen=True)
class Hearts:
    """The people who know the brand: one row each, one column a step of the span."""

    who: Ints
    warmth: Grid
    present: npt.NDArray[np.bool_]  # whether the person knows the brand by this step, and has not forgotten it
    onset: Ints  # the moment of beginning to speak up; NEVER if it has not come
    propensity: Floats
    openness: Floats
    let_down: Ints  # the moment of a complaint; NEVER for nearly all
    made_good: Ints  # the moment at which it was put right; NEVER if it was not

    @property
    def advocates(self) -> Flags:
        """Who has begun to speak up by the end."""
        return self.onset < NEVER

    def warmth_at(self, row: Ints, at: Ints) -> Floats:
        """The warmth of some rows at some moments."""
        return self.warmth[row, np.clip((at - START) // STEP, 0, STEPS - 1)].astype(float)


def hearts(rng: np.random.Generator, cast: Cast, ties: Ties, course: Scenario) -> Hearts:
    """Live through the year: paths of warmth, and for each person the moment of speaking up."""
    who = np.flatnonzero(cast.aware < END)
    openness = _openness(rng, cast.part[who])
    let_down, made_good = _troubles(rng, cast.part[who])
    times = START + STEP * np.arange(-BEFORE, STEPS)
    warmth = _paths(rng, cast, who, times, let_down, made_good)
    warmth[:, times >= course.scandal] -= cast.fall[who][:, None].astype(np.float32)
    present = (cast.aware[who][:, None] <= times) & (times < cast.forgets[who][:, None])
    ready = course.readiness(times)
    begun, friends = _beginnings(rng, cast, ties, who, warmth, present, openness, ready)
    onset = np.where(begun < len(times), times[np.minimum(begun, len(times) - 1)], NEVER)
    return Hearts(
        who=who,
        warmth=warmth[:, BEFORE:],
        present=present[:, BEFORE:],
        onset=onset + np.where(onset < NEVER, rng.integers(0, STEP, len(who)), 0),
        propensity=-np.expm1(-_rate(warmth[:, -1], openness, friends) * ready[-1]) * present[:, -1],
        openness=openness,
        let_down=let_down,
        made_good=made_good,
    )


def _openness(rng: np.random.Generator, part: Ints) -> Floats:
    """How readily a person says in public what it feels."""
    middle = np.select([part == Part.STEADY, part == Part.SPENDER, part == Part.LOST], [-1.6, -2.6, 0.0], 0.0)
    return middle + 0.7 * rng.standard_normal(len(part))


def _troubles(rng: np.random.Generator, part: Ints) -> tuple[Ints, Ints]:
    """When those who are let down are let down, and when that is put right for those for whom it is."""
    begin = START + rng.integers(40 * DAY, 270 * DAY, len(part))
    put_right = begin + rng.integers(2 * DAY, 12 * DAY, len(part))
    won_back = part == Part.WON_BACK
    return np.where(won_back | (part == Part.LOST), begin, NEVER), np.where(won_back, put_right, NEVER)


def _paths(rng: np.random.Generator, cast: Cast, who: Ints, times: Ints, let_down: Ints, made_good: Ints) -> Grid:
    """Rest level, climb, lapse, trouble, and a wandering over all."""
    part = cast.part[who]
    rest = _rest(rng, part)
    path = drift(rng, len(who), len(times), keep=0.85, spread=0.27) + rest[:, None].astype(np.float32)
    path += _climbs(rng, cast, who, times, rest)
    return path + _falls(times, let_down, made_good)


def _rest(rng: np.random.Generator, part: Ints) -> Floats:
    middle = np.select([part == Part.STEADY, part == Part.SPENDER, part == Part.WON_BACK], [1.05, 1.5, 0.9], 0.5)
    spread = np.where(part == Part.STEADY, 0.15, 0.33)
    return middle + spread * rng.standard_normal(len(part))


def _climbs(rng: np.random.Generator, cast: Cast, who: Ints, times: Ints, rest: Floats) -> Grid:
    """Some set out, later ones in greater numbers; not all arrive high, and a good part lapse afterwards."""
    size = len(who)
    taste = np.asarray(THEME_TASTE)[cast.community[who] % len(THEME_TASTE)]
    climber = (rng.random(size) < 0.40 * taste**0.3 * cast.keen[who]) & (cast.part[who] == Part.PERSON)
    known = np.maximum(cast.aware[who], START - 170 * DAY)
    begin = known + (rng.random(size) ** 0.75 * (END + 20 * DAY - known)).astype(np.int64)
    lasts = np.clip(rng.lognormal(np.log(115), 0.35, size), 45, 280) * DAY
    height = np.maximum(rng.normal(2.45, 0.5, size) - rest, 0.2)
    lapse = begin + lasts + rng.exponential(100 * DAY, size)
    lapse = np.where(rng.random(size) < 0.45, lapse, NEVER)
    fade = rng.uniform(20, 60, size) * DAY
    return _risen(times, begin, lasts, lapse, fade) * np.where(climber, height, 0)[:, None].astype(np.float32)


def _risen(times: Ints, begin: Ints, lasts: Floats, lapse: Floats, fade: Floats) -> Grid:
    """The share of its climb that each row has behind it at each time, less what has faded since it lapsed."""
    way = np.clip((times - begin[:, None]) / lasts[:, None], 0, 1).astype(np.float32)
    smooth = way * way * (3 - 2 * way)
    faded = np.exp(-np.maximum(times - lapse[:, None], 0) / fade[:, None]).astype(np.float32)
    return smooth * faded


def _falls(times: Ints, let_down: Ints, made_good: Ints) -> Grid:
    """A disappointment costs more than two rungs; made good, it gives way within weeks to a little gratitude."""
    hurt = times >= let_down[:, None]
    healed = 1 - np.exp(-np.maximum(times - made_good[:, None], 0) / (18 * DAY))
    return np.where(hurt, -2.4 + 3.3 * healed, 0.0).astype(np.float32)


def _rate(warmth: Grid, openness: Floats, friends: Floats) -> Floats:
    """The monthly rate at which a person begins to speak up."""
    return np.exp(BASE + PER_WARMTH * warmth.astype(float) + PER_OPENNESS * openness + PER_FRIENDS * np.log1p(friends))


def _beginnings(
    rng: np.random.Generator,
    cast: Cast,
    ties: Ties,
    who: Ints,
    warmth: Grid,
    present: Flags,
    openness: Floats,
    ready: Floats,
) -> tuple[Ints, Floats]:
    """The step at which each row begins (the number of steps if never), and its friends who speak up by the end."""
    steps = warmth.shape[1]
    begun = np.full(len(who), steps)
    friends = np.zeros(cast.size)
    followers = ties.followers(cast.size)
    for step in range(steps):
        rate = _rate(warmth[:, step], openness, friends[who]) * ready[step] * STEP_DAYS / MONTH
        new = (begun == steps) & present[:, step] & (rng.random(len(who)) < -np.expm1(-rate))
        begun[new] = step
        friends += _followers(ties, followers, who[new], cast.size)
    return begun, friends[who]


def _followers(ties: Ties, followers: Lottery, of: Ints, size: int) -> Ints:
    """How many of these each account follows."""
    _, tie = followers.members(of)
    return np.bincount(ties.source[tie], minlength=size)


@dataclass(frozen=True)
class Chances:
    """The monthly rate of beginning to speak up, for each person and step: lived through once more, without chance."""

    rate: Floats  # 0 while a person does not know the brand

    def monthly(self, at: Ints) -> Floats:
        """The monthly hazard as it stands at each moment: a row a person, a column a moment."""
        return -np.expm1(-self.rate[:, np.clip((at - START) // STEP, 0, STEPS - 1)])

    def within(self, at: Ints, span: int) -> Floats:
        """The chance of beginning within the span that follows each moment, given not begun by then.

        A beginning falls anywhere within its step alike, so that a part of a step holds its part of the chance.
        """
        kept = np.exp(-self.rate * (STEP_DAYS / MONTH))
        left = np.cumprod(np.column_stack([np.ones(len(kept)), kept]), axis=1)
        left = np.maximum(left, np.finfo(float).tiny)  # for the hottest, who have begun long before
        return 1 - _between(left, at + span) / _between(left, at)


def _between(columns: Floats, at: Ints) -> Floats:
    """The value at each moment, on the line between the edges of its step."""
    step = np.clip((at - START) // STEP, 0, STEPS - 1)
    part = (at - START - step * STEP) / STEP
    return columns[:, step] * (1 - part) + columns[:, step + 1] * part


def chances(cast: Cast, ties: Ties, hearts: Hearts, course: Scenario) -> Chances:
    """The rates that the year was lived by, from who had begun by each step."""
    ready = course.readiness(START + STEP * np.arange(STEPS))
    followers = ties.followers(cast.size)
    step_begun = (hearts.onset - START) // STEP  # negative for those who had begun before the span
    friends = np.zeros(cast.size)
    rate = np.zeros(hearts.warmth.shape)
    for step in range(STEPS):
        new = step_begun < 0 if step == 0 else step_begun == step - 1
        friends += _followers(ties, followers, hearts.who[new], cast.size)
        rate[:, step] = _rate(hearts.warmth[:, step], hearts.openness, friends[hearts.who]) * ready[step]
    return Chances(rate * hearts.present)
