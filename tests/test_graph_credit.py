"""Credit along cascades: as Goyal and others define it, pair by pair."""

from __future__ import annotations

from itertools import chain

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ambassadors.graph import Graph, cascade_credit
from tests.graph_cases import Case, cases, graph_of


def by_definition(graph: Graph, cascade: list[int], worth: list[float]) -> np.ndarray:
    """Total credit of each account: ``G(v, u) = sum over w whom v follows of G(w, u) / how many``, then over all v."""
    follows = set(zip(graph.out.sources.tolist(), graph.out.indices.tolist(), strict=True))
    credit: dict[tuple[int, int], float] = {}
    for place, v in enumerate(cascade):
        parents = [w for w in cascade[:place] if (v, w) in follows] or ([cascade[0]] if place else [])
        for u in cascade[:place]:
            given_by = [credit.get((w, u), 1.0 if w == u else 0.0) for w in parents]
            credit[v, u] = sum(given_by) / len(parents)
    total = np.zeros(graph.number_of_nodes())
    for (v, u), share in credit.items():
        total[u] += share * worth[cascade.index(v)]
    return total


@settings(deadline=None)  # the first call may compile
@given(cases(least_accounts=1), st.data())
def test_credit_is_what_its_definition_says(case: Case, data: st.DataObject) -> None:
    """Over several cascades with worths of their own, on any graph of follows."""
    graph = case.graph
    places = st.lists(st.integers(0, graph.number_of_nodes() - 1), min_size=1, unique=True)
    found = data.draw(st.lists(places, max_size=4))
    worths = [data.draw(st.lists(st.floats(0, 1), min_size=len(one), max_size=len(one))) for one in found]

    starts = np.cumsum([0, *(len(one) for one in found)])
    credit = cascade_credit(graph, starts, np.array([*chain(*found)], int), np.array([*chain(*worths)]))

    expected = sum((by_definition(graph, *pair) for pair in zip(found, worths, strict=True)), np.zeros(credit.size))
    assert credit == pytest.approx(expected, abs=1e-9)


def test_the_author_has_the_credit_of_who_follows_nobody_before_them() -> None:
    """Someone brought it to them, and the author's it is."""
    graph = graph_of("b>z", "c>z", "a>z")  # a 0, b 1, c 2, z 3: nobody follows the author

    assert cascade_credit(graph, np.array([0, 3]), np.array([0, 1, 2])).tolist() == [2, 0, 0, 0]


def test_all_of_a_cascade_is_the_authors_and_a_part_is_whose_followers_came() -> None:
    """c follows a and b, and gives each a half; b's half goes on to a."""
    graph = graph_of("b>a", "c>a", "c>b")

    assert cascade_credit(graph, np.array([0, 3]), np.array([0, 1, 2])).tolist() == [2, 0.5, 0]


def test_no_cascades_give_no_credit() -> None:
    """Nothing was passed on."""
    assert cascade_credit(graph_of("a>b"), np.array([0]), np.array([], int)).tolist() == [0, 0]


def test_an_actor_out_of_range_or_without_worth_is_refused() -> None:
    """With the range, and the counts."""
    graph = graph_of("a>b")

    for actor in ([0, 2], [-1, 0]):
        with pytest.raises(ValueError, match="from 0 to 1"):
            cascade_credit(graph, np.array([0, 2]), np.array(actor))
    with pytest.raises(ValueError, match="worth has 1 values for 2 actors"):
        cascade_credit(graph, np.array([0, 2]), np.array([0, 1]), np.ones(1))
    with pytest.raises(ValueError, match="starts"):
        cascade_credit(graph, np.array([0, 3]), np.array([0, 1]))
