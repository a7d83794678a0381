"""Moves: was it foretold who would move up? Past forecasts against what came, beside three simple sorts."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

import numpy as np
import numpy.typing as npt
import polars as pl

from ambassadors import ladder, measures
from ambassadors.community import Community, sealed
from ambassadors.errors import NotEnoughData
from ambassadors.propensity import Forecast, Model, forecast
from ambassadors.propensity.checks import Check
from ambassadors.propensity.figures import Order, calibration_error, curve_by_moves, draws
from ambassadors.propensity.trustworthy import broken

Array = npt.NDArray[Any]
#: The parts of an order whose lift is told.
SHARES = (0.01, 0.05, 0.10)
FORECAST, FREQUENCY, RFM, FOLLOWERS = "the forecast", "frequency", "recency, frequency, money", "sort by followers"


@dataclass(frozen=True)
class Moves:
    """How well past forecasts told who would move.

    ``orders`` has a row an order (the forecast first) with the mean of each figure over the past moments, each by its
    events: ``auc`` (area under the curve), ``lift_1``, ``lift_5``, ``lift_10`` (how much oftener it happened among the
    first per cent, five, ten, than among all), each with its bounds, and how far the forecast's area lies above
    (``lead``). ``by_origin`` has a row a moment: people, events, what was foretold and its calibration error. ``curve``
    is the calibration curve, ``error`` the calibration error of all chances together, and ``doubts`` what withholds
    them today.
    """

    says: str
    horizon: timedelta
    by: str
    orders: pl.DataFrame
    by_origin: pl.DataFrame
    curve: pl.DataFrame
    error: tuple[float, float, float]
    doubts: tuple[str, ...]
    weights: pl.DataFrame

    def _repr_html_(self) -> str:
        from ambassadors.backtesting.notebook import moves as shown

        return shown(self)

    def as_json(self) -> dict[str, Any]:
        """Everything as plain values, figures to six digits."""
        frames = {name: getattr(self, name) for name in ("orders", "by_origin", "curve", "weights")}
        told = pl.col(pl.Float64).round(6).fill_nan(None), pl.col(pl.Datetime).dt.to_string("iso:strict")
        return {
            "event": self.says,
            "horizon_hours": self.horizon / timedelta(hours=1),
            "by": self.by,
            "calibration_error": [round(value, 6) for value in self.error],
            "doubts": list(self.doubts),
            **{name: frame.with_columns(told).to_dicts() for name, frame in frames.items()},
        }


def moves(
    community: Community,
    *,
    prior: Model | None = None,
    resamples: int = 200,
    seed: int = 0,
    on_origin: Callable[[int, int], None] = lambda place, of: None,
) -> Moves:
    """Past forecasts of the recipe's event, each made from what was known before, against what came.

    Beside them stand sorts by frequency (acts and orders), by the sum of percentiles of recency, frequency and money,
    and by followers. Intervals are 90 % of ``resamples`` draws of the people at risk, each with all of their periods.

    Raises :class:`NotEnoughData` where no past moment has enough events before it to be foretold.

    >>> import ambassadors as amb
    >>> past = moves(amb.read("graphs/town/brand.toml").as_of("2026-02-01"), resamples=5)
    >>> past.orders["order"].to_list()
    ['the forecast', 'frequency', 'recency, frequency, money', 'sort by followers']
    """
    made = forecast(community, prior=prior, on_origin=on_origin)
    if not made.checks:
        raise NotEnoughData(f"no past forecast of who will {made.says} can be checked: {made.withheld[0]}.")
    tried = [_tried(community, check) for check in made.checks]
    times = _times(made.checks, resamples, seed)
    return Moves(
        made.says,
        made.horizon,
        made.by,
        _orders(made.checks, tried, times),
        _by_origin(made.checks),
        pl.DataFrame(curve_by_moves(*made.record)),
        _error(made, times),
        made.withheld,
        _weights(made),
    )


def _tried(community: Community, check: Check) -> dict[str, Order]:
    """The forecast and the simple sorts of the people at risk at a past moment."""
    past = community.as_of(check.origin)
    with sealed(check.origin):
        simple = _sorts(past, check.account)
    scores = {FORECAST: check.log_odds, **simple}
    return {name: Order(score, check.happened) for name, score in scores.items()}


def _sorts(past: Community, people: pl.Series) -> dict[str, Array]:
    """Frequency, recency-frequency-money and followers of those people, as known then; what is missing counts least."""
    told = ladder.evidence(past).select("account", "quiet_days", often=pl.col("interactions") + pl.col("orders"))
    spent = measures.take(past, "net_spend").select("account", spent="value")
    known = past.follows.group_by(pl.col("target").alias("account")).len("known")
    stated = past.accounts.select("account", "followers")
    rows = pl.DataFrame({"account": people})
    for part in (told, spent, known, stated):
        rows = rows.join(part, "account", how="left", maintain_order="left")
    often, recent, money = (
        pl.col("often").fill_null(0),
        -pl.col("quiet_days").fill_null(1e9),
        pl.col("spent").fill_null(0),
    )
    rank = sum((one.rank("average") for one in (often, recent, money)), pl.lit(0.0))
    followers = pl.coalesce(pl.col("followers").cast(pl.Float64), pl.col("known").cast(pl.Float64)).fill_null(-1.0)
    columns = rows.select(often.cast(pl.Float64).alias(FREQUENCY), rank.alias(RFM), followers.alias(FOLLOWERS))
    return {name: columns[name].to_numpy() for name in columns.columns}


def _times(checks: Sequence[Check], resamples: int, seed: int) -> list[list[Array | None]]:
    """For each moment how often each person counts: as it was, and then in each draw of the people of all moments."""
    accounts = np.concatenate([check.account.to_numpy() for check in checks])
    ends = np.cumsum([check.account.len() for check in checks])[:-1]
    drawn = [np.split(times, ends) for times in draws(accounts, resamples, [seed])]
    return [[None, *(one[place] for one in drawn)] for place in range(len(checks))]


def _orders(
    checks: Sequence[Check], tried: Sequence[dict[str, Order]], times: Sequence[list[Array | None]]
) -> pl.DataFrame:
    usable = [place for place, check in enumerate(checks) if 0 < check.happened.sum() < check.happened.size]
    if not usable:
        raise NotEnoughData("at no past moment did it happen to some of the people and not to others.")
    areas = {name: _mean(tried, times, usable, name, None) for name in tried[0]}
    rows = []
    for name in tried[0]:
        row: dict[str, Any] = {"order": name, **_bounded("auc", areas[name])}
        for share in SHARES:
            row |= _bounded(f"lift_{share:.0%}".rstrip("%"), _mean(tried, times, usable, name, share))
        rows.append(row | _bounded("lead", areas[FORECAST] - areas[name]))
    return pl.DataFrame(rows)


def _mean(
    tried: Sequence[dict[str, Order]],
    times: Sequence[list[Array | None]],
    usable: Sequence[int],
    name: str,
    share: float | None,
) -> Array:
    """A figure's mean over the moments, each by its events: as it was, and in each draw."""
    each = [
        [tried[place][name].auc(one) if share is None else tried[place][name].lift(share, one) for one in times[place]]
        for place in usable
    ]
    values, events = np.array(each), np.array([tried[place][name].happened.sum() for place in usable])[:, None]
    known = (~np.isnan(values) * events).sum(axis=0)
    whole = np.divide(np.nansum(values * events, axis=0), known, out=np.full(known.size, np.nan), where=known > 0)
    return np.asarray(whole)


