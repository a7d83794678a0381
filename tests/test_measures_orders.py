"""What orders and acts of late tell of a next step, counted by hand on the small brand."""

from __future__ import annotations

import pytest

import ambassadors as amb
from ambassadors import measures
from tests.conftest import FILES, RECIPE, Cafe
from tests.test_measures import halved, said, value

#: Ann bought 140 and 20 days ago, and what she bought between was wholly paid back; C2 once, 19 days ago.
MEAN_INTERVAL = (140 + 19) / (2 + 1)


def test_an_order_is_overdue_by_the_customers_own_habit(community: amb.Community) -> None:
    """One interval, the mean of all customers, is assumed before any is seen."""
    ann, other = (140 + MEAN_INTERVAL) / 3, (19 + MEAN_INTERVAL) / 2

    assert value(community, "order_overdue", "x:ann") == pytest.approx((20 + 1) / (ann + 1))
    assert value(community, "order_overdue", "customer:C2") == pytest.approx((19 + 1) / (other + 1))
    assert said(community, "order_overdue", "x:ann") == (
        "20 days since the last purchase, where one in 64 days is their habit"
    )


def test_the_same_silence_is_longer_for_whom_buys_more_often(cafe: Cafe) -> None:
    """Both bought first in January and last in May; C2 five times, Ann twice."""
    often = "".join(f"C2,P{month},2026-0{month}-10,5\n" for month in range(1, 6))
    rows = "customer,order,at,amount\nC1,O1,2026-01-10,10\nC1,O2,2026-05-10,8\n" + often

    community = amb.read(cafe(orders_csv=rows))

    ann, other = (value(community, "order_overdue", account) for account in ("x:ann", "customer:C2"))
    assert ann is not None
    assert other is not None
    assert other > ann


def test_orders_of_late_fade(community: amb.Community) -> None:
    """Two purchases of Ann that were kept; the one paid back is none."""
    assert value(community, "orders_of_late", "x:ann") == pytest.approx(sum(halved("2026-01-10", "2026-05-10")))
    assert said(community, "orders_of_late", "x:ann") == "bought 2 times in the last 180 days"


def test_orders_of_late_are_said_over_two_half_lives(cafe: Cafe) -> None:
    """With a half-life of 30 days, only the purchase of May is one of late."""
    community = amb.read(cafe(RECIPE + "\n[graph]\nhalf_life = '30d'\n"))

    assert said(community, "orders_of_late", "x:ann") == "bought 1 time in the last 60 days"


@pytest.mark.parametrize("name", ["order_overdue", "orders_of_late"])
def test_who_never_bought_has_no_habit(community: amb.Community, name: str) -> None:
    """Unknown, not 0."""
    assert value(community, name, "x:bob") is None


@pytest.mark.parametrize("name", ["order_overdue", "orders_of_late"])
def test_without_orders_nothing_is_known_of_anyone(cafe: Cafe, name: str) -> None:
    """Neither where the file holds no row."""
    community = amb.read(cafe(orders_csv="customer,order,at,amount\n"))

    assert measures.take(community, name)["value"].null_count() == community.accounts.height


def test_affinity_of_late_fades_four_times_as_fast(community: amb.Community) -> None:
    """Ann's like, comment, share and mention by their kinds, halved every 22.5 days."""
    like, comment, share, mention = halved("2026-02-01", "2026-05-02", "2026-05-03", "2026-05-20", half_life=22.5)

    expected = like + 2 * comment + 3 * share + 3 * mention
    assert value(community, "brand_affinity_of_late", "x:ann") == pytest.approx(expected)
    assert value(community, "brand_affinity_of_late", "x:cy") == 0
    assert said(community, "brand_affinity_of_late", "x:ann") == (
        "3 acts toward the brand in the last 45 days, the last on 2026-05-20"
    )


def test_a_total_is_nothing_of_late(cafe: Cafe) -> None:
    """A row that stands for many acts does not say when they were."""
    recipe = RECIPE.replace('text = "text" }', 'text = "text", weight = "times" }')
    header, *rest = FILES["interactions.csv"].splitlines()
    rows = "".join(f"{row}\n" for row in [f"{header},times", *(f"{row}," for row in rest)])

    community = amb.read(cafe(recipe, interactions_csv=rows + "cy,brand,like,2026-05-29,,,40\n"))

    assert value(community, "brand_affinity_of_late", "x:cy") == 0


def test_without_a_brand_there_is_no_affinity_of_late(cafe: Cafe) -> None:
    """Unknown is not 0."""
    community = amb.read(cafe(RECIPE.replace('accounts = ["x:brand"]\n', "")))

    assert value(community, "brand_affinity_of_late", "x:ann") is None
