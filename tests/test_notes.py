"""Managers' notes survive every later run; what two people wrote is kept or shown, never lost."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import polars as pl
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from ambassadors.delivery import write_csv
from ambassadors.errors import NotesError
from ambassadors.shortlists import COLUMNS, MANAGERS
from ambassadors.state import Store, collect, conflicts, import_notes, noted, open_store, requests
from ambassadors.state.refusals import remember_forgotten

PEOPLE = ("x:ann", "x:bob", "x:cy")


@pytest.fixture
def store(tmp_path: Path) -> Any:
    """An empty store."""
    with open_store(tmp_path / "state", clock=lambda: datetime(2026, 6, 1, tzinfo=UTC)) as opened:
        yield opened


def handed_out(store: Store, people: tuple[str, ...] = PEOPLE, aliases: Any = None) -> pl.DataFrame:
    """A list as a run hands it out, with days as text so that anything can be typed into them."""
    listed = pl.DataFrame([{"account": one, "person": one[2:].title()} for one in people], schema=COLUMNS)
    return noted(listed, store, aliases).with_columns(pl.col("last_contacted").cast(pl.String))


def typed(frame: pl.DataFrame, who: str, **cells: str | None) -> pl.DataFrame:
    """The list with something typed into somebody's row."""
    row = pl.col("account") == who
    return frame.with_columns(
        pl.when(row).then(pl.lit(text)).otherwise(name).alias(name) for name, text in cells.items()
    )


def saved(frame: pl.DataFrame, path: Path) -> Path:
    """The list as a file."""
    write_csv(frame, path)
    return path


def kept(store: Store) -> dict[tuple[str, str], str]:
    """All that is kept, by account and field."""
    return {(account, name): value for account, name, value in store.read("SELECT account, field, value FROM notes")}


def test_as_handed_out_changes_nothing(store: Store, tmp_path: Path) -> None:
    """A file that comes back as it was handed out changes nothing, and the version stays."""
    first = typed(handed_out(store), "x:ann", notes="=SUM(1)\r\n'hello' 👍 ", owner="007", last_contacted="2026-05-01")
    import_notes(store, saved(first, tmp_path / "a.csv"))
    before = kept(store)

    result = import_notes(store, saved(handed_out(store), tmp_path / "b.csv"))

    assert result.counts() == {"rows": 3, "changed": 0, "unchanged": 3, "conflicting": 0, "refused": 0}
    assert (kept(store), store.version) == (before, 1)
    assert before["x:ann", "notes"] == "=SUM(1)\n'hello' 👍 "


def test_notes_come_out_again(store: Store, tmp_path: Path) -> None:
    """What was typed stands in the next list, in every column, with the version to compare with."""
    words = {"relationship_stage": "met", "owner": "Zoë", "do_not_contact": "x", "last_contacted": "2026-05-01"}
    import_notes(store, saved(typed(handed_out(store), "x:bob", notes="likes tea", **words), tmp_path / "a.csv"))

    ann, bob, _ = handed_out(store).select("notes_version", *MANAGERS).rows()

    assert ann == (1, None, None, None, None, None)
    assert bob == (1, "met", "Zoë", "yes", "2026-05-01", "likes tea")
    assert store.notes().rows() == [("x:bob", "met", "Zoë", "yes", datetime(2026, 5, 1).date(), "likes tea")]


def test_the_same_file_twice(store: Store, tmp_path: Path) -> None:
    """Importing a file again changes nothing: not the notes, not the version, not the contacts."""
    file = saved(typed(handed_out(store), "x:ann", notes="hello", last_contacted="2026-05-01"), tmp_path / "a.csv")
    import_notes(store, file)
    before = store.read("SELECT * FROM note_history"), store.read("SELECT * FROM contacts")

    again = import_notes(store, file)

    assert again.unchanged == again.rows
    assert (store.read("SELECT * FROM note_history"), store.read("SELECT * FROM contacts")) == before


def test_two_people_edit_different_cells(store: Store, tmp_path: Path) -> None:
    """Two managers who write into two copies of one list both find their words in the next."""
    copy = handed_out(store)
    import_notes(store, saved(typed(copy, "x:ann", owner="Zoë"), tmp_path / "a.csv"))
    import_notes(store, saved(typed(typed(copy, "x:ann", notes="hello"), "x:bob", owner="Al"), tmp_path / "b.csv"))

    assert kept(store) == {("x:ann", "owner"): "Zoë", ("x:ann", "notes"): "hello", ("x:bob", "owner"): "Al"}


