"""The job: a recipe to a run folder with its manifest, all or nothing, one at a time."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import polars as pl

from ambassadors import delivery, guard, manifest, privacy, score
from ambassadors import state as states
from ambassadors.assembly import STATE_FOLDER, Told, assemble, known_at, naming, read_files, recipe_file, refusing
from ambassadors.community import Community, last_moment
from ambassadors.errors import NotEnoughData, OutputError, SourceError, StateError
from ambassadors.latest import Latest, customers_of, latest
from ambassadors.locking import locked
from ambassadors.propensity import load as load_model
from ambassadors.recipe import Recipe, load
from ambassadors.run_folder import Run, deliver
from ambassadors.shortlists import COLUMNS, shortlist
from ambassadors.three_lists import Lists, lists

__all__ = ["Run", "run", "state_folder"]

#: The folder of notes and refusals beside the runs.
STATE = "state"
Tell = Callable[..., None]


def run(
    recipe: Path | str,
    *,
    as_of: str | datetime | None = None,
    out: Path | str = "runs",
    k: int | None = None,
    data: Path | str | None = None,
    prior: Path | str | None = None,
    state: Path | str | None = None,
    accept_changes: bool = False,
    on_file: Told = lambda file, place, of: None,
    on_origin: Callable[[int, int], None] = lambda place, of: None,
    tell: Tell = lambda event, **facts: None,
) -> Run:
    """Read, rank, foretell, look back, and write a run folder that ``latest`` points to from then on.

    It holds ``shortlist.xlsx`` and ``shortlist.csv`` (the three lists for managers, one person a row) and
    ``report.html``; ``influencers.csv`` and ``ambassadors.csv`` (the rankings); ``proven_advocates.csv``,
    ``ready_to_move_up.csv`` and ``influential_unproven.csv`` (each list whole); ``set_apart.csv`` (who stands on none,
    and why); ``changes.csv``, ``score_parts.csv``, ``people.csv`` (which accounts are one person, and why),
    ``rejects.csv``, ``propensity.json`` (what was learned, if anything), the recipe's presets, and last of all
    ``manifest.json``. They appear together in a new folder under ``out``, or not at all. The same files, notes and
    ``as_of`` give the same bytes, the manifest's ``run_id`` apart. A list that the data cannot feed gives a file with a
    header only, and its reason in the manifest.

    ``prior`` is the ``propensity.json`` of another run, from which learning begins. ``state`` is where notes and
    refusals are kept: ``out/state``, unless the environment's ``AMBASSADORS_STATE`` says otherwise. ``tell`` is told of
    events as they happen, as ``tell(event, **facts)``.

    Raises what :func:`~ambassadors.assembly.read` raises; :class:`InputsChanged` when the inputs shrank or look broken
    beside those of the last run, unless ``accept_changes``; :class:`Busy` when another run is on in ``out``;
    :class:`OutputError` and :class:`StateError` when something cannot be written.

    >>> import tempfile
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     early = run("graphs/town/brand.toml", as_of="2023-12-01", out=folder)
    ...     Path(folder, "latest", "manifest.json").is_file(), early.folder.parent == Path(folder)
    (True, True)
    """
    path, out = recipe_file(recipe), Path(out)
    settings = load(path)
    learned = load_model(prior) if prior is not None else None  # a broken file is told before the long work
    delivery.check_latest(out)
    given = {"as_of": str(as_of) if as_of else None, "k": k, "prior": Path(prior).name if prior else None}
    kept = state_folder(out, state)
    with locked(out):
        _tidy(out, kept, tell)
        with states.open_store(kept) as store:
            if settings.fetch:
                _noted(store, path.parent / settings.fetched)
            before = guard.last_run(out, settings.name)
            tell("started", name=settings.name, before=before.folder.name if before else None)
            returned = _returned(settings, path.parent, store, latest(out), tell)
            with store.snapshot() as seen:  # whatever comes in from now on is for the next run
                whole, facts = _read(path, settings, data, None if accept_changes else before, seen, on_file, tell)
                made = _made(known_at(whole, as_of), k, learned, seen, on_origin)
                untold = states.untold(seen)
                facts |= {"notes_version": seen.version}
            tell("ranked", people={name: people.height for name, people in made.lists.items()})
            told = manifest.facts(made.community, made.empty, path, given) | facts
            states.audit(store, "run", None, recipe=settings.name, as_of=told["as_of"])
            last = before.folder if before else None
            made = deliver(replace(made, before=last, returned=tuple(returned), untold=untold), told, out)
            _told(store, untold, tell)
        made = replace(made, kept=_retire(settings, out, tell))
    tell("done", folder=str(made.folder), rejected=whole.rejects.height, conflicts=made.untold.conflicts.height)
    return made


def state_folder(out: Path, given: Path | str | None = None) -> Path:
    """Where notes and refusals are kept: as given, as the environment says, or beside the runs."""
    return Path(given or os.environ.get(STATE_FOLDER) or out / STATE)


def _noted(store: states.Store, fetched: Path) -> None:
    """The store learns of the dataset that it is run on; who was forgotten before is taken out of it."""
    if fetched.is_dir():
        with locked(fetched):
            if states.note_place(store, fetched):
                privacy.drop_forgotten(fetched, store)


def _tidy(out: Path, kept: Path, tell: Tell) -> None:
    """What killed commands left is swept, and whom one of them was to forget is forgotten now."""
    for name in delivery.sweep(out):
        tell("swept", leftover=name)
    if states.is_there(kept):
        for proof in privacy.resume(out=out, state=kept):
            tell("forgotten", files=proof.files, hits=len(proof.hits))


def _returned(settings: Recipe, folder: Path, store: states.Store, last: Latest, tell: Tell) -> list[states.Imported]:
    """What managers left in the folder that the recipe names."""
    if settings.handover.notes is None:
        return []
    place = folder / settings.handover.notes
    returned = states.collect(store, place, known=last.accounts, aliases=last.aliases)
    for one in returned:
        tell("notes", **one.event())
    return returned


def _read(
    path: Path,
    settings: Recipe,
    data: Path | str | None,
    before: guard.Before | None,
    store: states.Store,
    on_file: Told,
    tell: Tell,
) -> tuple[Community, dict[str, Any]]:
    """The whole community, its inputs held against those of the run before; and what the manifest tells of both."""
    with _compared(before):
        settings, reading = read_files(path, data=data, on_file=on_file)
    for intake in reading.intakes:
        tell("file", file=intake.file, table=intake.table, rows=intake.rows, rejected=intake.rejected)
    newest = last_moment(reading.tables.values())  # of all rows, also of who was forgotten since the last run
    if before is not None:
        guard.check(before, reading.intakes, newest, settings.job)
    reading = states.without_forgotten(store, reading)
    facts = {"newest": newest.isoformat() if newest else None, "forgotten_rows": dict(reading.forgotten)}
    return refusing(assemble(naming(settings, store), reading), store), facts


@contextmanager
def _compared(before: guard.Before | None) -> Iterator[None]:
    """A file that cannot be read is the recipe's fault, unless the last run did read it."""
    try:
        yield
    except SourceError as error:
        if before is None or not before.has_read(error.path):
            raise
        raise guard.broken(before, error) from None


