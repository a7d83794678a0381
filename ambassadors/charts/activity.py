"""Activity: how many acts of which kind happened when, around the brand or around one account."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import polars as pl

from ambassadors.charts.labels import short
from ambassadors.charts.theme import BLACK, BLUE, GREEN, GREY, ORANGE, PURPLE, SKY, VERMILION, YELLOW, styled
from ambassadors.errors import AmbassadorsError, NotEnoughData, UnknownName, did_you_mean
from ambassadors.tables import KINDS

if TYPE_CHECKING:
    import altair as alt

    from ambassadors.community import Community

#: The colour of each kind, always the same, from the foot of a bar upward.
COLOURS = dict(zip(KINDS, (SKY, BLUE, GREEN, ORANGE, YELLOW, PURPLE, GREY, VERMILION, BLACK), strict=True))
PERIODS = {"day": "1d", "week": "1w", "month": "1mo"}
#: More bars than this cannot be told apart.
MOST_BARS = 530
WIDTH, TALL = 720, 260


def activity(community: Community, account: str | None = None, every: str = "week") -> alt.TopLevelMixin:
    """Acts by kind over time, stacked; of one account, what it did and what it got.

    ``every`` is ``day``, ``week`` (from Monday) or ``month``, in UTC. Each row of the interactions counts once; where
    a platform tells no time, the earliest possible stands for it, and the line under the title says how often.

    Raises :class:`UnknownAccount`, :class:`UnknownName` for another period, :class:`NotEnoughData` where there is
    nothing to show, and :class:`AmbassadorsError` where there would be more bars than can be told apart.

    >>> import ambassadors as amb
    >>> town = amb.read("graphs/town/brand.toml")
    >>> amb.charts.activity(town, every="month").to_dict()["title"]["subtitle"]
    '61,206 acts, by month (UTC)'
    """
    import altair as alt

    if every not in PERIODS:
        raise UnknownName(f"there is no period {every!r}. {did_you_mean(str(every), PERIODS)}")
    acts = community.interactions
    if account is None:
        return _finished(_bars(acts, every), f"Acts around {community.brand.name or 'the brand'}", acts, every)
    found = community.find(account)
    did, got = acts.filter(pl.col("source") == found), acts.filter(pl.col("target") == found)
    panels = [(f"What they did: {_acts(did)}", did), (f"What they got: {_acts(got)}", got)]
    shown = acts.filter((pl.col("source") == found) | (pl.col("target") == found))
    span = _bins(shown, every).select(pl.col("begin").min(), pl.col("end").max()).row(0)
    drawn = [_bars(frame, every, head, TALL // 2 + 20, shown, span) for head, frame in panels if frame.height]
    chart = alt.vconcat(*drawn, spacing=18).resolve_scale(color="shared")
    return _finished(chart, short(_name(community, found), 40), shown, every)


def _bars(
    acts: pl.DataFrame,
    every: str,
    head: str = "",
    tall: int = TALL,
    among: pl.DataFrame | None = None,
    span: tuple[Any, Any] | None = None,
) -> alt.Chart:
    """Stacked bars; ``among`` are the acts whose kinds the legend has, and ``span`` the time that is shown."""
    import altair as alt

    bins = _bins(acts, every)
    seen = set((acts if among is None else among)["kind"])
    kinds = [kind for kind in KINDS if kind in seen]
    time: dict[str, Any] = {"type": "utc", "nice": False} | (
        {"domain": [moment.isoformat() for moment in span]} if span else {}
    )
    chart = alt.Chart(bins, width=WIDTH, height=tall)
    chart = chart.properties(title=alt.Title(head, fontSize=12, frame="group", offset=8)) if head else chart
    colour = alt.Color("kind:N", title=None, sort=kinds).scale(domain=kinds, range=[COLOURS[kind] for kind in kinds])
    bars: alt.Chart = chart.mark_rect(stroke="white", strokeWidth=0.5).encode(
        x=alt.X("begin:T", title=None, scale=alt.Scale(**time)).axis(grid=False, format="%b %Y", labelOverlap=True),
        x2="end:T",
        y=alt.Y("low:Q", title=f"acts a {every}").axis(tickMinStep=1),
        y2="high:Q",
        color=colour,
        tooltip=["begin:T", "kind:N", "acts:Q"],
    )
    return bars


def _bins(acts: pl.DataFrame, every: str) -> pl.DataFrame:
    """A row a period and kind: how many acts, and between which heights they are drawn."""
    if acts.is_empty():
        raise NotEnoughData("the data holds no act here: there is no activity to show.")
    begin = pl.col("at").dt.truncate(PERIODS[every])
    counted = acts.group_by(begin.alias("begin"), "kind").len("acts").sort("begin", "kind")
    bars = counted["begin"].n_unique()
    if bars > MOST_BARS:
        longer = "every='month'" if every == "week" else "every='week' or every='month'"
        remedy = f"ask for {longer}" if every != "month" else "take a part of it by as_of"
        raise AmbassadorsError(f"{bars:,} bars, a {every} each: {MOST_BARS} are the most that one can see; {remedy}.")
    high = pl.col("acts").cum_sum().over("begin")
    return counted.with_columns(
        pl.col("kind").cast(pl.String), end=pl.col("begin").dt.offset_by(PERIODS[every]), low=high - pl.col("acts"),
        high=high, acts=pl.col("acts").cast(pl.Int64),
    )  # fmt: skip


def _acts(acts: pl.DataFrame) -> str:
    return f"{acts.height:,} {'act' if acts.height == 1 else 'acts'}"


def _name(community: Community, account: str) -> str:
    return str(community.called.filter(pl.col("account") == account)["label"].item())


def _finished(chart: Any, title: str, acts: pl.DataFrame, every: str) -> alt.TopLevelMixin:
    import altair as alt

    guessed = acts["at_latest"].count()
    told = f"{_acts(acts)}, by {every} (UTC)" + (f"; {guessed:,} at the earliest time they can have" if guessed else "")
    whole: alt.TopLevelMixin = styled(chart.properties(title=alt.Title(title, subtitle=told)))
    return whole