@pytest.mark.parametrize(("prefer", "stands"), [(None, "hers"), ("kept", "hers"), ("file", "his")])
def test_a_conflict_is_shown(prefer: Any, stands: str, store: Store, tmp_path: Path) -> None:
    """Two different edits of one cell: the kept one stands unless the file is preferred; all three texts are told."""
    import_notes(store, saved(typed(handed_out(store), "x:ann", notes="old"), tmp_path / "0.csv"))
    copy = handed_out(store)
    import_notes(store, saved(typed(copy, "x:ann", notes="hers"), tmp_path / "a.csv"))

    result = import_notes(store, saved(typed(copy, "x:ann", notes="his"), tmp_path / "b.csv"), prefer=prefer)

    (shown,) = result.conflicts.drop("done").rows()
    assert shown == ("b.csv", 2, "x:ann", "Ann", "notes", "old", "hers", "his")
    assert kept(store)["x:ann", "notes"] == stands
    assert result.counts() == {"rows": 3, "changed": 0, "unchanged": 2, "conflicting": 1, "refused": 0}
    assert conflicts([result, result]).height == 2


def test_an_emptied_cell_takes_the_note_away(store: Store, tmp_path: Path) -> None:
    """Whoever empties a cell that was handed out filled deletes the note; the history still has it."""
    import_notes(store, saved(typed(handed_out(store), "x:ann", notes="old"), tmp_path / "a.csv"))

    result = import_notes(store, saved(typed(handed_out(store), "x:ann", notes=None), tmp_path / "b.csv"))

    assert (kept(store), result.changed) == ({}, 1)
    assert result.changes.rows() == [("x:ann", "notes", "old", None)]
    assert store.read("SELECT before, after FROM note_history ORDER BY version") == [(None, "old"), ("old", None)]


def test_an_older_list_deletes_nothing(store: Store, tmp_path: Path) -> None:
    """A list from before a note was written leaves the note alone, since its empty cell was handed out empty."""
    older = handed_out(store)
    import_notes(store, saved(typed(older, "x:ann", notes="new"), tmp_path / "a.csv"))

    import_notes(store, saved(typed(older, "x:bob", notes="other"), tmp_path / "b.csv"))

    assert kept(store) == {("x:ann", "notes"): "new", ("x:bob", "notes"): "other"}


@pytest.mark.parametrize("version", [None, "?", "-1", "17", "1e3"])
def test_without_a_version(version: str | None, store: Store, tmp_path: Path) -> None:
    """Where the version is missing or garbled, an empty cell deletes nothing and a filled one replaces nothing."""
    words = {"notes": "kept", "owner": "Zoë", "relationship_stage": "met"}
    import_notes(store, saved(typed(handed_out(store), "x:ann", **words), tmp_path / "a.csv"))
    garbled = handed_out(store).with_columns(pl.lit(version, pl.String).alias("notes_version"))

    edited = typed(typed(garbled, "x:ann", notes=None, owner="Al"), "x:bob", notes="new")
    result = import_notes(store, saved(edited, tmp_path / "b.csv"))

    assert kept(store) == {("x:bob", "notes"): "new"} | {("x:ann", name): text for name, text in words.items()}
    assert result.conflicts.select("field", "handed_out", "kept", "in_file").rows() == [("owner", None, "Zoë", "Al")]
    assert ("notes_version that these notes never had" in "".join(result.cautions)) == (version is not None)


def test_one_person_in_several_rows(store: Store, tmp_path: Path) -> None:
    """Of several rows of one person the one that was edited counts; two different edits are a conflict."""
    twice = pl.concat([handed_out(store), handed_out(store)]).with_row_index("place")
    first, second = pl.col("place") < 3, pl.col("place") >= 3
    edited = twice.with_columns(
        notes=pl.when((pl.col("account") == "x:ann") & second).then(pl.lit("in the second")),
        owner=pl.when((pl.col("account") == "x:bob") & first).then(pl.lit("Al")).when(second).then(pl.lit("Zoë")),
    ).drop("place")

    result = import_notes(store, saved(edited.filter(pl.col("account") != "x:cy"), tmp_path / "a.csv"))

    assert kept(store) == {("x:ann", "notes"): "in the second", ("x:ann", "owner"): "Zoë"}
    assert result.conflicts.select("row", "account", "in_file").rows() == [(3, "x:bob", "Al"), (5, "x:bob", "Zoë")]
    assert result.counts() == {"rows": 4, "changed": 1, "unchanged": 1, "conflicting": 2, "refused": 0}


