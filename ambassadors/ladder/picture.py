"""Where everything stands in a picture of flows: the bars of each moment, and the ribbons between."""

from __future__ import annotations

import polars as pl

from ambassadors.ladder.flows import LEVELS
from ambassadors.ladder.rules import NEGATIVE

CROWD = ("aware", "like", "love")
BETWEEN = "between"
#: The levels of a picture of the ends of the ladder alone, from the bottom.
ENDS = ("none", NEGATIVE, BETWEEN, "advocate", "defend")
GAP, ENDS_GAP = 0.075, 0.12  # the gap between rungs, as a share of the tallest stack


def layout(
    frame: pl.DataFrame, levels: tuple[str, ...] = LEVELS, *, gap: float = GAP, level_ground: bool = False
) -> tuple[pl.DataFrame, pl.DataFrame]:
    """Where everything stands, in people upward from 0: ``(bars, ribbons)``.

    A bar a moment and rung (``at, rung, people, low, high``), stacked in the order of ``levels`` with a ``gap`` between
    (a share of the tallest stack); its height is its number of people. A ribbon a row of the flows, with the edges of
    both ends: ``from_low, from_high, to_low, to_high``, null at an end that is ``none``, which has no bar. With
    ``level_ground`` each rung begins at the same height at every moment.
    """
    level = pl.Enum(levels)
    flows = frame.with_columns(pl.col("from", "to").cast(pl.String).cast(level), pl.col("people").cast(pl.Int64))
    flows = flows.sort("begin", "from", "to")
    bars = _bars(flows, gap, level_ground)
    below = {side: _edges(flows, bars, side) for side in ("from", "to")}
    return bars, flows.with_columns(*below["from"], *below["to"])


def _bars(flows: pl.DataFrame, gap: float, level_ground: bool) -> pl.DataFrame:
    leaving = flows.group_by(pl.col("begin").alias("at"), pl.col("from").alias("rung")).agg(pl.col("people").sum())
    coming = flows.group_by(pl.col("end").alias("at"), pl.col("to").alias("rung")).agg(pl.col("people").sum())
    both = pl.concat([leaving, coming]).filter(pl.col("rung") != "none")
    seen = both.group_by("at", "rung").agg(pl.col("people").max())
    moments = pl.concat([flows["begin"], flows["end"]]).unique().alias("at").to_frame()
    grid = moments.join(seen.select("rung").unique(), how="cross").join(seen, ["at", "rung"], how="left")
    bars = grid.with_columns(pl.col("people").fill_null(0)).sort("at", "rung")
    space = pl.col("people").max().over("rung") if level_ground else pl.col("people")
    bars = bars.with_columns(space.alias("space"))
    tallest = bars.group_by("at").agg(pl.col("space").sum())["space"].to_list()
    between = gap * max(tallest, default=0) * pl.int_range(pl.len())
    under = (pl.col("space").cum_sum() - pl.col("space") + between).over("at")
    return bars.with_columns(under.alias("low")).select(
        "at", "rung", "people", "low", (pl.col("low") + pl.col("people")).alias("high")
    )


def _edges(flows: pl.DataFrame, bars: pl.DataFrame, side: str) -> list[pl.Series]:
    """The lower and the upper edges of the ribbons at one of their ends, in the order of the flows."""
    at, other = ("begin", "to") if side == "from" else ("end", "from")
    foot = bars.select(pl.col("at").alias(at), pl.col("rung").alias(side), pl.col("low").alias("foot"))
    placed = flows.with_row_index("row").join(foot, [at, side], how="left").sort(at, side, other)
    under = (pl.col("people").cum_sum() - pl.col("people")).over(at, side)
    low = (pl.col("foot") + under).alias(f"{side}_low")
    edges = placed.select("row", low, (low + pl.col("people")).alias(f"{side}_high")).sort("row")
    return edges.drop("row").get_columns()
