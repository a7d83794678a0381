"""The ground of the torture: a small brand, runs of it as processes of their own, and what must hold afterwards."""

from __future__ import annotations

import hashlib
import json
import os
import sqlite3
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

from tests.conftest import FILES, RECIPE

#: `make torture` asks for the whole of it; anything else is the quick version.
FULL = os.environ.get("TORTURE") == "full"

HANDOVER = """
[handover]
notes = "notes"
presets = ["plain", "contacts"]
"""
NOTES = "account,owner,notes\nx:ann,Eva,met at the fair\nx:dan,Tom,angry once\n"
RUN = "import sys; from ambassadors.cli import main; main(sys.argv[1:])"


def brand(folder: Path) -> Path:
    """The small brand with notes that came back, in a folder; gives its recipe."""
    (folder / "notes").mkdir(parents=True)
    (folder / "notes" / "eva.csv").write_text(NOTES, encoding="utf-8")
    for name, text in FILES.items():
        (folder / name).write_text(text, encoding="utf-8")
    recipe = folder / "brand.toml"
    recipe.write_text(RECIPE + HANDOVER, encoding="utf-8")
    return recipe


def command(recipe: Path, out: Path) -> list[str]:
    """The nightly command, as a process of its own."""
    return [sys.executable, "-P", "-c", RUN, "run", str(recipe), "--out", str(out), "--quiet"]


def environment(**more: str) -> dict[str, str]:
    """What a scheduler hands on: one thread, for two of them would only wait for each other."""
    threads = dict.fromkeys(("POLARS_MAX_THREADS", "NUMBA_NUM_THREADS", "OMP_NUM_THREADS"), "1")
    return {**os.environ, "AMBASSADORS_QUIET": "1", **threads, **more}


def run(recipe: Path, out: Path, **more: str) -> subprocess.CompletedProcess[str]:
    """One run to its end."""
    call = command(recipe, out)
    return subprocess.run(call, env=environment(**more), capture_output=True, text=True, check=False)


def runs(out: Path) -> list[Path]:
    """The runs that anybody can see."""
    return sorted(path for path in out.glob("cafe-*") if path.is_dir())


def faults(out: Path) -> Iterator[str]:
    """Whatever is torn, mixed or missing in the folder of runs."""
    for folder in runs(out):
        yield from _torn(folder)
    link = out / "latest"
    if link.is_symlink() or link.exists():
        if not link.is_symlink() or not (link / "manifest.json").is_file():
            yield "latest points to no whole run"
    elif runs(out)[1:]:  # the first run may have been killed between its name and the link
        yield "latest is gone"
    yield from _store(out / "state" / "ambassadors.sqlite")


def leftovers(out: Path) -> list[str]:
    """What a killed run left in the folder of runs."""
    return sorted(path.name for path in out.iterdir() if path.name.endswith(".partial"))


def _torn(folder: Path) -> Iterator[str]:
    try:
        manifest = json.loads((folder / "manifest.json").read_text(encoding="utf-8"))
    except (OSError, ValueError) as error:
        yield f"{folder.name}: manifest: {error}"
        return
    there = {path.name for path in folder.iterdir()} - {"manifest.json"}
    if there != set(manifest["outputs"]):
        yield f"{folder.name}: files {sorted(there ^ set(manifest['outputs']))}"
    for name in sorted(there & set(manifest["outputs"])):
        if hashlib.sha256((folder / name).read_bytes()).hexdigest() != manifest["outputs"][name]["sha256"]:
            yield f"{folder.name}: {name} is not the file of the manifest"


def _store(path: Path) -> Iterator[str]:
    if not path.exists() or not path.stat().st_size:
        return
    connection = sqlite3.connect(path)
    try:
        if connection.execute("PRAGMA integrity_check").fetchone() != ("ok",):
            yield "the store is broken"
        if not connection.execute("SELECT name FROM sqlite_master WHERE name = 'notes'").fetchall():
            return
        kept = connection.execute("SELECT count(DISTINCT account), count(*) FROM notes").fetchone()
        if kept not in ((0, 0), (2, 4)):
            yield f"half of the notes are in the store: {kept}"
    finally:
        connection.close()
