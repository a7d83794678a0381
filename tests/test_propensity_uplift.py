"""Uplift: claimed where asking truly did something, and where nothing else explains it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import numpy as np
import numpy.typing as npt
import polars as pl
import pytest

import ambassadors as amb
from ambassadors.errors import NotEnoughData, UnknownName
from ambassadors.propensity.events import recommend
from ambassadors.propensity.qini import Qini, qini
from ambassadors.propensity.studies import Estimate
from ambassadors.propensity.uplift import Uplift, expected_value, uplift
from ambassadors.windows import Window

START = datetime(2025, 1, 1, tzinfo=UTC)
RECIPE = """
name = "shop"
zone = "UTC"

[[files]]
table = "orders"
path = "orders.csv"
columns = { customer = "customer", at = "at", amount = { value = 10 } }

[[files]]
table = "offers"
path = "offers.csv"
platform = "customer"
columns = { account = "customer", campaign = "campaign", at = "at", until = "until" }
"""
#: The same people where each purchase is a mention of the brand instead.
TALK = """
name = "talk"
zone = "UTC"

[brand]
accounts = ["x:brand"]

[[files]]
table = "interactions"
path = "orders.csv"
platform = "x"
columns = { source = "customer", target = { value = "brand" }, kind = { value = "mention" }, at = "at" }
""" + RECIPE.partition("amount = { value = 10 } }")[2].replace('platform = "customer"', 'platform = "x"')
#: The days on which the simulated shop sends offers, and for how many days each stands.
SENT, STANDS = (200, 260, 320), 30
DAYS = 365
#: The two kinds of customers, by their chance of buying on a day.
HABITS = (0.004, 0.03)

Bools = npt.NDArray[np.bool_]
Draw = Callable[[np.random.Generator, npt.NDArray[np.float64], npt.NDArray[np.int64]], Bools]


def by_lot(random: np.random.Generator, habit: npt.NDArray[np.float64], orders: npt.NDArray[np.int64]) -> Bools:
    """Offers go to half of the people, whoever they are."""
    return random.random(habit.size) < 0.5


def by_orders(random: np.random.Generator, habit: npt.NDArray[np.float64], orders: npt.NDArray[np.int64]) -> Bools:
    """Offers go rather to those who bought more in spring: what everybody can see."""
    return random.random(habit.size) < np.where(orders > np.median(orders), 0.7, 0.3)


def by_habit(random: np.random.Generator, habit: npt.NDArray[np.float64], orders: npt.NDArray[np.int64]) -> Bools:
    """Offers go to people of a kind that buys more, which the orders so far show only in part."""
    return random.random(habit.size) < np.where(habit > np.median(habit), 0.85, 0.15)


def shop(
    folder: Path,
    send: Draw,
    effect: float,
    *,
    people: int = 1200,
    sent: tuple[int, ...] = SENT,
    habits: tuple[float, float] = HABITS,
    recipe: str = RECIPE,
) -> amb.Community:
    """A shop whose customers buy by habit on any day; an offer makes a share of those sent it buy once more.

    In the first 30 days everybody buys once, so that all are known. By lot, and of people who would not have bought in
    that time, the true effect of an offer on buying is the share that it makes buy.
    """
    random = np.random.default_rng(5)
    habit = random.choice(habits, people)
    bought = random.random((people, DAYS)) < habit[:, None]
    bought[np.arange(people), random.integers(0, 30, people)] = True
    offers = []
    for number, day in enumerate(sent):
        chosen = send(random, habit, bought[:, :100].sum(axis=1))
        moved = chosen & (random.random(people) < effect)
        bought[np.flatnonzero(moved), day + random.integers(1, STANDS, int(moved.sum()))] = True
        at, until = START + timedelta(days=day), START + timedelta(days=day + STANDS)
        offers += [f"{one},{number},{at.isoformat()},{until.isoformat()}\n" for one in np.flatnonzero(chosen)]
    orders = [f"{one},{(START + timedelta(days=int(day), hours=12)).isoformat()}\n" for one, day in np.argwhere(bought)]
    (folder / "brand.toml").write_text(recipe)
    (folder / "orders.csv").write_text("customer,at\n" + "".join(orders))
    (folder / "offers.csv").write_text("customer,campaign,at,until\n" + "".join(offers))
    return amb.read(folder)


def truth(effect: float) -> float:
    """How many more buy within an offer's time: those made to buy who would not have bought anyway."""
    would_not = np.mean([(1 - habit) ** STANDS for habit in HABITS])
    return float(effect * would_not)