def _bounded(name: str, values: Array) -> dict[str, float]:
    drawn = values[1:][~np.isnan(values[1:])]
    low, high = np.quantile(drawn, (0.05, 0.95)) if drawn.size > 1 else (values[0], values[0])
    return {name: float(values[0]), f"{name}_low": float(low), f"{name}_high": float(high)}


def _by_origin(checks: Sequence[Check]) -> pl.DataFrame:
    return pl.DataFrame(
        [
            {
                "origin": check.origin,
                "people": check.happened.size,
                "events": int(check.happened.sum()),
                "foretold": float(check.chance.sum()),
                "kept": not broken(float(check.chance.sum()), int(check.happened.sum())),
                "auc": Order(check.log_odds, check.happened).auc(),
                "error": calibration_error(check.chance, check.happened),
            }
            for check in checks
        ]
    )


def _error(made: Forecast, times: Sequence[list[Array | None]]) -> tuple[float, float, float]:
    """The calibration error of all chances given, with its bounds."""
    chance, happened = made.record
    whole = calibration_error(chance, happened)
    again = []
    for place in range(1, len(times[0])):
        often = np.concatenate([np.asarray(one[place]) for one in times]).astype(int)
        again.append(calibration_error(np.repeat(chance, often), np.repeat(happened, often)))
    low, high = np.quantile(again, (0.05, 0.95)) if again else (whole, whole)
    return whole, float(low), float(high)


def _weights(made: Forecast) -> pl.DataFrame:
    """What each feature adds to the log-odds for one standard deviation, the strongest first."""
    rows = [
        {"feature": one.name, "weight": one.weight, "weight_missing": one.weight_missing} for one in made.model.features
    ]
    frame = pl.DataFrame(rows, schema={"feature": pl.String, "weight": pl.Float64, "weight_missing": pl.Float64})
    return frame.sort(pl.col("weight").abs(), "feature", descending=[True, False])
