"""Identity: one person with several accounts is one person in every table, at every date, in every list."""

from __future__ import annotations

from pathlib import Path

import polars as pl
import pytest

import ambassadors as amb
from ambassadors import score
from ambassadors.errors import UnknownAccount
from tests.conftest import FILES, RECIPE, Cafe

FIRST = RECIPE.replace('following = "following" }', 'following = "following", links = "links", email_key = "key" }')
#: The cafe's people on a second platform: Ann is there, Cy is, and somebody who says to be Bob.
SECOND = """
[[files]]
table = "accounts"
path = "second.csv"
platform = "instagram"
columns = { account = "id", handle = "handle", followers = "followers", links = "links", email_key = "key" }

[[files]]
table = "interactions"
path = "acts.csv"
columns = { source = "source", target = "target", kind = "kind", at = "at" }

[[files]]
table = "follows"
path = "ties.csv"
columns = { source = "source", target = "target", since = "since" }
"""
CUSTOMERS = 'account = "account", email_key = "key", email = "email", consent = "agrees", since = "since" }'
TEXTS = {
    "accounts.csv": """id,handle,name,followers,following,links,key
brand,TheCafe,The Cafe,5000,10,,
rival,OtherCafe,Other Cafe,4000,10,,
staff,cafe_staff,Staff,100,100,,
ann,ann,Ann,900,200,me on instagram.com/annes!,
bob,bob,Bob,20000,300,,
cy,cy,Cy,10,5000,,
""",
    "second.csv": """id,handle,followers,links,key
7,annes,2500,https://www.x.com/Ann?lang=en,
8,bob.real,5,https://x.com/bob,
9,cyrus,40,,k-cy
""",
    "acts.csv": """source,target,kind,at
instagram:7,x:brand,share,2026-05-07
instagram:7,x:ann,like,2026-05-08
x:ann,x:ann,reply,2026-05-08
instagram:9,instagram:7,like,2026-05-09
""",
    "ties.csv": """source,target,since
instagram:7,x:ann,2026-01-01
instagram:7,x:brand,2025-12-09
instagram:9,x:bob,2026-01-09
""",
    "customers.csv": """customer,account,key,email,agrees,since
C1,x:ann,,ann@example.org,yes,2026-01-01
C2,,k-cy,old@example.org,yes,2026-01-01
C3,x:cy,k-cy,cy@example.org,yes,2026-02-01
C4,x:bob,,bob@example.org,,2026-02-01
""",
    "orders.csv": FILES["orders.csv"],
}


def read(cafe: Cafe, tmp_path: Path, recipe: str = FIRST + SECOND, **changed: str) -> amb.Community:
    """The cafe with a second platform; any file of it, or the recipe, can be another."""
    texts = {**TEXTS, **{name.replace("_csv", ".csv"): text for name, text in changed.items()}}
    for name, text in texts.items():
        (tmp_path / name).write_text(text, encoding="utf-8")
    told = recipe.replace('account = "account" }', CUSTOMERS)
    return amb.read(cafe(told, **{name.replace(".csv", "_csv"): text for name, text in texts.items()}))


@pytest.fixture
def two(cafe: Cafe, tmp_path: Path) -> amb.Community:
    """The cafe with a second platform: Ann's profiles name each other, Cy is known by an address."""
    return read(cafe, tmp_path)


def test_every_merge_has_its_evidence(two: amb.Community) -> None:
    """Who stands for whom, by what, in words; the account with most stated followers stands for the person."""
    rows = {row["account"]: (row["person"], row["by"]) for row in two.people.iter_rows(named=True)}

    assert rows == {
        "instagram:7": ("instagram:7", None),
        "x:ann": ("instagram:7", "profile"),
        "instagram:9": ("instagram:9", None),
        "x:cy": ("instagram:9", "customer"),
        "customer:C2": ("instagram:9", "email"),
        "customer:C3": ("instagram:9", "email"),
    }
    assert two.people.filter(account="x:ann")["evidence"].to_list() == [
        "instagram:7 names x.com/Ann, and x:ann names instagram.com/annes"
    ]
    assert two.people["probability"].null_count() == 6


