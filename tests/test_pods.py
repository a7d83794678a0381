"""Pods: circles by appointment are seen, and nobody else is pointed at."""

from __future__ import annotations

from itertools import combinations
from pathlib import Path

import polars as pl
import pytest

import ambassadors as amb
from ambassadors import pods
from tests.conftest import Cafe

TOWN = Path(__file__).parent.parent / "graphs" / "town"
HEADER = "source,target,kind,at,post,text\n"


def around(cafe: Cafe, responders: int = 10, **tied: int) -> amb.Community:
    """Each of these accounts is liked by so many people of its own, of whose pairs the first so many answer."""
    rows = [HEADER]
    for account, count in tied.items():
        people = [f"{account}{place:02}" for place in range(responders)]
        rows += [f"{one},{account},like,2026-05-01,,\n" for one in people]
        rows += [f"{one},{two},reply,2026-05-01,,\n" for one, two in list(combinations(people, 2))[:count]]
    return amb.read(cafe(interactions_csv="".join(rows)))


def circle(community: amb.Community, account: str) -> tuple[int, float | None]:
    """An account's responders, and the share of the pairs around it that are tied."""
    row = pods.circles(community).filter(account=account).row(0, named=True)
    return row["responders"], row["share"]


@pytest.mark.parametrize(("tied", "share"), [(0, 0.0), (9, 0.2), (45, 1.0)])
def test_the_share_is_of_the_pairs_around_an_account(cafe: Cafe, tied: int, share: float) -> None:
    """Ten responders are 45 pairs, of whom so many have dealt with each other."""
    assert circle(around(cafe, ann=tied), "x:ann") == (10, pytest.approx(share))


def test_fewer_than_ten_responders_are_friends(cafe: Cafe) -> None:
    """Nine who all deal with each other have no share, and nobody is pointed at."""
    friends = around(cafe, 9, ann=36, bob=0)

    assert circle(friends, "x:ann") == (9, None)
    assert pods.flagged(friends) == set()


def test_a_pair_is_a_pair_whoever_acts(cafe: Cafe) -> None:
    """An act back ties two people no more than they are, and an act on oneself ties nobody."""
    rows = HEADER + "".join(f"p{place},ann,like,2026-05-01,,\nann,p{place},like,2026-05-02,,\n" for place in range(10))
    pair = "p0,p1,like,2026-05-01,,\np1,p0,reply,2026-05-02,,\np1,p0,share,2026-05-03,,\n"
    alone = "p2,p2,like,2026-05-01,,\nann,ann,reply,2026-05-01,,\n"

    assert circle(amb.read(cafe(interactions_csv=rows + pair + alone)), "x:ann") == (10, pytest.approx(1 / 45))


def test_those_to_whom_one_responds_are_around_one_too(cafe: Cafe) -> None:
    """Ten respond to Ann and she to two more, who deal with each other: one of 66 pairs."""
    rows = HEADER + "".join(f"p{place},ann,like,2026-05-01,,\n" for place in range(10))
    more = "ann,q1,share,2026-05-01,,\nann,q2,share,2026-05-01,,\nq1,q2,reply,2026-05-01,,\n"

    assert circle(amb.read(cafe(interactions_csv=rows + more)), "x:ann") == (10, pytest.approx(1 / 66))


@pytest.mark.parametrize(("tied", "seen"), [(11, set()), (12, {"x:ann"})])
def test_a_quarter_of_the_pairs_may_be_a_pod(cafe: Cafe, tied: int, seen: set[str]) -> None:
    """Where the people around others have nothing to do with each other: eleven of 45 are too few, twelve enough."""
    assert pods.flagged(around(cafe, ann=tied, bob=0, cy=0)) == seen


@pytest.mark.parametrize(("tied", "seen"), [(14, set()), (16, {"x:ann"})])
def test_a_pod_is_three_times_as_dense_as_is_usual(cafe: Cafe, tied: int, seen: set[str]) -> None:
    """In the middle of those with ten responders five of 45 pairs are tied: 14 are less than three times as many."""
    assert pods.flagged(around(cafe, ann=tied, bob=5, cy=5)) == seen


def test_where_everyone_deals_with_everyone_there_is_no_pod(cafe: Cafe) -> None:
    """A parliament is dense all over."""
    assert pods.flagged(around(cafe, ann=45, bob=40, cy=30)) == set()


def test_nobody_acts_and_nobody_is_pointed_at(cafe: Cafe) -> None:
    """Without interactions there are no circles."""
    silent = amb.read(cafe(interactions_csv=HEADER))

    assert pods.flagged(silent) == set()
    assert pods.circles(silent)["account"].equals(silent.accounts["account"])


def test_the_pod_of_the_town_is_seen_and_nobody_else() -> None:
    """Of thirty members at least fifteen, and of the 4,900 others none."""
    members = pl.read_csv(TOWN / "truth.csv").filter(role="pod_member")["account"]

    seen = pods.flagged(amb.read(TOWN))

    assert len(members) == 30
    assert seen <= set(members)
    assert len(seen) >= 15
