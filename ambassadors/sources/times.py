"""Text to moments in UTC, in the form that the recipe declares; never a guess."""

from __future__ import annotations

from typing import Literal

import polars as pl

_Unit = Literal["s", "ms", "us"]
_EPOCHS: dict[str, tuple[_Unit, int]] = {"epoch_s": ("s", 11), "epoch_ms": ("ms", 14), "epoch_us": ("us", 17)}
_NAIVE_ISO = ("%Y-%m-%dT%H:%M:%S%.f", "%Y-%m-%d %H:%M:%S%.f", "%Y-%m-%dT%H:%M", "%Y-%m-%d %H:%M", "%Y-%m-%d")


def parse(text: pl.Expr, form: str, zone: str | None) -> pl.Expr:
    """The moment that a text names, null where it names none in that form.

    ``form`` is ``iso``, ``epoch_s``, ``epoch_ms``, ``epoch_us`` or a strptime pattern. A time without a zone is read
    in ``zone``; without one it stays null, and so does an hour that the clock of that zone skipped or showed twice.

    >>> frame = pl.DataFrame({"at": ["2026-06-01T12:00:00+02:00", "1341100972", "03/04/2024"]})
    >>> frame.select(parse(pl.col("at"), "iso", None))["at"].dt.to_string("%F %T").to_list()
    ['2026-06-01 10:00:00', None, None]
    >>> frame.select(parse(pl.col("at"), "epoch_s", None))["at"].dt.to_string("%F %T").to_list()
    [None, '2012-07-01 00:02:52', None]
    """
    if form in _EPOCHS:
        unit, digits = _EPOCHS[form]
        number = pl.when(text.str.contains(rf"^-?\d{{1,{digits}}}$")).then(text).cast(pl.Int64)
        return pl.from_epoch(number, unit).cast(pl.Datetime("us")).dt.replace_time_zone("UTC")
    if form != "iso":
        return _zoned(text, form) if "%z" in form or "%#z" in form else _local(text, form, zone)
    return pl.coalesce(_zoned(text, "%+"), _zoned(text, "%Y-%m-%dT%H:%M%#z"), *_naive(text, zone))


def _naive(text: pl.Expr, zone: str | None) -> list[pl.Expr]:
    return [_local(text, form, zone) for form in _NAIVE_ISO] if zone else []


def _zoned(text: pl.Expr, form: str) -> pl.Expr:
    return text.str.to_datetime(form, time_unit="us", time_zone="UTC", strict=False)


def _local(text: pl.Expr, form: str, zone: str | None) -> pl.Expr:
    naive = text.str.to_datetime(form, time_unit="us", strict=False)
    return in_zone(naive, zone) if zone else pl.lit(None, pl.Datetime("us", "UTC"))


def in_zone(naive: pl.Expr, zone: str) -> pl.Expr:
    """A wall-clock time of that zone as UTC, null where the clock skipped it or showed it twice."""
    return naive.dt.replace_time_zone(zone, ambiguous="null", non_existent="null").dt.convert_time_zone("UTC")


def reason(text: pl.Expr, value: pl.Expr, form: str, zone: str | None = None) -> pl.Expr:
    """Why a text that is there could not be read as a time, null where it could."""
    failed = value.is_null() & text.is_not_null() & (text != "")
    hints = [
        (text.str.contains(r"^\d{1,2}[/.-]\d{1,2}[/.-]\d{2,4}\b"), "ambiguous_date"),
        (text.str.contains(r"^\d{9,17}$"), "looks_like_epoch"),
        (
            text.str.contains(r"^\d{4}-\d\d-\d\d([T ]\d\d:\d\d(:\d\d(\.\d+)?)?)?$"),
            "clock_change" if zone else "no_zone",
        ),
    ]
    why = pl.coalesce(
        *(pl.when(seen).then(pl.lit(code)) for seen, code in (hints if form == "iso" else ())), pl.lit("not_a_time")
    )
    return pl.when(failed).then(why)
