"""Pods: circles by appointment are seen, and nobody else is pointed at."""

from __future__ import annotations

from pathlib import Path

import polars as pl
import pytest

import ambassadors as amb
from ambassadors import pods
from tests.conftest import Cafe

TOWN = Path(__file__).parent.parent / "graphs" / "town"
HEADER = "source,target,kind,at,post,text\n"


def around_ann(cafe: Cafe, responders: int, *, tied: int = 0, kind: str = "like") -> amb.Community:
    """So many people like Ann, and of the pairs among them the first ``tied`` act once."""
    people = [f"p{place:02}" for place in range(responders)]
    pairs = [(one, two) for one in people for two in people if one < two][:tied]
    rows = [*((one, "ann", "like") for one in people), *((one, two, kind) for one, two in pairs)]
    return amb.read(cafe(interactions_csv=HEADER + "".join(f"{a},{b},{k},2026-05-01,,\n" for a, b, k in rows)))


def circle(community: amb.Community, account: str) -> tuple[int, float | None]:
    """An account's responders, and the share of the pairs around it that are tied."""
    row = pods.circles(community).filter(account=account).row(0, named=True)
    return row["responders"], row["share"]


@pytest.mark.parametrize(("tied", "share"), [(0, 0.0), (9, 0.2), (45, 1.0)])
def test_the_share_is_of_the_pairs_around_an_account(cafe: Cafe, tied: int, share: float) -> None:
    """Ten responders are 45 pairs, of whom so many have dealt with each other."""
    assert circle(around_ann(cafe, 10, tied=tied), "x:ann") == (10, pytest.approx(share))


def test_fewer_than_ten_responders_are_friends(cafe: Cafe) -> None:
    """Nine who all deal with each other have no share, and nobody is pointed at."""
    friends = around_ann(cafe, 9, tied=36)

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
def test_a_quarter_of_the_pairs_is_a_circle(cafe: Cafe, tied: int, seen: set[str]) -> None:
    """Eleven of 45 pairs are below a quarter, twelve above; of her responders nobody has ten."""
    assert pods.flagged(around_ann(cafe, 10, tied=tied, kind="reply")) == seen


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
