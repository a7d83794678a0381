"""Forgetting at the door: rows that name somebody who was forgotten are not taken in again."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace

import polars as pl

from ambassadors import handles
from ambassadors.community import CUSTOMER
from ambassadors.sources.reading import Reading
from ambassadors.state.refusals import FORGOTTEN, Known
from ambassadors.state.store import Store
from ambassadors.tables import TABLES

#: What may stand between words of a rejected row.
_BETWEEN = r"[\s,;|\"']+"
#: What stands in a reject where somebody was named.
GONE = "[forgotten]"


def without_forgotten(store: Store, reading: Reading) -> Reading:
    """The same rows without those that name who was forgotten, counted in ``Reading.forgotten`` by table.

    Gone are their profiles, ties, posts, acts by them, toward them or under their posts, and all that customers did who
    are linked to them. In rejects the value goes, and the line stays.
    """
    known = Known(store, FORGOTTEN)
    if not known:
        return reading
    accounts = _accounts(known, reading.tables)
    customers = _customers(known, accounts, reading.tables)
    names = pl.Series([*accounts, *(f"{CUSTOMER}:{customer}" for customer in customers)], dtype=pl.String)
    posts = _posts(names, reading.tables)
    kept = {
        name: frame.filter(~_theirs(name, names, pl.Series(customers, dtype=pl.String), posts))
        for name, frame in reading.tables.items()
    }
    gone = {name: frame.height - kept[name].height for name, frame in reading.tables.items()}
    rejects = _unnamed(known, reading.rejects, _platforms(reading.tables))
    return replace(reading, tables=kept, rejects=rejects, forgotten={name: n for name, n in gone.items() if n})


def forgotten_among(store: Store, people: Iterable[tuple[str, str | None]]) -> set[str]:
    """Of account ids with their handles the ids of who was forgotten, by either; ``platform:@handle`` is a handle."""
    known = Known(store, FORGOTTEN)
    if not known:
        return set()
    given = pl.DataFrame(list(people), schema={"account": pl.String, "handle": pl.String}, orient="row")
    return {*known.accounts(given["account"]), *known.bearers(given)}


def _accounts(known: Known, tables: dict[str, pl.DataFrame]) -> list[str]:
    """Their accounts among all that the tables name, and those that are linked to a customer number of theirs."""
    ids = [tables[name][column] for name, table in TABLES.items() if name in tables for column in table.naming]
    found = known.accounts(pl.concat([one.rename("account") for one in ids])) if ids else []
    if "accounts" in tables:
        found += [*known.bearers(tables["accounts"]), *known.mailed(tables["accounts"], "account")]
    if "customers" in tables:
        linked = pl.col("customer").is_in(_named_customers(known, tables))
        found += [*tables["customers"].filter(linked)["account"].drop_nulls()]
    return sorted(set(found))


def _customers(known: Known, accounts: list[str], tables: dict[str, pl.DataFrame]) -> list[str]:
    """Their customer numbers: named themselves, known by an address, or linked to an account of theirs."""
    found = _named_customers(known, tables)
    if "customers" in tables:
        found += [*tables["customers"].filter(pl.col("account").is_in(accounts))["customer"]]
    return sorted(set(found))


def _named_customers(known: Known, tables: dict[str, pl.DataFrame]) -> list[str]:
    ids = [tables[name]["customer"] for name in ("customers", "orders") if name in tables]
    found = known.customers(pl.concat(ids)) if ids else []
    return found + (known.mailed(tables["customers"], "customer") if "customers" in tables else [])


def _posts(accounts: pl.Series, tables: dict[str, pl.DataFrame]) -> pl.Series:
    if "posts" not in tables:
        return pl.Series(dtype=pl.String)
    return tables["posts"].filter(pl.col("author").is_in(accounts.implode()))["post"]


def _theirs(table: str, names: pl.Series, customers: pl.Series, posts: pl.Series) -> pl.Expr:
    """Whether a row of a table names them."""
    signs = [pl.col(column).is_in(names.implode()) for column in TABLES[table].naming]
    if table in ("customers", "orders"):
        signs.append(pl.col("customer").is_in(customers.implode()))
    if table == "interactions":
        signs.append(pl.col("post").is_in(posts.implode()))
    return pl.any_horizontal(signs).fill_null(False)


def _platforms(tables: dict[str, pl.DataFrame]) -> list[str]:
    ids = [tables[name][column] for name, table in TABLES.items() if name in tables for column in table.naming]
    found = {platform for one in ids for platform in one.str.extract("^([^:]+):").unique().drop_nulls()}
    return sorted(found)


def _unnamed(known: Known, rejects: pl.DataFrame, platforms: list[str]) -> pl.DataFrame:
    """The rejects, without the values that name them, as a whole or as a word."""
    values = rejects.select(pl.col("value").drop_nulls().unique(maintain_order=True))
    split = pl.concat_list("value", pl.col("value").str.replace_all(_BETWEEN, " ").str.split(" ")).alias("word")
    words = values.select("value", split).explode("word").filter(pl.col("word") != "")
    theirs = known.named(words["word"].unique(maintain_order=True), platforms)
    named = words.filter(pl.col("word").is_in(theirs))["value"].unique().implode()
    value = pl.when(pl.col("value").is_in(named)).then(pl.lit(GONE)).otherwise("value").alias("value")
    return rejects.with_columns(value)


def unnamed(store: Store, names: Iterable[str]) -> list[str]:
    """Names that a recipe gives, each that means somebody forgotten made ``[forgotten]``: no manifest may keep them."""
    given = list(names)
    known = Known(store, FORGOTTEN)
    gone = set(known.named(pl.Series(given, dtype=pl.String), handles.CASELESS)) if known and given else set()
    return [GONE if name in gone else name for name in given]
