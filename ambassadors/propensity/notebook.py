"""What a notebook shows of a forecast: the likeliest with their chances, or why there are none."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from ambassadors import display
from ambassadors.display import Column, Heading
from ambassadors.phrases import sentence, span

if TYPE_CHECKING:
    from markupsafe import Markup

    from ambassadors.propensity.forecast import Forecast

BY = {
    "hazard": "a hazard learned from this community's past",
    "boosting": "boosted trees learned from this community's past",
    "carried": "a model learned elsewhere",
    "scorecard": "a scorecard of equal weights",
}
MOST = 15


def forecast(made: Forecast) -> str:
    """The first people of a forecast, what ranks them, and how far to believe it."""
    title = f"Who will {made.says} within {span(made.horizon)}?"
    events = sum(int(check.happened.sum()) for check in made.checks)
    past = f"checked on {len(made.checks)} past dates with {events:,} moves" if made.checks else "never checked"
    subtitle = f"ranked by {BY[made.by]}, {past}"
    doubts = [sentence(f"no probabilities are given out: {why}") for why in made.withheld]
    lacking = [sentence(f"left out: {display.words(name)} ({why})") for name, why in made.lacking.items()]
    return display.card(title, subtitle, display.notes(doubts), _people(made), display.notes(lacking))


def _people(made: Forecast) -> Markup:
    first = made.people.head(MOST).to_dicts()
    most = max((row["probability_high"] or 0.0 for row in first), default=0.0)
    given = any(row["probability"] is not None for row in first)
    chance = [Column("chance", right=True), Column("between", right=True), Column("")] if given else []
    columns: list[Heading] = [
        Column("place", right=True),
        "account",
        "rung",
        *chance,
        Column("what raises it", wide=True),
    ]
    rows = [_person(place, row, most, given) for place, row in enumerate(first, 1)]
    caption = f"The first {len(first):,} of {made.people.height:,} people who could; .explain(account) takes one apart"
    return display.table(caption, columns, rows)


def _person(place: int, row: dict[str, Any], most: float, given: bool) -> list[Any]:
    ends = row["probability"], row["probability_low"], row["probability_high"]
    told = row["grade"] or display.number(ends[0], 2)
    chance = [told, display.bounds(*ends[1:], 2), display.interval(*ends, most) if ends[0] is not None else ""]
    reasons = ", ".join(display.words(name) for name in row["reasons"])
    return [place, row["account"], row["rung"], *(chance if given else []), reasons]
