"""Times: declared forms, zones, and no guesses."""

from __future__ import annotations

from datetime import UTC, datetime

import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from ambassadors.sources import times


def read(text: str, form: str = "iso", zone: str | None = None) -> datetime | str:
    """The moment that a text names, or the reason why it names none."""
    frame = pl.DataFrame({"t": [text]}).with_columns(times.parse(pl.col("t"), form, zone).alias("at"))
    why = frame.select(times.reason(pl.col("t"), pl.col("at"), form, zone)).item()
    assert (frame["at"][0] is None) == (why is not None)
    return str(why) if why else frame["at"][0]


@pytest.mark.parametrize(
    ("text", "form", "zone", "found"),
    [
        ("2026-03-05T10:11:12Z", "iso", None, datetime(2026, 3, 5, 10, 11, 12, tzinfo=UTC)),
        ("2026-03-05 10:11:12+02:00", "iso", None, datetime(2026, 3, 5, 8, 11, 12, tzinfo=UTC)),
        ("2026-03-05T10:11+0200", "iso", None, datetime(2026, 3, 5, 8, 11, tzinfo=UTC)),
        ("2026-03-05T10:11:12.123456Z", "iso", None, datetime(2026, 3, 5, 10, 11, 12, 123456, tzinfo=UTC)),
        ("2026-03-05", "iso", "UTC", datetime(2026, 3, 5, tzinfo=UTC)),
        ("2026-07-05 12:00", "iso", "Europe/Oslo", datetime(2026, 7, 5, 10, tzinfo=UTC)),
        ("2026-03-05", "iso", None, "no_zone"),
        ("03/04/2024", "iso", "UTC", "ambiguous_date"),
        ("1341100972", "iso", "UTC", "looks_like_epoch"),
        ("yesterday", "iso", "UTC", "not_a_time"),
        ("2026-02-30T00:00:00Z", "iso", None, "not_a_time"),
        ("1341100972", "epoch_s", None, datetime(2012, 7, 1, 0, 2, 52, tzinfo=UTC)),
        ("1341100972123", "epoch_ms", None, datetime(2012, 7, 1, 0, 2, 52, 123000, tzinfo=UTC)),
        ("1341100972123456", "epoch_us", None, datetime(2012, 7, 1, 0, 2, 52, 123456, tzinfo=UTC)),
        ("1341100972123456", "epoch_s", None, "not_a_time"),
        ("1.3411E9", "epoch_s", None, "not_a_time"),
        ("03/04/2024", "%d/%m/%Y", "UTC", datetime(2024, 4, 3, tzinfo=UTC)),
        ("03/04/2024 x", "%d/%m/%Y", "UTC", "not_a_time"),
        (
            "Fri Apr 06 10:58:22 +0000 2007",
            "%a %b %d %H:%M:%S %z %Y",
            None,
            datetime(2007, 4, 6, 10, 58, 22, tzinfo=UTC),
        ),
        ("2026-03-29 02:30:00", "iso", "Europe/Oslo", "clock_change"),
        ("2026-10-25 02:30:00", "iso", "Europe/Oslo", "clock_change"),
    ],
)
def test_a_time_is_read_as_declared(text: str, form: str, zone: str | None, found: datetime | str) -> None:
    """Each form gives the moment, or the reason for which it cannot be one (an hour that the clock skipped is none)."""
    assert read(text, form, zone) == found


@given(st.datetimes(datetime(1990, 1, 1), datetime(2100, 1, 1)))
def test_iso_text_goes_in_and_out_unchanged(when: datetime) -> None:
    """Every moment between 1990 and 2100 is read back to the microsecond."""
    when = when.replace(tzinfo=UTC)

    assert read(when.isoformat()) == when
