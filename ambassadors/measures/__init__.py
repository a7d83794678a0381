"""Measures: one number per account, a question a module.

Each is a function from a community, as of a date, to a frame with at most one row an account. They are entered into
:data:`CATALOGUE` by the decorator :func:`~ambassadors.measures.catalogue.measure`.
"""

from ambassadors.measures import (
    affinity,
    circle,
    engagement,
    exchange,
    habit,
    loyalty,
    offers,
    reach,
    response,
    spread,
    stated,
    topic,
)
from ambassadors.measures.catalogue import CATALOGUE, Measure, Scale, lacking, named, take

__all__ = [
    "CATALOGUE",
    "Measure",
    "Scale",
    "affinity",
    "circle",
    "engagement",
    "exchange",
    "habit",
    "lacking",
    "loyalty",
    "named",
    "offers",
    "reach",
    "response",
    "spread",
    "stated",
    "take",
    "topic",
]
