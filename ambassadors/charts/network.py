"""Network: the people around an account as a still picture, laid out the same way every time."""

from __future__ import annotations

import math
from collections.abc import Hashable, Iterable
from typing import TYPE_CHECKING, Any

import polars as pl

from ambassadors.charts.labels import short, width
from ambassadors.charts.theme import RUNGS, styled

if TYPE_CHECKING:
    import altair as alt
    import networkx as nx

Position = tuple[float, float]
Box = tuple[float, float, float, float]
WIDTH, HEIGHT = 770, 600
#: The form of each role, in the order of the legend.
SHAPES = {"person": "circle", "account": "cross", "brand": "diamond", "rival": "square", "staff": "triangle-up"}
#: Lighter ties than the heaviest of so many are not drawn.
MOST_TIES = 1500
MOST_LABELS = 40
LETTERS, CENTRE_LETTERS = 10.5, 13.0


def network(graph: nx.DiGraph[str], centre: str, title: str = "", subtitle: str = "") -> alt.LayerChart:
    """The people of a graph as dots around one of them: coloured by rung, sized by score, lines for ties.

    Nodes have ``label``, ``rung`` and ``role``, and ``score`` where there is one; edges have ``weight``. Names stand at
    the centre and the most important, as many as fit without touching each other.

    >>> import ambassadors as amb, networkx as nx
    >>> pair = nx.DiGraph([("x:b", "x:a", {"weight": 2.0})])
    >>> nx.set_node_attributes(pair, {node: {"label": node[2:], "rung": "like", "role": "person"} for node in pair})
    >>> amb.charts.network(pair, "x:a", "Around a").to_dict()["title"]["text"]
    'Around a'
    """
    import altair as alt

    nodes = _nodes(graph, centre, positions(graph, centre))
    x = alt.X("x:Q", axis=None).scale(domain=[0, WIDTH], nice=False)
    y = alt.Y("y:Q", axis=None).scale(domain=[HEIGHT, 0], nice=False)
    size = alt.Size("size:Q", scale=None, legend=None)
    tooltip = ["label", "rung", "role", "score", "rank"]
    seen = nodes.drop("node")  # a picture need not hold the ids
    dots = alt.Chart(seen, width=WIDTH, height=HEIGHT).mark_point(
        filled=True, opacity=1, stroke="#6B7280", strokeWidth=0.6
    )
    ring = alt.Chart(seen.filter(pl.col("centre"))).mark_point(size=900, stroke="#111827", strokeWidth=2)
    chart = alt.layer(
        _ties(graph, nodes, x, y),
        dots.encode(x=x, y=y, size=size, color=_colour(nodes), shape=_shape(nodes), tooltip=tooltip),
        ring.encode(x=x, y=y),
        *_names(nodes, x, y),
        title=alt.Title(short(title, 100), subtitle=short(subtitle, 140)),
    )
    still: alt.LayerChart = styled(chart)
    return still


def positions(graph: nx.DiGraph[str], centre: str) -> dict[str, Position]:
    """Where each node stands in a picture of :data:`WIDTH` by :data:`HEIGHT`; the same graph gives the same places.

    Springs pull together who is tied to each other; ties to the centre count less, since everybody has one.
    """
    import networkx as nx

    loose: nx.Graph[str] = nx.Graph()
    loose.add_nodes_from(sorted(graph))
    for source, target, weight in _edges(graph):
        pull = math.log1p(weight) * (0.25 if centre in (source, target) else 1.0)
        before = loose.edges[source, target]["pull"] if loose.has_edge(source, target) else 0.0
        loose.add_edge(source, target, pull=before + pull)
    if len(loose) == 1:
        return {centre: (WIDTH / 2, HEIGHT / 2)}
    laid = nx.spring_layout(
        loose, k=2.2 / math.sqrt(len(loose)), weight="pull", seed=1, iterations=300, pos={centre: (0.0, 0.0)}
    )
    return _fitted({node: (float(at[0]), float(at[1])) for node, at in laid.items()})


