"""What the README and the tutorial show of the demo is what the demo prints; test_docs.py has everything else."""

from __future__ import annotations

import re

import pytest

from ambassadors import demo, show
from tests.docs.pages import agrees, text_of, typed


@pytest.fixture(scope="module")
def shown(tmp_path_factory: pytest.TempPathFactory) -> demo.Demo:
    """A finished demo."""
    return demo.demo(tmp_path_factory.mktemp("demo") / "runs")


def test_the_figures_of_the_readme_are_the_demos(shown: demo.Demo) -> None:
    """The table of the README holds what the demo prints today."""
    rows = shown.ambassadors.select("on_the_way", "proven_advocate", "bot", "contest_hunter")
    table = re.findall(r"^\| [^|\n]*\|((?: \**\d+\** \|)+)$", text_of("README.md"), re.MULTILINE)

    assert [tuple(int(number) for number in re.findall(r"\d+", row)) for row in table] == rows.rows()


def test_the_tutorial_shows_what_the_demo_prints(shown: demo.Demo, capsys: pytest.CaptureFixture[str]) -> None:
    """Below `make demo`, the tutorial has lines of its lists."""
    (below,) = (command.shown for command in typed("docs/tutorial.md") if command.text == "make demo")

    show.demo(shown)

    assert below.strip()
    assert agrees(below, capsys.readouterr().out)
