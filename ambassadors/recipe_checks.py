"""The faults of a recipe's ``[[files]]`` that only show when two keys are seen together.

They are looked for in the recipe as written, so that they are reported together with the faults of single keys.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Any

from ambassadors.errors import Fault, did_you_mean
from ambassadors.tables import KINDS, TABLES, Table

#: Settings that mean nothing in a file of any other format.
_ONLY_WITH = {"records": "json", "repair": "json", "preamble": "csv"}


#: What `ambassadors init` writes where the brand's account belongs, and cannot be told from the files.
UNFILLED = "@fill-in"


def brand_faults(recipe: Mapping[str, Any]) -> Iterator[Fault]:
    """The brand's accounts that somebody must still write into a recipe."""
    brand = recipe.get("brand")
    accounts = brand.get("accounts", []) if isinstance(brand, dict) else []
    for account in [accounts] if isinstance(accounts, str) else accounts if isinstance(accounts, list) else []:
        if str(account).partition(":")[2] == UNFILLED:
            yield Fault("brand.accounts", f"still says {account}.", "Write who the brand is there.")


def source_faults(recipe: Mapping[str, Any]) -> Iterator[Fault]:
    """The faults of all ``[[files]]`` of a recipe as ``tomllib`` gives it."""
    files = recipe.get("files")
    for place, source in enumerate(files if isinstance(files, list) else [], 1):
        if isinstance(source, dict):
            yield from _layout(f"files[{place}]", source)
            columns, table = source.get("columns"), TABLES.get(str(source.get("table")))
            if isinstance(columns, dict) and table is not None:
                zone = source.get("zone") or recipe.get("zone")
                yield from _columns(f"files[{place}].columns", table, columns, zone)


def _layout(key: str, source: dict[str, Any]) -> Iterator[Fault]:
    names, header = source.get("names", []), source.get("header", True)
    separator = str(source.get("separator", ","))
    if len(separator.encode()) != 1 or separator in '"\r\n':
        yield Fault(f"{key}.separator", f"{separator!r} must be one byte,", "such as ',' ';' '|' or '\\t'.")
    if not header and not names:
        yield Fault(f"{key}.names", "is required when header = false:", "the columns from left to right.")
    if header and names:
        yield Fault(f"{key}.names", "goes with header = false;", "a file with a header has its own names.")
    if isinstance(names, list) and len(set(map(str, names))) < len(names):
        yield Fault(f"{key}.names", "holds a name twice.")
    yield from _belongings(key, source)
    if source.get("both_directions") and source.get("table") != "follows":
        yield Fault(f"{key}.both_directions", "goes with table = 'follows'.")


def _belongings(key: str, source: dict[str, Any]) -> Iterator[Fault]:
    """Settings that go with one format of file only, and archives that are named wrongly."""
    kind = source.get("format")
    for name, fitting in _ONLY_WITH.items():
        if source.get(name) and kind is not None and kind != fitting:
            yield Fault(f"{key}.{name}", f"goes with format = {fitting!r}, not {kind!r}.")
    if source.get("preamble") and not source.get("header", True):
        yield Fault(f"{key}.preamble", "goes with a header below it;", "header = false says that there is none.")
    paths = source.get("path", [])
    for path in [paths] if isinstance(paths, str) else paths if isinstance(paths, list) else []:
        if "!" in str(path) and ".." in re.split(r"[/\\]", str(path).partition("!")[2]):
            yield Fault(f"{key}.path", f"{path!r} leads out of the archive.", "Name the file in it: 'a.zip!data/b.js'.")


def _columns(key: str, table: Table, columns: dict[str, Any], zone: object) -> Iterator[Fault]:
    for name, cell in columns.items():
        if name not in table.names:
            yield Fault(f"{key}.{name}", f"table {table.name} has no such column.", did_you_mean(name, table.names))
        elif isinstance(cell, dict):
            yield from _cell(f"{key}.{name}", table, name, cell, zone)
    for column in table.columns:
        from_post = table.name == "interactions" and column.name == "target" and "post" in columns
        if column.required and column.name not in columns and not from_post:
            yield Fault(f"{key}.{column.name}", f"is required in table {table.name}:", f"{column.meaning}.")


def _cell(key: str, table: Table, name: str, cell: dict[str, Any], zone: object) -> Iterator[Fault]:
    if cell.get("value") == UNFILLED:
        yield Fault(f"{key}.value", f"still says {UNFILLED}.", "Write the brand's account there.")
    values, form = cell.get("values"), str(cell.get("time", "iso"))
    if table[name].type == "kind" and isinstance(values, dict):
        for kind in values.values():
            if kind not in KINDS:
                yield Fault(f"{key}.values", f"there is no kind {kind!r}.", did_you_mean(str(kind), KINDS))
    if cell.get("extract") and values:
        yield Fault(f"{key}.extract", "goes without values:", "say which part counts, or what each value means.")
    if cell.get("plain") and table[name].type != "text":
        yield Fault(f"{key}.plain", f"goes with a column of words; {name} is none.")
    if cell.get("handle") and table[name].type != "account":
        yield Fault(f"{key}.handle", f"goes with a column of accounts; {name} is none.")
    if "time" in cell and table[name].type != "time":
        yield Fault(f"{key}.time", f"goes with a column of times; {name} is none.")
    if "%" in form and "%z" not in form and not (cell.get("zone") or zone):
        yield Fault(f"{key}.zone", f"the form {form!r} names no zone.", "Say zone = 'UTC' or where the clock stood.")
