"""A CSV file: its header, and its rows in blocks, each piece of text by the fast path where the proof holds."""

from __future__ import annotations

from collections import Counter
from collections.abc import Generator, Iterator, Sequence
from contextlib import closing
from dataclasses import dataclass, field
from itertools import islice
from pathlib import Path

import numpy as np
import numpy.typing as npt
import polars as pl

from ambassadors.errors import SourceError, did_you_mean
from ambassadors.sources import csv_fast, csv_strict
from ambassadors.sources.bytestream import pieces, shown
from ambassadors.sources.csv_strict import LF, QUOTE, Rules
from ambassadors.sources.layout import Block, Layout, MiB, Reject, clipped, reject_frame

PIECE = MiB // 4  # what the arrays of the proof are made for fits in the processor's cache
MOST_PREAMBLE = 50  # lines above a header
MOST_REJECTS = 100_000  # in one block, so that a file of nothing but faults does not fill the memory
USUAL_SEPARATORS = (",", ";", "\t", "|")

Pieces = Iterator[tuple[bytes, bool]]


Lines = npt.NDArray[np.int64]


@dataclass
class Gathered:
    """What has been read and is not yet given away as a block."""

    parts: list[csv_fast.Plain] = field(default_factory=list)
    lines: list[Lines] = field(default_factory=list)
    rejects: list[Reject] = field(default_factory=list)
    size: int = 0

    def add(self, part: csv_fast.Plain, lines: Lines) -> None:
        """Take the cells of some rows, and the lines on which they start."""
        self.parts.append(part)
        self.lines.append(lines)
        self.size += len(part.text)


def csv_header(path: Path, layout: Layout) -> list[str]:
    """The names of a CSV file's columns."""
    with closing(pieces(path, layout, size=64 * 1024)) as feed:
        names = _header(path, layout, feed)[0] if layout.header else list(layout.columns)
        return _chosen(path, layout, names, None)


def csv_blocks(
    path: Path, layout: Layout, wanted: Sequence[str] | None, *, block_bytes: int
) -> Generator[Block, None, None]:
    """The wanted columns of a CSV file, in blocks of about that many bytes of text.

    Piece by piece: the fast path reads what it can prove, the strict path the rest. A record that a piece leaves open
    is carried into the next, which is then at least as long again, so that nothing is looked at more than a few times.
    """
    with closing(pieces(path, layout, size=min(PIECE, block_bytes))) as feed:
        names, text, line, final = list(layout.columns), b"", 1, False
        if layout.header:
            names, text, line, final = _header(path, layout, feed)
        chosen = _chosen(path, layout, names, wanted)
        rules = csv_strict.rules_for(tuple(names), layout.separator, layout.limits, quoting=layout.quoting)
        gathered = Gathered()
        while text or not final:
            used = settle(text, line, rules, gathered, final=final)
            line += text.count(LF, 0, used)
            text = text[used:]
            if gathered.size >= block_bytes or len(gathered.rejects) >= MOST_REJECTS:
                yield _block(gathered, rules, chosen)
                gathered = Gathered()
            if not final:
                more, final = _more(feed, len(text))
                text += more
        if gathered.lines or gathered.rejects:
            yield _block(gathered, rules, chosen)


def csv_empty(layout: Layout, names: Sequence[str]) -> Block:
    """A block without rows, of these columns."""
    return _block(Gathered(), csv_strict.rules_for(tuple(names), layout.separator, layout.limits), names)


def settle(text: bytes, line: int, rules: Rules, gathered: Gathered, *, final: bool) -> int:
    """Take the rows and the rejects of a text that starts on this line; how much of it could be settled."""
    found = csv_fast.survey(text, rules, final=final)
    return _sifted(text, line, rules, gathered, final) if found is None else _surveyed(found, line, rules, gathered)


