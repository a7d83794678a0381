"""Bodies are unpacked within bounds, and JSON is parsed as ever when it is tame."""

from __future__ import annotations

import gzip
import json
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ambassadors.web.bodies import Broken, Unfit, parsed, unpacked

TEXT = st.text(st.sampled_from('ab"\\[]{},:é☕😀\n'), max_size=8)
VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False) | TEXT,
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(TEXT, inner, max_size=4),
    max_leaves=20,
)


def depth(value: Any) -> int:
    """How deep a value is nested."""
    if isinstance(value, dict):
        value = list(value.values())
    return 1 + max(map(depth, value), default=0) if isinstance(value, list) else 0


@settings(max_examples=50, deadline=None)
@given(VALUES, st.booleans())
def test_tame_json_is_read_as_ever(value: Any, ascii_only: bool) -> None:
    """Whatever stands in its strings: equal to the standard library's, and allowed up to exactly its depth."""
    body = json.dumps(value, ensure_ascii=ascii_only).encode()

    assert parsed(body, most_depth=depth(value), most_values=10_000) == json.loads(body)
    if depth(value):
        with pytest.raises(Unfit, match="nested deeper"):
            parsed(body, most_depth=depth(value) - 1, most_values=10_000)


@settings(max_examples=50, deadline=None)
@given(VALUES.filter(lambda value: isinstance(value, (list, dict))), st.data())
def test_cut_off_json_is_told(value: Any, data: st.DataObject) -> None:
    """A list or an object that lacks its end is never taken for a whole one."""
    body = json.dumps(value).encode()

    with pytest.raises(Broken):
        parsed(body[: data.draw(st.integers(0, len(body) - 1))], most_depth=200, most_values=10_000)


@pytest.mark.parametrize(
    "body", [b"[" + b"1," * 1000 + b"1]", b"[" + b"{}," * 600 + b"1]", b'["' + b'","' * 3000 + b'"]']
)
def test_values_are_counted(body: bytes) -> None:
    """What would fill the memory with small things is left."""
    with pytest.raises(Unfit, match="more than 999 values"):
        parsed(body, most_depth=10, most_values=999)


@settings(max_examples=50, deadline=None)
@given(st.lists(st.binary(max_size=200_000), max_size=3), st.integers(1, 5000))
def test_what_was_packed_is_unpacked(members: list[bytes], piece: int) -> None:
    """In one member or several, cut into pieces of any size."""
    packed = b"".join(map(gzip.compress, members))
    chunks = [packed[place : place + piece] for place in range(0, len(packed), piece)]

    assert unpacked(chunks, "gzip", 1 << 20) == b"".join(members)


def test_the_bound_is_on_what_comes_out() -> None:
    """To the byte, packed or not."""
    for chunks, packing in (([b"x" * 600, b"x" * 424], ""), ([gzip.compress(b"x" * 1024)], "GZIP")):
        assert len(unpacked(chunks, packing, 1024)) == 1024
        with pytest.raises(Unfit, match="larger than"):
            unpacked(chunks, packing, 1023)
