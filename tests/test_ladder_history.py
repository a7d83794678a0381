"""How people moved between rungs: the history is what the ladder said at each moment, and flows are its counts."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from random import Random

import polars as pl
import pytest

import ambassadors as amb
from ambassadors import ladder
from ambassadors.errors import AmbassadorsError, NotEnoughData
from ambassadors.ladder.flows import LEVELS
from tests.conftest import FILES, RECIPE, Cafe

START = datetime(2025, 1, 1, tzinfo=UTC)
PEOPLE = ("eve", "fay", "gus", "hal")
#: The cafe's recipe with rules that silence can break or fulfil, a short window, and every kind of evidence.
RESTLESS = RECIPE.replace(
    'complaint_words = ["awful"]',
    """complaint_words = ["awful"]
window = "60d"
aware = ["interactions >= 1", "quiet_days >= 45"]
love = ["active_days >= 2 and quiet_days <= 20", "orders >= 2 and refunds == 0"]
advocate = ["recommendations >= 2 and quiet_days < 30", "referrals >= 1"]
negative = ["open_complaints >= 1", "refunds >= 2"]
""",
).replace('text = "text" }', 'text = "text", rating = "stars", weight = "times" }')
MILD = RECIPE.replace('text = "text" }', 'text = "text", rating = "stars", weight = "times" }')
ACTS = "source,target,kind,at,post,text,stars,times\n"
EMPTY = {name.replace(".csv", "_csv"): FILES[name].split("\n")[0] + "\n" for name in ("follows.csv", "orders.csv")}


def some_time(random: Random) -> datetime:
    """A moment within a year, often midnight, so that things happen at the same time."""
    day = START + timedelta(days=random.randrange(365))
    return day + timedelta(seconds=random.choice([0, 0, 32_400, random.randrange(86_400)]))


def some_act(random: Random) -> str:
    """A row of interactions: toward the brand, or an answer to somebody in its thread."""
    source, at = random.choice(PEOPLE), some_time(random)
    kind = random.choice(["like", "like", "comment", "comment", "share", "mention", "referral", "review", "reply"])
    target = random.choice([name for name in PEOPLE if name != source]) if kind == "reply" else "brand"
    post = random.choice(["p1", "p3"]) if kind in ("like", "comment", "share", "reply") else ""
    text = random.choice(["lovely", "awful", "so"]) if kind in ("comment", "reply") else ""
    stars = random.randint(1, 5) if kind == "review" else ""
    times = random.choice([""] * 9 + ["3"]) if kind == "like" else ""
    return f"{source},{target},{kind},{at.isoformat()},{post},{text},{stars},{times}\n"


def some_orders(random: Random) -> str:
    """Orders of a year, some of which are paid back later, wholly or in part."""
    rows = []
    for number in range(random.randrange(8)):
        customer, at = random.choice(["C1", "C2"]), some_time(random)
        rows.append(f"{customer},O{number},{at.isoformat()},10")
        for _ in range(random.choice([0, 0, 1, 2])):
            back = at + timedelta(days=random.choice([0, 1, 20, 70]))
            rows.append(f"{customer},O{number},{back.isoformat()},{random.choice([-10, -4])}")
    return "customer,order,at,amount\n" + "\n".join(rows)


def some_brand(cafe: Cafe, seed: int, recipe: str = RESTLESS, also: str = "") -> amb.Community:
    """A small brand drawn from a seed, as of half a year after its last year."""
    random = Random(seed)
    acts = "".join(some_act(random) for _ in range(random.randrange(5, 40)))
    follows = "".join(f"{name},brand,{some_time(random):%Y-%m-%d}\n" for name in PEOPLE[: random.randrange(3)])
    folder = cafe(
        recipe,
        interactions_csv=ACTS + f"staff,brand,like,{START.isoformat()},p1,,,\n" + acts + also,
        orders_csv=some_orders(random),
        follows_csv="source,target,since\n" + follows,
        posts_csv="post,author,at\np1,brand,2024-12-01\np3,brand,2024-12-02\n"
        + "".join(f"q{number},{random.choice(PEOPLE)},{some_time(random):%Y-%m-%d}\n" for number in range(3)),
        customers_csv="customer,account\nC1,x:eve\nC2,\n",
    )
    return amb.read(folder).as_of("2026-07-01")


def telling_moments(community: amb.Community, random: Random) -> list[datetime]:
    """Moments at which something happens or ages, the least time before and after, and some others."""
    happened = pl.concat([community.interactions["at"], community.orders["at"], community.follows["since"]]).to_list()
    waits = [timedelta(days=days) for days in (0, 0, 20, 30, 45, 60)]
    least = [timedelta(microseconds=number) for number in (-1, 0, 0, 1, 2)]
    told = [at + random.choice(waits) + random.choice(least) for at in random.sample(happened, min(6, len(happened)))]
    return sorted([*told, some_time(random), some_time(random), datetime(2026, 6, 1, tzinfo=UTC)])


def last_moves(moves: pl.DataFrame, at: datetime) -> dict[str, str]:
    """Where everyone stands at a moment by a history."""
    last = moves.filter(pl.col("at") <= at).sort("at").group_by("account").last().drop_nulls("rung")
    return dict(last.select("account", "rung").rows())


def standing(community: amb.Community) -> dict[str, str]:
    """Where everyone stands by the ladder itself."""
    return dict(ladder.rungs(community).drop_nulls("rung").select("account", "rung").rows())


@pytest.mark.parametrize("seed", range(30))
@pytest.mark.parametrize("recipe", [RESTLESS, MILD], ids=["restless", "default"])
def test_the_last_move_is_where_the_ladder_says_that_people_stand(cafe: Cafe, seed: int, recipe: str) -> None:
    """At any moment, for every account, by rules of any kind: two ways of counting agree."""
    community = some_brand(cafe, seed, recipe)

    for at in telling_moments(community, Random(seed)):
        assert last_moves(ladder.history(community), at) == standing(community.as_of(at)), at


@pytest.mark.parametrize("seed", range(30))
def test_what_comes_later_changes_no_move(cafe: Cafe, seed: int) -> None:
    """The history as of a moment is the history until then."""
    community = some_brand(cafe, seed)
    whole = ladder.history(community)

    for at in telling_moments(community, Random(seed)):
        assert ladder.history(community.as_of(at)).equals(whole.filter(pl.col("at") <= at)), at


@pytest.mark.parametrize("seed", range(10))
def test_a_move_is_to_another_rung(cafe: Cafe, seed: int) -> None:
    """Nobody moves to where they stand, nor begins by standing nowhere; an account's moves are in order of time."""
    moves = ladder.history(some_brand(cafe, seed))

    before = moves.select(pl.col("rung").shift(1).over("account")).to_series()
    assert moves["rung"].ne_missing(before).all()
    assert moves.select("account", "at").equals(moves.select("account", "at").unique().sort("account", "at"))


