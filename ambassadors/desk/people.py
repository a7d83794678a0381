"""People: a polars frame with one person a row, that a notebook shows as people rather than as columns."""

from __future__ import annotations

from typing import Any

import polars as pl

from ambassadors import display
from ambassadors.measures import CATALOGUE
from ambassadors.shortlists import COLUMNS


class People(pl.DataFrame):
    """One person a row: a polars frame in all it does; a notebook shows who they are, where they stand and why.

    What polars makes of it by ``filter``, ``select`` or ``join`` is a plain frame; ``People(frame)`` makes it people.

    >>> isinstance(People({"rank": [1], "person": ["Anna"]}), pl.DataFrame)
    True
    """

    def _repr_html_(self, **_: Any) -> str:
        return display.card("", "", display.people(self, kin=_kin, hidden=COLUMNS))


def _kin(name: str) -> str:
    """What the points of a measure are shown as: measures that say the same thing over again are one part."""
    return CATALOGUE[name].kin if name in CATALOGUE else name
