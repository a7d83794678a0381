"""A small report that has something of everything, and the same with other texts in all of its fields."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from html.parser import HTMLParser
from typing import Any

import polars as pl

import ambassadors as amb
from ambassadors import changes, report
from ambassadors.backtesting import Backtest
from ambassadors.three_lists import PROVEN, READY, UNPROVEN
from ambassadors.windows import Window

Told = dict[str, Any]
#: Where a text is the program's own, or a date, and no person, file or recipe can change it.
OWN = {"name", "account", "as_of", "since", "begin", "end", "from", "to", "at", "rung", "origin", "dates", "who"}
OWN |= {"stage_since", "last_interaction", "last_order", "last_contacted", "order", "change", "list"}
#: A record of past forecasts as the report has it.
FORETOLD: Told = {
    "event": "reach advocate",
    "within": "30 days",
    "by": "hazard",
    "at_risk": 40,
    "withheld": ["too few events"],
    "lacking": [["offers_answered", "there are no offers"]],
    "past": [{"origin": "2026-03-01T00:00:00+00:00", "people": 30, "foretold": 4.2, "happened": 5}],
}


def small(community: amb.Community, **given: Any) -> Told:
    """The report of the small brand: three lists, changes, one backtest, one that was refused, settings."""
    arguments = {
        "lists": lists(community),
        "empty": {"influencers": "a reason"},
        "apart": pl.DataFrame({"account": ["x:no"], "why": ["comes for giveaways"], "evidence": ["for x:no alone"]}),
        "forecast": None,
        "changes": changed(),
        "backtests": {"ambassadors": tested(), "influencers": "the data is too short."},
        "settings": [("rank.k", "5", "recipe"), ("graph.half_life", "365d", "default")],
        **given,
    }
    parts = changes.parts(community, arguments["lists"])
    return report.summarise(community, parts=parts, **arguments)


def lists(community: amb.Community) -> dict[str, pl.DataFrame]:
    """The three lists, of whomever the small brand has; Ann stands on two."""
    best = amb.shortlist(community, "ambassadors")
    moved = {"probability": 0.3, "probability_low": 0.2, "probability_high": 0.4, "value_of_asking": 1.5}
    said = {
        "moves_to": "reach advocate within 30 days",
        "probability_says": "Of 12 people 4 moved.",
        "value_says": "Net.",
    }
    known = {
        "owner": "Marta",
        "notes": "Met at a fair.",
        "profile_url": "https://example.com/ann",
        "caution_1": "Look.",
    }
    known |= {
        "other_accounts": "y:ann",
        "kind_of_person": "helper",
        "would_welcome": "recognition",
        "to_next_stage": "1",
    }
    known |= {
        "relationship_stage": "talks",
        "do_not_contact": "yes",
        "community": "north",
        "authenticity_flags": "fine",
    }
    return {
        PROVEN: best.head(1).with_columns(pl.lit(value).alias(name) for name, value in known.items()),
        READY: best.head(2).with_columns(pl.lit(value).alias(name) for name, value in {**moved, **said}.items()),
        UNPROVEN: amb.shortlist(community, "influencers").filter(pl.col("account") == "x:bob"),
    }


def changed() -> pl.DataFrame:
    """A cause, one who entered and one who left."""
    rows = [
        {"list": "every list", "change": "cause", "why": "New rows in interactions.csv."},
        {
            "list": PROVEN,
            "change": "entered",
            "person": "Ann",
            "account": "x:ann",
            "rank": 1,
            "why": "3 shares of late.",
        },
        {"list": READY, "change": "left", "person": "Zoe", "account": "x:zoe", "rank_before": 4, "why": "Fell silent."},
    ]
    return pl.DataFrame([{name: row.get(name) for name in changes.CHANGES} for row in rows], schema=changes.CHANGES)


def tested() -> Backtest:
    """Figures of two orders at one earlier date."""
    origin = datetime(2026, 4, 1, tzinfo=UTC)
    row = {"ndcg": 0.6, "precision": 0.4, "reach": 0.5, "lead": 0.1}
    bounds = {f"{name}_{end}": value + by for name, value in row.items() for end, by in (("low", -0.1), ("high", 0.1))}
    orders = pl.DataFrame([{"order": name, **row, **bounds} for name in ("the ranking", "sort by followers")])
    window = Window(origin, origin + timedelta(days=30))
    none = pl.DataFrame()
    return Backtest(
        "ambassadors", timedelta(days=30), 10, None, (window,), orders, none, none, none, ("one origin only",)
    )


def with_texts(told: Told, text: Callable[[str], str]) -> Told:
    """The report with every text that is not the program's own changed; who stands where stays."""
    rules = [[rung, text(rule)] for rung, rule in told["rules"]]
    return {**_changed(told, text), "rules": rules}


def _changed(value: Any, text: Callable[[str], str]) -> Any:
    if isinstance(value, dict):
        return {name: one if name in OWN else _changed(one, text) for name, one in value.items()}
    if isinstance(value, list):
        return [_changed(one, text) for one in value]
    return text(value) if isinstance(value, str) else value


class Elements(HTMLParser):
    """The elements of a page with the names of their attributes, in order, and all ids and references to them."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.found: list[tuple[str, tuple[str, ...]]] = []
        self.values: list[tuple[str, str, str]] = []
        self.feed(page)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Keeps an element."""
        self.found.append((tag, tuple(name for name, _ in attrs)))
        self.values += [(tag, name, value or "") for name, value in attrs]

    def all_of(self, name: str) -> list[str]:
        """The values of every attribute of that name."""
        return [value for _, one, value in self.values if one == name]
