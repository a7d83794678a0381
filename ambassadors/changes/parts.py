"""The parts of each listed person's score, as a table that the next run can be held against."""

from __future__ import annotations

from collections.abc import Mapping

import polars as pl

from ambassadors import measures, score
from ambassadors.community import Community
from ambassadors.errors import NotEnoughData
from ambassadors.three_lists import PROVEN, READY, UNPROVEN

PARTS: dict[str, pl.DataType] = {
    "list": pl.String(),
    "account": pl.String(),
    "measure": pl.String(),
    "meaning": pl.String(),
    "value": pl.Float64(),
    "percentile": pl.Float64(),
    "weight": pl.Float64(),
    "points": pl.Float64(),
}
#: Which ranking's score stands on which list.
RANKING = {
    "influencers": "influencers",
    "ambassadors": "ambassadors",
    PROVEN: "ambassadors",
    READY: "ambassadors",
    UNPROVEN: "influencers",
}


def parts(community: Community, lists: Mapping[str, pl.DataFrame]) -> pl.DataFrame:
    """What each measure gives each listed person: columns as in :data:`PARTS`, in the order of the lists.

    The points of a person add up to the score that the list shows. On ``ready_to_move_up`` that is the score of
    ambassadors, which does not order it: the forecast does. Whoever has no score there has no rows here.
    """
    found = [
        taken_apart(community, RANKING[name], people["account"]).select(pl.lit(name).alias("list"), pl.all())
        for name, people in lists.items()
    ]
    return pl.concat([pl.DataFrame(schema=PARTS), *found])


def taken_apart(community: Community, ranking: str, accounts: pl.Series) -> pl.DataFrame:
    """The parts of those accounts' scores in a ranking, in the order given; none for who does not stand in it."""
    try:
        ranked, shares = score.rank(community, ranking), score.weights(community, ranking).points
    except NotEnoughData:
        return pl.DataFrame(schema=PARTS).drop("list")
    people = pl.DataFrame({"account": accounts}).with_row_index("place").join(ranked, "account", maintain_order="left")
    taken = [_part(people, name, weight) for name, weight in shares.items()]
    return pl.concat(taken).sort("place", maintain_order=True).drop("place")


def _part(people: pl.DataFrame, name: str, weight: float) -> pl.DataFrame:
    return people.select(
        "place",
        "account",
        measure=pl.lit(name),
        meaning=pl.lit(measures.named(name).meaning),
        value=pl.col(name).cast(pl.Float64).round_sig_figs(6),
        percentile=pl.col(f"{name}:percentile").cast(pl.Float64).round(6),
        weight=pl.lit(round(weight, 6)),
        points=pl.col(f"{name}:points").cast(pl.Float64).fill_null(0.0),
    )
