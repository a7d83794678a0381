"""How well a score tells those to whom it happened: against the definitions, and by hand."""

from __future__ import annotations

import math
from random import Random

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from sklearn.metrics import roc_auc_score

from ambassadors.propensity.figures import Order, calibration_error, curve, curve_by_moves, draws

#: A person's score (few values, so that many tie), whether it happened, and how often the person counts.
PEOPLE = st.lists(st.tuples(st.integers(-2, 2), st.booleans(), st.integers(0, 3)), min_size=2, max_size=40)
CHANCES = st.lists(st.tuples(st.sampled_from([0.1, 0.2, 0.2, 0.7]), st.booleans()), min_size=1, max_size=40)


def both_counted(people: list[tuple[int, bool, int]]) -> bool:
    """Whether there are people to whom it happened and others, by how often they count."""
    return {happened for _, happened, times in people if times} == {True, False}


@given(PEOPLE.filter(both_counted))
def test_the_area_is_the_one_of_the_textbook(people: list[tuple[int, bool, int]]) -> None:
    """With ties, and with people who count several times or not at all."""
    score, happened, times = (np.array(column, dtype=float) for column in zip(*people, strict=True))

    assert Order(score, happened).auc(times) == pytest.approx(roc_auc_score(happened, score, sample_weight=times))


@given(PEOPLE.filter(both_counted))
def test_to_count_twice_is_to_stand_there_twice(people: list[tuple[int, bool, int]]) -> None:
    """A draw's weights and the rows repeated as often give the same figures."""
    score, happened, times = (np.array(column, dtype=float) for column in zip(*people, strict=True))
    often = times.astype(int)

    one, other = Order(score, happened), Order(np.repeat(score, often), np.repeat(happened, often))

    assert one.auc(times) == pytest.approx(other.auc())
    for share in (0.01, 0.3, 1.0):
        assert one.lift(share, times) == pytest.approx(other.lift(share))


def test_one_class_alone_has_no_area() -> None:
    """Not a number, rather than a good one; the same holds for lift where it happened to nobody."""
    assert math.isnan(Order(np.array([1.0, 2.0]), np.array([1, 1])).auc())
    assert math.isnan(Order(np.array([1.0, 2.0]), np.array([0, 0])).auc())
    assert math.isnan(Order(np.array([1.0, 2.0]), np.array([0, 0])).lift(0.5))


def test_lift_and_recall_by_hand() -> None:
    """It happened to the first, the second and the last of ten: two of the first three, where 0.9 are usual."""
    order = Order(-np.arange(10.0), np.isin(np.arange(10), [0, 1, 9]))

    assert order.lift(0.1) == pytest.approx(1 / (0.1 * 3))
    assert order.lift(0.3) == pytest.approx(2 / 0.9)
    assert order.recall(0.3) == pytest.approx(2 / 3)
    assert order.recall(1.0) == pytest.approx(1)
    assert order.lift(1.0) == pytest.approx(1)


def test_of_people_who_tie_at_the_edge_counts_what_fits() -> None:
    """All ten tie: whatever the share, it is as among all; half a person of two who tie is half of what they are."""
    flat = Order(np.zeros(10), np.isin(np.arange(10), [3, 4]))
    edge = Order(np.array([2.0, 1.0, 1.0, 0.0]), np.array([0, 1, 0, 0]))

    assert [flat.lift(share) for share in (0.05, 0.5)] == pytest.approx([1, 1])
    assert edge.recall(0.5) == pytest.approx(1 / 2)


def test_the_curve_by_hand() -> None:
    """Two bins of two people: given .15 and .65 on average, one half moved and all."""
    found = curve(np.array([0.7, 0.1, 0.6, 0.2]), np.array([1, 0, 1, 1]), bins=2)

    assert found == [
        {"people": 2, "given": pytest.approx(0.15), "moved": 0.5, "events": 1},
        {"people": 2, "given": pytest.approx(0.65), "moved": 1.0, "events": 2},
    ]


