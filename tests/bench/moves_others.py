"""The figures of the influencers' ranking on public data, each beside the simple baselines.

    python tests/bench/moves_others.py DATA_FOLDER higgs|tuned|pairs|learned_pairs|twitch|attacks|missing [RECIPE ...]

higgs: cut at 84, 96 and 120 h after the first event; distinct accounts that shared the target in the next 24 h; every
account is ranked, the recipe's brand too; with a kind after it, only acts of that kind weigh anything. tuned:
half-life, kinds and weights learned anew at each of these origins, on windows that ended before it. pairs: peerindex,
AUC against people's choice of the more influential of two; learned_pairs: the same, learned. twitch: Spearman of the
graph-only score with views. attacks: percentiles gained by a median account. missing: Jaccard of the top 100 with 10 %
and 30 % of all rows missing.
"""

from __future__ import annotations

import sys
from collections.abc import Iterable
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import numpy as np
import polars as pl

import ambassadors as amb
from ambassadors import backtesting, recipe, score
from ambassadors.graph import Graph, pagerank
from ambassadors.recipe import DEFAULT_WEIGHTS

GRAPHS = Path(__file__).parents[2] / "graphs"
CUTS = (84, 96, 120)
RESAMPLES = 200


def read(name: str, data: str) -> amb.Community:
    """One of the repository's recipes on the data."""
    return amb.read(GRAPHS / name, data=data)


def everyone(data: str, *kinds: str) -> amb.Community:
    """Higgs with the default settings: no half-life of the recipe's, and the brand ranked like everyone.

    With ``kinds``, only these weigh anything.
    """
    whole = read("higgs", data)
    default = recipe.GraphSection()
    if kinds:
        default = recipe.GraphSection(kinds={kind: float(kind in kinds) for kind in default.kinds})
    whole = replace(whole, recipe=whole.recipe.model_copy(update={"graph": default}))
    return replace(whole, brand=replace(whole.brand, accounts=()))


def at(whole: amb.Community, hours: Iterable[int]) -> list[str]:
    """Moments so many hours after the first event."""
    first = whole.interactions["at"].min()
    return [(first + timedelta(hours=each)).isoformat() for each in hours]


def higgs(data: str, *kinds: str) -> None:
    """The default ranking, untuned, and the baselines: NDCG@100 and P@100, then the reach of the top 50."""
    whole = everyone(data, *kinds)
    for k, names in ((100, ("ndcg", "precision")), (50, ("reach",))):
        result = amb.backtest(whole, origins=at(whole, CUTS), horizon="24h", k=k, kinds=["share"], resamples=RESAMPLES)
        for name in names:
            print(f"\n{name}@{k}: each origin, the mean and its 90 % interval")
            for row in result.orders.iter_rows(named=True):
                each = result.by_origin.filter(pl.col("order") == row["order"])[name]
                told = " ".join(f"{value:.3f}" for value in each)
                print(
                    f"  {row['order']:20s} {told}  {row[name]:.3f} ({row[name + '_low']:.3f}-{row[name + '_high']:.3f})"
                )
        if k == 50:
            print("\nas many random accounts reach as many people, and the best 50 reach:")
            print(result.by_origin.filter(pl.col("order") == "the ranking").select("reached", "best", "random"))
        else:
            print("\nmeasures:", result.measures.select("measure", "alone", "loss", "loss_low", "loss_high", "verdict"))


def tuned(data: str) -> None:
    """Learned anew at each origin, on the windows that ended before it, and judged by what followed it."""
    whole, found = everyone(data), []
    for cut in CUTS:
        earlier = [hours for hours in (36, 48, 60, 72, 84, 96) if hours + 24 <= cut]
        moments = at(whole, [*earlier, cut])
        row = []
        for k in (100, 50):
            result = amb.tune(whole, origins=moments, later=1, horizon="24h", k=k, kinds=["share"], resamples=RESAMPLES)
            row.append(result.figures.row(1, named=True))
            if k == 100:
                chosen = result.settings.filter("chosen")["setting"][0], result.pulls.filter("chosen")["pull"][0]
                print(cut, *chosen, "gain {:+.3f} ({:+.3f} to {:+.3f})".format(*result.gain))
        found.append((row[0]["ndcg"], row[0]["precision"], row[1]["reach"]))
    for name, values in zip(("ndcg@100", "precision@100", "reach@50"), np.array(found).T, strict=True):
        print(f"{name:14s}", " ".join(f"{value:.3f}" for value in values), f" mean {values.mean():.3f}")


