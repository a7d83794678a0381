"""Commands that bring rows in: fetch from platforms, and begin with a folder of exports."""

from __future__ import annotations

import os
import sys
from pathlib import Path
from typing import Annotated

from cyclopts import Parameter

from ambassadors.cli.options import DONE, KEPT, ROWS_REJECTED, STOPPED, WRONG, Kept, RecipeFile, app, counted


@app.command
def fetch(
    recipe: RecipeFile,
    /,
    *,
    only: Annotated[str | None, Parameter(help="Fetch from this platform alone.")] = None,
    plan: Annotated[bool, Parameter(help="Say what it will take, and stop there.", negative="")] = False,
    quiet: Annotated[bool, Parameter(help="Print nothing but what went wrong.", negative="")] = False,
    state: Kept = KEPT,
) -> int:
    """Fetch what the recipe's [[fetch]] sections ask for, politely; what was fetched before is not fetched again.

    The rows grow a dataset beside the recipe, which `check` and `run` read. Stop it at any moment: the next fetch goes
    on where it was. Tokens come from the environment (AMBASSADORS_BLUESKY_TOKEN, ...) or a keyring.

    Exit codes: 0 all of it; 1 all but some records or calls, which are told; 2 a platform cannot be read; 75 it asks
    to come back later, or another fetch is on; 130 stopped.

    Example: `ambassadors fetch brand.toml --plan`
    """
    from ambassadors import fetching, show

    try:
        with counted(quiet=quiet) as told:
            found = fetching.fetch(
                recipe,
                only=only,
                plan=plan,
                state=state,
                on_outlook=lambda name, outlook: None if quiet else show.outlook(name, outlook, plan=plan),
                on_step=lambda name, progress: told(show.step(name, progress), progress.calls, progress.foreseen),
            )
    except KeyboardInterrupt:
        print("\nambassadors: stopped. What was fetched is kept; the next fetch goes on from there.", flush=True)
        os._exit(STOPPED)  # without waiting for answers that nobody reads
    if not (plan or quiet):
        show.fetched(found)
    errors = [one.error for one in found if one.error is not None]
    for one in found:
        if one.error is not None:
            print(f"ambassadors: {one.platform}: {one.error}", file=sys.stderr)
    if errors:
        return max(error.exit_code for error in errors) if all(error.exit_code == 75 for error in errors) else 2
    return ROWS_REJECTED if any(one.unread or one.failed or one.left for one in found) and not plan else DONE


Folder = Annotated[Path, Parameter(help="The folder into which you dropped the exports.")]


def recognised(folder: Path) -> int:
    """What each file of a folder is, and the recipe that would read them."""
    from ambassadors import exports, show

    found = exports.look(folder)
    proposed = exports.recipe_for(found, name=exports.slug(folder.resolve().name)) if found.readable else ""
    show.folder(found, proposed)
    return DONE if found.readable else WRONG


@app.command
def init(
    folder: Folder,
    /,
    *,
    name: Annotated[str | None, Parameter(help="The recipe's name; the folder's when not given.")] = None,
    account: Annotated[
        list[str] | None,
        Parameter(help="Who the brand is, as platform:@handle or platform:id; may be repeated.", negative=""),
    ] = None,
) -> int:
    """Write a recipe (brand.toml) for a folder of exports. One that is there already is never overwritten.

    Example: `ambassadors init exports --account instagram:@my.brand`
    """
    from ambassadors import exports, show
    from ambassadors.errors import AmbassadorsError, OutputError

    given = dict(one.partition(":")[::2] for one in account or [])
    wrong = [platform for platform, who in given.items() if not who]
    if wrong:
        raise AmbassadorsError(f"--account {wrong[0]}: say platform:@handle, such as instagram:@my.brand.")
    path = folder / "brand.toml"
    text = exports.recipe_for(exports.look(folder), name=name or exports.slug(folder.resolve().name), accounts=given)
    try:
        with path.open("x", encoding="utf-8") as file:
            file.write(text)
    except FileExistsError:
        raise OutputError(f"{path}: is there already, and stays as it is. Move it away to begin anew.") from None
    show.begun(str(path), [line for line in text.splitlines() if "FILL IN" in line and not line.startswith("# Made")])
    return DONE
