"""Machine code does what its source says, and is loaded no sooner than it is needed."""

from __future__ import annotations

import subprocess
import sys

import numpy as np
import numpy.typing as npt
from hypothesis import given, settings
from hypothesis import strategies as st

from ambassadors.graph.compiled.jit import jit
from ambassadors.graph.csr import Indices, Offsets, Weights
from tests.graph_cases import Case, cases

Rows = tuple[Offsets, Indices, Weights]

_ONE = np.uint64(1)


@jit
def _received_by(v: np.uint64, rows: Rows, share: npt.NDArray[np.float64]) -> float:
    offsets, indices, weights = rows
    total = 0.0
    for k in range(offsets[v], offsets[v + _ONE]):
        total += share[indices[k]] * weights[k]
    return total


@jit
def received(rows: Rows, share: npt.NDArray[np.float64], alpha: float) -> npt.NDArray[np.float64]:
    """A sweep in the house's style: unsigned indices, one kernel that calls another."""
    total = np.empty(share.size)
    for v in range(np.uint64(share.size)):
        total[v] = alpha * _received_by(v, rows, share)
    return total


@given(case=cases(least_accounts=1), alpha=st.floats(0, 1))
@settings(deadline=None)
def test_compiled_code_does_what_its_source_says(case: Case, alpha: float) -> None:
    """Run by Python or as machine code, a kernel gives the same numbers to the last bit."""
    into = case.graph.into
    rows = into.offsets, into.indices, into.weights
    share = np.linspace(0.1, 1, case.graph.number_of_nodes())

    in_python = [alpha * _received_by.py_func(v, rows, share) for v in range(len(share))]

    assert received(rows, share, alpha).tolist() == in_python


def test_neither_numba_nor_networkx_is_loaded_before_it_is_needed() -> None:
    """Both are slow to import, and a command that ranks nothing needs neither."""
    code = "import sys, ambassadors.graph; print({'numba', 'networkx'} & set(sys.modules))"

    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)

    assert done.stdout.strip() == "set()"