def pairs(data: str) -> None:
    """The statistics-only score of both accounts of each pair; and one column at a time."""
    rows = pl.read_csv(Path(data) / "peerindex" / "pairs.csv")
    columns = {
        "followers": "follower_count",
        "listed": "listed_count",
        "mentions_received": "mentions_received",
        "shares_received": "retweets_received",
    }
    sides = [
        rows.select(
            pl.format("x:{}{}", pl.lit(side), pl.int_range(pl.len())).alias("account"),
            *(
                (pl.col(f"{side}_{theirs}") * 1e6).round().cast(pl.Int64).alias(ours)
                for ours, theirs in columns.items()
            ),
        )
        for side in ("A", "B")
    ]
    community = _built(accounts=pl.concat(sides))
    ranked = score.order(community, "influencers")
    orders = {"the ranking": "score"} | {
        name: f"{name}:percentile" for name in ("followers_stated", "listed", "mentions_stated", "shares_stated")
    }
    for name, column in orders.items():
        value = dict(ranked.select("account", column).iter_rows())
        gap = np.array([value[f"x:A{place}"] - value[f"x:B{place}"] for place in range(rows.height)])
        low, high = _bootstrap_auc(gap, rows["Choice"].to_numpy())
        print(f"{name:20s} AUC {_auc(gap, rows['Choice'].to_numpy()):.4f} (95 % {low:.3f}-{high:.3f}; by pairs)")


def learned_pairs(data: str) -> None:
    """An additive score learned from the choices: AUC in 5-fold cross-validation, by pairs and on accounts never seen.

    ``f(x) = sum over columns of a log x + sum over knots of b max(0, log x - q)``, knots at three quantiles of the
    training accounts; logistic on f(A) - f(B) without an intercept, its ridge chosen inside the training folds.
    Accounts recur in many pairs, so that folds by pairs know most of their accounts; on new accounts is what counts.
    """
    rows = pl.read_csv(Path(data) / "peerindex" / "pairs.csv")
    choice, sides = rows["Choice"].to_numpy(), [rows.select(f"^{side}_.*$").to_numpy() for side in "AB"]
    names = {tuple(row): None for side in sides for row in side}
    place = {name: number for number, name in enumerate(names)}
    who = [np.array([place[tuple(row)] for row in side]) for side in sides]
    for label, columns in (("all 11 columns", range(11)), ("followers, following, listed, mentions, shares", range(5))):
        logs = [np.log1p(side[:, list(columns)]) for side in sides]
        by_pair = [_pair_folds(logs, choice, seed) for seed in range(3)]
        unseen = [_account_folds(logs, choice, who, len(place), seed) for seed in range(3)]
        ours, plain = np.mean(unseen, axis=0)
        told = f"{ours:.4f} on new accounts, where untuned has {plain:.4f}"
        print(f"{label}: AUC {np.mean(by_pair):.4f} (sd {np.std(by_pair):.4f}) by pairs, {told}")


def _pair_folds(logs: list[np.ndarray], choice: np.ndarray, seed: int) -> float:
    fold = np.random.default_rng(seed).permutation(choice.size) % 5
    gap = np.empty(choice.size)
    for each in range(5):
        gap[fold == each] = _fitted(logs, choice, fold != each)(fold == each)
    return _auc(gap, choice)


def _account_folds(
    logs: list[np.ndarray], choice: np.ndarray, who: list[np.ndarray], count: int, seed: int
) -> tuple[float, float]:
    fold = np.random.default_rng(seed).permutation(count) % 5
    found = []
    for each in range(5):
        inside = [fold[one] == each for one in who]
        train, test = ~(inside[0] | inside[1]), inside[0] & inside[1]
        ours, plain = _fitted(logs, choice, train)(test), _untuned(logs)[test]
        found.append((_auc(ours, choice[test]), _auc(plain, choice[test]), test.sum()))
    ours, plain, sizes = np.array(found).T
    return float(np.average(ours, weights=sizes)), float(np.average(plain, weights=sizes))


def _untuned(logs: list[np.ndarray]) -> np.ndarray:
    """The default weights' gap: followers and listed twice mentions and shares, by the root of the percentile."""
    from scipy.stats import rankdata

    both = np.vstack(logs)
    roots = np.sqrt((rankdata(both, "min", axis=0) - 1) / len(both))
    score = roots[:, [0, 2, 3, 4]] @ np.array([2, 2, 1, 1])
    return score[: len(logs[0])] - score[len(logs[0]) :]


def _fitted(logs: list[np.ndarray], choice: np.ndarray, train: np.ndarray):
    from sklearn.linear_model import LogisticRegressionCV

    knots = np.quantile(np.vstack([side[train] for side in logs]), (0, 1 / 3, 2 / 3), axis=0)

    def basis(side: np.ndarray) -> np.ndarray:
        return np.hstack([side, *(np.maximum(0, side - knot) for knot in knots)])

    gaps = basis(logs[0]) - basis(logs[1])
    scale = gaps[train].std(axis=0) + 1e-12
    both = np.vstack([gaps[train], -gaps[train]]) / scale
    model = LogisticRegressionCV(
        Cs=[1 / 256, 1 / 64, 1 / 16, 1 / 4, 1],
        cv=3,
        fit_intercept=False,
        scoring="neg_log_loss",
        max_iter=500,
        l1_ratios=(0,),
        use_legacy_attributes=False,
    )
    model.fit(both, np.concatenate([choice[train], 1 - choice[train]]))
    return lambda test: (gaps[test] / scale) @ model.coef_.ravel()


