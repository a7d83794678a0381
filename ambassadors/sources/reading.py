"""All the files of a recipe read into tables, every row accounted for."""

from __future__ import annotations

import glob
import os
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from functools import partial
from pathlib import Path

import polars as pl

from ambassadors import handles, repeats, tables
from ambassadors.errors import SourceError, did_you_mean
from ambassadors.recipe import Recipe, Source
from ambassadors.sources import archives, mapping, reader
from ambassadors.sources.bytestream import regular_file
from ambassadors.sources.layout import Block, Layout, Limits, reject_frame
from ambassadors.sources.mapping import Known

_FORMATS = {
    "parquet": "parquet",
    "pq": "parquet",
    "jsonl": "jsonl",
    "ndjson": "jsonl",
    "json": "json",
    "js": "json",
    "rss": "feed",
    "atom": "feed",
}
#: Later tables refer to these two: handles to accounts, acts to posts.
_FIRST = ("accounts", "posts")
_SET_ASIDE = "set_aside"
#: So many rows of a frame in memory are checked at a time.
_BLOCK_ROWS = 1 << 19


@dataclass(frozen=True)
class Intake:
    """What became of one file's rows: ``rows == accepted + rejected + set_aside + expired``, always.

    ``set_aside`` counts rows that the recipe's ``where`` does not ask for, ``expired`` those older than its ``keep``;
    ``columns`` are those of the file's header.
    """

    file: str
    path: Path
    table: str
    rows: int
    accepted: int
    set_aside: int
    reasons: dict[str, int]
    columns: tuple[str, ...] = ()
    expired: int = 0

    @property
    def rejected(self) -> int:
        """Rows turned away, for whatever reason."""
        return sum(self.reasons.values())


@dataclass
class Reading:
    """The tables of a recipe, the rows that were turned away, and an account of every file.

    ``repeated`` counts by table the rows that said again what others had said, ``forgotten`` those that named somebody
    who was forgotten.
    """

    tables: dict[str, pl.DataFrame]
    rejects: pl.DataFrame
    intakes: list[Intake]
    repeated: dict[str, int] = field(default_factory=dict)
    forgotten: dict[str, int] = field(default_factory=dict)


#: Reads one file or frame, given the recipe's zone, what earlier tables taught, and the latest time believed.
_Read = Callable[[str | None, Known, datetime], tuple[pl.DataFrame, pl.DataFrame, Intake]]


def read_tables(
    recipe: Recipe,
    folder: Path,
    data: Path | None = None,
    *,
    latest: datetime | None = None,
    on_file: Callable[[str, int, int], None] = lambda file, place, of: None,
) -> Reading:
    """Every file of the recipe, checked and brought together.

    Paths begin at ``folder``, those that begin with ``{data}`` at ``data``. Times after ``latest`` (by default a day
    from now) are rejected. ``on_file`` is told of each file before it is read.

    Raises :class:`SourceError` when a file as a whole cannot be read as the recipe says.
    """
    latest = latest or datetime.now(UTC) + timedelta(days=1)
    work = [(source, *found) for source in _in_order(recipe) for found in _files(source, folder, data)]
    _refuse_twice(work)
    return _all(
        [(source, file, partial(_read_file, source, path, file)) for source, path, file in work],
        recipe,
        latest,
        on_file,
    )


def read_frames(recipe: Recipe, frames: Mapping[str, pl.DataFrame], *, latest: datetime | None = None) -> Reading:
    """Frames in memory as the files of a recipe, whose sections name them in ``path``; they are checked like files."""
    latest = latest or datetime.now(UTC) + timedelta(days=1)
    work = [(source, source.path[0]) for source in _in_order(recipe)]
    named = [(source, name, partial(_read_frame, source, name, frames[name])) for source, name in work]
    return _all(named, recipe, latest)


def _all(
    work: Sequence[tuple[Source, str, _Read]],
    recipe: Recipe,
    latest: datetime,
    on_file: Callable[[str, int, int], None] = lambda file, place, of: None,
) -> Reading:
    """Everything read in order, since later tables refer to earlier ones, and brought together."""
    good: dict[str, list[pl.DataFrame]] = {name: [] for name in tables.TABLES}
    rejects, intakes, known, before = [tables.REJECTS.to_frame()], [], _known(good), ""
    for place, (source, file, read) in enumerate(work, 1):
        on_file(file, place, len(work))
        if before in _FIRST and source.table != before:
            known = _known(good)
        rows, refused, intake = read(recipe.zone, known, latest)
        good[source.table].append(rows.with_columns(pl.lit(place).alias("file")))
        rejects.append(refused)
        intakes.append(intake)
        before = source.table
    intakes = _expire(good, intakes, [source for source, _, _ in work])
    return _together(good, pl.concat(rejects), intakes)


