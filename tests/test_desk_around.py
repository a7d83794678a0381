"""The people around an account: who is near, how many are left out, and what a notebook is handed."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Any

import networkx as nx
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import ambassadors as amb
from ambassadors.charts.labels import apart
from ambassadors.community import SOMEONE
from ambassadors.desk.around import Around, around
from ambassadors.errors import AmbassadorsError, NotEnoughData, UnknownName
from tests.conftest import FILES, Cafe

HOSTILE = "<img src=x onerror=alert(1)>"


@pytest.fixture(scope="module")
def town() -> amb.Community:
    """The embedded sample."""
    return amb.read("graphs/town/brand.toml")


@pytest.fixture
def hostile() -> Around:
    """Two of the same hostile name, tied to each other."""
    graph = nx.DiGraph([("x:a", "x:b", {"weight": 2.0})])
    nx.set_node_attributes(graph, {node: {"label": HOSTILE, "rung": "love", "role": "person"} for node in graph})
    return Around("x:a", graph, "interactions", 0)


def heard(monkeypatch: pytest.MonkeyPatch) -> list[dict[str, Any]]:
    """What is shown in a notebook from now on, output by output."""
    shown: list[dict[str, Any]] = []
    monkeypatch.setattr("IPython.display.display", lambda data, **_: shown.append(data))
    return shown


def test_by_hand(community: amb.Community) -> None:
    """Around Bob are the four with ties to him, by name, rung and role, and the ties among them, too."""
    found = around(community, "@bob")

    graph = found.graph
    assert set(graph) == {"x:bob", "x:ann", "x:cy", "x:rival", "x:brand"}
    assert {node: told["role"] for node, told in graph.nodes.items()} == {
        "x:bob": "person", "x:ann": "person", "x:cy": "person", "x:rival": "rival", "x:brand": "brand",
    }  # fmt: skip
    assert graph.nodes["x:brand"]["label"] == "TheCafe"
    assert graph.has_edge("x:ann", "x:brand")
    assert not graph.has_edge("x:brand", "x:ann")
    assert (found.left_out, found.says) == (0, "4 accounts nearest by acts, which are all")


@settings(max_examples=6, deadline=None)
@given(data=st.data(), most=st.integers(2, 60), graph=st.sampled_from(["follows", "interactions"]))
def test_nearest(town: amb.Community, data: st.DataObject, most: int, graph: str) -> None:
    """Never more than so many; nobody left out has heavier ties than who is in; all ties among them stand."""
    whole = town.graph(graph)
    name = data.draw(st.sampled_from([node for node, degree in whole.degree() if degree]))

    found = around(town, name, graph=graph, most=most)

    near = {
        other: whole.get_edge_data(name, other, {"weight": 0})["weight"]
        + whole.get_edge_data(other, name, {"weight": 0})["weight"]
        for other in {*whole.successors(name), *whole.predecessors(name)}
    }
    inside, outside = set(found.graph) - {name}, set(near) - set(found.graph)
    assert len(found.graph) <= most
    assert found.left_out == len(outside) == len(near) - len(inside)
    assert min(near[one] for one in inside) >= max((near[one] for one in outside), default=0) - 1e-6
    assert set(found.graph.edges) == set(whole.subgraph(list(found.graph)).edges)


def test_same_bytes(town: amb.Community, tmp_path: Path) -> None:
    """The same question gives the same picture, byte by byte."""
    for name in ("one.svg", "two.svg"):
        amb.charts.save(around(town, "@sam5.bsky.social", most=50).still(), tmp_path / name)

    assert (tmp_path / "one.svg").read_bytes() == (tmp_path / "two.svg").read_bytes()


@pytest.fixture
def with_ann_refusing(cafe: Cafe) -> amb.Community:
    """The small brand's world, in which Ann asked not to be found."""
    recipe = cafe().read_text(encoding="utf-8").replace('followers = "followers",', 'discoverable = "found",')
    names = [line.split(",")[:3] for line in FILES["accounts.csv"].splitlines()[1:]]
    rows = [",".join([*name, "false" if name[0] == "ann" else "true", "1"]) for name in names]
    accounts = "\n".join(["id,handle,name,found,following", *rows, ""])
    return amb.read(cafe(recipe, accounts_csv=accounts))


def test_no_picture_names_who_refuses(with_ann_refusing: amb.Community) -> None:
    """Neither name, handle nor id of who asked not to be found is in what a picture is drawn from."""
    community = with_ann_refusing
    known = community.accounts.filter(account="x:ann").select("account", "handle", "name").row(0)

    drawn = [
        around(community, "@bob").still(),
        amb.charts.overlap(community, ["x:ann", "x:bob"]),
        amb.charts.activity(community, "x:ann"),
    ]

    for chart in map(str, (one.to_dict() for one in drawn)):
        assert SOMEONE in chart
        assert [text for text in known if text and f"'{text}" in chart] == []


def test_refused_have_no_name(with_ann_refusing: amb.Community) -> None:
    """Who asked not to be found is in the network without a name, and the widget has not even their id."""
    found = around(with_ann_refusing, "@bob")

    nodes = found.living().data["nodes"]

    assert found.graph.nodes["x:ann"]["label"] == SOMEONE
    assert found.graph.nodes["x:ann"]["role"] == "account"
    assert "x:ann" not in str(nodes)
    assert "x:cy" in str(nodes)


def test_a_notebook_gets_both(hostile: Around, monkeypatch: pytest.MonkeyPatch) -> None:
    """A notebook gets the still picture, then the widget that hides it as long as it lives."""
    shown = heard(monkeypatch)

    hostile._ipython_display_()

    picture, living = shown
    assert set(picture) == {"image/png", "text/plain"}
    assert set(living) == {"application/vnd.jupyter.widget-view+json", "text/plain"}
    assert hostile._repr_mimebundle_()[0] == picture


def test_without_the_extra(hostile: Around, monkeypatch: pytest.MonkeyPatch) -> None:
    """Without ipysigma the picture is shown alone, with words on how to get the network that moves."""
    monkeypatch.setitem(sys.modules, "ipysigma", None)
    shown = heard(monkeypatch)

    hostile._ipython_display_()

    (picture,) = shown
    assert "pip install 'ambassadors[notebooks]'" in picture["text/plain"]
    assert "image/png" in picture
    with pytest.raises(AmbassadorsError, match="notebooks"):
        hostile.living()


def test_hostile_names(hostile: Around, tmp_path: Path) -> None:
    """A handle that is markup is letters in the picture; two of one name stay two in the widget."""
    amb.charts.save(hostile.still(), tmp_path / "still.svg")

    drawn = (tmp_path / "still.svg").read_text(encoding="utf-8")
    assert "<img" not in drawn
    assert "&lt;img src=x" in drawn
    assert [node["key"] for node in hostile.living().data["nodes"]] == apart([HOSTILE, HOSTILE])


def test_alone(community: amb.Community, cafe: Cafe) -> None:
    """Who stands alone has no network, and is told so; so is whoever asks for another graph, or for too many."""
    lonely = amb.read(cafe(accounts_csv=FILES["accounts.csv"] + "eve,eve,Eve,1,1\n"))

    with pytest.raises(NotEnoughData, match="@eve stands alone: the data holds no acts from or to this account"):
        around(lonely, "@eve")
    with pytest.raises(UnknownName, match="there is no graph"):
        around(community, "@bob", graph="likes")
    with pytest.raises(AmbassadorsError, match="most is 1"):
        around(community, "@bob", most=1)