def _built(**frames: pl.DataFrame) -> amb.Community:
    """A community of these tables, with the default settings."""
    from ambassadors import tables
    from ambassadors.community import build

    source = {"table": "accounts", "path": "x.csv", "columns": {"account": "a"}}
    kept = {name: tables.check(tables.table(name), frame)[0].drop("row") for name, frame in frames.items()}
    return build(recipe.parse({"name": "built", "files": [source]}), kept)


def _auc(gap: np.ndarray, choice: np.ndarray) -> float:
    from scipy.stats import rankdata

    ranks, ones = rankdata(gap), int(choice.sum())
    return float((ranks[choice == 1].sum() - ones * (ones + 1) / 2) / (ones * (choice.size - ones)))


def _bootstrap_auc(gap: np.ndarray, choice: np.ndarray) -> tuple[float, float]:
    generator = np.random.default_rng(0)
    drawn = [generator.integers(0, gap.size, gap.size) for _ in range(300)]
    low, high = np.quantile([_auc(gap[one], choice[one]) for one in drawn], (0.025, 0.975))
    return float(low), float(high)


def twitch(data: str) -> None:
    """The score from friendships alone against views, beside degree and PageRank."""
    from scipy.stats import spearmanr

    for country in ("DE", "ENGB", "FR"):
        edges = pl.read_csv(Path(data) / "twitch" / f"{country}_edges.csv").select(pl.all().cast(pl.String))
        one = edges.select(pl.format("t:{}", "from").alias("source"), pl.format("t:{}", "to").alias("target"))
        whole = _built(
            follows=pl.concat([one, one.select(source="target", target="source")]).unique(maintain_order=True)
        )
        views = pl.read_csv(Path(data) / "twitch" / f"{country}_target.csv")
        views = views.select(pl.format("t:{}", "new_id").alias("account"), "views")
        graph = whole.network("follows")
        plain = {"PageRank": pagerank(graph), "degree": graph.into.offsets[1:] - graph.into.offsets[:-1]}
        both = score.order(whole, "influencers").select("account", "score").join(views, "account")
        both = both.join(pl.DataFrame({"account": graph.accounts, **plain}), "account")
        told = {name: spearmanr(both[name], both["views"])[0] for name in ("score", *plain)}
        print(
            f"{country:5s} {both.height:,} streamers", *(f"{name} {float(value):.3f}" for name, value in told.items())
        )


def attacks(data: str, *names: str) -> None:
    """What buying followers and pods bring a median account."""
    for name in names or ("town", "higgs"):
        print(name, backtesting.attacks(read(name, data), buyers=10 if name == "town" else 5))


def missing(data: str, *names: str) -> None:
    """How much of the top 100 stays when rows are missing at random; mean and range of 5 draws."""
    for name in names or ("town", "higgs", "lastfm", "politicians", "twitch"):
        whole = read(name, data)
        top = set(score.order(whole, "influencers")["account"].head(100))
        plain = set(_pagerank(whole))
        for share in (0.1, 0.3):
            found = []
            for seed in range(5):
                thinned = _thinned(whole, share, seed)
                found.append(
                    (
                        _jaccard(top, score.order(thinned, "influencers")["account"].head(100)),
                        _jaccard(plain, _pagerank(thinned)),
                    )
                )
            ours, theirs = np.array(found).T
            told = f"Jaccard {ours.mean():.3f} ({ours.min():.2f}-{ours.max():.2f}), PageRank {theirs.mean():.3f}"
            print(f"{name:12s} {share:.0%} of rows missing: {told}")


def _thinned(whole: amb.Community, share: float, seed: int) -> amb.Community:
    generator = np.random.default_rng(seed)
    names = ("follows", "interactions", "posts")
    kept = {
        name: frame.filter(pl.Series(generator.random(frame.height) >= share)) if name in names[:2] else frame
        for name, frame in whole.kept.items()
    }
    return replace(whole, kept=kept)


def _pagerank(whole: amb.Community) -> list[str]:
    weights = {name: pl.lit(1.0) for name in ("interactions", "follows") if whole.kept.get(name, pl.DataFrame()).height}
    graph: Graph = whole.tied({next(iter(weights)): pl.lit(1.0)})
    found = pl.DataFrame({"account": graph.accounts, "value": pagerank(graph)})
    candidates = whole.candidates.select("account")
    return (
        found.join(candidates, "account")
        .sort("value", "account", descending=[True, False])["account"]
        .head(100)
        .to_list()
    )


def _jaccard(one: Iterable[str], other: Iterable[str]) -> float:
    one, other = set(one), set(other)
    return len(one & other) / len(one | other)


if __name__ == "__main__":
    pl.Config.set_tbl_rows(40).set_fmt_str_lengths(60).set_tbl_width_chars(160).set_tbl_hide_dataframe_shape(True)
    assert set(DEFAULT_WEIGHTS) >= {"influencers"}
    globals()[sys.argv[2]](sys.argv[1], *sys.argv[3:])
