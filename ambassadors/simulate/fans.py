"""What people do toward the brand of their own accord, at rates that follow from how warm they are."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

import numpy as np

from ambassadors.simulate.acts import Acts, Form, Kind, Mood, Posts
from ambassadors.simulate.cast import Cast
from ambassadors.simulate.chance import Lottery, awake, delays, drift, moments, occasions, options
from ambassadors.simulate.plan import DAY, END, HOUR, MONTH, START, STEP, STEP_DAYS, STEPS, Floats, Ints, Part
from ambassadors.simulate.posts import of_the_brand
from ambassadors.simulate.scenarios import Scenario
from ambassadors.simulate.warmth import NEVER, Grid, Hearts

LIKES, PER_WARMTH_LIKES = 0.10, 1.2  # a month at no warmth at all, and the growth with warmth
REPLIES, PER_WARMTH_REPLIES = 0.03, 1.45
QUIET_VOICE, PER_WARMTH_QUIET = 0.007, 1.10  # the odd share by one who has not begun to speak up
VOICE = 2.1  # shares, quotes and mentions a month by one who has
VOICE_KINDS = {Kind.SHARE: 0.52, Kind.QUOTE: 0.16, Kind.MENTION: 0.32}
IN_THREADS = 0.6  # the share of an outcry that falls under the brand's posts; the rest stands in posts of one's own


@dataclass(frozen=True)
class Scene:
    """What the acts toward the brand are drawn from."""

    rng: np.random.Generator
    cast: Cast
    hearts: Hearts
    posts: Posts
    course: Scenario

    @cached_property
    def shelf(self) -> Lottery:
        """The brand's ordinary posts by platform and step; some posts please more than others."""
        numbers = of_the_brand(self.cast, self.posts)
        group = np.full(len(self.posts), 2 * STEPS)
        step = (self.posts.at[numbers] - START) // STEP
        group[numbers] = self.cast.platform[self.posts.author[numbers]] * STEPS + step
        return Lottery(group, groups=2 * STEPS + 1, weight=self.rng.lognormal(0, 0.6, len(self.posts)))

    def post_for(self, account: Ints, step: Ints) -> Ints:
        """One of the brand's posts of this step, on the account's platform; -1 if there was none."""
        return self.shelf.draw(self.rng, self.cast.platform[account] * STEPS + step)

    def toward_posts(self, row: Ints, step: Ints, kind: Ints, *, median_hours: float) -> Acts:
        """Acts by rows of the hearts at posts of the brand; the warmer, the sooner, and the warmer the words."""
        account = self.hearts.who[row]
        post = self.post_for(account, step)
        there = post >= 0
        row, kind, account, post = row[there], kind[there], account[there], post[there]
        wait = median_hours * np.exp(-0.45 * (self.hearts.warmth_at(row, self.posts.at[post]) - 1))
        at = awake(self.rng, self.posts.at[post] + delays(self.rng, wait))
        mood = np.where(kind == Kind.LIKE, Mood.NONE, self.mood(self.hearts.warmth_at(row, at)))
        mood = np.where(kind == Kind.SHARE, Mood.NONE, mood)
        return Acts.of(source=account, target=self.posts.author[post], kind=kind, at=at, post=post, mood=mood)

    def mood(self, warmth: Floats) -> Ints:
        """What a text of this warmth says: complaints when cold, questions and praise between, love when warm."""
        felt = warmth + 0.45 * self.rng.standard_normal(len(warmth))
        mood = np.digitize(felt, [-0.5, 0.75, 1.85])
        return np.array([Mood.COMPLAINT, Mood.QUESTION, Mood.PRAISE, Mood.LOVE])[mood]


def acts(rng: np.random.Generator, cast: Cast, hearts: Hearts, posts: Posts, course: Scenario) -> tuple[Acts, Posts]:
    """All acts toward the brand by people who know it, and the posts that their mentions stand in."""
    scene = Scene(rng, cast, hearts, posts, course)
    likes, replies, voice = _rates(scene)
    mentions, new_posts = _mentions(scene, *occasions(rng, voice * np.float32(VOICE_KINDS[Kind.MENTION])))
    spoken = _spoken(scene, voice)
    own = [_likes(scene, likes), _replies(scene, replies), spoken, mentions, _grievances(scene), _gratitude(scene)]
    accused, more_posts = _outcry(scene, len(posts) + len(new_posts))
    new_posts = Posts.join([new_posts, more_posts])
    together = Acts.join([*own, accused])
    return Acts.join([together, _defences(scene, together), _answers(scene, together)]), new_posts


