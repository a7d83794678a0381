"""The ladder: the rung on which a person stands toward the brand, with the evidence.

negative - aware - like - love - advocate - defend. Each rung has readable rules in the recipe over the counts of
:func:`evidence`; the highest rung with a rule that holds is where the person stands, and ``negative`` comes first.
"""

from __future__ import annotations

import operator
import re
from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any

import polars as pl

from ambassadors.community import Community
from ambassadors.measures.affinity import toward
from ambassadors.measures.catalogue import lacking
from ambassadors.measures.loyalty import paid_back, purchases
from ambassadors.recipe import EVIDENCE, condition

#: From the lowest to the highest; ``negative`` stands beside the ladder.
RUNGS = ("aware", "like", "love", "advocate", "defend")
NEGATIVE = "negative"

_RECOMMENDING = ("share", "quote", "mention", "tag", "referral")
_ANSWERS = ("comment", "reply")
_COMPARE: dict[str, Any] = {
    ">=": operator.ge,
    ">": operator.gt,
    "<=": operator.le,
    "<": operator.lt,
    "==": operator.eq,
}
_WORDS = {
    "follows_brand": ("follows the brand", "follows the brand"),
    "interactions": ("act toward the brand", "acts toward the brand"),
    "likes": ("like", "likes"),
    "comments": ("comment", "comments"),
    "recommendations": ("recommendation", "recommendations"),
    "referrals": ("person referred", "people referred"),
    "reviews": ("review", "reviews"),
    "defences": ("answer to a critic of the brand", "answers to critics of the brand"),
    "active_days": ("day with an act toward the brand", "days with an act toward the brand"),
    "orders": ("order", "orders"),
    "refunds": ("refund", "refunds"),
    "complaints": ("complaint", "complaints"),
    "open_complaints": ("complaint with nothing good after it", "complaints with nothing good after them"),
}


def evidence(community: Community) -> pl.DataFrame:
    """What each account has shown toward the brand.

    Columns: ``account``, a count for each name in ``EVIDENCE``, and ``first`` and ``last``, when it was shown. Counts
    are of acts within the ladder's window. Only accounts with any evidence have a row.
    """
    return community.memo("evidence", lambda: _evidence(community))


def _evidence(community: Community) -> pl.DataFrame:
    acts = _acts(community)
    parts = [
        _counted(acts, community.recipe.ladder.good_rating),
        _followers(community),
        _defences(community, acts),
        _bought(community),
    ]
    whole = parts[0]
    for part in parts[1:]:
        whole = whole.join(part, "account", how="full", coalesce=True)
    whole = whole.with_columns(
        pl.min_horizontal("first", "first_order").alias("first"), pl.max_horizontal("last", "last_order").alias("last")
    )
    good_at, open_since = pl.max_horizontal("good_at", "last_order"), pl.col("complained_at")
    settled = (good_at > open_since).fill_null(False)
    counts = [pl.col(name).fill_null(0).cast(pl.Int64) for name in EVIDENCE if name != "open_complaints"]
    still_open = pl.when(~settled).then(pl.col("complaints")).fill_null(0).cast(pl.Int64).alias("open_complaints")
    return whole.select("account", *counts, still_open, "first", "last").sort("account")


def _acts(community: Community) -> pl.DataFrame:
    """Acts toward the brand within the window, each marked as a complaint or not."""
    section = community.recipe.ladder
    recent = community.age_in_days(pl.col("at")) <= section.window / timedelta(days=1)
    bad = (pl.col("rating") <= section.bad_rating) | _complains(section.complaint_words)
    acts = toward(community, community.brand.accounts).filter(recent)
    return acts.with_columns(
        bad.fill_null(False).alias("bad"), pl.col("kind").cast(pl.String), pl.col("weight").fill_null(1.0).alias("n")
    )


def _complains(words: tuple[str, ...]) -> pl.Expr:
    """Whether a text holds one of the recipe's words of complaint, as a whole word, in any case of letters."""
    if not words:
        return pl.lit(False)
    return pl.col("text").fill_null("").str.contains("(?i)" + "|".join(map(_whole, words)))


