"""Members of archives, and CSV files with words above their header or rows of no use: read as they lie, or refused."""

from __future__ import annotations

import io
import struct
import tarfile
import zipfile
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from ambassadors import recipe
from ambassadors.errors import SourceError
from ambassadors.sources import archives
from ambassadors.sources.layout import Layout, Limits
from ambassadors.sources.reader import read
from ambassadors.sources.reading import Reading, read_tables

CSV = b"source,target\na,b\nb,c\n"
FOLLOWS = """
name = "f"
[[files]]
table = "follows"
path = "PATH"
platform = "x"
columns = { source = "source", target = "target" }
"""


def zip_of(path: Path, **files: bytes) -> Path:
    """A zip of these files; __ in a name stands for a slash."""
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in files.items():
            archive.writestr(name.replace("__", "/") + ".csv", content)
    return path


def tar_of(path: Path, *members: tuple[tarfile.TarInfo, bytes], mode: str = "w:gz") -> Path:
    """A tar of these members."""
    with tarfile.open(path, mode) as archive:  # type: ignore[call-overload]
        for info, content in members:
            info.size = len(content)
            archive.addfile(info, io.BytesIO(content))
    return path


def follows(folder: Path, path: str, more: str = "") -> Reading:
    """What a recipe reads from that path."""
    text = FOLLOWS.replace("PATH", path).replace('platform = "x"', f'platform = "x"\n{more}')
    return read_tables(recipe.parse(recipe.tomllib.loads(text)), folder)


def test_members_are_read_alone_and_by_pattern(tmp_path: Path) -> None:
    """One member, several that match, and members of several archives give their rows, each under its own name."""
    zip_of(tmp_path / "a-1.zip", data__one=CSV, data__two=b"source,target\nc,d\n", other__three=b"x\n")
    tar_of(tmp_path / "a-2.tar.gz", (tarfile.TarInfo("data/one.csv"), b"source,target\nd,e\n"))

    one = follows(tmp_path, "a-1.zip!data/two.csv")
    many = follows(tmp_path, "a-*!data/*.csv")

    assert one.tables["follows"]["source"].to_list() == ["x:c"]
    assert sorted(many.tables["follows"]["source"]) == ["x:a", "x:b", "x:c", "x:d"]
    assert [intake.file for intake in many.intakes] == [
        "a-1.zip!data/one.csv",
        "a-1.zip!data/two.csv",
        "a-2.tar.gz!data/one.csv",
    ]
    assert {intake.path.name for intake in many.intakes} == {"a-1.zip", "a-2.tar.gz"}


@given(st.dictionaries(st.text("abc/é ", min_size=1, max_size=120), st.binary(max_size=3_000), max_size=5))
@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_a_tar_gives_back_what_was_put_in(tmp_path: Path, files: dict[str, bytes]) -> None:
    """Long names, odd letters and any bytes come out of a tar as they went in."""
    files = {name.strip("/ ").replace("//", "/"): content for name, content in files.items() if name.strip("/ ")}
    files = {name: content for name, content in files.items() if "//" not in name}
    path = tar_of(tmp_path / "a.tar.gz", *((tarfile.TarInfo(name), content) for name, content in files.items()))
    if not files:
        return

    names = [member.name for member in archives.members(path, Limits())]
    found = {name: b"".join(archives.chunks(path, name, Limits())) for name in names}

    assert found == files


def test_a_file_with_the_mark_in_its_name_is_a_file(tmp_path: Path) -> None:
    """An exclamation mark in the name of an ordinary file means nothing."""
    (tmp_path / "wow!.csv").write_bytes(CSV)

    assert follows(tmp_path, "wow!.csv").tables["follows"].height == 2


def link(kind: bytes) -> tarfile.TarInfo:
    """A link to a file outside."""
    info = tarfile.TarInfo("data/link")
    info.type, info.linkname = kind, "/etc/passwd"
    return info


@pytest.mark.parametrize("kind", [tarfile.SYMTYPE, tarfile.LNKTYPE])
def test_a_tar_with_a_link_is_refused_whole(tmp_path: Path, kind: bytes) -> None:
    """A link could lead anywhere: nothing of such an archive is taken."""
    tar_of(tmp_path / "a.tar.gz", (tarfile.TarInfo("data/one.csv"), CSV), (link(kind), b""))

    with pytest.raises(SourceError, match="holds a link"):
        follows(tmp_path, "a.tar.gz!data/one.csv")


@pytest.mark.parametrize("name", ["../x.csv", "/x.csv", "a/../../x.csv"])
def test_a_tar_that_climbs_out_is_refused_whole(tmp_path: Path, name: str) -> None:
    """A path that leads out of the archive condemns all of it."""
    tar_of(tmp_path / "a.tar", (tarfile.TarInfo("one.csv"), CSV), (tarfile.TarInfo(name), CSV), mode="w")

    with pytest.raises(SourceError, match="leads out of the archive"):
        follows(tmp_path, "a.tar!one.csv")


def test_an_encrypted_member_is_told(tmp_path: Path) -> None:
    """A member with a password says so, and what to do."""
    path = zip_of(tmp_path / "a.zip", one=CSV)
    raw = bytearray(path.read_bytes())
    for sign, place in ((b"PK\x03\x04", 6), (b"PK\x01\x02", 8)):
        at = raw.index(sign) + place
        raw[at] |= 1
    path.write_bytes(bytes(raw))

    with pytest.raises(SourceError, match=r"one\.csv is encrypted. Unpack the archive with its password"):
        follows(tmp_path, "a.zip!one.csv")