def _made(
    community: Community,
    k: int | None,
    learned: Any,
    store: states.Store,
    on_origin: Callable[[int, int], None],
) -> Run:
    """Rankings, lists and who is set apart, with the managers' words, and without whoever refuses."""
    aliases = _aliases(community, store)
    rankings, empty = _rankings(community, k)
    held = states.held(store, community.moment, community.recipe.handover.cool_down, aliases)
    found: Lists = lists(community, k, prior=learned, held=held, on_origin=on_origin)
    allowed = ~pl.col("account").is_in(community.refusing.implode())  # checked at the door, too
    tables = {
        name: states.noted(people.filter(allowed), store, aliases)
        for name, people in {**rankings, **found.tables}.items()
    }
    apart = states.noted(found.apart.filter(allowed), store, aliases)
    return Run(Path(), community, tables, {**empty, **found.empty}, found.forecast, apart)


def _aliases(community: Community, store: states.Store) -> dict[str, list[str]]:
    """All accounts of each person who has several, by the one that stands for them; customers where noted as such."""
    noted = customers_of(community).filter(pl.col("account").is_in(store.notes()["account"].implode()))
    people = pl.concat([community.people.select("person", "account"), noted.select("person", "account")])
    return dict(people.group_by("person", maintain_order=True).agg("account").iter_rows())


def _rankings(community: Community, k: int | None) -> tuple[dict[str, pl.DataFrame], dict[str, str]]:
    found, empty = {}, {}
    for ranking in score.RANKINGS:
        try:
            found[ranking] = shortlist(community, ranking, k)
        except NotEnoughData as error:
            found[ranking], empty[ranking] = pl.DataFrame(schema=COLUMNS), str(error)
    return found, empty


def _told(store: states.Store, untold: states.Untold, tell: Tell) -> None:
    """What was handed over is not told again; where that cannot be recorded, the next run tells it once more."""
    try:
        states.told(store, untold)
    except StateError as error:
        tell("not_recorded", problem=str(error))


def _retire(settings: Recipe, out: Path, tell: Tell) -> tuple[str, ...]:
    """Runs that are past their time go, but those into which somebody wrote, which it names.

    What cannot be removed today goes another night.
    """
    limits = settings.job
    try:
        swept = privacy.sweep_runs(out, settings.name, limits.keep_runs, limits.keep_for, datetime.now(UTC))
    except (OSError, OutputError) as error:
        tell("not_removed", problem=str(error))
        return ()
    for name in swept.removed:
        tell("removed", run=name)
    for name in swept.kept:
        tell("kept", run=name, why="somebody wrote into it: import the notes, then remove it")
    return tuple(swept.kept)
