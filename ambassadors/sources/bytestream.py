"""From a path to clean pieces of UTF-8 text, each of whole lines: opening, unpacking, decoding, and refusing.

A file that is not the text that the recipe says is refused as a whole, with a message that says what it looks like.
"""

from __future__ import annotations

import codecs
import errno
import os
import re
import zlib
from collections.abc import Generator, Iterator
from contextlib import closing
from pathlib import Path
from typing import BinaryIO

from ambassadors.errors import SourceError, did_you_mean
from ambassadors.sources import archives
from ambassadors.sources.layout import Layout, Limits, MiB, clipped

CHUNK = 256 * 1024
SAMPLE = 64 * 1024
RATIO_GRACE = 16 * MiB  # small files may be as repetitive as they like
UTF8_BOM = codecs.BOM_UTF8
GZIP = b"\x1f\x8b"

# What the first bytes of a file give away, and what to do about it.
MAGIC: tuple[tuple[bytes, str, str], ...] = (
    (b"\x89PNG\r\n", "a PNG picture", "Name the data file."),
    (b"\xff\xd8\xff", "a JPEG picture", "Name the data file."),
    (b"GIF8", "a GIF picture", "Name the data file."),
    (b"%PDF-", "a PDF document", "Export the data as CSV."),
    (
        b"PK\x03\x04",
        "a ZIP archive or an Excel workbook (XLSX)",
        'Name a file in the archive ("archive.zip!data/file.csv"), or save the sheet as CSV.',
    ),
    (b"PK\x05\x06", "an empty ZIP archive", "Unpack it, or save the sheet as CSV."),
    (b"\xd0\xcf\x11\xe0", "an old Excel workbook (XLS)", "Save the sheet as CSV UTF-8."),
    (b"PAR1", "a Parquet file", 'Set format = "parquet".'),
    (b"ARROW1", "an Arrow file", "Save it as Parquet or CSV."),
    (b"SQLite format 3\0", "an SQLite database", "Export the table as CSV."),
    (b"\x28\xb5\x2f\xfd", "a Zstandard archive", "Unpack it, or compress it with gzip."),
    (b"BZh", "a bzip2 archive", "Unpack it, or compress it with gzip."),
    (b"\xfd7zXZ\0", "an XZ archive", "Unpack it, or compress it with gzip."),
    (b"7z\xbc\xaf", "a 7-Zip archive", "Unpack it, or compress it with gzip."),
    (GZIP, "gzip inside gzip", "Unpack it once."),
)
# UTF-32 first: its little-endian mark begins with the one of UTF-16.
BYTE_ORDER_MARKS = (
    (codecs.BOM_UTF32_LE, "utf-32"),
    (codecs.BOM_UTF32_BE, "utf-32"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)
USUAL_ENCODINGS = (
    "utf-8",
    "utf-16",
    "latin-1",
    "cp1250",
    "cp1251",
    "cp1252",
    "iso-8859-2",
    "shift-jis",
    "gb18030",
    "big5",
)
# Codecs that Python calls text encodings although no file of rows is written in them.
NOT_FOR_FILES = {"idna", "punycode", "unicode-escape", "unicode_escape", "raw-unicode-escape", "undefined"}
# A character that no decoder gives for valid bytes. It leaves here as bytes that are not UTF-8, so that the line
# which holds it is rejected in one place, whatever the encoding of the file.
INVALID = "\udcff"
INVALID_BYTES = INVALID.encode("utf-8", "surrogatepass")
INVALID_HANDLER = "ambassadors.invalid"


def regular_file(path: str | os.PathLike[str]) -> Path:
    """The path, if there is a file with something in it; else the reason why not, with the names that are near.

    >>> regular_file(".")
    Traceback (most recent call last):
    ambassadors.errors.SourceError: .: is a folder, not a file. Name the file in it.
    """
    where = Path(path)
    if inside := archives.split(where):
        archive, member = inside
        if not archives.size_of(regular_file(archive), member, Limits()):
            raise _empty(where)
        return where
    if where.is_dir():
        raise SourceError(where, "is a folder, not a file.", "Name the file in it.")
    try:
        size = where.stat().st_size
    except OSError as error:
        raise _unreadable(where, error) from error
    except ValueError as error:  # a NUL in the path
        raise SourceError(where, "is not a path that a file can have.", "Mend the path.") from error
    if not where.is_file():
        raise SourceError(where, "is not a regular file.", "Save the rows to a file and name that.")
    if size == 0:
        raise _empty(where)
    return where


def raw_chunks(path: Path, limits: Limits) -> Generator[bytes, None, None]:
    """The bytes of a file, unpacked if it is gzip (told by its first bytes, not by its name), within the limits.

    ``archive.zip!member`` is a file in an archive.
    """
    if inside := archives.split(path):
        yield from archives.chunks(*inside, limits)
        return
    try:
        with path.open("rb") as file:
            packed = file.peek(2)[:2] == GZIP
            chunks = _gunzip(path, file, limits) if packed else iter(lambda: file.read(CHUNK), b"")
            total = 0
            for chunk in chunks:
                total += len(chunk)
                if total > limits.bytes:
                    raise SourceError(path, f"holds more than {limits.bytes:,} bytes.", "Split it into smaller files.")
                yield chunk
    except OSError as error:
        raise _unreadable(path, error) from error


def text_chunks(path: Path, layout: Layout) -> Generator[bytes, None, None]:
    """The text of a file as UTF-8 without its byte-order mark; invalid bytes stay invalid, for the line to be told.

    Refuses what is no text, or text in another encoding than the layout says.
    """
    codec = known_codec(path, layout.encoding)
    with closing(raw_chunks(path, layout.limits)) as raw:
        sample = _at_least(raw, SAMPLE)
        if not sample:
            raise _empty(path)
        _refuse_other_formats(path, sample)
        _refuse_other_encodings(path, sample, codec)
        chunks = _chain(sample, raw)
        utf8 = chunks if codec == "utf-8" else _transcoded(chunks, codec)
        first = _at_least(utf8, SAMPLE).removeprefix(UTF8_BOM)
        if not first:
            raise _empty(path)
        _refuse_odd_text(path, first)
        yield first
        yield from utf8


def pieces(path: Path, layout: Layout, size: int = MiB) -> Generator[tuple[bytes, bool], None, None]:
    """The text cut at line ends into pieces of about ``size`` bytes, each with whether it is the last one.

    Every piece ends with a line feed: the last line of a file is given one when it has none. A line longer than a
    record may be is shortened, though never below that length, so that it fits in memory and is still too long.
    """
    most = layout.limits.record_bytes + 1
    head: list[bytes] = []
    held = 0
    ready: bytes | None = None
    with closing(text_chunks(path, layout)) as chunks:
        for chunk in _sized(chunks, size):
            cut = chunk.rfind(b"\n") + 1
            if not cut:
                part = chunk[: max(0, most - held)]
                held += len(part)
                head.append(part)
                continue
            if ready is not None:
                yield ready, False
            ready = b"".join((*head, chunk[:cut]))
            head, held = [chunk[cut:]], len(chunk) - cut
    rest = b"".join(head)
    if ready is not None:
        yield ready, not rest
    if not rest:
        return
    # A lone CR at the end must stay a stray one: a bare LF would make it half of a line end.
    yield rest + (b"\r\n" if rest.endswith(b"\r") else b"\n"), True


def shown(raw: bytes) -> str:
    r"""Bytes of a file as a short text for a list of rejects, whatever they are.

    >>> shown(b"caf\xe9")
    'caf\\xe9'
    """
    few = raw[: 4 * 200 + 4].replace(INVALID_BYTES, "\ufffd".encode())
    return clipped(few.decode("utf-8", "backslashreplace"))


def known_codec(path: Path, encoding: str) -> str:
    """Python's name of an encoding, or an error that offers the nearest one.

    >>> known_codec(Path("a.csv"), "UTF8"), known_codec(Path("a.csv"), "windows-1252")
    ('utf-8', 'cp1252')
    """
    try:
        name = codecs.lookup(encoding).name
        "a".encode(name)  # raises for what is no encoding of text, such as rot13
    except (LookupError, ValueError, UnicodeError):
        name = "undefined"
    if name in NOT_FOR_FILES:
        hint = did_you_mean(encoding.lower(), USUAL_ENCODINGS)
        raise SourceError(path, f"the recipe says encoding = {encoding!r}, which is not known.", hint)
    return "utf-8" if name == "utf-8-sig" else name


def _empty(path: Path) -> SourceError:
    return SourceError(path, "is empty.", "Export it again, or take it out of the recipe.")


def _unreadable(path: Path, error: OSError) -> SourceError:
    if error.errno == errno.ENOENT:
        return SourceError(path, "does not exist.", _neighbours(path))
    if error.errno in (errno.EACCES, errno.EPERM):
        return SourceError(path, "may not be read.", "Give the user who runs this the permission to read it.")
    return SourceError(path, f"cannot be read: {error.strerror or error}.", "Mend that, or name another file.")


def _neighbours(path: Path) -> str:
    """The files in the same folder that may have been meant."""
    try:
        names = [entry.name for entry in path.parent.iterdir()]
    except OSError:
        return f"Neither does the folder {str(path.parent)!r}."
    return did_you_mean(path.name, names) or "Mend the path in the recipe."


def _gunzip(path: Path, file: BinaryIO, limits: Limits) -> Iterator[bytes]:
    """The contents of all members of a gzip file, refused when cut short, corrupt, or a bomb."""
    unpack = zlib.decompressobj(wbits=31)
    read = made = 0
    pending = b""
    while pending := pending or file.read(CHUNK):
        if unpack.eof:
            pending = pending.lstrip(b"\0")  # tapes and disks pad with zeros
            if not pending:
                continue
            unpack = zlib.decompressobj(wbits=31)
        before = len(pending)
        try:
            chunk = unpack.decompress(pending, CHUNK)
        except zlib.error as error:
            raise SourceError(path, f"is a corrupt gzip file ({error}).", "Fetch it again.") from error
        pending = unpack.unused_data if unpack.eof else unpack.unconsumed_tail
        read += before - len(pending)
        made += len(chunk)
        if made > RATIO_GRACE and made > limits.ratio * read:
            raise SourceError(
                path,
                f"unpacks to more than {limits.ratio} times its size, as only a decompression bomb does.",
                "If it is genuine, unpack it first and name the unpacked file.",
            )
        if chunk:
            yield chunk
    if not unpack.eof:
        raise SourceError(path, "is a gzip file that ends early; nothing of it was taken.", "Fetch it again.")


def _at_least(chunks: Iterator[bytes], size: int) -> bytes:
    """The first chunks of a stream as one, of the given size if the stream has that much."""
    parts, held = [], 0
    for chunk in chunks:
        parts.append(chunk)
        held += len(chunk)
        if held >= size:
            break
    return b"".join(parts)


def _chain(first: bytes, rest: Iterator[bytes]) -> Iterator[bytes]:
    yield first
    yield from rest


def _sized(chunks: Iterator[bytes], size: int) -> Iterator[bytes]:
    """The same bytes in chunks of exactly the given size, but for the last one."""
    parts: list[bytes] = []
    held = 0
    for chunk in chunks:
        parts.append(chunk)
        held += len(chunk)
        if held < size:
            continue
        whole = b"".join(parts)
        cut = held - held % size
        for at in range(0, cut, size):
            yield whole[at : at + size]
        parts, held = [whole[cut:]], held - cut
    if held:
        yield b"".join(parts)


def _transcoded(chunks: Iterator[bytes], codec: str) -> Iterator[bytes]:
    """The text as UTF-8, every invalid stretch of it replaced by bytes that are not UTF-8."""
    codecs.register_error(INVALID_HANDLER, _mark_invalid)
    decoder = codecs.getincrementaldecoder(codec)(errors=INVALID_HANDLER)
    for chunk in chunks:
        yield decoder.decode(chunk).encode("utf-8", "surrogatepass")
    yield decoder.decode(b"", final=True).encode("utf-8", "surrogatepass")


def _mark_invalid(error: UnicodeError) -> tuple[str, int]:
    assert isinstance(error, UnicodeDecodeError)
    return INVALID, error.end


def _refuse_other_formats(path: Path, sample: bytes) -> None:
    for magic, what, remedy in MAGIC:
        if sample.startswith(magic):
            raise SourceError(path, f"is not text: it looks like {what}.", remedy)
    if re.match(rb"\s*<(?:!doctype html|html|\?xml)\b", sample, re.IGNORECASE):
        raise SourceError(
            path,
            "is a web page or XML, not rows.",
            "A download that needed a login often ends so: fetch it again, and look at it.",
        )


def _refuse_other_encodings(path: Path, sample: bytes, codec: str) -> None:
    wide = codec.startswith(("utf-16", "utf-32"))
    marked = next((name for mark, name in BYTE_ORDER_MARKS if sample.startswith(mark)), None)
    found = marked or _wide_without_mark(sample)
    if found and not wide:
        raise SourceError(path, f"is written in {found.upper()}, not in {codec}.", f'Add encoding = "{found}".')
    if wide and b"\0" not in sample:
        raise SourceError(path, f"is not written in {codec}.", "Leave out encoding, or mend it.")
    if sample.startswith(UTF8_BOM) and codec != "utf-8":
        raise SourceError(path, f"begins with the mark of UTF-8, but the recipe says {codec}.", "Leave out encoding.")


def _wide_without_mark(sample: bytes) -> str | None:
    """UTF-16 without a byte-order mark, told by NULs on (nearly) all odd or all even places."""
    even, odd = sample[0:4096:2], sample[1:4096:2]
    if len(odd) < 4:
        return None
    high, low = even.count(0) / len(even), odd.count(0) / len(odd)
    if low > 0.6 and high < 0.1:
        return "utf-16-le"
    return "utf-16-be" if high > 0.6 and low < 0.1 else None


def _refuse_odd_text(path: Path, text: bytes) -> None:
    """Refuse what has the bytes of a program or picture rather than of text, and the line ends of an old Mac."""
    sample = text[:SAMPLE]
    control = len(sample) - len(sample.translate(None, bytes(set(range(32)) - {9, 10, 12, 13, 27, 28, 29, 30, 31})))
    if len(sample) >= 512 and control > len(sample) / 20:
        raise SourceError(path, "is not text: it holds many NUL or control bytes.", "Export the data as CSV UTF-8.")
    if b"\r" in sample and b"\n" not in sample:
        raise SourceError(
            path,
            "ends its lines with CR alone, as old Macs did.",
            "Save it with LF or CRLF line ends.",
        )
