"""From a file's columns to a table's: one pure function a block, as the recipe says."""

from __future__ import annotations

import os
from collections.abc import Iterator
from dataclasses import dataclass

import polars as pl

from ambassadors import handles
from ambassadors.errors import AmbassadorsError, SourceError
from ambassadors.identity import addresses
from ambassadors.platforms.values import plain
from ambassadors.recipe import Cell, Source
from ambassadors.sources import times
from ambassadors.tables import Column, Table, table


@dataclass(frozen=True)
class Known:
    """What earlier tables taught that later ones refer to: accounts by handle, authors by post."""

    handles: pl.DataFrame
    authors: pl.DataFrame


def wanted(source: Source) -> list[str]:
    """The columns of the file that the recipe reads, each once."""
    cells = [name for cell in source.columns.values() for name in cell.reads]
    return list(dict.fromkeys([*cells, *_asked(source)]))


def _asked(source: Source) -> list[str]:
    """The columns that decide whether a row is asked for."""
    return [*source.where, *source.filled, *source.matching, *source.unless, *(source.differ or ())]


def asked_for(source: Source, rows: pl.DataFrame) -> pl.Series:
    """True for each row that the recipe lets through (``where``, ``unless`` and others); ``strip`` holds here, too."""
    texts = {name: pl.col(name).cast(pl.String) for name in _asked(source)}
    if source.strip:
        texts = {name: text.str.strip_chars() for name, text in texts.items()}
    conditions = [
        *(texts[name].is_in(values) for name, values in source.where.items()),
        *(texts[name] != "" for name in source.filled),
        *(texts[name].str.contains(pattern) for name, pattern in source.matching.items()),
        *(~texts[name].str.contains(pattern).fill_null(False) for name, pattern in source.unless.items()),
    ]
    if source.differ:
        one, other = (texts[name] for name in source.differ)
        conditions.append((one != other).fill_null(True))
    return rows.select(pl.all_horizontal(pl.repeat(True, pl.len()), *conditions).fill_null(False)).to_series()


def to_table(
    source: Source, rows: pl.DataFrame, lines: pl.Series, file: str, zone: str | None, known: Known
) -> pl.DataFrame:
    """The rows under the table's column names, ready for :func:`ambassadors.tables.check`.

    Each column comes with what stood in the file (``raw:``) and, where the recipe's own reading of it failed, with
    the reason (``why:``).
    """
    if source.strip:
        rows = rows.with_columns(pl.col(pl.String).str.strip_chars())
    rows = rows.with_columns(lines.alias("\0line"))
    places = table(source.table)
    made = {name: _Made(source, places, places[name], cell, rows, file, zone) for name, cell in source.columns.items()}
    frame = rows.select(expr for one in made.values() for expr in one.expressions())
    for name in (name for name, cell in source.columns.items() if cell.handle):
        frame = _resolved(frame, name, known.handles)
    if source.table == "interactions" and "target" not in source.columns:
        frame = _from_post(frame, known.authors)
    return frame


def _words(texts: pl.Series) -> pl.Series:
    """HTML as its words."""
    return pl.Series(texts.name, [plain(text) for text in texts], pl.String)


def both_ways(frame: pl.DataFrame) -> pl.DataFrame:
    """Each tie as two follows, one in each direction."""
    return pl.concat([frame, frame.with_columns(source="target", target="source")])


def _resolved(frame: pl.DataFrame, name: str, known: pl.DataFrame) -> pl.DataFrame:
    """Handles replaced by the accounts that bear them; a handle that nobody bears stays as ``platform:@handle``."""
    found = frame.select(pl.col(name).alias("key")).join(known, on="key", how="left", maintain_order="left")
    return frame.with_columns(pl.coalesce(found["account"], pl.col(name)).alias(name))


def _from_post(frame: pl.DataFrame, authors: pl.DataFrame) -> pl.DataFrame:
    """The target of an act toward a post is the post's author."""
    target = frame.join(authors, on="post", how="left", maintain_order="left")["author"]
    unknown = pl.when(target.is_null()).then(pl.lit("unknown_post"))
    return frame.with_columns(target.alias("target"), pl.col("post").alias("raw:target"), unknown.alias("why:target"))


#: No reason against a value.
_FINE = pl.lit(None, pl.String)


