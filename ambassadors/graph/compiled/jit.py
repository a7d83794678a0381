"""How a loop is compiled: once a machine, kept on disk, and not in silence."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, TypeVar, cast

import numba

Kernel = TypeVar("Kernel", bound=Callable[..., Any])


def jit(kernel: Kernel) -> Kernel:
    """Compile a kernel, and keep the machine code on disk where some folder can be written.

    Where neither the package's folder nor a home can be written numba refuses to cache: each process compiles anew.
    """
    try:
        return cast(Kernel, numba.njit(cache=True, nogil=True)(kernel))
    except RuntimeError:  # "cannot cache function ...: no locator available"
        return cast(Kernel, numba.njit(nogil=True)(kernel))
