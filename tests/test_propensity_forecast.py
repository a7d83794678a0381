"""Who will move up: of whom it is asked, from what it is learned, and when it is not said."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import numpy as np
import polars as pl
import pytest

import ambassadors as amb
from ambassadors.community import sealed
from ambassadors.errors import LookAhead, NotEnoughData, RecipeError
from ambassadors.measures.catalogue import CATALOGUE, Compute, measure
from ambassadors.propensity import TOO_NEW, Forecast, forecast, learn_across
from ambassadors.propensity.challenger import TRUE_REASONS, Challenger, challenge
from ambassadors.propensity.checks import Check
from ambassadors.propensity.drift import Level
from ambassadors.propensity.events import event
from ambassadors.propensity.features import speaks_for
from ambassadors.propensity.forecast import wins
from ambassadors.propensity.model import standing
from ambassadors.propensity.periods import person_periods
from ambassadors.recipe import EVIDENCE, PropensitySection
from ambassadors.windows import Window
from tests.conftest import FILES, RECIPE, Cafe
from tests.seen_html import seen
from tests.towns import FANS, asking, fans, foretold, some_fans, town

ORIGIN = datetime(2025, 2, 1, tzinfo=UTC)
#: One of the past moments from which the town is learned.
MARCH = datetime(2026, 3, 2, 23, 59, 59, tzinfo=UTC)
#: The columns that say when a row of a table was known; the first that is given counts.
DATED = {
    "accounts": ("observed_at", "created_at"),
    "follows": ("since", "observed_at"),
    "posts": ("at",),
    "interactions": ("at",),
    "customers": ("since",),
    "orders": ("at",),
}


@cache
def of_fans(seed: int = 1, more: str = "", recipe: str = FANS) -> amb.Community:
    """A year of fans, and more rows."""
    with TemporaryDirectory() as folder:
        return fans(Path(folder), some_fans(seed) + more, recipe)


@cache
def of_fans_foretold() -> Forecast:
    """What is foretold of a year of fans."""
    return forecast(of_fans())


# ---- no future ------------------------------------------------------------------------------------------------------


def split(name: str, frame: pl.DataFrame) -> tuple[pl.DataFrame, pl.DataFrame]:
    """What was known by March, and what came later."""
    at = pl.coalesce(DATED[name])
    return frame.filter(at.is_null() | (at <= MARCH)), frame.filter(at > MARCH)


def without_the_future(community: amb.Community) -> amb.Community:
    """The community from which everything later was removed."""
    return replace(community, kept={name: split(name, frame)[0] for name, frame in community.kept.items()})


def with_another_future(community: amb.Community) -> amb.Community:
    """The community in which everybody acts later as somebody else did, and orders cost a hundred times as much."""
    parts = {name: split(name, frame) for name, frame in community.kept.items()}
    past, later = parts["interactions"]
    parts["interactions"] = past, later.with_columns(pl.col("source").reverse())
    past, later = parts["orders"]
    parts["orders"] = past, later.with_columns(pl.col("amount") * 100)
    return replace(community, kept={name: pl.concat(both) for name, both in parts.items()})


@cache
def foretold_in_march() -> Forecast:
    """What was foretold of the town in March."""
    return forecast(few_origins(town()).as_of(MARCH))


def few_origins(community: amb.Community) -> amb.Community:
    """The same, learned from five past moments: enough to see a leak."""
    return asking(community, origins=5)


@pytest.mark.parametrize("other", [without_the_future, with_another_future])
def test_no_future(other: Callable[[amb.Community], amb.Community]) -> None:
    """What is foretold as of a date is the same, in every column, without all that came later, and with other things.

    The features of today and of all past moments, what came of these, the model, the level and the doubts.
    """
    one, two = foretold_in_march(), forecast(few_origins(other(town())).as_of(MARCH))

    assert one.people.equals(two.people)
    assert one.now.equals(two.now)
    assert one.rows.equals(two.rows)
    assert one.model == two.model
    assert (one.by, one.level, one.withheld, one.lacking) == (two.by, two.level, two.withheld, two.lacking)
    for a, b in zip(one.checks, two.checks, strict=True):
        assert a.account.equals(b.account)
        assert np.array_equal(a.chance, b.chance)
        assert np.array_equal(a.boosted, b.boosted)
        assert np.array_equal(a.happened, b.happened)


def test_a_person_period_is_what_was_known_then() -> None:
    """The rows of a past moment, feature by feature, are those that were seen at that moment."""
    seen = foretold_in_march().now.drop("until", "happened").sort("account")

    learned = foretold().rows.filter(pl.col("origin") == MARCH).drop("until", "happened").sort("account")

    assert learned.equals(seen)
    assert learned.height > 300


@pytest.mark.parametrize("name", ["love", "next", "order"])
def test_who_was_at_risk_is_as_known_then(name: str) -> None:
    """Neither what people did later nor who they turned out to be changes to whom it could happen."""
    community = asking(town(), event=name)

    one, two = (event(known).at_risk(MARCH).sort("account") for known in (community, community.as_of(MARCH)))

    assert one.equals(two)


def test_features_are_made_under_seal() -> None:
    """A forecast of the past can be made while nothing later may be looked at, and the whole cannot be."""
    community = of_fans()
    at = datetime(2025, 10, 1, tzinfo=UTC)
    past = community.as_of(at)

    with sealed(at):
        assert forecast(past).people.height > 0
        with pytest.raises(LookAhead):
            forecast(community)


@pytest.fixture
def entered() -> Iterator[Callable[[Compute], Compute]]:
    """Enters a measure into the catalogue, from which it is taken out afterwards."""
    before = dict(CATALOGUE)
    yield measure("interactions", says="")
    CATALOGUE.clear()
    CATALOGUE.update(before)


def test_a_feature_that_leaks_is_stopped(entered: Callable[[Compute], Compute]) -> None:
    """Handed the past, it looks at the whole year: nothing is foretold."""
    whole = fans_of_its_own()

    def leaking(community: amb.Community) -> pl.DataFrame:
        return whole.interactions.group_by(pl.col("source").alias("account")).agg(pl.len().alias("value"))

    entered(leaking)

    with pytest.raises(LookAhead, match="looked at the community as a whole"):
        forecast(asking(whole, features=("likes", "leaking")))


def fans_of_its_own() -> amb.Community:
    """A year of fans that no other test has looked at."""
    with TemporaryDirectory() as folder:
        return fans(Path(folder), some_fans(2))


# ---- to whom it happens ---------------------------------------------------------------------------------------------

#: Ann, Fay and Gus like; Bob only comments; Dan recommends already; Eve is not there yet; Fay moves as the window ends,
#: Gus as it begins.
MOVES = """ann,like,2025-01-10
ann,referral,2025-02-10
bob,comment,2025-01-10
bob,like,2025-02-15
cy,like,2025-01-10
dan,referral,2025-01-05
dan,referral,2025-02-05
eve,like,2025-02-20
eve,referral,2025-02-21
fay,like,2025-01-10
fay,referral,2025-03-03
gus,like,2025-01-10
gus,referral,2025-02-01
hal,like,2025-01-10
hal,referral,2025-03-03T00:00:01Z
"""
FEBRUARY = Window(ORIGIN, ORIGIN + timedelta(days=30))


@pytest.mark.parametrize(
    ("name", "at_risk", "happened"),
    [
        ("advocate", "ann bob cy fay hal", "ann fay"),
        ("love", "ann bob cy fay hal", "ann fay"),
        ("like", "bob", "bob"),
        ("next", "ann bob cy fay hal", "ann bob fay"),
    ],
)
def test_moves_by_hand(tmp_path: Path, name: str, at_risk: str, happened: str) -> None:
    """Who stood below the rung at the beginning, and reached it, or a higher one, by the end."""
    asked = event(asking(fans(tmp_path, MOVES), event=name))

    assert sorted(asked.at_risk(ORIGIN)["account"]) == [f"x:{one}" for one in at_risk.split()]
    assert sorted(asked.happened(FEBRUARY)) == [f"x:{one}" for one in happened.split()]


def test_only_those_on_the_recipes_rungs_are_at_risk(tmp_path: Path) -> None:
    """Bob is aware, and the recipe asks of nobody but those who like."""
    asked = event(asking(fans(tmp_path, MOVES), among=("like",)))

    assert "x:bob" not in asked.at_risk(ORIGIN)["account"]


def test_who_fell_again_has_moved_all_the_same(tmp_path: Path) -> None:
    """The highest rung within the window counts."""
    recipe = FANS.replace('[ladder]\nwindow = "90d"', '[ladder]\nwindow = "10d"')
    rows = "ann,like,2025-01-30\nann,referral,2025-02-03\n"

    asked = event(fans(tmp_path, rows, recipe))

    assert asked.happened(FEBRUARY).to_list() == ["x:ann"]


def test_defenders_are_foretold_where_critics_are(cafe: Cafe) -> None:
    """Ann defended the brand in May; before, she liked it."""
    community = asking(amb.read(cafe()), event="defend")
    begin = datetime(2026, 5, 1, tzinfo=UTC)

    asked = event(community)

    assert asked.happened(Window(begin, begin + timedelta(days=29))).to_list() == ["x:ann"]


def test_orders_by_hand(cafe: Cafe) -> None:
    """Ann bought in January and again in May; what she had wholly paid back is no order; C2 was not there before."""
    community = asking(amb.read(cafe()), event="order")
    begin, late = datetime(2026, 5, 1, tzinfo=UTC), datetime(2026, 5, 11, tzinfo=UTC)
    asked = event(community)

    assert asked.at_risk(begin)["account"].to_list() == ["x:ann"]
    assert asked.happened(Window(begin, begin + timedelta(days=29))).to_list() == ["x:ann"]
    assert asked.at_risk(late)["account"].to_list() == ["customer:C2", "x:ann"]
    assert asked.happened(Window(late, late + timedelta(days=10))).to_list() == []


def test_it_happens_only_to_people_at_risk() -> None:
    """In the town, at each past moment; and each person stands once there."""
    asked, rows = event(town()), foretold().rows

    for origin, until in rows.select("origin", "until").unique().iter_rows():
        then = rows.filter(pl.col("origin") == origin)
        moved = asked.happened(Window(origin, until))

        assert then["account"].n_unique() == then.height
        assert set(moved) <= set(then["account"])
        assert then["happened"].sum() == moved.len() > 0


def test_the_brand_its_rivals_and_staff_are_at_no_risk(cafe: Cafe) -> None:
    """Staff like the brand and stand on the ladder, and nothing is foretold of them."""
    community = amb.read(cafe(interactions_csv=FILES["interactions.csv"] + "rival,brand,like,2026-05-01,,\n"))

    found = event(community).at_risk(datetime(2026, 5, 30, tzinfo=UTC))["account"]

    assert not {"x:staff", "x:rival", "x:brand"} & set(found)


def test_person_periods_keep_the_recipes_features(tmp_path: Path) -> None:
    """A row a person at risk and window, with the counts of then."""
    community = fans(tmp_path, MOVES)

    rows = person_periods(community, event(community), [FEBRUARY], ["likes", "comments"])

    assert dict(rows.select("account", "likes").iter_rows()) == {
        "x:ann": 1, "x:bob": 0, "x:cy": 1, "x:fay": 1, "x:hal": 1
    }  # fmt: skip
    assert rows["known_days"].unique().to_list() == [22]


# ---- what is given out ----------------------------------------------------------------------------------------------


def test_in_a_steady_year_probabilities_are_given() -> None:
    """Whoever is keen is foretold; there is no doubt, and every past forecast could be checked."""
    made = of_fans_foretold()

    assert made.by == "hazard"
    assert made.withheld == ()
    assert len(made.checks) == 6
    assert made.people.head(30)["account"].str.starts_with("x:f330-6-").sum() >= 28
    assert made.people.head(30)["probability"].mean() == pytest.approx(25 / 40, abs=0.15)
    assert made.people.tail(100)["probability"].max() < 0.1


@pytest.mark.parametrize("made", [of_fans_foretold, foretold], ids=["fans", "town"])
def test_probabilities_lie_within_their_bounds(made: Callable[[], Forecast]) -> None:
    """Between 0 and 1, in the order of the people, and missing for whoever is too new alone."""
    people = made().people

    given = people.drop_nulls("probability")
    assert given.height > 100
    assert (given["probability_low"] >= 0).all()
    assert (given["probability_low"] <= given["probability"]).all()
    assert (given["probability"] <= given["probability_high"]).all()
    assert (given["probability_high"] <= 1).all()
    assert given["probability"].is_sorted(descending=True)
    assert people.filter(pl.col("probability").is_null())["grade"].to_list() == [TOO_NEW] * (
        people.height - given.height
    )


def test_the_chances_of_today_add_up_to_what_is_usual() -> None:
    """Twenty-nine move each month; the few who are too new for a chance hardly ever do."""
    assert of_fans_foretold().people["probability"].sum() == pytest.approx(29, abs=2)


def test_who_was_first_seen_yesterday_is_too_new() -> None:
    """A quarter of the horizon has to have been seen; until then there is a place, and no probability."""
    made = forecast(of_fans(more="new,like,2025-12-26\nweek,like,2025-12-20\nmonth,like,2025-11-26\n"))
    people = {row["account"]: row for row in made.people.iter_rows(named=True)}

    for name in ("x:new", "x:week"):
        assert people[name]["grade"] == TOO_NEW
        assert [people[name][column] for column in ("probability", "probability_low", "probability_high")] == [None] * 3
    assert people["x:month"]["grade"] is None
    assert people["x:month"]["probability"] is not None


def test_what_raises_a_chance_is_named() -> None:
    """Of each person the features that add most, of those in which they stand on the good side, most first."""
    made = foretold()
    names = made.model.names
    good = np.column_stack([speaks_for(name) * standing(made.now, name) > 0 for name in names])
    parts = dict(zip(made.now["account"], np.where(good, made.model.parts(made.now), 0.0), strict=True))

    for account, reasons in made.people.select("account", "reasons").iter_rows():
        most = [float(parts[account][names.index(name)]) for name in reasons]
        assert most == pytest.approx(sorted(parts[account], reverse=True)[: len(most)])
        assert len(most) == min(3, sum(part >= 0.02 for part in parts[account]))


def test_where_a_doubt_is_nobody_has_a_probability() -> None:
    """After an outcry the order stays, and nothing is promised."""
    complaints = "".join(f"z{number},comment,2025-12-20\n" for number in range(200))
    made = forecast(of_fans(more=complaints))

    assert any("people are at risk where" in doubt for doubt in made.withheld)
    assert made.people["probability"].null_count() == made.people.height
    assert made.people["log_odds"].null_count() == 0


def test_the_same_community_is_foretold_the_same() -> None:
    """Read twice, every number is the same."""
    one, two = of_fans_foretold(), forecast(replace(of_fans()))

    assert one.people.equals(two.people)
    assert one.model == two.model


def test_the_record_is_all_that_was_foretold() -> None:
    """Every person at every past moment that could be checked."""
    made = of_fans_foretold()

    chance, happened = made.record

    assert chance.size == happened.size == sum(check.happened.size for check in made.checks)
    assert happened.sum() == sum(int(check.happened.sum()) for check in made.checks)


# ---- what was learned elsewhere -------------------------------------------------------------------------------------

#: A few fans over two months: nobody ever referred anyone.
FEW = "ann,like,2025-12-01\nann,like,2025-12-02\nann,like,2025-12-20\nbob,like,2025-11-01\n"


def test_without_advocates_a_scorecard_ranks(tmp_path: Path) -> None:
    """It says so, gives no probabilities, and puts first whoever was active lately."""
    made = forecast(fans(tmp_path, FEW))

    assert made.by == "scorecard"
    assert "scorecard of equal weights ranks" in made.withheld[0]
    assert made.people["probability"].null_count() == made.people.height
    assert made.people["account"].to_list().index("x:ann") < made.people["account"].to_list().index("x:bob")
    assert made.checks == ()


def test_a_model_learned_elsewhere_ranks_and_gives_no_probability(tmp_path: Path) -> None:
    """Where there is nothing to learn from: its order, under its own name."""
    prior = of_fans_foretold().model

    made = forecast(fans(tmp_path, FEW), prior=prior)

    assert made.by == "carried"
    assert made.model == prior
    assert "model learned elsewhere ranks" in made.withheld[0]
    assert made.people["probability"].null_count() == made.people.height
    assert made.people["log_odds"].to_list() == pytest.approx(sorted(prior.log_odds(made.now).round(6), reverse=True))


def test_with_a_past_of_its_own_a_prior_is_where_learning_begins() -> None:
    """The hazard is learned here, names both places, and may give probabilities."""
    prior = replace(of_fans_foretold().model, learned_on=("elsewhere",))

    made = forecast(of_fans(3), prior=prior)

    assert made.by == "hazard"
    assert made.model.learned_on == ("elsewhere", "fans")
    assert made.withheld == ()


def test_one_model_is_learned_from_several_communities() -> None:
    """Its person-periods are those of both, a place that is named twice is named once."""
    one, other = of_fans(), of_fans(3, recipe=FANS.replace('name = "fans"', 'name = "others"'))

    model = learn_across([one, other, other])

    assert model.learned_on == ("fans", "others")
    assert model.events == 3 * (25 + 4) * 8
    assert model.names == list(one.recipe.propensity.features)


def test_a_community_too_short_to_learn_from_is_left_out() -> None:
    """It is not among those that were learned on; where all are too short, that is said."""
    short, other = of_fans().as_of("2025-02-05"), of_fans(3, recipe=FANS.replace('name = "fans"', 'name = "others"'))

    model = learn_across([short, other])

    assert model.learned_on == ("others",)
    with pytest.raises(NotEnoughData, match="none of the 2 communities has a past that is long enough"):
        learn_across([short, short])


# ---- where nothing can be foretold ----------------------------------------------------------------------------------


def test_nobody_at_risk(tmp_path: Path) -> None:
    """Everybody recommends already; the rungs that were asked for are named."""
    with pytest.raises(NotEnoughData, match=r"nobody of whom to foretell who will reach advocate: .*aware, like, love"):
        forecast(asking(fans(tmp_path, "ann,referral,2025-12-01\nend,referral,2025-12-02\n")))


def test_everybody_moved(tmp_path: Path) -> None:
    """There is nobody to compare them with, so that nothing is learned: a scorecard ranks, and the reason is told."""
    rows = "".join(
        f"f{came}-{number},like,{datetime(2025, 1, 1) + timedelta(days=came + 29):%Y-%m-%d}\n"
        f"f{came}-{number},referral,{datetime(2025, 1, 1) + timedelta(days=came + 40):%Y-%m-%d}\n"
        for came in range(0, 330, 30)
        for number in range(3)
    )
    made = forecast(fans(tmp_path, rows + "f330,like,2025-12-26\n"))

    assert made.by == "scorecard"
    assert "it happened to all 2" in made.withheld[0]
    assert "nobody to compare them with" in made.withheld[0]


def test_a_horizon_longer_than_the_data(tmp_path: Path) -> None:
    """It is told from when to when the data runs; a scorecard ranks."""
    made = forecast(asking(fans(tmp_path, FEW), horizon=timedelta(days=400)))

    assert made.by == "scorecard"
    assert (
        "the data runs from 2025-11-01 to 2025-12-26: too short to learn from periods of 400 days" in made.withheld[0]
    )


def test_no_brand_and_no_orders(tmp_path: Path) -> None:
    """Nobody stands anywhere: it is told what lacks."""
    community = fans(tmp_path, FEW, FANS.replace('accounts = ["x:brand"]', ""))

    with pytest.raises(NotEnoughData, match="the recipe names no brand, and there are no orders"):
        forecast(community)


def test_orders_without_customers_are_foretold_of_their_customers(cafe: Cafe) -> None:
    """Nobody is linked to an account: customers stand for themselves."""
    recipe = RECIPE.replace('[[files]]\ntable = "customers"\npath = "customers.csv"\n', "").replace(
        'columns = { customer = "customer", account = "account" }\n', ""
    )

    made = forecast(asking(amb.read(cafe(recipe)), event="order"))

    assert set(made.people["account"]) == {"customer:C1", "customer:C2"}
    assert made.by == "scorecard"


def test_no_orders_to_foretell(tmp_path: Path) -> None:
    """The event needs them."""
    with pytest.raises(NotEnoughData, match="there are no orders"):
        forecast(asking(fans(tmp_path, FEW), event="order"))


def test_without_any_feature_that_the_data_can_feed(tmp_path: Path) -> None:
    """Only orders are asked about, in data that holds none: all lack, each with its reason, and everybody is alike."""
    made = forecast(asking(of_fans(), features=("net_spend", "tenure")))

    assert set(made.lacking) == {"net_spend", "tenure"}
    assert made.lacking["tenure"] == "there are no orders"
    assert made.people["log_odds"].n_unique() == 1


def test_what_the_data_cannot_feed_is_named() -> None:
    """A feature that lacks is left out, with its reason; the others do."""
    made = forecast(asking(of_fans(), features=("likes", "quiet_days", "net_spend")))

    assert made.lacking == {"net_spend": "there are no orders"}
    assert made.model.names == ["likes", "quiet_days"]


# ---- a recipe that is wrong -----------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("section", "says"),
    [
        ('event = "advocat"', r"propensity\.event: 'advocat' is not known\. Did you mean 'advocate'\?"),
        ('among = ["lik"]', r"propensity\.among\[1\]: 'lik' is not known\. Did you mean 'like'\?"),
        ('features = ["likes", "coments"]', r"propensity\.features.*'coments'.*Did you mean 'comments'"),
        ('features = ["brand_afinity"]', r"propensity\.features.*'brand_afinity'.*Did you mean 'brand_affinity"),
        ("features = []", r"propensity\.features"),
        ("among = []", r"propensity\.among"),
        ('horizon = "soon"', r"propensity\.horizon: 'soon' is not a span of time"),
        ("origins = 1", r"propensity\.origins"),
        ("orgins = 3", r"propensity\.orgins: there is no such key\. Did you mean 'origins'"),
    ],
)
def test_a_wrong_name_in_the_recipe_is_answered_with_the_right_one(tmp_path: Path, section: str, says: str) -> None:
    """A rung, a feature, an event that do not exist, and settings that cannot be."""
    head, tail = FANS.split("[propensity]\n")
    recipe = f"{head}[propensity]\n{section}\n\n{tail[tail.index('[[files]]') :]}"

    with pytest.raises(RecipeError, match=says):
        fans(tmp_path, FEW, recipe)


def test_every_default_feature_exists() -> None:
    """As evidence, or as a measure."""
    assert set(PropensitySection().features) <= {*EVIDENCE, *CATALOGUE}


# ---- the challenger -------------------------------------------------------------------------------------------------


def tried(place: int, hazard: float, boosted: float, people: int = 400) -> Check:
    """A past forecast in which each way knows so much of the truth, and the rest is noise."""
    random = np.random.default_rng(place)
    truth, noise, other = random.normal(size=(3, people))
    happened = truth + 0.5 * random.normal(size=people) > 1
    return Check(
        ORIGIN + timedelta(days=30 * place),
        pl.Series([f"x:{number}" for number in range(people)]),
        hazard * truth + (1 - hazard) * noise,
        boosted * truth + (1 - boosted) * other,
        happened,
        Level(0.0, 0.1),
    )


@pytest.mark.parametrize(
    ("made", "won"),
    [
        pytest.param([(0.5, 0.9)] * 4, True, id="always better"),
        pytest.param([(0.9, 0.5)] * 4, False, id="always worse"),
        pytest.param([(0.5, 0.9)] * 3 + [(0.9, 0.5)], False, id="worse the last time"),
        pytest.param([(0.9, 0.5)] * 3 + [(0.5, 0.9)], False, id="better the last time alone"),
        pytest.param([(0.7, 0.7)] * 4, False, id="no better"),
        pytest.param([(0.5, 0.9)] * 2, False, id="too few trials"),
        pytest.param([], False, id="none"),
    ],
)
def test_the_challenger_has_to_win(made: list[tuple[float, float]], won: bool) -> None:
    """Surely before, and the last time again."""
    assert wins([tried(place, *skill) for place, skill in enumerate(made)]) is won


def alike_is_no_win() -> list[Check]:
    """The same log-odds twice."""
    made = [tried(place, 0.8, 0.8) for place in range(4)]
    return [replace(check, boosted=check.log_odds) for check in made]


def test_the_same_forecast_is_no_win() -> None:
    """Not by a hair."""
    assert not wins(alike_is_no_win())


def rows_of(happens: Callable[..., Any]) -> pl.DataFrame:
    """Person-periods of people with two features of two values each."""
    random = np.random.default_rng(5)
    likes, comments = random.integers(0, 2, (2, 2000))
    chance = happens(likes, comments)
    columns = {
        "likes": likes.astype(float),
        "comments": comments.astype(float),
        "happened": random.random(2000) < chance,
    }
    return pl.DataFrame({"origin": np.zeros(2000), **columns})


def trees_of(rows: pl.DataFrame) -> Challenger:
    """The challenger that learns from them."""
    return challenge(rows, ["likes", "comments"])


def test_reasons_are_true_where_features_add_up() -> None:
    """What each adds tells nearly all of what is foretold."""
    rows = rows_of(lambda likes, comments: 0.1 + 0.2 * likes + 0.2 * comments)

    assert trees_of(rows).truth_of_reasons(rows) > TRUE_REASONS


def test_reasons_are_untrue_where_features_only_speak_together() -> None:
    """It happens to who likes or comments, but not both: what each adds by itself tells little."""
    rows = rows_of(lambda likes, comments: 0.1 + 0.6 * (likes != comments))

    assert trees_of(rows).truth_of_reasons(rows) < TRUE_REASONS


def test_the_challenger_finds_what_the_sum_cannot() -> None:
    """It is there for a reason: of people who do one and not the other, it foretells what adding cannot."""
    rows = rows_of(lambda likes, comments: 0.1 + 0.6 * (likes != comments))

    log_odds = trees_of(rows).log_odds(rows)

    apart = (rows["likes"] != rows["comments"]).to_numpy()
    assert log_odds[apart].min() > log_odds[~apart].max()


def test_a_notebook_shows_the_likeliest_with_their_bounds() -> None:
    """The first people with chances, what raises them, and how often that was checked."""
    made = of_fans_foretold()
    first = made.people.row(0, named=True)

    text = seen(made._repr_html_()).text

    assert text.startswith(f"Who will {made.says} within 30 days? ranked by a hazard learned")
    assert "checked on 6 past dates" in text
    assert f"1 {first['account']} {first['rung']} {first['probability']:.2f}" in text
    assert f"The first 15 of {made.people.height:,} people" in text


def test_a_notebook_shows_why_there_are_no_chances(tmp_path: Path) -> None:
    """In the place of the columns that would hold them."""
    made = forecast(fans(tmp_path, FEW))

    page = seen(made._repr_html_())

    assert "No probabilities are given out: " in page.text
    assert "between" not in page.text
    assert "never checked" in page.text
