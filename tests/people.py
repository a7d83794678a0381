"""People as a list holds them, written by hand."""

from __future__ import annotations

from typing import Any

import polars as pl

from ambassadors.shortlists import COLUMNS


def people(*accounts: str, **known: Any) -> pl.DataFrame:
    """A list of those accounts in that order; ``known`` says more of all of them."""
    rows = [
        {"rank": place, "account": account, "person": account, "as_of": "2026-05-31T23:59:59Z", **known}
        for place, account in enumerate(accounts, start=1)
    ]
    return pl.DataFrame([{name: row.get(name) for name in COLUMNS} for row in rows], schema=COLUMNS)
