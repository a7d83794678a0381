"""Runs: the folders of finished runs in a place, and who stands in them."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import polars as pl

from ambassadors import manifest
from ambassadors.delivery import original
from ambassadors.privacy.dialects import decoded, separator_of
from ambassadors.privacy.rows import records

MANIFEST = "manifest.json"
#: Left in a folder while a person is taken out of it: what is under way, for whoever must finish it after a kill.
MARKER = ".forgetting"


@dataclass(frozen=True)
class RunFolder:
    """A finished run: its folder and its manifest."""

    path: Path
    manifest: dict[str, Any]

    @property
    def files(self) -> list[Path]:
        """The files that the run wrote and that are still there, no links among them; the manifest last."""
        names = [*sorted(self.manifest.get("outputs", {})), MANIFEST]
        paths = [self.path / name for name in names if "/" not in name]
        return [path for path in paths if path.is_file() and not path.is_symlink()]

    @property
    def recipe(self) -> str:
        """The name of its recipe."""
        return str(self.manifest.get("recipe", {}).get("name", ""))

    def edited(self) -> list[str]:
        """The files that are there and no longer what the run wrote; a manager may have written into them."""
        told = self.manifest.get("outputs", {})
        ours = [path for path in self.files if path.name != MANIFEST]
        return [path.name for path in ours if manifest.sha256(path) != told[path.name].get("sha256")]


def run_folders(out: Path) -> list[RunFolder]:
    """The finished runs under ``out``, newest first. Links and folders without a manifest of ours are none."""
    found = [run for path in _real_folders(out) if (run := _read(path))]
    return sorted(found, key=lambda run: (made_at(run.path), run.path.name), reverse=True)


def _real_folders(out: Path) -> list[Path]:
    entries = out.iterdir() if out.is_dir() else ()
    return [path for path in entries if path.is_dir() and not path.is_symlink() and not path.name.startswith(".")]


def _read(path: Path) -> RunFolder | None:
    if (path / MANIFEST).is_symlink():
        return None
    try:
        told = json.loads((path / MANIFEST).read_bytes())
    except (OSError, ValueError):
        return None
    ours = isinstance(told, dict) and isinstance(told.get("recipe"), dict) and isinstance(told.get("outputs"), dict)
    return RunFolder(path, told) if ours else None


def made_at(path: Path) -> int:
    """When a run was finished; a folder from which somebody was taken keeps its time in the meantime."""
    try:
        return int(json.loads((path / MARKER).read_bytes())["mtime_ns"])
    except (OSError, ValueError, KeyError, TypeError):
        return path.stat().st_mtime_ns


def table(path: Path) -> Iterator[dict[str, str]]:
    """The rows of a CSV of ours by column, each text as it was before spreadsheets were thought of.

    It may have been saved anew with another separator or in another encoding.
    """
    header: list[str] | None = None
    text = decoded(path.read_bytes())[0].removeprefix("\ufeff")
    for record, cells in records(text, separator_of(text)):
        if header is None:
            header = cells
        else:
            plain = original(pl.DataFrame({"": cells}))[""].to_list() if "'" in record else cells
            yield dict(zip(header, plain, strict=False))
