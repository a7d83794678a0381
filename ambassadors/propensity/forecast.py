"""Forecast: for everybody at risk now, the chance that it happens within the horizon, or the order without chances."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import cached_property
from itertools import pairwise

import numpy as np
import numpy.typing as npt
import polars as pl

from ambassadors import ladder
from ambassadors.community import Community
from ambassadors.errors import NotEnoughData
from ambassadors.measures.affinity import toward
from ambassadors.propensity import features
from ambassadors.propensity.challenger import TRUE_REASONS, Challenger, challenge
from ambassadors.propensity.checks import Check, checks, checks_of_challenger, enough, next_level, next_stretch
from ambassadors.propensity.drift import Level
from ambassadors.propensity.events import Event, event
from ambassadors.propensity.figures import Order, draws
from ambassadors.propensity.model import Floats, Model, learn, sigmoid, standing
from ambassadors.propensity.periods import at_moment, person_periods
from ambassadors.propensity.planning import horizon_for, past_windows
from ambassadors.propensity.scorecard import SCORECARD
from ambassadors.propensity.trustworthy import doubts
from ambassadors.tables import EARLIEST

#: Whoever the data has known for less than this share of the horizon is too new for a chance.
NEW = 1 / 4
TOO_NEW = "not enough data"
#: A feature is a reason from this on, in log-odds.
WORTH_A_WORD = 0.02
REASONS = 3


@dataclass(frozen=True)
class Forecast:
    """What is foretold as of a community's moment.

    ``people`` has a row for everybody at risk, likeliest first: ``account, rung, log_odds, probability,
    probability_low, probability_high, grade, reasons`` (the features that raise it most). The probabilities are null
    where ``withheld`` says why, and for whoever is too new (``grade``). ``by`` says what ranks: ``hazard``,
    ``boosting``, ``carried`` (learned elsewhere) or ``scorecard``. ``checks`` are the forecasts of past moments;
    ``rows`` the person-periods learned from, ``now`` the same for today.
    """

    event: str
    says: str
    horizon: timedelta
    people: pl.DataFrame
    by: str
    model: Model
    level: Level
    withheld: tuple[str, ...]
    checks: tuple[Check, ...]
    lacking: dict[str, str]
    rows: pl.DataFrame
    now: pl.DataFrame

    def _repr_html_(self) -> str:
        from ambassadors.propensity.notebook import forecast as shown

        return shown(self)

    @cached_property
    def record(self) -> tuple[Floats, npt.NDArray[np.bool_]]:
        """The chances given at past moments, and to whom it happened."""
        chances = [check.chance for check in self.checks]
        happened = [check.happened for check in self.checks]
        return np.concatenate(chances or [np.zeros(0)]), np.concatenate(happened or [np.zeros(0, bool)])


def forecast(
    community: Community,
    *,
    prior: Model | None = None,
    on_origin: Callable[[int, int], None] = lambda place, of: None,
) -> Forecast:
    """Who will reach the recipe's rung within the horizon: learned from this community's own past.

    ``prior`` is a model learned elsewhere, from which learning begins; where the past holds too few events, it ranks
    alone, and without it a scorecard of equal weights does (Dawes 1979); neither gives probabilities. Probabilities are
    withheld, too, where past ones did not hold or the present differs from the past
    (:func:`~ambassadors.propensity.trustworthy.doubts`).

    Raises :class:`NotEnoughData` where nobody is at risk, or the data cannot show the event at all.

    >>> import ambassadors as amb
    >>> made = forecast(amb.read("graphs/town/brand.toml").as_of("2026-02-01"))
    >>> made.says, made.by, made.withheld
    ('reach advocate', 'hazard', ('only 1 past forecast can be checked: 2 are needed',))
    """
    key = ("forecast", prior)
    return community.memo(key, lambda: _forecast(community, prior, on_origin))


def _forecast(community: Community, prior: Model | None, on_origin: Callable[[int, int], None]) -> Forecast:
    asked = event(community)
    lacking = features.lacking(community, community.recipe.propensity.features)
    names = [name for name in community.recipe.propensity.features if name not in lacking]
    now = at_moment(community, asked, asked.between[1], names)
    if now.is_empty():
        among = ", ".join(community.recipe.propensity.among)
        raise NotEnoughData(
            f"there is nobody of whom to foretell who will {asked.says}: no candidate stands on {among}."
        )
    horizon = horizon_for(community, asked)
    rows, why = _past(community, asked, horizon, names, on_origin)
    why = why or ("" if names else "the data can feed none of the recipe's features")
    if why:
        return _by_prior(asked, horizon, now, prior, why, lacking, rows)
    return _learned(community, asked, horizon, rows, now, names, prior, lacking)


def _past(
    community: Community,
    asked: Event,
    horizon: timedelta,
    names: Sequence[str],
    on_origin: Callable[[int, int], None],
) -> tuple[pl.DataFrame, str]:
    """The person-periods of the past, and why nothing can be learned from them; empty when something can."""
    try:
        planned = past_windows(community, asked, horizon)
    except NotEnoughData as error:
        return pl.DataFrame(), str(error)
    rows = person_periods(community, asked, planned, names, on_origin)
    if enough(rows):
        return rows, ""
    events, people = int(rows["happened"].sum()), rows.height
    if not people:
        return rows, "at no past date anybody was at risk"
    if events == people:
        return rows, f"it happened to all {people:,} people at risk: there is nobody to compare them with"
    return (
        rows,
        f"it happened {events:,} {'time' if events == 1 else 'times'} among {people:,} person-periods: too seldom",
    )


def _learned(
    community: Community,
    asked: Event,
    horizon: timedelta,
    rows: pl.DataFrame,
    now: pl.DataFrame,
    names: Sequence[str],
    prior: Model | None,
    lacking: dict[str, str],
) -> Forecast:
    made = checks(rows, names, prior=prior)
    hours = horizon / timedelta(hours=1)
    hazard = learn(rows, names, event=asked.name, horizon_hours=hours, prior=prior, learned_on=(community.recipe.name,))
    chosen: Model | Challenger = hazard
    if wins(made):
        boosted = challenge(rows, names)
        if boosted.truth_of_reasons(now) >= TRUE_REASONS:
            chosen, made = boosted, checks_of_challenger(rows, names)
    apart = next_stretch(made)
    level = next_level(chosen, rows, apart)
    origins = rows["origin"].unique().sort().to_list()
    log_odds = apart * chosen.log_odds(now)
    withheld = doubts(made, level, log_odds, rows, now, turned(community, origins), kinds(community, origins))
    by = "hazard" if chosen is hazard else "boosting"
    people = _people(now, chosen, level, apart, horizon, withheld)
    return Forecast(
        asked.name, asked.says, horizon, people, by, hazard, level, withheld, tuple(made), lacking, rows, now
    )


def _by_prior(
    asked: Event,
    horizon: timedelta,
    now: pl.DataFrame,
    prior: Model | None,
    why: str,
    lacking: dict[str, str],
    rows: pl.DataFrame,
) -> Forecast:
    chosen = prior or SCORECARD
    level = Level(0.0, float("inf"))
    told = (f"{why.rstrip('.')}; a {'model learned elsewhere' if prior else 'scorecard of equal weights'} ranks",)
    people = _people(now, chosen, level, 1.0, horizon, told)
    by = "carried" if prior else "scorecard"
    return Forecast(asked.name, asked.says, horizon, people, by, chosen, level, told, (), lacking, rows, now)


def turned(community: Community, origins: Sequence[datetime]) -> list[int]:
    """How many people moved to ``negative`` between each moment and the next, the last one being now."""
    moves = ladder.history(community).filter(pl.col("rung") == ladder.NEGATIVE)["at"]
    ends = [*origins[1:], community.moment]
    return [int(((moves > begin) & (moves <= end)).sum()) for begin, end in zip(origins, ends, strict=True)]


def kinds(community: Community, origins: Sequence[datetime]) -> list[dict[str, int]]:
    """How many acts toward the brand there were of each kind before the first moment, and from each to the next."""
    acts = toward(community, community.brand.accounts).select("kind", "at")
    moments = [EARLIEST, *origins, community.moment]
    parts = [acts.filter(pl.col("at") > begin, pl.col("at") <= end) for begin, end in pairwise(moments)]
    return [dict(part.group_by(pl.col("kind").cast(pl.String)).len().iter_rows()) for part in parts]


def wins(made: Sequence[Check], resamples: int = 200) -> bool:
    """Whether the challenger foretold past moments better: surely on the earlier ones, and on the last one again."""
    tried = [check for check in made if check.boosted is not None]
    if len(tried) < 3:
        return False
    leads = np.array([_leads(check, resamples, place) for place, check in enumerate(tried)])
    earlier = leads[:-1].mean(axis=0)
    return bool(np.quantile(earlier[1:], 0.05) > 0 and leads[-1][0] > 0)


def _leads(check: Check, resamples: int, seed: int) -> Floats:
    """How far the challenger's area under the curve lies above the hazard's: as it was, and in each draw of people."""
    assert check.boosted is not None
    # to a hundredth: of many people, most tie, and each draw is quick
    orders = [Order(score.round(2), check.happened) for score in (check.boosted, check.log_odds)]
    times: list[Floats | None] = [None, *draws(check.account.to_numpy(), resamples, [seed])]
    return np.asarray(np.nan_to_num([orders[0].auc(one) - orders[1].auc(one) for one in times]))


def _people(
    now: pl.DataFrame,
    chosen: Model | Challenger,
    level: Level,
    apart: float,
    horizon: timedelta,
    withheld: Sequence[str],
) -> pl.DataFrame:
    log_odds = chosen.log_odds(now)
    bounds = {"probability": 0.0, "probability_low": -1.645, "probability_high": 1.645}
    given = now.select(
        "account",
        "rung",
        pl.Series("log_odds", log_odds).round(6),
        pl.Series("reasons", _reasons(chosen, now), pl.List(pl.String)),
        grade=pl.when(pl.col("known_days") * timedelta(days=1) < horizon * NEW).then(pl.lit(TOO_NEW)),
    )
    chances = {
        name: None if withheld else pl.Series(sigmoid(apart * log_odds + level.mean + times * level.sd)).round(3)
        for name, times in bounds.items()
    }
    shown = [
        pl.when(pl.col("grade").is_null()).then(pl.lit(None, pl.Float64) if chance is None else chance).alias(name)
        for name, chance in chances.items()
    ]
    return given.with_columns(shown).sort("log_odds", "account", descending=[True, False])


def _reasons(chosen: Model | Challenger, now: pl.DataFrame) -> list[list[str]]:
    """For each row the features that raise its log-odds most, of those in which the person stands on the good side.

    Features are correlated, so some weights only correct others ("bought often" with a weight below 0 beside "bought
    lately"): what they add is counted, but it is no reason that anybody could be told.
    """
    names = list(chosen.names)
    if not names:
        return [[] for _ in range(now.height)]
    good = np.column_stack([_on_the_good_side(now, name) for name in names])
    parts = np.where(good, chosen.parts(now), 0.0)
    first = np.argsort(-parts, axis=1, kind="stable")[:, :REASONS]
    worth = np.take_along_axis(parts, first, axis=1) >= WORTH_A_WORD
    return [
        [names[place] for place, fine in zip(row, earned, strict=True) if fine]
        for row, earned in zip(first.tolist(), worth.tolist(), strict=True)
    ]


def _on_the_good_side(now: pl.DataFrame, name: str) -> npt.NDArray[np.bool_]:
    """Of whom a feature speaks for them, compared with the usual person; of whom it is unknown, it does not."""
    if name not in now.columns:
        return np.zeros(now.height, bool)
    return np.asarray(features.speaks_for(name) * standing(now, name) > 0)
