"""The challenger: boosted trees, which may bend and combine features where the hazard only adds them.

It is kept only where it foretold later periods better than the hazard, and where the reasons that it gives stay true:
what its features add one by one must tell most of what it foretells.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import polars as pl

from ambassadors.propensity.model import Floats, design, one_thread

#: The least share of its log-odds' variance that the sum of its reasons has to explain.
TRUE_REASONS = 0.8
#: So many rows tell whether the reasons are true.
SAMPLE = 5000
#: Small trees, slowly, as many as a few thousand person-periods carry; the seed is fixed.
SETTINGS: dict[str, Any] = {
    "max_depth": 3,
    "learning_rate": 0.06,
    "max_iter": 120,
    "min_samples_leaf": 50,
    "l2_regularization": 1.0,
    "random_state": 0,
}


@dataclass(frozen=True)
class Challenger:
    """Boosted trees over the same features as the hazard."""

    names: tuple[str, ...]
    trees: Any

    def log_odds(self, rows: pl.DataFrame) -> Floats:
        """The log-odds of each row."""
        with one_thread():
            return np.asarray(self.trees.decision_function(design(rows, self.names)))

    def parts(self, rows: pl.DataFrame) -> Floats:
        """What each feature adds: the log-odds, less those of the same person with the usual value of that feature.

        Occlusion (Zeiler and Fergus 2014); the usual value is 0 in :func:`~ambassadors.propensity.model.standing`.
        """
        columns, many = design(rows, self.names), len(self.names)
        parts = []
        with one_thread():
            whole = self.trees.decision_function(columns)
            for place in range(many):
                usual = columns.copy()
                usual[:, [place, many + place]] = 0.0
                same = np.array_equal(usual, columns)
                parts.append(np.zeros(whole.size) if same else whole - self.trees.decision_function(usual))
        return np.column_stack(parts)

    def truth_of_reasons(self, rows: pl.DataFrame) -> float:
        """The share of the variance of its log-odds that the sum of its parts explains (R squared).

        Of many rows, by :data:`SAMPLE` of them, evenly apart.
        """
        rows = rows.gather_every(max(rows.height // SAMPLE, 1))
        whole, told = self.log_odds(rows), self.parts(rows).sum(axis=1)
        rest = whole - told
        return float(1 - rest.var() / whole.var()) if whole.var() > 0 else 0.0


def challenge(rows: pl.DataFrame, names: Sequence[str]) -> Challenger:
    """Boosted trees learned from the same person-periods as the hazard."""
    from sklearn.ensemble import HistGradientBoostingClassifier

    with one_thread():
        trees = HistGradientBoostingClassifier(**SETTINGS).fit(design(rows, names), rows["happened"].to_numpy())
    return Challenger(tuple(names), trees)
