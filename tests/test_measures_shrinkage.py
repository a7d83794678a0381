"""Shrinkage: few say little, and their rate is drawn toward that of all who are comparable."""

from __future__ import annotations

import math

import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from ambassadors.measures.shrinkage import shrunk, typical

Counts = list[tuple[str, int, float]]
Posts = list[tuple[int, int]]

groups = st.sampled_from("ab")
rows: st.SearchStrategy[Counts] = st.lists(
    st.tuples(groups, st.integers(0, 1000), st.floats(0.5, 10_000)), min_size=1, max_size=12
)
#: An account's number, and how many people one post of it moved.
moved: st.SearchStrategy[Posts] = st.lists(st.tuples(st.integers(0, 5), st.integers(0, 2000)), min_size=1, max_size=25)


def rates(counts: Counts) -> list[float]:
    """The shrunk rates of ``(group, people, exposure)``."""
    return shrunk(pl.DataFrame(counts, schema=["group", "people", "exposure"], orient="row"))["value"].to_list()


def typicals(posts: Posts, *, group: str = "a") -> dict[int, float]:
    """What a post of each account typically moves, all of them in one group."""
    frame = pl.DataFrame(posts, schema=["account", "people"], orient="row").with_columns(group=pl.lit(group))
    return dict(typical(frame).select("account", "value").iter_rows())


def between(low: float, value: float, high: float) -> bool:
    """Whether it lies between both, whichever is larger, up to the dust of floating-point sums."""
    dust = 1e-9 * max(abs(low), abs(high), 1)
    return min(low, high) - dust <= value <= max(low, high) + dust


@given(rows)
def test_a_rate_lies_between_ones_own_and_the_groups(counts: Counts) -> None:
    """Never beyond either, and never NaN, not even in a group of one."""
    for (group, people, exposure), value in zip(counts, rates(counts), strict=True):
        mine = [row for row in counts if row[0] == group]
        mean = sum(row[1] for row in mine) / sum(row[2] for row in mine)
        assert between(people / exposure, value, mean)


@given(rows)
def test_groups_do_not_mix(counts: Counts) -> None:
    """What a group is given does not change with who else is there."""
    alone = [row for row in counts if row[0] == "a"]
    together = [value for row, value in zip(counts, rates(counts), strict=True) if row[0] == "a"]

    assert together == (pytest.approx(rates(alone)) if alone else [])


@given(st.lists(st.integers(1, 500), min_size=1, max_size=10), st.integers(1, 9))
def test_equal_rates_stay(exposures: list[int], tenths: int) -> None:
    """Where all have the same rate, that is everybody's."""
    counts = [("a", tenths * exposure, 10.0 * exposure) for exposure in exposures]

    assert rates(counts) == pytest.approx([tenths / 10] * len(exposures))


def test_three_of_three_do_not_beat_nine_in_ten_of_a_thousand() -> None:
    """However lucky, few say less than many."""
    lucky, proven, _ = rates([("a", 3, 3.0), ("a", 900, 1000.0), ("a", 150, 1000.0)])

    assert lucky < proven
    assert proven == pytest.approx(0.9, abs=0.01)


def test_more_data_is_drawn_less() -> None:
    """Of three with the same rate, who has more behind it stays nearer to it."""
    counts = [("a", 9, 10.0), ("a", 90, 100.0), ("a", 900, 1000.0), ("a", 10, 1000.0), ("a", 500, 1000.0)]

    first, second, third, *_ = rates(counts)

    assert first < second < third < 0.9


def test_what_chance_explains_is_everybodys_rate() -> None:
    """1, 2 and 3 responses to 100 each differ by no more than Poisson counts do: all have 2 in 100."""
    assert rates([("a", 1, 100.0), ("a", 2, 100.0), ("a", 3, 100.0)]) == pytest.approx([0.02] * 3)


