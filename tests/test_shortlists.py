"""The shortlist: what a partnership manager reads."""

from __future__ import annotations

from pathlib import Path

import polars as pl
import pytest

import ambassadors as amb
from ambassadors.shortlists import COLUMNS, MANAGERS, rows_behind
from tests.conftest import FILES, RECIPE, Cafe
from tests.test_score import LINES, vendors


def test_a_list_has_its_columns_and_at_most_k_people(community: amb.Community) -> None:
    """One person a row, in the ranking's order, with the columns that are promised."""
    people = amb.shortlist(community, "ambassadors", k=2)

    assert people.columns == list(COLUMNS)
    assert people["rank"].to_list() == [1, 2]
    assert people["account"].to_list() == amb.rank(community, "ambassadors")["account"][:2].to_list()


def test_reasons_are_sentences_with_numbers(community: amb.Community) -> None:
    """The first three reasons are the largest contributions, said with their numbers."""
    row = amb.shortlist(community, "ambassadors").row(0, named=True)

    assert row["person"] == "Ann"
    assert row["stage"] == "defend"
    assert row["reason_1"] == (
        "4 acts toward the brand (1 like, 1 comment, 1 share), the last on 2026-05-20; "
        "ahead of 80 % of comparable accounts."
    )
    assert all(row[f"reason_{n}"].endswith(".") for n in (1, 2, 3))


def test_the_managers_columns_are_empty(community: amb.Community) -> None:
    """The columns that a manager fills begin empty."""
    people = amb.shortlist(community, "influencers")

    assert all(people[name].null_count() == people.height for name in MANAGERS)


def test_facts_of_a_person_are_counted(community: amb.Community) -> None:
    """Orders, spending and acts are those of the tables."""
    row = amb.shortlist(community, "ambassadors").row(0, named=True)

    assert (row["orders"], row["net_spend"], row["followers"], row["tier"], row["interactions_90d"]) == (
        2,
        12.5,
        900,
        "fan",
        3,
    )
    assert str(row["last_interaction"]) == "2026-05-20"


def test_rows_behind_a_person_are_counted(community: amb.Community) -> None:
    """Every row that names the person, in every table."""
    found = (
        rows_behind(community, amb.shortlist(community, "ambassadors")["account"])
        .filter(account="x:ann")
        .row(0, named=True)
    )

    assert (found["follows_rows"], found["interactions_rows"], found["orders_rows"], found["rows_behind"]) == (
        2,
        7,
        3,
        13,
    )


def cautions(cafe: Cafe, account: str, recipe: str = RECIPE, **changed: str) -> str:
    """What is said against a person, in either list."""
    community = amb.read(cafe(recipe, **changed))
    said = ""
    for ranking in ("ambassadors", "influencers"):
        for row in amb.shortlist(community, ranking).filter(account=account).iter_rows(named=True):
            said += f"{row['caution_1']} {row['caution_2']} "
    return said


@pytest.mark.parametrize(
    ("account", "said"),
    [
        ("x:cy", "Follows 5,000 and is followed by 10: a pattern of fake accounts."),
        ("x:bob", "Only 9 rows of data stand behind this line."),
        ("customer:C2", "Known from orders only: no account is linked."),
        ("x:dan", "1 complaint, nothing good since."),
        ("x:ann", "1 refund against 2 orders."),
    ],
)
def test_cautions_say_what_speaks_against(cafe: Cafe, account: str, said: str) -> None:
    """Each caution is a sentence with its numbers."""
    assert said in cautions(cafe, account)


def test_a_burst_of_acts_is_told_as_a_contest(cafe: Cafe) -> None:
    """Many acts on one day are no habit."""
    days = "".join(f"cy,bob,like,2026-03-{day:02},,\n" for day in range(1, 31))
    burst = FILES["interactions.csv"] + days + "".join(f"bob,brand,share,2026-05-02,p{n},\n" for n in range(30, 45))

    assert "15 of" not in cautions(cafe, "x:bob", interactions_csv=burst)
    assert "acts toward the brand fall on 2 days: a contest, perhaps." in cautions(
        cafe, "x:bob", interactions_csv=burst
    )


def test_more_love_for_rivals_is_told(cafe: Cafe) -> None:
    """Who does more for a rival is no safe choice."""
    acts = FILES["interactions.csv"] + "bob,rival,like,2026-05-02,,\nbob,rival,like,2026-05-03,,\n"

    assert "3 acts toward rivals, 1 toward the brand." in cautions(cafe, "x:bob", interactions_csv=acts)