@dataclass(frozen=True)
class _Made:
    """One column of ours in the making."""

    source: Source
    table: Table
    column: Column
    cell: Cell
    rows: pl.DataFrame
    file: str
    zone: str | None

    def expressions(self) -> Iterator[pl.Expr]:
        """What stood in the file, the value, and what was wrong with it, under the column's names."""
        name, raw = self.column.name, self._raw()
        meant, lost = self._meant(raw)
        value, why = self._value(meant)
        yield self._stood(raw, meant, lost).alias(f"raw:{name}")
        yield value.alias(name)
        yield pl.coalesce(lost, why).alias(f"why:{name}")

    def _meant(self, raw: pl.Expr) -> tuple[pl.Expr, pl.Expr]:
        """What the recipe makes of what stood there, and the reason where it can make nothing of it."""
        if self.cell.plain:
            return raw.cast(pl.String).map_batches(_words, return_dtype=pl.String), _FINE
        if self.cell.extract is not None:
            return self._extracted(raw.cast(pl.String), self.cell.extract)
        return self._renamed(raw)

    def _extracted(self, text: pl.Expr, pattern: str) -> tuple[pl.Expr, pl.Expr]:
        """The part of a value that ``extract`` asks for, and the reason where there is none."""
        part = text.str.extract(pattern)
        if self.cell.form:
            part = text.str.extract(f"({pattern})").str.replace(pattern, self.cell.form)
        if self.cell.others == "keep":
            return pl.coalesce(part, text), _FINE
        lost = part.is_null() & (text != "") if self.cell.others == "reject" else pl.lit(False)
        return part, pl.when(lost).then(pl.lit("nothing_to_extract"))

    def _renamed(self, raw: pl.Expr) -> tuple[pl.Expr, pl.Expr]:
        """The value by the recipe's own table of values, and the reason where it stands in no entry of it."""
        if not self.cell.values:
            return raw, _FINE
        text = raw.cast(pl.String)
        known = text.is_in(list(self.cell.values))
        value = text.replace_strict(self.cell.values, default=text if self.cell.others == "keep" else None)
        lost = ~known & (text != "") if self.cell.others == "reject" else pl.lit(False)
        return pl.when(value != "").then(value), pl.when(lost).then(pl.lit("unknown_value"))

    def _stood(self, raw: pl.Expr, meant: pl.Expr, lost: pl.Expr) -> pl.Expr:
        """What stood there; nothing, for a value that the recipe takes for nothing; a whole number without decimals."""
        text = raw.cast(pl.String)
        if self.cell.email:  # whatever is wrong with an address, it is shown nowhere
            return pl.when(meant.cast(pl.String).str.strip_chars() != "").then(pl.lit("(hidden)"))
        if self.cell.values or self.cell.extract or self.cell.plain:
            return pl.when(meant.is_not_null() | lost.is_not_null()).then(text)
        if self.cell.whole and self._dtype().is_float():
            return pl.coalesce(self._id_text(raw)[0], text)
        return text

    def _raw(self) -> pl.Expr:
        """The value as it stands in the file, or as the recipe gives it."""
        cell = self.cell
        if cell.column is not None:
            return pl.col(cell.column)
        if cell.columns:
            return pl.concat_str([pl.col(name).cast(pl.String) for name in cell.columns], separator=cell.join)
        if cell.product:
            return pl.concat_str([pl.col(name).cast(pl.String) for name in cell.product], separator=" * ")
        if cell.row_number:
            return pl.concat_str(pl.lit(self.file + ":"), pl.col("\0line").cast(pl.String))
        value = cell.value
        return pl.lit(str(value).lower() if isinstance(value, bool) else str(value))

    def _value(self, raw: pl.Expr) -> tuple[pl.Expr, pl.Expr]:
        """The value under its new name, and the reason where it cannot be read."""
        if self.cell.email:
            return self._hashed(raw.cast(pl.String).str.strip_chars())
        if self.column.type == "time":
            return self._time(raw)
        if self.column.type in ("account", "id"):
            text, why = self._id_text(raw)
            return self._qualified(text), why
        if self.cell.product:
            return self._product()
        return self._plain(raw), _FINE

    def _hashed(self, address: pl.Expr) -> tuple[pl.Expr, pl.Expr]:
        """The keyed hash of an address, which is all that is kept of it."""
        key = os.environ.get(addresses.KEY, "").strip()
        if not key:
            raise AmbassadorsError(  # no fault of the file's
                f"{self.file}: the recipe asks for keyed hashes of addresses (email = true), and "
                f"{addresses.KEY} is empty. Set it to a long secret text, such as what openssl rand -hex 32 gives, "
                "and keep it: with another key nobody is recognised."
            )
        value = address.map_batches(lambda texts: addresses.keyed(texts, key), return_dtype=pl.String)
        return value, pl.when(value.is_null() & (address != "")).then(pl.lit("not_an_address"))

    def _plain(self, raw: pl.Expr) -> pl.Expr:
        if self._dtype().is_numeric() or self._dtype() == pl.Boolean:
            return raw
        text = raw.cast(pl.String)
        if self.column.type in ("number", "stars", "weight"):
            return self._with_point(text)
        if self.column.name == "handle":
            return text.str.strip_prefix("@")
        return pl.concat_str(pl.lit(self.cell.prefix), text) if self.cell.prefix else text

    def _with_point(self, text: pl.Expr) -> pl.Expr:
        """A number with the decimal point that Python knows; under a decimal comma a point is none of its own."""
        if self.source.decimal == ".":
            return text
        return (
            pl.when(~text.str.contains(".", literal=True))
            .then(text.str.replace(",", ".", literal=True))
            .otherwise(text + "?")
        )

    def _dtype(self) -> pl.DataType:
        """The type in which the value comes; what was renamed is text."""
        return pl.String() if self.cell.values else self.rows.schema.get(self.cell.column or "", pl.String())

    def _time(self, raw: pl.Expr) -> tuple[pl.Expr, pl.Expr]:
        zone = self.cell.zone or self.source.zone or self.zone
        if self._dtype().is_temporal():
            return self._stored_time(raw, zone), _FINE
        text = raw.cast(pl.String)
        value = times.parse(text, self.cell.time, zone)
        return value, times.reason(text, value, self.cell.time, zone)

    def _stored_time(self, raw: pl.Expr, zone: str | None) -> pl.Expr:
        """A column that the file already stores as times."""
        if getattr(self._dtype(), "time_zone", None):
            return raw.dt.convert_time_zone("UTC").cast(pl.Datetime("us", "UTC"))
        if zone is None:
            raise SourceError(self.file, f"the times of column {self.cell.column!r} have no zone.", "Say zone = 'UTC'.")
        return times.in_zone(raw.cast(pl.Datetime("us")), zone)

    def _id_text(self, raw: pl.Expr) -> tuple[pl.Expr, pl.Expr]:
        """An id as text, digit by digit; a number with decimals only where the recipe says that it is whole."""
        if not self._dtype().is_float():
            return raw.cast(pl.String), _FINE
        if not self.cell.whole:
            raise SourceError(
                self.file,
                f"the ids of column {self.cell.column!r} are stored as decimal numbers.",
                "Export them as text, or say whole = true if they are whole numbers below 9007199254740992.",
            )
        exact = (raw == raw.floor()) & (raw.abs() < 2**53)
        return pl.when(exact).then(raw).cast(pl.Int64).cast(pl.String), pl.when(~exact).then(pl.lit("inexact_id"))

    def _qualified(self, text: pl.Expr) -> pl.Expr:
        """``platform:native_id``, for what lives on a platform; the shop's ids stay as they are."""
        platform = self.source.platform if self.table.name not in ("customers", "orders", "offers") else None
        if self.column.type == "account":
            platform = self.source.platform
        filled = pl.when(text != "").then(text)
        if self.cell.handle:
            return handles.key(pl.lit(platform or ""), filled)
        prefix = (f"{platform}:" if platform else "") + self.cell.prefix
        return pl.concat_str(pl.lit(prefix), filled) if prefix else filled

    def _product(self) -> tuple[pl.Expr, pl.Expr]:
        given = [pl.col(name) for name in self.cell.product]
        texts = [self.rows.schema[name] == pl.String for name in self.cell.product]
        factors = [self._with_point(one) if text else one for one, text in zip(given, texts, strict=True)]
        value = pl.lit(1.0)
        for factor in factors:
            value = value * factor.cast(pl.Float64, strict=False)
        return value.round(6), pl.when(value.is_null()).then(pl.lit("not_a_number"))
