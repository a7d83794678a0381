"""Activity over time: every act is in exactly one bar."""

from __future__ import annotations

from typing import Any

import polars as pl
import pytest

import ambassadors as amb
from ambassadors.errors import AmbassadorsError, NotEnoughData, UnknownAccount, UnknownName
from ambassadors.tables import KINDS
from tests.conftest import RECIPE, Cafe


@pytest.fixture(scope="module")
def town() -> amb.Community:
    """The embedded sample."""
    return amb.read("graphs/town/brand.toml")


def bars(chart: Any) -> pl.DataFrame:
    """All bars that a chart draws."""
    return pl.concat(pl.DataFrame(rows, infer_schema_length=None) for rows in chart.to_dict()["datasets"].values())


@pytest.mark.parametrize("every", ["day", "week", "month"])
def test_adds_up(town: amb.Community, every: str) -> None:
    """The bars hold every act, kind by kind, and the legend has the kinds in the order of the house."""
    chart = amb.charts.activity(town, every=every)

    drawn = bars(chart)
    counted = dict(drawn.group_by("kind").agg(pl.col("acts").sum()).iter_rows())
    expected = dict(town.interactions.group_by(pl.col("kind").cast(pl.String)).len().iter_rows())
    assert counted == expected
    assert (drawn["high"] - drawn["low"]).equals(drawn["acts"], check_names=False)
    legend = chart.to_dict()["encoding"]["color"]["scale"]["domain"]
    assert legend == [kind for kind in KINDS if kind in expected]


def test_one_account_by_hand(community: amb.Community) -> None:
    """Of Bob: the two acts that he did, and the two that he got, each in a panel of its own."""
    chart = amb.charts.activity(community, "@bob", every="month").to_dict()

    assert [panel["title"]["text"] for panel in chart["vconcat"]] == ["What they did: 2 acts", "What they got: 2 acts"]
    assert chart["title"]["subtitle"] == "4 acts, by month (UTC)"
    did = chart["datasets"][chart["vconcat"][0]["data"]["name"]]
    assert [(bar["begin"][:10], bar["kind"], bar["acts"]) for bar in did] == [
        ("2026-04-01", "like", 1),
        ("2026-04-01", "share", 1),
    ]


def test_without_a_time(cafe: Cafe) -> None:
    """An act of which only the earliest time is known is drawn there, and that is told."""
    shares = """
[[files]]
table = "interactions"
path = "shares.csv"
platform = "x"
columns = { source = "source", target = "target", kind = "kind", at = "from", at_latest = "to" }
"""
    rows = "source,target,kind,from,to\nann,bob,share,2026-02-02,2026-05-01\n"

    chart = amb.charts.activity(amb.read(cafe(RECIPE + shares, shares_csv=rows)))

    assert chart.to_dict()["title"]["subtitle"] == "13 acts, by week (UTC); 1 at the earliest time they can have"
    assert bars(chart)["acts"].sum() == 13


def test_weeks_begin_on_monday(community: amb.Community) -> None:
    """A week is from Monday to Monday in UTC."""
    drawn = bars(amb.charts.activity(community))

    begins = drawn["begin"].str.slice(0, 10).str.to_date()
    assert begins.dt.weekday().unique().to_list() == [1]


def test_refuses(community: amb.Community, cafe: Cafe) -> None:
    """Other periods, unknown accounts, nothing to show, and more bars than one can see are refused in words."""
    with pytest.raises(UnknownName, match="Did you mean 'week'"):
        amb.charts.activity(community, every="weeks")
    with pytest.raises(UnknownAccount, match="@nobody"):
        amb.charts.activity(community, "@nobody")
    with pytest.raises(NotEnoughData, match="the data holds no act here"):
        amb.charts.activity(community.as_of("2020-01-01"))
    head = "source,target,kind,at,post,text\n"
    days = pl.date_range(pl.date(2020, 1, 1), pl.date(2022, 1, 1), eager=True).to_list()
    long = amb.read(cafe(interactions_csv=head + "".join(f"ann,brand,like,{day},,\n" for day in days)))
    with pytest.raises(AmbassadorsError, match=r"732 bars, a day each: .* ask for every='week'"):
        amb.charts.activity(long, every="day")
