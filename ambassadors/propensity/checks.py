"""Checks: what would have been foretold at each past moment, from the moments before it alone, and what came of it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

import numpy as np
import numpy.typing as npt
import polars as pl

from ambassadors.propensity import drift
from ambassadors.propensity.challenger import Challenger, challenge
from ambassadors.propensity.drift import Level
from ambassadors.propensity.model import Floats, Model, learn, sigmoid

#: With fewer events than this there is nothing to learn from: a prior ranks.
FEW_EVENTS = 20


@dataclass(frozen=True)
class Check:
    """One past moment: everybody then at risk, the log-odds and chance foretold, and to whom it happened.

    ``boosted`` are the challenger's log-odds; ``level`` is the offset that was expected.
    """

    origin: datetime
    account: pl.Series
    log_odds: Floats
    boosted: Floats
    happened: npt.NDArray[np.bool_]
    level: Level

    @property
    def chance(self) -> Floats:
        """The chance foretold."""
        return sigmoid(self.log_odds + self.level.mean)


def checks(rows: pl.DataFrame, names: Sequence[str], *, prior: Model | None = None) -> list[Check]:
    """A check at each moment that has two moments and :data:`FEW_EVENTS` events before it.

    A moment learns only from windows that had ended by then.
    """
    made = []
    for origin in sorted(rows["origin"].unique().to_list()):
        before, then = rows.filter(pl.col("until") <= origin), rows.filter(pl.col("origin") == origin)
        if before["origin"].n_unique() >= 2 and enough(before):
            made.append(_check(before, then, names, prior))
    return made


def enough(rows: pl.DataFrame) -> bool:
    """Whether there are events, and people without, to learn from."""
    events = int(rows["happened"].sum())
    return FEW_EVENTS <= events < rows.height


def _check(before: pl.DataFrame, then: pl.DataFrame, names: Sequence[str], prior: Model | None) -> Check:
    hazard = learn(before, names, prior=prior)
    boosted = challenge(before, names)
    return Check(
        then["origin"][0],
        then["account"],
        hazard.log_odds(then),
        boosted.log_odds(then),
        then["happened"].to_numpy(),
        next_level(hazard, before),
    )


def next_level(hazard: Model | Challenger, before: pl.DataFrame) -> Level:
    """What offset a model needs in the next period, from those that it needed in the ones that it learned from."""
    periods = before["origin"].to_physical().to_numpy()
    return drift.expected(*drift.offsets(hazard.log_odds(before), before["happened"].to_numpy(), periods))
