"""Opening files: what is no text, or not the text that the recipe says, is refused with what to do about it."""

from __future__ import annotations

import gzip
import os
import subprocess
import sys
import zlib
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from ambassadors.errors import SourceError
from ambassadors.sources.bytestream import pieces, regular_file
from ambassadors.sources.layout import Layout, Limits
from ambassadors.sources.reader import blocks, read

ROWS = b"id,name\n1,\xc3\xa9\n2,b\n"
# The peak is read from the process itself: what getrusage says begins with the memory of the parent.
BOMB = """
import re, sys
from ambassadors.errors import SourceError
from ambassadors.sources.layout import Layout
from ambassadors.sources.reader import blocks
try:
    for block in blocks(sys.argv[1], Layout()):
        pass
except SourceError as error:
    peak = int(re.search(r"VmHWM:\\s+(\\d+)", open("/proc/self/status").read())[1]) // 1024
    print(peak, error)
"""


def put(folder: Path, content: bytes, name: str = "rows.csv") -> Path:
    """A file with this content."""
    path = folder / name
    path.write_bytes(content)
    return path


def refusal(path: Path, layout: Layout | None = None) -> str:
    """What is said when the file is refused."""
    with pytest.raises(SourceError) as caught:
        read(path, layout or Layout())
    return str(caught.value)


@pytest.mark.parametrize(
    ("content", "says"),
    [
        (b"", "is empty"),
        (gzip.compress(b"", mtime=0), "is empty"),
        (b"\xef\xbb\xbf", "is empty"),
        (b"\x89PNG\r\n\x1a\n123", "a PNG picture"),
        (b"PK\x03\x04rest", "save the sheet as CSV"),
        (b"\xd0\xcf\x11\xe0rest", "old Excel workbook"),
        (b"%PDF-1.7\n", "a PDF document"),
        (b"PAR1rest", 'format = "parquet"'),
        (gzip.compress(gzip.compress(ROWS, mtime=0), mtime=0), "gzip inside gzip"),
        (b"\x28\xb5\x2f\xfdrest", "Zstandard"),
        (b"<!DOCTYPE html>\n<html>", "web page"),
        (bytes(range(256)) * 20, "not text"),
        ("id,name\n1,é\n".encode("utf-16"), 'Add encoding = "utf-16"'),
        ("id,name\n1,é\n".encode("utf-32"), 'Add encoding = "utf-32"'),
        ("id,name\n1,é\n".encode("utf-16-le"), 'Add encoding = "utf-16-le"'),
        ("id,name\n1,é\n".encode("utf-16-be"), 'Add encoding = "utf-16-be"'),
        (b"id,name\r1,a\r2,b\r", "CR alone"),
    ],
)
def test_what_is_no_text_is_refused_by_name(tmp_path: Path, content: bytes, says: str) -> None:
    """A file of another kind is refused as a whole, and told what it looks like."""
    path = put(tmp_path, content)

    message = refusal(path)

    assert says in message
    assert str(path) in message


def test_a_missing_file_names_its_neighbours(tmp_path: Path) -> None:
    """A slip in a file name is answered with the names in the folder."""
    put(tmp_path, ROWS, "followers.csv")

    assert "Did you mean 'followers.csv'?" in refusal(tmp_path / "folowers.csv")
    assert "Neither does the folder" in refusal(tmp_path / "nowhere" / "rows.csv")


def test_what_is_not_a_file_is_refused(tmp_path: Path) -> None:
    """A folder, a pipe, a device and an impossible path are refused without waiting."""
    os.mkfifo(tmp_path / "pipe")

    assert "is a folder" in refusal(tmp_path)
    assert "not a regular file" in refusal(tmp_path / "pipe")
    assert "not a regular file" in refusal(Path("/dev/zero"))
    assert "not a path" in refusal(Path("a\0b"))


