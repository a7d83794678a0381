"""The shortlist: what a partnership manager reads."""

from __future__ import annotations

import pytest

import ambassadors as amb
from ambassadors.shortlists import COLUMNS, confidence, rows_behind
from tests.conftest import FILES, RECIPE, Cafe


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
    """The four columns that a manager fills begin empty."""
    people = amb.shortlist(community, "influencers")

    assert all(
        people[name].null_count() == people.height
        for name in ("relationship_stage", "owner", "do_not_contact", "notes")
    )


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


def test_confidence_grows_with_rows() -> None:
    """The grades stand at 20 and 100 rows."""
    assert [confidence(rows) for rows in (0, 19, 20, 99, 100)] == ["low", "low", "medium", "medium", "high"]
