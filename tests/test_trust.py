"""Trust: whose responses count, and that nobody can make accounts of their own count."""

from __future__ import annotations

import tomllib
from datetime import datetime
from functools import cache
from typing import Any

import numpy as np
import polars as pl
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

import ambassadors as amb
from ambassadors import recipe, repeats, tables, trust
from ambassadors.community import build
from tests.conftest import RECIPE

#: The time spans 2026-01-01 to 2026-05-31: its middle is 2026-03-17.
ALWAYS = "01-01 e1 like e2, 01-01 e2 like e3, 01-01 e3 like e1, 01-01 e1 like e4, 05-31 e4 mention e1"
EARLY = {"e1", "e2", "e3", "e4"}


def world(follows: str = "", acts: str = ALWAYS, *, accounts: str = "") -> amb.Community:
    """A community from ``"ann>bob, cy>bob"`` and ``"05-20 ann like bob"``; totals are ``"05-20 ann like bob 7"``."""
    return build(recipe.parse(tomllib.loads(RECIPE)), {**kept("accounts", known(accounts)), **rows(follows, acts)})


def rows(follows: str, acts: str) -> dict[str, pl.DataFrame]:
    """The rows of both tables."""
    ties = [dict(zip(("source", "target"), ids(one.split(">")), strict=True)) for one in parts(follows)]
    done = [act(*one.split()) for one in parts(acts)]
    return {**kept("follows", ties), **kept("interactions", done)}


def act(day: str, source: str, kind: str, target: str, weight: str | None = None) -> dict[str, Any]:
    """One row of interactions."""
    at = datetime.fromisoformat(f"2026-{day}T00:00:00Z")
    return {"source": f"x:{source}", "target": f"x:{target}", "kind": kind, "at": at, "weight": weight}


def known(accounts: str) -> list[dict[str, str]]:
    """The accounts that the recipe names, and some with followers as stated: ``"bob 20000"``."""
    stated = [{"account": f"x:{name}", "followers": number} for name, number in map(str.split, parts(accounts))]
    return [*({"account": name} for name in ids(["brand", "rival", "staff"])), *stated]


def kept(name: str, found: list[dict[str, Any]]) -> dict[str, pl.DataFrame]:
    """The rows of a table as a community keeps them."""
    table = tables.TABLES[name]
    good, rejects = tables.check(table, pl.DataFrame(found, infer_schema_length=None) if found else table.empty())
    assert rejects.is_empty()
    return {name: repeats.collapse(table, good.select(table.names))}


def parts(text: str) -> list[str]:
    """What stands between the commas."""
    return [part.strip() for part in text.split(",") if part.strip()]


def ids(names: list[str]) -> list[str]:
    """Names as account ids."""
    return [f"x:{name.strip()}" for name in names]


def names(community: amb.Community, flags: trust.Flags) -> set[str]:
    """The accounts that are flagged, without their platform."""
    return set(community.accounts["account"].filter(pl.Series(flags)).str.strip_prefix("x:"))


def standing(community: amb.Community) -> set[str]:
    """Who is vouched for."""
    return names(community, trust.vouched(community))


def test_the_brand_and_whom_it_follows_or_answers_are_trusted_first() -> None:
    """With ten of them, nobody else is, however long they have been there."""
    nine = "".join(f"brand>f{place}, " for place in range(8))

    found = world(nine, "01-01 old like f0, 05-31 brand reply g")

    assert names(found, trust.seeds(found)) == {"brand", "g", *(f"f{place}" for place in range(8))}


def test_where_these_are_few_who_was_there_early_is_trusted_too() -> None:
    """Both ends of every act in the first half of the time; its very middle belongs to it."""
    found = world("brand>f", "01-01 old like other, 03-17 mid like f, 03-18 late like other, 05-31 last like other")

    assert names(found, trust.seeds(found)) == {"brand", "f", "old", "other", "mid"}


@pytest.mark.parametrize(
    "undated",
    [
        pytest.param(("ann>bob, brand>ann", ""), id="follows alone"),
        pytest.param(("", "05-01 ann like bob 12, 05-31 brand like ann 3"), id="totals alone"),
        pytest.param(("", "05-31 ann like bob, 05-31 cy like bob"), id="one moment"),
    ],
)
def test_everyone_is_vouched_for_where_there_is_nothing_to_begin_from(undated: tuple[str, str]) -> None:
    """Without times and with a brand that knows fewer than ten, no account can be told from another."""
    assert trust.vouched(world(*undated)).all()


