"""JSON Lines: values as they are written, and each broken line a reject."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from ambassadors.errors import SourceError
from ambassadors.sources.layout import Layout, Limits
from ambassadors.sources.reader import blocks, header, read

JSONL = Layout(format="jsonl")
Write = Callable[[bytes], Path]


@pytest.fixture
def write(tmp_path: Path) -> Write:
    """A function that puts bytes into a file."""

    def put(content: bytes) -> Path:
        path = tmp_path / "rows.jsonl"
        path.write_bytes(content)
        return path

    return put


def test_values_keep_the_text_of_the_file(write: Write) -> None:
    """Numbers keep every digit, nested objects get dots, arrays stay JSON, null and missing are null."""
    line = (
        b'{"id": 123456789012345678901234567890123456789, "f": 1.10E+05, "ok": true, "no": null, "s": "007",'
        b' "user": {"id": -0, "n": {"x": "\\u00e9"}}, "tags": ["a", 1.0, {"k": false}], "none": {}}'
    )

    row = read(write(line + b'\n{"id": 1}'), JSONL).rows.to_dicts()[0]

    assert row == {
        "id": "123456789012345678901234567890123456789",
        "f": "1.10E+05",
        "ok": "true",
        "no": None,
        "s": "007",
        "user.id": "-0",
        "user.n.x": "é",
        "tags": '["a", 1.0, {"k": false}]',
    }


@pytest.mark.parametrize(
    ("line", "column", "reason"),
    [
        (b'{"a": 1', None, "bad_json"),
        (b"{'a': 1}", None, "bad_json"),
        (b'{"a": 1} {"a": 2}', None, "bad_json"),
        (b'{"a": NaN}', None, "bad_json"),
        (b'{"a": -Infinity}', None, "bad_json"),
        (b'{"a": 007}', None, "bad_json"),
        (b'{"a": "x\ty"}', None, "bad_json"),
        (b"[1]", None, "not_an_object"),
        (b"17", None, "not_an_object"),
        (b'{"a": 1, "a": 2}', "a", "duplicate_key"),
        (b'{"a": {"b": 1}, "a.b": 2}', "a.b", "duplicate_key"),
        (b'{"a": ' * 40 + b"1" + b"}" * 40, None, "nested_too_deep"),
        (b'{"a": ' + b"[" * 40 + b"]" * 40 + b"}", None, "nested_too_deep"),
        (b'{"a": ' + b"[" * 100_000 + b"]" * 100_000 + b"}", None, "nested_too_deep"),
        (b'{"a": "' + b"x" * 131_073 + b'"}', "a", "cell_too_long"),
        (b'{"a": "\xff"}', None, "bad_encoding"),
        (b'{"a": "\\ud800"}', "a", "bad_encoding"),
        (b'{"a": "\0"}', None, "nul_byte"),
        (b'{"a": "\\u0000"}', "a", "nul_byte"),
        (b"", None, "blank_line"),
        (b"  \r", None, "blank_line"),
    ],
)
def test_a_broken_line_is_rejected_once(write: Write, line: bytes, column: str | None, reason: str) -> None:
    """Each fault gives one reject with its line and reason, and its neighbours are kept."""
    block = read(write(b'{"a": 1}\n' + line + b'\n{"a": 2}\n'), JSONL)

    assert block.rejects.select("line", "column", "reason").rows() == [(2, column, reason)]
    assert block.rows["a"].to_list() == ["1", "2"]
    assert block.lines.to_list() == [1, 3]
    assert block.rows_in == 3


@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    st.lists(
        st.dictionaries(
            st.sampled_from("abc"),
            st.none() | st.integers() | st.booleans() | st.text(st.characters(exclude_categories=["Cs"]), max_size=5),
            max_size=3,
        ),
        min_size=1,
    ),
    st.integers(1, 60),
)
def test_rows_come_back_whatever_the_block_size(write: Write, rows: list[dict[str, object]], block_bytes: int) -> None:
    """What json.dumps wrote comes back as text, cut anywhere."""
    path = write("\n".join(json.dumps(row, ensure_ascii=False) for row in rows).encode())

    found = (
        [
            row
            for block in blocks(path, JSONL, ["a", "b", "c"], block_bytes=block_bytes)
            for row in block.rows.to_dicts()
        ]
        if {"a", "b", "c"} <= set(header(path, JSONL))
        else None
    )

    expected = [
        {key: text if (text := as_text(row.get(key))) is not None else None for key in "abc"}
        for row in rows
        if not any(isinstance(value, str) and "\0" in value for value in row.values())
    ]
    assert found is None or found == expected


def as_text(value: object) -> str | None:
    """A JSON value as the reader gives it."""
    if isinstance(value, bool):
        return str(value).lower()
    return None if value is None else str(value)


def test_columns_are_the_union_of_all_keys(write: Write) -> None:
    """Keys come in the order in which they are first seen, and every row has them all."""
    path = write(b'{"b": 1}\n{"a": 2, "b": 3}\n')

    assert header(path, JSONL) == ["b", "a"]
    assert read(path, JSONL).rows.rows() == [("1", None), ("3", "2")]


def test_a_wanted_key_that_no_row_has_is_refused(write: Write) -> None:
    """A slip in a name is an error, while a key that is only ever null, or whose object is, is not."""
    path = write(b'{"handle": "a", "url": null, "user": null}\n')

    assert read(path, JSONL, ["url", "user.id"]).rows.rows() == [(None, None)]
    with pytest.raises(SourceError, match="Did you mean 'handle'"):
        read(path, JSONL, ["hnadle"])


@pytest.mark.parametrize(("content", "says"), [(b'[{"a": 1}]', "one JSON array"), (b"", "is empty")])
def test_other_files_are_refused(write: Write, content: bytes, says: str) -> None:
    """A JSON array and an empty file are refused as a whole."""
    path = write(content)

    with pytest.raises(SourceError, match=says):
        read(path, JSONL)


def test_too_many_keys_are_refused(write: Write) -> None:
    """A file whose keys are data cannot make a table of a million columns."""
    path = write(b"".join(b'{"k%d": 1}\n' % key for key in range(50)))

    with pytest.raises(SourceError, match="more than 10 different keys"):
        read(path, Layout(format="jsonl", limits=Limits(columns=10)))


def test_a_line_of_very_many_keys_comes_to_an_end(write: Write) -> None:
    """A duplicate at the end of a very long object is found; a search in quadratic time would not come back."""
    path = write(b"{" + b"".join(b'"k%d":1,' % key for key in range(600_000)) + b'"k7":2}\n{"a":1}\n')

    block = read(path, JSONL)

    assert block.rejects["reason"].to_list() == ["duplicate_key"]
