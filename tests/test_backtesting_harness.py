"""The backtest as a whole: what it says of the town, what it refuses, and that nobody looks ahead."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path

import polars as pl
import pytest

import ambassadors as amb
from ambassadors import measures, recipe
from ambassadors.backtesting import Backtest, backtest
from ambassadors.errors import AmbassadorsError, LookAhead, NotEnoughData, UnknownName
from ambassadors.measures.catalogue import CATALOGUE, measure
from tests.conftest import RECIPE, Cafe
from tests.seen_html import seen

TOWN = Path(__file__).parent.parent / "graphs" / "town"
HEADER = "source,target,kind,at,post,text\n"


@pytest.fixture(scope="module")
def town() -> amb.Community:
    """The simulated town."""
    return amb.read(TOWN)


@pytest.fixture(scope="module")
def result(town: amb.Community) -> Backtest:
    """Its influencers, tested three times."""
    return backtest(town, horizon="30d", resamples=40)


def figure(result: Backtest, order: str, name: str) -> float:
    """One figure of one order."""
    return float(result.orders.row(by_predicate=pl.col("order") == order, named=True)[name])


def test_the_ranking_foretells_better_than_followers(result: Backtest) -> None:
    """By far, and the interval of its lead says so."""
    assert figure(result, "the ranking", "ndcg") > figure(result, "sort by followers", "ndcg") + 0.1
    assert figure(result, "sort by followers", "lead_low") > 0.1


def test_figures_are_shares_inside_their_intervals(result: Backtest) -> None:
    """NDCG, precision and reach lie between 0 and 1, and each between its bounds."""
    for row in result.orders.iter_rows(named=True):
        for name in ("ndcg", "precision", "reach"):
            assert 0 <= row[f"{name}_low"] <= row[name] <= row[f"{name}_high"] <= 1


def test_the_mean_is_the_mean_of_the_origins(result: Backtest) -> None:
    """The first table can be computed again from the second."""
    means = result.by_origin.group_by("order", maintain_order=True).agg(pl.col("ndcg", "precision", "reach").mean())

    for row in means.iter_rows(named=True):
        for name in ("ndcg", "precision", "reach"):
            assert figure(result, row["order"], name) == pytest.approx(row[name])


def test_reach_is_counted_in_people(result: Backtest) -> None:
    """People reached are a share of the best choice's, and it takes far more random accounts to reach as many."""
    for row in result.by_origin.filter(pl.col("order") == "the ranking").iter_rows(named=True):
        assert row["reach"] == pytest.approx(row["reached"] / row["best"])
        assert row["random"] > 5 * result.k


def test_the_same_seed_gives_the_same_figures(town: amb.Community, result: Backtest) -> None:
    """To the last digit; another seed draws other people, and the figures themselves stay."""
    again, other = (backtest(town, horizon="30d", resamples=40, seed=seed) for seed in (0, 1))

    assert again.as_json() == result.as_json()
    assert other.orders["ndcg"].equals(result.orders["ndcg"])
    assert not other.orders["ndcg_low"].equals(result.orders["ndcg_low"])


def test_only_responders_who_count_can_be_asked_for(town: amb.Community, result: Backtest) -> None:
    """Without the pod's own responses the best choice reaches fewer people, and a caution says what was counted."""
    found = backtest(town, horizon="30d", resamples=2, vouched=True)

    assert found.by_origin["best"].max() < result.by_origin["best"].min()
    assert any("only responders who are vouched for" in caution for caution in found.cautions)
    assert figure(found, "the ranking", "ndcg") > figure(found, "PageRank", "ndcg")


def test_a_measure_is_judged_by_what_the_ranking_loses_without_it(result: Backtest) -> None:
    """Each measure with a weight has a row with an interval and a verdict."""
    assert set(result.measures["measure"]) >= {"responders"}
    for row in result.measures.iter_rows(named=True):
        assert row["loss_low"] <= row["loss"] <= row["loss_high"]
        verdict = "earns its weight" if row["loss_low"] > 0 else "does harm here" if row["loss_high"] < 0 else None
        assert row["verdict"] == (verdict or "not proven")


def test_ambassadors_are_tested_without_reach(town: amb.Community) -> None:
    """Days of advocacy are no audience: the figures that would make none stay away."""
    found = backtest(town, "ambassadors", horizon="30d", resamples=10)

    assert "reach" not in found.orders.columns
    assert figure(found, "sort by engagement", "lead_low") > 0


def test_everything_can_be_written_as_json(result: Backtest) -> None:
    """All figures and the windows, in plain values."""
    told = json.loads(json.dumps(result.as_json()))

    assert told["horizon_hours"] == 720
    assert len(told["windows"]) == 3
    assert told["orders"][0]["order"] == "the ranking"


