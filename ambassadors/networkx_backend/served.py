"""The table of what is served: a function of ours for a function of networkx, and when it is not the one to ask."""

from __future__ import annotations

import inspect
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any

Answer = Callable[..., Any]
Arguments = Mapping[str, Any]

#: Every function of networkx that is served, by its name.
SERVED: dict[str, Served] = {}


@dataclass(frozen=True, eq=False)
class Served:
    """How one function of networkx is served; reasons are texts, empty when there is none."""

    answer: Answer
    only: Arguments
    multigraph: bool
    directed: bool | None
    reason: Callable[[Arguments], str]
    worth: int
    worth_of_view: int

    @cached_property
    def signature(self) -> inspect.Signature:
        """That of networkx's function, less the backend."""
        return inspect.signature(self.answer)

    def arguments(self, args: tuple[Any, ...], kwargs: Arguments) -> Arguments:
        """The arguments of a call by name, with the defaults."""
        bound = self.signature.bind(*args, **kwargs)
        bound.apply_defaults()
        return bound.arguments

    def refusal(self, arguments: Arguments) -> str:
        """Why these arguments are left to networkx, as far as that can be told without looking at the edges."""
        graph = arguments["G"]
        if graph.is_multigraph() and not self.multigraph:
            return "parallel edges are left to networkx"
        if self.directed is not None and graph.is_directed() != self.directed:
            return f"{'un' * self.directed}directed graphs are left to networkx"
        for name, value in self.only.items():
            if arguments[name] is not value:
                return f"{name}={arguments[name]!r} is left to networkx; only {name}={value!r} is served"
        return self.reason(arguments)


def _no_reason(arguments: Arguments) -> str:
    return ""


def served(
    *,
    worth: int,
    worth_of_view: int,
    only: Arguments | None = None,
    multigraph: bool = True,
    directed: bool | None = None,
    reason: Callable[[Arguments], str] = _no_reason,
) -> Callable[[Answer], Answer]:
    """Enter a function in the table, under its name; it takes a ``Converted`` and what networkx's function takes.

    - ``worth``: from how many nodes and edges on it is quicker, conversion included; not numba's start, half a second
      once, which the second or third such call has paid back.
    - ``worth_of_view``: the same for a view of ours, which needs no conversion.
    - ``only``: arguments that must have one value.
    - ``multigraph``: whether such graphs are served.
    - ``directed``: whether graphs must be directed, or undirected, to be served.
    - ``reason``: any other reason to refuse a call, from its arguments by name.

    What only the edges tell, the function refuses itself, by ``NotImplementedError``.
    """

    def enter(answer: Answer) -> Answer:
        SERVED[answer.__name__] = Served(answer, only or {}, multigraph, directed, reason, worth, worth_of_view)
        return answer

    return enter
