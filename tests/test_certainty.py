"""Certainty: bounds of ranks, held against communities whose true rates are known."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

import numpy as np
import numpy.typing as npt
import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import ambassadors as amb
from ambassadors import recipe as amb_recipe
from ambassadors.certainty import GRADES, NOT_ENOUGH, Responses, grades, intervals

Floats = npt.NDArray[np.float64]
Whole = npt.NDArray[np.int64]
Generator = np.random.Generator

#: How many responses each of n accounts draws in the time that is seen.
RATES: dict[str, Callable[[Generator, int], Floats]] = {
    "log-normal": lambda generator, n: 2 * np.exp(1.5 * generator.standard_normal(n)),
    "Pareto": lambda generator, n: 0.5 * (1 - generator.random(n)) ** (-1 / 1.2),
    "many zeros": lambda generator, n: np.exp(2 * generator.standard_normal(n) - 1.5),
    "rich": lambda generator, n: 50 * np.exp(generator.standard_normal(n)),
}
#: Half-lives of four measures that are fed by the same responses, as shares of the time that is seen.
SPANS = (1, 1 / 4, 1 / 16, 1 / 64)
GRADES_RISING = ("high", "medium", "low", NOT_ENOUGH)


@dataclass(frozen=True)
class Seen:
    """A simulated community, best first: what :func:`intervals` is handed, and the true rank of each account."""

    responses: Responses
    score: Floats
    fed: Floats
    fixed: Floats
    truth: Whole

    def intervals(self) -> tuple[Whole, Whole]:
        """The bounds of its ranks."""
        return intervals(self.responses, self.score, self.fed, self.fixed)

    @property
    def rank(self) -> Whole:
        """The rank of each by its points."""
        return np.arange(1, self.score.size + 1)


def seen(
    kind: str,
    n: int,
    seed: int,
    *,
    spans: tuple[float, ...] = (1,),
    fixed: float = 0.0,
    drift: float = 0.0,
    times: int = 1,
) -> Seen:
    """A community of n accounts: ``fixed`` of 100 points are for what has no chance in it, the others for responses.

    Each response weighs a third, two thirds or 1, halved with each half-life of its age; ages are even over ``times``
    as long as usual. Where there is ``drift``, the logarithm of each rate moves by a normal of that deviation whenever
    the age halves. The true score has the places of the expected weights in place of those observed.
    """
    generator = np.random.default_rng([seed, n])
    usual = RATES[kind](generator, n) * times
    esteem = 0.6 * _standard(np.log(usual)) + 0.8 * generator.standard_normal(n)
    edges = np.append(0.0, 2.0 ** np.arange(-7, 1))
    moved = drift * generator.standard_normal((n, edges.size - 1))
    rates = usual[:, None] * np.exp(moved[:, ::-1].cumsum(1)[:, ::-1]) * np.diff(edges)
    counts = generator.poisson(rates)
    account, span = (np.repeat(place.ravel(), counts.ravel()) for place in np.indices(rates.shape))
    age = edges[span] + generator.random(account.size) * np.diff(edges)[span]
    strength = generator.choice([1 / 3, 2 / 3, 1], account.size)
    values = [np.bincount(account, strength * 2 ** (-age / half_life), minlength=n) for half_life in spans]
    expected = [rates @ (_decayed(edges, half_life) / np.diff(edges)) for half_life in spans]
    known, share = fixed * _worth(np.exp(esteem), n), (100 - fixed) / len(spans)
    score = known + share * sum(_worth(value, np.count_nonzero(value)) for value in values)
    squares = np.bincount(account, (strength * 2**-age) ** 2, minlength=n)
    order = np.argsort(-score, kind="stable")
    found = Responses(values[0][order], squares[order], np.bincount(account, minlength=n).astype(float)[order])
    true = known + share * sum(_worth(value, n) for value in expected)
    return Seen(found, score[order], np.full(n, 100 - fixed), known[order], _rank(true)[order])


def _standard(values: Floats) -> Floats:
    return np.asarray((values - values.mean()) / values.std())


def _decayed(edges: Floats, half_life: float) -> Floats:
    """What evenly spread acts weigh between two ages each."""
    return -np.diff(2 ** (-edges / half_life)) * half_life / np.log(2)


def _worth(values: Floats, of: int) -> Floats:
    """The share of a measure's points: 1 - log(place) / log(of), ties the lowest; nothing for none."""
    place = values.size - np.searchsorted(np.sort(values), values, side="left")
    return np.where(values > 0, 1 - np.log(place) / np.log(max(of, 2)), 0.0)


