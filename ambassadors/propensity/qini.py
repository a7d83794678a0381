"""Qini: whether asking first whom asking moves most gains more than asking first who is likeliest anyway."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta

import numpy as np
import numpy.typing as npt

from ambassadors.community import Community
from ambassadors.errors import NotEnoughData
from ambassadors.propensity.figures import draws
from ambassadors.propensity.model import Floats
from ambassadors.propensity.studies import (
    NO_OVERLAP,
    OVERLAP,
    C,
    Estimate,
    Outcome,
    Side,
    Study,
    crossed,
    enough_people,
    interval,
    known_features,
    names_of,
    outcome_event,
    studies_of,
)


@dataclass(frozen=True)
class Qini:
    """How much is gained by asking first whom asking moves most (``uplift``), and first who is likeliest to do it.

    Qini coefficients, in percentage points (Radcliffe 2007): the area between the gain by that order and by a random
    one. ``lead`` is their difference, and ``placebo`` the lead over the time before the offers.
    """

    outcome: str
    learned_on: tuple[str, ...]
    judged_on: tuple[str, ...]
    uplift: Estimate
    propensity: Estimate
    lead: Estimate
    placebo: Estimate

    @property
    def better(self) -> bool:
        """Whether the order by uplift is surely better, and by more than it may be before any offer."""
        return self.lead.low > max(self.placebo.high, 0.0)


def qini(
    community: Community,
    *,
    outcome: Outcome = "order",
    window: timedelta | None = None,
    resamples: int = 200,
    seed: int = 0,
) -> Qini:
    """How well later campaigns' uplift is foretold from earlier ones, beside plain propensity.

    One model of the outcome with the offer as a feature that may go with any other (an S-learner, Künzel et al. 2019)
    is learned on campaigns that had ended before the later half began; it gives each person a chance if asked (the
    plain propensity) and what asking changes in it.

    Raises :class:`NotEnoughData` where campaigns cannot be split in time.
    """
    studies = studies_of(community, outcome_event(community, outcome), window, known_features(community))
    earlier, later = _split(studies)
    model = _Learner(earlier)
    judged = [[model.ranked(side, seed) for side in (one.after, one.before)] for one in later]
    if not all(enough_people(ranked.side) for pair in judged for ranked in pair):
        raise NotEnoughData(NO_OVERLAP)
    after, before = (_gains([pair[side] for pair in judged], resamples, seed) for side in (0, 1))
    both = {name: interval(after[:, place]) for place, name in enumerate(("uplift", "propensity"))}
    lead, placebo = interval(after[:, 0] - after[:, 1]), interval(before[:, 0] - before[:, 1])
    return Qini(outcome, names_of(earlier), names_of(later), both["uplift"], both["propensity"], lead, placebo)


@dataclass(frozen=True)
class _Ranked:
    """People with both scores, and how likely they were to be sent the offer."""

    side: Side
    scores: tuple[Floats, Floats]
    chance: Floats


class _Learner:
    """The S-learner: the outcome's chance from what is known, the offer, and both together."""

    def __init__(self, studies: Sequence[Study]) -> None:
        from sklearn.linear_model import LogisticRegression

        columns = np.concatenate([_with_offer(one.after.columns, one.after.sent) for one in studies])
        happened = np.concatenate([one.after.happened for one in studies])
        if happened.all() or not happened.any():
            raise NotEnoughData(
                "no order of asking can be learned: in earlier campaigns it happened to all, or to nobody."
            )
        self.fitted = LogisticRegression(C=C, max_iter=5000).fit(columns, happened)

    def chance(self, columns: Floats, *, sent: bool) -> Floats:
        """The chance of each person, were they sent the offer, or not."""
        told = _with_offer(columns, np.full(len(columns), sent))
        return np.asarray(self.fitted.predict_proba(told)[:, 1])

    def ranked(self, side: Side, seed: int) -> _Ranked:
        """A side's people within the overlap, scored by what asking changes, and by their chance when asked."""
        given = crossed(side.columns, side.sent, np.full(side.sent.size, True), side.sent, seed)
        fine = (given > OVERLAP[0]) & (given < OVERLAP[1])
        inside = Side(side.people[fine], side.columns[fine], side.sent[fine], side.happened[fine])
        asked, unasked = (self.chance(inside.columns, sent=sent) for sent in (True, False))
        return _Ranked(inside, (asked - unasked, asked), given[fine])


def _with_offer(columns: Floats, sent: npt.NDArray[np.bool_]) -> Floats:
    offer = sent.astype(float)[:, None]
    return np.column_stack([columns, offer, columns * offer])


def _split(studies: Sequence[Study]) -> tuple[list[Study], list[Study]]:
    """Later campaigns, from the middle one on, and those that had ended before; later still where none had."""
    for place in range(len(studies) // 2, len(studies)):
        begin = studies[place].window.origin
        earlier = [one for one in studies if one.window.until <= begin]
        if earlier:
            return earlier, list(studies[place:])
    raise NotEnoughData(
        "no order of asking can be judged: two campaigns that can be compared are needed, one ended before the other."
    )


def _gains(ranked: Sequence[_Ranked], resamples: int, seed: int) -> Floats:
    """A row a draw of people (what followed first): the Qini coefficient of each score, campaigns by their size."""
    people = np.concatenate([one.side.people for one in ranked])
    ends = np.cumsum([one.side.people.size for one in ranked])[:-1]
    rows = []
    for times in [np.ones(people.size), *draws(people, resamples, [seed])]:
        each = [
            [_coefficient(score, one, part) for score in one.scores]
            for one, part in zip(ranked, np.split(times, ends), strict=True)
        ]
        rows.append(np.average(each, axis=0, weights=[one.side.people.size for one in ranked]))
    return np.array(rows)


def _coefficient(score: Floats, ranked: _Ranked, times: Floats) -> float:
    """The area between the gain when people are asked in the score's order, and in a random one, in points."""
    order = np.argsort(-score, kind="stable")
    times, sent, chance = times[order], ranked.side.sent[order].astype(float), ranked.chance[order]
    happened = ranked.side.happened[order].astype(float)
    one, other = times * sent / chance, times * (1 - sent) / (1 - chance)
    asked = np.cumsum(times) / times.sum()
    lift = _running(one, happened) - _running(other, happened)
    gain = lift * asked
    return float(100 * ((gain - asked * gain[-1]) @ times) / times.sum())


def _running(weight: Floats, happened: Floats) -> Floats:
    """The weighted share to whom it happened, among the first one, two, ... people."""
    return np.asarray(np.cumsum(weight * happened) / np.maximum(np.cumsum(weight), 1e-9))
