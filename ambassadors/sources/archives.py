"""Members of zip and tar archives, read where they lie: bounded, and never from an archive whose paths climb out."""

from __future__ import annotations

import re
import struct
import tarfile
import zipfile
import zlib
from collections.abc import Generator, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import BinaryIO

from ambassadors.errors import SourceError, did_you_mean
from ambassadors.sources.layout import Limits, MiB, clipped

#: What stands between an archive and a member of it in a path: ``archive.zip!data/follower.js``.
MARK = "!"
CHUNK = 256 * 1024
GZIP = b"\x1f\x8b"
GRACE = 16 * MiB  # small members may be as repetitive as they like
MOST_MEMBERS = 200_000
MOST_DIRECTORY = 64 * MiB  # of a zip's own list of its members, which is read whole
MOST_NAME = 4_096
BLOCK = 512  # what a tar is made of
_PLAIN_ZIP = (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED)
_LONG_NAMES = (tarfile.GNUTYPE_LONGNAME, tarfile.XHDTYPE)
_OTHER_HEADS = (tarfile.GNUTYPE_LONGLINK, tarfile.XGLTYPE)
_LINKS = (tarfile.LNKTYPE, tarfile.SYMTYPE)
_AGAIN = "Download it again, and wait for the download to end."


@dataclass(frozen=True)
class Member:
    """One file in an archive, and how many bytes it says that it unpacks to."""

    name: str
    size: int


def split(path: Path) -> tuple[Path, str] | None:
    """The archive and the member that a path names; None for a path of an ordinary file.

    >>> split(Path("follows.csv"))
    """
    text = str(path)
    if MARK not in text or path.exists():
        return None
    places = [found.start() for found in re.finditer(re.escape(MARK), text)]
    for place in places:
        if Path(text[:place]).is_file():
            return Path(text[:place]), text[place + 1 :]
    return Path(text[: places[0]]), text[places[0] + 1 :]


def kind_of(path: Path) -> str | None:
    """``zip`` or ``tar`` (gzip or not), told by the first bytes of a file; None for any other."""
    if not path.is_file():  # a pipe would keep us waiting
        return None
    with path.open("rb") as file:
        start = file.read(BLOCK)
        if start.startswith((b"PK\x03\x04", b"PK\x05\x06")):
            return "zip"
        if start.startswith(GZIP):
            file.seek(0)
            start = _first_unpacked(file.read(64 * 1024))
    return "tar" if start[257:262] == b"ustar" else None


def members(path: Path, limits: Limits) -> tuple[Member, ...]:
    """The files in an archive, in its own order.

    Raises :class:`SourceError` for an archive that is damaged, too large, or not safe: one name in it that climbs out
    of the archive, or one link, and nothing of it is taken.
    """
    with _told(path):
        state = path.stat()
        return _members(path, state.st_mtime_ns, state.st_size, limits)


def matching(path: Path, pattern: str, limits: Limits) -> list[str]:
    """The names of the members that a pattern asks for, sorted: ``*`` stops at ``/``, ``**/`` is any folders."""
    wanted = re.compile(_translated(pattern), re.DOTALL)
    return sorted({member.name for member in members(path, limits) if wanted.fullmatch(member.name)})


def size_of(path: Path, name: str, limits: Limits) -> int:
    """How many bytes a member says that it unpacks to; raises :class:`SourceError` when there is no one such member."""
    found = [member.size for member in members(path, limits) if member.name == name]
    if len(found) > 1:
        raise SourceError(path, f"holds {clipped(name)!r} {len(found)} times.", "Unpack it, and name the right file.")
    if not found:
        names = [member.name for member in members(path, limits)]
        near = did_you_mean(name, names[:2_000]) or f"It holds {', '.join(map(clipped, names[:5]))}, ..."
        raise SourceError(path, f"holds no {clipped(name)!r}: perhaps it is another platform's archive.", near)
    return found[0]


def chunks(path: Path, name: str, limits: Limits) -> Generator[bytes, None, None]:
    """The bytes of one member, unpacked, within the limits."""
    size_of(path, name, limits)
    with _told(path):
        made = 0
        for chunk in _zipped(path, name, limits) if kind_of(path) == "zip" else _tarred(path, name, limits):
            made += len(chunk)
            if made > limits.bytes:
                raise SourceError(path, f"{name} holds more than {limits.bytes:,} bytes.", "Split it.")
            yield chunk


