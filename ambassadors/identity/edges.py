"""Edges: each piece of evidence that two accounts, or a customer and an account, are one person."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import pairwise
from typing import NamedTuple

import polars as pl

#: What stands before a customer's id where it is used as an account.
CUSTOMER = "customer"
#: An address that more customers than this share is nobody's own: a till's, or a form's that nobody filled in.
MOST_OF_ONE_ADDRESS = 10


class Edge(NamedTuple):
    """Evidence that two are one person: by what, in a sentence, and how likely where it is a likeness."""

    one: str
    other: str
    by: str
    evidence: str
    probability: float | None = None


def named(groups: Sequence[Sequence[str]]) -> Iterator[Edge]:
    """The accounts that the recipe names as one person."""
    for place, group in enumerate(groups, 1):
        for one, other in pairwise(group):
            yield Edge(one, other, "recipe", f"the recipe's identity.people[{place}] names {one} and {other}")


def linked(customers: pl.DataFrame, groups: Sequence[Sequence[str]] = ()) -> Iterator[Edge]:
    """Customers who are linked to accounts of several platforms, or may be joined to somebody else.

    Of a customer's links on one platform the latest holds. A customer with one account, whom nothing else could join to
    anyone, needs no edge: the account's rows are the customer's already.
    """
    links = _links(customers)
    several = links.filter(pl.len().over("customer") > 1)["customer"]
    shared = _keyed(customers)["customer"]
    asked = pl.Series([end.partition(":")[2] for group in groups for end in group if end.startswith(f"{CUSTOMER}:")])
    wanted = pl.concat([several, shared, asked.cast(pl.String)])
    for customer, account in links.filter(pl.col("customer").is_in(wanted.implode())).iter_rows():
        yield Edge(_id(customer), account, "customer", f"customer {customer} is linked to {account}")


def _links(customers: pl.DataFrame) -> pl.DataFrame:
    """``customer, account``: the latest link of each customer and platform."""
    ordered = customers.drop_nulls("account").sort("customer", "since", nulls_last=False, maintain_order=True)
    platform = pl.col("account").str.extract("^([^:]+):").alias("platform")
    latest = ordered.with_columns(platform).unique(["customer", "platform"], keep="last", maintain_order=True)
    return latest.select("customer", "account").sort("customer", "account")


def _keyed(customers: pl.DataFrame) -> pl.DataFrame:
    """``customer, email_key``: the last key of each customer that has one."""
    ordered = customers.drop_nulls("email_key").sort("customer", "since", nulls_last=False, maintain_order=True)
    latest = ordered.unique(["customer"], keep="last", maintain_order=True)
    return latest.select("customer", "email_key").sort("customer")


def emails(accounts: pl.DataFrame, customers: pl.DataFrame) -> Iterator[Edge]:
    """Customers and accounts with the same keyed hash of an address."""
    observed = accounts.drop_nulls("email_key").sort("account", "observed_at", nulls_last=False, maintain_order=True)
    latest = observed.unique(["account"], keep="last", maintain_order=True)
    buyers = _keyed(customers).select(pl.concat_str(pl.lit(f"{CUSTOMER}:"), "customer").alias("end"), "email_key")
    ends = pl.concat([buyers, latest.select(pl.col("account").alias("end"), "email_key")])
    same = ends.group_by("email_key").agg(pl.col("end").sort()).filter(pl.col("end").list.len() > 1)
    for (group,) in same.select("end").sort(pl.col("end").list.first()).iter_rows():
        if sum(end.startswith(f"{CUSTOMER}:") for end in group) <= MOST_OF_ONE_ADDRESS:
            one = next((end for end in group if not end.startswith(f"{CUSTOMER}:")), group[0])
            for other in (end for end in group if end != one):
                yield Edge(one, other, "email", f"{one} and {other} have the same e-mail address (by its keyed hash)")


def _id(customer: str) -> str:
    return f"{CUSTOMER}:{customer}"
