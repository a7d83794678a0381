"""Checksums of inputs: a file's, that of the archive that holds it, or of what a Delta table holds now."""

from __future__ import annotations

import hashlib
from pathlib import Path

from ambassadors.sources import archives, delta


def checksum(path: Path) -> str:
    """What tells one state of an input from another."""
    if path.is_dir():
        return delta.fingerprint(path)
    inside = archives.split(path)
    with (inside[0] if inside else path).open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()
