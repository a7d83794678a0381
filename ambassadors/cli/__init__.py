"""The command line: parse, call, print. Nothing here computes."""

from __future__ import annotations

import os
import signal
import sys
import traceback
from typing import Any

try:
    from cyclopts import CycloptsError

    from ambassadors.cli import fetching, foretelling, judging, keeping, ranking
    from ambassadors.cli.options import CRASHED, DONE, STOPPED, WRONG, app
except KeyboardInterrupt:  # a Ctrl-C so early that main is not there to catch it
    sys.exit(130)

from ambassadors.errors import AmbassadorsError

__all__ = ["app", "fetching", "foretelling", "judging", "keeping", "main", "ranking"]


def _stop(number: int, frame: object) -> None:
    raise KeyboardInterrupt


def _end_at_once() -> None:
    """Leaves without waiting for threads that are in the middle of something."""
    print("ambassadors: stopped; no run was written, and what was fetched is kept.", file=sys.stderr)
    sys.stdout.flush()
    sys.stderr.flush()
    os._exit(STOPPED)


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
        _end_at_once()
    except Exception:  # a fault of ours must not look like a run with rejected rows
        traceback.print_exc()
        print("ambassadors: this is a fault of the program, not yours. Please report it.", file=sys.stderr)
        code = CRASHED
    sys.exit(code if isinstance(code, int) else DONE)