def _expire(good: dict[str, list[pl.DataFrame]], intakes: list[Intake], sources: list[Source]) -> list[Intake]:
    """Takes out what is older than its source is kept, counted from the last dated row of all; undated rows stay."""
    newest = _newest(good) if any(source.keep for source in sources) else None
    if newest is None:
        return intakes
    left, nth = [], dict.fromkeys(good, 0)
    for intake, source in zip(intakes, sources, strict=True):
        parts, place = good[source.table], nth[source.table]
        nth[source.table] += 1
        whole = parts[place].height
        if source.keep is not None:
            old = (_said_last(tables.table(source.table)) < newest - source.keep).fill_null(False)
            parts[place] = parts[place].filter(~old)
        gone = (whole - parts[place].height) // (2 if source.both_directions else 1)  # a tie became two follows
        left.append(replace(intake, accepted=intake.accepted - gone, expired=gone))
    return left


def _said_last(table: tables.Table) -> pl.Expr:
    """When a row last said that something was so; the day on which an account was opened does not make its row old."""
    return pl.max_horizontal([name for name in table.dated_by if name != "created_at"])


def _newest(good: dict[str, list[pl.DataFrame]]) -> datetime | None:
    times = [part.select(_said_last(tables.table(name)).max()).item() for name, parts in good.items() for part in parts]
    return max((time for time in times if time is not None), default=None)


def _together(good: dict[str, list[pl.DataFrame]], rejects: pl.DataFrame, intakes: list[Intake]) -> Reading:
    reading = Reading({}, rejects, intakes)
    for name, parts in good.items():
        if parts:
            whole = pl.concat(parts)
            reading.tables[name] = repeats.collapse(tables.TABLES[name], whole)
            paid_back = int((whole["refunded"] > 0).sum()) if name == "orders" else 0  # they became rows of their own
            reading.repeated[name] = whole.height + paid_back - reading.tables[name].height
    return reading


def _refuse_twice(work: list[tuple[Source, Path, str]]) -> None:
    """A file that is named twice for the same rows would count them twice."""
    seen: list[tuple[str, Path, object, object]] = []
    for source, path, file in work:
        asked = (source.where, source.filled, source.matching, source.unless, source.differ, source.records)
        rows = (source.table, path, asked, source.columns)
        if rows in seen:
            raise SourceError(file, f"is named twice for the table {source.table}.", "Name each file once in path =.")
        seen.append(rows)


def _known(good: dict[str, list[pl.DataFrame]]) -> Known:
    accounts = pl.concat([tables.ACCOUNTS.empty(), *(part.drop("file") for part in good["accounts"])])
    posts = pl.concat([tables.POSTS.empty(), *(part.drop("file") for part in good["posts"])])
    return Known(handles.index(accounts), repeats.collapse(tables.POSTS, posts).select("post", "author"))


def _in_order(recipe: Recipe) -> list[Source]:
    return sorted(recipe.files, key=lambda source: _FIRST.index(source.table) if source.table in _FIRST else 9)


def _read_file(
    source: Source, path: Path, file: str, zone: str | None, known: Known, latest: datetime
) -> tuple[pl.DataFrame, pl.DataFrame, Intake]:
    layout = layout_of(source, path)
    needed = mapping.wanted(source)
    columns = _has_columns(path, layout, needed)
    on_disk, _ = archives.split(path) or (path, "")
    blocks = reader.blocks(path, layout, needed or None)
    return _read_blocks(source, blocks, Intake(file, on_disk, source.table, 0, 0, 0, {}, columns), zone, known, latest)


def _read_frame(
    source: Source, name: str, frame: pl.DataFrame, zone: str | None, known: Known, latest: datetime
) -> tuple[pl.DataFrame, pl.DataFrame, Intake]:
    """A frame in blocks, so that what checking it takes does not grow with it."""
    intake = Intake(name, Path(name), source.table, 0, 0, 0, {}, tuple(frame.columns))
    return _read_blocks(source, _blocks_of(frame), intake, zone, known, latest)


def _blocks_of(frame: pl.DataFrame) -> Iterator[Block]:
    for at in range(0, frame.height, _BLOCK_ROWS):
        rows = frame.slice(at, _BLOCK_ROWS)
        lines = pl.int_range(at + 1, at + 1 + rows.height, dtype=pl.Int64, eager=True)
        yield Block(rows, lines, reject_frame([]))


def _read_blocks(
    source: Source, blocks: Iterable[Block], intake: Intake, zone: str | None, known: Known, latest: datetime
) -> tuple[pl.DataFrame, pl.DataFrame, Intake]:
    """The accepted rows of blocks, the rejects, and the intake with what became of every row."""
    good, rejects = [tables.table(source.table).empty()], [tables.REJECTS.to_frame()]
    count = {"rows": 0, _SET_ASIDE: 0}
    for block in blocks:
        asked = mapping.asked_for(source, block.rows)
        rows, lines = block.rows.filter(asked), block.lines.filter(asked)
        accepted, refused = _judged(source, rows, lines, intake.file, zone, known, latest)
        count["rows"] += block.rows_in
        count[_SET_ASIDE] += block.rows.height - rows.height
        good.append(accepted.drop("row"))
        rejects += [_placed(block.rejects, intake.file), _placed(_with_lines(refused, lines), intake.file)]
    whole, refusals = pl.concat(good), pl.concat(rejects)
    reasons = dict(refusals["reason"].value_counts().sort("count", "reason", descending=[True, False]).iter_rows())
    told = replace(intake, rows=count["rows"], accepted=whole.height, set_aside=count[_SET_ASIDE], reasons=reasons)
    return mapping.both_ways(whole) if source.both_directions else whole, refusals, told