def test_the_error_by_hand() -> None:
    """The bins are .35 off, both; and bins of unlike size weigh by their people."""
    chance, happened = np.array([0.7, 0.1, 0.6, 0.2]), np.array([1, 0, 1, 1])

    assert calibration_error(chance, happened, bins=2) == pytest.approx(0.35)
    assert calibration_error(chance[:3], happened[:3], bins=2) == pytest.approx((2 * abs(0.35 - 0.5) + 0.3) / 3)


def test_chances_that_come_true_have_no_error() -> None:
    """Of ten people given .3 three move, of ten given .8 eight."""
    chance = np.repeat([0.3, 0.8], 10)
    happened = np.tile(np.arange(10), 2) < np.repeat([3, 8], 10)

    assert calibration_error(chance, happened, bins=2) == pytest.approx(0)


def test_of_nobody_there_is_no_curve() -> None:
    """And no error."""
    assert curve(np.zeros(0), np.zeros(0)) == []
    assert calibration_error(np.zeros(0), np.zeros(0)) == 0


@given(CHANCES)
def test_a_curve_holds_everybody_once(people: list[tuple[float, bool]]) -> None:
    """In bins of as many people each, from the least chance to the greatest."""
    chance, happened = (np.array(column, dtype=float) for column in zip(*people, strict=True))

    found = curve(chance, happened)

    assert sum(row["people"] for row in found) == chance.size
    assert sum(row["events"] for row in found) == happened.sum()
    assert max(row["people"] for row in found) - min(row["people"] for row in found) <= 1
    assert [row["given"] for row in found] == pytest.approx(sorted(row["given"] for row in found))


@given(CHANCES)
def test_a_curve_by_moves_holds_everybody_once(people: list[tuple[float, bool]]) -> None:
    """In bins of about as many foretold moves each, from the least chance to the greatest."""
    chance, happened = (np.array(column, dtype=float) for column in zip(*people, strict=True))

    found = curve_by_moves(chance, happened, least=1.0)

    assert sum(row["people"] for row in found) == chance.size
    assert sum(row["events"] for row in found) == happened.sum()
    assert [row["given"] for row in found] == pytest.approx(sorted(row["given"] for row in found))


def test_a_curve_by_moves_by_hand() -> None:
    """Forty people given .05 and four given .5: two moves foretold of each, and so two bins."""
    chance, happened = np.repeat([0.05, 0.5], [40, 4]), np.repeat([0, 1, 0, 1], [38, 2, 1, 3])

    found = curve_by_moves(chance, happened, least=2.0)

    assert [(row["people"], row["events"]) for row in found] == [(40, 2), (4, 3)]


@given(CHANCES, st.integers(0, 9))
def test_in_whatever_order_people_stand_the_error_is_the_same(people: list[tuple[float, bool]], seed: int) -> None:
    """Who ties shares a chance: which of them happens to stand first in the file must not matter."""
    mixed = Random(seed).sample(people, len(people))
    errors = [
        calibration_error(*(np.array(column, dtype=float) for column in zip(*rows, strict=True)), bins=4)
        for rows in (people, mixed)
    ]

    assert errors[0] == pytest.approx(errors[1])


def test_draws_take_whole_persons() -> None:
    """All rows of one person count alike, in each draw; people are drawn about once each, and each draw is another."""
    people = np.array(["x:ann", "x:bob", "x:ann", "x:cy", "x:bob", "x:ann"], dtype=object)

    found = draws(people, 400, [7])

    for times in found:
        assert times[0] == times[2] == times[5]
        assert times[1] == times[4]
    assert np.mean(found) == pytest.approx(1, abs=0.15)
    assert len({tuple(times) for times in found}) > 10


def test_the_same_seed_draws_the_same_people() -> None:
    """And another seed others."""
    people = np.arange(30)
    one, again, other = (np.array(draws(people, 5, [seed])) for seed in (1, 1, 2))

    assert np.array_equal(one, again)
    assert not np.array_equal(one, other)
