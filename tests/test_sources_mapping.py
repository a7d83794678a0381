"""From a file's columns to a table's, as a recipe says."""

from __future__ import annotations

import hashlib
import hmac
from typing import Any

import polars as pl
import pytest

from ambassadors import tables
from ambassadors.errors import AmbassadorsError, SourceError
from ambassadors.recipe import Source
from ambassadors.sources import mapping

KNOWN = mapping.Known(
    pl.DataFrame({"key": ["x:@ann"], "account": ["x:1"]}), pl.DataFrame({"post": ["x:p1"], "author": ["x:9"]})
)


def mapped(rows: dict[str, list[Any]], zone: str | None = "UTC", **source: Any) -> tuple[pl.DataFrame, pl.DataFrame]:
    """The good rows and the rejects that a section of a recipe makes of a file's rows."""
    section = Source.model_validate({"path": "f.csv", **source})
    frame = pl.DataFrame(rows)
    lines = pl.Series(range(2, frame.height + 2), dtype=pl.Int64)
    return tables.check(tables.table(section.table), mapping.to_table(section, frame, lines, "f.csv", zone, KNOWN))


ACT = {"source": "a", "target": "b", "kind": {"value": "like"}, "at": {"value": "2026-01-01"}}


def test_the_platform_goes_before_ids() -> None:
    """A native id becomes platform:native_id, with the column's own prefix between."""
    good, _ = mapped(
        {"a": ["007"], "b": ["7"]},
        table="follows",
        platform="x",
        columns={"source": "a", "target": {"column": "b", "prefix": "u-"}},
    )

    assert good.select("source", "target").row(0) == ("x:007", "x:u-7")


def test_a_prefix_hides_no_mangled_id() -> None:
    """An id that a spreadsheet mangled is rejected for what stood in the file, prefix or not."""
    columns = {"source": {"column": "a", "prefix": "u-"}, "target": "b"}
    _, rejects = mapped({"a": ["1.23E+18", "7.0"], "b": ["2", "2"]}, table="follows", platform="x", columns=columns)

    assert rejects["reason"].to_list() == ["scientific_id", "decimal_id"]


def test_whole_ids_need_no_platform() -> None:
    """Without platform =, the ids of the file must be whole."""
    good, rejects = mapped(
        {"a": ["x:1", "1"], "b": ["x:2", "x:3"]}, table="follows", columns={"source": "a", "target": "b"}
    )

    assert (good.height, rejects["reason"].to_list()) == (1, ["no_platform"])


def test_kinds_are_renamed_and_unknown_ones_rejected() -> None:
    """values = {...} renames; what stands in no entry is rejected, kept or emptied as the recipe says."""
    rows = {"a": ["1", "1"], "b": ["2", "2"], "k": ["RT", "XX"]}
    columns = {**ACT, "kind": {"column": "k", "values": {"RT": "share"}}}

    good, rejects = mapped(rows, table="interactions", platform="x", columns=columns)

    assert good["kind"].to_list() == ["share"]
    assert rejects.select("column", "reason", "value").row(0) == ("kind", "unknown_value", "XX")


def test_other_values_can_be_kept_or_emptied() -> None:
    """others = says what becomes of a value without an entry."""
    for others, expected in (("keep", "z"), ("empty", None)):
        name = {"column": "n", "values": {"y": "Y"}, "others": others}
        good, _ = mapped(
            {"i": ["1"], "n": ["z"]}, table="accounts", platform="x", columns={"account": "i", "name": name}
        )
        assert good["name"].to_list() == [expected]


def test_a_value_can_mean_nothing() -> None:
    """A dash that stands for nothing is nothing, in any type of column, whatever becomes of other values."""
    dash = {"values": {"-": ""}, "others": "keep"}
    columns = {
        "customer": "c", "at": {"value": "2026-01-01"}, "amount": "a",
        "refunded": {"column": "r", **dash}, "refunded_at": {"column": "t", **dash},
    }  # fmt: skip
    rows = {"c": ["1", "2"], "a": ["5", "5"], "r": ["-", "2"], "t": ["-", "2026-02-01"]}

    good, rejects = mapped(rows, table="orders", columns=columns)

    assert rejects.is_empty()
    assert good["refunded"].to_list() == [None, 2.0]
    assert good["refunded_at"].null_count() == 1