def _fitted(laid: dict[str, Position]) -> dict[str, Position]:
    """The layout stretched to the picture, with room for names at the sides."""
    ends = [(min(axis), max(axis)) for axis in zip(*laid.values(), strict=True)]
    room = ((70.0, WIDTH - 140.0), (24.0, HEIGHT - 48.0))

    def fit(value: float, axis: int) -> float:
        (low, high), (start, length) = ends[axis], room[axis]
        return round(start + length * ((value - low) / (high - low) if high > low else 0.5), 1)

    return {node: (fit(at[0], 0), fit(at[1], 1)) for node, at in laid.items()}


def _nodes(graph: nx.DiGraph[str], centre: str, places: dict[str, Position]) -> pl.DataFrame:
    """A row a node, those drawn on top last: the centre, then by score."""
    rows: list[dict[str, Any]] = [
        {
            "node": node, "label": short(told["label"], 28), "rung": told["rung"], "role": told["role"],
            "score": told.get("score"), "rank": told.get("rank"), "x": places[node][0], "y": places[node][1],
            "centre": node == centre, "size": _size(told.get("score"), told["role"]),
        }
        for node, told in sorted(graph.nodes.items())
    ]  # fmt: skip
    kinds = {"score": pl.Float64, "rank": pl.Int64}
    return pl.DataFrame(rows, schema_overrides=kinds).sort("centre", "size", "node")


def _size(score: float | None, role: str) -> float:
    """The area of a dot in square pixels."""
    return 300.0 if role == "brand" else (50.0 if role == "person" else 80.0) + 4.5 * (score or 0.0)


def _ties(graph: nx.DiGraph[str], nodes: pl.DataFrame, x: alt.X, y: alt.Y) -> alt.Chart:
    """A line for each pair, wider with the weight of its ties both ways; those to the centre, which all have, paler."""
    import altair as alt

    at = nodes.select("node", "x", "y", "centre")
    lines = _heaviest(graph).join(at, left_on="one", right_on="node", how="left", maintain_order="left")
    lines = lines.join(at, left_on="other", right_on="node", how="left", maintain_order="left", suffix="2")
    wide = (pl.col("strong") * 2.0 + 0.4).round(2)
    dark = pl.when(pl.col("centre") | pl.col("centre2")).then(0.15 + pl.col("strong") * 0.25).otherwise(0.6).round(2)
    drawn = lines.select("x", "y", "x2", "y2", wide=wide, dark=dark).sort("wide", "x", "y", "x2", "y2")
    look: dict[str, Any] = {
        "strokeWidth": alt.StrokeWidth("wide:Q", scale=None),
        "opacity": alt.Opacity("dark:Q", scale=None),
    }
    rules = alt.Chart(drawn).mark_rule(color="#4B5563").encode(x=x, y=y, x2="x2:Q", y2="y2:Q", **look)
    shown: alt.Chart = rules
    return shown


def _edges(graph: nx.DiGraph[str]) -> list[tuple[str, str, float]]:
    return sorted((source, target, float(told["weight"])) for (source, target), told in graph.edges.items())


def _heaviest(graph: nx.DiGraph[str]) -> pl.DataFrame:
    """The pairs with the heaviest ties, and how ``strong`` each is beside the heaviest, by logarithms."""
    schema = {"source": pl.String, "target": pl.String, "weight": pl.Float64}
    ties = pl.DataFrame(_edges(graph), schema=schema, orient="row")
    one, other = pl.min_horizontal("source", "target"), pl.max_horizontal("source", "target")
    pairs = ties.group_by(one=one, other=other).agg(pl.col("weight").sort().sum())
    heaviest = pairs.sort("weight", "one", "other", descending=[True, False, False]).head(MOST_TIES)
    return heaviest.with_columns(strong=(pl.col("weight").log1p() / pl.col("weight").log1p().max()).fill_nan(1.0))


