"""Weighing: sliders, as the front end speaks with the kernel, and the same in Python."""

from __future__ import annotations

import sys
import tomllib
from pathlib import Path
from typing import Any

import pytest

import ambassadors as amb
from ambassadors import recipe
from ambassadors.desk import sliders
from ambassadors.desk.weighing import Weighing
from ambassadors.errors import AmbassadorsError, NotEnoughData, UnknownName
from tests.conftest import FILES, Cafe

HOSTILE = "<img src=x onerror=alert(1)>"


@pytest.fixture(scope="module")
def town() -> amb.Community:
    """The town, read once."""
    return amb.read("graphs/town/brand.toml")


@pytest.fixture
def weighing(town: amb.Community) -> Weighing:
    """Its influencers, to be weighed."""
    return amb.weigh(town, "influencers", k=50)


def ask(weighing: Weighing, weights: dict[str, Any], *, surely: bool = False) -> dict[str, Any]:
    """Ask as the front end does, and give what it would read."""
    asked = {"id": f"a-{len(weighing.widget.asked)}{surely}", "weights": weights, "surely": surely}
    weighing.widget.set_trait("asked", asked)
    answer: dict[str, Any] = weighing.widget.answer
    assert answer["id"] == asked["id"]
    return answer


def test_who_enters_and_leaves_is_the_difference_of_two_lists(town: amb.Community, weighing: Weighing) -> None:
    """Those of the first 50 who were not there with the recipe's weights, and the reverse, with their places."""
    before = amb.rank(town, "influencers").head(50)

    weighing.set(followers_stated=60, responders=0)

    now = weighing.ranking.head(50)
    assert isinstance(weighing.ranking, amb.People)
    assert set(weighing.entered["account"]) == set(now["account"]) - set(before["account"])
    assert set(weighing.left["account"]) == set(before["account"]) - set(now["account"])
    assert 0 < weighing.entered.height == weighing.left.height
    moved = weighing.left.join(weighing.ranking, "account", suffix="_of_all")
    assert moved["rank"].to_list() == moved["rank_of_all"].to_list()
    assert weighing.says[0].startswith(f"{weighing.left.height} people enter the first 50")


def test_what_was_looked_at_before_is_made_anew(weighing: Weighing) -> None:
    """Whoever looks, changes a weight and looks again, sees the ranking and its bounds under the new weights."""
    before, surely = weighing.ranking["account"].head(50).to_list(), weighing.surely

    weighing.set(followers_stated=100, **dict.fromkeys(set(weighing.points) - {"followers_stated"}, 0))

    assert weighing.ranking["account"].head(50).to_list() != before
    assert weighing.ranking["score"].head(50).max() > 0
    assert weighing.surely != surely


def test_back_is_where_it_began(town: amb.Community, weighing: Weighing) -> None:
    """Nobody enters or leaves, and the ranking is that of the recipe."""
    weighing.set(followers_stated=60, core=10).back()

    assert weighing.weights == town.recipe.rank.influencers
    assert weighing.entered.is_empty()
    assert weighing.ranking.equals(amb.rank(town, "influencers"))
    assert weighing.says[0] == "Nobody enters or leaves the first 50."


def test_the_front_end_is_answered_with_the_list_of_its_weights(weighing: Weighing) -> None:
    """Rows, who moved, sentences and text for the recipe are those of the weights that were asked about."""
    first = weighing.widget.answer["rows"]

    answer = ask(weighing, {**weighing.widget.answer["weights"], "followers_stated": 60})

    assert weighing.weights["followers_stated"] == answer["weights"]["followers_stated"] == 60
    assert answer["rows"] != first
    assert [row["rank"] for row in answer["rows"]] == list(range(1, 21))
    assert [row["score"] for row in answer["rows"]] == [f"{one:.1f}" for one in weighing.ranking["score"].head(20)]
    assert len(answer["entered"]) == len(answer["left"]) == weighing.entered.height
    assert "followers_stated = 60\n" in answer["recipe"]
    assert len(answer["says"]) == 2


def test_when_it_is_quiet_the_bounds_are_told_too(weighing: Weighing) -> None:
    """A third sentence says how many stand on the list had other people responded."""
    answer = ask(weighing, weighing.widget.answer["weights"], surely=True)

    high = weighing.ranking.head(50)["rank_high"]
    assert answer["says"][2].startswith(f"{(high <= 50).sum()} of these 50 stand on the list by the bounds")


def test_a_late_question_for_the_bounds_undoes_nothing(weighing: Weighing) -> None:
    """What Python set after the front end had asked stays, and the front end is told of it."""
    old = dict(weighing.widget.answer["weights"])
    weighing.set(followers_stated=60)

    answer = ask(weighing, old, surely=True)

    assert weighing.weights["followers_stated"] == answer["weights"]["followers_stated"] == 60


@pytest.mark.parametrize("weight", [-1, "<b>", None, 1e9, True])
def test_a_weight_that_is_none_is_a_problem_that_is_told(weighing: Weighing, weight: object) -> None:
    """The front end reads what is wrong, and the weights stay as they were."""
    before = weighing.weights

    answer = ask(weighing, {"responders": weight})

    assert "responders" in answer["problem"]
    assert "a weight is a number from 0" in answer["problem"]
    assert weighing.weights == before


