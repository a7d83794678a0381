"""The questions of an analyst: the calls of the other rooms, with answers that show themselves."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from ambassadors import assembly, community, score, shortlists, three_lists
from ambassadors.desk.community import Community
from ambassadors.desk.people import People
from ambassadors.propensity import Model
from ambassadors.three_lists import Lists


def read(
    recipe: Path | str,
    *,
    data: Path | str | None = None,
    state: Path | str | None = None,
    on_file: assembly.Told = lambda file, place, of: None,
) -> Community:
    """TODO"""
    return Community.of(assembly.read(recipe, data=data, state=state, on_file=on_file))


def rank(community: community.Community, ranking: str) -> People:
    """TODO"""
    return People(score.rank(community, ranking))


def shortlist(community: community.Community, ranking: str, k: int | None = None) -> People:
    """TODO"""
    return People(shortlists.shortlist(community, ranking, k))


def lists(
    community: community.Community,
    k: int | None = None,
    *,
    prior: Model | None = None,
    on_origin: Callable[[int, int], None] = lambda place, of: None,
) -> Lists:
    """TODO"""
    made = three_lists.lists(community, k, prior=prior, on_origin=on_origin)
    return Lists({name: People(one) for name, one in made.tables.items()}, made.empty, made.forecast, made.apart)
