"""How a loop is compiled: once a machine, kept on disk, and not in silence."""

from __future__ import annotations

import atexit
import gc
import os
import sys
from collections.abc import Callable
from typing import Any, TypeVar, cast

import numba
from numba.core import event as events

Kernel = TypeVar("Kernel", bound=Callable[..., Any])

#: Environment variable: when it is set to anything, nothing is said about compiling.
QUIET = "AMBASSADORS_QUIET"


def jit(kernel: Kernel) -> Kernel:
    """Compile a kernel at its first call, and keep the machine code on disk where some folder can be written.

    That is ``NUMBA_CACHE_DIR`` if it is set, else the package's own folder, else the user's cache folder. Where none of
    them can be written, each process compiles anew. Numba compiles again what it has kept when the kernel's own file
    has changed, or the processor, or numba; not when a kernel of another file has changed that this one calls.
    """
    try:
        return cast(Kernel, numba.njit(cache=True, nogil=True)(kernel))
    except RuntimeError:  # "cannot cache function ...: no locator available"
        return cast(Kernel, numba.njit(nogil=True)(kernel))


class _Notice(events.Listener):
    """Says once a process that it compiles; numba calls this only when it has found nothing kept."""

    told = False

    def on_start(self, event: Any) -> None:
        dispatcher = event.data["dispatcher"]
        if not self.told and dispatcher.__module__.startswith("ambassadors."):
            self.told = True
            _tell(kept=dispatcher.stats.cache_path is not None)

    def on_end(self, event: Any) -> None:
        pass


def _tell(kept: bool) -> None:
    if os.environ.get(QUIET) or sys.stderr is None:  # None: the caller has closed it
        return
    ending = ", and is kept for next time" if kept else " in every process: give NUMBA_CACHE_DIR a folder to keep it"
    text = f"ambassadors: compiling fast loops for this machine; this takes some seconds{ending}."
    clear = "\r\033[K" if sys.stderr.isatty() else ""  # a line about progress may stand there
    print(clear + text, file=sys.stderr, flush=True)


# numba leaves half a million objects behind; to look through them for cycles as the process ends takes a third of a
# second, and nobody needs it: what is frozen is left to the operating system.
atexit.register(gc.freeze)
events.register("numba:compile", _Notice())  # type: ignore[no-untyped-call]  # numba has it so