def test_unknown_people_are_kept_and_told(store: Store, tmp_path: Path) -> None:
    """Notes about somebody whom the last run does not know are kept, since they may come back, and told."""
    file = saved(typed(handed_out(store), "x:cy", notes="hello"), tmp_path / "a.csv")

    result = import_notes(store, file, known=["x:ann", "x:bob"])

    assert result.unknown.rows() == [("a.csv", 4, "x:cy", "Cy")]
    assert kept(store) == {("x:cy", "notes"): "hello"}
    assert import_notes(store, file, known=lambda account: account == "x:cy").unknown["account"].to_list() == [
        *PEOPLE[:2]
    ]


@pytest.mark.parametrize("account", ["", "ann", "1.23E+18", "X:ann", "x:", "x: ann"])
def test_rows_without_an_account_are_told(account: str, store: Store, tmp_path: Path) -> None:
    """A row whose account was lost or mangled is turned away with its place, and the others are taken over."""
    edited = typed(typed(handed_out(store), "x:ann", notes="hello"), "x:bob", notes="other", account=account)

    result = import_notes(store, saved(edited, tmp_path / "a.csv"))

    assert kept(store) == {("x:ann", "notes"): "hello"}
    assert result.rejected.select("file", "row", "column", "value").rows() == [("a.csv", 3, "account", account)]
    assert result.counts() == {"rows": 3, "changed": 1, "unchanged": 1, "conflicting": 0, "refused": 1}


@pytest.mark.parametrize("day", ["03/04/2026", "3.4.2026", "soon", "2026-02-30", "1.5.26", "46082", "1026-01-01"])
def test_days_are_never_guessed(day: str, store: Store, tmp_path: Path) -> None:
    """A day that could be two, or none, is turned away with its row and value; the rest of the row is taken over."""
    edited = typed(handed_out(store), "x:ann", last_contacted=day, notes="hello")

    result = import_notes(store, saved(edited, tmp_path / "a.csv"))

    assert kept(store) == {("x:ann", "notes"): "hello"}
    assert result.rejected.select("row", "column", "value").rows() == [(2, "last_contacted", day)]
    assert (result.refused, result.changed) == (1, 0)


@pytest.mark.parametrize("day", ["2026-04-03 00:00:00", "2026/4/3", "03/04/2026", "4/3/2026", "3.4.2026"])
def test_a_day_as_a_spreadsheet_shows_it(day: str, store: Store, tmp_path: Path) -> None:
    """A day that a spreadsheet wrote out in its own way is the one that was handed out, and changes nothing."""
    import_notes(store, saved(typed(handed_out(store), "x:ann", last_contacted="2026-04-03"), tmp_path / "a.csv"))

    result = import_notes(store, saved(typed(handed_out(store), "x:ann", last_contacted=day), tmp_path / "b.csv"))

    assert (result.unchanged, result.rejected.height) == (3, 0)


@pytest.mark.parametrize("word", ["yes", "YES", "x", "1", "true", "Ja", "tak", "да", "✓", "sí!"])
def test_a_refusal_in_any_word(word: str, store: Store, tmp_path: Path) -> None:
    """What says yes in any of many languages is a refusal."""
    result = import_notes(store, saved(typed(handed_out(store), "x:ann", do_not_contact=word), tmp_path / "a.csv"))

    assert (store.notes()["do_not_contact"].to_list(), result.cautions) == (["yes"], ())


def test_what_may_be_a_refusal_is_one(store: Store, tmp_path: Path) -> None:
    """What is neither yes nor no counts as a refusal and is told; a no is none."""
    edited = typed(typed(handed_out(store), "x:ann", do_not_contact="until June"), "x:bob", do_not_contact="nein")

    result = import_notes(store, saved(edited, tmp_path / "a.csv"))

    assert store.notes().select("account", "do_not_contact").rows() == [("x:ann", "yes")]
    assert result.cautions == ("a.csv: row 2: do_not_contact 'until June' is neither yes nor no, and was taken as yes",)


def test_letters_that_a_format_lost(store: Store, tmp_path: Path) -> None:
    """A note whose letters became question marks in an old format is the same note, and stays as it was."""
    import_notes(store, saved(typed(handed_out(store), "x:ann", notes="👍 Łódź?"), tmp_path / "a.csv"))

    result = import_notes(store, saved(typed(handed_out(store), "x:ann", notes="?? ?ód??"), tmp_path / "b.csv"))

    assert result.unchanged == 3
    assert kept(store) == {("x:ann", "notes"): "👍 Łódź?"}


