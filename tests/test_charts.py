"""What all charts share: saved without a network, as the same bytes, with letters that are letters."""

from __future__ import annotations

import base64
import subprocess
import sys
from pathlib import Path
from xml.etree import ElementTree

import altair as alt
import polars as pl
import pytest

from ambassadors import charts
from ambassadors.charts import theme
from ambassadors.errors import AmbassadorsError, OutputError

HOSTILE = '<script>alert(1)</script> & "Ann" \x00\x1b[31m\u202e\ufffe'
#: A chart that cuts something out, drawn by another process.
PROGRAM = """
import sys
from tests.test_charts import bars
from ambassadors.charts import theme
for form in theme.FORMS:
    theme.save(bars(), f"{sys.argv[1]}/there{form}")
"""


def bars(name: str = "Anna") -> alt.Chart:
    """A chart of two people, one of whom reaches beyond its edge."""
    frame = pl.DataFrame({"person": [name, "Überling"], "score": [71.5, 120.0]})
    scale = alt.Scale(domain=[0, 100])
    chart = alt.Chart(frame, title=f"Scores of {name}").mark_bar(clip=True)
    drawn: alt.Chart = theme.styled(chart.encode(x=alt.X("score:Q", scale=scale), y="person:N"))
    return drawn


def saved(chart: alt.TopLevelMixin, path: Path) -> bytes:
    """What is in the file of a chart."""
    charts.save(chart, path)
    return path.read_bytes()


@pytest.mark.parametrize("ending", ["svg", "png", "pdf", "SVG"])
def test_the_same_chart_is_the_same_bytes(tmp_path: Path, ending: str) -> None:
    """However many charts were drawn before it."""
    first = saved(bars(), tmp_path / f"one.{ending}")
    saved(bars("Bo"), tmp_path / f"other.{ending}")

    assert saved(bars(), tmp_path / f"two.{ending}") == first
    assert len(first) > 2000


def test_another_process_draws_the_same_bytes(tmp_path: Path) -> None:
    """A picture under version control changes when its figures do, and not else."""
    here = [saved(bars(), tmp_path / f"here{form}") for form in theme.FORMS]

    subprocess.run([sys.executable, "-c", PROGRAM, tmp_path], check=True, timeout=100)

    assert [(tmp_path / f"there{form}").read_bytes() for form in theme.FORMS] == here


def test_letters_stay_letters_and_have_others_to_fall_back_on(tmp_path: Path) -> None:
    """A picture can be searched and read aloud, and read where the letters that it was measured with are missing."""
    root = ElementTree.fromstring(saved(bars(), tmp_path / "a.svg"))

    texts = {element.text: element.get("font-family", "") for element in root.iter("{http://www.w3.org/2000/svg}text")}
    assert {"Scores of Anna", "Anna", "Überling"} <= texts.keys()
    assert all("sans-serif" in font for font in texts.values())


def test_a_picture_asks_nothing_of_a_network(tmp_path: Path) -> None:
    """The names of its own language are the only addresses in it."""
    told = saved(bars(), tmp_path / "a.svg").decode()

    for name in ("http://www.w3.org/2000/svg", "http://www.w3.org/1999/xlink"):
        told = told.replace(name, "")
    assert "://" not in told


def test_what_is_cut_out_of_one_picture_is_not_cut_out_of_another_on_the_same_page(tmp_path: Path) -> None:
    """Names within a picture are its own, and all that it points to are there."""
    found = []
    for name in ("Anna", "Bo"):
        told = saved(bars(name), tmp_path / "a.svg").decode()
        names = {element.get("id") for element in ElementTree.fromstring(told).iter() if element.get("id")}
        assert names
        assert all(f'clip-path="url(#{one})"' in told for one in names)
        found.append(names)

    assert found[0].isdisjoint(found[1])


@pytest.mark.parametrize("ending", ["svg", "png", "pdf"])
def test_a_hostile_name_is_drawn_and_does_nothing(tmp_path: Path, ending: str) -> None:
    """Markup is words; a letter that no picture can hold, on which the drawing program would end the process, goes."""
    told = saved(bars(HOSTILE), tmp_path / f"a.{ending}")

    assert told
    assert b"<script" not in told
    if ending == "svg":
        texts = [element.text or "" for element in ElementTree.fromstring(told).iter()]
        assert any('<script>alert(1)</script> & "Ann"' in text for text in texts)


def test_a_name_without_an_end_makes_no_picture_without_an_end(tmp_path: Path) -> None:
    """A long title is cut at the width of a page."""
    root = ElementTree.fromstring(saved(bars("A" * 3000), tmp_path / "a.svg"))

    assert float(root.get("width", "inf")) < 1.5 * theme.WIDEST


@pytest.mark.parametrize("name", ["a.bmp", "a", "svg", "a.svg.txt"])
def test_a_picture_of_unknown_form_is_refused(tmp_path: Path, name: str) -> None:
    """What can be written is said, and nothing is."""
    with pytest.raises(AmbassadorsError, match=r"written as \.svg, \.png or \.pdf"):
        charts.save(bars(), tmp_path / name)

    assert not list(tmp_path.iterdir())


def test_a_place_that_is_not_there_is_told(tmp_path: Path) -> None:
    """With what to do about it."""
    with pytest.raises(OutputError, match="there is no folder"):
        charts.save(bars(), tmp_path / "nowhere" / "a.svg")


def test_an_older_picture_stays_when_a_new_one_fails(tmp_path: Path) -> None:
    """A file appears whole or not at all."""
    path = tmp_path / "a.svg"
    before = saved(bars(), path)

    with pytest.raises(ValueError, match="conversion failed"):
        charts.save(bars().transform_filter("datum.("), path)

    assert path.read_bytes() == before
    assert [found.name for found in tmp_path.iterdir()] == ["a.svg"]


def test_a_notebook_shows_charts_without_a_network() -> None:
    """As a picture that needs no letters of the machine; a renderer that somebody chose stays."""
    chart = bars()
    was = alt.renderers.active

    try:
        alt.renderers.enable("default")
        theme.styled(chart)
        bundle, sizes = alt.renderers.get()(chart.to_dict())
        alt.renderers.enable("json")
        theme.styled(chart)
        chosen = alt.renderers.active
    finally:
        alt.renderers.enable(was)

    assert set(bundle) == {"image/png", "text/plain"}
    drawn = base64.b64decode(bundle["image/png"])
    assert int.from_bytes(drawn[16:20]) == 2 * sizes["image/png"]["width"]
    assert chosen == "json"


def test_colours_can_be_told_apart() -> None:
    """No two rungs of the ladder look alike."""
    assert len(set(theme.RUNGS.values())) == len(theme.RUNGS)
