"""Notebooks: each is written once, says the same in both of its forms, and holds nothing but what an analyst reads."""

from __future__ import annotations

import ast
import json
import re
from functools import cache
from itertools import pairwise
from pathlib import Path
from typing import Any

import jupytext
import pytest

import ambassadors as amb

FOLDER = Path(__file__).parent.parent / "notebooks"
SOURCES = sorted(FOLDER.glob("*.py"))
NAMES = {
    "first_shortlist",
    "who_moves_others",
    "from_like_to_defend",
    "is_the_audience_real",
    "weights_and_trust",
    "a_million_people",
}
read = cache(amb.read)
each = pytest.mark.parametrize("source", SOURCES, ids=lambda path: path.stem)


def paired(source: Path) -> dict[str, Any]:
    """The notebook beside a source, as the file holds it."""
    notebook: dict[str, Any] = json.loads(source.with_suffix(".ipynb").read_text(encoding="utf-8"))
    return notebook


def code_of(source: Path) -> ast.Module:
    """The source as Python sees it."""
    return ast.parse(source.read_text(encoding="utf-8"))


def test_there_are_six_and_each_has_both_forms():
    """Six notebooks lie there, each as a source and as a notebook, and nothing half of one."""
    sources = {path.stem for path in SOURCES}
    notebooks = {path.stem for path in FOLDER.glob("*.ipynb")}

    assert sources == notebooks == NAMES


@each
def test_both_forms_say_the_same(source: Path):
    """The notebook holds the cells of its source, in order and to the letter."""
    cells = [(cell.cell_type, cell.source) for cell in jupytext.read(source).cells]

    found = [(cell["cell_type"], "".join(cell["source"])) for cell in paired(source)["cells"]]

    assert found == cells


@each
def test_nothing_that_ran_is_kept(source: Path):
    """No output, no count of runs and no version of a machine stands in a notebook."""
    notebook = paired(source)
    code = [cell for cell in notebook["cells"] if cell["cell_type"] == "code"]

    assert all(cell["outputs"] == [] and cell["execution_count"] is None for cell in code)
    assert set(notebook["metadata"]) == {"jupytext", "kernelspec"}
    assert notebook["metadata"]["kernelspec"]["name"] == "python3"
    assert notebook["metadata"]["jupytext"] == {"formats": "ipynb,py:percent"}


@each
def test_they_define_nothing(source: Path):
    """What a notebook needs is in the package, where it is tested: no function or class is defined in one."""
    made = [node for node in ast.walk(code_of(source)) if isinstance(node, ast.FunctionDef | ast.ClassDef | ast.Lambda)]

    assert made == []


@each
def test_every_public_name_is_there(source: Path):
    """Each ``amb.name`` and ``amb.charts.name``, in code or in words, is one that the package has."""
    asked = set(re.findall(r"\bamb((?:\.charts)?\.[a-z_A-Z]+)", source.read_text(encoding="utf-8")))

    missing = []
    for name in sorted(asked):
        value: Any = amb
        for part in name.removeprefix(".").split("."):
            value = getattr(value, part, missing)
        missing += [name] if value is missing else []

    assert asked
    assert missing == []


@each
def test_no_cell_goes_without_a_word_before_it(source: Path):
    """Before what is computed stands what to look for; only the reading of the recipe may follow at once."""
    cells = [(cell.cell_type, cell.source) for cell in jupytext.read(source).cells]

    alone = [
        text
        for (before, _), (kind, text) in pairwise(cells)
        if kind == before == "code" and "amb.read(RECIPE)" not in text
    ]

    assert cells[0][0] == "markdown"
    assert alone == []


@each
def test_one_line_is_to_be_changed(source: Path):
    """``RECIPE`` is given once, at the end of the first cell of code, and is the sample's."""
    given = [cell.source for cell in jupytext.read(source).cells if re.search("^RECIPE = ", cell.source, re.M)]
    first = next(cell.source for cell in jupytext.read(source).cells if cell.cell_type == "code")

    assert given == [first]
    assert first.splitlines()[-1].startswith('RECIPE = "')


@each
def test_no_address_of_a_network(source: Path):
    """Nothing is fetched: no notebook names an address."""
    assert re.findall(r"\b(?:https?|ftp)://\S+", source.read_text(encoding="utf-8")) == []


@each
def test_accounts_are_chosen_by_code(source: Path):
    """No handle or id of the sample stands in a notebook, since other data does not hold it."""
    town = read(FOLDER.parent / "graphs" / "town" / "brand.toml").accounts
    texts = [node.value for node in ast.walk(code_of(source)) if isinstance(node, ast.Constant)]
    known = {*town["account"], *town["handle"].drop_nulls()}

    assert [text for text in texts if isinstance(text, str) and text.lstrip("@") in known] == []