def test_too_long_a_note(store: Store, tmp_path: Path) -> None:
    """A note longer than a cell can hold is told and left out; one of just that length is kept."""
    edited = typed(typed(handed_out(store), "x:ann", notes="a" * 32_768), "x:bob", notes="b" * 32_767)

    result = import_notes(store, saved(edited, tmp_path / "a.csv"))

    assert [len(note) for note in kept(store).values()] == [32_767]
    assert "has 32,768 characters" in result.rejected["reason"].item()


def test_who_was_forgotten_stays_so(store: Store, tmp_path: Path) -> None:
    """A file from before somebody was forgotten brings nothing of them back, and is told so without their name."""
    remember_forgotten(store, [("account", "account:x:ann")])

    result = import_notes(store, saved(typed(handed_out(store), "x:ann", notes="hello"), tmp_path / "a.csv"))

    assert (kept(store), result.refused) == ({}, 1)
    assert "x:ann" not in str(result.rejected.rows() + result.unknown.rows() + result.conflicts.rows())


def test_several_accounts_of_one_person(store: Store, tmp_path: Path) -> None:
    """Notes of any account of a person stand in their one row, and an edit of that row is an edit for the person."""
    import_notes(store, saved(typed(handed_out(store), "x:ann", notes="hello", owner="Zoë"), tmp_path / "a.csv"))
    import_notes(store, saved(typed(handed_out(store), "x:bob", notes="other", owner="Zoë"), tmp_path / "b.csv"))
    same = {"x:ann": ["x:ann", "x:bob"], "x:bob": ["x:ann", "x:bob"]}
    shown = handed_out(store, ("x:bob",), same)
    assert shown.select("notes", "owner").rows() == [("other / hello", "Zoë")]

    unchanged = import_notes(store, saved(shown, tmp_path / "c.csv"), aliases=same)
    result = import_notes(
        store, saved(typed(shown, "x:bob", notes="both"), tmp_path / "d.csv"), aliases=same.__getitem__
    )

    assert (unchanged.unchanged, result.changed) == (1, 1)
    assert handed_out(store, ("x:ann",), same)["notes"].to_list() == ["both"]


SAME = {"x:ann": ["ig:ann_pics"]}


def noted_of_the_alias(store: Store, folder: Path) -> None:
    """Notes of one account of a person, from the time when nobody knew that she has two."""
    words = {"do_not_contact": "yes", "owner": "Zoë", "notes": "hello", "last_contacted": "2026-05-01"}
    import_notes(store, saved(typed(handed_out(store, ("ig:ann_pics",)), "ig:ann_pics", **words), folder / "0.csv"))


@pytest.mark.parametrize("name", ["do_not_contact", "owner", "notes", "last_contacted"])
@pytest.mark.parametrize("prefer", [None, "file", "kept"])
def test_emptying_the_cell_of_a_joined_person(name: str, prefer: Any, store: Store, tmp_path: Path) -> None:
    """Whoever empties a cell of a person's one row takes the note from whichever account it was noted of."""
    noted_of_the_alias(store, tmp_path)
    shown = handed_out(store, ("x:ann",), SAME)
    before = shown[name].item()

    edited = saved(typed(shown, "x:ann", **{name: None}), tmp_path / "a.csv")
    result = import_notes(store, edited, aliases=SAME, prefer=prefer)

    assert result.counts() == {"rows": 1, "changed": 1, "unchanged": 0, "conflicting": 0, "refused": 0}
    assert result.changes.rows() == [("ig:ann_pics", name, before, None)]
    assert handed_out(store, ("x:ann",), SAME)[name].item() is None
    assert store.read("SELECT before, after FROM note_history WHERE version = 2") == [(before, None)]
    assert "what was noted of ig:ann_pics was taken away" in "".join(result.cautions)
    assert (store.read("SELECT 1 FROM contacts") == []) == (name == "last_contacted")


