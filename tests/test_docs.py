"""The documentation: every command and example in it does what the page says."""

from __future__ import annotations

import configparser
import re
import shlex
from pathlib import Path

import networkx as nx
import pytest
from cyclopts import CycloptsError

from ambassadors import cli
from tests.docs import sample
from tests.docs.desks import DESKS, NOT_PYTHON, NOT_RUN, Desk
from tests.docs.pages import agrees, blocks, mentioned, pages, text_of, typed
from tests.docs.reader import Reader, Say, entry_of

FOLLOWED = [page for page in pages() if any(block.language in ("console", "python", "toml") for block in blocks(page))]
PYTHON = [block.text for page in pages() for block in blocks(page) if block.language == "python"]


@pytest.fixture
def say(capsys: pytest.CaptureFixture[str]) -> Say:
    """Calls the program with some words: exit code, and what it prints."""

    def call(*words: str) -> tuple[int, str]:
        with pytest.raises(SystemExit) as left:
            cli.main(list(words))
        said = capsys.readouterr()
        return int(left.value.code or 0), said.out + said.err

    return call


@pytest.fixture
def place(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """An empty folder in which a page is followed; what its Python configures is forgotten afterwards."""
    for name in ("AMBASSADORS_DATA", "AMBASSADORS_STATE", "AMBASSADORS_KEY"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("AMBASSADORS_EMAIL_KEY", "a key of the tests")
    monkeypatch.setattr(nx.config, "backend_priority", nx.config.backend_priority)
    monkeypatch.chdir(tmp_path)
    return tmp_path


@pytest.mark.parametrize("page", FOLLOWED)
def test_a_page_does_what_it_says(page: str, place: Path, say: Say) -> None:
    """From top to bottom: files are written, recipes parsed, commands called, Python run; what is shown is printed."""
    reader = Reader(page, DESKS.get(page, Desk()), place, say)

    for block in blocks(page):
        reader.follow(block)


@pytest.mark.parametrize("page", pages())
def test_what_a_page_mentions_exists(page: str) -> None:
    """Commands in running text, in timetables and in units are ones that the program or make has."""
    spans = [part.strip() for span in mentioned(page) for part in re.split(r";|&&", span)]
    called = [span for span in spans if re.match(r"(ambassadors|make) [a-z-]", span)]
    for block in blocks(page):
        called += [
            "ambassadors " + words for words in re.findall(r"bin/ambassadors ([^;|>&\"\n]*[^;|>&\"\n\d ])", block.text)
        ]

    for words in map(shlex.split, called):
        if words[0] == "make":
            assert NOT_RUN["make"].holds(words), words
        else:
            _parsed(words[1:])


def _parsed(words: list[str]) -> None:
    """Fails where the program has no such command or option; a command that is only named need not be whole."""
    if len(words) == 1 and words[0] in cli.app:
        return
    try:
        cli.app.parse_args(words, exit_on_error=False, print_error=False)
    except CycloptsError as error:
        pytest.fail(f"ambassadors {' '.join(words)}: {error}")


@pytest.mark.parametrize("page", pages())
def test_no_command_hides_from_these_tests(page: str) -> None:
    """What a reader types stands in a block of the language console, or in running text."""
    typed_ahead = r"^(?: {4}|\t)(?:\$ |ambassadors |make |pip ).*"
    others = "".join(block.text for block in blocks(page) if block.language != "console")
    indented, elsewhere = re.findall(typed_ahead, text_of(page), re.M), re.findall(r"^\$ .*", others, re.M)

    assert indented + elsewhere == []


def test_every_exception_is_still_needed() -> None:
    """No entry of what is not run is left that no page uses."""
    used = {entry_of(command.text, NOT_RUN) for page in pages() for command in typed(page)}

    assert used - {""} == set(NOT_RUN)
    assert all(any(mark in text for text in PYTHON) for mark in NOT_PYTHON)
    assert set(DESKS) <= set(FOLLOWED)


def test_the_units_of_the_nightly_page_are_sound() -> None:
    """The service calls the program with words that it has, and the timer is for it."""
    units = [block.text for block in blocks("docs/nightly.md") if block.language == "ini"]
    parsers = [configparser.ConfigParser(strict=False, interpolation=None) for _ in units]
    for parser, text in zip(parsers, units, strict=True):
        parser.read_string(text)

    assert [set(parser.sections()) for parser in parsers] == [{"Unit", "Service"}, {"Timer", "Install"}]
    _parsed(shlex.split(parsers[0]["Service"]["ExecStart"])[1:])


def test_what_is_shown_must_be_printed() -> None:
    """The comparison is strict: only ``...`` stands for something else, and no word may be missing."""
    assert agrees("a b\n... z", "a  b\nmore\nz\n")
    assert not agrees("a b", "a b c")
    assert not agrees("a c ...", "a b c")


def test_the_tutorials_files_are_what_the_town_gives() -> None:
    """They are a part of the simulated town, and not edited by hand."""
    for name, text in sample.files().items():
        assert (sample.FOLDER / name).read_text(encoding="utf-8") == text, f"{name}: python -m tests.docs.sample"
