"""The shortlist for other tools, and who is not in it."""

from __future__ import annotations

import csv
from pathlib import Path
from typing import Any

import polars as pl
import pytest

from ambassadors import handover
from ambassadors.errors import UnknownName
from ambassadors.handover.names import split_name
from tests.people import people

KNOWN: dict[str, Any] = {
    "person": "Ann van Dyk", "handle": "ann", "platform": "x", "profile_url": "https://x.example/ann",
    "email": "Ann@a.example", "stage": "advocate", "reason_1": "Shares a lot.", "reason_2": "Buys, too.",
}  # fmt: skip


def rows(path: Path) -> list[dict[str, str]]:
    """A CSV as its reader sees it."""
    with path.open(encoding="utf-8-sig", newline="") as file:
        return list(csv.DictReader(file))


def test_each_tool_gets_its_own_form(tmp_path: Path) -> None:
    """The columns that Upfluence, Mailchimp and CRMs ask for, filled from what is known."""
    lists = {"proven_advocates": people("x:ann", **KNOWN)}

    told = handover.write_presets(tmp_path, ["plain", "upfluence", "mailchimp", "contacts"], lists)

    assert {name: preset[:2] for name, preset in told.items()} == dict.fromkeys(told, (1, 0))
    assert rows(tmp_path / "plain.csv") == [{
        "name": "Ann van Dyk", "handle": "ann", "platform": "x", "profile_url": "https://x.example/ann",
        "list": "proven_advocates", "rank": "1", "why": "Shares a lot. Buys, too.",
    }]  # fmt: skip
    assert rows(tmp_path / "upfluence.csv") == [{
        "influencer_id": "", "media_url": "https://x.example/ann", "profile_name": "ann", "first_name": "Ann",
        "last_name": "van Dyk", "phone_number": "", "email": "Ann@a.example",
    }]  # fmt: skip
    assert rows(tmp_path / "mailchimp.csv") == [{
        "Email Address": "Ann@a.example", "First Name": "Ann", "Last Name": "van Dyk",
        "Tags": "proven advocates, advocate",
    }]  # fmt: skip
    assert rows(tmp_path / "contacts.csv") == [{
        "First Name": "Ann", "Last Name": "van Dyk", "Email": "Ann@a.example", "Website URL": "https://x.example/ann",
        "Lifecycle Stage": "Evangelist", "Lead Source": "Brand community",
        "Description": "Proven advocates, place 1. Shares a lot. Buys, too.",
    }]  # fmt: skip


def test_who_must_not_be_contacted_is_in_none(tmp_path: Path) -> None:
    """Whatever the tool, and it is told."""
    lists = {"proven_advocates": people("x:ann", **KNOWN, do_not_contact="yes")}

    told = handover.write_presets(tmp_path, sorted(handover.PRESETS), lists)

    for name, preset in told.items():
        assert preset == (0, 1, "1 not to be contacted")
        assert rows(tmp_path / f"{name}.csv") == []


def test_who_is_left_out_is_counted_with_the_reason(tmp_path: Path) -> None:
    """Written and left out add up to the people of the lists."""
    lists = {
        "proven_advocates": people("x:ann", **KNOWN),
        "ready_to_move_up": people("x:bob", "x:cy", **KNOWN | {"email": "ann@A.example"}),
        "influential_unproven": people("x:dan", "x:eve", email="9f86d081884c7d65", profile_url="javascript:alert(1)"),
    }

    told = handover.write_presets(tmp_path, ["mailchimp", "upfluence", "contacts", "plain"], lists)

    same = "2 with the e-mail address of somebody before them"
    assert told == {
        "mailchimp": (1, 4, f"{same}, 2 without an e-mail address"),
        "upfluence": (3, 2, "2 without a link to a profile"),
        "contacts": (1, 4, f"{same}, 2 without an e-mail address or a profile"),
        "plain": (5, 0, ""),
    }


def test_texts_of_presets_are_harmless(tmp_path: Path) -> None:
    """People open these in spreadsheets, too."""
    lists = {"proven_advocates": people("x:bob", person="=Bob()", handle="bob")}

    handover.write_presets(tmp_path, ["plain"], lists)

    assert rows(tmp_path / "plain.csv")[0]["name"] == "'=Bob()"


def test_columns_stay_without_anybody(tmp_path: Path) -> None:
    """An empty file still tells its form."""
    handover.write_presets(tmp_path, ["mailchimp"], {"proven_advocates": people()})

    text = (tmp_path / "mailchimp.csv").read_text(encoding="utf-8-sig")
    assert text.strip() == '"Email Address","First Name","Last Name","Tags"'


def test_a_contact_without_a_full_name_has_a_last_name(tmp_path: Path) -> None:
    """Salesforce takes nobody without one: a single name or the handle stands there, and an order makes a customer."""
    single = people("x:zoe", person="Zoë", handle="zoe", email="z@a.example", orders=2)
    unnamed = people("x:cy", person="cy", handle="cy", email="c@a.example")
    lists = {"ready_to_move_up": pl.concat([single, unnamed])}

    handover.write_presets(tmp_path, ["contacts"], lists)

    found = [(row["First Name"], row["Last Name"], row["Lifecycle Stage"]) for row in rows(tmp_path / "contacts.csv")]
    assert found == [("", "Zoë", "Customer"), ("", "cy", "Other")]


def test_an_unknown_preset_is_told_with_the_nearest(tmp_path: Path) -> None:
    """A name that does not exist writes nothing."""
    with pytest.raises(UnknownName, match="Did you mean 'mailchimp'"):
        handover.write_presets(tmp_path, ["mailchump"], {})


@pytest.mark.parametrize(
    ("name", "parts"),
    [
        ("Mary Jane Smith", ("Mary Jane", "Smith")),
        ("Ana de la Cruz", ("Ana", "de la Cruz")),
        ("Николай Асеев", ("Николай", "Асеев")),
        ("田中 花子", ("花子", "田中")),
        ("田中花子", ("田中花子", "")),
        ("Prince", ("Prince", "")),
        ("☕ Ben Wexlin 🌱", ("Ben", "Wexlin")),
        ("Smith, Ann", ("Ann", "Smith")),
        ("🌱🌱", ("", "")),
        ("", ("", "")),
    ],
)
def test_names_are_split_as_their_bearers_would(name: str, parts: tuple[str, str]) -> None:
    """Single names stay whole, particles belong to the family, and emoji to nobody."""
    assert split_name(name) == parts