@pytest.mark.parametrize("seed", range(15))
def test_a_good_act_never_lowers_a_rung(cafe: Cafe, seed: int) -> None:
    """By the rules as they are without a recipe's own, neither then nor at any later moment."""
    random = Random(seed)
    kind = random.choice(["like", "share", "mention", "referral"])
    good = f"{random.choice(PEOPLE)},brand,{kind},{some_time(random).isoformat()},,,,\n"

    before, after = (ladder.history(some_brand(cafe, seed, MILD, also)) for also in ("", good))

    for at in sorted({*before["at"], *after["at"]}):
        stood, stands = last_moves(before, at), last_moves(after, at)
        for account in stood:
            assert LEVELS.index(stands[account]) >= LEVELS.index(stood[account]), (account, at)


def steps(cafe: Cafe, acts: str = "", orders: str = "", account: str = "x:eve", until: str = "2026-12-31") -> list[str]:
    """The way of one person: ``date rung`` for each move."""
    files = {
        **EMPTY,
        "interactions_csv": "source,target,kind,at,post,text\nstaff,brand,like,2024-01-01,,\n" + acts,
        "orders_csv": EMPTY["orders_csv"] + orders,
    }
    community = amb.read(cafe(**files)).as_of(until)
    return [f"{date} {rung}" for date, rung in ladder.path(community, account)]


def test_a_complaint_leads_down_and_something_good_after_it_out_again(cafe: Cafe) -> None:
    """At the moment of each."""
    acts = "eve,brand,like,2025-02-01,,\neve,brand,comment,2025-03-01,,awful\neve,brand,like,2025-03-01T08:00:00Z,,\n"

    assert steps(cafe, acts)[:3] == ["2025-02-01 like", "2025-03-01 negative", "2025-03-01 like"]


def test_a_refund_takes_an_order_back(cafe: Cafe) -> None:
    """A whole one from the day of the refund on; a part of one changes nothing."""
    order, whole, part = "C2,O1,2025-02-01,10\n", "C2,O1,2025-02-20,-10\n", "C2,O1,2025-02-20,-4\n"

    assert steps(cafe, "", order + whole, "customer:C2") == ["2025-02-01 like", "2025-02-20 None"]
    assert steps(cafe, "", order + part, "customer:C2") == ["2025-02-01 like", "2026-02-01 None"]


def test_a_year_of_silence_leads_off_the_ladder(cafe: Cafe) -> None:
    """A year after the last act nothing counts any more; coming back counts at once."""
    acts = "eve,brand,like,2024-02-01,,\neve,brand,like,2024-03-01,,\neve,brand,like,2025-06-01,,\n"

    assert steps(cafe, acts) == ["2024-02-01 like", "2025-03-01 None", "2025-06-01 like", "2026-06-01 None"]


def test_a_follower_stays_without_another_sign(cafe: Cafe) -> None:
    """Following counts for as long as it lasts."""
    community = amb.read(cafe()).as_of("2030-01-01")

    assert ladder.path(community, "x:cy") == [("2026-01-03", "like")]


def test_who_always_followed_stands_from_the_beginning(cafe: Cafe) -> None:
    """A follow without a date holds at every moment, as it does on the ladder."""
    community = amb.read(cafe(follows_csv="source,target,since\ncy,brand,\n"))

    assert ladder.path(community, "x:cy") == [("1990-01-01", "like")]