def test_a_decimal_comma_holds_beside_values_and_in_products() -> None:
    """decimal = "," is a matter of the file, not of how a column is made; a point then is none of its numbers."""
    columns = {"customer": "c", "at": {"value": "2026-01-01"}}
    rows = {"c": ["1", "2", "3"], "a": ["1,5", "free", "1.234"], "q": ["2", "2", "2"]}
    renamed = {**columns, "amount": {"column": "a", "values": {"free": "0"}, "others": "keep"}}
    product = {**columns, "amount": {"product": ["q", "a"]}}

    good, rejects = mapped(rows, table="orders", decimal=",", columns=renamed)
    assert (good["amount"].to_list(), rejects["reason"].to_list()) == ([1.5, 0.0], ["not_a_number"])
    good, rejects = mapped(rows, table="orders", decimal=",", columns=product)
    assert (good["amount"].to_list(), rejects.height) == ([3.0], 2)


def test_columns_can_be_joined_into_a_date() -> None:
    """Year, month and day in three columns are one date in the declared form."""
    at = {"columns": ["y", "m", "d"], "time": "%Y-%m-%d"}
    good, rejects = mapped(
        {"a": ["1", "1"], "b": ["2", "2"], "y": ["2009", "1956"], "m": ["4", "4"], "d": ["1", "1"]},
        table="interactions", platform="x", columns={**ACT, "at": at},
    )  # fmt: skip

    assert [f"{at:%Y-%m-%d}" for at in good["at"]] == ["2009-04-01"]
    assert rejects.select("reason", "value").row(0) == ("before_1990", "1956-4-1")


def test_amounts_can_be_products_and_have_a_comma() -> None:
    """Quantity times price; a decimal comma where the recipe says so."""
    columns = {"customer": "c", "at": {"value": "2026-01-01"}, "amount": {"product": ["q", "p"]}}
    good, rejects = mapped({"c": ["1", "2"], "q": ["3", "x"], "p": ["0.1", "1"]}, table="orders", columns=columns)
    assert (good["amount"].to_list(), rejects["reason"].to_list()) == ([0.3], ["not_a_number"])

    good, rejects = mapped(
        {"c": ["1", "2"], "p": ["1,5", "1.234,5"]}, table="orders", decimal=",", columns={**columns, "amount": "p"}
    )
    assert (good["amount"].to_list(), rejects["reason"].to_list()) == ([1.5], ["not_a_number"])


def test_an_id_stored_as_a_decimal_number_is_refused_or_declared_whole() -> None:
    """No digit is lost in silence: the recipe must say that the numbers are whole."""
    columns = {"customer": "c", "at": {"value": "2026-01-01"}, "amount": {"value": 1}}
    rows = {"c": [17850.0, 2.5, 2.0**60, None]}

    with pytest.raises(SourceError, match="whole = true"):
        mapped(rows, table="orders", columns=columns)
    good, rejects = mapped(rows, table="orders", columns={**columns, "customer": {"column": "c", "whole": True}})

    assert good["customer"].to_list() == ["17850"]
    assert rejects["reason"].to_list() == ["inexact_id", "inexact_id", "missing"]


def test_handles_are_resolved_to_accounts() -> None:
    """A column of handles names accounts; a handle that nobody bears stays as one."""
    columns = {"source": {"column": "a", "handle": True}, "target": "b"}
    good, _ = mapped({"a": ["@Ann", "Eve"], "b": ["2", "2"]}, table="follows", platform="x", columns=columns)

    assert good["source"].to_list() == ["x:1", "x:@eve"]


def test_the_target_of_an_act_on_a_post_is_its_author() -> None:
    """Without a target column the post's author is meant; an unknown post is a reason."""
    columns = {"source": "a", "kind": {"value": "like"}, "at": {"value": "2026-01-01"}, "post": "p"}
    good, rejects = mapped({"a": ["1", "1"], "p": ["p1", "p2"]}, table="interactions", platform="x", columns=columns)

    assert good["target"].to_list() == ["x:9"]
    assert rejects.select("column", "reason", "value").row(0) == ("target", "unknown_post", "x:p2")


def test_spaces_are_stripped_only_when_the_recipe_says_so() -> None:
    """Spaces around an id are a reason, unless strip = true."""
    for strip, kept in ((False, 0), (True, 1)):
        good, _ = mapped(
            {"a": [" 1"], "b": ["2 "]},
            table="follows",
            platform="x",
            strip=strip,
            columns={"source": "a", "target": "b"},
        )
        assert good.height == kept


