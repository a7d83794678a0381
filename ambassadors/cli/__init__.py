"""The command line: parse, call, print. Nothing here computes."""

from __future__ import annotations

import signal
import sys
from typing import Any

try:
    from cyclopts import CycloptsError

    from ambassadors.cli import foretelling, judging, keeping, ranking
    from ambassadors.cli.options import DONE, ROWS_REJECTED, WRONG, app
except KeyboardInterrupt:  # a Ctrl-C so early that main is not there to catch it
    sys.exit(130)

from ambassadors.errors import AmbassadorsError

__all__ = ["DONE", "ROWS_REJECTED", "WRONG", "app", "foretelling", "judging", "keeping", "main", "ranking"]


def _stop(number: int, frame: object) -> None:
    raise KeyboardInterrupt


def main(arguments: list[str] | None = None) -> Any:
    """Run a command and leave with its exit code; a user's mistake is told in words, never as a traceback."""
    signal.signal(signal.SIGTERM, _stop)  # a scheduler's stop sweeps up behind itself, as Ctrl-C does
    try:
        code = app(arguments, exit_on_error=False, print_error=True)
    except CycloptsError:
        code = WRONG
    except AmbassadorsError as error:
        print(f"ambassadors: {error}", file=sys.stderr)
        code = error.exit_code
    except OSError as error:
        print(f"ambassadors: {error.filename or 'output'}: {error.strerror or error}.", file=sys.stderr)
        code = WRONG
    except KeyboardInterrupt:
        print("ambassadors: stopped; nothing was written.", file=sys.stderr)
        code = 130
    sys.exit(code if isinstance(code, int) else DONE)
