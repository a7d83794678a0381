"""What was seen more than once becomes one row, by the rule of its table.

accounts: an observation that says nothing new is not a row of its own; it moves the ``last_seen`` of the profile
that it confirms. follows: the earliest. posts: the text and figures seen last, the earliest time. interactions: the
row that knows the time itself wins over one that knows only a span, and a narrow span over a wide one; of texts and
figures the last seen, of weights the largest. ``first_seen`` is always the earliest.
"""

from __future__ import annotations

from collections.abc import Callable

import polars as pl

from ambassadors.lake.keys import grown, key_of


def group_of(table: str) -> pl.Expr:
    """Rows of one group settle among each other: for accounts all observations of one, else rows of one key."""
    return pl.col("account").alias("group") if table == "accounts" else key_of(table).alias("group")


def settled(table: str, rows: pl.DataFrame) -> pl.DataFrame:
    """Rows of whole groups, in the order in which they were seen, each key once."""
    keyed = rows.with_columns(key_of(table))
    again = keyed["key"].is_duplicated()
    merged = _MERGE[table](keyed.filter(again)) if again.any() else keyed.clear()
    once = pl.concat([keyed.filter(~again), merged.select(keyed.columns)]).drop("key")
    return _news(once) if table == "accounts" else once


def _merged(rows: pl.DataFrame, **other: pl.Expr) -> pl.DataFrame:
    """Of each column the value seen last, but for those with a rule of their own."""
    rules = {"first_seen": pl.col("first_seen").min(), **other}
    last = [pl.col(name).drop_nulls().last() for name in rows.columns if name not in ("key", *rules)]
    return rows.group_by("key", maintain_order=True).agg(*last, **rules)


def _accounts(rows: pl.DataFrame) -> pl.DataFrame:
    return _merged(rows, last_seen=pl.col("last_seen").max())


def _follows(rows: pl.DataFrame) -> pl.DataFrame:
    began = pl.coalesce("since", "observed_at")
    ordered = rows.sort(began, "since", "observed_at", nulls_last=False, maintain_order=True)
    first = [pl.col(name).first() for name in rows.columns if name not in ("key", "first_seen")]
    return ordered.group_by("key", maintain_order=True).agg(*first, pl.col("first_seen").min())


def _posts(rows: pl.DataFrame) -> pl.DataFrame:
    return _merged(rows, at=pl.col("at").min())


def _interactions(rows: pl.DataFrame) -> pl.DataFrame:
    surest = ["_guessed", "at_latest", "at"]
    leading = {name: pl.col(name).sort_by(surest, nulls_last=True).first() for name in ("target", "at", "at_latest")}
    guessed = pl.col("at_latest").is_not_null().alias("_guessed")
    return _merged(rows.with_columns(guessed), weight=pl.col("weight").max(), **leading).drop("_guessed")


def _news(rows: pl.DataFrame) -> pl.DataFrame:
    """The observations that say something new, the first of each account included."""
    several = rows["account"].is_duplicated()
    if not several.any():
        return rows
    observed = rows.filter(several).sort("account", "observed_at", nulls_last=False)
    whole = pl.col("followers").is_not_null()
    told = [name for name in grown("accounts") if name not in ("account", "observed_at", *_OURS)]
    marked = observed.with_columns(_says_more(told).alias("_new")).with_columns(
        (pl.col("_new") & whole).cum_sum().over("account").alias("_profile")
    )
    until = pl.when(whole).then("last_seen").max().over("account", "_profile")
    confirmed = pl.when(pl.col("_new") & whole).then(until).otherwise("last_seen")
    kept = marked.with_columns(confirmed.alias("last_seen")).filter("_new").drop("_new", "_profile")
    return pl.concat([rows.filter(~several), kept])


_OURS = ("fetched_from", "first_seen", "last_seen")


def _says_more(told: list[str]) -> pl.Expr:
    """Whether a row holds any value other than the one known before it, or is the first."""
    before = {name: pl.col(name).forward_fill().shift().over("account") for name in told}
    changed = [pl.col(name).is_not_null() & pl.col(name).ne_missing(before[name]) for name in told]
    return pl.any_horizontal(*changed, pl.int_range(pl.len()).over("account") == 0)


_MERGE: dict[str, Callable[[pl.DataFrame], pl.DataFrame]] = {
    "accounts": _accounts,
    "follows": _follows,
    "posts": _posts,
    "interactions": _interactions,
}