def _judged(
    source: Source, rows: pl.DataFrame, lines: pl.Series, file: str, zone: str | None, known: Known, latest: datetime
) -> tuple[pl.DataFrame, pl.DataFrame]:
    try:
        frame = mapping.to_table(source, rows, lines, file, zone, known)
        return tables.check(tables.table(source.table), frame, latest=latest)
    except pl.exceptions.PolarsError as error:  # a column of lists, durations, ...: no text can be made of it
        kinds = ", ".join(f"{name} {kind}" for name, kind in rows.schema.items() if kind != pl.String)
        problem = f"a column is of a kind that cannot be read as the recipe says ({str(error).splitlines()[0]})."
        raise SourceError(file, problem, f"Export it as text. Kinds found: {kinds}.") from None


def _with_lines(refused: pl.DataFrame, lines: pl.Series) -> pl.DataFrame:
    return refused.with_columns(lines.gather(refused["row"]).alias("line"))


def _placed(refused: pl.DataFrame, file: str) -> pl.DataFrame:
    return refused.select(pl.lit(file).alias("file"), *(name for name in tables.REJECTS if name != "file")).cast(
        dict(tables.REJECTS)  # type: ignore[arg-type]  # polars takes any mapping of names to types here
    )


def layout_of(source: Source, path: Path) -> Layout:
    """How that file is laid out, by the recipe and, where it is silent, by the file's ending."""
    endings = [ending.lstrip(".").lower() for ending in path.suffixes if ending.lower() != ".gz"]
    ending = endings[-1] if endings else ""
    separator = "\t" if ending == "tsv" and "separator" not in source.model_fields_set else source.separator
    return Layout(
        format=source.format or _FORMATS.get(ending, "csv"),  # type: ignore[arg-type]  # the values of _FORMATS
        separator=separator,
        header=source.header,
        columns=source.names,
        quoting=source.quoting,
        encoding=source.encoding,
        preamble=tuple(mapping.wanted(source)) if source.preamble else (),
        records=source.records,
        repair=source.repair,
    )


def _has_columns(path: Path, layout: Layout, needed: list[str]) -> tuple[str, ...]:
    """The columns of the file's header, with all that the recipe names: one that it lacks is told at once.

    It is the recipe's fault, or the wrong file.
    """
    if layout.format == "json":  # keys come and go from record to record, and the document is read once
        return ()
    found = reader.header(path, layout)
    lacking = [name for name in needed if name not in found]
    if layout.format == "jsonl":  # keys come and go from line to line
        return ()
    if not lacking:
        return tuple(found)
    hints = " ".join(f"There is no column {name!r}. {did_you_mean(name, found)}" for name in lacking)
    raise SourceError(path, hints, f"The file's columns: {', '.join(found[:40])}.")


def _files(source: Source, folder: Path, data: Path | None) -> Iterator[tuple[Path, str]]:
    """The files of a section, each with the name that the recipe gives it, for people and manifests to see."""
    for text in source.path:
        base, rest = _base(text, folder, data)
        if archives.MARK in rest and not (base / rest).exists():
            yield from _members(base, rest)
            continue
        if not set("*?") & set(rest):
            yield Path(os.path.abspath(base / rest)), rest
            continue
        matches = sorted(glob.glob(rest, root_dir=base, recursive=True))
        if not matches:
            raise SourceError(text, "no file matches.", "Mend path = in the recipe, or put the files there.")
        yield from ((Path(os.path.abspath(base / match)), match) for match in matches)


def _members(base: Path, rest: str) -> Iterator[tuple[Path, str]]:
    """The files in archives that a path such as ``twitter-*.zip!data/tweets*.js`` asks for."""
    archive, _, member = rest.partition(archives.MARK)
    named = sorted(glob.glob(archive, root_dir=base)) if set("*?") & set(archive) else [archive]
    found = []
    for name in named:
        where = Path(os.path.abspath(base / name))
        members = [member]
        if set("*?") & set(member):
            members = archives.matching(regular_file(where), member, Limits())
        found += [(Path(f"{where}{archives.MARK}{one}"), f"{name}{archives.MARK}{one}") for one in members]
    if not found:
        raise SourceError(rest, "no file matches.", "Mend path = in the recipe, or put the files there.")
    yield from found


def _base(text: str, folder: Path, data: Path | None) -> tuple[Path, str]:
    """The folder at which a path of the recipe begins, and the rest of it."""
    if not text.startswith("{data}"):
        return folder, text
    if data is None:
        raise SourceError(text, "the recipe reads from a data folder.", "Give --data DIR or set AMBASSADORS_DATA.")
    return data, text.removeprefix("{data}").lstrip("/")
