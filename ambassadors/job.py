"""The job: a recipe to a run folder with its manifest, all or nothing."""

from __future__ import annotations

import hashlib
import os
import platform
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from importlib import metadata
from pathlib import Path
from typing import Any

import polars as pl

from ambassadors import delivery, score
from ambassadors.community import Community, build
from ambassadors.errors import NotEnoughData, OutputError
from ambassadors.propensity import Forecast
from ambassadors.propensity import load as load_model
from ambassadors.recipe import Recipe, load
from ambassadors.shortlists import COLUMNS, shortlist
from ambassadors.sources.reading import Intake, Reading, read_tables
from ambassadors.three_lists import lists

#: Where ``{data}`` in a recipe points when --data is not given.
DATA_FOLDER = "AMBASSADORS_DATA"
Told = Callable[[str, int, int], None]


def read(
    recipe: Path | str, *, data: Path | str | None = None, on_file: Told = lambda file, place, of: None
) -> Community:
    """The community that a recipe describes, as of its last dated row.

    ``recipe`` is a TOML file, or a folder with a ``brand.toml``; ``data`` the folder that ``{data}`` stands for (the
    environment's ``AMBASSADORS_DATA`` when None). ``on_file`` is told of each file before it is read.

    Raises :class:`RecipeError` with all faults of the recipe, :class:`SourceError` when a file cannot be read as the
    recipe says, :class:`UnknownAccount` when the brand is not in the data. Single bad rows raise nothing: they are in
    ``Community.rejects``, and ``Community.intakes`` accounts for every row of every file.
    """
    return assemble(*read_files(recipe, data=data, on_file=on_file))


def read_files(
    recipe: Path | str, *, data: Path | str | None = None, on_file: Told = lambda file, place, of: None
) -> tuple[Recipe, Reading]:
    """The first half of :func:`read`: the recipe and what its files hold, whether or not the brand is among it."""
    path = _recipe_file(recipe)
    settings = load(path)
    folder = data or os.environ.get(DATA_FOLDER)
    return settings, read_tables(settings, path.parent, Path(folder) if folder else None, on_file=on_file)


def assemble(recipe: Recipe, reading: Reading) -> Community:
    """The second half of :func:`read`: a community of the tables, its brand found among the accounts."""
    intakes = tuple(reading.intakes)
    return build(recipe, reading.tables, rejects=reading.rejects, intakes=intakes, repeated=reading.repeated)


def _recipe_file(recipe: Path | str) -> Path:
    path = Path(recipe)
    return path / "brand.toml" if path.is_dir() else path


@dataclass(frozen=True)
class Run:
    """A finished run: its folder, the community as of the date, what was foretold, and who stands on no list.

    ``lists`` has both rankings and the three lists by name; ``empty`` says why one of them has nobody.
    """

    folder: Path
    community: Community
    lists: dict[str, pl.DataFrame]
    empty: dict[str, str]
    forecast: Forecast | None
    apart: pl.DataFrame


def run(
    recipe: Path | str,
    *,
    as_of: str | datetime | None = None,
    out: Path | str = "runs",
    k: int | None = None,
    data: Path | str | None = None,
    prior: Path | str | None = None,
    on_file: Told = lambda file, place, of: None,
    on_origin: Callable[[int, int], None] = lambda place, of: None,
) -> Run:
    """Read, rank, foretell, and write a run folder.

    It holds ``influencers.csv`` and ``ambassadors.csv`` (the rankings), ``proven_advocates.csv``,
    ``ready_to_move_up.csv`` and ``influential_unproven.csv`` (the lists), ``set_apart.csv`` (who stands on none of
    them, and why), ``propensity.json`` (what was learned, if anything), ``rejects.csv`` and ``manifest.json``. They
    appear together in a new folder under ``out``, or not at all. The same files and ``as_of`` give the same bytes. A
    list that the data cannot feed gives a file with a header only, and its reason in the manifest. ``prior`` is the
    ``propensity.json`` of another run, from which learning begins.

    Raises what :func:`read` raises, and :class:`OutputError` when the folder cannot be written.
    """
    learned = load_model(prior) if prior is not None else None  # a broken file is told before the long work
    community = known_at(read(recipe, data=data, on_file=on_file), as_of)
    rankings, empty = _rankings(community, k)
    made = lists(community, k, prior=learned, on_origin=on_origin)
    whole = Run(Path(), community, {**rankings, **made.tables}, {**empty, **made.empty}, made.forecast, made.apart)
    given = {"as_of": str(as_of) if as_of else None, "k": k, "prior": Path(prior).name if prior else None}
    return replace(whole, folder=delivery.publish(Path(out), _name(community), _filled(whole, recipe, given)))