def _rank(values: Floats) -> Whole:
    return np.argsort(np.argsort(-values)) + 1


def inside(world: Seen) -> npt.NDArray[np.bool_]:
    """For each account, whether its true rank lies between its bounds."""
    low, high = world.intervals()
    return (low <= world.truth) & (world.truth <= high)


def covered(worlds: list[Seen]) -> float:
    """In which share of accounts the true rank lies between the bounds, a mean over the worlds."""
    return float(np.mean([inside(world).mean() for world in worlds]))


@pytest.mark.parametrize("kind", RATES)
@pytest.mark.parametrize(("n", "seeds"), [(500, 4), (3000, 2)])
def test_nine_in_ten_true_ranks_lie_between_the_bounds(kind: str, n: int, seeds: int) -> None:
    """Where responses alone are ranked, whatever the rates are drawn from."""
    worlds = [seen(kind, n, seed) for seed in range(seeds)]

    assert 0.87 <= covered(worlds) <= 0.93


@pytest.mark.parametrize("kind", RATES)
@pytest.mark.parametrize(("n", "seeds"), [(500, 4), (3000, 2)])
def test_so_they_do_where_several_measures_are_summed(kind: str, n: int, seeds: int) -> None:
    """Four measures of the same responses, over shorter and shorter times, and one without any chance in it."""
    worlds = [seen(kind, n, seed, spans=SPANS, fixed=30) for seed in range(seeds)]

    assert 0.87 <= covered(worlds) <= 0.93


@pytest.mark.parametrize("kind", RATES)
def test_so_they_do_where_rates_rise_and_fall(kind: str) -> None:
    """What a measure of the last days says beyond one of all times is then more than chance, and is not thrown away."""
    worlds = [seen(kind, 3000, seed, spans=SPANS, fixed=30, drift=0.7) for seed in range(2)]

    assert 0.87 <= covered(worlds) <= 0.93


@pytest.mark.parametrize("drift", [0.0, 0.7])
def test_the_head_of_a_list_is_covered_as_well(drift: float) -> None:
    """Of the first hundred, whom people read; they stand there by luck, too."""
    worlds = [seen(kind, 3000, seed, spans=SPANS, fixed=30, drift=drift) for kind in RATES for seed in range(2)]

    assert 0.86 <= np.mean([inside(world)[:100].mean() for world in worlds]) <= 0.96


@pytest.mark.parametrize("n", [3, 30, 99])
def test_short_lists_have_bounds_that_hold_at_least_as_often(n: int) -> None:
    """Under a hundred accounts the prior is known less well, and bounds are rather too wide than too narrow."""
    worlds = [seen(kind, n, seed, spans=SPANS, fixed=30) for kind in RATES for seed in range(5)]

    assert covered(worlds) >= 0.9


def test_more_data_narrows_the_bounds() -> None:
    """The same community, seen ten times as long: on average less than half as wide, and wider for next to nobody."""
    once, longer = (seen("log-normal", 1000, 3, spans=SPANS, fixed=30, times=times) for times in (1, 10))

    (low, high), (later_low, later_high) = once.intervals(), longer.intervals()

    assert (later_high - later_low).mean() < (high - low).mean() / 2


@given(
    st.lists(st.tuples(st.floats(1e-9, 50), st.integers(0, 40), st.floats(0, 30)), min_size=1, max_size=40),
    st.integers(-20, 20),
)
@settings(deadline=None, max_examples=20)
def test_bounds_hold_the_rank_and_do_not_depend_on_the_unit(rows: list[tuple[float, int, float]], power: int) -> None:
    """Whole numbers, ``1 <= low <= rank <= high <= n``, the same when all weights are doubled or halved many times."""
    total, people, fixed = (np.array(column, dtype=float) for column in zip(*rows, strict=True))
    total = np.where(people > 0, total, 0.0)
    score = fixed + 70 * _worth(total, np.count_nonzero(total))
    order = np.argsort(-score, kind="stable")
    total, people, fixed, score = total[order], people[order], fixed[order], score[order]
    unit = 2.0**power

    first, again, scaled = (
        intervals(
            Responses(total * by, total**2 / np.maximum(people, 1) * by**2, people),
            score,
            np.full(len(rows), 70.0),
            fixed,
        )
        for by in (1.0, 1.0, unit)
    )

    low, high = first
    rank = np.arange(1, len(rows) + 1)
    assert low.dtype == high.dtype == np.int64
    assert ((low >= 1) & (low <= rank) & (rank <= high) & (high <= len(rows))).all()
    assert np.array_equal(first, again)
    assert np.array_equal(first, scaled)


