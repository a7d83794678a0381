"""Words: the evidence for a rung in sentences, and what a person lacks for the next one."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from ambassadors.community import Community
from ambassadors.ladder.rules import COMPARE, NEGATIVE, next_rung
from ambassadors.ladder.signs import evidence
from ambassadors.measures.catalogue import lacking
from ambassadors.recipe import condition

WORDS = {
    "follows_brand": ("follows the brand", "follows the brand"),
    "interactions": ("act toward the brand", "acts toward the brand"),
    "likes": ("like", "likes"),
    "comments": ("comment", "comments"),
    "shares": ("share", "shares"),
    "mentions": ("mention", "mentions"),
    "recommendations": ("recommendation", "recommendations"),
    "referrals": ("person referred", "people referred"),
    "reviews": ("review", "reviews"),
    "defences": ("answer to a critic of the brand", "answers to critics of the brand"),
    "posts": ("post of their own", "posts of their own"),
    "active_days": ("day with an act toward the brand", "days with an act toward the brand"),
    "orders": ("order", "orders"),
    "refunds": ("refund", "refunds"),
    "complaints": ("complaint", "complaints"),
    "settled_complaints": ("complaint with something good after it", "complaints with something good after them"),
    "open_complaints": ("complaint with nothing good after it", "complaints with nothing good after them"),
    "quiet_days": ("day of silence", "days of silence"),
}


def says(community: Community, row: Mapping[str, Any]) -> str:
    """The evidence for a rung in words, from a row of :func:`rungs`: counts, the rule's own first, and dates."""
    if not row.get("rung"):
        return "nothing seen between them and the brand" if shows_anything(community) else ""
    rules = [condition(rule) for rule in getattr(community.recipe.ladder, row["rung"])]
    held = next(rule for rule in rules if all(_meets(row, one) for one in rule))
    # what a rule rests on must be there to be said: "0 refunds" is a condition, not evidence
    names = list(dict.fromkeys([*(name for name, _, _ in held), *_TELLING]))
    words = [counted(name, row[name]) for name in names if row[name] and name not in _SILENT - {held[0][0]}][:3]
    return ", ".join(words) + _dates(row["first"], row["last"])


_TELLING = ("defences", "referrals", "recommendations", "comments", "orders", "likes", "complaints", "follows_brand")
_SILENT = {"interactions", "posts", "quiet_days"}


def _meets(row: Mapping[str, Any], one: tuple[str, str, float]) -> bool:
    """Whether a row meets a condition; who was never seen was not silent either."""
    name, sign, number = one
    return row.get(name) is not None and bool(COMPARE[sign](row[name], number))


def counted(name: str, count: float) -> str:
    """A count with its noun.

    >>> counted("orders", 1), counted("recommendations", 1200), counted("follows_brand", 1)
    ('1 order', '1,200 recommendations', 'follows the brand')
    """
    one, many = WORDS[name]
    return one if name == "follows_brand" else f"{count:,.0f} {one if count == 1 else many}"


def _dates(first: datetime | None, last: datetime | None) -> str:
    if first is None or last is None:
        return ""
    return f" ({first:%Y-%m-%d})" if first.date() == last.date() else f" ({first:%Y-%m-%d} to {last:%Y-%m-%d})"


def missing(community: Community, row: Mapping[str, Any]) -> str:
    """What a person lacks for the next rung, in words: of the rules that can hold here, the one nearest to holding.

    Empty where none can: nobody can be asked for orders in data that holds none.
    """
    rung = next_rung(row.get("rung"))
    if rung is None or not shows_anything(community):
        return ""
    if row.get("rung") == NEGATIVE:
        return "something good after the complaint"
    rules = [condition(rule) for rule in getattr(community.recipe.ladder, rung)]
    possible = [rule for rule in rules if not any(not_shown(community, name) for name, _, _ in rule)]
    ways = [_gaps(rule, row) for rule in possible]
    nearest = min(filter(None, ways), key=lambda gaps: (len(gaps), sum(size for size, _ in gaps)), default=[(0.0, "")])
    return nearest[0][1]


def shows_anything(community: Community) -> bool:
    """Whether this data can show where anyone stands: it has a brand, or orders."""
    return bool(community.brand.accounts) or not community.orders.is_empty()


def not_shown(community: Community, name: str) -> str:
    """Why a kind of evidence cannot be found in this data; empty when it can."""
    if name == "defences":
        critics = evidence(community)["complaints"].sum()
        return lacking(community, ["posts", "brand"]) or ("" if critics else "nobody complained")
    if name == "quiet_days":
        return "" if shows_anything(community) else "the recipe names no brand account, and there are no orders"
    return lacking(community, _NEEDS.get(name, ["interactions", "brand"]))


_NEEDS = {"orders": ["orders"], "refunds": ["orders"], "follows_brand": ["follows", "brand"], "posts": ["posts"]}


def _gaps(rule: tuple[tuple[str, str, float], ...], row: Mapping[str, Any]) -> list[tuple[float, str]]:
    """The unmet conditions of a rule: how far each is off, and all of them in words on the first."""
    unmet = [one for one in rule if not _meets(row, one)]
    if any(name != "quiet_days" and (row.get(name) or 0) > number for name, _, number in unmet):
        return []  # too much of something cannot be undone
    words = " and ".join(_gap_words(name, sign, number, row.get(name) or 0) for name, sign, number in unmet)
    return [(abs(number - (row.get(name) or 0)), words) for name, _, number in unmet]


def _gap_words(name: str, sign: str, number: float, have: float) -> str:
    if name == "follows_brand":
        return "follow the brand"
    if name == "quiet_days":
        return "to be heard from again" if sign.startswith("<") else f"{number:,.0f} quiet days"
    if sign in ("<", "<=", "=="):
        return f"no more than {counted(name, number)}" if number else f"no {WORDS[name][1]}"
    lack = number - have + (1 if sign == ">" else 0)
    noun = WORDS[name][0] if lack == 1 else WORDS[name][1]
    return f"{lack:,.0f} more {noun}" if have else f"{lack:,.0f} {noun}"