def test_one_person_is_one_row(two: amb.Community) -> None:
    """An alias is in no table any more; the account that stands for the person keeps its own profile."""
    aliases = ["x:ann", "x:cy", "customer:C2", "customer:C3"]
    seen = pl.concat(
        [two.accounts["account"], two.follows["source"], two.interactions["target"], two.orders["account"]]
    )

    assert seen.is_in(aliases).sum() == 0
    assert two.accounts.filter(account="instagram:7")["followers"].to_list() == [2500]
    assert two.orders.group_by("account").len().sort("account").rows() == [("instagram:7", 3), ("instagram:9", 1)]
    assert [ranked.height for ranked in (score.rank(two, "influencers"),)] == [5]


def test_acts_between_own_accounts_are_no_evidence(two: amb.Community) -> None:
    """A like of oneself from the other account is dropped, an answer under one's own post stays; all are counted."""
    own = two.interactions.filter(pl.col("source") == pl.col("target"))

    assert own["kind"].to_list() == ["reply"]
    assert two.merged_rows == {"accounts": 2, "follows": 3, "interactions": 1}
    assert two.interactions["at"].is_sorted()


def test_a_follow_known_twice_counts_from_the_first(two: amb.Community) -> None:
    """Ann follows the brand from two accounts: once, since the earlier."""
    since = two.follows.filter(source="instagram:7", target="x:brand")["since"]

    assert [f"{when:%Y-%m-%d}" for when in since] == ["2025-12-09"]


def test_any_name_finds_the_person(two: amb.Community) -> None:
    """Every id and handle of a person leads to the account that stands for them."""
    for name in ("x:ann", "@ann", "@annes", "instagram:@annes", "instagram:7"):
        assert two.find(name) == "instagram:7"
    assert two.aliases("x:ann") == ["instagram:7", "x:ann"]
    assert two.aliases("x:bob") == ["x:bob"]


def test_other_accounts_and_the_address_can_be_shown(two: amb.Community) -> None:
    """Other accounts by platform and handle; an address only of who agrees, the latest of several."""
    assert two.other_accounts.rows() == [("instagram:7", "x:@ann"), ("instagram:9", "x:@cy")]
    assert two.emails.rows() == [("instagram:7", "ann@example.org"), ("instagram:9", "cy@example.org")]


def test_who_says_to_be_somebody_is_not(two: amb.Community) -> None:
    """A profile that names another, and is not named by it, is joined to nobody."""
    assert two.find("@bob.real") == "instagram:8"
    assert two.find("@bob") == "x:bob"


def test_without_links_the_tables_are_the_very_same(community: amb.Community) -> None:
    """Where nobody has several accounts, nothing is copied and nothing costs."""
    assert community.people.is_empty()
    for name in ("follows", "posts", "interactions"):
        assert community.rows(name) is getattr(community, name) is community.kept[name]
    assert community.singly is community


def test_a_link_learned_later_is_not_used_earlier(cafe: Cafe, tmp_path: Path) -> None:
    """Before the second link of a customer was known, the two accounts were two people."""
    customers = TEXTS["customers.csv"] + "C4,instagram:8,,,,2026-05-01\n"
    community = read(cafe, tmp_path, customers_csv=customers)

    assert community.aliases("instagram:8") == ["x:bob", "customer:C4", "instagram:8"]
    assert community.as_of("2026-04-30").aliases("instagram:8") == ["instagram:8"]


def test_a_later_link_on_one_platform_replaces_the_earlier(cafe: Cafe, tmp_path: Path) -> None:
    """A customer who is linked to two accounts of a platform, one after the other, has the second."""
    customers = "customer,account,key,email,agrees,since\nC1,x:ann,,,,2026-01-01\nC1,x:bob,,,,2026-02-01\n"
    community = read(cafe, tmp_path, customers_csv=customers)

    assert community.orders.filter(customer="C1")["account"].unique().to_list() == ["x:bob"]
    assert "x:bob" not in community.people["account"]