def bounds(*totals: float) -> list[tuple[int, int]]:
    """The bounds of accounts with so many responses of weight 1, best first."""
    total = np.array(totals)
    score = 100 * _worth(total, np.count_nonzero(total))
    low, high = intervals(Responses(total, total, total), score, np.full(total.size, 100.0), np.zeros(total.size))
    return list(zip(low.tolist(), high.tolist(), strict=True))


@pytest.mark.parametrize("responses", [0.0, 1.0, 1000.0])
def test_the_only_account_is_the_first(responses: float) -> None:
    """There is no other rank to have."""
    assert bounds(responses) == [(1, 1)]


def test_of_two_accounts_either_may_be_first_unless_they_are_far_apart() -> None:
    """Five responses each decide nothing; a hundred against one do."""
    assert bounds(5.0, 5.0) == [(1, 2), (1, 2)]
    assert bounds(100.0, 1.0) == [(1, 1), (2, 2)]


def test_where_nobody_was_responded_to_everyone_might_stand_anywhere() -> None:
    """Without a single response nothing is known, whatever the order of the list."""
    assert bounds(0.0, 0.0, 0.0) == [(1, 3)] * 3


def test_where_all_have_the_same_the_order_says_nothing() -> None:
    """The bounds of each hold nine tenths of the list at least, and its own place in it."""
    for rank, (low, high) in enumerate(bounds(*[5.0] * 200), 1):
        assert high - low >= 170
        assert low <= rank <= high


def test_who_alone_has_all_responses_is_the_first_for_certain() -> None:
    """And of the others nothing is known: each might stand anywhere behind."""
    first, *others = bounds(1000.0, *[0.0] * 199)

    assert first == (1, 1)
    assert all(high - low >= 170 for low, high in others)
    assert all(low >= 2 for low, _ in others)


def test_squares_too_small_to_be_kept_are_those_of_equal_weights() -> None:
    """Responses of long ago weigh a trillionth, and the sum of their squares is rounded to 0."""
    people = np.array([40.0, 3.0, 1.0, 0.0])
    score, fed, fixed = 100 * _worth(people, 3), np.full(4, 100.0), np.zeros(4)

    faded = intervals(Responses(people * 2.0**-40, np.zeros(4), people), score, fed, fixed)

    assert np.array_equal(faded, intervals(Responses(people, people, people), score, fed, fixed))


def test_a_better_grade_means_a_smaller_error() -> None:
    """The mean distance from the true rank rises from grade to grade, and no grade is empty."""
    errors: dict[str, list[float]] = {grade: [] for grade in GRADES_RISING}
    for world in [seen(kind, 3000, 1, spans=SPANS, fixed=30) for kind in RATES]:
        for grade, error in zip(
            grades(*world.intervals(), world.responses.people), abs(world.truth - world.rank), strict=True
        ):
            errors[grade].append(float(error))

    means = [np.mean(errors[grade]) for grade in GRADES_RISING]

    assert all(len(error) > 50 for error in errors.values())
    assert means == sorted(means)


@given(st.integers(1, 500), st.integers(0, 499), st.integers(0, 200), st.integers(0, 200), st.integers(0, 50))
def test_narrower_bounds_never_have_a_worse_grade(low: int, width: int, higher: int, lower: int, people: int) -> None:
    """Whoever lies within another's bounds, with as many people behind them, has its grade or a better one."""
    outer = (low, min(low + width, 500))
    inner = (min(low + higher, outer[1]), max(outer[1] - lower, min(low + higher, outer[1])))
    last = (500, 500)

    wide, narrow, _ = grades(
        *(np.array(ends) for ends in zip(outer, inner, last, strict=True)), np.array([people, people, 9.0])
    )

    assert GRADES_RISING.index(narrow) <= GRADES_RISING.index(wide)


