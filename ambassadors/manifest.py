"""The manifest: what went into a run, what came out, by which settings; enough to repeat it and to see what changed."""

from __future__ import annotations

import hashlib
import platform
from datetime import timedelta
from importlib import metadata
from pathlib import Path
from typing import Any

from ambassadors import score
from ambassadors.community import Community
from ambassadors.guard import FORMAT
from ambassadors.propensity import Forecast
from ambassadors.recipe import Recipe
from ambassadors.sources.checksums import checksum
from ambassadors.sources.reading import Intake

_LIBRARIES = ("ambassadors", "networkx", "numba", "numpy", "polars", "scikit-learn")
#: The sections of a recipe whose settings bear upon what comes out.
_SECTIONS = ("graph", "ladder", "character", "propensity", "rank", "identity", "handover", "job")
#: Settings that name people.
_NAMES = ("rank.only", "identity.people")
#: Every draw is made with this seed, unless a command is given another one.
SEED = 0


def facts(community: Community, empty: dict[str, str], recipe: Path, given: dict[str, Any]) -> dict[str, Any]:
    """What is known of a run before its files are written: inputs, moments, settings with their origin, versions.

    ``empty`` says why a list has nobody; ``given`` are the settings of the command line, None where not given.
    """
    ranked = [ranking for ranking in score.RANKINGS if ranking not in empty]
    moment = community.moment
    return {
        "format": FORMAT,
        "recipe": {"name": community.recipe.name, "file": recipe.name, "sha256": sha256(recipe)},
        "as_of": moment.isoformat() if moment else None,
        "inputs": [_input(intake) for intake in community.intakes],
        "not_ranked": empty,
        "weights": {ranking: _weights(community, ranking) for ranking in ranked},
        "settings": _settings(community.recipe, given),
        "repeated_rows": dict(community.repeated),
        "names_of_nobody": list(community.brand.nobody),
        "seed": SEED,
        "versions": {**{name: metadata.version(name) for name in _LIBRARIES}, "python": platform.python_version()},
    }


def foretold(made: Forecast | None) -> dict[str, Any] | None:
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


def settings_told(told: dict[str, Any]) -> list[tuple[str, str, str]]:
    """The settings of a manifest as rows for people: setting, value, origin."""
    return [(name, _plain(one["value"]), one["origin"]) for name, one in sorted(told["settings"].items())]


def outputs(folder: Path) -> dict[str, dict[str, str]]:
    """Every file of a folder with its checksum."""
    return {path.name: {"sha256": sha256(path)} for path in sorted(folder.iterdir())}


def sha256(path: Path) -> str:
    """The checksum of a file."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def _plain(value: Any) -> str:
    if isinstance(value, dict):
        return ", ".join(f"{name} {_plain(one)}" for name, one in value.items())
    return ", ".join(_plain(one) for one in value) if isinstance(value, list) else str(value)


def _input(intake: Intake) -> dict[str, Any]:
    """One file: what it was, and what became of its rows."""
    names = ("rows", "accepted", "rejected", "set_aside", "expired", "reasons")
    counts = {name: getattr(intake, name) for name in names}
    told = {"file": intake.file, "table": intake.table, "sha256": checksum(intake.path), **counts}
    return told | {"columns": list(intake.columns)}


def _weights(community: Community, ranking: str) -> dict[str, Any]:
    shares = score.weights(community, ranking)
    return {"points": shares.points, "lacking": shares.lacking}


def _settings(recipe: Recipe, given: dict[str, Any]) -> dict[str, Any]:
    """Every setting with where it came from: the command line, the recipe, or the defaults."""
    found = {}
    for section in _SECTIONS:
        model = getattr(recipe, section)
        for name, value in model.model_dump(mode="json").items():
            origin = "recipe" if name in model.model_fields_set else "default"
            found[f"{section}.{name}"] = {"value": value, "origin": origin}
    for name in _NAMES:  # people stay in the recipe
        found[name]["value"] = f"{len(found[name]['value'])} named"
    for name, value in given.items():
        if value is not None:
            found[name] = {"value": value, "origin": "command line"}
    return found
