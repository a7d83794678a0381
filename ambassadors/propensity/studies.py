"""Studies: whom an offer was sent to beside whom it was not, over its time and over as long a time before."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Any, Literal

import numpy as np
import numpy.typing as npt

from ambassadors.community import Community
from ambassadors.errors import NotEnoughData, UnknownName, did_you_mean
from ambassadors.propensity import features
from ambassadors.propensity.campaigns import Campaign, ended
from ambassadors.propensity.events import Event, order, recommend
from ambassadors.propensity.model import design
from ambassadors.propensity.periods import person_periods
from ambassadors.windows import Window

Floats = npt.NDArray[np.float64]
Outcome = Literal["order", "advocacy"]
#: Only people of whom it could have gone either way are compared: a chance of being sent the offer within these bounds.
OVERLAP = (0.05, 0.95)
#: So many people have to be on either side of a campaign.
FEW_PEOPLE = 30
#: Inverse strength of the penalty of all regressions here (scikit-learn's C).
C = 0.1
NO_OVERLAP = (
    "no uplift can be estimated: who is sent offers is so sure beforehand that hardly anybody else is like them."
)
_OUTCOMES = {"order": order, "advocacy": recommend}


@dataclass(frozen=True)
class Estimate:
    """A number with the bounds of its 90 % interval."""

    value: float
    low: float
    high: float

    @property
    def holds_zero(self) -> bool:
        """Whether nothing at all is within the interval."""
        return self.low <= 0 <= self.high

    def __str__(self) -> str:
        return f"{self.value:+.3f} ({self.low:+.3f} to {self.high:+.3f})"


def outcome_event(community: Community, outcome: str) -> Event:
    """The event by which an offer is judged; raises :class:`UnknownName` for one that does not exist."""
    if outcome not in _OUTCOMES:
        raise UnknownName(f"there is no outcome {outcome!r}. {did_you_mean(outcome, _OUTCOMES)}")
    return _OUTCOMES[outcome](community)


def known_features(community: Community) -> list[str]:
    """The recipe's features that this data can feed."""
    wanted = community.recipe.propensity.features
    lacking = features.lacking(community, wanted)
    return [name for name in wanted if name not in lacking]


@dataclass(frozen=True)
class Side:
    """People at risk at a moment: what was known of them, whether the offer was theirs, and whether it happened."""

    people: npt.NDArray[Any]
    columns: Floats
    sent: npt.NDArray[np.bool_]
    happened: npt.NDArray[np.bool_]


@dataclass(frozen=True)
class Study:
    """A campaign's people over the offer's time, and over as long a time before it."""

    campaign: Campaign
    window: Window
    after: Side
    before: Side


def studies_of(community: Community, asked: Event, window: timedelta | None, names: list[str]) -> list[Study]:
    """The campaigns that can be compared: ended, with enough people on both sides, and time enough before."""
    made = community.memo(("studies", asked.name, window), lambda: _made(community, asked, window, names))
    if not made:
        raise NotEnoughData(
            f"no uplift can be estimated: of {len(ended(community))} campaigns that have ended, none has {FEW_PEOPLE} "
            f"people at risk who were sent it, as many who were not, and twice its length of time known before it."
        )
    return made


def _made(community: Community, asked: Event, window: timedelta | None, names: list[str]) -> list[Study]:
    """A study of each ended campaign that has people enough on both sides, in the time before, too."""
    first, last = asked.between
    made = []
    for one in ended(community):
        length = window or one.window.until - one.window.origin
        after = Window(one.window.origin, one.window.origin + length)
        before = Window(one.window.origin - length, one.window.origin)
        if after.until <= last and before.origin - length >= first:
            sides = [_side(community, asked, one, either, names) for either in (after, before)]
            if all(enough_people(side) for side in sides):
                made.append(Study(one, after, *sides))
    return made


def _side(community: Community, asked: Event, one: Campaign, window: Window, names: list[str]) -> Side:
    rows = person_periods(community, asked, [window], names)
    sent = rows["account"].is_in(one.accounts["account"].implode()).to_numpy()
    return Side(rows["account"].to_numpy(), design(rows, names), sent, rows["happened"].to_numpy())


def enough_people(side: Side) -> bool:
    """Whether there are people enough who were sent the offer, and who were not."""
    return bool(min(side.sent.sum(), (~side.sent).sum()) >= FEW_PEOPLE)


def names_of(studies: Sequence[Study]) -> tuple[str, ...]:
    """The names of the campaigns."""
    return tuple(name for study in studies for name in study.campaign.names)


def crossed(
    columns: Floats,
    label: npt.NDArray[np.bool_],
    among: npt.NDArray[np.bool_],
    strata: npt.NDArray[np.bool_],
    seed: int,
) -> Floats:
    """The chance of the label for everybody, learned ``among`` some of the other half of the people."""
    from sklearn.model_selection import StratifiedKFold

    chance = np.zeros(label.size)
    for other, half in StratifiedKFold(2, shuffle=True, random_state=seed).split(columns, strata):
        taught = other[among[other]]
        chance[half] = _logistic(columns[taught], label[taught], columns[half])
    return chance


def _logistic(columns: Floats, label: npt.NDArray[np.bool_], asked: Floats) -> Floats:
    """The chance of the label by a penalised logistic regression; the mean where all labels are alike."""
    from sklearn.linear_model import LogisticRegression

    if label.all() or not label.any():
        return np.full(len(asked), float(label.any()))
    fitted = LogisticRegression(C=C, max_iter=5000).fit(columns, label)
    return np.asarray(fitted.predict_proba(asked)[:, 1])


def interval(values: Floats) -> Estimate:
    """The first value, with the interval that the others span."""
    low, high = np.quantile(values[1:], [0.05, 0.95])
    return Estimate(float(values[0]), float(low), float(high))
