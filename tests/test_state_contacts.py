"""Nobody is asked twice, and nobody who said no is asked at all."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from ambassadors.state import Store, held, import_notes, open_store

MAY = datetime(2026, 5, 1, 12, tzinfo=UTC)
QUARTER = timedelta(days=90)


@pytest.fixture
def store(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Store]:
    """A store in which anna hands in notes."""
    monkeypatch.setenv("AMBASSADORS_USER", "anna")
    with open_store(tmp_path / "state", clock=lambda: datetime(2026, 6, 1, tzinfo=UTC)) as opened:
        yield opened


def hand_in(store: Store, *rows: str, name: str = "a.csv") -> None:
    """Rows of ``account,version,do_not_contact,last_contacted`` as a file."""
    file = store.folder.parent / name
    file.write_text("\n".join(["account,notes_version,do_not_contact,last_contacted", *rows]))
    import_notes(store, file)


def test_cooling_down(store: Store) -> None:
    """Whoever was written to rests until the day on which the cool-down is over, and not a day longer."""
    hand_in(store, "x:ann,0,,2026-04-20", "x:bob,0,,2026-01-31", "x:cy,0,,2026-01-30", "x:dan,0,,2026-06-20")

    resting = held(store, MAY, QUARTER)

    assert resting.rows() == [
        ("x:ann", "cooling down", "Written to on 2026-04-20; from 2026-07-19 on they may be asked again."),
        ("x:dan", "cooling down", "Written to on 2026-06-20; from 2026-09-18 on they may be asked again."),
    ]
    assert held(store, MAY - timedelta(days=1), QUARTER)["account"].to_list() == ["x:ann", "x:bob", "x:dan"]


def test_no_cool_down(store: Store) -> None:
    """A cool-down of no time holds nobody whose day is past; without dates in the data all who were written to rest."""
    hand_in(store, "x:ann,0,,2026-04-20")

    assert held(store, MAY, timedelta(0)).height == 0
    assert held(store, None, QUARTER)["account"].to_list() == ["x:ann"]


def test_do_not_contact(store: Store) -> None:
    """A refusal comes before a cool-down, and names the file that it came from, not who handed it in when."""
    hand_in(store, "x:ann,0,yes,2026-04-20")

    assert held(store, MAY, QUARTER).rows() == [("x:ann", "do not contact", "Noted in a.csv: do not contact.")]


def test_a_refusal_taken_back(store: Store) -> None:
    """Whoever empties the cell of a refusal takes it back."""
    hand_in(store, "x:ann,0,yes,")
    hand_in(store, "x:ann,1,,", name="b.csv")

    assert held(store, MAY, QUARTER).height == 0


def test_any_account_of_a_person(store: Store) -> None:
    """Whoever was written to on one account rests on all of them, from the last time on; the same for refusals."""
    hand_in(store, "x:ann,0,,2026-04-20", "ig:ann,0,,2026-04-25", "ig:bob,0,yes,")
    aliases = {"x:ann": ["ig:ann"], "x:bob": ["x:bob", "ig:bob"]}

    told = {account: evidence for account, _, evidence in held(store, MAY, QUARTER, aliases).rows()}

    assert sorted(told) == ["ig:ann", "ig:bob", "x:ann", "x:bob"]
    assert told["x:ann"] == told["ig:ann"] == "Written to on 2026-04-25; from 2026-07-24 on they may be asked again."
    assert told["x:bob"] == told["ig:bob"]


def test_every_contact_is_remembered(store: Store) -> None:
    """A later day adds to the history of contacts; an earlier one, or none, corrects what was written by mistake."""
    hand_in(store, "x:ann,0,,2026-03-01", "x:bob,0,,2026-12-01", "x:cy,0,,2026-03-01")
    hand_in(store, "x:ann,1,,2026-04-01", "x:bob,1,,2026-02-01", "x:cy,1,,", name="b.csv")

    assert store.read("SELECT account, day, source FROM contacts ORDER BY account, day") == [
        ("x:ann", "2026-03-01", "a.csv"),
        ("x:ann", "2026-04-01", "b.csv"),
        ("x:bob", "2026-02-01", "b.csv"),
    ]


def test_a_contact_in_conflict_counts(store: Store) -> None:
    """Two managers who wrote to the same person on two days did so, whichever day is kept in the notes."""
    hand_in(store, "x:ann,0,,2026-03-01")
    hand_in(store, "x:ann,0,,2026-04-20", name="b.csv")

    assert store.notes()["last_contacted"].to_list() == [datetime(2026, 3, 1).date()]
    assert "Written to on 2026-04-20" in held(store, MAY, QUARTER)["evidence"].item()
