"""A seeded, believable community around one small brand, with known ambassadors, bots and pods.

The project's sample, its tests and its benchmarks are made from this town. Everything in it is invented: no account,
name or text is a real person's.
"""

from ambassadors.simulate.build import Town, hazards, town, write
from ambassadors.simulate.crowd import Crowd, crowd
from ambassadors.simulate.plan import BRAND_IDS, END, RIVAL_IDS, START
from ambassadors.simulate.scenarios import SCENARIOS

__all__ = ["BRAND_IDS", "END", "RIVAL_IDS", "SCENARIOS", "START", "Crowd", "Town", "crowd", "hazards", "town", "write"]
