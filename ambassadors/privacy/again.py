"""Again: the files of a run that are made of others, made once more from what those say now."""

from __future__ import annotations

import html
import json
import re
import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import polars as pl

from ambassadors import handover, manifest
from ambassadors.delivery import original, write_text
from ambassadors.errors import OutputError
from ambassadors.privacy.dialects import decoded, separator_of
from ambassadors.privacy.runs import RunFolder
from ambassadors.shortlists import COLUMNS, MANAGERS
from ambassadors.state.workbooks import sheets
from ambassadors.three_lists import PROVEN, READY, UNPROVEN

_LISTS = (PROVEN, READY, UNPROVEN)
_OF_LISTS = {f"{name}.csv" for name in _LISTS}
#: Each file that is made of others, and of which.
MADE_OF_OTHERS: dict[str, set[str]] = {
    "report.html": {"report.json"},
    "shortlist.xlsx": {*_OF_LISTS, "set_apart.csv"},
    **{f"{name}.csv": _OF_LISTS for name in handover.PRESETS},
}


Maker = Callable[[Path, RunFolder, dict[str, Any]], None]


def make(path: Path, run: RunFolder, told: dict[str, Any]) -> bool:
    """Makes the file again from the others in its folder; where that cannot be done, deletes it and says False.

    ``told`` is what the manifest will say.
    """
    try:
        _maker(path.name)(path, run, told)
    except Exception as error:  # whatever the reason: a file that may still name somebody must not stay
        if isinstance(error, OSError | OutputError) and not isinstance(error, FileNotFoundError):
            raise  # a full disk is no reason to delete; a file that is not there any more is one
        path.unlink(missing_ok=True)
        return False
    return True


def _maker(name: str) -> Maker:
    return {"report.html": _page, "shortlist.xlsx": _workbook}.get(name, _preset)


def _page(path: Path, run: RunFolder, told: dict[str, Any]) -> None:
    from ambassadors import report

    write_text(report.render(json.loads((run.path / "report.json").read_bytes())), path)


def _preset(path: Path, run: RunFolder, told: dict[str, Any]) -> None:
    handover.write_presets(path.parent, [path.stem], _lists(run.path))


def _workbook(path: Path, run: RunFolder, told: dict[str, Any]) -> None:
    lists, apart = _lists(run.path), _typed(run.path / "set_apart.csv")
    if manifest.sha256(path) != run.manifest["outputs"].get(path.name, {}).get("sha256"):
        written = _written_into(path)
        lists = {name: _with_words(people, written) for name, people in lists.items()}
        apart = _with_words(apart, written)
    settings, empty = manifest.settings_told(told), told.get("not_ranked")
    handover.write_workbook(path, lists, apart, settings, empty=empty, title=_title(path))


def _title(path: Path) -> str:
    """The workbook's title, as it stands in its properties."""
    with zipfile.ZipFile(path) as book:
        found = re.search(rb"<dc:title>([^<]+)</dc:title>", book.read("docProps/core.xml"))
    return html.unescape(found[1].decode()) if found else "Shortlist"


def _lists(folder: Path) -> dict[str, pl.DataFrame]:
    return {name: _typed(folder / f"{name}.csv", COLUMNS) for name in _LISTS}


def _typed(path: Path, columns: dict[str, pl.DataType] | None = None) -> pl.DataFrame:
    """A CSV of ours as the frame from which it was written."""
    saved = decoded(path.read_bytes())[0].removeprefix("\ufeff")
    text = original(pl.read_csv(saved.encode(), separator=separator_of(saved), infer_schema=False))
    if "account" not in text.columns:
        raise ValueError(f"{path} names nobody: it was saved in a way that is not understood")
    names = columns or {name: COLUMNS.get(name, pl.String()) for name in text.columns}
    return text.select(
        _as(pl.col(name) if name in text.columns else pl.lit(None, pl.String), kind).alias(name)
        for name, kind in names.items()
    )


def _as(text: pl.Expr, kind: pl.DataType) -> pl.Expr:
    return text.str.to_date() if kind == pl.Date else text.cast(kind)


def _written_into(path: Path) -> pl.DataFrame:
    """What managers wrote into a workbook after it was handed out: ``account`` and their columns."""
    found = []
    for _, (header, *people) in ((name, cells) for name, cells in sheets(path, path.read_bytes()) if cells):
        if "account" in header:
            found += [dict(zip(header, cells, strict=False)) for cells in people]
    columns = ("account", *MANAGERS)
    rows = [{name: row.get(name) or None for name in columns} for row in found]
    return pl.DataFrame(rows, schema=dict.fromkeys(columns, pl.String)).unique("account", keep="first")


def _with_words(people: pl.DataFrame, written: pl.DataFrame) -> pl.DataFrame:
    """The people with the words that stood in the workbook."""
    words = written.with_columns(pl.col("last_contacted").str.to_date(strict=False))
    lacking = people.drop(MANAGERS, strict=False)
    return lacking.join(words, "account", how="left", maintain_order="left").select(
        *people.columns, *(name for name in MANAGERS if name not in people.columns)
    )
