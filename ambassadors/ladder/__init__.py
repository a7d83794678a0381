"""The ladder: the rung on which a person stands toward the brand, since when, and with what evidence.

negative - aware - like - love - advocate - defend. Each rung has readable rules in the recipe over the counts of
:func:`evidence`; the highest rung with a rule that holds is where the person stands, and ``negative`` comes first.
"""

from ambassadors.ladder.flows import flows, standings
from ambassadors.ladder.history import history, path
from ambassadors.ladder.rules import NEGATIVE, RUNGS, next_rung, place, rungs
from ambassadors.ladder.signs import evidence, signs
from ambassadors.ladder.words import counted, missing, says, shows_anything

__all__ = [
    "NEGATIVE",
    "RUNGS",
    "counted",
    "evidence",
    "flows",
    "history",
    "missing",
    "next_rung",
    "path",
    "place",
    "rungs",
    "says",
    "shows_anything",
    "signs",
    "standings",
]
