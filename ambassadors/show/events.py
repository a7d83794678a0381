"""What a scheduled job's log shows: one line of JSON an event, with counts and names of files, never of people."""

from __future__ import annotations

import sys
import traceback
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from ambassadors.errors import AmbassadorsError

Tell = Callable[..., None]
#: As the command line leaves with where no error of ours says more.
WRONG, CRASHED, STOPPED = 2, 70, 130


@contextmanager
def events(form: str, recipe: Path) -> Iterator[Tell]:
    """What is to be told of events, ``tell(event, **facts)``: a line on standard error each, or nothing for ``text``.

    An error is told as the event ``stopped``, with its message, and nothing else is printed of it: the program leaves
    with the error's exit code.
    """
    if form != "json":
        yield lambda event, **facts: None
        return
    log = _log().bind(recipe=str(recipe))
    try:
        yield lambda event, **facts: log.info(event, **facts)
    except (AmbassadorsError, OSError, KeyboardInterrupt) as error:
        code = STOPPED if isinstance(error, KeyboardInterrupt) else getattr(error, "exit_code", WRONG)
        log.error("stopped", kind=type(error).__name__, exit_code=code, problem=str(error))
        raise SystemExit(code) from None
    except Exception as error:
        log.error("crashed", kind=type(error).__name__, exit_code=CRASHED, problem=traceback.format_exc())
        raise SystemExit(CRASHED) from None


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
