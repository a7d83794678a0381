"""Model: a discrete-time hazard, as the sum of what each feature adds to the log-odds.

Each row is a person in a period; the label is whether it happened within it (Singer and Willett 1993). A feature stands
for where a person stands among those at risk at the same moment, so that neither growth nor a busy week shifts it, and
a weight means the same in every community. The weights are penalised (ridge): few events cannot make a loud model.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
import polars as pl

from ambassadors.errors import SourceError

Floats = npt.NDArray[np.float64]
#: Inverse strength of the penalty (scikit-learn's C): the weights are drawn toward 0 as by a normal prior with the
#: standard deviation .1. Chosen on the first days of higgs, and on the simulated town.
C = 0.01
#: How much less the column of a prior is penalised than the others: by the square of this.
TRUST_IN_PRIOR = 10.0
#: No single feature stands farther out than so many times the spread.
FARTHEST = 4.0
FORMAT = "ambassadors propensity 1"


@dataclass(frozen=True)
class Feature:
    """A feature's weight on the log-odds, for one standard deviation, and what is added where it is missing."""

    name: str
    weight: float
    weight_missing: float = 0.0


@dataclass(frozen=True)
class Model:
    """A learned hazard, and where it was learned: ``people`` are its person-periods, ``events`` those that moved."""

    event: str
    horizon_hours: float
    features: tuple[Feature, ...]
    intercept: float
    people: int
    events: int
    learned_on: tuple[str, ...] = ()

    @property
    def names(self) -> list[str]:
        """The features, in order."""
        return [feature.name for feature in self.features]

    def parts(self, rows: pl.DataFrame) -> Floats:
        """A row a person-period, a column a feature: what it adds to the log-odds of the usual person at that time."""
        columns = [_part(feature, rows) for feature in self.features]
        return np.column_stack(columns) if columns else np.zeros((rows.height, 0))

    def log_odds(self, rows: pl.DataFrame) -> Floats:
        """The log-odds of each row: the intercept and the sum of its parts."""
        return np.asarray(self.intercept + self.parts(rows).sum(axis=1))

    def as_json(self) -> dict[str, Any]:
        """The model as plain values: readable, and no code in it."""
        return {"format": FORMAT, **asdict(self)}


def load(path: Path | str) -> Model:
    """The model in that JSON file; raises :class:`SourceError` for a file that holds none."""
    try:
        given = json.loads(Path(path).read_text(encoding="utf-8"))
        if not isinstance(given, dict) or given.pop("format", None) != FORMAT:
            raise SourceError(path, "holds no model of ours.", f'It must say "format": "{FORMAT}".')
        features = tuple(Feature(**feature) for feature in given.pop("features"))
        numbers = [given["intercept"], *(number for one in features for number in (one.weight, one.weight_missing))]
        if not np.isfinite(np.array(numbers, dtype=float)).all():
            raise ValueError("a weight is no number")
        return Model(features=features, **{**given, "learned_on": tuple(given.pop("learned_on"))})
    except OSError as error:
        raise SourceError(path, f"cannot be read: {error.strerror or error}.") from None
    except (ValueError, TypeError, KeyError, AttributeError) as error:
        raise SourceError(path, f"is no whole model: {error}.", "Learn it again.") from None


def _part(feature: Feature, rows: pl.DataFrame) -> Floats:
    if feature.name not in rows.columns:
        return np.zeros(rows.height)
    stands = standing(rows, feature.name)
    return np.where(np.isnan(stands), feature.weight_missing, feature.weight * stands)


def standing(rows: pl.DataFrame, name: str) -> Floats:
    """Where each person stands among those at risk at the same moment (and of the same brand), in units of the spread.

    The values on a logarithmic scale, ``sign(x) log(1 + |x|)``, less their mean, over their standard deviation; 0 where
    all are equal, not a number where the value is missing.

    >>> rows = pl.DataFrame({"origin": [1, 1, 1], "likes": [0.0, 10.0, None]})
    >>> standing(rows, "likes").tolist()
    [-1.0, 1.0, nan]
    """
    value = pl.col(name).cast(pl.Float64)
    logged = value.sign() * value.abs().log1p()
    at = [column for column in ("brand", "origin") if column in rows.columns]
    spread = logged.std(ddof=0).over(at)
    stands = pl.when(spread > 1e-9).then((logged - logged.mean().over(at)) / spread).otherwise(logged * 0.0)
    return rows.select(stands.clip(-FARTHEST, FARTHEST).cast(pl.Float64)).to_series().to_numpy()


def learn(
    rows: pl.DataFrame,
    names: Sequence[str],
    *,
    event: str = "",
    horizon_hours: float = 0.0,
    prior: Model | None = None,
    learned_on: tuple[str, ...] = (),
) -> Model:
    """The hazard that fits the person-periods best: columns ``happened``, ``origin`` and the named features.

    With a ``prior``, its log-odds are a column of their own, hardly penalised: what the rows do not contradict stays as
    it was learned elsewhere.
    """
    from sklearn.linear_model import LogisticRegression

    columns = design(rows, names)
    base = _base(names, prior)
    whole = np.column_stack([columns, TRUST_IN_PRIOR * columns @ base]) if prior else columns
    happened = rows["happened"].to_numpy()
    with one_thread():
        fitted = LogisticRegression(C=C, solver="newton-cholesky", max_iter=200, tol=1e-8).fit(whole, happened)
    weights = fitted.coef_[0]
    total = weights[: columns.shape[1]] + (TRUST_IN_PRIOR * weights[-1] * base if prior else 0.0)
    pairs = zip(names, total[: len(names)], total[len(names) :], strict=True)
    return Model(
        event,
        horizon_hours,
        tuple(Feature(name, float(weight), float(gap)) for name, weight, gap in pairs),
        float(fitted.intercept_[0]),
        rows.height,
        int(happened.sum()),
        (*(prior.learned_on if prior else ()), *learned_on),
    )


def design(rows: pl.DataFrame, names: Sequence[str]) -> Floats:
    """A column a feature, 0 where it is missing, and after them a column a feature that says whether it is."""
    stands = [standing(rows, name) for name in names]
    return np.asarray(np.nan_to_num(np.column_stack([*stands, *(np.isnan(column).astype(float) for column in stands)])))


def _base(names: Sequence[str], prior: Model | None) -> Floats:
    """The prior's weights for the columns of :func:`design`."""
    have = {feature.name: feature for feature in prior.features} if prior else {}
    weights = [have[name].weight if name in have else 0.0 for name in names]
    gaps = [have[name].weight_missing if name in have else 0.0 for name in names]
    return np.array([*weights, *gaps])


def one_thread() -> Any:
    """While learning: the same sums in the same order, and no threads that wait for each other on small tables."""
    from threadpoolctl import threadpool_limits

    return threadpool_limits(1)


def sigmoid(log_odds: Floats) -> Floats:
    """From log-odds to a chance."""
    return np.asarray(1 / (1 + np.exp(-log_odds)))
