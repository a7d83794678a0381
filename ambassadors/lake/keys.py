"""What makes a row that row: natural keys, and the columns of the tables that grow.

==============  =========================================================================================
accounts        account and moment of observation
follows         who follows whom
posts           the post
interactions    who did what toward whom, when, under which post; a like or share of a post: who and which
                post alone, since one likes a post once, however late its time became known
==============  =========================================================================================
"""

from __future__ import annotations

import polars as pl

from ambassadors import tables

NATURAL = {
    "accounts": ("account", "observed_at"),
    "follows": ("source", "target"),
    "posts": ("post",),
    "interactions": ("source", "target", "kind", "at", "post"),
}
#: One can do these to a post only once.
ONCE = ("like", "share")


def grown(table: str) -> pl.Schema:
    """The columns of a table that grows: ours, then from where a row was fetched, and when it was first seen.

    An account's row also says until when it was known to be so: what is seen again unchanged is not stored again.

    >>> grown("follows").names()
    ['source', 'target', 'since', 'observed_at', 'fetched_from', 'first_seen']
    """
    own = {name: pl.String() if isinstance(dtype, pl.Enum) else dtype for name, dtype in table_of(table).schema.items()}
    until = {"last_seen": tables.TIME} if table == "accounts" else {}
    return pl.Schema({**own, "fetched_from": pl.String(), "first_seen": tables.TIME, **until})


def key(table: str, rows: pl.DataFrame) -> pl.Series:
    r"""The natural key of each row as one text, the same wherever and whenever it is made.

    >>> key("follows", pl.DataFrame({"source": ["x:1"], "target": ["x:2"]})).to_list()
    ['x:1\tx:2']
    """
    return rows.select(key_of(table)).to_series()


def key_of(table: str) -> pl.Expr:
    """The same as an expression. Ids hold no tabs, so that no two keys run into one."""
    parts = {name: _text(table, name) for name in NATURAL[table_of(table).name]}
    if table == "interactions":
        once = pl.col("kind").cast(pl.String).is_in(ONCE) & pl.col("post").is_not_null()
        parts |= {name: pl.when(~once).then(parts[name]) for name in ("target", "at")}
    return pl.concat_str([part.fill_null("") for part in parts.values()], separator="\t").alias("key")


def keyed(table: str, rows: pl.DataFrame) -> pl.DataFrame:
    """The natural keys of these rows alone, in the column ``key``."""
    return rows.select(key_of(table))


def _text(table: str, name: str) -> pl.Expr:
    column = pl.col(name)
    return (column.dt.epoch("us") if tables.table(table)[name].type == "time" else column).cast(pl.String)


def table_of(name: str) -> tables.Table:
    """The table of that name, if it is one that grows."""
    if name not in NATURAL:
        raise ValueError(f"no rows of {name!r} are fetched; those of {', '.join(NATURAL)} are")
    return tables.table(name)
