"""Faults that only show when two keys are seen together."""

from __future__ import annotations

from typing import Any

import pytest

from ambassadors.recipe_checks import source_faults


def keys(**source: Any) -> set[str]:
    """Where the faults of one file's section stand."""
    return {fault.key for fault in source_faults({"files": [source]})}


def test_a_sound_section_has_no_faults() -> None:
    """The least that a section can say is enough."""
    assert keys(table="follows", columns={"source": "a", "target": "b"}) == set()


def test_required_columns_are_missed_by_name() -> None:
    """Each required column that the recipe does not map is told."""
    assert keys(table="orders", columns={"customer": "c"}) == {"files[1].columns.at", "files[1].columns.amount"}


def test_an_act_toward_a_post_needs_no_target() -> None:
    """The author of the post is the target."""
    columns = {"source": "a", "kind": "k", "at": "t"}

    assert keys(table="interactions", columns={**columns, "post": "p"}) == set()
    assert keys(table="interactions", columns=columns) == {"files[1].columns.target"}


@pytest.mark.parametrize("files", [None, "x", [1], [{"table": 3, "columns": 4}], [{"columns": {"at": 1}}]])
def test_nonsense_is_left_to_the_types(files: Any) -> None:
    """What is not even a section is not this module's to judge."""
    assert list(source_faults({"files": files})) == []
