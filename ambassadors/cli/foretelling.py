"""Commands about who moves up: forecast, ladder."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

from cyclopts import Parameter, validators

from ambassadors.cli.options import DONE, KEPT, AsOf, Data, Kept, Prior, RecipeFile, app, reading, steps


@app.command
def forecast(
    recipe: RecipeFile,
    /,
    *,
    as_of: AsOf = None,
    k: Annotated[
        int,
        Parameter(name=["-k", "--k"], help="People to show.", validator=validators.Number(gte=1, lte=10_000_000)),
    ] = 20,
    prior: Prior = None,
    save: Annotated[
        Path | None, Parameter(help="Write what was learned into this JSON file, to carry elsewhere.")
    ] = None,
    data: Data = None,
    state: Kept = KEPT,
) -> int:
    """Who is about to move up, how likely, from what; or why no probability is given out.

    What counts as moving up, how far ahead and from what it is foretold stand in the recipe under [propensity].

    Example: `ambassadors forecast graphs/town/brand.toml -k 10 --save /tmp/town.json`
    """
    from ambassadors import assembly, delivery, propensity, show, three_lists

    delivery.check_places(save)
    learned = propensity.load(prior) if prior is not None else None
    with reading() as on_file:
        community = assembly.known_at(assembly.read(recipe, data=data, state=state, on_file=on_file), as_of)
    with steps("looking back from date") as on_origin:
        made = propensity.forecast(community, prior=learned, on_origin=on_origin)
    show.forecast(made, three_lists.ready(community, k, prior=learned), k)
    if save is not None:
        delivery.write_json(made.model.as_json(), save)
        print(f"What was learned: {save}")
    return DONE


@app.command
def ladder(
    recipe: RecipeFile,
    /,
    *,
    as_of: AsOf = None,
    every: Annotated[str, Parameter(help="The periods: month, or a span such as 30d or 24h.")] = "month",
    csv: Annotated[Path | None, Parameter(help="Write the flows into this file, a row a kind of move.")] = None,
    moves: Annotated[Path | None, Parameter(help="Write every person's moves into this CSV file.")] = None,
    picture: Annotated[Path | None, Parameter(help="Draw them: a name that ends with .svg, .png or .pdf.")] = None,
    data: Data = None,
    state: Kept = KEPT,
) -> int:
    """Where people stand on the ladder from period to period, and how many moved from which rung to which.

    Example: `ambassadors ladder graphs/town/brand.toml --picture /tmp/flows.svg`
    """
    import polars as pl

    from ambassadors import assembly, charts, delivery, show
    from ambassadors import ladder as rungs

    charts.check_picture(picture)
    delivery.check_places(csv, moves, picture)
    with reading() as on_file:
        community = assembly.known_at(assembly.read(recipe, data=data, state=state, on_file=on_file), as_of)
    flows = rungs.flows(community, every)
    show.flows(flows)
    if csv is not None:
        delivery.write_csv(flows, csv)
    if moves is not None:
        asked_not = community.refusing.implode()
        delivery.write_csv(rungs.history(community).filter(~pl.col("account").is_in(asked_not)), moves)
    if picture is not None:
        charts.save(charts.flows(flows, f"{community.brand.name}: the ladder"), picture)
    return DONE
