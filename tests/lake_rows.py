"""Rows to land: as the strict check leaves them, written in a few words."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import polars as pl

from ambassadors import tables

NOW = datetime(2026, 3, 1, tzinfo=UTC)


def day(number: int) -> datetime:
    """A day of January 2026."""
    return datetime(2026, 1, number, tzinfo=UTC)


def rows(table: str, *told: dict[str, Any]) -> pl.DataFrame:
    """Rows of a table, empty where nothing is told."""
    return pl.DataFrame(list(told), schema=tables.table(table).schema)


def like(who: int, post: str = "x:p", **told: Any) -> dict[str, Any]:
    """Somebody likes a post of the brand, on the first of January unless told otherwise."""
    return {"source": f"x:{who}", "target": "x:brand", "kind": "like", "at": day(1), "post": post, **told}


def follow(who: int, **told: Any) -> dict[str, Any]:
    """Somebody follows the brand."""
    return {"source": f"x:{who}", "target": "x:brand", "observed_at": day(1), **told}


def post(name: str = "x:p", author: str = "x:brand", **told: Any) -> dict[str, Any]:
    """A post."""
    return {"post": name, "author": author, "at": day(1), **told}


def profile(who: int, seen: int, **told: Any) -> dict[str, Any]:
    """What was seen of an account on that day."""
    return {"account": f"x:{who}", "observed_at": day(seen), **told}
