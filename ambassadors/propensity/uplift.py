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
from typing import Any, Literal

import numpy as np
import numpy.typing as npt
import polars as pl

from ambassadors.community import Community
from ambassadors.errors import NotEnoughData, UnknownName, did_you_mean
from ambassadors.propensity import features
from ambassadors.propensity.campaigns import Campaign, ended
from ambassadors.propensity.events import Event, order, recommend
from ambassadors.propensity.figures import draws
from ambassadors.propensity.model import design
from ambassadors.propensity.periods import person_periods
from ambassadors.windows import Window

Floats = npt.NDArray[np.float64]
Outcome = Literal["order", "advocacy"]
#: Only people of whom it could have gone either way are compared: a chance of being sent the offer within these bounds.
OVERLAP = (0.05, 0.95)
#: So many people have to be on either side of a campaign.
FEW_PEOPLE = 30
#: The largest standardised mean difference that counts as balance (Austin 2009).
BALANCED = 0.1
#: Inverse strength of the penalty of all regressions here (scikit-learn's C).
C = 0.1
_NO_OVERLAP = (
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
    names = _features(community)
    studies = _studies(community, _event(community, outcome), window, names)
    both = [(_Scored.of(study.after, seed), _Scored.of(study.before, seed)) for study in studies]
    comparable = [place for place, pair in enumerate(both) if all(one.comparable for one in pair)]
    if not comparable:
        raise NotEnoughData(_NO_OVERLAP)
    arms, before = ([both[place][side] for place in comparable] for side in (0, 1))
    whole = _Scored.pooled(arms)
    imbalance = np.abs(np.average([one.gaps for one in arms], axis=0, weights=[one.effect.size for one in arms]))
    worst = int(imbalance.argmax())
    return Uplift(
        outcome,
        _names([studies[place] for place in comparable]),
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
    studies = _studies(community, _event(community, outcome), window, _features(community))
    earlier, later = _split(studies)
    model = _Learner(earlier)
    judged = [[model.ranked(side, seed) for side in (one.after, one.before)] for one in later]
    if not all(_enough(ranked.side) for pair in judged for ranked in pair):
        raise NotEnoughData(_NO_OVERLAP)
    after, before = (_gains([pair[side] for pair in judged], resamples, seed) for side in (0, 1))
    both = {name: _interval(after[:, place]) for place, name in enumerate(("uplift", "propensity"))}
    lead, placebo = _interval(after[:, 0] - after[:, 1]), _interval(before[:, 0] - before[:, 1])
    return Qini(outcome, _names(earlier), _names(later), both["uplift"], both["propensity"], lead, placebo)


def _event(community: Community, outcome: str) -> Event:
    if outcome not in _OUTCOMES:
        raise UnknownName(f"there is no outcome {outcome!r}. {did_you_mean(outcome, _OUTCOMES)}")
    return _OUTCOMES[outcome](community)


def _features(community: Community) -> list[str]:
    wanted = community.recipe.propensity.features
    lacking = features.lacking(community, wanted)
    return [name for name in wanted if name not in lacking]


# ---- whom to compare ------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class _Side:
    """People at risk at a moment: what was known of them, whether the offer was theirs, and whether it happened."""

    people: npt.NDArray[Any]
    columns: Floats
    sent: npt.NDArray[np.bool_]
    happened: npt.NDArray[np.bool_]


@dataclass(frozen=True)
class _Study:
    """A campaign's people over the offer's time, and over as long a time before it."""

    campaign: Campaign
    window: Window
    after: _Side
    before: _Side


def _studies(community: Community, asked: Event, window: timedelta | None, names: list[str]) -> list[_Study]:
    """The campaigns that can be compared: ended, with enough people on both sides, and time enough before."""
    made = community.memo(("studies", asked.name, window), lambda: _made(community, asked, window, names))
    if not made:
        raise NotEnoughData(
            f"no uplift can be estimated: of {len(ended(community))} campaigns that have ended, none has {FEW_PEOPLE} "
            f"people at risk who were sent it, as many who were not, and twice its length of time known before it."
        )
    return made


def _made(community: Community, asked: Event, window: timedelta | None, names: list[str]) -> list[_Study]:
    """A study of each ended campaign that has people enough on both sides, in the time before, too."""
    first, last = asked.between
    made = []
    for one in ended(community):
        length = window or one.window.until - one.window.origin
        after = Window(one.window.origin, one.window.origin + length)
        before = Window(one.window.origin - length, one.window.origin)
        if after.until <= last and before.origin - length >= first:
            sides = [_side(community, asked, one, either, names) for either in (after, before)]
            if all(_enough(side) for side in sides):
                made.append(_Study(one, after, *sides))
    return made


def _side(community: Community, asked: Event, one: Campaign, window: Window, names: list[str]) -> _Side:
    rows = person_periods(community, asked, [window], names)
    sent = rows["account"].is_in(one.accounts["account"].implode()).to_numpy()
    return _Side(rows["account"].to_numpy(), design(rows, names), sent, rows["happened"].to_numpy())


def _enough(side: _Side) -> bool:
    return bool(min(side.sent.sum(), (~side.sent).sum()) >= FEW_PEOPLE)


def _names(studies: Sequence[_Study]) -> tuple[str, ...]:
    return tuple(name for study in studies for name in study.campaign.names)


# ---- how to compare them --------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class _Scored:
    """For each person compared, what they add to the estimates; ``gaps`` is what differs after weighting, a column."""

    people: npt.NDArray[Any]
    sent: npt.NDArray[np.bool_]
    asked: Floats
    effect: Floats
    gaps: Floats

    @classmethod
    def of(cls, side: _Side, seed: int) -> _Scored:
        """A side's people within the overlap."""
        given = _crossed(side.columns, side.sent, np.full(side.sent.size, True), side.sent, seed)
        fine = (given > OVERLAP[0]) & (given < OVERLAP[1])
        done, sent, happened = given[fine], side.sent[fine], side.happened[fine].astype(float)
        if_sent = _crossed(side.columns, side.happened, side.sent, side.sent, seed)[fine]
        if_not = _crossed(side.columns, side.happened, ~side.sent, side.sent, seed)[fine]
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


def _crossed(
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
    return _interval(np.array([score.mean(), *(float(score @ one / one.sum()) for one in times)]))


def _interval(values: Floats) -> Estimate:
    """The first value, with the interval that the others span."""
    low, high = np.quantile(values[1:], [0.05, 0.95])
    return Estimate(float(values[0]), float(low), float(high))


def _bounds(estimate: Estimate) -> tuple[float, float, float]:
    return estimate.value, estimate.low, estimate.high


# ---- whom to ask first ----------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class _Ranked:
    """People with both scores, and how likely they were to be sent the offer."""

    side: _Side
    scores: tuple[Floats, Floats]
    chance: Floats


class _Learner:
    """The S-learner: the outcome's chance from what is known, the offer, and both together."""

    def __init__(self, studies: Sequence[_Study]) -> None:
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

    def ranked(self, side: _Side, seed: int) -> _Ranked:
        """A side's people within the overlap, scored by what asking changes, and by their chance when asked."""
        given = _crossed(side.columns, side.sent, np.full(side.sent.size, True), side.sent, seed)
        fine = (given > OVERLAP[0]) & (given < OVERLAP[1])
        inside = _Side(side.people[fine], side.columns[fine], side.sent[fine], side.happened[fine])
        asked, unasked = (self.chance(inside.columns, sent=sent) for sent in (True, False))
        return _Ranked(inside, (asked - unasked, asked), given[fine])


def _with_offer(columns: Floats, sent: npt.NDArray[np.bool_]) -> Floats:
    offer = sent.astype(float)[:, None]
    return np.column_stack([columns, offer, columns * offer])


def _split(studies: Sequence[_Study]) -> tuple[list[_Study], list[_Study]]:
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
