"""Two rankings side by side: what became of each person, counted by hand and by definition."""

from __future__ import annotations

from typing import Any

import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import ambassadors as amb
from ambassadors.errors import AmbassadorsError, NotEnoughData


def ranking(accounts: str, **more: Any) -> pl.DataFrame:
    """A ranking of accounts of one letter each, the first one first."""
    return pl.DataFrame({"account": [f"x:{one}" for one in accounts], "rank": range(1, len(accounts) + 1), **more})


def rows(chart: Any) -> list[dict[str, Any]]:
    """All rows of a chart's data."""
    return [row for data in chart.to_dict()["datasets"].values() for row in data]


def became(chart: Any) -> dict[str, str]:
    """What became of each account."""
    return {row["account"]: row["became"] for row in rows(chart) if "became" in row}


def test_by_hand() -> None:
    """Who comes, goes, rises, falls and stays is told apart, and places beyond the first are named."""
    chart = amb.charts.ranks(ranking("abcd"), ranking("aecbd"), k=3)

    assert became(chart) == {"x:a": "stays", "x:b": "leaves", "x:c": "stays", "x:e": "enters"}
    assert chart.to_dict()["title"]["subtitle"] == "1 enters, 2 stay, 1 leaves"
    said = {row["said"] for row in rows(chart) if "said" in row}
    assert {"x:b (4)  2", "2  x:e (not ranked)", "before", "after"} <= said


@settings(max_examples=8, deadline=None)
@given(st.permutations("abcdefgh"), st.permutations("abcdefgh"), st.integers(1, 9))
def test_by_definition(one: list[str], other: list[str], k: int) -> None:
    """Everybody among the first k of either is drawn, and their fate is that of their two places."""
    before = {f"x:{name}": place for place, name in enumerate(one, 1)}
    after = {f"x:{name}": place for place, name in enumerate(other, 1)}

    found = became(amb.charts.ranks(ranking("".join(one)), ranking("".join(other)), k=k))

    expected = {
        name: "enters" if place > k else "leaves" if after[name] > k
        else "rises" if after[name] < place else "falls" if after[name] > place else "stays"
        for name, place in before.items()
        if min(place, after[name]) <= k
    }  # fmt: skip
    assert found == expected


def test_no_two_labels_at_one_place() -> None:
    """The names on one side stand on different lines, whoever shares a rank."""
    shared = ranking("abc").with_columns(rank=pl.lit(1))

    chart = amb.charts.ranks(shared, shared, k=3)

    labels = [(row["x"], row["y"]) for row in rows(chart) if "said" in row]
    assert len(labels) == len(set(labels)) == 8


def test_newer_names() -> None:
    """People are called by name, else by handle, else by id; of two names the newer one counts."""
    before = ranking("ab", person=["Anna", "Bo"])
    after = ranking("ab", person=["Anna B.", None], handle=["anna", None])

    chart = amb.charts.ranks(before, after, k=2)

    assert {row["label"] for row in rows(chart) if "label" in row} == {"Anna B.", "Bo"}


def test_refuses() -> None:
    """Frames that are no rankings, empty ones, and pictures that nobody could read are refused in words."""
    with pytest.raises(AmbassadorsError, match=r"lacks account; amb\.rank gives one"):
        amb.charts.ranks(pl.DataFrame({"rank": [1]}), ranking("a"))
    with pytest.raises(AmbassadorsError, match="k is 0"):
        amb.charts.ranks(ranking("a"), ranking("a"), k=0)
    with pytest.raises(NotEnoughData, match="nobody to compare"):
        amb.charts.ranks(ranking("").cast({"account": pl.String}), ranking("").cast({"account": pl.String}))