def test_one_origin_says_that_it_is_one(town: amb.Community) -> None:
    """The figure stands, with the caution that other times are not known."""
    found = backtest(town, horizon="30d", origins=1, resamples=5)

    assert any("one origin only" in caution for caution in found.cautions)


def test_rows_without_a_date_are_told(cafe: Cafe) -> None:
    """What no date hides was known at every origin; the reader must know."""
    rows = HEADER + "".join(f"ann,bob,like,2026-0{month}-02,,\ncy,bob,like,2026-0{month}-03,,\n" for month in (1, 2, 3))
    found = backtest(amb.read(cafe(interactions_csv=rows)), horizon="20d", origins=["2026-02-20"], resamples=3)

    assert any("rows of accounts carry no date" in caution for caution in found.cautions)


def test_nobody_who_responded_afterwards_is_no_figure(cafe: Cafe) -> None:
    """Two quiet months are told, and give no number."""
    rows = HEADER + "".join(f"{who},bob,like,2026-0{month}-01,,\n" for who in ("ann", "cy") for month in (1, 2, 3))
    quiet = amb.read(cafe(interactions_csv=rows + "bob,brand,like,2026-06-01,,\n"))

    with pytest.raises(NotEnoughData, match="nothing followed by 2026-06-01"):
        backtest(quiet, horizon="30d", origins=1)


def test_a_quiet_origin_is_left_out_and_told(cafe: Cafe) -> None:
    """The others are tested without it."""
    rows = HEADER + "".join(f"{who},bob,like,2026-0{month}-02,,\n" for who in ("ann", "cy") for month in (1, 2, 3, 6))
    found = backtest(amb.read(cafe(interactions_csv=rows)), origins=["2026-02-20", "2026-04-15"], horizon="20d")

    assert len(found.windows) == 1
    assert any("2026-04-15 00:00 is left out: nothing followed" in caution for caution in found.cautions)


def test_accounts_that_all_score_the_same_are_no_ranking(cafe: Cafe) -> None:
    """All ties: an order by account id would be a number made of nothing."""
    rows = HEADER + "".join(
        f"{a},{b},like,2026-0{m}-01,,\n" for m in (1, 2, 3, 4) for a in "pq" for b in "pq" if a != b
    )
    alone = RECIPE.replace(
        '[[files]]\ntable = "follows"', '[rank]\nonly = ["x:p", "x:q"]\n[[files]]\ntable = "follows"'
    )

    with pytest.raises(NotEnoughData, match=r"same for every candidate|same score"):
        backtest(
            amb.read(cafe(alone, interactions_csv=rows + "ann,brand,like,2026-01-01,,\n")), horizon="20d", origins=1
        )


def test_wrong_names_and_numbers_are_told_in_words(town: amb.Community) -> None:
    """A ranking, a kind, a k that do not exist."""
    with pytest.raises(UnknownName, match="Did you mean 'influencers'"):
        backtest(town, "influencer", horizon="30d")
    with pytest.raises(UnknownName, match="Did you mean 'share'"):
        backtest(town, horizon="30d", kinds=["shares"])
    with pytest.raises(AmbassadorsError, match="k is 0"):
        backtest(town, horizon="30d", k=0)


Compute = Callable[[amb.Community], pl.DataFrame]


@pytest.fixture
def weighed(monkeypatch: pytest.MonkeyPatch) -> Iterator[Callable[[amb.Community, Compute], amb.Community]]:
    """Enters a measure into the catalogue and gives the community with all weight on it; taken out afterwards."""
    before = dict(CATALOGUE)

    def enter(community: amb.Community, compute: Compute) -> amb.Community:
        measure("interactions", says="")(compute)
        rank = community.recipe.rank.model_copy(update={"influencers": {compute.__name__: 100.0}})
        return replace(community, recipe=community.recipe.model_copy(update={"rank": rank}))

    yield enter
    CATALOGUE.clear()
    CATALOGUE.update(before)


def test_a_measure_that_holds_on_to_the_whole_community_is_caught(
    town: amb.Community, weighed: Callable[[amb.Community, Compute], amb.Community]
) -> None:
    """Handed the past, it looks at the whole: the harness stops it, and says what it did."""

    def leaking(community: amb.Community) -> pl.DataFrame:
        return town.interactions.group_by(pl.col("target").alias("account")).agg(pl.len().alias("value"))

    with pytest.raises(LookAhead, match="looked at the community as a whole while a ranking as of"):
        backtest(weighed(town, leaking), horizon="30d", origins=1)


