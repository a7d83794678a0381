"""The strict CSV reader: two paths that agree with each other and with a reading one byte at a time."""

from __future__ import annotations

import random
from collections.abc import Callable
from pathlib import Path

import polars as pl
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from ambassadors.errors import SourceError
from ambassadors.sources import csv_fast, csv_strict
from ambassadors.sources.layout import Block, Layout, Limits, one_block
from ambassadors.sources.reader import blocks, header, read

Write = Callable[[bytes], Path]
Reading = tuple[list[list[str]], list[int], list[tuple[int, str]]]


@pytest.fixture
def write(tmp_path: Path) -> Write:
    """A function that puts bytes into a file."""

    def put(content: bytes) -> Path:
        path = tmp_path / "rows.csv"
        path.write_bytes(content)
        return path

    return put


def naive(body: bytes, width: int, separator: bytes, cell_chars: int, first_line: int) -> Reading:
    """The rules of the strict reader once more, one byte at a time and with no thought of speed."""
    rows, lines, rejects = [], [], []
    at, line = 0, first_line
    while at < len(body):
        cells, reason, end = naive_record(body, at, separator)
        broken = reason in ("stray_quote", "unclosed_quote") or end < 0
        if broken:
            end = body.find(b"\n", at) + 1 or len(body)
        reason = reason or naive_fault(cells, width, cell_chars, body[at:end])
        if reason:
            rejects.append((line, reason))
        else:
            rows.append([cell.decode() for _, cell in cells])
            lines.append(line)
        line += body.count(b"\n", at, end)
        at = end
    return rows, lines, rejects


def naive_record(body: bytes, at: int, separator: bytes) -> tuple[list[tuple[bool, bytes]], str, int]:
    """The cells of one record, what is wrong with its structure, and its end (-1 when that cannot be told)."""
    cells: list[tuple[bool, bytes]] = []
    while True:
        quoted = body[at : at + 1] == b'"'
        cell = b""
        if quoted:
            at += 1
            while True:
                if at >= len(body):
                    return cells, "unclosed_quote", -1
                if body[at : at + 2] == b'""':
                    cell, at = cell + b'"', at + 2
                elif body[at : at + 1] == b'"':
                    at += 1
                    break
                else:
                    cell, at = cell + body[at : at + 1], at + 1
            rest = body[at : at + 2]
            if rest[:1] == b"\r" and rest != b"\r\n":
                return cells, "stray_cr", -1
            if rest and rest[:1] not in (separator, b"\n", b"\r"):
                return cells, "stray_quote", -1
        else:
            while at < len(body) and body[at : at + 1] not in (separator, b"\n") and body[at : at + 2] != b"\r\n":
                if body[at : at + 1] == b'"':
                    return cells, "stray_quote", -1
                cell, at = cell + body[at : at + 1], at + 1
        cells.append((quoted, cell))
        if body[at : at + 2] == b"\r\n":
            return cells, "", at + 2
        if body[at : at + 1] != separator:
            return cells, "", min(at + 1, len(body))
        at += 1


def naive_fault(cells: list[tuple[bool, bytes]], width: int, cell_chars: int, raw: bytes) -> str:
    """What is wrong with the cells of a record whose quotes are sound."""
    if any(b"\r" in cell for quoted, cell in cells if not quoted):
        return "stray_cr"
    if any(b"\0" in cell for _, cell in cells):
        return "nul_byte"
    if "\ufffd" in raw.decode(errors="replace"):
        return "bad_encoding"
    if raw in (b"\n", b"\r\n") and width > 1:
        return "blank_line"
    if len(cells) != width:
        return "ragged_row"
    return "cell_too_long" if any(len(cell.decode()) > cell_chars for _, cell in cells) else ""


def rfc_4180(row: list[str], separator: str, *, always: bool) -> str:
    """A row as RFC 4180 writes it, quoted where it must be, or everywhere."""
    special = (separator, '"', "\r", "\n")
    return separator.join(
        '"' + cell.replace('"', '""') + '"' if always or any(mark in cell for mark in special) else cell for cell in row
    )


def outcome(block: Block) -> Reading:
    """A block in the form of the naive reading."""
    rejects = [(line, reason) for line, _, reason, _ in block.rejects.rows()]
    return [list(row) for row in block.rows.rows()], block.lines.to_list(), rejects


