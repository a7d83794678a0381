"""The run's folder and the link to the last one."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from ambassadors import delivery
from ambassadors.errors import OutputError


def filled(parent: Path, name: str = "town") -> Path:
    """A small run."""

    def fill(folder: Path) -> None:
        (folder / "a").write_text("x")

    return delivery.publish(parent, name, fill)


def test_latest_points_to_the_last_run(tmp_path: Path) -> None:
    """The link moves in one step, and is relative: the folder of runs can be moved or mounted elsewhere."""
    for number in (1, 2):
        folder = filled(tmp_path)
        delivery.flip(folder)
        assert os.readlink(tmp_path / "latest") == f"town-00{number}"

    assert sorted(os.listdir(tmp_path)) == ["latest", "town-001", "town-002"]


def test_numbers_are_never_given_twice(tmp_path: Path) -> None:
    """A run that was removed does not give its number to a later one: numbers tell the order."""
    for _ in range(3):
        filled(tmp_path)
    (tmp_path / "town-002" / "a").unlink()
    (tmp_path / "town-002").rmdir()

    assert filled(tmp_path).name == "town-004"


def test_a_dangling_link_in_the_way_of_a_number_is_passed(tmp_path: Path) -> None:
    """Somebody's link that leads nowhere is neither followed nor replaced."""
    (tmp_path / "town-001").symlink_to(tmp_path / "nowhere")

    assert filled(tmp_path).name == "town-002"
    assert (tmp_path / "town-001").is_symlink()


def test_something_that_is_no_link_is_not_replaced(tmp_path: Path) -> None:
    """A folder of somebody's called latest stays, the new run is taken back, and the message says what to do."""
    (tmp_path / "latest").mkdir()
    folder = filled(tmp_path)

    with pytest.raises(OutputError, match=r"latest: is not the link that a run leaves there\. Move it away"):
        delivery.flip(folder)
    with pytest.raises(OutputError, match="Move it away"):
        delivery.check_latest(tmp_path)

    assert (tmp_path / "latest").is_dir()


def test_a_sweep_takes_what_is_ours_and_unfinished(tmp_path: Path) -> None:
    """Hidden unfinished folders and links go; runs, other people's hidden folders and files in the making stay."""
    filled(tmp_path)
    (tmp_path / ".town.abc.partial").mkdir()
    (tmp_path / ".town.abc.partial" / "half").write_text("x")
    (tmp_path / ".latest.1.partial").symlink_to("town-001")
    (tmp_path / ".git").mkdir()
    (tmp_path / ".flows.csv.partial").write_text("somebody writes this now")

    swept = delivery.sweep(tmp_path)

    assert swept == [".latest.1.partial", ".town.abc.partial"]
    assert sorted(os.listdir(tmp_path)) == [".flows.csv.partial", ".git", "town-001"]


def test_nothing_is_swept_where_nothing_is(tmp_path: Path) -> None:
    """The first run of all finds no folder."""
    assert delivery.sweep(tmp_path / "runs") == []
