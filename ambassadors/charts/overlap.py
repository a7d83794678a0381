"""Overlap: how much of one account's audience is another's too, so that nobody pays twice for the same people."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING, Any

import numpy as np
import numpy.typing as npt
import polars as pl

from ambassadors.charts.labels import apart, short
from ambassadors.charts.theme import BLUE, styled
from ambassadors.errors import AmbassadorsError, NotEnoughData

if TYPE_CHECKING:
    import altair as alt

    from ambassadors.community import Community

FEWEST, MOST = 2, 12
#: Who belongs to an audience, for each graph.
AUDIENCES = {"interactions": "who acted toward an account", "follows": "who follows an account"}
#: How wide a cell is where there are few accounts, and where there are many.
FEW, CELL, SMALL_CELL = 6, 84, 52


def overlap(community: Community, accounts: Iterable[str], graph: str | None = None) -> alt.LayerChart:
    """A matrix of two to twelve accounts: the share of the row's audience that is also the column's.

    An audience is who acted toward an account (``interactions``), or who follows it (``follows``); where no graph is
    named, acts if the data has any. The number behind a name is the size of its audience.

    Raises :class:`UnknownAccount` for a name that the data does not hold, :class:`AmbassadorsError` for fewer accounts
    or more, and :class:`NotEnoughData` where nobody has an audience.

    >>> import ambassadors as amb
    >>> town = amb.read("graphs/town/brand.toml")
    >>> chart = amb.charts.overlap(town, ["@sam5.bsky.social", "@zoezelley.bsky.social"])
    >>> chart.to_dict()["title"]["subtitle"]
    "Share of the row's audience that is also the column's. Audience: who acted toward an account, by 2026-05-31"
    """
    import altair as alt

    found = list(dict.fromkeys(community.find(name) for name in accounts))
    if not FEWEST <= len(found) <= MOST:
        raise AmbassadorsError(f"{len(found)} accounts: the overlap is shown of {FEWEST} to {MOST} different ones.")
    name = graph or ("interactions" if community.interactions.height else "follows")
    cells = _cells(community, found, name)
    by = f", by {community.moment:%Y-%m-%d}" if community.moment else ""
    told = f"Share of the row's audience that is also the column's. Audience: {AUDIENCES[name]}{by}"
    axis: dict[str, Any] = {"title": None, "sort": None}
    wide = len(found) * (CELL if len(found) <= FEW else SMALL_CELL)
    base = alt.Chart(cells, width=wide, height=0.72 * wide).encode(
        y=alt.Y("row:N", **axis).axis(domain=False, ticks=False, labelPadding=8),
        x=alt.X("column:N", **axis).axis(orient="top", labelAngle=-35, domain=False, ticks=False, labelPadding=8),
        tooltip=["row", "column", "both", "share"],
    )
    shade = alt.Color("share:Q", legend=None).scale(domain=[0, 1], range=["#F3F7FB", BLUE])
    chart = alt.layer(
        base.mark_rect(stroke="white", strokeWidth=2).encode(
            color=alt.condition("datum.row_of == datum.column_of", alt.value("#E5E7EB"), shade)
        ),
        base.mark_text(fontSize=12).encode(
            text="told:N", color=alt.condition("datum.share > 0.55", alt.value("white"), alt.value("#111827"))
        ),
        title=alt.Title("Who has the same audience", subtitle=told),
    )
    matrix: alt.LayerChart = styled(chart)
    return matrix


def _cells(community: Community, accounts: list[str], graph: str) -> pl.DataFrame:
    """A row a pair: how many are in both audiences, and what share of the row's that is."""
    audiences = _audiences(community, accounts, graph)
    if not any(audience.size for audience in audiences):
        raise NotEnoughData(f"none of these accounts has an audience: nobody is seen {AUDIENCES[graph][4:]} of them.")
    named = pl.DataFrame({"account": accounts}).join(community.called, "account", how="left", maintain_order="left")
    labels = apart(short(name, 24) for name in named["label"])
    sized = [f"{label} · {audience.size:,}" for label, audience in zip(labels, audiences, strict=True)]
    rows = [
        {
            "row_of": first, "column_of": second, "row": sized[first], "column": labels[second],
            "both": (both := np.intersect1d(audiences[first], audiences[second], assume_unique=True).size),
            "share": both / audiences[first].size if audiences[first].size else None,
        }
        for first in range(len(accounts))
        for second in range(len(accounts))
    ]  # fmt: skip
    told = (
        pl.when(pl.col("both") == 0).then(pl.lit("0"))
        .when(pl.col("share") < 0.005).then(pl.lit("<1 %"))
        .otherwise((pl.col("share") * 100).round(0).cast(pl.Int64).cast(pl.String) + " %")
    )  # fmt: skip
    shown = (
        pl.when(pl.col("row_of") != pl.col("column_of"))
        .then(pl.when(pl.col("share").is_null()).then(pl.lit("-")).otherwise(told))
        .otherwise(pl.lit(""))
    )
    return pl.DataFrame(rows, infer_schema_length=None).with_columns(shown.alias("told"))


def _audiences(community: Community, accounts: list[str], graph: str) -> list[npt.NDArray[np.uint32]]:
    """The places of those in each audience, each once."""
    network = community.network(graph)
    into = network.into
    return [into.indices[into.offsets[at] : into.offsets[at + 1]] for at in network.indices_of(accounts).tolist()]