def pod_among_others() -> str:
    """Acts of twelve people who share one another, all of them, and of people who each like one of thirteen others."""
    members = [f"m{place}" for place in range(12)]
    rows = [f"{one},{two},share,2026-05-02,," for one in members for two in members if one != two]
    rows += [f"p{one}_{two},o{one},like,2026-02-03,," for one in range(13) for two in range(12)]
    return FILES["interactions.csv"] + "\n".join(rows) + "\n"


def test_a_pod_is_told_with_its_share_and_without_accusing(cafe: Cafe) -> None:
    """Who is shared by people who all share one another; popular accounts are not touched by it."""
    acts = pod_among_others()

    assert "Of the pairs of people around them 100 % respond to each other: perhaps by agreement." in cautions(
        cafe, "x:m3", interactions_csv=acts
    )
    assert "pairs" not in cautions(cafe, "x:o3", interactions_csv=acts)


@pytest.mark.parametrize("ranking", ["influencers", "ambassadors"])
def test_responders_who_do_not_count_are_told(cafe: Cafe, ranking: str) -> None:
    """Eleven responded, and none of them counts, since each got it back: said with both numbers, in either list."""
    acts = pod_among_others() + "m3,brand,like,2026-03-01,,\no3,brand,like,2026-03-01,,\n"

    people = amb.shortlist(amb.read(cafe(interactions_csv=acts)), ranking, k=1000)

    assert people.filter(account="x:m3")["caution_2"].to_list() == [
        "Of 11 people who responded 0 count; the others are unknown, "
        "or theirs was returned: look whether they are real."
    ]
    assert "count;" not in str(people.filter(account="x:o3").row(0))


def test_bounds_and_confidence_are_those_of_the_ranking(community: amb.Community) -> None:
    """The manager reads the grade and the bounds that the ranking gives."""
    for ranking in ("influencers", "ambassadors"):
        people, ranked = amb.shortlist(community, ranking), amb.rank(community, ranking)

        assert people.select("rank", "rank_low", "rank_high").equals(ranked.select("rank", "rank_low", "rank_high"))
        assert people["data_confidence"].to_list() == ranked["grade"].to_list()


def test_a_list_of_statistics_says_that_no_responses_are_known(tmp_path: Path) -> None:
    """A vendor's export: no bounds, no grade but that one, and reasons that name whose word is taken."""
    people = amb.shortlist(vendors(tmp_path, x=LINES), "influencers")

    assert people["rank_low"].null_count() == people["rank_high"].null_count() == people.height
    assert set(people["data_confidence"]) == {"no responses"}
    assert people.row(0, named=True)["reason_1"] == (
        "On 80 lists that other people keep; ahead of 50 % of comparable accounts."
    )
    assert "2,000 followers as stated by the platform" in str(people.row(0))
    assert people["caution_1"].null_count() == people.height


def flags(cafe: Cafe, account: str, **changed: str) -> str | None:
    """What is doubted about an account itself, in the list of influencers."""
    people = amb.shortlist(amb.read(cafe(**changed)), "influencers", k=1000)
    return people.row(by_predicate=pl.col("account") == account, named=True)["authenticity_flags"]


def test_what_is_doubted_about_an_account_is_flagged(cafe: Cafe) -> None:
    """In fixed words, all of them, also where the sentences find no room; nothing where nothing was seen."""
    accounts = "id,handle,name,followers,following,created\n" + "".join(
        line + (",2026-05-01\n" if line.startswith("m3") else ",\n")
        for line in [*FILES["accounts.csv"].splitlines()[1:], "m3,m3,M,1,5000", "m4,m4,M,2000,3000"]
    )
    recipe = RECIPE.replace('following = "following" }', 'following = "following", created_at = "created" }')
    acts = pod_among_others() + "m3,brand,like,2026-05-02,,\no3,brand,like,2026-03-01,,\n"
    found = amb.shortlist(amb.read(cafe(recipe, accounts_csv=accounts, interactions_csv=acts)), "influencers", k=1000)

    flagged = dict(found.select("account", "authenticity_flags").iter_rows())

    assert flagged["x:m3"] == "pod; unvouched responders; fake-follower pattern; new account"
    assert flagged["x:m4"] == "pod; unvouched responders; mass follower"
    assert flagged["x:ann"] is None


@pytest.mark.parametrize("account", ["x:cy", "x:bob"])
def test_a_flag_and_its_caution_are_of_one_mind(cafe: Cafe, account: str) -> None:
    """Whoever is cautioned about as a fake account is flagged so, and nobody else."""
    cautioned = "a pattern of fake accounts" in cautions(cafe, account)

    assert cautioned == ("fake-follower pattern" in (flags(cafe, account) or ""))
