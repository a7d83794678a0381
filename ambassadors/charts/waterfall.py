"""Waterfall: one account's score taken apart, a bar a measure from nothing up to the score."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import polars as pl

from ambassadors.charts.labels import short
from ambassadors.charts.theme import BLUE, GREY, styled
from ambassadors.errors import NotEnoughData, UnknownName, did_you_mean

if TYPE_CHECKING:
    import altair as alt

    from ambassadors.explanation import Explanation, Standing

#: What a measure could have brought, beside what it brought.
PALE = "#DCEAF4"
TOTAL = "the score"
ROW, WIDTH = 40, 560


def waterfall(explanation: Explanation, ranking: str = "influencers") -> alt.LayerChart:
    """A bar a measure, largest first, each beginning where the one before ends; the last is the score.

    The pale part of a bar is what the measure could have brought besides. Under each bar stands what was counted.

    Raises :class:`NotEnoughData` for who is not ranked, with the reason, and :class:`UnknownName` for a ranking that
    the explanation does not hold.

    >>> import ambassadors as amb
    >>> from ambassadors.explanation import Explanation, Part, Standing
    >>> part = Part("responders", "", 9.0, 0.9, 100.0, 90.0, 2, 10, "accounts", "9 people responded.")
    >>> standing = Standing("influencers", rank=2, of=10, score=90.0, parts=(part,), low=1, high=3)
    >>> anna = Explanation("x:1", "Anna", "2026-05-31", None, "", "", "", "", "", "", {}, (standing,))
    >>> amb.charts.waterfall(anna).to_dict()["title"]["text"]
    'Anna: 90.0 points, rank 2 of 10 influencers'
    """
    import altair as alt

    standing = _standing(explanation, ranking)
    rows = _rows(standing)
    y = alt.Y("measure:N", sort=None, title=None).axis(domain=False, ticks=False, labelPadding=10, labelFontSize=12)
    x = alt.X("begin:Q", title="points").scale(domain=[0, 100]).axis(values=list(range(0, 101, 20)))
    base = alt.Chart(rows, width=WIDTH, height=ROW * rows.height).encode(y=y, tooltip=["measure", "told", "says"])
    thick: dict[str, Any] = {"height": 13, "yOffset": -8}
    chart = alt.layer(
        base.mark_bar(color=PALE, **thick).encode(x=x, x2="most:Q"),
        base.mark_bar(**thick).encode(x=x, x2="end:Q", color=alt.Color("colour:N", scale=None)),
        base.mark_text(align="left", dx=8, dy=-8, fontSize=12).encode(x=alt.value(WIDTH), text="told:N"),
        base.mark_text(align="left", dy=8, fontSize=10, color="#4B5563", limit=WIDTH + 90).encode(
            x=alt.value(2), text="says:N"
        ),
        title=alt.Title(_title(explanation, standing), subtitle=_subtitle(explanation, standing)),
    )
    styling: alt.LayerChart = styled(chart)
    return styling


def _standing(explanation: Explanation, ranking: str) -> Standing:
    found = {standing.ranking: standing for standing in explanation.standings}
    if ranking not in found:
        raise UnknownName(f"there is no ranking {ranking!r} to take apart. {did_you_mean(str(ranking), found)}")
    if found[ranking].score is None:
        raise NotEnoughData(f"{explanation.person} has no score among {ranking}: {found[ranking].why_not}")
    return found[ranking]


def _rows(standing: Standing) -> pl.DataFrame:
    """A row a bar: where it begins and ends, how far it could have gone, and what is said of it."""
    parts = sorted(standing.parts, key=lambda part: -part.points)
    points = pl.Series("points", [part.points for part in parts], pl.Float64)
    bars = pl.DataFrame(
        {
            "measure": [part.measure.replace("_", " ") for part in parts],
            "begin": points.cum_sum() - points,
            "end": points.cum_sum(),
            "most": (points.cum_sum() - points) + pl.Series([part.weight for part in parts], dtype=pl.Float64),
            "told": [f"{part.points:.1f} of {part.weight:.1f}" for part in parts],
            "says": [part.says for part in parts],
            "colour": [BLUE] * len(parts),
        }
    )
    score = standing.score or 0.0
    whole = {"measure": TOTAL, "begin": 0.0, "end": score, "most": 100.0, "told": f"{score:.1f} of 100"}
    return bars.vstack(pl.DataFrame([{**whole, "says": "All parts together.", "colour": GREY}]))


def _title(explanation: Explanation, standing: Standing) -> str:
    place = f"rank {standing.rank:,} of {standing.of:,} {standing.ranking}"
    return f"{short(explanation.person, 40)}: {standing.score:.1f} points, {place}"


def _subtitle(explanation: Explanation, standing: Standing) -> str:
    as_of = f"as of {explanation.as_of[:10]}"
    if standing.low is None or standing.high is None:
        return f"no bounds: {standing.grade or 'nothing is counted from acts'}; {as_of}"
    return f"chance alone could have put them anywhere from rank {standing.low:,} to {standing.high:,}; {as_of}"
