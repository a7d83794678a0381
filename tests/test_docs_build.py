"""The documentation: pages that are found, links that lead somewhere, and texts made from the program itself."""

from __future__ import annotations

import doctest
import json
import re
import runpy
import sys
from importlib import import_module
from pathlib import Path
from types import ModuleType, SimpleNamespace

import pytest

import ambassadors as amb
from ambassadors import cli, graph, measures, recipe, tables
from ambassadors.handover.meanings import MEANINGS

ROOT = Path(__file__).parent.parent
DOCS = ROOT / "docs"
PAGES = {
    str(path.relative_to(DOCS).with_suffix("")): path
    for path in sorted(DOCS.rglob("*.md"))
    if "notebooks" not in path.relative_to(DOCS).parts[:-1]
}
TEXTS = {page: path.read_text(encoding="utf-8") for page, path in PAGES.items()}
LINK = re.compile(r"!?\[[^\]\[]*\]\(([^)\s]+)\)")
CODE = re.compile(r"^```.*?^```|`[^`\n]*`", re.MULTILINE | re.DOTALL)


@pytest.fixture
def building(monkeypatch: pytest.MonkeyPatch) -> ModuleType:
    """What happens while the pages are made."""
    monkeypatch.syspath_prepend(str(DOCS))
    return import_module("building")


@pytest.fixture
def generated(monkeypatch: pytest.MonkeyPatch) -> ModuleType:
    """The texts that are made from the program."""
    monkeypatch.syspath_prepend(str(DOCS))
    return import_module("generated")


def listed(page: str) -> set[str]:
    """The pages that a page's tables of contents name."""
    blocks = re.findall(
        r"^```\{toctree\}\n(.*?)^```", PAGES[page].read_text(encoding="utf-8"), re.MULTILINE | re.DOTALL
    )
    lines = [line for block in blocks for line in block.splitlines() if line and not line.startswith(":")]
    folder = PAGES[page].parent
    named = [re.sub(r".*<(.*)>", r"\1", line) for line in lines]
    return {str((folder / name).resolve().relative_to(DOCS)) for name in named}


def test_every_page_is_found_from_the_first() -> None:
    """Whoever begins at the index comes to every page and every notebook, and to no page that is not there."""
    found, ahead = set(), {"index"}
    while ahead:
        page = ahead.pop()
        found.add(page)
        ahead |= (listed(page) if page in PAGES else set()) - found

    assert found == {*PAGES, *(f"notebooks/{path.stem}" for path in (ROOT / "notebooks").glob("*.ipynb"))}


def test_every_link_leads_to_a_file_of_the_repository() -> None:
    """A link or picture without an address on the web names a page, a picture or a file that is there."""
    links = [(page, link) for page, text in TEXTS.items() for link in LINK.findall(CODE.sub("", text))]
    inner = [(page, link.partition("#")[0]) for page, link in links if not re.match("https?:|#", link)]

    assert inner
    assert [(page, link) for page, link in inner if not (PAGES[page].parent / link).exists()] == []


def test_every_public_name_is_in_the_reference() -> None:
    """What `amb` and its graph room offer is told on the pages of the reference."""
    told = "\n".join(text for page, text in TEXTS.items() if page.startswith("reference/"))

    documented = set(re.findall(r"auto\w+:: ambassadors\.([\w.]+)", told))

    assert {*amb.__all__} - documented == {"AmbassadorsError"}  # it stands in the tree of errors
    assert {"errors", *(f"graph.{name}" for name in graph.__all__)} <= documented