def _filled(made: Run, recipe: Path | str, given: dict[str, Any]) -> Callable[[Path], None]:
    """Writes a run into a folder."""

    def fill(folder: Path) -> None:
        for name, people in made.lists.items():
            delivery.write_csv(people, folder / f"{name}.csv")
        delivery.write_csv(made.apart, folder / "set_apart.csv")
        if made.forecast is not None and made.forecast.by in ("hazard", "boosting"):
            delivery.write_json(made.forecast.model.as_json(), folder / "propensity.json")
        write_rejects(made.community.rejects, folder)
        delivery.write_json(_manifest(made, _recipe_file(recipe), folder, given), folder / "manifest.json")

    return fill


def write_rejects(rejects: pl.DataFrame, folder: Path) -> Path:
    """Every rejected row as ``rejects.csv`` in that folder: file, line, column, reason, value."""
    path = folder / "rejects.csv"
    try:
        folder.mkdir(parents=True, exist_ok=True)
        delivery.write_csv(rejects, path)
    except (OSError, pl.exceptions.PolarsError) as error:
        problem = getattr(error, "strerror", None) or str(error)
        raise OutputError(f"{path}: cannot be written: {problem}. Give another folder.") from None
    return path


def known_at(community: Community, as_of: str | datetime | None) -> Community:
    """The community as of that moment; raises :class:`NotEnoughData` when nothing had happened by then."""
    past = community.as_of(as_of)
    if as_of is not None and all(frame.is_empty() for frame in past.kept.values()):
        raise NotEnoughData(f"nothing is known as of {as_of}: every row of the data is later.")
    return past


def _rankings(community: Community, k: int | None) -> tuple[dict[str, pl.DataFrame], dict[str, str]]:
    found, empty = {}, {}
    for ranking in score.RANKINGS:
        try:
            found[ranking] = shortlist(community, ranking, k)
        except NotEnoughData as error:
            found[ranking], empty[ranking] = pl.DataFrame(schema=COLUMNS), str(error)
    return found, empty


def _name(community: Community) -> str:
    when = f"{community.moment:%Y%m%dT%H%M%SZ}" if community.moment else "undated"
    return f"{community.recipe.name}-{when}"


def _manifest(made: Run, recipe: Path, folder: Path, given: dict[str, Any]) -> dict[str, Any]:
    """What went in, what came out, and by which settings: enough to repeat the run and to see what changed."""
    community, libraries = made.community, ("ambassadors", "networkx", "numba", "numpy", "polars", "scikit-learn")
    ranked = [ranking for ranking in score.RANKINGS if ranking not in made.empty]
    return {
        "recipe": {"name": community.recipe.name, "file": recipe.name, "sha256": _sha256(recipe)},
        "as_of": community.moment.isoformat() if community.moment else None,
        "inputs": [_input(intake) for intake in community.intakes],
        "outputs": {path.name: {"sha256": _sha256(path)} for path in sorted(folder.iterdir())},
        "people": {name: people.height for name, people in made.lists.items()} | {"set_apart": made.apart.height},
        "not_ranked": made.empty,
        "weights": {ranking: _weights(community, ranking) for ranking in ranked},
        "forecast": _foretold(made.forecast),
        "settings": _settings(community.recipe, given),
        "repeated_rows": dict(community.repeated),
        "names_of_nobody": list(community.brand.nobody),
        "versions": {**{name: metadata.version(name) for name in libraries}, "python": platform.python_version()},
    }


def _foretold(made: Forecast | None) -> dict[str, Any] | None:
    """What was foretold, how far it may be trusted, and how past forecasts went."""
    if made is None:
        return None
    past = [
        {
            "origin": check.origin.isoformat(),
            "people": check.happened.size,
            "foretold": round(float(check.chance.sum()), 3),
            "happened": int(check.happened.sum()),
        }
        for check in made.checks
    ]
    return {
        "event": made.says,
        "horizon_hours": made.horizon / timedelta(hours=1),
        "by": made.by,
        "at_risk": made.people.height,
        "withheld": list(made.withheld),
        "lacking": made.lacking,
        "past": past,
    }


def _input(intake: Intake) -> dict[str, Any]:
    """One file in the manifest: what it was, and what became of its rows."""
    counts = {name: getattr(intake, name) for name in ("rows", "accepted", "rejected", "set_aside", "reasons")}
    return {"file": intake.file, "table": intake.table, "sha256": _sha256(intake.path), **counts}


def _weights(community: Community, ranking: str) -> dict[str, Any]:
    shares = score.weights(community, ranking)
    return {"points": shares.points, "lacking": shares.lacking}


def _settings(recipe: Recipe, given: dict[str, Any]) -> dict[str, Any]:
    """Every setting with where it came from: the command line, the recipe, or the defaults."""
    found = {}
    for section in ("graph", "ladder", "character", "propensity", "rank"):
        model = getattr(recipe, section)
        for name, value in model.model_dump(mode="json").items():
            origin = "recipe" if name in model.model_fields_set else "default"
            found[f"{section}.{name}"] = {"value": value, "origin": origin}
    for name, value in given.items():
        if value is not None:
            found[name] = {"value": value, "origin": "command line"}
    return found


def _sha256(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()
