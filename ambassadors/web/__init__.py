"""One polite client for all platforms."""

from ambassadors.web.answers import Answer, Ask, Judge, Limits, Verdict
from ambassadors.web.waiting import default_judge, reset_epoch, reset_in, reset_iso, retry_after, words

__all__ = [
    "Answer",
    "Ask",
    "Judge",
    "Limits",
    "Verdict",
    "default_judge",
    "reset_epoch",
    "reset_in",
    "reset_iso",
    "retry_after",
    "words",
]
