"""Sentences: the figures of the report in plain words, from what it tells and nothing else."""

from __future__ import annotations

from typing import Any

from ambassadors.report.words import CHANGES, JUDGED_BY, LISTS
from ambassadors.report.writing import count
from ambassadors.three_lists import PROVEN, READY, UNPROVEN

Told = dict[str, Any]
_OURS = "the ranking"
#: What the naive sorts are called in a sentence.
SIMPLE = {"sort by followers": "sorting by followers", "sort by engagement": "sorting by engagement"}


def overview(told: Told) -> list[str]:
    """The report in two sentences: how many on each list, and what changed."""
    of = {ranked["name"]: ranked["of"] for ranked in told["lists"]}
    asked = {PROVEN: "to thank", READY: "to ask next", UNPROVEN: "to win"}
    lists = [f"{people(of[name])} {what}" for name, what in asked.items() if of.get(name)]
    found = f"Found: {series(lists)}." if lists else "Nobody stands on any of the three lists."
    return [found, changed(told)]


def people(number: int) -> str:
    """So many people."""
    return "1 person" if number == 1 else f"{count(number)} people"


def series(parts: list[str]) -> str:
    """Parts of a sentence in a row.

    >>> series(["a", "b", "c"]), series(["a"])
    ('a, b and c', 'a')
    """
    return " and ".join(filter(None, [", ".join(parts[:-1]), *parts[-1:]]))


def changed(told: Told) -> str:
    """What changed since the last run, in numbers."""
    if not told["changes"]:
        return str(told["no_changes"])
    kinds = [row["change"] for row in told["changes"] if row["person"]]
    counted = [f"{count(kinds.count(kind))} {said}" for kind, said in CHANGES.items() if kind in kinds]
    return (
        f"Since the last run: {series(counted)}." if counted else "Since the last run nobody came, left or moved far."
    )


def trust(told: Told) -> list[str]:
    """How far the lists may be trusted, by how earlier ones went: one line a ranking, and one of the chances."""
    tested = [one for one in told["backtests"] if not one["why"]]
    lines = [_in_short(one) for one in tested]
    if told["forecast"] and told["forecast"]["past"]:
        lines.append("Chances: " + forecast(told["forecast"])[0].lower() + forecast(told["forecast"])[1:])
    return lines or ["How good the lists are could not be tested on this data."]


def _in_short(tested: Told) -> str:
    (best, found, other), k = _compared(tested), count(tested["k"])
    return (
        f"{tested['ranking'].capitalize()}: {count(found)} of the first {k} of earlier lists were among the {k} best "
        f"of the next {tested['within']}; {best} would have found {count(other)}."
    )


def _compared(tested: Told) -> tuple[str, int, int]:
    """The best of the naive sorts, and how many of the first each of both got right."""
    orders = {row["order"]: row for row in tested["orders"]}
    ours = orders.pop(_OURS)
    best = max(orders.values(), key=lambda row: (row["precision"] or 0, row["order"]))
    found, other = (round((row["precision"] or 0) * tested["k"]) for row in (ours, best))
    return SIMPLE.get(best["order"], best["order"]), found, other


def ranking(tested: Told) -> str:
    """How the earlier lists of a ranking went, beside the best of the naive sorts."""
    best, found, other = _compared(tested)
    k = tested["k"]
    dates = "one earlier date" if len(tested["dates"]) == 1 else f"{len(tested['dates'])} earlier dates"
    verdict = "more than" if found > other else "as many as" if found == other else "fewer than"
    judged = JUDGED_BY.get(tested["ranking"], "who mattered most")
    return (
        f"Of the first {count(k)} {tested['ranking']} listed at {dates}, {count(found)} on average were among the "
        f"{count(k)} {judged} in the next {tested['within']}. That is {verdict} the best of the simple methods found: "
        f"{best}, {count(other)}."
    )


def forecast(made: Told) -> str:
    """How the earlier forecasts went."""
    past = made["past"]
    if not past:
        return "No earlier forecast could be checked."
    foretold, happened = (sum(one[key] for one in past) for key in ("foretold", "happened"))
    dates = "one earlier date" if len(past) == 1 else f"{len(past)} earlier dates"
    return (
        f"At {dates} it was foretold that {foretold:.0f} people in all would {made['event']} within {made['within']}; "
        f"{count(happened)} did."
    )


def rows_read(quality: Told) -> str:
    """What became of all rows."""
    rows, accepted, rejected, aside = (
        sum(one[key] for one in quality["files"]) for key in ("rows", "accepted", "rejected", "set_aside")
    )
    return (
        f"Of {count(rows)} rows in {count(len(quality['files']))} files {count(accepted)} were accepted, "
        f"{count(rejected)} rejected and {count(aside)} set aside because the recipe does not ask for them."
    )


def chance(place: Told) -> str:
    """A chance with its bounds."""
    low, high = place["probability_low"], place["probability_high"]
    within = f" ({low * 100:.0f} to {high * 100:.0f} %)" if low is not None and high is not None else ""
    return f"{place['probability'] * 100:.0f} %{within}"


def neighbour(near: Told, told: Told) -> str:
    """Who stands near a person; a name only for the brand and for people of the report."""
    if near["who"] == "listed":
        return str(told["people"][near["account"]]["person"])
    if near["who"] == "someone" and near.get("followers") is not None:
        return f"someone, {count(near['followers'])} followers"
    known = {"brand": str(told["brand"]), "rival": "a rival of the brand", "staff": "the brand's staff"}
    return known.get(near["who"], "someone")


def bounds(place: Told) -> str:
    """Between which places chance alone could have put the person; empty where that is not known."""
    if place["rank_low"] is None or place["rank_high"] is None:
        return ""
    low, high = count(place["rank_low"]), count(place["rank_high"])
    return f"Place {count(place['rank'])}; chance alone could have put them anywhere from {low} to {high}."


def short(reason: str) -> str:
    """A reason without whom it is ahead of.

    >>> short("Ordered 3 times; ahead of 98 % of comparable accounts.")
    'Ordered 3 times'
    """
    return reason.partition("; ahead of ")[0]


def lacking(rows: list[list[str]]) -> list[str]:
    """What each ranking and the forecast go without, and why: a sentence each."""
    by_use: dict[str, list[str]] = {}
    for use, name, why in rows:
        by_use.setdefault(use, []).append(f"{name.replace('_', ' ')} ({why})")
    return [f"{_USES.get(use, use).capitalize()} goes without {series(names)}." for use, names in by_use.items()]


_USES = {use: f"the ranking of {use}" for use in JUDGED_BY} | {"forecast": "the forecast"}


def title(name: str) -> str:
    """What a list is called."""
    return LISTS[name][0] if name in LISTS else name.replace("_", " ")