def _present(values: Iterable[Hashable], order: Iterable[str]) -> list[str]:
    seen = set(values)
    return [name for name in order if name in seen]


def _colour(nodes: pl.DataFrame) -> alt.Color:
    import altair as alt

    rungs = _present(nodes["rung"], RUNGS)
    legend = alt.Legend(title="rung", symbolType="circle", symbolSize=90, symbolStrokeColor="#9CA3AF")
    return alt.Color("rung:N", sort=rungs, legend=legend).scale(domain=rungs, range=[RUNGS[rung] for rung in rungs])


def _shape(nodes: pl.DataFrame) -> alt.Shape:
    """The forms of roles; a legend only where there are several."""
    import altair as alt

    roles = _present(nodes["role"], SHAPES)
    words = "datum.label == 'account' ? 'never ranked' : datum.label"
    look: dict[str, Any] = {"symbolSize": 90, "symbolFillColor": "#6B7280", "labelExpr": words}
    legend = alt.Legend(title="who", **look) if len(roles) > 1 else None
    return alt.Shape("role:N", sort=roles, legend=legend).scale(domain=roles, range=[SHAPES[role] for role in roles])


def _names(nodes: pl.DataFrame, x: alt.X, y: alt.Y) -> list[alt.Chart]:
    """The names that fit, with a pale edge so that they can be read above lines."""
    import altair as alt

    placed = alt.Chart(pl.DataFrame(_placed(nodes)))
    size = alt.Size("letters:Q", scale=None, legend=None)
    base: dict[str, Any] = {"align": alt.ExprRef("datum.align"), "baseline": "middle"}
    halo = placed.mark_text(**base, stroke="white", strokeWidth=3, strokeOpacity=0.85)
    return [one.encode(x=x, y=y, text="label:N", size=size) for one in (halo, placed.mark_text(**base))]


def _placed(nodes: pl.DataFrame) -> list[dict[str, Any]]:
    """Labels at places where they touch neither each other nor a dot, for the most important of the nodes."""
    important = [pl.col("centre"), pl.col("role") == "brand", pl.col("score").fill_null(0.0), pl.col("node")]
    rows = nodes.sort(*important, descending=[True, True, True, False]).to_dicts()
    radii = [17.0 if row["centre"] else math.sqrt(row["size"] / math.pi) for row in rows]
    taken = [_around(row["x"], row["y"], r, r) for row, r in zip(rows, radii, strict=True)]
    found: list[dict[str, Any]] = []
    for row, radius in zip(rows, radii, strict=True):
        letters = CENTRE_LETTERS if row["centre"] else LETTERS
        half, out = width(row["label"], letters) / 2, radius + 3
        beside, above = out + half, out + letters * 0.6
        for dx, dy, align in ((beside, 0, "left"), (-beside, 0, "right"), (0, -above, "center"), (0, above, "center")):
            box = _around(row["x"] + dx, row["y"] + dy, half, letters * 0.6)
            if len(found) < MOST_LABELS and _inside(box) and not any(_touch(box, other) for other in taken):
                taken.append(box)
                x = row["x"] if align == "center" else row["x"] + math.copysign(out, dx)
                place = {"x": round(x, 1), "y": round(row["y"] + dy, 1), "align": align}
                found.append({"label": row["label"], "letters": letters, **place})
                break
    return found


def _around(x: float, y: float, wide: float, tall: float) -> Box:
    return x - wide, y - tall, x + wide, y + tall


def _inside(box: Box) -> bool:
    return box[0] >= 0 and box[1] >= 0 and box[2] <= WIDTH and box[3] <= HEIGHT


def _touch(one: Box, other: Box) -> bool:
    return one[0] < other[2] and other[0] < one[2] and one[1] < other[3] and other[1] < one[3]
