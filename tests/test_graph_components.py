"""Weak components are networkx's, numbered in an order that never changes."""

from __future__ import annotations

import networkx as nx
import numpy as np
import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ambassadors.graph import Graph
from ambassadors.graph.components import by_size, weak_components
from tests.graph_cases import Case, cases, edge_frame, graph_of


def by_definition(plain: nx.DiGraph) -> list[int]:
    """The components of networkx, the largest first, equally large ones by their first account."""
    place = {account: at for at, account in enumerate(plain)}
    groups = [sorted(place[account] for account in group) for group in nx.weakly_connected_components(plain)]
    labels = np.empty(len(plain), int)
    for number, group in enumerate(sorted(groups, key=lambda group: (-len(group), group[0]))):
        labels[group] = number
    return labels.tolist()


@given(case=cases(most_accounts=30, most_rows=30))
@settings(deadline=None, max_examples=200)
def test_components_are_those_of_networkx(case: Case) -> None:
    """Numbered by size, and then by the first account."""
    assert weak_components(case.graph).tolist() == by_definition(case.plain)


@pytest.mark.parametrize("seed", range(4))
def test_large_graphs_agree_too(seed: int) -> None:
    """Many ties at random, few at random, and few to near neighbours: long chains of joins."""
    chance = np.random.default_rng(seed)
    count = 4000
    ends = chance.integers(0, count, (count * (3 if seed == 0 else 1) // 2, 2))
    if seed > 1:
        ends[:, 1] = (ends[:, 0] + chance.integers(-seed, seed, len(ends))) % count
    rows = pl.DataFrame(ends.astype(str), schema=["source", "target"])
    graph = Graph.from_edges(rows, pl.Series(np.arange(count).astype(str)))

    assert weak_components(graph).tolist() == by_definition(graph.nx())


@pytest.mark.parametrize("order", ["forward", "backward", "shuffled"])
def test_a_long_chain_is_one_component(order: str) -> None:
    """Whatever the accounts are called along it."""
    names = np.arange(3000) if order != "shuffled" else np.random.default_rng(5).permutation(3000)
    names = names[:: -1 if order == "backward" else 1]
    rows = pl.DataFrame({"source": names[:-1].astype(str), "target": names[1:].astype(str)})

    assert not weak_components(Graph.from_edges(rows)).any()


def test_the_way_that_ties_point_does_not_matter() -> None:
    """The graph and its reverse have the same components."""
    graph = graph_of("a>b", "c>b", "d>e", "f>d", "f>g", "h>h")

    assert weak_components(graph).tolist() == weak_components(graph.reversed()).tolist()
    assert weak_components(graph).tolist() == [1, 1, 1, 0, 0, 0, 0, 2]


def test_a_graph_without_ties_has_a_component_for_each() -> None:
    """In their order; and nobody, none."""
    nobody = Graph.from_edges(edge_frame([]))
    strangers = Graph.from_edges(edge_frame([]), pl.Series(["a", "b", "c"]))

    assert weak_components(nobody).shape == (0,)
    assert weak_components(strangers).tolist() == [0, 1, 2]
    assert weak_components(nobody).dtype == weak_components(strangers).dtype == np.int64


@given(labels=st.lists(st.integers(0, 12), max_size=30))
def test_groups_are_numbered_by_size_then_by_first_member(labels: list[int]) -> None:
    """The numbers are those of a stable sort, without gaps, and the groups stay what they were."""
    groups = sorted(set(labels), key=lambda label: (-labels.count(label), labels.index(label)))

    numbers = by_size(np.array(labels, np.int64))

    assert numbers.tolist() == [groups.index(label) for label in labels]
