"""What is public teaches: every name has a docstring with an example that runs."""

from __future__ import annotations

import inspect
from types import ModuleType

import pytest

import ambassadors as amb
from ambassadors import charts, graph


def _named() -> dict[str, object]:
    """Every public name: the top level's, the charts', the kernels', and what can be asked of a community."""
    found: dict[str, object] = {f"ambassadors.{name}": getattr(amb, name) for name in amb.__all__}
    found |= {f"charts.{name}": getattr(charts, name) for name in charts.__all__}
    found |= {f"graph.{name}": getattr(graph, name) for name in graph.__all__}
    own = vars(amb.Community)
    found |= {f"Community.{name}": own[name] for name in own if not name.startswith("_")}
    return {name: one for name, one in found.items() if callable(one) or isinstance(one, ModuleType | classmethod)}


NAMED = _named()


@pytest.mark.parametrize("name", NAMED)
def test_a_public_name_has_an_example(name: str) -> None:
    """The docstring says what it is, and shows it; pytest runs what it shows."""
    about = inspect.getdoc(NAMED[name]) or ""

    assert ">>> " in about, f"{name} has no example"
