"""What an answer's status and headers say: what it means, and until when nothing may be asked."""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from typing import Any

from ambassadors.web.answers import Answer, Verdict

#: Moments are often cut down to whole seconds: one more, so that we never come early.
_CUT = 1.0
#: From here on, seconds since 1970 are thousandths of seconds (as seconds they would be the year 5138).
_THOUSANDTHS = 1e11
_WORDS = ("message", "error_description", "detail", "error_msg", "description", "title", "reason", "error", "errors")


def default_judge(answer: Answer, now: float) -> Verdict:
    """What an answer means by its status alone, as HTTP has it."""
    until, says = retry_after(answer.headers, now), words(answer.body)
    if 200 <= answer.status < 300:
        return Verdict("fine", says="")
    if answer.status == 429 or (answer.status == 503 and until is not None):
        return Verdict("wait", until, says)
    if answer.status >= 500 or answer.status in (408, 425):
        return Verdict("again", until, says)
    if answer.status == 401:
        return Verdict("login", says=says)
    if answer.status == 403:
        return Verdict("private", says=says)
    return Verdict("gone" if answer.status in (404, 410) else "refused", says=says)


def words(body: Any) -> str:
    """The platform's own words in an answer's body, in the shapes that platforms use; empty when there are none.

    >>> words({"error": {"code": 190, "message": "The token has  expired"}})
    'The token has expired'
    """
    for _ in range(4):  # {"errors": [{"error": {"message": ...}}]} is as deep as it gets
        if isinstance(body, list) and body:
            body = body[0]
        elif isinstance(body, dict):
            body = next((body[key] for key in _WORDS if body.get(key)), "")
    return " ".join(body.split())[:200] if isinstance(body, str) else ""


def retry_after(headers: Mapping[str, str], now: float) -> float | None:
    """The moment before which ``Retry-After`` lets nobody ask, in our clock; None when it is missing or unreadable.

    >>> retry_after({"retry-after": "120"}, now=1000.0)
    1120.0
    """
    given = headers.get("retry-after", "").strip()
    if re.fullmatch(r"\d{1,300}(\.\d+)?", given):
        return now + float(given)
    moment = _http_date(given)
    return None if moment is None else _ours(moment, headers, now)


def reset_epoch(headers: Mapping[str, str], name: str, now: float | None = None) -> float | None:
    """The moment of a header that counts seconds (or thousandths) since 1970; in our clock where ``now`` is given."""
    given = headers.get(name, "").strip()
    if not re.fullmatch(r"\d{1,300}(\.\d+)?", given):
        return None
    moment = float(given)
    return _ours(moment / 1000 if moment >= _THOUSANDTHS else moment, headers, now)


def reset_iso(headers: Mapping[str, str], name: str, now: float | None = None) -> float | None:
    """The moment of a header in ISO 8601 (Mastodon); in our clock where ``now`` is given."""
    try:
        moment = datetime.fromisoformat(headers.get(name, "").strip())
    except ValueError:
        return None
    return _ours((moment if moment.tzinfo else moment.replace(tzinfo=UTC)).timestamp(), headers, now)


def reset_in(headers: Mapping[str, str], name: str, now: float) -> float | None:
    """The moment of a header that counts seconds from now on (Reddit)."""
    given = headers.get(name, "").strip()
    return now + float(given) + _CUT if re.fullmatch(r"\d{1,300}(\.\d+)?", given) else None


def _ours(moment: float, headers: Mapping[str, str], now: float | None) -> float:
    """A moment of the server's clock in ours: as far from now as it is from the server's own ``Date``."""
    theirs = _http_date(headers.get("date", ""))
    shift = 0.0 if theirs is None or now is None else now - theirs
    return moment + shift + _CUT


def _http_date(text: str) -> float | None:
    try:
        moment = parsedate_to_datetime(text)
        return (moment if moment.tzinfo else moment.replace(tzinfo=UTC)).timestamp()
    except (ValueError, TypeError, IndexError, OverflowError):
        return None