def test_cutting_a_joined_note_down_to_its_own(store: Store, tmp_path: Path) -> None:
    """Whoever cuts what stands side by side down to what was noted of the row's own account has changed it."""
    noted_of_the_alias(store, tmp_path)
    import_notes(store, saved(typed(handed_out(store), "x:ann", owner="Al"), tmp_path / "a.csv"))
    shown = handed_out(store, ("x:ann",), SAME)
    assert shown["owner"].to_list() == ["Al / Zoë"]

    import_notes(store, saved(typed(shown, "x:ann", owner="Al"), tmp_path / "b.csv"), aliases=SAME)

    assert handed_out(store, ("x:ann",), SAME)["owner"].to_list() == ["Al"]


def test_a_list_from_before_accounts_were_joined(store: Store, tmp_path: Path) -> None:
    """In a list that has a row for each account, an empty cell of one takes nothing from the other; an edit stays."""
    noted_of_the_alias(store, tmp_path)
    older = handed_out(store, ("x:ann", "ig:ann_pics"))

    untouched = import_notes(store, saved(older, tmp_path / "a.csv"), aliases=SAME)
    edited = import_notes(store, saved(typed(older, "x:ann", owner="Al"), tmp_path / "b.csv"), aliases=SAME)
    emptied = import_notes(store, saved(typed(older, "ig:ann_pics", notes=None), tmp_path / "c.csv"), aliases=SAME)

    assert (untouched.unchanged, edited.changed, emptied.changed) == (2, 1, 1)
    shown = handed_out(store, ("x:ann",), SAME)
    assert shown.select("do_not_contact", "owner", "notes").rows() == [("yes", "Al / Zoë", None)]


@pytest.mark.parametrize(("prefer", "stands"), [(None, "newer"), ("kept", "newer"), ("file", None)])
def test_emptied_and_changed_meanwhile(prefer: Any, stands: str | None, store: Store, tmp_path: Path) -> None:
    """An emptied cell of a joined person is a conflict where somebody else wrote into it meanwhile, and is told."""
    noted_of_the_alias(store, tmp_path)
    copy = handed_out(store, ("x:ann",), SAME)
    import_notes(store, saved(typed(copy, "x:ann", notes="newer"), tmp_path / "a.csv"), aliases=SAME)

    edited = saved(typed(copy, "x:ann", notes=None), tmp_path / "b.csv")
    result = import_notes(store, edited, aliases=SAME, prefer=prefer)

    assert result.conflicts.select("handed_out", "kept", "in_file").rows() == [("hello", "newer", None)]
    assert handed_out(store, ("x:ann",), SAME)["notes"].item() == stands


def test_any_account_makes_a_person_known(store: Store, tmp_path: Path) -> None:
    """Somebody is known to the last run when any account of theirs is; only strangers are told."""
    file = saved(handed_out(store, ("ig:ann_pics", "x:cy")), tmp_path / "a.csv")

    for known in (["x:ann"], lambda account: account == "x:ann"):
        assert import_notes(store, file, known=known, aliases=SAME).unknown["account"].to_list() == ["x:cy"]


def test_a_joined_note_does_not_grow(store: Store, tmp_path: Path) -> None:
    """Where nobody says at import who is whom, what was shown for a person joins no second time."""
    same = {"x:ann": ["x:bob"]}
    import_notes(store, saved(typed(handed_out(store), "x:ann", notes="hello"), tmp_path / "a.csv"))
    import_notes(store, saved(typed(handed_out(store), "x:bob", notes="other"), tmp_path / "b.csv"))

    for name in ("c.csv", "d.csv"):
        import_notes(store, saved(handed_out(store, ("x:ann",), same), tmp_path / name))

    assert handed_out(store, ("x:ann",), same)["notes"].to_list() == ["hello / other"]