def _surveyed(found: csv_fast.Survey, line: int, rules: Rules, gathered: Gathered) -> int:
    """Take all that is proven, and what the strict path accepts of the doubtful records."""
    rejected = []
    for index in found.doubtful.tolist():
        verdict = csv_strict.judge(found.text, int(found.starts[index]), rules, final=True)
        if verdict is not None and verdict.reason is not None:
            rejected.append(index)
            at = line + int(found.line_of[index])
            gathered.rejects.append((at, verdict.column, verdict.reason, verdict.value))
    gathered.add(csv_fast.plain(found, rejected, rules), np.delete(found.line_of, rejected) + line)
    return found.used


def _sifted(text: bytes, line: int, rules: Rules, gathered: Gathered, final: bool) -> int:
    """Take what the strict path lets through; the fast path must then find it sound, or one of the two is wrong."""
    sifted = csv_strict.sift(text, rules, line, final=final)
    gathered.rejects.extend(sifted.rejects)
    found = csv_fast.survey(sifted.text, rules, final=True)
    assert found is not None, "the strict and the fast path disagree on quotes"
    assert len(found.ends) == len(sifted.starts), "the strict and the fast path disagree on records"
    gathered.add(csv_fast.plain(found, (), rules), csv_fast.lines_at(text, sifted.starts) + line)
    return sifted.used


def _block(gathered: Gathered, rules: Rules, chosen: Sequence[str]) -> Block:
    lines = np.concatenate([np.empty(0, np.int64), *gathered.lines])
    rows = csv_fast.table(gathered.parts, rules, chosen)
    assert rows.height == len(lines), f"{len(lines)} records were proven and {rows.height} read"
    return Block(rows, pl.Series("line", lines), reject_frame(gathered.rejects))


def _more(feed: Pieces, least: int) -> tuple[bytes, bool]:
    """At least that many more bytes of the text, if there are as many, and whether they are its last."""
    parts, held, final = [], 0, False
    for part, final in feed:  # noqa: B007 - the last value is handed back
        parts.append(part)
        held += len(part)
        if held >= least:
            break
    return b"".join(parts), final


def _header(path: Path, layout: Layout, feed: Pieces) -> tuple[list[str], bytes, int, bool]:
    """The names in the first record, the text read beyond it, the line that this starts on, and if it is the last."""
    rules = csv_strict.rules_for(("",), layout.separator, layout.limits, quoting=layout.quoting)
    text, final, found, above = b"", False, None, 0
    if layout.preamble:
        text, final = _more(feed, 0)
        start = _below_preamble(path, text, layout.preamble, rules)
        above, text = text.count(LF, 0, start), text[start:]
        found = _header_cells(path, text, rules, final)
    while found is None:
        more, final = _more(feed, len(text))
        text += more
        found = _header_cells(path, text, rules, final)
    raw, end = found
    names = [_header_name(path, cell, place, rules) for place, cell in enumerate(raw, start=1)]
    if names == [""]:
        raise SourceError(path, "has a blank line 1, where the header should be.", "Take out the blank line.")
    _refuse_bad_names(path, names)
    _hint_at_separator(path, layout, raw)
    return names, text[end:], 1 + above + text.count(LF, 0, end), final


def _below_preamble(path: Path, text: bytes, wanted: Sequence[str], rules: Rules) -> int:
    """Where the first line stands that names all wanted columns; what is above it are words to the reader."""
    at = 0
    for _ in range(MOST_PREAMBLE):
        end = text.find(LF, at)
        if end < 0:
            break
        try:
            spans = islice(csv_strict.cells(text[: end + 1], at, rules), rules.limits.columns)
            cells = [text[left:right].removesuffix(b"\r") for left, right in spans]
        except csv_strict.Broken:
            cells = []
        if not set(wanted) - {csv_strict.unquoted(cell, rules.quote).decode(errors="replace") for cell in cells}:
            return at
        at = end + 1
    raise SourceError(
        path, f"has no line among its first {MOST_PREAMBLE} that names the columns {_few(wanted)}.", "Mend columns."
    )