def _rates(scene: Scene) -> tuple[Grid, Grid, Grid]:
    """Likes, replies, and shares or mentions, for each person and step."""
    rng, hearts = scene.rng, scene.hearts
    part = scene.cast.part[hearts.who]
    size = len(part)
    likes = rng.lognormal(-0.25, 0.7, size)
    likes = np.select(
        [part == Part.STEADY, part == Part.SPENDER], [rng.lognormal(np.log(7.6), 0.35, size), 0.12], likes
    )
    talk = rng.lognormal(-0.2, 0.6, size) * np.select([part == Part.STEADY, part == Part.SPENDER], [0.3, 0.08], 1.0)
    moving = drift(rng, size, STEPS, keep=0.8, spread=0.3)
    scale = hearts.present * np.float32(STEP_DAYS / MONTH)
    return (
        _rate(LIKES * likes, PER_WARMTH_LIKES, np.maximum(hearts.warmth, -1) + moving) * scale * _newness(scene),
        _rate(REPLIES * talk, PER_WARMTH_REPLIES, hearts.warmth + moving) * scale,
        _voices(scene, moving) * scale,
    )


def _rate(base: Floats, growth: float, warmth: Grid) -> Grid:
    rate: Grid = base[:, None].astype(np.float32) * np.exp(np.float32(growth) * np.minimum(warmth, 3.6))
    return rate


def _newness(scene: Scene) -> Grid:
    """Who has just come across the brand likes it a good deal for a few weeks: a rise that means little."""
    times = START + STEP * np.arange(STEPS)
    known = np.maximum(times - scene.cast.aware[scene.hearts.who][:, None], 0) / DAY
    boost: Grid = (1 + 4.0 * np.exp(-known / 22)).astype(np.float32)
    return boost


def _voices(scene: Scene, moving: Grid) -> Grid:
    """Before its onset a person shares by accident; after it, for as long as it stays warm."""
    rng, hearts = scene.rng, scene.hearts
    times = START + STEP * np.arange(STEPS)
    loud = VOICE * rng.lognormal(0, 0.4, len(hearts.who))
    quiet = QUIET_VOICE * np.exp(0.5 * hearts.openness)
    spoken_up = _rate(loud, 0.8, hearts.warmth - 2.3 + 0.5 * moving)
    silent = _rate(quiet, PER_WARMTH_QUIET, hearts.warmth + moving)
    return np.where(hearts.onset[:, None] < times + STEP, spoken_up, silent)


def _likes(scene: Scene, rate: Grid) -> Acts:
    row, step = occasions(scene.rng, rate)
    return scene.toward_posts(row, step, np.full(len(row), Kind.LIKE), median_hours=5.0)


def _replies(scene: Scene, rate: Grid) -> Acts:
    row, step = occasions(scene.rng, rate)
    return scene.toward_posts(row, step, np.full(len(row), Kind.REPLY), median_hours=4.0)


def _spoken(scene: Scene, rate: Grid) -> Acts:
    """Shares and quotes of the brand's posts."""
    share, quote = VOICE_KINDS[Kind.SHARE], VOICE_KINDS[Kind.QUOTE]
    row, step = occasions(scene.rng, rate * np.float32(share + quote))
    kind = np.array([Kind.SHARE, Kind.QUOTE])[options(scene.rng, len(row), (share, quote))]
    return scene.toward_posts(row, step, kind, median_hours=4.0)


def _mentions(scene: Scene, row: Ints, step: Ints) -> tuple[Acts, Posts]:
    """Whoever is warm recommends the brand, and the rest say what they feel."""
    begin = START + STEP * step
    at = moments(scene.rng, begin, begin + STEP)
    warm = scene.hearts.warmth_at(row, at) > 1.2
    mood = np.where(warm, Mood.RECOMMEND, scene.mood(scene.hearts.warmth_at(row, at)))
    return _in_own_posts(scene, row, at, mood, first=len(scene.posts))


def _in_own_posts(scene: Scene, row: Ints, at: Ints, mood: Ints, *, first: int) -> tuple[Acts, Posts]:
    """Mentions stand in posts of one's own, which are numbered on from those there are."""
    account = scene.hearts.who[row]
    brand = np.array([scene.cast.on(Part.BRAND, platform) for platform in (0, 1)])[scene.cast.platform[account]]
    post = first + np.arange(len(row))
    mentions = Acts.of(source=account, target=brand, kind=Kind.MENTION, at=at, post=post, mood=mood)
    form = options(scene.rng, len(row), (0.5, 0.35, 0.1, 0.05))
    return mentions, Posts.of(author=account, at=at, form=np.maximum(form, Form.TEXT), mood=mood)


