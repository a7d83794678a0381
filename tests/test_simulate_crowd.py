"""The crowd: the same for the same seed, possible in every row, with a heavy tail, and fit for our strict checks."""

import polars as pl
import pytest

import ambassadors as amb
from ambassadors.errors import NotEnoughData
from ambassadors.simulate import Crowd, crowd


@pytest.fixture(scope="module")
def made() -> Crowd:
    """A small crowd."""
    return crowd(2000, seed=3)


def test_the_same_for_the_same_seed(made):
    """Size and seed decide on every row; another seed is another crowd."""
    again, other = crowd(2000, seed=3), crowd(2000, seed=4)

    assert again.brand == made.brand
    assert all(getattr(again, name).equals(getattr(made, name)) for name in ("accounts", "follows", "interactions"))
    assert not other.follows.equals(made.follows)


def test_every_row_is_possible(made):
    """Ids and handles are told apart, nobody follows themselves or anybody twice, and whoever acts has an account."""
    accounts, follows, acts = made.accounts, made.follows, made.interactions
    named = pl.concat([follows["source"], follows["target"], acts["source"], acts["target"]])

    assert (accounts.height, follows.height, acts.height) == (2000, 20_000, 10_000)
    assert accounts["account"].n_unique() == accounts["handle"].n_unique() == 2000
    assert follows.filter(pl.col("source") == pl.col("target")).is_empty()
    assert follows.is_unique().all()
    assert set(named) <= set(accounts["account"])
    assert acts["at"].dt.year().unique().to_list() == [2025]


def test_what_is_stated_is_what_is_there(made):
    """An account states as many followers as follow it, and the brand has the most."""
    counted = made.follows.group_by("target").len("counted")
    both = made.accounts.join(counted, left_on="account", right_on="target", how="left")

    assert both.filter(pl.col("followers") != pl.col("counted").fill_null(0)).is_empty()
    assert both.sort("followers")["account"][-1] == made.brand
    assert both.filter(account=made.brand)["handle"].item() == "thecafe"


def test_a_few_have_most_of_the_followers(made):
    """Popularity has a heavy tail: one in a hundred holds over a tenth of all follows, and half have a handful."""
    followers = made.accounts["followers"].sort(descending=True)

    assert followers.head(20).sum() > followers.sum() / 10
    assert followers.median() <= 8


def test_our_strict_checks_turn_nothing_away(made):
    """The frames are tables as they are: no row is rejected, and somebody can be ranked."""
    community = amb.from_tables(
        "crowd", brand=[made.brand], accounts=made.accounts, follows=made.follows, interactions=made.interactions
    )

    assert community.rejects.is_empty()
    assert community.accounts.height == 2000
    assert amb.rank(community, "influencers").height == 1999


def test_too_few_are_no_crowd():
    """Below a hundred people the shape means nothing, and the error says how many there must be."""
    with pytest.raises(NotEnoughData, match="at least 100 people, not 99"):
        crowd(99)
