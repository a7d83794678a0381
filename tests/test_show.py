"""What a terminal shows: whole tables, and texts that cannot command it."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

import ambassadors as amb
from ambassadors import assembly, show
from ambassadors.show.console import cell, escape
from tests.conftest import FILES, RECIPE, Cafe


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("\x1b[31mred\x1b[0m", "[31mred[0m"),
        ("a\u202eb\u2066c\x07\x9bd", "abcd"),
        ("[bold]loud[/bold]", "\\[bold]loud\\[/bold]"),
        ("Zoë 🎉 [5 stars]", "Zoë 🎉 [5 stars]"),
    ],
)
def test_control_characters_and_markup_are_disarmed(text: str, shown: str) -> None:
    """Colours, bells and changes of direction are gone; brackets are shown, not obeyed; letters stay."""
    assert escape(text) == shown


@pytest.mark.parametrize(("value", "shown"), [(None, ""), (1234567, "1,234,567"), (0, "0"), (True, "True"), ("a", "a")])
def test_cells_show_nothing_for_null_and_thousands_apart(value: object, shown: str) -> None:
    """As a person reads numbers."""
    assert cell(value) == shown


def test_a_name_from_the_data_cannot_command_the_terminal(
    cafe: Cafe, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """In the lists and in an explanation, a name shows as text whatever it holds."""
    named = FILES["accounts.csv"].replace("ann,ann,Ann", "ann,ann,\x1b[2JAnn [blink]\u202e")
    recipe = cafe(accounts_csv=named)

    show.run(amb.run(recipe, out=tmp_path / "runs"))
    show.explanation(amb.explain(amb.read(recipe), "x:ann"))

    said = capsys.readouterr().out
    assert said.count("[2JAnn [blink]") == 4
    assert not re.search("[\x1b\u202e]", said)


def test_the_head_of_a_list_says_of_how_many(cafe: Cafe, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Five of each list are shown, and that there are more; a list that cannot be made says why."""
    acts = "".join(f"fan{number:02},bob,like,2026-05-02,p2,\n" for number in range(12))
    recipe = RECIPE.replace('accounts = ["x:brand"]\n', "").replace('rivals = ["x:rival"]\n', "")

    show.run(amb.run(cafe(recipe, interactions_csv=FILES["interactions.csv"] + acts), out=tmp_path / "runs"))

    said = capsys.readouterr().out
    assert "influencers: the first 5 of 18" in said
    assert len(re.findall(r"^ {0,3}\d+  ", said.split("ambassadors")[0], re.MULTILINE)) == 5


def test_points_shown_add_up_to_the_score_shown(community: amb.Community, capsys: pytest.CaptureFixture[str]) -> None:
    """As printed: whoever adds the column up gets the total below it, in both rankings."""
    found = amb.explain(community, "x:ann")

    show.explanation(found)

    said = capsys.readouterr().out
    for standing in found.standings:
        part = said[said.index(f"{standing.ranking}: rank ") :]
        total = re.search(r"100\.00 +(\d+\.\d{3}) +the score", part)
        shown = [
            re.search(rf"^{one.measure} .*?{one.weight:.2f} +(\d+\.\d{{3}})", part, re.MULTILINE)
            for one in standing.parts
        ]
        assert total
        assert total[1] == f"{standing.score:.3f}"
        assert sum(round(1000 * float(line[1])) for line in shown if line) == round(1000 * float(total[1]))
        assert all(shown)


def test_what_has_no_time_and_whom_the_recipe_names_in_vain_is_told(
    cafe: Cafe, capsys: pytest.CaptureFixture[str]
) -> None:
    """A check tells of rows that count as known from the beginning, and of names that fit nobody."""
    recipe = RECIPE.replace('staff = ["x:staff"]', 'staff = ["x:staff"]\nexclude = ["@nobody"]')
    follows = FILES["follows.csv"].replace("ann,brand,2026-01-01", "ann,brand,")
    settings, reading = assembly.read_files(cafe(recipe, follows_csv=follows))

    show.holdings(assembly.assemble(settings, reading))

    said = capsys.readouterr().out
    assert "16 % of follows carry no time: they count as known from the beginning." in said
    assert "names '@nobody', which fits nobody in this data" in said
