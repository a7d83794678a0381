"""Identity: which accounts are one person, and the evidence for each merge.

Accounts are joined by what the recipe says, by customers' own links, by equal keyed hashes of an e-mail address, by
profiles that name each other and, only where the recipe asks for it, by likeness. What is inferred never puts two
accounts of one platform into one person: such evidence is refused, and told.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence

import polars as pl

from ambassadors.identity.edges import Edge, emails, linked, named
from ambassadors.identity.fuzzy import likely
from ambassadors.identity.merging import merged
from ambassadors.identity.persons import CONFLICTS, PEOPLE, Persons
from ambassadors.identity.profiles import mutual

__all__ = ["CONFLICTS", "PEOPLE", "Edge", "Persons", "likely", "people"]


def people(
    accounts: pl.DataFrame,
    customers: pl.DataFrame,
    groups: Sequence[Sequence[str]] = (),
    *,
    emails_count: bool = True,
    profiles_count: bool = True,
    fuzzy_above: float | None = None,
    apart: Iterable[str] = (),
    staff: Iterable[str] = (),
) -> Persons:
    """Who is one person, from what the tables hold: rows of ``accounts`` and of ``customers`` as they were read.

    ``groups`` are account ids that the recipe names as one person each. ``apart`` are the brand and its rivals, who are
    never joined to anyone; where a person has an account among ``staff``, that one stands for the person.

    The order of rows and groups changes nothing. Raises :class:`AmbassadorsError` where likeness is asked for and the
    library for it is missing.
    """
    alone, edges = set(apart), [*named(groups), *linked(customers, groups)]
    if emails_count:
        edges += emails(accounts, customers)
    if profiles_count:
        edges += mutual(accounts)
    if fuzzy_above is not None:
        free = accounts.filter(~pl.col("account").is_in(list(alone)))
        edges += [
            Edge(one, other, "fuzzy", evidence, probability)
            for one, other, probability, evidence in likely(free, above=fuzzy_above).iter_rows()
        ]
    return merged(edges, _followers(accounts, edges), alone, set(staff)) if edges else Persons()


def _followers(accounts: pl.DataFrame, edges: Sequence[Edge]) -> dict[str, int]:
    """The followers that were stated last of each account that an edge names."""
    ends = list({end for edge in edges for end in (edge.one, edge.other)})
    stated = accounts.filter(pl.col("account").is_in(ends), pl.col("followers").is_not_null())
    ordered = stated.sort("account", "observed_at", nulls_last=False, maintain_order=True)
    return dict(ordered.group_by("account", maintain_order=True).agg(pl.col("followers").last()).iter_rows())