def test_a_brand_that_is_not_known_leaves_who_was_there_early() -> None:
    """The recipe may name no brand: the early ones are trusted, and those whom two of them notice."""
    nobody = recipe.parse(tomllib.loads(RECIPE.replace('accounts = ["x:brand"]', "accounts = []")))

    found = build(nobody, {**kept("accounts", known("")), **rows("e1>n, e2>n, e1>m", ALWAYS)})

    assert standing(found) == EARLY | {"n"}


def test_two_witnesses_vouch_and_one_does_not() -> None:
    """Two who have standing make a third; one is not two, however often they act."""
    found = world("e1>two, e2>two, e1>one", ALWAYS + ", 05-01 e1 like one, 05-02 e1 share one")

    assert standing(found) == EARLY | {"brand", "two"}


def test_who_was_vouched_for_vouches_for_others() -> None:
    """Standing is handed on, as far as there are two witnesses at each step."""
    found = world("e1>a, e2>a, e1>b, a>b, a>c, b>c, c>d, newcomer>d")

    assert standing(found) == EARLY | {"brand", "a", "b", "c"}


def test_a_follow_for_a_follow_gives_no_standing() -> None:
    """Both early accounts follow back whom they were followed by, and that proves a bargain as much as esteem."""
    one_way, returned = "e1>e2, e1>e3, e2>e4, e1>n, e2>n", ", n>e1, n>e2"

    assert "n" in standing(world(one_way))
    assert "n" not in standing(world(one_way + returned))


@pytest.mark.parametrize("kind", tables.KINDS)
def test_an_answer_in_words_is_no_return(kind: str) -> None:
    """A like for a like buys standing from nobody; who answers or mentions their audience buys nothing."""
    returned = f", 05-01 e1 like n, 05-01 e2 like n, 05-02 n {kind} e1, 05-02 n {kind} e2"

    found = world("", ALWAYS + returned)

    assert ("n" in standing(found)) == (kind in ("comment", "reply", "mention"))


def test_a_follow_is_returned_by_a_like_as_well() -> None:
    """What was bought with one kind of attention may be paid for with another."""
    found = world("e1>n, e2>n", ALWAYS + ", 05-01 n like e1, 05-02 n share e2")

    assert "n" not in standing(found)


def test_one_return_spoils_one_witness_only() -> None:
    """Three notice them, and they follow one of the three: two are left."""
    found = world("e1>n, e2>n, e3>n, n>e1")

    assert "n" in standing(found)


def test_a_ring_of_bots_is_never_vouched_for() -> None:
    """Thirty new accounts, all tied to all of their own and to everyone else, gain nothing, and give nothing."""
    bots = [f"bot{place}" for place in range(30)]
    ring = ", ".join(f"{one}>{two}" for one in bots for two in [*bots, "e1", "brand", "ann"] if one != two)
    likes = ", ".join(f"05-20 {one} like {two}" for one in bots for two in [*bots, "e2", "ann"] if one != two)

    found = world(ring, f"{ALWAYS}, {likes}")

    assert standing(found) == EARLY | {"brand"}


OLD = [f"o{place}" for place in range(5)]
NEW = [f"bot{place}" for place in range(4)]
someone = st.sampled_from([*OLD, "brand"])
kinds = st.sampled_from(["like", "share", "reply"])
days = st.sampled_from(["01-02", "02-01", "04-01", "05-02"])
late_days = st.sampled_from(["03-18", "05-02", "05-31"])


def ties(source: st.SearchStrategy[str], target: st.SearchStrategy[str]) -> st.SearchStrategy[str]:
    """Follows as ``world`` reads them."""
    pairs = st.tuples(source, target).filter(lambda tie: tie[0] != tie[1])
    return st.lists(pairs.map(">".join), max_size=12).map(", ".join)


def doings(
    day: st.SearchStrategy[str], source: st.SearchStrategy[str], target: st.SearchStrategy[str]
) -> st.SearchStrategy[str]:
    """Acts as ``world`` reads them."""
    return st.lists(st.tuples(day, source, kinds, target).map(" ".join), max_size=10).map(", ".join)


