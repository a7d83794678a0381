"""Commands that read a recipe and rank: demo, check, run, explain."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Annotated, Literal

from cyclopts import Parameter, validators

from ambassadors.cli import fetching
from ambassadors.cli.options import (
    DONE,
    KEPT,
    ROWS_REJECTED,
    AsOf,
    Data,
    Kept,
    Out,
    Prior,
    RecipeFile,
    State,
    app,
    both,
    reading,
    shown,
)


@app.command
def demo(*, out: Annotated[Path, Parameter(help="Where the run folder is made.")] = Path("runs")) -> int:
    """Rank a simulated town around a small brand, and compare the list with two naive sorts.

    Example: `ambassadors demo --out /tmp/first-look`
    """
    from ambassadors import demo as sample
    from ambassadors import show

    with both("looking back from date") as (on_file, on_origin):
        result = sample.demo(out, on_file=on_file, on_origin=on_origin)
    show.demo(result)
    return DONE


@app.command
def check(
    recipe: Annotated[Path, Parameter(help="The recipe, the folder of one, or a folder into which you dropped files.")],
    /,
    *,
    rejects: Annotated[Path | None, Parameter(help="Write rejects.csv into this folder.")] = None,
    data: Data = None,
) -> int:
    """Read everything, and say what became of every row; of a folder without a recipe, what each file in it is.

    Drop the exports of your platforms and your shop into a folder: each is recognised by its content, and told with
    what it gives, what is missing for which measure, and the recipe that would read it.

    Example: `ambassadors check graphs/town/brand.toml --rejects /tmp/rejects`
    """
    from ambassadors import assembly, delivery, show

    if recipe.is_dir() and not (recipe / "brand.toml").exists():
        return fetching.recognised(recipe)

    with reading() as on_file:
        settings, found = assembly.read_files(recipe, data=data, on_file=on_file)
    show.files(found)
    if rejects is not None:
        print(f"Rejected rows: {delivery.write_rejects(found.rejects, rejects)}\n")
    show.holdings(assembly.assemble(settings, found))
    return ROWS_REJECTED if found.rejects.height else DONE


@app.command
def run(
    recipe: RecipeFile,
    /,
    *,
    as_of: AsOf = None,
    out: Out = Path("runs"),
    k: Annotated[
        int | None,
        Parameter(
            name=["-k", "--k"],
            help="People a list; the recipe's number when not given.",
            validator=validators.Number(gte=1, lte=10_000_000),
        ),
    ] = None,
    prior: Prior = None,
    accept_changes: Annotated[
        bool, Parameter(negative=(), help="Go on although the inputs shrank or lost a column since the last run.")
    ] = False,
    quiet: Annotated[bool, Parameter(negative=(), help="Print nothing but errors.")] = False,
    log: Annotated[
        Literal["text", "json"], Parameter(help="json: nothing but one line of JSON an event, on standard error.")
    ] = "text",
    data: Data = None,
    state: State = None,
) -> int:
    """Rank, foretell, and write a new folder that `latest` points to: lists, report, manifest; all or nothing.

    shortlist.xlsx (or shortlist.csv) is for partnership managers: whom to thank, whom to ask next, whom to win;
    report.html is for everybody. influencers.csv and ambassadors.csv rank, changes.csv tells what changed since the
    last run and why. One run at a time: a second one leaves with 75. Fit for cron, systemd and Airflow.

    Example: `ambassadors run graphs/town/brand.toml --as-of 2026-05-01 --out /tmp/runs -k 50`
    """
    from ambassadors import job, show

    silent = quiet or log == "json"
    if silent:
        os.environ["AMBASSADORS_QUIET"] = "1"  # nor that loops are being compiled
    with both("looking back from date", quiet=silent) as (on_file, on_origin), show.events(log, recipe) as tell:
        result = job.run(
            recipe,
            as_of=as_of,
            out=out,
            k=k,
            data=data,
            prior=prior,
            state=state,
            accept_changes=accept_changes,
            on_file=on_file,
            on_origin=on_origin,
            tell=tell,
        )
    if not silent:
        shown(lambda: show.run(result))
    return ROWS_REJECTED if result.community.rejects.height or result.untold.rejected.height else DONE


@app.command
def explain(
    recipe: RecipeFile,
    account: Annotated[str, Parameter(help="platform:native_id, @handle or platform:@handle.")],
    /,
    *,
    as_of: AsOf = None,
    data: Data = None,
    state: Kept = KEPT,
) -> int:
    """Take one account's score apart: every measure, its weight, the rows behind it, and what would move it up.

    Example: `ambassadors explain graphs/town/brand.toml @someone`
    """
    from ambassadors import assembly, show
    from ambassadors.explanation import explain as taken_apart

    with reading() as on_file:
        community = assembly.known_at(assembly.read(recipe, data=data, state=state, on_file=on_file), as_of)
    show.explanation(taken_apart(community, account))
    return DONE