def test_a_row_number_can_be_an_id() -> None:
    """Rows without an id are told apart by their file and line."""
    columns = {"post": {"row_number": True}, "author": "a", "at": {"value": "2026-01-01"}}
    good, _ = mapped({"a": ["1", "1"]}, table="posts", platform="x", columns=columns)

    assert good["post"].to_list() == ["x:f.csv:2", "x:f.csv:3"]


def test_times_that_a_file_stores_need_a_zone() -> None:
    """A stored time without a zone is refused unless the recipe names one."""
    rows = {"c": ["1"], "t": [pl.Series(["2026-07-01 12:00"]).str.to_datetime()[0]]}
    columns = {"customer": "c", "at": "t", "amount": {"value": 1}}

    with pytest.raises(SourceError, match="zone = 'UTC'"):
        mapped(rows, None, table="orders", columns=columns)
    good, _ = mapped(rows, "Europe/London", table="orders", columns=columns)

    assert f"{good['at'][0]:%H:%M}" == "11:00"


def test_where_lets_rows_through() -> None:
    """Rows that where does not ask for are told apart, empty values included."""
    section = Source.model_validate(
        {"table": "follows", "path": "f", "where": {"k": ["1", "2"]}, "columns": {"source": "a", "target": "b"}}
    )

    assert mapping.asked_for(section, pl.DataFrame({"k": ["1", "3", "2", None]})).to_list() == [
        True,
        False,
        True,
        False,
    ]
    assert mapping.wanted(section) == ["a", "b", "k"]


KEY = "a-secret-that-shows-nowhere"
SHOP = {"customer": "id", "email_key": {"column": "mail", "email": True}}


def test_of_an_address_only_a_keyed_hash_is_kept(monkeypatch: pytest.MonkeyPatch) -> None:
    """Two spellings of an address have the same hash; another key gives another."""
    rows = {"id": ["1", "2", "3", "4"], "mail": ["Ann@Example.org ", "ann@example.org", "", None]}

    monkeypatch.setenv("AMBASSADORS_EMAIL_KEY", KEY)
    hashes = mapped(rows, table="customers", columns=SHOP)[0]["email_key"].to_list()
    monkeypatch.setenv("AMBASSADORS_EMAIL_KEY", "another")
    others = mapped(rows, table="customers", columns=SHOP)[0]["email_key"].to_list()

    assert hashes[0] == hashes[1] == hmac.new(KEY.encode(), b"ann@example.org", hashlib.sha256).hexdigest()
    assert hashes[2:] == [None, None]
    assert others[0] not in (None, hashes[0])


def test_a_shop_that_knows_its_customers_by_address_alone_is_read(monkeypatch: pytest.MonkeyPatch) -> None:
    """The hash can be the customer's number itself, the same in customers and orders."""
    monkeypatch.setenv("AMBASSADORS_EMAIL_KEY", KEY)
    columns = {"customer": {"column": "mail", "email": True}, "at": {"value": "2026-01-01"}, "amount": {"value": 1}}

    orders, _ = mapped({"mail": ["ann@example.org"]}, table="orders", columns=columns)
    customers, _ = mapped({"id": ["1"], "mail": ["ANN@example.org"]}, table="customers", columns=SHOP)

    assert orders["customer"].to_list() == customers["email_key"].to_list()


def test_neither_key_nor_address_is_ever_shown(monkeypatch: pytest.MonkeyPatch) -> None:
    """Not in rejects, whatever is wrong with the row; not in errors; not in what a section shows of itself."""
    monkeypatch.setenv("AMBASSADORS_EMAIL_KEY", KEY)
    rows = {"id": ["1", "2", "1.5e18"], "mail": ["ann at canary.org", "two words@canary.org", "eve@canary.org"]}

    good, rejects = mapped(rows, table="customers", columns=SHOP)
    by_address = {"customer": {"column": "mail", "email": True}}
    _, by_number = mapped(rows, table="customers", columns=by_address)
    shown = repr([good.rows(), rejects.rows(), by_number.rows(), Source.model_validate(BY_MAIL)])

    assert rejects["reason"].to_list() == ["not_an_address", "not_an_address", "scientific_id"]
    assert rejects["value"].to_list()[:2] == ["(hidden)", "(hidden)"]
    assert by_number["reason"].to_list() == ["not_an_address", "not_an_address"]
    assert "canary" not in shown
    assert KEY not in shown