def test_a_damaged_member_is_told(tmp_path: Path) -> None:
    """A member whose checksum is wrong is refused, not read."""
    path = zip_of(tmp_path / "a.zip", one=CSV)
    raw = bytearray(path.read_bytes())
    raw[raw.index(b"PK\x01\x02") + 16] ^= 0xFF
    path.write_bytes(bytes(raw))

    with pytest.raises(SourceError, match="damaged"):
        follows(tmp_path, "a.zip!one.csv")


def test_bombs_are_refused(tmp_path: Path) -> None:
    """A member that unpacks to hundreds of times its size, or a list of members too long, stops the reading."""
    zip_of(tmp_path / "a.zip", one=b"source,target\n" + b"a,b\n" * 10_000_000)
    raw = bytearray(zip_of(tmp_path / "b.zip", one=CSV).read_bytes())
    struct.pack_into("<I", raw, raw.rindex(b"PK\x05\x06") + 12, 200 << 20)
    (tmp_path / "b.zip").write_bytes(bytes(raw))

    with pytest.raises(SourceError, match="decompression bomb"):
        follows(tmp_path, "a.zip!one.csv")
    with pytest.raises(SourceError, match="too long a list of files"):
        follows(tmp_path, "b.zip!one.csv")


@pytest.mark.parametrize(
    ("path", "says"),
    [
        ("a.zip!two.csv", "Did you mean 'one.csv'"),
        ("a.zip!*.js", "no file matches"),
        ("none.zip!one.csv", "does not exist"),
        ("plain.csv!one.csv", "is no zip and no tar archive"),
        ("a.zip!empty.csv", "is empty"),
        ("a.zip!table.parquet", "holds no 'table.parquet'"),
    ],
)
def test_a_member_that_is_not_there_is_told(tmp_path: Path, path: str, says: str) -> None:
    """What is wrong with the path of a member is said, with the names that are near."""
    zip_of(tmp_path / "a.zip", one=CSV, empty=b"")
    (tmp_path / "plain.csv").write_bytes(CSV)

    with pytest.raises(SourceError, match=says):
        follows(tmp_path, path)


def test_a_name_that_is_there_twice_is_refused(tmp_path: Path) -> None:
    """Of two members of one name nobody knows which is meant."""
    with zipfile.ZipFile(tmp_path / "a.zip", "w") as archive:
        archive.writestr("one.csv", CSV)
        with pytest.warns(UserWarning, match="Duplicate name"):
            archive.writestr("one.csv", b"source,target\n")

    with pytest.raises(SourceError, match=r"holds 'one.csv' 2 times"):
        follows(tmp_path, "a.zip!one.csv")


PREAMBLE = b'Notes:\n"When exporting, you may notice ""gaps"", and more"\n\nsource,target\na,b\nb\n'


def test_the_header_below_a_preamble_is_found_by_its_columns(tmp_path: Path) -> None:
    """Words above the header are passed over, and the lines of rejects are still those of the file."""
    (tmp_path / "a.csv").write_bytes(PREAMBLE)

    found = follows(tmp_path, "a.csv", "preamble = true")

    assert found.tables["follows"].height == 1
    assert found.rejects.select("line", "reason").rows() == [(6, "ragged_row")]


def test_without_a_header_that_fits_a_preamble_is_refused(tmp_path: Path) -> None:
    """A file in which no line names the columns is refused, not read from anywhere."""
    (tmp_path / "a.csv").write_bytes(b"Notes:\nwho,whom\na,b\n")

    with pytest.raises(SourceError, match="names the columns source, target"):
        follows(tmp_path, "a.csv", "preamble = true")


@given(st.lists(st.sampled_from(["a", "", " "]), max_size=8))
@settings(max_examples=30, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_rows_that_are_not_filled_are_set_aside_and_counted(tmp_path: Path, cells: list[str]) -> None:
    """Rows in are rows accepted, rejected and set aside; exactly those with an empty cell are set aside."""
    text = "source,target,total\n" + "".join(f"a{place},b,{cell}\n" for place, cell in enumerate(cells))
    (tmp_path / "a.csv").write_text(text)

    (intake,) = follows(tmp_path, "a.csv", 'filled = "total"\nstrip = true').intakes

    assert intake.rows == len(cells)
    assert intake.set_aside == sum(not cell.strip() for cell in cells)
    assert intake.rows == intake.accepted + intake.rejected + intake.set_aside


def test_a_member_is_read_as_the_file_would_be(tmp_path: Path) -> None:
    """A CSV with quotes, line ends in cells and a byte-order mark is the same inside an archive and outside."""
    content = b'\xef\xbb\xbfsource,target\r\n"a ""x"",\r\n y",b\r\nc,d\r\n'
    (tmp_path / "one.csv").write_bytes(content)
    zip_of(tmp_path / "a.zip", one=content)

    inside, outside = (read(tmp_path / name, Layout()) for name in ("a.zip!one.csv", "one.csv"))

    assert inside.rows.equals(outside.rows)
    assert inside.lines.equals(outside.lines)
