"""Texts as cells that no spreadsheet runs, and back again."""

from __future__ import annotations

import polars as pl

#: A spreadsheet runs a cell that begins so, also behind invisible characters or as full-width forms.
_FORMULA = r"^[\s\p{Cf}]*[=+\-@\t\r\x{FF1D}\x{FF0B}\x{FF0D}\x{FF20}]"


def harmless(frame: pl.DataFrame) -> pl.DataFrame:
    """The frame with an apostrophe before each text that a spreadsheet would run as a formula, and on one line each.

    >>> harmless(pl.DataFrame({"name": ["=1+1", "Ann"]}))["name"].to_list()
    ["'=1+1", 'Ann']
    """
    frame = frame.with_columns(pl.col(pl.String).str.replace_all(r"[\t\r\n]+", " "))
    text = pl.col(pl.String)
    return frame.with_columns(pl.when(text.str.contains(_FORMULA)).then(pl.lit("'") + text).otherwise(text).name.keep())
