"""History: how each person moved between rungs, to the moment.

A person can change rungs only when a sign begins or ceases to count, so all moves follow from one pass over the signs.
"""

from __future__ import annotations

from datetime import timedelta

import polars as pl

from ambassadors.community import Community
from ambassadors.ladder.rules import NEGATIVE, RUNGS, rung_of
from ambassadors.ladder.signs import COUNTS, signs
from ambassadors.recipe import LadderSection, condition
from ambassadors.tables import EARLIEST, TIME

_MOMENT = timedelta(microseconds=1)


def history(community: Community) -> pl.DataFrame:
    """Every move: ``account, at, rung``, the rung on which the account stands from then on (null: none any more).

    Sorted by account and time. What was always so (a follow without a date) begins in 1990. Where an account stood at a
    moment is its last row until then, and the same as :func:`~ambassadors.ladder.rungs` of the community as of then.
    """
    return community.memo("history", lambda: _history(community))


def _history(community: Community) -> pl.DataFrame:
    ladder, all_signs = community.recipe.ladder, signs(community)
    named = [name for name in COUNTS if name in _named(ladder)]  # no other count can move anybody
    steps = pl.concat([_starts(all_signs, named), _ends(all_signs, named), _silences(all_signs, ladder, named)])
    moments = steps.filter(pl.col("at") <= pl.lit(community.moment or EARLIEST, TIME)).group_by("account", "at")
    states = moments.agg(pl.col(named).sum(), pl.col("shown").max()).sort("account", "at")
    states = states.with_columns(
        pl.col(named).cum_sum().over("account").round(6), pl.col("shown").cum_max().forward_fill().over("account")
    )
    silence = pl.col("at") - pl.col("shown")
    quiet = pl.when(silence <= ladder.window).then(silence.dt.total_microseconds() / 86_400_000_000)
    states = states.with_columns(quiet.alias("quiet_days")).with_columns(rung_of(ladder).alias("rung"))
    before = pl.col("rung").shift(1).over("account")
    moved = states.filter(pl.col("rung").ne_missing(before))
    return moved.select("account", "at", pl.col("rung").cast(pl.String))


def _conditions(ladder: LadderSection) -> list[tuple[str, str, float]]:
    """Every condition of every rule."""
    rules = [rule for rung in (*RUNGS, NEGATIVE) for rule in getattr(ladder, rung)]
    return [one for rule in rules for one in condition(rule)]


def _named(ladder: LadderSection) -> set[str]:
    return {name for name, _, _ in _conditions(ladder)}


def _starts(all_signs: pl.DataFrame, named: list[str]) -> pl.DataFrame:
    return all_signs.select("account", pl.col("at").fill_null(EARLIEST), "shown", *named)


def _ends(all_signs: pl.DataFrame, named: list[str]) -> pl.DataFrame:
    ended = all_signs.filter(pl.col("until").is_not_null())
    return ended.select("account", at="until", shown=pl.lit(None, TIME), **{name: -pl.col(name) for name in named})


def _silences(all_signs: pl.DataFrame, ladder: LadderSection, named: list[str]) -> pl.DataFrame:
    """Moments at which a silence grows longer than some rule allows, or long enough for it."""
    days = {number for name, _, number in _conditions(ladder) if name == "quiet_days"}
    last = all_signs.filter(pl.col("shown").is_not_null()).select("account", pl.col("shown")).unique()
    at_and_after = [timedelta(days=number) + wait for number in sorted(days) for wait in (timedelta(), _MOMENT)]
    parts = [last.select("account", at=pl.col("shown") + wait, shown=pl.lit(None, TIME)) for wait in at_and_after]
    none = last.clear().select("account", at="shown", shown=pl.lit(None, TIME))
    return pl.concat([none, *parts]).with_columns(pl.lit(0.0).alias(name) for name in named)


def path(community: Community, account: str) -> list[tuple[str, str | None]]:
    """The moves of one account in words: the date and the rung, earliest first."""
    moves = history(community).filter(pl.col("account") == account)
    return [(f"{row['at']:%Y-%m-%d}", row["rung"]) for row in moves.iter_rows(named=True)]
