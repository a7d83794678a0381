"""Writing what was learned into a copy of the recipe, with everything else in it as it stands."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Any

from ambassadors.backtesting.tuning import Tuning

if TYPE_CHECKING:
    from tomlkit.container import Container


def tuned(text: str, tuning: Tuning) -> str:
    """The recipe's text with the learned weights, half-life and weights of kinds; comments and order stay.

    Only what was learned is written: settings that stayed as they are in the recipe are left alone.
    """
    import tomlkit

    document = tomlkit.parse(text)
    graph = tuning.recipe.graph
    if tuning.half_life_changed:
        _section(document, "graph")["half_life"] = _written(graph.half_life)
    if tuning.kinds_changed:
        _section(document, "graph")["kinds"] = dict(graph.kinds)
    weights = _section(_section(document, "rank"), tuning.ranking)
    for name, weight in zip(tuning.weights["measure"], tuning.weights["after"], strict=True):
        weights[name] = round(weight, 1)
    return tomlkit.dumps(document)


def _section(document: Container | Any, name: str) -> Any:
    import tomlkit

    if name not in document:
        document[name] = tomlkit.table()
    return document[name]


def _written(length: timedelta) -> str:
    return f"{length.days}d" if length % timedelta(days=1) == timedelta() else f"{length // timedelta(hours=1)}h"
