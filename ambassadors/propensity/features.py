"""Features: what is known of a person at a moment, from which the hazard is foretold.

Each is either evidence of the ladder (a count that its rules speak of) or a measure of the catalogue, so each has a
sentence, and none knows more than the community as of the moment.
"""

from __future__ import annotations

from collections.abc import Sequence

import polars as pl

from ambassadors import ladder, measures
from ambassadors.community import Community
from ambassadors.errors import UnknownName, did_you_mean
from ambassadors.ladder.words import not_shown
from ambassadors.recipe import EVIDENCE


def known(community: Community, people: pl.DataFrame, names: Sequence[str]) -> pl.DataFrame:
    """The people with a column a feature, as of the community's moment; null where it is not known."""
    shown = [name for name in names if name in EVIDENCE]
    found = people.join(
        ladder.evidence(community).select("account", *shown), "account", how="left", maintain_order="left"
    ).with_columns(pl.col([name for name in shown if name != "quiet_days"]).fill_null(0))
    for name in names:
        if name not in EVIDENCE:
            values = measures.take(community, name).select("account", pl.col("value").alias(name))
            found = found.join(values, "account", how="left", maintain_order="left")
    return found.select(*people.columns, *(pl.col(name).cast(pl.Float64) for name in names))


def lacking(community: Community, names: Sequence[str]) -> dict[str, str]:
    """Which of the features this data cannot feed, and why.

    Raises :class:`UnknownName` for one that does not exist.
    """
    everything = [*EVIDENCE, *measures.CATALOGUE]
    for name in names:
        if name not in everything:
            raise UnknownName(f"there is no feature {name!r}. {did_you_mean(name, everything)}")
    reasons = {name: _why_not(community, name) for name in names}
    return {name: why for name, why in reasons.items() if why}


def _why_not(community: Community, name: str) -> str:
    if name in EVIDENCE:
        return not_shown(community, name)
    return measures.lacking(community, measures.named(name).needs)


#: Evidence of which less speaks for a person.
AGAINST = ("complaints", "open_complaints", "refunds", "quiet_days")


def speaks_for(name: str) -> int:
    """1 for a feature of which more speaks for a person, -1 for one of which less does."""
    more = name not in AGAINST if name in EVIDENCE else measures.named(name).more_is_better
    return 1 if more else -1
