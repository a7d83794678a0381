"""Simulated communities that several tests look at: written and read once a session."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta
from functools import cache
from pathlib import Path
from random import Random
from tempfile import TemporaryDirectory
from typing import Any

import ambassadors as amb
from ambassadors.demo import write_town
from ambassadors.propensity import Forecast, forecast

#: A brand with nothing but acts toward it; a referral makes an advocate.
FANS = """
name = "fans"
zone = "UTC"

[brand]
accounts = ["x:brand"]

[ladder]
window = "90d"

[propensity]
among = ["aware", "like", "love"]
horizon = "30d"
features = ["likes", "comments", "quiet_days"]

[[files]]
table = "interactions"
path = "acts.csv"
platform = "x"
columns = { source = "source", target = { value = "brand" }, kind = "kind", at = "at" }
"""


def asking(community: amb.Community, **settings: Any) -> amb.Community:
    """The same community, asked something else under ``[propensity]``."""
    section = community.recipe.propensity.model_copy(update=settings)
    return replace(community, recipe=community.recipe.model_copy(update={"propensity": section}))


@cache
def town() -> amb.Community:
    """A small town, asked who will come to love the brand: that happens often enough to be foretold."""
    with TemporaryDirectory() as folder:
        community = amb.read(write_town(Path(folder), n=1400))
    return asking(community, event="love", among=("like",))


@cache
def foretold() -> Forecast:
    """What is foretold of the town."""
    return forecast(town())


def fans(folder: Path, rows: str, recipe: str = FANS) -> amb.Community:
    """A brand of acts alone, each row ``source,kind,at``; the last is a like of a bystander on the 360th day."""
    (folder / "acts.csv").write_text("source,kind,at\n" + rows + "end,like,2025-12-26T23:00:00Z\n", encoding="utf-8")
    (folder / "brand.toml").write_text(recipe, encoding="utf-8")
    return amb.read(folder / "brand.toml")


#: Of so many keen fans and others who come each month, so many refer somebody in the month after it.
KEEN, OTHERS = (40, 25), (40, 4)


def some_fans(seed: int = 1) -> str:
    """A year of fans: every thirty days some come and like once, and keen ones like often and rather refer."""
    random, rows = Random(seed), []
    for came in range(0, 360, 30):
        for (many, moving), likes in ((KEEN, 6), (OTHERS, 1)):
            for number in range(many):
                acts = [(day, "like") for day in sorted(random.sample(range(came, came + 30), likes))]
                acts += [(came + 30 + random.randrange(30), "referral")] if number < moving else []
                name = f"f{came}-{likes}-{number}"
                rows += [f"{name},{kind},{day_of(day)}\n" for day, kind in acts if day < 360]
    return "".join(rows)


def day_of(number: int) -> str:
    """The day of that number in 2025, from 0 on."""
    return (date(2025, 1, 1) + timedelta(days=number)).isoformat()