def test_what_offers_drawn_by_lot_change_is_claimed(tmp_path: Path) -> None:
    """The interval holds the true effect, the time before shows none, and the claim says so."""
    found = uplift(shop(tmp_path, by_lot, 0.3), outcome="order")

    assert found.claimed, found.why
    assert found.effect.low < truth(0.3) < found.effect.high
    assert found.campaigns == ("0", "1", "2")
    assert found.asked - found.unasked == pytest.approx(found.effect.value)
    assert "before the offers there was none" in found.why


def test_offers_drawn_by_lot_that_do_nothing_are_not_claimed(tmp_path: Path) -> None:
    """Where the effect may as well be nothing, that is the reason."""
    found = uplift(shop(tmp_path, by_lot, 0.0), outcome="order")

    assert not found.claimed
    assert found.effect.holds_zero
    assert "may as well be nothing" in found.why


def test_offers_that_went_to_good_customers_are_adjusted_for(tmp_path: Path) -> None:
    """Whoever bought more was sent offers and buys more anyway: what can be seen is not taken for an effect."""
    community = shop(tmp_path, by_orders, 0.3)

    found = uplift(community, outcome="order")

    assert found.effect.low < truth(0.3) < found.effect.high
    assert found.placebo.holds_zero


def test_people_who_would_do_it_anyway_are_no_uplift(tmp_path: Path) -> None:
    """Offers that do nothing, sent to people of a kind that buys more: there was the same lead before, so no claim."""
    found = uplift(shop(tmp_path, by_habit, 0.0, people=2400), outcome="order")

    assert found.effect.low > 0, "the data must tempt"
    assert not found.claimed
    assert "differed already before" in found.why


def test_the_same_data_give_the_same_numbers(tmp_path: Path) -> None:
    """Nothing depends on chance but by the seed."""
    community = shop(tmp_path, by_lot, 0.3, people=300)

    assert uplift(community, seed=1) == uplift(amb.read(tmp_path), seed=1)
    assert uplift(community, seed=1).effect != uplift(community, seed=2).effect


def test_asking_first_whom_it_moves_is_judged_on_later_campaigns(tmp_path: Path) -> None:
    """Who buys often would have bought anyway: by uplift they stand last, by plain propensity they stand first."""
    found = qini(shop(tmp_path, by_lot, 0.5), outcome="order")

    assert (found.learned_on, found.judged_on) == (("0",), ("1", "2"))
    assert found.uplift.value > 0 > found.propensity.value
    assert found.lead.low > 0
    assert found.placebo.low < found.placebo.value < found.placebo.high


@pytest.mark.parametrize(
    ("lead", "placebo", "better"), [((1, 3), (-1, 0.5), True), ((1, 3), (-1, 2), False), ((-1, 3), (-2, -1.5), False)]
)
def test_a_better_order_is_better_than_before_any_offer(
    lead: tuple[float, float], placebo: tuple[float, float], *, better: bool
) -> None:
    """A lead that may be as large before the offers, or nothing at all, is none."""
    nothing = Estimate(0, 0, 0)

    found = Qini("order", ("a",), ("b",), nothing, nothing, Estimate(2, *lead), Estimate(0, *placebo))

    assert found.better is better


def test_without_offers_no_uplift_is_estimated(tmp_path: Path, community: amb.Community) -> None:
    """The reason is in words: no offers, none comparable, or only one campaign to judge an order by."""
    with pytest.raises(NotEnoughData, match="table = 'offers'"):
        uplift(community)
    with pytest.raises(NotEnoughData, match="30 people"):
        uplift(shop(tmp_path, by_lot, 0.3, people=40))
    with pytest.raises(NotEnoughData, match="two campaigns"):
        qini(shop(tmp_path, by_lot, 0.3, people=300, sent=(200,)))
    with pytest.raises(UnknownName, match="'advocacy'"):
        uplift(community, outcome="advocate")  # type: ignore[arg-type]