FRIENDS = "o0>o1, o1>o0, o0>o2, o2>o0, o1>o2, o2>o1"
ALL_OF_THEM = ", ".join(f"{one}>{two}" for one in NEW for two in NEW if one != two)


@given(
    ties(someone, someone),
    doings(days, someone, someone),
    ties(st.sampled_from(NEW), st.sampled_from([*OLD, *NEW, "brand"])),
    doings(late_days, st.sampled_from(NEW), st.sampled_from([*OLD, *NEW, "brand"])),
)
@example(FRIENDS, "", "bot0>o0, bot1>o0, bot2>o0, bot3>o0", "")
@example("o0>o2, o1>o2, o2>o0, o2>o1, o0>o3, o1>o3, o0>o4", "", ALL_OF_THEM, "")
@settings(max_examples=50, deadline=None)
def test_new_accounts_change_nobodys_standing(follows: str, acts: str, more_follows: str, more_acts: str) -> None:
    """Whatever rows new accounts add, no old account gains or loses standing by it, and no new one has any."""
    spanned = f"01-01 o0 like o1, 05-31 o1 reply o0, {acts}"

    before = standing(world(follows, spanned))
    after = standing(world(f"{follows}, {more_follows}", f"{spanned}, {more_acts}"))

    assert after == before


def test_among_friends_no_tie_repays_another() -> None:
    """Where nearly every tie is mutual, following is friendship: it witnesses, and it counts."""
    people = ["e1", "e2", "e3", "n"]
    friends = ", ".join(f"{one}>{two}" for one in people for two in people if one != two)

    found = world(friends)
    followed = trust.followers(found).filter(account="x:e1")

    assert "n" in standing(found)
    assert followed["counted"].item() == followed["people"].item() == 3


def crowd(count: int) -> str:
    """So many new accounts, all of whom follow all others of them, and none anybody else."""
    return ", ".join(f"b{one}>b{two}" for one in range(count) for two in range(count) if one != two)


def test_a_crowd_of_new_accounts_cannot_make_a_trade_look_like_friendship() -> None:
    """However many follow one another, a follow for a follow of others stays one."""
    trade = "e1>e2, e1>e3, e2>e4, e1>n, e2>n, n>e1, n>e2"

    assert "n" not in standing(world(f"{trade}, {crowd(12)}"))


def test_a_crowd_of_new_accounts_cannot_make_friendship_look_like_a_trade() -> None:
    """However many strangers follow them one way, friends keep their standing and their followers."""
    friends = "e1>e2, e2>e1, e1>n, n>e1, e2>n, n>e2"
    strangers = ", ".join(f"b{place}>e1" for place in range(40))

    found = world(f"{friends}, {strangers}")

    assert "n" in standing(found)
    assert trust.followers(found).filter(account="x:n")["counted"].item() == 2


def counted(community: amb.Community, table: str, *given: tuple[str, str, float]) -> dict[str, float]:
    """What the sources of each target weigh together, from ``(source, target, weight)``."""
    place = {account: at for at, account in enumerate(community.accounts["account"])}
    source, target = (np.array([place[f"x:{row[end]}"] for row in given], np.uint32) for end in (0, 1))
    found = trust.counted(community, source, target, np.array([row[2] for row in given]), table)
    return {row[1]: float(found[place[f"x:{row[1]}"]]) for row in given}


def test_vouched_sources_count_in_full_and_those_repaid_for_nothing() -> None:
    """Two of three vouched for are left when the account liked the third; a stranger counts for nothing."""
    found = world("", ALWAYS + ", 05-01 n like e3, 05-01 stranger like n")
    sources = {"e1": 1.0, "e2": 0.25, "e3": 1.0, "stranger": 1.0}

    assert counted(found, "interactions", *((name, "n", weight) for name, weight in sources.items())) == {"n": 1.25}


@cache
def thin() -> tuple[amb.Community, list[tuple[str, str, float]]]:
    """Thirty strangers and four vouched for at n, and the four at four others: three to two in all."""
    strangers, others = ([f"{letter}{place}" for place in range(count)] for letter, count in (("s", 30), ("m", 4)))
    likes = [*(f"05-01 {one} like n" for one in strangers), *(f"05-01 e1 like {one}" for one in others)]
    found = world("", ", ".join([ALWAYS, *likes]))
    sure = [(one, target, 1.0) for one in sorted(EARLY) for target in ["n", *others]]
    return found, [*sure, *((one, "n", 1.0) for one in strangers)]


