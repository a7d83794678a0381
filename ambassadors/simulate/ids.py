"""Ids as the platforms and the till give them: always text."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt
import polars as pl

from ambassadors.simulate.cast import Cast
from ambassadors.simulate.plan import BLUESKY, BRAND_IDS, MASTODON, RIVAL_IDS, Flags, Ints, Part

_BASE32 = np.frombuffer(b"abcdefghijklmnopqrstuvwxyz234567", dtype=np.uint8)
_SORTABLE = np.frombuffer(b"234567abcdefghijklmnopqrstuvwxyz", dtype=np.uint8)
_HEX = np.frombuffer(b"0123456789abcdef", dtype=np.uint8)


def ids(rng: np.random.Generator, cast: Cast) -> pl.Series:
    """The native id of every account."""
    rows = np.arange(cast.size)
    texts = _dids(rng, cast.size).zip_with(pl.Series(cast.platform == BLUESKY), _snowflakes(rng, cast.created, rows))
    for part, fixed in ((Part.BRAND, BRAND_IDS), (Part.RIVAL, RIVAL_IDS)):
        texts = texts.scatter([cast.on(part, BLUESKY), cast.on(part, MASTODON)], list(fixed))
    return texts.alias("id")


def _dids(rng: np.random.Generator, n: int) -> pl.Series:
    """``did:plc:`` and 24 letters, in three blocks out of a few hundred."""
    # True ones are hashes: with those, the files of the sample would be half as large again.
    blocks = 128 if n <= 500_000 else 512
    letters = _BASE32[rng.integers(0, 32, (3, blocks, 8))]
    number = rng.choice(blocks**3, n, replace=False)
    digits = (number // blocks**2, number // blocks % blocks, number % blocks)
    parts = [_text(letters[place]).gather(digit) for place, digit in enumerate(digits)]
    return pl.select(pl.concat_str(pl.lit("did:plc:"), *parts)).to_series()


def _text(letters: npt.NDArray[np.uint8]) -> pl.Series:
    """Rows of letters as texts."""
    width = letters.shape[1]
    return pl.Series(np.ascontiguousarray(letters).view(f"S{width}").ravel().astype(f"U{width}"))


def _snowflakes(rng: np.random.Generator, at: Ints, rows: Ints) -> pl.Series:
    """Numbers that hold their time in milliseconds above 16 other bits."""
    return pl.Series(((at * 1000 + rng.integers(0, 1000, len(at))) << 16) | (rows & 0xFFFF)).cast(pl.String)


def post_ids(rng: np.random.Generator, at: Ints, bluesky: Flags) -> pl.Series:
    """Time-sortable ids of posts, 13 letters on the one platform and 18 digits on the other."""
    rows = np.arange(len(at))
    stamp = ((at * 1_000_000 + rows % 1_000_000) << 10) | (rows // 1_000_000)
    letters = _SORTABLE[(stamp[:, None] >> np.arange(60, -1, -5)) & 31]
    return _text(letters).zip_with(pl.Series(bluesky), _snowflakes(rng, at, rows)).alias("post")


def hashes(rng: np.random.Generator, size: int) -> pl.Series:
    """Texts that look like hashes of e-mail addresses."""
    return _text(_HEX[rng.integers(0, 16, (size, 40))])
