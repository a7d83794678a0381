"""Rules: from counts of evidence to the rung on which a person stands."""

from __future__ import annotations

import operator
from typing import Any

import polars as pl

from ambassadors.community import Community
from ambassadors.ladder.signs import evidence
from ambassadors.recipe import LadderSection, condition

#: From the lowest to the highest; ``negative`` stands beside the ladder.
RUNGS = ("aware", "like", "love", "advocate", "defend")
NEGATIVE = "negative"

COMPARE: dict[str, Any] = {
    ">=": operator.ge,
    ">": operator.gt,
    "<=": operator.le,
    "<": operator.lt,
    "==": operator.eq,
}


def rungs(community: Community) -> pl.DataFrame:
    """Where each account stands: the columns of :func:`evidence` and ``rung``, null where nothing was shown."""
    return community.memo(
        "rungs", lambda: evidence(community).with_columns(rung_of(community.recipe.ladder).alias("rung"))
    )


def rung_of(ladder: LadderSection) -> pl.Expr:
    """The rung that the columns of evidence give by the recipe's rules."""
    order = [NEGATIVE, *reversed(RUNGS)]
    return pl.coalesce(pl.when(_holds(getattr(ladder, rung))).then(pl.lit(rung)) for rung in order)


def _holds(rules: tuple[str, ...]) -> pl.Expr:
    """Whether any one of the rules holds, each with all of its conditions."""
    if not rules:
        return pl.lit(False)
    each = [[COMPARE[sign](pl.col(name), number) for name, sign, number in condition(rule)] for rule in rules]
    return pl.any_horizontal(pl.all_horizontal(parts) for parts in each)


def place(rung: pl.Expr) -> pl.Expr:
    """How high a rung stands: 0 for ``aware`` to 4 for ``defend``; -1 for ``negative`` and for none.

    >>> pl.select(place(pl.lit("love"))).item()
    2
    """
    return rung.replace_strict({name: number for number, name in enumerate(RUNGS)}, default=-1, return_dtype=pl.Int8)


def next_rung(rung: str | None) -> str | None:
    """The rung above, None at the top; from ``negative`` the way leads over ``like``.

    >>> next_rung("love"), next_rung("defend"), next_rung("negative")
    ('advocate', None, 'like')
    """
    if rung == NEGATIVE:
        return "like"
    above = RUNGS.index(rung) + 1 if rung else 0
    return RUNGS[above] if above < len(RUNGS) else None
