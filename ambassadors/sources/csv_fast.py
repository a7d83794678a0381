"""A whole text at once: a proof with array arithmetic of which records are regular, and their cells as a table.

The proof looks at the places of four bytes only: quote, separator, CR and LF. It never repairs anything: a record that
it cannot vouch for is named as doubtful, for the strict path to judge, and when the quotes of the text are unsound the
whole text goes there. What is proven is rewritten so that no cell needs quotes, and then polars has only to cut it.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import groupby

import numpy as np
import numpy.typing as npt
import polars as pl

from ambassadors.sources.bytestream import UTF8_BOM
from ambassadors.sources.csv_strict import CR, LF, Rules, is_utf8

Bytes = npt.NDArray[np.uint8]
Places = npt.NDArray[np.int64]

# What stands between cells and rows once no cell is quoted any more: control bytes for polars, and for the rare text
# which holds those itself, bytes that UTF-8 never holds, for Python to cut at.
UNIT, RECORD = 0x1F, 0x1E
NEVER_UNIT, NEVER_RECORD = 0xFF, 0xFE


@dataclass(frozen=True)
class Survey:
    """Where the records of a text start and end, which are doubtful, and where its structure is.

    ``marks`` are the separators and line feeds that are structure, ``quotes`` all of the quotes.
    """

    text: bytes
    starts: Places
    ends: Places
    line_of: Places
    doubtful: Places
    marks: Places
    quotes: Places

    @property
    def used(self) -> int:
        """How much of the text the records cover; the rest is a record that goes on in the next text."""
        return int(self.ends[-1]) if len(self.ends) else 0


@dataclass(frozen=True)
class Plain:
    """Cells without quotes, cut by two bytes that no cell holds; ``for_polars`` says who may cut them."""

    text: bytes
    unit: int
    record: int
    for_polars: bool


def survey(text: bytes, rules: Rules, *, final: bool) -> Survey | None:
    r"""The records of a text that ends with a line feed, or None when its quotes are not sound.

    >>> from ambassadors.sources.csv_strict import rules_for
    >>> from ambassadors.sources.layout import Limits
    >>> found = survey(b"1,2\n3\n4,5\n", rules_for(("a", "b"), ",", Limits()), final=True)
    >>> found.ends.tolist(), found.doubtful.tolist()
    ([4, 6, 10], [1])
    """
    raw = np.frombuffer(text, np.uint8)
    separators_and_ends = np.flatnonzero((raw == rules.separator[0]) | (raw == 10))
    if rules.quote not in text:
        return _outline(text, raw, separators_and_ends, np.empty(0, np.int64), rules)
    quotes = np.flatnonzero(raw == rules.quote[0])
    if not _quotes_sound(raw, quotes, rules) or (final and len(quotes) % 2):
        return None
    found = _outline(text, raw, _outside(separators_and_ends, quotes), quotes, rules)
    too_long = len(found.ends) and int((found.ends - found.starts).max()) - 1 > rules.limits.record_bytes
    return None if too_long or len(text) - found.used > rules.limits.record_bytes else found


def lines_at(text: bytes, places: npt.ArrayLike) -> Places:
    r"""The number of the line, from 0, on which each place of a text stands.

    >>> lines_at(b"a\nb\n", [0, 2]).tolist()
    [0, 1]
    """
    newlines = np.flatnonzero(np.frombuffer(text, np.uint8) == LF[0])
    lines: Places = np.searchsorted(newlines, np.asarray(places, np.int64))
    return lines


def plain(found: Survey, rejected: Sequence[int], rules: Rules) -> Plain:
    """The cells of all records but the rejected ones, without their quotes."""
    if not len(found.quotes):
        text = _without(found, rejected)
        if CR in text:
            text = text.replace(CR + LF, LF)
        return Plain(text, rules.separator[0], LF[0], for_polars=not text.startswith(UTF8_BOM))
    free = not any(bytes([byte]) in found.text for byte in (UNIT, RECORD))
    unit, record = (UNIT, RECORD) if free else (NEVER_UNIT, NEVER_RECORD)
    raw = np.frombuffer(found.text, np.uint8)[: found.used].copy()
    keep = _meant(raw, found)
    raw[found.marks] = unit
    raw[found.ends - 1] = record
    for index in rejected:
        keep[found.starts[index] : found.ends[index]] = False
    text = raw[keep].tobytes()
    # Polars drops a byte-order mark at the start and a CR at the end of a cell, even where they are data.
    for_polars = free and CR + rules.quote not in found.text and not text.startswith(UTF8_BOM)
    return Plain(text, unit, record, for_polars)


def table(parts: Sequence[Plain], rules: Rules, wanted: Sequence[str]) -> pl.DataFrame:
    """The wanted columns of plain cells, as text."""
    frames = [pl.DataFrame(schema=dict.fromkeys(wanted, pl.String))]
    for (unit, record, for_polars), run in groupby(parts, key=lambda part: (part.unit, part.record, part.for_polars)):
        texts = [part.text for part in run if part.text]
        if for_polars and rules.width > 1:
            frames.append(_cut_by_polars(b"".join(texts), chr(unit), chr(record), rules, wanted))
        else:  # one by one, because Python's lists of cells are many times as large as the text
            frames.extend(_cut_by_python(text, bytes([unit]), bytes([record]), rules, wanted) for text in texts)
    return pl.concat(frames)


def _outline(text: bytes, raw: Bytes, marks: Places, quotes: Places, rules: Rules) -> Survey:
    """The records between the marks, and which of them are doubtful."""
    last = np.flatnonzero(raw[marks] == LF[0])  # the mark that ends each record
    ends = marks[last] + 1
    starts = np.concatenate((np.zeros(1, np.int64), ends))[:-1]
    marks = marks[: last[-1] + 1] if len(last) else marks[:0]
    doubtful = np.diff(last, prepend=-1) != rules.width
    doubtful |= ends - starts > rules.limits.record_bytes
    _doubt_long_cells(doubtful, starts, ends, marks, rules.limits.cell_chars)
    if len(ends):
        for places in (_nuls(text, raw), _stray_crs(text, raw, quotes), _non_ascii_if_invalid(text, raw)):
            doubtful[np.searchsorted(ends, places[places < ends[-1]], side="right")] = True
    line_of = lines_at(text, starts) if len(quotes) else np.arange(len(starts))
    return Survey(text, starts, ends, line_of, np.flatnonzero(doubtful), marks, quotes)


def _quotes_sound(raw: Bytes, quotes: Places, rules: Rules) -> bool:
    """Whether every opening quote starts a field and every closing one ends it, or both are one escaped quote.

    The text ends with a line feed, so that the byte before its first one, taken round the end, is a line feed too.
    """
    opening, closing = quotes[0::2], quotes[1::2]
    before, after = raw[opening - 1], raw[closing + 1]
    opens = (before == rules.separator[0]) | (before == LF[0])
    closes = (after == rules.separator[0]) | (after == LF[0])
    closes |= (after == CR[0]) & (raw[np.minimum(closing + 2, len(raw) - 1)] == LF[0])
    escaped = closing[: len(opening) - 1] + 1 == opening[1:]
    opens[1:] |= escaped
    closes[: len(escaped)] |= escaped
    return bool(opens.all() and closes.all())


def _outside(marks: Places, quotes: Places) -> Places:
    """The marks that stand outside of quotes: those with an even number of quotes before them."""
    outside: Places = marks[np.searchsorted(quotes, marks) % 2 == 0]
    return outside


def _doubt_long_cells(doubtful: npt.NDArray[np.bool_], starts: Places, ends: Places, marks: Places, most: int) -> None:
    """Doubt the records with a cell of too many bytes; whether it has too many characters is for the strict path."""
    if not len(ends) or int((ends - starts).max()) <= most:
        return
    cells = np.diff(marks, prepend=-1) - 1
    doubtful[np.searchsorted(ends, marks[cells > most], side="right")] = True


def _nuls(text: bytes, raw: Bytes) -> Places:
    return np.flatnonzero(raw == 0) if b"\0" in text else np.empty(0, np.int64)


def _stray_crs(text: bytes, raw: Bytes, quotes: Places) -> Places:
    """The CRs outside of quotes that are not half of a line end."""
    if CR not in text:
        return np.empty(0, np.int64)
    places = np.flatnonzero(raw == CR[0])
    return _outside(places[raw[places + 1] != LF[0]], quotes)


def _non_ascii_if_invalid(text: bytes, raw: Bytes) -> Places:
    """No place in valid UTF-8; in other text all that may be the fault."""
    return np.empty(0, np.int64) if is_utf8(text) else np.flatnonzero(raw >= 0x80)


def _meant(raw: Bytes, found: Survey) -> npt.NDArray[np.bool_]:
    """Which bytes are content or structure: not CRLF's CR, and of the quotes only the second of an escaped pair."""
    keep = np.ones(len(raw), np.bool_)
    quotes = found.quotes[found.quotes < len(raw)]
    keep[quotes] = False
    opening, closing = quotes[0::2], quotes[1::2]
    keep[opening[1:][opening[1:] == closing[: len(opening) - 1] + 1]] = True
    before_end = found.ends - 2  # -1 for an empty first record; the last byte is a line feed, never a CR
    keep[before_end[raw[before_end] == CR[0]]] = False
    return keep


