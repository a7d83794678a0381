"""Metrics of a backtest: against their definitions, a peer, and chance."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from sklearn.metrics import ndcg_score

from ambassadors.backtesting.metrics import ndcg, precision, random_equal

Counts = st.lists(st.integers(0, 50), min_size=2, max_size=30).filter(any)


@given(Counts, st.integers(1, 40), st.randoms(use_true_random=False))
def test_ndcg_is_what_a_peer_computes(counts: list[int], k: int, chance: object) -> None:
    """The same as scikit-learn's on the logarithms of the counts, for any order and any k."""
    order = np.array(sorted(range(len(counts)), key=lambda place: chance.random()))  # type: ignore[attr-defined]
    scores = np.empty(len(counts))
    scores[order] = np.arange(len(counts), 0, -1)

    ours = ndcg(order, np.array(counts, float), k)

    assert ours == pytest.approx(ndcg_score([np.log2(1 + np.array(counts))], [scores], k=k))


@given(Counts, st.integers(1, 40))
def test_hindsight_has_an_ndcg_of_one_and_nobody_more(counts: list[int], k: int) -> None:
    """The order by what followed is the best there is; the opposite order is no better."""
    values = np.array(counts, float)

    best, worst = np.argsort(-values, kind="stable"), np.argsort(values, kind="stable")

    assert ndcg(best, values, k) == pytest.approx(1)
    assert ndcg(worst, values, k) <= 1 + 1e-12


def test_precision_counts_who_is_among_the_best() -> None:
    """The order inside the first k plays no part, and a list shorter than k has missed the rest."""
    assert precision(np.array([3, 1, 2]), np.array([1, 3, 9]), 2) == 1.0
    assert precision(np.array([3, 1, 2]), np.array([1, 3, 9]), 3) == pytest.approx(2 / 3)
    assert precision(np.array([3]), np.array([3, 1, 2, 4]), 4) == 0.25


@given(st.lists(st.integers(1, 20), min_size=1, max_size=50), st.floats(0.01, 0.99))
def test_as_many_random_accounts_reach_as_many_people(degrees: list[int], share: float) -> None:
    """Whatever a share of the accounts reaches on average, the answer is a share that reaches as many."""
    responded = np.array(degrees)
    expected = float((1 - (1 - share) ** responded).sum())

    answer = random_equal(responded, 1000, expected) / 1000

    assert float((1 - (1 - answer) ** responded).sum()) == pytest.approx(expected, rel=1e-9)


def test_random_accounts_reach_what_the_formula_says() -> None:
    """Drawing accounts again and again reaches as many people as the solved number promises."""
    generator = np.random.default_rng(0)
    accounts, people = generator.integers(0, 200, 900), generator.integers(0, 300, 900)
    pairs = np.unique(accounts * 300 + people)
    account, person = pairs // 300, pairs % 300
    drawn = [np.isin(account, generator.choice(200, 40, replace=False)) for _ in range(300)]
    reached = float(np.mean([np.unique(person[one]).size for one in drawn]))

    answer = random_equal(np.bincount(person, minlength=300), 200, reached)

    assert answer == pytest.approx(40, rel=0.05)


def test_nobody_reached_is_matched_by_nobody_and_everybody_by_all() -> None:
    """The ends of the scale are exact."""
    assert random_equal(np.array([1, 2]), 50, 0) == 0
    assert random_equal(np.array([1, 2, 0]), 50, 2) == 50
    assert random_equal(np.array([], dtype=int), 50, 3) == 0