def _grievances(scene: Scene) -> Acts:
    """The let down say so under the brand's next posts; those who are not made good go on for months."""
    hearts = scene.hearts
    hurt = np.flatnonzero(hearts.let_down < NEVER)
    often = 1 + scene.rng.poisson(np.where(hearts.made_good[hurt] < NEVER, 0.9, 4.0))
    row = np.repeat(hurt, often)
    first = np.arange(len(row)) == np.repeat(np.cumsum(often) - often, often)
    until = np.where(hearts.made_good[row] < NEVER, hearts.made_good[row], hearts.let_down[row] + 90 * DAY)
    spread = (scene.rng.random(len(row)) * (until - hearts.let_down[row])).astype(np.int64)
    return _reply_at(scene, row, hearts.let_down[row] + np.where(first, 2 * HOUR, spread), Mood.COMPLAINT)


def _outcry(scene: Scene, first: int) -> tuple[Acts, Posts]:
    """Those whom a scandal has turned say so under the brand's posts and in their own."""
    hearts = scene.hearts
    turned = np.flatnonzero(scene.cast.fall[hearts.who] > 0)
    rate = scene.course.outcry(START + STEP * np.arange(STEPS)) * (STEP_DAYS / MONTH) * hearts.present[turned]
    place, step = occasions(scene.rng, rate.astype(np.float32))
    row, begin = turned[place], START + STEP * step
    at = moments(scene.rng, begin, begin + STEP)
    there = scene.rng.random(len(row)) < IN_THREADS
    mood = np.full(np.count_nonzero(~there), Mood.COMPLAINT)
    mentions, posts = _in_own_posts(scene, row[~there], at[~there], mood, first=first)
    return Acts.join([_reply_at(scene, row[there], at[there], Mood.COMPLAINT), mentions]), posts


def _gratitude(scene: Scene) -> Acts:
    """Those for whom it was put right say that, too, within a month."""
    row = np.flatnonzero(scene.hearts.made_good < NEVER)
    row = np.repeat(row, 1 + scene.rng.poisson(0.8, len(row)))
    later = scene.rng.integers(DAY // 2, 30 * DAY, len(row))
    return _reply_at(scene, row, scene.hearts.made_good[row] + later, Mood.RECOVERED)


def _reply_at(scene: Scene, row: Ints, at: Ints, mood: Mood) -> Acts:
    """Replies at given moments, each under a brand post of the days before."""
    account = scene.hearts.who[row]
    post = scene.post_for(account, np.clip((at - START) // STEP - 1, 0, STEPS - 1))
    account, post, at = account[post >= 0], post[post >= 0], at[post >= 0]
    at = np.maximum(at, scene.posts.at[post] + HOUR // 4)
    return Acts.of(source=account, target=scene.posts.author[post], kind=Kind.REPLY, at=at, post=post, mood=mood)


def _defences(scene: Scene, done: Acts) -> Acts:
    """Advocates of some standing answer those who complain, in the same thread and within hours."""
    hearts, cast = scene.hearts, scene.cast
    complaint = np.flatnonzero((done.mood == Mood.COMPLAINT) & (done.kind == Kind.REPLY))
    complaint = np.repeat(complaint, scene.rng.poisson(3.0, len(complaint)))
    group = np.where(hearts.advocates, cast.platform[hearts.who], 2)
    readers = Lottery(group, groups=3, weight=np.exp(0.8 * hearts.openness))
    row = readers.draw(scene.rng, cast.platform[done.source[complaint]])
    complaint, row = complaint[row >= 0], row[row >= 0]
    at = done.at[complaint] + delays(scene.rng, np.full(len(row), 3.0))
    standing = (hearts.onset[row] + 30 * DAY < at) & (at < END) & (hearts.warmth_at(row, at) > 1.6)
    complaint, row, at = complaint[standing], row[standing], at[standing]
    return Acts.of(
        source=hearts.who[row],
        target=done.source[complaint],
        kind=Kind.REPLY,
        at=at,
        post=done.post[complaint],
        mood=Mood.DEFEND,
    )


def _answers(scene: Scene, done: Acts) -> Acts:
    """The brand answers nearly every complaint and some of the rest: its own replies are no sign of anybody's love."""
    complaint = done.mood == Mood.COMPLAINT
    chance = np.where(complaint, 0.85, 0.2) * np.isin(done.kind, (Kind.REPLY, Kind.MENTION))
    some = done.where(scene.rng.random(len(done)) < chance)
    at = some.at + delays(scene.rng, np.full(len(some), 2.5))
    mood = np.where(some.mood == Mood.COMPLAINT, Mood.SORRY, Mood.THANKS)
    return Acts.of(source=some.target, target=some.source, kind=Kind.REPLY, at=at, post=some.post, mood=mood)
