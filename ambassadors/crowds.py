"""Crowds: which one a person belongs to, and whom a list gains by each person on it."""

from __future__ import annotations

from importlib.util import find_spec

import numpy as np
import numpy.typing as npt
import polars as pl

from ambassadors.community import CUSTOMER, GRAPHS, Community
from ambassadors.graph import communities, in_degree

#: Fewer people than this are no crowd.
CROWD = 10
#: With more ties than this, looking for crowds would hold up a nightly job.
MOST_TIES = 5_000_000
#: The crowds found depend on it, and so must not change from night to night.
SEED = 0

Numbers = npt.NDArray[np.int64]


def crowds(community: Community) -> pl.DataFrame:
    """The crowd that each account belongs to: ``account, community``, a text such as ``around @ann``.

    Crowds are people tied among themselves, by follows and acts, more than chance would have it
    (:func:`~ambassadors.graph.communities`). Each is named after the member with the most ties toward them; whoever
    asked not to be found gives no crowd its name. Accounts without ties, or in crowds of fewer than ten, are left out;
    everybody is where :func:`no_crowds` says why.
    """
    return community.memo("crowds", lambda: _crowds(community))


def no_crowds(community: Community) -> str:
    """Why crowds cannot be told here; empty where they can."""
    ties = community.follows.height + community.interactions.height
    if find_spec("networkit") is None:
        return "NetworKit, which finds communities, is not installed: pip install 'ambassadors[communities]'"
    if ties > MOST_TIES:
        return f"there are {ties:,} follows and interactions, and communities are sought among {MOST_TIES:,} at most"
    return "" if ties else "there are no follows and no interactions"


def _crowds(community: Community) -> pl.DataFrame:
    if no_crowds(community):
        return pl.DataFrame(schema={"account": pl.String, "community": pl.String})
    graph = community.tied(dict.fromkeys(GRAPHS, pl.lit(1.0)))
    found = pl.DataFrame({
        "account": community.accounts["account"],
        "crowd": communities(graph, seed=SEED),
        "ties": in_degree(graph),
    }).filter(pl.len().over("crowd") >= CROWD)  # fmt: skip
    return found.join(_names(community, found), "crowd", maintain_order="left").select("account", "community")


def _names(community: Community, found: pl.DataFrame) -> pl.DataFrame:
    """For each crowd a name: its member with the most ties toward them, ties by account."""
    handle = pl.col("handle").str.strip_chars_start("@")
    called = pl.coalesce(pl.concat_str(pl.lit("@"), handle), "account")
    known = community.accounts.select("account", called.alias("called"))
    named = found.filter(~pl.col("account").is_in(community.refusing.implode())).join(known, "account")
    first = named.sort("ties", "account", descending=[True, False]).unique("crowd", keep="first", maintain_order=True)
    return first.select("crowd", pl.concat_str(pl.lit("around "), "called").alias("community"))


def added_reach(community: Community, listed: pl.Series) -> pl.DataFrame:
    """Going down a list: how many people each reaches whom nobody above does; ``account, added_unique_reach``.

    With R(a) the people known to follow a, it is ``|R(a_i) - (R(a_1) | ... | R(a_i-1))|`` of the i-th on the list: the
    numbers add up to the people whom the whole list reaches. On a platform of which no follows are known, R(a) are the
    people who responded to a. The brand itself, rivals and staff are no one's reach. Null for who has no account.

    The coverage of E. Cohen, D. Delling, T. Pajor, R. F. Werneck (Sketch-based influence maximization, CIKM 2014), one
    step deep.
    """
    place = _places(community, listed)
    first = np.full(community.accounts.height, listed.len(), np.int64)  # of whom nobody on the list reaches
    for source, target in _reaching(community):
        reached = place[target] < listed.len()
        np.minimum.at(first, source[reached], place[target[reached]])
    first[community.accounts["account"].is_in(_ours(community)).to_numpy()] = listed.len()
    gained = np.bincount(first, minlength=listed.len() + 1)[: listed.len()]
    none = pl.lit(bool(no_reach(community))) | pl.col("account").str.starts_with(f"{CUSTOMER}:")
    counted = pl.DataFrame({"account": listed, "gained": gained}, schema_overrides={"gained": pl.Int64})
    return counted.select("account", pl.when(~none).then("gained").alias("added_unique_reach"))


def no_reach(community: Community) -> str:
    """Why nobody's reach is known here; empty where it is."""
    known = community.follows.height + community.interactions.height
    return "" if known else "there are no follows and no interactions"


def _places(community: Community, listed: pl.Series) -> Numbers:
    """For each account its place on the list, from 0; the list's length for who is not on it."""
    numbered = pl.DataFrame({"account": listed}).with_row_index("place")
    found = community.accounts.select("account").join(numbered, "account", how="left", maintain_order="left")
    return found["place"].cast(pl.Int64).fill_null(listed.len()).to_numpy()


def _reaching(community: Community) -> list[tuple[npt.NDArray[np.uint32], npt.NDArray[np.uint32]]]:
    """Who reaches whom, as (reached, reaching): follows, and responses on platforms without any follows."""
    source, target = community.numbered["follows"]
    acting, toward = community.numbered["interactions"]
    platform = community.accounts["platform"].fill_null("").rank("dense").cast(pl.Int64).to_numpy()
    followed = np.zeros(int(platform.max(initial=0)) + 1, bool)
    followed[platform[target]] = True
    other = ~followed[platform[toward]] & (acting != toward)
    return [(source, target), (acting[other], toward[other])]


def _ours(community: Community) -> list[str]:
    brand = community.brand
    return [*brand.accounts, *brand.rivals, *brand.staff]
