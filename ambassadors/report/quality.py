"""Data quality: what became of every row of every file, and what the data cannot show."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from ambassadors import score
from ambassadors.community import Community
from ambassadors.errors import NotEnoughData
from ambassadors.propensity import Forecast

Told = dict[str, Any]


def quality(community: Community, empty: Mapping[str, str], forecast: Forecast | None) -> Told:
    """A row a file that adds up, rows said twice, and what is missing: rankings, measures, features, names."""
    return {
        "files": [_file(intake) for intake in community.intakes],
        "repeated": [[table, rows] for table, rows in sorted(community.repeated.items()) if rows],
        "not_ranked": [[name, empty[name]] for name in sorted(empty) if name != "changes"],
        "lacking": _lacking(community, forecast),
        "nobody": sorted(community.brand.nobody),
    }


def _file(intake: Any) -> Told:
    counts = {name: getattr(intake, name) for name in ("file", "table", "rows", "accepted", "rejected", "set_aside")}
    return counts | {"reasons": [[reason, intake.reasons[reason]] for reason in sorted(intake.reasons)]}


def _lacking(community: Community, forecast: Forecast | None) -> list[list[str]]:
    """What for, the measure, and why this data cannot feed it."""
    found = []
    for ranking in score.RANKINGS:
        try:
            lacking = score.weights(community, ranking).lacking
        except NotEnoughData:  # said under not_ranked
            continue
        found += [[ranking, name, lacking[name]] for name in sorted(lacking)]
    foretold = forecast.lacking if forecast else {}
    return found + [["forecast", name, foretold[name]] for name in sorted(foretold)]
