"""The truth to be found: which role each account has come to play by the end of the span."""

from __future__ import annotations

from enum import IntEnum

import numpy as np

from ambassadors.simulate.acts import Acts, Kind
from ambassadors.simulate.cast import Cast
from ambassadors.simulate.plan import DAY, END, Flags, Floats, Ints, Part
from ambassadors.simulate.warmth import Hearts

ON_THE_WAY = 0.028  # the monthly hazard from which a person counts as on the way
REPEATED = 3  # shares, quotes and mentions that make an advocate a proven one
STILL_HEARD = 120  # days within which the last of them must lie


class Role(IntEnum):
    """The role as it is written in the truth."""

    BRAND = 0
    RIVAL = 1
    STAFF = 2
    PROVEN_ADVOCATE = 3
    ON_THE_WAY = 4
    BOT = 5
    POD_MEMBER = 6
    CONTEST_HUNTER = 7
    WON_BACK_DETRACTOR = 8
    INFLUENCER = 9
    REGULAR = 10


_BORN = {
    Part.BRAND: Role.BRAND,
    Part.RIVAL: Role.RIVAL,
    Part.STAFF: Role.STAFF,
    Part.BOT: Role.BOT,
    Part.POD: Role.POD_MEMBER,
    Part.HUNTER: Role.CONTEST_HUNTER,
    Part.WON_BACK: Role.WON_BACK_DETRACTOR,
    Part.INFLUENCER: Role.INFLUENCER,
}


def roles(cast: Cast, hearts: Hearts, acts: Acts) -> Ints:
    """The role of each account.

    A proven advocate has begun to speak up and has been heard at least three times, lately among them. On the way is
    who has not begun but is likely to within months, or who began lately and has not been heard three times yet.
    Whom a scandal has turned is neither.
    """
    role = np.array([_BORN.get(part, Role.REGULAR) for part in Part])[cast.part]
    heard, lately = _heard(cast, acts)
    row_heard, row_lately = heard[hearts.who], lately[hearts.who]
    free = (role[hearts.who] == Role.REGULAR) & (cast.fall[hearts.who] == 0)
    proven = free & hearts.advocates & (row_heard >= REPEATED) & row_lately
    fresh = hearts.advocates & (hearts.onset > END - 60 * DAY)
    near = ~hearts.advocates & (hearts.propensity >= ON_THE_WAY)
    role[hearts.who[proven]] = Role.PROVEN_ADVOCATE
    role[hearts.who[free & ~proven & (fresh | near)]] = Role.ON_THE_WAY
    return role


def _heard(cast: Cast, acts: Acts) -> tuple[Ints, Flags]:
    """How often each account has spoken up for the brand in public, and whether lately."""
    loud = np.isin(acts.kind, (Kind.SHARE, Kind.QUOTE, Kind.MENTION)) & (cast.part[acts.target] == Part.BRAND)
    source, at = acts.source[loud], acts.at[loud]
    recent = np.bincount(source[at >= END - STILL_HEARD * DAY], minlength=cast.size)
    return np.bincount(source, minlength=cast.size), recent > 0


def propensities(cast: Cast, hearts: Hearts, role: Ints) -> Floats:
    """The monthly hazard of beginning to speak up at the end; NaN for those it does not apply to.

    It does not apply to the brand, its rival and the staff, nor to proven advocates, who have begun long since.
    Whoever has begun and is not proven keeps what the formula gives; who does not know the brand has 0.
    """
    chance = np.zeros(cast.size)
    chance[hearts.who] = hearts.propensity
    chance[np.isin(role, (Role.BRAND, Role.RIVAL, Role.STAFF, Role.PROVEN_ADVOCATE))] = np.nan
    return chance
