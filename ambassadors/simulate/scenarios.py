"""How a year can leave its course, so that a model of the town can be caught out: what may happen, and what it changes.

A model of who will speak up learns from the past how behaviour goes over into speaking up. Each scenario breaks this in
another way, and an honest model must notice, and abstain:

- ``steady``: nothing happens; what was true stays true.
- ``drift``: over the last third of the year the rate of beginning to speak up halves every 30 days, and nothing in
  anybody's behaviour says so. Whoever calibrates on one month promises twice too much for the next, and four times too
  much for the one after. It halves rather than doubles because promising too much is the dearer mistake (people are
  written to in vain), and because doubling would soon leave nobody to begin.
- ``spike``: a post goes viral three weeks before the end. Crowds who never knew the brand come across it within days,
  like or share it once or twice, and most are never heard of again: a great deal of activity that means nothing.
- ``boycott``: a scandal five weeks before the end. Most turn cold and many say so in public, hardly anybody begins to
  speak up, and advocates who stay warm defend the brand in its own threads.

The steady year passes through the same functions as the others, and there they change nothing: a rate times one, a fall
of nothing, a crowd of nobody. What they draw comes from a stream of its own.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np

from ambassadors.errors import UnknownName
from ambassadors.simulate.acts import Acts, Kind, Mood, Posts
from ambassadors.simulate.cast import Cast
from ambassadors.simulate.chance import awake, delays, options
from ambassadors.simulate.plan import DAY, END, HOUR, Floats, Ints, Part
from ambassadors.simulate.posts import of_the_brand

HALVED_EVERY = 30 * DAY

REACHED = 0.40  # the share of those who never knew the brand that the viral post reaches
VIRAL_KINDS = {Kind.LIKE: 0.6, Kind.SHARE: 0.4}
TWICE = 0.45  # the share of them that does both
STAY = 0.08  # the share of them that the brand stays in the mind of

TURNED = 0.80  # the share of people whom the scandal turns
FALL, FALL_SPREAD = 2.0, 0.4  # what it costs them, in units of warmth
HUSHED = 0.15  # what is left of everybody's rate of beginning to speak up
OUTCRY = 1.6  # public complaints a month by one who has turned, as the scandal breaks
CALMS_DOWN = 15  # days in which the outcry falls to about a third


@dataclass(frozen=True)
class Scenario:
    """What happens in a year, and when; the end of the span for what does not happen."""

    fading: int = END
    viral: int = END
    scandal: int = END

    def readiness(self, at: Ints) -> Floats:
        """What the rate of beginning to speak up is multiplied by at each moment.

        >>> SCENARIOS["drift"].readiness(END - np.array([200, 90, 60, 30]) * DAY).tolist()
        [1.0, 0.5, 0.25, 0.125]
        """
        halvings = np.maximum(at - self.fading, 0) / HALVED_EVERY
        return 0.5**halvings * np.where(at >= self.scandal, HUSHED, 1.0)

    def befall(self, rng: np.random.Generator, cast: Cast, posts: Posts) -> tuple[Cast, Acts]:
        """The people with what happens to them, and what a crowd does at a viral post."""
        return self._crowd(rng, replace(cast, fall=self._falls(rng, cast.size)), posts)

    def _falls(self, rng: np.random.Generator, size: int) -> Floats:
        """The warmth that the scandal costs each of so many people; 0 for those whom it leaves as they are."""
        depth = np.maximum(FALL + FALL_SPREAD * rng.standard_normal(size), FALL / 2)
        turned = (rng.random(size) < TURNED) & (self.scandal < END)
        return np.where(turned, depth, 0.0)

    def outcry(self, at: Ints) -> Floats:
        """How often a month one whom the scandal has turned complains in public, at each moment."""
        calm = np.exp(-np.maximum(at - self.scandal, 0) / (CALMS_DOWN * DAY))
        return np.where(at >= self.scandal, OUTCRY * calm, 0.0)

    def _crowd(self, rng: np.random.Generator, cast: Cast, posts: Posts) -> tuple[Cast, Acts]:
        """Those whom the viral post reaches come to know the brand, act at that post, and mostly forget it again."""
        strangers = np.flatnonzero((cast.part == Part.PERSON) & (cast.aware == END) & (cast.created < self.viral))
        strangers = strangers[(rng.random(len(strangers)) < REACHED) & (self.viral < END)]
        post = self._viral_posts(cast, posts)[cast.platform[strangers]]
        seen = awake(rng, np.maximum(posts.at[post], self.viral) + delays(rng, np.full(len(post), 20.0)))
        intime = seen < END
        strangers, post, seen = strangers[intime], post[intime], seen[intime]
        aware, forgets = cast.aware.copy(), cast.forgets.copy()
        aware[strangers] = seen
        soon = seen + rng.integers(2 * DAY, 7 * DAY, len(seen))
        forgets[strangers] = np.where(rng.random(len(seen)) < STAY, END, np.minimum(soon, END))
        return replace(cast, aware=aware, forgets=forgets), _at_first_sight(rng, posts, strangers, post, seen)

    def _viral_posts(self, cast: Cast, posts: Posts) -> Ints:
        """The brand's post nearest to that moment on each platform."""
        numbers = of_the_brand(cast, posts)
        away = np.abs(posts.at[numbers] - self.viral)
        here = cast.platform[posts.author[numbers]]
        return np.array([numbers[np.argmin(np.where(here == platform, away, END))] for platform in (0, 1)])


def _at_first_sight(rng: np.random.Generator, posts: Posts, account: Ints, post: Ints, seen: Ints) -> Acts:
    """A like or a share within the hour, and the other one of the two soon after for some."""
    kind = _kinds(rng, len(account), VIRAL_KINDS)
    both = np.flatnonzero(rng.random(len(account)) < TWICE)
    row = np.concatenate([np.arange(len(account)), both])
    kind = np.concatenate([kind, np.where(kind[both] == Kind.LIKE, Kind.SHARE, Kind.LIKE)])
    at = seen[row] + rng.integers(20, HOUR, len(row))
    return Acts.of(
        source=account[row], target=posts.author[post[row]], kind=kind, at=at, post=post[row], mood=Mood.NONE
    )


def _kinds(rng: np.random.Generator, size: int, shares: dict[Kind, float]) -> Ints:
    return np.array(list(shares))[options(rng, size, list(shares.values()))]


SCENARIOS = {
    "steady": Scenario(),
    "drift": Scenario(fading=END - 120 * DAY),
    "spike": Scenario(viral=END - 21 * DAY),
    "boycott": Scenario(scandal=END - 35 * DAY),
}


def named(name: str) -> Scenario:
    """The scenario of this name.

    Raises :class:`UnknownName` with the names that there are.
    """
    if name not in SCENARIOS:
        raise UnknownName(f"there is no scenario {name!r}. Known: {', '.join(map(repr, SCENARIOS))}.")
    return SCENARIOS[name]
