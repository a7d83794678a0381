"""The summary: all that the report says, as plain values that JSON can hold, people keyed by their accounts."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import polars as pl

from ambassadors import ladder
from ambassadors.backtesting import Backtest
from ambassadors.community import Community
from ambassadors.errors import NotEnoughData
from ambassadors.propensity import Forecast
from ambassadors.report import words
from ambassadors.report.networks import networks
from ambassadors.report.people import entry, paths, person, score_parts
from ambassadors.report.plain import plain, records
from ambassadors.report.quality import quality
from ambassadors.report.record import past_forecasts, past_rankings
from ambassadors.three_lists import LISTS

#: The page is for people to read: of longer lists the first stand on it, so that it has so many in all.
MOST_PEOPLE = 200
#: So many of the last periods of flows are shown.
PERIODS = 6

Told = dict[str, Any]


def summarise(
    community: Community,
    lists: Mapping[str, pl.DataFrame],
    empty: Mapping[str, str],
    apart: pl.DataFrame,
    forecast: Forecast | None,
    changes: pl.DataFrame,
    backtests: Mapping[str, Backtest | str],
    parts: pl.DataFrame,
    settings: Sequence[tuple[str, str, str]],
) -> Told:
    """All that the report says of a run, as plain values: dicts with text keys, lists, texts, numbers and None.

    ``lists`` has the three lists (others in it are left alone), ``empty`` why one of them, or ``changes``, has nobody.
    ``backtests`` has a backtest a ranking, or the reason why there is none. ``parts`` has a row a list, account and
    measure, ``settings`` rows of setting, value and origin. Of at most 200 people in all something is told, and nobody
    else is named: who stands around them is the brand, one of them, or someone.
    """
    shown = _first(lists)
    accounts = list(dict.fromkeys(account for frame in shown.values() for account in frame["account"]))
    of = {name: lists[name].height if name in lists else 0 for name in LISTS}
    rows = {row["account"]: row for frame in reversed(shown.values()) for row in frame.iter_rows(named=True)}
    ways, around, scored = paths(community, accounts), networks(community, accounts), score_parts(parts)
    return {
        "brand": community.brand.name,
        "recipe": community.recipe.name,
        "as_of": plain(community.moment),
        "since": min(
            (move["at"] for way in ways.values() for move in way if move["at"]), default=plain(community.moment)
        ),
        "lists": [
            {
                "name": name,
                "of": of[name],
                "empty": empty.get(name, ""),
                "entries": [entry(row, scored.get((name, row["account"]), [])) for row in frame.iter_rows(named=True)],
            }
            for name, frame in shown.items()
        ],
        "people": {one: person(rows[one], ways.get(one, []), around[one]) for one in accounts},
        "apart": records(apart.group_by("why").len("people").sort(["people", "why"], descending=[True, False])),
        "flows": _flows(community),
        "changes": _changes(community, changes),
        "no_changes": empty.get("changes", words.FIRST_RUN),
        "backtests": past_rankings(backtests),
        "forecast": past_forecasts(forecast),
        "quality": quality(community, empty, forecast),
        "settings": [list(map(str, row)) for row in settings if row[2] != "default"],
        "defaults": sum(row[2] == "default" for row in settings),
        "rules": [[rung, " or ".join(getattr(community.recipe.ladder, rung))] for rung in words.RUNGS],
        "measures": _measures(parts),
    }


def _first(lists: Mapping[str, pl.DataFrame]) -> dict[str, pl.DataFrame]:
    """The first of each list, as many as the page has room for; what one list leaves free goes to the others."""
    asked = {name: lists[name] for name in LISTS if name in lists}
    room, taken = MOST_PEOPLE, {}
    for left, name in zip(range(len(asked), 0, -1), sorted(asked, key=lambda name: asked[name].height), strict=True):
        taken[name] = min(asked[name].height, room // left)
        room -= taken[name]
    return {name: frame.head(taken[name]) for name, frame in asked.items()}


def _flows(community: Community) -> Told:
    """The moves of the last periods, and why there are none."""
    try:
        found = ladder.flows(community)
    except NotEnoughData as error:
        return {"rows": [], "why": str(error)}
    last = found["begin"].unique().sort().tail(PERIODS)
    return {"rows": records(found.filter(pl.col("begin").is_in(last.implode()))), "why": ""}


def _changes(community: Community, changes: pl.DataFrame) -> list[Told]:
    """What changed on the three lists and in all; who has asked not to be found since then is not named."""
    refused = set(community.refusing.to_list())
    told = ["list", "change", "person", "account", "rank_before", "rank", "why"]
    rows = [row for row in records(changes.select(told)) if row["list"] in LISTS or row["change"] == "cause"]
    return [row | {"account": None, "person": None} if row["account"] in refused else row for row in rows]


def _measures(parts: pl.DataFrame) -> list[list[str]]:
    """Every measure that gave points, with its meaning."""
    named = parts.select("measure", "meaning").unique().sort("measure", "meaning")
    return [
        [row["measure"], row["meaning"] or ""]
        for row in named.unique("measure", keep="first", maintain_order=True).to_dicts()
    ]