def test_sliders_that_are_shown_follow_what_python_sets(weighing: Weighing) -> None:
    """An answer that nobody asked for has no id, and the new weights."""
    widget = weighing.widget

    weighing.set(responders=30)

    assert widget.answer["id"] == ""
    assert widget.answer["weights"]["responders"] == 30


def test_every_slider_has_its_meaning_and_what_is_lacking_its_reason(weighing: Weighing) -> None:
    """In words: no name with underscores, no markup of docstrings."""
    setup = weighing.widget.setup

    assert {one["name"] for one in setup["measures"]} == set(weighing.rescoring.measures)
    assert all(one["meaning"] and "`" not in one["meaning"] and "_" not in one["words"] for one in setup["measures"])
    assert "listed: no row of accounts has listed" in setup["lacking"]
    assert setup["top"] >= max(one["recipe"] for one in setup["measures"])


@pytest.mark.parametrize("ranking", ["influencers", "ambassadors"])
def test_the_recipes_text_gives_these_weights(town: amb.Community, ranking: str) -> None:
    """Read back as a recipe it has exactly the weights that were set, 0 and tiny ones included."""
    weighing = amb.weigh(town, ranking)
    one, two, three = weighing.rescoring.measures[:3]

    weighing.set(**{one: 0, two: 1e-7, three: 12.25})

    given = tomllib.loads(weighing.recipe)
    columns = {"source": "from", "target": "to"}
    sections = {"name": "shop", "files": [{"table": "follows", "path": "f.csv", "platform": "x", "columns": columns}]}
    assert getattr(recipe.parse(sections | given).rank, ranking) == weighing.weights


def test_names_and_wrong_calls_are_answered_with_what_would_be_right(town: amb.Community, weighing: Weighing) -> None:
    """A misspelt measure or ranking, one of another ranking, one that the data lacks, and a list of nobody."""
    with pytest.raises(UnknownName, match="Did you mean 'responders'"):
        weighing.set(respnders=1)
    with pytest.raises(UnknownName, match=r"Write brand_affinity = 0 into its \[rank.influencers\]"):
        weighing.set(brand_affinity=1)
    with pytest.raises(NotEnoughData, match="listed cannot be weighed on this data: no row of accounts has listed"):
        weighing.set(listed=2)
    with pytest.raises(UnknownName, match="Did you mean 'influencers'"):
        amb.weigh(town, "influencer")
    with pytest.raises(AmbassadorsError, match="k is 0"):
        amb.weigh(town, "influencers", k=0)


def test_what_is_seen_without_a_kernel_is_the_state_escaped(cafe: Cafe) -> None:
    """A table as HTML, in which a hostile name is text; nothing in it is fetched or run."""
    files = FILES["accounts.csv"].replace("ann,ann,Ann", f"ann,ann,{HOSTILE}")

    weighing = amb.weigh(amb.read(cafe(accounts_csv=files)), "influencers", k=3)

    html = weighing._repr_html_()
    assert "&lt;img src=x" in html
    assert "<img" not in html
    assert "<script" not in html
    assert "http" not in html
    assert any(row["person"] == HOSTILE for row in weighing.widget.answer["rows"])


def test_the_front_end_sets_texts_and_fetches_nothing() -> None:
    """Nothing in it takes text for HTML or code, or knows an address."""
    folder = Path(sliders.__file__).parent
    script, style = ((folder / name).read_text(encoding="utf-8") for name in ("weights.js", "weights.css"))

    made_of_text = ("innerHTML", "outerHTML", "insertAdjacent", "document.write", "eval(", "Function(")
    assert not [one for one in (*made_of_text, "fetch(", "http") if one in script]
    assert "url(" not in style
    assert "@import" not in style
    assert "textContent" in script


def test_without_the_extra_it_says_what_to_install(weighing: Weighing, monkeypatch: pytest.MonkeyPatch) -> None:
    """Sliders need anywidget; all else goes on without."""
    sliders._kind.cache_clear()
    monkeypatch.setitem(sys.modules, "anywidget", None)

    with pytest.raises(AmbassadorsError, match=r"pip install 'ambassadors\[notebooks\]'"):
        _ = weighing.widget

    assert weighing.set(responders=30).weights["responders"] == 30


def test_a_notebook_gets_the_state_first_and_then_the_sliders(
    weighing: Weighing, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    """What is saved is the state as last seen: it is shown anew once the front end is quiet."""
    import IPython.display

    shown: list[tuple[str, dict[str, Any]]] = []
    monkeypatch.setattr(IPython.display.DisplayHandle, "display", lambda _, data, **__: shown.append(("new", data)))
    monkeypatch.setattr(IPython.display.DisplayHandle, "update", lambda _, data, **__: shown.append(("again", data)))
    monkeypatch.setattr(IPython.display, "display", lambda data, **__: shown.append(("new", data)))

    weighing._ipython_display_()
    ask(weighing, {"responders": 40})
    ask(weighing, {"responders": 40}, surely=True)

    assert [how for how, _ in shown] == ["new", "new", "again"]
    assert shown[1][1].keys() >= {"application/vnd.jupyter.widget-view+json"}
    assert shown[0][1]["text/html"] != shown[2][1]["text/html"] == weighing._repr_html_()
