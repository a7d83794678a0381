"""Checks: what would have been foretold at each past moment, from earlier ones and other people, and what came of it.

Splits go by time and by person: a model that knows people by heart must not be praised for it.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from zlib import crc32

import numpy as np
import numpy.typing as npt
import polars as pl

from ambassadors.propensity import drift
from ambassadors.propensity.challenger import Challenger, challenge
from ambassadors.propensity.drift import Level
from ambassadors.propensity.model import Floats, Model, learn, sigmoid

#: With fewer events than this there is nothing to learn from: a prior ranks.
FEW_EVENTS = 20
#: With fewer events than this the challenger is not called: trees need more to bend on.
MANY_EVENTS = 200
#: A past moment is foretold for each third of the people by what was learned from the others.
GROUPS = 3


@dataclass(frozen=True)
class Check:
    """One past moment: everybody then at risk, the log-odds and chance foretold, and to whom it happened.

    ``stretch`` is by how much the log-odds had to be drawn apart at the moments before, ``level`` the offset that was
    expected then. ``boosted`` are the challenger's log-odds, where it was called.
    """

    origin: datetime
    account: pl.Series
    log_odds: Floats
    boosted: Floats | None
    happened: npt.NDArray[np.bool_]
    level: Level
    stretch: float = 1.0

    @property
    def chance(self) -> Floats:
        """The chance foretold."""
        return sigmoid(self.stretch * self.log_odds + self.level.mean)


def checks(rows: pl.DataFrame, names: Sequence[str], *, prior: Model | None = None) -> list[Check]:
    """A check at each moment that has two moments and :data:`FEW_EVENTS` events before it.

    A moment learns only from windows that had ended by then, and each person is foretold from other people.
    """
    return _checks(rows, names, lambda before: learn(before, names, prior=prior), challenged=True)


def checks_of_challenger(rows: pl.DataFrame, names: Sequence[str]) -> list[Check]:
    """The same as the challenger foretells it."""
    return _checks(rows, names, lambda before: challenge(before, names), challenged=False)


Learner = Callable[[pl.DataFrame], Model | Challenger]


def _checks(rows: pl.DataFrame, names: Sequence[str], learned: Learner, *, challenged: bool) -> list[Check]:
    grouped = rows.with_columns(_groups(rows["account"]))
    made: list[Check] = []
    for origin in sorted(rows["origin"].unique().to_list()):
        before, then = grouped.filter(pl.col("until") <= origin), grouped.filter(pl.col("origin") == origin)
        if before["origin"].n_unique() < 2 or not enough(before):
            continue
        apart = next_stretch([check for check in made if _ended(rows, check) <= origin])
        boosted = _by_others(before, then, lambda some: challenge(some, names)) if challenged and many(before) else None
        log_odds = _by_others(before, then, learned)
        level = next_level(learned(before), before, apart)
        made.append(Check(origin, then["account"], log_odds, boosted, then["happened"].to_numpy(), level, apart))
    return made


def _ended(rows: pl.DataFrame, check: Check) -> datetime:
    """When it was known what came of a check."""
    ended: datetime = rows.filter(pl.col("origin") == check.origin)["until"][0]
    return ended


def next_stretch(made: Sequence[Check]) -> float:
    """By how much the log-odds have to be drawn apart, as past forecasts show."""
    return drift.stretch([(check.log_odds, check.happened) for check in made])


def _groups(accounts: pl.Series) -> pl.Series:
    """The group of each person: the same at every moment, and on every machine."""
    known = accounts.unique()
    group = pl.Series([crc32(name.encode()) % GROUPS for name in known], dtype=pl.UInt8)
    return accounts.replace_strict(known, group).alias("group")


def enough(rows: pl.DataFrame) -> bool:
    """Whether there are events, and people without, to learn from."""
    events = int(rows["happened"].sum())
    return FEW_EVENTS <= events < rows.height


def many(rows: pl.DataFrame) -> bool:
    """Whether there are events enough for the challenger."""
    return int(rows["happened"].sum()) >= MANY_EVENTS


def _by_others(before: pl.DataFrame, then: pl.DataFrame, learned: Learner) -> Floats:
    """The log-odds of each person by what was learned from the people of the other groups."""
    found, group = np.zeros(then.height), then["group"].to_numpy()
    for one in range(GROUPS):
        others = before.filter(pl.col("group") != one)
        if others["happened"].n_unique() < 2:
            others = before
        found[group == one] = learned(others).log_odds(then)[group == one]
    return found


def next_level(model: Model | Challenger, before: pl.DataFrame, apart: float = 1.0) -> Level:
    """What offset a model needs in the next period, from those that it needed in the ones that it learned from.

    ``apart`` is by how much its log-odds are drawn apart first.
    """
    periods = before["origin"].to_physical().to_numpy()
    return drift.expected(*drift.offsets(apart * model.log_odds(before), before["happened"].to_numpy(), periods))
