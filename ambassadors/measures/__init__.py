"""Measures: one number per account, a question a module.

Each is a function from a community, as of a date, to a frame with at most one row an account. They are entered into
:data:`CATALOGUE` by the decorator :func:`~ambassadors.measures.catalogue.measure`.
"""

from ambassadors.measures import affinity, engagement, loyalty, reach, stated
from ambassadors.measures.catalogue import CATALOGUE, Measure, lacking, named, take

__all__ = ["CATALOGUE", "Measure", "affinity", "engagement", "lacking", "loyalty", "named", "reach", "stated", "take"]
