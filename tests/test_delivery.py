"""Files that people receive: whole or not at all."""

from __future__ import annotations

import os
import subprocess
import sys
import textwrap
from pathlib import Path

import pytest

from ambassadors import delivery
from ambassadors.errors import OutputError


def test_a_run_folder_gets_the_next_number(tmp_path: Path) -> None:
    """Earlier runs are never written into."""
    folders = [
        delivery.publish(tmp_path, "town", lambda folder: (folder / "a").write_text("x") and None) for _ in range(3)
    ]

    assert [folder.name for folder in folders] == ["town-001", "town-002", "town-003"]
    assert sorted(os.listdir(tmp_path)) == ["town-001", "town-002", "town-003"]


def test_a_failure_leaves_nothing(tmp_path: Path) -> None:
    """Whatever goes wrong while the folder is filled, no trace of it is left."""

    def fill(folder: Path) -> None:
        (folder / "half").write_text("x")
        raise ValueError("in the middle")

    with pytest.raises(ValueError, match="in the middle"):
        delivery.publish(tmp_path, "town", fill)

    assert os.listdir(tmp_path) == []


def test_a_full_disk_is_told_and_leaves_nothing(tmp_path: Path) -> None:
    """An error of the disk becomes a message."""

    def fill(folder: Path) -> None:
        raise OSError(28, "No space left on device")

    with pytest.raises(OutputError, match="No space left on device"):
        delivery.publish(tmp_path, "town", fill)

    assert os.listdir(tmp_path) == []


def test_a_place_that_cannot_be_written_is_told(tmp_path: Path) -> None:
    """A file in the way of the folder is a message, not a traceback."""
    (tmp_path / "runs").write_text("a file")

    with pytest.raises(OutputError, match="--out"):
        delivery.publish(tmp_path / "runs", "town", lambda folder: None)


def test_a_text_appears_whole_or_not_at_all(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A disk that fills up leaves the older file as it was, and nothing beside it."""
    delivery.write_text("old", tmp_path / "a.json")

    def full(self: Path, text: str, **_: object) -> int:
        self.write_bytes(b"ne")
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(Path, "write_text", full)
    with pytest.raises(OutputError, match=r"a\.json: cannot be written: No space left on device"):
        delivery.write_text("new", tmp_path / "a.json")

    assert (tmp_path / "a.json").read_bytes() == b"old"
    assert os.listdir(tmp_path) == ["a.json"]


def test_equal_values_are_equal_bytes_of_json(tmp_path: Path) -> None:
    """Whatever the order of their keys; letters stay letters."""
    delivery.write_json({"b": 1, "a": "Zoë"}, tmp_path / "one.json")
    delivery.write_json({"a": "Zoë", "b": 1}, tmp_path / "two.json")

    assert (tmp_path / "one.json").read_bytes() == (tmp_path / "two.json").read_bytes()
    assert "Zoë" in (tmp_path / "one.json").read_text(encoding="utf-8")


def test_places_are_checked_before_long_work(tmp_path: Path) -> None:
    """A folder in the file's place and a folder that is not there are told; what was not asked for is no fault."""
    delivery.check_places(None, tmp_path / "a.json", tmp_path / "b.svg")

    with pytest.raises(OutputError, match="is a folder"):
        delivery.check_places(tmp_path / "a.json", tmp_path)
    with pytest.raises(OutputError, match=r"there is no folder .*nowhere\. Make it first"):
        delivery.check_places(tmp_path / "nowhere" / "a.json")
    assert os.listdir(tmp_path) == []


@pytest.mark.parametrize("moment", ["before", "between", "after"])
def test_a_kill_shows_a_whole_folder_or_none(tmp_path: Path, moment: str) -> None:
    """A process killed while it fills shows no folder; killed afterwards, it shows the whole of it."""
    program = textwrap.dedent(f"""
        import os, pathlib, signal
        from ambassadors import delivery
        def die(): os.kill(os.getpid(), signal.SIGKILL)
        def fill(folder):
            if {moment!r} == "before": die()
            (folder / "a.csv").write_text("a")
            if {moment!r} == "between": die()
            (folder / "manifest.json").write_text("b")
        delivery.publish(pathlib.Path({str(tmp_path)!r}), "town", fill)
        die()
    """)

    subprocess.run([sys.executable, "-c", program], check=False)

    shown = [path for path in tmp_path.iterdir() if not path.name.startswith(".")]
    assert [sorted(os.listdir(path)) for path in shown] == ([["a.csv", "manifest.json"]] if moment == "after" else [])
