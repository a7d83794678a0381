"""Tuning: settings and weights learned on earlier windows, and what they gain on later ones."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any

import numpy as np
import polars as pl

from ambassadors.backtesting import learning
from ambassadors.backtesting.harness import no_answer
from ambassadors.backtesting.outcome import judged_kinds
from ambassadors.backtesting.sheet import FIGURES, Sheet, bounds
from ambassadors.backtesting.trial import OURS, Trial, trial
from ambassadors.community import Community
from ambassadors.errors import NotEnoughData, UnknownName, did_you_mean
from ambassadors.measures.response import period
from ambassadors.phrases import span
from ambassadors.recipe import Recipe
from ambassadors.score import RANKINGS
from ambassadors.windows import Window, horizon_of, windows

#: The recipe as it is, and the recipe as it was tuned.
BEFORE, AFTER = "the recipe", "tuned"


@dataclass(frozen=True)
class Tuning:
    """What was learned on the ``earlier`` windows, and what it gains on the ``later`` ones, which chose nothing.

    ``settings`` has a row a setting that was tried, with its NDCG on the earlier windows, ``pulls`` a row a strength by
    which weights were drawn toward the recipe's; ``weights`` the shares of 100 before and after; ``figures`` those of
    the recipe's and of the tuned ranking on the later windows, ``gain`` the difference in NDCG with its bounds (90 %).
    """

    ranking: str
    horizon: timedelta
    k: int
    earlier: tuple[Window, ...]
    later: tuple[Window, ...]
    settings: pl.DataFrame
    pulls: pl.DataFrame
    weights: pl.DataFrame
    figures: pl.DataFrame
    gain: tuple[float, float | None, float | None]
    before: Recipe
    recipe: Recipe

    @property
    def half_life_changed(self) -> bool:
        """Whether another half-life was chosen."""
        return self.recipe.graph.half_life != self.before.graph.half_life

    @property
    def kinds_changed(self) -> bool:
        """Whether other weights of kinds were chosen."""
        return self.recipe.graph.kinds != self.before.graph.kinds

    @property
    def better(self) -> bool:
        """Whether the gain on the later windows is above nothing with its whole interval."""
        return self.gain[1] is not None and self.gain[1] > 0

    def _repr_html_(self) -> str:
        from ambassadors.backtesting.notebook import tuning as shown

        return shown(self)

    def as_json(self) -> dict[str, Any]:
        """Everything as plain values."""
        return {
            "ranking": self.ranking,
            "horizon_hours": self.horizon / timedelta(hours=1),
            "k": self.k,
            "earlier": [one.origin.isoformat() for one in self.earlier],
            "later": [one.origin.isoformat() for one in self.later],
            "settings": self.settings.to_dicts(),
            "pulls": self.pulls.to_dicts(),
            "weights": self.weights.to_dicts(),
            "figures": self.figures.to_dicts(),
            "gain": dict(zip(("ndcg", "low", "high"), self.gain, strict=True)),
            "better": self.better,
        }


def tune(
    community: Community,
    ranking: str = "influencers",
    *,
    origins: int | Sequence[datetime | str] = 6,
    later: int | None = None,
    horizon: str | timedelta | None = None,
    k: int = 100,
    kinds: Sequence[str] | None = None,
    resamples: int = 200,
    seed: int = 0,
    on_step: Callable[[int, int], None] = lambda place, of: None,
) -> Tuning:
    """Settings and weights that foretell better, learned on the earlier windows alone.

    Windows as in :func:`~ambassadors.backtesting.backtest`; the last ``later`` of them (a third when None) are kept
    for the verdict. On the others: the recipe's half-life against three shares of the time that the data spans, and,
    where only some ``kinds`` are judged, the recipe's weights of kinds against those alone; then weights by
    nonnegative least squares, drawn toward the recipe's as strongly as does best when each window in turn is left out
    (:mod:`~ambassadors.backtesting.learning`). Only measures that weigh something in the recipe are weighed anew. The
    score stays a sum of its parts.

    Raises :class:`NotEnoughData` with fewer than two earlier windows and a later one, and what a backtest raises.

    >>> import ambassadors as amb
    >>> town = amb.read("graphs/town/brand.toml").as_of("2026-03-01")
    >>> tuned = tune(town, "influencers", horizon="30d", origins=3, resamples=2)
    >>> tuned.weights.columns
    ['measure', 'before', 'after']
    """
    weights = {name: float(weight) for name, weight in rank_weights(community, ranking).items() if weight > 0}
    judged_kinds(community, ranking, kinds)  # told before the long work
    length = horizon_of(community, horizon)
    early, late = _split(windows(community, length, origins), later)
    tries = _tries(community, kinds)
    steps = len(tries) * len(early) + 2 * len(late)
    place = 0

    def made(one: Community, planned: Sequence[Window]) -> list[Trial]:
        nonlocal place
        found = []
        for window in planned:
            place += 1
            on_step(place, steps)
            found.append(trial(one, window, ranking, kinds))
        return [one for one in found if not no_answer(one)]

    tried = {name: made(one, early) for name, one in tries.items()}
    usable = {name: found for name, found in tried.items() if len(found) >= 2}
    if not usable:
        raise NotEnoughData("fewer than two of the earlier windows have anything to learn from: bring more history.")
    heard = {name: learning.foretold(found, weights, k) for name, found in usable.items()}
    chosen = max(heard, key=lambda name: (round(heard[name], 4), name == BEFORE))
    pull, pulls = learning.best_pull(usable[chosen], weights, k)
    learned = learning.rounded(learning.learned(usable[chosen], weights, pull))
    after = _set(tries[chosen], "rank", **{ranking: {**rank_weights(community, ranking), **learned}})
    pairs = _pairs(made(community, late), made(after, late))
    figures, gain = _verdict(pairs, k, resamples, seed)
    return Tuning(
        ranking,
        length,
        k,
        tuple(early),
        tuple(late),
        _tried("setting", heard, chosen),
        _tried("pull", pulls, pull),
        learning.frame(weights, learned),
        figures if ranking == "influencers" else figures.drop("reach"),
        gain,
        community.recipe,
        after.recipe,
    )


def _tried(what: str, figures: dict[Any, float], chosen: Any) -> pl.DataFrame:
    rows = [{what: name, "ndcg": figure, "chosen": name == chosen} for name, figure in figures.items()]
    return pl.DataFrame(rows)


def rank_weights(community: Community, ranking: str) -> dict[str, float]:
    """The recipe's weights of a ranking; raises :class:`UnknownName` for one that does not exist."""
    if ranking not in RANKINGS:
        raise UnknownName(f"there is no ranking {ranking!r}. {did_you_mean(str(ranking), RANKINGS)}")
    return dict(getattr(community.recipe.rank, ranking))


