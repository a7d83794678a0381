"""Shrinkage: rates of few, drawn toward the rate of all who are comparable."""

from __future__ import annotations

import polars as pl


def shrunk(counts: pl.DataFrame) -> pl.DataFrame:
    """``counts`` with ``value``: ``people / exposure``, drawn toward the rate of its ``group`` where exposure is small.

    ``(people + m k) / (exposure + k)``: the posterior mean of a Poisson rate under a gamma prior whose mean ``m`` and
    strength ``k = m / v`` are fitted to the group by moments; v is the variance between its accounts beyond what chance
    explains (empirical Bayes; Robbins 1956, the moments after DerSimonian and Laird 1986). Where chance explains all,
    everyone has the group's rate.

    >>> counts = pl.DataFrame({"group": "a", "people": [3, 900, 150], "exposure": [3.0, 1000.0, 1000.0]})
    >>> shrunk(counts)["value"].round(3).to_list()  # three of three stand no higher than nine in ten of a thousand
    [0.817, 0.899, 0.151]
    """
    people, exposure = pl.col("people").cast(pl.Float64), pl.col("exposure")
    total = exposure.sum()
    mean = people.sum() / total
    excess = (exposure * (people / exposure - mean) ** 2).sum() - (pl.len() - 1) * mean
    spread = excess / (total - (exposure**2).sum() / total)
    fitted = counts.with_columns(mean.over("group").alias("mean_rate"), spread.over("group").alias("spread"))
    strength = pl.col("mean_rate") / pl.col("spread")
    drawn = (people + pl.col("mean_rate") * strength) / (exposure + strength)
    varies = pl.col("spread").is_finite() & (pl.col("spread") > 0) & (pl.col("mean_rate") > 0)
    value = pl.when(varies).then(drawn).otherwise("mean_rate").alias("value")
    return fitted.with_columns(value).drop("mean_rate", "spread")


def typical(posts: pl.DataFrame) -> pl.DataFrame:
    """From one row a post (``account, group, people``), how many people an account's post typically moves.

    ``exp(m_i) - 1``, where m_i is the account's mean of ``log(1 + people)``, drawn toward its group's mean m by
    ``(n m_i + k m) / (n + k)``: n posts, ``k`` the variance between an account's posts over that between accounts
    (empirical Bayes of a one-way layout; Efron and Morris 1975). On logarithms, since responses come in cascades, and
    one that went round the world must not stand for a habit. Columns: ``account, group, posts, people, mean, value``.
    """
    seen = pl.col("people").cast(pl.Float64).log1p()
    by_account = posts.with_columns(seen.alias("log")).group_by("account", "group", maintain_order=True)
    counts = by_account.agg(
        pl.len().alias("posts"),
        pl.col("people").sum(),
        pl.col("log").mean(),
        ((pl.col("log") - pl.col("log").mean()) ** 2).sum().alias("squares"),
    )
    size, total = pl.col("posts").cast(pl.Float64), pl.col("posts").sum().cast(pl.Float64)
    everyone = (size * pl.col("log")).sum() / total
    within = pl.col("squares").sum() / (total - pl.len())
    excess = (size * (pl.col("log") - everyone) ** 2).sum() - (pl.len() - 1) * within
    between = excess / (total - (size**2).sum() / total)
    strength = pl.when(between > 0).then(within / between)
    counts = counts.with_columns(everyone.over("group").alias("usual"), strength.over("group").alias("strength"))
    drawn = (size * pl.col("log") + pl.col("strength") * pl.col("usual")) / (size + pl.col("strength"))
    known = pl.col("strength").is_finite()
    return counts.with_columns(
        (pl.col("people") / pl.col("posts")).alias("mean"),
        pl.when(known).then(drawn).otherwise("usual").exp().sub(1).alias("value"),
    ).drop("log", "squares", "usual", "strength")