def _header_cells(path: Path, text: bytes, rules: Rules, final: bool) -> tuple[list[bytes], int] | None:
    """The fields of the first record as they stand, and its end; None if more text is needed."""
    most = rules.limits.columns
    if text.startswith((b'{"', b"[{", b"{ ")):
        remedy = 'One object a line: format = "jsonl". One document: format = "json".'
        raise SourceError(path, "looks like JSON, not CSV.", remedy)
    if text.index(LF) > rules.limits.record_bytes:
        raise SourceError(path, "has a header of more bytes than a record may have.", "Is it the right file?")
    try:
        spans = list(islice(csv_strict.cells(text, 0, rules), most + 1))
    except csv_strict.Broken as broken:
        if broken.open_to_end and not final and len(text) <= rules.limits.record_bytes:
            return None
        line = shown(text[: text.index(LF)])
        raise SourceError(path, f"has a broken header ({broken.reason}): {line}", "Mend line 1.") from broken
    if len(spans) > most:
        raise SourceError(path, f"has more than {most:,} columns.", "Is it the right file, and the right separator?")
    end = text.index(LF, spans[-1][1])
    raw = [text[left:right] for left, right in spans]
    return [*raw[:-1], raw[-1].removesuffix(b"\r")], end + 1


def _header_name(path: Path, cell: bytes, place: int, rules: Rules) -> str:
    quoted = cell.startswith(rules.quote)
    if b"\0" in cell or not csv_strict.is_utf8(cell) or (b"\r" in cell and not quoted):
        what = f"the name of column {place} in the header ({shown(cell)!r})"
        raise SourceError(path, f"{what} holds bytes that are no text.", 'Mend it, or add encoding = "...".')
    return csv_strict.unquoted(cell, rules.quote).decode()


def _refuse_bad_names(path: Path, names: Sequence[str]) -> None:
    empty = [str(place) for place, name in enumerate(names, start=1) if not name]
    if empty:
        raise SourceError(path, f"has a header without a name for column {_few(empty)}.", "Name it in line 1.")
    double = [repr(clipped(name)) for name, times in Counter(names).items() if times > 1]
    if double:
        raise SourceError(path, f"names {_few(double)} more than once in its header.", "Rename one of them in line 1.")


def _hint_at_separator(path: Path, layout: Layout, raw: Sequence[bytes]) -> None:
    """Refuse a single column whose bare name holds a usual separator: the recipe names the wrong one."""
    if len(raw) == 1 and not raw[0].startswith(QUOTE):
        found = next((mark for mark in USUAL_SEPARATORS if mark.encode() in raw[0]), None)
        if found is not None:
            cut = raw[0].decode().split(found)
            raise SourceError(
                path,
                f"has a single column {clipped(raw[0].decode())!r} when cut at {layout.separator!r}.",
                f"Cut at {found!r} it would have {len(cut):,}; did you mean separator = {_toml(found)}?",
            )


def _chosen(path: Path, layout: Layout, names: Sequence[str], wanted: Sequence[str] | None) -> list[str]:
    """The wanted names, each once, if the file has them all."""
    chosen = list(dict.fromkeys(names if wanted is None else wanted))
    missing = [name for name in chosen if name not in set(names)]
    if missing:
        raise SourceError(
            path,
            f"has no column {_few([repr(name) for name in missing])}; it has {_few([repr(name) for name in names])}.",
            did_you_mean(missing[0], names) or f"Is separator = {_toml(layout.separator)} right?",
        )
    return chosen


def _few(names: Sequence[str], most: int = 12) -> str:
    """The first of many names, and how many more there are."""
    rest = f" and {len(names) - most:,} more" if len(names) > most else ""
    return ", ".join(clipped(name) for name in names[:most]) + rest


def _toml(separator: str) -> str:
    return '"\\t"' if separator == "\t" else f'"{separator}"'