@pytest.mark.parametrize(
    ("low", "high", "grade"),
    [
        (1, 11, "high"), (100, 300, "high"), (100, 301, "medium"),
        (1, 12, "medium"), (30, 300, "medium"), (30, 301, "low"),
        (4000, 4500, "high"), (4000, 4501, "medium"), (4000, 6000, "medium"), (4000, 6001, "low"),
        (4000, 9000, "low"), (4000, 9001, NOT_ENOUGH),
    ],
)  # fmt: skip
def test_where_the_grades_begin(low: int, high: int, grade: str) -> None:
    """Of 10,000: a factor of 3 or ten places, and a twentieth; a factor of 10 or thirty places, and a fifth; a half."""
    assert list(GRADES) == ["high", "medium", "low"]
    assert grades(np.array([low, 10_000]), np.array([high, 10_000]), np.array([9.0, 9.0]))[0] == grade


def test_fewer_than_three_people_are_not_enough() -> None:
    """However narrow the bounds: with two, one person more or less is half of all that is known."""
    ends = np.array([1, 2, 3])

    assert grades(ends, ends, np.array([3.0, 2.0, 0.0])) == ["high", NOT_ENOUGH, NOT_ENOUGH]


RECIPE = """
name = "sim"

[brand]
accounts = ["x:brand"]

[rank]
only = ["x:a*"]

[[files]]
table = "accounts"
path = "accounts.csv"
platform = "x"
columns = { account = "account" }

[[files]]
table = "interactions"
path = "acts.csv"
platform = "x"
columns = { source = "source", target = "target", kind = "kind", at = "at" }
"""
ALONE = "\n[rank.influencers]\n" + "".join(
    f"{name} = {int(name == 'responders')}\n" for name in amb_recipe.DEFAULT_WEIGHTS["influencers"]
)


def written(folder: Path, kind: str, n: int, seed: int, recipe: str) -> tuple[amb.Community, pl.DataFrame]:
    """A community of accounts to which people respond at steady rates, read from its files; and its true ranks.

    Everyone who responds came to the brand at the beginning, and so counts.
    """
    generator = np.random.default_rng([seed, n])
    rates, people = RATES[kind](generator, n), np.array([f"p{place}" for place in range(4000)])
    names = np.array([f"a{place:04}" for place in range(n)])
    targets = np.repeat(names, generator.poisson(rates))
    acts = pl.DataFrame({"source": generator.choice(people, targets.size), "target": targets}).with_columns(
        kind=pl.Series(generator.choice(["like", "comment", "share"], targets.size)),
        at=pl.lit(datetime(2026, 1, 1, tzinfo=UTC))
        + pl.Series([timedelta(days=day) for day in 90 * generator.random(targets.size)]),
    )
    begun = pl.DataFrame({"source": people}).select(
        "source", target=pl.lit("brand"), kind=pl.lit("like"), at=pl.lit(datetime(2026, 1, 1, tzinfo=UTC))
    )
    pl.concat([begun, acts], how="vertical_relaxed").write_csv(folder / "acts.csv")
    pl.DataFrame({"account": names}).write_csv(folder / "accounts.csv")
    (folder / "brand.toml").write_text(recipe, encoding="utf-8")
    return amb.read(folder), pl.DataFrame({"account": [f"x:{name}" for name in names], "truth": _rank(rates)})


@pytest.mark.parametrize("recipe", [RECIPE + ALONE, RECIPE], ids=["responders alone", "all by default"])
def test_the_rankings_of_files_are_covered_as_well(tmp_path: Path, recipe: str) -> None:
    """Through the reader, the measures and the score: nine in ten of the true ranks lie between the bounds."""
    shares = []
    for seed in range(3):
        community, truth = written(tmp_path, "log-normal", 500, seed, recipe)
        ranked = amb.rank(community, "influencers").join(truth, "account")
        shares.append(ranked.select(pl.col("truth").is_between("rank_low", "rank_high").mean()).item())
        assert ranked.select(pl.col("rank").is_between("rank_low", "rank_high").all()).item()

    assert 0.87 <= np.mean(shares) <= 0.93


def test_the_same_files_give_the_same_bounds(tmp_path: Path) -> None:
    """Read and ranked twice, bounds and grades are the same."""
    columns = ["account", "rank", "rank_low", "rank_high", "grade"]

    first, again = (amb.rank(written(tmp_path, "Pareto", 300, 1, RECIPE)[0], "influencers") for _ in range(2))

    assert first.select(columns).equals(again.select(columns))
