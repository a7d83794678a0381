"""Crowds and added reach: with whom a person stands, and whom a list gains by each."""

from __future__ import annotations

import sys
from dataclasses import replace
from itertools import pairwise
from pathlib import Path

import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import ambassadors as amb
from ambassadors import crowds
from ambassadors.shortlists import lacking, shortlist
from ambassadors.three_lists import lists
from tests.conftest import FILES, Cafe
from tests.towns import asking, fans, some_fans, town


def two_crowds() -> str:
    """Follows of two groups of twelve, each around its first member, with a single tie between them."""
    rows = ["source,target,since", "ann,brand,2026-01-01", "rival,staff,2026-01-01", "a1,b1,2026-01-01"]
    for group in "ab":
        members = [f"{group}{place}" for place in range(12)]
        rows += [f"{one},{group}0,2026-01-01" for one in members[1:]]
        rows += [f"{one},{other},2026-01-01" for one, other in pairwise(members[1:])]
    return "\n".join(rows) + "\n"


def test_a_crowd_is_called_after_its_most_followed(cafe: Cafe) -> None:
    """By handle where there is one; who stands in no crowd of ten has none."""
    accounts = FILES["accounts.csv"] + "a0,@ada,Ada,1,1\n"
    community = amb.read(cafe(follows_csv=two_crowds(), accounts_csv=accounts))

    found = dict(crowds.crowds(community).iter_rows())

    assert {found[f"x:a{place}"] for place in range(12)} == {"around @ada"}
    assert {found[f"x:b{place}"] for place in range(12)} == {"around x:b0"}
    assert "x:rival" not in found


def test_whoever_refuses_gives_no_crowd_its_name(cafe: Cafe) -> None:
    """The next one does."""
    community = amb.read(cafe(follows_csv=two_crowds())).also_refusing(pl.Series(["x:a0"]))

    names = set(crowds.crowds(community)["community"])

    assert names == {"around x:a10", "around x:b0"}


def test_crowds_are_the_same_on_any_day() -> None:
    """Found twice, anew each time: the same names for the same people."""
    first, second = (crowds.crowds(replace(town())) for _ in range(2))

    assert first.equals(second)
    assert first.height > 100


def test_without_networkit_the_column_is_empty_and_says_why(cafe: Cafe, monkeypatch: pytest.MonkeyPatch) -> None:
    """No list fails for want of an extra."""
    monkeypatch.setitem(sys.modules, "networkit", None)
    community = amb.read(cafe(follows_csv=two_crowds()))

    people = shortlist(community, "influencers", 3)

    assert people["community"].null_count() == people.height > 0
    assert "pip install 'ambassadors[communities]'" in lacking(community)["community"]


def test_too_many_ties_are_not_sought_through(cafe: Cafe, monkeypatch: pytest.MonkeyPatch) -> None:
    """And the reason has the number."""
    monkeypatch.setattr(crowds, "MOST_TIES", 3)
    community = amb.read(cafe())

    assert crowds.crowds(community).is_empty()
    assert lacking(community)["community"].startswith("there are 18 follows and interactions")


def test_data_without_ties_says_so(cafe: Cafe) -> None:
    """Both columns lack the same."""
    nobody = amb.read(cafe(follows_csv="source,target,since\n", interactions_csv=FILES["interactions.csv"][:33]))

    assert set(lacking(nobody).values()) == {"there are no follows and no interactions"}
    assert crowds.added_reach(nobody, pl.Series(["x:ann"]))["added_unique_reach"].to_list() == [None]


def test_added_reach_counts_nobody_twice(cafe: Cafe) -> None:
    """Bob reaches Ann and Cy; Dan, after him, only Eve; the brand and its staff are nobody's reach."""
    ties = ["ann,bob", "cy,bob", "rival,bob", "ann,dan", "cy,dan", "eve,dan", "brand,dan", "staff,dan"]
    follows = "source,target,since\n" + "".join(f"{tie},2026-01-01\n" for tie in ties)
    community = amb.read(cafe(follows_csv=follows))

    found = crowds.added_reach(community, pl.Series(["x:bob", "x:dan", "x:ann", "customer:C2"]))

    assert found["added_unique_reach"].to_list() == [2, 1, 0, None]


def test_without_follows_responders_are_the_reach(cafe: Cafe) -> None:
    """Bob's post was liked by Ann and shared by Cy."""
    community = amb.read(cafe(follows_csv="source,target,since\n"))

    found = crowds.added_reach(community, pl.Series(["x:dan", "x:bob"]))

    assert found["added_unique_reach"].to_list() == [1, 1]  # Ann answered Dan, so only Cy is added by Bob


FOLLOWS = st.lists(st.tuples(st.integers(0, 8), st.integers(0, 8)), min_size=1, max_size=40, unique=True)


@given(follows=FOLLOWS, order=st.permutations([f"x:f{number}" for number in range(9)]))
@settings(max_examples=20, deadline=None)
def test_added_reach_is_what_the_definition_says(
    tmp_path_factory: pytest.TempPathFactory, follows: list[tuple[int, int]], order: list[str]
) -> None:
    """Person by person, the set of followers less all sets before; together everybody who is reached."""
    folder = tmp_path_factory.mktemp("reach")
    rows = "".join(f"f{source},f{target},2026-01-01\n" for source, target in follows)
    community = _followed(folder, rows)
    listed = [account for account in order if account in set(community.accounts["account"])]

    found = crowds.added_reach(community, pl.Series(listed, dtype=pl.String))["added_unique_reach"].to_list()

    reached: set[int] = set()
    for account, added in zip(listed, found, strict=True):
        own = {source for source, target in follows if f"x:f{target}" == account and source != target}
        assert added == len(own - reached)
        reached |= own


def _followed(folder: Path, rows: str) -> amb.Community:
    (folder / "brand.toml").write_text(
        'name = "reach"\n[brand]\naccounts = ["x:brand"]\n[[files]]\ntable = "follows"\npath = "follows.csv"\n'
        'platform = "x"\ncolumns = { source = "source", target = "target", since = "since" }\nzone = "UTC"\n',
        encoding="utf-8",
    )
    (folder / "follows.csv").write_text("source,target,since\nx,brand,2026-01-01\n" + rows, encoding="utf-8")
    return amb.read(folder)


def test_the_columns_stand_on_every_list(tmp_path: Path) -> None:
    """The reach of a list is counted in its own order: the first adds most of what it has."""
    community = asking(fans(tmp_path, some_fans()), features=("likes",))

    for name, people in lists(community, 20).tables.items():
        expected = crowds.added_reach(community, people["account"])["added_unique_reach"]
        assert people["added_unique_reach"].equals(expected), name