def test_the_recipe_names_people(cafe: Cafe, tmp_path: Path) -> None:
    """What the brand knows joins accounts, of one platform, too; a name that nobody bears is told with its key."""
    named = FIRST + SECOND + '\n[identity]\npeople = [["@bob", "@bob.real", "x:dan"]]\n'
    community = read(cafe, tmp_path, named)

    assert community.aliases("x:dan") == ["x:bob", "instagram:8", "x:dan"]
    evidence = community.people.filter(account="x:dan")["evidence"].item()
    assert evidence == "the recipe's identity.people[1] names instagram:8 and x:dan"
    with pytest.raises(UnknownAccount, match=r"recipe, identity\.people\[1\]: .*'@boob'"):
        read(cafe, tmp_path, named.replace('"@bob",', '"@boob",'))


def test_evidence_can_be_left_unused(cafe: Cafe, tmp_path: Path) -> None:
    """Profiles and addresses join nobody where the recipe says so; customers' links always do."""
    community = read(cafe, tmp_path, FIRST + SECOND + "\n[identity]\nprofiles = false\nemails = false\n")

    assert community.people.is_empty()


def test_the_brand_and_rivals_are_joined_to_nobody(cafe: Cafe, tmp_path: Path) -> None:
    """Even where the brand's profile names somebody who names the brand; the evidence is told."""
    accounts = TEXTS["accounts.csv"].replace("5000,10,,", "5000,10,instagram.com/bob.real,")
    second = TEXTS["second.csv"].replace("https://x.com/bob", "https://x.com/thecafe")
    community = read(cafe, tmp_path, accounts_csv=accounts, second_csv=second)

    assert "x:brand" not in community.people["account"]
    assert community.conflicts.select("one", "other", "by").rows() == [("instagram:8", "x:brand", "profile")]


def test_what_holds_for_one_account_holds_for_the_person(cafe: Cafe, tmp_path: Path) -> None:
    """Staff, an exclusion, ``only`` and a refusal reach the person through any of their accounts."""
    brand = 'staff = ["x:staff"]'
    changed = {
        "staff": FIRST.replace(brand, 'staff = ["x:staff", "x:ann"]'),
        "exclude": FIRST.replace(brand, brand + '\nexclude = ["x:an*"]'),
        "only": FIRST + '\n[rank]\nonly = ["x:cy"]\n',
    }
    candidates = {
        name: set(read(cafe, tmp_path, recipe + SECOND).candidates["account"]) for name, recipe in changed.items()
    }
    refusing = TEXTS["customers.csv"].replace("ann@example.org,yes", "ann@example.org,no")
    refused = read(cafe, tmp_path, customers_csv=refusing)

    assert not {"instagram:7", "x:ann"} & (candidates["staff"] | candidates["exclude"])
    assert candidates["only"] == {"instagram:9"}
    for date in (None, "2025-12-31"):
        assert "instagram:7" not in refused.as_of(date).candidates["account"]
    assert set(refused.refusing) >= {"instagram:7", "x:ann"}


def test_staff_stands_for_their_person(cafe: Cafe, tmp_path: Path) -> None:
    """The account that the recipe names stays in the tables, so that every step knows staff for what they are."""
    community = read(cafe, tmp_path, FIRST.replace('"x:staff"]', '"x:staff", "x:ann"]') + SECOND)

    assert community.find("@annes") == "x:ann"


def test_one_more_refusal_holds_for_the_whole_person(two: amb.Community) -> None:
    """A refusal that reaches us by another way holds for all accounts, too."""
    community = two.also_refusing(pl.Series(["x:cy"]))

    assert "instagram:9" not in community.candidates["account"]
    assert "instagram:9" in community.refusing


def test_rows_behind_a_person_are_those_of_all_accounts(two: amb.Community) -> None:
    """What stands behind a line is every row that names any account of the person."""
    assert two.rows("accounts").filter(account="instagram:7").height == 2
    assert two.rows("interactions").height == two.kept["interactions"].height


def test_a_past_is_judged_with_the_people_it_knew(cafe: Cafe, tmp_path: Path) -> None:
    """Accounts that were joined after an origin are two in what followed it, as they were two in its ranking."""
    customers = TEXTS["customers.csv"] + "C4,instagram:8,,,,2026-05-01\n"
    community = read(cafe, tmp_path, customers_csv=customers)
    past = community.as_of("2026-04-30")

    assert "instagram:8" not in community.accounts["account"]
    assert "instagram:8" in community.seen_like(past).accounts["account"]
    assert past.seen_like(past) is past
