"""Where the state lies: a folder and files that only their owner may read, none of them a link to elsewhere."""

from __future__ import annotations

import os
import secrets
from pathlib import Path

from ambassadors.delivery import sync
from ambassadors.errors import StateError

#: The store, and the key of its fingerprints, in the folder of state.
STORE, KEY = "ambassadors.sqlite", "key"
_HALF_A_KEY = ".key.partial"
_KEY_LETTERS = 64
#: A key from the environment that is shorter than this could be guessed.
_SHORTEST = 16


def is_there(folder: Path) -> bool:
    """Whether something is kept in that folder already."""
    return any(os.path.lexists(folder / name) for name in (STORE, KEY))


def prepare(folder: Path) -> Path:
    """The store's file in its folder, both made if need be, private, and no link; raises :class:`StateError` if not."""
    try:
        _refuse_links(folder)
        folder.mkdir(parents=True, exist_ok=True)
        if not _allowed(folder, os.W_OK | os.X_OK):
            raise StateError(f"{folder}: the folder cannot be written. Give its owner the right to, or another --out.")
        folder.chmod(0o700)
        return _file(folder)
    except OSError as error:
        raise StateError(f"{folder}: notes cannot be kept there: {error.strerror}. Give another --out.") from None


def _refuse_links(folder: Path) -> None:
    """A link would have us write, or tighten rights, where somebody else pointed."""
    for path in (folder, folder / STORE, folder / f"{STORE}-journal", folder / KEY):
        if path.is_symlink():
            target = os.readlink(path)
            raise StateError(f"{path}: is a link to {target}. Put what it points to in its place, or delete it.")


def _file(folder: Path) -> Path:
    path = folder / STORE
    kept_before = (folder / KEY).exists()  # asked first: a store that begins has its tables before its key
    if kept_before and (not path.exists() or path.stat().st_size == 0):
        raise StateError(
            f"{path}: {'is empty' if path.exists() else 'is gone'}, but the key beside it shows that notes were kept. "
            f"Put back a copy, or delete {folder / KEY} too in order to begin without notes and refusals."
        )
    if path.is_dir():
        raise StateError(f"{path}: is a folder, and should be the file of notes. Move it away.")
    try:
        os.close(os.open(path, os.O_RDWR | os.O_CREAT | os.O_EXCL, 0o600))
    except FileExistsError:
        path.chmod(0o600)
        if not _allowed(path, os.R_OK | os.W_OK):
            raise StateError(f"{path}: cannot be written. Give its owner the right to.") from None
    return path


def _allowed(path: Path, rights: int) -> bool:
    return os.access(path, rights, effective_ids=os.access in os.supports_effective_ids)


def from_environment() -> bytes | None:
    """The key that the environment gives, if any."""
    words = os.environ.get("AMBASSADORS_KEY", "").strip()
    if 0 < len(words) < _SHORTEST:
        raise StateError(f"AMBASSADORS_KEY has {len(words)} characters; take at least {_SHORTEST}, at random.")
    return words.encode() or None


def read_key(folder: Path) -> bytes | None:
    """The key kept in the folder, or None where there is none."""
    path = folder / KEY
    try:
        words = path.read_bytes().strip()
        path.chmod(0o600)
    except FileNotFoundError:
        return None
    if len(words) != _KEY_LETTERS:
        raise StateError(f"{path}: is no key ({len(words)} characters, not {_KEY_LETTERS}). Put back a copy of it.")
    return words


def make_key(folder: Path) -> bytes:
    """A new random key, which appears whole or not at all. Only who holds the store's lock may call this."""
    half, words = folder / _HALF_A_KEY, secrets.token_hex(_KEY_LETTERS // 2).encode()
    half.unlink(missing_ok=True)  # left by a process that was killed just here
    handle = os.open(half, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    try:
        os.write(handle, words + b"\n")
        os.fsync(handle)
    finally:
        os.close(handle)
    half.rename(folder / KEY)
    sync(folder)
    return words
