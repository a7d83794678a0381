"""What differs between two runs as a whole, from their manifests: the first thing to look at when ranks move."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from ambassadors.phrases import sentence

Manifest = Mapping[str, Any]
#: These settings change no list, or are told in another place.
_ELSEWHERE = ("as_of", "job.", "handover.presets", "handover.notes")


def causes(before: Manifest, now: Manifest) -> list[str]:
    """What is not as it was, a sentence each: moments, rows, settings, what can be measured, versions."""
    found = [*_moments(before, now), *_rows(before, now), *_settings(before, now)]
    found += [*_lacking(before, now), *_versions(before, now)]
    return [sentence(one) for one in found]


def data_changed(before: Manifest, now: Manifest) -> bool:
    """Whether the rows, or the moment as of which they are read, are others."""
    return bool([*_moments(before, now), *_rows(before, now)])


def settings_changed(before: Manifest, now: Manifest) -> bool:
    """Whether the recipe or the command line says something else."""
    return bool([*_settings(before, now)])


def version_changed(before: Manifest, now: Manifest) -> bool:
    """Whether another version of ambassadors, or of what it counts with, is at work."""
    return bool([*_versions(before, now)])


def list_length(manifest: Manifest) -> int | None:
    """How many people a list has at most."""
    settings = manifest.get("settings", {})
    found = settings.get("k") or settings.get("rank.k")
    return found["value"] if found else None


def _moments(before: Manifest, now: Manifest) -> Iterator[str]:
    then, today = (str(one.get("as_of") or "no moment") for one in (before, now))
    if then != today:
        yield f"the data is as of {_short(today)} instead of {_short(then)}"


def _short(moment: str) -> str:
    return moment.replace("T", " ").replace("+00:00", " UTC")


def _rows(before: Manifest, now: Manifest) -> Iterator[str]:
    """Tables of which a file is another, and by how many rows."""
    then, today = _files(before), _files(now)
    for table in sorted({*then, *today}):
        old, new = then.get(table, {}), today.get(table, {})
        if old == new:
            continue
        more = sum(rows for rows, _ in new.values()) - sum(rows for rows, _ in old.values())
        if more:
            yield f"{abs(more):,} {'more' if more > 0 else 'fewer'} {'row' if abs(more) == 1 else 'rows'} of {table}"
        else:
            yield f"other rows of {table}, as many as before"


def _files(manifest: Manifest) -> dict[str, dict[str, tuple[int, str]]]:
    """Of each table its files with their good rows and their checksum."""
    found: dict[str, dict[str, tuple[int, str]]] = {}
    for one in manifest.get("inputs", []):
        found.setdefault(one["table"], {})[one["file"]] = (one["accepted"], one["sha256"])
    return found


def _settings(before: Manifest, now: Manifest) -> Iterator[str]:
    then, today = before.get("settings", {}), now.get("settings", {})
    told = []
    for name in sorted({*then, *today}):
        if name.startswith(_ELSEWHERE):
            continue
        old, new = then.get(name), today.get(name)
        if (old is None or new is None) and (old or new)["origin"] == "default":
            continue  # a setting that came or went with a version
        told += [*_differs(name, (old or {}).get("value"), (new or {}).get("value"))]
    yield from told
    same = before["recipe"].get("sha256") == now["recipe"].get("sha256")
    if not same and not told:
        yield "the recipe says something else about the brand, the files or their columns"


def _differs(name: str, old: Any, new: Any) -> Iterator[str]:
    """One setting; of a group of them those that differ."""
    if isinstance(old, dict) and isinstance(new, dict):
        for key in sorted({*old, *new}):
            yield from _differs(f"{name}.{key}", old.get(key), new.get(key))
    elif old != new:
        yield f"the setting {name} is {_value(new)} instead of {_value(old)}"


def _value(value: Any) -> str:
    if value is None:
        return "not set"
    return ", ".join(str(one) for one in value) if isinstance(value, list) else str(value)


def _lacking(before: Manifest, now: Manifest) -> Iterator[str]:
    """Measures that the data could feed and cannot now, or the other way."""
    for ranking in sorted({*before.get("weights", {}), *now.get("weights", {})}):
        then, today = (one.get("weights", {}).get(ranking, {}).get("lacking", {}) for one in (before, now))
        for name in sorted(today.keys() - then.keys()):
            yield f"{_named(name)} counts for nothing among {ranking} now: {today[name]}"
        for name in sorted(then.keys() - today.keys()):
            yield f"{_named(name)} counts among {ranking} now; before: {then[name]}"
    yield from _empty(before, now)


def _empty(before: Manifest, now: Manifest) -> Iterator[str]:
    then, today = before.get("not_ranked", {}), now.get("not_ranked", {})
    for name in sorted(today.keys() - then.keys()):
        yield f"{_named(name)} has nobody now: {today[name]}"


def _named(name: str) -> str:
    return name.replace("_", " ")


def _versions(before: Manifest, now: Manifest) -> Iterator[str]:
    then, today = before.get("versions", {}), now.get("versions", {})
    other = [name for name in sorted({*then, *today}) if then.get(name) != today.get(name)]
    if other:
        said = ", ".join(f"{name} {today.get(name, 'none')} instead of {then.get(name, 'none')}" for name in other)
        yield f"other versions: {said}"
