"""Texts as cells: nothing that a spreadsheet would run or rewrite, and nothing lost."""

from __future__ import annotations

import csv
import re
from pathlib import Path

import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from ambassadors import delivery
from ambassadors.delivery.cells import NO_NUL
from ambassadors.sources.layout import Layout
from ambassadors.sources.reader import read
from tests.injections import INJECTIONS, ORDINARY, REWRITTEN

#: Parts of which dangerous texts are made, so that chance finds their combinations.
PARTS = st.sampled_from([*"'=+-@;,|\t\r\n \"(!)x1e.＝\u200b\u00a0", "=1+1", "SUM(", "may", "pm", "\r\n"])
TEXTS = st.one_of(
    st.text(st.characters(exclude_characters="\0", exclude_categories=["Cs"])),
    st.lists(PARTS, max_size=12).map("".join),
)
#: What no cell may begin with, wherever a program sees one begin.
STARTS = re.compile(r"^[\s\u200b]*[=+\-@\t\r＝]")
INSIDE = re.compile(r"[,;|\t\r\n][\u200b\u00a0]*=| =(?!\s)|[,;|\t\r\n][+\-@](?:\w|SUM\()")


def quieted(*texts: str) -> list[str]:
    """The texts as cells."""
    return delivery.harmless(pl.DataFrame({"text": texts}, schema={"text": pl.String}))["text"].to_list()


def restored(*texts: str) -> list[str]:
    """The cells as texts."""
    return delivery.original(pl.DataFrame({"text": texts}, schema={"text": pl.String}))["text"].to_list()


@given(TEXTS)
def test_every_text_comes_back(text: str) -> None:
    """What harmless adds, original takes away, whatever the text: apostrophes, controls, blanks and line breaks."""
    assert restored(*quieted(text)) == [text]


@given(TEXTS)
def test_no_cell_begins_as_a_formula(text: str) -> None:
    """Neither at its start nor where another separator would begin a cell."""
    [cell] = quieted(text)

    assert not STARTS.search(cell)
    assert not INSIDE.search(cell)


@pytest.mark.parametrize("text", INJECTIONS)
def test_injections_are_quieted(text: str) -> None:
    """None of the known tricks begins a cell anywhere; each comes back."""
    [cell] = quieted(text)

    assert not STARTS.search(cell)
    assert not INSIDE.search(cell)
    assert restored(cell) == [text]


@pytest.mark.parametrize("text", REWRITTEN)
def test_what_a_spreadsheet_rewrites_is_kept(text: str) -> None:
    """Long digits, leading zeros, what looks like a date: an apostrophe keeps it."""
    assert quieted(text) == [f"'{text}"]


@pytest.mark.parametrize("text", ORDINARY)
def test_ordinary_sentences_stay_as_they_are(text: str) -> None:
    """People read these cells: nothing sprouts an apostrophe that is not dangerous."""
    assert quieted(text) == [text]


def test_only_what_is_not_a_text_is_passed_over() -> None:
    """Numbers, dates and missing texts stay what they are."""
    frame = pl.DataFrame({"n": [-1, None], "text": ["=1", None]})

    assert delivery.harmless(frame).rows() == [(-1, "'=1"), (None, None)]


def test_a_zero_byte_is_replaced() -> None:
    """No CSV may hold NUL: that one character is lost, and something shows where it stood."""
    assert quieted("a\0b") == [f"a{NO_NUL}b"]


def test_our_own_reader_reads_our_csv_identically(tmp_path: Path) -> None:
    """Every text of every kind, line breaks and all, through the file and the strict reader."""
    texts = [text for text in (*INJECTIONS, *REWRITTEN, *ORDINARY) if text]
    frame = pl.DataFrame({"text": texts, "handle": [f"ann{place}" for place in range(len(texts))]})

    delivery.write_csv(frame, tmp_path / "a.csv")
    block = read(tmp_path / "a.csv", Layout())

    assert block.rejects.is_empty()
    assert delivery.original(block.rows).equals(frame)
    assert block.rows["handle"].equals(frame["handle"])


def test_a_csv_opens_as_utf8_in_a_spreadsheet(tmp_path: Path) -> None:
    """The file begins with a byte-order mark, has RFC 4180 line ends, and keeps the line breaks of texts."""
    delivery.write_csv(pl.DataFrame({"name": ['Zoë, a "friend"\nof ours']}), tmp_path / "a.csv")

    assert (tmp_path / "a.csv").read_bytes() == '\ufeff"name"\r\n"Zoë, a ""friend""\nof ours"\r\n'.encode()
    with (tmp_path / "a.csv").open(encoding="utf-8-sig", newline="") as file:
        assert list(csv.reader(file)) == [["name"], ['Zoë, a "friend"\nof ours']]


def test_a_csv_appears_whole_or_not_at_all(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A disk that fills up leaves the older file as it was, and nothing beside it."""
    delivery.write_csv(pl.DataFrame({"a": [1]}), tmp_path / "a.csv")

    def full(self: pl.DataFrame, file: Path, **_: object) -> None:
        file.write_bytes(b"ne")
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(pl.DataFrame, "write_csv", full)
    with pytest.raises(OSError, match="No space left"):
        delivery.write_csv(pl.DataFrame({"a": [2]}), tmp_path / "a.csv")

    assert [path.name for path in tmp_path.iterdir()] == ["a.csv"]
    assert (tmp_path / "a.csv").read_text(encoding="utf-8-sig").split() == ['"a"', "1"]