def in_blocks(path: Path, layout: Layout, block_bytes: int) -> Block:
    """A file read in blocks of that size, put together."""
    names = header(path, layout)
    empty = Block(
        pl.DataFrame(schema=dict.fromkeys(names, pl.String)),
        pl.Series("line", [], pl.Int64),
        pl.DataFrame(schema={"line": pl.Int64, "column": pl.String, "reason": pl.String, "value": pl.String}),
    )
    return one_block([empty, *blocks(path, layout, block_bytes=block_bytes)])


CELLS = st.text(st.sampled_from("aé0 #,;\t\"'\n\r\x1e\x1f\ufeff"), max_size=6)
SEPARATORS = st.sampled_from([",", ";", "\t", " ", "|", "1"])
# NULs come in pairs, lest a small file look like UTF-16, which is refused as a whole.
POLLUTED = st.lists(
    st.sampled_from(
        [b"a", b",", b" ", b'"', b"\n", b"\r", b"\r\n", b"\t", "é".encode(), b"\xff", b"\0\0", b'""', b"a,b\n"]
    ),
    max_size=40,
).map(b"".join)
QUIET = settings(max_examples=300, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])


@QUIET
@given(st.data(), st.integers(1, 4), SEPARATORS, st.sampled_from(["\n", "\r\n"]), st.integers(1, 70))
def test_a_writer_of_rfc_4180_is_read_back_exactly(
    write: Write, data: st.DataObject, width: int, separator: str, line_end: str, block_bytes: int
) -> None:
    """What a writer that keeps to RFC 4180 wrote comes back cell by cell, with nothing rejected."""
    rows = data.draw(st.lists(st.lists(CELLS, min_size=width, max_size=width), max_size=12))
    names = [f"k{'abcd'[place]}" for place in range(width)]
    always = data.draw(st.booleans())
    text = "".join(rfc_4180(row, separator, always=always) + line_end for row in [names, *rows])
    path = write(text.encode())

    block = in_blocks(path, Layout(separator=separator), block_bytes)

    assert [list(row) for row in block.rows.rows()] == rows
    assert block.rejects.is_empty()
    assert block.rows.columns == names


@QUIET
@given(POLLUTED, st.integers(1, 4), st.sampled_from([b",", b" ", b"\t"]), st.integers(1, 80))
def test_both_paths_agree_with_a_reading_byte_by_byte(
    write: Write, body: bytes, width: int, separator: bytes, block_bytes: int
) -> None:
    """However broken a file is, its rows, their lines and its rejects are those of the naive reading."""
    names = tuple("wxyz"[:width])
    limits = Limits(cell_chars=5)
    expected = naive(body, width, separator, 5, 2)
    path = write(separator.decode().join(names).encode() + b"\n" + body)

    block = in_blocks(path, Layout(separator=separator.decode(), limits=limits), block_bytes)

    assert outcome(block) == expected
    assert block.rows_in == block.rows.height + block.rejects.height == len(expected[0]) + len(expected[2])


@QUIET
@given(POLLUTED, st.integers(1, 3))
def test_the_strict_path_alone_gives_what_the_fast_path_gives(body: bytes, width: int) -> None:
    """Where the proof holds, the records that it vouches for are those that the strict path accepts."""
    text = body + (b"\r\n" if body.endswith(b"\r") else b"\n")
    rules = csv_strict.rules_for(tuple("xyz"[:width]), ",", Limits(cell_chars=5))
    sifted = csv_strict.sift(text, rules, 1, final=True)
    found = csv_fast.survey(text, rules, final=True)
    if found is None:
        return
    verdicts = {index: csv_strict.judge(text, int(found.starts[index]), rules, final=True) for index in found.doubtful}

    good = [index for index in range(len(found.ends)) if not (verdicts.get(index) and verdicts[index].reason)]

    assert [int(found.starts[index]) for index in good] == sifted.starts
    assert b"".join(text[found.starts[index] : found.ends[index]] for index in good) == sifted.text


@QUIET
@given(POLLUTED, st.integers(1, 60), st.integers(1, 40))
def test_block_size_changes_nothing(write: Write, body: bytes, block_bytes: int, record_bytes: int) -> None:
    """Rows and rejects do not depend on where a file is cut, even next to the length limit of a record."""
    path = write(b"x,y\n" + body)
    layout = Layout(limits=Limits(record_bytes=max(3, record_bytes), cell_chars=8))

    whole, cut = in_blocks(path, layout, 1 << 20), in_blocks(path, layout, block_bytes)

    assert outcome(cut) == outcome(whole)
    assert cut.rejects.equals(whole.rejects)


