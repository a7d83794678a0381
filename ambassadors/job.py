"""The job: a recipe to a run folder with its manifest, all or nothing, one at a time."""

from __future__ import annotations

import os
import secrets
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import polars as pl

from ambassadors import changes, delivery, guard, handover, manifest, privacy, report, score, shortlists
from ambassadors import state as states
from ambassadors.assembly import STATE_FOLDER, Told, assemble, known_at, read_files, recipe_file, refusing
from ambassadors.backtesting import Backtest, backtest
from ambassadors.community import Community
from ambassadors.errors import AmbassadorsError, NotEnoughData, OutputError, SourceError
from ambassadors.latest import Latest, latest
from ambassadors.locking import locked
from ambassadors.propensity import Forecast
from ambassadors.propensity import load as load_model
from ambassadors.recipe import Recipe, load
from ambassadors.shortlists import COLUMNS, shortlist
from ambassadors.three_lists import Lists, lists

#: The folder of notes and refusals beside the runs.
STATE = "state"
#: How many of a list the report's look back judges.
JUDGED = 100
Tell = Callable[..., None]


@dataclass(frozen=True)
class Run:
    """A finished run: its folder, the community as of the date, what was foretold, and who stands on no list.

    ``lists`` has both rankings and the three lists by name; ``empty`` says why one of them has nobody. ``changes`` is
    what changed since the run ``before``, ``returned`` what came back from managers, ``not_written`` the files that
    could not be made here, with the reason.
    """

    folder: Path
    community: Community
    lists: dict[str, pl.DataFrame]
    empty: dict[str, str]
    forecast: Forecast | None
    apart: pl.DataFrame
    changes: pl.DataFrame = field(default_factory=pl.DataFrame)
    before: Path | None = None
    returned: tuple[states.Imported, ...] = ()
    not_written: dict[str, str] = field(default_factory=dict)

    @property
    def conflicts(self) -> pl.DataFrame:
        """Where a manager's file and what was kept do not agree."""
        return states.conflicts(self.returned)


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
    ``ready_to_move_up.csv`` and ``influential_unproven.csv`` (each list whole); ``set_apart.csv`` (who stands on none of
    them, and why); ``changes.csv``, ``score_parts.csv``, ``people.csv`` (which accounts are one person, and why),
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
    """
    path, out = recipe_file(recipe), Path(out)
    settings = load(path)
    learned = load_model(prior) if prior is not None else None  # a broken file is told before the long work
    delivery.check_latest(out)
    given = {"as_of": str(as_of) if as_of else None, "k": k, "prior": Path(prior).name if prior else None}
    with locked(out), states.open_store(state_folder(out, state)) as store:
        for name in delivery.sweep(out):
            tell("swept", leftover=name)
        before = guard.last_run(out, settings.name)
        tell("started", recipe=settings.name, before=before.folder.name if before else None)
        returned = _returned(settings, path.parent, store, latest(out), tell)
        limits = None if accept_changes else before
        whole, forgotten = _read(path, settings, data, limits, store, on_file, tell)
        community = known_at(whole, as_of)
        made = _made(community, k, learned, store, on_origin)
        tell("ranked", people={name: people.height for name, people in made.lists.items()})
        told = manifest.facts(community, made.empty, path, given)
        told |= {"newest": whole.moment.isoformat() if whole.moment else None, "forgotten_rows": forgotten}
        made = replace(made, before=before.folder if before else None, returned=tuple(returned))
        states.audit(store, "run", None, recipe=settings.name, as_of=told["as_of"])
        made = _delivered(made, told, store, out)
        _retire(settings, out, tell)
    tell("done", folder=str(made.folder), rejected=community.rejects.height, conflicts=made.conflicts.height)
    return made


def state_folder(out: Path, given: Path | str | None = None) -> Path:
    """Where notes and refusals are kept: as given, as the environment says, or beside the runs."""
    return Path(given or os.environ.get(STATE_FOLDER) or out / STATE)


def _returned(settings: Recipe, folder: Path, store: states.Store, last: Latest, tell: Tell) -> list[states.Imported]:
    """What managers left in the folder that the recipe names."""
    if settings.handover.notes is None:
        return []
    place = folder / settings.handover.notes
    returned = states.collect(store, place, known=last.accounts, aliases=last.aliases)
    for one in returned:
        tell("notes", **one.counts())
    return returned


def _read(
    path: Path,
    settings: Recipe,
    data: Path | str | None,
    before: guard.Before | None,
    store: states.Store,
    on_file: Told,
    tell: Tell,
) -> tuple[Community, dict[str, int]]:
    """The whole community, its inputs held against those of the run before; and how many rows were forgotten."""
    with _compared(before):
        _, reading = read_files(path, data=data, on_file=on_file)
    for intake in reading.intakes:
        tell("file", file=intake.file, table=intake.table, rows=intake.rows, rejected=intake.rejected)
    reading = states.without_forgotten(store, reading)
    community = assemble(settings, reading)
    if before is not None:
        guard.check(before, reading.intakes, community.moment, settings.job)
    return refusing(community, store), dict(reading.forgotten)


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
    aliases = _aliases(community)
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


def _aliases(community: Community) -> dict[str, list[str]]:
    """All accounts of each person who has several, by the one that stands for them."""
    grouped = community.people.group_by("person", maintain_order=True).agg("account")
    return dict(grouped.iter_rows())


def _rankings(community: Community, k: int | None) -> tuple[dict[str, pl.DataFrame], dict[str, str]]:
    found, empty = {}, {}
    for ranking in score.RANKINGS:
        try:
            found[ranking] = shortlist(community, ranking, k)
        except NotEnoughData as error:
            found[ranking], empty[ranking] = pl.DataFrame(schema=COLUMNS), str(error)
    return found, empty


def _delivered(made: Run, told: dict[str, Any], store: states.Store, out: Path) -> Run:
    """The run as a folder under ``out``."""
    parts = changes.parts(made.community, made.lists)
    made = replace(
        made, changes=changes.changes(made.before, made.lists, parts, told, community=made.community, apart=made.apart)
    )
    looked_back = _looked_back(made.community)
    told = told | {"columns_without_data": shortlists.lacking(made.community)}
    empty = made.empty | ({"changes": f"Nothing differs from the run {made.before.name}."} if made.before else {})
    not_written: dict[str, str] = {}

    def fill(folder: Path) -> None:
        _write_tables(made, parts, folder)
        not_written.update(_write_handover(made, told, folder))
        settings = manifest.settings_told(told)
        page = report.summarise(
            made.community, made.lists, empty, made.apart, made.forecast, made.changes, looked_back, parts, settings
        )
        delivery.write_json(page, folder / "report.json")
        delivery.write_text(report.render(page), folder / "report.html")
        delivery.write_json(_manifest(made, told, folder, store, not_written), folder / "manifest.json")

    folder = delivery.publish(out, _name(made.community), fill)
    delivery.flip(folder)
    return replace(made, folder=folder, not_written=not_written)


def _looked_back(community: Community) -> dict[str, Backtest | str]:
    """How the rankings would have done at earlier dates, or why that cannot be said."""
    origins, found = community.recipe.job.backtest, {}
    for ranking in score.RANKINGS:
        found[ranking] = "the recipe says job.backtest = 0" if not origins else _judged(community, ranking, origins)
    return found


def _judged(community: Community, ranking: str, origins: int) -> Backtest | str:
    try:
        return backtest(community, ranking, origins=origins, k=JUDGED, seed=manifest.SEED)
    except AmbassadorsError as error:
        return str(error)


def _write_tables(made: Run, parts: pl.DataFrame, folder: Path) -> None:
    tables = {**made.lists, "set_apart": made.apart, "score_parts": parts, "changes": made.changes}
    tables |= {"people": made.community.people, "rejects": made.community.rejects}
    if made.returned:
        tables["conflicts"] = made.conflicts
    if made.community.conflicts.height:
        tables["not_joined"] = made.community.conflicts
    for name, frame in tables.items():
        delivery.write_csv(frame, folder / f"{name}.csv")
    if made.forecast is not None and made.forecast.by in ("hazard", "boosting"):
        delivery.write_json(made.forecast.model.as_json(), folder / "propensity.json")


def _write_handover(made: Run, told: dict[str, Any], folder: Path) -> dict[str, str]:
    """What managers open; tells what could not be written here, and why."""
    delivery.write_csv(handover.shortlist_of(made.lists), folder / "shortlist.csv")
    not_written, presets = {}, made.community.recipe.handover.presets
    for name, (_, left_out, why) in handover.write_presets(folder, presets, made.lists).items():
        if left_out:
            not_written[f"{left_out:,} people in {name}.csv"] = why
    book, title = folder / "shortlist.xlsx", made.community.brand.name
    try:
        handover.write_workbook(
            book, made.lists, made.apart, manifest.settings_told(told), empty=made.empty, title=title
        )
    except OutputError:
        raise
    except AmbassadorsError as error:  # the library for it is not here
        not_written[book.name] = str(error)
    return not_written


def _name(community: Community) -> str:
    when = f"{community.moment:%Y%m%dT%H%M%SZ}" if community.moment else "undated"
    return f"{community.recipe.name}-{when}"


def _manifest(
    made: Run, told: dict[str, Any], folder: Path, store: states.Store, not_written: dict[str, str]
) -> dict[str, Any]:
    """The facts of the run, and its files; what is written last makes the folder whole."""
    return told | {
        "run_id": secrets.token_hex(8),
        "outputs": manifest.outputs(folder),
        "people": {name: people.height for name, people in made.lists.items()} | {"set_apart": made.apart.height},
        "forecast": manifest.foretold(made.forecast),
        "before": made.before.name if made.before else None,
        "notes_version": store.version,
        "not_written": not_written,
        "merged_rows": dict(made.community.merged_rows),
    }


def _retire(settings: Recipe, out: Path, tell: Tell) -> None:
    """Runs that are past their time go; what cannot be removed today goes another night."""
    limits = settings.job
    try:
        for name in privacy.sweep_runs(out, settings.name, limits.keep_runs, limits.keep_for, datetime.now(UTC)):
            tell("removed", run=name)
    except OSError as error:
        tell("not_removed", problem=str(error.strerror))