def _without(found: Survey, rejected: Sequence[int]) -> bytes:
    """The text of all records but the rejected ones."""
    if not rejected:
        return found.text[: found.used]
    parts, at = [], 0
    for index in rejected:
        parts.append(found.text[at : found.starts[index]])
        at = int(found.ends[index])
    return b"".join((*parts, found.text[at : found.used]))


def _cut_by_polars(text: bytes, unit: str, record: str, rules: Rules, wanted: Sequence[str]) -> pl.DataFrame:
    names = [f"c{index}" for index in range(rules.width)]
    places = [rules.names.index(name) for name in wanted]
    frame = pl.read_csv(
        text,
        has_header=False,
        schema=dict.fromkeys(names, pl.String),
        columns=sorted(places),
        separator=unit,
        eol_char=record,
        quote_char=None,
        empty_string_is_null=False,
        extra_columns="raise",
        missing_columns="raise",
        raise_if_empty=False,
    )
    return frame.select(pl.col(names[place]).alias(name) for name, place in zip(wanted, places, strict=True))


def _cut_by_python(text: bytes, unit: bytes, record: bytes, rules: Rules, wanted: Sequence[str]) -> pl.DataFrame:
    places = [rules.names.index(name) for name in wanted]
    rows = text[:-1].split(record)
    if rules.width == 1:
        return pl.DataFrame({wanted[0]: [row.decode() for row in rows]}, schema={wanted[0]: pl.String})
    cells = [row.split(unit) for row in rows]
    columns = {name: [row[place].decode() for row in cells] for name, place in zip(wanted, places, strict=True)}
    return pl.DataFrame(columns, schema=dict.fromkeys(wanted, pl.String))