def test_large_mixed_files_agree_with_the_naive_reading(write: Write) -> None:
    """Megabytes in which clean, quoted and broken stretches take turns are read as the naive reading reads them."""
    rng = random.Random(5)
    clean, quoted = [b"1,b,c\n"] * 60_000, [b'7,"b ""q"", c\n2",\xc3\xa9\r\n'] * 40_000
    dirty = [rng.choice([b"1,2\n", b'x"y,1,2\n', b'"a,b\n', b"\n", b"a,\xff,c\n", b"a,b,c\n"]) for _ in range(3_000)]
    body = b"".join([*clean, *quoted, *dirty, *clean, b"\xef\xbb\xbf1,2,3\n", *quoted])

    block = read(write(b"a,b,c\n" + body), Layout())

    assert outcome(block) == naive(body, 3, b",", 131_072, 2)


def test_ids_of_39_digits_come_back_as_they_are(write: Write) -> None:
    """Ten thousand ids with leading zeros, of up to 39 digits, are the same text after reading."""
    rng = random.Random(11)
    ids = ["".join(rng.choices("0123456789", k=rng.randint(1, 39))) for _ in range(10_000)] + [
        "1.23E+18",
        "0x1F",
        "1e5",
    ]

    block = read(write(("id,n\n" + "".join(f"{one},1\n" for one in ids)).encode()), Layout(), ["id"])

    assert block.rows["id"].to_list() == ids


@pytest.mark.parametrize(
    ("line", "column", "reason", "value"),
    [
        (b"1,2,3,4,5", None, "ragged_row", "5 fields, not 4: 1,2,3,4,5"),
        (b"1", None, "ragged_row", "1 field, not 4: 1"),
        (b'1,2"x,3,4', "b", "stray_quote", '1,2"x,3,4'),
        (b'1,"2"x,3,4', "b", "stray_quote", '1,"2"x,3,4'),
        (b'1,2,"3,4', "c", "unclosed_quote", '1,2,"3,4'),
        (b"1,2,x\ry,4", "c", "stray_cr", "x\ry"),
        (b'1,"2"\r,3,4', "b", "stray_cr", '1,"2"\r,3,4'),
        (b"1,2,3,\0", "d", "nul_byte", "\0"),
        (b"1,2,3,caf\xe9", "d", "bad_encoding", "caf\\xe9"),
        (b"", None, "blank_line", ""),
        (b"1,2,3," + b"x" * 131_073, "d", "cell_too_long", "x" * 199 + "…"),
    ],
)
@pytest.mark.parametrize("also", [b"", b'9,"9",9,9\n'])
def test_a_broken_record_is_rejected_once(
    write: Write, line: bytes, column: str | None, reason: str, value: str, also: bytes
) -> None:
    """Each fault gives one reject with its line, column, reason and value, and its neighbours are kept."""
    path = write(b"a,b,c,d\n1,2,3,4\n" + also + line + b"\n5,6,7,8\n")

    block = read(path, Layout())

    assert block.rejects.rows() == [(3 + bool(also), column, reason, value)]
    assert block.rows["a"].to_list() == ["1", *(["9"] if also else []), "5"]
    assert block.lines.to_list()[-1] == 4 + bool(also)


def test_a_whole_record_of_the_wrong_width_does_not_leak_rows(write: Write) -> None:
    """Lines inside a quoted field of a rejected record are not taken for rows."""
    block = read(write(b'a,b\n"x\n1,2\n3,4\n"\n5,6\n'), Layout())

    assert outcome(block) == ([["5", "6"]], [6], [(2, "ragged_row")])


def test_cells_are_kept_as_they_are(write: Write) -> None:
    """Blanks are not stripped, words for null stay words, and an empty cell is an empty text."""
    block = read(write(b'a,b\n x ,NA\n"",null\n,#\n'), Layout())

    assert block.rows.rows() == [(" x ", "NA"), ("", "null"), ("", "#")]


def test_a_single_column_may_have_empty_cells(write: Write) -> None:
    """In a file of one column a blank line is a row with an empty cell, and the last line needs no line feed."""
    assert read(write(b'a\n\nx\n\r\n""\ny'), Layout()).rows["a"].to_list() == ["", "x", "", "", "y"]


def test_only_the_wanted_columns_are_read_in_the_wanted_order(write: Write) -> None:
    """Columns come in the order asked for, whatever their order in the file."""
    block = read(write(b"a,b,c\n1,2,3\n"), Layout(), ["c", "a"])

    assert block.rows.to_dicts() == [{"c": "3", "a": "1"}]


