"""One run at a time: who comes second is told, and a killed holder keeps nothing."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from ambassadors.errors import Busy, OutputError
from ambassadors.locking import LOCK, locked

HOLD = """
import sys, time
from pathlib import Path
from ambassadors.locking import locked
with locked(Path(sys.argv[1])):
    print("held", flush=True)
    time.sleep(60)
"""


def holding(folder: Path) -> subprocess.Popen[str]:
    """Another process that holds the lock of a folder."""
    other = subprocess.Popen([sys.executable, "-c", HOLD, str(folder)], stdout=subprocess.PIPE, text=True)
    assert other.stdout is not None
    assert other.stdout.readline() == "held\n"
    return other


def test_the_second_is_told_who_holds_the_lock(tmp_path: Path) -> None:
    """Busy names the process, and leaves with 75."""
    with holding(tmp_path) as other:
        with (
            pytest.raises(Busy, match=f"another run is on: process {other.pid} on .*, since 20") as told,
            locked(tmp_path),
        ):
            pass
        other.kill()

    assert told.value.exit_code == 75


def test_a_killed_holder_lets_go(tmp_path: Path) -> None:
    """The lock is the operating system's: SIGKILL frees it, though the file stays."""
    with holding(tmp_path) as other:
        other.send_signal(signal.SIGKILL)

    with locked(tmp_path):
        assert (tmp_path / LOCK).exists()


def test_the_lock_can_be_taken_again(tmp_path: Path) -> None:
    """One after the other, in a folder that is made for the first."""
    for _ in range(2):
        with locked(tmp_path / "deep" / "runs"):
            pass

    assert os.listdir(tmp_path / "deep" / "runs") == [LOCK]


def test_a_link_in_the_way_is_not_followed(tmp_path: Path) -> None:
    """A lock file that is a link would be written through; it is refused, and its target untouched."""
    (tmp_path / "precious").write_text("x")
    (tmp_path / "runs").mkdir()
    (tmp_path / "runs" / LOCK).symlink_to(tmp_path / "precious")

    with pytest.raises(OutputError, match="cannot be written"), locked(tmp_path / "runs"):
        pass

    assert (tmp_path / "precious").read_text() == "x"


def test_a_file_in_the_way_is_told(tmp_path: Path) -> None:
    """The place of the runs is a file: a message with a remedy."""
    (tmp_path / "runs").write_text("a file")

    with pytest.raises(OutputError, match="try another --out"), locked(tmp_path / "runs"):
        pass