def test_a_rate_is_the_formulas() -> None:
    """Two accounts with 10 and 90 of 100: m = .5, v = 31.5 / 100, k = m / v, (10 + m k) / (100 + k)."""
    strength = 0.5 / ((100 * 0.4**2 * 2 - 0.5) / (200 - 100))

    assert rates([("a", 10, 100.0), ("a", 90, 100.0)]) == pytest.approx(
        [(10 + 0.5 * strength) / (100 + strength), (90 + 0.5 * strength) / (100 + strength)]
    )


def test_nothing_seen_is_a_rate_of_nothing() -> None:
    """A group without any response, however large."""
    assert rates([("a", 0, 10.0), ("a", 0, 3.0)]) == [0, 0]


def test_the_other_columns_stay() -> None:
    """Only the value is added, row by row."""
    counts = pl.DataFrame({"name": ["x", "y"], "group": "a", "people": [1, 2], "exposure": [2.0, 9.0]})

    assert shrunk(counts).drop("value").equals(counts)


def logs(posts: Posts, account: int | None = None) -> float:
    """The mean of ``log(1 + people)`` over an account's posts, or all."""
    mine = [math.log1p(people) for name, people in posts if account in (None, name)]
    return sum(mine) / len(mine)


@given(moved)
def test_a_typical_post_lies_between_ones_own_and_everybodys(posts: Posts) -> None:
    """On the logarithmic scale, and never NaN, not even for one account or one post each."""
    for account, value in typicals(posts).items():
        assert between(logs(posts, account), math.log1p(value), logs(posts))


@given(moved, moved)
def test_typical_posts_of_one_group_know_nothing_of_another(posts: Posts, others: Posts) -> None:
    """The same values with and without the others."""
    frames = [
        pl.DataFrame(
            [(f"{group}{name}", people, group) for name, people in found],
            schema=["account", "people", "group"],
            orient="row",
        )
        for group, found in (("a", posts), ("b", others))
    ]
    together = typical(pl.concat(frames)).filter(group="a")

    assert together["value"].to_list() == pytest.approx(typical(frames[0])["value"].to_list())


def test_a_typical_post_is_the_formulas() -> None:
    """In doublings: 0 and 2 beside 4 and 6 vary by 2 within and 7 between accounts; (2 m + 2/7 * 3) / (2 + 2/7)."""
    assert typicals([(0, 0), (0, 3), (1, 15), (1, 63)]) == pytest.approx({0: 2**1.25 - 1, 1: 2**4.75 - 1})


def test_a_lucky_post_is_no_habit() -> None:
    """One post that moved 60 says less than five that did, and even these are drawn a little."""
    others = [(2, 3), (2, 5), (2, 4), (3, 6), (3, 2), (3, 4), (4, 9), (4, 1), (5, 30), (5, 2), (5, 80)]

    found = typicals([(0, 60), *[(1, 60)] * 5, *others])

    assert found[0] < found[1] < 60


def test_accounts_whose_posts_never_differ_keep_what_they_have() -> None:
    """Without any variation within accounts, three posts of 3 and of 8 say 3 and 8."""
    assert typicals([(0, 3)] * 3 + [(1, 8)] * 3) == pytest.approx({0: 3, 1: 8})


def test_one_post_each_cannot_tell_an_account_from_its_luck() -> None:
    """Nothing is known of how posts of one account differ: all have the same, exp of the mean of logs less 1."""
    assert typicals([(0, 0), (1, 3), (2, 15)]) == pytest.approx(dict.fromkeys(range(3), 2 ** (6 / 3) - 1))


def test_where_accounts_differ_by_chance_alone_all_have_the_same() -> None:
    """Two accounts that each have a good and a poor post."""
    assert typicals([(0, 0), (0, 3), (1, 3), (1, 0)]) == pytest.approx({0: 1, 1: 1})


def test_a_typical_post_counts_its_posts_and_people() -> None:
    """For the sentence: two posts that moved 1 and 4 people, 2.5 each."""
    frame = pl.DataFrame({"account": ["x", "x"], "group": "a", "people": [1, 4]})

    assert typical(frame).select("posts", "people", "mean").row(0) == (2, 5, 2.5)
