"""A community at the desk: the tables of a brand's world, and what an analyst asks of one account in them."""

from __future__ import annotations

from dataclasses import fields
from typing import TYPE_CHECKING

from ambassadors import community, explanation

if TYPE_CHECKING:
    from ambassadors.desk.around import Around
    from ambassadors.explanation import Explanation


class Community(community.Community):
    """The tables of one brand's world, as of a date, with what can be asked of an account at one's fingertips.

    >>> import ambassadors as amb
    >>> town = amb.read("graphs/town/brand.toml").as_of("2026-05-01")
    >>> town.accounts.height
    5785
    """

    @classmethod
    def of(cls, other: community.Community) -> Community:
        """The same community, seen from the desk."""
        return cls(**{one.name: getattr(other, one.name) for one in fields(other) if one.init})

    def explain(self, name: str) -> Explanation:
        """The account that an id or handle names, taken apart: :func:`ambassadors.explain`."""
        return explanation.explain(self, name)

    def around(self, name: str, *, graph: str = "interactions", most: int = 120) -> Around:
        """The people around an account as a network that moves, and as a still picture."""
        from ambassadors.desk.around import around

        return around(self, name, graph=graph, most=most)

    def _repr_html_(self) -> str:
        from ambassadors.desk.holding import holding

        return holding(self)