def test_where_the_data_is_thin_others_count_as_far_as_is_usual() -> None:
    """c = 30 / 20: four vouched ones allow 10 (1.5 - 1) (1 - 2 / 4) 4 = 10 of thirty others."""
    found, rows = thin()

    assert counted(found, "interactions", *rows) == {"n": 14.0, **{f"m{place}": 4.0 for place in range(4)}}


def test_how_thin_the_data_is_does_not_fade() -> None:
    """The four of long ago weigh a hundredth, and still vouch for as much data: V is 0.04, and 0.1 is allowed."""
    found, rows = thin()
    old = [(one, target, 0.01 if one in EARLY else weight) for one, target, weight in rows]

    assert counted(found, "interactions", *old)["n"] == pytest.approx(0.14)


def test_the_allowance_is_never_more_than_there_are() -> None:
    """Of few others all count, and not the most that might."""
    found, rows = thin()
    few = [row for row in rows if row[1] == "n"][:10]  # c = 6 / 4: 10 would be allowed beside the four vouched for

    assert counted(found, "interactions", *few) == {"n": 10.0}


def test_two_vouched_ones_allow_no_others() -> None:
    """What two friends could open for a crowd is nothing."""
    found, rows = thin()
    two = [row for row in rows if row[0] not in ("e3", "e4") and row[1] == "n"]

    assert counted(found, "interactions", *two) == {"n": 2.0}


def test_strangers_who_only_follow_never_count() -> None:
    """A follow costs nothing: however thin the data, no allowance is made for it."""
    found, rows = thin()

    assert counted(found, "follows", *rows)["n"] == 4


weights = st.floats(0, 1).map(lambda weight: round(weight, 3))


@given(
    st.lists(st.tuples(st.sampled_from([*sorted(EARLY), *(f"s{place}" for place in range(30))]), weights), max_size=40)
)
def test_what_counts_is_all_that_is_vouched_for_and_never_more_than_all(given_rows: list[tuple[str, float]]) -> None:
    """Between the vouched sources and every source, whatever the weights."""
    found, _ = thin()
    mine = [(source, "n", weight) for source, weight in dict(given_rows).items()]
    sure = sum(weight for source, _, weight in mine if source in EARLY)

    value = counted(found, "interactions", *mine).get("n", 0.0)

    assert sure - 1e-9 <= value <= sum(weight for *_, weight in mine) + 1e-9


def returned(community: amb.Community, source: str, target: str, *tables: str) -> float:
    """How much of what one gave the other came back."""
    accounts = community.accounts["account"]
    ends = (np.array([accounts.index_of(name)], np.uint32) for name in ids([source, target]))
    return float(trust.returned(community, *ends, *tables)[0])


def test_a_return_is_asked_of_the_tables_that_are_named() -> None:
    """Who follows back has not liked back."""
    found = world("e1>n, n>e1, e1>e2, e1>e3")

    assert returned(found, "e1", "n", "follows") == 1
    assert returned(found, "e1", "n", "interactions") == 0
    assert returned(found, "e1", "n", "follows", "interactions") == 1


def test_a_return_is_a_share_of_what_was_given() -> None:
    """Of four acts of any kind one like came back, which halves the esteem; more than was given is all of it."""
    four = "05-01 e1 like n, 05-02 e1 like n, 05-03 e1 reply n, 05-04 e1 share n"

    found = world("", f"{ALWAYS}, {four}, 05-05 n like e1")

    assert returned(found, "e1", "n", "interactions") == 0.25
    assert returned(found, "n", "e1", "interactions") == 1
    assert counted(found, "interactions", ("e1", "n", 1.0), ("e2", "n", 1.0)) == {"n": 1.5}


@pytest.mark.parametrize(("thanks", "vouched"), [(1, True), (2, False)])
def test_a_courtesy_is_no_bargain(thanks: int, vouched: bool) -> None:
    """Two accounts like four of their posts each; one like back leaves them witnesses, two do not."""
    likes = [f"05-0{day} {one} like n" for one in ("e1", "e2") for day in range(1, 5)]
    back = [f"05-0{day} n like {one}" for one in ("e1", "e2") for day in range(1, thanks + 1)]

    found = world("", ", ".join([ALWAYS, *likes, *back]))

    assert ("n" in standing(found)) == vouched


