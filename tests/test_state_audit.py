"""Who asked what, when, is on record, and the record names nobody who was asked about."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

import pytest

from ambassadors.state import audit, open_store, requests


def test_the_log(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The log says who asked what when, in order, and knows people by fingerprint only."""
    monkeypatch.setenv("AMBASSADORS_USER", "anna")
    with open_store(tmp_path / "state", clock=lambda: datetime(2026, 6, 1, tzinfo=UTC)) as store:
        audit(store, "forget", "x:ann", rows=3)
        audit(store, "run", as_of="2026-05-01")

        log, about_ann = requests(store), requests(store, "x:ann")

        assert log.select("id", "at", "who", "command", "detail").rows() == [
            (1, "2026-06-01T00:00:00Z", "anna", "forget", '{"rows": 3}'),
            (2, "2026-06-01T00:00:00Z", "anna", "run", '{"as_of": "2026-05-01"}'),
        ]
        assert about_ann["id"].to_list() == [1]
        assert b"x:ann" not in store.path.read_bytes()