def test_a_file_without_a_header_takes_its_names_from_the_layout(write: Write) -> None:
    """With header=False the first line is a row, and its width is that of the given names."""
    block = read(write(b"1,2\n3\n"), Layout(header=False, columns=("x", "y")))

    assert outcome(block) == ([["1", "2"]], [1], [(2, "ragged_row")])


def test_a_header_alone_is_a_file_of_no_rows(write: Write) -> None:
    """A file that ends with its header has columns and no rows."""
    block = read(write(b"\xef\xbb\xbfa,b"), Layout())

    assert block.rows.columns == ["a", "b"]
    assert block.rows_in == 0
    assert block.rows.schema == {"a": pl.String, "b": pl.String}


@pytest.mark.parametrize(
    ("content", "says"),
    [
        (b"a,b,a\n1,2,3\n", "names 'a' more than once"),
        (b"a,,c\n1,2,3\n", "without a name for column 2"),
        (b'a,b"c\n1,2\n', "broken header (stray_quote)"),
        (b'a,"b\n1,2\n', "broken header (unclosed_quote)"),
        (b"\na,b\n1,2\n", "blank line 1"),
        (b"a,b\0\n", "bytes that are no text"),
        (b"a,caf\xe9\n", "add encoding"),
        (b"a;b;c\n1;2;3\n", 'did you mean separator = ";"?'),
        (b"a\tb\n1\t2\n", 'did you mean separator = "\\t"?'),
        (b'{"a": 1}\n', 'format = "jsonl"'),
        (b",".join(b"c%d" % place for place in range(100_000)) + b"\n", "more than 2,000 columns"),
    ],
)
def test_a_bad_header_is_refused(write: Write, content: bytes, says: str) -> None:
    """A header that does not name each column once refuses the file, with what to do."""
    path = write(content)

    with pytest.raises(SourceError) as caught:
        read(path, Layout())

    assert says in str(caught.value)


def test_a_missing_column_is_refused_with_the_names_there_are(write: Write) -> None:
    """The message names the columns of the file and the nearest one."""
    path = write(b"handle,followers\na,1\n")

    with pytest.raises(
        SourceError, match=r"no column 'follwers'; it has 'handle', 'followers'\. Did you mean 'followers'"
    ):
        read(path, Layout(), ["follwers"])


@pytest.mark.parametrize(
    "line", [b'"1,2\n', b'"1,2\n' + b'x,"y"\n', b'a,"\n', b'"",\n', b'""""""""\n', b'"a""\n', b'","\n']
)
def test_hostile_quotes_come_to_an_end(write: Write, line: bytes) -> None:
    """Quotes by the hundred thousand, opened and closed wherever it hurts: reading ends and loses no record."""
    path = write(b"a,b\n" + b'"never closed\n' + line * (1_000_000 // len(line)))

    total = sum(block.rows_in for block in blocks(path, Layout()))

    assert total > 0


def test_a_quote_never_closed_costs_one_line(write: Write) -> None:
    """In a large file, the line of a quote that nothing closes is rejected, and the rows after it are kept."""
    path = write(b'a,b\n1,2\n1,"2\n' + b"3,4\n" * 6_000_000)

    block = read(path, Layout())

    assert block.rejects.rows() == [(3, "b", "unclosed_quote", '1,"2')]
    assert block.rows.height == 6_000_001


def test_a_line_without_end_fits_in_memory(write: Write) -> None:
    """A line longer than any record may be is one reject, and what follows it is read."""
    block = read(write(b"a,b\n1," + b"x" * 40_000_000 + b"\n3,4\n"), Layout())

    assert block.rejects.select("line", "reason").rows() == [(2, "record_too_long")]
    assert block.rows.rows() == [("3", "4")]


def test_without_quoting_a_quotation_mark_is_a_letter(tmp_path: Path) -> None:
    """quoting = false: names with quotation marks are read as they stand, and bytes that are no text still rejected."""
    path = tmp_path / "a.tsv"
    path.write_bytes(b'id\t"name"\n1\t"Weird Al" Yankovic\n2\tDon\'t "\n3\t"\n4\ta\xffb\n5\t"a\n')

    block = read(path, Layout(separator="\t", quoting=False))

    assert block.rows['"name"'].to_list() == ['"Weird Al" Yankovic', "Don't \"", '"', '"a']
    assert block.rejects.select("line", "reason").rows() == [(5, "bad_encoding")]
