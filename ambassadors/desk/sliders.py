"""Sliders: how a weighing shows itself, as a widget that asks the kernel, and as a still table where there is none."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from functools import cache
from importlib.resources import files
from typing import TYPE_CHECKING, Any

from ambassadors import display
from ambassadors.errors import AmbassadorsError
from ambassadors.measures import named

if TYPE_CHECKING:
    import polars as pl
    from anywidget import AnyWidget

    from ambassadors.desk.weighing import Weighing

#: So many people of a list are shown, and so many who enter or leave are named.
SHOWN, NAMED = 20, 12


def widget(weighing: Weighing) -> AnyWidget:
    """The sliders of a weighing. Raises :class:`AmbassadorsError` where anywidget is not installed."""
    try:
        made = _kind()(setup=_setup(weighing), answer=_answer(weighing, "", weighing.says))
    except ImportError:
        raise AmbassadorsError(
            "sliders need the extra notebooks, which is not installed: pip install 'ambassadors[notebooks]'"
        ) from None
    made.observe(lambda change: _asked(weighing, made, change["new"]), "asked")
    return made


@cache
def _kind() -> Callable[..., AnyWidget]:
    """The widget's class: ``setup`` says what can be weighed, the front end sets ``asked``, and reads ``answer``."""
    import anywidget
    import traitlets

    class Sliders(anywidget.AnyWidget):
        _esm = files("ambassadors.desk").joinpath("weights.js").read_text(encoding="utf-8")
        _css = files("ambassadors.desk").joinpath("weights.css").read_text(encoding="utf-8")
        setup = traitlets.Dict().tag(sync=True)
        asked = traitlets.Dict().tag(sync=True)
        answer = traitlets.Dict().tag(sync=True)

    return Sliders


def _asked(weighing: Weighing, made: AnyWidget, asked: Mapping[str, Any]) -> None:
    """The front end asks for other weights, or once it is quiet, for how many stand on the list by their bounds.

    A quiet front end moved nothing: its weights may be older than those that Python has set since.
    """
    try:
        if not asked.get("surely"):
            weighing.change(asked["weights"])
        says = weighing.says if asked.get("surely") else weighing.says_at_once
        made.answer = _answer(weighing, asked["id"], says)
        if asked.get("surely"):
            weighing.keep()
    except AmbassadorsError as error:
        made.answer = {"id": asked["id"], "problem": str(error)}


def tell(weighing: Weighing, made: AnyWidget) -> None:
    """What was changed in Python is shown by the sliders, too."""
    made.answer = _answer(weighing, "", weighing.says_at_once)


def _setup(weighing: Weighing) -> dict[str, Any]:
    """What can be weighed: each measure in words, and how far a slider goes."""
    found = weighing.rescoring
    top = 2 * max(found.recipe.values())
    told = [
        {"name": name, "words": display.words(name), "meaning": _meaning(name), "recipe": found.recipe[name]}
        for name in found.measures
    ]
    lacking = [f"{display.words(name)}: {why}" for name, why in found.lacking.items()]
    step = 10 ** math.floor(math.log10(top / 20)) / 2
    return {"title": _title(weighing), "measures": told, "lacking": lacking, "top": top, "step": step, "k": weighing.k}


def _title(weighing: Weighing) -> str:
    return f"{weighing.rescoring.ranking.capitalize()}: the first {weighing.k} of {weighing.rescoring.people.height:,}"


def _meaning(name: str) -> str:
    return named(name).meaning.replace("``", "")


def _answer(weighing: Weighing, asked: str, says: list[str]) -> dict[str, Any]:
    """All that the front end shows, as values; it puts every text where it is seen as text."""
    entered, left = weighing.entered, weighing.left
    return {
        "id": asked,
        "weights": {name: weighing.weights[name] for name in weighing.rescoring.measures},
        "says": says,
        "rows": [_row(row, weighing.k) for row in weighing.head(SHOWN).iter_rows(named=True)],
        "entered": _moved(entered),
        "left": _moved(left),
        "recipe": weighing.recipe,
    }


def _row(row: Mapping[str, Any], k: int) -> dict[str, Any]:
    return {
        "rank": row["rank"],
        "before": row["rank_before"],
        "new": row["rank_before"] > k,
        "person": _name(row),
        "under": _under(row),
        "score": display.number(row["score"], 1),
        "stays": round(100 * row["stays"]),
    }


def _name(row: Mapping[str, Any]) -> str:
    return display.clip(next(filter(None, (row["person"], row["handle"], row["account"]))), 60)


def _under(row: Mapping[str, Any]) -> str:
    handle = f"@{row['handle'].removeprefix('@')}" if row["handle"] else row["account"]
    return display.clip(" · ".join(filter(None, (handle, row["platform"], row["tier"] or row["rung"]))), 90)


def _moved(people: pl.DataFrame) -> list[str]:
    """Who moved, with the places before and after."""
    rows = people.head(NAMED).iter_rows(named=True)
    told = [f"{_name(row)} ({row['rank_before']:,} → {row['rank']:,})" for row in rows]
    return [*told, f"and {people.height - NAMED} more"] if people.height > NAMED else told


def show(weighing: Weighing) -> list[Any]:
    """Show it in a notebook: the sliders, and before them the still state, which gives way to them while they work.

    Two displays, as a saved notebook has no widget to show, and JupyterLab then shows nothing else of the same display.
    """
    import IPython.display

    notebook: Any = IPython.display  # it has no types
    first = notebook.DisplayHandle()
    try:
        view = (weighing.widget._repr_mimebundle_() or ({},))[0]
    except AmbassadorsError as error:
        first.display({"text/html": still(weighing, str(error)), "text/plain": repr(weighing)}, raw=True)
        return []
    first.display({"text/html": still(weighing), "text/plain": repr(weighing)}, raw=True)
    notebook.display({**view, "text/html": "<span></span>", "text/plain": ""}, raw=True)
    return [first]


def still(weighing: Weighing, note: str = "") -> str:
    """The state as HTML: what changed, how stable the list is, and its first people."""
    columns = [display.Column(name, right=name != "person") for name in ("rank", "before", "person", "score", "stays")]
    rows = []
    for row in (_row(one, weighing.k) for one in weighing.head(SHOWN).iter_rows(named=True)):
        who, before = display.under(row["person"], row["under"]), f"{row['before']:,}{' (new)' if row['new'] else ''}"
        rows.append([row["rank"], before, who, row["score"], f"{row['stays']} %"])
    entered, left = ", ".join(_moved(weighing.entered)), ", ".join(_moved(weighing.left))
    moved = [f"In: {entered}." if entered else "", f"Out: {left}." if left else ""]
    points = ", ".join(f"{display.words(name)} {display.number(worth, 1)}" for name, worth in weighing.points.items())
    shown = "" if weighing.k <= SHOWN else f"the first {len(rows)} of them"
    parts = display.notes([*weighing.says, *moved, note]), display.table(shown, columns, rows)
    foot = display.paragraphs([display.muted(f"Of 100 points: {points}.")])
    return f'<div class="amb-weigh-still">{display.card(_title(weighing), "", *parts, foot)}</div>'