def test_an_import_is_written_down(store: Store, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The history says who handed in which file when, and the audit log how much was in it."""
    monkeypatch.setenv("AMBASSADORS_USER", "anna")
    import_notes(store, saved(typed(handed_out(store), "x:ann", notes="hello"), tmp_path / "a.csv"))

    history = store.read("SELECT version, account, field, before, after, source, who, at FROM note_history")

    assert history == [(1, "x:ann", "notes", None, "hello", "a.csv", "anna", "2026-06-01T00:00:00Z")]
    (line,) = requests(store).rows(named=True)
    assert (line["command"], line["who"], line["subject"]) == ("import-notes", "anna", None)
    assert '"changed": 1' in line["detail"]


def test_a_folder_is_collected_once(store: Store, tmp_path: Path) -> None:
    """Every file of a folder is taken over once, in the order of names; a bad or open one stops no other."""
    folder = tmp_path / "inbox"
    (folder / "archive").mkdir(parents=True)
    saved(typed(handed_out(store), "x:bob", notes="second"), folder / "b.csv")
    saved(typed(handed_out(store), "x:ann", notes="first"), folder / "a.csv")
    saved(typed(handed_out(store), "x:cy", notes="still typing"), folder / "open.csv")
    (folder / ".~lock.open.csv#").write_text("")
    (folder / "broken.xlsx").write_bytes(b"PK\3\4 and no more")
    (folder / "link.csv").symlink_to(folder / "a.csv")

    told = collect(store, folder)
    (folder / ".~lock.open.csv#").unlink()
    again = collect(store, folder)

    assert [(one.file, one.changed, one.problem is None) for one in told] == [
        ("a.csv", 1, True),
        ("b.csv", 1, True),
        ("broken.xlsx", 0, False),
        ("link.csv", 0, False),
        ("open.csv", 0, False),
    ]
    assert "close it first" in str(told[-1].problem)
    assert [(one.file, one.changed) for one in again] == [("broken.xlsx", 0), ("link.csv", 0), ("open.csv", 1)]
    assert kept(store)["x:cy", "notes"] == "still typing"


def test_a_folder_that_is_not_there(store: Store, tmp_path: Path) -> None:
    """A folder of notes that is missing is told: nobody should be asked because a drive was not mounted."""
    with pytest.raises(NotesError, match="the folder of notes cannot be read"):
        collect(store, tmp_path / "nowhere")


NOTE = st.one_of(st.none(), st.sampled_from(["a", "b", "=1+1", "'=x", "two\nlines", "é", "007", " x "]))
EDIT = st.tuples(st.sampled_from(PEOPLE), st.sampled_from(["notes", "owner"]), NOTE)
COPIES = st.lists(st.tuples(st.integers(0, 3), st.lists(EDIT, max_size=4)), max_size=5)


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(copies=COPIES, prefer=st.sampled_from([None, "file", "kept"]))
def test_nothing_typed_is_ever_lost(copies: Any, prefer: Any, tmp_path_factory: pytest.TempPathFactory) -> None:
    """Whatever is typed into whichever copies, all of it is kept, in the history or shown as a conflict."""
    folder = tmp_path_factory.mktemp("law")
    with open_store(folder / "state") as store:
        lists = [handed_out(store)]
        for number, (back, edits) in enumerate(copies):
            frame = lists[max(0, len(lists) - 1 - back)]
            edited = frame
            for account, name, text in edits:
                edited = typed(edited, account, **{name: text})
            before = kept(store)
            result = import_notes(store, saved(edited, folder / f"{number}.csv"), prefer=prefer)
            told = {*result.conflicts.select("account", "field", "in_file").rows()}
            for row, was in zip(edited.rows(named=True), frame.rows(named=True), strict=True):
                for name in ("notes", "owner"):
                    stands = kept(store).get((row["account"], name))
                    if row[name] == was[name]:
                        assert stands == before.get((row["account"], name))
                    else:
                        assert stands == row[name] or (row["account"], name, row[name]) in told
            lists.append(handed_out(store))
        history = store.read("SELECT account, field, before, after FROM note_history ORDER BY version, rowid")

    now: dict[tuple[str, str], str | None] = {}
    for account, name, was, becomes in history:  # the history is a chain: nothing was overwritten unseen
        assert now.get((account, name)) == was
        now[account, name] = becomes


WORDS = st.sampled_from([None, "a", "b", "a / b", "b / a", "c"])


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(hers=WORDS, pictures=WORDS, text=WORDS)
def test_what_a_row_says_the_next_list_says(
    hers: str | None, pictures: str | None, text: str | None, tmp_path_factory: pytest.TempPathFactory
) -> None:
    """Whatever was noted of which account of a person, the next list says what the manager made of their one row."""
    folder = tmp_path_factory.mktemp("law")
    with open_store(folder / "state") as store:
        apart = handed_out(store, ("x:ann", "ig:ann_pics"))
        both = typed(typed(apart, "x:ann", notes=hers), "ig:ann_pics", notes=pictures)
        import_notes(store, saved(both, folder / "0.csv"), aliases=SAME)
        shown = handed_out(store, ("x:ann",), SAME)

        result = import_notes(store, saved(typed(shown, "x:ann", notes=text), folder / "1.csv"), aliases=SAME)

        assert handed_out(store, ("x:ann",), SAME)["notes"].item() == text
    assert (result.unchanged == 1) == (shown["notes"].item() == text)
    assert result.conflicts.is_empty()
