"""Events: what is foretold, of whom, and to whom it happened."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

import polars as pl

from ambassadors import ladder
from ambassadors.community import Community
from ambassadors.errors import NotEnoughData
from ambassadors.ladder.history import history
from ambassadors.ladder.words import not_shown
from ambassadors.measures.loyalty import kept
from ambassadors.propensity.campaigns import campaigns, ended
from ambassadors.recipe import condition
from ambassadors.windows import Extent, Window


@dataclass(frozen=True)
class Event:
    """One question: to whom of those at risk it will happen.

    ``at_risk`` gives ``account, rung`` of those to whom it can happen, as known at a moment; ``happened`` those of them
    to whom it did, within a window. ``between`` is the time of which it is known whether it happened. ``says`` is the
    event as a verb: "reach advocate". ``windows`` are its own windows of the past, where it has such: an offer is
    answered within the offer's time. Each has ended.
    """

    name: str
    says: str
    at_risk: Callable[[datetime], pl.DataFrame]
    happened: Callable[[Window], pl.Series]
    between: Extent
    windows: tuple[Window, ...] | None = None


def event(community: Community) -> Event:
    """The event that the recipe names: a rung reached, the next rung, another order, or an offer taken up.

    Raises :class:`NotEnoughData` where the data cannot show it.
    """
    name = community.recipe.propensity.event
    own = {"order": order, "answer": answer}
    return own[name](community) if name in own else _rung(community, name)


def _rung(community: Community, name: str) -> Event:
    if not ladder.shows_anything(community):
        raise NotEnoughData("nobody's next rung can be foretold: the recipe names no brand, and there are no orders.")
    if name != "next":
        _showable(community, name)
    moves = _ranked(community, history(community)).with_columns(ladder.place(pl.col("rung")).alias("place"))
    among = list(community.recipe.propensity.among)
    # from negative the way leads over like
    after = pl.when(pl.col("rung") == ladder.NEGATIVE).then(1).otherwise(ladder.place(pl.col("rung")) + 1)
    goal = after if name == "next" else pl.lit(ladder.RUNGS.index(name))
    top = len(ladder.RUNGS) - 1

    def at_risk(at: datetime) -> pl.DataFrame:
        stood = moves.filter(pl.col("at") <= at).group_by("account", maintain_order=True).last()
        below = (pl.col("place") < goal) & (pl.col("place") < top)
        return stood.filter(pl.col("rung").is_in(among), below).select("account", "rung")

    def happened(window: Window) -> pl.Series:
        inside = moves.filter(pl.col("at") > window.origin, pl.col("at") <= window.until)
        highest = inside.group_by("account").agg(pl.col("place").max())
        people = at_risk(window.origin).join(highest, "account", maintain_order="left")
        return people.filter(pl.col("place") >= goal)["account"]

    return Event(
        name, "reach the next rung" if name == "next" else f"reach {name}", at_risk, happened, _known(community)
    )


def _showable(community: Community, name: str) -> None:
    """Raises :class:`NotEnoughData` where no rule of that rung can hold, because the data cannot show it."""
    rules = [condition(rule) for rule in getattr(community.recipe.ladder, name)]
    lacks = [[why for part, _, _ in rule if (why := not_shown(community, part))] for rule in rules]
    if all(lacks):
        reasons = dict.fromkeys(why for rule in lacks for why in rule) or {"the recipe has no rule for it": None}
        raise NotEnoughData(
            f"who will reach {name} cannot be foretold: {'; '.join(reasons)}. Name another event in the recipe under "
            "[propensity], such as event = 'order'."
        )


def order(community: Community) -> Event:
    """Another order, of whoever has bought before."""
    bought = _ranked(community, kept(community).select("account", "at"))
    if bought.is_empty():
        raise NotEnoughData("nobody's next order can be foretold: there are no orders.")
    moves = history(community)

    def at_risk(at: datetime) -> pl.DataFrame:
        known = bought.filter(pl.col("at") <= at).select(pl.col("account").unique().sort())
        return known.join(_rungs(moves, at), "account", how="left", maintain_order="left")

    def happened(window: Window) -> pl.Series:
        inside = bought.filter(pl.col("at") > window.origin, pl.col("at") <= window.until)
        return inside.join(at_risk(window.origin), "account", how="semi")["account"].unique().sort()

    return Event("order", "buy again", at_risk, happened, _known(community))


def recommend(community: Community) -> Event:
    """Recommending the brand, whether for the first time or again, of every candidate who is known by then."""
    signs = ladder.signs(community).filter(pl.col("recommendations") > 0, pl.col("shown").is_not_null())
    spoke = _ranked(community, signs.select("account", at="shown"))
    if spoke.is_empty():
        raise NotEnoughData("nobody's recommending can be foretold: no recommendation has a time of its own.")
    moves = history(community)

    def at_risk(at: datetime) -> pl.DataFrame:
        known = community.as_of(at).candidates.select("account")
        return known.join(_rungs(moves, at), "account", how="left", maintain_order="left")

    def happened(window: Window) -> pl.Series:
        inside = spoke.filter(pl.col("at") > window.origin, pl.col("at") <= window.until)
        return inside.join(at_risk(window.origin), "account", how="semi")["account"].unique().sort()

    return Event("recommend", "recommend the brand", at_risk, happened, _known(community))


def answer(community: Community) -> Event:
    """An offer taken up before it ends, of whom it was sent to; now, of whomever anything was ever offered."""
    past = {one.window.origin: one for one in ended(community)}
    everyone = _ranked(community, community.offers.select("account", "at"))
    moves = history(community)

    def at_risk(at: datetime) -> pl.DataFrame:
        offered = everyone.filter(pl.col("at") <= at).select(pl.col("account").unique().sort())
        people = past[at].accounts if at in past else offered
        return people.join(_rungs(moves, at), "account", how="left", maintain_order="left")

    def happened(window: Window) -> pl.Series:
        return past[window.origin].answered

    between = (campaigns(community)[0].window.origin, _moment(community))
    own = tuple(one.window for one in past.values())
    return Event("answer", "take up an offer", at_risk, happened, between, own)


def _rungs(moves: pl.DataFrame, at: datetime) -> pl.DataFrame:
    """Where everybody stood at a moment: ``account, rung``."""
    return moves.filter(pl.col("at") <= at).group_by("account", maintain_order=True).last().select("account", "rung")


def _ranked(community: Community, frame: pl.DataFrame) -> pl.DataFrame:
    """Without the brand, its rivals and staff, and whoever asked not to be found."""
    return frame.join(community.candidates.select("account"), "account", how="semi", maintain_order="left")


def _known(community: Community) -> Extent:
    """From the first sign with a time of its own to the community's moment."""
    first = ladder.signs(community).select(pl.col("shown").min()).row(0)[0]
    if first is None:
        raise NotEnoughData(_UNDATED)
    return first, _moment(community)


_UNDATED = "nothing can be foretold: no act toward the brand and no order has a time of its own."


def _moment(community: Community) -> datetime:
    if community.moment is None:
        raise NotEnoughData(_UNDATED)
    return community.moment
