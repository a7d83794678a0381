"""Acts that look like love and are not: staff at work, bots, pods, and hunters of prizes."""

from __future__ import annotations

import numpy as np

from ambassadors.simulate.acts import Acts, Kind, Mood, Posts
from ambassadors.simulate.cast import Cast
from ambassadors.simulate.chance import Lottery, delays, options, pairs
from ambassadors.simulate.plan import DAY, END, MASTODON, Floats, Ints, Part
from ambassadors.simulate.posts import GIVEAWAY_DAYS, giveaways, of_the_brand

AUTOMATIC = 0.4  # the share of bots that like what the brand posts
WITH_THE_BRAND = 9  # the brand's posts that a pod falls upon in a year


def acts(rng: np.random.Generator, cast: Cast, posts: Posts) -> Acts:
    """All of them."""
    return Acts.join(
        [_staff(rng, cast, posts), _bots(rng, cast, posts), _hunters(rng, cast, posts), _pods(rng, cast, posts)]
    )


def _meetings(
    rng: np.random.Generator, cast: Cast, who: Ints, posts: Posts, numbers: Ints, chance: Floats
) -> tuple[Ints, Ints]:
    """(account, post) pairs on one platform, each account with its own chance at each of the posts."""
    found = []
    for platform in range(MASTODON + 1):
        here = cast.platform[who] == platform
        shown = numbers[cast.platform[posts.author[numbers]] == platform]
        row, other = pairs(rng, chance[here], len(shown))
        found.append((who[here][row], shown[other]))
    return np.concatenate([a for a, _ in found]), np.concatenate([p for _, p in found])


def _act(account: Ints, post: Ints, posts: Posts, kind: Ints, delay: Ints, mood: Mood) -> Acts:
    said = np.where(kind == Kind.REPLY, mood, Mood.NONE)
    return Acts.of(
        source=account, target=posts.author[post], kind=kind, at=posts.at[post] + delay, post=post, mood=said
    )


def _kinds(rng: np.random.Generator, size: int, shares: dict[Kind, float]) -> Ints:
    return np.array(list(shares))[options(rng, size, list(shares.values()))]


def _staff(rng: np.random.Generator, cast: Cast, posts: Posts) -> Acts:
    """Staff like, share and answer nearly everything: they top any list that does not leave them out."""
    who = cast.playing(Part.STAFF)
    account, post = _meetings(rng, cast, who, posts, of_the_brand(cast, posts), rng.uniform(0.4, 0.75, len(who)))
    kind = _kinds(rng, len(post), {Kind.LIKE: 0.6, Kind.SHARE: 0.2, Kind.REPLY: 0.2})
    return _act(account, post, posts, kind, delays(rng, np.full(len(post), 1.0)), Mood.PRAISE)


def _bots(rng: np.random.Generator, cast: Cast, posts: Posts) -> Acts:
    """Some bots like what the brand posts within minutes, around the clock."""
    who = cast.playing(Part.BOT)
    who = who[rng.random(len(who)) < AUTOMATIC]
    account, post = _meetings(rng, cast, who, posts, of_the_brand(cast, posts), rng.uniform(0.02, 0.14, len(who)))
    kind = _kinds(rng, len(post), {Kind.LIKE: 0.95, Kind.SHARE: 0.05})
    return _act(account, post, posts, kind, rng.integers(20, 900, len(post)), Mood.NONE)


def _hunters(rng: np.random.Generator, cast: Cast, posts: Posts) -> Acts:
    """Hunters tag, share and reply at giveaways and are gone afterwards; a few ordinary people join in."""
    hunters, others = cast.playing(Part.HUNTER), np.flatnonzero((cast.part >= Part.STEADY) & (cast.aware < END))
    keen = _meetings(rng, cast, hunters, posts, giveaways(posts), np.full(len(hunters), 0.75))
    curious = _meetings(rng, cast, others, posts, giveaways(posts), np.full(len(others), 0.015))
    account, post = (np.concatenate(pair) for pair in zip(keen, curious, strict=True))
    often = 1 + rng.poisson(np.where(cast.part[account] == Part.HUNTER, 2.6, 0.4))
    account, post = np.repeat(account, often), np.repeat(post, often)
    kind = _kinds(rng, len(post), {Kind.MENTION: 0.4, Kind.SHARE: 0.2, Kind.REPLY: 0.28, Kind.LIKE: 0.12})
    delay = (rng.beta(1, 2.5, len(post)) * (GIVEAWAY_DAYS - 1) * DAY).astype(np.int64) + 60
    done = _act(account, post, posts, kind, delay, Mood.CONTEST)
    return Acts.of(
        **{**vars(done), "mood": np.where(np.isin(kind, (Kind.MENTION, Kind.REPLY)), Mood.CONTEST, Mood.NONE)}
    )


def _pods(rng: np.random.Generator, cast: Cast, posts: Posts) -> Acts:
    """A pod falls upon each post of its members within the hour, and now and then upon one of the brand's."""
    members = cast.playing(Part.POD)
    table = Lottery(cast.pod[members], groups=int(cast.pod.max()) + 1)
    own = np.flatnonzero(cast.part[posts.author] == Part.POD)
    post, pod = _pod_and_brand(rng, cast, posts, own)
    asker, member = table.members(pod)
    brand = cast.part[posts.author[post[asker]]] == Part.BRAND
    some = rng.random(len(asker)) < np.where(brand, 0.4, 0.5)
    account, post = members[member[some]], post[asker[some]]
    kind = _kinds(rng, len(post), {Kind.LIKE: 0.55, Kind.REPLY: 0.3, Kind.SHARE: 0.15})
    return _act(account, post, posts, kind, delays(rng, np.full(len(post), 0.4)), Mood.POD)


def _pod_and_brand(rng: np.random.Generator, cast: Cast, posts: Posts, own: Ints) -> tuple[Ints, Ints]:
    """The posts that pods fall upon, with the pod: those of its members, and a few of the brand's on its platform."""
    pods = np.arange(int(cast.pod.max()) + 1)
    home = cast.platform[cast.playing(Part.POD)][np.unique(cast.pod[cast.playing(Part.POD)], return_index=True)[1]]
    brand = of_the_brand(cast, posts)
    shelf = Lottery(cast.platform[posts.author[brand]], groups=MASTODON + 1)
    pod = np.repeat(pods, WITH_THE_BRAND)
    chosen = brand[shelf.draw(rng, np.repeat(home, WITH_THE_BRAND))]
    return np.concatenate([own, chosen]), np.concatenate([cast.pod[posts.author[own]], pod])