@contextmanager
def _told(path: Path) -> Iterator[None]:
    """Turn whatever a broken archive makes of the reading into a SourceError."""
    try:
        yield
    except zipfile.BadZipFile as error:
        raise SourceError(path, f"is a zip that is damaged or only half there ({error}).", _AGAIN) from error
    except (zlib.error, EOFError, tarfile.TarError, struct.error) as error:
        raise SourceError(path, f"is a damaged archive ({error}).", _AGAIN) from error
    except NotImplementedError as error:
        raise SourceError(path, f"is packed in a way that is not read ({error}).", "Unpack it.") from error


@lru_cache(maxsize=64)
def _members(path: Path, changed: int, size: int, limits: Limits) -> tuple[Member, ...]:
    """The members of an archive as it stood when it had that size and time of change."""
    if kind_of(path) == "zip":
        found = tuple(_zip_members(path))
    elif kind_of(path) == "tar":
        found = tuple(Member(name, size) for name, size, _ in _tar_members(path, limits))
    else:
        raise SourceError(path, "is no zip and no tar archive.", "Name a file inside an archive, or the file itself.")
    for member in found:
        _refuse_climbing(path, member.name)
    return found


def _refuse_climbing(path: Path, name: str) -> None:
    parts = re.split(r"[/\\]", name)
    if ".." in parts or parts[0] == "" or re.match(r"[A-Za-z]:", name) or "\0" in name:
        raise SourceError(
            path,
            f"holds a file whose path leads out of the archive ({clipped(name)!r}), so that nothing of it was taken.",
            "No platform makes such an archive: do not unpack it, and download it again from the platform itself.",
        )


def _zip_members(path: Path) -> Iterator[Member]:
    _refuse_huge_directory(path)
    with zipfile.ZipFile(path) as archive:
        for place, info in enumerate(archive.infolist()):
            if place > MOST_MEMBERS:
                raise SourceError(path, f"holds more than {MOST_MEMBERS:,} files.", "Unpack the ones that you need.")
            if (info.external_attr >> 28) == 0xA:  # a symbolic link, as Unix writes it
                raise _link(path, info.filename)
            if not info.is_dir():
                # what stood there before zipfile made it harmless: a NUL cuts it off, a backslash becomes a slash
                _refuse_climbing(path, getattr(info, "orig_filename", info.filename))
                yield Member(info.filename, info.file_size)


def _refuse_huge_directory(path: Path) -> None:
    """Refuse a zip with a list of members too long to be held in memory, before it is."""
    with path.open("rb") as file:
        file.seek(max(0, path.stat().st_size - 66_000))
        tail = file.read()
    end, wide = tail.rfind(b"PK\5\6"), tail.rfind(b"PK\6\6")
    sizes = [struct.unpack_from("<I", tail, end + 12)[0] if 0 <= end <= len(tail) - 22 else 0]
    if 0 <= wide <= len(tail) - 48:
        sizes = [struct.unpack_from("<Q", tail, wide + 40)[0]]
    if sizes[0] > MOST_DIRECTORY:
        raise SourceError(path, "is a zip with too long a list of files.", "Unpack the ones that you need.")


def _zipped(path: Path, name: str, limits: Limits) -> Iterator[bytes]:
    with zipfile.ZipFile(path) as archive:
        info = archive.getinfo(name)
        if info.flag_bits & 1:
            raise SourceError(path, f"{name} is encrypted.", "Unpack the archive with its password.")
        if info.compress_type not in _PLAIN_ZIP:  # the others unpack without a limit
            raise SourceError(path, f"{name} is packed in an unusual way.", "Unpack the archive.")
        made = 0
        with archive.open(info) as file:
            while chunk := file.read(CHUNK):
                made += len(chunk)
                _refuse_bomb(path, made, info.compress_size, limits)
                yield chunk


def _tarred(path: Path, name: str, limits: Limits) -> Iterator[bytes]:
    for found, size, stream in _tar_members(path, limits):
        if found == name:
            while size:
                chunk = stream.exactly(min(CHUNK, size))
                size -= len(chunk)
                yield chunk
            return