def _whole(word: str) -> str:
    """The pattern of a whole word; a sign such as ``:(`` needs no edge of a word beside it."""
    edges = [r"\b" if letter.isalnum() else "" for letter in (word[:1], word[-1:])]
    return f"{edges[0]}{re.escape(word)}{edges[1]}"


def _counted(acts: pl.DataFrame, good_rating: float) -> pl.DataFrame:
    kind, fine = pl.col("kind"), ~pl.col("bad")
    praise = (kind == "review") & (pl.col("rating") >= good_rating)
    recommends = fine & (kind.is_in(_RECOMMENDING) | praise)
    good = fine & (kind.is_in([*_RECOMMENDING, "like"]) | praise)
    at, single = pl.col("at"), pl.col("weight").is_null()
    return acts.group_by(pl.col("source").alias("account")).agg(
        pl.col("n").sum().alias("interactions"),
        _many(kind == "like").alias("likes"),
        _many(kind.is_in(_ANSWERS)).alias("comments"),
        _many(recommends).alias("recommendations"),
        _many(kind == "referral").alias("referrals"),
        _many(kind == "review").alias("reviews"),
        _many(pl.col("bad")).alias("complaints"),
        at.filter(single).dt.date().n_unique().alias("active_days"),
        at.filter(good).max().alias("good_at"),
        at.filter(pl.col("bad")).max().alias("complained_at"),
        at.filter(single).min().alias("first"),
        at.filter(single).max().alias("last"),
    )


def _many(which: pl.Expr) -> pl.Expr:
    """How many acts of that sort; a total counts for as many as it is of."""
    return pl.col("n").filter(which.fill_null(False)).sum()


def _followers(community: Community) -> pl.DataFrame:
    brand = community.brand.accounts
    fans = community.follows.filter(pl.col("target").is_in(brand), ~pl.col("source").is_in(brand))
    return fans.select(pl.col("source").alias("account").unique()).with_columns(pl.lit(1).alias("follows_brand"))


def _defences(community: Community, acts: pl.DataFrame) -> pl.DataFrame:
    """Answers, in the brand's own threads, to people who had complained before, by others than the brand."""
    critics = acts.filter("bad").group_by(pl.col("source").alias("target")).agg(pl.col("at").min().alias("since"))
    threads = community.posts.filter(pl.col("author").is_in(community.brand.accounts)).select("post")
    answers = community.interactions.filter(
        pl.col("kind").cast(pl.String).is_in(_ANSWERS),
        pl.col("source") != pl.col("target"),
        ~pl.col("source").is_in([*community.brand.accounts, *community.brand.staff]),
        ~_complains(community.recipe.ladder.complaint_words),
        community.age_in_days(pl.col("at")) <= community.recipe.ladder.window / timedelta(days=1),
    )
    told = answers.join(threads, "post", how="semi").join(critics, "target").filter(pl.col("at") >= pl.col("since"))
    return told.group_by(pl.col("source").alias("account")).agg(pl.len().alias("defences"))


def _bought(community: Community) -> pl.DataFrame:
    bought = purchases(community)
    if community.moment is not None:
        window = community.recipe.ladder.window / timedelta(days=1)
        bought = bought.filter(community.age_in_days(pl.col("at")) <= window)
    return bought.group_by("account").agg(
        (pl.col("paid") > 0).sum().alias("orders"),
        paid_back().sum().alias("refunds"),
        pl.col("at").filter(pl.col("paid") > 0).max().alias("last_order"),
        pl.col("at").min().alias("first_order"),
    )


def rungs(community: Community) -> pl.DataFrame:
    """Where each account stands: the columns of :func:`evidence` and ``rung``, null where nothing was shown."""
    return community.memo("rungs", lambda: evidence(community).with_columns(_rung(community).alias("rung")))


def _rung(community: Community) -> pl.Expr:
    ladder = community.recipe.ladder
    order = [NEGATIVE, *reversed(RUNGS)]
    return pl.coalesce(pl.when(_holds(getattr(ladder, rung))).then(pl.lit(rung)) for rung in order)


