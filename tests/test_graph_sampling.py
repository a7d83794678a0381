"""Estimates from a sample are unbiased, and say how far they may be off."""

from __future__ import annotations

from itertools import combinations

import numpy as np
import pytest

from ambassadors.graph.sampling import Estimate, draw, scaled_up

PARTS = np.array([0.0, 3.0, 1.0, 0.5, 2.0, 7.0])  # of each account in the number of account 0; its own is 0


def every_sample(size: int) -> list[Estimate]:
    """What each possible draw makes of the parts, for account 0 and, beside it, for accounts like it."""
    samples = [np.array(sample, np.uint32) for sample in combinations(range(len(PARTS)), size)]
    return [
        scaled_up(np.full(6, PARTS[sample].sum()), np.full(6, (PARTS[sample] ** 2).sum()), sample) for sample in samples
    ]


@pytest.mark.parametrize("size", [3, 4, 5])
def test_over_all_draws_the_mean_is_the_truth(size: int) -> None:
    """Neither the value nor the squared error is biased, and an account's own part is not among the others'."""
    for holds_itself in (True, False):
        chosen = [
            estimate
            for estimate, sample in zip(every_sample(size), combinations(range(6), size), strict=True)
            if (0 in sample) == holds_itself
        ]
        values = np.array([estimate.values[0] for estimate in chosen])

        assert values.mean() == pytest.approx(PARTS.sum())
        assert np.mean([estimate.error[0] ** 2 for estimate in chosen]) == pytest.approx(values.var(), abs=1e-12)


def test_a_sample_of_all_is_exact() -> None:
    """The sums are the answer, and nothing is left open."""
    estimate = scaled_up(PARTS, PARTS**2, np.arange(6, dtype=np.uint32))

    assert estimate.values.tolist() == PARTS.tolist()
    assert (estimate.error.tolist(), estimate.sources, estimate.exact) == ([0.0] * 6, 6, True)
    assert [bound.tolist() for bound in estimate.interval()] == [PARTS.tolist()] * 2


def test_bounds_lie_some_errors_away_and_never_below_0() -> None:
    """1.96 errors for 95 in 100, 1 for 68."""
    estimate = Estimate(np.array([10.0, 1.0]), np.array([1.0, 1.0]), sources=9, exact=False)

    assert [bound.round(2).tolist() for bound in estimate.interval(0.95)] == [[8.04, 0.0], [11.96, 2.96]]
    assert [bound.round(2).tolist() for bound in estimate.interval(0.6827)] == [[9.0, 0.0], [11.0, 2.0]]


@pytest.mark.parametrize("level", [0, 1, -0.5, 95, float("nan")])
def test_a_level_is_a_chance(level: float) -> None:
    """The message quotes it."""
    estimate = Estimate(np.zeros(1), np.zeros(1), sources=9, exact=False)

    with pytest.raises(ValueError, match=f"level is {level}, .* 0.95 is usual"):
        estimate.interval(level)


def test_a_draw_is_of_different_accounts_in_order() -> None:
    """The same seed draws the same."""
    [drawn] = draw(1000, 256, seed=4)

    assert drawn.tolist() == sorted(set(drawn.tolist()))
    assert (len(drawn), drawn.dtype) == (256, np.uint32)
    assert drawn.tolist() == draw(1000, 256, seed=4)[0].tolist() != draw(1000, 256, seed=5)[0].tolist()


def test_every_account_is_as_likely_as_any_other() -> None:
    """4,000 draws of 3 out of 10: each account in 1,200, give or take 5 standard deviations."""
    counts = np.bincount(np.concatenate([draw(10, 3, seed)[0] for seed in range(4000)]), minlength=10)

    assert np.abs(counts - 1200).max() < 5 * np.sqrt(4000 * 0.3 * 0.7)


@pytest.mark.parametrize(("accounts", "sources"), [(5, None), (6, 6), (5, 256), (1, 256), (0, 256), (0, None)])
def test_all_accounts_are_the_most_that_can_be_drawn(accounts: int, sources: int | None) -> None:
    """Then there is one draw, however many parts were wanted."""
    assert [drawn.tolist() for drawn in draw(accounts, sources, 0, parts=2)] == [list(range(accounts))]


@pytest.mark.parametrize(("sources", "parts", "least"), [(2, 1, 3), (0, 1, 3), (-1, 1, 3), (5, 2, 6)])
def test_too_few_to_know_the_error_are_refused(sources: int, parts: int, least: int) -> None:
    """Whatever the size of the graph."""
    with pytest.raises(ValueError, match=f"sources is {sources}, and must be at least {least}; .* None takes all"):
        draw(2, sources, seed=0, parts=parts)
