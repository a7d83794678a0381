"""The record: how earlier lists and forecasts went, as plain values."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from ambassadors.backtesting import Backtest
from ambassadors.phrases import span
from ambassadors.propensity import Forecast
from ambassadors.report.plain import plain, records

Told = dict[str, Any]


def past_rankings(backtests: Mapping[str, Backtest | str]) -> list[Told]:
    """Each ranking's figures at earlier dates beside the naive sorts, or why there are none."""
    return [_ranking(name, tested) for name, tested in sorted(backtests.items())]


def _ranking(name: str, tested: Backtest | str) -> Told:
    if isinstance(tested, str):
        return {"ranking": name, "why": tested}
    return {
        "ranking": name,
        "why": "",
        "k": tested.k,
        "within": span(tested.horizon),
        "dates": [plain(window.origin) for window in tested.windows],
        "orders": records(tested.orders),
        "cautions": list(tested.cautions),
    }


def past_forecasts(made: Forecast | None) -> Told | None:
    """What was foretold at earlier moments and what happened, and what stands against the chances of today."""
    if made is None:
        return None
    return {
        "event": made.says,
        "within": span(made.horizon),
        "by": made.by,
        "at_risk": made.people.height,
        "withheld": list(made.withheld),
        "lacking": [[name, made.lacking[name]] for name in sorted(made.lacking)],
        "past": [
            {
                "origin": plain(check.origin),
                "people": int(check.happened.size),
                "foretold": round(float(check.chance.sum()), 1),
                "happened": int(check.happened.sum()),
            }
            for check in made.checks
        ],
    }
