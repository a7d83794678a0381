"""People: a polars frame with one person a row, that a notebook shows as people rather than as columns."""

from __future__ import annotations

from typing import Any

import polars as pl


class People(pl.DataFrame):
    """One person a row: a polars frame in all it does; a notebook shows who they are, where they stand and why.

    What polars makes of it by ``filter``, ``select`` or ``join`` is a plain frame; ``People(frame)`` makes people of it.

    >>> isinstance(People({"rank": [1], "person": ["Anna"]}), pl.DataFrame)
    True
    """

    def _repr_html_(self, **options: Any) -> str:
        return super()._repr_html_(**options)
