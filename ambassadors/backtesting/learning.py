"""Learning: weights that would have foretold better, drawn toward those that one has."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
import numpy.typing as npt
import polars as pl

from ambassadors.backtesting.metrics import ndcg
from ambassadors.backtesting.trial import OURS, Trial

Floats = npt.NDArray[np.float64]
Weights = dict[str, float]

#: How strongly learned weights are drawn toward the ones at hand; without end: those stay.
PULLS = (0.01, 0.1, 1.0, 10.0, float("inf"))


def worths(trial: Trial, names: Sequence[str]) -> Floats:
    """A row a ranked account, a column a measure: its share of the measure's points, 0 where the data lacks it."""
    have = trial.points.columns
    columns = [trial.worth(name) if name in have else np.zeros(trial.people) for name in names]
    return np.column_stack(columns)


def foretold(trials: Sequence[Trial], weights: Weights, k: int) -> float:
    """Mean NDCG of the order that those weights give, over the trials."""
    return float(np.mean([_ndcg(trial, weights, k) for trial in trials]))


def _ndcg(trial: Trial, weights: Weights, k: int) -> float:
    names = [name for name in weights if name in trial.points.columns]
    score = worths(trial, names) @ np.array([weights[name] for name in names])
    places = trial.orders[OURS]
    return ndcg(places[np.lexsort((places, -score))], trial.outcome.counts(), k)


def learned(trials: Sequence[Trial], weights: Weights, pull: float) -> Weights:
    """The weights, none negative, whose sum of worths comes nearest to ``log2(1 + what followed)``.

    Least squares over all accounts of all trials (each trial's outcome over its largest), plus ``pull`` times the
    squared distance to the weights at hand, scaled to fit best themselves: a ridge toward what is known to do fairly.
    Nonnegative least squares after Lawson and Hanson 1974. The weights add up to 100; where nothing can be learned
    they are those at hand.
    """
    if pull == float("inf"):
        return dict(weights)
    from scipy.optimize import nnls

    names = list(weights)
    gram, moment = _moments(trials, names)
    if not moment.any():
        return dict(weights)
    prior = np.array(list(weights.values()))
    prior = prior * max(float(prior @ moment) / float(prior @ gram @ prior or 1.0), 0.0)
    strength = pull * float(np.trace(gram)) / len(names)
    least = 1e-12 * float(np.trace(gram))  # two measures may be the same in everyone
    root = np.linalg.cholesky(gram + (strength + least) * np.eye(len(names)))
    found, _ = nnls(root.T, np.linalg.solve(root, moment + strength * prior))
    if not found.any():
        return dict(weights)
    return dict(zip(names, (100 * found / found.sum()).tolist(), strict=True))


def _moments(trials: Sequence[Trial], names: Sequence[str]) -> tuple[Floats, Floats]:
    """``X'X`` and ``X'y`` of all trials, each with the same say."""
    gram, moment = np.zeros((len(names), len(names))), np.zeros(len(names))
    for trial in trials:
        worth = worths(trial, names)
        gain = np.log2(1 + trial.outcome.counts()[trial.orders[OURS]])
        gram += worth.T @ worth / trial.people
        moment += worth.T @ (gain / max(float(gain.max()), 1.0)) / trial.people
    return gram, moment


def best_pull(trials: Sequence[Trial], weights: Weights, k: int) -> tuple[float, dict[float, float]]:
    """How strongly to draw, by leaving out one trial at a time; and the mean NDCG of each strength.

    Of equal ones the strongest: what one has is kept unless another does better.
    """
    figures = {pull: float(np.mean(_left_out(trials, weights, pull, k))) for pull in PULLS}
    return max(PULLS, key=lambda pull: (round(figures[pull], 4), pull)), figures


def _left_out(trials: Sequence[Trial], weights: Weights, pull: float, k: int) -> list[float]:
    others = [[*trials[:place], *trials[place + 1 :]] for place in range(len(trials))]
    return [_ndcg(one, learned(rest, weights, pull), k) for one, rest in zip(trials, others, strict=True)]


def rounded(weights: Mapping[str, Any], decimals: int = 1) -> Weights:
    """The weights as a recipe shows them."""
    return {name: round(float(weight), decimals) for name, weight in weights.items()}


def frame(before: Weights, after: Weights) -> pl.DataFrame:
    """Both as shares of 100, a row a measure."""
    shares = [_shares(one) for one in (before, after)]
    rows = [{"measure": name, "before": shares[0].get(name, 0.0), "after": shares[1].get(name, 0.0)} for name in after]
    return pl.DataFrame(rows)


def _shares(weights: Weights) -> Weights:
    total = sum(weights.values()) or 1.0
    return {name: 100 * weight / total for name, weight in weights.items()}
