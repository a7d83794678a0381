"""While Sphinx makes the pages: notebooks come in, marked places are filled, links turn inward, nothing is fetched."""

from __future__ import annotations

import json
import os
import re
import shutil
from html.parser import HTMLParser
from pathlib import Path
from typing import Any

import generated
from sphinx.errors import ExtensionError
from sphinx.util.nodes import make_refnode

DOCS = Path(__file__).parent
ROOT = DOCS.parent
#: A link that leads up and out of the page's folder: its words, the path, and the part of the page.
UPWARD = re.compile(r"\[([^\]\[]+)\]\(((?:\.\./)+[^)#\s]*)(#[^)\s]*)?\)")
#: The pages that stand for files outside this folder.
OUTSIDE = {
    "README.md": "index.md",
    "ARCHITECTURE.md": "reference/architecture.md",
    "CHANGELOG.md": "reference/changes.md",
}
#: In a page, the place of a text that is made from the program: the name of a function in ``generated``.
MARK = re.compile(r"^<!-- made: (\w+) -->$", re.MULTILINE)
#: How Python spells out the type of an array.
ARRAY = re.compile(r"ndarray\[tuple\[Any, \.\.\.\], dtype\[(\w+)\]\]")
#: Attributes whose address a browser fetches by itself; a link is followed only by who clicks on it.
FETCHED = {"script": "src", "img": "src", "iframe": "src", "source": "src", "link": "href", "object": "data"}


def copy_notebooks(root: Path, to: Path) -> list[str]:
    """Puts each notebook where Sphinx finds it: as it was executed, or stripped where it changed since or never was.

    What is there from an earlier build and has no notebook any more is removed.
    """
    shutil.rmtree(to, ignore_errors=True)
    to.mkdir(parents=True)
    names = []
    for notebook in sorted((root / "notebooks").glob("*.ipynb")):
        executed = root / ".notebooks" / notebook.name
        shown = _read(executed) if executed.exists() and _cells(executed) == _cells(notebook) else _read(notebook)
        (to / notebook.name).write_text(json.dumps(still(shown)), encoding="utf-8")
        names.append(notebook.stem)
    return names


def _read(notebook: Path) -> dict[str, Any]:
    return dict(json.loads(notebook.read_text(encoding="utf-8")))


def _cells(notebook: Path) -> list[str]:
    return ["".join(cell["source"]) for cell in _read(notebook)["cells"]]


def still(notebook: dict[str, Any]) -> dict[str, Any]:
    """The notebook without what only a running one can show: the state of widgets, and outputs that hold a program.

    >>> script = {"data": {"text/html": ["<script>", "1", "</script>"]}}
    >>> still({"cells": [{"outputs": [script, {"data": {"text/plain": "a table"}}]}], "metadata": {"widgets": {}}})
    {'cells': [{'outputs': [{'data': {'text/plain': 'a table'}}]}], 'metadata': {}}
    """
    notebook.get("metadata", {}).pop("widgets", None)
    for cell in notebook["cells"]:
        if "outputs" in cell:
            cell["outputs"] = [one for one in cell["outputs"] if not _runs(one)]
    return notebook


def _runs(output: dict[str, Any]) -> bool:
    return "<script" in "".join(output.get("data", {}).get("text/html", ""))


def everything(app: Any, env: Any, added: set[str], changed: set[str], removed: set[str]) -> list[str]:
    """Every page is read anew in each build: what it is made from may have changed where Sphinx does not look."""
    return sorted(env.found_docs - added - changed)


def fill(app: Any, page: str, source: list[str]) -> None:
    """Fills the marked places of a page with what the program says of itself, and turns its links inward."""
    made = MARK.sub(lambda found: str(getattr(generated, found[1])()), source[0])
    source[0] = inward(page, made)


def inward(page: str, text: str) -> str:
    """The text with links that lead up and out of a page's folder as links within the pages.

    So a link works where the file lies in the repository, and here. What is no page (a folder, a program) is a file to
    take along, or only named.

    >>> inward("fetching", "see the [README](../README.md) and [graphs/](../graphs/)")
    'see the [README](/index.md) and graphs/'
    >>> inward("notebooks/first_shortlist", "see [tests](../docs/backtests.md#attacks)")
    'see [tests](/backtests.md#attacks)'
    """
    folder = ROOT / page if page.startswith("notebooks/") else DOCS / page
    return UPWARD.sub(lambda found: _inward(folder.parent, *found.groups("")), text)


def _inward(folder: Path, words: str, address: str, part: str) -> str:
    target = Path(os.path.normpath(folder / address))
    if target.is_relative_to(DOCS):
        return f"[{words}](/{target.relative_to(DOCS)}{part})"
    name = str(target.relative_to(ROOT)) if target.is_relative_to(ROOT) else ""
    if name in OUTSIDE or name.endswith(".ipynb"):
        return f"[{words}](/{OUTSIDE.get(name, name)}{part})"
    return words if target.is_dir() else f"[{words}](/{os.path.relpath(target, DOCS)})"


def nearest(app: Any, env: Any, node: Any, shown: Any) -> Any:
    """The target of a name in a docstring that is written short (``Graph``), where only one thing here is called so."""
    name = node["reftarget"].rpartition(".")[2]
    objects = env.domains.python_domain.objects.items() if node.get("refdomain") == "py" else ()
    found = {known.node_id: known for whole, known in objects if whole.endswith(f".{name}")}
    if len(found) != 1:
        return None
    (target,) = found.values()
    return make_refnode(app.builder, node["refdoc"], target.docname, target.node_id, shown, name)


def shorter(app: Any, what: str, name: str, thing: Any, options: Any, arguments: str | None, gives: str | None) -> Any:
    """A signature in which arrays are called by what they hold."""
    return tuple(text and ARRAY.sub(r"ndarray[\1]", text) for text in (arguments, gives))


class _Addresses(HTMLParser):
    """All that a browser would fetch from another host to show a page."""

    def __init__(self) -> None:
        super().__init__()
        self.found: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Notes the address, where it is of another host."""
        address = dict(attrs).get(FETCHED.get(tag, "")) or ""
        if re.match(r"(?:https?:)?//", address):
            self.found.append(address)


def elsewhere(page: str) -> list[str]:
    """The addresses on other hosts from which a page fetches something.

    >>> elsewhere('<a href="https://example.org">read</a> <script src="https://cdn.example.org/x.js"></script>')
    ['https://cdn.example.org/x.js']
    """
    parser = _Addresses()
    parser.feed(page)
    return parser.found


def check_offline(app: Any, failed: Exception | None) -> None:
    """Stops the build when a page would fetch anything from a network."""
    pages = Path(app.outdir).rglob("*.html") if failed is None else []
    found = {page.name: addresses for page in pages if (addresses := elsewhere(page.read_text(encoding="utf-8")))}
    if found:
        raise ExtensionError(f"pages fetch from a network: {found}")