def test_a_measure_that_knows_accounts_of_the_future_is_caught(
    town: amb.Community, weighed: Callable[[amb.Community, Compute], amb.Community]
) -> None:
    """A frame kept aside gives itself away by the accounts that nobody could know yet."""
    newcomer = pl.DataFrame({"account": ["bluesky:newcomer"], "value": [9.0]})

    def peeking(community: amb.Community) -> pl.DataFrame:
        return newcomer

    with pytest.raises(LookAhead, match=r"'peeking' has values for 1 account that this community as of"):
        backtest(weighed(town, peeking), horizon="30d", origins=1)


def test_a_measure_that_never_moves_is_caught(
    town: amb.Community, weighed: Callable[[amb.Community, Compute], amb.Community]
) -> None:
    """Totals of the whole year, kept aside, are the same at every origin, while the interactions grow."""
    totals = town.interactions.group_by(pl.col("target").alias("account")).agg(pl.len().alias("value"))
    kept_aside = totals.join(town.as_of("2026-01-01").accounts, "account", how="semi")

    def peeking(community: amb.Community) -> pl.DataFrame:
        return kept_aside

    with pytest.raises(LookAhead, match=r"'peeking' has the same values .* although there are new interactions"):
        backtest(weighed(town, peeking), horizon="30d", origins=2)


def test_an_honest_measure_passes_the_guard(
    town: amb.Community, weighed: Callable[[amb.Community, Compute], amb.Community]
) -> None:
    """The same sum over what it was given is fine, and the town can be looked at again afterwards."""

    def honest(community: amb.Community) -> pl.DataFrame:
        return community.interactions.group_by(pl.col("target").alias("account")).agg(pl.len().alias("value"))

    found = backtest(weighed(town, honest), horizon="30d", origins=1, resamples=5)

    assert found.measures["measure"].to_list() == ["honest"]
    assert town.interactions.height > 0


def test_every_default_measure_passes_the_guard(town: amb.Community) -> None:
    """With a weight on each that any recipe may weigh."""
    everything = dict.fromkeys(recipe.MEASURES, 1.0)
    rank = town.recipe.rank.model_copy(update={"influencers": everything})
    whole = replace(town, recipe=town.recipe.model_copy(update={"rank": rank}))

    found = backtest(whole, horizon="30d", origins=1, resamples=2)

    assert set(found.measures["measure"]) <= set(measures.CATALOGUE)


def test_each_tier_is_judged_for_itself(town: amb.Community) -> None:
    """Where followers were known at the origin, every tier has its accounts and its figures beside the naive sorts."""
    accounts = town.kept["accounts"].with_columns(pl.lit(None, pl.Datetime("us", "UTC")).alias("observed_at"))
    known = replace(town, kept={**town.kept, "accounts": accounts})

    found = backtest(known, horizon="30d", origins=2, resamples=2)

    tiers = {row["tier"]: row for row in found.tiers.iter_rows(named=True)}
    assert {"fan", "nano", "micro"} <= set(tiers)
    assert sum(row["accounts"] for row in tiers.values()) == pytest.approx(found_people(found, known), abs=2)
    for row in tiers.values():
        assert all(row[name] is None or 0 <= row[name] <= 1 for name in ("the ranking", "sort by followers"))
    assert tiers["fan"]["the ranking"] > tiers["fan"]["sort by followers"]


def test_a_notebook_shows_each_order_with_its_bounds(result: Backtest) -> None:
    """The figures in digits and as a bar, what each measure is worth, and what they do not show."""
    text = seen(replace(result, cautions=("one origin <only>",))._repr_html_()).text

    assert text.startswith(
        "Backtest of influencers the first 100, judged by what followed within 30 days of 3 past dates"
    )
    for row in result.orders.iter_rows(named=True):
        assert f"{row['order']} {row['ndcg']:.3f} {row['ndcg_low']:.3f} to {row['ndcg_high']:.3f}" in text
    assert f"{figure(result, 'sort by followers', 'lead'):+.3f}" in text
    assert "earns its weight" in text
    assert text.endswith("One origin <only>.")


def test_a_backtest_without_reach_or_bounds_is_shown_too(result: Backtest) -> None:
    """Of ambassadors no reach is known, and one resample gives no bounds."""
    bounds = [
        pl.lit(None, pl.Float64).alias(name) for name in result.orders.columns if name.endswith(("_low", "_high"))
    ]
    orders = result.orders.with_columns(bounds).drop("reach", "reach_low", "reach_high")

    text = seen(replace(result, ranking="ambassadors", orders=orders)._repr_html_()).text

    assert "reach of the best choice" not in text
    assert (
        f"the ranking {figure(result, 'the ranking', 'ndcg'):.3f} {figure(result, 'the ranking', 'precision'):.3f}"
        in text
    )


def found_people(found: Backtest, community: amb.Community) -> float:
    """The mean number of accounts that were ranked at the origins."""
    sizes = [amb.rank(community.as_of(one.origin), "influencers").height for one in found.windows]
    return sum(sizes) / len(sizes)
