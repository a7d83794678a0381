"""Uplift: how many more do it because they were asked, where past offers can tell.

Whom an offer was sent to is compared with whom it was not, among people who were at risk alike just before. Who is
sent offers is seldom drawn by lot, so the comparison is adjusted for what was known of people then, and it must pass a
test that it can fail: before the offer was sent, it can have had no effect. Where the same comparison over the same
length of time before finds one, people differ in ways that the data does not show, and no uplift is claimed. The test
is strict: where offers go to whoever bought most of late, that time is why they were sent, and shows a difference, too.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

import numpy as np
import numpy.typing as npt
import polars as pl

from ambassadors.community import Community
from ambassadors.errors import NotEnoughData
from ambassadors.propensity.figures import draws
from ambassadors.propensity.model import Floats
from ambassadors.propensity.studies import (
    FEW_PEOPLE,
    NO_OVERLAP,
    OVERLAP,
    Estimate,
    Outcome,
    Side,
    crossed,
    interval,
    known_features,
    names_of,
    outcome_event,
    studies_of,
)

#: The largest standardised mean difference that counts as balance (Austin 2009).
BALANCED = 0.1


@dataclass(frozen=True)
class Uplift:
    """What being sent an offer changed, pooled over ``campaigns``.

    ``asked`` and ``unasked`` are the shares who would do it within the offer's time, were everybody compared sent it
    and nobody; ``effect`` is their difference. ``placebo`` is the same for the time before the offer, when it can have
    had no effect. ``imbalance`` is the largest difference left between both sides after weighting, in standard
    deviations, and ``imbalanced`` the feature with it. ``people`` and ``sent`` count those compared, once a campaign.
    """

    outcome: str
    campaigns: tuple[str, ...]
    people: int
    sent: int
    asked: float
    unasked: float
    effect: Estimate
    placebo: Estimate
    imbalance: float
    imbalanced: str

    @property
    def doubts(self) -> tuple[str, ...]:
        """Why no uplift may be claimed, each reason in words; none where it may."""
        told = []
        if self.effect.holds_zero:
            told.append(f"the effect may as well be nothing: {self.effect}")
        if not self.placebo.holds_zero:
            told.append(f"whom the offers went to differed already before they were sent: {self.placebo}")
        if self.imbalance > BALANCED:
            told.append(
                f"both sides cannot be made alike: {self.imbalanced} differs by {self.imbalance:.2f} deviations"
            )
        return tuple(told)

    @property
    def claimed(self) -> bool:
        """Whether the effect is claimed: it is not nothing, there was none before, and both sides are alike."""
        return not self.doubts

    @property
    def why(self) -> str:
        """In words why it is claimed, or why not."""
        if self.claimed:
            return f"the effect is {self.effect}; before the offers there was none, {self.placebo}"
        return "; ".join(self.doubts)

    @property
    def share(self) -> Estimate:
        """The part of those who do it when asked who do it because they were: the effect over ``asked``."""
        value, low, high = (min(one / self.asked, 1.0) if self.asked > 0 else 0.0 for one in _bounds(self.effect))
        return Estimate(value, low, high)


@dataclass(frozen=True)
class Expected:
    """What asking each person is expected to bring: a row a person with ``plain, net, net_low, net_high``.

    ``net`` is null where no uplift is claimed; ``says`` is what the numbers are, in words.
    """

    values: pl.DataFrame
    says: str


def uplift(
    community: Community,
    *,
    outcome: Outcome = "order",
    window: timedelta | None = None,
    resamples: int = 200,
    seed: int = 0,
) -> Uplift:
    """What being sent an offer changed in the share who order, or recommend the brand, within the offer's time.

    For each campaign that has ended: whom it was sent to against whom it was not, of all at risk just before, by
    augmented inverse propensity weighting (Robins, Rotnitzky and Zhao 1994), cross-fitted in two halves (Chernozhukov
    et al. 2018): right if either the chance of being sent it, or the outcome, is modelled right. People whose chance
    was beyond :data:`OVERLAP` are left out. ``window`` is a length of time in place of the offer's own. The interval is
    over draws of people.

    Raises :class:`NotEnoughData` where there are no offers, or no campaign that can be compared.
    """
    names = known_features(community)
    studies = studies_of(community, outcome_event(community, outcome), window, names)
    both = [(_Scored.of(study.after, seed), _Scored.of(study.before, seed)) for study in studies]
    comparable = [place for place, pair in enumerate(both) if all(one.comparable for one in pair)]
    if not comparable:
        raise NotEnoughData(NO_OVERLAP)
    arms, before = ([both[place][side] for place in comparable] for side in (0, 1))
    whole = _Scored.pooled(arms)
    imbalance = np.abs(np.average([one.gaps for one in arms], axis=0, weights=[one.effect.size for one in arms]))
    worst = int(imbalance.argmax())
    return Uplift(
        outcome,
        names_of([studies[place] for place in comparable]),
        whole.effect.size,
        int(whole.sent.sum()),
        float(whole.asked.mean()),
        float((whole.asked - whole.effect).mean()),
        _estimate(whole.effect, whole.people, resamples, seed),
        _estimate(*_effects(before), resamples, seed),
        float(imbalance[worst]),
        [*names, *(f"whether {name} is known" for name in names)][worst],
    )


def expected_value(probability: pl.Series, influence: pl.Series, uplift: Uplift | None) -> Expected:
    """What asking each person is expected to bring: their probability times their influence (``plain``).

    Where an uplift is claimed, ``net`` is the part of it that is due to asking, with its interval. Where none is, the
    plain product is an upper bound: it counts those, too, who would do it anyway.
    """
    plain = pl.DataFrame({"plain": (probability.cast(pl.Float64) * influence.cast(pl.Float64)).alias("plain")})
    if uplift is None or not uplift.claimed:
        nothing = [pl.lit(None, pl.Float64).alias(name) for name in ("net", "net_low", "net_high")]
        why = "there are no offers to learn from" if uplift is None else uplift.why
        says = (
            "probability times influence, an upper bound; not net of who would do it anyway: the data allow no such "
            f"estimate ({why})"
        )
        return Expected(plain.with_columns(nothing), says)
    net = dict(zip(("net", "net_low", "net_high"), _bounds(uplift.share), strict=True))
    says = (
        f"probability times influence, and net of who would do it anyway: {uplift.share.value:.0%} of it is due to "
        f"asking ({uplift.share.low:.0%} to {uplift.share.high:.0%}, 90 % interval)"
    )
    return Expected(plain.with_columns((pl.col("plain") * part).alias(name) for name, part in net.items()), says)


@dataclass(frozen=True)
class _Scored:
    """For each person compared, what they add to the estimates; ``gaps`` is what differs after weighting, a column."""

    people: npt.NDArray[Any]
    sent: npt.NDArray[np.bool_]
    asked: Floats
    effect: Floats
    gaps: Floats

    @classmethod
    def of(cls, side: Side, seed: int) -> _Scored:
        """A side's people within the overlap."""
        given = crossed(side.columns, side.sent, np.full(side.sent.size, True), side.sent, seed)
        fine = (given > OVERLAP[0]) & (given < OVERLAP[1])
        done, sent, happened = given[fine], side.sent[fine], side.happened[fine].astype(float)
        if_sent = crossed(side.columns, side.happened, side.sent, side.sent, seed)[fine]
        if_not = crossed(side.columns, side.happened, ~side.sent, side.sent, seed)[fine]
        asked = if_sent + sent * (happened - if_sent) / done
        unasked = if_not + ~sent * (happened - if_not) / (1 - done)
        return cls(side.people[fine], sent, asked, asked - unasked, _gaps(side.columns[fine], sent, done))

    @property
    def comparable(self) -> bool:
        """Whether enough people on both sides could have been on the other."""
        return bool(min(self.sent.sum(), (~self.sent).sum()) >= FEW_PEOPLE)

    @classmethod
    def pooled(cls, sides: Sequence[_Scored]) -> _Scored:
        """All campaigns together."""
        parts = {
            name: np.concatenate([getattr(one, name) for one in sides])
            for name in ("people", "sent", "asked", "effect")
        }
        return cls(**parts, gaps=np.zeros(0))


