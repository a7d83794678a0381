"""The demo: a simulated town, ranked by the ordinary job, and compared with what really is so in that town."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from importlib import resources
from pathlib import Path

import polars as pl

from ambassadors import job, score, simulate
from ambassadors.backtesting.orders import sorts
from ambassadors.community import Community
from ambassadors.three_lists import READY

#: How many people the comparison looks at: what a small team can write to in a month.
FIRST = 100
INFLUENCERS_FIRST = 25


@dataclass(frozen=True)
class Demo:
    """A finished demo: the run, the town's recipe, and how many of each kind of person each sort found."""

    run: job.Run
    recipe: Path
    ambassadors: pl.DataFrame
    influencers: pl.DataFrame


def write_town(folder: Path, *, n: int = 5000, seed: int = 7, scenario: str = "steady", truth: bool = False) -> Path:
    """The simulated town's recipe, files and truth in that folder; gives the recipe's path.

    ``scenario`` is what befalls the town; with ``truth`` the true chances are written, too.
    """
    folder.mkdir(parents=True, exist_ok=True)
    simulate.write(folder, n=n, seed=seed, scenario=scenario, truth=truth)
    recipe = folder / "brand.toml"
    recipe.write_bytes(_recipe(folder / "truth.csv"))
    return recipe


def _recipe(truth: Path) -> bytes:
    """The town's recipe with this town's staff: a brand knows who works for it."""
    people = pl.read_csv(truth, infer_schema=False).filter(role="staff")["account"].sort()
    text = resources.files("ambassadors").joinpath("town.toml").read_text(encoding="utf-8")
    listed = "".join(f'    "{account}",\n' for account in people)
    return text.replace("staff = [] # filled in by the simulator", f"staff = [\n{listed}]").encode()


def demo(
    out: Path,
    on_file: Callable[[str, int, int], None] = lambda file, place, of: None,
    on_origin: Callable[[int, int], None] = lambda place, of: None,
) -> Demo:
    """Write the town under ``out``, rank it there by the ordinary job, and compare with the naive sorts."""
    recipe = write_town(out / "town")
    result = job.run(recipe, out=out, on_file=on_file, on_origin=on_origin)
    truth = pl.read_csv(recipe.parent / "truth.csv", infer_schema=False).select("account", "role")
    return Demo(result, recipe, _found_ambassadors(result, truth), _found_influencers(result.community, truth))


def _found_ambassadors(result: job.Run, truth: pl.DataFrame) -> pl.DataFrame:
    community, foretold = result.community, result.lists[READY]["account"]
    roles = ["on_the_way", "proven_advocate", "bot", "pod_member", "contest_hunter"]
    ready = score.rank(community, "ambassadors").filter(pl.col("rung").is_in(["like", "love"]))["account"]
    ranked = score.rank(community, "ambassadors")["account"]
    orders = {"ambassadors": ranked, "... on like and love": ready, "ready to move up": foretold}
    orders |= sorts(community, "ambassadors")
    return _found(orders, truth, roles, FIRST)


def _found_influencers(community: Community, truth: pl.DataFrame) -> pl.DataFrame:
    orders = {"influencers": score.rank(community, "influencers")["account"], **sorts(community, "influencers")}
    return _found(orders, truth, ["influencer", "bot", "pod_member"], INFLUENCERS_FIRST)


def _found(orders: dict[str, pl.Series], truth: pl.DataFrame, roles: list[str], first: int) -> pl.DataFrame:
    """How many people of each role stand among the first of each order, and how many there are."""
    rows = []
    for name, order in orders.items():
        here = order.head(first).to_frame("account").join(truth, "account")["role"]
        rows.append({"order": name, **{role: int((here == role).sum()) for role in roles}})
    rows.append({"order": "there are", **{role: int((truth["role"] == role).sum()) for role in roles}})
    return pl.DataFrame(rows)
