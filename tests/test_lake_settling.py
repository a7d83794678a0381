"""What was seen more than once: which of it is kept, whatever the batches in which it came."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ambassadors.lake import Lake, key
from ambassadors.lake.keys import NATURAL
from ambassadors.lake.keys import grown as columns
from ambassadors.lake.settling import settled
from tests.lake_rows import NOW, day, follow, like, post, profile, rows


def grown(tmp_path: Path, table: str, *batches: list[dict[str, Any]]) -> pl.DataFrame:
    """A table after these batches landed, one after the other."""
    lake = Lake(tmp_path)
    for batch in batches:
        lake.land(table, rows(table, *batch), source="x", now=NOW)
    return lake.read(table)


def test_keys_are_the_same_everywhere() -> None:
    """A like of a post is told by who and which post; a comment also by toward whom and when."""
    told = rows("interactions", like(1), like(1, at=day(9)), like(1, kind="comment"), like(1, post=None))

    assert key("interactions", told).to_list() == [
        "x:1\t\tlike\t\tx:p",
        "x:1\t\tlike\t\tx:p",
        "x:1\tx:brand\tcomment\t1767225600000000\tx:p",
        "x:1\tx:brand\tlike\t1767225600000000\t",
    ]


def test_the_earliest_tie_is_kept(tmp_path: Path) -> None:
    """A follow that is seen again stays as it was; one whose beginning becomes known gets it."""
    first, again, began = follow(1, observed_at=day(5)), follow(1, observed_at=day(9)), follow(1, since=day(2))

    assert grown(tmp_path / "a", "follows", [first], [again])["observed_at"].to_list() == [day(5)]
    assert grown(tmp_path / "b", "follows", [first], [began])["since"].to_list() == [day(2)]


def test_an_edited_post_keeps_its_time(tmp_path: Path) -> None:
    """The words and figures seen last replace the earlier; what was not told again stays."""
    (kept,) = grown(
        tmp_path,
        "posts",
        [post(at=day(3), text="old", impressions=5, url="u")],
        [post(at=day(4), text="new", impressions=9)],
    ).iter_rows(named=True)

    assert (kept["at"], kept["text"], kept["impressions"], kept["url"]) == (day(3), "new", 9, "u")


@pytest.mark.parametrize("dated_first", [True, False])
def test_a_dated_like_wins_over_an_undated_one(tmp_path: Path, dated_first: bool) -> None:
    """One likes a post once: the endpoint that knows the time is believed, whichever came first."""
    told = [[like(1, at=day(1), at_latest=day(20))], [like(1, at=day(7))]]

    kept = grown(tmp_path, "interactions", *(told[::-1] if dated_first else told))

    assert kept.select("at", "at_latest").rows() == [(day(7), None)]


def test_an_undated_like_seen_again_is_known_best_by_the_first_time(tmp_path: Path) -> None:
    """It lies between the post and the first time that it was seen."""
    kept = grown(tmp_path, "interactions", [like(1, at_latest=day(9))], [like(1, at_latest=day(16))])

    assert kept["at_latest"].to_list() == [day(9)]


def test_two_comments_are_two(tmp_path: Path) -> None:
    """What can be done often is told by its time; an edited comment takes its new words."""
    first, second = like(1, kind="comment", text="hi"), like(1, kind="comment", text="ho", at=day(2))

    kept = grown(tmp_path, "interactions", [first, second], [first | {"text": "hi!"}])

    assert kept["text"].to_list() == ["hi!", "ho"]


def test_profiles_are_stored_when_they_change(tmp_path: Path) -> None:
    """A row for each change; a listing without figures takes nothing away, a handle renamed is the same account."""
    kept = grown(
        tmp_path,
        "accounts",
        [profile(1, 1, handle="ann", followers=10)],
        [profile(1, 2, handle="ann")],
        [profile(1, 3, handle="ann", followers=10)],
        [profile(1, 4, handle="anna")],
        [profile(1, 5, handle="anna", followers=11)],
    )

    assert kept.select("observed_at", "handle", "followers", "last_seen").rows() == [
        (day(1), "ann", 10, day(3)),
        (day(4), "anna", None, day(4)),
        (day(5), "anna", 11, day(5)),
    ]


WORDS = st.sampled_from([None, "a", "b"])
WHO = st.integers(1, 2)


def sighted(table: str, row: dict[str, Any]) -> pl.DataFrame:
    """A row as it is in the lake when it was seen once."""
    seen = row | {"fetched_from": "x", "first_seen": NOW, "last_seen": row.get("observed_at")}
    return pl.DataFrame([seen], schema=columns(table))


SIGHTINGS = {
    "follows": st.builds(
        follow, WHO, observed_at=st.integers(1, 4).map(day), since=st.none() | st.integers(1, 4).map(day)
    ),
    "posts": st.builds(post, st.sampled_from(["x:p", "x:q"]), at=st.integers(1, 4).map(day), text=WORDS),
    "interactions": st.builds(
        like,
        WHO,
        kind=st.sampled_from(["like", "comment"]),
        at=st.integers(1, 3).map(day),
        at_latest=st.none() | st.integers(4, 6).map(day),
        text=WORDS,
        weight=st.none() | st.sampled_from([1.0, 2.0]),
    ),
    "accounts": st.builds(profile, WHO, st.just(1), handle=WORDS, followers=st.none() | st.integers(0, 1)),
}


@pytest.mark.parametrize("table", list(SIGHTINGS))
@settings(max_examples=12, deadline=None)
@given(data=st.data())
def test_batches_make_no_difference(table: str, data: st.DataObject) -> None:
    """Sightings that come one by one, each of them twice, settle into the rows that they give at once."""
    seen = data.draw(st.lists(SIGHTINGS[table], min_size=1, max_size=6))
    if table == "accounts":  # an account is observed once at a moment
        seen = [row | {"observed_at": day(number)} for number, row in enumerate(seen, 1)]
    sightings = [sighted(table, row) for row in seen]

    kept = sightings[0].clear()
    for sighting in [one for one in sightings for _ in range(2)]:
        kept = settled(table, pl.concat([kept, sighting]))

    order = list(NATURAL[table])
    assert kept.sort(order).equals(settled(table, pl.concat(sightings)).sort(order))