def _split(planned: list[Window], later: int | None) -> tuple[list[Window], list[Window]]:
    """Earlier windows, whose labels end before the first of the later ones begins, and the later ones."""
    last = max(1, len(planned) // 3) if later is None else later
    late = planned[len(planned) - last :] if 0 < last < len(planned) else []
    early = [one for one in planned if late and one.until <= late[0].origin]
    if len(early) < 2:
        raise NotEnoughData(
            f"{len(planned)} windows, {last} of them for the verdict, leave {len(early)} to learn from, and two "
            "are needed: more origins, or a shorter horizon."
        )
    return early, late


def _tries(community: Community, kinds: Sequence[str] | None) -> dict[str, Community]:
    """The recipe as it is, with other half-lives, and with the judged kinds alone."""
    graph, whole = community.recipe.graph, period(community)
    changes: dict[str, dict[str, Any]] = {BEFORE: {}}
    for share in (1, 4, 16):
        unit = timedelta(days=1) if whole / share >= timedelta(days=3) else timedelta(hours=1)
        length = max(1, round(whole / share / unit)) * unit
        if not 0.8 < length / graph.half_life < 1.25:
            changes[f"half-life of {span(length)} instead of {span(graph.half_life)}"] = {"half_life": length}
    if kinds is not None:
        alone = {kind: weight if kind in kinds else 0.0 for kind, weight in graph.kinds.items()}
        changes[f"only the kinds {', '.join(kinds)} weigh anything"] = {"kinds": alone}
    return {name: _set(community, "graph", **change) for name, change in changes.items()}


def _set(community: Community, section: str, **change: Any) -> Community:
    changed = getattr(community.recipe, section).model_copy(update=change)
    return replace(community, recipe=community.recipe.model_copy(update={section: changed}))


def _pairs(before: list[Trial], after: list[Trial]) -> list[tuple[Trial, Trial]]:
    """The later windows that both rankings can be judged by."""
    by_window = {one.window: one for one in after}
    pairs = [(one, by_window[one.window]) for one in before if one.window in by_window]
    if not pairs:
        raise NotEnoughData("nothing followed in the later windows: there is no verdict on what was learned.")
    return pairs


def _verdict(
    pairs: list[tuple[Trial, Trial]], k: int, resamples: int, seed: int
) -> tuple[pl.DataFrame, tuple[float, float | None, float | None]]:
    layers = []
    for place, (before, after) in enumerate(pairs):
        orders = {BEFORE: before.orders[OURS], AFTER: after.orders[OURS]}
        layers.append(Sheet(before.outcome, orders, k).resampled(resamples, [seed, place]))
    mean = np.mean(np.stack(layers), axis=0)
    told = [dict(zip(FIGURES, mean[0, row].tolist(), strict=True)) for row in (0, 1)]
    figures = pl.DataFrame([{"order": name, **row} for name, row in zip((BEFORE, AFTER), told, strict=True)])
    return figures, bounds(mean[:, 1, 0] - mean[:, 0, 0])