def _holds(rules: tuple[str, ...]) -> pl.Expr:
    """Whether any one of the rules holds, each with all of its conditions."""
    if not rules:
        return pl.lit(False)
    each = [[_COMPARE[sign](pl.col(name), number) for name, sign, number in condition(rule)] for rule in rules]
    return pl.any_horizontal(pl.all_horizontal(parts) for parts in each)


def next_rung(rung: str | None) -> str | None:
    """The rung above, None at the top; from ``negative`` the way leads over ``like``.

    >>> next_rung("love"), next_rung("defend"), next_rung("negative")
    ('advocate', None, 'like')
    """
    if rung == NEGATIVE:
        return "like"
    place = RUNGS.index(rung) + 1 if rung else 0
    return RUNGS[place] if place < len(RUNGS) else None


def says(community: Community, row: Mapping[str, Any]) -> str:
    """The evidence for a rung in words, from a row of :func:`rungs`: counts, the rule's own first, and dates."""
    if not row.get("rung"):
        return "nothing seen between them and the brand" if shows_anything(community) else ""
    rules = [condition(rule) for rule in getattr(community.recipe.ladder, row["rung"])]
    held = next(rule for rule in rules if all(_COMPARE[sign](row[name], number) for name, sign, number in rule))
    # what a rule rests on must be there to be said: "0 refunds" is a condition, not evidence
    names = list(dict.fromkeys([*(name for name, _, _ in held), *_TELLING]))
    words = [counted(name, row[name]) for name in names if row[name] and name not in _SILENT - {held[0][0]}][:3]
    return ", ".join(words) + _dates(row["first"], row["last"])


_TELLING = ("defences", "referrals", "recommendations", "comments", "orders", "likes", "complaints", "follows_brand")
_SILENT = {"interactions"}


def counted(name: str, count: float) -> str:
    """A count with its noun.

    >>> counted("orders", 1), counted("recommendations", 1200), counted("follows_brand", 1)
    ('1 order', '1,200 recommendations', 'follows the brand')
    """
    one, many = _WORDS[name]
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
    possible = [rule for rule in rules if not any(_impossible(community, name) for name, _, _ in rule)]
    ways = [_gaps(rule, row) for rule in possible]
    nearest = min(filter(None, ways), key=lambda gaps: (len(gaps), sum(size for size, _ in gaps)), default=[(0.0, "")])
    return nearest[0][1]


def shows_anything(community: Community) -> bool:
    """Whether this data can show where anyone stands: it has a brand, or orders."""
    return bool(community.brand.accounts) or not community.orders.is_empty()


def _impossible(community: Community, name: str) -> str:
    """Why a kind of evidence cannot be found in this data; empty when it can."""
    if name == "defences":
        critics = evidence(community)["complaints"].sum()
        return lacking(community, ["posts", "brand"]) or ("" if critics else "nobody complained")
    needs = {"orders": ["orders"], "refunds": ["orders"], "follows_brand": ["follows", "brand"]}
    return lacking(community, needs.get(name, ["interactions", "brand"]))


def _gaps(rule: tuple[tuple[str, str, float], ...], row: Mapping[str, Any]) -> list[tuple[float, str]]:
    """The unmet conditions of a rule: how far each is off, and all of them in words on the first."""
    unmet = [(name, sign, number) for name, sign, number in rule if not _COMPARE[sign](row.get(name) or 0, number)]
    if any((row.get(name) or 0) > number for name, _, number in unmet):
        return []  # too much of something cannot be undone
    words = " and ".join(_gap_words(name, sign, number, row.get(name) or 0) for name, sign, number in unmet)
    return [(abs(number - (row.get(name) or 0)), words) for name, _, number in unmet]


def _gap_words(name: str, sign: str, number: float, have: float) -> str:
    if name == "follows_brand":
        return "follow the brand"
    if sign in ("<", "<=", "=="):
        return f"no more than {counted(name, number)}" if number else f"no {_WORDS[name][1]}"
    lack = number - have + (1 if sign == ">" else 0)
    noun = _WORDS[name][0] if lack == 1 else _WORDS[name][1]
    return f"{lack:,.0f} more {noun}" if have else f"{lack:,.0f} {noun}"