def test_a_file_that_may_not_be_read_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A missing permission is a message, not a traceback."""
    path = put(tmp_path, ROWS)

    def denied(*_: object, **__: object) -> None:
        raise PermissionError(13, "Permission denied")

    monkeypatch.setattr(Path, "open", denied)

    assert "permission" in refusal(path)


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-32", "latin-1", "windows-1252", "shift_jis"])
@pytest.mark.parametrize("packed", [False, True])
def test_every_declared_encoding_gives_the_same_rows(tmp_path: Path, encoding: str, packed: bool) -> None:
    """The rows do not depend on the encoding of the file, nor on whether it is packed."""
    text = "id,name\n1,£\n2,b\n" if encoding == "shift_jis" else "id,name\n1,é\n2,b\n"
    content = text.replace("£", "ア").encode(encoding)
    path = put(tmp_path, gzip.compress(content) if packed else content)

    block = read(path, Layout(encoding=encoding))

    assert block.rows["name"].to_list() == ["ア" if encoding == "shift_jis" else "é", "b"]


@pytest.mark.parametrize(
    ("encoding", "content"),
    [
        ("utf-8", b"id,name\n1,a\xff\n2,b\n"),
        ("cp1252", b"id,name\n1,a\x81\n2,b\n"),
        ("ascii", b"id,name\n1,\xc3\xa9\n2,b\n"),
        ("utf-16-le", "id,name\n1,a".encode("utf-16-le") + b"\x00\xd8" + "\n2,b\n".encode("utf-16-le")),
        ("shift_jis", b"id,name\n1,\xff\n2,b\n"),
    ],
)
def test_bytes_outside_the_encoding_cost_one_line(tmp_path: Path, encoding: str, content: bytes) -> None:
    """A line with bytes that the encoding does not have is rejected, and the next one is read."""
    block = read(put(tmp_path, content), Layout(encoding=encoding))

    assert block.rejects.select("line", "column", "reason").rows() == [(2, "name", "bad_encoding")]
    assert block.rows["name"].to_list() == ["b"]


@pytest.mark.parametrize(
    ("encoding", "says"),
    [
        ("utf-9", "'utf-8'"),
        ("klingon", "Known: "),
        ("rot13", "not known"),
        ("unicode_escape", "not known"),
        ("utf-16", "not written in utf-16"),
    ],
)
def test_a_wrong_encoding_is_refused(tmp_path: Path, encoding: str, says: str) -> None:
    """An encoding that is unknown, or plainly not that of the file, is refused with a better one."""
    assert says in refusal(put(tmp_path, ROWS), Layout(encoding=encoding))


def test_a_byte_order_mark_against_the_encoding_is_refused(tmp_path: Path) -> None:
    """A file that says that it is UTF-8 is not read as Latin-1."""
    assert "Leave out encoding" in refusal(put(tmp_path, b"\xef\xbb\xbf" + ROWS), Layout(encoding="latin-1"))


@pytest.mark.parametrize("lost", [1, 4, 8, 9, 12])
def test_a_gzip_file_cut_short_is_refused(tmp_path: Path, lost: int) -> None:
    """However little of the end is missing, the file is refused."""
    packed = gzip.compress(ROWS * 1_000)

    assert "ends early" in refusal(put(tmp_path, packed[:-lost]))


def test_a_corrupt_gzip_file_is_refused(tmp_path: Path) -> None:
    """A changed byte in the data, or junk after it, is found by the checks of gzip itself."""
    packed = bytearray(gzip.compress(os.urandom(50_000).hex().encode()))
    packed[20_000] ^= 0xFF

    assert "corrupt gzip" in refusal(put(tmp_path, bytes(packed)))
    assert "corrupt gzip" in refusal(put(tmp_path, gzip.compress(ROWS) + b"junk"))


def test_gzip_members_and_padding_are_read_through(tmp_path: Path) -> None:
    """A gzip file of several members, padded with zeros, is one file."""
    path = put(tmp_path, gzip.compress(b"id,na") + gzip.compress(b"me\n1,a\n") + b"\0" * 700_000)

    assert read(path, Layout()).rows.rows() == [("1", "a")]


def test_gzip_is_known_by_its_bytes_not_by_its_name(tmp_path: Path) -> None:
    """Neither a packed file without .gz nor a plain one with it is misread."""
    assert read(put(tmp_path, gzip.compress(ROWS), "a.csv"), Layout()).rows.height == 2
    assert read(put(tmp_path, ROWS, "b.csv.gz"), Layout()).rows.height == 2


def test_a_gzip_bomb_is_refused_before_it_unfolds(tmp_path: Path) -> None:
    """A gigabyte of the same row in a few megabytes is refused within 300 MB of memory."""
    path = tmp_path / "rows.csv.gz"
    pack = zlib.compressobj(9, wbits=31)
    same = b"00000001,aaaaaa\n" * (1 << 20)
    with path.open("wb") as file:
        file.write(pack.compress(b"id,name\n"))
        for _ in range(64):
            file.write(pack.compress(same))
        file.write(pack.flush())

    done = subprocess.run([sys.executable, "-c", BOMB, str(path)], capture_output=True, text=True, check=True)
    megabytes, message = done.stdout.split(maxsplit=1)

    assert "decompression bomb" in message
    assert int(megabytes) < 300


def test_a_file_larger_than_the_limit_is_refused(tmp_path: Path) -> None:
    """The limit of bytes is on what a file unpacks to."""
    layout = Layout(limits=Limits(bytes=1_000))

    assert "more than 1,000 bytes" in refusal(put(tmp_path, gzip.compress(b"a,b\n" + b"1,2\n" * 300)), layout)


def test_memory_does_not_grow_with_the_file(tmp_path: Path) -> None:
    """Reading block by block, a file of 400 MB takes no more memory than its blocks."""
    path = tmp_path / "large.csv"
    with path.open("wb") as file:
        file.write(b"id,text\n")
        for _ in range(400):
            file.write(b"00001,some text of a row\n" * 40_000)
    code = (
        "import re, sys\n"
        "from ambassadors.sources.layout import Layout\n"
        "from ambassadors.sources.reader import blocks\n"
        "print(sum(block.rows_in for block in blocks(sys.argv[1], Layout())))\n"
        'print(int(re.search(r"VmHWM:\\s+(\\d+)", open("/proc/self/status").read())[1]) // 1024)\n'
    )

    done = subprocess.run([sys.executable, "-c", code, str(path)], capture_output=True, text=True, check=True)
    rows, megabytes = map(int, done.stdout.split())

    assert rows == 16_000_000
    assert megabytes < 400


@settings(max_examples=200, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.binary(max_size=100), st.binary(max_size=100), st.integers(1, 50))
def test_pieces_put_together_are_the_text(tmp_path: Path, before: bytes, after: bytes, size: int) -> None:
    """Cutting at line ends loses nothing, and only the last piece is called the last."""
    original = b"x" * 80 + before + b"\n" + after
    path = put(tmp_path, original)

    try:
        found = list(pieces(path, Layout(), size))
    except SourceError:
        return

    whole = b"".join(piece for piece, _ in found)
    assert whole in (original, original + b"\n", original + b"\r\n")
    assert all(piece.endswith(b"\n") for piece, _ in found)
    assert [last for _, last in found] == [False] * (len(found) - 1) + [True]


def test_a_stream_left_early_leaves_no_open_file(tmp_path: Path) -> None:
    """Who stops after the first block need not close anything."""
    path = put(tmp_path, b"a,b\n" + b"1,2\n" * 10_000)
    open_files = len(os.listdir("/proc/self/fd"))

    next(iter(blocks(path, Layout(), block_bytes=100)))

    assert len(os.listdir("/proc/self/fd")) == open_files


def test_the_path_of_a_file_is_given_back(tmp_path: Path) -> None:
    """A path as text or as an object is the same file."""
    path = put(tmp_path, ROWS)

    assert regular_file(str(path)) == regular_file(path) == path
