"""The earlier run, read back from its folder as far as it can be held against this one."""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

import polars as pl
from pydantic import BaseModel, ValidationError

from ambassadors.changes.parts import PARTS, RANKING
from ambassadors.delivery.cells import original

_LISTED: dict[str, pl.DataType] = {
    "account": pl.String(),
    "person": pl.String(),
    "rank": pl.Int64(),
    "score": pl.Float64(),
    "stage": pl.String(),
    "probability": pl.Float64(),
}
_APART: dict[str, pl.DataType] = {"account": pl.String(), "why": pl.String()}
_PEOPLE: dict[str, pl.DataType] = {"account": pl.String(), "person": pl.String(), "by": pl.String()}


#: Without these a row says nothing.
_NEEDED = ("account", "person", "rank", "list", "measure", "weight", "points")


class _Input(BaseModel):
    table: str
    file: str
    accepted: int
    sha256: str


class _Setting(BaseModel):
    value: Any
    origin: str


class _Weights(BaseModel):
    lacking: dict[str, str]


class _Recipe(BaseModel):
    name: str
    sha256: str


class _Manifest(BaseModel):
    """What is read of a manifest; there is more in it."""

    format: int = 0
    recipe: _Recipe
    as_of: datetime | None
    inputs: list[_Input]
    settings: dict[str, _Setting]
    weights: dict[str, _Weights]
    not_ranked: dict[str, str]
    versions: dict[str, str]


class NotComparable(Exception):
    """The earlier run cannot be held against this one; the message says why, as a sentence."""


@dataclass(frozen=True)
class Earlier:
    """An earlier run: its manifest, lists, the parts of its scores, who was set apart, and who was one person."""

    name: str
    manifest: dict[str, Any]
    lists: dict[str, pl.DataFrame]
    parts: pl.DataFrame
    apart: pl.DataFrame
    people: pl.DataFrame

    @property
    def moment(self) -> datetime | None:
        """As of when it was."""
        told = self.manifest.get("as_of")
        return datetime.fromisoformat(told) if told else None


def read_earlier(folder: Path, manifest: dict[str, Any]) -> Earlier:
    """The run in that folder; raises :class:`NotComparable` for one of another recipe, a newer one, or a broken one."""
    told = _manifest(folder / "manifest.json", manifest["format"])
    name, ours = told["recipe"]["name"], manifest["recipe"]["name"]
    if name != ours:
        raise NotComparable(f"It is of the recipe {name!r}, and this one of {ours!r}.")
    lists = {name: _table(folder / f"{name}.csv", _LISTED) for name in RANKING}
    tables = {"parts": ("score_parts", PARTS), "apart": ("set_apart", _APART), "people": ("people", _PEOPLE)}
    read = {name: _table(folder / f"{file}.csv", columns) for name, (file, columns) in tables.items()}
    return Earlier(folder.name, told, lists, **read)


def _manifest(path: Path, known: int) -> dict[str, Any]:
    try:
        told = json.loads(path.read_text(encoding="utf-8"))
        form = told.get("format", 0) if isinstance(told, dict) else 0
        if isinstance(form, int) and form > known:
            newer = f"A newer version of ambassadors made it (format {form}, this one knows {known})"
            raise NotComparable(f"{newer}: update ambassadors.")
        _Manifest.model_validate(told)
    except OSError as error:
        raise NotComparable(f"{path.name} cannot be read: {error.strerror or error}.") from None
    except ValidationError as error:
        fault = error.errors()[0]
        at = ".".join(str(part) for part in fault["loc"])
        raise NotComparable(f"{path.name} is no whole manifest: {at}: {fault['msg']}.") from None
    except ValueError as error:
        raise NotComparable(f"{path.name} is no JSON: {error}.") from None
    assert isinstance(told, dict)
    return told


def _table(path: Path, columns: dict[str, pl.DataType]) -> pl.DataFrame:
    """Those columns of a table that a run wrote, the texts as they were."""
    try:
        text = pl.read_csv(path, infer_schema=False, columns=list(columns))
        found = original(text.select(list(columns))).cast(columns)  # type: ignore[arg-type]
    except OSError as error:
        raise NotComparable(f"{path.name} cannot be read: {error.strerror or error}.") from None
    except pl.exceptions.PolarsError as error:
        said = str(error).splitlines()[0]
        raise NotComparable(f"{path.name} is not as a run writes it, or was changed since: {said}.") from None
    hollow = [name for name in columns if name in _NEEDED and found[name].null_count()]
    if hollow:
        raise NotComparable(f"{path.name} was changed since: {hollow[0]} is empty in some row.")
    if "rank" in columns and not (found["rank"] >= 1).all():
        raise NotComparable(f"{path.name} was changed since: a rank is below 1.")
    return found