def test_what_is_made_from_the_program_leaves_nothing_out(generated: ModuleType) -> None:
    """Every command, measure, table, reason, key of a recipe and column of a list has its line."""
    keys = {*recipe.RankSection.model_fields, *recipe.JobSection.model_fields, *recipe.Cell.model_fields}
    expected = {
        "commands": [f"### {name}\n" for name in cli.app if not name.startswith("-")],
        "measure_catalogue": [f"### {name}\n" for name in measures.CATALOGUE],
        "table_columns": [f"### {name}\n" for name in tables.TABLES],
        "reject_reasons": [f"| `{reason}` |" for reason in tables.REASONS],
        "sections": [f"| `{key}` |" for key in keys],
        "shortlist_columns": [f"| `{name}` |" for name in MEANINGS],
        "evidence": [f"| `{name}` |" for name in recipe.EVIDENCE],
    }

    made = {name: getattr(generated, name)() for name in expected}

    assert {name: [line for line in lines if line not in made[name]] for name, lines in expected.items()} == {
        name: [] for name in expected
    }


def test_every_marked_place_is_filled(building: ModuleType) -> None:
    """A page names texts that can be made, and none of its marks is left."""
    marked = {
        page: path.read_text(encoding="utf-8") for page, path in PAGES.items() if "<!-- made:" in path.read_text()
    }
    sources = {page: [text] for page, text in marked.items()}

    for page, source in sources.items():
        building.fill(None, page, source)

    assert sources
    assert not [page for page, (text,) in sources.items() if "<!-- made:" in text]


def test_the_examples_of_the_builders_hold(building: ModuleType, generated: ModuleType) -> None:
    """The examples in the docstrings of the two modules beside the pages give what they say."""
    tried = [doctest.testmod(module) for module in (building, generated)]

    assert all(one.attempted for one in tried)
    assert [one.failed for one in tried] == [0, 0]


def test_notebooks_come_as_they_were_executed(building: ModuleType, tmp_path: Path) -> None:
    """An executed copy is shown while its cells are the notebook's; one that has changed since is shown stripped."""

    def write(folder: str, name: str, source: str, *shown: str) -> None:
        (tmp_path / folder).mkdir(exist_ok=True)
        cells = [{"source": source, "outputs": [{"data": {"text/plain": one}} for one in shown]}]
        (tmp_path / folder / f"{name}.ipynb").write_text(json.dumps({"cells": cells}), encoding="utf-8")

    for name, executed in {"same": "rank()", "changed": "rank(1)"}.items():
        write("notebooks", name, "rank()")
        write(".notebooks", name, executed, "a table")

    names = building.copy_notebooks(tmp_path, tmp_path / "pages")

    shown = {path.stem: "a table" in path.read_text(encoding="utf-8") for path in (tmp_path / "pages").iterdir()}
    assert names == ["changed", "same"]
    assert shown == {"same": True, "changed": False}


def test_a_page_that_fetches_stops_the_build(building: ModuleType, tmp_path: Path) -> None:
    """A program, picture or style sheet on another host is an error; a link to follow is none."""
    page = tmp_path / "index.html"
    app = SimpleNamespace(outdir=tmp_path)
    page.write_text('<a href="https://example.org">more</a><img src="x.png"><script src="_static/x.js"></script>')
    building.check_offline(app, None)

    page.write_text('<link rel="stylesheet" href="https://fonts.example.org/x.css"><img src="//cdn.example.org/x.png">')

    with pytest.raises(Exception, match=r"fonts\.example\.org.*cdn\.example\.org"):
        building.check_offline(app, None)


def test_notebooks_are_shown_and_not_run(monkeypatch: pytest.MonkeyPatch) -> None:
    """No build executes a notebook, asks a network for a widget's program, or looks names up elsewhere."""
    monkeypatch.setattr(sys, "path", [*sys.path])

    settings = runpy.run_path(str(DOCS / "conf.py"))

    assert settings["nb_execution_mode"] == "off"
    assert settings["nb_ipywidgets_js"] == {}
    assert "sphinx.ext.intersphinx" not in settings["extensions"]


def test_figures_of_the_explanation_are_those_of_their_pages() -> None:
    """Each figure with three digits on how it is tested stands on the pages that say how it was measured."""
    told = set(re.findall(r"(?<!\d)\.\d{3}", TEXTS["explanation/testing"]))
    sources = TEXTS["backtests"] + TEXTS["forecasts"]

    assert told
    assert {figure for figure in told if figure not in sources} == set()