def _effects(sides: Sequence[_Scored]) -> tuple[Floats, npt.NDArray[Any]]:
    whole = _Scored.pooled(sides)
    return whole.effect, whole.people


def _gaps(columns: Floats, sent: npt.NDArray[np.bool_], chance: Floats) -> Floats:
    """The standardised mean difference of each column between both sides, weighted by one over the chance."""
    if min(sent.sum(), (~sent).sum()) < 2:
        return np.full(columns.shape[1], np.inf)  # one person has no spread
    one = np.average(columns[sent], axis=0, weights=1 / chance[sent])
    other = np.average(columns[~sent], axis=0, weights=1 / (1 - chance[~sent]))
    spread = np.sqrt((columns[sent].var(axis=0) + columns[~sent].var(axis=0)) / 2)
    return np.asarray(np.divide(one - other, spread, out=np.zeros_like(spread), where=spread > 1e-9))


def _estimate(score: Floats, people: npt.NDArray[Any], resamples: int, seed: int) -> Estimate:
    """The mean, with its interval over draws of people: all campaigns of a person are drawn together."""
    times = draws(people, resamples, [seed])
    return interval(np.array([score.mean(), *(float(score @ one / one.sum()) for one in times)]))


def _bounds(estimate: Estimate) -> tuple[float, float, float]:
    return estimate.value, estimate.low, estimate.high
