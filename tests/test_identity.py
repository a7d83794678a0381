"""Identity: one person with several accounts becomes one person, with evidence for each merge."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import ambassadors as amb
from ambassadors import identity, shortlists, tables
from ambassadors.errors import UnknownAccount
from ambassadors.identity.edges import Edge
from ambassadors.identity.merging import merged
from tests.conftest import FILES, RECIPE, Cafe

#: The cafe's people on a second platform: Ann and Cy are there, too, and somebody who says to be Bob.
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
FIRST = RECIPE.replace('following = "following" }', 'following = "following", links = "links", email_key = "key" }')
LINKED = {
    "accounts.csv": """id,handle,name,followers,following,links,key
brand,TheCafe,The Cafe,5000,10,https://instagram.com/annes,
rival,OtherCafe,Other Cafe,4000,10,,
staff,cafe_staff,Staff,100,100,,
ann,ann,Ann,900,200,me on instagram.com/annes!,
bob,bob,Bob,20000,300,,
cy,cy,Cy,10,5000,,
""",
    "second.csv": """id,handle,followers,links,key
7,annes,2500,https://www.x.com/Ann?lang=en https://x.com/TheCafe,
8,bob.real,5,https://x.com/bob,
9,cyrus,40,,k-cy
""",
    "acts.csv": """source,target,kind,at
instagram:7,x:brand,share,2026-05-07
instagram:7,x:ann,like,2026-05-08
instagram:9,instagram:7,like,2026-05-09
""",
    "ties.csv": """source,target,since
instagram:7,x:ann,2026-01-01
instagram:7,x:brand,2026-01-09
instagram:9,x:bob,2026-01-01
""",
    "customers.csv": "customer,account,key\nC1,x:ann,\nC2,,k-cy\nC3,x:cy,k-cy\n",
    "orders.csv": FILES["orders.csv"],
}


@pytest.fixture
def two(cafe: Cafe, tmp_path: Path) -> amb.Community:
    """The cafe with a second platform: Ann's profiles name each other, Cy is known by an address."""
    for name in ("second.csv", "acts.csv", "ties.csv"):
        (tmp_path / name).write_text(LINKED[name], encoding="utf-8")
    recipe = FIRST.replace('account = "account" }', 'account = "account", email_key = "key" }') + SECOND
    texts = {name.replace(".csv", "_csv"): LINKED[name] for name in ("accounts.csv", "customers.csv")}
    return amb.read(cafe(recipe, **texts))


def test_look(two: amb.Community) -> None:
    with pl.Config(fmt_str_lengths=100, tbl_rows=50, tbl_width_chars=200, tbl_cols=20):
        print(two.people, two.conflicts, two.merged_rows)
        print(two.accounts.select("account", "handle", "followers"))
        print(two.interactions.select("source", "target", "at"), two.follows, two.orders)
        print(two.other_accounts, two.find("@ann"), two.find("x:ann"), two.find("@annes"))
