"""What tells one row from another while it is read, and whether it says anything new."""

from __future__ import annotations

import hashlib
from datetime import UTC, datetime

from ambassadors.lake.keys import ONCE
from ambassadors.platforms.contract import Row


def identity(table: str, row: Row) -> str:
    """What a row says, without when it was seen: the same act told twice is one.

    >>> identity("interactions", {"source": "x:1", "target": "x:2", "kind": "like", "at": "2026-01-01", "post": "x:9"})
    'interactions like x:1 x:9'
    """
    if table == "accounts":
        return f"accounts {row.get('account')}"
    if table == "posts":
        return f"posts {row.get('post')}"
    if table == "follows":
        return f"follows {row.get('source')} {row.get('target')}"
    if row.get("kind") in ONCE and row.get("post"):
        return f"interactions {row['kind']} {row.get('source')} {row['post']}"
    names = ("kind", "source", "target", "post")
    return " ".join(["interactions", *(str(row.get(name)) for name in names), _moment(row.get("at"))])


def _moment(at: object) -> str:
    """A time as it is told in one way only, whether it was just read or is stored."""
    try:
        found = at if isinstance(at, datetime) else datetime.fromisoformat(str(at))
        return found.astimezone(UTC).isoformat()
    except (ValueError, OverflowError):
        return str(at)


def digest(text: str) -> bytes:
    """A short fingerprint: enough to tell one text from another."""
    return hashlib.blake2b(text.encode("utf-8", "surrogatepass"), digest_size=12).digest()


def content(row: Row) -> dict[str, str]:
    """What a row says, column by column, as short fingerprints; when it was seen is no news."""
    return {
        name: digest(repr(value)).hex()[:8]
        for name, value in row.items()
        if value is not None and name not in ("observed_at", "at_latest")
    }
