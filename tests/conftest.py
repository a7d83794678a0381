"""What tests share: a small brand in a folder, written by hand, so that every number can be counted."""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path

import pytest

import ambassadors as amb

os.environ["AMBASSADORS_QUIET"] = "1"  # whether the loops were compiled by an earlier run must not show on stderr

RECIPE = """
name = "cafe"
zone = "UTC"

[brand]
accounts = ["x:brand"]
rivals = ["x:rival"]
staff = ["x:staff"]

[ladder]
complaint_words = ["awful"]

[[files]]
table = "accounts"
path = "accounts.csv"
platform = "x"
columns = { account = "id", handle = "handle", name = "name", followers = "followers", following = "following" }

[[files]]
table = "follows"
path = "follows.csv"
platform = "x"
columns = { source = "source", target = "target", since = "since" }

[[files]]
table = "posts"
path = "posts.csv"
platform = "x"
columns = { post = "post", author = "author", at = "at" }

[[files]]
table = "interactions"
path = "interactions.csv"
platform = "x"
columns = { source = "source", target = "target", kind = "kind", at = "at", post = "post", text = "text" }

[[files]]
table = "customers"
path = "customers.csv"
columns = { customer = "customer", account = "account" }

[[files]]
table = "orders"
path = "orders.csv"
columns = { customer = "customer", order = "order", at = "at", amount = "amount" }
"""
FILES = {
    "accounts.csv": """id,handle,name,followers,following
brand,TheCafe,The Cafe,5000,10
rival,OtherCafe,Other Cafe,4000,10
staff,cafe_staff,Staff,100,100
ann,ann,Ann,900,200
bob,bob,=Bob(),20000,300
cy,cy,Cy,10,5000
""",
    "follows.csv": """source,target,since
ann,brand,2026-01-01
bob,brand,2026-01-02
cy,brand,2026-01-03
ann,bob,2026-01-04
cy,bob,2026-01-05
staff,brand,2026-01-01
""",
    "posts.csv": """post,author,at
p1,brand,2026-02-01
p2,bob,2026-02-02
p3,brand,2026-05-01
""",
    "interactions.csv": """source,target,kind,at,post,text
ann,brand,like,2026-02-01,p1,
ann,brand,comment,2026-05-02,p3,lovely
ann,brand,share,2026-05-03,p3,
ann,brand,mention,2026-05-20,,
dan,brand,comment,2026-05-04,p3,awful coffee
ann,dan,reply,2026-05-05,p3,not so
ann,dan,reply,2026-05-06,p3,really not
ann,bob,like,2026-02-03,p2,
cy,bob,share,2026-02-03,p2,
bob,rival,share,2026-04-01,,
bob,brand,like,2026-04-02,p1,
staff,brand,like,2026-05-30,p3,
""",
    "customers.csv": "customer,account\nC1,x:ann\nC2,\n",
    "orders.csv": """customer,order,at,amount
C1,O1,2026-01-10,10.00
C1,O1,2026-01-10,2.50
C1,O2,2026-05-10,8.00
C1,O3,2026-05-12,-8.00
C2,O4,2026-05-11,30.00
""",
}

Cafe = Callable[..., Path]


@pytest.fixture
def cafe(tmp_path: Path) -> Cafe:
    """Writes the small brand; any file of it, or the recipe, can be another."""

    def write(recipe: str = RECIPE, **changed: str | bytes) -> Path:
        for name, text in {**FILES, **{key.replace("_csv", ".csv"): value for key, value in changed.items()}}.items():
            (tmp_path / name).write_bytes(text if isinstance(text, bytes) else text.encode())
        (tmp_path / "brand.toml").write_text(recipe, encoding="utf-8")
        return tmp_path / "brand.toml"

    return write


@pytest.fixture
def community(cafe: Cafe) -> amb.Community:
    """The small brand, read."""
    return amb.read(cafe())
