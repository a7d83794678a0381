"""The harness: the ordinary ranking at earlier dates, against what followed, beside the naive sorts."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

import numpy as np
import numpy.typing as npt
import polars as pl

from ambassadors import tables
from ambassadors.backtesting.metrics import ndcg, random_equal
from ambassadors.backtesting.orders import ENGAGEMENT, FOLLOWERS
from ambassadors.backtesting.outcome import judged_kinds
from ambassadors.backtesting.sheet import FIGURES, Sheet, bounds
from ambassadors.backtesting.trial import OURS, Trial, no_standstill, trial
from ambassadors.community import Community
from ambassadors.errors import AmbassadorsError, NotEnoughData
from ambassadors.windows import Window, horizon_of, windows

Array = npt.NDArray[Any]


@dataclass(frozen=True)
class Backtest:
    """What a ranking foretold, at several origins.

    ``orders`` has a row an order (the ranking first, then the naive ones) with the mean over the origins of each
    figure (``ndcg, precision, reach``), its bounds (``ndcg_low``, ...) and the lead of the ranking over that order in
    NDCG (``lead, lead_low, lead_high``); ``by_origin`` a row an origin and order with the figures, the people
    ``reached``, what the best choice reached (``best``), and how many ``random`` accounts reach as far; ``tiers`` a row
    a tier and order; ``measures`` a row a measure: its NDCG ``alone``, and what the ranking loses without it.
    ``cautions`` say what the figures do not show. ``reach`` and what goes with it are null for ambassadors.
    """

    ranking: str
    horizon: timedelta
    k: int
    kinds: tuple[str, ...] | None
    windows: tuple[Window, ...]
    orders: pl.DataFrame
    by_origin: pl.DataFrame
    tiers: pl.DataFrame
    measures: pl.DataFrame
    cautions: tuple[str, ...]

    def _repr_html_(self) -> str:
        from ambassadors.backtesting.notebook import backtest as shown

        return shown(self)

    def as_json(self) -> dict[str, Any]:
        """Everything as plain values, figures to six digits: what ``--json`` writes."""
        frames = {name: getattr(self, name) for name in ("orders", "by_origin", "tiers", "measures")}
        return {
            "ranking": self.ranking,
            "horizon_hours": self.horizon / timedelta(hours=1),
            "k": self.k,
            "kinds": self.kinds,
            "windows": [{"origin": one.origin.isoformat(), "until": one.until.isoformat()} for one in self.windows],
            "cautions": list(self.cautions),
            **{name: _plain(frame) for name, frame in frames.items()},
        }


def _plain(frame: pl.DataFrame) -> list[dict[str, Any]]:
    told = frame.with_columns(pl.col(pl.Float64).round(6), pl.col(pl.Datetime).dt.to_string("iso:strict"))
    return told.to_dicts()


def backtest(
    community: Community,
    ranking: str = "influencers",
    *,
    origins: int | Sequence[datetime | str] = 3,
    horizon: str | timedelta | None = None,
    k: int = 100,
    kinds: Sequence[str] | None = None,
    vouched: bool = False,
    resamples: int = 200,
    seed: int = 0,
    on_origin: Callable[[int, int], None] = lambda place, of: None,
) -> Backtest:
    """Would the list have been right? The ordinary ranking as of earlier dates, compared with what followed each.

    ``origins`` is a number (windows side by side, the last ending with the last act) or the moments themselves;
    ``horizon`` the time after each (``"24h"``; when None the longest usual span that fits seven times into the data);
    ``k`` how many of the list are judged; ``kinds`` the acts that count as a response (all that weigh something when
    None); ``vouched`` leaves only responders who count (:mod:`~ambassadors.trust`). Intervals are 90 % of ``resamples``
    draws of the people who responded, each with all that they did (a cluster bootstrap; Field and Welsh 2007): they say
    how sure the figure is of these times, not of other ones.

    Raises :class:`NotEnoughData` when the data is too short for the horizon, when nobody responded afterwards, or when
    no ranking can be made.

    >>> import ambassadors as amb
    >>> tested = backtest(amb.read("graphs/town/brand.toml"), horizon="30d", origins=1, resamples=2)
    >>> tested.orders["order"].to_list()
    ['the ranking', 'sort by followers', 'sort by engagement', 'PageRank', 'k-core']
    """
    if not 1 <= k <= 1_000_000:
        raise AmbassadorsError(f"k is {k}: a backtest judges from 1 to 1,000,000 people.")
    judged_kinds(community, ranking, kinds)  # told before the long work
    length = horizon_of(community, horizon)
    planned = windows(community, length, origins)
    trials, cautions, before = [], list(_undated(community)), None
    if vouched:
        cautions.append("only responders who are vouched for, and were not repaid in kind, count as what followed")
    for place, window in enumerate(planned, 1):
        on_origin(place, len(planned))
        made = trial(community, window, ranking, kinds, vouched=vouched)
        if before is not None:
            no_standstill(before, made)
        before = made
        why = no_answer(made)
        if why:
            cautions.append(f"the origin {window.origin:%Y-%m-%d %H:%M} is left out: {why}")
        else:
            trials.append(made)
    if not trials:
        raise NotEnoughData(f"there is nothing to compare with: {'; '.join(cautions[-len(planned) :])}.")
    if len(trials) == 1:
        cautions.append("one origin only: how far the figures hold at other times is not known")
    judged = [_judged(one, k, resamples, [seed, place]) for place, one in enumerate(trials)]
    return Backtest(
        ranking,
        length,
        k,
        tuple(kinds) if kinds is not None else None,
        tuple(one.window for one in trials),
        _orders(judged, ranking),
        _by_origin(judged, ranking),
        _tiers(judged, k),
        _measures(judged),
        tuple(cautions),
    )


def no_answer(made: Trial) -> str:
    """Why an origin cannot tell a good order from a bad one; empty when it can."""
    counts = made.outcome.counts()
    if not counts.any():
        return f"nothing followed by {made.window.until:%Y-%m-%d %H:%M}"
    known = counts[made.orders[OURS]]
    if not known.any():
        return "nobody of the ranking was responded to afterwards"
    return "everyone was responded to equally often" if known.min() == known.max() else ""


def _undated(community: Community) -> list[str]:
    """Tables whose rows carry no date are known at every origin: what a backtest cannot hide, it must tell."""
    told = []
    for name, frame in community.kept.items():
        by = tables.TABLES[name].dated_by
        undated = frame.select(pl.coalesce(by).is_null().sum()).item()
        if undated:
            told.append(
                f"{undated:,} of {frame.height:,} rows of {name} carry no date and were taken as known at every origin"
            )
    return told


@dataclass(frozen=True)
class _Judged:
    """A trial with the figures of all its orders: ``figures[name]`` has a row a draw (what followed first)."""

    trial: Trial
    sheet: Sheet
    figures: dict[str, Array]


def _judged(made: Trial, k: int, resamples: int, seed: list[int]) -> _Judged:
    sheet = Sheet(made.outcome, {**made.orders, **_ablations(made)}, k)
    layers = sheet.resampled(resamples, seed)
    return _Judged(made, sheet, {name: layers[:, place] for place, name in enumerate(sheet.names)})


def _ablations(made: Trial) -> dict[str, Array]:
    """The orders by each measure alone, and by the score without it."""
    whole = pl.sum_horizontal(pl.all())
    alone = {f"only {name}": made.by(pl.col(name)) for name in made.points.columns}
    return alone | {f"without {name}": made.by(whole - pl.col(name)) for name in made.points.columns}


def _figures(ranking: str) -> dict[str, int]:
    """The figures that mean something for a ranking, with their places on the sheet."""
    return {name: place for place, name in enumerate(FIGURES) if ranking == "influencers" or name != "reach"}


def _mean(values: Sequence[Array]) -> Array:
    return np.asarray(np.mean(np.stack(values), axis=0))


def _bounded(name: str, values: Array) -> dict[str, float | None]:
    return dict(zip((name, f"{name}_low", f"{name}_high"), bounds(values), strict=True))


def _orders(judged: list[_Judged], ranking: str) -> pl.DataFrame:
    ours = _mean([one.figures[OURS] for one in judged])
    rows = []
    for name in judged[0].trial.orders:
        mean = _mean([one.figures[name] for one in judged])
        row: dict[str, Any] = {"order": name}
        for figure, place in _figures(ranking).items():
            row |= _bounded(figure, mean[:, place])
        rows.append(row | _bounded("lead", ours[:, 0] - mean[:, 0]))
    return pl.DataFrame(rows)


def _by_origin(judged: list[_Judged], ranking: str) -> pl.DataFrame:
    rows = []
    for one in judged:
        for name in one.trial.orders:
            row: dict[str, Any] = {"origin": one.trial.window.origin, "order": name}
            row |= {figure: float(one.figures[name][0, place]) for figure, place in _figures(ranking).items()}
            if ranking == "influencers":
                reached = one.sheet.reached(name)
                random = random_equal(one.trial.responded_to, one.trial.people, reached)
                row |= {"reached": reached, "best": int(one.sheet.best.sum()), "random": round(random)}
            rows.append(row)
    return pl.DataFrame(rows)


def _tiers(judged: list[_Judged], k: int) -> pl.DataFrame:
    """NDCG among the accounts of one tier alone, at each origin, beside the naive sorts."""
    rows = []
    for one in judged:
        tier = pl.DataFrame({"place": one.trial.orders[OURS], "tier": one.trial.tier})
        for (name,), members in tier.group_by("tier", maintain_order=True):
            row: dict[str, Any] = {"tier": name, "accounts": members.height}
            rows.append(row | _within(one.trial, members["place"].to_numpy(), k))
    together = pl.DataFrame(rows).group_by("tier", maintain_order=True)
    return together.agg(pl.len().alias("origins"), pl.col("accounts").mean().round(), pl.exclude("accounts").mean())


def _within(made: Trial, members: Array, k: int) -> dict[str, float | None]:
    inside = np.zeros(made.outcome.size, bool)
    inside[members] = True
    counts = np.where(inside, made.outcome.counts(), 0.0)
    if not counts.any():
        return dict.fromkeys((OURS, FOLLOWERS, ENGAGEMENT))
    orders = {name: made.orders[name] for name in (OURS, FOLLOWERS, ENGAGEMENT)}
    return {name: ndcg(order[inside[order]], counts, min(k, members.size)) for name, order in orders.items()}


def _measures(judged: list[_Judged]) -> pl.DataFrame:
    """Each measure alone, and what the ranking loses without it, over the origins that could feed it."""
    rows = []
    for name in dict.fromkeys(name for one in judged for name in one.trial.points.columns):
        fed = [one for one in judged if name in one.trial.points.columns]
        alone = _mean([one.figures[f"only {name}"][:, 0] for one in fed])
        loss = _mean([one.figures[OURS][:, 0] - one.figures[f"without {name}"][:, 0] for one in fed])
        row: dict[str, Any] = {"measure": name, "origins": len(fed), **_bounded("alone", alone)}
        row |= _bounded("loss", loss)
        rows.append(row | {"verdict": _verdict(row["loss_low"], row["loss_high"])})
    return pl.DataFrame(rows)


def _verdict(low: float | None, high: float | None) -> str:
    if low is None or high is None:
        return "not tested"
    return "earns its weight" if low > 0 else "does harm here" if high < 0 else "not proven"
