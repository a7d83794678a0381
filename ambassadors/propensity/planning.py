"""Planning: how far ahead is foretold, and from which windows of the past that is learned."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta

from ambassadors.community import Community
from ambassadors.errors import NotEnoughData
from ambassadors.propensity.events import Event
from ambassadors.windows import Window, horizon_of, windows


def horizon_for(community: Community, asked: Event) -> timedelta:
    """The recipe's horizon, or the longest usual one that fits seven times into the data."""
    return horizon_of(community, community.recipe.propensity.horizon, asked.between)


def past_windows(community: Community, asked: Event, horizon: timedelta) -> list[Window]:
    """The past windows, as many as fit up to the recipe's number, the last ending now.

    Half a horizon of history lies before the first. Raises :class:`NotEnoughData` where fewer than two fit.
    """
    if asked.windows is not None:
        return _own_windows(community, asked.windows)
    first, last = asked.between
    begin = first - horizon / 2
    fit = min((last - begin) // horizon - 1, community.recipe.propensity.origins)
    if fit < 2:
        raise NotEnoughData(
            f"the data runs from {first:%Y-%m-%d} to {last:%Y-%m-%d}: too short to learn from periods of "
            f"{horizon / timedelta(days=1):g} days"
        )
    return windows(community, horizon, fit, (begin, last))


def _own_windows(community: Community, own: Sequence[Window]) -> list[Window]:
    if len(own) < 2:
        raise NotEnoughData(f"of past windows {len(own)} ended so far: two are needed to learn from")
    return list(own[-community.recipe.propensity.origins :])
