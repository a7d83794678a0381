"""Tokens: where they come from, and that they are seen nowhere."""

from __future__ import annotations

import json
import logging
import os
import re
from collections.abc import Iterable
from urllib.parse import quote, quote_plus

#: What stands where a secret stood.
MASK = "***"
#: A shorter text is masked nowhere: too much else would go with it, and no platform gives such tokens.
_SHORTEST = 4
#: A shorter one could be a word of somebody's biography.
_SHORTEST_IN_DATA = 8
_NAMED = re.compile(
    r"(?i)\b((?:access_|refresh_|id_|auth_|api_)?token|(?:api_?|access_)?key|client_secret|secret|password|passwd|"
    r"code|sig|signature|jwt)(=|%3D)[^&\s\"'<>;,)\]}]+"
)
_QUOTED = re.compile(
    r"(?i)([\"'](?:(?:access|refresh|id|auth)_?token|(?:access|refresh)jwt|api_?key|client_secret|password|secret)"
    r"[\"']\s*:\s*[\"'])[^\"']+"
)
_HEADER = re.compile(
    r"(?i)(\b(?:authorization|x-api-key|x-goog-api-key|cookie|set-cookie)\b[\"']?\s*[:=,]\s*(?:b?[\"'])?)"
    r"((?:bearer|basic|oauth|dpop)\s+)?[^\s\"',)]+"
)
_BEARER = re.compile(r"(?i)\b(bearer|dpop)\s+[A-Za-z0-9._~+/=-]{12,}")
_USER = re.compile(r"(?<=://)[^/\s@\"'<>]+@")


def token_for(platform: str, variable: str | None) -> str | None:
    """The token of a platform: from the environment, else from the system's keyring, else None.

    In the environment it is ``AMBASSADORS_<PLATFORM>_TOKEN``, or the variable that the recipe names; in the keyring
    the password of the service ``ambassadors`` for the user of the platform's name.
    """
    token = os.environ.get(variable or f"AMBASSADORS_{platform.upper()}_TOKEN", "").strip()
    return token or _from_keyring(platform)


def _from_keyring(platform: str) -> str | None:
    try:
        import keyring

        return (keyring.get_password("ambassadors", platform) or "").strip() or None
    except Exception:  # not installed, no desktop, locked, or a backend that breaks in its own way: no token, then
        return None


def redact(text: str, secrets: Iterable[str] = ()) -> str:
    """A text in which no secret can be read: the known ones in every spelling, and what looks like one.

    >>> redact("GET https://graph.example/me?access_token=abc&fields=id failed for s3cret", ["s3cret"])
    'GET https://graph.example/me?access_token=***&fields=id failed for ***'
    """
    text = without(text, secrets)
    text = _USER.sub(f"{MASK}@", text)
    text = _HEADER.sub(lambda found: found[1] + (found[2] or "") + MASK, text)
    text = _BEARER.sub(rf"\1 {MASK}", text)
    text = _QUOTED.sub(rf"\1{MASK}", text)
    return _NAMED.sub(rf"\1\2{MASK}", text)


def without(text: str, secrets: Iterable[str]) -> str:
    """A text in which the known secrets are masked in every spelling, and nothing else.

    >>> without("q=a%2Fb+c", ["a/b c"])
    'q=***'
    """
    return _masked(text, sorted({form for secret in secrets for form in spellings(secret)}, key=len, reverse=True))


def _masked(text: str, longest_first: Iterable[str]) -> str:
    for spelling in longest_first:
        text = text.replace(spelling, MASK)
    return text


def spellings(secret: str) -> set[str]:
    """The ways in which a secret is written in addresses, JSON and logs."""
    if len(secret) < _SHORTEST:
        return set()
    percent = {quote(secret, safe=""), quote(secret), quote_plus(secret)}
    lower = {re.sub(r"%[0-9A-F]{2}", lambda found: found[0].lower(), form) for form in percent}
    return {secret, json.dumps(secret)[1:-1], repr(secret)[1:-1], *percent, *lower}


class Hidden:
    """The secrets of one client: what is known to be one, and texts without them. Threads may share it."""

    def __init__(self, secrets: Iterable[str] = ()) -> None:
        self._spellings: tuple[str, ...] = ()
        for secret in secrets:
            self.add(secret)

    def __bool__(self) -> bool:
        return bool(self._spellings)

    def __repr__(self) -> str:
        return f"Hidden({MASK})"

    def add(self, secret: str) -> None:
        """Mask that text, too, from now on."""
        self._spellings = tuple(sorted({*self._spellings, *spellings(secret)}, key=len, reverse=True))

    def without(self, text: str) -> str:
        """The text with the known secrets masked, and nothing else."""
        return _masked(text, self._spellings)

    def redact(self, text: str) -> str:
        """The text with the known secrets masked, and what looks like one."""
        return redact(self.without(text))

    def without_bytes(self, raw: bytes) -> bytes:
        """The same for what a server sent: a token that it repeats must not end in a table."""
        for spelling in self._spellings:
            if len(spelling) >= _SHORTEST_IN_DATA:
                raw = raw.replace(spelling.encode("utf-8", "surrogatepass"), MASK.encode())
        return raw


class Headers(dict[str, str]):
    """Headers of which only the names are shown."""

    def __repr__(self) -> str:
        return f"Headers({', '.join(self)})"


class Redacting(logging.Filter):
    """Takes secrets out of what other libraries log of our requests."""

    def __init__(self, hidden: Hidden) -> None:
        super().__init__()
        self._hidden = hidden

    def filter(self, record: logging.LogRecord) -> bool:
        """Let the record pass, its message redacted."""
        record.msg, record.args = self._hidden.redact(record.getMessage()), ()
        return True
