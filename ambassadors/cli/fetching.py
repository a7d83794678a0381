"""Commands that bring rows in: fetch from platforms, and begin with a folder of exports."""

from __future__ import annotations

import os
from typing import Annotated

from cyclopts import Parameter

from ambassadors.cli.options import DONE, KEPT, ROWS_REJECTED, STOPPED, Kept, RecipeFile, app, counted


@app.command
def fetch(
    recipe: RecipeFile,
    /,
    *,
    only: Annotated[str | None, Parameter(help="Fetch from this platform alone.")] = None,
    plan: Annotated[bool, Parameter(help="Say what it will take, and stop there.", negative="")] = False,
    state: Kept = KEPT,
) -> int:
    """Fetch what the recipe's [[fetch]] sections ask for, politely; what was fetched before is not fetched again.

    The rows grow a dataset beside the recipe, which `check` and `run` read. Stop it at any moment: the next fetch goes
    on where it was. Tokens come from the environment (AMBASSADORS_BLUESKY_TOKEN, ...) or a keyring.

    Exit codes: 0 all of it; 1 all but some records or calls, which are told; 2 a platform cannot be read; 75 it asks
    to come back later, or another fetch is on; 130 stopped.

    Example: `ambassadors fetch brand.toml --plan`
    """
    from ambassadors import fetch as fetching
    from ambassadors import show

    try:
        with counted() as told:
            found = fetching.fetch(
                recipe,
                only=only,
                plan=plan,
                state=state,
                on_outlook=lambda name, outlook: show.outlook(name, outlook, plan=plan),
                on_step=lambda name, progress: told(show.step(name, progress), progress.calls, progress.foreseen),
            )
    except KeyboardInterrupt:
        print("\nambassadors: stopped. What was fetched is kept; the next fetch goes on from there.", flush=True)
        os._exit(STOPPED)  # without waiting for answers that nobody reads
    if plan:
        show.stopped_by(found)
    else:
        show.fetched(found)
    errors = [one.error for one in found if one.error is not None]
    if errors:
        return max(error.exit_code for error in errors) if all(error.exit_code == 75 for error in errors) else 2
    return ROWS_REJECTED if any(one.unread or one.failed or one.left for one in found) and not plan else DONE