def test_the_trusted_network_holds_free_ties_of_vouched_accounts() -> None:
    """No ties of strangers, none that were returned; all accounts keep their places."""
    found = world("e1>n, e2>n, stranger>n, e3>e4, e4>e3")

    graph = trust.network(found, "follows")
    ends = zip(graph.out.sources.tolist(), graph.out.indices.tolist(), strict=True)

    assert graph.accounts.equals(found.accounts["account"])
    assert [(graph.accounts[one], graph.accounts[two]) for one, two in ends] == [("x:e1", "x:n"), ("x:e2", "x:n")]


def test_followers_are_counted_beside_all_of_them() -> None:
    """Five follow: two vouched for, one stranger, and two who were followed back."""
    found = world("e1>n, e2>n, stranger>n, e3>n, n>e3, e4>n, n>e4, e1>e2, e1>e3")

    followed = trust.followers(found).filter(account="x:n")

    assert followed.select("people", "counted").row(0) == (5, 2.0)


def test_stated_followers_are_less_those_who_do_not_count() -> None:
    """A thousand stated, one of whom is known as a stranger; never below none, and unknown where none are stated."""
    found = world("e1>n, stranger>n, stranger>m, stranger>o", accounts="n 1000, m 0")

    stated = trust.followers_as_stated(found)
    value = dict(stated.select(pl.col("account").str.strip_prefix("x:"), "value").iter_rows())

    assert [value[name] for name in ("n", "m", "o")] == [999, 0, None]
    assert stated.filter(account="x:n")["stated"].item() == 1000


def test_tiers_go_by_followers_who_count() -> None:
    """A thousand stated followers are nano; with a stranger known among them it is still a fan."""
    found = world("e1>n, stranger>m, e1>o", accounts="n 1000, m 1000, e1 10000")

    tier = dict(trust.peers(found).select(pl.col("account").str.strip_prefix("x:"), "tier").iter_rows())

    assert [tier[name] for name in ("n", "m", "e1", "o")] == ["nano", "fan", "micro", None]
    assert "brand" not in tier


def test_a_witness_of_tomorrow_vouches_for_nobody_today() -> None:
    """As of a date, only what was known then gives standing."""
    found = world("", ALWAYS + ", 04-01 e1 like n, 05-20 e2 like n")

    assert "n" in standing(found)
    assert "n" not in standing(found.as_of("2026-05-19"))


def test_the_same_rows_give_the_same_bytes() -> None:
    """Twice from the same rows, whole and as of a date, to the last bit."""
    follows, acts = "e1>n, e2>n, n>e2, s>n, e3>m, e4>m", ALWAYS + ", 05-01 e1 like n, 05-02 s share n, 05-03 n like e4"

    for when in (None, "2026-05-02T12:00:00Z"):
        one, two = (world(follows, acts).as_of(when) for _ in range(2))
        assert trust.vouched(one).tobytes() == trust.vouched(two).tobytes()
        assert trust.followers(one).equals(trust.followers(two))


def test_members_of_what_looks_like_a_pod_prove_nothing_to_one_another() -> None:
    """Thirty who take turns, so that nothing is returned: their ties count for nothing, those to others as before."""
    everyone = [f"p{place}" for place in range(30)]
    turns = [f"05-01 {one} share {two}" for place, one in enumerate(everyone) for two in everyone[place + 1 :]]
    crowd = [f"05-02 c{place} like d{place % 40}" for place in range(400)]
    hubs = [f"05-03 f{place} like h{place % 30}" for place in range(400)]

    found = world("", ", ".join([ALWAYS, *turns, *crowd, *hubs, "05-04 p0 share n"]))

    pair = [np.array([place_of(found, name)]) for name in ("p12", "p25")]
    outside = [np.array([place_of(found, name)]) for name in ("p0", "n")]
    assert trust.returned(found, *pair, "interactions").tolist() == [0]
    assert trust.esteem(found, *pair, "interactions").tolist() == [0]
    assert trust.esteem(found, *outside, "interactions").tolist() == [1]


def place_of(community: amb.Community, name: str) -> int:
    """Where an account stands among all."""
    return community.accounts["account"].to_list().index(f"x:{name}")
