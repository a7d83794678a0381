"""What is published: the brand's and the rival's posts, the giveaways, and what people write about their days."""

from __future__ import annotations

import numpy as np

from ambassadors.simulate.acts import Form, Mood, Posts
from ambassadors.simulate.cast import Cast
from ambassadors.simulate.chance import awake, moments, options
from ambassadors.simulate.plan import BLUESKY, DAY, DAYS, END, HOUR, START, Ints, Part

# Four giveaways a year, the last one within the final three months, so that a naive trend falls for it.
GIVEAWAYS = START + DAY * np.array([70, 172, 262, 322])
GIVEAWAY_DAYS = 4
VIEWS = 25  # how often a viral post is shown for each act of the crowd
DAILY_TEXTS = 0.25  # texts are kept for this share of people's posts


def publish(rng: np.random.Generator, cast: Cast) -> Posts:
    """Every post but those that come with a mention."""
    houses = [_house(rng, cast, part, platform) for part in (Part.BRAND, Part.RIVAL) for platform in (0, 1)]
    return Posts.join([*houses, _giveaways(rng, cast), _people(rng, cast)])


def _house(rng: np.random.Generator, cast: Cast, part: Part, platform: int) -> Posts:
    """A house posts every day or so, more often where it has more followers."""
    a_year = {Part.BRAND: (430, 290), Part.RIVAL: (240, 150)}[part][platform]
    size = int(rng.poisson(a_year))
    day = START + np.sort(rng.integers(0, DAYS, size)) * DAY
    at = day + 7 * HOUR + (rng.beta(2, 2.5, size) * 13 * HOUR).astype(np.int64)
    mood = Mood.NEWS if part == Part.BRAND else Mood.RIVAL
    return Posts.of(author=cast.on(part, platform), at=at, form=options(rng, size, (0.2, 0.5, 0.2, 0.1)), mood=mood)


def _giveaways(rng: np.random.Generator, cast: Cast) -> Posts:
    """Two posts for each giveaway on each platform: the call, and the reminder on the next day."""
    at = np.concatenate([GIVEAWAYS + 9 * HOUR, GIVEAWAYS + DAY + 17 * HOUR])
    at = at + rng.integers(0, HOUR, len(at))
    brands = np.repeat([cast.on(Part.BRAND, platform) for platform in (0, 1)], len(at))
    return Posts.of(author=brands, at=np.tile(at, 2), form=Form.GIVEAWAY, mood=Mood.GIVEAWAY)


def _people(rng: np.random.Generator, cast: Cast) -> Posts:
    """Everybody else posts at its own rate for as long as it is there."""
    begin = np.maximum(cast.created, START)
    author = np.repeat(np.arange(cast.size), rng.poisson(cast.busy * (END - begin) / (365 * DAY)))
    at = np.minimum(awake(rng, moments(rng, begin[author], np.full(len(author), END))), END - 1)
    mood = np.where(rng.random(len(author)) < DAILY_TEXTS, Mood.DAILY, Mood.NONE)
    mood = np.where(cast.part[author] == Part.BOT, Mood.NONE, mood)
    return Posts.of(author=author, at=at, form=options(rng, len(author), (0.55, 0.25, 0.15, 0.05)), mood=mood)


def of_the_brand(cast: Cast, posts: Posts) -> Ints:
    """The numbers of the brand's ordinary posts."""
    return np.flatnonzero((cast.part[posts.author] == Part.BRAND) & (posts.form != Form.GIVEAWAY))


def giveaways(posts: Posts) -> Ints:
    """The numbers of the giveaway posts.

    >>> giveaways(Posts.of(author=[0, 0], at=[1, 2], form=[Form.PHOTO, Form.GIVEAWAY], mood=Mood.NEWS)).tolist()
    [1]
    """
    return np.flatnonzero(posts.form == Form.GIVEAWAY)


def reach(rng: np.random.Generator, cast: Cast, posts: Posts, followers: Ints, crowd: Ints) -> Ints:
    """How often each post was shown, to followers and to a crowd, as the platform states it; -1 where it does not say.

    ``crowd`` is how many acts of a crowd each post drew.
    """
    stated = followers[posts.author] * rng.lognormal(-0.7, 0.7, len(posts)) + rng.integers(3, 30, len(posts))
    stated = stated + VIEWS * crowd
    told = (cast.part[posts.author] == Part.BRAND) | (
        (cast.platform[posts.author] == BLUESKY) & (rng.random(len(posts)) < 0.3)
    )
    return np.where(told, stated, -1).astype(np.int64)
