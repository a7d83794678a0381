"""Addresses: e-mail addresses as keyed hashes, so that two can be compared and none can be read."""

from __future__ import annotations

import hashlib
import hmac

import polars as pl

#: The environment variable with the secret; whoever has it can test whether an address is in the data.
KEY = "AMBASSADORS_EMAIL_KEY"


def keyed(addresses: pl.Series, key: str) -> pl.Series:
    """HMAC-SHA256 of each address in hexadecimal, spaces around it and letter case aside; null for what is none.

    >>> two = keyed(pl.Series(["Ann@Example.org ", "ann@example.org", "none"]), "secret")
    >>> two[0] == two[1], len(two[0]), two[2]
    (True, 64, None)
    """
    texts = addresses.cast(pl.String).unique(maintain_order=True).drop_nulls()
    secret = key.encode()
    made = [
        hmac.new(secret, _plain(text).encode(), hashlib.sha256).hexdigest() if _is_one(text) else None for text in texts
    ]
    return addresses.cast(pl.String).replace_strict(texts, pl.Series(made, dtype=pl.String), default=None)


def _plain(text: str) -> str:
    return text.strip().casefold()


def _is_one(text: str) -> bool:
    """Whether a text can be an address at all: something, one ``@``, something, and no space inside."""
    user, _, host = _plain(text).rpartition("@")
    return bool(user and host) and not any(sign.isspace() for sign in _plain(text))
