"""Plain values: what JSON can hold, of what frames and communities hold."""

from __future__ import annotations

import math
from datetime import date, datetime
from typing import Any

import numpy as np
import polars as pl

#: Numbers are kept so exactly, since more digits are noise that only makes the page longer.
DIGITS = 6


def plain(value: Any) -> Any:
    """A text, number, truth value or None; a moment as ISO 8601, a number that is none as None.

    >>> plain(date(2026, 5, 1)), plain(float("nan")), plain(1 / 3), plain(np.int64(3))
    ('2026-05-01', None, 0.333333, 3)
    """
    if isinstance(value, np.generic):
        value = value.item()
    if isinstance(value, date | datetime):
        return value.isoformat()
    if isinstance(value, float):
        return round(value, DIGITS) if math.isfinite(value) else None
    return value if value is None or isinstance(value, bool | int) else str(value)


def records(frame: pl.DataFrame) -> list[dict[str, Any]]:
    """The rows of a frame as plain values."""
    return [{name: plain(value) for name, value in row.items()} for row in frame.iter_rows(named=True)]
