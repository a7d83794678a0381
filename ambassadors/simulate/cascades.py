"""How people respond to each other: mostly followers, after heavy-tailed hours, and one step on when they share."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from ambassadors.simulate.acts import Acts, Kind, Mood, Posts
from ambassadors.simulate.cast import Cast
from ambassadors.simulate.chance import Lottery, awake, delays, options
from ambassadors.simulate.plan import Floats, Ints, Part
from ambassadors.simulate.ties import Ties

KINDS = {Kind.LIKE: 0.70, Kind.REPLY: 0.16, Kind.SHARE: 0.10, Kind.QUOTE: 0.02, Kind.MENTION: 0.02}
ONWARD_KINDS = {Kind.LIKE: 0.80, Kind.REPLY: 0.13, Kind.SHARE: 0.07}
PER_FOLLOWER = 0.34  # responses to a post for each (follower to the power below), at a resonance of 1
DIMINISHING = 0.75  # the more followers, the smaller the share of them that responds
STRANGERS = 0.08  # the share of responses by people who do not follow the author


@dataclass(frozen=True)
class _Town:
    rng: np.random.Generator
    cast: Cast
    ties: Ties
    followers: Lottery

    def crowd(self, account: Ints, factor: float) -> Ints:
        """How many respond to what each of these accounts puts before its followers."""
        size = self.followers.size[account].astype(float)
        return self.rng.poisson(factor * self.cast.resonance[account] * size**DIMINISHING)

    def responders(self, account: Ints) -> Ints:
        """For each account one who follows it, or now and then a stranger; -1 where there is nobody."""
        tie = self.followers.draw(self.rng, account)
        friend = np.where(tie >= 0, self.ties.source[tie], -1)
        stranger = self.rng.integers(0, self.cast.size, len(account))
        near = self.cast.platform[stranger] == self.cast.platform[account]
        return np.where((self.rng.random(len(account)) < STRANGERS) & near, stranger, friend)

    def willing(self, account: Ints) -> Ints:
        """The places in ``account`` of those who would respond: houses and staff do not chat, and bots hardly."""
        part = self.cast.part[account]
        chance = np.select([part <= Part.STAFF, part == Part.BOT, part == Part.HUNTER], [0.0, 0.05, 0.3], 1.0)
        return np.flatnonzero((account >= 0) & (self.rng.random(len(account)) < chance))


def acts(rng: np.random.Generator, cast: Cast, ties: Ties, posts: Posts, shared: Acts) -> Acts:
    """Responses to what people and the rival post, what shares set off (the brand's too), and replies to replies."""
    town = _Town(rng, cast, ties, ties.followers(cast.size))
    first = _responses(town, posts)
    onward = _onward(town, Acts.join([first, shared]))
    return Acts.join([first, onward, _returned(town, first)])


def _responses(town: _Town, posts: Posts) -> Acts:
    """The first round: who follows an author responds to its posts."""
    loud = np.where(town.cast.part[posts.author] == Part.BRAND, 0, town.crowd(posts.author, PER_FOLLOWER))
    post = np.repeat(np.arange(len(posts)), loud)
    return _respond(town, posts.author[post], posts.author[post], post, posts.at[post], KINDS)


def _onward(town: _Town, acts: Acts) -> Acts:
    """The second round: a share puts the post before the sharer's own followers."""
    shares = acts.where(acts.kind == Kind.SHARE)
    row = np.repeat(np.arange(len(shares)), town.crowd(shares.source, 0.5 * PER_FOLLOWER))
    return _respond(town, shares.source[row], shares.target[row], shares.post[row], shares.at[row], ONWARD_KINDS)


def _respond(town: _Town, through: Ints, target: Ints, post: Ints, after: Ints, kinds: dict[Kind, float]) -> Acts:
    account = town.responders(through)
    some = town.willing(account)
    kind = np.array(list(kinds))[options(town.rng, len(some), list(kinds.values()))]
    at = awake(town.rng, after[some] + delays(town.rng, _patience(kind)))
    mood = np.where(kind == Kind.REPLY, Mood.CHAT, Mood.NONE)
    return Acts.of(source=account[some], target=target[some], kind=kind, at=at, post=post[some], mood=mood)


def _patience(kind: Ints) -> Floats:
    return np.where(kind == Kind.LIKE, 4.0, 6.0)


def _returned(town: _Town, acts: Acts) -> Acts:
    """A third of those replied to reply in turn."""
    replies = acts.where((acts.kind == Kind.REPLY) & (town.rng.random(len(acts)) < 0.33))
    replies = replies.where(town.cast.part[replies.target] > Part.STAFF)
    at = awake(town.rng, replies.at + delays(town.rng, np.full(len(replies), 1.5)))
    return Acts.of(
        source=replies.target, target=replies.source, kind=Kind.REPLY, at=at, post=replies.post, mood=Mood.CHAT
    )
