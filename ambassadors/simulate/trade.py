"""The till's side: customers (not half of them linked to an account), orders, refunds, referrals and reviews."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from ambassadors.simulate.acts import Mood
from ambassadors.simulate.cast import Cast
from ambassadors.simulate.chance import awake, drift, moments, occasions, options
from ambassadors.simulate.plan import (
    DAY,
    END,
    HOUR,
    MONTH,
    START,
    STEP,
    STEP_DAYS,
    STEPS,
    Flags,
    Floats,
    Ints,
    Part,
)
from ambassadors.simulate.warmth import NEVER, Grid, Hearts

CUSTOMERS, LINKED = 0.3, 0.45  # customers for each account in town, and the share of them whose account is known
ORDERS, PER_WARMTH_ORDERS = 0.30, 0.55  # a month, and the growth with warmth
CODES = ("", "WELCOME10", "FRIEND10", "FRESHROAST5")
PLAIN, WELCOME, FRIEND, SEASON = range(4)


@dataclass(frozen=True)
class Customers:
    """One entry a customer, in the order in which they came."""

    row: Ints  # the row of the hearts behind the customer, -1 where no account is known
    since: Ints
    spend: Floats
    consent: Flags
    referrer: Ints  # the row of the hearts that brought the customer, -1 for none

    @property
    def size(self) -> int:
        """How many customers there are."""
        return len(self.row)


@dataclass(frozen=True)
class Orders:
    """One entry an order, in the order of time."""

    customer: Ints
    at: Ints
    amount: Floats
    code: Ints
    refunded_at: Ints  # NEVER if it was not


@dataclass(frozen=True)
class Reviews:
    """One entry a review."""

    row: Ints
    at: Ints
    rating: Ints
    mood: Ints


def customers(rng: np.random.Generator, cast: Cast, hearts: Hearts) -> Customers:
    """Customers with and without a known account."""
    total = round(CUSTOMERS * cast.size)
    linked = _linked(rng, cast, hearts, round(LINKED * total))
    row = np.concatenate([linked, np.full(total - len(linked), -1)])
    since = _since(rng, cast, hearts, row)
    order = np.argsort(since, kind="stable")
    row, since = row[order], since[order]
    spend = rng.lognormal(-0.2, 0.65, total)
    spend[row >= 0] *= np.where(cast.part[hearts.who[row[row >= 0]]] == Part.SPENDER, 4.0, 1.0)
    return Customers(row, since, spend, rng.random(total) < 0.82, _referrers(rng, hearts, row, since))


def _linked(rng: np.random.Generator, cast: Cast, hearts: Hearts, wanted: int) -> Ints:
    """Whose account is known: those with a story at the till for certain, the warm more likely than the cool.

    Those who came across the brand in passing, and forgot it, bought nothing.
    """
    part = cast.part[hearts.who]
    certain = np.isin(part, (Part.WON_BACK, Part.LOST, Part.SPENDER)) | (cast.twin[hearts.who] >= 0)
    eager = 0.7 * hearts.warmth.mean(axis=1) - 0.7 * (part == Part.STEADY) + rng.gumbel(size=len(part))
    passing = cast.forgets[hearts.who] < END
    return np.argsort(-(eager + 1000 * certain - 2000 * passing), kind="stable")[:wanted]


def _since(rng: np.random.Generator, cast: Cast, hearts: Hearts, row: Ints) -> Ints:
    """A customer since: before the span for half of them, and not before one knows the brand."""
    size = len(row)
    within = awake(rng, moments(rng, np.full(size, START), np.full(size, END - 3 * DAY)))
    before = START - rng.integers(0, 500 * DAY, size)
    since = np.where(rng.random(size) < 0.55, before, within)
    known = np.where(row >= 0, cast.aware[hearts.who[row]], 0) + rng.integers(DAY, 90 * DAY, size)
    since = np.where((row >= 0) & (known < END), np.maximum(since, known), since)
    troubled = np.where(row >= 0, hearts.let_down[row], NEVER) < NEVER
    return np.where(troubled, before, since)


def _referrers(rng: np.random.Generator, hearts: Hearts, row: Ints, since: Ints) -> Ints:
    """A third of those who came within the span, as far as an advocate was there to bring them."""
    advocates = np.flatnonzero(hearts.advocates)
    if not len(advocates):
        return np.full(len(row), -1)
    chosen = rng.choice(advocates, len(row))
    able = (hearts.onset[chosen] < since) & (hearts.warmth_at(chosen, since) > 1.4)
    brought = (since >= START) & able & (chosen != row) & (rng.random(len(row)) < 0.5)
    return np.where(brought, chosen, -1)


def orders(rng: np.random.Generator, hearts: Hearts, customers: Customers) -> Orders:
    """First orders, repeated ones at a rate that follows warmth, and those that went wrong."""
    customer, at, code = _placed(rng, hearts, customers)
    troubled = np.flatnonzero((customers.row >= 0) & (hearts.let_down[customers.row] < NEVER))
    wrong = hearts.let_down[customers.row[troubled]] - rng.integers(DAY, 4 * DAY, len(troubled))
    customer, at = np.concatenate([customer, troubled]), np.concatenate([at, wrong])
    code = np.concatenate([code, np.full(len(troubled), PLAIN)])
    went_wrong = np.arange(len(customer)) >= len(customer) - len(troubled)
    amount = np.round(np.maximum(rng.lognormal(np.log(21), 0.45, len(customer)), 6.5) * 10) / 10
    amount = np.round(amount * np.where(code == PLAIN, 1.0, 0.9), 2)
    refunded = _refunds(rng, hearts, customers.row[customer], at, went_wrong)
    order = np.argsort(at, kind="stable")
    return Orders(customer[order], at[order], amount[order], code[order], refunded[order])


def _placed(rng: np.random.Generator, hearts: Hearts, customers: Customers) -> tuple[Ints, Ints, Ints]:
    """Ordinary orders: who, when, and with what code."""
    first = np.flatnonzero(customers.since >= START)
    again, step = occasions(rng, _rates(rng, hearts, customers))
    begin = START + STEP * step
    welcome = np.where(rng.random(len(first)) < 0.35, WELCOME, PLAIN)
    welcome = np.where(customers.referrer[first] >= 0, FRIEND, welcome)
    later = np.array([PLAIN, SEASON])[options(rng, len(again), (0.93, 0.07))]
    return (
        np.concatenate([first, again]),
        np.concatenate([customers.since[first], moments(rng, begin, begin + STEP)]),
        np.concatenate([welcome, later]),
    )


def _rates(rng: np.random.Generator, hearts: Hearts, customers: Customers) -> Grid:
    """Orders for each customer and step; more before Christmas; strangers wander around a level of their own."""
    linked = customers.row >= 0
    level = rng.normal(0.75, 0.4, customers.size)[:, None].astype(np.float32)
    warmth = level + drift(rng, customers.size, STEPS, keep=0.85, spread=0.3)
    warmth[linked] = hearts.warmth[customers.row[linked]]
    times = START + STEP * np.arange(STEPS)
    season = np.where((times >= START + 170 * DAY) & (times < START + 204 * DAY), 1.5, 1.0)
    scale = (ORDERS * STEP_DAYS / MONTH) * customers.spend[:, None] * season * (customers.since[:, None] <= times)
    rate: Grid = np.exp(np.float32(PER_WARMTH_ORDERS) * (warmth - 0.8)) * scale.astype(np.float32)
    return rate


def _refunds(rng: np.random.Generator, hearts: Hearts, row: Ints, at: Ints, went_wrong: Flags) -> Ints:
    """A few go back for no reason; of those that went wrong, all that were made good and half of the rest."""
    later = at + rng.integers(DAY, 18 * DAY, len(at))
    plain = np.where(rng.random(len(at)) < 0.022, later, NEVER)
    repaired = np.where(went_wrong, hearts.made_good[row], NEVER)
    wrong = np.where(repaired < NEVER, repaired, np.where(rng.random(len(at)) < 0.5, later, NEVER))
    refunded = np.where(went_wrong, wrong, plain)
    return np.where(refunded < END, refunded, NEVER)


def reviews(rng: np.random.Generator, cast: Cast, hearts: Hearts) -> Reviews:
    """Stars and a sentence: from anybody now and then, from the let down at once, from advocates more often."""
    row, step = occasions(rng, _review_rates(cast, hearts))
    begin = START + STEP * step
    at = moments(rng, begin, begin + STEP)
    rating = np.clip(np.round(2.75 + 0.8 * hearts.warmth_at(row, at) + 0.6 * rng.standard_normal(len(row))), 1, 5)
    hurt = np.flatnonzero((hearts.let_down < NEVER) & (rng.random(len(hearts.who)) < 0.65))
    healed = np.flatnonzero((hearts.made_good < NEVER) & (rng.random(len(hearts.who)) < 0.5))
    row = np.concatenate([row, hurt, healed])
    at = np.concatenate([at, hearts.let_down[hurt] + 5 * HOUR, hearts.made_good[healed] + 9 * DAY])
    stars = np.concatenate([rating, rng.integers(1, 3, len(hurt)), rng.integers(4, 6, len(healed))]).astype(np.int64)
    mood = np.array([Mood.COMPLAINT, Mood.COMPLAINT, Mood.QUESTION, Mood.PRAISE, Mood.LOVE])[stars - 1]
    mood[len(mood) - len(healed) :] = Mood.RECOVERED
    return Reviews(row, at, stars, mood)


def _review_rates(cast: Cast, hearts: Hearts) -> Grid:
    times = START + STEP * np.arange(STEPS)
    silent = np.isin(cast.part[hearts.who], (Part.STEADY, Part.SPENDER))
    often = 0.007 * np.exp(0.8 * np.maximum(hearts.warmth, -1.5)) * np.where(silent, 0.1, 1.0)[:, None]
    often = often + 0.12 * (hearts.onset[:, None] < times) * (hearts.warmth > 1.4)
    return (often * hearts.present * (STEP_DAYS / MONTH)).astype(np.float32)