def test_offers_by_a_rule_have_nobody_to_compare_with(tmp_path: Path) -> None:
    """Where every good customer is sent the offer, and nobody else, the reason is in words."""

    def by_rule(random: np.random.Generator, habit: npt.NDArray[np.float64], orders: npt.NDArray[np.int64]) -> Bools:
        return habit > habit.min()

    for ask in (uplift, qini):
        with pytest.raises(NotEnoughData, match="hardly anybody else is like them"):
            ask(shop(tmp_path, by_rule, 0.3, people=400, habits=(0.001, 0.5)))


def test_more_recommending_is_claimed_as_more_buying_is(tmp_path: Path) -> None:
    """Offers by lot that make people mention the brand: the same estimate, of another outcome."""
    found = uplift(shop(tmp_path, by_lot, 0.3, people=800, recipe=TALK), outcome="advocacy")

    assert found.claimed, found.why
    assert found.effect.low < truth(0.3) < found.effect.high


def test_recommending_is_seen_of_people_known_before(community: amb.Community) -> None:
    """Ann shared and mentioned the brand in May; dan, who came in May, was not at risk before."""
    asked = recommend(community)
    may = Window(datetime(2026, 5, 1, tzinfo=UTC), datetime(2026, 5, 31, tzinfo=UTC))

    assert asked.happened(may).to_list() == ["x:ann"]
    assert "x:dan" not in asked.at_risk(may.origin)["account"]
    assert "x:brand" not in asked.at_risk(may.until)["account"]


def test_uplift_of_recommending_needs_recommendations(tmp_path: Path) -> None:
    """A shop without a brand's accounts shows orders, but nobody recommending it."""
    with pytest.raises(NotEnoughData, match="recommend"):
        uplift(shop(tmp_path, by_lot, 0.3, people=100), outcome="advocacy")


CLAIMED = Uplift(
    "order", ("a",), 1000, 500, 0.4, 0.3, Estimate(0.1, 0.05, 0.15), Estimate(0, -0.01, 0.01), 0.02, "tenure"
)


@pytest.mark.parametrize(
    ("changed", "words"),
    [
        ({"effect": Estimate(0.1, -0.01, 0.2)}, "may as well be nothing"),
        ({"placebo": Estimate(0.05, 0.01, 0.1)}, "differed already before"),
        ({"imbalance": 0.11}, "tenure differs by 0.11"),
    ],
)
def test_each_doubt_alone_forbids_the_claim(changed: dict[str, object], words: str) -> None:
    """An effect that may be nothing, one before the offer, or sides that are not alike: any of them is enough."""
    assert CLAIMED.claimed

    doubted = replace(CLAIMED, **changed)  # type: ignore[arg-type]

    assert not doubted.claimed
    assert words in doubted.why


def test_the_value_of_asking_is_net_of_who_would_do_it_anyway() -> None:
    """A quarter of those who do it when asked do it for being asked: so much of the product is due to asking."""
    found = expected_value(pl.Series([0.4, 0.1]), pl.Series([10.0, 100.0]), CLAIMED)

    assert found.values["plain"].to_list() == pytest.approx([4.0, 10.0])
    assert found.values["net"].to_list() == pytest.approx([1.0, 2.5])
    assert found.values["net_low"].to_list() == pytest.approx([0.5, 1.25])
    assert found.values["net_high"].to_list() == pytest.approx([1.5, 3.75])
    assert "25% of it is due to asking (" in found.says


@pytest.mark.parametrize("doubted", [None, replace(CLAIMED, placebo=Estimate(0.05, 0.01, 0.1))])
def test_without_a_claim_the_value_of_asking_is_an_upper_bound(doubted: Uplift | None) -> None:
    """The plain product stands alone, and the words say what it is not."""
    found = expected_value(pl.Series([0.4, None]), pl.Series([10.0, 100.0]), doubted)

    assert found.values["plain"].to_list() == [4.0, None]
    assert found.values.select("net", "net_low", "net_high").null_count().row(0) == (2, 2, 2)
    assert "upper bound; not net of who would do it anyway: the data allow no such estimate" in found.says
