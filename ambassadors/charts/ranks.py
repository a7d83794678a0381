"""Ranks: two rankings side by side, a line a person, so that one sees who enters, leaves, rises and falls."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import polars as pl

from ambassadors.charts.labels import short
from ambassadors.charts.theme import BLUE, GREEN, GREY, ORANGE, VERMILION, styled
from ambassadors.errors import AmbassadorsError, NotEnoughData

if TYPE_CHECKING:
    import altair as alt

#: What became of a person, in the order of the legend. Blue and green go up, orange and red go down.
BECAME = {"enters": BLUE, "rises": GREEN, "stays": GREY, "falls": ORANGE, "leaves": VERMILION}
ROW, WIDTH = 20, 260
MOST = 200


def ranks(
    one: pl.DataFrame, other: pl.DataFrame, k: int = 30, names: tuple[str, str] = ("before", "after")
) -> alt.LayerChart:
    """The first ``k`` of two rankings, a line a person from the place in the one to the place in the other.

    Both are frames with ``account`` and ``rank``; ``person`` or ``handle`` is what people are called. Who enters comes
    from below, who leaves goes there; the number in brackets is their place in the other ranking.

    Raises :class:`AmbassadorsError` for a frame without these columns and for a ``k`` that no picture holds, and
    :class:`NotEnoughData` where both are empty.

    >>> import ambassadors as amb
    >>> before = pl.DataFrame({"account": ["x:a", "x:b"], "rank": [1, 2], "person": ["Anna", "Bo"]})
    >>> after = pl.DataFrame({"account": ["x:b", "x:a"], "rank": [1, 2], "person": ["Bo", "Anna"]})
    >>> amb.charts.ranks(before, after, k=2).to_dict()["title"]["subtitle"]
    '1 rises, 1 falls'
    """
    import altair as alt

    rows = _rows(one, other, k)
    counts = {name: rows.filter(pl.col("became") == name).height for name in BECAME}
    told = ", ".join(f"{count} {_verb(name, count)}" for name, count in counts.items() if count)
    x = alt.X("x:Q", axis=None).scale(domain=[0, 1])
    y = alt.Y("y:Q", axis=None).scale(domain=[0.4, k + 1.6], reverse=True, nice=False)
    present = [name for name in BECAME if counts[name]]
    colour = alt.Color("became:N", title=None, sort=present, legend=alt.Legend(orient="bottom", offset=8)).scale(
        domain=present, range=[BECAME[name] for name in present]
    )
    ends = pl.concat([_end(rows, 0, "from", k), _end(rows, 1, "to", k)]).sort("account", "x")
    lines = alt.Chart(ends, width=WIDTH, height=ROW * (k + 1)).mark_line(strokeWidth=2, opacity=0.85)
    dots = alt.Chart(ends.filter(pl.col("listed"))).mark_point(filled=True, size=36, opacity=1)
    chart = alt.layer(
        lines.encode(x=x, y=y, color=colour, detail="account:N", tooltip=["label", "became", "rank"]),
        dots.encode(x=x, y=y, color=colour, tooltip=["label", "became", "rank"]),
        *_labels(ends, 0, names[0], x, y),
        *_labels(ends, 1, names[1], x, y),
        title=alt.Title(f"The first {k}: {names[0]} and {names[1]}", subtitle=told),
    )
    slopes: alt.LayerChart = styled(chart)
    return slopes


def _rows(one: pl.DataFrame, other: pl.DataFrame, k: int) -> pl.DataFrame:
    """Who stands among the first of either, with both places (null: not ranked) and what became of them."""
    if not isinstance(k, int) or not 1 <= k <= MOST:
        raise AmbassadorsError(f"k is {k!r}: a picture of two rankings has from 1 to {MOST} places.")
    left, right = _ranking(one, "from"), _ranking(other, "to")
    both = left.join(right, "account", how="full", coalesce=True).filter((pl.col("from") <= k) | (pl.col("to") <= k))
    if both.is_empty():
        raise NotEnoughData("both rankings are empty: there is nobody to compare.")
    before, after = pl.col("from").fill_null(k + 1), pl.col("to").fill_null(k + 1)
    became = (
        pl.when(before > k).then(pl.lit("enters"))
        .when(after > k).then(pl.lit("leaves"))
        .when(after < before).then(pl.lit("rises"))
        .when(after > before).then(pl.lit("falls"))
        .otherwise(pl.lit("stays"))
    )  # fmt: skip
    label = pl.coalesce("label_right", "label", "account")  # of two names the newer one
    return both.with_columns(became.alias("became"), label.alias("label")).drop("label_right").sort("from", "to")


def _ranking(frame: pl.DataFrame, place: str) -> pl.DataFrame:
    """Who stands where, by ``rank``; of those on one rank the one whose id comes first."""
    lacking = [name for name in ("account", "rank") if name not in frame.columns]
    if lacking:
        raise AmbassadorsError(f"a ranking to compare lacks {' and '.join(lacking)}; amb.rank gives one that has both.")
    names = [name for name in ("person", "handle") if name in frame.columns]
    found = frame.select("account", "rank", pl.coalesce(*names, pl.lit(None, pl.String)).alias("label")).sort(
        "rank", "account"
    )
    placed = found.with_row_index(place, 1).unique("account", keep="first", maintain_order=True)
    return placed.select("account", pl.col(place).cast(pl.Int64), "label")


def _end(rows: pl.DataFrame, x: int, place: str, k: int) -> pl.DataFrame:
    """One end of each line; a place below the first ``k`` is drawn under them."""
    listed = (pl.col(place) <= k).fill_null(False)
    elsewhere = pl.col("to" if place == "from" else "from")
    rank = pl.col(place)
    return rows.select(
        "account", "label", "became", listed.alias("listed"), rank.alias("rank"), elsewhere.alias("elsewhere"),
        x=pl.lit(float(x)), y=pl.when(listed).then(rank.cast(pl.Float64)).otherwise(k + 1.3),
    )  # fmt: skip


def _labels(ends: pl.DataFrame, side: int, name: str, x: alt.X, y: alt.Y) -> list[alt.Chart]:
    """The names on one side, each beside its dot: places are whole numbers, so no two overlap."""
    import altair as alt

    look: dict[str, Any] = {"align": "right", "dx": -9} if side == 0 else {"align": "left", "dx": 9}
    here = ends.filter(pl.col("x") == side, pl.col("listed"))
    said = [_said(row["label"], row["rank"], row["became"], row["elsewhere"], side) for row in here.to_dicts()]
    texts = alt.Chart(here.with_columns(pl.Series("said", said, pl.String)))
    head = alt.Chart(pl.DataFrame({"x": [float(side)], "y": [0.4], "said": [short(name, 40)]}))
    above: dict[str, Any] = {"dy": -6, "fontSize": 12, "fontWeight": "bold"}
    return [
        texts.mark_text(**look, fontSize=11).encode(x=x, y=y, text="said:N"),
        head.mark_text(**look, **above).encode(x=x, y=y, text="said:N"),
    ]


def _said(label: str, rank: int, became: str, elsewhere: int | None, side: int) -> str:
    name = short(label)
    beyond = f" ({elsewhere:,})" if elsewhere else " (not ranked)"
    name += beyond if became in ("enters", "leaves") else ""
    return f"{name}  {rank}" if side == 0 else f"{rank}  {name}"


def _verb(name: str, count: int) -> str:
    """The verb for one, or for several."""
    return name if count == 1 else name.removesuffix("s")
