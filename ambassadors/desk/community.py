"""A community at the desk: the tables of a brand's world, and what an analyst asks of one account in them."""

from __future__ import annotations

from dataclasses import fields
from typing import TYPE_CHECKING

from ambassadors import community, explanation

if TYPE_CHECKING:
    from ambassadors.desk.around import Around
    from ambassadors.explanation import Explanation
    from ambassadors.graph.view import GraphView


class Community(community.Community):
    """The tables of one brand's world, as of a date, with what can be asked of an account at one's fingertips.

    >>> import ambassadors as amb
    >>> town = amb.read("graphs/town/brand.toml").as_of("2026-05-01")
    >>> town.find(town.brand.accounts[0]) == town.brand.accounts[0]
    True
    """

    @classmethod
    def of(cls, other: community.Community) -> Community:
        """The same community, seen from the desk.

        >>> from ambassadors import assembly
        >>> Community.of(assembly.read("graphs/town/brand.toml")).recipe.name
        'town'
        """
        return cls(**{one.name: getattr(other, one.name) for one in fields(other) if one.init})

    def explain(self, name: str) -> Explanation:
        """The account that an id or handle names, taken apart: :func:`ambassadors.explain`.

        >>> import ambassadors as amb
        >>> town = amb.read("graphs/town/brand.toml").as_of("2024-06-01")
        >>> town.explain(amb.rank(town, "influencers")["account"][0]).standings[0].rank
        1
        """
        return explanation.explain(self, name)

    def around(self, name: str, *, graph: str = "interactions", most: int = 120) -> Around:
        """The people around an account as a network that moves, and as a still picture.

        ``graph`` is ``"interactions"`` or ``"follows"``; at most ``most`` people are shown, nearest first.

        >>> import ambassadors as amb
        >>> town = amb.read("graphs/town/brand.toml")
        >>> town.around(town.brand.accounts[0], most=30).graph.number_of_nodes()
        30
        """
        from ambassadors.desk.around import around

        return around(self, name, graph=graph, most=most)

    def to_networkx(self, name: str = "interactions") -> GraphView:
        """``"follows"`` or ``"interactions"`` as a networkx ``DiGraph`` whose nodes say who they are, where they stand.

        Like :meth:`graph`, a view; each node has ``handle, name, platform, role``, its ``rung`` and its scores, where
        they are known.

        >>> import ambassadors as amb
        >>> town = amb.read("graphs/town/brand.toml")
        >>> graph = town.to_networkx("follows")
        >>> graph.nodes[town.brand.accounts[0]]["role"]
        'brand'
        """
        from ambassadors.desk.exchange import attributes

        return self.network(name).nx(attributes(self))

    def _repr_html_(self) -> str:
        from ambassadors.desk.holding import holding

        return holding(self)
