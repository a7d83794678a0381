"""Each notebook in a real JupyterLab: it runs to its end, draws what it should, and nothing leaves the machine.

AMBASSADORS_SCREENSHOTS=FOLDER keeps a picture of each. The quick version opens the two that have widgets:
`make notebooks` runs all six without a browser. TORTURE=full opens all.
"""

import os
import shutil
from pathlib import Path

import nbformat
import pytest

from tests import lab
from tests.torture.ground import FULL

pytestmark = pytest.mark.browser
HERE = Path(__file__).parents[1]
#: How many living networks each notebook has.
NETWORKS = {
    "first_shortlist": 0,
    "who_moves_others": 1,
    "from_like_to_defend": 0,
    "is_the_audience_real": 0,
    "weights_and_trust": 0,
    "a_million_people": 0,
}
WEIGHED = "weights_and_trust"
OPENED = sorted(NETWORKS.keys() - {WEIGHED}) if FULL else ["who_moves_others"]
SVG = "<svg xmlns='http://www.w3.org/2000/svg' width='400' height='300'><rect width='400' height='300' fill='white'/>"
WHITE, CUT = f"{SVG}</svg>", f"{SVG}<circle cx='0' cy='150' r='90' fill='red'/></svg>"
BROKEN = [
    f"from IPython.display import HTML, SVG, display\ndisplay(SVG({WHITE!r}), SVG({CUT!r}))",
    "import networkx as nx\nfrom ipysigma import Sigma\nSigma(nx.DiGraph(), height=300)",
    "HTML('<img src=http://elsewhere.example/spy.png>')",
    "1 / 0",
    "'never run'",
]


@pytest.fixture(scope="module")
def desk(tmp_path_factory):
    """JupyterLab beside the sample, with copies of the notebooks and one that is broken in every way we look for."""
    root = tmp_path_factory.mktemp("lab")
    shutil.copytree(HERE / "graphs" / "town", root / "graphs" / "town")
    folder = root / "notebooks"
    folder.mkdir()
    for one in (HERE / "notebooks").glob("*.ipynb"):
        shutil.copy(one, folder)
    cells = [nbformat.v4.new_code_cell(source) for source in BROKEN]
    kernel = {"kernelspec": {"name": "python3", "display_name": "Python 3", "language": "python"}}
    nbformat.write(nbformat.v4.new_notebook(cells=cells, metadata=kernel), folder / "broken.ipynb")
    with lab.desk(folder, root / "scratch") as opened:
        yield opened


@pytest.mark.parametrize("name", OPENED)
def test_a_notebook_runs_and_draws(desk, name):
    """No cell fails or is left out, charts and networks have their pixels, whole, and no other machine is asked."""
    with desk.opened(f"{name}.ipynb") as notebook:
        _checked(notebook, name)
        _kept(notebook, name)


def test_the_weights_answer_to_the_keyboard(desk):
    """The notebook of the weights runs and draws, too; and a slider that is moved by the keyboard changes the list."""
    with desk.opened(f"{WEIGHED}.ipynb") as notebook:
        _checked(notebook, WEIGHED)
        widget = notebook.page.locator(".amb-weigh").first
        table = widget.locator(".amb-weigh-table tbody")
        before, answers = table.inner_text(), int(widget.get_attribute("data-answered"))

        slider = widget.locator("input[type=range]").first
        slider.focus()
        slider.press("End")
        notebook.page.wait_for_function(
            "([one, answers]) => Number(one.dataset.answered) > answers", arg=[widget.element_handle(), answers]
        )

        assert table.inner_text() != before
        _kept(notebook, WEIGHED, widget)


def test_every_notebook_is_opened():
    """No notebook is forgotten here."""
    assert {one.stem for one in (HERE / "notebooks").glob("*.ipynb")} == set(NETWORKS)


def test_what_is_broken_is_found(desk):
    """The tests above can fail: by a cell that fails, a white chart, one that is cut, an empty network, a far call."""
    with desk.opened("broken.ipynb") as notebook:
        ran = notebook.run_all()
        charts = [notebook.painted(one, seconds=2) for one in notebook.charts()]
        networks = [notebook.painted(one, style=lab.ONLY_CANVAS, seconds=2).drawn for one in notebook.networks()]

    assert ran["failed"] == ["ZeroDivisionError: division by zero"]
    assert ran["left"] == 1
    assert [(one.drawn, one.cut) for one in charts] == [(False, False), (True, True)]
    assert networks == [False]
    assert notebook.elsewhere == {"http://elsewhere.example/spy.png"}


def _checked(notebook, name):
    ran = notebook.run_all()
    charts = [notebook.painted(one) for one in notebook.charts()]
    networks = [notebook.painted(one, style=lab.ONLY_CANVAS) for one in notebook.networks()]

    assert ran["failed"] == []
    assert ran["cells"] > 0
    assert ran["left"] == 0
    assert charts
    assert [one for one in charts if not one.drawn or one.cut] == []
    assert len(networks) == NETWORKS[name]
    assert [one for one in networks if not one.drawn] == []
    assert notebook.elsewhere == set()


def _kept(notebook, name, shown=None):
    """A picture of the screen with the network or widget on it, else with the first chart, where one is asked for."""
    folder = os.environ.get("AMBASSADORS_SCREENSHOTS")
    if folder:
        Path(folder).mkdir(parents=True, exist_ok=True)
        notebook.page.set_viewport_size(lab.PICTURE)
        notebook.page.wait_for_timeout(2000)  # until a widget has said all
        where = "start" if shown else "center"
        one = shown or [*notebook.networks(), *notebook.charts()][0]
        one.evaluate("(one, where) => one.scrollIntoView({block: where})", where)
        notebook.page.wait_for_timeout(500)
        notebook.page.screenshot(path=Path(folder, f"lab_{name}.png"))