def test_the_way_of_ann(community: amb.Community) -> None:
    """She ordered and followed, shared, and twice answered Dan, who had complained and stays negative."""
    ann, dan = ladder.path(community, "x:ann"), ladder.path(community, "x:dan")

    assert ann == [("2026-01-01", "like"), ("2026-05-03", "love"), ("2026-05-06", "defend")]
    assert dan == [("2026-05-04", "negative")]


def total(frame: pl.DataFrame, *by: str) -> dict[tuple[object, ...], int]:
    """People summed by some columns; those who stand nowhere are left out."""
    summed = frame.group_by(by).agg(pl.col("people").sum()).filter(pl.col(by[-1]).cast(pl.String) != "none")
    return {row[:-1]: row[-1] for row in summed.rows()}


def counted(community: amb.Community, at: datetime) -> dict[str, int]:
    """How many candidates stand on each rung at a moment, by the ladder itself."""
    ranked = set(community.candidates["account"])
    stood = [rung for account, rung in standing(community.as_of(at)).items() if account in ranked]
    return {rung: stood.count(rung) for rung in set(stood)}


@pytest.mark.parametrize("every", ["month", "30d"])
@pytest.mark.parametrize("seed", range(6))
def test_flows_begin_and_end_with_who_stands_there(cafe: Cafe, seed: int, every: str) -> None:
    """The flows from a rung are all who stood on it when the period began, those to it all who do when it ends."""
    community = some_brand(cafe, seed)

    found = ladder.flows(community, every)

    for side, end in (("begin", "from"), ("end", "to")):
        people = total(found, side, end)
        for at in found[side].unique():
            assert {rung: number for (then, rung), number in people.items() if then == at} == counted(community, at)


@pytest.mark.parametrize("seed", range(6))
def test_nobody_is_lost_between_periods(cafe: Cafe, seed: int) -> None:
    """Who stays and who moves in a period are, rung by rung, those who begin the next one."""
    found = ladder.flows(some_brand(cafe, seed), "30d")
    arrived, left = total(found, "end", "to"), total(found, "begin", "from")
    inner = set(found["end"]) & set(found["begin"])

    assert inner
    assert {key: n for key, n in arrived.items() if key[0] in inner} == {
        key: n for key, n in left.items() if key[0] in inner
    }


def test_flows_counted_by_hand(community: amb.Community) -> None:
    """In May Ann rose from like to defend, Dan came to complain, the shop's own customer to buy; Bob and Cy stayed."""
    may = ladder.flows(community).filter(pl.col("begin") == datetime(2026, 5, 1, tzinfo=UTC))

    assert may.select("from", "to", "people").rows() == [
        ("none", "negative", 1),
        ("none", "like", 1),
        ("like", "like", 2),
        ("like", "defend", 1),
    ]


def test_months_are_those_of_the_calendar(community: amb.Community) -> None:
    """From the month before which nobody had moved to the moment of the community."""
    found = ladder.flows(community, "month").select("begin", "end").unique(maintain_order=True)

    firsts = [datetime(2025, 12, 1, tzinfo=UTC), *(datetime(2026, number, 1, tzinfo=UTC) for number in range(1, 6))]
    assert found.rows() == list(zip(firsts, [*firsts[1:], community.moment], strict=True))


@pytest.mark.parametrize("every", ["30d", timedelta(days=30)])
def test_spans_end_with_the_moment_of_the_community(community: amb.Community, every: str | timedelta) -> None:
    """All of one length, counted back from it."""
    found = ladder.flows(community, every)

    assert found["end"].max() == community.moment
    assert set(found["end"] - found["begin"]) == {timedelta(days=30)}


def test_whom_nobody_ranks_is_not_counted(cafe: Cafe) -> None:
    """Staff like and follow the brand, and are in no flow; neither are the brand and its rivals."""
    staff_alone = FILES["interactions.csv"].split("\n")[0] + "\nstaff,brand,like,2026-05-30,p3,\n"

    found = ladder.flows(amb.read(cafe(interactions_csv=staff_alone)), "month")

    assert found.filter(pl.col("end") == found["end"].max())["people"].sum() == len(["ann", "bob", "cy", "C2"])


def test_a_period_that_is_none_is_refused(community: amb.Community) -> None:
    """What can be written is said, and periods too many to count are not counted."""
    with pytest.raises(AmbassadorsError, match=r"'fortnight' is not a span of time.*Or 'month'"):
        ladder.flows(community, "fortnight")
    with pytest.raises(AmbassadorsError, match="periods of 1h fit"):
        ladder.flows(community, "1h")


def test_where_nobody_ever_stood_there_are_no_flows(cafe: Cafe) -> None:
    """Neither an act, an order nor a follow toward the brand."""
    acts = "source,target,kind,at,post,text\nann,bob,like,2026-02-03,p2,\n"

    with pytest.raises(NotEnoughData, match="nobody ever stood on a rung"):
        ladder.flows(amb.read(cafe(interactions_csv=acts, **EMPTY)))