BY_MAIL = {"table": "customers", "path": "f.csv", "columns": SHOP}


def test_without_the_key_nothing_is_read(monkeypatch: pytest.MonkeyPatch) -> None:
    """An empty key would make hashes that anybody can make; the message says what to set."""
    monkeypatch.setenv("AMBASSADORS_EMAIL_KEY", " ")

    with pytest.raises(AmbassadorsError, match=r"AMBASSADORS_EMAIL_KEY is empty\. Set it to a long secret") as error:
        mapped({"id": ["1"], "mail": ["ann@canary.org"]}, table="customers", columns=SHOP)

    assert "canary" not in str(error.value)


def test_what_stands_for_no_address_can_be_renamed(monkeypatch: pytest.MonkeyPatch) -> None:
    """A dash for nobody's address is emptied by values, before anything is hashed."""
    monkeypatch.setenv("AMBASSADORS_EMAIL_KEY", KEY)
    columns = {"customer": "id", "email_key": {**SHOP["email_key"], "values": {"-": ""}, "others": "keep"}}  # type: ignore[dict-item]

    good, rejects = mapped({"id": ["1", "2"], "mail": ["-", "a@b.c"]}, table="customers", columns=columns)

    assert rejects.is_empty()
    assert good["email_key"].is_null().to_list() == [True, False]


def test_email_takes_one_column_alone() -> None:
    """A handle or a prefix beside email = true is a fault of the recipe."""
    for wrong in ({"handle": True}, {"prefix": "u-"}):
        with pytest.raises(ValueError, match="email = true hashes"):
            Source.model_validate({**BY_MAIL, "columns": {"customer": {"column": "mail", "email": True, **wrong}}})


@pytest.mark.parametrize(
    ("asks", "left"),
    [
        ({"matching": {"a": "^x"}}, ["x1", "x2"]),
        ({"unless": {"a": "(?i)^X"}}, ["y", None]),
        ({"differ": ("a", "b")}, ["x2", "y", None]),
        ({"matching": {"a": "1|2"}, "unless": {"b": "x"}, "differ": ("a", "b")}, ["x2"]),
    ],
)
def test_rows_are_asked_for_by_what_stands_in_them(asks: dict[str, Any], left: list[str | None]) -> None:
    """Matching lets through what an expression is found in, unless what it is not, differ two that differ."""
    rows = pl.DataFrame({"a": ["x1", "x2", "y", None], "b": ["x1", "z", None, "y"]})
    section = Source.model_validate({"path": "f.csv", "table": "follows", "columns": ACT, **asks})

    asked = mapping.asked_for(section, rows)

    assert rows.filter(asked)["a"].to_list() == left
    assert {"a", *(("b",) if "differ" in asks else ())} <= set(mapping.wanted(section))


def test_html_becomes_its_words() -> None:
    """With plain = true a column keeps the words of HTML; markup without words is nothing, and no fault."""
    good, rejects = mapped(
        {"i": ["1", "2", "3"], "n": ["<p>I &lt;3 <b>it</b></p>", "<p></p>", None]},
        table="accounts",
        platform="x",
        columns={"account": "i", "bio": {"column": "n", "plain": True}},
    )

    assert good["bio"].to_list() == ["I <3 it", None, None]
    assert rejects.height == 0


def test_a_part_that_may_lack_rejects_no_row() -> None:
    """With others = "empty" a value without the part that extract asks for is nothing, in any column."""
    good, rejects = mapped(
        {"i": ["1", "2"], "n": ["@ann", "Eve"]},
        table="accounts",
        platform="x",
        columns={"account": "i", "handle": {"column": "n", "extract": "^@(.+)$", "others": "empty"}},
    )

    assert good["handle"].to_list() == ["ann", None]
    assert rejects.height == 0


def test_several_parts_make_one_value() -> None:
    """With form = a value is put together of several parts, whatever stands around them."""
    cell = {"column": "n", "extract": r"//([^/]+)/\w+/(\d+)", "form": "${2}@${1}", "others": "keep"}
    good, _ = mapped(
        {"i": ["1", "2"], "n": ["https://a.example/s/7?x", "b:8"]},
        table="accounts",
        platform="x",
        columns={"account": "i", "name": cell},
    )

    assert good["name"].to_list() == ["7@a.example", "b:8"]
    with pytest.raises(ValueError, match="several and a form"):
        Source.model_validate({"path": "f", "table": "accounts", "columns": {"account": {**cell, "form": ""}}})
