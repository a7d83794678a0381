"""An import that is killed at any write is whole or has not begun, and the next one goes through."""

from __future__ import annotations

import collections
import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from ambassadors.state import import_notes, open_store
from tests.torture import ground

pytestmark = pytest.mark.torture
#: Whatever changes a file or a name; strace tells and counts them.
WRITES = "write,writev,pwrite64,pwritev,fsync,fdatasync,ftruncate,rename,unlink,mkdir,chmod,fchmod,link"
IMPORT = """
import sys
from pathlib import Path
from ambassadors.state import import_notes, open_store
print("ready", file=sys.stderr, flush=True)
with open_store(Path(sys.argv[1])) as store:
    import_notes(store, Path(sys.argv[2]))
"""


def imported(state: Path, file: Path, trace: Path, *inject: str) -> None:
    """The import in a process of its own under strace, which may kill it at a call."""
    command = ["strace", "-f", "-y", "-o", str(trace), "-e", f"trace={WRITES}", *inject]
    command += [sys.executable, "-P", "-c", IMPORT, str(state), str(file)]
    subprocess.run(command, env=os.environ | {"OMP_NUM_THREADS": "1"}, capture_output=True, timeout=60, check=False)


def calls(trace: Path) -> list[tuple[str, int]]:
    """Every call after the start that changes something, as its name and how often it was called before."""
    seen: collections.Counter[str] = collections.Counter()
    found, begun = [], False
    for line in trace.read_text().splitlines():
        call = re.match(r"\d+ +(\w+)\(", line)
        if call is None:
            continue
        seen[call[1]] += 1
        begun = begun or "ready" in line
        if begun:
            found.append((call[1], seen[call[1]]))
    return found


def notes(state: Path) -> dict[str, str]:
    """What is kept after the kill."""
    with open_store(state) as store:
        assert store.read("PRAGMA integrity_check") == [("ok",)]
        return dict(store.notes().select("account", "notes").iter_rows())


@pytest.mark.parametrize("begun", [False, True])
def test_killed_at_every_write(begun: bool, tmp_path: Path) -> None:
    """SIGKILL at every call that writes, into a new store or an older one, leaves all of the file or nothing."""
    people = [f"x:{number:03}" for number in range(20)]
    file = tmp_path / "notes.csv"
    file.write_text(
        "account,notes_version,notes\n" + "".join(f"{one},{int(begun)},new {'é' * 400}\n" for one in people)
    )
    if begun:
        (tmp_path / "old.csv").write_text("account,notes\n" + "".join(f"{one},old\n" for one in people[:12]))
        with open_store(tmp_path / "before") as store:
            import_notes(store, tmp_path / "old.csv")
    before = dict.fromkeys(people[:12], "old") if begun else {}
    after = dict.fromkeys(people, "new " + "é" * 400)
    imported(fresh(tmp_path), file, tmp_path / "trace")
    assert notes(tmp_path / "state") == after
    ends: collections.Counter[bool] = collections.Counter()

    every = calls(tmp_path / "trace")
    for name, when in every if ground.FULL else every[:: len(every) // 6]:
        state = fresh(tmp_path)
        imported(state, file, tmp_path / "killed", "-e", f"inject={name}:signal=KILL:when={when}")
        kept = notes(state)
        assert kept in (before, after), (name, when)
        ends[kept == after] += 1
        with open_store(state) as store:
            import_notes(store, file)
        assert notes(state) == after
        assert sorted(path.name for path in state.iterdir()) == ["ambassadors.sqlite", "key"]

    print(
        f"\nkilled at {ends.total()} of {len(every)} calls: {ends[False]} before, {ends[True]} after the import stood"
    )
    assert ends[False] > 5


def fresh(folder: Path) -> Path:
    """The state from before, or none."""
    state = folder / "state"
    shutil.rmtree(state, ignore_errors=True)
    if (folder / "before").exists():
        shutil.copytree(folder / "before", state)
    return state
