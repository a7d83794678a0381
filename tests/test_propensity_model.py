"""The hazard: where people stand, what adds up to the log-odds, what a file keeps, and how far a prior is trusted."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import numpy as np
import polars as pl
import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from ambassadors.errors import SourceError
from ambassadors.propensity.challenger import challenge
from ambassadors.propensity.model import FARTHEST, Feature, Model, learn, load, standing
from tests.towns import foretold

NAMES = ("likes", "orders")
#: Logarithms of values, and the origin of each person.
STOOD = st.lists(st.tuples(st.floats(-4, 4), st.sampled_from([1, 2])), min_size=2, max_size=20)


def world(
    seed: int, weights: tuple[float, float] = (1.0, 0.5), people: int = 3000, usual: float = -2.0
) -> pl.DataFrame:
    """Person-periods in which each feature speaks with that weight; of a third of the people no order is known."""
    random = np.random.default_rng(seed)
    likes, orders = random.normal(size=(2, people))
    unknown = random.random(people) < 1 / 3
    log_odds = usual + weights[0] * likes + np.where(unknown, -0.5, weights[1] * orders)
    return pl.DataFrame(
        {
            "origin": random.integers(0, 3, people),
            "likes": np.sign(likes) * np.expm1(np.abs(likes)),
            "orders": [None if gap else value for gap, value in zip(unknown, orders, strict=True)],
            "happened": random.random(people) < 1 / (1 + np.exp(-log_odds)),
        }
    )


def weight(model: Model, name: str) -> Feature:
    """One feature of a model."""
    return next(feature for feature in model.features if feature.name == name)


def values(logged: np.ndarray) -> np.ndarray:
    """The values whose logarithms (in the model's sense) are those."""
    return np.sign(logged) * np.expm1(np.abs(logged))


@given(STOOD, st.floats(-2, 2), st.floats(0.1, 3))
def test_neither_growth_nor_scale_moves_anyone(people: list[tuple[float, int]], more: float, times: float) -> None:
    """On the logarithmic scale, a shift and a factor that befall all leave where each stands."""
    logged, origin = (np.array(column) for column in zip(*people, strict=True))
    spreads = [logged[origin == one].std() for one in np.unique(origin)]
    assume(all(spread == 0 or spread > 1e-3 for spread in spreads))  # what all but share is rounded to be shared

    one, other = (
        standing(pl.DataFrame({"origin": origin, "likes": values(each)}), "likes")
        for each in (logged, times * logged + more)
    )

    assert other == pytest.approx(one, abs=1e-5)


@given(STOOD)
def test_everybody_stands_around_the_middle_of_their_moment(people: list[tuple[float, int]]) -> None:
    """Mean 0 and spread 1 at each origin, or all at 0 where all are equal; nobody farther out than the most."""
    logged, origin = (np.array(column) for column in zip(*people, strict=True))

    stands = standing(pl.DataFrame({"origin": origin, "likes": values(logged)}), "likes")

    assert np.abs(stands).max() <= FARTHEST
    for one in np.unique(origin):
        here = stands[origin == one]
        if np.ptp(logged[origin == one]) > 1e-3 and np.abs(here).max() < FARTHEST:
            assert here.mean() == pytest.approx(0, abs=1e-6)
            assert here.std() == pytest.approx(1, abs=1e-6)


def test_who_stands_elsewhere_changes_nothing() -> None:
    """People of another moment, and of another brand, are not compared with."""
    here = pl.DataFrame({"brand": ["one"] * 3, "origin": [1] * 3, "likes": [0.0, 1.0, 5.0]})
    later = here.with_columns(origin=pl.lit(2, pl.Int64), likes=pl.col("likes") * 100)
    there = here.with_columns(brand=pl.lit("other"), likes=pl.col("likes") + 7)

    both = standing(pl.concat([here, later, there]), "likes")

    assert both[:3].tolist() == standing(here, "likes").tolist()
    assert both[6:].tolist() == standing(there, "likes").tolist()


def test_where_all_are_equal_nobody_stands_out_and_what_is_missing_stays_so() -> None:
    """0, and not a number."""
    rows = pl.DataFrame({"origin": [1, 1, 1], "likes": [3.0, 3.0, None]})

    assert np.array_equal(standing(rows, "likes"), [0, 0, np.nan], equal_nan=True)


def test_what_is_missing_adds_its_own_weight() -> None:
    """And nothing of the feature's."""
    model = Model("advocate", 720.0, (Feature("likes", 2.0, -0.7),), -1.0, 10, 3)
    rows = pl.DataFrame({"origin": [1, 1, 1], "likes": [0.0, 10.0, None]})

    assert model.parts(rows)[:, 0].tolist() == pytest.approx([-2, 2, -0.7])
    assert model.log_odds(rows).tolist() == pytest.approx([-3, 1, -1.7])


def test_a_feature_that_the_data_lacks_adds_nothing() -> None:
    """A model carried from elsewhere may know more than there is to see."""
    model = Model("advocate", 720.0, (Feature("likes", 2.0), Feature("orders", 3.0, 5.0)), -1.0, 10, 3)
    rows = pl.DataFrame({"origin": [1, 1], "likes": [0.0, 10.0]})

    assert model.log_odds(rows).tolist() == pytest.approx([-3, 1])


def test_the_parts_add_up_to_the_log_odds() -> None:
    """The intercept and one part a feature, for everybody in the town."""
    made = foretold()

    parts = made.model.parts(made.now)

    assert parts.shape == (made.now.height, len(made.model.features))
    assert made.model.intercept + parts.sum(axis=1) == pytest.approx(made.model.log_odds(made.now))


def test_what_is_true_is_learned() -> None:
    """Weights by sign and order, drawn toward 0; unknown orders speak against."""
    found = learn(world(1), NAMES, event="advocate")

    assert 0.5 < weight(found, "likes").weight < 1.05
    assert 0.2 < weight(found, "orders").weight < weight(found, "likes").weight
    assert weight(found, "orders").weight_missing < -0.1
    assert weight(found, "likes").weight_missing == pytest.approx(0)
    assert (found.people, found.events) == (3000, world(1)["happened"].sum())


def test_few_events_cannot_make_a_loud_model() -> None:
    """The same world seen in sixty people gives smaller weights."""
    few, many = (learn(world(1, people=people), NAMES) for people in (60, 3000))

    assert abs(weight(few, "likes").weight) < weight(many, "likes").weight / 2


def test_the_same_rows_give_the_same_model() -> None:
    """To the last bit; so do the boosted trees."""
    rows = world(3)

    assert learn(rows, NAMES) == learn(rows.clone(), NAMES)
    assert np.array_equal(challenge(rows, NAMES).log_odds(rows), challenge(rows, NAMES).log_odds(rows))


PRIOR = Model("advocate", 720.0, (Feature("likes", 1.0), Feature("orders", -2.0)), -3.0, 9000, 900, ("elsewhere",))


def order_of(model: Model, rows: pl.DataFrame) -> list[int]:
    """The rows from the likeliest on."""
    return np.argsort(-model.log_odds(rows), kind="stable").tolist()


def test_a_prior_that_nothing_contradicts_keeps_its_order() -> None:
    """Few events that agree with it: people stand as it would have them, although nothing could be learned alone."""
    rows = world(4, (1.0, -2.0), people=120)
    alone, held = learn(rows, NAMES), learn(rows, NAMES, prior=PRIOR)

    known = rows.drop_nulls()
    agree = [np.corrcoef(PRIOR.log_odds(known), model.log_odds(known))[0, 1] for model in (alone, held)]
    ratio = weight(held, "orders").weight / weight(held, "likes").weight

    assert agree[1] > max(agree[0], 0.98)
    assert ratio == pytest.approx(-2, abs=0.5)


def test_a_prior_that_many_rows_contradict_is_overruled() -> None:
    """Orders speak for it here, as thousands of people show."""
    held = learn(world(5, (1.0, 1.0), people=20_000), NAMES, prior=PRIOR)

    assert weight(held, "orders").weight > 0.5
    assert weight(held, "likes").weight > 0.5


def test_a_prior_is_named_among_the_places_where_it_was_learned() -> None:
    """First where the prior was, then here."""
    assert learn(world(1), NAMES, prior=PRIOR, learned_on=("here",)).learned_on == ("elsewhere", "here")


def test_a_prior_may_know_other_features() -> None:
    """What it says of those is left out; what it does not know is learned."""
    prior = Model("advocate", 720.0, (Feature("likes", 1.0), Feature("shares", 9.0)), -3.0, 9000, 900)

    held = learn(world(6), NAMES, prior=prior)

    assert held.names == list(NAMES)
    assert weight(held, "orders").weight > 0.1


def written(path: Path, given: object) -> Path:
    """A file that holds that, as JSON unless it is text."""
    path.write_text(given if isinstance(given, str) else json.dumps(given), encoding="utf-8")
    return path


def test_a_model_read_from_its_file_is_the_same_model(tmp_path: Path) -> None:
    """Every number to the last digit, and so every log-odds."""
    made = foretold()

    again = load(written(tmp_path / "model.json", made.model.as_json()))

    assert again == made.model
    assert np.array_equal(again.log_odds(made.now), made.model.log_odds(made.now))


def whole(**changed: Any) -> dict[str, Any]:
    """A model's file, but for what is changed; None leaves a key out."""
    given = {**PRIOR.as_json(), **changed}
    return {key: value for key, value in given.items() if value is not None}


@pytest.mark.parametrize(
    ("given", "says"),
    [
        pytest.param("", "no whole model", id="empty"),
        pytest.param('{"format": "ambassadors prop', "no whole model", id="torn"),
        pytest.param([1, 2], "holds no model of ours", id="a list"),
        pytest.param({"people": 3}, "holds no model of ours", id="other JSON"),
        pytest.param(whole(format="ambassadors propensity 9"), "holds no model of ours", id="another format"),
        pytest.param(whole(features=None), "no whole model", id="without features"),
        pytest.param(whole(learned_on=None), "no whole model", id="without its places"),
        pytest.param(whole(intercept=None), "no whole model", id="without an intercept"),
        pytest.param(whole(more=1), "no whole model", id="with a key too many"),
        pytest.param(whole(features=3), "no whole model", id="features that are none"),
        pytest.param(whole(features=["likes"]), "no whole model", id="a feature that is none"),
        pytest.param(whole(features=[{"name": "likes", "weight": "a lot"}]), "no whole model", id="a weight in words"),
        pytest.param(whole(features=[{"name": "likes", "weight": float("nan")}]), "no whole model", id="not a number"),
        pytest.param(whole(intercept="low"), "no whole model", id="an intercept in words"),
    ],
)
def test_a_file_that_holds_no_model_is_refused(tmp_path: Path, given: object, says: str) -> None:
    """In one line, with the file's name, and before anything is foretold with it."""
    path = written(tmp_path / "model.json", given)

    with pytest.raises(SourceError, match=says) as error:
        load(path)

    assert "\n" not in str(error.value)
    assert "model.json" in str(error.value)


def test_a_file_that_is_not_there_is_told(tmp_path: Path) -> None:
    """A folder, too, is no file; bytes that are no text are no model."""
    (tmp_path / "bytes.json").write_bytes(b"\xff\xfe\x00")

    for name, says in (("none.json", "cannot be read: No such file"), (".", "cannot be read"), ("bytes.json", "model")):
        with pytest.raises(SourceError, match=says) as error:
            load(tmp_path / name)
        assert "\n" not in str(error.value)
