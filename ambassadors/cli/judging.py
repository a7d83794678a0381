"""Commands that hold the lists against what happened: backtest, tune, simulate."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Annotated, Any

from cyclopts import Parameter, validators

from ambassadors.cli.options import DONE, KEPT, Data, Kept, RecipeFile, app, reading, steps

Horizon = Annotated[
    str | None,
    Parameter(help="Time after each origin: 24h, 30d. The longest usual one that fits seven times when not given."),
]
Ranking = Annotated[str, Parameter(help="influencers or ambassadors.")]
At = Annotated[tuple[str, ...], Parameter(help="An origin itself, instead of --origins; may be repeated.")]
Kind = Annotated[tuple[str, ...], Parameter(help="Count only this kind of response; may be repeated.")]
Json = Annotated[Path | None, Parameter(help="Write all figures into this file.")]
Judged = Annotated[
    int,
    Parameter(
        name=["-k", "--k"], help="How many of the list are judged.", validator=validators.Number(gte=1, lte=1_000_000)
    ),
]
Origins = Annotated[
    int, Parameter(help="How many earlier dates, a horizon apart.", validator=validators.Number(gte=1, lte=1000))
]


@app.command
def backtest(
    recipe: RecipeFile,
    /,
    *,
    ranking: Ranking = "influencers",
    origins: Origins = 3,
    at: At = (),
    horizon: Horizon = None,
    k: Judged = 100,
    kind: Kind = (),
    vouched: Annotated[bool, Parameter(help="Count only responders with standing of their own, not repaid.")] = False,
    attack: Annotated[bool, Parameter(help="Also buy followers and form a pod: how far do they lift someone?")] = False,
    json: Json = None,
    picture: Annotated[Path | None, Parameter(help="Draw them: a name that ends with .svg, .png or .pdf.")] = None,
    seed: Annotated[int, Parameter(help="Of the resamples and attacks.", validator=validators.Number(gte=0))] = 0,
    data: Data = None,
    state: Kept = KEPT,
) -> int:
    """Would the list have been right? Rank as of earlier dates, and compare with what followed each.

    Beside the ranking stand the naive sorts (by followers, by engagement), PageRank and k-core, with 90 % intervals;
    and what the ranking loses without each of its measures. Of ambassadors also whether it was foretold who would move
    up: the area under the curve, lift and calibration of past forecasts.

    Example: `ambassadors backtest graphs/town/brand.toml --horizon 30d --picture /tmp/backtest.svg`
    """
    from ambassadors import assembly, backtesting, charts, delivery, show

    charts.check_picture(picture)
    delivery.check_places(json, picture)
    with reading() as on_file:
        community = assembly.read(recipe, data=data, state=state, on_file=on_file)
    with steps("ranking as of origin") as on_origin:
        result = backtesting.backtest(
            community,
            ranking,
            origins=at or origins,
            horizon=horizon,
            k=k,
            kinds=kind or None,
            vouched=vouched,
            seed=seed,
            on_origin=on_origin,
        )
    show.backtest(result)
    told = result.as_json()
    if ranking == "ambassadors":
        with steps("looking back from date") as on_origin:
            told["moves"] = _moves(community, seed, picture, on_origin)
    if attack:
        with steps("attack") as on_attack:
            found = backtesting.attacks(community, ranking, seed=seed, on_attack=on_attack)
        show.attacks(found)
        told["attacks"] = found.to_dicts()
    if json is not None:
        delivery.write_json(told, json)
    if picture is not None:
        charts.save(charts.backtest(result), picture)
    return DONE


def _moves(community: Any, seed: int, picture: Path | None, on_origin: Callable[[int, int], None]) -> dict[str, Any]:
    """Past forecasts of who would move up, shown and as JSON; where there are none, why.

    Their picture stands beside the other one, its name with ``-moves`` at the end.
    """
    from ambassadors import backtesting, charts, show
    from ambassadors.errors import NotEnoughData

    try:
        found = backtesting.moves(community, seed=seed, on_origin=on_origin)
    except NotEnoughData as error:
        print(error)
        return {"why_not": str(error)}
    show.moves(found)
    if picture is not None:
        charts.save(charts.calibration(found), picture.with_stem(f"{picture.stem}-moves"))
    return found.as_json()


@app.command
def tune(
    recipe: RecipeFile,
    /,
    *,
    ranking: Ranking = "influencers",
    origins: Origins = 6,
    at: At = (),
    later: Annotated[
        int | None,
        Parameter(
            help="How many of the latest origins are kept for the verdict; a third when not given.",
            validator=validators.Number(gte=1, lte=1000),
        ),
    ] = None,
    horizon: Horizon = None,
    k: Judged = 100,
    kind: Kind = (),
    out: Annotated[Path | None, Parameter(help="Write a copy of the recipe with what was learned.")] = None,
    json: Json = None,
    seed: Annotated[int, Parameter(help="Of the resamples.", validator=validators.Number(gte=0))] = 0,
    data: Data = None,
    state: Kept = KEPT,
) -> int:
    """Learn half-life and weights on earlier dates, and show what they gain on later ones.

    The score stays a sum of its parts. The copy that --out writes is the recipe with new weights, its comments and
    everything else as they were; the recipe itself is never changed.

    Example: `ambassadors tune graphs/town/brand.toml --horizon 30d --out /tmp/tuned.toml`
    """
    from ambassadors import assembly, backtesting, delivery, show

    delivery.check_places(json, out)
    path = recipe / "brand.toml" if recipe.is_dir() else recipe
    with reading() as on_file:
        community = assembly.read(recipe, data=data, state=state, on_file=on_file)
    with steps("ranking as of origin") as on_step:
        result = backtesting.tune(
            community,
            ranking,
            origins=at or origins,
            later=later,
            horizon=horizon,
            k=k,
            kinds=kind or None,
            seed=seed,
            on_step=on_step,
        )
    show.tuning(result)
    if json is not None:
        delivery.write_json(result.as_json(), json)
    if out is not None:
        delivery.write_text(backtesting.tuned(path.read_text(encoding="utf-8-sig"), result), out)
        print(f"The recipe with what was learned: {out}")
    return DONE


@app.command
def simulate(
    folder: Annotated[Path, Parameter(help="Where the files are written; made when it is not there.")],
    /,
    *,
    n: Annotated[int, Parameter(help="How many accounts.", validator=validators.Number(gte=500))] = 5000,
    seed: Annotated[int, Parameter(help="The same seed gives the same bytes.", validator=validators.Number(gte=0))] = 7,
    scenario: Annotated[str, Parameter(help="What befalls it: steady, drift, spike or boycott.")] = "steady",
    truth: Annotated[bool, Parameter(help="Also write hazards.csv.gz, the true chances.")] = False,
) -> int:
    """Write the demo's town: its recipe, its files, and the truth about its people.

    In a drift fewer and fewer begin to speak up, in a spike a crowd comes and goes, in a boycott most turn away: what a
    forecast has to notice.

    Example: `ambassadors simulate /tmp/town --n 100000`
    """
    from ambassadors import demo as sample

    sample.write_town(folder, n=n, seed=seed, scenario=scenario, truth=truth)
    print(f"Recipe: {folder / 'brand.toml'}")
    return DONE
