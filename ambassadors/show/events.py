"""What a scheduled job's log shows: one line of JSON an event, with counts and names of files, never of people."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

Tell = Callable[..., None]


@contextmanager
def events(form: str, recipe: Path) -> Iterator[Tell]:
    """What is to be told of events, ``tell(event, **facts)``: a line on standard error each, or nothing for ``text``.

    An error is told as the event ``stopped``, and goes on its way.
    """
    if form != "json":
        yield lambda event, **facts: None
        return
    log = _log().bind(recipe=str(recipe))
    try:
        yield lambda event, **facts: log.info(event, **facts)
    except BaseException as error:
        log.error("stopped", kind=type(error).__name__, exit_code=getattr(error, "exit_code", None))
        raise


def _log() -> Any:
    import structlog

    return structlog.wrap_logger(
        structlog.WriteLogger(sys.stderr),
        processors=[
            structlog.processors.add_log_level,
            structlog.processors.TimeStamper(fmt="iso", utc=True, key="at"),
            structlog.processors.JSONRenderer(sort_keys=True),
        ],
        wrapper_class=structlog.BoundLogger,
    )
