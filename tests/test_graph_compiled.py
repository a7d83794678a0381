"""Kernels are compiled wherever they run."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Callable
from typing import Any

import numba
import pytest

from ambassadors.graph.compiled.jit import jit


def test_a_kernel_compiles_where_nothing_can_be_cached(monkeypatch: pytest.MonkeyPatch) -> None:
    """In a read-only image numba refuses to cache; the kernel then runs uncached rather than not at all."""
    ordinary = numba.njit

    def read_only_image(*, cache: bool = False, **options: Any) -> Callable[..., Any]:
        if cache:
            raise RuntimeError("cannot cache function 'twice': no locator available for file 'somewhere.py'")
        return ordinary(**options)

    monkeypatch.setattr(numba, "njit", read_only_image)

    @jit
    def twice(number: int) -> int:
        return 2 * number

    assert twice(21) == 42
    assert twice.nopython_signatures  # type: ignore[attr-defined]  # compiled, not merely called


def test_neither_numba_nor_networkx_is_loaded_before_it_is_needed() -> None:
    """Both are slow to import, and a command that ranks nothing needs neither."""
    code = "import sys, ambassadors.graph; print({'numba', 'networkx'} & set(sys.modules))"

    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)

    assert done.stdout.strip() == "set()"
