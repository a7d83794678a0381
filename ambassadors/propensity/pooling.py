"""Pooling: one model from several communities, to be carried to another."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta

import polars as pl

from ambassadors.community import Community
from ambassadors.errors import NotEnoughData
from ambassadors.propensity import features
from ambassadors.propensity.checks import enough
from ambassadors.propensity.events import event
from ambassadors.propensity.model import Model, learn
from ambassadors.propensity.periods import person_periods
from ambassadors.propensity.planning import horizon_for, past_windows


def learn_across(communities: Sequence[Community], names: Sequence[str] | None = None) -> Model:
    """The hazard that fits the past of all of them best, each person standing among those of the same brand and time.

    ``names`` are the features (the first community's recipe's when None); one that a community cannot feed is missing
    there. A community whose past is too short to learn from is left out (``learned_on`` names the others). The model
    can be saved, and carried to a community whose own past is too short
    (:func:`~ambassadors.propensity.forecast`).

    Raises :class:`NotEnoughData` where their pasts together hold too few events.
    """
    if not communities:
        raise NotEnoughData("there is nothing to learn from: give one community at least.")
    asked = list(names or communities[0].recipe.propensity.features)
    each = [(community, rows) for community in communities if (rows := _rows(community, asked)) is not None]
    if not each:
        raise NotEnoughData(f"none of the {len(communities)} communities has a past that is long enough to learn from.")
    placed = [rows.with_columns(brand=pl.lit(place)) for place, (_, rows) in enumerate(each)]
    rows = pl.concat(placed, how="diagonal_relaxed")
    if not enough(rows):
        raise NotEnoughData(f"it happened {int(rows['happened'].sum()):,} times in all: too seldom to learn from.")
    first = event(communities[0])
    length = horizon_for(communities[0], first)
    places = tuple(dict.fromkeys(community.recipe.name for community, _ in each))
    return learn(rows, asked, event=first.name, horizon_hours=length / timedelta(hours=1), learned_on=places)


def _rows(community: Community, asked: Sequence[str]) -> pl.DataFrame | None:
    """The person-periods of one community, with the features that it lacks as missing; None where it is too short."""
    lacking = features.lacking(community, asked)
    have = [name for name in asked if name not in lacking]
    happening = event(community)
    try:
        planned = past_windows(community, happening, horizon_for(community, happening))
    except NotEnoughData:
        return None
    rows = person_periods(community, happening, planned, have)
    gone = [pl.lit(None, pl.Float64).alias(name) for name in asked if name in lacking]
    return rows.with_columns(gone)
