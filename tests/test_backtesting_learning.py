"""Learning: nonnegative weights that come nearest to what followed, drawn toward the ones at hand."""

from __future__ import annotations

from datetime import UTC, datetime

import numpy as np
import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.optimize import nnls

from ambassadors.backtesting.learning import best_pull, foretold, learned
from ambassadors.backtesting.outcome import Outcome
from ambassadors.backtesting.trial import OURS, Trial
from ambassadors.windows import Window

DAY = datetime(2026, 5, 1, tzinfo=UTC)
INFINITE = float("inf")


def trial(worths: dict[str, np.ndarray], counts: np.ndarray) -> Trial:
    """A trial of as many accounts as there are counts, each measure with 10 points at most."""
    account = np.repeat(np.arange(counts.size), counts)
    unit = np.concatenate([np.arange(count) for count in counts]) if counts.any() else np.array([], int)
    outcome = Outcome(account, unit, counts.size, int(counts.max(initial=1)) or 1)
    points = pl.DataFrame({name: 10 * worth for name, worth in worths.items()})
    shares = dict.fromkeys(worths, 10.0)
    return Trial(
        Window(DAY, DAY), outcome, {OURS: np.arange(counts.size)}, points, pl.Series(["x"]), shares, points, {}
    )


def random_trial(seed: int, true: list[float], size: int = 60) -> Trial:
    """Accounts whose counts follow a weighted sum of their worths."""
    generator = np.random.default_rng(seed)
    worth = generator.random((size, len(true)))
    counts = np.round(2 ** (6 * worth @ np.array(true)) - 1).astype(int)
    return trial({f"m{place}": worth[:, place] for place in range(len(true))}, counts)


@given(st.integers(0, 1000))
def test_without_any_pull_it_is_nonnegative_least_squares(seed: int) -> None:
    """The same as scipy's on the accounts themselves, up to the scale."""
    one = random_trial(seed, [0.7, 0.3, 0.0])
    gain = np.log2(1 + one.outcome.counts())
    expected, _ = nnls(np.column_stack([one.worth(name) for name in ("m0", "m1", "m2")]), gain)

    found = learned([one], dict.fromkeys(("m0", "m1", "m2"), 1.0), 1e-12)

    assert list(found.values()) == pytest.approx(list(100 * expected / expected.sum()), abs=0.05)


def test_with_an_endless_pull_the_weights_stay() -> None:
    """What one has is what one gets."""
    at_hand = {"m0": 3.0, "m1": 1.0}

    assert learned([random_trial(1, [0.0, 1.0])], at_hand, INFINITE) == at_hand


@given(st.integers(0, 1000))
def test_a_stronger_pull_stays_nearer(seed: int) -> None:
    """The distance of the shares to those at hand shrinks as the pull grows."""
    one, at_hand = random_trial(seed, [0.1, 0.9]), {"m0": 90.0, "m1": 10.0}

    near, far = (learned([one], at_hand, pull) for pull in (10.0, 0.01))

    assert abs(near["m0"] - 90) <= abs(far["m0"] - 90) + 1e-6
    assert min(*near.values(), *far.values()) >= 0


def test_a_measure_that_foretells_gets_the_weight_and_the_order_improves() -> None:
    """From equal weights to nearly all on the one that counts."""
    trials, at_hand = [random_trial(seed, [1.0, 0.0]) for seed in range(3)], {"m0": 1.0, "m1": 1.0}

    found = learned(trials, at_hand, 0.01)

    assert found["m0"] > 90
    assert foretold(trials, found, 20) > foretold(trials, at_hand, 20)


def test_a_measure_that_the_data_lacks_keeps_its_share() -> None:
    """Nothing was learned of it."""
    at_hand = {"m0": 40.0, "m1": 40.0, "unseen": 20.0}

    found = learned([random_trial(3, [0.5, 0.5])], at_hand, 1.0)

    assert found["unseen"] == pytest.approx(20, abs=4)


def test_where_nothing_can_be_learned_the_weights_stay() -> None:
    """Worths of nothing, or an outcome that no measure foretells."""
    at_hand = {"m0": 3.0, "m1": 1.0}
    nothing = trial({"m0": np.zeros(5), "m1": np.zeros(5)}, np.array([3, 1, 0, 0, 2]))

    assert learned([nothing], at_hand, 0.1) == at_hand


def test_of_equally_good_pulls_the_strongest_is_taken() -> None:
    """When learning brings nothing, what one has is kept."""
    trials = [random_trial(seed, [1.0]) for seed in range(3)]

    pull, figures = best_pull(trials, {"m0": 1.0}, 20)

    assert pull == INFINITE
    assert len(set(figures.values())) == 1
