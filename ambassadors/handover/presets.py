"""The shortlist in the forms that other tools take: Upfluence, Mailchimp, a CRM's contacts, and a plain one."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Iterable, Mapping
from pathlib import Path
from typing import Any, NamedTuple

import polars as pl

from ambassadors.delivery import write_csv
from ambassadors.errors import UnknownName, did_you_mean
from ambassadors.handover.names import split_name
from ambassadors.handover.shortlist import shortlist_of
from ambassadors.handover.texts import is_link
from ambassadors.three_lists import PROVEN

_ADDRESS = re.compile(r"[^\s@,;<>\"]+@[^\s@,;<>\"]+\.[^\s@,;<>\"]+\Z")
Row = dict[str, Any]


class Preset(NamedTuple):
    """What became of the people: how many were written and left out, and why those were."""

    written: int
    left_out: int
    why: str


class _Form(NamedTuple):
    """A tool's form: its columns in order, a person in them, and what keeps a person out of it."""

    columns: tuple[str, ...]
    fill: Callable[[Row], tuple[str | int | None, ...]]
    lacks: Callable[[Row], str]
    by_address: bool


def write_presets(folder: Path, names: Iterable[str], lists: Mapping[str, pl.DataFrame]) -> dict[str, Preset]:
    """Each named preset as a CSV in that folder, with an account of who is not in it.

    Everybody stands once, as in :func:`~ambassadors.handover.shortlist_of`; who must not be contacted, nowhere. Texts
    are as harmless as in every other CSV. Raises :class:`UnknownName` for a preset that does not exist.
    """
    people = shortlist_of(lists).rows(named=True)
    told = {}
    for name in names:
        if name not in PRESETS:
            raise UnknownName(f"there is no preset {name!r}. {did_you_mean(name, PRESETS)}")
        form = PRESETS[name]
        kept, why = _sifted(people, form)
        frame = pl.DataFrame([form.fill(row) for row in kept], schema=list(form.columns), orient="row")
        texts = frame.with_columns(pl.col(pl.Null).cast(pl.String))
        write_csv(texts, folder / f"{name}.csv")
        told[name] = Preset(len(kept), why.total(), ", ".join(f"{count:,} {reason}" for reason, count in why.items()))
    return told


def _sifted(people: list[Row], form: _Form) -> tuple[list[Row], Counter[str]]:
    """Who is written, and how many are left out for which reason."""
    kept, why = [], Counter[str]()
    seen: set[str] = set()
    for row in people:
        address = _address(row).lower()
        reason = "not to be contacted" if (row["do_not_contact"] or "").strip() else form.lacks(row)
        if not reason and form.by_address and address and address in seen:
            reason = "with the e-mail address of somebody before them"
        if reason:
            why[reason] += 1
        else:
            kept.append(row)
            seen.add(address)
    return kept, why


def _address(row: Row) -> str:
    """The e-mail address, if it is one; a hash of one is not."""
    found = (row["email"] or "").strip()
    return found if _ADDRESS.match(found) else ""


def _name(row: Row) -> tuple[str, str]:
    """First and last name; none where only a handle or an id is known."""
    known = row["person"] or ""
    return ("", "") if known in (row["handle"], row["account"]) else split_name(known)


def _link(row: Row) -> str:
    return row["profile_url"] if is_link(row["profile_url"] or "") else ""


def _why(row: Row) -> str:
    return " ".join(row[f"reason_{place}"] for place in (1, 2, 3) if row[f"reason_{place}"])


def _list(row: Row) -> str:
    return str(row["list"]).replace("_", " ")


def _plain(row: Row) -> tuple[str | int | None, ...]:
    return row["person"], row["handle"], row["platform"], row["profile_url"], row["list"], row["rank"], _why(row)


def _upfluence(row: Row) -> tuple[str | int | None, ...]:
    """``influencer_id`` is Upfluence's own number, which we do not know, and telephone numbers are not read."""
    return None, _link(row), row["handle"] or row["person"], *_name(row), None, _address(row)


def _mailchimp(row: Row) -> tuple[str | int | None, ...]:
    return _address(row), *_name(row), ", ".join(filter(None, (_list(row), row["stage"])))


def _contact(row: Row) -> tuple[str | int | None, ...]:
    """Salesforce takes nobody without a last name, so a single name, or a handle, stands there."""
    first, last = _name(row)
    if not last:
        first, last = "", first or row["handle"] or row["account"]
    said = f"{_list(row).capitalize()}, place {row['rank']}. {_why(row)}".strip()
    return first, last, _address(row), _link(row), _lifecycle(row), "Brand community", said


def _lifecycle(row: Row) -> str:
    """One of HubSpot's own stages; Lead is none of them, since nobody here has asked for an offer."""
    return "Evangelist" if row["list"] == PROVEN else "Customer" if row["orders"] else "Other"


PRESETS = {
    "plain": _Form(
        ("name", "handle", "platform", "profile_url", "list", "rank", "why"), _plain, lambda row: "", False
    ),
    "upfluence": _Form(
        ("influencer_id", "media_url", "profile_name", "first_name", "last_name", "phone_number", "email"),
        _upfluence, lambda row: "" if _link(row) else "without a link to a profile", False,
    ),
    "mailchimp": _Form(
        ("Email Address", "First Name", "Last Name", "Tags"),
        _mailchimp, lambda row: "" if _address(row) else "without an e-mail address", True,
    ),
    "contacts": _Form(
        ("First Name", "Last Name", "Email", "Website URL", "Lifecycle Stage", "Lead Source", "Description"),
        _contact, lambda row: "" if _address(row) or _link(row) else "without an e-mail address or a profile", True,
    ),
}  # fmt: skip
