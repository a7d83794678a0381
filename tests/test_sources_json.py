"""JSON documents: the records wherever they stand, values as they are written, what is broken told."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from ambassadors import recipe
from ambassadors.errors import RecipeError, SourceError
from ambassadors.sources.layout import Layout
from ambassadors.sources.reader import header, read
from ambassadors.sources.reading import read_tables

Value = dict[str, object] | list[object]
DOCUMENT = {
    "posts": [
        {"id": 1, "tags": [{"name": "ann"}, {"name": "bob"}], "a.b": "dotted"},
        {"id": 2, "tags": []},
        {"id": 3},
    ]
}


def rows(path: Path, text: str, wanted: list[str], **layout: object) -> list[dict[str, str | None]]:
    """The wanted columns of a document of that text."""
    path.write_text(text)
    return read(path, Layout(format="json", **layout), wanted).rows.to_dicts()  # type: ignore[arg-type]


@pytest.mark.parametrize(
    "text",
    [
        '[{"id": 123456789012345678901234567890123456789}]',
        'window.YTD.follower.part0 = [{"id": 123456789012345678901234567890123456789}]',
        'const rows =\n[{"id": 123456789012345678901234567890123456789}];\n',
        '\ufeff  {"id": 123456789012345678901234567890123456789}',
    ],
)
def test_a_document_alone_or_assigned_keeps_every_digit(tmp_path: Path, text: str) -> None:
    """A list, a single object, and a document assigned to a name are read, ids digit by digit."""
    assert rows(tmp_path / "a.js", text, ["id"]) == [{"id": "123456789012345678901234567890123456789"}]


def test_records_lists_in_records_and_what_is_around_them(tmp_path: Path) -> None:
    """A path leads to lists inside records, and .. to the objects around; the first path that is there counts."""
    text = json.dumps(DOCUMENT)

    tags = rows(tmp_path / "a.json", text, ["name", "../id"], records=("nothing.here", "posts.*.tags"))
    posts = rows(tmp_path / "a.json", text, ["id", "tags.0.name", "tags", "a.b", "../x"], records=("posts",))

    assert tags == [{"name": "ann", "../id": "1"}, {"name": "bob", "../id": "1"}]
    assert posts[0] == {
        "id": "1",
        "tags.0.name": "ann",
        "tags": '[{"name": "ann"}, {"name": "bob"}]',
        "a.b": "dotted",
        "../x": None,
    }
    assert posts[2] == {"id": "3", "tags.0.name": None, "tags": None, "a.b": None, "../x": None}


def test_header_names_the_paths(tmp_path: Path) -> None:
    """Without a recipe the columns are the paths to all values, of lists to those of the first element."""
    (tmp_path / "a.json").write_text('[{"a": {"b": 1}, "c": [{"d": 2}]}, {"e": []}]')

    assert header(tmp_path / "a.json", Layout(format="json")) == ["a.b", "c.0.d", "e"]


@given(st.text(max_size=40))
@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_repair_undoes_what_meta_does_and_nothing_else(tmp_path: Path, text: str) -> None:
    """UTF-8 written as Latin-1 comes back as it was, with repair; without it every text stays as it stands."""
    written = json.dumps([{"t": text.encode().decode("latin-1"), "plain": text}])
    if "\0" in text:
        return

    (mended,) = rows(tmp_path / "a.json", written, ["t"], repair="latin1")
    (left,) = rows(tmp_path / "a.json", written, ["plain"])

    assert mended["t"] == text
    assert left["plain"] == text


values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=5) | st.sampled_from(["\0", "\ud800"]),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.sampled_from("ab"), inner, max_size=2),
    max_leaves=8,
)


@given(st.lists(values, max_size=6))
@settings(max_examples=80, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_every_record_is_a_row_or_a_reject(tmp_path: Path, document: list[object]) -> None:
    """Whatever a list holds, each of its elements comes out once, with its number."""
    (tmp_path / "a.json").write_text(json.dumps(document))

    block = read(tmp_path / "a.json", Layout(format="json"), ["a", "a.b"])

    assert block.rows_in == len(document)
    assert sorted([*block.lines, *block.rejects["line"]]) == list(range(1, len(document) + 1))


def test_broken_records_are_rejects_with_their_number(tmp_path: Path) -> None:
    """No object, one key twice, and a text that no table can hold: each is told, the others are read."""
    (tmp_path / "a.json").write_text('[{"a": "x"}, 7, {"a": 1, "a": 2}, {"a": "\\u0000"}, {"a": "y"}]')

    block = read(tmp_path / "a.json", Layout(format="json"), ["a"])

    assert block.rows["a"].to_list() == ["x", "y"]
    assert block.rejects.select("line", "reason").rows() == [
        (2, "not_an_object"),
        (3, "duplicate_key"),
        (4, "nul_byte"),
    ]


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ('[{"a": 1}, {"a"', "ends early: the download is only half there"),
        ('[{"a": "half a te', "ends early: the download is only half there"),
        ("[" * 100_000, "nested too deep"),
        ("a,b\n1,2\n", "is not JSON"),
        ('{"a": 1}\n{"a": 2}\n', 'format = "jsonl"'),
        ('{"other": []}', "holds nothing at records = ['rows']"),
        ('{"rows": [NaN]}', "is not JSON"),
        ("<html></html>", "is a web page"),
    ],
)
def test_a_document_that_is_none_is_refused(tmp_path: Path, text: str, says: str) -> None:
    """What is not one whole JSON document with the records in it is refused, with what to do."""
    (tmp_path / "a.json").write_text(text)

    with pytest.raises(SourceError) as caught:
        read(tmp_path / "a.json", Layout(format="json", records=("rows",)), ["a"])

    assert says in str(caught.value)


RECIPE = """
name = "f"
[[files]]
table = "follows"
path = "a.js"
platform = "instagram"
records = ["relationships_followers", ""]
[files.columns]
source = { column = "link", extract = 'instagram\\.com/([a-z.]+)', handle = true }
target = { value = "@brand", handle = true }
"""


def test_a_list_that_is_there_twice_is_refused(tmp_path: Path) -> None:
    """One key twice on the way to the records would lose one of both lists: the document is refused, with words."""
    text = '{"posts": [{"id": 1}], "posts": [{"id": 2}]}'

    with pytest.raises(SourceError, match="one key twice in the object that holds 'posts'"):
        rows(tmp_path / "a.json", text, ["id"], records=("posts",))


def test_extract_takes_the_part_that_counts(tmp_path: Path) -> None:
    """A handle comes out of its link; a link without one is a reject that shows what stood there."""
    text = '[{"link": "https://www.instagram.com/ann.b/"}, {"link": "https://example.org/bob"}, {"link": null}]'
    (tmp_path / "a.js").write_text(text)

    found = read_tables(recipe.parse(recipe.tomllib.loads(RECIPE)), tmp_path)

    assert found.tables["follows"]["source"].to_list() == ["instagram:@ann.b"]
    assert found.rejects.select("line", "reason", "value").rows() == [
        (2, "nothing_to_extract", "https://example.org/bob"),
        (3, "missing", ""),
    ]


@pytest.mark.parametrize(("others", "expected"), [("keep", "x:https"), ("empty", None)])
def test_others_says_what_becomes_of_a_value_without_the_part(tmp_path: Path, others: str, expected: str) -> None:
    """A value in which nothing is to extract is kept or emptied where the recipe says so."""
    (tmp_path / "a.js").write_text('[{"link": "https"}]')
    text = RECIPE.replace("handle = true }\ntarget", f'others = "{others}" }}\ntarget').replace('"instagram"', '"x"')

    found = read_tables(recipe.parse(recipe.tomllib.loads(text)), tmp_path)

    assert found.tables["follows"]["source"].to_list() == ([expected] if expected else [])


NO_HEADER = 'preamble = true\nheader = false\nnames = ["link"]'


def test_faults_of_a_recipe_are_told_at_once() -> None:
    """Settings of another format, patterns without a group, and paths out of an archive are faults of the recipe."""
    text = (
        RECIPE.replace("([a-z.]+)", "[a-z.]+")
        .replace('path = "a.js"', 'path = "a.zip!../b.js"\nformat = "csv"\n' + NO_HEADER)
        .replace('value = "@brand"', 'column = "x", extract = "(", values = { a = "b" }')
    )

    with pytest.raises(RecipeError) as caught:
        recipe.parse(recipe.tomllib.loads(text))

    keys = {fault.key for fault in caught.value.faults}
    assert keys == {
        "files[1].records",
        "files[1].preamble",
        "files[1].path",
        "files[1].columns.source.extract",
        "files[1].columns.target.extract",
    }