class _Stream:
    """A file's bytes in order, unpacked if it is gzip, within the limits."""

    def __init__(self, path: Path, file: BinaryIO, limits: Limits) -> None:
        self.path, self.file, self.limits = path, file, limits
        self.at = self.packed_bytes = 0
        self.packed = file.read(2) == GZIP
        file.seek(0)
        self.unpack = zlib.decompressobj(wbits=31)
        self.waiting, self.ready = b"", b""

    def exactly(self, count: int) -> bytes:
        """That many bytes; raises :class:`SourceError` where the file ends before."""
        found = self.up_to(count)
        if len(found) < count:
            raise SourceError(self.path, "is an archive that ends early; nothing of it was taken.", _AGAIN)
        return found

    def up_to(self, count: int) -> bytes:
        """That many bytes, or what is left of the file."""
        while len(self.ready) < count:
            chunk = self._unpacked() if self.packed else self.file.read(CHUNK)
            if not chunk:
                break
            self.at += len(chunk)
            if self.at > self.limits.bytes:
                raise SourceError(self.path, f"unpacks to more than {self.limits.bytes:,} bytes.", "Unpack it.")
            self.ready += chunk
        found, self.ready = self.ready[:count], self.ready[count:]
        return found

    def _unpacked(self) -> bytes:
        while not self.unpack.eof:
            if not self.waiting:
                self.waiting = self.file.read(CHUNK)
                self.packed_bytes += len(self.waiting)
            if not self.waiting:
                raise SourceError(self.path, "is an archive that ends early; nothing of it was taken.", _AGAIN)
            chunk = self.unpack.decompress(self.waiting, CHUNK)
            self.waiting = self.unpack.unconsumed_tail
            _refuse_bomb(self.path, self.at + len(chunk), self.packed_bytes, self.limits)
            if chunk:
                return chunk
        return b""


def _tar_members(path: Path, limits: Limits) -> Iterator[tuple[str, int, _Stream]]:
    """The files of a tar in order: name, size, and the stream, which stands at the file's first byte."""
    with path.open("rb") as file:
        stream, named, count = _Stream(path, file, limits), "", 0
        while (head := stream.up_to(BLOCK)) and head != b"\0" * BLOCK:
            info = tarfile.TarInfo.frombuf(head.ljust(BLOCK, b"\0"), "utf-8", "surrogateescape")
            padded = -(-info.size // BLOCK) * BLOCK if info.isreg() or info.type not in _LINKS else 0
            if info.type in (*_LONG_NAMES, *_OTHER_HEADS):
                if info.size > MiB:
                    raise SourceError(path, "is a damaged archive (a name of more than a million letters).", _AGAIN)
                said = stream.exactly(padded)[: info.size]
                named = _long_name(info.type, said) or named
                continue
            name, named, count = named or info.name, "", count + 1
            if info.type in _LINKS:
                raise _link(path, name)
            if count > MOST_MEMBERS:
                raise SourceError(path, f"holds more than {MOST_MEMBERS:,} files.", "Unpack the ones that you need.")
            end = stream.at - len(stream.ready) + padded
            if info.isreg():
                yield name.removeprefix("./"), info.size, stream
            left = end - (stream.at - len(stream.ready))
            while left:
                left -= len(stream.exactly(min(CHUNK, left)))


def _long_name(kind: bytes, said: bytes) -> str:
    """The name in a head that only names the next file; empty where it says something else."""
    if kind == tarfile.GNUTYPE_LONGNAME:
        return said.rstrip(b"\0").decode("utf-8", "surrogateescape")
    if kind == tarfile.XHDTYPE:
        found = re.search(rb"(?:^|\n)\d+ path=([^\n]*)\n", said)
        return found[1].decode("utf-8", "surrogateescape") if found else ""
    return ""


def _link(path: Path, name: str) -> SourceError:
    return SourceError(
        path,
        f"holds a link ({clipped(name)!r}), which could lead anywhere, so that nothing of it was taken.",
        "No platform makes such an archive: download it again from the platform itself.",
    )


def _refuse_bomb(path: Path, made: int, packed: int, limits: Limits) -> None:
    if made > GRACE and made > limits.ratio * packed:
        raise SourceError(
            path,
            f"unpacks to more than {limits.ratio} times its size, as only a decompression bomb does.",
            "If it is genuine, unpack it and name the file.",
        )


def _first_unpacked(packed: bytes) -> bytes:
    try:
        return zlib.decompressobj(wbits=31).decompress(packed, BLOCK)
    except zlib.error:
        return b""


def _translated(pattern: str) -> str:
    r"""A pattern of names as a regular expression.

    >>> _translated("data/tweets*.js")
    'data/tweets[^/]*\\.js'
    """
    marks = {"**/": "(?:.*/)?", "**": ".*", "*": "[^/]*", "?": "[^/]"}
    return "".join(marks.get(part, re.escape(part)) for part in re.split(r"(\*\*/|\*\*|\*|\?)", pattern))
