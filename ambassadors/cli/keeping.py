"""Commands about what is kept of people: import-notes, suppress, forget, export, audit."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Literal

from cyclopts import Parameter

from ambassadors.cli.options import DONE, ROWS_REJECTED, WRONG, Out, State, app
from ambassadors.errors import AmbassadorsError

Person = Annotated[str, Parameter(help="platform:native_id, @handle, platform:@handle or customer:ID.")]


def _kept(out: Path, state: Path | None) -> Path:
    """Where notes and refusals are kept; a folder of runs that is not there is a slip of the pen, not a new place."""
    from ambassadors import job

    folder = job.state_folder(out, state)
    if not out.is_dir() and not folder.is_dir():
        raise AmbassadorsError(f"{out}: there is no such folder of runs. Name it with --out; the first run makes it.")
    return folder


@app.command(name="import-notes")
def import_notes(
    file: Annotated[
        Path, Parameter(help="shortlist.xlsx or shortlist.csv as a manager saved it, or any list of ours.")
    ],
    /,
    *,
    out: Out = Path("runs"),
    prefer: Annotated[
        Literal["file", "kept"] | None,
        Parameter(
            help="Of two different notes take the file's, or the one kept; without it the one kept, and it is told."
        ),
    ] = None,
    conflicts: Annotated[Path | None, Parameter(help="Write the conflicts into this CSV file.")] = None,
    state: State = None,
) -> int:
    """Take over what a manager wrote: relationship_stage, owner, do_not_contact, last_contacted, notes.

    From the next run on the notes stand in every list. What the file leaves as it was delivered changes nothing, so two
    managers can write into two copies; where both wrote different things into one cell, nothing is overwritten.

    Example: `ambassadors import-notes runs/latest/shortlist.xlsx`
    """
    from ambassadors import delivery, show
    from ambassadors import state as states
    from ambassadors.latest import latest

    delivery.check_places(conflicts)
    with states.open_store(_kept(out, state)) as store:
        last = latest(out)
        found = states.import_notes(store, file, known=last.accounts, prefer=prefer, aliases=last.aliases)
    show.imported(found)
    if conflicts is not None:
        delivery.write_csv(found.conflicts, conflicts)
    return ROWS_REJECTED if found.rejected.height else DONE


@app.command
def suppress(
    file: Annotated[Path, Parameter(help="One a line: an id, a handle, customer:ID or an e-mail address; or a CSV.")],
    /,
    *,
    out: Out = Path("runs"),
    reason: Annotated[str, Parameter(help="Kept beside the refusal.")] = "",
    state: State = None,
) -> int:
    """Keep people out of every list from now on. Only keyed hashes are kept, never the lines of the file.

    Example: `ambassadors suppress opted-out.csv`
    """
    from ambassadors import show
    from ambassadors import state as states
    from ambassadors.latest import latest

    with states.open_store(_kept(out, state)) as store:
        found = states.suppress(store, file, reason=reason, known=latest(out).everyone)
        states.audit(store, "suppress", None, rows=found.rows, added=found.added)
    show.suppressed(found)
    return ROWS_REJECTED if found.rejected.height else DONE


@app.command
def forget(
    account: Person,
    /,
    *,
    out: Out = Path("runs"),
    reason: Annotated[str, Parameter(help="Kept beside the request, such as its date or number; no name.")] = "",
    proof: Annotated[Path | None, Parameter(help="Write the proof into this JSON file.")] = None,
    state: State = None,
) -> int:
    """Erase a person from all runs, notes and records, and prove it by looking through every file afterwards.

    Their rows in your own exports are left out from now on, whenever they are read; the exports themselves are yours
    to clean, and those that may name the person are told.

    Example: `ambassadors forget bluesky:@someone --reason "request 17"`
    """
    from ambassadors import delivery, privacy, show
    from ambassadors.locking import locked

    delivery.check_places(proof)
    folder = _kept(out, state)
    with locked(out):
        privacy.resume(out=out, state=folder)  # whom a killed command was to forget
        found = privacy.forget(account, out=out, state=folder, reason=reason)
    show.proof(found)
    if proof is not None:
        delivery.write_json(found.as_json(), proof)
    return WRONG if found.hits else DONE


@app.command
def export(
    account: Person,
    /,
    *,
    out: Out = Path("runs"),
    to: Annotated[Path, Parameter(help="The JSON file that is written.")] = Path("export.json"),
    state: State = None,
) -> int:
    """Hand out all that is held about a person: rows of every run, notes and their history, refusals, requests.

    Example: `ambassadors export bluesky:@someone --to /tmp/someone.json`
    """
    from ambassadors import delivery, privacy

    delivery.check_places(to)
    found = privacy.export(account, out=out, state=_kept(out, state))
    delivery.write_json(found, to)
    print(f"All that is held: {to}")
    return DONE


@app.command
def audit(
    *,
    account: Annotated[str | None, Parameter(help="Only what was asked about this account id.")] = None,
    out: Out = Path("runs"),
    state: State = None,
) -> int:
    """Show who asked what, when: runs, imports, suppressions, exports and forgettings; people as keyed hashes.

    Example: `ambassadors audit --out runs`
    """
    from ambassadors import show
    from ambassadors import state as states

    with states.open_store(_kept(out, state)) as store:
        subject = states.account_sign(account)[1] if account else None
        show.requests(states.requests(store, subject))
    return DONE
