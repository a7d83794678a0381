"""Overlap of audiences: the numbers of the matrix, counted by hand and by brute force."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import ambassadors as amb
from ambassadors.errors import AmbassadorsError, NotEnoughData, UnknownAccount, UnknownName


@pytest.fixture(scope="module")
def town() -> amb.Community:
    """The embedded sample."""
    return amb.read("graphs/town/brand.toml")


def cells(chart: Any) -> dict[tuple[int, int], dict[str, Any]]:
    """The cells of a matrix by row and column."""
    (rows,) = chart.to_dict()["datasets"].values()
    return {(row["row_of"], row["column_of"]): row for row in rows}


def test_by_hand(community: amb.Community) -> None:
    """Of the four who acted toward the brand one acted toward Bob, and that is one of Bob's two."""
    found = cells(amb.charts.overlap(community, ["@TheCafe", "x:bob"]))

    assert (found[0, 1]["row"], found[0, 1]["both"], found[0, 1]["told"]) == ("TheCafe · 4", 1, "25 %")
    assert (found[1, 0]["row"], found[1, 0]["both"], found[1, 0]["told"]) == ("bob · 2", 1, "50 %")
    assert found[0, 0]["told"] == ""


def test_follows_by_hand(community: amb.Community) -> None:
    """By follows the audience are the followers, and the line under the title says which audience it is."""
    chart = amb.charts.overlap(community, ["x:brand", "x:bob"], graph="follows")

    assert {place: cell["both"] for place, cell in cells(chart).items()} == {
        (0, 0): 4, (0, 1): 2, (1, 0): 2, (1, 1): 2,
    }  # fmt: skip
    assert "who follows an account" in chart.to_dict()["title"]["subtitle"]


@settings(max_examples=4, deadline=None)
@given(data=st.data(), graph=st.sampled_from(["follows", "interactions"]))
def test_brute_force(town: amb.Community, data: st.DataObject, graph: str) -> None:
    """Any accounts of the town overlap as sets made row by row do, by either graph."""
    table = getattr(town, graph)
    audiences: dict[str, set[str]] = {}
    for source, target in table.select("source", "target").iter_rows():
        if source != target:
            audiences.setdefault(target, set()).add(source)
    chosen = data.draw(st.lists(st.sampled_from(sorted(audiences)), min_size=2, max_size=5, unique=True))

    found = cells(amb.charts.overlap(town, chosen, graph=graph))

    for (row, column), cell in found.items():
        both = len(audiences[chosen[row]] & audiences[chosen[column]])
        assert cell["both"] == both
        assert cell["share"] == pytest.approx(both / len(audiences[chosen[row]]))


def test_without_an_audience(community: amb.Community) -> None:
    """Who has no audience has no share in their row; where nobody has one, there is no matrix."""
    found = cells(amb.charts.overlap(community, ["x:bob", "x:cy"]))

    assert (found[1, 0]["row"], found[1, 0]["told"]) == ("cy · 0", "-")
    with pytest.raises(NotEnoughData, match="none of these accounts has an audience"):
        amb.charts.overlap(community, ["x:cy", "x:staff"])


def test_refuses(community: amb.Community) -> None:
    """One account twice is not two; unknown accounts and graphs are named."""
    with pytest.raises(AmbassadorsError, match="1 accounts: the overlap is shown of 2 to 12"):
        amb.charts.overlap(community, ["x:bob", "@bob"])
    with pytest.raises(UnknownAccount, match="@bobb"):
        amb.charts.overlap(community, ["x:ann", "@bobb"])
    with pytest.raises(UnknownName, match="there is no graph 'follow'"):
        amb.charts.overlap(community, ["x:ann", "x:bob"], graph="follow")
